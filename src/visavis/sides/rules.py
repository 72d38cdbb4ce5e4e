"""What a site may be founded with, and which keys a side may give.

Pure decisions: values in, a decision out.

1. A site has a name in each of its languages, and at least two sides; each side has a code, a name in
   each of the site's languages, and at least one of those languages as its own.
2. A side gives its keys once, both together; another pair needs a new charter.
3. No key is used in two places: not for two sides, not as key and recovery key, not as the release key.
   They are compared by their raw bytes.
4. A lost desk comes in again with a way in: a code that the side's key, or its recovery key, has signed.
   Nobody else can make one. Under the side's key it counts at once, under the recovery key after `SEEN_FOR`.
   It counts for `WAY_IN_LASTS`, and every desk sees it for `WAY_IN_IS_NEWS`.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from babel import Locale, UnknownLocaleError

from visavis.safety.reading import JOINT
from visavis.signing.charter import RELEASE_KEY, Waiting
from visavis.signing.desk_statements import SignedStatement, Statement
from visavis.signing.document import LANGUAGE_CODE, SIDE_CODE
from visavis.signing.problems import is_hidden

LONGEST_NAME = 120
SEEN_FOR = timedelta(days=2)
"""Asked late in one evening and in force on the day after next: one whole day lies between for everyone."""
WAY_IN_LASTS = timedelta(days=7)
WAY_IN_IS_NEWS = timedelta(days=30)


class SideRefusal(StrEnum):
    """Why a site is not founded so, or why keys are not taken or opened."""

    SITE_EXISTS = "there is a site already"
    NO_LANGUAGE = "no language"
    BAD_LANGUAGE = "not a language code"
    UNKNOWN_LANGUAGE = "a code of no known language"
    TOO_FEW_SIDES = "fewer than two sides"
    BAD_CODE = "not a side's code"
    CODE_TWICE = "one code for two sides"
    NAME_MISSING = "a name is missing in a language"
    BAD_NAME = "a name that cannot be shown"
    LANGUAGES_OF_SIDE = "a side without a language of the site"
    BAD_WAITING = "not a waiting time"
    HAS_KEYS = "this side has given its keys"
    KEY_IN_USE = "this key is in use already"
    NOT_A_KEY = "not a public key"
    NO_VAULT_KEY = "no vault key of this key"
    OTHER_BOX = "a box that this key does not open"
    BAD_OPENED = "not a file of what was in boxes"
    OTHER_OPENED = "what was in other boxes"
    WRONG_PASSPHRASE = "the passphrase does not open the key"  # noqa: S105 - the name of a refusal
    KEPT_ELSEWHERE = "the private key is not on this server"
    KEYS_MISSING = "not every side has given its keys"
    NO_SUCH_SIDE = "there is no such side"
    NO_KEYS_YET = "this side has not given its keys"
    BAD_STATEMENT = "not a signed statement"
    OTHER_STATEMENT = "signed for something else"
    OLD_STATEMENT = "signed too long ago, or for a day to come"
    OTHER_KEY = "signed with another key"
    USED_STATEMENT = "this way in has been used"


@dataclass(frozen=True)
class SideAnswers:
    """What `visavis init` is given about one side."""

    code: str
    names: Mapping[str, str]
    languages: tuple[str, ...]


@dataclass(frozen=True)
class SiteAnswers:
    """What `visavis init` is given about the site."""

    names: Mapping[str, str]
    languages: tuple[str, ...]
    sides: tuple[SideAnswers, ...]
    waiting: Waiting = field(default_factory=Waiting)


@dataclass(frozen=True)
class SignInCost:
    """What one sign-in costs: the same for every account, since nobody says who they are."""

    memory_kib: int = 47_104
    passes: int = 2


def why_not_found(answers: SiteAnswers, *, has_site: bool) -> SideRefusal | None:
    """Return why no site is founded with these answers, or None."""
    if has_site:
        return SideRefusal.SITE_EXISTS
    return (
        why_not_languages(answers.languages)
        or _why_not_sides(answers)
        or _why_not_names(answers)
        or _why_not_waiting(answers.waiting)
    )


def why_not_languages(codes: Sequence[str]) -> SideRefusal | None:
    """Return why a site cannot have these languages, or None."""
    if not codes:
        return SideRefusal.NO_LANGUAGE
    if len(set(codes)) != len(codes) or not all(map(LANGUAGE_CODE.fullmatch, codes)):
        return SideRefusal.BAD_LANGUAGE
    return None if all(map(_is_known, codes)) else SideRefusal.UNKNOWN_LANGUAGE


def why_not_side_code(code: str, *, taken: Collection[str]) -> SideRefusal | None:
    """Return why a side cannot have this code beside those that are ``taken``, or None."""
    if not SIDE_CODE.fullmatch(code) or code in {RELEASE_KEY, JOINT}:
        return SideRefusal.BAD_CODE
    return SideRefusal.CODE_TWICE if code in taken else None


def why_not_languages_of_side(
    own: Sequence[str], *, languages: Collection[str]
) -> SideRefusal | None:
    """Return why these cannot be a side's languages on a site of those ``languages``, or None."""
    if not own or len(set(own)) != len(own) or not set(own) <= set(languages):
        return SideRefusal.LANGUAGES_OF_SIDE
    return None


