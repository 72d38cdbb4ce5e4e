"""A desk's pages for discussions: written, previewed, proposed, refused, taken back, changed."""

import re

import pytest

import cast
import desks as stage
from visavis.cards.rules import Role
from visavis.discussions import actions, queries
from visavis.discussions.rules import DiscussionRefusal
from visavis.record import actions as record
from visavis.record import queries as record_queries
from visavis.record.rules import RefusalReason, State

pytestmark = pytest.mark.django_db
HOME = "/en/desk/discussions/"
CODES = ("az", "hy", "en")
TYPED = {
    "roles": ["student", "journalist"],
    "per_day": "2",
    "word_limit": "150",
    "takes_turns": "yes",
    "until": "2030-07-01",
    "question": "",
    **{f"title_{code}": f"Water ({code})" for code in CODES},
    **{f"opening_{code}": f"Whose is it? ({code})\n\n> A saying." for code in CODES},
    **{f"rules_{code}": "Be kind.\nBe brief." for code in CODES},
}


FIRST_RULE = {
    "az": "Xalqa deyil, insana yazın.",
    "hy": "Գրեք մարդուն, ոչ թե ժողովրդին։",
    "en": "Write to a person, not to a people.",
}


def drafted(desks, data=TYPED):
    """A kept discussion; returns its address and its id."""
    kept = desks.post("az", f"{HOME}new/", data)
    assert kept.status_code == 302, kept.content.decode()
    item = kept["Location"].rstrip("/").split("/")[-2]
    return f"{HOME}draft/{item}/", item


def seen_on(html):
    return re.search(r'name="seen" value="([^"]*)"', html)[1]


def proposed(desks):
    address, item = drafted(desks)
    seen = seen_on(desks.page("az", f"{address}preview/"))
    done = desks.post("az", f"{address}propose/", {"seen": seen})
    assert done.status_code == 302, done.content.decode()
    return record_queries.own_proposal("az", item)


def opened(desks):
    digest = proposed(desks)
    document = record_queries.proposal_for("az", digest).document
    for side in ("az", "hy"):
        cast.turn(document, side, site=desks.site)
    return document


def test_a_form_begins_with_house_rules_in_every_language_that_the_site_speaks(desks):
    html = desks.page("az", f"{HOME}new/")
    assert stage.faults_in(html) == []
    for code, words in FIRST_RULE.items():
        assert f"{words}" in html, code
    assert html.count('type="checkbox" name="roles"') == html.count(" checked") == 6
    assert "has_gate" in html


def test_a_discussion_is_written_previewed_and_opened_by_every_side(desks):
    digest = proposed(desks)
    html = desks.page("hy", f"/en/desk/read/{digest}/")
    for words in ("Water (hy)", "Whose is it? (az)", "A saying.", "Be brief.", "students"):
        assert words in html
    document = record_queries.proposal_for("hy", digest).document
    cast.turn(document, "az", site=desks.site)
    assert cast.turn(document, "hy", site=desks.site) == State.OPEN
    body = queries.discussion_for_desks(document.id).body
    assert body.takes_turns
    assert body.roles == (Role.JOURNALIST, Role.STUDENT)
    assert stage.faults_in(desks.page("hy", f"{HOME}{document.id}/")) == []
    assert "Water (en)" in desks.page("hy", HOME)


def test_what_is_missing_is_named_with_the_way_to_its_field(desks):
    address, _item = drafted(desks, {**TYPED, "title_hy": "", "rules_en": ""})
    html = desks.page("az", f"{address}preview/")
    assert stage.faults_in(html) == []
    assert "#id_title_hy" in html
    assert "#id_rules_en" in html
    assert "propose/" not in html
    refused = desks.post("az", f"{address}propose/", {"seen": seen_on(desks.page("az", address))})
    assert refused.status_code == 409
    assert "The title is needed" in refused.content.decode()


@pytest.mark.parametrize(
    ("field", "value"), [("until", str(stage.DAY)), ("word_limit", "5"), ("per_day", "400")]
)
def test_a_form_that_cannot_be_kept_keeps_what_was_typed(desks, field, value):
    page = desks.post("az", f"{HOME}new/", {**TYPED, field: value})
    html = page.content.decode()
    assert page.status_code == 422
    assert "Whose is it? (hy)" in html
    assert value in html
    assert html.count(" checked") == 2
    assert queries.drafts("az") == []


