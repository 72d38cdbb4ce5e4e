"""`visavis serve` and `visavis press`."""

import fcntl
import multiprocessing
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import click
from django.conf import settings
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from visavis.base import data
from visavis.base.options import data_option
from visavis.base.tables import changes_to_make
from visavis.safety import budgets, housekeeping
from visavis.safety.hardening import keep_memory_to_oneself
from visavis.sides import queries as sides
from visavis.sides.keyfiles import BadKeyFileError
from visavis.sides.schedule import Schedule, next_slot
from visavis.signing.files import FileError
from visavis.signing.manifest import BadManifestError

from .actions import public_store, release_edition
from .store import StoreError

WORDS = {"hour": Schedule.HOURLY, "at-once": Schedule.AT_ONCE}
NOT_RELEASED = (BadKeyFileError, BadManifestError, FileError, StoreError)


@click.command()
@data_option
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen at.")
@click.option(
    "--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="The port."
)
@click.option(
    "--workers",
    default=1,
    show_default=True,
    type=click.IntRange(1, 64),
    help="Processes that answer. Each keeps its own memory of the edition.",
)
@click.option(
    "--releases",
    type=click.Choice(list(WORDS)),
    help="When editions come out. Without it, as VISAVIS_RELEASES says: each full hour.",
)
def serve(*, host: str, port: int, workers: int, releases: str | None) -> None:
    """Serve the site, public pages and desks, and release its editions.

    Nothing about a visitor is logged. Encryption is the work of a proxy in front (VISAVIS_HTTPS=true)
    or of an onion service. It runs until it gets the signal to stop (Ctrl-C, or SIGTERM).

    \b
    Examples:
      visavis serve --data /srv/site
      visavis serve --port 8080 --releases at-once     on a machine of one's own
      visavis serve --host 0.0.0.0 --workers 2

    Exit codes: 0 stopped, 1 cannot serve, 2 a wrong option.
    """  # noqa: D301 - \b is click's own mark: leave these lines as they are
    serve_site(
        host=host,
        port=port,
        workers=workers,
        schedule=WORDS[releases] if releases else Schedule(settings.RELEASES),
    )


def serve_site(
    *, host: str, port: int, workers: int = 1, schedule: Schedule = Schedule.HOURLY
) -> None:
    """Serve until the signal to stop. The workers answer; this process releases editions."""
    from granian import Granian
    from granian.constants import HTTPModes, Interfaces
    from granian.log import LogLevels

    from .releases import ReleaseLoop

    os.umask(0o077)
    _check_site()
    with _only_server():
        address = _address_of(host, port)
        # What the pages of the desks say about the next release is what this process does.
        os.environ["VISAVIS_RELEASES"] = str(schedule)
        os.environ["VISAVIS_WORKERS"] = str(workers)
        keep_memory_to_oneself()
        housekeeping.begin()
        # A worker begins as a new process and gets nothing from this one: no connection, no key, no lock.
        multiprocessing.set_start_method("spawn", force=True)
        server = Granian(
            "visavis.press.worker:application",
            address=address,
            port=port,
            interface=Interfaces.WSGI,
            http=HTTPModes.http1,
            websockets=False,
            workers=workers,
            blocking_threads=budgets.threads_of(n_sides=len(sides.sides())),
            respawn_failed_workers=True,
            workers_kill_timeout=10,
            log_level=LogLevels.error,
            log_dictconfig=logging_of_the_server(),
            log_access=False,
        )
        loop, housekeeper = ReleaseLoop(schedule), housekeeping.Housekeeper()
        for beside in (loop, housekeeper):
            server.on_startup(beside.start)
            server.on_shutdown(beside.stop)
        shown = f"[{address}]" if ":" in address else address
        click.echo(f"Serving on http://{shown}:{port}/ - Ctrl-C stops it.")
        click.echo(_sentence_about(schedule))
        if not settings.ADDRESS:
            click.echo("VISAVIS_ADDRESS is not set: no sitemap, and feeds without addresses.")
        server.serve()
    click.echo("Stopped.")


def logging_of_the_server() -> dict[str, Any]:
    """Return a logging configuration in which whatever the server itself logs is emptied as well."""
    ours: dict[str, Any] = settings.LOGGING
    loggers = {
        **ours["loggers"],
        "_granian": {"level": "ERROR", "propagate": True},
        "granian.access": {"level": "CRITICAL", "propagate": False},
    }
    return {**ours, "formatters": {}, "loggers": loggers}


