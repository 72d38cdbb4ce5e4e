"""The longest that an act holds the site's only lock, for the largest form that each act takes.

Beside each is its ratio to one durable commit of the largest document by SQLite alone, in the same run.
The budget is a second: somebody who closes something never waits longer for the lock than that.
"""

import random
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from django.db import transaction

import cast
from benchmarks.machine import middle
from benchmarks.world import founded
from visavis.base import data
from visavis.library import actions as library
from visavis.library import queries
from visavis.library.bodies import Why
from visavis.library.rules import MOST_QUOTED
from visavis.library.striking import Striking
from visavis.record import actions as record
from visavis.record import closings
from visavis.record import queries as record_queries
from visavis.signing.canonical import canonical_bytes, digest_of, new_id
from visavis.signing.document import LARGEST_DOCUMENT
from visavis.signing.keys import PrivateKey, Purpose

UNITS, WORDS_A_UNIT = 1_000, 330
"""Two languages of them are nearly the largest document. More and shorter ones take longer to align."""
BUDGET = 1.0


@contextmanager
def watched() -> Iterator[list[float]]:
    """Yield the seconds of each outermost transaction while the block runs."""
    enter, leave = transaction.Atomic.__enter__, transaction.Atomic.__exit__
    held, depth, since = list[float](), [0], [0.0]

    def entered(self: Any) -> None:
        enter(self)
        if not depth[0]:
            since[0] = time.perf_counter()
        depth[0] += 1

    def left(self: Any, *error: Any) -> None:
        try:
            leave(self, *error)
        finally:
            depth[0] -= 1
            if not depth[0]:
                held.append(time.perf_counter() - since[0])

    transaction.Atomic.__enter__, transaction.Atomic.__exit__ = entered, left  # type: ignore[method-assign]
    try:
        yield held
    finally:
        transaction.Atomic.__enter__, transaction.Atomic.__exit__ = enter, leave  # type: ignore[method-assign]


def main() -> None:
    site = founded()
    alone = middle([commit_alone(LARGEST_DOCUMENT) for _ in range(5)])
    print(f"  {LARGEST_DOCUMENT // 2**20} MiB by SQLite alone: {alone:.3f} s")
    longest = 0.0
    for name, act in acts(site):
        with watched() as held:
            began = time.perf_counter()
            act()
            whole = time.perf_counter() - began
        under = max(held)
        longest = max(longest, under)
        print(
            f"  {name}: {under:.3f} s under the lock, of {whole:.2f} s; ratio {under / alone:.1f}"
        )
    print(f"  longest {longest:.3f} s, {longest / BUDGET:.2f} of the budget")
    sys.exit(longest > BUDGET)


def commit_alone(size: int) -> float:
    raw = sqlite3.connect(data.data_directory() / "alone.sqlite3", isolation_level=None)
    raw.execute("PRAGMA journal_mode=WAL")
    raw.execute("PRAGMA synchronous=FULL")
    raw.execute("CREATE TABLE IF NOT EXISTS document (data BLOB)")
    content = random.randbytes(size)
    began = time.perf_counter()
    raw.execute("BEGIN IMMEDIATE")
    raw.execute("INSERT INTO document VALUES (?)", [content])
    raw.execute("COMMIT")
    took = time.perf_counter() - began
    raw.close()
    return took


def typed(seed: int, *, n_units: int = UNITS) -> str:
    drawn = random.Random(seed)
    letters = "abcdefghiklmnoprstuvwxyz"
    words = ["".join(drawn.choices(letters, k=drawn.randint(2, 7))) for _ in range(3_000)]
    return "\n\n".join(" ".join(drawn.choices(words, k=WORDS_A_UNIT)) for _ in range(n_units))


def acts(site: cast.SiteKeys) -> Iterator[tuple[str, Callable[[], object]]]:
    today, (one, other) = cast.DAY, site.codes[:2]
    first, second = site.charter.languages[:2]
    words = library.words_from(title="T", typed=typed(1))
    kept: dict[str, str] = {}

    def draft() -> None:
        kept["item"] = library.draft_text(
            side=one, kind="letter", original=first, words={first: words}, today=today
        )

    def seen() -> str:
        return queries.draft_for(one, kept["item"]).seen

    yield "a new text", draft
    translation = library.words_from(title="T", typed=typed(2))
    yield (
        "a language beside it",
        lambda: library.add_languages(
            side=one, item=kept["item"], words={second: translation}, today=today
        ),
    )
    other_words = library.words_from(title="T", typed=typed(1).replace("a", "o", 40))
    yield (
        "other words",
        lambda: library.edit(
            side=one, item=kept["item"], language=first, words=other_words, seen=seen(), today=today
        ),
    )
    numbers = [(n, n) for n in range(UNITS)]
    yield (
        "rows",
        lambda: library.mend_rows(
            side=one, item=kept["item"], language=second, beside=numbers, seen=seen(), today=today
        ),
    )
    quoted = tuple(
        f"{n + 1}: {' '.join(unit.text.split()[:3])}"
        for n, unit in enumerate(other_words.units[:MOST_QUOTED])
    )
    yield (
        "places struck",
        lambda: library.strike(
            side=one,
            item=kept["item"],
            language=first,
            striking=Striking(why=Why.LENGTH, quoted=quoted),
            seen=seen(),
            today=today,
        ),
    )

    def propose() -> None:
        kept["digest"] = library.propose(side=one, item=kept["item"], today=today)

    yield "its proposal", propose

    def turn(side: str) -> None:
        document = record_queries.proposal_for(side, kept["digest"]).document
        cast.turn(document, side, site=site)

    yield "the first key", lambda: turn(one)
    yield "the second key, which opens it", lambda: turn(other)
    noon = datetime(today.year, today.month, today.day, 12, tzinfo=UTC)
    opened = record_queries.open_version(kept["item"])
    assert opened is not None
    yield "its closing", lambda: cast.take_down(opened, other, site=site, at=noon)
    content = notes_about_nothing(site)
    yield "closing notes about nothing", lambda: record.take_closings(content, today=today)


def notes_about_nothing(site: cast.SiteKeys) -> bytes:
    """Return a file of notes that anyone can make: as many as fit into the largest one."""
    lines = [canonical_bytes({"format": "visavis-closings-1", "site": site.charter.site})]
    size = 0
    while size < closings.LARGEST_FILE - 2_000:
        key = PrivateKey.new()
        note = closings.Note(
            site=site.charter.site,
            item=new_id(),
            digest=digest_of(new_id().encode()),
            closer=key.public.hex,
            day=cast.DAY,
        ).data
        signed = closings.SignedNote(
            note, key.public.hex, key.sign(digest_of(note), purpose=Purpose.CLOSING)
        )
        lines.append(canonical_bytes({"notes": [signed.as_json()]}))
        size += len(lines[-1]) + 1
    return b"\n".join(lines)


if __name__ == "__main__":
    main()
