"""``visavis verify``: check a copy of a record with nothing but a fingerprint. Loads no Django.

Making the pages again takes templates, and with them Django: the press does it (`--pages`), and is handed
in from above, where the command line is put together.
"""

import io
import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Protocol

import click

from .formats import sentence
from .problems import shown
from .verify import BadFingerprintError, Outcome, Report, read_fingerprint
from .verify import verify as verified

Progress = Callable[[int, int], None]
NEWER = "NOT DECIDED: a newer version wrote some of this. Take that version, and verify with it."


class MakePages(Protocol):
    """Make the pages of a right copy again from its documents, and report what differs."""

    def __call__(self, report: Report, *, today: date, progress: Progress | None) -> Report: ...


class Fingerprint(click.ParamType[str]):
    """A charter's fingerprint as people write it."""

    name = "fingerprint"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        try:
            return read_fingerprint(value)
        except BadFingerprintError as error:
            self.fail(str(error), param, ctx)


@click.command()
@click.argument(
    "directory", type=click.Path(exists=True, file_okay=False, path_type=Path), metavar="DIR"
)
@click.option(
    "--charter",
    type=Fingerprint(),
    required=True,
    metavar="FINGERPRINT",
    help="The charter's fingerprint, from someone you trust: 64 hexadecimal digits.",
)
@click.option(
    "--at-least",
    type=click.IntRange(min=1),
    metavar="EDITION",
    help="Refuse an edition older than this.",
)
@click.option(
    "--pages", is_flag=True, help="Make every page again from the documents, and compare."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of sentences.")
@click.pass_obj
def verify(
    make_pages: MakePages | None,
    *,
    directory: Path,
    charter: str,
    at_least: int | None,
    pages: bool,
    as_json: bool,
) -> None:
    """Check a copy of a record: every file, every signature, and that nothing else is there.

    DIR is a record, or the folder that holds `record` and perhaps `site`. Nothing is fetched and
    nothing but DIR is trusted except the fingerprint, which any of the sides can tell you.

    Documents are signed by the sides, pages by the release key alone. With --pages each page, feed and
    list is made again from the documents, and must be the same, byte for byte.

    \b
    Examples:
      visavis verify copy --charter 4f1c…
      visavis verify copy --charter 4f1c… --pages
      visavis verify copy --charter 4f1c… --at-least 212
      visavis verify copy --charter 4f1c… --json

    \b
    Exit codes:
      0  everything is right
      1  something is wrong: each bad file is named, one a line
      2  the command was given wrongly
      3  right, but older than --at-least
      4  right, but past its date: an archive outlives its server
      5  not decided: something is in a newer format than this version knows; or the documents are
         right, but the pages differ from those that this version makes, and another made them
      6  interrupted: the record is right, and site/ is between two editions; or editions came
         while this was read
      7  right, but dated later than today: your clock or the site's is wrong
    """  # noqa: D301 - \b is click's own mark: leave these lines as they are
    _print_in_any_encoding()
    if pages and make_pages is None:
        raise click.UsageError(
            "--pages takes the whole program: give the command as `visavis verify`."
        )
    today = datetime.now(UTC).date()
    with _progress("Verifying") as progress:
        report = verified(
            directory,
            charter_fingerprint=charter,
            at_least=at_least,
            today=today,
            progress=progress,
        )
    undone = {Outcome.WRONG, Outcome.NOT_DECIDED}
    if pages and make_pages is not None and report.outcome not in undone:
        with _progress("Making the pages again") as progress:
            report = make_pages(report, today=today, progress=progress)
    if as_json:
        click.echo(json.dumps(report.as_json(), indent=2, ensure_ascii=True))
    else:
        for line in lines_of(report, at_least=at_least):
            click.echo(line)
    sys.exit(report.outcome)


def _print_in_any_encoding() -> None:
    """Spell out what the terminal has no letter for: a report must not break off half-way."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


def lines_of(report: Report, *, at_least: int | None = None) -> Iterator[str]:
    """Yield the report in plain words: each bad file first, then what this is."""
    pages = report.pages
    lies = pages.differing if pages and pages.is_same_software else ()
    for problem in (*report.problems, *lies):
        yield str(problem)
    yield from _newer(report)
    if report.root is None and report.newer and not report.problems:
        yield NEWER
        return
    if report.root is None:
        yield "WRONG: this is not a record, or not all of one."
        return
    root = report.root
    yield f"Edition {root.edition} of {root.day}, {root.entries} paths, valid until {root.valid_until}."
    yield from _documents(report)
    if report.is_stopped:
        yield "Nothing else was read: what such a root names proves nothing."
    if report.n_leftovers:
        yield f"An edition was interrupted: {report.n_leftovers} files of it lie about, harmless."
    if report.has_site:
        yield "The folder site/ was compared with the record."
    if report.n_before:
        yield f"In site/ {report.n_before} files are of the edition before, or not there yet."
    yield from _pages(report)
    yield _verdict(report, at_least=at_least, n_wrong=len(report.problems) + len(lies))


def _verdict(report: Report, *, at_least: int | None, n_wrong: int) -> str:
    """Return the last line: the one that a reader must not miss."""
    root, pages = report.root, report.pages
    words = {
        Outcome.WRONG: (
            f"WRONG: {n_wrong} {'thing is' if n_wrong == 1 else 'things are'} "
            "not as the sides released it."
        ),
        Outcome.NOT_DECIDED: NEWER
        if report.newer or (pages and pages.newer)
        else "NOT DECIDED: take the version that made the pages, and verify with that.",
        Outcome.INTERRUPTED: "INTERRUPTED: new editions came while this was read. Verify once more."
        if report.is_replaced
        else "INTERRUPTED: the record is right, but an edition was just coming into site/. Copy it once "
        "more, or keep record/ alone.",
        Outcome.FROM_THE_FUTURE: "RIGHT, BUT DATED LATER THAN TODAY"
        f"{f' ({root.day})' if root else ''}: your clock or the site's is wrong. "
        "Look at your own clock, and copy the next edition.",
        Outcome.OLDER: f"RIGHT, BUT OLDER than edition {at_least}, which you asked for at least.",
        Outcome.EXPIRED: "RIGHT, BUT PAST ITS DATE: it was to be renewed by "
        f"{root.valid_until if root else ''}.",
        Outcome.GOOD: "RIGHT: the sides signed every document, the release key every file, "
        f"{'every page is what the documents make, ' if pages else ''}and nothing else is here.",
    }
    return words[report.outcome]


def _newer(report: Report) -> Iterator[str]:
    """Yield a line for each newer format: how many files have it, and one of them."""
    by_format: dict[str, list[str]] = {}
    for file, name in report.newer.items():
        by_format.setdefault(name, []).append(file)
    if report.pages and report.pages.newer:
        by_format[report.pages.newer] = ["press.json"]
    for name, found in sorted(by_format.items()):
        others = f" and {len(found) - 1} more" if len(found) > 1 else ""
        yield shown(f"{found[0]}{others}: {sentence(name)}")


def _documents(report: Report) -> Iterator[str]:
    charter = report.charter
    if charter is None:
        return
    names = {side.code: _name_of(side.names, side.code) for side in charter.sides}
    counts = report.counts
    parts = [f"{counts['joint']} joint"]
    parts += [f"{n} by {names[code]} alone" for code in names if (n := counts[f"alone:{code}"])]
    parts += [f"{n} in {names[code]}'s own words" for code in names if (n := counts[f"own:{code}"])]
    parts += [
        f"{counts[key]} {words}"
        for key, words in (
            ("readers", "from readers"),
            ("computed", "computed"),
            ("charter", "charter" if counts["charter"] == 1 else "charters"),
            ("recovery", "recovery of a key" if counts["recovery"] == 1 else "recoveries of keys"),
        )
        if counts[key]
    ]
    yield f"{report.n_documents} documents: {', '.join(parts)}."
    for side in charter.sides:
        yield f"Signed for {names[side.code]} with the key {side.public_key}"
    yield f"Released with the key {charter.release_key}"
    yield f"Charter {charter.document.version}: {charter.digest}"


def _pages(report: Report) -> Iterator[str]:
    pages = report.pages
    if pages is None:
        if report.outcome not in {Outcome.WRONG, Outcome.NOT_DECIDED}:
            yield "The pages were not made again from the documents: --pages does that, and compares."
        return
    if pages.address:
        yield f"Feeds and search engines are sent to {shown(pages.address)}"
    if not pages.differing:
        yield f"{pages.n} pages and files were made again from the documents: all are the same."
    elif not pages.is_same_software:
        version = (
            f"version {shown(pages.version)}" if pages.version else "a version that is not named"
        )
        yield (
            f"Of {pages.n} pages and files {len(pages.differing)} are others than this version makes; "
            f"they were made by {version}, of other code, words or packages."
        )
        yield from (f"  {shown(each)}" for each in pages.packages)


def _name_of(names: object, code: str) -> str:
    """A side's name in English where the charter has one, else in its first language."""
    if isinstance(names, dict) and names:
        return shown(str(names.get("en") or names[min(names)]))
    return code


@contextmanager
def _progress(words: str) -> Iterator[Progress | None]:
    """Show a bar for work that takes longer than a second, where a person looks on."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich import progress
    from rich.console import Console

    began = time.monotonic()
    with progress.Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(words, total=None, visible=False)

        def told(done: int, total: int) -> None:
            if done % 64 == 0 and time.monotonic() - began > 1:
                bar.update(task, completed=done, total=total, visible=True)

        yield told
