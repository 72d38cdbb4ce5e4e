"""Somebody writes into the tables, past every rule: what is open stays exactly what was signed (C23).

Each test first shows what is rightly open, then does its worst, then asks the press's door again. Rows
may hide something (those who can write can also delete), but no row can show anything new.
"""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from judge import assert_all_is_rightly_open, everything_open, open_digests
from rows import insert, insert_signature, insert_signed, sql

from cast import (
    DAY,
    SiteKeys,
    a_charter,
    a_document,
    a_note,
    a_question,
    a_recovery,
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
    with_empty_chairs,
    with_new_key,
)
from visavis.base.data import charters_file, release_key_file, write_private
from visavis.base.refusal import Refused
from visavis.record import actions, chain, models, public, queries
from visavis.record.rules import RecordRefusal, State
from visavis.sides.keyfiles import key_file
from visavis.signing.canonical import canonical_bytes, digest_of
from visavis.signing.charter import RELEASE_KEY
from visavis.signing.document import Document, Source, Standing
from visavis.signing.keys import PrivateKey, Purpose
from visavis.signing.seats import seal_for, sign_seat

pytestmark = pytest.mark.django_db
NOON = datetime(DAY.year, DAY.month, DAY.day, 12, tzinfo=UTC)


@pytest.fixture
def site() -> SiteKeys:
    site = a_charter()
    found(site)
    return site


def test_flipping_the_state_opens_nothing_that_lacks_a_key(site: SiteKeys) -> None:
    rightly = open_(an_article(site), site)
    unsigned, half = propose(an_article(site), site=site), propose(a_question(site), site=site)
    turn(half, "az", site=site)
    over = propose(an_article(site), site=site)
    turn(over, "az", site=site)
    actions.refuse(digest=over.digest, side="hy", reason=actions.RefusalReason.LAW, today=DAY)
    assert open_digests() == {rightly.digest}
    sql("UPDATE record_document SET state = 'open'")
    assert models.Document.objects.get(digest=unsigned.digest).state == State.OPEN
    assert assert_all_is_rightly_open(site) == {rightly.digest}


def test_a_row_that_bears_anothers_digest_is_not_that_document(site: SiteKeys) -> None:
    rightly = open_(an_article(site), site)
    forged = replace(rightly, body={**rightly.body, "place": "elsewhere"})
    sql("UPDATE record_document SET data = %s WHERE digest = %s", forged.data, rightly.digest)
    assert open_digests() == set()
    sql("UPDATE record_document SET data = %s WHERE digest = %s", rightly.data, rightly.digest)
    assert open_digests() == {rightly.digest}


def test_no_key_is_turned_for_other_bytes_than_the_digest_that_was_read_names(
    site: SiteKeys,
) -> None:
    waiting = propose(an_article(site), site=site)
    turn(waiting, "az", site=site)
    forged = replace(waiting, body={**waiting.body, "place": "elsewhere"})
    swap = "UPDATE record_document SET data = %s WHERE digest = %s"
    sql(swap, forged.data, waiting.digest)
    with pytest.raises(Refused, match=f"^{RecordRefusal.WRONG_SIGNATURE.value}$"):
        turn(waiting, "hy", site=site)
    row = models.Document.objects.get(digest=waiting.digest)
    assert (row.state, row.signatures.count()) == (State.PROPOSED, 1)
    sql(swap, waiting.data, waiting.digest)
    assert turn(waiting, "hy", site=site) is State.OPEN


@pytest.mark.parametrize("how", ["both", "swapped", "one twice", "recovery", "release"])
def test_signatures_copied_from_another_document_open_nothing(site: SiteKeys, how: str) -> None:
    rightly, forged = open_(an_article(site), site), an_article(site)
    az, hy = (sign(rightly, site.key(side), side=side) for side in ("az", "hy"))
    own = sign(forged, site.key("az"), side="az")
    rows = {
        "both": [az, hy],
        "swapped": [replace(az, side="hy"), replace(hy, side="az")],
        "one twice": [own, replace(own, side="hy", public_key=site.key("hy").public.hex)],
        "recovery": [own, sign(forged, site.sides["hy"].recovery, side="hy")],
        "release": [own, sign(forged, site.release_key, side="hy")],
    }
    insert_signed(forged, *rows[how])
    assert assert_all_is_rightly_open(site) == {rightly.digest}


def test_one_key_under_two_sides_counts_once(site: SiteKeys) -> None:
    forged = an_article(site)
    key = sign(forged, site.key("az"), side="az")
    insert_signed(forged, key, replace(key, side="hy", public_key=key.public_key.upper()))
    assert open_digests() == set()
    insert_signature(forged.digest, **sign(forged, site.key("hy"), side="hy").as_json())
    assert assert_all_is_rightly_open(site) == {forged.digest}


