"""What a desk translates of contributions, and what its people have translated, below `/LANG/desk/`."""

from django.urls import path

from . import translating_views as views

app_name = "translating_at_desk"
urlpatterns = [
    path("contributions/<slug:item>/translate/", views.write_at_desk, name="write"),
    path("contributions/<slug:item>/translate/give-up/", views.give_up_at_desk, name="give-up"),
    path("translated/", views.waiting, name="waiting"),
    path("translated/<slug:digest>/no/", views.decline, name="decline"),
]
