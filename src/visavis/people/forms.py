"""What a form hands in, cut to size. Whether it is right is for rules and acts to say."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

from django.http import HttpRequest

from visavis.safety.secret import Secret
from visavis.sides.actions import Given
from visavis.signing.desk_statements import LARGEST_STATEMENT
from visavis.signing.vault import LARGEST_BOXES_FILE

from .instruction import Instruction
from .rules import NameWish, TextsWish, VoiceWish

LONGEST = 400


@dataclass(frozen=True)
class SignInForm:
    """Passphrase and code. Neither is ever shown again, so that every refusal has the same bytes."""

    passphrase: Secret
    digits: str = field(repr=False)

    @classmethod
    def of(cls, posted: Mapping[str, str]) -> Self:
        return cls(passphrase=Secret(_text(posted, "passphrase")), digits=_text(posted, "digits"))


@dataclass(frozen=True)
class PassphraseForm:
    """A passphrase alone, never shown again."""

    passphrase: Secret

    @classmethod
    def of(cls, posted: Mapping[str, str]) -> Self:
        return cls(passphrase=Secret(_text(posted, "passphrase")))


@dataclass(frozen=True)
class CodeForm:
    """A set-up code or an invitation."""

    code: Secret

    @classmethod
    def of(cls, posted: Mapping[str, str]) -> Self:
        return cls(code=Secret(_text(posted, "code")))


@dataclass(frozen=True, repr=False)
class WordsForm:
    """Two words of a passphrase, and the end of a recovery key where that is asked too."""

    first: str = ""
    second: str = ""
    ending: str = ""

    @classmethod
    def of(cls, posted: Mapping[str, str]) -> Self:
        return cls(
            first=_text(posted, "first"),
            second=_text(posted, "second"),
            ending="".join(_text(posted, "ending").lower().split()),
        )


@dataclass(frozen=True, repr=False)
class AuthenticatorForm:
    """The digits that a new authenticator shows, and the name under which the desk will know its owner."""

    label: str = ""
    digits: str = ""

    @classmethod
    def of(cls, posted: Mapping[str, str]) -> Self:
        return cls(label=_text(posted, "label"), digits=_text(posted, "digits"))


@dataclass(frozen=True)
class BatchForm:
    """How many codes, as whom people join with them, and the id that the page has drawn."""

    batch_id: str
    role: str
    size: str

    @classmethod
    def of(cls, posted: Mapping[str, str]) -> Self:
        return cls(
            batch_id=_text(posted, "batch"),
            role=_text(posted, "role"),
            size=_text(posted, "size"),
        )

    @property
    def n(self) -> int:
        """The number that was typed, in digits of any script; 0 for what is none."""
        return int(self.size) if self.size.isdecimal() and len(self.size) < 4 else 0


@dataclass(frozen=True)
class PublicKeysForm:
    """Two public keys that were made elsewhere."""

    public_key: str = ""
    recovery_key: str = ""

    @classmethod
    def of(cls, posted: Mapping[str, str]) -> Self:
        return cls(
            public_key="".join(_text(posted, "public_key").lower().split()),
            recovery_key="".join(_text(posted, "recovery_key").lower().split()),
        )


@dataclass(frozen=True, repr=False)
class InstructionForm:
    """What somebody wishes for a detention, as it was picked and typed. Nothing is picked for them."""

    texts: str = ""
    name: str = ""
    voice: str = ""
    whom: str = ""

    @classmethod
    def of(cls, posted: Mapping[str, str]) -> Self:
        return cls(*(_text(posted, name) for name in ("texts", "name", "voice", "whom")))

    @classmethod
    def saying(cls, said: Instruction) -> Self:
        return cls(said.texts or "", said.name or "", said.voice or "", said.whom)

    @property
    def said(self) -> Instruction:
        """The wishes; None in place of what is no answer. A person is named only where one is to be asked."""
        texts = next((each for each in TextsWish if each == self.texts), None)
        name = next((each for each in NameWish if each == self.name), None)
        voice = next((each for each in VoiceWish if each == self.voice), None)
        asks = name is NameWish.ASK or voice is VoiceWish.ASK
        return Instruction(texts, name, voice, self.whom if asks else "")


@dataclass(frozen=True)
class DetainedForm:
    """An editor's own passphrase and the desk's, or a file in its place; none is ever shown again."""

    passphrase: Secret
    desk_passphrase: Secret | None
    file: bytes

    @classmethod
    def of(cls, request: HttpRequest) -> Self:
        given = box_opened(request) or Given()
        return cls(Secret(_text(request.POST, "passphrase")), given.passphrase, given.signed)


def box_opened(request: HttpRequest) -> Given | None:
    """Return how the desk opened a box of its vault: with its passphrase, or on a machine of its own."""
    file = request.FILES.get("opened")
    if file is not None:
        return Given(signed=file.read(LARGEST_BOXES_FILE + 1))
    passphrase = _text(request.POST, "desk_passphrase")
    return Given(passphrase=Secret(passphrase)) if passphrase else None


def key_given(request: HttpRequest) -> Given | None:
    """Return how the desk gave its key for an act about its editors; None where it gave none."""
    file = request.FILES.get("signed")
    if file is not None:
        return Given(signed=file.read(LARGEST_STATEMENT + 1))
    passphrase = _text(request.POST, "desk_passphrase")
    return Given(passphrase=Secret(passphrase)) if passphrase else None


def _text(posted: Mapping[str, str], name: str) -> str:
    return posted.get(name, "")[:LONGEST].strip()
