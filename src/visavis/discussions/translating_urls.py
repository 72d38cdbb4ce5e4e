"""What somebody who takes part translates, below `/LANG/taking-part/`."""

from django.urls import path

from . import translating_views as views

app_name = "translating"
urlpatterns = [
    path("contributions/<slug:item>/translate/", views.write, name="write"),
    path("contributions/<slug:item>/translate/give-up/", views.give_up, name="give-up"),
    path("translations/", views.own, name="own"),
    path("translations/<slug:item>/withdraw/", views.withdraw, name="withdraw"),
]
