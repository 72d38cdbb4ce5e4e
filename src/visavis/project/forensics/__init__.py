"""What a copy of a site like this one shows: all is done on a site made for it, and all bytes are read.

The driver founds an installation of its own, from this program, in a passing folder: nobody's passphrase is
needed, and the real site is not touched. It is served by two workers behind nginx as documented. People who
never were do one request of each kind, with a word of their own in every part of it; workers are killed;
copies are made at moments drawn by lot. Then the copies are searched, and each search is tried on something
that was put there for it to find: see `examine`.
"""

import random
import shutil
import sqlite3
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeAlias

from visavis.safety import scan, traces
from visavis.safety.retention import Concerns, Lifetime, holdings

from . import taking_part
from .browser import ForensicsError
from .installation import Installation
from .kinds import KINDS, SELDOM
from .story import Story

Tell: TypeAlias = Callable[[str, int, int], None]
"""Called with what is being done, how many steps of it are over, and how many there are (0: nobody knows)."""
IN_ORDER = 0.9
"""From here on places tell the order; of a dozen rows chance does so in one of ten thousand."""
N_INVITED = 16
SECONDS_BETWEEN_COPIES = (0.5, 8.0)
LOOKS_AT_LOG = (0.001, 0.002)
"""Seconds between two: acts about persons empty the log as they end."""
LOG_IS_EMPTY_WITHIN = 15
OF_NO_ACCOUNT = {"people_ownbox", "people_daymark", "people_cardlink"}
"""An author writes these beside words, on purpose: their ids are made of the author's secret, or of a card's.

Beside words they lead to nobody: there they are no persons. Beside an account they would lead from the one
to the other: there they are things. What is left: notes and the card's draft keep one id, and each act
empties the log as it ends.
"""
ENDS_AN_ACCESS = {"people_participant", "record_closingbox"}
"""An act that ends an access or gives it back writes both: account and words, as decision 0131 has it.

The log is emptied as the act ends. A copy of the disk made in these milliseconds shows whose words they are.
"""
ABOUT_THINGS = {Lifetime.DRAFT, Lifetime.WEEK, Lifetime.DOCUMENT, Lifetime.NOTE, Lifetime.EDITION}
LAST_ACT = ("visavis.sqlite3", "visavis.sqlite3-wal", "visavis.sqlite3-shm", "serve.lock")
"""Their times are those of the last act, and of the server's start."""


@dataclass
class Search:
    """One promise: what was found against it, and how many of the planted things the search has found."""

    found: list[str] = field(default_factory=list)
    n_planted: int = 0
    missed: list[str] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        return not self.found and not self.missed and self.n_planted > 0


@dataclass
class Report:
    """What was done, and what each search has found."""

    has_proxy: bool = False
    n_kinds: int = 0
    n_requests: int = 0
    n_words: int = 0
    n_copies: int = 0
    n_bytes: int = 0
    n_acts: int = 0
    n_killed: int = 0
    searches: dict[str, Search] = field(default_factory=dict)

    @property
    def holds(self) -> bool:
        return all(search.holds for search in self.searches.values())


