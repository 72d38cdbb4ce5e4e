"""Wrong, unknown, frozen and used up answer alike: in bytes and in steps (C12).

Sign-ins through the whole stack of the live plane, five classes in a random order. How long each takes
`benchmarks/alike.py` compares.
"""

import random
import re

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

import editors
import refused
from likeness import N_EACH, everything_in
from visavis.people import credentials, sign_in
from visavis.people.models import UsedCode

pytestmark = pytest.mark.django_db


@pytest.fixture
def attempts() -> refused.Forms:
    """Five ways not to get in, each as a form that somebody posts."""
    return refused.at_the_desks_door()


def post(client: Client, form: dict[str, str]) -> bytes:
    """Return everything a visitor gets: status, headers, cookies and body, without the CSRF token."""
    token = client.cookies["csrf"].value
    answer = client.post(refused.DESK, form | {"csrfmiddlewaretoken": token, "next": ""})
    return everything_in(answer)


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
    order = list(attempts) * N_EACH
    random.shuffle(order)
    client = Client(enforce_csrf_checks=True)
    answers: dict[str, set[bytes]] = {name: set() for name in attempts}
    n_each: dict[str, list[int]] = {name: [] for name in attempts}
    with time_machine.travel(editors.NOW, tick=False):
        client.get(refused.DESK)
        for name in order:
            form = attempts[name]()
            monkeypatch.setattr(sign_in, "code_budget", editors.a_fresh_budget())
            before = n_stretched
            answers[name].add(post(client, form))
            n_each[name].append(n_stretched - before)

    assert set.union(*answers.values()) == answers["unknown"]
    assert len(answers["unknown"]) == 1
    assert {n for counts in n_each.values() for n in counts} == {1}


def test_every_refusal_takes_the_same_steps_in_the_database(attempts: refused.Forms) -> None:
    client, steps = Client(enforce_csrf_checks=True), {}
    with time_machine.travel(editors.NOW, tick=False):
        client.get(refused.DESK)
        for name, attempt in attempts.items():
            with CaptureQueriesContext(connection) as queries:
                post(client, attempt())
            steps[name] = [re.sub(r"'[^']*'", "?", query["sql"]) for query in queries]
    assert len({tuple(each) for each in steps.values()}) == 1
    assert not any("UPDATE" in sql or "INSERT" in sql for sql in steps["unknown"])


def test_getting_in_costs_one_argon2_too(monkeypatch: pytest.MonkeyPatch) -> None:
    nadia = editors.joined(editors.found().codes["az"])
    calls = []
    stretched = credentials.stretched
    monkeypatch.setattr(
        credentials,
        "stretched",
        lambda *args, **named: calls.append(1) or stretched(*args, **named),
    )
    sign_in.sign_in(passphrase=nadia.passphrase, digits=nadia.digits(editors.NOW), at=editors.NOW)
    assert len(calls) == 1


def test_a_refused_sign_in_leaves_nothing_behind(attempts: refused.Forms) -> None:
    before = set(UsedCode.objects.values_list("mark", flat=True))
    client = Client(enforce_csrf_checks=True)
    with time_machine.travel(editors.NOW, tick=False):
        client.get(refused.DESK)
        for attempt in attempts.values():
            post(client, attempt())
    assert set(UsedCode.objects.values_list("mark", flat=True)) == before
    assert set(client.cookies) == {"csrf"}
