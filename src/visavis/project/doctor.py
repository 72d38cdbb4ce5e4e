"""`visavis doctor`: is this installation sound, and what would a seizure of its disk surrender?

Each check is a function that yields findings; none changes anything. A finding says what is so and,
where something is wrong, what to do about it.
"""

import shutil
import stat
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from importlib.metadata import version
from ipaddress import ip_address
from pathlib import Path

import click
import django
from django.conf import settings
from django.db import DatabaseError, connection
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from visavis.base import data
from visavis.base.options import data_option
from visavis.base.tables import changes_to_make
from visavis.kinds.installed import installed
from visavis.pages.assets import assets
from visavis.people import queries as people
from visavis.record import public as record
from visavis.record import queries as record_queries
from visavis.safety import hardening, kept, retention
from visavis.safety.retention import Concerns, Holding
from visavis.sides import desk_keys
from visavis.sides import queries as sides
from visavis.sides.keyfiles import BadKeyFileError, release_key
from visavis.sides.schedule import Schedule, next_slot
from visavis.signing.files import FileError, read_root
from visavis.signing.manifest import BadManifestError
from visavis.signing.problems import shown

from . import catalogues
from .forensics import examine, folder_of_its_own, telling
from .forensics.browser import ForensicsError

OLDEST_PYTHON = (3, 11)
FIRST_SOUND_SQLITE = (3, 51, 3)
"""Versions from 3.7.0 to 3.51.2 can damage a database in WAL mode: two connections and bad luck do it."""
LEAST_FREE = 1 << 30
SHORTEST_SECRET = 32