@pytest.mark.parametrize("purpose", [Purpose.CLOSING, Purpose.EDITION, Purpose.PENDING])
def test_a_key_row_with_another_purposes_signature_counts_for_nothing(
    site: SiteKeys, purpose: Purpose
) -> None:
    forged = an_article(site)
    insert(forged)
    for side in site.codes:
        key = site.key(side)
        insert_signature(
            forged.digest,
            side=side,
            public_key=key.public.hex,
            signature=key.sign(forged.digest, purpose=purpose),
        )
    assert open_digests() == set()


def test_signatures_of_a_superseded_version_do_not_open_the_next(site: SiteKeys) -> None:
    first = open_(a_question(site), site)
    second = propose(next_version(first, body={**first.body, "word_limit": 2}), by="az", site=site)
    sql("UPDATE record_document SET state = 'superseded' WHERE digest = %s", first.digest)
    sql("UPDATE record_document SET state = 'open' WHERE digest = %s", second.digest)
    sql(
        "UPDATE record_signature SET document_id = %s WHERE document_id = %s",
        second.digest,
        first.digest,
    )
    assert open_digests() == set()


def test_a_false_name_or_a_false_signature_is_not_published_beside_a_document(
    site: SiteKeys,
) -> None:
    text = open_(an_article(site), site)
    words = open_(a_translation(site, of=text, language="en", side="az"), site)
    before = everything_open()
    sql("UPDATE record_signature SET side = CASE side WHEN 'az' THEN 'hy' ELSE 'az' END")
    stranger = PrivateKey.new()
    for document in (text, words):
        insert_signature(document.digest, **sign(document, stranger, side="ka").as_json())
        insert_signature(
            document.digest,
            side="hy",
            public_key=site.release_key.public.hex,
            signature="an advertisement",
        )
    insert_signature(
        words.digest, side="hy", public_key=site.key("hy").public.hex, signature="0" * 128
    )
    assert everything_open() == before


def test_a_document_is_shown_only_on_the_page_that_its_bytes_name(site: SiteKeys) -> None:
    text, other = open_(an_article(site), site), open_(an_article(site), site)
    words = open_(a_translation(site, of=text, language="en", side="az"), site)
    sql("UPDATE record_document SET subject = %s", other.id)
    assert {subject: [e.digest for e in found] for subject, found in everything_open().items()} == {
        other.id: [other.digest]
    }
    assert words.digest not in open_digests()


def test_an_answer_that_says_it_was_made_from_itself_is_no_page(site: SiteKeys) -> None:
    question = open_(a_question(site), site)
    answer = an_answer(site, to=question, side="az")
    own = replace(
        answer,
        made_from=(Source(digest=question.digest, id=answer.id, version=1),),
        part_of=answer.id,
        seal=replace(seal_for(question), question=answer.id),
    )
    insert_signed(own, sign(own, site.key("az"), side="az"))
    assert open_digests() == {question.digest}


def test_a_translation_that_says_it_was_made_from_itself_is_no_page(site: SiteKeys) -> None:
    text = open_(an_article(site), site)
    words = a_translation(site, of=text, language="en", side="az")
    itself = Source(digest=text.digest, id=words.id, version=1)
    own = replace(words, made_from=(itself,), part_of=words.id)
    insert_signed(own, sign(own, site.key("az"), side="az"))
    assert open_digests() == {text.digest}


def test_what_the_same_sides_signed_for_another_site_is_not_shown_here(site: SiteKeys) -> None:
    foreign = replace(an_article(site), site="9" * 32)
    native = an_article(site)
    for each in (foreign, native):
        insert_signed(each, *(sign(each, site.key(side), side=side) for side in site.codes))
    assert open_digests() == {native.digest}


def test_a_closed_document_is_not_shown_from_a_second_row(site: SiteKeys) -> None:
    text = open_(an_article(site), site)
    signatures = [sign(text, site.key(side), side=side) for side in site.codes]
    take_down(text, "hy", site=site, at=NOON)
    insert(text, digest="8" * 64)
    for each in signatures:
        insert_signature("8" * 64, **each.as_json())
    assert open_digests() == set()


def test_a_sealed_statement_is_not_a_page_of_its_own(site: SiteKeys) -> None:
    question = open_(a_question(site), site)
    answer = an_answer(site, to=question, side="az")
    statement = replace(
        answer, kind="statement", id="a" * 32, shape="statement-1", made_from=(), part_of=None
    )
    insert_signed(statement, sign(statement, site.key("az"), side="az"))
    assert open_digests() == {question.digest}
    plain = a_document(site, kind="statement", side="az", body={})
    insert_signed(plain, sign(plain, site.key("az"), side="az"))
    assert open_digests() == {question.digest, plain.digest}


