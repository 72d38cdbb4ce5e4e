"""The command line: each room owns its commands, this file only says where each one is.

A command is imported when it is called. Those of `signing` and `opinion` do not load Django, so that a
mirror's keeper can verify a record, and an analyst read a ballot, without a database. One option does:
`verify --pages`, once everything else is right, has the press make the pages again.
"""

import errno
import importlib
import io
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from visavis import __version__
from visavis.base.data import DEFAULT

if TYPE_CHECKING:
    from visavis.signing.commands import Progress
    from visavis.signing.verify import Report


STOPPED_BY_HAND = 130
"""What a shell says of a program that Ctrl-C has ended."""


@dataclass(frozen=True)
class Place:
    """Where a command is, what it is for, and whether it needs Django.

    ``speaks``: it makes or serves pages, so every language of the interface must be there.
    """

    module: str
    summary: str
    name: str = ""
    django: bool = True
    speaks: bool = False


COMMANDS = {
    "init": Place("visavis.project.commands", "Prepare a new joint site.", speaks=True),
    "demo": Place(
        "visavis.project.commands", "Make a small fictional joint site to look at.", speaks=True
    ),
    "serve": Place(
        "visavis.press.commands", "Serve the site and release its editions.", speaks=True
    ),
    "press": Place("visavis.press.commands", "Release an edition now.", speaks=True),
    "upgrade": Place("visavis.project.upgrade", "Bring a data directory up to this version."),
    "verify": Place("visavis.signing.commands", "Check a copy of a record.", django=False),
    "key": Place(
        "visavis.signing.key_commands", "Make keys, sign, show fingerprints.", django=False
    ),
    "opinion": Place(
        "visavis.opinion.commands", "Show what the sides of a ballot agree on.", django=False
    ),
    "closings": Place("visavis.record.commands", "Keep closing notes, hand them in again."),
    "import": Place("visavis.library.commands", "Read texts in.", name="import_"),
    "way-in": Place("visavis.project.way_in", "Let a lost desk in again.", name="way_in"),
    "doctor": Place("visavis.project.commands", "Check this installation."),
}


class Rooms(click.Group):
    """The commands of all rooms, each loaded only when it is wanted."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's own signature
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        place = COMMANDS.get(cmd_name)
        if place is None:
            return None
        if place.django:
            set_up_django(sys.argv[1:])
        command: click.Command = getattr(
            importlib.import_module(place.module), place.name or cmd_name
        )
        return command

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,  # noqa: FBT001, FBT002 - click's own signature
        **extra: Any,
    ) -> Any:
        """Run, and end with the exit code that the documentation names, whatever the terminal can write."""
        _write_what_can_be_written()
        run: Callable[[], object] = partial(
            super().main, args, prog_name, complete_var, standalone_mode=False, **extra
        )
        if not standalone_mode:
            return run()
        code: object = 0
        try:
            code = run()
        except click.ClickException as error:
            error.show()
            code = error.exit_code
        except click.Abort:
            click.echo("Stopped.", err=True)
            code = STOPPED_BY_HAND
        except OSError as error:
            if error.errno == errno.EPIPE:
                raise
            click.echo(f"Error: {error.strerror or error}.", err=True)
            code = 1
        sys.exit(code if isinstance(code, int) else 0)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command; without the words it would say, refuse before anything is made."""
        name, command, rest = super().resolve_command(ctx, args)
        if name in COMMANDS and COMMANDS[name].speaks:
            refuse_without_catalogues()
        return name, command, rest

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; a database that does not answer is said in a sentence."""
        try:
            return super().invoke(ctx)
        except _no_answer() as error:
            first = str(error).strip().partition("\n")[0]
            raise click.ClickException(f"The database does not answer: {first}") from error

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl([(name, place.summary) for name, place in COMMANDS.items()])


def _write_what_can_be_written() -> None:
    """Let a terminal that lacks a letter show its code in its place, rather than end the command."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def set_up_django(arguments: Sequence[str]) -> None:
    """Point this process at the data directory that the arguments name, then load Django."""
    os.environ["VISAVIS_DATA"] = data_named_in(arguments)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "visavis.project.settings")
    import django
    from django.core.exceptions import ImproperlyConfigured

    try:
        django.setup()
    except ImproperlyConfigured as error:
        raise click.ClickException(str(error)) from error


def refuse_without_catalogues() -> None:
    """Refuse to make pages that would speak English in place of a language."""
    from visavis.project import catalogues

    missing = catalogues.missing()
    if missing:
        raise click.ClickException(
            f"The interface has no words in: {', '.join(missing)}. {catalogues.HOW_TO_COMPILE}"
        )


def _no_answer() -> tuple[type[Exception], ...]:
    """Return what Django raises for a database that does not answer; nothing where it was never loaded."""
    database = sys.modules.get("django.db")
    return (database.OperationalError,) if database else ()


def data_named_in(arguments: Sequence[str]) -> str:
    """Return what ``--data`` says, else `VISAVIS_DATA`, else the default."""
    for place, argument in enumerate(arguments):
        if argument == "--data" and place + 1 < len(arguments):
            return arguments[place + 1]
        if argument.startswith("--data="):
            return argument.removeprefix("--data=")
    return os.environ.get("VISAVIS_DATA", DEFAULT)


def make_pages_again(report: "Report", *, today: date, progress: "Progress | None") -> "Report":
    """Load Django, not its database, and let the press make the pages of a copy again."""
    set_up_django(sys.argv[1:])
    from visavis.press.remaking import made_again

    return made_again(report, today=today, progress=progress)


@click.group(
    cls=Rooms, context_settings={"help_option_names": ["-h", "--help"], "obj": make_pages_again}
)
@click.version_option(__version__, prog_name="visavis")
def main() -> None:
    """Run a joint site: one website that societies in conflict run together.

    \b
    Examples:
      visavis demo --serve            look at a small fictional site
      visavis init --data /srv/site   prepare a real one
      visavis verify COPY --charter FINGERPRINT --pages
    """  # noqa: D301 - \b is click's own mark: leave these lines as they are
