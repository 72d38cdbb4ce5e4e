"""A participant leaves: one act, and no passphrase opens anything afterwards.

Rooms above register what goes when somebody leaves: what waits for them alone, and what is open. They are
asked before the account goes, the uppermost first, within the one act: all of it is done, or nothing. What is
open needs no more than the author's closing keys, so it goes in the same way when its author is detained.
"""

from collections.abc import Callable
from enum import StrEnum
from typing import TypeAlias

from visavis.safety.secret import Secret
from visavis.safety.transactions import one_act_about_persons

from . import own_boxes, participants
from .models import CardLink, Paper, Participant
from .papers import PAPER
from .purse import Closers


class Choice(StrEnum):
    """What of a participant goes with the account; drafts and notes always do."""

    EVERYTHING = "everything"
    """All open and waiting words, and the card."""
    CARD = "card"
    """The card: words that are open stay, without pen name."""


Waiting: TypeAlias = Callable[[Participant], None]
Open: TypeAlias = Callable[[Closers, str, Choice | None], None]
_waiting: dict[str, Waiting] = {}
_open: dict[str, Open] = {}


def register(room: str, *, waiting: Waiting, opened: Open) -> None:
    """Have ``waiting`` take away what was never open in this room when a participant leaves.

    ``opened`` closes what is open, by the author's keys, side and choice: also when they are detained.
    """
    _waiting[room], _open[room] = waiting, opened


def close_what_is_open(closers: Closers, *, side: str, choice: Choice | None) -> None:
    """All that the choice says is closed for good, in every room, within an act; for None nothing open is."""
    for room in reversed(_open):
        _open[room](closers, side, choice)


def leave(participant: Participant, *, passphrase: Secret, choice: Choice) -> None:
    """Account, card link, drafts and notes are gone, and in every room what the choice says.

    Refuses another passphrase: an open page left alone is not enough.
    """
    renewal = participants.prove_again(participant, passphrase=passphrase)
    with one_act_about_persons():
        participants.check(participant, renewal)
        for room in reversed(_waiting):
            _waiting[room](participant)
        close_what_is_open(participant.purse.closers, side=participant.side_id, choice=choice)
        own_boxes.drop(participant.purse, own_boxes.NAMES)
        Paper.objects.filter(pk=participant.purse.slot(PAPER)).delete()
        CardLink.objects.filter(pk=participant.card).delete()
        Participant.objects.filter(pk=participant.pk).delete()
