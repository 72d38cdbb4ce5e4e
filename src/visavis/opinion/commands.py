"""``visavis opinion``: the opinion map of a ballot, on the machine of whoever analyses it. Loads no Django.

What computes is imported when it is called, so that ``--help`` answers at once.
"""

import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from .problems import UnusableInputError

if TYPE_CHECKING:
    from .community_notes import NotesMap
    from .read import Ratings
    from .reading import Reading
    from .result import OpinionMap

# Before numpy is imported, in whatever command comes first. The matrices here are small, a few columns each:
# BLAS on all cores spends its time on waiting for itself, and takes the cores from the threads that count.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")

Told = Callable[[float, str], None]
_FILE = click.Path(path_type=Path)
_SHARE_OF_READING = 0.3
MOST_GROUPS = 20
"""Most groups that may be asked for: the time to find them grows with the cube of their number."""


@click.command()
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@click.option(
    "--sides",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="A CSV file with a row `participant,side` for each participant whose side is known.",
)
@click.option(
    "--compat",
    type=click.Choice(["polis", "community-notes"]),
    help="Compute what that system would.  [default: Visavis' own method]",
)
@click.option(
    "--groups",
    type=click.IntRange(1, MOST_GROUPS),
    metavar="N",
    help=f"Make N groups, 1 to {MOST_GROUPS}.  [default: as many as votes that were held out ask for]",
)
@click.option(
    "--agree",
    type=click.Choice(["+1", "-1"]),
    help="The number that means agree in PATH, where it cannot be told from the files.",
)
@click.option("--json", "json_file", type=_FILE, metavar="FILE", help="Write the whole map.")
@click.option("--members", type=_FILE, metavar="FILE", help="Write CSV: who is in which group.")
@click.option("--statements", type=_FILE, metavar="FILE", help="Write CSV: a row each statement.")
@click.option("--png", type=_FILE, metavar="FILE", help="Draw the map.")
@click.option("--dark", is_flag=True, help="Draw it light on dark.")
@click.option(
    "--workers",
    type=click.IntRange(min=1),
    metavar="N",
    help="Threads that count; the answer is the same.  [default: all cores]",
)
def opinion(  # noqa: PLR0917 - click passes them by name
    path: Path,
    sides: Path | None,
    compat: str | None,
    groups: int | None,
    agree: str | None,
    json_file: Path | None,
    members: Path | None,
    statements: Path | None,
    png: Path | None,
    dark: bool,  # noqa: FBT001 - click's
    workers: int | None,
) -> None:
    """Show what the sides of a ballot agree on, and who votes alike.

    PATH is a folder exported from Polis, or a Parquet file with the columns participant, statement and
    vote, and perhaps side. A vote is 1 agree, 0 pass or -1 disagree. What was taken for granted is told
    first; then sides, groups and common ground. The files are for your own machine, not for publishing.

    With --compat community-notes, PATH may also be a ratings TSV of Community Notes.

    \b
    Examples:
      visavis opinion export
      visavis opinion votes.parquet --sides sides.csv --png map.png
      visavis opinion export --compat polis --members members.csv
      visavis opinion export --json map.json --statements statements.csv
      visavis opinion ratings.tsv --compat community-notes --png notes.png

    \b
    Exit codes:
      0  computed, also where there is no common ground or too few votes to tell
      1  not computed, or a file cannot be written: no file was changed
      2  the command was given wrongly
    """  # noqa: D301 - \b is click's own mark: leave these lines as they are
    outputs = _Outputs(json_file, members, statements, png, dark)
    _check_targets(outputs.targets, path=path, sides=sides)
    try:
        if compat == "community-notes" and _is_of_ratings(path, sides, groups, agree):
            _notes(path, outputs)
        else:
            _votes(
                path,
                outputs,
                sides=sides,
                compat=compat,
                groups=groups,
                agree=agree,
                workers=workers or len(os.sched_getaffinity(0)),
            )
    except UnusableInputError as error:
        _fail(str(error))


@dataclass(frozen=True)
class _Outputs:
    """The files that are to be written, and how the picture is drawn."""

    json_file: Path | None
    members: Path | None
    statements: Path | None
    png: Path | None
    dark: bool

    @property
    def targets(self) -> list[Path]:
        every = (self.json_file, self.members, self.statements, self.png)
        return [each for each in every if each]


def _check_targets(targets: list[Path], *, path: Path, sides: Path | None) -> None:
    """Refuse two outputs in one file, and any that would replace what is read."""
    places = [target.resolve() for target in targets]
    if len(set(places)) < len(places):
        raise click.UsageError("Two outputs would be written to the same file.")
    inputs = {path.resolve(), sides.resolve() if sides else None}
    for target, place in zip(targets, places, strict=True):
        if place in inputs or (
            place.exists() and path.is_dir() and path.resolve() in place.parents
        ):
            raise click.UsageError(f"{target} is what is read: it is not written over.")


