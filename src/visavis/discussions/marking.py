"""What a desk should look at twice, marked in the words that readers will see. Pure.

Marked are rows of capitalised words that may be a person's name, long numbers, and addresses. A mark is a
hint: names are found by capitals alone, so one in small letters, or in a script without capitals, is not.
Letters that nobody sees hide nothing: they are looked through, and named beside the words.

Doors: `marked`, `hidden_in`.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import NamedTuple

from markupsafe import Markup, escape

from visavis.base.text import Hidden, hidden_characters, inline


class Clue(StrEnum):
    """Why something is marked."""

    NAME = "name"
    NUMBER = "number"
    ADDRESS = "address"
    LINK = "link"


LOOKED_THROUGH = frozenset({"Cf", "Mn", "Me"})
LEAST_DIGITS = 6
"""A telephone number without its prefix; a year, or a day, has fewer or is written with points."""

# A word, or an initial. In Armenian the marks of speech are inside words.
_WORDS = re.compile(r"[^\W\d_](?:[^\W_]|[\u055b-\u055e'’ʼ](?=[^\W_]))*\.?")
_BETWEEN = re.compile(r"[\s_·•|/\\\u2010-\u2015-]{1,3}")
_INNER_CAPITAL = re.compile(r"[^\W\d_]*?[^\W\d_](?<=[a-zà-ÿа-яёա-ֆəğışçöü])[A-ZÀ-ÞА-ЯЁԱ-ՖƏĞİŞÇÖÜ]")
_NUMBER = re.compile(r"\+?\d(?:[\s()./‑–-]{0,3}\d)+")
_ADDRESS = re.compile(
    r"[^\s<>()]*[^\s<>().,]@[^\s<>()]+|(?:https?://|www\.)\S+|\b[\w-]+(?:\.[a-z]{2,24})+\b(?:/\S*)?|@\w{2,}"
)
_TAG = re.compile(r"<[^>]*>")
_HREF = re.compile(r'<a href="([^"]*)"')


class Span(NamedTuple):
    start: int
    end: int
    clue: Clue


def spans_in(text: str) -> list[Span]:
    """Return what to mark in a text, in order; none overlaps another. Marks on letters are looked through."""
    seen = [n for n, char in enumerate(text) if unicodedata.category(char) not in LOOKED_THROUGH]
    plain = "".join(text[place] for place in seen)
    found: list[Span] = []
    for span in (*_addresses(plain), *_numbers(plain), *_names(plain)):
        if all(span.end <= other.start or other.end <= span.start for other in found):
            found.append(span)
    return sorted(Span(seen[start], seen[end - 1] + 1, clue) for start, end, clue in found)


def marked(text: str, *, say: Callable[[Clue], str]) -> Markup:
    """Return a unit as readers will see it, with its marks; ``say`` has the words for who cannot see them.

    A link leads nowhere here, and its address is beside it: a desk's visit would tell that site of the desk.
    """
    pieces = _TAG.split(shown := inline(text))
    tags = _TAG.findall(shown)
    words = [str(Markup(each).unescape()) for each in pieces]  # noqa: S704 - `inline` made it safe
    spans = spans_in("".join(words))
    out, at, address = [Markup()], 0, ""
    for number, each in enumerate(words):
        out += _with_marks(each, at, spans, say)
        at += len(each)
        if number == len(tags):
            break
        tag = tags[number]
        if href := _HREF.match(tag):
            address = str(Markup(href[1]).unescape())  # noqa: S704 - shown as text
            out.append(_begun(say(Clue.LINK)))
        elif tag == "</a>":
            out.append(Markup("</mark> <code>{}</code>").format(address))
        elif not tag.startswith("<a"):
            out.append(Markup(tag))  # noqa: S704 - a tag of `inline`
    return Markup("").join(out)


def hidden_in(text: str) -> tuple[Hidden, ...]:
    """Return each character that nobody sees: what readers are not given, and what only shapes letters."""
    dropped = {each.character: each.count for each in hidden_characters(text)}
    formats = Counter(char for char in text if unicodedata.category(char) == "Cf")
    return tuple(Hidden(char, count) for char, count in {**formats, **dropped}.items())


def _with_marks(
    words: str, at: int, spans: list[Span], say: Callable[[Clue], str]
) -> Iterator[Markup]:
    """Yield one piece of the text, which begins ``at`` this place, with the marks that reach into it."""
    done = 0
    for span in spans:
        start, end = max(span.start - at, 0), min(span.end - at, len(words))
        if start >= end:
            continue
        yield escape(words[done:start])
        yield _begun(say(span.clue) if span.start >= at else "")
        yield escape(words[start:end]) + Markup("</mark>")
        done = end
    yield escape(words[done:])


def _begun(said: str) -> Markup:
    return (
        Markup('<mark><span class="unseen">{} </span>').format(said) if said else Markup("<mark>")
    )


def _addresses(text: str) -> Iterator[Span]:
    for match in _ADDRESS.finditer(text):
        yield Span(*match.span(), Clue.ADDRESS)


def _numbers(text: str) -> Iterator[Span]:
    for match in _NUMBER.finditer(text):
        if sum(char.isdigit() for char in match[0]) >= LEAST_DIGITS:
            yield Span(*match.span(), Clue.NUMBER)


def _names(text: str) -> Iterator[Span]:
    """Yield each row of two capitalised words or more, with nothing between them but a space."""
    row: list[re.Match[str]] = []
    for match in _WORDS.finditer(text):
        word = match[0].rstrip(".")
        is_initial = len(word) <= 2 and match[0].endswith(".")
        is_next = bool(row) and bool(_BETWEEN.fullmatch(text[row[-1].end() : match.start()]))
        is_next = is_next or (
            bool(row) and _ends_initial(row[-1][0]) and row[-1].end() == match.start()
        )
        if not is_next:
            yield from _name(row)
            row = []
        if word[0].isupper() or word[0].istitle():
            row.append(match)
            if match[0].endswith(".") and not is_initial:  # a sentence ends here
                yield from _name(row)
                row = []
        else:
            yield from _name(row)
            row = []
    yield from _name(row)


def _ends_initial(word: str) -> bool:
    return word.endswith(".") and len(word) <= 3


def _name(row: list[re.Match[str]]) -> Iterator[Span]:
    if len(row) > 1 or (row and _INNER_CAPITAL.match(row[0][0])):
        end = row[-1].end() - row[-1][0].endswith(".")
        yield Span(row[0].start(), end, Clue.NAME)
