"""Pen name, place and permission have a form in each language; without one readers see what was given."""

from dataclasses import replace

import pytest

import cast
import desks as stage
from views import viewed
from visavis.base.refusal import Refused
from visavis.kinds.bodies import BadBodyError
from visavis.library import actions, queries
from visavis.library.bodies import NOTES, Details, Notes, TextBody
from visavis.library.facts import own_words
from visavis.library.fields import IN_EACH_LANGUAGE
from visavis.library.forms import BesideForm
from visavis.library.public import Said, Text
from visavis.library.rules import LONGEST_NOTE, LibraryRefusal
from visavis.signing.document import Document
from visavis.signing.signed import SignedDocument

SITE = cast.a_charter(languages=("az", "hy", "en"))
GIVEN = {"author": "Yarpız", "place": "Bağ küçəsi", "permission": "Razıdır"}
ARMENIAN = {"author": "Դաղձ", "place": "Այգու փողոց", "permission": "Համաձայն է"}


def with_notes(document: Document, language: str = "hy", **notes: str) -> Document:
    """The same document with these forms in one of its languages."""
    body = document.body
    if "versions" in body:
        version = {**body["versions"][language], **notes}
        versions = {**body["versions"], language: version}
        return replace(document, body={**body, "versions": versions})
    return replace(document, body={**body, "version": {**body["version"], **notes}})


def shown(*documents: Document) -> Text:
    text = viewed([SignedDocument(each, ()) for each in documents], SITE.charter)
    assert isinstance(text, Text)
    return text


def drafted() -> str:
    words = {
        "az": actions.words_from(title="Ad", typed="Söz."),
        "hy": actions.words_from(title="Անուն", typed="Խոսք։"),
    }
    return actions.draft_text(
        side="az", kind="letter", original="az", words=words, today=stage.DAY,
        details=Details(**GIVEN),
    )  # fmt: skip


def beside(item: str, language: str = "hy", side: str = "az", **changes: str) -> dict[str, str]:
    """What the page beside the original would post back, with changes."""
    draft = queries.draft_for(side, item)
    form = BesideForm(None, body=draft.body, language=language)
    fields = {"seen": draft.seen, "title": form.title, "translator": form.translator}
    fields |= {note.field.name: note.typed for note in form.notes}
    for row in form.rows:
        fields |= {f"typed_{row.number}": row.typed, f"left_{row.number}": row.span}
    return {**fields, **changes}


def address(item: str, *parts: str) -> str:
    return "/".join(["/en/desk/library/draft", item, *parts]) + "/"


def test_each_note_has_a_row_with_a_label_in_each_language() -> None:
    assert sorted(field.name for field in IN_EACH_LANGUAGE) == sorted(NOTES)


def test_readers_see_the_form_in_their_language_and_else_what_was_given() -> None:
    text = shown(with_notes(cast.an_article(SITE, **GIVEN), author="Դաղձ"))
    assert text.said("author", "hy") == Said("Դաղձ", "hy", "Yarpız", "az")
    assert text.said("author", "az") == Said("Yarpız", "az", "Yarpız", "az")
    assert text.said("place", "hy") == Said("Bağ küçəsi", "az", "Bağ küçəsi", "az")
    assert text.said("author", "en") == text.said("author", "az")


def test_a_later_translation_brings_its_own_forms() -> None:
    article = cast.an_article(SITE, **GIVEN)
    later = cast.a_translation(SITE, of=article, language="en", side="hy")
    text = shown(article, with_notes(later, author="Pennyroyal"))
    assert text.said("author", "en") == Said("Pennyroyal", "en", "Yarpız", "az")


def test_nobody_is_named_by_a_translation_who_is_not_named_by_the_text() -> None:
    article = cast.an_article(SITE)
    later = cast.a_translation(SITE, of=article, language="en", side="hy")
    assert shown(article, with_notes(later, author="A name")).said("author", "en") is None
    for wrong in (
        with_notes(article, author="A name"),
        with_notes(cast.an_article(SITE, **GIVEN), "az", author="Another"),
    ):
        with pytest.raises(BadBodyError):
            TextBody.from_json(wrong.body)


def test_words_of_another_language_are_marked_and_a_name_has_its_own_spelling_behind_it() -> None:
    form, given = Said("Դաղձ", "hy", "Yarpız", "az"), Said("Yarpız", "az", "Yarpız", "az")
    assert own_words(form, "hy") == "<bdi>Դաղձ</bdi>"
    assert own_words(given, "hy") == '<bdi lang="az">Yarpız</bdi>'
    both = own_words(form, "hy", with_original=True)
    assert both == '<bdi>Դաղձ</bdi> (<bdi lang="az">Yarpız</bdi>)'
    assert own_words(given, "az", with_original=True) == "<bdi>Yarpız</bdi>"


