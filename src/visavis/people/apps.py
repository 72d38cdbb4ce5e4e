"""When this room is loaded it says what it forgets each day."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """The room of accounts."""

    name = "visavis.people"

    def ready(self) -> None:
        """Register the daily forgetting: used codes, sessions and invitations whose time is over."""
        from visavis.safety.housekeeping import each_day

        from .actions import forget_what_is_past

        each_day("people", lambda today: forget_what_is_past(today=today))
