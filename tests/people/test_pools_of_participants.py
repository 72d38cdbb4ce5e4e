"""Whose places a page takes: participants none from desks, strangers at one door none from another."""

from collections.abc import Callable

import pytest
from django.urls import reverse

import editors
import participants as taking
from visavis.people import card_links, desk_boxes
from visavis.people.places import pool_of
from visavis.people.sessions import SessionStore
from visavis.safety.budgets import For
from visavis.safety.reading import reading_as

pytestmark = pytest.mark.django_db
DESK, DOOR = "/en/desk/sign-in/", "/hy/taking-part/sign-in/"


def pool(path: str, cookie: str = "") -> tuple[For, str]:
    return pool_of({"PATH_INFO": path, "HTTP_COOKIE": f"session={cookie}" if cookie else ""})


def test_strangers_at_the_participants_door_are_not_those_at_the_desks() -> None:
    editors.found()
    for cookie in ("", "b" * 32):
        assert pool(DESK, cookie) == (For.STRANGERS, "")
        assert pool(DOOR, cookie) == (For.AT_THE_DOOR, "")


@pytest.mark.parametrize("path", [DESK, DOOR, "/en/taking-part/", "/static/visavis/site.css"])
def test_a_participant_has_the_places_of_their_side_wherever_they_go(path: str) -> None:
    editors.found()
    for side in ("az", "hy"):
        cookie = taking.signed_in(taking.joined(side).participant).cookies["session"].value
        assert pool(path, cookie) == (For.PARTICIPANTS, side)


def test_an_editor_keeps_the_places_of_the_desk_on_the_pages_of_participants() -> None:
    nadia = editors.joined(editors.found().codes["az"])
    cookie = editors.signed_in(nadia.account).cookies["session"].value
    assert pool(DOOR, cookie) == (For.EDITORS, "az")


def test_who_is_stopped_is_a_stranger() -> None:
    nadia = editors.joined(editors.found().codes["az"])
    mina = taking.joined("az")
    card_links.keep(mina.participant)
    cookie = taking.signed_in(mina.participant).cookies["session"].value
    assert pool(DOOR, cookie) == (For.PARTICIPANTS, "az")
    with reading_as(lambda: desk_boxes.reader_of(nadia.account)):
        taking.locked_out(nadia.account, mina.participant.card)
    assert pool(DOOR, cookie) == (For.AT_THE_DOOR, "")


@pytest.mark.parametrize(
    ("keep", "expected"),
    [
        (lambda session: session.update({"arriving": {"code": "x"}}), For.ARRIVING),
        (lambda session: session.update({"joining": {"code": "x"}}), For.JOINING),
        (lambda session: session.update({"other": 1}), For.AT_THE_DOOR),
    ],
)
def test_who_has_shown_a_good_invitation_has_places_of_their_own(
    keep: Callable[[SessionStore], None], expected: For
) -> None:
    editors.found()
    session = SessionStore()
    keep(session)
    session.save()
    assert pool(DOOR, str(session.session_key)) == (expected, "")


WITHDRAWING = [
    reverse("writing:withdraw", args=["a" * 32]),
    reverse("writing:take-back", args=["a" * 32]),
    reverse("translating:withdraw", args=["a" * 32]),
    reverse("cards:close"),
    reverse("taking:leave"),
    reverse("taking:leave-quickly"),
]


@pytest.mark.parametrize("path", WITHDRAWING)
def test_attack_a_flood_of_ones_own_side_keeps_nobody_from_taking_words_back(path: str) -> None:
    """Every other page of a side's people may be full: `test_no_pool_takes_a_place_from_another`."""
    editors.found()
    cookie = taking.signed_in(taking.joined("az").participant).cookies["session"].value
    assert pool(path, cookie) == (For.WITHDRAWING, "az")
    assert pool(path) == (For.AT_THE_DOOR, ""), "a stranger takes none of these places"
    assert pool("/en/taking-part/words/", cookie) == (For.PARTICIPANTS, "az"), "the control"


def test_an_editor_leaves_quickly_whatever_else_the_desk_does() -> None:
    nadia = editors.joined(editors.found().codes["az"])
    cookie = editors.signed_in(nadia.account).cookies["session"].value
    assert pool(reverse("taking:leave-quickly"), cookie) == (For.CLOSING, "az")


PAPER = reverse("taking:by-paper")


def test_attack_a_flood_at_the_door_keeps_no_code_on_paper_waiting() -> None:
    """Every place at every other door may be taken: `test_no_pool_takes_a_place_from_another`."""
    nadia = editors.joined(editors.found().codes["az"])
    of_desk = editors.signed_in(nadia.account).cookies["session"].value
    of_side = taking.signed_in(taking.joined("az").participant).cookies["session"].value
    for cookie in ("", "b" * 32, of_desk, of_side):
        assert pool(PAPER, cookie) == (For.PAPER, "")
        assert pool(DOOR, cookie) != (For.PAPER, ""), "the control"
