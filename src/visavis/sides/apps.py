"""When this room is loaded it says what it forgets each day, and what every desk is to be shown."""

from django.apps import AppConfig


class SidesConfig(AppConfig):
    """The room of the sides."""

    name = "visavis.sides"

    def ready(self) -> None:
        """Register the daily forgetting of ways in, and the notice of each."""
        from visavis.base import notices
        from visavis.safety.housekeeping import each_day

        from . import desk_keys
        from .actions import forget_what_is_past
        from .notices import ways_in

        each_day("sides", lambda today: forget_what_is_past(today=today))
        each_day("sides-keys", lambda _today: desk_keys.drop_unneeded())
        notices.show("sides", ways_in)
