"""Yesterday's whole data directory is put back, and what was closed since is closed again by its notes."""

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from judge import open_digests
from test_record_closing import CANARY, alone_in_place_of, rotate, traces

from cast import (
    DAY,
    THREE,
    SiteKeys,
    a_charter,
    a_question,
    a_translation,
    an_article,
    found,
    next_version,
    open_,
    propose,
    take_down,
    with_new_key,
)
from visavis.base.data import closings_directory, release_key_file, write_private
from visavis.base.refusal import Refused
from visavis.press.actions import release_edition
from visavis.record import actions, closings, models, queries
from visavis.record.actions import RefusedNoteError, Taken
from visavis.record.rules import RecordRefusal, State
from visavis.sides.keyfiles import key_file
from visavis.signing.canonical import canonical_bytes, digest_of, new_id, parse
from visavis.signing.document import Document
from visavis.signing.keys import PrivateKey, Purpose

NOON = datetime(DAY.year, DAY.month, DAY.day, 12, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture
def site(db: None) -> SiteKeys:
    site = a_charter(THREE)
    found(site)
    return site


def signed(key: PrivateKey, **says: Any) -> dict[str, Any]:
    """Return a note that says whatever somebody likes, under whichever key they have."""
    note = canonical_bytes({"format": closings.FORMAT, "day": DAY.isoformat(), **says})
    signature = key.sign(digest_of(note), purpose=Purpose.CLOSING)
    return {"note": parse(note), "public_key": key.public.hex, "signature": signature}


def about(document: Document, *, side: str, **changes: Any) -> dict[str, Any]:
    return {**parse(queries.closing_note(document, side=side, today=DAY)), **changes}


def file_of(site: SiteKeys, *notes: list[dict[str, Any]], of: str = "") -> bytes:
    lines = [{"format": "visavis-closings-1", "site": of or site.site}]
    return b"\n".join(canonical_bytes(each) for each in [*lines, *({"notes": n} for n in notes)])


def take(content: bytes, *, today: date = DAY) -> Taken:
    return actions.take_closings(content, today=today)


@pytest.mark.django_db(transaction=True)
def test_the_whole_data_directory_of_yesterday_is_put_back_and_the_notes_destroy_its_words_again(
    on_disk: Path, data: Path
) -> None:
    site = a_charter()
    found(site)
    write_private(release_key_file(), key_file(site.release_key).encode())
    canaries = [f"{CANARY}{n}-" + "x" * 20 for n in range(4)]
    text = open_(an_article(site, texts={"az": [canaries[0] * 40], "hy": [canaries[1]]}), site)
    second = open_(next_version(text, body={**text.body, "place": canaries[2]}), site)
    words = open_(
        a_translation(site, of=second, language="en", side="hy", paragraphs=[canaries[3]]), site
    )
    kept = open_(an_article(site), site)
    secrets = [*canaries, *(each.salt for each in (second, words))]
    release_edition(NOON)
    connection.close()
    backup = data.parent / "backup"
    shutil.copytree(data, backup)

    take_down(second, "az", site=site, at=NOON)
    take_down(second, "hy", site=site, at=NOON)
    notes = queries.closing_notes(on=DAY)
    release_edition(NOON)
    connection.close()
    assert traces(data, secrets) == set()

    shutil.rmtree(data)
    shutil.copytree(backup, data)
    # Without the notes the old words are back, for readers too: it is they that hold.
    assert open_digests() == {second.digest, words.digest, kept.digest}
    release_edition(NOON)
    assert {canary for _, canary in traces(data, secrets)} == set(secrets)

    assert take(notes) == Taken(closed=1, known=0, not_here=0)
    assert open_digests() == {kept.digest}
    release_edition(NOON)
    connection.close()
    assert traces(data, secrets) == set()
    assert open_digests() == {kept.digest}
    assert take(notes) == Taken(closed=0, known=1, not_here=0)
    assert {item.closed_by for item in queries.glance_for("az", charter=site.charter).closed} == {
        ("az", "hy")
    }


def test_the_file_bears_no_word_of_what_was_closed_and_no_hour(site: SiteKeys) -> None:
    text = open_(an_article(site, side="az", texts={"az": [CANARY], "hy": [CANARY]}), site)
    take_down(text, "az", site=site, at=NOON)
    content = queries.closing_notes(on=DAY)
    lines = [json.loads(line) for line in content.splitlines()]
    (note,) = lines[1]["notes"]
    assert lines[0] == {"format": "visavis-closings-1", "site": site.site}
    assert set(note["note"]) == {"format", "site", "item", "digest", "owner", "side", "day"}
    assert CANARY.encode() not in content
    assert text.salt.encode() not in content
    assert b":" not in note["note"]["day"].encode()


Forged = Callable[[SiteKeys, Document, Document], list[dict[str, Any]]]


FORGED: dict[str, Forged] = {
    "by another side alone": lambda site, own, _: [signed(site.key("hy"), **about(own, side="hy"))],
    "by another side that says the words are its own": lambda site, own, _: [
        signed(site.key("hy"), **about(own, side="hy", owner="hy"))
    ],
    "by one side alone about joint words": lambda site, _, joint: [
        signed(site.key("az"), **about(joint, side="az"))
    ],
    "by one side that says joint words are its own": lambda site, _, joint: [
        signed(site.key("az"), **about(joint, side="az", owner="az"))
    ],
    "by one side under two names": lambda site, _, joint: [
        signed(site.key("az"), **about(joint, side="az")),
        signed(site.key("az"), **about(joint, side="hy")),
    ],
    "by one side twice": lambda site, _, joint: [
        signed(site.key("az"), **about(joint, side="az")),
        signed(site.key("az"), **about(joint, side="az", day="2030-05-15")),
    ],
    "by an unknown key": lambda _site, own, __: [signed(PrivateKey.new(), **about(own, side="az"))],
    "by the recovery key": lambda site, own, _: [
        signed(site.sides["az"].recovery, **about(own, side="az"))
    ],
    "by the release key": lambda site, own, _: [signed(site.release_key, **about(own, side="az"))],
    "of another site": lambda site, own, _: [
        signed(site.key("az"), **about(own, side="az", site=new_id()))
    ],
    "for another purpose": lambda site, own, _: [
        {
            **signed(site.key("az"), **about(own, side="az")),
            "signature": site.key("az").sign(
                digest_of(queries.closing_note(own, side="az", today=DAY)),
                purpose=Purpose.DOCUMENT,
            ),
        }
    ],
    "with one letter changed": lambda site, own, joint: [
        {
            **signed(site.key("az"), **about(own, side="az")),
            "note": about(own, side="az", item=joint.id),
        }
    ],
    "with the digest of one and the item of another": lambda site, own, joint: [
        signed(site.key("az"), **about(own, side="az", item=joint.id))
    ],
    "by two sides, one of them long after the other had lapsed": lambda site, _, joint: [
        signed(site.key("az"), **about(joint, side="az")),
        signed(site.key("hy"), **about(joint, side="hy", day="2030-05-19")),
    ],
    "by two sides, each about another joint text": lambda site, _, joint: [
        signed(site.key("az"), **about(joint, side="az")),
        signed(site.key("hy"), **about(an_article(site), side="hy")),
    ],
    "with a path where the digest belongs": lambda site, own, _: [
        signed(site.key("az"), **about(own, side="az", digest="../elsewhere"))
    ],
    "of the charter, by two sides": lambda site, *_: [
        signed(site.key("az"), **about(site.document, side="az")),
        signed(site.key("hy"), **about(site.document, side="hy")),
    ],
}


@pytest.mark.parametrize("forged", FORGED.values(), ids=FORGED)
def test_a_forged_note_has_no_effect_and_takes_the_true_one_beside_it_down(
    site: SiteKeys, forged: Forged
) -> None:
    own, joint = open_(an_article(site, side="az"), site), open_(a_question(site), site)
    other = open_(an_article(site, side="hy"), site)
    true = [signed(site.key("hy"), **about(other, side="hy"))]
    content = file_of(site, true, forged(site, own, joint))
    with pytest.raises(RefusedNoteError, match=RecordRefusal.FALSE_NOTE.value) as refused:
        take(content)
    assert refused.value.line == 3
    assert open_digests() == {own.digest, joint.digest, other.digest}
    assert not closings.noted()
    actions.settle(at=NOON)
    assert open_digests() == {own.digest, joint.digest, other.digest}
    assert take(file_of(site, true)).closed == 1  # it was the forged one that was refused


@pytest.mark.parametrize(
    "other",
    [{"item": "b" * 32}, {"digest": "ab" * 32}, {"owner": "hy"}],
    ids=["item", "digest", "owner"],
)
def test_notes_of_two_sides_about_different_words_close_nothing(other: dict[str, str]) -> None:
    site = a_charter()
    joint = an_article(site)
    together, coupled = (
        [
            signed(site.key("az"), **about(joint, side="az")),
            signed(site.key("hy"), **about(joint, side="hy", **changes)),
        ]
        for changes in ({}, other)
    )
    assert final_closing(site, together) is not None
    assert final_closing(site, coupled) is None


@pytest.mark.parametrize("digest", ["../elsewhere", "", "AB" * 32, "ab" * 31, 1, None], ids=repr)
def test_a_note_of_ones_own_words_closes_nothing_without_a_true_digest(digest: object) -> None:
    site = a_charter()
    own = an_article(site, side="az")
    assert final_closing(site, [signed(site.key("az"), **about(own, side="az"))]) is not None
    without = [signed(site.key("az"), **about(own, side="az", digest=digest))]
    assert final_closing(site, without) is None


def test_a_note_with_a_path_where_the_digest_belongs_writes_no_file(
    site: SiteKeys, data: Path
) -> None:
    own = open_(an_article(site, side="az"), site)
    note = signed(site.key("az"), **about(own, side="az", digest="../elsewhere"))
    files = {*data.rglob("*")}
    with pytest.raises(RefusedNoteError):
        take(file_of(site, [note]))
    assert {*data.rglob("*")} == files


def as_notes(notes: list[dict[str, Any]]) -> list[closings.SignedNote]:
    return [closings.SignedNote.from_json(note) for note in notes]


def final_closing(site: SiteKeys, notes: list[dict[str, Any]]) -> closings.FinalClosing | None:
    return closings.final_closing(as_notes(notes), charters=[site.charter])


def test_a_false_note_beside_true_ones_brings_nothing_back_that_went_along() -> None:
    site = a_charter()
    joint, words = an_article(site), an_article(site)
    true = [signed(site.key(side), **about(joint, side=side)) for side in site.codes]
    false = [signed(PrivateKey.new(), **about(joint, side="az"))]
    for notes, has_gone in ((false, False), (true, True)):
        closings.keep_final(words.digest, as_notes(notes))
        assert closings.went_along(words.digest, charters=[site.charter]) is has_gone
    assert len(closings.notes_of(words.digest)) == 3


def test_true_notes_of_one_side_and_of_two_are_in_force(site: SiteKeys) -> None:
    own, joint = open_(an_article(site, side="az"), site), open_(a_question(site), site)
    content = file_of(
        site,
        [signed(site.key("az"), **about(own, side="az"))],
        [
            signed(site.key("az"), **about(joint, side="az")),
            signed(site.key("ka"), **about(joint, side="ka", day="2030-05-18")),
        ],
    )
    assert take(content) == Taken(closed=2, known=0, not_here=0)
    assert open_digests() == set()
    assert not models.Document.objects.exclude(kind="charter").exclude(data=b"").exists()


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"", 1),
        (b"{}", 1),
        (b"[1]", 1),
        (b"\xff\xfe", 1),
        (b'{"format":"visavis-closings-01","site":"x"}', 1),
        (b'{"format":"visavis-closings-2x","site":"x"}', 1),
        (b"x" * (4 * 1024 * 1024 + 1), 1),
    ],
    ids=range(7),
)
def test_what_is_no_file_of_notes_is_refused(site: SiteKeys, content: bytes, line: int) -> None:
    with pytest.raises(RefusedNoteError, match=RecordRefusal.NOT_CLOSINGS.value) as refused:
        take(content)
    assert refused.value.line == line


