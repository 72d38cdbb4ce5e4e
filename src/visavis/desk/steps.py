"""What is carried from page to page while a desk makes a new key for its side.

It lies in the session, which is sealed under a key that only the cookie has, and goes when the charter
with the new key is proposed.
"""

from dataclasses import dataclass
from typing import ClassVar

from visavis.people.steps import MakingKeys


@dataclass(frozen=True, repr=False)
class RenewingKey(MakingKeys):
    """The new key and the passphrase that will seal it; the recovery key is new only in a recovery."""

    name: ClassVar[str] = "renewing-key"
    is_recovery: bool = False