def examine(
    folder: Path,
    *,
    n_requests: int = 0,
    tell: Tell = lambda _words, _n, _of: None,
    given: Mapping[str, str] | None = None,
    beside: Callable[[Path], object] = lambda _to: None,
) -> Report:
    """Do all this in an empty folder and return what came of it.

    At least one request of each kind, and so many that there are ``n_requests``. ``given`` are settings of
    the installation. Where they name PostgreSQL, ``beside`` puts its files into the last copy, and words
    alone are searched for. Raises `ForensicsError` where it cannot be served, or a page is not as it was.
    Cost: about a minute on two processors for one of each kind.
    """
    site = Installation(folder, given=given or {})
    report = Report(n_kinds=len(KINDS))
    tell("A site is founded", 0, 0)
    codes = site.found()
    requests: Counter[str] = Counter()

    with site.served():
        report.has_proxy = site.has_proxy
        story = Story(site, lambda: requests.update(["all"]))
        story.founds(codes)
        story.people = taking_part.come_in(story)
        site.run("press")
        since = datetime.now(UTC)
        with (
            _again_and_again(site.copy, *SECONDS_BETWEEN_COPIES),
            _again_and_again(site.watch, *LOOKS_AT_LOG),
        ):
            for name in _in_turn(lambda: requests["all"] < n_requests):
                try:
                    KINDS[name](story)
                except ForensicsError as error:
                    raise ForensicsError(f"{name}: {error}") from error
                tell(name, requests["all"], max(n_requests, 4 * len(KINDS)))
            for _ in range(N_INVITED):
                story.invites(story.desks["az"])
        until = datetime.now(UTC)
        tell("The hour passes", 0, 0)
        site.pass_the_hour()
        _wait_until_empty(site)
        last = site.copy()
        beside(last)
    report.n_requests, report.n_killed = requests["all"], story.n_killed
    report.n_words = story.hidden.n + story.shown.n + story.gone.n
    tell("Everything is read", 0, 0)
    everything = [path for path in folder.rglob("*") if path.is_file()]
    report.n_copies, report.n_bytes = site.n_copies, sum(path.stat().st_size for path in everything)
    report.searches["words"] = _words(site, story, last=last)
    if site.database.exists():
        report.searches["links"] = _links(site, report, last=last / "data" / "visavis.sqlite3")
        report.searches["order"] = _order(story, last)
        report.searches["hours"] = _hours(site, (since, until))
    return report


@contextmanager
def folder_of_its_own() -> Iterator[Path]:
    """Yield an empty folder which nobody else may read, and which is gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="visavis-forensics-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


# Doing


def _in_turn(is_more_wanted: Callable[[], bool]) -> Iterator[str]:
    """Yield every kind once, in an order drawn by lot, and then again while more is wanted."""
    names = list(KINDS)
    random.shuffle(names)
    yield from names
    while is_more_wanted():
        yield random.choice([name for name in names if name not in SELDOM])  # noqa: S311 - no secret


@contextmanager
def _again_and_again(do: Callable[[], object], least: float, most: float) -> Iterator[None]:
    """Do something at moments drawn by lot, so many seconds apart, while people act."""
    stop = threading.Event()

    def run() -> None:
        while not stop.wait(random.uniform(least, most)):  # noqa: S311 - no secret
            do()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _wait_until_empty(site: Installation) -> None:
    """Let the server's parent empty the log, as it does every few seconds."""
    log, end = Path(f"{site.database}-wal"), time.monotonic() + LOG_IS_EMPTY_WITHIN
    while time.monotonic() < end and log.exists() and log.stat().st_size:
        time.sleep(0.2)


# Searching


def _words(site: Installation, story: Story, *, last: Path) -> Search:
    """Look for every word that nobody may find, then for those that must be found."""
    result = Search()
    hidden = scan.Search([*story.hidden.words, *story.all_secrets()])
    places: dict[str, list[str]] = {}
    for name in hidden.below(site.folder):
        path = site.folder / name
        around = hidden.around(path.read_bytes()) if path.is_file() else []
        for text in around or [f"in its name: {name}"]:
            places.setdefault(text, []).append(name)
    for text, names in places.items():
        result.found.append(f"{names[0]} ({len(names)} files): {text}")
    gone = scan.Search(story.gone.words[:2])
    result.found += [f"{name}: words of what is closed for good" for name in gone.below(last)]
    planted = scan.planted(story.hidden.word)
    shown = [name.split("/")[0:2] for name in scan.Search(story.shown.words[:2]).below(last)]
    controls = {
        **{form: bool(hidden.in_bytes(content)) for form, content in planted.items()},
        "what was opened on purpose, in the edition": ["data", "public"] in shown,
        "what was opened on purpose, in the database": any(
            each != ["data", "public"] for each in shown
        ),
        "what was closed for good, before": bool(gone.below(site.folder)),
    }
    return _with(result, controls)


