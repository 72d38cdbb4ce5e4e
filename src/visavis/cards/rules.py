"""What a pen name may be, and when a card may be handed in.

1. A card has a form of the pen name in each language of the sides, and none in another. Each form has
   from two to forty signs: letters of one script in which its language is written, and between them single
   spaces, hyphens and apostrophes. No digits, no addresses, nothing that nobody can see.
2. A name that looks like one in use, like a side's name or like what an office of the site is called, is not
   free. Taken and reserved are one answer, so that a guess learns nothing.
3. Role and cues are picked from fixed lists. Every cue may be left out. A desk may leave out whole lists.
4. A cue that few people share is shown all the same if its author wants so: `rarity` only warns.
5. A card belongs to one side, is made from nothing, and has its author's key. It is never joint words, and
   a next version has the same key.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from visavis.base.scripts import scripts_in, scripts_of
from visavis.base.text import UnfitTextError, clean, hidden_characters
from visavis.kinds.acts import Act, Around
from visavis.signing.document import Document

from .look_alikes import looks

CARD = "card"
LEAST_SIGNS, MOST_SIGNS = 2, 40
FEW = 20
MOST_WAITING = 1_000
"""Cards of one side at its desk. They take no place in the desks' own line."""
"""K: below this number of people a combination of cues is rare."""
MOST_READ = 6
"""Of the languages that a card says its author reads."""


class CardRefusal(StrEnum):
    """Why a pen name or a card is not taken so."""

    NO_NAME = "no pen name"
    TOO_SHORT = "the pen name is too short"
    TOO_LONG = "the pen name is too long"
    DIGITS = "digits in the pen name"
    ADDRESS = "an address in the pen name"
    HIDDEN = "hidden characters in the pen name"
    SIGNS = "other signs than letters in the pen name"
    MIXED_SCRIPTS = "letters of several scripts in one form"
    ANOTHER_SCRIPT = "letters of another language"
    NOT_FREE = "the pen name is not free"
    NO_CARD = "there is no card"
    HAS_CARD = "there is a card already"
    LEFT_OUT = "the desk has left out this list"
    NO_CHARTER = "no charter"
    NO_AUTHORS_KEY = "no key of its author's"
    NOT_ALONE = "a card is one side's, and made from nothing"
    NAME_IN_USE = "an open card has this pen name"


class Alike(StrEnum):
    """What a card that waits looks like."""

    WAITING = "another card that waits"
    OPEN = "an open card"


class Role(StrEnum):
    """As whom somebody takes part: what the invitation says (`people.rules.ParticipantRole`)."""

    CIVIL_SOCIETY = "civil-society"
    JOURNALIST = "journalist"
    STUDENT = "student"
    YOUTH = "youth"
    EXPERT = "expert"
    OTHER = "other"


class CueList(StrEnum):
    """The lists of cues, in the order in which a card shows them."""

    GENERATION = "generation"
    TRADE = "trade"
    COOK = "cook"
    MISS = "miss"
    READS = "reads"


class Generation(StrEnum):
    """The decade in which somebody went to school: wider than an age, and known to every neighbour."""

    BEFORE_1960 = "before-1960"
    S1960 = "1960s"
    S1970 = "1970s"
    S1980 = "1980s"
    S1990 = "1990s"
    S2000 = "2000s"
    S2010 = "2010s"
    S2020 = "2020s"


class Trade(StrEnum):
    """What somebody works at. No office, no uniform, and nothing of which a town has one."""

    TEACHING = "teaching"
    CARE = "care"
    LAND = "land"
    BUILDING = "building"
    KITCHEN = "kitchen"
    CRAFTS = "crafts"
    ROADS = "roads"
    SHOP = "shop"
    BOOKS = "books"
    ARTS = "arts"
    MACHINES = "machines"
    HOME = "home"
    STUDY = "study"


