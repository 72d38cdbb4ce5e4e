"""Options that the commands of several rooms share."""

from collections.abc import Callable
from typing import Any, TypeVar

import click
from django.db import connection

from .data import why_not_open, why_not_this_database

Command = TypeVar("Command", bound=Callable[..., Any])


def data_option(command: Command) -> Command:
    """Give a command ``--data``. `project.commandline` reads it before the command is loaded.

    A directory that a newer version wrote, or whose tables are elsewhere, is refused here, so that no such
    command can forget to.
    """
    return click.option(
        "--data",
        metavar="DIR",
        envvar="VISAVIS_DATA",
        default="data",
        show_default=True,
        expose_value=False,
        callback=_refuse,
        help="The data directory of this installation.",
    )(command)


def _refuse(_context: click.Context, _option: click.Parameter, _value: str) -> None:
    refusal = why_not_open() or why_not_this_database(connection.vendor)
    if refusal:
        raise click.ClickException(refusal)
