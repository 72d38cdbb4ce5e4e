"""One key closes at once; whose words they are closes for good, and what is closed so is gone (C5, C27)."""

import base64
import json
import shutil
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from judge import assert_all_is_rightly_open, open_digests

from cast import (
    DAY,
    THREE,
    TWO,
    SiteKeys,
    a_charter,
    a_document,
    a_letter,
    a_question,
    a_translation,
    alone,
    an_answer,
    an_article,
    found,
    next_version,
    open_,
    propose,
    sign,
    take_down,
    turn,
    with_new_key,
)
from visavis.base.data import closings_directory
from visavis.base.refusal import Refused
from visavis.record import actions, closings, models, public, queries
from visavis.record.rules import RecordRefusal, State, reopens_at
from visavis.signing.canonical import canonical_bytes, digest_of, parse
from visavis.signing.document import Document
from visavis.signing.keys import PrivateKey, Purpose
from visavis.signing.signed import SignedDocument

NOON = datetime(DAY.year, DAY.month, DAY.day, 12, 20, 5, tzinfo=UTC)
LAPSES = datetime(DAY.year, DAY.month, DAY.day, 13, tzinfo=UTC) + timedelta(hours=72)
HOUR = timedelta(hours=1)


@pytest.fixture
def site(db: None) -> SiteKeys:
    site = a_charter()
    found(site)
    return site


def refused(reason: RecordRefusal):  # type: ignore[no-untyped-def]
    return pytest.raises(Refused, match=f"^{reason.value}$")


def state(document: Document) -> str:
    return models.Document.objects.get(digest=document.digest).state


def test_one_key_closes_at_once_and_the_closing_lapses_after_72_hours(site: SiteKeys) -> None:
    text = open_(an_article(site), site)
    assert take_down(text, "hy", site=site, at=NOON) is False
    assert open_digests() == set()
    actions.settle(at=LAPSES - HOUR)
    assert open_digests() == set()
    actions.settle(at=LAPSES)
    assert assert_all_is_rightly_open(site) == {text.digest}
    assert text.id in public.changed().subjects


def test_a_closing_is_timed_to_the_hour_and_no_finer(site: SiteKeys) -> None:
    assert reopens_at(NOON, charter=site.charter) == LAPSES
    assert reopens_at(LAPSES, charter=site.charter) == LAPSES + 72 * HOUR
    take_down(open_(an_article(site), site), "hy", site=site, at=NOON)
    (time,) = models.Closing.objects.values_list("reopens_at", flat=True)
    assert (time.minute, time.second, time.microsecond) == (0, 0, 0)


@pytest.mark.parametrize("sides", [TWO, THREE])
def test_a_second_side_that_joins_closes_for_good(db: None, sides: tuple[str, ...]) -> None:
    site = a_charter(sides)
    found(site)
    text = open_(an_article(site), site)
    assert take_down(text, sides[-1], site=site, at=NOON) is False
    with refused(RecordRefusal.ALREADY_CLOSED):
        take_down(text, sides[-1], site=site, at=NOON)
    assert take_down(text, sides[0], site=site, at=NOON + HOUR) is True
    actions.settle(at=LAPSES + 1000 * HOUR)
    assert open_digests() == set()
    with refused(RecordRefusal.CLOSED_FOR_GOOD):
        take_down(text, sides[0], site=site, at=NOON)


def test_the_side_whose_words_they_are_closes_for_good_alone(site: SiteKeys) -> None:
    text = open_(an_article(site, side="hy"), site)
    assert take_down(text, "hy", site=site, at=NOON) is True
    assert open_digests() == set()


def test_the_other_side_closes_somebodys_words_only_for_a_time(site: SiteKeys) -> None:
    text = open_(an_article(site, side="hy"), site)
    assert take_down(text, "az", site=site, at=NOON) is False


