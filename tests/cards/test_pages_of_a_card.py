"""The pages about one's own card, and the page on which a desk leaves lists out."""

import re

import pytest
from persons import Person, joined

import cast
import desks as stage
from visavis.cards import actions, queries
from visavis.cards.queries import CardState
from visavis.cards.rules import CueList
from visavis.people.models import OwnBox

pytestmark = pytest.mark.django_db
FORM, PREVIEW = "/en/taking-part/card/", "/en/taking-part/card/preview/"
CLOSE, LISTS = "/en/taking-part/card/close/", "/en/desk/cards/"
TYPED = {
    "name_az": "Səhər yeli",
    "name_hy": "Առավոտյան քամի",
    "generation": "1980s",
    "cook": "jam",
    "reads": ["az", "ru"],
}


def post(person: Person, address: str, data: object, *, status: int) -> str:
    response = person.client.post(address, data)
    assert response.status_code == status, response.status_code
    return response.content.decode()


def test_a_card_is_typed_and_shown_as_readers_will_see_it() -> None:
    person = joined()
    page = person.page(FORM)
    assert "student" in page
    assert "students" not in page
    post(person, FORM, TYPED, status=302)
    page = person.page(PREVIEW)
    assert "Səhər yeli" in page
    assert "Առավոտյան քամի" in page
    assert "the 1980s" in page
    assert "Fewer than 20 people here fit this description." in page
    page = person.page(FORM)
    assert 'value="Səhər yeli"' in page
    assert re.search(r'value="ru"[^>]*checked', page)


def test_a_cue_is_left_out_with_one_press_and_the_others_stay() -> None:
    person = joined()
    post(person, FORM, TYPED, status=302)
    assert "Show it without this: What I cook" in person.page(PREVIEW)
    post(person, PREVIEW, {"without": "cook"}, status=302)
    draft = actions.drafted(person.row)
    assert draft is not None
    assert list(draft.cues.picked) == ["generation", "reads"]
    assert draft.pen_name["az"] == "Səhər yeli"


def test_the_warning_is_no_refusal(desks: stage.Desks) -> None:
    person = joined()
    post(person, FORM, TYPED, status=302)
    assert "Fewer than 20 people" in person.page(PREVIEW)
    with person.reading():
        actions.hand_in(person.row, today=stage.DAY)
        assert queries.own_card(person.row).state is CardState.WAITING


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"name_hy": ""}, "Write the pen name in this language too."),
        ({"name_az": "Yel 7"}, "Write the pen name without digits."),
        ({"name_az": "Yеl"}, "These letters come from several alphabets. Use one of them."),
        ({"name_hy": "Yel"}, "These letters are not those of this language."),
        ({"name_az": "t.me/yel"}, "A pen name is no address"),
        ({"name_az": "Y\u202eel"}, "These characters were removed"),
        ({"name_az": "Y\u200bel"}, "These characters were removed"),
        ({"name_az": "Redaksiya"}, "This pen name is not free. Choose another one."),
        ({"name_az": "Azərbaycan tərəfi"}, "This pen name is not free. Choose another one."),
        ({"reads": ["ar", "az", "de", "en", "es", "fa", "fr"]}, "Choose at most six languages."),
        ({"cook": "quarrel"}, "quarrel"),
    ],
)
def test_what_cannot_be_kept_is_said_beside_its_field_and_stays_typed(
    typed: dict[str, object], sentence: str
) -> None:
    person = joined()
    page = post(person, FORM, {**TYPED, **typed}, status=422)
    assert sentence in page.replace("&#39;", "'")
    assert re.search(r'<option value="1980s" selected', page)
    assert not OwnBox.objects.exists()


def test_a_name_that_fits_another_language_of_the_sides_is_put_there_to_be_looked_at() -> None:
    from visavis.cards.forms import CardForm

    form = CardForm({"name_az": "Yel"}, languages=("az", "fr", "hy"))
    assert not form.is_valid()
    assert form["name_fr"].value() == "Yel"
    assert not form["name_hy"].value()


