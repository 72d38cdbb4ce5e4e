from django.urls import path

from . import views

app_name = "cards"
urlpatterns = [
    path("taking-part/card/", views.card, name="card"),
    path("taking-part/card/preview/", views.preview, name="preview"),
    path("taking-part/card/close/", views.close, name="close"),
    path("desk/cards/", views.lists, name="lists"),
]
