"""A desk writes, translates, mends, shortens and proposes a text, page by page."""

import hashlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import get_resolver

import cast
import desks as stage
from visavis.base.refusal import Refused
from visavis.library import actions, queries, rules, wording
from visavis.library.bodies import Why
from visavis.library.cuts import StrikeRefusal
from visavis.library.forms import mark_of
from visavis.library.rules import LibraryRefusal
from visavis.record import queries as record

pytestmark = pytest.mark.django_db
HOME = "/en/desk/library/"
TYPED = "# Başlıq\n\nBirinci söz burada.\n\nİkinci söz orada."
OWN = ("az", "hy", "en")


def begun(desks: stage.Desks, *, side: str = "az", typed: str = TYPED, kind: str = "letter") -> str:
    """A draft that was typed on the page; returns its id."""
    response = desks.post(
        side, f"{HOME}new/", {"kind": kind, "language": "az", "title": "Ad", "typed": typed}
    )
    assert response.status_code == 302, response.content.decode()
    return response["Location"].rstrip("/").rsplit("/", 1)[-1]


def at(item: str, *parts: str) -> str:
    return "/".join([f"{HOME}draft/{item}", *parts]) + "/"


def draft(item: str, side: str = "az") -> queries.Drafted:
    return queries.draft_for(side, item)


def with_armenian(desks: stage.Desks, item: str, typed: str = "# Վ\n\nԱռաջին։\n\nԵրկրորդ։") -> None:
    response = desks.post(
        "az", at(item, "add"), {"language": "hy", "title": "Անուն", "typed": typed}
    )
    assert response.status_code == 302


def row_fields(item: str, code: str = "hy", **changes: str) -> dict[str, str]:
    """What the page of rows would post back untouched."""
    from visavis.library.forms import BesideForm

    drafted = draft(item)
    form = BesideForm(None, body=drafted.body, language=code)
    fields = {"seen": drafted.seen, "title": form.title, "translator": form.translator}
    for row in form.rows:
        fields[f"typed_{row.number}"] = row.typed
        fields[f"left_{row.number}"] = row.span
        if row.is_stale:
            fields[f"stale_{row.number}"] = "1"
    return {**fields, **changes}


def opened(desks: stage.Desks, item: str, *, by: str = "az"):
    """The draft is proposed on its page and opened with both keys."""
    response = desks.post(by, at(item, "propose"))
    assert response.status_code == 302, response.content.decode()
    digest = response["Location"].split("/")[-2]
    document = record.proposal_for(by, digest).document
    for side in desks.site.codes if document.kind != "translation" else (by,):
        cast.turn(document, side, site=desks.site)
    return document


def test_every_page_asks_for_an_editor(client, desks):
    item = begun(desks)
    for address in (HOME, f"{HOME}new/", at(item), at(item, "az", "strike"), at(item, "details")):
        response = client.get(address)
        assert response.status_code == 302
        assert "/sign-in/" in response["Location"]


def test_a_text_is_typed_and_shown_to_its_own_desk_alone(desks):
    item = begun(desks)
    assert "Birinci söz burada." in desks.page("az", at(item))
    assert "Ad" in desks.page("az", HOME)
    assert "Birinci" not in desks.page("hy", HOME)
    for address in (
        at(item),
        at(item, "az", "words"),
        at(item, "az", "strike"),
        at(item, "details"),
    ):
        desks.page("hy", address, status=404)
    assert desks.post("hy", at(item, "propose")).status_code == 404
    assert desks.post("hy", at(item, "give-up")).status_code == 404


def test_what_is_typed_comes_back_when_it_is_refused(desks):
    response = desks.post(
        "az", f"{HOME}new/", {"kind": "letter", "language": "az", "title": "", "typed": "Söz qalır"}
    )
    assert response.status_code == 422
    assert "Söz qalır" in response.content.decode()
    long = "x" * 20_001
    response = desks.post(
        "az", f"{HOME}new/", {"kind": "letter", "language": "az", "title": "T", "typed": long}
    )
    assert response.status_code == 409
    assert long in response.content.decode()


def test_a_translation_is_laid_beside_the_original_and_previewed(desks):
    item = begun(desks)
    with_armenian(desks, item)
    page = desks.page("az", at(item))
    assert "Առաջին։" in page
    assert draft(item).body.versions["hy"].rows == (((0,), (0,)), ((1,), (1,)), ((2,), (2,)))
    assert desks.post("az", at(item, "add"), {"language": "hy", "title": "X"}).status_code == 409


