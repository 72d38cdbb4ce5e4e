"""A data directory that any version left is upgraded, pressed, served, and gone on with."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyotp
import pytest
import time_machine
from corpus import DATABASE, Folder
from django.db import connections
from django.test import Client

import cast
import editors
from databases import database_in
from visavis.kinds.installed import installed
from visavis.press.remaking import made_again
from visavis.press.serving import LivePlane, PublicPlane, Site
from visavis.press.store import Store
from visavis.project import doctor
from visavis.record import actions, models, public, queries
from visavis.record.rules import State
from visavis.safety.reading import Reader, reading_as
from visavis.safety.secret import Secret
from visavis.sides import actions as sides
from visavis.signing.charter import Charter, Opens
from visavis.signing.document import CHARTER, JOINT, Document
from visavis.signing.signatures import read_signature
from visavis.signing.verify import Outcome, verify

HERE = Path(__file__).resolve().parent
NOWHERE = ("card", "restatement", "hearing", "site-page")
NOT_SHOWN = ("cannot be shown", "cannot show this document")


def visavis(*words: str) -> str:
    """Give a command as an operator does; return what it prints."""
    environment = {key: value for key, value in os.environ.items() if key != "VISAVIS_DATA"}
    result = subprocess.run(
        [sys.executable, "-m", "visavis", *words],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


@pytest.fixture(scope="module")
def upgraded(folder: Folder, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The directory, brought up to this version and pressed again. Read it, and leave it as it is."""
    directory = folder.restore(tmp_path_factory.mktemp("upgraded") / "data")
    if "of this version already" in visavis("upgrade", "--data", str(directory)):
        visavis("press", "--full", "--data", str(directory))
    return directory


@pytest.fixture(scope="module")
def day() -> date:
    """The day on which it was pressed."""
    return datetime.now(UTC).date()


@pytest.fixture
def site(
    upgraded: Path, folder: Folder, data: Path, django_db_blocker: Any
) -> Iterator[cast.SiteKeys]:
    """A copy of the upgraded directory, to be worked in, with every private key of the site."""
    if connections["default"].vendor != "sqlite":
        pytest.skip("a directory with its database in a file")
    shutil.copytree(upgraded, data)
    with django_db_blocker.unblock(), database_in(data / DATABASE):
        document = folder.charters[-1].document
        yield cast.SiteKeys(
            document=document,
            sides={
                side.code: cast.SideKeys(
                    side.code, folder.key(side.code), folder.key(f"{side.code}.recovery")
                )
                for side in Charter.from_document(document).sides
            },
            release_key=folder.key("release"),
        )


def open_documents() -> list[Document]:
    rows = models.Document.objects.filter(state=State.OPEN).order_by("proposed_on", "digest")
    return [Document.from_bytes(bytes(row.data)) for row in rows]


def test_every_item_is_pressed_and_none_cannot_be_shown(
    folder: Folder, upgraded: Path, day: date
) -> None:
    store = Store(upgraded / "public")
    paths = [path for path, _ in store.entries()]
    pages = {path: (store.content(path) or b"").decode() for path in paths if path.endswith("html")}
    for path, page in pages.items():
        if path.startswith("en/"):
            assert not any(words in page for words in NOT_SHOWN), path
    record = verify(upgraded / "public", charter_fingerprint=folder.fingerprint, today=day)
    there = {path.split("/")[1].removesuffix(".json") for path in paths if is_document(path)}
    shown = "\n".join(pages.values())
    assert record.n_documents == len(there) > 10
    # These have no page: they are shown with what their author has said, or on the home page in a pause.
    kinds = [f'"kind":"{kind}"'.encode() for kind in NOWHERE]
    beside = {
        each
        for each in there
        if any(kind in (store.content(f"documents/{each}.json") or b"") for kind in kinds)
    }
    assert [digest for digest in there - beside if digest not in shown] == []


def is_document(path: str) -> bool:
    return path.startswith("documents/") and not path.endswith(".keys.json")


def test_what_is_pressed_verifies_and_its_pages_are_made_again(
    folder: Folder, upgraded: Path, day: date
) -> None:
    report = verify(upgraded / "public", charter_fingerprint=folder.fingerprint, today=day)
    assert (report.outcome, report.problems) == (Outcome.GOOD, ())
    pages = made_again(report, today=day).pages
    assert pages is not None
    assert (pages.is_same_software, pages.differing) == (True, ())