@pytest.mark.parametrize(
    "line",
    [
        b"{",
        b"null",
        b'{"notes":[]}',
        b'{"notes":{}}',
        b'{"notes":[1]}',
        b'{"notes":[{"note":1,"public_key":"","signature":""}]}',
        b'{"notes":[{"note":{},"public_key":1,"signature":""}]}',
        b'{"charter":{},"keys":[]}',
        b'{"charter":1}',
        b"[" * 10_000,
    ],
    ids=range(10),
)
def test_a_damaged_line_is_named(site: SiteKeys, line: bytes) -> None:
    content = file_of(site) + b"\n" + line
    with pytest.raises(RefusedNoteError, match=RecordRefusal.NOT_CLOSINGS.value) as refused:
        take(content)
    assert refused.value.line == 2


def test_a_file_of_a_newer_version_is_refused_as_a_whole_with_the_line_that_is_newer(
    site: SiteKeys,
) -> None:
    text = open_(an_article(site, side="az"), site)
    true = [signed(site.key("az"), **about(text, side="az"))]
    note = {**true[0], "note": {**true[0]["note"], "format": "visavis-closing-2"}}
    charter = {"charter": {"format": "visavis-document-3"}, "keys": []}
    heading = canonical_bytes({"format": "visavis-closings-2", "site": site.site, "more": 1})
    for content, line in (
        (heading + b"\n" + file_of(site, true).partition(b"\n")[2], 1),
        (file_of(site, true, [note]), 3),
        (file_of(site) + b"\n" + canonical_bytes(charter), 2),
    ):
        with pytest.raises(RefusedNoteError, match=RecordRefusal.NEWER_CLOSINGS.value) as refused:
            take(content)
        assert refused.value.line == line
        assert open_digests() == {text.digest}, "nothing was done"
        assert not closings.noted()
    assert take(file_of(site, true)).closed == 1, "the same notes in the known format are taken"


