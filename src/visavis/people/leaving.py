"""A participant leaves, or their desk stops them: one act each, and no passphrase opens anything afterwards.

Rooms above register what they close when somebody leaves. They are asked before the account goes, the
uppermost first, within the one act: all of it is done, or nothing.
"""

import secrets
from collections.abc import Callable
from enum import StrEnum
from typing import TypeAlias

from visavis.base.missing import NotFound
from visavis.safety.secret import Secret
from visavis.safety.transactions import act_about_persons, one_act_about_persons

from . import card_links, own_boxes, participants
from .models import Account, CardLink, Participant
from .purse import Purse
from .rules import ParticipantRole


class Choice(StrEnum):
    """What of a participant goes with the account; drafts and notes always do."""

    EVERYTHING = "everything"
    """All open and waiting words, and the card."""
    CARD = "card"
    """The card: words that are open stay, without pen name."""


Act: TypeAlias = Callable[[Participant, Choice], None]
_acts: dict[str, Act] = {}


def register(room: str, act: Act) -> None:
    """Have ``act`` close what a participant has in this room when they leave."""
    _acts[room] = act


def leave(participant: Participant, *, passphrase: Secret, choice: Choice) -> None:
    """Account, card link, drafts and notes are gone, and in every room what the choice says.

    Refuses another passphrase: an open page left alone is not enough.
    """
    renewal = participants.prove_again(participant, passphrase=passphrase)
    with one_act_about_persons():
        participants.check(participant, renewal)
        for room in reversed(_acts):
            _acts[room](participant, choice)
        own_boxes.drop(participant.purse, own_boxes.NAMES)
        CardLink.objects.filter(pk=participant.card).delete()
        Participant.objects.filter(pk=participant.pk).delete()


@act_about_persons
def stop(editor: Account, *, card: str) -> None:
    """The card's account opens with no passphrase and in no session any more, in no later copy either.

    What the row held is written over. A card of another desk is refused as one that is not there.
    """
    account = card_links.account_of(card, side=editor.side_id)
    if account is None:
        raise NotFound
    nobodys = Purse.drawn(ParticipantRole.OTHER)
    Participant.objects.filter(pk=account).update(
        sign_in_tag=secrets.token_hex(32),
        session_mark=secrets.token_hex(16),
        sealed_purse=nobodys.sealed(half=secrets.token_bytes(32)),
    )
