"""Wrong, unknown, frozen and used up answer alike: in bytes, in steps and in time (C12).

1,500 sign-ins through the whole stack of the live plane, five classes in a random order. Bytes and steps
must be equal without exception. Time is compared by rank, for each pair of classes: the chance that one of
the first class took longer than one of the second. Its bound is generous, because a busy machine may not
fail a test; a step that only one class takes (a second Argon2, say) brings it beyond.
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
from likeness import LEAST, MOST, N_EACH, apart, everything_in, longer
from visavis.people import credentials, sign_in
from visavis.people.models import UsedCode
from visavis.safety import passphrases

pytestmark = pytest.mark.django_db

Attempt = Callable[[], dict[str, str]]


@pytest.fixture
def attempts() -> dict[str, Attempt]:
    """Five ways not to get in, each as a form that somebody posts."""
    world = editors.found()
    nadia = editors.joined(world.codes["az"])
    frozen = editors.joined(editors.invited(nadia.account, today=editors.TODAY), label="Leyla")
    editors.frozen(nadia.account, frozen.account.pk)
    used = nadia.digits(editors.NOW)
    sign_in.sign_in(passphrase=nadia.passphrase, digits=used, at=editors.NOW)
    wrong = "000000" if used != "000000" else "000001"
    words = nadia.passphrase.reveal().split()

    def one_word_wrong() -> dict[str, str]:
        others = [word for word in passphrases.WORDS if word != words[3]]
        return {"passphrase": " ".join([*words[:3], random.choice(others), *words[4:]])}  # noqa: S311 - any wrong word will do

    right = {"passphrase": nadia.passphrase.reveal()}
    return {
        "unknown": lambda: {
            "passphrase": passphrases.new_passphrase().reveal(),
            "digits": "123456",
        },
        "one word wrong": lambda: one_word_wrong() | {"digits": used},
        "wrong code": lambda: right | {"digits": wrong},
        "used code": lambda: right | {"digits": used},
        "frozen": lambda: {
            "passphrase": frozen.passphrase.reveal(),
            "digits": frozen.digits(editors.NOW),
        },
    }


def post(client: Client, form: dict[str, str]) -> bytes:
    """Return everything a visitor gets: status, headers, cookies and body, without the CSRF token."""
    token = client.cookies["csrf"].value
    answer = client.post("/en/desk/sign-in/", form | {"csrfmiddlewaretoken": token, "next": ""})
    return everything_in(answer)


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
    order = list(attempts) * N_EACH
    random.shuffle(order)
    client = Client(enforce_csrf_checks=True)
    answers: dict[str, set[bytes]] = {name: set() for name in attempts}
    n_each: dict[str, list[int]] = {name: [] for name in attempts}
    times: dict[str, list[float]] = {name: [] for name in attempts}
    with time_machine.travel(editors.NOW, tick=False):
        client.get("/en/desk/sign-in/")
        for name in order:
            form = attempts[name]()
            monkeypatch.setattr(sign_in, "code_budget", editors.a_fresh_budget())
            before, started = n_stretched, editors.real_clock()
            answers[name].add(post(client, form))
            times[name].append(editors.real_clock() - started)
            n_each[name].append(n_stretched - before)

    assert set.union(*answers.values()) == answers["unknown"]
    assert len(answers["unknown"]) == 1
    assert {n for counts in n_each.values() for n in counts} == {1}
    assert apart(times) == {}


def test_every_refusal_takes_the_same_steps_in_the_database(attempts: dict[str, Attempt]) -> None:
    client, steps = Client(enforce_csrf_checks=True), {}
    with time_machine.travel(editors.NOW, tick=False):
        client.get("/en/desk/sign-in/")
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


def test_a_refused_sign_in_leaves_nothing_behind(attempts: dict[str, Attempt]) -> None:
    before = set(UsedCode.objects.values_list("mark", flat=True))
    client = Client(enforce_csrf_checks=True)
    with time_machine.travel(editors.NOW, tick=False):
        client.get("/en/desk/sign-in/")
        for attempt in attempts.values():
            post(client, attempt())
    assert set(UsedCode.objects.values_list("mark", flat=True)) == before
    assert set(client.cookies) == {"csrf"}


def test_the_comparison_of_times_finds_a_class_that_takes_a_fifth_longer() -> None:
    draw = random.Random(7)  # noqa: S311 - numbers to compare, not secrets
    first = [draw.gauss(10, 1) for _ in range(N_EACH)]
    second = [draw.gauss(12, 1) for _ in range(N_EACH)]
    assert longer(second, first) > MOST
    assert LEAST < longer(first, list(first)) < MOST
