"""Two desks turn keys by HTTP while readers read: the same `visavis serve`, first each alone, then both.

Each desk has signed in by the form. It hands in signatures that were made before on its own machine, as
`visavis key sign` makes them, each with the form's own token: a passphrase is slow on purpose (Argon2id), and
would be all that is measured. Counted is the one request that carries the signature, answered when the
act is on the disk; the pages before and after it are not. Readers ask for one page as fast as they are
answered, which leaves the desks no quiet moment.
"""

import http.client
import os
import re
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol
from urllib.parse import urlencode

from django.core.management import call_command
from django.db import transaction
from django.urls import reverse

import cast
import editors
from benchmarks.machine import middle
from benchmarks.reading import OURS, processor_seconds, served, worker_of
from benchmarks.world import AT, question, texts
from visavis.base import data
from visavis.kinds.installed import installed
from visavis.pages.addresses import short
from visavis.people.desk_boxes import reader_of
from visavis.press.actions import release_edition
from visavis.record import sealed, statements
from visavis.record.models import Document as Row
from visavis.record.rules import State
from visavis.safety.reading import reading_as
from visavis.sides import actions as sides
from visavis.sides import queries as side_queries
from visavis.sides.keyfiles import key_file
from visavis.signing.canonical import Digest
from visavis.signing.document import Document
from visavis.signing.signatures import sign_document

N_DOCUMENTS, PARAGRAPHS, WORDS = 3_000, 10, 60
ROUNDS, SECONDS, CONNECTIONS = 5, 3, 16
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')


@dataclass
class Browser:
    """A connection to the server that keeps its cookies, and the token of the last form."""

    cookies: dict[str, str] = field(default_factory=dict)
    token: str = ""

    def connect(self) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", OURS)

    def read(self, address: str) -> None:
        """Take the form's token from a page."""
        _, content = self._ask("GET", address)
        found = TOKEN.search(content.decode())
        assert found, address
        self.token = found[1]

    def post(self, address: str, typed: dict[str, str]) -> str:
        """Hand the form in; return where it leads."""
        body = urlencode({"csrfmiddlewaretoken": self.token, **typed})
        answer, content = self._ask("POST", address, body)
        assert answer.status == 302, (answer.status, address, content[:2_000])
        return answer.headers["Location"]

    def _ask(
        self, method: str, address: str, body: str | None = None
    ) -> tuple[http.client.HTTPResponse, bytes]:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            headers["Origin"] = f"http://127.0.0.1:{OURS}"
        self.connection.request(method, address, body, headers)
        answer = self.connection.getresponse()
        for cookie in answer.headers.get_all("Set-Cookie") or ():
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer, answer.read()


class Acting(Protocol):
    """Somebody who acts until a moment of `time.perf_counter`, and says how often they did."""

    def act_until(self, end: float) -> int: ...


@dataclass(kw_only=True)
class Desk(Browser):
    """One editor's browser, signed in, with a signature in hand for each of the documents."""

    editor: editors.Editor
    signatures: Iterator[tuple[Digest, bytes]]

    def sign_in(self) -> None:
        self.connect()
        address = reverse("people:sign-in")
        self.read(address)
        typed = {
            "passphrase": self.editor.passphrase.reveal(),
            "digits": self.editor.digits(datetime.now(UTC)),
        }
        assert self.post(address, typed) != address, "not signed in"

    def act_until(self, end: float) -> int:
        """Turn this desk's key for one document after another; return for how many."""
        n = 0
        while time.perf_counter() < end:
            digest, signature = next(self.signatures)
            address = reverse("desk:turn-key", args=[digest])
            then = self.post(address, {"passphrase": "", "signature": signature.decode()})
            assert then.startswith(reverse("desk:read", args=[digest]) + "?done="), then
            n += 1
        return n


@dataclass(frozen=True)
class Round:
    """What was done in a second, and how long the server's processor was busy in it."""

    acts: float = 0.0
    pages: float = 0.0
    busy: float = 0.0


def main() -> int:
    if is_missing():
        return 0
    path, desks = made()
    with served() as server:
        for desk in desks:
            desk.sign_in()
        measured("desks", desks, path=path, worker=worker_of(server))
    opened = Row.objects.filter(kind="article", state=State.OPEN).count()
    print(f"  {opened:,} documents are open now")
    return 0


def is_missing() -> bool:
    """Return whether `taskset` is missing, and say so: server and readers would take each other's core."""
    missing = shutil.which("taskset") is None
    if missing:
        print("  not measured: taskset is not on this machine")
    return missing


