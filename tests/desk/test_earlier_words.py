"""The page with what a draft was before it was changed, and the way back (F8, traps 9)."""

import re

import pytest

import cast
import desks as stage
from visavis.dialogue import actions as dialogue
from visavis.dialogue.bodies import AnswerWords, QuestionWords
from visavis.dialogue.rules import Tense
from visavis.library import actions as library
from visavis.library import queries
from visavis.record import queries as record

pytestmark = pytest.mark.django_db


def page_of(item):
    return f"/en/desk/draft/{item}/earlier/"


@pytest.fixture
def text(desks):
    """A text of which the second paragraph was lost by a slip."""
    words = library.words_from(title="Su", typed="Birinci söz.\n\nİkinci söz.")
    item = library.draft_text(
        side="az", kind="letter", original="az", words={"az": words}, today=stage.DAY
    )
    library.edit(
        side="az",
        item=item,
        language="az",
        words=library.words_from(title="Su", typed="Birinci söz."),
        seen=queries.draft_for("az", item).seen,
        today=stage.DAY,
    )
    return item


def units(item):
    return [unit.text for unit in queries.draft_for("az", item).body.first.units]


def form_of(html):
    """Return what the first form of the list would send."""
    seen, state = re.findall(r'name="(?:seen|state)" value="([^"]+)"', html)[:2]
    return {"seen": seen, "state": state}


def test_a_slip_is_undone_and_the_undoing_too(desks, text):
    draft = desks.page("az", f"/en/desk/library/draft/{text}/")
    assert f'href="{page_of(text)}"' in draft
    html = desks.page("az", page_of(text))
    assert "İkinci söz." not in html, "nothing is shown before it is asked for"
    (link,) = re.findall(r'href="\?(state=\d+)#', html)
    assert "İkinci söz." in desks.page("az", f"{page_of(text)}?{link}")
    response = desks.post("az", page_of(text), form_of(html))
    assert (response.status_code, response["Location"]) == (302, f"/en/desk/library/draft/{text}/")
    assert units(text) == ["Birinci söz.", "İkinci söz."]
    desks.post("az", page_of(text), form_of(desks.page("az", page_of(text))))
    assert units(text) == ["Birinci söz."]


def test_nothing_is_brought_back_over_words_that_came_meanwhile(desks, text):
    form = form_of(desks.page("az", page_of(text)))
    library.edit(
        side="az",
        item=text,
        language="az",
        words=library.words_from(title="Su", typed="Başqa söz."),
        seen=queries.draft_for("az", text).seen,
        today=stage.DAY,
    )
    response = desks.post("az", page_of(text), form)
    assert response.status_code == 409
    assert "The draft changed while you were writing." in response.content.decode()
    assert units(text) == ["Başqa söz."]


@pytest.mark.parametrize("state", ["", "1", "x", "9" * 40, "-1", "١"])
def test_a_state_that_is_not_there_is_not_found(desks, text, state):
    form = form_of(desks.page("az", page_of(text)))
    assert desks.post("az", page_of(text), {**form, "state": state}).status_code == 404
    desks.page("az", f"{page_of(text)}?state={state}")


def test_another_desk_and_a_draft_that_is_gone_look_the_same(desks, text):
    form = form_of(desks.page("az", page_of(text)))
    desks.page("hy", page_of(text), status=404)
    assert desks.post("hy", page_of(text), form).status_code == 404
    library.give_up(side="az", item=text, seen=queries.draft_for("az", text).seen)
    desks.page("az", page_of(text), status=404)


def test_questions_and_answers_have_it_too(desks):
    site = desks.site
    asked = cast.open_(cast.a_question(site, deadline=stage.after(3)), site)
    item = ""
    for n in "ab":
        item = dialogue.draft_question(
            side="az",
            versions={"az": QuestionWords(text=f"Sual {n}?", note=f"Qeyd {n}.")},
            tense=Tense.FUTURE,
            word_limit=300,
            deadline=stage.after(5),
            today=stage.DAY,
            item=item,
        )
        dialogue.draft_answer(
            side="az",
            question=asked.id,
            original="az",
            versions={"az": AnswerWords.of((f"Cavab {n}.",), proposal=f"Təklif {n}.")},
            pen_name="A. N.",
            today=stage.DAY,
        )
    (answer,) = record.drafts_of("az", kinds=["answer"])
    for draft, at, words in (
        (item, f"/en/desk/questions/draft/{item}/", ("Sual a?", "Qeyd a.")),
        (answer.item, f"/en/desk/questions/{asked.id}/answer/", ("Cavab a.", "Təklif a.")),
    ):
        assert f'href="{page_of(draft)}"' in desks.page("az", at)
        html = desks.page("az", page_of(draft))
        (link,) = re.findall(r'href="\?(state=\d+)#', html)
        shown = desks.page("az", f"{page_of(draft)}?{link}")
        assert all(each in shown for each in words)
        response = desks.post("az", page_of(draft), form_of(html))
        assert (response.status_code, response["Location"]) == (302, at)
        assert words[0] in desks.page("az", at)


def test_the_page_can_be_used_by_keyboard_and_by_ear(desks, text):
    html = desks.page("az", page_of(text))
    assert stage.faults_in(html) == []
    state = form_of(html)["state"]
    assert stage.faults_in(desks.page("az", f"{page_of(text)}?state={state}")) == []
    fresh = library.draft_text(
        side="az",
        kind="letter",
        original="az",
        words={"az": library.words_from(title="Yeni", typed="Söz.")},
        today=stage.DAY,
    )
    assert "Nothing was changed in the last seven days." in desks.page("az", page_of(fresh))
