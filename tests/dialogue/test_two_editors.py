"""Two editors of one desk in one question or answer: no words go without a choice (F8, traps 9)."""

import re

import pytest

import cast
import desks as stage
from visavis.base.refusal import Refused
from visavis.dialogue import actions, queries
from visavis.dialogue.rules import DialogueRefusal

pytestmark = pytest.mark.django_db
HOME = "/en/desk/questions/"
TYPED = {
    "tense": "future",
    "word_limit": "300",
    "closes_on": "2030-06-20",
    **{f"text_{code}": f"What would you keep? {code}" for code in ("az", "hy", "en")},
}
ANSWER = {
    "pen_name": "A. N.",
    "original": "az",
    "words_az": "Ağacları.",
    "proposal_az": "Bir ağac.",
}


@pytest.fixture
def asked(desks):
    return cast.open_(cast.a_question(desks.site, deadline=stage.after(3)), desks.site)


def seen_on(html):
    return re.search(r'name="seen" value="([^"]*)"', html)[1]


def drafted(desks):
    """A kept question; returns its address and its id."""
    kept = desks.post("az", f"{HOME}new/", TYPED)
    item = kept["Location"].rstrip("/").split("/")[-2]
    return f"{HOME}draft/{item}/", item


def texts(item):
    body = actions.question_drafted(queries.question_draft("az", item))
    return {code: words.text for code, words in body.versions.items()}


def test_two_editors_in_two_languages_both_keep_their_words(desks):
    address, item = drafted(desks)
    seen = seen_on(desks.page("az", address))
    for change in ({"text_hy": "Ի՞նչ"}, {"text_en": "What?", "word_limit": "400"}):
        assert desks.post("az", address, {**TYPED, **change, "seen": seen}).status_code == 302
    assert texts(item) == {"az": TYPED["text_az"], "hy": "Ի՞նչ", "en": "What?"}


def test_words_that_both_changed_are_shown_with_both_and_nothing_is_kept_without_a_choice(desks):
    address, item = drafted(desks)
    seen = seen_on(desks.page("az", address))
    desks.post("az", address, {**TYPED, "text_en": "Theirs?", "text_hy": "Նոր", "seen": seen})
    mine = {**TYPED, "text_en": "Mine?", "seen": seen}
    for _press in range(2):
        page = desks.post("az", address, mine)
        html = page.content.decode()
        assert page.status_code == 409
        assert "Theirs?</div>" in html
        assert "Mine?</textarea>" in html
        assert "Նոր</textarea>" in html
        assert stage.faults_in(html) == []
        assert texts(item)["en"] == "Theirs?"
        mine = {**mine, "text_hy": "Նոր", "seen": seen_on(html)}


@pytest.mark.parametrize(
    ("choice", "kept"), [("theirs", "Theirs?"), ("mine", "Mine?"), ("both", "Mine? Theirs?")]
)
def test_what_is_kept_of_both_is_what_was_chosen(desks, choice, kept):
    address, item = drafted(desks)
    seen = seen_on(desks.page("az", address))
    desks.post("az", address, {**TYPED, "text_en": "Theirs?", "seen": seen})
    mine = {**TYPED, "text_en": "Mine?"}
    html = desks.post("az", address, {**mine, "seen": seen}).content.decode()
    chosen = {**mine, "seen": seen_on(html), "keep_text_en": choice}
    assert desks.post("az", address, chosen).status_code == 302
    assert texts(item)["en"] == kept


def test_a_choice_counts_only_for_the_words_that_were_shown(desks):
    address, item = drafted(desks)
    seen = seen_on(desks.page("az", address))
    desks.post("az", address, {**TYPED, "text_en": "Theirs?", "seen": seen})
    html = desks.post("az", address, {**TYPED, "text_en": "Mine?", "seen": seen}).content.decode()
    again = seen_on(desks.page("az", address))
    desks.post("az", address, {**TYPED, "text_en": "Theirs, again?", "seen": again})
    late = {**TYPED, "text_en": "Mine?", "seen": seen_on(html), "keep_text_en": "mine"}
    page = desks.post("az", address, late)
    assert page.status_code == 409
    assert "Theirs, again?</div>" in page.content.decode()
    assert texts(item)["en"] == "Theirs, again?"


def test_a_form_that_says_nothing_of_what_it_saw_erases_nothing(desks):
    address, item = drafted(desks)
    assert desks.post("az", address, {**TYPED, "text_en": "Mine?"}).status_code == 409
    assert desks.post("az", address, {**TYPED, "text_en": ""}).status_code == 302
    assert texts(item)["en"] == TYPED["text_en"]


