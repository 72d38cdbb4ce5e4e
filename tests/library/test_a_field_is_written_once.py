"""A field of a text is a member of its body and a row of the table: forms and pages follow from these."""

from datetime import date

import cast
import desks as stage
from visavis.library import actions, queries
from visavis.library.bodies import Details, SourceNote
from visavis.library.fields import OF_TEXT
from visavis.library.forms import DetailsForm

TYPED = {
    "author": "Pen",
    "written_on": "2029-01-02",
    "place": "Bağ",
    "source_title": "Qəzet",
    "source_address": "https://example.org/a",
    "permission": "Bəli",
}
SHOWN = ("Pen", "2 January 2029", "Bağ", "Qəzet", "https://example.org/a", "Bəli", "ab" * 32)


def details() -> Details:
    return Details(
        author="Pen",
        written_on=date(2029, 1, 2),
        place="Bağ",
        source=SourceNote(title="Qəzet", address="https://example.org/a", copy="ab" * 32),
        permission="Bəli",
    )


def test_each_member_has_one_row() -> None:
    assert sorted(field.name for field in OF_TEXT) == sorted(Details.__struct_fields__)


def test_what_a_form_asks_for_is_what_the_body_gets(desks: stage.Desks) -> None:
    words = actions.words_from(title="Ad", typed="Söz.")
    item = actions.draft_text(
        side="az", kind="letter", original="az", words={"az": words}, today=stage.DAY,
        details=details(),
    )  # fmt: skip
    body = queries.draft_for("az", item).body
    form = DetailsForm(TYPED, body=body, kind="letter", is_new=False)
    assert form.is_valid()
    assert form.words()["details"] == details()
    shown = DetailsForm(body=body, kind="letter", is_new=False)
    assert {name: str(shown[name].value()) for name in TYPED} == TYPED


def test_every_value_stands_on_the_signing_page_and_on_the_draft(desks: stage.Desks) -> None:
    words = actions.words_from(title="Ad", typed="Söz.")
    item = actions.draft_text(
        side="az", kind="letter", original="az", words={"az": words}, today=stage.DAY,
        details=details(),
    )  # fmt: skip
    drafted = desks.page("az", f"/en/desk/library/draft/{item}/")
    digest = actions.propose(side="az", item=item, today=stage.DAY)
    signing = desks.page("az", f"/en/desk/read/{digest}/")
    for value in SHOWN:
        assert value in signing, value
        assert value in drafted or value == "ab" * 32, value


def test_nothing_said_is_told_to_signers_where_it_matters(desks: stage.Desks) -> None:
    article = cast.propose(cast.an_article(desks.site), by="az", site=desks.site)
    signing = desks.page("az", f"/en/desk/read/{article.digest}/")
    for said, is_there in (("Not named", True), ("Not stated", True), ("Written on", False)):
        assert (said in signing) is is_there, said
