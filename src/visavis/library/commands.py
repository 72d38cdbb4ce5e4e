"""`visavis import text`: texts come in from files, all languages of one into one draft, or none."""

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

import click
from django.utils import timezone, translation
from rich.console import Console

from visavis.base.lines import Lines
from visavis.base.options import data_option
from visavis.base.refusal import Refused
from visavis.record.public import current_charter
from visavis.record.wording import REFUSALS as RECORD_REFUSALS
from visavis.safety.reading import Sealer, reading_as
from visavis.sides.desk_keys import newest as reading_key_of
from visavis.signing.charter import Charter

from . import actions, drafting, queries, wording
from .actions import Words
from .bodies import Details, SourceNote
from .queries import Drafted
from .reading_in import CannotReadError, ReadText, read_files
from .rules import ARTICLE, MOST_FILES

READ = {
    Lines.JOINED: "lines joined, since they fill a column",
    Lines.KEPT: "lines kept, as in verse and addresses",
    Lines.APART: "each line read as a paragraph, one being too long for a column",
}
SENTENCES = {**RECORD_REFUSALS, **wording.REFUSALS}


@click.group()
def import_() -> None:
    """Read texts in."""


@import_.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--side", required=True, metavar="CODE", help="The side whose desk gets the draft.")
@click.option(
    "--kind",
    type=click.Choice(list(queries.TEXT_KINDS)),
    default=ARTICLE,
    show_default=True,
    help="What it is.",
)
@click.option("--original", metavar="LANG", help="The original's language; else the first file's.")
@click.option("--language", metavar="LANG", default="", help="The language of plain text files.")
@click.option("--author", metavar="NAME", help="Author or pen name.")
@click.option("--written-on", type=click.DateTime(["%Y-%m-%d"]), help="The day it was written.")
@click.option("--place", metavar="PLACE", help="Where it was written.")
@click.option("--source-title", metavar="TEXT", default="", help="Where it first stood.")
@click.option("--source-address", metavar="URL", default="", help="Its address there.")
@click.option("--permission", metavar="TEXT", help="Who allowed it to stand here.")
@click.option("--clean", is_flag=True, help="Take out characters that nobody can see or read.")
@click.option(
    "--lines",
    "how",
    type=click.Choice(["as-seen", *Lines]),
    default="as-seen",
    show_default=True,
    help="What becomes of line ends inside a paragraph of plain text: joined, kept, or each line"
    " a paragraph (apart).",
)
@data_option
def text(
    files: tuple[Path, ...],
    *,
    side: str,
    kind: str,
    original: str | None,
    language: str,
    author: str | None,
    written_on: datetime | None,
    place: str | None,
    source_title: str,
    source_address: str,
    permission: str | None,
    clean: bool,
    how: str,
) -> None:
    """Read one text in, one file for each language, into one draft of a desk.

    The first file is the original, unless --original says otherwise. Nothing becomes public: the desk
    reads the draft, corrects which paragraph is beside which, and proposes it.

    The draft is sealed to the desk as it is written. This command can read none: give all files at once.

    \b
    Examples:
      visavis import text az.json hy.json en.json --side az
      visavis import text letter-fr.txt --kind letter --side hy --author "A pen name"

    Exit codes: 0 the draft is there, 1 refused and nothing kept, 2 a wrong option.
    """  # noqa: D301 - click reads the character itself
    console = Console(stderr=True)
    with translation.override("en"):
        try:
            charter, public = _charter(side), _public_reading_key(side)
            with console.status("Reading …"):
                read = _read(
                    files,
                    charter=charter,
                    language=language,
                    clean=clean,
                    how=None if how == "as-seen" else Lines(how),
                )
            with console.status("Aligning …"):
                draft = actions.new_draft(
                    side=side,
                    kind=kind,
                    original=_original(original, read),
                    words={
                        each.language: Words(title=each.title, units=each.units) for each in read
                    },
                    details=Details(
                        author=author,
                        written_on=written_on.date() if written_on else None,
                        place=place,
                        source=SourceNote(title=source_title, address=source_address),
                        permission=permission,
                    ),
                    today=_today(),
                    must_fit=True,
                )
                with reading_as(lambda: Sealer({side: public})):
                    actions.begin(draft, today=_today())
        except CannotReadError as error:
            raise click.ClickException(str(error)) from error
        except Refused as refused:
            raise click.ClickException(str(SENTENCES[refused.reason])) from refused
        _tell(read, draft)


def _tell(read: Sequence[ReadText], draft: Drafted) -> None:
    """Say what was read, how it fits the original, and what to do next."""
    body = draft.body
    for each in read:
        click.echo(
            f"{each.language}: {each.title}: {_n(len(each.units), 'paragraph')}, headings included"
        )
        for hidden in each.removed:
            click.echo(f"    taken out: {hidden.count} × {hidden.code} ({hidden.name})")
        for how, n in sorted(each.readings.items()):
            click.echo(f"    {READ[how]}: {_n(n, 'place')}")
        if each.language != body.original:
            click.echo(f"    {_alignment(draft, each.language)}")
    click.echo()
    click.echo(f"Draft {draft.item} of the desk “{draft.side}”, original in {body.original}.")
    click.echo(
        "Next: sign in at that desk, open Library, read the draft, mend the rows where it asks for it,"
    )
    click.echo("and propose it. Nothing is public until the charter’s keys are turned.")


def _alignment(draft: Drafted, language: str) -> str:
    rows = drafting.standing(draft.body.versions[language], draft.body.first)
    counts = {
        "one beside one": sum(len(r.left) == len(r.right) == 1 for r in rows),
        "several beside one": sum(bool(r.left and r.right) for r in rows)
        - sum(len(r.left) == len(r.right) == 1 for r in rows),
        "missing here": sum(not r.right for r in rows),
        "only here": sum(not r.left for r in rows),
    }
    summary = ", ".join(f"{n} {what}" for what, n in counts.items() if n)
    return f"beside {draft.body.original}: {_n(len(rows), 'row')}: {summary}"


def _n(n: int, word: str) -> str:
    return f"{n:,} {word}" if n == 1 else f"{n:,} {word}s"


def _read(
    files: Sequence[Path], *, charter: Charter, language: str, clean: bool, how: Lines | None
) -> list[ReadText]:
    if len(files) > MOST_FILES:
        raise click.ClickException(
            f"{len(files)} files were given; a text has one file a language, at most {MOST_FILES}."
        )
    return read_files(files, languages=charter.languages, language=language, clean=clean, how=how)


def _charter(side: str) -> Charter:
    charter = current_charter()
    if charter is None:
        raise click.ClickException("This site has no charter yet. Let every desk sign it first.")
    if side not in charter.side_codes:
        raise click.ClickException(
            f"“{side}” is not a side of this site. Its sides are: {', '.join(charter.side_codes)}."
        )
    return charter


def _public_reading_key(side: str) -> bytes:
    key = reading_key_of(side)
    if key is None:
        raise click.ClickException(
            f"The desk “{side}” has no editor yet, so nobody could read the draft."
            " Let its first editor join, then import."
        )
    return key.public


def _original(original: str | None, read: Sequence[ReadText]) -> str:
    codes = [each.language for each in read]
    if original is not None and original not in codes:
        raise click.ClickException(
            f"--original {original}: no file is in this language. There are: {', '.join(codes)}."
        )
    return original or codes[0]


def _today() -> date:
    return timezone.now().date()