def test_the_page_of_a_translation_asks_for_each_form_and_shows_what_was_given(
    desks: stage.Desks,
) -> None:
    item = drafted()
    html = desks.page("az", address(item, "hy", "beside"))
    for name, given in GIVEN.items():
        assert f'name="{name}"' in html
        assert given in html
    response = desks.post("az", address(item, "hy", "beside"), beside(item, **ARMENIAN))
    assert response.status_code == 302
    assert {
        name: getattr(queries.draft_for("az", item).body.versions["hy"], name) for name in NOTES
    } == ARMENIAN
    html = desks.page("az", address(item))
    assert all(said in html for said in (*GIVEN.values(), *ARMENIAN.values()))


def test_what_two_editors_typed_in_different_places_is_kept_of_both(desks: stage.Desks) -> None:
    item = drafted()
    typed = beside(item, **ARMENIAN)
    moved = {**GIVEN, "place": "Lənkəran"}
    actions.keep_details(
        side="az", item=item, kind="letter", details=Details(**moved), today=stage.DAY,
        seen=queries.draft_for("az", item).seen,
    )  # fmt: skip
    response = desks.post("az", address(item, "hy", "beside"), typed)
    assert response.status_code == 302
    kept = queries.draft_for("az", item).body.versions
    assert {name: getattr(kept["hy"], name) for name in NOTES} == ARMENIAN
    assert queries.draft_for("az", item).body.place == "Lənkəran"


def test_a_name_that_is_changed_or_taken_away_lives_on_in_no_translation(
    desks: stage.Desks,
) -> None:
    item = drafted()
    desks.post("az", address(item, "hy", "beside"), beside(item, **ARMENIAN))
    changed = {**GIVEN, "author": "Nanə", "place": ""}
    actions.keep_details(
        side="az", item=item, kind="letter", details=Details(**changed), today=stage.DAY,
        seen=queries.draft_for("az", item).seen,
    )  # fmt: skip
    version = queries.draft_for("az", item).body.versions["hy"]
    assert (version.author, version.place, version.permission) == (None, None, "Համաձայն է")


def test_every_form_stands_on_the_signing_page_and_in_the_document(desks: stage.Desks) -> None:
    item = drafted()
    desks.post("az", address(item, "hy", "beside"), beside(item, **ARMENIAN))
    digest = actions.propose(side="az", item=item, today=stage.DAY)
    html = desks.page("az", f"/en/desk/read/{digest}/")
    assert all(said in html for said in (*GIVEN.values(), *ARMENIAN.values()))
    assert "Author (Armenian)" in html


def test_a_translation_of_its_own_names_them_in_its_language(desks: stage.Desks) -> None:
    article = cast.open_(cast.an_article(desks.site, **GIVEN), desks.site)
    words = actions.words_from(title="Title", typed="First.\n\nSecond.")
    item = actions.translate(side="hy", of=article.id, language="en", words=words, today=stage.DAY)
    given = beside(item, "en", "hy", author="Pennyroyal")
    assert desks.post("hy", address(item, "en", "beside"), given).status_code == 302
    assert "Pennyroyal" in desks.page("hy", address(item))
    digest = actions.propose(side="hy", item=item, today=stage.DAY)
    html = desks.page("hy", f"/en/desk/read/{digest}/")
    assert "Pennyroyal" in html
    assert "Author (English)" in html


def test_a_form_is_one_clean_line_and_not_too_long(desks: stage.Desks) -> None:
    item = drafted()

    def keep(author: str) -> None:
        draft = queries.draft_for("az", item)
        form = BesideForm(None, body=draft.body, language="hy")
        actions.edit_beside(
            side="az", item=item, language="hy", title="Անուն", translator="",
            notes=Notes(author=author), rows=form.typed_rows(), seen=draft.seen, today=stage.DAY,
        )  # fmt: skip

    keep("  Դա\u200bղձ \n")
    assert queries.draft_for("az", item).body.versions["hy"].author == "Դաղձ"
    with pytest.raises(Refused) as refused:
        keep("ա" * (LONGEST_NOTE + 1))
    assert refused.value.reason is LibraryRefusal.NOTE_TOO_LONG
