"""How long refusals take that nobody may tell apart: with a code on paper, and at both doors.

In each round every class is tried once, in a random order, through the whole stack of the live plane.
Compared are the quickest tenths of each class and of ``unknown``, in processor time: what other programs add
lies above them. Each difference has an interval that holds the true one in 99 of 100 such runs (bootstrap
over rounds). Argon2 is cheap here, so that it hides nothing: on a real site it takes a hundred times the
rest. The control is a class that takes one Argon2 of 1 MiB more, a small part of a real one.
"""

import random
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from unittest.mock import patch

import time_machine
from django.core.management import call_command
from django.test import Client
from django.test.utils import override_settings

import desks as stage
import editors
import refused
from visavis.base import data
from visavis.people import credentials, sign_in
from visavis.safety.secret import Secret
from visavis.sides import queries as sides
from visavis.sides.rules import SignInCost
from visavis.signing import sealing

ROUNDS, QUICK, RESAMPLES = 400, 20, 1_000
CONTROL = "unknown, stretched again"


def main(words: list[str]) -> None:
    rounds = QUICK if "--quick" in words else ROUNDS
    with (
        time_machine.travel(editors.NOW, tick=False),
        patch.multiple(sealing, MEMORY_KIB=8, PASSES=1),
        override_settings(ALLOWED_HOSTS=["testserver"]),
    ):
        for what, address, made in (
            ("a code on paper", refused.PAPER, codes_on_paper),
            ("an editor's sign-in", refused.DESK, refused.at_the_desks_door),
            ("a participant's sign-in", refused.DOOR, refused.at_the_participants_door),
        ):
            begin()
            times = timed_in_turn(address, made(), rounds=rounds)
            print(f"  {what}: unknown takes {1e3 * quickest(times['unknown']):.2f} ms")
            for name, took in times.items():
                if name != "unknown":
                    low, middle, high = difference(took, times["unknown"])
                    print(f"    {name:<26} {middle:+7.1f} µs ({low:+.1f} to {high:+.1f})")


def begin() -> None:
    """Begin with empty tables."""
    data.make_private(data.data_directory())
    call_command("migrate", verbosity=0, interactive=False)
    call_command("flush", verbosity=0, interactive=False)


def codes_on_paper() -> refused.Forms:
    desks = stage.at_work()
    return refused.by_paper(desks.account["az"], desk_passphrase=desks.passphrase["az"])


def timed_in_turn(address: str, forms: refused.Forms, *, rounds: int) -> dict[str, list[float]]:
    """Return the seconds of each class, round by round."""
    every = {**forms, CONTROL: forms["unknown"]}
    client = Client()
    times: dict[str, list[float]] = {name: [] for name in every}
    for number in range(-20, rounds):  # the first ones fill caches
        for name in random.sample(list(every), len(every)):
            form = every[name]()
            with (
                patch.object(sign_in, "code_budget", editors.a_fresh_budget()),
                patch.object(credentials, "proof_of", twice if name == CONTROL else once),
            ):
                began = time.thread_time()
                answer = client.post(address, form)
                took = time.thread_time() - began
            assert answer.status_code in {403, 409}, (name, answer.status_code)
            if number >= 0:
                times[name].append(took)
    return times


once = credentials.proof_of


def twice(passphrase: Secret, *, sign_in: sides.SignIn) -> credentials.Proof:
    costly = replace(sign_in, cost=SignInCost(memory_kib=1_024, passes=1))
    once(passphrase, sign_in=costly)
    return once(passphrase, sign_in=sign_in)


def difference(some: list[float], others: list[float]) -> tuple[float, float, float]:
    """Return by how many microseconds the one takes longer, between the bounds of its interval."""
    rounds = list(zip(some, others, strict=True))

    def drawn(pairs: list[tuple[float, float]]) -> float:
        one, other = (quickest(each) for each in zip(*pairs, strict=True))
        return 1e6 * (one - other)

    again = sorted(drawn(random.choices(rounds, k=len(rounds))) for _ in range(RESAMPLES))
    return again[RESAMPLES // 200], drawn(rounds), again[-1 - RESAMPLES // 200]


def quickest(times: Sequence[float]) -> float:
    """Return the time that one in ten is quicker than."""
    return sorted(times)[len(times) // 10]


if __name__ == "__main__":
    main(sys.argv[1:])
