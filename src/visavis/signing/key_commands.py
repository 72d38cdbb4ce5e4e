"""``visavis key``: make a key, show a fingerprint, read and sign a document on one's own machine.

None of this loads Django, opens a connection or believes a server: what is shown is read from the same
bytes that are signed.
"""

import re
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import NoReturn, TextIO

import click

from .boxes import CannotOpenError
from .canonical import digest_of
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
from .keys import PrivateKey, PublicKey, Purpose
from .manifest import ROOT_FILE, BadManifestError
from .problems import shown
from .several import (
    LARGEST_DOCUMENTS_FILE,
    BadDocumentsFileError,
    ToClose,
    ToSign,
    read_closings,
    read_documents,
    signatures_file,
)
from .signatures import SignatureFile, sign_document
from .speech import LANGUAGES, gettext_noop, speak
from .speech import gettext as _
from .telling import BAR, Line, as_text, in_rows, told, told_closing
from .trie import lookup
from .vault import LARGEST_BOXES_FILE, BadBoxesError, Boxes, read_boxes

_STYLES = {
    Change.ADDED: {"fg": "green", "bold": True},
    Change.GONE: {"fg": "red", "strikethrough": True},
}
NARROWEST = 8
CLOSING_LINES = 4
"""So many lines, of those at the end of the pages, are said again above the question."""
_BARE_KEY = re.compile(rb"(?:visavis-private-key-1\s+)?((?:[0-9a-f]\s*){64})\s*")
"""A key that no passphrase seals: a recovery key as the site hands it out, or copied from paper."""
_ACTS = {
    DeskAct.INVITE: gettext_noop(
        "One more editor may join this side’s desk with the code that has this fingerprint."
    ),
    DeskAct.REMOVE: gettext_noop("This editor is removed from this side’s desk at once."),
    DeskAct.WAY_IN: gettext_noop(
        "The holder of the code with this fingerprint becomes an editor of this side’s desk."
    ),
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
      visavis key open boxes.json --key desk.key
    """  # noqa: D301 - \b is click's own mark: leave these lines as they are


@key.command()
@click.argument("file", type=_FILE)
@click.option(
    "--choose", is_flag=True, help="Ask for a passphrase of your own instead of making one."
)
def new(file: Path, choose: bool) -> None:  # noqa: FBT001 - click's
    """Make a key and keep it in FILE, sealed under a passphrase.

    The passphrase is made for you and shown once; write it down on paper. Without it nobody opens the
    key again. The public key on the last line is what the site asks for: the key itself, and what is sealed
    to it, the vault key. A side's recovery key is made in the same way: keep its file and its passphrase
    away from every computer in daily use.

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
    click.echo(str(made.public))


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
@click.option(
    "--language",
    type=click.Choice(LANGUAGES),
    help="Speak this language.  [default: that of the terminal]",
)
def sign(  # noqa: PLR0917 - click passes them by name
    file: Path,
    key_file: Path,
    open_file: Path | None,
    out: Path | None,
    passphrase_file: TextIO | None,
    yes: bool,  # noqa: FBT001 - click's
    language: str | None,
) -> None:
    """Read what is in FILE, and sign it if these are the words you mean.

    FILE is what a desk's page offers for download: documents, or notes of closings, one or several.
    Everything in it is shown, page by page on a terminal: every language and every field, with what changed
    since the open version. Then you are asked, once for each document. What you agree to is signed with one
    passphrase, and written to one small file that the desk's page accepts. Your key never leaves this
    machine. A recovery, which puts a new key in the place of a lost one, is signed with the recovery key in
    the same way.

    \b
    Examples:
      visavis key sign proposal.json --key desk.key
      visavis key sign proposal.json --key desk.key --open before.json --out mine.json
      visavis key sign documents.json --key desk.key --language hy

    Exit codes: 0 signed; 1 nothing signed, and nothing written; 2 the command was given wrongly.
    """  # noqa: D301 - \b is click's own mark: leave these lines as they are
    speak(language)
    target = out or file.with_name(f"{file.name}.signature.json")
    if target.exists():
        _fail(_("%(file)s is there already. Nothing was signed.") % {"file": shown(str(target))})
    data = _read(file, largest=LARGEST_DOCUMENTS_FILE)
    if is_statement(data):
        _sign_statement(data, file, key_file, target, passphrase_file, yes=yes)
        return
    asked = _asked_for(file, data, open_file)
    holder = _key_file(key_file)
    agreed = [
        each
        for number, each in enumerate(asked, start=1)
        if _agrees(
            partial(_lines_of, each, number=number, n=len(asked)),
            key=holder.public_key,
            yes=yes,
        )
    ]
    if not agreed:
        _fail(_("Nothing was signed."))
    _write(target, _signed(agreed, _opened(holder, passphrase_file)))
    click.echo(
        _("Signed. Upload this file on the desk’s page: %(file)s") % {"file": shown(str(target))}
    )


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
    click.echo(_("Key: %(key)s") % {"key": holder.public_key})
    if not yes and not click.confirm(_("Sign this?"), default=False):
        _fail(_("Nothing was signed."))
    _write(target, sign_statement(statement, key=_opened(holder, passphrase_file)).data)
    click.echo(
        _("Signed. Upload this file on the desk’s page: %(file)s") % {"file": shown(str(target))}
    )


def _show(statement: Statement) -> None:
    click.secho(_(_ACTS[statement.act]), bold=True)
    if statement.name:
        click.echo(f"{_('Editor')}: {shown(statement.name)}")
    click.echo(f"{_('Site')}: {shown(statement.site)}")
    click.echo(f"{_('Side')}: {shown(statement.side)}")
    click.echo(f"{_('Day')}: {statement.day}")
    click.echo(f"{_('Fingerprint')}: {statement.about}")


@key.command("open")
@click.argument("file", type=_READABLE)
@click.option("--key", "key_file", type=_READABLE, required=True, help="Your key, from `key new`.")
@click.option("--out", type=_FILE, help="Where to write it.  [default: FILE.opened.json]")
@click.option(
    "--passphrase-file",
    type=click.File("r"),
    help="Read the passphrase from here; - is standard input.",
)
@click.option("--yes", is_flag=True, help="Do not ask: what is opened has been read elsewhere.")
@click.option(
    "--language",
    type=click.Choice(LANGUAGES),
    help="Speak this language.  [default: that of the terminal]",
)
def open_boxes(  # noqa: PLR0917 - click passes them by name
    file: Path,
    key_file: Path,
    out: Path | None,
    passphrase_file: TextIO | None,
    yes: bool,  # noqa: FBT001 - click's
    language: str | None,
) -> None:
    """Open what is sealed to your side's vault.

    FILE is what a desk's page offers for download: boxes that open only with your side's key. You see what
    each of them is, and are asked once. What was in them is written to a file that the page accepts; delete
    it afterwards, for anyone who has it can read it. All boxes open, or nothing is written.

    \b
    Examples:
      visavis key open boxes.json --key desk.key
      visavis key open boxes.json --key desk.key --out opened.json --language hy

    Exit codes: 0 opened; 1 nothing opened, and nothing written; 2 the command was given wrongly.
    """  # noqa: D301 - \b is click's own mark: leave these lines as they are
    speak(language)
    target = out or file.with_name(f"{file.name}.opened.json")
    if target.exists():
        _fail(_("%(file)s is there already. Nothing was opened.") % {"file": shown(str(target))})
    found = _boxes(file)
    holder = _key_file(key_file)
    if holder.public_key != found.public_key:
        _fail(
            _("Nothing was opened: these boxes are sealed to another key: %(key)s.")
            % {"key": found.public_key}
        )
    click.echo(f"{_('Site')}: {shown(found.site)}")
    click.echo(f"{_('Side')}: {shown(found.side)}")
    for about in found.by_about:
        click.echo(f"{BAR}{shown(about)}")
    if not yes and not click.confirm(_("Open these?"), default=False):
        _fail(_("Nothing was opened."))
    try:
        opened = found.opened(
            _opened(holder, passphrase_file, failing=_("Nothing was opened: %(why)s."))
        )
    except CannotOpenError as error:
        _fail(
            _("Nothing was opened. Your key does not open this box, or it is damaged: %(box)s")
            % {"box": shown(str(error))}
        )
    _write(
        target,
        opened.data,
        failing=_("Nothing was opened: %(file)s cannot be written: %(why)s."),
    )
    click.echo(
        _("Opened. Upload this file on the desk’s page, then delete it: %(file)s")
        % {"file": shown(str(target))}
    )


def _boxes(file: Path) -> Boxes:
    try:
        return read_boxes(_read(file, largest=LARGEST_BOXES_FILE))
    except BadBoxesError as error:
        _fail(
            _("%(file)s is not a file of boxes: %(why)s.")
            % {"file": shown(str(file)), "why": error}
        )


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


def _opened(holder: KeyFile, passphrase_file: TextIO | None, *, failing: str = "") -> PrivateKey:
    if passphrase_file is None:
        passphrase = click.prompt(_("Passphrase of the key"), hide_input=True)
    else:
        passphrase = passphrase_file.readline().rstrip("\r\n")
    try:
        return holder.opened(passphrase=passphrase)
    except KeyFileError as error:
        _fail((failing or _("Nothing was signed: %(why)s.")) % {"why": error})


def _write(target: Path, content: bytes, *, failing: str = "") -> None:
    try:
        write_new(target, content)
    except OSError as error:
        failing = failing or _("Nothing was signed: %(file)s cannot be written: %(why)s.")
        _fail(failing % {"file": shown(str(target)), "why": error.strerror})


def _signed(agreed: Sequence[ToSign | ToClose], key: PrivateKey) -> bytes:
    """Return one signature as it always was, or several in one file."""
    files = [
        sign_document(each.document, key=key)
        if isinstance(each, ToSign)
        else _signed_closing(each.note, key)
        for each in agreed
    ]
    return files[0].data if len(files) == 1 else signatures_file(files)


def _signed_closing(note: bytes, key: PrivateKey) -> SignatureFile:
    digest = digest_of(note)
    return SignatureFile(digest, key.public, key.sign(digest, purpose=Purpose.CLOSING))


def _asked_for(file: Path, data: bytes, open_file: Path | None) -> Sequence[ToSign | ToClose]:
    """Return each closing, or each document with the version before it; fail where they do not fit."""
    try:
        if closings := read_closings(data):
            return closings
        found = read_documents(data)
    except (BadDocumentError, BadDocumentsFileError) as error:
        _fail(
            _("%(file)s is not a document: %(why)s.")
            % {"file": shown(str(file)), "why": shown(str(error))}
        )
    if open_file is not None:
        if len(found) > 1:
            _fail(
                _(
                    "If one file holds several documents, leave --open out: the file already holds the "
                    "earlier versions."
                )
            )
        found = (ToSign(found[0].document, _document(open_file)),)
    for each in found:
        _check_before(each)
    return found


def _check_before(each: ToSign) -> None:
    if each.before is not None and each.document.replaces != each.before.digest:
        _fail(
            _(
                "The version given as open is not the version that this one replaces. It replaces: "
                "%(replaced)s. Given was: %(given)s."
            )
            % {"replaced": each.document.replaces or _("nothing"), "given": each.before.digest}
        )


def _agrees(lines: Callable[[], Iterator[str]], *, key: PublicKey, yes: bool) -> bool:
    """Show everything, page by page where somebody looks at a terminal; then ask."""
    last = [*lines(), _("Key: %(key)s") % {"key": key}]
    if sys.stdout.isatty() and sys.stdin.isatty() and not yes:
        # The pages are out of sight when the question comes: their last lines are said once more above it.
        click.echo_via_pager(f"{line}\n" for line in last)
        last = last[-CLOSING_LINES:]
    for line in last:
        click.echo(line)
    return yes or click.confirm(_("Sign these exact words?"), default=False)


def _lines_of(each: ToSign | ToClose, *, number: int, n: int) -> Iterator[str]:
    if n > 1:
        words = _("Document %(number)s of %(n)s") % {"number": number, "n": n}
        yield "\n" + click.style(words, bold=True) if sys.stdout.isatty() else f"\n{words}"
    yield from _lines_of_closing(each) if isinstance(each, ToClose) else _lines_of_document(each)


def _lines_of_document(each: ToSign) -> Iterator[str]:
    document = each.document
    for line in told(document, before=each.before):
        yield from _rows(line)
    yield ""
    if each.before is not None:
        yield _("Changes since the open version are marked: [-gone-] {+added+}.")
    elif document.replaces is None:
        yield _("This is a first version: there is nothing to compare it with.")
    else:
        yield _(
            "To see the changes, use --open with the version that this one replaces: %(digest)s"
        ) % {"digest": document.replaces}
    if document.kind == CHARTER:
        yield _("This is a charter: it says whose keys open everything else.")
    if document.kind == RECOVERY:
        yield _(
            "This is a recovery: it replaces a side’s key with a new one, or withdraws such a "
            "replacement."
        )
    yield _("Fingerprint: %(digest)s") % {"digest": document.digest}


def _lines_of_closing(each: ToClose) -> Iterator[str]:
    words = told(each.document, before=None) if each.document else ()
    for line in (*words, *told_closing(each.says)):
        yield from _rows(line)
    yield ""
    yield _("This is a closing: with your key, readers no longer see these words.")
    yield _("Fingerprint: %(digest)s") % {"digest": digest_of(each.note)}


def _rows(line: Line) -> Iterator[str]:
    """Yield a line as it is shown: in colours and behind a bar in every row on a terminal."""
    if line.is_heading:
        yield click.style(as_text(line), bold=True) if sys.stdout.isatty() else as_text(line)
    elif not sys.stdout.isatty():
        yield as_text(line)
    else:
        # A column is left free at the end: some terminals go on in the next row when the last is full.
        columns = shutil.get_terminal_size().columns
        for row in in_rows(line, width=max(columns - len(BAR) - 1, NARROWEST)):
            styled = (click.style(text, **_STYLES.get(change, {})) for change, text in row)  # type: ignore[arg-type]
            yield BAR + "".join(styled)


def _document(file: Path) -> Document:
    try:
        return Document.from_bytes(_read(file, largest=LARGEST_DOCUMENT))
    except BadDocumentError as error:
        _fail(
            _("%(file)s is not a document: %(why)s.")
            % {"file": shown(str(file)), "why": shown(str(error))}
        )


def _key_file(file: Path) -> KeyFile:
    try:
        return KeyFile.from_bytes(_read(file, largest=LARGEST_KEY_FILE))
    except KeyFileError as error:
        _fail(f"{shown(str(file))}: {error}.")


def _read(file: Path, *, largest: int) -> bytes:
    try:
        return read_file(file.resolve().parent, file.resolve().name, largest=largest)
    except FileError as error:
        _fail(
            _("%(file)s cannot be taken: %(why)s.") % {"file": shown(str(file)), "why": error.fault}
        )


def _fail(message: str) -> NoReturn:
    click.echo(message, err=True)
    sys.exit(1)
