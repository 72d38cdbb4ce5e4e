"""The one private link between a card and an account: written with the first card, gone with the account."""

from visavis.safety.reading import CannotSealError
from visavis.safety.transactions import act_about_persons
from visavis.sides import desk_keys
from visavis.signing import boxes

from .models import CardLink, Participant


def link(participant: Participant) -> None:
    """The card has an inbox, and its own desk alone can find the account. Doing it twice changes nothing.

    Raises CannotSealError where nobody at the desk can read.
    """
    key = desk_keys.newest(participant.side_id)
    if key is None:
        raise CannotSealError(participant.side_id)
    card = participant.card
    box = boxes.enveloped(participant.pk.encode(), about=about(card), to=[key.public])
    _write(card, boxes.public_of(participant.purse.inbox).hex(), box)


def about(card: str) -> str:
    """Return what the envelope says of its place."""
    return f"people_cardlink.for_editors {card}"


@act_about_persons
def _write(card: str, inbox: str, box: bytes) -> None:
    CardLink.objects.get_or_create(pk=card, defaults={"inbox": inbox, "for_editors": box})