def test_a_translation_is_written_row_by_row(desks):
    item = begun(desks)
    with_armenian(desks, item, typed="")
    assert "Birinci söz burada." in desks.page("az", at(item, "hy", "beside"))
    fields = row_fields(item, typed_0="# Վ", typed_1="Ա։\n\nԲ։", translator="Pen")
    assert desks.post("az", at(item, "hy", "beside"), fields).status_code == 302
    version = draft(item).body.versions["hy"]
    assert [unit.text for unit in version.units] == ["Վ", "Ա։", "Բ։"]
    assert version.rows == (((0,), (0,)), ((1,), (1, 2)), ((2,), ()))
    assert version.translator == "Pen"


def test_rows_typed_beside_another_draft_are_kept_on_the_page_and_nothing_is_changed(desks):
    item = begun(desks)
    with_armenian(desks, item)
    fields = row_fields(item, typed_1="My long work.")
    before = draft(item)
    actions.edit(
        side="az", item=item, language="az", seen=before.seen, today=stage.DAY,
        words=actions.words_from(title="Ad", typed="Tamam başqa."),
    )  # fmt: skip
    response = desks.post("az", at(item, "hy", "beside"), fields)
    assert response.status_code == 409
    page = response.content.decode()
    assert "My long work." in page
    assert "Երկրորդ։</div>" in page
    assert draft(item).body.versions["hy"] == before.body.versions["hy"]


def test_editing_the_original_marks_what_is_older_until_it_is_compared(desks):
    item = begun(desks)
    with_armenian(desks, item)
    fields = {"title": "Ad", "typed": TYPED.replace("orada", "uzaqda"), "seen": draft(item).seen}
    assert desks.post("az", at(item, "az", "words"), fields).status_code == 302
    assert "The original has changed since" in desks.page("az", at(item))
    assert "fresh_2" in desks.page("az", at(item, "hy", "beside"))
    desks.post("az", at(item, "hy", "beside"), row_fields(item, typed_2="Նոր։"))
    assert "The original has changed since" in desks.page("az", at(item))
    desks.post("az", at(item, "hy", "beside"), row_fields(item, fresh_2="on"))
    assert "The original has changed since" not in desks.page("az", at(item))


def test_rows_are_mended_with_numbers(desks):
    item = begun(desks)
    with_armenian(desks, item, typed="Մեկ։\n\nԵրկու։\n\nԵրեք։")
    address = at(item, "hy", "rows")
    assert "Երեք։" in desks.page("az", address)
    fields = {"beside_0": "", "beside_1": "1-2", "beside_2": " 3 ", "seen": draft(item).seen}
    assert desks.post("az", address, fields).status_code == 302
    assert draft(item).body.versions["hy"].rows == (((), (0,)), ((0, 1), (1,)), ((2,), (2,)))
    for wrong in ("x", "9", "0"):
        fields = {"beside_0": "2", "beside_1": "1", "beside_2": wrong, "seen": draft(item).seen}
        response = desks.post("az", address, fields)
        assert response.status_code == 409
        assert f'value="{wrong}"' in response.content.decode()


def strike(desks, item: str, **fields: object):
    """Post the form of the page where the original is shortened."""
    units = draft(item).body.first.units
    ticked = [mark_of(number, units[number]) for number in fields.pop("whole", ())]
    given = {"why": "length", "quoted": "", **fields, "whole": ticked, "seen": draft(item).seen}
    return desks.post("az", at(item, "az", "strike"), given)


def test_words_are_struck_and_a_strike_is_undone(desks):
    item = begun(desks)
    address = at(item, "az", "strike")
    response = strike(desks, item, quoted="söz … burada")
    assert (response.status_code, response["Location"]) == (302, f"{address}#unit-2")
    page = desks.page("az", address)
    assert "2 words cut" in page
    assert "<del>söz burada</del>" in page
    struck = draft(item).body.first
    undo = {"cut": f"{mark_of(1, struck.units[1])}-{struck.cuts[0].start}"}
    response = desks.post("az", at(item, "az", "undo-strike"), {**undo, "seen": draft(item).seen})
    assert response.status_code == 302
    assert draft(item).body.first.cuts == ()
    stale = desks.post("az", at(item, "az", "undo-strike"), {**undo, "seen": draft(item).seen})
    assert stale.status_code == 409


