"""A signer chooses what a body says. One item never keeps the others, and every closing, from readers."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
import rows

import cast
from cast import DAY, SiteKeys
from visavis.base import data
from visavis.press.actions import release_edition
from visavis.press.remaking import made_again
from visavis.press.store import Store
from visavis.record import actions
from visavis.signing.document import Seats
from visavis.signing.verify import Outcome, verify

pytestmark = pytest.mark.django_db
NOON = datetime.combine(DAY, time(12), tzinfo=UTC)


@pytest.fixture
def site() -> SiteKeys:
    return cast.found_with_release_key(cast.a_charter())


def page(path: str) -> str:
    content = Store(data.public_directory()).content(path)
    return content.decode() if content else ""


def alone_by_rows(site: SiteKeys, document: Any) -> Any:
    """Words of hy alone, as somebody with its key and the tables can put them there without asking."""
    asked_on = DAY - timedelta(days=20)
    own = cast.alone(document, side="hy", asked_on=asked_on, day=DAY)
    rows.insert_signed(own, cast.sign(own, site.key("hy"), side="hy"), state="open")
    rows.sql("INSERT INTO record_changed (subject) VALUES (%s)", own.id)
    return own


def assert_the_rest_comes_out(site: SiteKeys) -> None:
    """A text that opens now reaches readers, and the copy is right, its pages made again."""
    text = cast.open_(cast.an_article(site), site)
    for full in (False, True):
        release_edition(NOON, full=full)
        assert page(f"az/library/{text.id[:12]}/index.html")
        fingerprint = site.charter.digest
        report = verify(data.public_directory(), charter_fingerprint=fingerprint, today=DAY)
        assert report.outcome is Outcome.GOOD
        again = made_again(report, today=DAY).pages
        assert again is not None
        assert again.differing == ()


@pytest.mark.parametrize(
    "given",
    [
        {"versions": {}},
        {"versions": {"en": {"units": [], "proposal": "p", "translator": None}}},
        {"versions": {"": {"units": [], "proposal": "", "translator": None}}, "original": ""},
    ],
    ids=["no words", "not in its original", "in no language"],
)
def test_an_answer_that_no_page_can_show_stops_nothing(site: SiteKeys, given: Any) -> None:
    question = cast.open_(cast.a_question(site), site)
    odd = cast.an_answer(site, to=question, side="az")
    for answer in (
        replace(odd, body={**odd.body, **given}),
        cast.an_answer(site, to=question, side="hy"),
    ):
        cast.turn(cast.propose(answer, site=site), answer.side or "", site=site)
    actions.settle(at=NOON)
    assert_the_rest_comes_out(site)
    assert "This chair is empty." not in page(f"en/questions/{question.id[:12]}/index.html")


@pytest.mark.parametrize("code", ["zz", "!", ""])
def test_a_question_in_no_language_of_the_site_stops_nothing(site: SiteKeys, code: str) -> None:
    asked = cast.a_question(site)
    body = {**asked.body, "versions": {code: {"text": "x", "note": ""}}}
    alone_by_rows(site, replace(asked, body=body))
    assert_the_rest_comes_out(site)


@pytest.mark.parametrize("seats", [None, Seats(sides=("xx",), until=DAY)])
def test_a_question_that_asks_nobody_here_stops_nothing(site: SiteKeys, seats: Any) -> None:
    alone_by_rows(site, replace(cast.a_question(site), seats=seats))
    actions.settle(at=NOON)
    assert_the_rest_comes_out(site)


def test_a_row_that_is_no_charter_stops_nothing(site: SiteKeys) -> None:
    odd = cast.next_version(site.document, body={"x": 1})
    rows.insert_signed(odd, cast.sign(odd, site.key("hy"), side="hy"), state="proposed")
    actions.settle(at=NOON)
    assert_the_rest_comes_out(site)


@pytest.mark.parametrize("digit", ["0", "f"])
def test_no_row_takes_the_address_of_another_item(site: SiteKeys, digit: str) -> None:
    text = cast.open_(cast.an_article(site), site)
    release_edition(NOON)
    twin = cast.an_article(site, texts={"az": ["HIJACK"], "hy": ["HIJACK"]})
    own = alone_by_rows(site, replace(twin, id=text.id[:12] + digit * 20))
    assert_the_rest_comes_out(site)
    assert "HIJACK" not in page(f"az/library/{text.id[:12]}/index.html")
    assert not page(f"documents/{own.digest}.json")
    later = cast.next_version(text)
    cast.propose(later, site=site)  # and the item itself goes on
