"""Options that the commands of several rooms share."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])


def data_option(command: Command) -> Command:
    """Give a command ``--data``. `project.commandline` reads it before the command is loaded."""
    return click.option(
        "--data",
        metavar="DIR",
        envvar="VISAVIS_DATA",
        default="data",
        show_default=True,
        expose_value=False,
        help="The data directory of this installation.",
    )(command)