def test_what_would_be_struck_is_shown_with_its_number_and_nothing_is_kept(desks):
    item = begun(desks)
    response = strike(desks, item, quoted="söz burada", whole=[0], preview="1")
    page = response.content.decode()
    assert response.status_code == 200
    assert "Nothing has been cut yet." in page
    assert "<del>söz burada</del>" in page
    assert 'aria-label="Cut paragraph 1" checked' in page
    assert "söz burada</textarea>" in page
    assert "Undo" not in page
    n_words = sum(cut.words for cut in draft(item).body.first.cuts)
    assert n_words == 0
    assert strike(desks, item, quoted="söz burada", whole=[0]).status_code == 302
    n_words = sum(cut.words for cut in draft(item).body.first.cuts)
    assert f"{n_words} words cut</p>" in page


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({}, StrikeRefusal.NOTHING_CHOSEN),
        ({"quoted": "yox"}, StrikeRefusal.WORDS_NOT_FOUND),
        ({"quoted": "."}, StrikeRefusal.STANDS_TWICE),
        ({"quoted": "2: ."}, StrikeRefusal.NO_WORDS),
    ],
)
def test_a_strike_that_cannot_be_keeps_what_was_typed_and_says_why(desks, fields, reason):
    item = begun(desks)
    whole = [0] if fields else []
    response = strike(desks, item, why="law", whole=whole, **fields)
    page = response.content.decode()
    assert response.status_code == 409
    assert str(wording.REFUSALS[reason]) in page
    assert '<option value="law" selected>' in page
    assert fields.get("quoted", "") in page
    assert ("Cut paragraph 1" + '" checked' in page) == bool(whole)
    assert draft(item).body.first.cuts == ()


def test_a_whole_paragraph_is_struck_in_the_translations_too(desks):
    item = begun(desks)
    with_armenian(desks, item)
    strike(desks, item, whole=[1], why="safety", in_translations="on")
    assert [(cut.unit, cut.why) for cut in draft(item).body.versions["hy"].cuts] == [
        (1, Why.SAFETY)
    ]


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ({}, None),
        ({"title": ""}, LibraryRefusal.TITLE_MISSING),
        ({"title": "", "has_words": False}, LibraryRefusal.TITLE_MISSING),
        ({"has_words": False}, LibraryRefusal.WORDS_MISSING),
        ({"title": "t" * 300}, None),
        ({"title": "t" * 301}, LibraryRefusal.TITLE_TOO_LONG),
        ({"n_units": 5_000}, None),
        ({"n_units": 5_001}, LibraryRefusal.TOO_MANY_UNITS),
        ({"longest": 20_000}, None),
        ({"longest": 20_001}, LibraryRefusal.UNIT_TOO_LONG),
    ],
)
def test_a_text_has_a_title_and_words_and_fits_on_a_page(words, why):
    usual = {"title": "Ad", "n_units": 3, "longest": 90, "has_words": True}
    assert rules.why_not_words(**{**usual, **words}) is why


def test_a_text_without_a_title_in_one_of_its_languages_is_not_proposed(desks):
    item = begun(desks)
    words = actions.words_from(title=" ", typed="Առաջին։")
    actions.add_languages(side="az", item=item, words={"hy": words}, today=stage.DAY)
    with pytest.raises(Refused) as refused:
        actions.propose(side="az", item=item, today=stage.DAY)
    assert refused.value.reason is LibraryRefusal.TITLE_MISSING


def test_what_is_withheld_in_one_language_only_is_not_proposed(desks):
    item = begun(desks)
    with_armenian(desks, item)
    strike(desks, item, whole=[1], why="safety")
    response = desks.post("az", at(item, "propose"))
    assert response.status_code == 409
    with pytest.raises(Refused) as refused:
        actions.propose(side="az", item=item, today=stage.DAY)
    assert refused.value.reason is LibraryRefusal.WITHHELD_ELSEWHERE


def test_a_large_copy_is_known_by_the_digest_of_all_of_it_and_written_nowhere(
    desks, settings, tmp_path
):
    """A film or a scan: Django's own way would write it into a temporary folder."""
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path / "no such folder"
    item, data = begun(desks), bytes(range(256)) * 40_000
    fields = {"kind": "article", "source_title": "Qəzet", "seen": draft(item).seen}
    copy = SimpleUploadedFile("scan.pdf", data)
    response = desks.post("az", at(item, "details"), {**fields, "stored_copy": copy})
    assert response.status_code == 302
    source = draft(item).body.source
    assert source is not None
    assert source.copy == hashlib.sha256(data).hexdigest()


