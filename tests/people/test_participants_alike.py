"""At the participants' door wrong, unknown, gone and stopped answer alike: in bytes and in steps (C12).

How long each takes `benchmarks/alike.py` compares.
"""

import random
import re

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

import editors
import participants as taking
import refused
from likeness import N_EACH, everything_in
from visavis.people import credentials, participants
from visavis.people.models import Participant
from visavis.safety import passphrases
from visavis.safety.secret import Secret

pytestmark = pytest.mark.django_db
SIGN_IN = refused.DOOR


@pytest.fixture
def attempts() -> refused.Forms:
    """Ways not to get in, each as a form that somebody posts; others are in."""
    return refused.at_the_participants_door() | {"nothing": lambda: {"passphrase": ""}}


def post(client: Client, form: dict[str, str]) -> bytes:
    token = client.cookies["csrf"].value
    return everything_in(client.post(SIGN_IN, form | {"csrfmiddlewaretoken": token, "next": ""}))


def test_nobody_can_tell_from_the_answer_why_they_did_not_get_in(
    attempts: refused.Forms, monkeypatch: pytest.MonkeyPatch
) -> None:
    n_stretched = 0
    stretched = credentials.stretched

    def counted(*args: object, **named: object) -> bytes:
        nonlocal n_stretched
        n_stretched += 1
        return stretched(*args, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(credentials, "stretched", counted)
    order = [*attempts] * N_EACH
    random.shuffle(order)
    client = Client(enforce_csrf_checks=True)
    answers: set[bytes] = set()
    with time_machine.travel(editors.NOW, tick=False):
        client.get(SIGN_IN)
        for name in order:
            form, before = attempts[name](), n_stretched
            answers.add(post(client, form))
            assert n_stretched - before == 1, name
    assert len(answers) == 1
    assert answers.pop().startswith(b"403 ")


def test_every_refusal_takes_the_same_steps_in_the_database(attempts: refused.Forms) -> None:
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
    attempts: refused.Forms, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    inner = participants.Purse.opened

    def noted(sealed: str, *, half: bytes) -> object:
        opened.append(sealed)
        return inner(sealed, half=half)

    monkeypatch.setattr(participants.Purse, "opened", noted)
    for name, attempt in attempts.items():
        opened.clear()
        assert Client().post(SIGN_IN, attempt()).status_code == 403
        assert len(opened) == 1, name


def test_a_row_in_the_place_of_another_is_refused_like_an_unknown_passphrase() -> None:
    editors.found()
    mina, other = taking.joined("az"), taking.joined("az")
    Participant.objects.filter(pk=mina.participant.pk).update(
        sealed_purse=other.participant.sealed_purse
    )
    client = Client(enforce_csrf_checks=True)
    client.get(SIGN_IN)
    unknown = post(client, {"passphrase": passphrases.new_passphrase().reveal()})
    assert post(client, {"passphrase": mina.passphrase.reveal()}) == unknown


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


def test_a_refused_sign_in_leaves_nothing_behind(attempts: refused.Forms) -> None:
    before = list(Participant.objects.values_list())
    client = Client(enforce_csrf_checks=True)
    client.get(SIGN_IN)
    for attempt in attempts.values():
        post(client, attempt())
    assert list(Participant.objects.values_list()) == before
    assert set(client.cookies) == {"csrf"}