def _links(site: Installation, report: Report, *, last: Path) -> Search:
    """Read each log commit by commit: does any act write of a person and of a thing?

    The end of an access does, on purpose.
    """
    result = Search()
    persons, things = tables_about()
    roots = traces.roots_of(last)  # the same in each copy: tables are made by `init` alone
    for database in site.logs():
        acts = [each for each in _acts(database, roots) if not each >= ENDS_AN_ACCESS]
        report.n_acts += len(acts)
        pairs = traces.together(acts, persons=persons, things=things | OF_NO_ACCOUNT)
        result.found += [f"{database.name}: one act writes {pair}" for pair in sorted(pairs)]
    planted = site.folder / "planted.sqlite3"
    shutil.copy2(last, planted)
    with closing(sqlite3.connect(planted, isolation_level=None)) as opened:
        opened.executescript(
            "PRAGMA wal_autocheckpoint = 0; BEGIN; DELETE FROM record_changed;"
            "INSERT INTO record_changed (id, subject, is_urgent) VALUES (1, 'a', 0);"
            "UPDATE people_account SET session_mark = 'b'; COMMIT"
        )
        is_found = bool(traces.together(_acts(planted, roots), persons=persons, things=things))
    return _with(result, {"one act that writes of both": is_found})


def tables_about() -> tuple[set[str], set[str]]:
    """Return the tables about persons, and those about words, as the schema's allow-list classes them."""
    persons, things = set(), set()
    for (table, _column), holding in holdings().items():
        if holding.concerns is Concerns.PERSON:
            persons.add(table)
        elif holding.lifetime in ABOUT_THINGS:
            things.add(table)
    return persons - things - OF_NO_ACCOUNT, things


def _acts(database: Path, roots: Mapping[int, str]) -> list[set[str]]:
    log = Path(f"{database}-wal").read_bytes()
    return traces.acts_in(log, database=database.read_bytes(), roots=roots)


def _order(story: Story, last: Path) -> Search:
    """After the hour: do rows lie as they came?"""
    content = (last / "data" / "visavis.sqlite3").read_bytes()
    result = Search()
    for what, keys in {"invitations": story.invitations, "drafts": story.drafts}.items():
        if (shown := traces.order_shown(content, keys)) > IN_ORDER:
            result.found.append(f"{what} lie in the order in which they came ({shown:.2f})")
    as_they_came = "".join(f"{key} and more" for key in story.invitations).encode()
    controls = {"rows as they came": traces.order_shown(as_they_came, story.invitations) > IN_ORDER}
    return _with(result, controls)


def _hours(site: Installation, within: traces.Interval) -> Search:
    """Look for every second of the acts, in bytes, in rows, and in the times of files."""
    result, seen = Search(), set[int]()
    for path in sorted(site.folder.rglob("*")):
        content = path.read_bytes() if path.is_file() else b""
        if hash(content) in seen:
            continue
        seen.add(hash(content))
        name = path.relative_to(site.folder)
        result.found += [f"{name}: {each}" for each in sorted(traces.times_in(content, within))]
    n_read = 0
    for copy in sorted((site.folder / "copies").iterdir()):
        with suppress(sqlite3.DatabaseError), tempfile.TemporaryDirectory() as passing:
            for file in (copy / "data").glob("visavis.sqlite3*"):
                shutil.copy2(file, passing)
            rows = traces.times_in_rows(Path(passing) / "visavis.sqlite3", within)
            result.found += [f"{copy.name}: rows of {each}" for each in sorted(rows)]
            n_read += 1
    fresh = traces.fresh_files(site.data, within)
    result.found += [f"{name}: its file time" for name in sorted(fresh - set(LAST_ACT))]
    since, until = within
    planted = traces.planted_times(since + (until - since) / 2)
    controls = {form: bool(traces.times_in(each, within)) for form, each in planted.items()}
    return _with(result, controls | {"the rows of a copy": n_read > 0})


def _with(result: Search, controls: Mapping[str, bool]) -> Search:
    result.n_planted = len(controls)
    result.missed = [name for name, is_found in controls.items() if not is_found]
    return result