def alone_in_place_of(joint: Document, site: SiteKeys) -> Document:
    """The other side is silent for 14 days, and a next version is published under one side's name."""
    asked = propose(next_version(joint, body={**joint.body, "place": "x"}), by="az", site=site)
    later = DAY + timedelta(days=14)
    own = alone(asked, side="az", asked_on=DAY, day=later)
    actions.propose_alone(document=own, asked=asked.digest, by="az", today=later)
    turn(own, "az", site=site)
    return own


def test_who_stood_alone_in_place_of_joint_words_does_not_destroy_them_alone(
    site: SiteKeys,
) -> None:
    """A desk that waits until the others can no longer answer would else destroy all that both signed."""
    joint = open_(an_article(site), site)
    own = alone_in_place_of(joint, site)
    at = NOON + timedelta(days=14)
    assert not take_down(own, "az", site=site, at=at)
    (left,) = models.Document.objects.exclude(data=b"").filter(item=joint.id)
    assert left.digest == own.digest, "what it replaced has no bytes, and its owner is known still"
    assert take_down(own, "hy", site=site, at=at)
    assert not models.Document.objects.exclude(data=b"").filter(item=joint.id).exists()


def test_who_has_always_stood_alone_closes_for_good_alone(site: SiteKeys) -> None:
    asked = propose(an_article(site), by="az", site=site)
    later = DAY + timedelta(days=14)
    own = alone(asked, side="az", asked_on=DAY, day=later)
    actions.propose_alone(document=own, asked=asked.digest, by="az", today=later)
    turn(own, "az", site=site)
    assert take_down(own, "az", site=site, at=NOON + timedelta(days=14))


def test_a_closing_that_has_lapsed_is_not_there_to_be_joined(site: SiteKeys) -> None:
    text = open_(an_article(site), site)
    take_down(text, "az", site=site, at=NOON)
    assert take_down(text, "hy", site=site, at=LAPSES) is False  # nobody settled in between
    assert take_down(text, "az", site=site, at=LAPSES + HOUR) is True


def test_who_closes_again_and_again_is_always_alone(site: SiteKeys) -> None:
    text, at = open_(an_article(site), site), NOON
    for _ in range(3):
        assert take_down(text, "az", site=site, at=at) is False
        at = models.Closing.objects.get().reopens_at + HOUR
    assert state(text) == State.CLOSED
    actions.settle(at=at + 100 * HOUR)
    assert open_digests() == {text.digest}


def closing(document: Document, site: SiteKeys, **change: object) -> dict[str, object]:
    key = site.key("hy")
    note = queries.closing_note(document, side="hy", today=DAY)
    return {
        "digest": document.digest,
        "side": "hy",
        "note": note,
        "public_key": key.public.hex,
        "signature": key.sign(digest_of(note), purpose=Purpose.CLOSING),
        "at": NOON,
    } | change


def test_a_closing_needs_this_sides_own_present_key_over_todays_note(site: SiteKeys) -> None:
    text, other = open_(an_article(site), site), open_(a_letter(site), site)
    note = queries.closing_note(text, side="hy", today=DAY)
    wrong = {
        RecordRefusal.WRONG_KEY: [{"public_key": site.key("az").public.hex}, {"public_key": "zz"}],
        RecordRefusal.WRONG_SIGNATURE: [
            {"signature": site.key("hy").sign(digest_of(note), purpose=Purpose.DOCUMENT)},
            {"signature": site.key("az").sign(digest_of(note), purpose=Purpose.CLOSING)},
            {"signature": ""},
        ],
        RecordRefusal.NOT_TODAY: [
            {"note": queries.closing_note(other, side="hy", today=DAY)},
            {"note": queries.closing_note(text, side="az", today=DAY)},
            {"at": NOON + 24 * HOUR},
            {"note": b""},
        ],
        RecordRefusal.NO_SUCH_SIDE: [{"side": "ka"}],
    }
    for reason, changes in wrong.items():
        for change in changes:
            with refused(reason):
                actions.take_down(**closing(text, site, **change))  # type: ignore[arg-type]
    assert open_digests() == {text.digest, other.digest}
    actions.take_down(**closing(text, site))  # type: ignore[arg-type]
    assert open_digests() == {other.digest}