def test_what_was_open_is_open_with_the_same_bytes(
    folder: Folder, upgraded: Path, tmp_path: Path
) -> None:
    folder.unpack_record(tmp_path / "record")
    old, new = Store(tmp_path), Store(upgraded / "public")
    before = {path: old.content(path) for path, _ in old.entries() if is_document(path)}
    assert before == {path: new.content(path) for path in before}


def test_readers_are_served(upgraded: Path) -> None:
    application = Site(PublicPlane(upgraded / "public" / "record"), LivePlane())
    for path in ("/az/", "/hy/library/", "/en/questions/", "/en/atom.xml"):
        replied: list[Any] = []
        environ = {"REQUEST_METHOD": "GET", "PATH_INFO": path, "QUERY_STRING": ""}
        body = b"".join(application(environ, lambda *given: replied.append(given)))  # noqa: B023
        assert replied[0][0] == "200 OK", path
        assert body


def test_an_editor_signs_in_with_what_was_given_out_then(
    site: cast.SiteKeys, folder: Folder
) -> None:
    knows = folder.about["desks"]["az"]
    client = Client()
    with time_machine.travel(datetime.now(UTC), tick=False):
        digits = pyotp.TOTP(knows["totp"]).now()
        given = {"passphrase": knows["passphrase"], "digits": digits}
        assert client.post("/en/desk/sign-in/", given).status_code == 302
        assert client.get("/en/desk/").status_code == 200


def test_a_desks_passphrase_opens_its_key(site: cast.SiteKeys, folder: Folder) -> None:
    for side, knows in folder.about["desks"].items():
        key = sides.open_side_key(side, Secret(knows["desk"]))
        assert key.public == folder.key(side).public


def test_doctor_finds_nothing_that_cannot_be_read(site: cast.SiteKeys) -> None:
    now = datetime.now(UTC)
    checks = (doctor.directory, doctor.database, doctor.documents, doctor.bodies)
    found = [finding for check in checks for finding in check(now)]
    assert {finding.mark for finding in found} == {doctor.Mark.GOOD}, found


def reader_of_desks(folder: Folder) -> Reader:
    return editors.reader_with(*(knows["passphrase"] for knows in folder.about["desks"].values()))


def test_every_draft_is_read(site: cast.SiteKeys, folder: Folder) -> None:
    with reading_as(lambda: reader_of_desks(folder)):
        drafts = [each for side in folder.about["desks"] for each in queries.drafts_of(side)]
    assert len(drafts) == models.Draft.objects.exclude(kind=CHARTER).count()
    assert {draft.kind for draft in drafts} >= {"article", "question", "answer", "translation"}
    for draft in drafts:
        kind = installed().called(draft.kind)
        assert kind is not None
        assert kind.shapes.read(draft.shape, draft.body) is not None


def test_the_notes_that_were_handed_out_close_again_what_came_back(
    site: cast.SiteKeys, folder: Folder, day: date
) -> None:
    before = {each.digest for each in open_documents()}
    taken = actions.take_closings((folder.path / "closings.jsonl").read_bytes(), today=day)
    assert (taken.closed, taken.known, taken.not_here) == (2, 1, 0)
    assert len(before - {each.digest for each in open_documents()}) >= 2


def test_a_signature_from_an_editors_machine_is_still_taken(
    site: cast.SiteKeys, folder: Folder, day: date
) -> None:
    signed = read_signature((folder.path / "signature.json").read_bytes())
    with reading_as(lambda: reader_of_desks(folder)):
        state = actions.turn_key(
            digest=signed.digest,
            side="hy",
            public_key=signed.public_key.hex,
            signature=signed.signature,
            today=day,
        )
    assert state is State.OPEN


def test_every_open_document_takes_a_next_version_in_the_newest_shape(
    site: cast.SiteKeys, day: date
) -> None:
    assert public.current_charter(on=day) is not None
    for before in open_documents():
        kind = installed().of(before)
        assert kind is not None
        if kind.opens is Opens.RELEASE_KEY or not (kind.page or before.part_of):
            continue  # the engine's own: a charter, a release note
        if kind.word == "discussion":
            continue  # its last day is over on this day
        is_guests = kind.word == "answer" and before.body.get("card") is not None
        if kind.word in {"restatement", "hearing"} or is_guests:
            continue  # what was heard, and what a guest has answered, stays as it is
        body = kind.shapes.of(before).as_json()
        again = cast.next_version(
            before, body=body, shape=kind.shapes.newest, standing=JOINT, day=day
        )
        cast.shown()
        cast.open_(again, site, today=day)
        row = models.Document.objects.get(digest=again.digest)
        assert State(row.state) is State.OPEN, before.kind
        assert models.Document.objects.get(digest=before.digest).state == State.SUPERSEDED