def test_two_windows_lose_no_words_and_no_role(desks):
    address, item = drafted(desks)
    seen = seen_on(desks.page("az", address))
    for change in (
        {"title_hy": "Ջուր"},
        {"rules_en": "Be kind."},
        {"roles": ["student", "expert"]},
        {"takes_turns": "no"},
    ):
        assert desks.post("az", address, {**TYPED, **change, "seen": seen}).status_code == 302
    body = actions.drafted(queries.draft_for("az", item))
    assert body.versions["hy"].title == "Ջուր"
    assert body.versions["en"].rules == ("Be kind.",)
    assert body.roles == (Role.STUDENT, Role.EXPERT)
    assert not body.takes_turns


def test_words_that_both_changed_are_shown_with_both(desks):
    address, item = drafted(desks)
    seen = seen_on(desks.page("az", address))
    desks.post("az", address, {**TYPED, "opening_en": "Theirs.", "roles": ["expert"], "seen": seen})
    mine = {**TYPED, "opening_en": "Mine.", "roles": ["youth"], "seen": seen}
    page = desks.post("az", address, mine)
    html = page.content.decode()
    assert page.status_code == 409
    assert "Theirs.</div>" in html
    assert "Mine.</textarea>" in html
    assert ">expert</div>" in html
    assert stage.faults_in(html) == []
    again = {
        **mine,
        "seen": seen_on(html),
        "keep_opening_en": "both",
        "keep_roles": "mine",
    }
    assert desks.post("az", address, again).status_code == 302
    body = actions.drafted(queries.draft_for("az", item))
    assert [unit.text for unit in body.versions["en"].opening] == ["Mine.", "Theirs."]
    assert body.roles == (Role.YOUTH,)


def test_a_refused_discussion_is_a_draft_again(desks):
    digest = proposed(desks)
    record.refuse(digest=digest, side="hy", reason=RefusalReason.WORDING, today=stage.DAY)
    done = desks.post("az", f"{HOME}again/{digest}/")
    item = done["Location"].rstrip("/").split("/")[-1]
    assert actions.drafted(queries.draft_for("az", item)).versions["az"].title == "Water (az)"
    assert desks.post("hy", f"{HOME}again/{digest}/").status_code == 404


def test_a_proposal_taken_back_is_a_draft_again(desks):
    digest = proposed(desks)
    actions.take_back(side="az", digest=digest, today=stage.DAY)
    (draft,) = queries.drafts("az")
    assert actions.drafted(draft).per_day == 2


def test_a_next_version_changes_the_terms_with_every_key(desks):
    document = opened(desks)
    done = desks.post("az", f"{HOME}{document.id}/change/")
    address = done["Location"]
    assert desks.post("az", f"{HOME}{document.id}/change/")["Location"] == address
    seen = seen_on(desks.page("az", address))
    desks.post("az", address, {**TYPED, "word_limit": "300", "seen": seen})
    seen = seen_on(desks.page("az", f"{address}preview/"))
    desks.post("az", f"{address}propose/", {"seen": seen})
    found = queries.discussion_for_desks(document.id)
    assert found.body.word_limit == 150
    change = record_queries.proposal_for("hy", found.change).document
    assert change.version == 2
    for side in ("hy", "az"):
        cast.turn(change, side, site=desks.site)
    assert queries.discussion_for_desks(document.id).body.word_limit == 300


def test_a_draft_is_given_up_only_as_it_was_seen(desks):
    address, item = drafted(desks)
    html = desks.page("az", f"{address}give-up/")
    assert stage.faults_in(html) == []
    seen = seen_on(html)
    changed = {**TYPED, "title_en": "New", "seen": seen_on(desks.page("az", address))}
    desks.post("az", address, changed)
    page = desks.post("az", f"{address}give-up/", {"seen": seen})
    assert page.status_code == 409
    assert queries.draft_for("az", item)
    done = desks.post("az", f"{address}give-up/", {"seen": seen_on(page.content.decode())})
    assert done.status_code == 302
    assert queries.drafts("az") == []


def test_a_discussion_belongs_to_an_open_question_if_its_desk_says_so(desks):
    question = cast.open_(cast.a_question(desks.site), desks.site)
    address, item = drafted(desks, {**TYPED, "question": question.id})
    assert actions.drafted(queries.draft_for("az", item)).question == question.id
    assert "What would you keep?" in desks.page("az", f"{address}preview/")
    unknown = desks.post("az", f"{HOME}new/", {**TYPED, "question": "0" * 32})
    assert unknown.status_code == 422


def test_words_that_nobody_could_sign_are_refused_and_stay_in_the_form(desks):
    page = desks.post("az", f"{HOME}new/", {**TYPED, "opening_en": "Lost \ufffd letter"})
    assert page.status_code == 409
    assert "Lost \ufffd letter" in page.content.decode()
    assert queries.drafts("az") == []
    assert DiscussionRefusal.LOST_LETTER
