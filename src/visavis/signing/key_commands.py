"""``visavis key``: make a key, show a fingerprint, read and sign a document on one's own machine.

None of this loads Django, opens a connection or believes a server: what is shown is read from the same
bytes that are signed.
"""

import re
import shutil
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn, TextIO

import click

from .charter import Charter
from .codes import hash_of_code, new_code
from .desk_statements import (
    BadStatementError,
    DeskAct,
    Statement,
    is_statement,
    read_statement,
    sign_statement,
)
from .differences import Change
from .document import CHARTER, LARGEST_DOCUMENT, RECOVERY, BadDocumentError, Document
from .files import FileError, load_node, read_blob, read_file, read_root
from .key_files import (
    LARGEST_KEY_FILE,
    KeyFile,
    KeyFileError,
    new_passphrase,
    write_new,
)
from .keys import PrivateKey
from .manifest import ROOT_FILE, BadManifestError
from .problems import shown
from .signatures import sign_document
from .telling import BAR, Line, as_text, in_rows, told
from .trie import lookup

_STYLES = {
    Change.ADDED: {"fg": "green", "bold": True},
    Change.GONE: {"fg": "red", "strikethrough": True},
}
NARROWEST = 8
_BARE_KEY = re.compile(rb"(?:visavis-private-key-1\s+)?((?:[0-9a-f]\s*){64})\s*")
"""A key that no passphrase seals: a recovery key as the site hands it out, or copied from paper."""
_ACTS = {
    DeskAct.INVITE: "One more editor may join this side's desk with the code of this digest.",
    DeskAct.REMOVE: "This editor is removed from this side's desk at once.",
    DeskAct.UNFREEZE: "This frozen editor of this side's desk may sign in again.",
    DeskAct.WAY_IN: "The holder of the code of this digest becomes an editor of this side's desk.",
}
_FILE = click.Path(dir_okay=False, path_type=Path)
_READABLE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def key() -> None:
    """Make keys, show fingerprints, and sign on your own machine.

    \b
    Examples:
      visavis key new desk.key
      visavis key fingerprint charter.json
      visavis key sign proposal.json --key desk.key --open before.json
    """  # noqa: D301 - \b is click's own mark: leave these lines as they are


@key.command()
@click.argument("file", type=_FILE)
@click.option(
    "--choose", is_flag=True, help="Ask for a passphrase of your own instead of making one."
)
def new(file: Path, choose: bool) -> None:  # noqa: FBT001 - click's
    """Make a key and keep it in FILE, sealed under a passphrase.

    The passphrase is made for you and shown once; write it down on paper. Without it nobody opens the
    key again. The public key on the last line is what the site asks for. A side's recovery key is made
    in the same way: keep its file and its passphrase away from every computer in daily use.

    \b
    Examples:
      visavis key new desk.key
      visavis key new recovery.key --choose

    Exit codes: 0 made; 1 FILE is there already or cannot be written.
    """  # noqa: D301 - \b is click's own mark: leave these lines as they are
    passphrase = _chosen() if choose else new_passphrase()
    made = KeyFile.new(passphrase=passphrase)
    try:
        write_new(file, made.data)
    except FileExistsError:
        _fail(f"{file} is there already. Nothing was changed.")
    except OSError as error:
        _fail(f"{file} cannot be written: {error.strerror}.")
    if not choose:
        click.echo(
            "The passphrase, shown this once (hyphens belong to it, capitals do not matter):"
        )
        click.echo(f"\n    {passphrase}\n")
    click.echo(f"The key is in {file}. Its public key:")
    click.echo(made.public_key.hex)


def _chosen() -> str:
    passphrase: str = click.prompt(
        "Passphrase (at least 20 characters)", hide_input=True, confirmation_prompt=True
    )
    if len(passphrase) < 20:
        _fail("That is shorter than 20 characters: it could be guessed. Nothing was made.")
    return passphrase


@key.command()
@click.argument("place", type=click.Path(exists=True, path_type=Path), metavar="FILE_OR_DIR")
def fingerprint(place: Path) -> None:
    """Show a charter and its fingerprint, alone on the last line.

    FILE_OR_DIR is a charter's document, or a record, whose charter in force is shown. Compare the
    fingerprint with the one that each side tells you: here nothing is verified yet.

    \b
    Examples:
      visavis key fingerprint charter.json
      visavis key fingerprint copy | tail -n 1

    Exit codes: 0 shown; 1 there is no charter.
    """  # noqa: D301 - \b is click's own mark: leave these lines as they are
    charter = _charter_in(place)
    click.echo(f"Charter, version {charter.document.version}, of {charter.document.day}")
    for language, name in sorted(charter.names.items()):
        click.echo(f"  {shown(language)}: {shown(name)}")
    for side in charter.sides:
        click.echo(f"Side {side.code}")
        click.echo(f"  key           {side.public_key}")
        click.echo(f"  recovery key  {side.recovery_key}")
    click.echo(f"Release key     {charter.release_key}")
    digest = charter.digest
    click.echo("To read aloud:  " + " ".join(digest[n : n + 4] for n in range(0, 64, 4)))
    click.echo(digest)


