"""`visavis upgrade`: a data directory of an older version becomes one of this version.

The tables are changed first, then every page is made again, then the directory is marked. The mark goes
before anything is changed. So a directory in which an upgrade was broken off counts as older, and another
upgrade does what is left.
"""

import os
from datetime import UTC, datetime
from typing import Any

import click
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from visavis.base import data
from visavis.base.options import data_option
from visavis.base.tables import changes_to_make
from visavis.press.actions import release_edition
from visavis.press.commands import NOT_RELEASED, refuse_without_site
from visavis.record.actions import name_again
from visavis.record.public import n_of_earlier_formats


@click.command()
@data_option
@click.option("--dry-run", is_flag=True, help="Say what would be done, and change nothing.")
def upgrade(*, dry_run: bool) -> None:
    """Bring a data directory of an older version up to this version.

    Changes the tables, makes every page again and releases an edition. Stop the server and make a backup
    first. When it is broken off, give the command again.

    \b
    Examples:
      visavis upgrade --data /srv/site --dry-run
      visavis upgrade --data /srv/site

    Exit codes: 0 the directory is of this version, or would be; 1 refused or not finished; 2 a wrong option.
    """  # noqa: D301 - \b is click's own mark: leave these lines as they are
    os.umask(0o077)
    refuse_without_site()
    directory, changes = data.data_directory(), changes_to_make()
    if n_of_earlier_formats():
        raise click.ClickException(
            f"The documents in {directory} are of a format that no version reads any more. "
            "Make a new site, or keep the version that made it."
        )
    if data.is_current() and not changes:
        click.echo(f"{directory} is of this version already: {data.FORMAT}.")
        return
    if dry_run:
        for change in changes:
            click.echo(f"Would change the tables: {change}")
        click.echo("Would make every page again, and release an edition.")
        click.echo(f"Would mark {directory} as {data.FORMAT}. Nothing was changed.")
        return
    data.format_file().unlink(missing_ok=True)
    _change_tables()
    _press()
    data.write_format()
    click.echo(f"{directory} is of this version now: {data.FORMAT}.")


def _change_tables() -> None:
    executor = MigrationExecutor(connection, progress_callback=_say)
    executor.migrate(executor.loader.graph.leaf_nodes())
    # What Django does after any change of tables.
    call_command("migrate", verbosity=0, interactive=False)
    name_again()


def _say(action: str, migration: Any = None, *_: Any) -> None:
    if action == "apply_start":
        click.echo(f"Changing the tables: {migration}")


def _press() -> None:
    click.echo("Making every page again.")
    try:
        root = release_edition(datetime.now(UTC), full=True)
    except NOT_RELEASED as error:
        raise click.ClickException(
            f"The tables are changed, but no edition was released: {error}. Mend that, then upgrade again."
        ) from error
    if root is None:
        click.echo("There is nothing to release yet: not every side has signed the charter.")
    else:
        click.echo(f"Edition {root.edition}: {root.entries} files.")
