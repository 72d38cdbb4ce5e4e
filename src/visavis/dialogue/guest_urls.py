"""What a guest answers, below `/LANG/taking-part/`."""

from django.urls import path

from . import guest_views as views

app_name = "guests"
urlpatterns = [
    path("answers/", views.answers, name="answers"),
    path("answers/<slug:item>/", views.write, name="write"),
    path("answers/<slug:item>/preview/", views.preview, name="preview"),
    path("answers/<slug:item>/hand-in/", views.hand_in, name="hand-in"),
    path("answers/<slug:item>/give-up/", views.give_up, name="give-up"),
    path("answers/<slug:item>/withdraw/", views.withdraw, name="withdraw"),
]