def test_a_closed_row_that_says_open_is_not_open(site: SiteKeys) -> None:
    text = open_(an_article(site), site)
    words = open_(a_translation(site, of=text, language="en", side="az"), site)
    take_down(text, "hy", site=site, at=NOON)
    sql("UPDATE record_document SET state = 'open'")
    assert open_digests() == set()
    sql("UPDATE record_document SET state = 'closed' WHERE kind <> 'charter'")
    actions.settle(at=NOON + timedelta(hours=72))
    assert open_digests() == {text.digest, words.digest}


def test_what_is_closed_for_good_cannot_be_written_back(site: SiteKeys) -> None:
    text = open_(an_article(site, side="az"), site)
    words = open_(a_translation(site, of=text, language="en", side="hy"), site)
    kept = {each: queries.signatures_of(each.digest) for each in (text, words)}
    take_down(text, "az", site=site, at=NOON)
    sql("DELETE FROM record_closing")
    for document, signed in kept.items():
        sql(
            "UPDATE record_document SET state = 'open', data = %s WHERE digest = %s",
            document.data,
            document.digest,
        )
        for each in signed:
            insert_signature(document.digest, **each.as_json())
    assert open_digests() == set()
    actions.settle(at=NOON)
    (left,) = models.Document.objects.exclude(kind="charter").exclude(data=b"")
    assert (left.digest, left.state) == (words.digest, "closed"), "hy's own, and never open again"


@pytest.mark.parametrize("body", [{}, {"versions": [["az"]]}, {"versions": {"az": 1}, "tense": 7}])
def test_a_body_of_another_shape_stops_nothing_else(site: SiteKeys, body: dict[str, Any]) -> None:
    rightly = open_(a_question(site), site)
    bad = replace(a_question(site), body=body)
    joint = replace(bad, salt="2" * 64, id="3" * 32)
    single = alone(bad, side="az", asked_on=DAY - timedelta(days=20), day=DAY)
    insert_signed(single, sign(single, site.key("az"), side="az"))
    insert_signed(joint, *(sign(joint, site.key(side), side=side) for side in site.codes))
    answer = an_answer(site, to=rightly, side="az")
    answer = replace(answer, made_from=(joint.source,), part_of=joint.id, seal=seal_for(joint))
    insert_signed(answer, sign(answer, site.key("az"), side="az"))
    insert_signed(a_document(site, kind="news", body={}), data=b"not a document", digest="4" * 64)
    opened = open_digests()
    assert rightly.digest in opened
    assert answer.digest not in opened
    actions.settle(at=NOON)


# Standing alone


def test_a_row_cannot_shorten_the_waiting_time(site: SiteKeys) -> None:
    text = an_article(site)
    early = alone(text, side="az", asked_on=DAY - timedelta(days=13), day=DAY)
    late = alone(text, side="az", asked_on=DAY - timedelta(days=14), day=DAY, id="5" * 32)
    for each in (early, late):
        insert_signed(each, sign(each, site.key("az"), side="az"))
    assert assert_all_is_rightly_open(site) == {late.digest}


def test_nothing_alone_is_shown_beside_a_chair_left_empty_too_soon_or_as_another_side(
    site: SiteKeys,
) -> None:
    asked_on = DAY - timedelta(days=100)
    question = a_question(site, day=asked_on, deadline=DAY - timedelta(days=20))
    chair = alone(with_empty_chairs(question, "hy"), side="az", asked_on=asked_on, day=DAY)
    theirs = alone(an_article(site), side="hy", asked_on=asked_on, day=DAY)
    answer = alone(
        an_answer(site, to=a_question(site), side="az"), side="az", asked_on=asked_on, day=DAY
    )
    for each in (chair, theirs, answer):
        insert_signed(each, sign(each, site.key("az"), side="az"))
    assert open_digests() == set()
    asked_late = replace(chair, id="7" * 32, standing=Standing("az", DAY - timedelta(days=19)))
    insert_signed(asked_late, sign(asked_late, site.key("az"), side="az"))
    assert open_digests() == {asked_late.digest}, "asked after the closing day, it may stand"


# Charters


