"""`visavis demo`: a small fictional joint site, to look at, to try out, and for the tests.

A demo is marked as one by a file of its own. Where that file is missing, nothing is ever touched; where
it says that the making was broken off, what was made is thrown away and made again.
"""

import json
import os
import secrets
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, TypeAlias

import click
import pyotp
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from visavis.base import data
from visavis.base.options import data_option
from visavis.base.tables import changes_to_make
from visavis.kinds.installed import installed
from visavis.people import actions as people
from visavis.people import credentials, editors_wishes, participants
from visavis.people.credentials import Proof
from visavis.people.desk_boxes import reader_of
from visavis.people.forms import InstructionForm
from visavis.people.http import Account, Participant
from visavis.people.purse import Purse
from visavis.people.rules import ParticipantRole
from visavis.press import actions as press
from visavis.safety import passphrases
from visavis.safety.reading import reading_as
from visavis.safety.secret import Secret
from visavis.safety.transactions import one_act_about_persons
from visavis.sides import actions as sides_actions
from visavis.sides import queries as sides
from visavis.sides.rules import SideAnswers, SiteAnswers
from visavis.sides.schedule import Schedule
from visavis.signing.keys import PrivateKey
from visavis.signing.vault import vault_key_of

from .commands import make_release_key, prepare
from .world import World, world
from .world.making import make_world

FORMAT = "visavis-demo-1"
CODE_SECONDS = 30
N_CODES = 4
Tell: TypeAlias = Callable[[str, int, int], None]
"""Called with what is being done, how many steps of it are over, and how many there are (0: nobody knows)."""


def _say_nothing(words: str, n: int, of: int) -> None:
    """What a maker who shows no progress is given."""


@dataclass(frozen=True)
class DemoSignIn:
    """All that the one editor of a desk needs. In plain text, because none of it is anyone's."""

    side: str
    passphrase: str
    totp: str
    desk_passphrase: str

    def codes(self, *, at: datetime) -> list[tuple[datetime, str]]:
        """Return the authenticator's next codes, each with the moment from which it is shown."""
        first = at.timestamp() // CODE_SECONDS * CODE_SECONDS
        starts = [datetime.fromtimestamp(first + n * CODE_SECONDS, tz=UTC) for n in range(N_CODES)]
        return [(start, pyotp.TOTP(self.totp).at(start)) for start in starts]


@dataclass(frozen=True)
class DemoParticipant:
    """Somebody who takes part, and what lets them in."""

    side: str
    pen_name: str
    passphrase: str


@click.command()
@data_option
@click.option("--serve", is_flag=True, help="Serve the site when it is there.")
@click.option(
    "--host", default="127.0.0.1", show_default=True, help="With --serve: where to listen."
)
@click.option(
    "--port",
    default=8000,
    show_default=True,
    type=click.IntRange(1, 65535),
    help="With --serve: the port.",
)
@click.option("--fresh", is_flag=True, help="Throw the old demo away and make a new one.")
def demo(*, serve: bool, host: str, port: int, fresh: bool) -> None:
    """Make a small fictional joint site to look at.

    Two desks, four questions, six texts and two discussions of eight people, with the acts of two months
    behind them, and its first edition. It prints the sign-ins of both desks, and of one participant a
    side. Where the demo is there already it is kept as it is. A directory that holds anything else is
    never touched.

    \b
    Examples:
      visavis demo --serve
      visavis demo --data /tmp/demo --serve --port 8080
      visavis demo                      print the sign-ins again, with fresh codes

    Exit codes: 0 the demo is there, 1 the directory holds something else, 2 a wrong option.
    """  # noqa: D301 - \b is click's own mark: leave these lines as they are
    os.umask(0o077)
    out = Console(stderr=True)
    directory = data.data_directory()
    _check_directory(directory, fresh=fresh)
    if fresh or not _is_finished():
        _clear(directory)
    if not _is_finished():
        with Progress(
            TextColumn("{task.description}"), BarColumn(), console=out, transient=True
        ) as progress:
            task = progress.add_task("Preparing the demo site", total=None)

            def tell(words: str, n: int, of: int) -> None:
                progress.update(task, description=words, completed=n, total=of or None)

            make_demo(world(), at=datetime.now(UTC), tell=tell)
    _say(sign_ins(), participants_of_demo(), host=host, port=port, directory=directory)
    if serve:
        from visavis.press.commands import serve_site

        serve_site(host=host, port=port, schedule=Schedule.AT_ONCE)


