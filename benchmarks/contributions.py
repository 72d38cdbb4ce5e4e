"""Contributions handed in: the act against the same rows by SQLite alone, and by HTTP while readers read.

Drafts are written before the clock runs: what is measured begins where the author's page hands one in, and
ends when it is on the disk. SQLite alone does what the act has written, statement by statement, in one
durable transaction of its own, on a copy of the same database, and asks and checks nothing: once it leaves
its log as it is, once it empties it, as the act does. By HTTP everybody has signed in, and has a token
of their session's.

``--quick`` does a little of each, to see that it works: its figures mean nothing.
"""

import re
import secrets
import sqlite3
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial
from itertools import islice
from typing import Any

from django.conf import settings
from django.db import connection
from django.test.utils import override_settings
from django.urls import reverse

import authors
import cast
import participants
import talk
from authors import Writer
from benchmarks import acts_by_http as by_http
from benchmarks.acts_by_http import Browser
from benchmarks.machine import Took, middle, timed
from benchmarks.reading import served, worker_of
from benchmarks.world import Words
from visavis.base import data
from visavis.cards import actions as cards
from visavis.cards.bodies import Cues
from visavis.discussions import writing
from visavis.discussions.own_words import OwnDraft
from visavis.people.credentials import Proof
from visavis.people.desk_boxes import reader_of
from visavis.people.participants import new_row
from visavis.people.purse import Purse
from visavis.people.rules import ParticipantRole
from visavis.safety.reading import reading_as

EACH = 5
"""Contributions that one person may have waiting, while less than half of a side's room is taken."""
N, ROUNDS, WORDS = 20, 10, 120
PEOPLE, HTTP_ROUNDS, SECONDS = 180, 3, 2.0
WRITES = re.compile(r"\s*(INSERT|UPDATE|DELETE|REPLACE)", re.IGNORECASE)
Written = list[tuple[str, Any]]


@dataclass
class Draft:
    """One draft of somebody's, as the page with the button has it."""

    by: Writer
    slot: int
    seen: str

    def hand_in(self, today: date) -> None:
        with self.by.reading():
            writing.hand_in(self.by.row, self.slot, seen=self.seen, today=today)


@dataclass
class Hands:
    """A few people, one after another, each in a browser of their own."""

    drafts: Iterator[tuple[Browser, Draft]]

    def act_until(self, end: float) -> int:
        n = 0
        while time.perf_counter() < end:
            browser, draft = next(self.drafts)
            address = reverse("writing:hand-in", args=[draft.slot])
            then = browser.post(address, {"seen": draft.seen})
            assert "?done=" in then, then
            n += 1
        return n


@dataclass
class Copied:
    """A copy of the database, to be written to by SQLite alone."""

    raw: sqlite3.Connection

    @classmethod
    def of_now(cls, name: str) -> "Copied":
        raw = sqlite3.connect(data.data_directory() / f"{name}.sqlite3", isolation_level=None)
        connection.ensure_connection()
        connection.connection.backup(raw)
        raw.executescript(settings.DATABASES["default"]["OPTIONS"]["init_command"])
        raw.execute("PRAGMA foreign_keys=ON")
        with connection.cursor() as cursor:
            for name_ in ("journal_mode", "synchronous", "secure_delete", "foreign_keys"):
                (own,) = cursor.execute(f"PRAGMA {name_}").fetchone()
                assert raw.execute(f"PRAGMA {name_}").fetchone() == (own,), name_
        return cls(raw)

    def write(self, some: Written, *, empties: bool) -> None:
        self.raw.execute("BEGIN IMMEDIATE")
        for sql, params in some:
            self.raw.execute(sql, params).fetchall()
        self.raw.execute("COMMIT")
        if empties:
            self.raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


