"""When this room is loaded it says what it forgets, and what its desk is to be shown."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """The room of accounts."""

    name = "visavis.people"

    def ready(self) -> None:
        """Register what is forgotten when, and what the desk is shown."""
        from django.utils.translation import gettext_lazy as _

        from visavis.base import my_page, notices
        from visavis.safety import housekeeping

        from . import arrivals, batches, day_marks, desk_boxes, own_boxes
        from .actions import forget_used_codes, forget_what_is_past
        from .notices import detained, readers, to_be_asked, waiting
        from .peppering import begin

        housekeeping.each_day("people", lambda today: forget_what_is_past(today=today))
        housekeeping.each_day(
            "people-boxes", lambda today: own_boxes.forget_what_is_past(today=today)
        )
        housekeeping.each_day(
            "people-marks", lambda today: day_marks.forget_what_is_past(today=today)
        )
        housekeeping.each_day(
            "people-batches", lambda today: batches.forget_what_is_past(today=today)
        )
        housekeeping.each_day("people-keys", lambda _today: desk_boxes.drop_unneeded())
        housekeeping.each_hour("people", arrivals.at_the_hour)
        housekeeping.each_turn("people", forget_used_codes)
        housekeeping.at_start("people", begin)
        my_page.show("people", to_be_asked)
        my_page.add_to_menu("taking:home", _("My page"), place=0)
        my_page.add_to_menu("taking:account", _("Account"), place=100)
        notices.show("people", waiting)
        notices.show("people-detained", detained)
        notices.show("people-readers", readers)