def test_a_file_of_another_site_is_refused_as_a_whole(site: SiteKeys) -> None:
    with pytest.raises(Refused, match=RecordRefusal.ANOTHER_SITE.value):
        take(file_of(site, of=new_id()))


def test_before_there_is_a_charter_nothing_is_handed_out_or_taken(db: None) -> None:
    assert queries.closing_notes(on=DAY) == b""
    with pytest.raises(Refused, match=RecordRefusal.NO_CHARTER.value):
        take(file_of(a_charter()))


def test_what_has_been_made_since_from_words_that_came_back_goes_with_them(site: SiteKeys) -> None:
    text = open_(an_article(site, side="az"), site)
    content = file_of(site, [signed(site.key("az"), **about(text, side="az"))])
    words = open_(a_translation(site, of=text, language="fr", side="hy"), site)
    assert take(content).closed == 1
    assert open_digests() == set()
    row = models.Document.objects.get(digest=words.digest)
    assert (bytes(row.data), row.state) == (words.data, State.CLOSED), "closed, and hy's own still"


def test_an_older_version_that_came_back_is_closed_by_the_note_of_a_later_one(
    site: SiteKeys,
) -> None:
    text = open_(an_article(site, side="az"), site)
    later = next_version(text)
    content = file_of(site, [signed(site.key("az"), **about(later, side="az"))])
    assert take(content).closed == 1
    assert open_digests() == set()