class Dish(StrEnum):
    """What somebody cooks. None of these has a name over which two societies quarrel."""

    SOUP = "soup"
    BREAD = "bread"
    RICE = "rice"
    POTATOES = "potatoes"
    EGGS = "eggs"
    GREENS = "greens"
    FISH = "fish"
    BEANS = "beans"
    PIES = "pies"
    JAM = "jam"
    PICKLES = "pickles"
    TEA = "tea"
    COFFEE = "coffee"
    WHATEVER = "whatever"


class Missed(StrEnum):
    """What somebody misses. No place, no person and no event."""

    SUMMERS = "summers"
    SNOW = "snow"
    TABLE = "table"
    FRIENDS = "friends"
    LETTERS = "letters"
    GAMES = "games"
    TRAINS = "trains"
    SILENCE = "silence"
    SONGS = "songs"
    GARDEN = "garden"
    BACKGAMMON = "backgammon"
    STARS = "stars"
    TIME = "time"


READ = ("ar", "az", "de", "en", "es", "fa", "fr", "hy", "it", "ka", "ru", "tr", "uk")
"""The languages that a card may name."""

SPACES_AND_SIGNS = " -'’ʼ‑"
ADDRESS = re.compile(r"[@/\\:]|www|\w\.\w", re.IGNORECASE)
BETWEEN = re.compile(f"[{re.escape(SPACES_AND_SIGNS)}]")
OUTSIDE = re.compile(rf"\A{BETWEEN.pattern}|{BETWEEN.pattern}\Z|{BETWEEN.pattern}{{2}}")
OFFICES = (
    "admin",
    "moderat",
    "editor",
    "redak",
    "redac",
    "խմբագ",
    "մոդերատ",
    "редак",
    "админ",
    "модерат",
)
"""How words for those who answer for the site begin, in the languages of the interface."""
RESERVED = ("visavis", "site", "sayt", "կայք", "сайт", "desk", "masa")


def why_not_pen_name(
    form: str, *, language: str, taken: Collection[str], reserved: Iterable[str] = ()
) -> CardRefusal | None:
    """Return why this is no form of a pen name in this language, or None.

    ``taken`` are the looks (`look_alikes.looks`) of names in use, ``reserved`` the names of the sides and of
    the site. Both are one answer.
    """
    refusal = _why_not_letters(form, language=language)
    if refusal:
        return refusal
    own = looks(form)
    whole = {look for name in (*reserved, *RESERVED) for look in looks(name)}
    words = (form, *BETWEEN.split(form))
    is_reserved = not own.isdisjoint(whole) or any(_is_office(word) for word in words)
    return CardRefusal.NOT_FREE if is_reserved or not own.isdisjoint(taken) else None


def _why_not_letters(form: str, *, language: str) -> CardRefusal | None:
    letters = [char for char in form if unicodedata.category(char)[0] in "LM"]
    scripts = scripts_in("".join(char for char in form if char not in SPACES_AND_SIGNS))
    signs = (each for each in form if each not in SPACES_AND_SIGNS and each not in letters)
    found = {
        CardRefusal.NO_NAME: not form.strip(),
        CardRefusal.HIDDEN: _has_hidden(form),
        CardRefusal.ADDRESS: bool(ADDRESS.search(form)),
        CardRefusal.DIGITS: any(unicodedata.category(char)[0] == "N" for char in form),
        CardRefusal.TOO_SHORT: len(letters) < LEAST_SIGNS,
        CardRefusal.TOO_LONG: len(form) > MOST_SIGNS,
        CardRefusal.SIGNS: any(signs) or bool(OUTSIDE.search(form)),
        CardRefusal.MIXED_SCRIPTS: len(scripts) > 1,
        CardRefusal.ANOTHER_SCRIPT: not scripts & set(scripts_of(language)),
    }
    return next((refusal for refusal, is_so in found.items() if is_so), None)


def _has_hidden(form: str) -> bool:
    try:
        return bool(hidden_characters(form)) or clean(form) != form
    except UnfitTextError:
        return True


def _is_office(word: str) -> bool:
    beginnings = tuple(look for beginning in OFFICES for look in looks(beginning))
    return any(look.startswith(beginnings) for look in looks(word))


