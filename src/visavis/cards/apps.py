"""When this room is loaded it says where a participant finds their card, and that it goes when they leave."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CardsConfig(AppConfig):
    """The room of cards."""

    name = "visavis.cards"

    def ready(self) -> None:
        from visavis.base import my_page
        from visavis.people import leaving

        from . import actions

        my_page.add_to_menu("cards:card", _("Card"), place=90)
        leaving.register("cards", actions.close_on_leaving)
