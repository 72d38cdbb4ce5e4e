"""The request of someone who is signed in, so that types are honest about it."""

from django.http import HttpRequest

from .models import Account as Account  # noqa: PLC0414 - other rooms find the types here
from .models import Participant as Participant  # noqa: PLC0414


class DeskRequest(HttpRequest):
    """A request to the live plane: the middleware has looked who it is."""

    account: Account | None
    participant: Participant | None
    did_not_arrive: bool
    """Somebody had joined in this browser, and their account did not come into being at the hour."""


class EditorRequest(HttpRequest):
    """A request that `access.editor_required` has let through."""

    account: Account


class ParticipantRequest(HttpRequest):
    """A request that `access.participant_required` has let through."""

    participant: Participant