def test_a_retired_key_closes_nothing(site: SiteKeys) -> None:
    text = open_(an_article(site), site)
    new = with_new_key(site, "hy", carried=[text.digest])
    rotate(site, new)
    assert open_digests() == {text.digest}
    with refused(RecordRefusal.WRONG_KEY):
        take_down(text, "hy", site=site, at=NOON)
    take_down(text, "hy", site=new, at=NOON)


def rotate(old: SiteKeys, new: SiteKeys) -> None:
    propose(new.document, site=old)
    for side in new.codes:
        turn(new.document, side, site=new)
        if old.key(side).public != new.key(side).public:
            turn(new.document, side, site=old)


@pytest.mark.parametrize("kind", ["charter", "note"])
def test_a_charter_and_a_release_note_are_never_closed(site: SiteKeys, kind: str) -> None:
    if kind == "charter":
        document = site.document
    else:
        _, _, document = answered(site)
    with refused(RecordRefusal.NOT_OPEN):
        take_down(document, "az", site=site, at=NOON)


def answered(site: SiteKeys) -> tuple[Document, list[Document], Document]:
    """Return a question with every seat filled, its released answers and their note."""
    question = open_(a_question(site), site)
    answers = [open_(an_answer(site, to=question, side=side), site) for side in site.codes]
    note = next(
        each.document
        for each in public.open_subject(question.id)
        if each.document.kind == "release"
    )
    return question, answers, note


def a_chain(site: SiteKeys) -> list[Document]:
    """Return an article, its translation, a comparison made from it and a term made from that."""
    text = open_(an_article(site), site)
    words = open_(a_translation(site, of=text, language="en", side="hy"), site)
    comparison = open_(
        a_document(site, kind="comparison", body={"say": "beside"}, made_from=[text.source]),
        site,
    )
    term = open_(
        a_document(
            site, kind="term", body={"say": "word"}, made_from=[comparison.source, words.source]
        ),
        site,
    )
    return [text, words, comparison, term]


def test_everything_made_from_it_goes_with_it_and_comes_back_with_it(site: SiteKeys) -> None:
    chain = a_chain(site)
    bystander = open_(an_article(site), site)
    assert len(open_digests()) == 5
    take_down(chain[0], "az", site=site, at=NOON)
    assert open_digests() == {bystander.digest}
    assert {
        item.digest: item.follows for item in queries.glance_for("az", charter=site.charter).closed
    } == {each.digest: each is not chain[0] for each in chain}
    actions.settle(at=LAPSES)
    assert open_digests() == {each.digest for each in (*chain, bystander)}


def test_everything_made_from_it_is_destroyed_with_it(site: SiteKeys) -> None:
    chain = a_chain(site)
    older = a_document(site, kind="news", body={"say": "x"}, made_from=[chain[0].source])
    propose(older, site=site)
    actions.withdraw(digest=older.digest, side="az")
    actions.keep_draft(
        item="f" * 32,
        kind="translation",
        side="hy",
        shape="translation-1",
        body={"words": "of it"},
        today=DAY,
        base_digest=chain[0].digest,
    )
    waiting = propose(a_translation(site, of=chain[0], language="fr", side="az"), site=site)
    take_down(chain[0], "az", site=site, at=NOON)
    assert models.Draft.objects.exists()
    take_down(chain[0], "hy", site=site, at=NOON)
    for each in (*chain, older, waiting):
        row = models.Document.objects.get(digest=each.digest)
        assert bytes(row.data) == b""
        assert row.signatures.count() == row.made_from.count() == 0
    assert not models.Draft.objects.exists()


