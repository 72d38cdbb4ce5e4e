"""Acts of the engine and pages of a desk with and without sealing, in turn, in one run: processor time.

Without sealing the same code writes and reads the documents' own bytes, so that only the boxes differ. A
desk's reader is made for each page, as a request does.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from unittest.mock import patch

from django.core.management import call_command
from django.db import transaction
from django.test.utils import override_settings

import cast
import desks as stage
import reading as known
from benchmarks.acts import accept, prepared
from benchmarks.machine import middle, timed
from benchmarks.world import texts
from visavis.base import data
from visavis.record import actions, sealed
from visavis.record.models import Document as Row
from visavis.record.rules import State
from visavis.safety.reading import reading_as
from visavis.sides import reading_keys
from visavis.signing.document import Document

N, ROUNDS, WORDS = 6, 10, 60
PAGES, WAITING = 14, 30
LIMIT = 1.2


@contextmanager
def in_the_clear() -> Iterator[None]:
    with patch.object(sealed, "shut", lambda document: document.data):
        yield


@contextmanager
def as_it_is() -> Iterator[None]:
    yield


KINDS = {"clear": in_the_clear, "sealed": as_it_is}


def main() -> None:
    data.make_private(data.data_directory())
    call_command("migrate", verbosity=0, interactive=False)
    # The desks' own keys are those that are known here: what acts seal, pages open.
    known_keys = patch.object(reading_keys, "new_private", known.private)
    with known_keys, reading_as(known.everybody):
        desks = stage.at_work()
        for paragraphs in (3, 10):
            acts(desks.site, paragraphs=paragraphs)
        pages(desks)


def acts(site: cast.SiteKeys, *, paragraphs: int) -> None:
    made = texts(site, 2 * N * (ROUNDS + 1), paragraphs=paragraphs, words=WORDS, seed=paragraphs)
    took: dict[str, list[float]] = {kind: [] for kind in KINDS}
    for number in range(ROUNDS + 1):
        for kind in in_turn(number):
            documents = [prepared(each, site) for each in islice(made, N)]
            with KINDS[kind](), timed() as spent:
                for each in documents:
                    accept(each, by=site.codes[0])
            if number:  # the first round fills caches
                took[kind].append(1e3 * spent.processor / (3 * N))
    tell(f"an act, documents of {len(documents[0].document.data):,} bytes", took)


def pages(desks: stage.Desks) -> None:
    documents = list(texts(desks.site, WAITING, paragraphs=10, words=WORDS, seed=WAITING))
    with desks.on(cast.DAY), override_settings(ALLOWED_HOSTS=["testserver"]):
        rows = {kind: waiting(documents, kind) for kind in KINDS}
        reading = f"/en/desk/read/{documents[0].digest}/"
        for name, address in ((f"home, {WAITING} waiting", "/en/desk/"), ("reading", reading)):
            took: dict[str, list[float]] = {kind: [] for kind in KINDS}
            for number in range(PAGES):
                for kind in in_turn(number):
                    with transaction.atomic():
                        for digest, lies in rows[kind].items():
                            Row.objects.filter(digest=digest).update(data=lies)
                    with timed() as spent:
                        desks.page("az", address)
                    if number > 1:
                        took[kind].append(1e3 * spent.processor)
            tell(name, took)


def waiting(documents: list[Document], kind: str) -> dict[str, bytes]:
    """Propose these, and return what lies in the rows."""
    Row.objects.filter(state=State.PROPOSED).delete()
    with KINDS[kind]():
        for each in documents:
            actions.propose(document=each, by="hy", today=each.day)
    rows = Row.objects.filter(state=State.PROPOSED)
    return {row.digest: bytes(row.data) for row in rows}


def in_turn(number: int) -> list[str]:
    kinds = list(KINDS)
    return kinds if number % 2 else kinds[::-1]


def tell(what: str, took: dict[str, list[float]]) -> None:
    clear, shut = (middle(took[kind]) for kind in KINDS)
    ratio = middle([b / a for a, b in zip(took["clear"], took["sealed"], strict=True)])
    mark = "" if ratio <= LIMIT else f"  above {LIMIT}"
    print(f"  {what:<40} {clear:6.2f} → {shut:6.2f} ms   ratio {ratio:.2f}{mark}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