def test_a_first_charter_of_a_forger_takes_nothing_over(site: SiteKeys) -> None:
    rightly = open_(an_article(site), site)
    forger = a_charter(day=DAY - timedelta(days=400))
    lie = an_article(forger)
    for state in ("open", "superseded"):
        sql("DELETE FROM record_signature WHERE document_id = %s", forger.document.digest)
        sql("DELETE FROM record_document WHERE digest = %s", forger.document.digest)
        insert_signed(
            forger.document,
            *(sign(forger.document, forger.key(side), side=side) for side in forger.codes),
            state=state,
        )
        if state == "open":
            insert_signed(lie, *(sign(lie, forger.key(side), side=side) for side in forger.codes))
        # Nobody can tell two first charters apart: nothing at all is shown.
        assert open_digests() == set()
        # But once a charter was in force, its digest lies beside the database, and that one counts.
        write_private(charters_file(), f"{site.document.digest}\n".encode())
        assert assert_all_is_rightly_open(site) == {rightly.digest}
        charters_file().unlink()
    write_private(charters_file(), f"{site.document.digest}\n".encode())
    sql("DELETE FROM record_signature WHERE document_id = %s", site.document.digest)
    sql("DELETE FROM record_document WHERE digest = %s", site.document.digest)
    assert public.current_charter() is None
    assert open_digests() == set()


def test_a_forged_next_charter_is_no_charter(site: SiteKeys) -> None:
    rightly = open_(an_article(site), site)
    new = with_new_key(site, "hy")
    thief = new.key("hy")
    insert_signed(
        new.document,
        sign(new.document, thief, side="hy"),
        sign(new.document, site.key("az"), side="az"),
        state="superseded",
    )
    assert len(public.charter_chain()) == 1
    assert open_digests() == {rightly.digest}
    insert_signature(new.document.digest, **sign(new.document, site.key("hy"), side="hy").as_json())
    assert len(public.charter_chain()) == 2, "with the old key it would be one"


def test_turning_back_to_an_older_charter_shows_nothing(site: SiteKeys) -> None:
    new = with_new_key(site, "hy")
    propose(new.document, site=site)
    for side, keys in (("az", site), ("hy", site), ("hy", new)):
        turn(new.document, side, site=keys)
    chain.remember_charters()
    assert charters_file().read_text().split() == [site.document.digest, new.document.digest]
    stolen = an_article(site)
    insert_signed(stolen, *(sign(stolen, site.key(side), side=side) for side in site.codes))
    assert open_digests() == set()
    sql("UPDATE record_document SET state = 'refused' WHERE digest = %s", new.document.digest)
    sql("UPDATE record_document SET state = 'open' WHERE digest = %s", site.document.digest)
    assert open_digests() == set()
    charters_file().unlink()
    assert open_digests() == {stolen.digest}, "it is the file that holds"


def test_a_recovery_that_was_withdrawn_cannot_be_taken_up_again(site: SiteKeys) -> None:
    document, _ = a_recovery(site, "hy")
    propose(document, by="hy", site=site)
    turn(document, "hy", site=site, key=site.sides["hy"].recovery)
    actions.withdraw(digest=document.digest, side="hy")
    sql("UPDATE record_document SET state = 'open' WHERE digest = %s", document.digest)
    (link,) = public.charter_chain(on=DAY + timedelta(days=40))
    assert link.held == site.charter


# Releases


def sealed(site: SiteKeys) -> tuple[Document, Document]:
    question = open_(a_question(site), site)
    return question, open_(an_answer(site, to=question, side="az"), site)


def with_seats(site: SiteKeys, question: Document, seats: dict[str, Any]) -> Document:
    return replace(a_note(site, question), body={"seats": seats})


def settle() -> None:
    """Let happen what time brings about, and what a desk does when it signs in."""
    actions.settle(at=NOON)
    actions.let_out_what_waits("az", DAY)


def a_seat(answer: Document, site: SiteKeys, side: str) -> dict[str, str]:
    return {
        "id": answer.id,
        "digest": answer.digest,
        "public_key": site.key(side).public.hex,
        "signature": sign_seat(answer, key=site.key(side)),
    }


def test_a_forged_release_note_lets_no_answer_out(site: SiteKeys) -> None:
    question, answer = sealed(site)
    note = with_seats(site, question, {side: a_seat(answer, site, side) for side in site.codes})
    forged = "UPDATE record_document SET state = 'open', data = %s WHERE digest = %s"
    sql(forged, answer.data, answer.digest)
    insert_signed(note, sign(note, site.key("az"), side=RELEASE_KEY))
    assert open_digests() == {question.digest}
    insert_signature(note.digest, **sign(note, site.release_key, side=RELEASE_KEY).as_json())
    assert answer.digest in open_digests(), "only the release key can say that a seat is filled"