def test_closing_what_was_made_from_its_own_descendants_comes_to_an_end(site: SiteKeys) -> None:
    """The write lock is held meanwhile: a walk in a circle would never let it go."""
    text = open_(an_article(site), site)
    ours = open_(a_comparison(site, text), site)
    theirs = open_(a_comparison(site, ours), site)
    again = open_(next_version(ours, made_from=(text.source, theirs.source)), site)
    with at_most(100):
        assert take_down(text, "az", site=site, at=NOON) is False
    assert open_digests() == set()
    actions.settle(at=LAPSES)
    assert open_digests() == {text.digest, theirs.digest, again.digest}


def at_most(n_statements: int) -> AbstractContextManager[None]:
    """Fail at the first statement beyond these, so that a test of something endless ends."""
    left = iter(range(n_statements))

    def counted(execute: Callable[..., Any], *statement: Any) -> Any:
        assert next(left, None) is not None, "there is no end to the statements"
        return execute(*statement)

    return connection.execute_wrapper(counted)


def a_comparison(site: SiteKeys, of: Document) -> Document:
    return a_document(site, kind="comparison", body={"say": "beside"}, made_from=[of.source])


def test_what_follows_two_closings_waits_for_the_later_one(site: SiteKeys) -> None:
    text, _, comparison, _ = a_chain(site)
    take_down(comparison, "hy", site=site, at=NOON + 10 * HOUR)
    take_down(text, "az", site=site, at=NOON)
    actions.settle(at=LAPSES)
    assert text.digest in open_digests()
    assert comparison.digest not in open_digests()
    (item,) = (
        i
        for i in queries.glance_for("az", charter=site.charter).closed
        if i.digest == comparison.digest
    )
    assert item.reopens_at == LAPSES + 10 * HOUR
    actions.settle(at=LAPSES + 10 * HOUR)
    assert comparison.digest in open_digests()


def test_a_proposal_made_from_it_cannot_open_while_it_is_closed(site: SiteKeys) -> None:
    text = open_(an_article(site), site)
    words = propose(a_translation(site, of=text, language="fr", side="az"), site=site)
    second = propose(next_version(text), by="az", site=site)
    take_down(text, "hy", site=site, at=NOON)
    with refused(RecordRefusal.MADE_FROM_WHAT_IS_NOT_OPEN):
        turn(words, "az", site=site)
    with refused(RecordRefusal.NOT_THE_NEXT_VERSION):
        turn(second, "az", site=site)
    actions.settle(at=LAPSES)
    assert turn(words, "az", site=site) is State.OPEN


def test_a_closed_item_has_no_next_version_and_no_second_beginning(site: SiteKeys) -> None:
    text = open_(an_article(site), site)
    take_down(text, "hy", site=site, at=NOON)
    for again in (next_version(text), an_article(site)):
        with refused(RecordRefusal.NOT_THE_NEXT_VERSION):
            propose(Document(**{**vars_of(again), "id": text.id}), by="az", site=site)


def vars_of(document: Document) -> dict[str, object]:
    return {name: getattr(document, name) for name in Document.__dataclass_fields__}


def test_a_closed_answer_leaves_the_other_answer_open(site: SiteKeys) -> None:
    question, (ours, theirs), note = answered(site)
    assert take_down(ours, "az", site=site, at=NOON) is True
    assert assert_all_is_rightly_open(site) == {question.digest, theirs.digest, note.digest}


def test_a_closed_question_takes_its_answers_and_their_note(site: SiteKeys) -> None:
    question, answers, note = answered(site)
    take_down(question, "az", site=site, at=NOON)
    assert open_digests() == set()
    actions.settle(at=LAPSES)
    assert open_digests() == {each.digest for each in (question, *answers, note)}
    take_down(question, "az", site=site, at=LAPSES)
    take_down(question, "hy", site=site, at=LAPSES)
    assert open_digests() == set()
    assert not models.Document.objects.filter(subject=question.id).exclude(data=b"").exists()


