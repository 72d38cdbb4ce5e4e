"""The holder of a document's own key closes it for good, and with that key nobody closes anything else."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from judge import open_digests

from cast import (
    DAY,
    SiteKeys,
    a_charter,
    a_document,
    a_note,
    a_question,
    a_recovery,
    a_translation,
    an_answer,
    an_article,
    found,
    next_version,
    open_,
    propose,
    sign,
    take_down,
    turn,
)
from visavis.base.data import closings_directory
from visavis.base.refusal import Refused
from visavis.record import actions, closings, models, queries, statements
from visavis.record.actions import RefusedNoteError, Taken
from visavis.record.closings import Note
from visavis.record.rules import RecordRefusal, State
from visavis.signing.canonical import canonical_bytes, digest_of, new_id, parse
from visavis.signing.document import Document
from visavis.signing.keys import PrivateKey, Purpose

NOON = datetime(DAY.year, DAY.month, DAY.day, 12, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture
def site(db: None) -> SiteKeys:
    site = a_charter()
    found(site)
    return site


@pytest.fixture
def author() -> PrivateKey:
    return PrivateKey.new()


def words_of(author: PrivateKey, site: SiteKeys, **fields: Any) -> Document:
    """Return a text of the first side that its author may close."""
    return replace(an_article(site, side="az"), closer=author.public.hex, **fields)


def close(document: Document, key: PrivateKey, **changes: Any) -> None:
    note = changes.pop("note", queries.authors_note(document, today=DAY))
    actions.close_for_author(
        **{
            "digest": document.digest,
            "note": note,
            "signature": key.sign(digest_of(note), purpose=Purpose.CLOSING),
            "today": DAY,
            **changes,
        }
    )


def signed(key: PrivateKey, document: Document, **changes: Any) -> dict[str, Any]:
    """Return an author's note about this document that says whatever somebody likes, by whichever key."""
    own = parse(queries.authors_note(replace(document, closer=key.public.hex), today=DAY))
    return by(key, canonical_bytes({**own, "digest": document.digest, **changes}))


def by(key: PrivateKey, note: bytes) -> dict[str, Any]:
    signature = key.sign(digest_of(note), purpose=Purpose.CLOSING)
    return {"note": parse(note), "public_key": key.public.hex, "signature": signature}


def file_of(site: SiteKeys, *notes: dict[str, Any]) -> bytes:
    lines = [{"format": "visavis-closings-1", "site": site.site}, *({"notes": [n]} for n in notes)]
    return b"\n".join(map(canonical_bytes, lines))


def take(site: SiteKeys, *notes: dict[str, Any]) -> Taken:
    return actions.take_closings(file_of(site, *notes), today=DAY)


def refused(reason: RecordRefusal) -> Any:
    return pytest.raises(Refused, match=f"^{reason.value}$")


def row_of(document: Document) -> models.Document:
    return models.Document.objects.get(digest=document.digest)


def is_destroyed(*documents: Document) -> bool:
    rows = [row_of(each) for each in documents]
    return all(
        bytes(row.data) == b"" and not row.signatures.exists() and not row.made_from.exists()
        for row in rows
    )


def put_back(site: SiteKeys, document: Document) -> None:
    """As with a backup from before: these bytes are open, and nothing beside them tells of a closing."""
    models.Document.objects.exclude(kind="charter").delete()
    shutil.rmtree(closings_directory(), ignore_errors=True)
    open_(document, site)


def test_it_is_gone_at_once_with_all_its_versions_and_all_made_from_it(
    site: SiteKeys, author: PrivateKey
) -> None:
    first = open_(words_of(author, site), site)
    second = open_(next_version(first), site)
    words = open_(a_translation(site, of=second, language="fr", side="hy"), site)
    waiting = propose(next_version(second), site=site)
    bystander = open_(words_of(PrivateKey.new(), site), site)
    close(second, author)
    assert is_destroyed(first, second, words, waiting)
    assert {row_of(each).state for each in (second, words, waiting)} == {State.CLOSED}
    assert open_digests() == {bystander.digest}
    actions.settle(at=NOON + timedelta(days=400))
    assert open_digests() == {bystander.digest}


def test_what_a_side_has_closed_for_a_time_is_then_closed_for_good(
    site: SiteKeys, author: PrivateKey
) -> None:
    text = open_(words_of(author, site), site)
    assert take_down(text, "hy", site=site, at=NOON) is False
    close(text, author)
    assert is_destroyed(text)
    actions.settle(at=NOON + timedelta(days=400))
    assert open_digests() == set()
    assert [item.closed_by for item in queries.glance_for("az", charter=site.charter).closed] == [
        ("hy",)
    ]


