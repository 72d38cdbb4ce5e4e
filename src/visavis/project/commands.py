"""`visavis init`: ask what a site is founded with, found it, and hand out one set-up code a side."""

import json
import os
import tomllib
from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import click
from django.core.management import call_command
from django.db import connection
from django.utils.crypto import get_random_string

from visavis.base import data
from visavis.base.languages import interface_language, own_name
from visavis.base.options import data_option
from visavis.base.refusal import Refused
from visavis.press.commands import lost_database
from visavis.safety.secret import Secret
from visavis.sides import actions as sides_actions
from visavis.sides import keyfiles, wording
from visavis.sides import queries as sides
from visavis.sides.rules import (
    SideAnswers,
    SideRefusal,
    SiteAnswers,
    why_not_found,
    why_not_languages,
    why_not_languages_of_side,
    why_not_name,
    why_not_side_code,
)
from visavis.signing.charter import Waiting
from visavis.signing.keys import PrivateKey

T = TypeVar("T")
LATER = {"demo": "visavis.project.demo", "doctor": "visavis.project.doctor"}


def __getattr__(name: str) -> Any:
    """Hand out the other two commands of this room, each imported only when it is called."""
    from importlib import import_module

    if name not in LATER:
        raise AttributeError(name)
    return getattr(import_module(LATER[name]), name)


@click.command()
@data_option
@click.option(
    "--answers",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Read the answers from a TOML or JSON file instead of asking.",
)
def init(answers: Path | None) -> None:
    """Prepare a new joint site: its names, languages, sides and waiting times.

    Makes the data directory (readable by its owner alone), the database and the release key, and
    prints one set-up code for each side.

    \b
    Examples:
      visavis init --data /srv/site
      visavis init --data /srv/site --answers answers.toml

    \b
    answers.toml:
      languages = ["az", "hy", "en"]
      names = { az = "…", hy = "…", en = "…" }
      [[sides]]
      code = "az"
      languages = ["az"]
      names = { az = "…", hy = "…", en = "…" }
      [[sides]]
      code = "hy"
      languages = ["hy"]
      names = { az = "…", hy = "…", en = "…" }
      [waiting]
      unanswered_days = 14
      reopen_hours = 72
      recovery_days = 30

    Exit codes: 0 founded, 1 refused, 2 a wrong option.
    """  # noqa: D301 - \b is click's own mark: leave these lines as they are
    os.umask(0o077)
    directory = data.data_directory()
    _check_directory(directory)
    given = _read(answers) if answers else _asked()
    refusal = why_not_found(given, has_site=False)
    if refusal:
        raise click.ClickException(str(wording.REFUSALS[refusal]))
    prepare(directory)
    release_key = make_release_key()
    try:
        codes = sides_actions.found_site(
            answers=given, release_key=release_key.public, on=datetime.now(UTC).date()
        )
    except Refused as refused:
        raise click.ClickException(str(wording.REFUSALS[refused.reason])) from refused
    _say(directory, codes)


def _check_directory(directory: Path) -> None:
    """Refuse a directory that has a site, or somebody else's files, before anything is asked."""
    if not directory.exists():
        return
    if not directory.is_dir():
        raise click.ClickException(f"{directory} is not a directory.")
    if any(directory.iterdir()) and not data.secret_file().exists():
        raise click.ClickException(f"{directory} is not empty, and not a site.")
    if data.secret_file().exists() and sides.is_founded():
        raise click.ClickException(str(wording.REFUSALS[SideRefusal.SITE_EXISTS]))
    if data.has_lived():
        raise click.ClickException(lost_database())


def prepare(directory: Path) -> None:
    """Make directory, secret, tables and the mark of this version, before any site is founded there.

    What an earlier run, broken off, has made is kept.
    """
    try:
        data.make_private(directory)
        directory.chmod(0o700)
        if not data.secret_file().exists():
            data.write_private(data.secret_file(), get_random_string(64).encode())
        call_command("migrate", verbosity=0, interactive=False)
        data.write_database_kind(connection.vendor)
        data.write_format()
    except OSError as error:
        raise click.ClickException(f"{directory} cannot be written: {error.strerror}.") from error


