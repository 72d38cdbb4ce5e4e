"""The own desk learns on each of its pages that somebody of its side is detained, participant or editor."""

from visavis.safety.reading import opened
from visavis.sides import alarms

from . import instruction
from .models import Account, Participant


def end_if_false(side: str) -> None:
    """Nobody of the side is detained any more, so no page says so. Within an act, for an editor who reads."""
    if Account.objects.filter(side=side, is_disabled=True).exists():
        return
    for row in Participant.objects.filter(side=side).only("notice"):
        words = opened(bytes(row.notice), about=instruction.about("notice", row.pk))
        if words and words.strip():
            return
    alarms.end_alarm(side)
