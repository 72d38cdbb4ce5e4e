"""Nobody reads an answer before every seat is filled, and then everybody reads them all."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from judge import assert_all_is_rightly_open, open_digests
from rows import insert_signed

from cast import (
    DAY,
    THREE,
    TWO,
    SiteKeys,
    a_charter,
    a_question,
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
)
from visavis.base.missing import NotFound
from visavis.base.refusal import Refused
from visavis.record import actions, models, public, queries
from visavis.record.rules import RecordRefusal, State
from visavis.signing.document import BadDocumentError, Document
from visavis.signing.seats import seal_for

pytestmark = pytest.mark.django_db
NOON = datetime(DAY.year, DAY.month, DAY.day, 12, tzinfo=UTC)


@pytest.fixture
def site() -> SiteKeys:
    site = a_charter()
    found(site)
    return site


@pytest.fixture
def three() -> SiteKeys:
    site = a_charter(THREE)
    found(site)
    return site


def refused(reason: RecordRefusal):  # type: ignore[no-untyped-def]
    return pytest.raises(Refused, match=f"^{reason.value}$")


def settle(site: SiteKeys, *, at: datetime = NOON) -> None:
    """Let happen what time brings about, and what each desk does when it signs in."""
    actions.settle(at=at)
    for side in site.codes:
        actions.let_out_what_waits(side, at.date())


def answers_shown(question: Document) -> dict[str | None, str]:
    return {
        each.document.side: each.digest
        for each in public.open_subject(question.id)
        if each.document.kind == "answer"
    }


@pytest.mark.parametrize("sides", [TWO, THREE])
def test_answers_are_shown_all_together_when_the_last_seat_is_filled(
    sides: tuple[str, ...],
) -> None:
    site = a_charter(sides)
    found(site)
    question = open_(a_question(site), site)
    written = {}
    for side in sides:
        settle(site)
        assert answers_shown(question) == {}
        answer = propose(an_answer(site, to=question, side=side), site=site)
        settle(site)
        is_last = side == sides[-1]
        assert turn(answer, side, site=site) is (State.OPEN if is_last else State.PROPOSED)
        written[side] = answer.digest
    assert answers_shown(question) == written
    assert_all_is_rightly_open(site)
    settle(site)
    assert answers_shown(question) == written


def what_a_desk_sees(side: str, question: Document, answers: list[Document]) -> list[Any]:
    """Return everything that this desk can read, less what is random in every document: id and salt."""

    def words(proposal: queries.Proposal) -> Any:
        return (proposal.document.body, proposal.turned, proposal.missing, proposal.is_sealed)

    glance = queries.glance_for(side, charter=public.current_charter())
    seen: list[Any] = [
        queries.parts_for(side, of=[question.id], kinds=["answer"]),
        [words(each) for some in (glance.ours, glance.theirs, glance.sealed) for each in some],
        [document.body for document in glance.opened],
        glance.closed,
        glance.refused,
        queries.goes_with(question.id),
        queries.own_part(side, of=question.id, kind="answer", state=State.PROPOSED),
        queries.drafts_of(side),
        answers_shown(question),
    ]
    for answer in answers:
        with pytest.raises(NotFound):
            queries.proposal_for(side, answer.digest)
        seen.append(queries.open_version(answer.id))
    return seen


def test_nothing_in_a_sealed_answer_changes_what_the_other_desk_sees() -> None:
    from django.db import transaction

    site = a_charter()
    found(site)
    question = open_(a_question(site), site)
    seen = []
    for words, pen_name, languages in (
        ("Yes.", "A.", ()),
        ("No. " * 4000, "Somebody else " * 9, ("en", "ru", "fr")),
    ):
        with transaction.atomic():
            answer = open_(
                an_answer(
                    site,
                    to=question,
                    side="az",
                    words=words,
                    pen_name=pen_name,
                    languages=languages,
                ),
                site,
            )
            seen.append(what_a_desk_sees("hy", question, [answer]))
            assert queries.proposal_for("az", answer.digest).is_sealed
            own = queries.own_part("az", of=question.id, kind="answer", state=State.PROPOSED)
            assert own == answer
            transaction.set_rollback(True)
    assert seen[0] == seen[1]
    # That its key is turned is not said either.
    assert seen[0][0] == [queries.Part(question.id, "answer", "az", State.PROPOSED, "", False)]


def test_the_other_desk_reads_an_answer_once_it_is_out(site: SiteKeys) -> None:
    question = open_(a_question(site), site)
    ours, theirs = (open_(an_answer(site, to=question, side=side), site) for side in site.codes)
    settle(site)
    assert queries.proposal_for("hy", ours.digest).document == ours
    assert queries.proposal_for("az", theirs.digest).document == theirs


def test_a_withdrawn_or_corrected_answer_is_still_its_own_desks_alone(site: SiteKeys) -> None:
    question = open_(a_question(site), site)
    answer = open_(an_answer(site, to=question, side="az"), site)
    actions.withdraw(digest=answer.digest, side="az")
    with pytest.raises(NotFound):
        queries.proposal_for("hy", answer.digest)
    assert queries.parts_for("hy", of=[question.id], kinds=["answer"]) == []


def test_an_empty_chair_needs_every_key_and_then_lets_the_others_out(three: SiteKeys) -> None:
    question = open_(a_question(three), three)
    for side in ("az", "hy"):
        open_(an_answer(three, to=question, side=side), three)
    chair = propose(with_empty_chairs(question, "ka"), by="az", site=three)
    for side in ("az", "hy"):
        turn(chair, side, site=three)
        settle(three)
        assert answers_shown(question) == {}
    turn(chair, "ka", site=three)
    assert set(answers_shown(question)) == {"az", "hy"}
    assert_all_is_rightly_open(three)


def test_a_late_answer_takes_the_empty_chair(three: SiteKeys) -> None:
    question = open_(a_question(three), three)
    for side in ("az", "hy"):
        open_(an_answer(three, to=question, side=side), three)
    chair = open_(with_empty_chairs(question, "ka"), three)
    late = propose(an_answer(three, to=chair, side="ka"), site=three)
    settle(three)
    assert set(answers_shown(question)) == {"az", "hy"}
    assert turn(late, "ka", site=three) is State.OPEN
    assert set(answers_shown(question)) == {"az", "hy", "ka"}
    (note,) = notes_of(question)
    assert note.version == 2
    assert_all_is_rightly_open(three)


def test_a_correction_of_a_released_answer_opens_with_its_own_key(site: SiteKeys) -> None:
    question = open_(a_question(site), site)
    ours, theirs = (open_(an_answer(site, to=question, side=side), site) for side in site.codes)
    settle(site)
    better = next_version(ours, body={**ours.body, "pen_name": "B."})
    propose(better, site=site)
    assert turn(better, "az", site=site) is State.OPEN
    assert answers_shown(question) == {"az": better.digest, "hy": theirs.digest}
    settle(site)
    assert answers_shown(question) == {"az": better.digest, "hy": theirs.digest}
    assert_all_is_rightly_open(site)


def test_a_correction_that_waits_for_its_key_makes_no_second_release_note(site: SiteKeys) -> None:
    question = open_(a_question(site), site)
    ours, _ = (open_(an_answer(site, to=question, side=side), site) for side in site.codes)
    settle(site)
    (note,) = notes_of(question)
    propose(next_version(ours, body={**ours.body, "pen_name": "B."}), site=site)
    for _again in range(2):
        settle(site)
        assert notes_of(question) == [note]
    assert models.Document.objects.filter(kind="release").count() == 1


def notes_of(question: Document) -> list[Document]:
    around = public.open_subject(question.id)
    return [each.document for each in around if each.document.kind == "release"]


def test_a_sealed_answer_is_replaced_by_withdrawing_it_first(site: SiteKeys) -> None:
    question = open_(a_question(site), site)
    first = open_(an_answer(site, to=question, side="az"), site)
    with refused(RecordRefusal.SEAT_TAKEN):
        propose(an_answer(site, to=question, side="az"), site=site)
    actions.withdraw(digest=first.digest, side="az")
    second = open_(an_answer(site, to=question, side="az"), site)
    theirs = open_(an_answer(site, to=question, side="hy"), site)
    settle(site)
    assert answers_shown(question) == {"az": second.digest, "hy": theirs.digest}


def test_a_side_has_one_answer_for_good(site: SiteKeys) -> None:
    question = open_(a_question(site), site)
    for side in site.codes:
        open_(an_answer(site, to=question, side=side), site)
    settle(site)
    with refused(RecordRefusal.SEAT_TAKEN):
        propose(an_answer(site, to=question, side="az"), site=site)


def test_an_answer_sealed_by_other_seats_is_refused(site: SiteKeys) -> None:
    question = open_(a_question(site), site)
    answer = an_answer(site, to=question, side="az")
    seal = seal_for(question)
    for other in (
        replace(seal, seats=("az",)),
        replace(seal, seats=("hy", "az")),
        replace(seal, words=open_(a_question(site, text="Other words?"), site).words),
    ):
        with refused(RecordRefusal.NOT_A_SEAT):
            propose(replace(answer, seal=other), site=site)
    propose(answer, site=site)


def test_a_side_without_a_seat_does_not_answer(three: SiteKeys) -> None:
    question = open_(a_question(three, seats=["az", "hy"]), three)
    with pytest.raises(BadDocumentError):
        propose(an_answer(three, to=question, side="ka"), site=three)
    own = replace(seal_for(question), seats=("ka",))
    with refused(RecordRefusal.NOT_A_SEAT):
        propose(
            replace(an_answer(three, to=question, side="az"), side="ka", seal=own),
            by="ka",
            site=three,
        )
    for side in ("az", "hy"):
        open_(an_answer(three, to=question, side=side), three)
    settle(three)
    assert set(answers_shown(question)) == {"az", "hy"}


def test_an_answer_to_something_that_is_no_question_is_refused(site: SiteKeys) -> None:
    text = open_(an_article(site), site)
    question = open_(a_question(site), site)
    answer = replace(
        an_answer(site, to=question, side="az"),
        made_from=(text.source,),
        part_of=text.id,
        seal=replace(seal_for(question), question=text.id),
    )
    with refused(RecordRefusal.NOT_A_SEAT):
        propose(answer, site=site)


def test_an_answer_that_would_never_be_shown_does_not_let_the_others_out(site: SiteKeys) -> None:
    """The other side would read first and then write: by rows, since the act itself is refused."""
    question = open_(a_question(site), site)
    trick = replace(
        an_answer(site, to=question, side="az"),
        seal=replace(seal_for(question), seats=("az",)),
    )
    insert_signed(trick, sign(trick, site.key("az"), side="az"), state="proposed")
    open_(an_answer(site, to=question, side="hy"), site)
    settle(site)
    assert answers_shown(question) == {}
    assert open_digests() == {question.digest}
    assert models.Document.objects.get(digest=trick.digest).state == State.PROPOSED


def test_an_unkeyed_answer_fills_no_seat(site: SiteKeys) -> None:
    question = open_(a_question(site), site)
    open_(an_answer(site, to=question, side="az"), site)
    propose(an_answer(site, to=question, side="hy"), site=site)
    settle(site)
    assert answers_shown(question) == {}


def test_a_question_that_is_not_open_releases_nothing(site: SiteKeys) -> None:
    question = open_(a_question(site), site)
    open_(an_answer(site, to=question, side="hy"), site)
    late = propose(an_answer(site, to=question, side="az"), site=site)
    take_down(question, "az", site=site, at=NOON)
    with refused(RecordRefusal.MADE_FROM_WHAT_IS_NOT_OPEN):
        turn(late, "az", site=site)
    settle(site)
    assert open_digests() == set()
    settle(site, at=NOON + timedelta(hours=80))
    assert answers_shown(question) == {}
    turn(late, "az", site=site)
    assert set(answers_shown(question)) == {"az", "hy"}
