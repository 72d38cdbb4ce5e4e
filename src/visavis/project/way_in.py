"""`visavis way-in`: let a desk in again of which nobody can sign in any more."""

import os
from datetime import UTC, datetime
from pathlib import Path

import click

from visavis.base.options import data_option
from visavis.base.refusal import Refused
from visavis.press.commands import refuse_without_site
from visavis.safety.secret import Secret
from visavis.sides import actions, wording
from visavis.signing.desk_statements import LARGEST_STATEMENT


@click.command()
@data_option
@click.argument("side")
@click.argument(
    "file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
def way_in(side: str, file: Path | None) -> None:
    """Let the desk of SIDE in again, with a signature of that side's key or recovery key.

    FILE is what the desk has made on a machine of its own: visavis key way-in. The desk has the code. Without
    FILE the desk's passphrase is asked for, where the side's key is on this server; the code is then shown
    here, once. The operator alone can do neither. Every page of every desk says so for 30 days.

    It opens nothing old: what that desk had not published stays sealed, unless an editor of it comes back.
    What is before all desks is handed over again when an editor of another desk signs in.

    \b
    Examples:
      visavis way-in az way-in.json --data /srv/site
      visavis way-in az

    Exit codes: 0 let in, 1 refused, 2 a wrong option.
    """  # noqa: D301 - \b is click's own mark: leave these lines as they are
    os.umask(0o077)
    refuse_without_site()
    today, code = datetime.now(UTC).date(), None
    try:
        if file is None:
            passphrase = Secret(click.prompt("The desk's passphrase", hide_input=True))
            code, signed = actions.sign_way_in(side, passphrase, today=today)
        else:
            with file.open("rb") as opened:
                signed = opened.read(LARGEST_STATEMENT + 1)
        made = actions.let_in(side=side, signed=signed, today=today)
    except Refused as refused:
        raise click.ClickException(str(wording.REFUSALS[refused.reason])) from refused
    except OSError as error:
        raise click.ClickException(f"{file} cannot be read: {error.strerror}.") from error
    click.echo(
        f"The desk of {side} is let in again. Its code counts from {made.counts_from} (UTC)."
    )
    click.echo("Every desk sees it. The code is used at  /en/desk/set-up/")
    click.echo(
        "It opens nothing old: what the desk had not published stays sealed. What is before all desks is\n"
        "handed over again when an editor of another desk signs in."
    )
    if code is not None:
        click.echo(f"\nThe code, shown this once:\n\n    {code.reveal()}\n")