def test_a_sealed_answer_is_destroyed_with_its_question(site: SiteKeys) -> None:
    question = open_(a_question(site), site)
    answer = open_(an_answer(site, to=question, side="az"), site)
    take_down(question, "az", site=site, at=NOON)
    take_down(question, "hy", site=site, at=NOON)
    assert bytes(models.Document.objects.get(digest=answer.digest).data) == b""
    assert state(answer) == State.CLOSED


def test_every_act_and_every_page_of_a_desk_still_answers_after_a_final_closing(
    site: SiteKeys,
) -> None:
    text = open_(an_article(site), site)
    second = propose(next_version(text), by="az", site=site)
    actions.refuse(digest=second.digest, side="hy", reason=actions.RefusalReason.FACTS, today=DAY)
    take_down(text, "az", site=site, at=NOON)
    take_down(text, "hy", site=site, at=NOON)
    for side in site.codes:
        glance = queries.glance_for(side, charter=site.charter)
        lists = (glance.ours, glance.theirs, glance.sealed, glance.refused)
        assert (sum(each.n for each in lists), glance.opened) == (0, ())
        assert {item.document for item in glance.closed} == {None}
    for digest in (text.digest, second.digest):
        for act in (
            lambda digest: actions.withdraw(digest=digest, side="az"),
            lambda digest: actions.refuse(
                digest=digest, side="hy", reason=actions.RefusalReason.LAW, today=DAY
            ),
            lambda digest: actions.turn_key(
                digest=digest, side="hy", public_key="", signature="", today=DAY
            ),
        ):
            with pytest.raises(Refused):
                act(digest)
    assert models.Refusal.objects.get().side == "hy"


# The bytes


CANARY = "Qırx səkkiz-canary-"


def traces(directory: Path, canaries: list[str]) -> set[tuple[str, str]]:
    """Return (file, canary) for each canary found in any file, plain, in hexadecimal or base64."""
    hits = set()
    for file in directory.rglob("*"):
        if not file.is_file():
            continue
        content = file.read_bytes()
        for canary in canaries:
            raw = canary.encode()
            # base64 of a text that begins anywhere: three shifts, less the ends that neighbours colour
            shifts = [base64.b64encode(b"x" * n + raw)[4:-4] for n in range(3)]
            escaped = json.dumps(canary)[1:-1].encode()
            for form in (raw, escaped, raw.hex().encode(), raw.hex().upper().encode(), *shifts):
                if form in content:
                    hits.add((file.name, canary))
    return hits


@pytest.mark.django_db(transaction=True)
def test_body_and_salt_are_gone_from_every_byte_of_the_database(
    on_disk: Path,
) -> None:
    site = a_charter()
    found(site)
    canaries = [f"{CANARY}{n}-" + "x" * 20 for n in range(5)]
    text = open_(an_article(site, texts={"az": [canaries[0] * 400], "hy": [canaries[1]]}), site)
    second = open_(next_version(text, body={**text.body, "place": canaries[2]}), site)
    words = open_(
        a_translation(site, of=second, language="en", side="hy", paragraphs=[canaries[3]]), site
    )
    third = propose(
        next_version(second, body={**text.body, "place": canaries[4]}), by="az", site=site
    )
    salts = [each.salt for each in (second, words, third)]  # the first went when the second opened
    signatures = list(
        models.Signature.objects.exclude(document=site.document.digest).values_list(
            "signature", flat=True
        )
    )
    secrets = canaries + salts + signatures
    connection.close()
    never_clear = {canaries[4], third.salt}
    assert {canary for _, canary in traces(on_disk, secrets)} == set(secrets) - never_clear

    backup = on_disk.parent / "backup"
    shutil.copytree(on_disk, backup)
    take_down(second, "az", site=site, at=NOON)
    assert {canary for _, canary in traces(on_disk, canaries)} == set(canaries) - never_clear
    take_down(second, "hy", site=site, at=NOON)
    assert traces(on_disk, secrets) == set()
    connection.close()
    assert traces(on_disk, secrets) == set()

    # The backup of the day before is put back over the database, the notes stay where they are.
    for file in on_disk.iterdir():
        file.unlink()
    for file in backup.iterdir():
        shutil.copy(file, on_disk / file.name)
    assert models.Document.objects.get(digest=second.digest).state == State.OPEN
    assert open_digests() == set()
    actions.settle(at=NOON)
    assert open_digests() == set()
    assert not models.Document.objects.filter(item=text.id).exclude(data=b"").exists()
    connection.close()
    assert traces(on_disk, secrets) == set()


