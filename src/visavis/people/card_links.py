"""The link from a card to its account: for the own desk alone, and gone with the account.

Nothing leads from the account's row to the card but the purse, which opens with the passphrase.
"""

from visavis.safety.reading import CannotSealError, reader
from visavis.sides import desk_keys
from visavis.signing import boxes
from visavis.signing.boxes import CannotOpenError

from .models import CardLink, Participant


def keep(participant: Participant) -> None:
    """The card leads to this account, within an act; raises CannotSealError where the desk has no key yet."""
    key = desk_keys.newest(participant.side_id)
    if key is None:
        raise CannotSealError(participant.side_id)
    card = participant.card
    box = boxes.enveloped(participant.pk.encode(), about=_about(card), to=[key.public])
    inbox = boxes.public_of(participant.purse.inbox).hex()
    CardLink.objects.update_or_create(pk=card, defaults={"inbox": inbox, "for_editors": box})


def inbox_of(card: str) -> bytes | None:
    """Return the public key to which is sealed what the card's author alone reads, or None."""
    link = CardLink.objects.filter(pk=card).first()
    return bytes.fromhex(link.inbox) if link else None


def account_of(card: str, *, side: str) -> str | None:
    """Return the id of the card's account, for an editor of its own desk who reads now; else None.

    A card that is not there, and another desk's, are one to this function.
    """
    link = CardLink.objects.filter(pk=card).first()
    if link is None or not boxes.is_envelope(bytes(link.for_editors)):
        return None
    try:
        account = reader().open(bytes(link.for_editors), about=_about(card)).decode()
    except CannotOpenError:
        return None
    return account if Participant.objects.filter(pk=account, side=side).exists() else None


def _about(card: str) -> str:
    return f"people_cardlink.for_editors {card}"
