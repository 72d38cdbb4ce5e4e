"""When this room is loaded it says what is made at the start, and what a desk does when it signs in."""

from django.apps import AppConfig


class RecordConfig(AppConfig):
    """The room of the two-key engine."""

    name = "visavis.record"

    def ready(self) -> None:
        """Register the server's half, and the answers that wait for a desk."""
        from visavis.safety import housekeeping

        from .actions import let_out_what_waits
        from .held import server_half

        housekeeping.at_start("record", server_half)
        housekeeping.at_sign_in("record", let_out_what_waits)