def _charter_in(place: Path) -> Charter:
    try:
        if place.is_dir():
            record = place if (place / ROOT_FILE).exists() else place / "record"
            root = read_root(record).root
            path = f"documents/{root.charter}.json"
            entry = lookup(root.node, path, load=lambda digest: load_node(record, digest))
            if entry is None:
                _fail(f"{shown(str(place))} names a charter and does not hold it.")
            data = read_blob(record, entry.blob, largest=LARGEST_DOCUMENT)
        else:
            data = _read(place, largest=LARGEST_DOCUMENT)
        return Charter.from_document(Document.from_bytes(data))
    except (FileError, BadManifestError, BadDocumentError) as error:
        _fail(f"There is no charter in {shown(str(place))}: {shown(str(error))}.")


@key.command()
@click.argument("file", type=_READABLE)
@click.option("--key", "key_file", type=_READABLE, required=True, help="Your key, from `key new`.")
@click.option(
    "--open",
    "open_file",
    type=_READABLE,
    help="The version that is open now, to show what changed.",
)
@click.option(
    "--out", type=_FILE, help="Where to write the signature.  [default: FILE.signature.json]"
)
@click.option(
    "--passphrase-file",
    type=click.File("r"),
    help="Read the passphrase from here; - is standard input.",
)
@click.option("--yes", is_flag=True, help="Do not ask: the words have been read elsewhere.")
def sign(  # noqa: PLR0917 - click passes them by name
    file: Path,
    key_file: Path,
    open_file: Path | None,
    out: Path | None,
    passphrase_file: TextIO | None,
    yes: bool,  # noqa: FBT001 - click's
) -> None:
    """Read the document in FILE, and sign it if these are the words you mean.

    FILE is what a desk's page offers as "the document's bytes". Everything in it is shown, every
    language and every field, with what changed since the open version. Then you are asked, and the
    signature is written to a small file that the desk's page accepts. Your key never leaves this
    machine. A recovery, which puts a new key in the place of a lost one, is signed with the recovery
    key in the same way.

    \b
    Examples:
      visavis key sign proposal.json --key desk.key
      visavis key sign proposal.json --key desk.key --open before.json --out mine.json

    Exit codes: 0 signed; 1 not signed, and nothing written; 2 the command was given wrongly.
    """  # noqa: D301 - \b is click's own mark: leave these lines as they are
    target = out or file.with_name(f"{file.name}.signature.json")
    if target.exists():
        _fail(f"{shown(str(target))} is there already. Nothing was signed.")
    if is_statement(content := _read(file, largest=LARGEST_DOCUMENT)):
        _sign_statement(content, file, key_file, target, passphrase_file, yes=yes)
        return
    document = _document(file)
    before = _document(open_file) if open_file else None
    _check_before(document, before)
    holder = _key_file(key_file)
    for line in told(document, before=before):
        _print(line)
    _say_what_changed(document, before)
    click.echo(f"Digest: {document.digest}")
    click.echo(f"Key:    {holder.public_key}")
    if not yes and not click.confirm("Sign these exact words?", default=False):
        _fail("Nothing was signed.")
    _write(target, sign_document(document, key=_opened(holder, passphrase_file)).data)
    click.echo(f"Signed. Hand in {shown(str(target))} on the desk's page.")


def _sign_statement(
    content: bytes,
    file: Path,
    key_file: Path,
    target: Path,
    passphrase_file: TextIO | None,
    *,
    yes: bool,
) -> None:
    """Show what a statement about a desk does, and sign it if that is meant."""
    try:
        statement = read_statement(content)
    except BadStatementError as error:
        _fail(f"{shown(str(file))}: {error}.")
    holder = _key_file(key_file)
    _show(statement)
    click.echo(f"Key:    {holder.public_key}")
    if not yes and not click.confirm("Sign this?", default=False):
        _fail("Nothing was signed.")
    _write(target, sign_statement(statement, key=_opened(holder, passphrase_file)).data)
    click.echo(f"Signed. Hand in {shown(str(target))} on the desk's page.")


def _show(statement: Statement) -> None:
    click.secho(_ACTS[statement.act], bold=True)
    if statement.name:
        click.echo(f"Editor: {shown(statement.name)}")
    click.echo(f"Site:   {shown(statement.site)}")
    click.echo(f"Side:   {shown(statement.side)}")
    click.echo(f"Day:    {statement.day}")
    click.echo(f"About:  {statement.about}")


