from django.urls import path

from . import views

app_name = "pauses"
urlpatterns = [
    path("statement/", views.statement, name="statement"),
    path("statement/again/<slug:digest>/", views.statement_again, name="statement-again"),
]
