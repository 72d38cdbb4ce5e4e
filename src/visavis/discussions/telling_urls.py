"""Pointing out an open contribution to its desk, below `/LANG/taking-part/contributions/`."""

from django.urls import path

from . import telling_views as views

app_name = "telling"
urlpatterns = [path("<slug:item>/tell/", views.tell, name="tell")]