@key.command("way-in")
@click.argument("place", type=click.Path(exists=True, path_type=Path), metavar="CHARTER")
@click.option("--side", required=True, help="The code of your side.")
@click.option("--key", "key_file", type=_READABLE, required=True, help="Key or recovery key.")
@click.option("--out", type=_FILE, default="way-in.json", show_default=True, help="What to write.")
@click.option(
    "--passphrase-file",
    type=click.File("r"),
    help="Read the passphrase from here; - is standard input.",
)
def way_in(
    place: Path, side: str, key_file: Path, out: Path, passphrase_file: TextIO | None
) -> None:
    """Make a code with which your side comes in again, and sign it.

    For a desk of which nobody can sign in any more. CHARTER is the charter's document, or a copy of the
    record. The code is shown once; it never comes to the operator of the server. Give the file that is
    written to them: visavis way-in SIDE FILE. A side's key lets the code count at once, its recovery
    key after two days. Every desk sees it.

    The key is a file from `key new`, or a recovery key as the site handed it out, or copied from paper.

    \b
    Examples:
      visavis key way-in copy/record --side az --key desk.key
      visavis key way-in charter.json --side az --key recovery.key --out az.json

    Exit codes: 0 made; 1 not made, and nothing written; 2 the command was given wrongly.
    """  # noqa: D301 - \b is click's own mark: leave these lines as they are
    charter = _charter_in(place)
    found = charter.side(side)
    if found is None:
        _fail(f"The charter has no side {shown(side)}: {', '.join(charter.side_codes)}.")
    if out.exists():
        _fail(f"{shown(str(out))} is there already. Nothing was made.")
    holder = _bare_key(key_file)
    if holder is None:
        holder = _opened(_key_file(key_file), passphrase_file)
    if holder.public not in {found.public_key, found.recovery_key}:
        _fail(f"This is neither the key nor the recovery key of {side} in this charter.")
    code = new_code()
    statement = Statement(
        site=charter.document.site,
        side=side,
        act=DeskAct.WAY_IN,
        about=hash_of_code(code),
        day=datetime.now(UTC).date(),
    )
    _write(out, sign_statement(statement, key=holder).data)
    _show(statement)
    click.echo(f"\nThe code, shown this once:\n\n    {code}\n")
    click.echo(f"Give {shown(str(out))} to the operator of the server, and keep the code.")


def _bare_key(file: Path) -> PrivateKey | None:
    found = _BARE_KEY.fullmatch(_read(file, largest=LARGEST_KEY_FILE))
    return PrivateKey(bytes.fromhex(found[1].decode("ascii"))) if found else None


def _opened(holder: KeyFile, passphrase_file: TextIO | None) -> PrivateKey:
    if passphrase_file is None:
        passphrase = click.prompt("Passphrase of the key", hide_input=True)
    else:
        passphrase = passphrase_file.readline().rstrip("\r\n")
    try:
        return holder.opened(passphrase=passphrase)
    except KeyFileError as error:
        _fail(f"Nothing was signed: {error}.")


def _write(target: Path, content: bytes) -> None:
    try:
        write_new(target, content)
    except OSError as error:
        _fail(f"Nothing was signed: {shown(str(target))} cannot be written: {error.strerror}.")


def _check_before(document: Document, before: Document | None) -> None:
    if before is not None and document.replaces != before.digest:
        _fail(
            "The file given with --open is not the version that this one replaces: "
            f"it replaces {document.replaces or 'none'}, and that file is {before.digest}."
        )


def _say_what_changed(document: Document, before: Document | None) -> None:
    click.echo("")
    if before is not None:
        click.echo("Changes since the open version are marked: [-gone-] {+added+}.")
    elif document.replaces is None:
        click.echo("This is a first version: there is nothing to compare it with.")
    else:
        click.echo(
            f"It replaces {document.replaces}: give that file with --open to see the changes."
        )
    if document.kind == CHARTER:
        click.echo("This is a charter: it says whose keys open everything else.")
    if document.kind == RECOVERY:
        click.echo(
            "This is a recovery: it puts a new key in the place of a side's key, or takes that back."
        )


def _print(line: Line) -> None:
    """Show a line, in colours and behind a bar in every row where somebody looks at a terminal."""
    if line.is_heading:
        click.secho(as_text(line), bold=True)
    elif not sys.stdout.isatty():
        click.echo(as_text(line))
    else:
        # A column is left free at the end: some terminals go on in the next row when the last is full.
        columns = shutil.get_terminal_size().columns
        for row in in_rows(line, width=max(columns - len(BAR) - 1, NARROWEST)):
            styled = (click.style(text, **_STYLES.get(change, {})) for change, text in row)  # type: ignore[arg-type]
            click.echo(BAR + "".join(styled))


def _document(file: Path) -> Document:
    try:
        return Document.from_bytes(_read(file, largest=LARGEST_DOCUMENT))
    except BadDocumentError as error:
        _fail(f"{shown(str(file))} is not a document: {shown(str(error))}.")


def _key_file(file: Path) -> KeyFile:
    try:
        return KeyFile.from_bytes(_read(file, largest=LARGEST_KEY_FILE))
    except KeyFileError as error:
        _fail(f"{shown(str(file))}: {error}.")


def _read(file: Path, *, largest: int) -> bytes:
    try:
        return read_file(file.resolve().parent, file.resolve().name, largest=largest)
    except FileError as error:
        _fail(f"{shown(str(file))} cannot be taken: {error.fault}.")


def _fail(message: str) -> NoReturn:
    click.echo(message, err=True)
    sys.exit(1)
