"""What the row of an editor's account says of a freeze, in two boxes of one size from the beginning.

- ``notice``: since when, and beside which keys of the side, sealed to the own desk; else nothing.
- ``shelved``: what the row held before, sealed to the side's vault; else nothing.
"""

import json
import secrets
from collections.abc import Iterator
from dataclasses import astuple, dataclass
from datetime import date

from visavis.safety.reading import opened
from visavis.sides import desk_keys
from visavis.sides import queries as sides
from visavis.signing import boxes

from . import instruction
from .editors_wishes import about
from .models import Account

SHELVED = ("sign_in_tag", "sealed_totp", "public_key", "paper_tag")
LENGTH = 1536
"""Bytes of ``shelved`` before sealing, whatever is inside."""


@dataclass(frozen=True)
class Frozen:
    """What the notice in a frozen account's row says.

    ``shelf`` is the digest of what is shelved, empty for nothing; ``key`` and ``sealed`` are the side's key
    of that time, and a digest of how it was sealed.
    """

    since: date
    shelf: str
    key: str
    sealed: str
    may_have_key: bool


def shelf(account: Account) -> bytes:
    """Return what is shelved. With a number drawn for it: no file of an earlier time opens it once more."""
    kept = [secrets.token_hex(16), *(getattr(account, column) for column in SHELVED)]
    return json.dumps(kept).encode().ljust(LENGTH)


def empty(account: Account) -> None:
    """Both boxes are there, with nothing in them. Not saved."""
    fill(account, None, b"")


def fill(account: Account, known: Frozen | None, content: bytes) -> None:
    """Both boxes are there, with this in them. Not saved."""
    newest = desk_keys.newest(account.side_id)
    to = newest.public if newest else instruction.nobody()
    words = json.dumps(astuple(known), default=str).encode() if known else b""
    account.notice = boxes.enveloped(words, about=about("notice", account.pk), to=[to])
    vault = sides.vault_key(account.side_id) or instruction.nobody()
    at = about("shelved", account.pk)
    account.shelved = boxes.seal_to(vault, content.ljust(LENGTH), about=at).hex()


def read(account: Account) -> Frozen | None:
    """Return what the account's row says of a freeze, for an editor of its own desk who reads. 60 µs."""
    words = opened(bytes(account.notice), about=about("notice", account.pk))
    if not words:
        return None
    since, *rest = json.loads(words)
    return Frozen(date.fromisoformat(since), *rest)


def of_side(side: str) -> Iterator[tuple[Account, Frozen]]:
    """Yield the editors of the own desk who are frozen, with what is known of it. One query."""
    for account in Account.objects.filter(side=side, is_disabled=True).order_by("pk"):
        if found := read(account):
            yield account, found