def make_demo(fiction: World, *, at: datetime, tell: Tell = _say_nothing) -> list[DemoSignIn]:
    """The data directory, empty so far, holds the whole demo with its first edition.

    ``at`` is the moment at which the world is made: its two months of acts lie before it.
    """
    directory = data.make_private(data.data_directory())
    _mark([], is_finished=False)
    prepare(directory)
    release_key = make_release_key()
    founded_on = at.date() - timedelta(days=fiction.charter_day)
    codes = sides_actions.found_site(
        answers=SiteAnswers(
            names=fiction.names,
            languages=fiction.languages,
            sides=tuple(
                SideAnswers(code=each.code, names=each.names, languages=each.languages)
                for each in fiction.sides
            ),
        ),
        release_key=release_key.public,
        on=founded_on,
    )
    given: list[DemoSignIn] = []
    accounts: list[Account] = []
    keys: dict[str, PrivateKey] = {}
    for side in fiction.sides:
        tell("Two desks come in", len(given), len(fiction.sides))
        account, came_in = _come_in(side.code, code=codes[side.code], at=at)
        accounts.append(account)
        given.append(came_in)
        keys[side.code] = sides_actions.open_side_key(side.code, Secret(given[-1].desk_passphrase))
    taking_part, let_in = _join(fiction, today=at.date())
    for account, side, came_in in zip(accounts, fiction.sides, given, strict=True):
        editors_wishes.say(
            account,
            InstructionForm(**side.wishes).said,
            passphrase=Secret(came_in.passphrase),
            today=at.date(),
        )
    founded = sides.site()
    assert founded is not None  # noqa: S101 - it was founded above
    # No desk's page is asked: the acts of both are done here, with what both read. The press reads nothing.
    with reading_as(lambda: reader_of(*accounts)):
        make_world(
            fiction,
            charter=sides_actions.charter_for(founded, policy=installed().policy),
            keys=keys,
            participants=taking_part,
            release=press.release_edition,
            at=at,
            done=lambda n, of: tell("Two months pass, edition by edition", n, of),
        )
    # The codes of an hour ago count no more; a server that finds some waits before anybody may sign in.
    people.begin()
    _mark(given, let_in, is_finished=True)
    return given


def sign_ins() -> list[DemoSignIn]:
    """Return the sign-ins of the demo that is here; none where there is no demo, or half of one."""
    kept = _kept()
    return [DemoSignIn(**each) for each in kept["sign_ins"]] if kept else []


def participants_of_demo() -> list[DemoParticipant]:
    """Return who takes part in the demo that is here and can sign in: one a side."""
    kept = _kept()
    # A demo of an older version has none.
    return [DemoParticipant(**each) for each in (kept or {}).get("participants", ())]


def demo_file() -> Path:
    """Return the file that says: this is a demo."""
    return data.data_directory() / "demo.json"


def _come_in(side: str, *, code: Secret, at: datetime) -> tuple[Any, DemoSignIn]:
    """Do what a desk's first editor does on the pages of set-up; return the account too, with its key."""
    passphrase, desk_passphrase = passphrases.new_passphrase(), passphrases.new_passphrase()
    totp = credentials.new_totp()
    # An hour ago, so that the code which the authenticator shows now is not used up.
    joined_at = at - timedelta(hours=1)
    account = people.join(
        code=code,
        passphrase=passphrase,
        totp=totp,
        digits=pyotp.TOTP(totp.reveal()).at(joined_at),
        label="first",
        at=joined_at,
    )
    key, recovery = PrivateKey.new(), PrivateKey.new()
    sides_actions.give_keys(
        side=side,
        public_key=key.public.hex,
        recovery_key=recovery.public.hex,
        vault_key=vault_key_of(key),
        sealed_key=sides_actions.sealed_for(side, key, passphrase=desk_passphrase),
    )
    return account, DemoSignIn(
        side=side,
        passphrase=passphrase.reveal(),
        totp=totp.reveal(),
        desk_passphrase=desk_passphrase.reveal(),
    )


