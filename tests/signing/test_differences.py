"""Changes are marked word by word, and nothing is lost between the old text and the new."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visavis.signing.differences import Change, Piece, changed_paragraphs, changed_words, unchanged

SAME, ADDED, GONE = Change.SAME, Change.ADDED, Change.GONE
words = st.lists(st.sampled_from(["sülh", "իմ", "peace,", "a", "b", "—"]), max_size=8).map(" ".join)
texts = st.lists(words, max_size=6)


def old_of(pieces):
    return "".join(piece.text for piece in pieces if piece.change is not ADDED)


def new_of(pieces):
    return "".join(piece.text for piece in pieces if piece.change is not GONE)


@given(st.text(max_size=40), st.text(max_size=40))
def test_both_texts_can_be_read_back_from_the_changes_letter_for_letter(old, new):
    pieces = changed_words(old, new)
    assert old_of(pieces) == old
    assert new_of(pieces) == new


@given(texts, texts)
def test_every_new_paragraph_is_read_back_in_its_place(old, new):
    changes = changed_paragraphs(old, new)
    assert [new_of(each) for each in changes.paragraphs] == new
    assert changes.is_same == (old == new)
    assert all(0 <= place <= len(new) for place in changes.gone)


@given(texts, texts)
def test_no_old_word_is_lost(old, new):
    changes = changed_paragraphs(old, new)
    seen = [word for each in changes.paragraphs for word in old_of(each).split()]
    seen += [word for gone in changes.gone.values() for text in gone for word in text.split()]
    assert sorted(seen) == sorted(word for text in old for word in text.split())


def test_one_changed_word_is_marked_and_its_neighbours_are_not():
    pieces = changed_words("We keep the old bridge.", "We keep the new bridge.")
    assert pieces == (
        Piece(SAME, "We keep the "),
        Piece(GONE, "old"),
        Piece(ADDED, "new"),
        Piece(SAME, " bridge."),
    )


def test_a_changed_phrase_is_one_change_and_not_a_row_of_words():
    pieces = changed_words("It was a cold winter day.", "It was one warm morning there.")
    assert [piece.change for piece in pieces] == [SAME, GONE, ADDED]


def test_one_changed_letter_marks_its_word():
    assert Piece(ADDED, "ən") in changed_words("bu en yaxşı", "bu ən yaxşı")


def test_a_paragraph_that_is_gone_is_shown_where_it_stood():
    changes = changed_paragraphs(["One.", "Two.", "Three."], ["One.", "Three."])
    assert changes.gone == {1: ("Two.",)}
    assert changes.paragraphs == unchanged(["One.", "Three."]).paragraphs


def test_a_paragraph_that_is_gone_from_the_end_is_shown_at_the_end():
    assert changed_paragraphs(["One.", "Two."], ["One."]).gone == {1: ("Two.",)}


def test_a_new_paragraph_is_all_added():
    changes = changed_paragraphs(["One."], ["One.", "Two."])
    assert changes.paragraphs[1] == (Piece(ADDED, "Two."),)


def test_a_first_version_has_no_changes():
    assert unchanged(["One.", "Two."]).is_same


@pytest.mark.parametrize("n", [0, 1, 500])
def test_a_long_text_with_one_new_word_marks_that_word_alone(n):
    rng = random.Random(n)  # noqa: S311 - words for a test
    old = [" ".join(str(rng.random()) for _ in range(60)) for _ in range(1_000)]
    new = list(old)
    new[n] += " more"
    marked = [
        piece
        for each in changed_paragraphs(old, new).paragraphs
        for piece in each
        if piece.change is not SAME
    ]
    assert [piece.text.strip() for piece in marked] == ["more"]
