"""A discussion of many contributions against one of a hundred: live pages, and the next edition.

One site, one discussion: it is measured with a hundred contributions, filled, and measured again, in one run.
Counted are processor time and queries of each live page, and an edition after one more contribution. The
contributions are real documents with their keys, written in bulk. The edition that fills the record has short
contents in place of pages: what the next one costs depends on how many there are, not on what others say.

``--quick`` fills it with a few hundred, to see that it works: its figures mean nothing.
"""

import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, time, timedelta
from unittest.mock import patch

from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings
from markupsafe import Markup

import cast
import desks as stage
import reading as known
import talk
from benchmarks.contributions import person
from benchmarks.machine import middle, timed
from benchmarks.world import Words
from visavis.base import data
from visavis.discussions import pages
from visavis.discussions.public import Contribution
from visavis.kinds.installed import installed
from visavis.pages.making import Making, Page
from visavis.press import edition, lists, page_draws
from visavis.press.actions import release_edition
from visavis.press.store import Content
from visavis.record import statements
from visavis.record.rules import State
from visavis.safety.reading import reading_as
from visavis.sides import reading_keys
from visavis.sides.keyfiles import key_file
from visavis.signing.document import Document

FEW, MANY, QUICK = 115, 9_990, 365
"""Each leaves 23 threads on the last page, of 25 at most: an edition makes that page again, words and all."""
PAGES, EDITIONS, WORDS = 10, 9, 60
THREAD = 5
"""Every so many, one begins a thread; the others reply to it, one side after the other."""
NOON = datetime.combine(cast.DAY, time(12), UTC)


class Growing:
    """One discussion that grows, and who looks at it."""

    def __init__(self, desks: stage.Desks) -> None:
        self._site, self._words = desks.site, Words(4)
        self._editions = 0
        self._first: Document | None = None
        self.n = 0
        self.discussion = cast.open_(talk.a_discussion(self._site), self._site)
        self.cards = {
            side: cast.open_(talk.a_card(self._site, side), self._site) for side in self._site.codes
        }
        writer = person("az", today=cast.DAY)
        item = self.discussion.id
        self.pages: dict[str, tuple[Client, str]] = {
            "a participant: write": (writer.client, f"/en/taking-part/discussions/{item}/write/"),
            "a participant: discussions": (writer.client, "/en/taking-part/discussions/"),
            "a participant: my words": (writer.client, "/en/taking-part/words/"),
            "a desk: discussions": (desks.client["az"], "/en/desk/discussions/"),
            "a desk: the discussion": (desks.client["az"], f"/en/desk/discussions/{item}/"),
            "a desk: open contributions": (desks.client["az"], "/en/desk/contributions/open/"),
            "a desk: what waits": (desks.client["az"], "/en/desk/contributions/"),
        }

    @transaction.atomic
    def grow(self, to: int) -> None:
        for number in range(self.n, to):
            side = self._site.codes[number % 2]
            document = talk.a_contribution(
                self._site,
                self.discussion,
                side=side,
                card=self.cards[side].id,
                text=self._words.paragraph(side, n_words=WORDS),
                answers=self._first if number % THREAD else None,
            )
            if number % THREAD == 0:
                self._first = document
            statements.add_document(
                document, state=State.OPEN, by=side, today=cast.DAY, data=document.data
            )
            signed = cast.sign(document, self._site.key(side), side=side)
            statements.add_signature(document.digest, signed)
            names = installed().named_in(document)
            statements.add_names(document.digest, names, opened_on=cast.DAY)
            statements.touch(document.subject)
        self.n = to

    def fill(self, to: int) -> None:
        """Grow so far, and release it with stand-ins for pages."""
        self.grow(to)
        with (
            patch.object(pages, "_of_contribution", short_pages),
            patch.object(pages, "_threads", lambda *_, **__: Markup()),
            patch.object(lists, "_made", lambda _, voice, *__, **___: (voice.path, b"a list")),
            patch.object(
                edition, "_content", lambda page: (page[0], Content(page[1], compressible=False))
            ),
        ):
            self.release()

    def release(self) -> None:
        self._editions += 1
        assert release_edition(NOON + timedelta(minutes=self._editions)) is not None

    def measure(self) -> tuple[dict[str, tuple[float, int]], float, float]:
        """Return of each page its milliseconds and queries, of an edition its seconds: wall, processor."""
        pages = {name: page_of(*where) for name, where in self.pages.items()}
        took = []
        for _ in range(EDITIONS):
            self.grow(self.n + 1)
            with timed() as spent:
                self.release()
            took.append(spent)
        return (
            pages,
            middle([each.seconds for each in took]),
            middle([each.processor for each in took]),
        )


def main(words: Sequence[str]) -> None:
    many = QUICK if "--quick" in words else MANY
    data.make_private(data.data_directory())
    call_command("migrate", verbosity=0, interactive=False)
    # The desks' own keys are those that are known here: what acts seal, pages open.
    known_keys = patch.object(reading_keys, "new_private", known.private)
    fullest = patch.object(page_draws, "randbelow", lambda _: 1)
    with known_keys, fullest, stage.on(cast.DAY), override_settings(ALLOWED_HOSTS=["testserver"]):
        desks = stage.at_work()
        data.write_private(data.release_key_file(), key_file(desks.site.release_key).encode())
        with reading_as(known.everybody):
            growing = Growing(desks)
        found = []
        for n in (FEW, many):
            growing.fill(n)
            found.append(growing.measure())
    (few, few_wall, few_busy), (more, wall, busy) = found
    for name, (before, n_before) in few.items():
        after, n_after = more[name]
        print(
            f"  {name:<28} {before:6.1f} → {after:6.1f} ms, ratio {after / before:.2f}; "
            f"queries {n_before} → {n_after}"
        )
    print(
        f"  the edition after one contribution: {few_wall:.2f} → {wall:.2f} s "
        f"(processor {few_busy:.2f} → {busy:.2f} s)"
    )


def short_pages(
    contribution: Contribution, _answers: object, making: Making, *, number: int, **_: object
) -> Iterator[Page]:
    """Return the pages of a contribution with nothing in them but where they lie."""
    paths = pages.paths_of_contribution(contribution.id, making.site, number=number)
    yield from ((path, path.encode()) for path in paths.values())


def page_of(client: Client, address: str) -> tuple[float, int]:
    """Return the middle of the processor's milliseconds, and how often the database is asked."""
    took = []
    for _ in range(PAGES):
        with CaptureQueriesContext(connection) as asked, timed() as spent:
            response = client.get(address)
        assert response.status_code == 200, (response.status_code, address)
        took.append(1e3 * spent.processor)
    return middle(took[1:]), len(asked)


if __name__ == "__main__":
    main(sys.argv[1:])
