"""The fictional world: complete, well formed, and written in the letters of its languages."""

import re
import unicodedata
from collections.abc import Iterator

import pytest

from visavis.base.text import clean, count_words
from visavis.project.world import Prose, prose, world

WORLD = world()
LETTERS = {"az": "LATIN", "en": "LATIN", "fr": "LATIN", "hy": "ARMENIAN", "ru": "CYRILLIC"}


def files() -> Iterator[tuple[str, str, Prose]]:
    for question in WORLD.questions.values():
        for language, words in question.versions.items():
            yield f"questions/{question.name}", language, words
        for answer in question.answers:
            for language, words in answer.versions.items():
                yield f"questions/{question.name}/answer-{answer.side}", language, words
    for text in WORLD.texts.values():
        for language, words in text.versions.items():
            yield f"texts/{text.name}", language, words
        if text.added:
            yield f"texts/{text.name}", text.added.language, text.added.prose
    for discussion in WORLD.discussions.values():
        for language, words in discussion.versions.items():
            yield f"discussions/{discussion.name}", language, words
        for said in discussion.said:
            for language, words in said.versions.items():
                yield f"discussions/{discussion.name}/{said.name}", language, words
        for restated in discussion.restated:
            place = f"discussions/{discussion.name}/restated/{restated.name}"
            for language, words in restated.versions.items():
                yield place, language, words
            for language, words in restated.correction.items():
                yield f"{place}/correction", language, words


FILES = [
    pytest.param(language, words, id=f"{place}-{language}") for place, language, words in files()
]


def all_words(words: Prose) -> str:
    return "\n".join([words.title, *words.paragraphs, words.proposal])


def test_there_are_four_questions_and_six_texts_of_which_two_are_letters():
    assert len(WORLD.questions) == 4
    assert len(WORLD.texts) == 6
    assert sum(text.kind == "letter" for text in WORLD.texts.values()) == 2


def test_both_sides_ask_write_and_answer_equally_often():
    def count(side: str) -> tuple[int, ...]:
        return (
            sum(question.by == side for question in WORLD.questions.values()),
            sum(text.side == side for text in WORLD.texts.values()),
            sum(a.side == side for q in WORLD.questions.values() for a in q.answers),
        )

    assert count("az") == count("hy")


def test_eight_people_take_part_four_a_side_and_each_says_something():
    sides = [person.side for person in WORLD.people.values()]
    assert (sides.count("az"), sides.count("hy")) == (4, 4)
    assert {"az", "hy"} == {code for each in WORLD.people.values() for code in each.pen_name}
    said = [each for discussion in WORLD.discussions.values() for each in discussion.said]
    assert {each.by for each in said} == set(WORLD.people)
    by_side = [WORLD.people[each.by].side for each in said]
    assert by_side.count("az") == by_side.count("hy") == 7


def test_half_of_what_is_said_replies_to_the_other_side():
    for discussion in WORLD.discussions.values():
        by = {each.name: WORLD.people[each.by].side for each in discussion.said}
        across = [each for each in discussion.said if each.to and by[each.to] != by[each.name]]
        assert len(across) >= len(discussion.said) / 2, discussion.name


def test_what_is_withdrawn_had_a_reply_from_the_other_side():
    said = {each.name: each for each in WORLD.discussions["words"].said}
    (gone,) = (each for each in said.values() if each.withdrawn is not None)
    assert [WORLD.people[each.by].side for each in said.values() if each.to == gone.name] == ["hy"]
    assert gone.withdrawn < said["number"].day < gone.day


def test_one_discussion_has_the_heard_gate_and_each_side_is_asked_as_often():
    (gated,) = (each for each in WORLD.discussions.values() if each.has_gate)
    said = {each.name: each for each in gated.said}
    by = [WORLD.people[each.by].side for each in gated.restated]
    assert by.count("az") == by.count("hy") + 2  # a second round, and what was not agreed
    for each in gated.restated:
        assert WORLD.people[said[each.of].by].side != WORLD.people[each.by].side, each.name
        assert set(each.versions) == {"az", "hy"}, each.name
        assert all(
            count_words(words.paragraphs[0], code) <= 80 for code, words in each.versions.items()
        )
        assert bool(each.correction) == (each.not_quite is not None), each.name
    replies = [each for each in gated.said if each.to]
    assert {(each.by, each.to) for each in replies} <= {(e.by, e.of) for e in gated.restated}