def test_taken_and_reserved_answer_with_the_same_bytes(desks: stage.Desks) -> None:
    other = joined("hy")
    taken = {"az": "Sona", "hy": "Սոնա"}
    actions.keep_draft(other.row, pen_name=taken, cues=actions.Cues(), today=stage.DAY)
    with other.reading():
        actions.hand_in(other.row, today=stage.DAY)
        document = queries.own_card(other.row).document
    assert document is not None
    person = joined()

    def answer(name: str) -> str:
        page = post(person, FORM, {**TYPED, "name_az": name}, status=422)
        page = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", page)
        return page.replace(name, "…")

    post(
        person, FORM, {**TYPED, "name_az": "Sona"}, status=302
    )  # the control: not open yet, so free
    cast.turn(document, "hy", site=desks.site)
    assert answer("Sona") == answer("Admin") == answer("Redaksiya")


def test_another_persons_draft_is_on_no_page() -> None:
    person, other = joined(), joined()
    post(person, FORM, TYPED, status=302)
    assert "Səhər" not in other.page(FORM)
    assert other.client.get(PREVIEW).status_code == 302


def test_a_card_that_is_handed_in_is_shown_and_taken_back(desks: stage.Desks) -> None:
    person = joined()
    post(person, FORM, TYPED, status=302)
    with person.reading():
        actions.hand_in(person.row, today=stage.DAY)
    page = person.page(FORM)
    assert "Your desk is reading it." in page
    assert "Səhər yeli" in page
    assert "It can be closed, but not handed in again." in post(person, FORM, TYPED, status=409)
    assert "Withdraw the card" in person.page(CLOSE)
    post(person, CLOSE, {}, status=302)
    assert "name_az" in person.page(FORM)


def test_an_open_card_is_closed_and_stays_closed(desks: stage.Desks) -> None:
    person = joined()
    post(person, FORM, TYPED, status=302)
    with person.reading():
        actions.hand_in(person.row, today=stage.DAY)
        document = queries.own_card(person.row).document
    assert document is not None
    cast.turn(document, "az", site=desks.site)
    assert "Readers see it." in person.page(FORM)
    assert "Close the card for good" in person.page(CLOSE)
    post(person, CLOSE, {"when": "now"}, status=302)
    page = person.page(FORM)
    assert "A participant of: Azərbaycan tərəfi" in page
    assert "Səhər" not in page
    post(person, FORM, TYPED, status=409)
    assert person.client.get(CLOSE).status_code == 302


def test_nobody_closes_what_is_not_there() -> None:
    person = joined()
    assert "Fill in your card first." in post(person, CLOSE, {}, status=409)


def test_a_desk_leaves_lists_out_and_sees_which(desks: stage.Desks) -> None:
    page = desks.page("az", LISTS)
    assert page.count("checked") == len(CueList)
    assert "greens and herbs" in page
    response = desks.post("az", LISTS, {"asked": ["trade", "reads"]})
    assert response.status_code == 302
    assert queries.left_out("az") == {CueList.GENERATION, CueList.COOK, CueList.MISS}
    assert desks.page("az", LISTS).count("checked") == 2
    assert desks.page("hy", LISTS).count("checked") == len(CueList)
    page = joined("az").page(FORM)
    assert "What I work at" in page
    assert "What I cook" not in page
    assert "What I cook" in joined("hy").page(FORM)


def test_a_field_that_the_desk_leaves_out_is_not_taken_from_a_form_of_before() -> None:
    person = joined()
    actions.leave_out(side="az", lists=[CueList.COOK])
    post(person, FORM, TYPED, status=302)
    draft = actions.drafted(person.row)
    assert draft is not None
    assert draft.cues.cook is None


def test_a_list_that_is_none_is_not_kept(desks: stage.Desks) -> None:
    assert desks.post("az", LISTS, {"asked": ["passport"]}).status_code == 422
    assert queries.left_out("az") == frozenset()


def test_a_page_of_a_card_asks_the_database_no_more_with_many_cards(
    desks: stage.Desks, django_assert_max_num_queries: object
) -> None:
    person = joined()
    post(person, FORM, TYPED, status=302)
    with django_assert_max_num_queries(stage.MOST_QUERIES):  # type: ignore[operator]
        person.page(PREVIEW)
