"""`visavis closings`: the notes of what is closed for good leave the server, and come back to it."""

import os
from datetime import UTC, datetime
from pathlib import Path

import click
from django.utils import translation

from visavis.base.data import write_private
from visavis.base.options import data_option
from visavis.base.refusal import Refused

from . import actions, queries
from .actions import RefusedNoteError
from .closings import LARGEST_FILE
from .wording import REFUSALS

FILE = click.Path(dir_okay=False, path_type=Path)


@click.group()
def closings() -> None:
    """Keep the closing notes elsewhere, and hand them in again."""


@closings.command()
@click.argument("file", type=FILE)
@data_option
def export(file: Path) -> None:
    """Write every note of what is closed for good into FILE, to be kept outside this server.

    There is no word in it of what was closed, and nothing about a person. A file that is there already
    is never written over: it may know of closings that an older backup has forgotten.

    \b
    Examples:
      visavis closings export closings-2026-11-25.jsonl
      visavis closings export --data /srv/site /mnt/stick/closings.jsonl

    Exit codes: 0 written, 1 refused, 2 a wrong option.
    """  # noqa: D301 - \b is click's own mark: leave these lines as they are
    if file.exists():
        raise click.ClickException(f"{file} is there already. Name another file.")
    content = queries.closing_notes(on=datetime.now(UTC).date())
    if not content:
        raise click.ClickException("There is no charter in force yet, so nothing was closed.")
    try:
        write_private(file.absolute(), content)
    except OSError as error:
        raise click.ClickException(f"{file} cannot be written: {error.strerror}.") from error
    click.echo(f"Closings for good: {queries.n_closed_for_good()}, in {file}.")


@closings.command(name="import")
@click.argument("file", type=FILE)
@data_option
def import_(file: Path) -> None:
    """Hand in the notes in FILE after a backup was put back: what they close is destroyed again.

    Every note is checked for its signatures first. If one is false, nothing is done. Notes that are
    known already do no harm.

    \b
    Examples:
      visavis closings import closings-2026-11-25.jsonl
      visavis closings import --data /srv/site /mnt/stick/closings.jsonl

    Exit codes: 0 done, 1 refused and nothing done, 2 a wrong option.
    """  # noqa: D301 - \b is click's own mark: leave these lines as they are
    os.umask(0o077)
    try:
        with file.open("rb") as handed_in:
            content = handed_in.read(LARGEST_FILE + 1)
    except OSError as error:
        raise click.ClickException(f"{file} cannot be read: {error.strerror}.") from error
    with translation.override("en"):
        try:
            taken = actions.take_closings(content, today=datetime.now(UTC).date())
        except RefusedNoteError as refused:
            sentence = REFUSALS[refused.reason]
            raise click.ClickException(f"{file}, line {refused.line}: {sentence}") from refused
        except Refused as refused:
            raise click.ClickException(str(REFUSALS[refused.reason])) from refused
    click.echo(f"In force again, and destroyed here: {taken.closed}.")
    click.echo(f"Known already: {taken.known}. About something that is not here: {taken.not_here}.")
    if taken.closed:
        click.echo("Readers lose sight of it at the next full hour, or now: visavis press")
