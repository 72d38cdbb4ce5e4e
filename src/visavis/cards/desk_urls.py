"""What cards of a side ask for, below `/LANG/desk/cards/`."""

from django.urls import path

from . import views

app_name = "desk_cards"
urlpatterns = [path("", views.lists, name="lists")]