def main(words: list[str]) -> int:
    is_quick = "--quick" in words
    # The server reads its secret from the data directory, and so signs as this process does.
    with override_settings(SECRET_KEY="s" * 64, ALLOWED_HOSTS=["*"]):
        site, editors, path = by_http.founded_with_a_page()
        reader = reader_of(*(each.account for each in editors.values()))
        with reading_as(lambda: reader):
            today = datetime.now(UTC).date()
            place = talk.a_discussion(site, day=today, per_day=20, word_limit=1_000)
            discussion = cast.open_(place, site)
        n, rounds = (4, 2) if is_quick else (N, ROUNDS)
        # The first of each is handed in before the clock runs: it brings the card along.
        people = -(-n * (rounds + 1) // (EACH - 1))
        acts(drafts(discussion.id, people, today=today), n=n, rounds=rounds, today=today)
        if by_http.is_missing():
            return 0
        given = drafts(discussion.id, 16 if is_quick else PEOPLE, today=today)
        pages = browsers(given)
        with served() as server:
            for browser, draft in {id(each[0]): each for each in pages}.values():
                browser.connect()
                browser.read(reverse("writing:preview", args=[draft.slot]))
                browser.connection.close()  # the server would not wait; it opens with the next form
            by_http.measured(
                "people",
                # Two at a time, as two desks do: one after another each of a different person.
                [Hands(iter(pages[0::2])), Hands(iter(pages[1::2]))],
                path=path,
                worker=worker_of(server),
                n=1 if is_quick else HTTP_ROUNDS,
                seconds=0.2 if is_quick else SECONDS,
            )
    return 0


def acts(some: Sequence[Draft], *, n: int, rounds: int, today: date) -> None:
    waiting = iter(some)
    for first in islice(waiting, len(some) // EACH):
        first.hand_in(today)
    peers = {
        "the same rows by SQLite alone": (Copied.of_now("a"), False),
        "the same, and the log emptied": (Copied.of_now("b"), True),
    }
    ours: list[Took] = []
    theirs: dict[str, list[Took]] = {name: [] for name in peers}
    written: Written = []
    note = partial(noted, written)
    for number in range(rounds + 1):
        each_written: list[Written] = []
        with connection.execute_wrapper(note), timed() as took:
            for draft in islice(waiting, n):
                draft.hand_in(today)
                each_written.append(written.copy())
                written.clear()
        if number:  # the first round opens files and fills caches, for all
            ours.append(took)
        for name, (copied, empties) in peers.items():
            with timed() as took:
                for each in each_written:
                    copied.write(each, empties=empties)
            if number:
                theirs[name].append(took)
    print(f"  statements that write, in each act: {len(each_written[-1])}")
    for name, some_rounds in {"handed in": ours, **theirs}.items():
        print(
            f"  {name}: {middle([n / each.seconds for each in some_rounds]):,.0f}/s, "
            f"{middle([1e3 * each.processor / n for each in some_rounds]):.2f} ms of processor time each"
        )
    for peer, alone in theirs.items():
        for name, what in (("speed", "seconds"), ("processor time", "processor")):
            ratios = [getattr(b, what) / getattr(a, what) for a, b in zip(ours, alone, strict=True)]
            print(
                f"  against {peer}: ratio of {name} {middle(ratios):.2f} "
                f"({min(ratios):.2f} to {max(ratios):.2f})"
            )


def noted(written: Written, execute: Any, sql: str, params: Any, *rest: Any) -> Any:
    """Note what is written: a wrapper of Django's."""
    if WRITES.match(sql):
        written.append((sql.replace("%s", "?"), params or ()))
    return execute(sql, params, *rest)


def drafts(discussion: str, n_people: int, *, today: date) -> list[Draft]:
    """Let so many people of both sides write all that they may; return it so that neighbours are others'."""
    words, found = Words(3), []
    people = [person("az" if n % 2 else "hy", today=today) for n in range(n_people)]
    for _ in range(EACH):
        for each in people:
            text = words.paragraph(each.row.side_id, n_words=WORDS)
            draft = OwnDraft(discussion, None, "", each.row.side_id, text)
            kept = writing.keep(each.row, draft, seen="", today=today)
            found.append(Draft(each, kept.slot, draft.seen))
    return found


_numbers = iter(range(2_000))


def person(side: str, *, today: date) -> Writer:
    """Return somebody with a drafted card whose passphrase nobody knows: stretching it takes its time."""
    proof = Proof(tag=secrets.token_hex(32), half=secrets.token_bytes(32))
    row = new_row(side, Purse.drawn(ParticipantRole.STUDENT), proof=proof)
    row.save()
    cards.keep_draft(row, pen_name=authors.name(next(_numbers)), cues=Cues(), today=today)
    return Writer(row, participants.signed_in(row))


def browsers(some: Sequence[Draft]) -> list[tuple[Browser, Draft]]:
    """Return each draft with its author's browser."""
    found: dict[str, Browser] = {}
    for draft in some:
        cookies = {name: morsel.value for name, morsel in draft.by.client.cookies.items()}
        found.setdefault(draft.by.row.pk, Browser(cookies=cookies))
    return [(found[draft.by.row.pk], draft) for draft in some]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