def why_not_name(name: str) -> SideRefusal | None:
    return None if can_be_shown(name) else SideRefusal.BAD_NAME


def why_not_give_keys(
    *, public_key: str, recovery_key: str, has_keys: bool, in_use: Collection[str]
) -> SideRefusal | None:
    """Return why a side may not give this pair, or None. ``in_use``: every key in use."""
    if has_keys:
        return SideRefusal.HAS_KEYS
    if public_key == recovery_key or public_key in in_use or recovery_key in in_use:
        return SideRefusal.KEY_IN_USE
    return None


def why_not_statement(
    signed: SignedStatement, *, wanted: Statement, keys: Collection[str], today: date
) -> SideRefusal | None:
    """Return why this is not what the side was to sign, or None. ``wanted`` may have any day."""
    if not signed.statement.says(wanted):
        return SideRefusal.OTHER_STATEMENT
    if not signed.statement.counts_on(today):
        return SideRefusal.OLD_STATEMENT
    return None if signed.public_key.hex in keys else SideRefusal.OTHER_KEY


def way_in_counts_from(today: date, *, is_recovery: bool) -> date:
    """Return the first day of a way in. A recovery key lies on paper somewhere: its use is seen first."""
    return today + SEEN_FOR if is_recovery else today


def can_be_shown(name: str) -> bool:
    """Return whether a name is one visible line without signs that turn or hide what is around it."""
    return (
        0 < len(name.strip()) <= LONGEST_NAME
        and name == name.strip()
        and not any(map(is_hidden, name))
    )


def _why_not_sides(answers: SiteAnswers) -> SideRefusal | None:
    codes = [side.code for side in answers.sides]
    if len(codes) < 2:
        return SideRefusal.TOO_FEW_SIDES
    for number, side in enumerate(answers.sides):
        refusal = why_not_side_code(side.code, taken=codes[:number]) or why_not_languages_of_side(
            side.languages, languages=answers.languages
        )
        if refusal:
            return refusal
    return None


def _is_known(language: str) -> bool:
    """Whether the language is one that people speak: the Unicode consortium knows how it writes a day."""
    try:
        Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        return False
    return True


def _why_not_names(answers: SiteAnswers) -> SideRefusal | None:
    for names in (answers.names, *(side.names for side in answers.sides)):
        if set(names) != set(answers.languages):
            return SideRefusal.NAME_MISSING
        if any(map(why_not_name, names.values())):
            return SideRefusal.BAD_NAME
    return None


def _why_not_waiting(waiting: Waiting) -> SideRefusal | None:
    return None if waiting.is_right else SideRefusal.BAD_WAITING
