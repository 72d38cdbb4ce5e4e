"""`docs/reference/charter-policy.md` says what the rules say: each cell is asked of the rule itself."""

from datetime import timedelta

import pytest
from source import table

import cast
from visavis.kinds.installed import installed
from visavis.record.rules import State, is_closing_final, owner_of, why_not_take_down
from visavis.signing.charter import LEAST, STRICTNESS, Opens, Waiting
from visavis.signing.document import Document
from visavis.signing.policy import why_not_open, why_not_stand_alone

PAGE = "docs/reference/charter-policy.md"
OPENS = {
    Opens.EVERY_SIDE: "every side",
    Opens.OWN_SIDE: "its own side",
    Opens.ANY_SIDE: "any one side",
    Opens.RELEASE_KEY: "the release key",
    Opens.RECOVERY_KEY: "the side's recovery key and its new keys",
}
SITE = cast.a_charter()
OF_A_SIDE = {"article", "letter"}  # joint, or one desk's own: `an_article(side=…)`
PARTS = {
    "answer",
    "translation",
    "card",
    "contribution",
    "translated-words",
    "restatement",
    "hearing",
    "pause",
}
HOLDING = {"pause", "joint-pause"}
ALONE_NEVER = {"site-page", "joint-pause"}  # their room refuses it: tests/desk/test_pause.py


def of_kind(kind: str, *, side: str | None = None) -> Document:
    if kind == "question":
        return cast.a_question(SITE)
    return cast.a_document(SITE, kind=kind, body={}, side=side)


def opens_with(kind: str) -> str:
    sealed = ", sealed until every seat is filled" if kind == "answer" else ""
    return OPENS[SITE.charter.policy[kind]] + sealed


def stands_alone(kind: str) -> str:
    if kind in ALONE_NEVER or why_not_stand_alone(of_kind(kind), charter=SITE.charter):
        return "no"
    if of_kind(kind).seats is None:
        return "yes"
    assert leaves_a_chair_empty_alone(kind, days_after=1)
    assert not leaves_a_chair_empty_alone(kind, days_after=0)
    return "yes; a chair is left empty only if that was asked for after the closing day"


def leaves_a_chair_empty_alone(kind: str, *, days_after: int) -> bool:
    """Whether it may stand alone, asked for so many days after the closing day."""
    chair = cast.with_empty_chairs(of_kind(kind), "hy")
    assert chair.seats is not None
    asked_on = chair.seats.until + timedelta(days=days_after)
    own = cast.alone(chair, side="az", asked_on=asked_on, day=asked_on + timedelta(days=14))
    signed = [cast.sign(own, SITE.key("az"), side="az")]
    return why_not_open(own, signed, charter=SITE.charter) is None


def closes_with(kind: str) -> str:
    if why_not_take_down(kind=kind, state=State.OPEN, side="az", closed_by=(), is_final=False):
        return "never closed"
    if kind in HOLDING:
        return "no; every side ends it, or time"
    side = "az" if kind in PARTS | OF_A_SIDE else None
    owner = owner_of(of_kind(kind, side=side))
    assert not is_closing_final(owner=owner, closed_by=["hy"])
    own = is_closing_final(owner=owner, closed_by=["az"])
    return "for a time; its own side's key for good" if own else "for a time"


def test_every_kind_opens_stands_alone_and_closes_as_the_page_says() -> None:
    told = [
        [kind, opens_with(kind), stands_alone(kind), closes_with(kind)]
        for kind in installed().policy
    ]
    assert sorted(table(PAGE, "Whose keys")) == sorted(told)


@pytest.mark.parametrize("kind", sorted(installed().policy))
def test_any_two_sides_close_for_good(kind: str) -> None:
    assert is_closing_final(owner=owner_of(of_kind(kind)), closed_by=["az", "hy"])


def test_what_stands_alone_is_that_sides_own() -> None:
    article = cast.alone(cast.an_article(SITE), side="az", asked_on=cast.DAY, day=cast.DAY)
    assert owner_of(article) == "az"


def test_every_waiting_time_has_its_default() -> None:
    told = {name: default for name, default, _ in table(PAGE, "Waiting times")}
    assert told == {name: str(time or "none") for name, time in Waiting().as_json().items()}


def test_the_page_orders_keys_from_most_to_least_as_the_rule_does() -> None:
    kinds = [row[0] for row in table(PAGE, "Whose keys")]
    strictness = [STRICTNESS[installed().policy[kind]] for kind in kinds]
    assert strictness == sorted(strictness, reverse=True)


def test_the_format_names_the_floor_of_every_charter() -> None:
    told = {
        kind.strip(): keys.split(",")[0]
        for kinds, keys in table("docs/record-format.md", "Charters")
        for kind in kinds.split(",")
    }
    assert told == LEAST