def make_release_key() -> PrivateKey:
    """Return the release key; it lies unsealed, because editions are signed while nobody is there."""
    file = data.release_key_file()
    if not file.exists():
        data.write_private(file, keyfiles.key_file(PrivateKey.new()).encode())
    return keyfiles.release_key()


def _say(directory: Path, codes: Mapping[str, Secret]) -> None:
    names = sides.names("en")
    click.echo(f"The site is founded in {directory}.\n")
    click.echo("One set-up code for each side. Each works once, and is shown only now:\n")
    for side in sides.sides():
        click.echo(f"  {side.code:<16}  {codes[side.code].reveal()}  {names[side.code]}")
    click.echo(
        f"\nThe release key lies in {data.release_key_file()}, readable by its owner alone and sealed"
        "\nby nothing: the server signs editions with it while nobody is there. It opens no page by"
        "\nitself; every page needs the keys of the sides.\n"
        "\nWhat to do next:"
        f"\n  1. Start the site:  visavis serve --data {directory}"
        "\n  2. Give each side its code, by hand if you can. Each desk makes its own keys there:"
        f"\n{_set_up_pages()}"
        "\n  3. When every side has its keys, each desk reads and signs the charter."
    )


def _set_up_pages() -> str:
    """Return where each desk begins, in the first language it reads that the desks' pages speak."""
    return "\n".join(
        f"     {side.code:<16}  /{interface_language(next(iter(side.languages), ''))}/desk/set-up/"
        for side in sides.sides()
    )


def _read(file: Path) -> SiteAnswers:
    try:
        text = file.read_text(encoding="utf-8")
        given = json.loads(text) if file.suffix == ".json" else tomllib.loads(text)
    except (OSError, ValueError) as error:
        raise click.ClickException(f"{file} cannot be read: {error}.") from error
    try:
        return _answers(given)
    except _UnclearError as error:
        raise click.ClickException(f"{file}: {error}.") from error


class _UnclearError(ValueError):
    """The file of answers has another shape than the help shows."""


def _answers(given: object) -> SiteAnswers:
    site = _table(given, "the file", {"languages", "names", "sides"}, {"waiting"})
    if not isinstance(site["sides"], list):
        raise _UnclearError("sides is not a list")
    waiting = _table(site.get("waiting", {}), "waiting", set(), set(Waiting().as_json()))
    return SiteAnswers(
        names=_names(site["names"], "names"),
        languages=_texts(site["languages"], "languages"),
        sides=tuple(_side(side, f"side {n}") for n, side in enumerate(site["sides"], start=1)),
        waiting=Waiting(**waiting),
    )


def _side(given: object, where: str) -> SideAnswers:
    side = _table(given, where, {"code", "languages", "names"}, set())
    if not isinstance(side["code"], str):
        raise _UnclearError(f"the code of {where} is not a text")
    return SideAnswers(
        code=side["code"],
        names=_names(side["names"], f"names of {where}"),
        languages=_texts(side["languages"], f"languages of {where}"),
    )


def _table(given: object, where: str, needed: set[str], other: set[str]) -> dict[str, Any]:
    if not isinstance(given, dict):
        raise _UnclearError(f"{where} is not a table")
    missing, unknown = sorted(needed - set(given)), sorted(set(given) - needed - other)
    if missing:
        raise _UnclearError(f"{where} has no {', '.join(missing)}")
    if unknown:
        raise _UnclearError(f"{where} has {', '.join(unknown)}, which means nothing here")
    return given


def _names(given: object, where: str) -> dict[str, str]:
    names = _table(given, where, set(), set(given) if isinstance(given, dict) else set())
    if not all(isinstance(name, str) for name in names.values()):
        raise _UnclearError(f"{where}: every name is a text")
    return {language: name.strip() for language, name in names.items()}