def test_a_button_pressed_twice_is_no_second_editor(desks):
    address, item = drafted(desks)
    seen = seen_on(desks.page("az", address))
    for _press in range(2):
        typed = {**TYPED, "text_en": "  Two   spaces? ", "seen": seen}
        assert desks.post("az", address, typed).status_code == 302
    assert texts(item)["en"] == "Two spaces?"


def test_two_editors_who_both_begin_an_answer_lose_nothing(desks, asked):
    address = f"{HOME}{asked.id}/answer/"
    seen = seen_on(desks.page("az", address))
    assert desks.post("az", address, {**ANSWER, "seen": seen}).status_code == 302
    english = {"original": "az", "words_en": "The trees.", "proposal_en": "A tree.", "seen": seen}
    assert desks.post("az", address, english).status_code == 302
    body = actions.answer_drafted(queries.answer_draft("az", asked.id))
    assert set(body.versions) == {"az", "en"}
    assert body.pen_name == "A. N."


def test_other_words_than_were_previewed_are_not_proposed(desks, asked):
    address, _item = drafted(desks)
    seen = seen_on(desks.page("az", f"{address}preview/"))
    desks.post("az", address, {**TYPED, "text_en": "Other?", "seen": seen})
    late = desks.post("az", f"{address}propose/", {"seen": seen})
    assert late.status_code == 409
    assert "Other?" in late.content.decode()
    answer = f"{HOME}{asked.id}/answer/"
    desks.post("az", answer, ANSWER)
    seen = seen_on(desks.page("az", f"{answer}preview/"))
    desks.post("az", answer, {**ANSWER, "words_az": "Bağları.", "seen": seen})
    assert desks.post("az", f"{answer}propose/", {"seen": seen}).status_code == 409
    now = seen_on(desks.page("az", f"{answer}preview/"))
    assert desks.post("az", f"{answer}propose/", {"seen": now}).status_code == 302


def test_the_act_itself_refuses_a_draft_that_moved_on(desks):
    _address, item = drafted(desks)
    for act in (actions.give_up_question, actions.propose_question):
        more = {"today": stage.DAY} if act is actions.propose_question else {}
        with pytest.raises(Refused) as refused:
            act(side="az", item=item, seen="0" * 32, **more)
        assert refused.value.reason is DialogueRefusal.DRAFT_MOVED_ON


def test_a_draft_is_given_up_only_after_a_page_that_says_what_goes(desks, asked):
    address, item = drafted(desks)
    page = desks.page("az", f"{address}give-up/")
    assert page.count("5 words") == 3
    assert desks.post("az", f"{address}give-up/").status_code == 200
    assert texts(item)
    assert desks.post("az", f"{address}give-up/", {"seen": seen_on(page)}).status_code == 302
    desks.page("az", address, status=404)
    answer = f"{HOME}{asked.id}/answer/"
    desks.post("az", answer, ANSWER)
    assert "3 words" in desks.page("az", f"{answer}give-up/")
    assert desks.client["hy"].get(f"{address}give-up/").status_code == 404


def test_a_correction_that_is_being_written_is_not_begun_over(desks, asked):
    from visavis.record import queries as record_queries

    for side in desks.site.codes:
        cast.open_(cast.an_answer(desks.site, to=asked, side=side), desks.site)
    assert record_queries.open_version(asked.id) is not None
    address = f"{HOME}{asked.id}/answer/"
    desks.post("az", f"{address}correct/")
    seen = seen_on(desks.page("az", address))
    typed = {**ANSWER, "words_az": "Düzəliş.", "seen": seen}
    assert desks.post("az", address, typed).status_code == 302
    desks.post("az", f"{address}correct/")
    assert "Düzəliş." in desks.page("az", address)


def test_a_note_stands_in_every_language_or_in_none(desks):
    address, _item = drafted(desks)
    seen = seen_on(desks.page("az", address))
    lone = {**TYPED, "note_az": "Bir qeyd.", "text_en": "", "seen": seen}
    desks.post("az", address, lone)
    page = desks.page("az", f"{address}preview/")
    # All that is missing is named at once, each with the way to its field.
    for field in ("note_hy", "note_en", "text_en"):
        assert f"#id_{field}" in page
    assert "needed in every language of the site, or in none" in page
    assert desks.post("az", f"{address}propose/").status_code == 409
    full = {**TYPED, "note_az": "Q.", "note_hy": "Ն.", "note_en": "N."}
    desks.post("az", address, {**full, "seen": seen_on(desks.page("az", address))})
    assert desks.post("az", f"{address}propose/").status_code == 302


def test_a_closing_day_in_the_past_is_refused_where_it_is_typed(desks):
    page = desks.post("az", f"{HOME}new/", {**TYPED, "closes_on": stage.DAY.isoformat()})
    assert page.status_code == 422
    assert "must be tomorrow or later" in page.content.decode()
    assert "What would you keep? hy" in page.content.decode()
