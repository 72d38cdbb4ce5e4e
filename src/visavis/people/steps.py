"""What is carried from page to page while somebody joins, makes keys or renews.

It holds secrets that are shown once: so it lies in the session, which is sealed under a key that only
the cookie has, and goes when the last step is done. Nothing of it is an account or a key yet.
"""

from collections.abc import Mapping, MutableMapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, ClassVar, Self

from django.contrib.sessions.backends.base import SessionBase
from django.utils import timezone

from visavis.safety import passphrases
from visavis.safety.secret import Secret
from visavis.signing.keys import PrivateKey

from . import credentials
from .actions import Renewal
from .forms import InstructionForm
from .middleware import SESSION_ARRIVING

RENEWING_LASTS = timedelta(minutes=30)
"""Time enough to write six words down and to set up an authenticator."""


@dataclass(frozen=True, repr=False)
class Step:
    """A row of plain texts under one name in the session."""

    name: ClassVar[str]

    def keep(self, session: SessionBase) -> None:
        session[self.name] = asdict(self)

    @classmethod
    def of(cls, session: SessionBase) -> Self | None:
        """Return what was kept, or None where this was not begun or is over."""
        kept: MutableMapping[str, Any] | None = session.get(cls.name)
        return cls(**kept) if kept else None

    @classmethod
    def end(cls, session: SessionBase) -> None:
        session.pop(cls.name, None)


@dataclass(frozen=True, repr=False)
class Joining(Step):
    """Somebody with a good code: their passphrase, which words of it are asked, their TOTP secret."""

    name: ClassVar[str] = "joining"
    code: str
    passphrase: str
    first: int
    second: int
    totp: str
    has_words: bool = False

    @classmethod
    def begun(cls, code: Secret) -> Self:
        first, second = passphrases.two_places()
        return cls(
            code=code.reveal(),
            passphrase=passphrases.new_passphrase().reveal(),
            first=first,
            second=second,
            totp=credentials.new_totp().reveal(),
        )

    def with_words(self) -> Self:
        """The same, once two of the words have been typed again."""
        return replace(self, has_words=True)


@dataclass(frozen=True, repr=False)
class JoiningASide(Step):
    """Somebody with the good code of a card, the passphrase that is to be theirs, and what they wish."""

    name: ClassVar[str] = SESSION_ARRIVING
    code: str
    passphrase: str
    wishes: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def begun(cls, code: Secret) -> Self:
        return cls(code=code.reveal(), passphrase=passphrases.new_passphrase().reveal())

    def wishing(self, form: InstructionForm) -> Self:
        """The same, once all questions are answered."""
        return replace(self, wishes=asdict(form))


@dataclass(frozen=True, repr=False)
class MakingKeys(Step):
    """A side's key and recovery key, not given yet, and the desk passphrase that will seal the first."""

    name: ClassVar[str] = "making-keys"
    passphrase: str
    first: int
    second: int
    key_seed: str
    recovery_seed: str

    @classmethod
    def begun(cls) -> Self:
        first, second = passphrases.two_places()
        return cls(
            passphrase=passphrases.new_passphrase().reveal(),
            first=first,
            second=second,
            key_seed=PrivateKey.new().seed.hex(),
            recovery_seed=PrivateKey.new().seed.hex(),
        )

    @property
    def key(self) -> PrivateKey:
        return PrivateKey(bytes.fromhex(self.key_seed))

    @property
    def recovery(self) -> PrivateKey:
        return PrivateKey(bytes.fromhex(self.recovery_seed))


@dataclass(frozen=True, repr=False)
class ResealingKey(Step):
    """The desk's new passphrase, under which its side's key is not sealed yet."""

    name: ClassVar[str] = "resealing-key"
    passphrase: str
    first: int
    second: int

    @classmethod
    def begun(cls) -> Self:
        first, second = passphrases.two_places()
        return cls(passphrases.new_passphrase().reveal(), first, second)


@dataclass(frozen=True, repr=False)
class RenewingOwn(Step):
    """A participant who has shown their passphrase again, and the new one, not yet in force.

    It holds for `RENEWING_LASTS`, as an editor's does.
    """

    name: ClassVar[str] = "renewing-own"
    tag: str
    passphrase: str
    first: int
    second: int
    until: int

    @classmethod
    def of(cls, session: SessionBase) -> Self | None:
        """Return what was kept, or None where this was not begun or is over, or too long ago."""
        kept = super().of(session)
        return kept if kept and timezone.now().timestamp() < kept.until else None

    @classmethod
    def begun(cls, tag: str, *, at: datetime) -> Self:
        first, second = passphrases.two_places()
        return cls(
            tag=tag,
            passphrase=passphrases.new_passphrase().reveal(),
            first=first,
            second=second,
            until=int((at + RENEWING_LASTS).timestamp()),
        )


@dataclass(frozen=True, repr=False)
class Renewing(Step):
    """An editor who has shown passphrase and code again, and the new ones, not yet in force.

    It holds for `RENEWING_LASTS`: somebody who finds the browser open later has to show both again.
    """

    name: ClassVar[str] = "renewing"
    half: str
    tag: str
    old_totp: str
    passphrase: str
    first: int
    second: int
    totp: str
    until: int

    @classmethod
    def of(cls, session: SessionBase) -> Self | None:
        """Return what was kept, or None where this was not begun or is over, or too long ago."""
        kept = super().of(session)
        return kept if kept and timezone.now().timestamp() < kept.until else None

    @classmethod
    def begun(cls, renewal: Renewal, *, at: datetime) -> Self:
        first, second = passphrases.two_places()
        return cls(
            half=renewal.half.hex(),
            tag=renewal.tag,
            old_totp=renewal.totp.reveal(),
            passphrase=passphrases.new_passphrase().reveal(),
            first=first,
            second=second,
            totp=credentials.new_totp().reveal(),
            until=int((at + RENEWING_LASTS).timestamp()),
        )

    @property
    def renewal(self) -> Renewal:
        return Renewal(half=bytes.fromhex(self.half), tag=self.tag, totp=Secret(self.old_totp))