def test_the_release_key_never_signs_what_somebody_wrote_into_a_note(site: SiteKeys) -> None:
    question, answer = sealed(site)
    theirs = a_seat(an_answer(site, to=question, side="hy"), site, "hy")
    note = with_seats(site, question, {"hy": theirs})
    insert_signed(note, sign(note, site.key("az"), side=RELEASE_KEY))
    settle()
    assert open_digests() == {question.digest}
    open_(an_answer(site, to=question, side="hy"), site)
    assert answer.digest in assert_all_is_rightly_open(site)


def test_a_row_that_declares_a_chair_empty_lets_no_answer_out(site: SiteKeys) -> None:
    question, _ = sealed(site)
    forged = with_empty_chairs(question, "hy")
    insert_signed(forged, sign(forged, site.key("az"), side="az"), state="superseded")
    sql("UPDATE record_document SET state = 'superseded' WHERE digest = %s", question.digest)
    sql("UPDATE record_document SET state = 'open' WHERE digest = %s", forged.digest)
    settle()
    assert open_digests() == set()
    sql("UPDATE record_document SET state = 'withdrawn' WHERE digest = %s", forged.digest)
    sql("UPDATE record_document SET state = 'open' WHERE digest = %s", question.digest)
    settle()
    assert open_digests() == {question.digest}
    assert not models.Document.objects.filter(kind="release").exists()


def test_a_withdrawn_answer_does_not_fill_its_seat_again(site: SiteKeys) -> None:
    question, answer = sealed(site)
    actions.withdraw(digest=answer.digest, side="az")
    sql("UPDATE record_document SET state = 'proposed' WHERE digest = %s", answer.digest)
    open_(an_answer(site, to=question, side="hy"), site)
    settle()
    assert open_digests() == {question.digest}


def test_a_seat_filled_by_another_sides_signature_is_not_filled(site: SiteKeys) -> None:
    question, answer = sealed(site)
    seats = {"az": a_seat(answer, site, "az"), "hy": a_seat(answer, site, "az")}
    note = with_seats(site, question, seats)
    sql("UPDATE record_document SET state = 'open' WHERE digest = %s", answer.digest)
    insert_signed(note, sign(note, site.release_key, side=RELEASE_KEY))
    assert open_digests() == {question.digest, note.digest}


def test_the_tables_themselves_refuse_two_open_versions_two_proposals_and_two_notes(
    site: SiteKeys,
) -> None:
    from django.db import IntegrityError, transaction

    first = open_(a_question(site), site)
    second = propose(next_version(first), by="az", site=site)
    attempts: list[Callable[[], None]] = [
        lambda: insert(next_version(second)),
        lambda: insert(next_version(second), state="proposed"),
        lambda: insert_signature(first.digest, **sign(first, site.key("az"), side="ka").as_json()),
    ]
    insert(a_note(site, first))
    attempts.append(lambda: insert(a_note(site, first)))
    insert(an_answer(site, to=first, side="az"), state="proposed")
    attempts.append(lambda: insert(an_answer(site, to=first, side="az"), state="proposed"))
    for attempt in attempts:
        with pytest.raises(IntegrityError), transaction.atomic():
            attempt()


def test_the_bytes_are_what_counts_even_for_json_that_says_the_same(site: SiteKeys) -> None:
    text = open_(an_article(site), site)
    loose = json.dumps(json.loads(text.data)).encode()
    assert canonical_bytes(json.loads(loose)) == text.data
    sql("UPDATE record_document SET data = %s WHERE digest = %s", loose, text.digest)
    assert open_digests() == set()
    other = digest_of(loose)
    sql("DELETE FROM record_madefrom")
    insert(text, digest=other, data=loose, state="superseded")
    sql("UPDATE record_signature SET document_id = %s WHERE document_id = %s", other, text.digest)
    sql("UPDATE record_document SET state = 'superseded' WHERE digest = %s", text.digest)
    sql("UPDATE record_document SET state = 'open' WHERE digest = %s", other)
    assert open_digests() == set()


@pytest.mark.parametrize("there", ["another release key", "no release key"])
def test_without_the_charters_release_key_nothing_is_released_and_the_key_is_turned(
    site: SiteKeys, there: str
) -> None:
    question, answer = sealed(site)
    true = release_key_file().read_bytes()
    release_key_file().unlink()
    if there == "another release key":
        write_private(release_key_file(), key_file(PrivateKey.new()).encode())
    theirs = open_(an_answer(site, to=question, side="hy"), site)
    actions.let_out_what_waits("az", DAY)
    assert open_digests() == {question.digest}
    write_private(release_key_file(), true)
    actions.let_out_what_waits("az", DAY)
    assert {answer.digest, theirs.digest} < open_digests()