def test_an_author_withdraws_what_is_not_open_yet(site: SiteKeys, author: PrivateKey) -> None:
    text = propose(words_of(author, site), site=site)
    turn(text, "az", site=site)
    close(text, author)
    assert is_destroyed(text)
    assert row_of(text).state == State.CLOSED
    with refused(RecordRefusal.CLOSED_FOR_GOOD):
        turn(text, "hy", site=site)


def test_one_key_closes_every_version_although_only_a_later_one_waits(
    site: SiteKeys, author: PrivateKey
) -> None:
    first = open_(words_of(author, site), site)
    waiting = propose(next_version(first), site=site)
    close(waiting, author)
    assert is_destroyed(first, waiting)
    assert open_digests() == set()


def test_words_that_were_refused_and_are_still_kept_go_too(
    site: SiteKeys, author: PrivateKey
) -> None:
    text = propose(words_of(author, site), site=site)
    reason = actions.RefusalReason.SCOPE
    actions.refuse(digest=text.digest, side="hy", reason=reason, today=DAY)
    assert not is_destroyed(text)
    close(text, author)
    assert is_destroyed(text)


@pytest.mark.parametrize("end", [State.WITHDRAWN, State.SUPERSEDED])
def test_words_that_ended_before_are_gone_without_their_author(
    site: SiteKeys, author: PrivateKey, end: State
) -> None:
    text = words_of(author, site)
    if end == State.SUPERSEDED:
        open_(text, site)
        newest = open_(next_version(text), site)
    else:
        propose(text, site=site)
        actions.withdraw(digest=text.digest, side="az")
    assert row_of(text).state == end
    assert is_destroyed(text)
    with refused(RecordRefusal.NOT_ITS_AUTHOR):
        close(text, author)
    if end == State.SUPERSEDED:
        close(newest, author)
        assert is_destroyed(text, newest)
    assert open_digests() == set()


def test_the_other_desk_sees_nothing_of_a_sealed_answer_that_its_author_takes_back(
    site: SiteKeys, author: PrivateKey
) -> None:
    question = open_(a_question(site), site)
    before = queries.glance_for("hy", charter=site.charter)
    answer = replace(an_answer(site, to=question, side="az"), closer=author.public.hex)
    open_(answer, site)
    close(answer, author)
    assert is_destroyed(answer)
    assert queries.glance_for("hy", charter=site.charter) == before
    open_(an_answer(site, to=question, side="az"), site)  # and the seat is free again


def test_unknown_wrong_and_none_are_one_answer(site: SiteKeys, author: PrivateKey) -> None:
    stranger = PrivateKey.new()
    text, twin = open_(words_of(author, site), site), open_(words_of(author, site), site)
    none, gone = open_(an_article(site, side="az"), site), open_(words_of(author, site), site)
    close(gone, author)
    about_none = replace(none, closer=author.public.hex)
    sides_note = queries.closing_note(text, side="az", today=DAY)
    attempts: list[tuple[Document, PrivateKey, dict[str, Any]]] = [
        (text, stranger, {}),
        (text, site.key("az"), {}),
        (text, site.release_key, {}),
        (text, stranger, {"note": canonical_bytes(signed(stranger, text)["note"])}),
        (text, author, {"note": queries.authors_note(twin, today=DAY)}),
        (text, author, {"note": sides_note}),
        (text, site.key("az"), {"note": sides_note}),
        (text, author, {"note": canonical_bytes(signed(author, text, site=new_id())["note"])}),
        (text, author, {"note": canonical_bytes(signed(author, text, side="az")["note"])}),
        (text, author, {"note": b""}),
        (text, author, {"signature": ""}),
        (text, author, {"signature": sign(text, author).signature}),
        (none, author, {}),
        (none, author, {"note": queries.authors_note(about_none, today=DAY)}),
        (gone, author, {}),
        (words_of(author, site), author, {}),
        (text, author, {"digest": "0" * 64}),
        (text, author, {"digest": ""}),
    ]
    for document, key, changes in attempts:
        with refused(RecordRefusal.NOT_ITS_AUTHOR):
            close(document, key, **changes)
    assert open_digests() == {text.digest, twin.digest, none.digest}
    close(text, author)
    assert open_digests() == {twin.digest, none.digest}


def test_a_note_of_yesterday_closes_nothing_and_tells_only_the_author(
    site: SiteKeys, author: PrivateKey
) -> None:
    text = open_(words_of(author, site), site)
    late = {"today": DAY + timedelta(days=1)}
    with refused(RecordRefusal.NOT_TODAY):
        close(text, author, **late)
    with refused(RecordRefusal.NOT_ITS_AUTHOR):
        close(text, PrivateKey.new(), **late)
    assert open_digests() == {text.digest}