def test_details_are_kept_and_the_copy_is_known_by_its_digest_alone(desks):
    item = begun(desks)
    fields = {
        "kind": "article", "author": "Pen", "written_on": "2029-01-02", "place": "Bağ",
        "source_title": "Qəzet", "source_address": "https://example.org/a", "permission": "Bəli",
        "seen": draft(item).seen,
    }  # fmt: skip
    copy = SimpleUploadedFile("page.html", b"abc")
    response = desks.post("az", at(item, "details"), {**fields, "stored_copy": copy})
    assert response.status_code == 302
    kept = draft(item)
    assert kept.kind == "article"
    assert kept.body.source is not None
    assert kept.body.source.copy.startswith("ba7816bf8f01cfea")
    again = {**fields, "seen": kept.seen, "forget_copy": "on", "source_address": "javascript:x"}
    refused = desks.post("az", at(item, "details"), again)
    assert refused.status_code == 409
    assert "javascript:x" in refused.content.decode()
    desks.post("az", at(item, "details"), {**again, "source_address": ""})
    assert draft(item).body.source.copy is None
    late = desks.post(
        "az", at(item, "details"), {**fields, "written_on": "2999-01-01", "seen": draft(item).seen}
    )
    assert late.status_code == 409


def test_a_language_is_taken_away_but_not_the_original(desks):
    item = begun(desks)
    with_armenian(desks, item)
    asked = desks.page("az", at(item, "hy", "take-away"))
    assert "3 words" in asked
    assert desks.post("az", at(item, "hy", "take-away")).status_code == 200
    assert set(draft(item).body.versions) == {"az", "hy"}
    seen = {"seen": draft(item).seen}
    assert desks.post("az", at(item, "hy", "take-away"), seen).status_code == 302
    assert set(draft(item).body.versions) == {"az"}
    assert desks.post("az", at(item, "az", "take-away")).status_code == 409


def test_a_text_is_proposed_opened_and_its_next_version_begun(desks):
    item = begun(desks)
    with_armenian(desks, item)
    document = opened(desks, item)
    assert document.side == "az"
    desks.page("az", at(item), status=404)
    assert desks.post("az", f"{HOME}text/{item}/change/").status_code == 302
    assert desks.post("az", f"{HOME}text/{item}/change/").status_code == 409
    same = desks.post("az", at(item, "propose"))
    assert same.status_code == 409
    fields = {"title": "Ad", "typed": TYPED.replace("orada", "uzaqda"), "seen": draft(item).seen}
    desks.post("az", at(item, "az", "words"), fields)
    later = opened(desks, item)
    assert (later.version, later.replaces) == (2, document.digest)
    assert later.body["history"] == [stage.DAY.isoformat()] * 2
    desks.post("az", f"{HOME}text/{item}/change/")
    assert "The original has changed since" in desks.page("az", at(item))


def test_a_button_pressed_twice_leads_to_the_proposal(desks):
    """The second of two clicks, or the way back to the draft, finds what the first one made."""
    item = begun(desks)
    first = desks.post("az", at(item, "propose"))
    digest = first["Location"].split("/")[-2]
    assert "its words are fixed" in desks.page("az", first["Location"])
    again = desks.post("az", at(item, "propose"))
    assert (again.status_code, again["Location"]) == (302, f"/en/desk/read/{digest}/")
    assert desks.client["az"].get(at(item))["Location"] == f"/en/desk/read/{digest}/"
    assert desks.post("hy", at(item, "propose")).status_code == 404
    desks.page("hy", at(item), status=404)


def test_what_was_written_on_a_draft_that_is_gone_comes_back(desks):
    item = begun(desks)
    seen = draft(item).seen
    desks.post("az", at(item, "give-up"), {"seen": seen})
    fields = {"title": "Ad", "typed": "Bir uzun <b>söz</b>.", "seen": seen}
    response = desks.post("az", at(item, "az", "words"), fields)
    assert response.status_code == 404
    assert "Bir uzun &lt;b&gt;söz&lt;/b&gt;." in response.content.decode()
    assert "no longer here" in response.content.decode()