def measured(
    who: str,
    acting: Sequence[Acting],
    *,
    path: str,
    worker: int,
    n: int = ROUNDS,
    seconds: float = SECONDS,
) -> None:
    """Let some act, readers read, and both at once, in turn; print how much of each is done in a second."""
    round_of(worker, acting=acting, seconds=seconds)  # opens files and fills caches
    rounds: dict[str, list[Round]] = {f"{who} alone": [], "readers alone": [], "both": []}
    for _ in range(n):
        rounds[f"{who} alone"].append(round_of(worker, acting=acting, seconds=seconds))
        rounds["readers alone"].append(round_of(worker, path=path, seconds=seconds))
        rounds["both"].append(round_of(worker, acting=acting, path=path, seconds=seconds))
    for name, each in rounds.items():
        print(
            f"  {name:<14} {middle([r.acts for r in each]):6,.0f} acts/s "
            f"({min(r.acts for r in each):,.0f} to {max(r.acts for r in each):,.0f}), "
            f"{middle([r.pages for r in each]):8,.0f} pages/s, "
            f"the server's processor busy {100 * middle([r.busy for r in each]):.0f} %"
        )
    act = middle([1e3 * r.busy / r.acts for r in rounds[f"{who} alone"]])
    print(f"  an act by HTTP takes {act:.1f} ms of the server's processor")


def made() -> tuple[str, list[Desk]]:
    """Found a site with an edition to read and documents that wait for both keys; return page and desks."""
    site, joined, path = founded_with_a_page()
    reader = reader_of(*(each.account for each in joined.values()))
    documents = list(texts(site, N_DOCUMENTS, paragraphs=PARAGRAPHS, words=WORDS))
    with reading_as(lambda: reader), transaction.atomic():
        for each in documents:
            statements.add_document(
                each,
                state=State.PROPOSED,
                by="az",
                today=datetime.now(UTC).date(),
                data=sealed.shut(each),
            )
    desks = [
        Desk(editor=each, signatures=signatures(documents, site, side))
        for side, each in joined.items()
    ]
    return path, desks


def founded_with_a_page() -> tuple[cast.SiteKeys, dict[str, editors.Editor], str]:
    """Found a site of today with one question in its edition; return it, its editors, and that page."""
    data.make_private(data.data_directory())
    data.write_private(data.secret_file(), b"s" * 64)
    data.write_format()
    call_command("migrate", verbosity=0, interactive=False)
    now = datetime.now(UTC)
    world = editors.found("az", "hy", on=now.date())
    editors.give_keys(world)
    data.write_private(data.release_key_file(), key_file(world.release_key).encode())
    founded = side_queries.site()
    assert founded is not None
    site = cast.SiteKeys(
        document=sides.charter_for(founded, policy=installed().policy),
        sides={
            side: cast.SideKeys(side, world.keys[side], world.recovery[side]) for side in world.keys
        },
        release_key=world.release_key,
    )
    cast.found(site)
    joined = {side: editors.joined(code, at=now) for side, code in world.codes.items()}
    reader = reader_of(*(each.account for each in joined.values()))
    with reading_as(lambda: reader):
        asked = question(site, paragraphs=50, words=WORDS)
    release_edition(AT)
    return site, joined, f"/az/questions/{short(asked.id)}/"


def signatures(
    documents: list[Document], site: cast.SiteKeys, side: str
) -> Iterator[tuple[Digest, bytes]]:
    files = [(each.digest, sign_document(each, key=site.key(side)).data) for each in documents]
    yield from files
    raise SystemExit("more acts than documents were made for")


def round_of(
    worker: int, *, acting: Sequence[Acting] = (), path: str = "", seconds: float = SECONDS
) -> Round:
    """Let some act, readers read, or both, for the same seconds."""
    acts: list[int] = []
    before, began = processor_seconds(worker), time.perf_counter()
    end = began + seconds
    threads = [
        threading.Thread(target=lambda each=each: acts.append(each.act_until(end)))
        for each in acting
    ]
    for thread in threads:
        thread.start()
    pages = read_by_many(path, seconds=seconds) if path else 0.0
    for thread in threads:
        thread.join()
    assert len(acts) == len(threads), "somebody stopped"
    took = time.perf_counter() - began
    return Round(sum(acts) / took, pages, (processor_seconds(worker) - before) / took)


def read_by_many(path: str, *, seconds: float = SECONDS) -> float:
    address = f"http://127.0.0.1:{OURS}{path}"
    said = subprocess.run(
        ["taskset", "-c", "1", sys.executable, "-m", "benchmarks.readers",
         address, str(CONNECTIONS), str(seconds)],
        capture_output=True, text=True, check=True,
        env={name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"},
    ).stdout  # fmt: skip
    return float(said)


if __name__ == "__main__":
    sys.exit(main())
