"""The desk's page of closing notes: one file out, the same file in, and a plain word where it is false."""

import json
import re

import pytest
from click.testing import CliRunner
from django.core.files.uploadedfile import SimpleUploadedFile

import cast
import desks as stage
from visavis.record.closings import LARGEST_FILE
from visavis.record.commands import closings
from visavis.record.models import Document as Row
from visavis.safety.uploads import MOST_KEPT
from visavis.signing.keys import PrivateKey, Purpose
from visavis.signing.signatures import LARGEST_SIGNATURE_FILE

pytestmark = pytest.mark.django_db
PAGE = "/en/desk/closings/"


@pytest.fixture
def desks(db):
    with stage.on(stage.DAY):
        yield stage.at_work()


@pytest.fixture
def closed(desks):
    """What was closed for good, and its row as an older database still has it."""
    article = cast.open_(cast.an_article(desks.site, side="az"), desks.site)
    desks.post("az", f"/en/desk/close/{article.digest}/", {"passphrase": desks.passphrase["az"]})
    return article


def notes_from(desks, side):
    response = desks.client[side].get(f"{PAGE}notes.jsonl")
    assert response["Content-Disposition"] == 'attachment; filename="closings-2030-05-14.jsonl"'
    assert response["Cache-Control"] == "no-store"
    return response.content


def hand_in(desks, side, content):
    return desks.post(side, PAGE, {"notes": SimpleUploadedFile("notes.jsonl", content)})


def put_back(article):
    """As in a backup from before the closing, with no note beside it."""
    from visavis.base.data import closings_directory

    for file in closings_directory().iterdir():
        file.unlink()
    Row.objects.filter(digest=article.digest).update(data=article.data, state="open")


def test_either_desk_keeps_the_notes_and_hands_them_in_again(desks, closed):
    content = notes_from(desks, "hy")
    assert content == notes_from(desks, "az")
    put_back(closed)
    assert f"/en/desk/read/{closed.digest}/" in desks.page("hy", "/en/desk/")
    page = hand_in(desks, "hy", content)
    assert page.status_code == 200
    assert "1 closing is in force here again, and its words are destroyed." in page.content.decode()
    assert bytes(Row.objects.get(digest=closed.digest).data) == b""
    again = hand_in(desks, "az", content).content.decode()
    assert "1 closing was known already." in again


def test_a_false_file_is_refused_with_its_line_and_nothing_is_done(desks, closed):
    content = notes_from(desks, "hy")
    put_back(closed)
    lines = [json.loads(line) for line in content.splitlines()]
    forger = PrivateKey.new()
    forged = lines[1]["notes"][0]
    forged["public_key"] = forger.public.hex
    forged["signature"] = forger.sign("0" * 64, purpose=Purpose.CLOSING)
    for each in (content.splitlines()[0] + b"\n" + json.dumps(lines[1]).encode(), content + b"{"):
        page = hand_in(desks, "hy", each)
        assert page.status_code == 409
        assert "It is line " in page.content.decode()
        assert bytes(Row.objects.get(digest=closed.digest).data) == closed.data


def test_nothing_handed_in_is_refused_in_words(desks):
    page = desks.post("az", PAGE)
    assert page.status_code == 409
    assert "This is not a file of closing notes, or it is damaged." in page.content.decode()


def test_the_page_can_be_used_by_keyboard_and_by_ear(desks, closed):
    assert PAGE in desks.page("az", "/en/desk/")
    assert "There is a note here of 1 closing for good." in desks.page("az", PAGE)
    assert stage.faults_in(desks.page("az", PAGE)) == []
    assert stage.faults_in(hand_in(desks, "az", b"").content.decode()) == []
    assert stage.faults_in(hand_in(desks, "az", notes_from(desks, "az")).content.decode()) == []


def test_the_commands_do_the_same(desks, closed, tmp_path):
    file = tmp_path / "notes.jsonl"
    told = CliRunner().invoke(closings, ["export", str(file)])
    assert told.exit_code == 0, told.output
    assert file.read_bytes() == notes_from(desks, "az")
    assert file.stat().st_mode & 0o777 == 0o600
    assert CliRunner().invoke(closings, ["export", str(file)]).exit_code == 1, "written over"
    put_back(closed)
    damaged = tmp_path / "damaged.jsonl"
    damaged.write_bytes(file.read_bytes() + b"{")
    refused = CliRunner().invoke(closings, ["import", str(damaged)])
    assert refused.exit_code == 1
    assert "line 3: This is not a file of closing notes" in refused.output
    told = CliRunner().invoke(closings, ["import", str(file)])
    assert told.exit_code == 0, told.output
    assert "In force again, and destroyed here: 1." in told.output
    assert bytes(Row.objects.get(digest=closed.digest).data) == b""
    assert CliRunner().invoke(closings, ["import", str(tmp_path)]).exit_code == 2
    assert CliRunner().invoke(closings, ["import", str(tmp_path / "none")]).exit_code == 1


def test_a_long_file_of_notes_is_taken_in_whole(desks, closed):
    content = notes_from(desks, "az")
    heading, *notes = content.splitlines(keepends=True)
    long = b"".join((heading, b"\n" * (LARGEST_FILE - 100_000), *notes))
    told, told_long, of_nothing = (
        re.sub(r'value="[^"]*"', "", hand_in(desks, "az", each).content.decode())
        for each in (content, long, heading)
    )
    assert told_long == told != of_nothing
    assert max(LARGEST_FILE, LARGEST_SIGNATURE_FILE) < MOST_KEPT
