"""Attack: who closes its own words for good destroys what others have made from them. It only closes that.

Tried over kinds that can be made from another item, over owners of both, and over sides that close.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from judge import open_digests
from rows import words_of

from cast import (
    DAY,
    THREE,
    SiteKeys,
    a_charter,
    a_document,
    a_question,
    a_translation,
    alone,
    an_answer,
    an_article,
    found,
    open_,
    propose,
    take_down,
    turn,
)
from visavis.base.missing import NotFound
from visavis.record import actions, models, queries
from visavis.record.rules import State, is_destroyed_along
from visavis.signing.document import Document

NOON = datetime(DAY.year, DAY.month, DAY.day, 12, tzinfo=UTC)
OWNERS = (*THREE, None)
CLOSERS = [("az",), ("az", "hy"), ("hy", "ka")]
pytestmark = pytest.mark.django_db


@pytest.fixture
def site(db: None) -> SiteKeys:
    site = a_charter(sides=THREE)
    found(site)
    return site


@given(
    owner=st.sampled_from(OWNERS),
    closed_by=st.sets(st.sampled_from(THREE), min_size=1),
    is_computed=st.booleans(),
    gives=st.booleans(),
)
def test_the_rule_destroys_what_is_ones_own_and_nothing_else(
    owner: str | None, closed_by: set[str], is_computed: bool, gives: bool
) -> None:
    destroyed = is_destroyed_along(
        owner=owner, is_computed=is_computed, gives_authors_words=gives, closed_by=closed_by
    )
    if not is_computed and not gives:
        assert destroyed == (owner in closed_by or (owner is None and len(closed_by) > 1))
    else:
        assert destroyed


@dataclass(frozen=True)
class Made:
    """Something made from a first item, and whose it is."""

    document: Document
    owner: str | None


def a_follower(site: SiteKeys, of: Document, *, kind: str, owner: str | None) -> Document:
    if kind == "translation" and owner is not None:
        return a_translation(site, of=of, language="en", side=owner)
    if kind == "article":
        return an_article(site, side=owner)
    return a_document(site, kind=kind, side=owner, body={"say": "beside"}, made_from=[of.source])


def row_of(document: Document) -> models.Document:
    return models.Document.objects.get(digest=document.digest)


@pytest.mark.parametrize(
    ("kind", "owner", "closers", "is_open"),
    [
        case
        for case in product(
            ("translation", "comparison", "contribution"), OWNERS, CLOSERS, (True, False)
        )
        if case[1] is not None or case[0] == "comparison"
    ],
)
def test_of_what_was_made_from_it_only_the_closers_own_is_destroyed(
    site: SiteKeys, kind: str, owner: str | None, closers: Collection[str], is_open: bool
) -> None:
    text = open_(an_article(site, side=closers[0]), site)  # type: ignore[index]
    made = a_follower(site, text, kind=kind, owner=owner)
    made = open_(made, site) if is_open else propose(made, by=owner or "az", site=site)
    bystander = open_(an_article(site), site)
    for side in closers:
        if row_of(text).data:
            take_down(text, side, site=site, at=NOON)
    # By the first of them alone it is for good already: the words are that side's.
    is_own = owner == closers[0]  # type: ignore[index]
    row = row_of(made)
    assert bytes(row_of(text).data) == b""
    assert row.state == State.CLOSED
    assert words_of(made) == (b"" if is_own else made.data)
    assert not row.signatures.exists()
    assert open_digests() == {bystander.digest}
    actions.settle(at=NOON + timedelta(days=400))
    assert open_digests() == {bystander.digest}, "and time does not open it"
    models.Document.objects.filter(digest=made.digest).update(state=State.OPEN)
    models.Closing.objects.filter(document=made.digest).delete()
    assert open_digests() == {bystander.digest}, "nor does a row"
    actions.settle(at=NOON + timedelta(days=400))
    if not is_own:
        assert (row_of(made).state, words_of(made)) == (State.CLOSED, made.data)
        _only_its_own_desk_reads_and_destroys(made, owner, site)


def _only_its_own_desk_reads_and_destroys(
    made: Document, owner: str | None, site: SiteKeys
) -> None:
    for side in THREE:
        if owner in {side, None}:
            assert queries.proposal_for(side, made.digest).document == made
            assert queries.closable_for(side, made.digest).document == made
            continue
        for look in (queries.proposal_for, queries.closable_for):
            with pytest.raises(NotFound):
                look(side, made.digest)
        shown = queries.glance_for(side, charter=site.charter).closed
        assert made not in [each.document for each in shown]
    if owner is not None:
        assert take_down(made, owner, site=site, at=NOON) is True
        assert bytes(row_of(made).data) == b""


def answered_alone(
    site: SiteKeys, *, keyed_by: tuple[str, ...] = THREE
) -> tuple[Document, dict[str, Document]]:
    asked = propose(a_question(site), by="az", site=site)
    later = DAY + timedelta(days=14)
    lone = alone(asked, side="az", asked_on=DAY, day=later)
    actions.propose_alone(document=lone, asked=asked.digest, by="az", today=later)
    turn(lone, "az", site=site, today=later)
    answers = {}
    for side in THREE:
        answer = an_answer(site, to=lone, side=side, day=later)
        propose(answer, by=side, site=site, today=later)
        if side in keyed_by:
            turn(answer, side, site=site, today=later)
        answers[side] = answer
    return lone, answers


@pytest.mark.parametrize("is_released", [False, True])
def test_closing_ones_own_question_destroys_nobody_elses_answer(
    site: SiteKeys, is_released: bool
) -> None:
    lone, answers = answered_alone(site, keyed_by=THREE if is_released else ("az", "hy"))
    at = NOON + timedelta(days=14)
    assert ({each.digest for each in answers.values()} < open_digests()) is is_released
    assert take_down(lone, "az", site=site, at=at) is True
    assert open_digests() == set()
    for side, answer in answers.items():
        assert words_of(answer) == (b"" if side == "az" else answer.data)
        assert row_of(answer).state == State.CLOSED
    notes = models.Document.objects.filter(kind="release")
    assert all(bytes(each.data) == b"" for each in notes), "the note is nobody's words"
    assert queries.proposal_for("hy", answers["hy"].digest).document == answers["hy"]
    with pytest.raises(NotFound):
        queries.proposal_for("az", answers["hy"].digest)
    closed = [each.digest for each in queries.glance_for("az", charter=site.charter).closed]
    assert answers["hy"].digest not in closed, "whether it was ever open, az does not learn"


def test_an_older_backup_closes_again_and_keeps_again(site: SiteKeys) -> None:
    text = open_(an_article(site, side="az"), site)
    theirs = open_(a_translation(site, of=text, language="en", side="hy"), site)
    ours = open_(a_translation(site, of=text, language="fr", side="az"), site)
    rows = list(models.Document.objects.all())
    signatures = list(models.Signature.objects.all())
    take_down(text, "az", site=site, at=NOON)
    models.Closing.objects.all().delete()
    for row in rows:
        row.save()
    models.Signature.objects.bulk_create(signatures, ignore_conflicts=True)
    models.MadeFrom.objects.create(document=row_of(theirs), item=text.id)
    models.MadeFrom.objects.create(document=row_of(ours), item=text.id)
    assert open_digests() == set()
    for _ in range(2):  # twice changes nothing
        actions.settle(at=NOON)
        assert bytes(row_of(text).data) == bytes(row_of(ours).data) == b""
        assert (bytes(row_of(theirs).data), row_of(theirs).state) == (theirs.data, State.CLOSED)
    assert queries.proposal_for("hy", theirs.digest).document == theirs