def test_nobody_closes_joint_words_by_inventing_a_later_version_of_ones_own(site: SiteKeys) -> None:
    text = open_(an_article(site), site)
    invented = replace(next_version(text), side="az")
    content = file_of(site, [signed(site.key("az"), **about(invented, side="az"))])
    assert take(content) == Taken(closed=0, known=0, not_here=1)
    actions.settle(at=NOON)
    assert open_digests() == {text.digest}


def test_nobody_hands_in_a_note_that_destroys_the_joint_words_under_ones_own(
    site: SiteKeys,
) -> None:
    joint = open_(an_article(site), site)
    own = alone_in_place_of(joint, site)
    content = file_of(site, [signed(site.key("az"), **about(own, side="az"))])
    with pytest.raises(RefusedNoteError):
        take(content, today=own.day)
    (left,) = models.Document.objects.exclude(data=b"").filter(item=joint.id)
    assert left.digest == own.digest, "what it replaced has no bytes, and its owner is known still"


def test_nobody_destroys_joint_words_by_a_note_of_ones_own_that_were_withdrawn(
    site: SiteKeys,
) -> None:
    """A desk proposes an item as its own, withdraws it, and then every side signs it as joint words."""
    bait, own = (propose(an_article(site, side="az"), site=site) for _ in range(2))
    actions.withdraw(digest=bait.digest, side="az")
    joint = open_(replace(an_article(site), id=bait.id), site)
    false = file_of(site, [signed(site.key("az"), **about(bait, side="az"))])
    assert take(false).closed == 0, "its words are gone, so it waits and closes nothing"
    actions.settle(at=NOON)
    assert open_digests() == {joint.digest}
    assert take(file_of(site, [signed(site.key("az"), **about(own, side="az"))])).closed == 1


