"""Many strikes at once: whole paragraphs, and places quoted by their words."""

import pytest

from visavis.library import drafting
from visavis.library.bodies import TextBody, Unit, UnitKind, Version, Why
from visavis.library.cuts import StrikeRefusal
from visavis.library.striking import Fault, Striking, struck

ORIGINAL = (
    "When the river froze we walked across.",
    "Nobody asked us. Nobody … asked them.",
    "When the ice broke we stayed.",
)


def version(*texts: str) -> Version:
    return Version(title="T", units=tuple(Unit(UnitKind.PARAGRAPH, text) for text in texts))


def body(*translated: str) -> TextBody:
    made = TextBody(original="en", versions={"en": version(*ORIGINAL)})
    if not translated:
        return made
    units = version(*translated).units
    words = drafting.translated(made.first, title="T", units=units, translator=None, of_version=1)
    return made.with_version("fr", words)


def cut_words(made: TextBody, language: str = "en") -> list[str]:
    words = made.versions[language]
    return [words.units[cut.unit].text[cut.start : cut.end] for cut in words.cuts]


@pytest.mark.parametrize(
    ("line", "cut"),
    [
        ("the ice broke", "the ice broke"),
        ("When the river … across.", ORIGINAL[0]),
        ("When the river...walked", "When the river froze we walked"),
        ("3: When … stayed", "When the ice broke we stayed"),
        ("Nobody … asked", "Nobody … asked"),
        ("2: them", "them"),
    ],
)
def test_a_place_is_found_by_its_words(line: str, cut: str) -> None:
    made = struck(body(), "en", Striking(why=Why.LENGTH, quoted=(line,)))
    assert made.faults == ()
    assert cut_words(made.body) == [cut]


@pytest.mark.parametrize(
    ("line", "refusal"),
    [
        ("Nobody", StrikeRefusal.STANDS_TWICE),
        ("2: Nobody", StrikeRefusal.STANDS_TWICE),
        ("When the", StrikeRefusal.STANDS_TWICE),
        ("the bridge", StrikeRefusal.WORDS_NOT_FOUND),
        ("stayed … river", StrikeRefusal.WORDS_NOT_FOUND),
        ("1: the ice", StrikeRefusal.WORDS_NOT_FOUND),
        ("9: the ice", StrikeRefusal.WORDS_NOT_FOUND),
        ("…", StrikeRefusal.NO_WORDS),
    ],
)
def test_a_line_that_names_no_place_or_several_is_told(line: str, refusal: StrikeRefusal) -> None:
    made = struck(body(), "en", Striking(why=Why.LENGTH, quoted=(line, "the ice broke")))
    assert made.faults == (Fault(line, refusal),)
    assert cut_words(made.body) == ["the ice broke"]


def test_paragraphs_and_places_are_struck_together_each_word_once() -> None:
    chosen = Striking(why=Why.LENGTH, whole=(0, 2), quoted=("them.", "the river"))
    made = struck(body(), "en", chosen)
    assert made.faults == (Fault("the river", StrikeRefusal.ALREADY_STRUCK),)
    assert cut_words(made.body) == [ORIGINAL[0], "them.", ORIGINAL[2]]


def test_a_whole_paragraph_goes_with_what_stands_beside_it_alone() -> None:
    text = body("Un, un, un, un, un.", "Deux, deux, deux, deux.", "Trois, trois, trois.")
    chosen = Striking(why=Why.LAW, whole=(1,), quoted=("the ice",), in_translations=True)
    assert cut_words(struck(text, "en", chosen).body, "fr") == ["Deux, deux, deux, deux."]
    alone = Striking(why=Why.LAW, whole=(1,))
    assert cut_words(struck(text, "en", alone).body, "fr") == []


def test_no_such_paragraph_and_nothing_at_all_are_told() -> None:
    for chosen, fault in (
        (Striking(why=Why.LENGTH, whole=(3,)), Fault(3, StrikeRefusal.NO_SUCH_UNIT)),
        (Striking(why=Why.LENGTH), Fault("", StrikeRefusal.NOTHING_CHOSEN)),
    ):
        made = struck(body(), "en", chosen)
        assert made.faults == (fault,)
        assert made.body == body()