def _is_of_ratings(path: Path, sides: Path | None, groups: int | None, agree: str | None) -> bool:
    """Return whether notes are scored, not statements; refuse options that then would change nothing."""
    from . import read

    if groups is not None:
        raise click.UsageError("--compat community-notes makes no groups: leave out --groups.")
    if read.kind_of(path) is not read.Kind.COMMUNITY_NOTES:
        return False
    for option, value in (("--sides", sides), ("--agree", agree)):
        if value is not None:
            raise click.UsageError(
                f"{path} has ratings of notes, which are no votes: leave out {option}."
            )
    return True


def _votes(
    path: Path,
    outputs: _Outputs,
    *,
    sides: Path | None,
    compat: str | None,
    groups: int | None,
    agree: str | None,
    workers: int,
) -> None:
    from . import export, read
    from .mapping import opinion_map

    name = path.resolve().name
    with export.files_to_be(outputs.targets) as files, _progress() as tell:
        reading = read.votes_in(
            path,
            sides=sides,
            agree=None if agree is None else (1 if agree == "+1" else -1),
            progress=lambda share: tell(_SHARE_OF_READING * share, "reading"),
        )
        found = opinion_map(
            reading.votes,
            rejected=reading.rejected,
            n_groups=groups,
            compat=compat,
            n_threads=workers,
            progress=lambda share, what: tell(
                _SHARE_OF_READING + (1 - _SHARE_OF_READING) * share, what
            ),
        )
        tell(1.0, "writing")
        if outputs.json_file:
            with export.as_text(files[outputs.json_file]) as file:
                export.write_json(found, file)
        if outputs.members:
            with export.as_text(files[outputs.members]) as file:
                export.write_members(found, file)
        if outputs.statements:
            with export.as_text(files[outputs.statements]) as file:
                export.write_statements(
                    found, file, counts=reading.votes.counts, texts=reading.texts
                )
        if outputs.png:
            from .drawing import write_picture

            write_picture(
                found, files[outputs.png], texts=reading.texts, title=name, dark=outputs.dark
            )
    _tell(reading, found, name=name, asked=groups, with_picture=outputs.png is not None)


def _notes(path: Path, outputs: _Outputs) -> None:
    from . import export, notes_export, read
    from .community_notes import notes_map

    name = path.resolve().name
    with export.files_to_be(outputs.targets) as files, _progress() as tell:
        ratings = read.ratings_in(
            path, progress=lambda share: tell(_SHARE_OF_READING * share, "reading")
        )
        tell(_SHARE_OF_READING, "explaining the ratings")
        found = notes_map(ratings)
        tell(1.0, "writing")
        for target, write in (
            (outputs.json_file, notes_export.write_notes_json),
            (outputs.members, notes_export.write_raters),
            (outputs.statements, notes_export.write_notes),
        ):
            if target:
                with export.as_text(files[target]) as file:
                    write(found, file)
        if outputs.png:
            from .notes_drawing import write_notes_picture

            write_notes_picture(found, files[outputs.png], title=name, dark=outputs.dark)
    _tell_notes(ratings, found, name=name, with_picture=outputs.png is not None)


def _tell(
    reading: "Reading", found: "OpinionMap", *, name: str, asked: int | None, with_picture: bool
) -> None:
    from .telling import told

    width, colour = _page()
    _say(
        told(
            reading,
            found,
            name=name,
            asked=asked,
            with_picture=with_picture,
            width=width,
            colour=colour,
        )
    )


def _tell_notes(ratings: "Ratings", found: "NotesMap", *, name: str, with_picture: bool) -> None:
    from .notes_telling import told_of_notes

    picture: tuple[str, ...] = ()
    if with_picture:
        from .notes_drawing import described_notes

        picture = described_notes(found)
    width, colour = _page()
    _say(
        told_of_notes(
            found,
            name=name,
            assumptions=ratings.assumptions,
            picture=picture,
            width=width,
            colour=colour,
        )
    )


def _page() -> tuple[int, bool]:
    """Return how wide the summary may be, and whether it may have colours."""
    from .telling import WIDTH

    is_terminal = sys.stdout.isatty()
    width = min(WIDTH, shutil.get_terminal_size().columns) if is_terminal else WIDTH
    return max(width, 40), is_terminal


def _say(text: str) -> None:
    encoding = sys.stdout.encoding or "utf-8"
    click.echo(text.encode(encoding, "replace").decode(encoding), nl=False)


def _fail(message: str) -> NoReturn:
    from .wording import visible

    click.echo(visible(message), err=True)
    sys.exit(1)


@contextmanager
def _progress() -> Iterator[Told]:
    """Show a bar for work that takes longer than a second, where a person looks on."""
    if not sys.stderr.isatty():
        yield lambda share, what: None  # noqa: ARG005 - told by nobody
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    began = time.monotonic()
    columns = (TextColumn("{task.description:<36}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=1.0, visible=False)

        def told(share: float, what: str) -> None:
            is_long = time.monotonic() - began > 1
            bar.update(task, completed=share, description=what, visible=is_long)

        yield told