def test_a_note_of_what_is_not_here_waits_for_a_newer_database(site: SiteKeys) -> None:
    text = an_article(site, side="az")
    content = file_of(site, [signed(site.key("az"), **about(text, side="az"))])
    assert take(content) == Taken(closed=0, known=0, not_here=1)
    assert queries.closing_notes(on=DAY).splitlines() == content.splitlines()
    open_(text, site)  # as if the newer database were put back beside these notes
    words = open_(a_translation(site, of=text, language="fr", side="hy"), site)
    assert text.digest not in open_digests()
    actions.settle(at=NOON)
    assert open_digests() == set()
    row = models.Document.objects.get(digest=words.digest)
    assert (bytes(row.data), row.state) == (words.data, State.CLOSED), "closed, and hy's own still"


def test_a_false_note_that_waits_for_words_closes_nothing_and_keeps_no_true_one_out(
    site: SiteKeys,
) -> None:
    text = an_article(site, side="az")
    false = [signed(site.key("hy"), **about(text, side="hy", owner="hy"))]
    assert take(file_of(site, false)).not_here == 1
    open_(text, site)
    actions.settle(at=NOON)
    assert open_digests() == {text.digest}
    assert len(queries.closing_notes(on=DAY).splitlines()) == 1, "it is not handed on either"
    true = file_of(site, [signed(site.key("az"), **about(text, side="az"))])
    assert take(true).closed == 1
    assert open_digests() == set()
    assert true.splitlines()[1] in queries.closing_notes(on=DAY)


def test_a_backup_from_before_a_new_key_learns_the_key_from_the_same_file(site: SiteKeys) -> None:
    text = open_(an_article(site, side="az"), site)
    rows = list(models.Document.objects.filter(kind="charter"))
    new = with_new_key(site, "az", carried=[text.digest])
    rotate(site, new)
    take_down(text, "az", site=new, at=NOON)
    content = queries.closing_notes(on=DAY)

    back_to(site, rows, text)
    assert open_digests() == {text.digest}
    without = b"".join(line for line in content.splitlines(True) if b'"charter"' not in line)
    with pytest.raises(RefusedNoteError, match=RecordRefusal.FALSE_NOTE.value):
        take(without)
    assert take(content).closed == 1
    assert open_digests() == set()
    assert take(queries.closing_notes(on=DAY)).known == 1, "what was learnt is handed on"


def test_a_charter_that_only_a_recovery_key_signed_is_not_learnt_from_a_file(db: None) -> None:
    site = a_charter(THREE, day=DAY - timedelta(days=500))
    found(site, today=DAY)
    text = open_(an_article(site, side="az", day=DAY), site)
    thief = with_new_key(site, "az", day=DAY - timedelta(days=400), new_recovery=True)
    keys = [
        {
            "side": "az",
            "public_key": key.public.hex,
            "signature": key.sign(thief.document.digest, purpose=Purpose.DOCUMENT),
        }
        for key in (site.sides["az"].recovery, thief.key("az"))
    ]
    heading, note = file_of(site, [signed(thief.key("az"), **about(text, side="az"))]).splitlines()
    charter = canonical_bytes({"charter": parse(thief.document.data), "keys": keys})
    with pytest.raises(RefusedNoteError, match=RecordRefusal.FALSE_NOTE.value) as refused:
        take(b"\n".join([heading, charter, note]))
    assert refused.value.line == 3
    assert open_digests() == {text.digest}


def back_to(site: SiteKeys, charters: list[models.Document], *documents: Document) -> None:
    """Put an older state back: these charters in force, these documents open, no note beside them."""
    kept = {row.digest for row in charters}
    models.Document.objects.exclude(digest__in=kept).delete()
    models.Document.objects.filter(digest__in=kept).update(state=State.OPEN)
    shutil.rmtree(closings_directory())
    (closings_directory().parent / "charters").unlink(missing_ok=True)
    for document in documents:
        open_(document, site)