def test_no_key_closes_a_charter_or_a_release_note(site: SiteKeys, author: PrivateKey) -> None:
    question = open_(a_question(site), site)
    note = replace(a_note(site, question), closer=author.public.hex)
    charter = replace(site.document, closer=author.public.hex)
    text = replace(an_article(site, side="az"), closer=author.public.hex)
    recovery = replace(a_recovery(site, "az")[0], closer=author.public.hex)
    for each, state in (
        (note, State.OPEN),
        (recovery, State.OPEN),
        (charter, State.PROPOSED),
        (text, State.OPEN),
    ):
        statements.add_document(each, state=state, by="az", today=DAY, data=each.data)
    for each in (note, recovery, charter):
        with refused(RecordRefusal.NOT_ITS_AUTHOR):
            close(each, author)
        with pytest.raises(RefusedNoteError):
            take(site, signed(author, each))
        assert bytes(row_of(each).data) == each.data
    close(text, author)
    assert is_destroyed(text)


def test_no_next_version_takes_the_authors_key_away_or_brings_one(
    site: SiteKeys, author: PrivateKey
) -> None:
    text, plain = open_(words_of(author, site), site), open_(an_article(site), site)
    other = PrivateKey.new().public.hex
    for before, closer in ((text, None), (text, other), (plain, other)):
        with refused(RecordRefusal.ANOTHER_CLOSER):
            propose(next_version(before, closer=closer), by="az", site=site)
    for before in (text, plain):
        propose(next_version(before), by="az", site=site)


def test_a_key_in_a_proposal_that_nobody_signed_destroys_no_joint_words(site: SiteKeys) -> None:
    """A desk proposes words with a key of its own in them, withdraws, and then both sign without it."""
    key = PrivateKey.new()
    bait = propose(replace(an_article(site), closer=key.public.hex), by="az", site=site)
    actions.withdraw(digest=bait.digest, side="az")
    joint = open_(replace(an_article(site), id=bait.id), site)
    with refused(RecordRefusal.NOT_ITS_AUTHOR):
        close(bait, key)
    assert take(site, signed(key, bait)).closed == 0
    assert open_digests() == {joint.digest}
    actions.settle(at=NOON)
    assert open_digests() == {joint.digest}


def test_a_database_put_back_beside_its_notes_shows_nothing_and_loses_the_words_again(
    site: SiteKeys, author: PrivateKey
) -> None:
    text = open_(words_of(author, site), site)
    words = open_(a_translation(site, of=text, language="fr", side="hy"), site)
    close(text, author)
    models.Document.objects.exclude(kind="charter").delete()
    open_(text, site)
    open_(words, site)
    assert open_digests() == set()
    actions.settle(at=NOON)
    assert is_destroyed(text, words)


def test_what_went_along_is_not_shown_although_it_alone_came_back(
    site: SiteKeys, author: PrivateKey
) -> None:
    text = open_(words_of(author, site), site)
    words = open_(a_translation(site, of=text, language="fr", side="hy"), site)
    signatures = queries.signatures_of(words.digest)
    close(text, author)
    models.Document.objects.filter(digest=words.digest).update(data=words.data, state=State.OPEN)
    for each in signatures:
        statements.add_signature(words.digest, each)
    assert open_digests() == set()
    actions.settle(at=NOON)
    assert is_destroyed(words)


def test_another_installation_takes_the_authors_note_from_the_file_of_this_one(
    site: SiteKeys, author: PrivateKey
) -> None:
    text = open_(words_of(author, site), site)
    take_down(text, "hy", site=site, at=NOON)  # this note stays behind: it closed nothing for good
    close(text, author)
    content = queries.closing_notes(on=DAY)
    line = parse(content.splitlines()[1])
    assert line == {"notes": [signed(author, text)]}
    assert set(line["notes"][0]["note"]) == {"format", "site", "item", "digest", "closer", "day"}
    put_back(site, text)
    assert open_digests() == {text.digest}, "without the notes it is back: it is they that hold"
    assert actions.take_closings(content, today=DAY) == Taken(closed=1, known=0, not_here=0)
    assert is_destroyed(text)
    assert actions.take_closings(content, today=DAY).known == 1
    assert queries.closing_notes(on=DAY) == content


def test_an_older_version_is_closed_by_the_note_of_a_later_one_with_the_same_key(
    site: SiteKeys, author: PrivateKey
) -> None:
    text = open_(words_of(author, site), site)
    stranger = next_version(text, closer=PrivateKey.new().public.hex)
    assert take(site, signed(PrivateKey.new(), stranger)).not_here == 1
    assert open_digests() == {text.digest}
    assert take(site, signed(author, next_version(text))).closed == 1
    assert is_destroyed(text)


