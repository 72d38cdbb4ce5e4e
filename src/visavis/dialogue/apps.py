"""When this room is loaded it says what waits for a guest, what goes when they leave, and what is over."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DialogueConfig(AppConfig):
    """The room of questions."""

    name = "visavis.dialogue"

    def ready(self) -> None:
        from visavis.base import my_page
        from visavis.people import leaving
        from visavis.safety import housekeeping

        from . import guest_waiting, guest_writing, inviting

        my_page.add_to_menu("guests:answers", _("My answers"), place=32)
        my_page.show("dialogue", guest_waiting.for_guest)
        leaving.register(
            "dialogue",
            waiting=guest_writing.withdraw_on_leaving,
            opened=guest_writing.close_open,
        )
        housekeeping.each_day("dialogue", lambda today: inviting.forget_what_is_over(today=today))
