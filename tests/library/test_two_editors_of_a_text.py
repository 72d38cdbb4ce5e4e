"""Two editors of one desk in one text: no words go without a choice (F8, traps 9)."""

import re

import pytest

import desks as stage
from visavis.base.merging import CHOICE
from visavis.library import actions, queries

pytestmark = pytest.mark.django_db
HOME = "/en/desk/library/"
TYPED = "Birinci söz.\n\nİkinci söz.\n\nÜçüncü söz."


def at(item, *parts):
    return "/".join([f"{HOME}draft/{item}", *parts]) + "/"


def draft(item):
    return queries.draft_for("az", item)


@pytest.fixture
def item(desks):
    made = actions.draft_text(
        side="az",
        kind="letter",
        original="az",
        words={
            "az": actions.words_from(title="Ad", typed=TYPED),
            "hy": actions.words_from(title="Անուն", typed="Մեկ։\n\nԵրկու։\n\nԵրեք։"),
        },
        today=stage.DAY,
    )
    assert draft(made).body.versions["hy"].rows
    return made


def sent_by(html):
    """Return what a browser would send of the page's main form, untouched."""
    form = html[html.index('name="seen"') - 200 :]
    fields = dict(re.findall(r'<input[^>]*?name="([^"]+)"[^>]*?value="([^"]*)"', form))
    areas = re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>\n(.*?)</textarea>', form, re.DOTALL)
    chosen = re.findall(
        r'<select name="([^"]+)".*?<option value="([^"]+)" selected', form, re.DOTALL
    )
    sent = {**fields, **dict(areas), **dict(chosen)}
    return {name: value for name, value in sent.items() if not name.startswith(CHOICE)}


def words_of(item, code="hy"):
    return [unit.text for unit in draft(item).body.versions[code].units]


def test_two_editors_in_two_rows_both_keep_their_words(desks, item):
    address = at(item, "hy", "beside")
    page = sent_by(desks.page("az", address))
    for row, words in ((0, "ՄԵԿ։"), (2, "ԵՐԵՔ։")):
        assert desks.post("az", address, {**page, f"typed_{row}": words}).status_code == 302
    assert words_of(item) == ["ՄԵԿ։", "Երկու։", "ԵՐԵՔ։"]


def test_a_row_that_both_changed_is_shown_with_both_and_kept_as_chosen(desks, item):
    address = at(item, "hy", "beside")
    page = sent_by(desks.page("az", address))
    desks.post("az", address, {**page, "typed_0": "Նրանը։"})
    for _press in range(2):
        refused = desks.post("az", address, {**page, "typed_0": "Իմը։", "typed_1": "Եվ։"})
        html = refused.content.decode()
        assert refused.status_code == 409
        assert "Նրանը։</div>" in html
        assert "Իմը։</textarea>" in html
        assert stage.faults_in(html) == []
        page = {**sent_by(html)}
    assert words_of(item) == ["Նրանը։", "Երկու։", "Երեք։"]
    kept = desks.post("az", address, {**page, "keep_typed_0": "both"})
    assert kept.status_code == 302
    assert words_of(item) == ["Իմը։", "Նրանը։", "Եվ։", "Երեք։"]


def test_another_language_changed_meanwhile_is_no_conflict(desks, item):
    address = at(item, "hy", "beside")
    page = sent_by(desks.page("az", address))
    actions.add_languages(
        side="az", item=item, words={"en": actions.words_from(title="Name", typed="One.")},
        today=stage.DAY,
    )  # fmt: skip
    assert desks.post("az", address, {**page, "typed_0": "Իմը։"}).status_code == 302
    assert set(draft(item).body.versions) == {"az", "hy", "en"}
    assert words_of(item)[0] == "Իմը։"


def test_words_written_beside_an_original_that_changed_are_looked_at_once_more(desks, item):
    address = at(item, "hy", "beside")
    page = sent_by(desks.page("az", address))
    words = actions.words_from(title="Ad", typed=TYPED.replace("İkinci", "Başqa"))
    actions.edit(
        side="az", item=item, language="az", words=words, seen=draft(item).seen, today=stage.DAY
    )
    asked = desks.post("az", address, {**page, "typed_1": "Իմը։"})
    html = asked.content.decode()
    assert asked.status_code == 409
    assert "the text beside yours changed" in html
    assert "Իմը։</textarea>" in html
    assert words_of(item)[1] == "Երկու։"
    assert desks.post("az", address, {**sent_by(html), "typed_1": "Իմը։"}).status_code == 302
    assert words_of(item) == ["Մեկ։", "Իմը։", "Երեք։"]


def test_rows_that_were_moved_meanwhile_are_compared_as_one_block(desks, item):
    address = at(item, "hy", "beside")
    page = sent_by(desks.page("az", address))
    other = sent_by(desks.page("az", address))
    rows = {"beside_0": "", "beside_1": "1", "beside_2": "2", "seen": draft(item).seen}
    assert desks.post("az", at(item, "hy", "rows"), rows).status_code == 302
    now = sent_by(desks.page("az", address))
    assert desks.post("az", address, {**now, "typed_1": "Նրանը։"}).status_code == 302
    asked = desks.post("az", address, {**page, "typed_0": "Իմը։"})
    html = asked.content.decode()
    assert asked.status_code == 409
    assert "Նրանը։" in html
    assert "Իմը։" in html
    kept = desks.post("az", address, {**sent_by(html), "keep_rows": "theirs"})
    assert kept.status_code == 302
    assert "Նրանը։" in words_of(item)
    # Who changed nothing takes away nothing.
    assert desks.post("az", address, {**other, "title": "Ուրիշ"}).status_code == 302
    assert "Նրանը։" in words_of(item)
    assert draft(item).body.versions["hy"].title == "Ուրիշ"


def test_details_and_the_original_are_compared_field_by_field(desks, item):
    address = at(item, "details")
    page = sent_by(desks.page("az", address))
    assert desks.post("az", address, {**page, "author": "A. N."}).status_code == 302
    assert desks.post("az", address, {**page, "place": "Bağ"}).status_code == 302
    assert (draft(item).body.author, draft(item).body.place) == ("A. N.", "Bağ")
    late = desks.post("az", address, {**page, "author": "B."})
    assert late.status_code == 409
    assert "A. N.</div>" in late.content.decode()
    address = at(item, "az", "words")
    page = sent_by(desks.page("az", address))
    assert desks.post("az", address, {**page, "title": "Yeni"}).status_code == 302
    assert desks.post("az", address, {**page, "typed": "Bir söz."}).status_code == 302
    assert draft(item).title == "Yeni"
    assert words_of(item, "az") == ["Bir söz."]


def test_other_words_than_were_seen_are_not_proposed(desks, item):
    seen = draft(item).seen
    page = sent_by(desks.page("az", at(item, "details")))
    desks.post("az", at(item, "details"), {**page, "author": "A. N."})
    assert desks.post("az", at(item, "propose"), {"seen": seen}).status_code == 409
    assert desks.post("az", at(item, "propose"), {"seen": draft(item).seen}).status_code == 302


def test_a_translation_beside_nothing_is_warned_about(desks, item):
    warning = "No paragraph is placed beside the original."
    assert warning not in desks.page("az", at(item))
    rows = {"beside_0": "", "beside_1": "", "beside_2": "", "seen": draft(item).seen}
    assert desks.post("az", at(item, "hy", "rows"), rows).status_code == 302
    assert warning in desks.page("az", at(item))
