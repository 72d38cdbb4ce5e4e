"""A participant's card, below `/LANG/taking-part/card/`."""

from django.urls import path

from . import views

app_name = "cards"
urlpatterns = [
    path("", views.card, name="card"),
    path("preview/", views.preview, name="preview"),
    path("close/", views.close, name="close"),
]