def test_a_restatement_waits_for_each_of_the_two_who_sign_in_and_one_of_theirs_at_the_other_desk():
    gated = WORLD.discussions["words"]
    said = {each.name: each for each in gated.said}
    waits = [each for each in gated.restated if each.day == 2]
    first = {"buttons", "cup"}
    assert {said[each.of].by for each in waits if each.handed_on} == first
    assert {each.by for each in waits if not each.handed_on} == first


def test_what_is_said_can_be_read_in_both_languages_and_keeps_to_the_limit():
    for discussion in WORLD.discussions.values():
        assert set(discussion.versions) == set(WORLD.languages), discussion.name
        for said in discussion.said:
            assert {"az", "hy"} <= set(said.versions) or said.withdrawn is not None, said.name
            words = "\n".join(said.versions[said.original].paragraphs)
            assert count_words(words, said.original) <= discussion.word_limit


def test_every_question_stands_in_every_language_of_the_site():
    for question in WORLD.questions.values():
        assert set(question.versions) == set(WORLD.languages), question.name


def test_every_word_of_a_side_can_be_read_in_the_other_sides_language():
    for text in WORLD.texts.values():
        assert {"az", "hy"} <= set(text.versions), text.name
    for question in WORLD.questions.values():
        for answer in question.answers:
            assert {"az", "hy"} <= set(answer.versions), question.name


@pytest.mark.parametrize(("language", "words"), FILES)
def test_a_file_has_only_letters_of_its_own_script(language: str, words: Prose):
    """A Cyrillic a in a Latin word looks right and is found by no search."""
    text = re.sub(r"\*[^*]+\*", "", all_words(words))  # words of the other language are in italics
    text = re.sub(r"\b[a-h][1-8]\b", "", text)  # squares of the chessboard
    strange = {
        letter
        for letter in text
        if letter.isalpha() and LETTERS[language] not in unicodedata.name(letter)
    }
    assert not strange


@pytest.mark.parametrize(("language", "words"), FILES)
def test_a_file_is_stored_as_it_will_be_signed(language: str, words: Prose):
    assert clean(all_words(words)) == all_words(words)


@pytest.mark.parametrize(("language", "words"), [f for f in FILES if f.values[0] == "hy"])
def test_armenian_is_written_with_armenian_signs(language: str, words: Prose):
    text = all_words(words)
    assert not set('?!:"“”;') & set(text)
    assert "եւ" not in text, "reformed spelling has և"
    for paragraph in words.paragraphs:
        assert paragraph.endswith(("։", "»։", "՝")) or len(paragraph) < 80


@pytest.mark.parametrize(("language", "words"), [f for f in FILES if f.values[0] == "az"])
def test_azerbaijani_is_written_with_azerbaijani_signs(language: str, words: Prose):
    assert not set('"«»w') & set(re.sub(r"\*[^*]+\*", "", all_words(words)))


def test_every_change_of_a_second_version_is_found_once_in_the_first():
    for text in WORLD.texts.values():
        for change in text.second.changes if text.second else ():
            blocks = text.versions[change.language].blocks
            assert sum(block.text.count(change.was) for block in blocks) == 1, change


def test_what_is_withheld_is_withheld_in_every_language():
    for text in WORLD.texts.values():
        withheld = {
            tuple(cut.block for cut in words.struck if cut.why in {"safety", "third-person"})
            for words in text.versions.values()
        }
        assert len(withheld) == 1, text.name


def test_every_answer_proposes_something_and_keeps_to_the_limit():
    for question in WORLD.questions.values():
        for answer in question.answers:
            original = answer.versions[answer.original]
            words = "\n".join((*original.paragraphs, original.proposal))
            assert count_words(words, answer.original) <= question.word_limit
            assert all(given.proposal for given in answer.versions.values())


def test_struck_words_are_found_where_the_marks_stood():
    read = prose("# T\n\nKept [-struck out-](length) and [-gone-](safety).")
    assert read.blocks[0].text == "Kept struck out and gone."
    assert [(read.blocks[0].text[c.start : c.end], c.why) for c in read.struck] == [
        ("struck out", "length"),
        ("gone", "safety"),
    ]


def test_the_proposal_stands_below_the_dashes():
    read = prose("One.\n\nTwo.\n\n---\n\nLet us.\n")
    assert read.paragraphs == ("One.", "Two.")
    assert read.proposal == "Let us."
