"""When this room is loaded it says where a participant finds their card, and that it goes when they leave."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CardsConfig(AppConfig):
    """The room of cards."""

    name = "visavis.cards"

    def ready(self) -> None:
        from visavis.base import my_page, notices
        from visavis.people import hidden, leaving
        from visavis.record import withheld

        from . import actions, closing, queries
        from .notices import locked_out

        my_page.add_to_menu("cards:card", _("Card"), place=90)
        leaving.register("cards", waiting=actions.take_back_on_leaving, opened=actions.close_open)
        hidden.register("cards", again=closing.shown_again, never=closing.destroyed)
        withheld.register("cards", queries.is_withheld)
        notices.show("cards", locked_out)