Forged = Callable[[SiteKeys, PrivateKey, Document, Document], dict[str, Any]]
FORGED: dict[str, Forged] = {
    "by a stranger's key": lambda *given: signed(PrivateKey.new(), given[2]),
    "by a stranger about words that have no such key": lambda *given: signed(
        PrivateKey.new(), given[3]
    ),
    "by the author about words of somebody else": lambda _, author, __, other: signed(
        author, other
    ),
    "by the author with the item of somebody else": lambda _, author, text, other: signed(
        author, text, item=other.id
    ),
    "by a side that says it is the author": lambda site, _, text, __: signed(site.key("hy"), text),
    "by a side with its key under the author's": lambda site, _, text, __: by(
        site.key("hy"), queries.authors_note(text, today=DAY)
    ),
    "by a side that says the words are the author's": lambda site, author, text, _: by(
        site.key("hy"),
        canonical_bytes(
            {
                **parse(queries.closing_note(text, side="hy", today=DAY)),
                "owner": author.public.hex,
            }
        ),
    ),
    "by the author in the name of a side": lambda _, author, text, __: by(
        author, queries.closing_note(text, side="az", today=DAY)
    ),
    "with a side beside the author": lambda _, author, text, __: signed(author, text, side="az"),
    "with a member that no note has": lambda _, author, text, __: signed(author, text, more=1),
    "of another site": lambda _, author, text, __: signed(author, text, site=new_id()),
    "with a path where the digest belongs": lambda _, author, text, __: signed(
        author, text, digest="../elsewhere"
    ),
    "for another purpose": lambda _, author, text, __: {
        **signed(author, text),
        "signature": author.sign(
            digest_of(queries.authors_note(text, today=DAY)), purpose=Purpose.DOCUMENT
        ),
    },
    "of the charter": lambda site, author, *_: signed(author, site.document),
}


@pytest.mark.parametrize("forged", FORGED.values(), ids=FORGED)
def test_a_forged_note_that_is_handed_in_closes_nothing(
    site: SiteKeys, author: PrivateKey, forged: Forged
) -> None:
    text, other = open_(words_of(author, site), site), open_(an_article(site, side="az"), site)
    with pytest.raises(RefusedNoteError, match=RecordRefusal.FALSE_NOTE.value):
        take(site, forged(site, author, text, other))
    assert not closings.noted()
    actions.settle(at=NOON)
    assert open_digests() == {text.digest, other.digest}
    assert take(site, signed(author, text)).closed == 1  # it was the forgery that was refused
    assert open_digests() == {other.digest}


def test_a_strangers_note_that_waits_for_words_hides_nothing_and_keeps_no_true_one_out(
    site: SiteKeys, author: PrivateKey
) -> None:
    text = words_of(author, site)
    assert take(site, signed(PrivateKey.new(), text)).not_here == 1
    open_(text, site)
    assert open_digests() == {text.digest}
    actions.settle(at=NOON)
    assert open_digests() == {text.digest}
    assert len(queries.closing_notes(on=DAY).splitlines()) == 1, "it is not handed on either"
    assert take(site, signed(author, text)).closed == 1
    assert is_destroyed(text)


def test_a_true_note_that_waits_for_words_closes_them_when_they_come(
    site: SiteKeys, author: PrivateKey
) -> None:
    text = words_of(author, site)
    assert take(site, signed(author, text)).not_here == 1
    open_(text, site)
    assert open_digests() == set()
    actions.settle(at=NOON)
    assert is_destroyed(text)


def test_a_strangers_note_about_what_is_closed_for_good_does_not_travel_on(
    site: SiteKeys, author: PrivateKey
) -> None:
    """It would have the whole file refused at the installation where the words still are."""
    text = open_(words_of(author, site), site)
    close(text, author)
    content = queries.closing_notes(on=DAY)
    assert take(site, signed(PrivateKey.new(), text)) == Taken(closed=0, known=1, not_here=0)
    assert queries.closing_notes(on=DAY) == content
    put_back(site, text)
    assert actions.take_closings(content, today=DAY).closed == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"closer": None},
        {"closer": ""},
        {"closer": "0" * 64},
        {"closer": 5},
        {"owner": None},
        {"side": None},
        {"digest": "ab"},
        {"item": "../item"},
        {"day": "20300514"},
        {"day": None},
        {"format": "visavis-closing-2"},
        {"more": 1},
    ],
    ids=str,
)
def test_a_note_has_these_members_and_no_others(
    author: PrivateKey, changes: dict[str, Any]
) -> None:
    note = queries.authors_note(words_of(author, a_charter()), today=DAY)
    true = Note.from_bytes(note)
    assert true is not None
    assert true.data == note
    assert Note.from_bytes(canonical_bytes({**parse(note), **changes})) is None


def test_what_the_author_closed_was_made_from_nothing_else(
    site: SiteKeys, author: PrivateKey
) -> None:
    source = open_(an_article(site, side="hy"), site)
    answer = a_document(
        site, kind="contribution", side="az", body={"say": "I"}, made_from=[source.source]
    )
    answer = open_(replace(answer, closer=author.public.hex), site)
    close(answer, author)
    assert open_digests() == {source.digest}