def test_another_desk_cannot_change_a_text_but_can_translate_it(desks):
    item = begun(desks)
    document = opened(desks, item)
    assert desks.post("hy", f"{HOME}text/{item}/change/").status_code == 409
    response = desks.post(
        "hy",
        f"{HOME}text/{item}/translate/",
        {"language": "hy", "title": "Անուն", "typed": "# Վ\n\nԱ։\n\nԲ։", "translator": ""},
    )
    assert response.status_code == 302
    (translation,) = queries.drafts_of("hy")
    assert translation.is_translation
    desks.page("hy", at(translation.item))
    desks.page("hy", at(translation.item, "hy", "beside"))
    desks.page("hy", at(translation.item, "az", "words"), status=404)
    desks.page("hy", at(translation.item, "details"), status=404)
    made = opened(desks, translation.item, by="hy")
    assert (made.made_from, made.side) == ((document.source,), "hy")
    assert "Next version of your translation" in desks.page("hy", HOME)
    assert desks.post("hy", f"{HOME}text/{made.id}/change/").status_code == 302
    assert desks.post("az", f"{HOME}text/{made.id}/change/").status_code == 409


def test_a_refused_text_is_a_draft_once_more(desks):
    item = begun(desks)
    with_armenian(desks, item)
    before = draft(item).body
    digest = desks.post("az", at(item, "propose"))["Location"].split("/")[-2]
    from visavis.record import actions as record_actions
    from visavis.record.rules import RefusalReason

    record_actions.refuse(digest=digest, side="hy", reason=RefusalReason.WORDING, today=stage.DAY)
    assert desks.post("hy", f"{HOME}again/{digest}/").status_code == 404
    assert desks.post("az", f"{HOME}again/{digest}/").status_code == 302
    assert draft(item).body == before
    assert desks.post("az", f"{HOME}again/{digest}/").status_code == 409


def test_a_draft_is_given_up(desks):
    item = begun(desks)
    before = draft(item).seen
    assert "7 words" in desks.page("az", at(item, "give-up"))
    with_armenian(desks, item)
    late = desks.post("az", at(item, "give-up"), {"seen": before})
    assert late.status_code == 409
    assert draft(item).seen in late.content.decode()
    assert desks.post("az", at(item, "give-up"), {"seen": draft(item).seen}).status_code == 302
    desks.page("az", at(item), status=404)


@pytest.mark.parametrize("language", ["az", "hy", "ru", "fr"])
def test_the_pages_open_in_every_language_of_the_interface(desks, language):
    item = begun(desks)
    with_armenian(desks, item)
    for address in (HOME, f"{HOME}new/", at(item), at(item, "details"), at(item, "hy", "rows")):
        desks.page("az", address.replace("/en/", f"/{language}/"))


def test_the_pages_ask_few_questions_of_the_database(desks, django_assert_max_num_queries):
    item = begun(desks)
    with_armenian(desks, item)
    for address in (HOME, at(item), at(item, "hy", "beside"), at(item, "az", "strike")):
        with django_assert_max_num_queries(stage.MOST_QUERIES):
            desks.page("az", address)


def test_every_refusal_has_a_sentence():
    for reason in (*LibraryRefusal, *StrikeRefusal):
        assert str(wording.REFUSALS[reason])
    assert set(wording.REASONS) == set(Why)


def test_every_address_of_the_room_has_a_view():
    patterns = get_resolver("visavis.library.urls").url_patterns
    assert len({pattern.name for pattern in patterns}) == len(patterns) == 16


def test_what_is_another_desks_or_not_over_is_no_draft_again(desks):
    """Else a desk could take another's words, and their number, while they wait for keys."""
    theirs = cast.propose(cast.an_article(desks.site, side="hy"), by="hy", site=desks.site)
    own = cast.propose(cast.an_article(desks.site, side="az"), by="az", site=desks.site)
    shown = cast.open_(cast.an_article(desks.site, side="hy"), desks.site)
    for document in (theirs, own, shown):
        assert desks.post("az", f"/en/desk/library/again/{document.digest}/").status_code == 404
    assert queries.drafts_of("az") == []
    reason = {"reason": "facts"}
    assert desks.post("hy", f"/en/desk/read/{own.digest}/refuse/", reason).status_code == 302
    assert desks.post("az", f"/en/desk/library/again/{own.digest}/").status_code == 302


def test_the_list_of_open_texts_is_narrowed_to_a_kind(desks):
    letter, article = cast.a_letter(desks.site), cast.an_article(desks.site)
    for each in (letter, article):
        cast.open_(each, desks.site)
    shown = {
        only: [each.digest in desks.page("az", f"{HOME}?only={only}") for each in (letter, article)]
        for only in ("", "letter", "article", "translation")
    }
    assert shown == {
        "": [True, True],
        "letter": [True, False],
        "article": [False, True],
        "translation": [True, True],
    }
