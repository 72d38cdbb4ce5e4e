"""What a kind says of one of its documents to those who are about to sign it.

The words stand as they are signed, marks and addresses included; where readers will see other letters,
since some are marks, they stand a second time as readers will see them (``seen``). Cuts are shown with the
words they strike; of what is withheld there is only a number, since the words are not in the document.

Marks inside a passage are single characters that no clean text can hold (U+FDD0 to U+FDD4), so that a
change of a cut is a change like any other. `plain` takes such characters out of the text itself, for bytes
may have been signed that no form of ours ever saw.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple, TypeAlias

from markupsafe import Markup

from visavis.base import text as safe_text
from visavis.base.languages import day_in, name_alone, name_of, number_in

CUT, UNCUT, WITHHELD, END = "\ufdd0", "\ufdd1", "\ufdd2", "\ufdd4"
NOT_IN_A_TEXT = re.compile("[\ufdd0-\ufdef]")
MARKS = re.compile(f"{CUT}([a-z-]*){END}|({UNCUT})|{WITHHELD}([a-z-]*):([0-9]*){END}")
NONE = "–"
"""What a field shows that has nothing in it: in many languages one word would not fit every noun."""

Fact: TypeAlias = tuple[str, str]
"""A field of a document: its name, and its value in words."""

Rows: TypeAlias = tuple[tuple[tuple[int, ...], tuple[int, ...]], ...]
"""Which passages of the original stand beside which passages of a translation, by their numbers."""


class Line(NamedTuple):
    """A line by which an editor knows a document again, and the language it is in."""

    language: str
    text: str


@dataclass(frozen=True)
class Passage:
    """One unit of a text. ``kind`` is a name of `wording.PASSAGES`: title, paragraph, proposal, …

    ``seen`` is what readers will see, where that is not the text letter for letter.
    """

    kind: str
    text: str
    seen: Markup | None = None


@dataclass(frozen=True)
class Words:
    """A text in one language, and beside which passages of the original each of its own is."""

    language: str
    passages: tuple[Passage, ...]
    rows: Rows = ()
    stale: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Contents:
    """All that a document says: its words by language, and its fields in plain sentences.

    ``left`` is the language on the left, beside which the others are laid; empty for none.
    ``borrowed`` are languages whose words are another document's, and stand here only to be compared.
    """

    left: str
    words: Mapping[str, Words]
    facts: tuple[Fact, ...]
    is_left_original: bool = True
    borrowed: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Names:
    """How the page speaks: in this language, of these sides, to somebody who reads these languages.

    ``kind_of`` gives the name of a kind by its word.
    """

    language: str
    sides: Mapping[str, str]
    prefer: Sequence[str] = ()
    kind_of: Callable[[str], str] = field(default=str, repr=False)

    def side(self, code: str) -> str:
        return self.sides.get(code, code)

    def day(self, day: date) -> str:
        return day_in(day, language=self.language)

    def tongue(self, code: str) -> str:
        """Return the language's name for messages that have a word for language."""
        return name_of(code, among=self.language)

    def tongue_alone(self, code: str) -> str:
        return name_alone(code, among=self.language)

    def number(self, n: int) -> str:
        return number_in(n, language=self.language)

    def all_of(self, codes: Sequence[str]) -> str:
        return " · ".join(self.side(code) for code in codes) or "–"


def plain(text: str) -> str:
    """Return a text without characters that would be taken for marks."""
    return NOT_IN_A_TEXT.sub("\ufffd", text)


def passage(kind: str, text: str) -> Passage:
    """Return a unit in which stars, underscores and brackets may be marks."""
    is_marked = safe_text.plain(text) != safe_text.as_it_is(text)
    return Passage(kind, plain(text), seen=safe_text.inline(text) if is_marked else None)


def struck(text: str, *, why: str) -> str:
    """Return words with marks around them: they are in the document, and readers see them on request."""
    return f"{CUT}{why}{END}{plain(text)}{UNCUT}"


def withheld(n_words: int, *, why: str) -> str:
    """Return the mark in place of words that are not in the document."""
    return f"{WITHHELD}{why}:{n_words}{END}"


def beside(language: str, passages: Iterable[Passage]) -> Words:
    """Return words whose passages are beside those of the original with the same number."""
    every = tuple(passages)
    rows = tuple(((number,), (number,)) for number in range(len(every)))
    return Words(language=language, passages=every, rows=rows)


def in_one_language(language: str, passages: Iterable[Passage]) -> Contents:
    """Return what a document with words in one language, and with no other field, says."""
    clean = (Passage(each.kind, plain(each.text)) for each in passages)
    return Contents(left=language, words={language: beside(language, clean)}, facts=())


def values_of(value: Any, *, name: str = "") -> Iterator[Fact]:
    """Yield every value inside a body that nobody here can read, each under the path that leads to it."""
    if isinstance(value, Mapping):
        for key in value:
            yield from values_of(value[key], name=f"{name} › {key}" if name else str(key))
    elif isinstance(value, list | tuple):
        for number, each in enumerate(value, start=1):
            yield from values_of(each, name=f"{name} {number}")
    else:
        yield name, "–" if value is None else plain(str(value))
