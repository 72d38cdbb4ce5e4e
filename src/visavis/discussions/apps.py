"""When this room is loaded it says what is let go of each day."""

from django.apps import AppConfig


class DiscussionsConfig(AppConfig):
    """The room of discussions."""

    name = "visavis.discussions"

    def ready(self) -> None:
        from visavis.safety import housekeeping

        from . import heard

        housekeeping.each_day(
            "discussions-heard", lambda today: heard.forget_what_is_past(today=today)
        )