class Mark(StrEnum):
    GOOD = "ok"
    NOTE = "note"
    FAULT = "FAULT"


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at. ``do`` says what to do, where there is something to be done."""

    mark: Mark
    says: str
    do: str = ""


Check = Callable[[datetime], Iterator[Finding]]


def good(says: str) -> Finding:
    return Finding(Mark.GOOD, says)


def note(says: str, do: str = "") -> Finding:
    return Finding(Mark.NOTE, says, do)


def fault(says: str, do: str) -> Finding:
    return Finding(Mark.FAULT, says, do)


def configuration(_at: datetime) -> Iterator[Finding]:
    """Whether the settings are those of a site that people rely on."""
    if settings.DEBUG:
        yield fault("DEBUG is on: error pages show the site's inside.", "Set DEBUG to False.")
    else:
        yield good("DEBUG is off.")
    file = data.secret_file()
    if not file.exists():
        yield fault("There is no signing secret.", "Found the site first: visavis init")
    elif len(file.read_text(encoding="ascii").strip()) < SHORTEST_SECRET:
        yield fault(
            "The signing secret is too short.",
            f"Put 50 random characters into {file}; everyone is signed out by that.",
        )
    else:
        yield good("There is a signing secret.")
    yield from _hosts()
    if settings.ADDRESS:
        yield good(f"Feeds and search engines are sent to {shown(settings.ADDRESS)}.")
    else:
        yield note(
            "The site has no address: no sitemap, feeds that name none, shared links without a picture.",
            "Set VISAVIS_ADDRESS, such as https://example.org.",
        )


def _hosts() -> Iterator[Finding]:
    hosts = [str(host) for host in settings.ALLOWED_HOSTS]
    if "*" in hosts:
        yield fault(
            "Any host name is answered for: a false name could end up in an address we write.",
            "Name your hosts in VISAVIS_HOSTS, with commas between them.",
        )
        return
    abroad = [host for host in hosts if not _is_at_home(host)]
    if not abroad:
        yield note(
            "Only this machine and onion addresses are answered for.",
            "For a public site name its hosts in VISAVIS_HOSTS, and set VISAVIS_HTTPS=true.",
        )
    elif not settings.HTTPS:
        yield fault(
            f"{', '.join(abroad)} is served without https: passphrases would travel in the open.",
            "Put a proxy with a certificate in front, then set VISAVIS_HTTPS=true.",
        )
    else:
        yield good(f"https is on for {', '.join(abroad)}.")
        yield note(
            "A few slow senders keep the desks out unless the proxy takes in whole forms first.",
            "Compare its configuration with docs/how-to/nginx.conf.",
        )


def _is_at_home(host: str) -> bool:
    if host in {"localhost", ".localhost"} or host.endswith(".onion"):
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def versions(_at: datetime) -> Iterator[Finding]:
    """Whether Python, Django and the database are recent enough."""
    python = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info[:2] < OLDEST_PYTHON:
        yield fault(f"Python {python} is too old.", "Use Python 3.11 or newer.")
    else:
        yield good(f"Python {python}.")
    yield good(f"Django {django.__version__}.")
    yield good(f"numpy {version('numpy')} and scipy {version('scipy')}, for reading a ballot.")
    if connection.vendor != "sqlite":
        yield good(f"The database is {connection.vendor}.")
        return
    import sqlite3

    if sqlite3.sqlite_version_info < FIRST_SOUND_SQLITE:
        yield fault(
            f"SQLite {sqlite3.sqlite_version} can damage a database that is in use.",
            "Install pysqlite3 from requirements/run.lock: make install",
        )
    else:
        yield good(f"SQLite {sqlite3.sqlite_version}.")


def permissions(_at: datetime) -> Iterator[Finding]:
    """Whether files that only the site may read are readable by it alone."""
    wanted = [
        (data.data_directory(), 0o700),
        (data.format_file(), 0o600),
        (data.secret_file(), 0o600),
        (data.release_key_file(), 0o600),
        (data.database_file(), 0o600),
        (data.closings_directory(), 0o700),
    ]
    wrong = [each for each in wanted if each[0].exists() and _mode(each[0]) & ~each[1]]
    for place, mode in wrong:
        yield fault(
            f"Others on this machine can reach {place} (mode {_mode(place):o}).",
            f"chmod {mode:o} {place}",
        )
    if not wrong:
        yield good(f"{data.data_directory()} is readable by its owner alone.")
    yield from _public_folder()


def _public_folder() -> Iterator[Finding]:
    """Whether a web server of another user may read the public folder, where that has a place of its own."""
    public = data.public_directory()
    if public == data.own_public_directory():
        return
    if public.is_relative_to(data.data_directory()):
        yield fault(
            f"{public} lies in the data directory, which no other user may enter.",
            "Let VISAVIS_PUBLIC name a folder outside it.",
        )
        return
    closed = [
        each
        for each in (public, public / "record", public / "site", *public.parents)
        if each.exists() and not _mode(each) & stat.S_IXOTH
    ]
    for place in closed:
        yield fault(f"A web server of another user cannot enter {place}.", f"chmod o+rx {place}")
    if not closed:
        yield good(f"Any web server may read {public}.")


def _mode(place: Path) -> int:
    return stat.S_IMODE(place.stat().st_mode)


def fonts(_at: datetime) -> Iterator[Finding]:
    """Whether the fonts lie beside the style sheet that names them."""
    mend = "Install the package again: make install"
    try:
        n = sum(name.endswith(".woff2") for name in assets().files)
    except OSError as error:
        yield fault(f"A font or the style sheet is missing: {error.filename}.", mend)
        return
    if not n:
        yield fault("The style sheet names no font.", mend)
    else:
        yield good(f"{n} fonts are there.")


def languages(_at: datetime) -> Iterator[Finding]:
    """Whether the interface is complete in every language, and compiled."""
    found = catalogues.faults()
    if found:
        yield fault(
            f"The interface is not complete in every language: {len(found)} faults.",
            "See which: python -m visavis.project.catalogues --check",
        )
    if not catalogues.are_compiled():
        yield fault(
            "Catalogues are not compiled, or older than their source.", catalogues.HOW_TO_COMPILE
        )
    elif not found:
        yield good(f"The interface is complete in {len(settings.LANGUAGES)} languages.")


def database(_at: datetime) -> Iterator[Finding]:
    """Whether the database answers and has the tables of this version."""
    try:
        left = changes_to_make()
    except DatabaseError:
        yield fault("The database does not answer.", "Look at DATABASE_URL, or at the disk.")
        return
    if left:
        yield fault(
            f"{len(left)} changes of the tables are still to be made.",
            "Stop the server, make a backup, then: visavis upgrade",
        )
    else:
        yield good("The database has the tables of this version.")


def directory(_at: datetime) -> Iterator[Finding]:
    """Whether the data directory has the format of this version."""
    kept = data.kept_format()
    if kept == data.FORMAT:
        yield good(f"The directory has the format of this version, {kept}.")
    else:
        yield fault(
            f"The directory has an older format: {kept or 'without a name'}. Current: {data.FORMAT}.",
            "Stop the server, make a backup, then: visavis upgrade",
        )


def editions(at: datetime) -> Iterator[Finding]:
    """When the next edition comes out, and whether the last one holds."""
    schedule = Schedule(settings.RELEASES)
    slot = next_slot(at, schedule=schedule)
    if schedule is Schedule.AT_ONCE:
        yield note(
            "Editions come out at once: a page's time tells who was on line.",
            "On a site where people take part unset VISAVIS_RELEASES.",
        )
    else:
        minutes = -(-(slot - at).seconds // 60)
        yield good(f"The next edition is due at {slot:%H:%M} UTC, in {minutes} min.")
    if not data.is_served():
        yield note(
            "Nobody serves this site now, so no edition comes out by itself.",
            "visavis serve, or for one edition: visavis press",
        )
    failed = data.why_release_failed()
    if failed:
        yield fault(
            f"The last edition that was due did not come out: {failed}.",
            "Look at the disk and the database. It is tried again each minute while the site is served.",
        )
    yield from _record(at)


def _record(at: datetime) -> Iterator[Finding]:
    chain = record.charter_chain(on=at.date())
    folder = data.public_directory() / "record"
    if not chain and data.charters_file().exists():
        yield fault(
            "The database does not hold the charters that were in force here: nothing is shown.",
            "Put back the database that belongs to this data directory.",
        )
        return
    if not chain:
        waiting = ", ".join(sides.sides_without_keys()) or "none"
        yield note(f"There is no charter in force yet. Sides without keys: {waiting}.")
        return
    charter = chain[-1].held
    yield good(f"The charter in force is {charter.digest}.")
    try:
        own = release_key().public
    except BadKeyFileError as error:
        yield fault(
            f"No edition can be signed: {error}.", "Put the release key back from its copy."
        )
        return
    if own != charter.release_key:
        yield fault(
            "The release key here is not the one that the charter names.",
            "Put the right one back, or have every side sign a charter that names this one.",
        )
    try:
        signed = read_root(folder)
    except FileError:
        yield note("There is no edition yet.", "Wait for the hour, or: visavis press")
        return
    except BadManifestError as error:
        yield fault(f"The record's root is not what it should be: {error}.", _anew(folder))
        return
    root = signed.root
    if signed.public_key != charter.release_key or root.charter != charter.digest:
        yield fault(
            f"Edition {root.edition} is signed for another charter.", "visavis press --full"
        )
    elif root.day > at.date():
        yield fault(
            f"Edition {root.edition} is dated {root.day}, later than today: a clock is or was wrong.",
            "Set this machine's clock right. The next edition then has the right day: visavis press",
        )
    elif root.valid_until < at.date():
        yield fault(
            f"Edition {root.edition} is out of date since {root.valid_until}.", "visavis press"
        )
    else:
        yield good(
            f"Edition {root.edition} of {root.day} is signed, {root.entries} files, good until "
            f"{root.valid_until}."
        )
        yield note(
            "Only its root was looked at.",
            f"To check every file: visavis verify {folder} --charter {charter.digest} --pages",
        )


def _anew(folder: Path) -> str:
    return f"Move {folder} away and make it again: visavis press --full"


def documents(_at: datetime) -> Iterator[Finding]:
    """Whether anything is open that only a newer version can read. Counted, never quoted."""
    newer = record.of_newer_versions()
    for (kind, name), n in sorted(newer.items()):
        yield fault(
            f"Open, but not shown: {n} of kind {shown(kind)} in the format {shown(name)}.",
            "A newer version wrote that. Install it again.",
        )
    if not newer:
        yield good("Nothing that is open was written by a newer version.")


def disk(_at: datetime) -> Iterator[Finding]:
    """Whether there is room for the next edition, which is written before the last one goes."""
    place = data.data_directory()
    while not place.exists():
        place = place.parent
    free = shutil.disk_usage(place).free
    text = f"{free / (1 << 30):.1f} GiB are free."
    if free < LEAST_FREE:
        yield fault(text, "Make room: an edition that cannot be written is not released.")
    else:
        yield good(text)


def closing_notes(_at: datetime) -> Iterator[Finding]:
    """Whether anything was closed for good that only its note keeps closed under an older backup."""
    n = record_queries.n_closed_for_good()
    if not n:
        yield good("Nothing is closed for good.")
        return
    yield note(
        f"Closed for good: {n}. Only their notes keep them closed when an older backup is put back.",
        "Keep a copy elsewhere: visavis closings export FILE; after a restore: visavis closings import FILE",
    )


def bodies(_at: datetime) -> Iterator[Finding]:
    """Whether this version can show all that is open."""
    unread = record.unread_by_shape(installed().part_of)
    if not unread:
        yield good("Every open document can be shown.")
        return
    counted = ", ".join(f"{kind} {n} ({shape})" for (kind, shape), n in unread.items())
    yield note(
        f"Open, and not to be shown by this version: {counted}. Their pages say so.",
        "They were written by a newer version, or in a language that has left the site: install that one.",
    )


def memory(_at: datetime) -> Iterator[Finding]:
    """Whether what is in memory can come to lie on the disk: passphrases are in it for a moment."""
    if handler := hardening.core_handler():
        yield note(
            f"The kernel hands what a crashed program had in memory to {handler}.",
            "visavis serve asks it not to. To be sure: sysctl kernel.core_pattern=core",
        )
    for swap in hardening.swaps_in_the_clear():
        yield note(
            f"Memory may be written to {swap}, passphrases too; nothing shows that it is encrypted.",
            f"swapoff {swap}, or encrypt it.",
        )
    if not hardening.core_handler() and not hardening.swaps_in_the_clear():
        yield good("No swap and no handler of crashes writes memory to a disk in the clear.")


def desks(at: datetime) -> Iterator[Finding]:
    """How many were let in again of late, and which desk one lost telephone would lock out."""
    ways_in = sides.ways_in(at.date())
    if ways_in:
        counted = ", ".join(f"{each.side_id} on {each.on}" for each in ways_in)
        yield note(
            f"Let in again in the last 30 days: {len(ways_in)} ({counted}).",
            "Every desk sees it. If a desk knows nothing of it, its key is stolen: recover it.",
        )
    alone = [side for side, n in people.desk_sizes().items() if n == 1]
    if alone:
        yield note(
            f"Desks of one editor: {', '.join(sorted(alone))}. Everybody knows who acts there, and a lost "
            "telephone locks the desk out.",
            "Have them invite a second editor. A lost desk: docs/how-to/let-a-lost-desk-in.md",
        )
    if not ways_in and not alone:
        yield good("No desk was let in again of late, and none has one editor alone.")


def sealed(_at: datetime) -> Iterator[Finding]:
    """Whether every value that is to be sealed is, in the format that its column has."""
    n_sealed = 0
    for found in kept.sealed_values():
        n_sealed += found.n_sealed
        if found.n_faults:
            yield fault(
                f"Not sealed, in {found.holding.table}.{found.holding.column}: {found.n_faults}.",
                "An older version wrote them, or somebody wrote into the database: put back a backup, or "
                "give them up at the desk.",
            )
    yield good(f"Sealed values, each in the format of its column: {n_sealed}.")


def reading_keys(_at: datetime) -> Iterator[Finding]:
    """Whether each desk can read what is not published, and which would lose it with one passphrase."""
    without, left_out = desk_keys.sides_without_a_key(), desk_keys.sides_without_the_joint_key()
    readers = people.n_who_read()
    nobody = [side for side, n in readers.items() if not n and side not in without]
    alone = [side for side, n in readers.items() if n == 1]
    if without:
        yield note(
            f"Desks without a reading key: {', '.join(without)}. Nothing can be written there yet.",
            "Each has one from its next sign-in on; a new desk from its first editor on.",
        )
    if nobody:
        yield note(
            f"Nobody reads at the desk of: {', '.join(sorted(nobody))}. What it had not published is lost.",
            "It begins with a new reading key at its next sign-in.",
        )
    if left_out:
        yield note(
            f"Desks without the joint reading key: {', '.join(left_out)}. They read no proposal.",
            "The next editor of another desk who signs in hands it over.",
        )
    if alone:
        yield note(
            f"One editor alone reads at the desk of: {', '.join(sorted(alone))}. With that passphrase the "
            "words are lost that the desk has not published.",
            "Have them invite a second editor, or let one read on the page of editors.",
        )
    if not (without or nobody or left_out or alone):
        yield good("Every desk reads what is not published, and none by one editor alone.")


CHECKS: dict[str, Check] = {
    "Configuration": configuration,
    "Versions": versions,
    "Permissions": permissions,
    "Fonts": fonts,
    "Languages": languages,
    "Directory": directory,
    "Database": database,
    "Editions": editions,
    "Documents": documents,
    "Bodies": bodies,
    "Closings": closing_notes,
    "Disk": disk,
    "Memory": memory,
    "Desks": desks,
    "Sealed": sealed,
    "Reading keys": reading_keys,
}


CONCERNS = {
    Concerns.PERSON: "About persons",
    Concerns.DESK: "About desks",
    Concerns.RECORD: "About documents",
    Concerns.SITE: "About the site",
}
WIDTH = 100


def what_a_seizure_surrenders() -> Iterator[str]:
    """Say in plain words what somebody who takes this disk, switched off, has and has not.

    The tables are those of the allow-list, with the columns that it has and the rows that are there.
    """
    yield "They have everything that is public already. In the tables they have:"
    yield from _tables()
    kept_now = record_queries.kept()
    states = ", ".join(f"{n} {state.value}" for state, n in kept_now.n_by_state.items())
    yield f"Documents that are not public, by state: {states or 'none'}; {kept_now.n_private} of those"
    yield "before the desks are for one desk alone. By side, never by editor."
    yield "Beside the tables they have:"
    yield "- the release key. It signs editions of what the sides have signed, and opens nothing;"
    yield "- the server's half of held answers: with an editor's passphrase it opens answers that are keyed"
    yield "  and wait for the other seats;"
    yield "- the signing secret of sessions, worth nothing without a cookie."
    yield "They have not, because it is not kept:"
    yield "- names, addresses or telephones of editors; who invited whom; when anyone signed in;"
    yield "- which editor wrote, proposed, signed, refused or closed anything;"
    charter = record.current_charter()
    sizes = people.desk_sizes(charter.side_codes) if charter else {}
    lonely = sorted(code for code, n in sizes.items() if n == 1)
    if lonely:
        yield f"  but the desk of {', '.join(lonely)} has one editor, who then did all that it did:"
        yield "  invite a second one;"
    yield "- anything about readers: no address, no browser, no path, no time;"
    if connection.vendor == "sqlite":
        yield "- passphrases, and the words of what was closed for good."
    else:
        yield "- passphrases."
        yield "PostgreSQL keeps the words of what was closed for good until it vacuums, and longer in its"
        yield "log and backups: see docs/how-to/run-a-site.md."
    yield "A machine that is on surrenders more: what is typed into it. An encrypted disk surrenders"
    yield "nothing of this while it is off."


def _tables() -> Iterator[str]:
    """Say of each table with rows which columns lie in plain text, and who opens the others."""
    n_rows, values = kept.n_rows(), {each.holding: each for each in kept.sealed_values()}
    by_table: dict[tuple[Concerns, str], list[Holding]] = {}
    for holding in retention.holdings().values():
        by_table.setdefault((holding.concerns, holding.table), []).append(holding)
    for concerns, title in CONCERNS.items():
        there = {table: each for (about, table), each in by_table.items() if about is concerns}
        if any(n_rows[table] for table in there):
            yield f"{title}"
        for table in filter(n_rows.__getitem__, there):
            clear = ", ".join(each.column for each in there[table] if not each.sealed)
            yield from _hung(
                f"- {table}, rows: {n_rows[table]}. In plain text: {clear or 'nothing'}."
            )
            for each in (values[each] for each in there[table] if each.sealed):
                in_clear = (
                    f", in plain text, as its row allows: {each.n_public}" if each.n_public else ""
                )
                opens = each.holding.sealed.opens if each.holding.sealed else ""
                yield from _hung(
                    f"  {each.holding.column}, sealed: {each.n_sealed}{in_clear}. What opens it: {opens}."
                )


def _hung(text: str) -> list[str]:
    return textwrap.wrap(text, WIDTH, subsequent_indent="  ")


def forensics(_at: datetime) -> Iterator[Finding]:
    """What a copy of a site like this one shows: proved on one made for it, see `project.forensics`."""
    bar = Progress(
        TextColumn("{task.description}"), BarColumn(), console=Console(stderr=True), transient=True
    )
    with folder_of_its_own() as folder, bar:
        task = bar.add_task("", total=None)

        def tell(words: str, n: int, of: int) -> None:
            bar.update(task, description=words, completed=min(n, of), total=of or None)

        report = examine(folder, tell=tell)
    for is_well, says, do in telling.sentences(report):
        yield good(says) if is_well else fault(says, do)
    if connection.vendor != "sqlite":
        yield note(telling.ON_POSTGRESQL, telling.WHAT_TO_DO_ON_POSTGRESQL)


@click.command()
@data_option
@click.option(
    "--forensics",
    "is_proved",
    is_flag=True,
    help="Prove it as well: on a site made for it, served and copied while it runs. Takes a minute or two.",
)
def doctor(*, is_proved: bool) -> None:
    """Check this installation, and say what a seizure of its disk would surrender.

    Nothing is changed. Every finding that is not well says what to do.

    \b
    Examples:
      visavis doctor
      visavis doctor --data /srv/site
      visavis doctor --forensics      search all bytes of copies for words, links, order and hours

    Exit codes: 0 all is well, 1 something is not.
    """  # noqa: D301 - \b is click's own mark: leave these lines as they are
    at, n_faults, began = datetime.now(UTC), 0, time.monotonic()
    if not data.secret_file().exists():
        click.echo(f"There is no site in {data.data_directory()}. Make one with: visavis init")
        sys.exit(1)
    checks = CHECKS | ({"Forensics": forensics} if is_proved else {})
    for name, check in checks.items():
        for finding in _findings(check, at):
            n_faults += finding.mark is Mark.FAULT
            click.echo(f"{finding.mark:<6} {name:<14} {finding.says}")
            if finding.do:
                click.echo(f"{'':<21} → {finding.do}")
    if _has_tables():
        click.echo("\nIf this disk were seized")
        for line in what_a_seizure_surrenders():
            click.echo(f"  {line}")
    took = f"({time.monotonic() - began:.1f} s)"
    if n_faults:
        click.echo(f"\nFaults: {n_faults}. {took}")
        sys.exit(1)
    click.echo(f"\nAll is well. {took}")


def _findings(check: Check, at: datetime) -> list[Finding]:
    """Run one check to its end; that it cannot be run is a finding like any other."""
    try:
        return list(check(at))
    except ForensicsError as error:
        return [
            fault(f"The site made for it does not run: {shown(str(error))}.", "Mend that first.")
        ]
    except (OSError, DatabaseError) as error:
        return [
            fault(
                f"This could not be looked at: {type(error).__name__}.", "Mend what is named above."
            )
        ]


def _has_tables() -> bool:
    return not [each for each in _findings(database, datetime.now(UTC)) if each.mark is Mark.FAULT]