def _texts(given: object, where: str) -> tuple[str, ...]:
    if not isinstance(given, list) or not all(isinstance(text, str) for text in given):
        raise _UnclearError(f"{where} is not a list of texts")
    return tuple(given)


def _asked() -> SiteAnswers:
    """Ask in the terminal. Each answer is checked when it is given, and all are shown before they count."""
    while True:
        given = _asked_once()
        _show(given)
        if click.confirm(
            "Is this right? The charter will say it, and sides cannot be added later", default=None
        ):
            return given
        click.echo()


def _asked_once() -> SiteAnswers:
    languages = _prompt("Languages of the site, by code (for example: az hy en ru fr)", _languages)
    names = _asked_names("Name of the site", languages)
    n_sides = click.prompt("How many sides", type=click.IntRange(min=2), default=2)
    sides_asked: list[SideAnswers] = []
    for number in range(1, n_sides + 1):
        click.echo(f"\nSide {number} of {n_sides}")
        taken = [side.code for side in sides_asked]
        code = _prompt(
            "  Code, a short word that never changes (for example: az)",
            partial(_side_code, taken=taken),
        )
        own = _prompt(
            f"  Languages it reads, out of: {' '.join(languages)}",
            partial(_languages_of_side, languages=languages),
        )
        sides_asked.append(
            SideAnswers(
                code=code, names=_asked_names("  Name of this side", languages), languages=own
            )
        )
    click.echo("\nWaiting times; the charter will say them, and every side will sign it.")
    usual = Waiting()
    whole = click.IntRange(min=0, max=10_000)
    waiting = Waiting(
        unanswered_days=click.prompt(
            "  Days until an unanswered proposal may stand alone",
            type=whole,
            default=usual.unanswered_days,
        ),
        reopen_hours=click.prompt(
            "  Hours until what one side alone has closed reopens",
            type=whole,
            default=usual.reopen_hours,
        ),
        recovery_days=click.prompt(
            "  Days until a recovery key puts a new key in the charter",
            type=whole,
            default=usual.recovery_days,
        ),
    )
    return SiteAnswers(names=names, languages=languages, sides=tuple(sides_asked), waiting=waiting)


def _show(given: SiteAnswers) -> None:
    click.echo(f"\nThe site: {_all_names(given.names)}")
    for side in given.sides:
        click.echo(f"  {side.code}: {_all_names(side.names)}; reads {' '.join(side.languages)}")
    waiting = given.waiting
    click.echo(
        f"  waits {waiting.unanswered_days} days for an answer, {waiting.reopen_hours} hours to reopen, "
        f"{waiting.recovery_days} days to recover a key\n"
    )


def _all_names(names: Mapping[str, str]) -> str:
    return " · ".join(names.values())


def _asked_names(what: str, languages: tuple[str, ...]) -> dict[str, str]:
    return {
        language: _prompt(f"{what} in {language}, {own_name(language)}", _name)
        for language in languages
    }


def _prompt(question: str, read: Callable[[str], T]) -> T:
    """Ask until ``read`` takes the answer; it raises Refused for what it does not take."""

    def value(typed: str) -> T:
        try:
            return read(typed)
        except Refused as refused:
            raise click.UsageError(str(wording.REFUSALS[refused.reason])) from refused

    answer: T = click.prompt(question, value_proc=value)
    return answer


def _languages(typed: str) -> tuple[str, ...]:
    codes = tuple(typed.replace(",", " ").split())
    return _unless(why_not_languages(codes), codes)


def _side_code(typed: str, *, taken: Collection[str]) -> str:
    return _unless(why_not_side_code(typed.strip(), taken=taken), typed.strip())


def _languages_of_side(typed: str, *, languages: Collection[str]) -> tuple[str, ...]:
    codes = tuple(typed.replace(",", " ").split())
    return _unless(why_not_languages_of_side(codes, languages=languages), codes)


def _name(typed: str) -> str:
    return _unless(why_not_name(typed.strip()), typed.strip())


def _unless(refusal: SideRefusal | None, value: T) -> T:
    if refusal:
        raise Refused(refusal)
    return value
