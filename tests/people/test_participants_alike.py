"""At the participants' door wrong, unknown, gone and stopped answer alike: bytes, steps and time (C12).

As `test_alike` for editors: 1,200 sign-ins, four classes in a random order, compared in the same way.
"""

import random
import re
from collections.abc import Callable

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

import editors
import participants as taking
from likeness import N_EACH, apart, everything_in
from visavis.people import card_links, credentials, desk_boxes, leaving, participants
from visavis.people.leaving import Choice
from visavis.people.models import Participant
from visavis.safety import passphrases
from visavis.safety.reading import reading_as
from visavis.safety.secret import Secret

pytestmark = pytest.mark.django_db
SIGN_IN = "/en/taking-part/sign-in/"
Attempt = Callable[[], str]


@pytest.fixture
def attempts() -> dict[str, Attempt]:
    """Ways not to get in, each as a passphrase that somebody types; others are in."""
    world = editors.found()
    nadia = editors.joined(world.codes["az"])
    there, stopped, gone = taking.joined("az"), taking.joined("az"), taking.joined("hy")
    card_links.keep(stopped.participant)
    with reading_as(lambda: desk_boxes.reader_of(nadia.account)):
        taking.locked_out(nadia.account, stopped.participant.card)
    leaving.leave(gone.participant, passphrase=gone.passphrase, choice=Choice.CARD)
    words = there.passphrase.reveal().split()

    def one_word_wrong() -> str:
        others = [word for word in passphrases.WORDS if word != words[3]]
        return " ".join([*words[:3], random.choice(others), *words[4:]])  # noqa: S311 - any wrong word will do

    return {
        "unknown": lambda: passphrases.new_passphrase().reveal(),
        "one word wrong": one_word_wrong,
        "stopped": stopped.passphrase.reveal,
        "gone": gone.passphrase.reveal,
        "an editor's": nadia.passphrase.reveal,
        "nothing": lambda: "",
    }


def post(client: Client, passphrase: str) -> bytes:
    token = client.cookies["csrf"].value
    form = {"passphrase": passphrase, "csrfmiddlewaretoken": token, "next": ""}
    return everything_in(client.post(SIGN_IN, form))


def test_nobody_can_tell_from_the_answer_why_they_did_not_get_in(
    attempts: dict[str, Attempt], monkeypatch: pytest.MonkeyPatch
) -> None:
    n_stretched = 0
    stretched = credentials.stretched

    def counted(*args: object, **named: object) -> bytes:
        nonlocal n_stretched
        n_stretched += 1
        return stretched(*args, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(credentials, "stretched", counted)
    compared = ("unknown", "one word wrong", "stopped", "gone")
    order = [*compared] * N_EACH
    random.shuffle(order)
    client = Client(enforce_csrf_checks=True)
    answers: set[bytes] = set()
    times: dict[str, list[float]] = {name: [] for name in compared}
    with time_machine.travel(editors.NOW, tick=False):
        client.get(SIGN_IN)
        for name in [*order, "an editor's", "nothing"]:
            typed, before, started = attempts[name](), n_stretched, editors.real_clock()
            answers.add(post(client, typed))
            if name in times:
                times[name].append(editors.real_clock() - started)
            assert n_stretched - before == 1, name
    assert len(answers) == 1
    assert answers.pop().startswith(b"403 ")
    assert apart(times) == {}


def test_every_refusal_takes_the_same_steps_in_the_database(attempts: dict[str, Attempt]) -> None:
    client, steps = Client(enforce_csrf_checks=True), {}
    with time_machine.travel(editors.NOW, tick=False):
        client.get(SIGN_IN)
        for name, attempt in attempts.items():
            with CaptureQueriesContext(connection) as queries:
                post(client, attempt())
            steps[name] = [re.sub(r"'[^']*'", "?", query["sql"]) for query in queries]
    assert len({tuple(each) for each in steps.values()}) == 1
    assert not any("UPDATE" in sql or "INSERT" in sql for sql in steps["unknown"])


def test_every_refusal_opens_one_box(
    attempts: dict[str, Attempt], monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    inner = participants.Purse.opened

    def noted(sealed: str, *, half: bytes) -> object:
        opened.append(sealed)
        return inner(sealed, half=half)

    monkeypatch.setattr(participants.Purse, "opened", noted)
    for name, attempt in attempts.items():
        opened.clear()
        assert Client().post(SIGN_IN, {"passphrase": attempt()}).status_code == 403
        assert len(opened) == 1, name


def test_a_row_in_the_place_of_another_is_refused_like_an_unknown_passphrase() -> None:
    editors.found()
    mina, other = taking.joined("az"), taking.joined("az")
    Participant.objects.filter(pk=mina.participant.pk).update(
        sealed_purse=other.participant.sealed_purse
    )
    client = Client(enforce_csrf_checks=True)
    client.get(SIGN_IN)
    unknown = post(client, passphrases.new_passphrase().reveal())
    assert post(client, mina.passphrase.reveal()) == unknown


def test_getting_in_costs_one_argon2_too_and_asks_for_no_count_of_tries(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    editors.found()
    mina = taking.joined("az")
    for _ in range(40):
        Client().post(SIGN_IN, {"passphrase": "a b c d e f"})
    calls = []
    stretched = credentials.stretched
    monkeypatch.setattr(
        credentials,
        "stretched",
        lambda *args, **named: calls.append(1) or stretched(*args, **named),
    )
    found = participants.sign_in(passphrase=Secret(mina.passphrase.reveal()))
    assert found.pk == mina.participant.pk
    assert len(calls) == 1


def test_a_refused_sign_in_leaves_nothing_behind(attempts: dict[str, Attempt]) -> None:
    before = list(Participant.objects.values_list())
    client = Client(enforce_csrf_checks=True)
    client.get(SIGN_IN)
    for attempt in attempts.values():
        post(client, attempt())
    assert list(Participant.objects.values_list()) == before
    assert set(client.cookies) == {"csrf"}
