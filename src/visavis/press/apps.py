"""The press counts its places: their order is public, and addresses of items go by it."""

from django.apps import AppConfig


class PressConfig(AppConfig):
    """The room that makes editions."""

    name = "visavis.press"
    default_auto_field = "django.db.models.BigAutoField"