@pytest.mark.django_db(transaction=True)
def test_without_its_note_a_backup_does_reopen_so_the_note_is_what_holds(on_disk: Path) -> None:
    site = a_charter()
    found(site)
    text = open_(an_article(site, side="az"), site)
    connection.close()
    backup = on_disk.parent / "backup"
    shutil.copytree(on_disk, backup)
    take_down(text, "az", site=site, at=NOON)
    connection.close()
    shutil.rmtree(on_disk)
    shutil.copytree(backup, on_disk)
    assert open_digests() == set()
    note = closings_directory() / "notes.jsonl"
    content = note.read_bytes()
    for forged in (b"{}", b"", content.replace(b'"az"', b'"hy"'), content[:-2]):
        note.write_bytes(forged)
        assert open_digests() == {text.digest}, "a note that nobody signed closes nothing"
        actions.settle(at=NOON)
    note.write_bytes(content)
    assert open_digests() == set()


def test_a_note_stays_valid_when_the_side_has_a_new_key(site: SiteKeys) -> None:
    text = open_(an_article(site, side="hy"), site)
    signatures = tuple(sign(text, site.key(side), side=side) for side in site.codes)
    take_down(text, "hy", site=site, at=NOON)
    rotate(site, with_new_key(site, "hy"))
    now = public.current_charter()
    assert now is not None
    for charters in ([site.charter, now], [now]):
        assert closings.is_closed_for_good(
            SignedDocument(text, signatures), charter=now, charters=charters, owners={"hy"}
        )


def test_a_key_that_was_given_up_destroys_nothing_that_it_did_not_open(site: SiteKeys) -> None:
    """The attack: a stolen key is replaced, and its thief hands in a note signed with it."""
    before = open_(an_article(site, side="hy"), site)
    new = with_new_key(site, "hy", carried=[before.digest])
    rotate(site, new)
    since = open_(an_article(new, side="hy"), new)
    note = queries.closing_note(since, side="hy", today=DAY)
    with refused(RecordRefusal.FALSE_NOTE):
        actions.take_closings(a_file(site, note, site.key("hy")), today=DAY)
    assert since.digest in open_digests()
    # A note that came while its words were not here has no more effect when they come.
    models.Document.objects.filter(digest=since.digest).update(data=b"")
    assert actions.take_closings(a_file(site, note, site.key("hy")), today=DAY).not_here == 1
    models.Document.objects.filter(digest=since.digest).update(data=since.data)
    actions.settle(at=NOON)
    assert since.digest in open_digests()
    # What it opened it may still close, and the key in force closes everything: the file itself is right.
    own = queries.closing_note(before, side="hy", today=DAY)
    assert actions.take_closings(a_file(site, own, site.key("hy")), today=DAY).closed == 1
    assert actions.take_closings(a_file(site, note, new.key("hy")), today=DAY).closed == 1
    assert open_digests() == set()


def a_file(site: SiteKeys, note: bytes, key: PrivateKey) -> bytes:
    """Return a file of closing notes with this one, signed with this key."""
    signature = key.sign(digest_of(note), purpose=Purpose.CLOSING)
    signed = {"note": parse(note), "public_key": key.public.hex, "signature": signature}
    lines = [{"format": "visavis-closings-1", "site": site.site}, {"notes": [signed]}]
    return b"\n".join(map(canonical_bytes, lines))