def _join(
    fiction: World, *, today: date
) -> tuple[Mapping[str, Participant], list[DemoParticipant]]:
    """Let the world's people in; return their accounts by name, and who can sign in: the first of each side.

    The others have passphrases that nobody knows: no visitor needs them, and each costs an Argon2id.
    """
    found: dict[str, Participant] = {}
    let_in: dict[str, DemoParticipant] = {}
    for person in fiction.people.values():
        if person.side in let_in:
            proof = Proof(tag=secrets.token_hex(32), half=secrets.token_bytes(32))
        else:
            passphrase = passphrases.new_passphrase()
            proof = credentials.proof_of(passphrase, sign_in=sides.sign_in())
            pen_name = person.pen_name[person.side]
            let_in[person.side] = DemoParticipant(person.side, pen_name, passphrase.reveal())
        purse = Purse.drawn(ParticipantRole(person.role))
        said = replace(InstructionForm(**person.wishes).said, said_on=today)
        found[person.name] = participants.new_row(person.side, purse, proof=proof, said=said)
    with one_act_about_persons():
        Participant.objects.bulk_create(sorted(found.values(), key=lambda each: each.pk))
    return found, list(let_in.values())


def _check_directory(directory: Path, *, fresh: bool) -> None:
    if not directory.exists():
        return
    if demo_file().exists():
        if not fresh and _is_finished() and (not data.is_current() or changes_to_make()):
            raise click.ClickException(
                f"An older version wrote {directory}. Bring it up to this one: visavis upgrade "
                f"--data {directory}. Or throw it away with --fresh."
            )
        return
    if not directory.is_dir():
        raise click.ClickException(f"{directory} is not a directory.")
    if any(directory.iterdir()):
        raise click.ClickException(
            f"{directory} is not empty, and not a demo. Nothing in it was touched; give --data another one."
        )


def _clear(directory: Path) -> None:
    """Throw away all that lies in a directory that was marked as a demo's, the mark last."""
    if not demo_file().exists():
        return
    for path in directory.iterdir():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        elif path != demo_file():
            path.unlink()
    demo_file().unlink()


def _mark(
    given: Sequence[DemoSignIn],
    let_in: Sequence[DemoParticipant] = (),
    *,
    is_finished: bool,
) -> None:
    marked = {
        "format": FORMAT,
        "note": "A demo: everything here is made up, and these sign-ins are no secret.",
        "is_finished": is_finished,
        "sign_ins": [asdict(each) for each in given],
        "participants": [asdict(each) for each in let_in],
    }
    data.write_private(demo_file(), json.dumps(marked, indent=2).encode())


def _kept() -> dict[str, Any] | None:
    """Return what the mark of a finished demo says, or None."""
    try:
        kept: dict[str, Any] = json.loads(demo_file().read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except ValueError as error:
        raise click.ClickException(f"{demo_file()} is damaged. Try --fresh.") from error
    return kept if kept.get("format") == FORMAT and kept.get("is_finished") else None


def _is_finished() -> bool:
    return _kept() is not None


def _say(
    given: Sequence[DemoSignIn],
    let_in: Sequence[DemoParticipant],
    *,
    host: str,
    port: int,
    directory: Path,
) -> None:
    at = datetime.now(UTC)
    address = f"http://{host}:{port}"
    names = sides.names("en")
    click.echo(f"A demo: everything in {directory} is made up.\n")
    click.echo(f"  The site    {address}/")
    click.echo(f"  The desks   {address}/en/desk/")
    click.echo(f"  Taking part {address}/en/taking-part/\n")
    for each in given:
        click.echo(f"{names[each.side]} ({each.side}), an editor")
        click.echo(f"  passphrase       {each.passphrase}")
        click.echo(f"  authenticator    {each.totp}")
        codes = ", ".join(f"{code} from {start:%H:%M:%S}" for start, code in each.codes(at=at))
        click.echo(f"  its codes (UTC)  {codes}")
        click.echo(f"  desk passphrase  {each.desk_passphrase}   (turns the side's key)\n")
    for one in let_in:
        click.echo(f"{names[one.side]} ({one.side}), a participant: {one.pen_name}")
        click.echo(f"  passphrase       {one.passphrase}\n")
    click.echo("Fresh codes: run this command again in another terminal, without --serve.")