def _check_site() -> None:
    """Refuse to serve a directory without a site, or one of an older version. Nothing is changed."""
    refuse_without_site()
    directory = data.data_directory()
    if not data.is_current() or changes_to_make():
        raise click.ClickException(
            f"An older version wrote {directory}. Bring it up to this one: visavis upgrade --data {directory}"
        )


@contextmanager
def _only_server() -> Iterator[None]:
    """Hold the lock of this site's server. The system frees it when this process ends, however it ends."""
    with data.serve_lock().open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise click.ClickException(
                f"The site in {data.data_directory()} is being served already. Stop that server first."
            ) from error
        yield


def refuse_without_site() -> None:
    """Refuse a directory without a site, or with one that is not founded yet."""
    directory = data.data_directory()
    if not data.secret_file().exists():
        raise click.ClickException(
            f"There is no site in {directory}. Make one with: visavis init --data {directory}"
        )
    if not sides.is_founded():
        if data.has_lived():
            raise click.ClickException(lost_database())
        raise click.ClickException(
            f"The site in {directory} is not founded yet. Finish: visavis init --data {directory}"
        )


def lost_database() -> str:
    """Return the sentence about a site whose directory knows charters that its database does not."""
    return (
        f"The site in {data.data_directory()} has lived, and its database is empty. "
        "Put the database back from a backup."
    )


def _address_of(host: str, port: int) -> str:
    """Return the address to listen at, since the server takes no names; refuse one that cannot be had."""
    bare = host.removeprefix("[").removesuffix("]")
    try:
        kind, *_, address = socket.getaddrinfo(bare, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(kind, socket.SOCK_STREAM) as tried:
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            tried.bind(address)
        return str(address[0])
    except OSError as error:
        raise click.ClickException(
            f"Cannot listen at {host}, port {port}: {error.strerror}. Try another --port."
        ) from error


def _sentence_about(schedule: Schedule) -> str:
    if schedule is Schedule.AT_ONCE:
        return "Editions come out at once."
    slot = next_slot(datetime.now(UTC), schedule=schedule)
    return f"Editions come out each full hour, the next at {slot:%H:%M} UTC."


@click.command()
@data_option
@click.option("--full", is_flag=True, help="Make every page again, not only what changed.")
@click.option("--idle", is_flag=True, help="Then make the compressed copies as small as they get.")
def press(*, full: bool, idle: bool) -> None:
    """Release an edition now, without waiting for the hour.

    On a site where people take part, wait for the hour: what comes out alone tells who was on line.
    A server that runs shows the new edition by itself.

    \b
    Examples:
      visavis press
      visavis press --full --idle

    Exit codes: 0 released, or nothing had changed; 1 not released; 2 a wrong option.
    """  # noqa: D301 - \b is click's own mark: leave these lines as they are
    os.umask(0o077)
    _check_site()
    out = Console(stderr=True)
    began, at = time.monotonic(), datetime.now(UTC)
    with _progress(out) as shown:
        task = shown.add_task("files", total=None)
        try:
            before = public_store().root()
            root = release_edition(
                at, full=full, progress=lambda n: shown.update(task, completed=n)
            )
        except NOT_RELEASED as error:
            raise click.ClickException(f"No edition was released: {error}.") from error
    if root is None:
        has_edition = public_store().root() is not None
        click.echo(
            "Nothing has changed since the last edition."
            if has_edition
            else "There is nothing to release yet: not every side has signed the charter."
        )
    else:
        seconds = time.monotonic() - began
        click.echo(f"Edition {root.edition}: {root.entries} files, in {seconds:.1f} s.")
        if before is not None and before.day > root.day:
            click.echo(
                f"Edition {before.edition} was dated {before.day}, later than today: the clock was ahead. "
                f"Look whether it is right now: {at:%Y-%m-%d %H:%M} UTC."
            )
    if idle:
        _make_smaller(out)


def _make_smaller(out: Console) -> None:
    with _progress(out) as shown:
        task = shown.add_task("copies looked at", total=None)

        def count() -> bool:
            shown.advance(task)
            return False

        n = public_store().improve_compression(budget_seconds=float("inf"), stop=count)
    click.echo(f"{n} copies are smaller now.")


def _progress(out: Console) -> Progress:
    return Progress(
        SpinnerColumn(),
        TextColumn("{task.completed:,.0f} {task.description}"),
        TimeElapsedColumn(),
        console=out,
        transient=True,
    )