def what_a_pen_name_lacks(
    forms: Mapping[str, str],
    *,
    languages: Collection[str],
    taken: Collection[str],
    reserved: Iterable[str] = (),
) -> dict[str, CardRefusal]:
    """Return for each language of the sides why its form is not taken; nothing if all are."""
    reserved = tuple(reserved)
    found = {
        language: why_not_pen_name(
            forms.get(language, ""), language=language, taken=taken, reserved=reserved
        )
        for language in languages
    }
    return {language: refusal for language, refusal in found.items() if refusal}


def looks_of(forms: Iterable[str]) -> frozenset[str]:
    """Return the looks of every form of a pen name."""
    return frozenset(look for form in forms for look in looks(form))


def alike(waiting: Iterable[Document], *, in_use: Collection[str]) -> dict[str, Alike]:
    """Return which of these cards has a form that looks like one in use, or like another of these.

    ``in_use`` are the looks of open cards' names.
    """
    looks_by_item = {each.id: looks_of(_forms(each)) for each in waiting}
    n = Counter(look for some in looks_by_item.values() for look in some)
    found = {}
    for item, own in looks_by_item.items():
        if not own.isdisjoint(in_use):
            found[item] = Alike.OPEN
        elif any(n[look] > 1 for look in own):
            found[item] = Alike.WAITING
    return found


def why_not_open_name(card: Document, *, in_use: Collection[str]) -> CardRefusal | None:
    """Return why this card does not open beside those that are open, or None: asked in the act."""
    is_free = looks_of(_forms(card)).isdisjoint(in_use)
    return None if is_free else CardRefusal.NAME_IN_USE


def _forms(card: Document) -> list[str]:
    """Return the forms of a card's pen name. Its body may be of any shape."""
    forms = card.body.get("pen_name")
    return (
        [each for each in forms.values() if isinstance(each, str)]
        if isinstance(forms, Mapping)
        else []
    )


@dataclass(frozen=True)
class Profile:
    """What a card says beside the name: side, role and cues, each cue list with what was picked."""

    side: str
    role: str
    cues: Mapping[str, frozenset[str]]

    def fits(self, other: "Profile") -> bool:
        """Return whether another card says all this too."""
        return (self.side, self.role) == (other.side, other.role) and all(
            picked <= other.cues.get(name, frozenset()) for name, picked in self.cues.items()
        )

    def without(self, name: str) -> "Profile":
        return Profile(
            self.side, self.role, {key: some for key, some in self.cues.items() if key != name}
        )


@dataclass(frozen=True)
class Rarity:
    """Fewer than `FEW` people fit a card. ``without`` are the lists whose cues help most if left out."""

    without: tuple[str, ...]


def rarity(profile: Profile, *, among: Iterable[Profile]) -> Rarity | None:
    """Return a warning where fewer than `FEW` other cards say what this one says, or None.

    A card without cues is never warned of: side and role are in its invitation.
    """
    if not profile.cues:
        return None
    others = tuple(among)
    if _n_fitting(profile, others) >= FEW:
        return None
    counts = {name: _n_fitting(profile.without(name), others) for name in profile.cues}
    enough = tuple(name for name, count in counts.items() if count >= FEW)
    best = max(counts.values())
    return Rarity(enough or tuple(name for name, count in counts.items() if count == best))


def _n_fitting(profile: Profile, others: Iterable[Profile]) -> int:
    return sum(profile.fits(other) for other in others)


def why_not_leave_out(picked: Iterable[str], *, left_out: Collection[str]) -> CardRefusal | None:
    """Return why these lists cannot be on a card, or None: its desk has left one of them out."""
    return CardRefusal.LEFT_OUT if set(picked) & set(left_out) else None


def why_not_act_on_card(card: Document, _act: Act, _around: Around) -> CardRefusal | None:
    """Return why this card is not taken, or None: at every act."""
    if card.closer is None:
        return CardRefusal.NO_AUTHORS_KEY
    is_alone = card.side is not None and not card.made_from and card.part_of is None
    is_alone = is_alone and card.seats is None and card.seal is None
    return None if is_alone else CardRefusal.NOT_ALONE
