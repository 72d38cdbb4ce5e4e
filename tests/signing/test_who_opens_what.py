"""The policy: which keys open which kind, what may stand alone, and what stays sealed."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from itertools import combinations

import pytest
from signing_world import World, signature_of

from cast import POLICY
from visavis.signing.charter import RELEASE_KEY, Opens, Signature
from visavis.signing.document import BadDocumentError, Document, Standing
from visavis.signing.policy import (
    OpenRefusal,
    sides_missing,
    why_not_open,
    why_not_stand_alone,
    why_sealed,
)
from visavis.signing.seats import filled_seats, seal_for


def of_kind(world: World, kind: str) -> Document:
    opens = POLICY[kind]
    about = world.question()
    return world.document(
        kind,
        side="az" if opens is Opens.OWN_SIDE else None,
        made_from=(about.source,),
        part_of=about.id if kind in {"answer", "release"} else None,
        seal=seal_for(about) if kind == "answer" else None,
    )


def subsets(codes: Iterable[str]) -> Iterable[frozenset[str]]:
    everyone = tuple(codes)
    for n in range(len(everyone) + 1):
        yield from map(frozenset, combinations(everyone, n))


@pytest.mark.parametrize("kind", sorted(set(POLICY) - {"charter", "recovery"}))
def test_a_kind_opens_with_its_keys_and_with_no_fewer(any_world: World, kind: str) -> None:
    document = of_kind(any_world, kind)
    for signers in subsets((*any_world.codes, RELEASE_KEY)):
        signatures = any_world.signed(document, *sorted(signers))
        sides = signers - {RELEASE_KEY}
        is_open = {
            Opens.EVERY_SIDE: sides == set(any_world.codes),
            Opens.OWN_SIDE: "az" in sides,
            Opens.ANY_SIDE: bool(sides),
            Opens.RELEASE_KEY: RELEASE_KEY in signers,
        }[POLICY[kind]]
        refusal = why_not_open(document, signatures, charter=any_world.charter)
        assert refusal == (None if is_open else OpenRefusal.KEYS_MISSING)
        if POLICY[kind] is not Opens.RELEASE_KEY:
            missing = sides_missing(document, signatures, charter=any_world.charter)
            assert bool(missing) == (not is_open)


def test_a_charter_opens_by_the_one_before_it_and_never_here(any_world: World) -> None:
    signatures = any_world.charter_signatures
    refusal = why_not_open(any_world.charter.document, signatures, charter=any_world.charter)
    assert refusal == OpenRefusal.CHARTER


def test_keys_never_carry_over_to_changed_words(any_world: World) -> None:
    document = any_world.document()
    signatures = any_world.signed(document, *any_world.codes)
    assert why_not_open(document, signatures, charter=any_world.charter) is None
    title = {"versions": {"en": {"title": "The wall", "units": []}}}
    for other in (
        replace(document, body=title),
        replace(document, day=document.day + timedelta(days=1)),
        replace(document, salt="0" * 64),
        replace(document, kind="letter"),
        replace(document, version=2, replaces=document.digest),
    ):
        refusal = why_not_open(other, signatures, charter=any_world.charter)
        assert refusal == OpenRefusal.KEYS_MISSING


def test_keys_of_another_site_open_nothing(any_world: World) -> None:
    other = World(codes=any_world.codes)
    document = any_world.document()
    foreign = other.signed(document, *other.codes)
    assert why_not_open(document, foreign, charter=any_world.charter) == OpenRefusal.KEYS_MISSING
    theirs = other.document()
    signatures = any_world.signed(theirs, *any_world.codes)
    assert why_not_open(theirs, signatures, charter=any_world.charter) == OpenRefusal.ANOTHER_SITE


def test_another_sides_key_does_not_open_ones_own_words(any_world: World) -> None:
    answer = of_kind(any_world, "answer")
    others = any_world.signed(answer, *(c for c in any_world.codes if c != "az"))
    assert why_not_open(answer, others, charter=any_world.charter) == OpenRefusal.KEYS_MISSING
    of_nobody = replace(answer, side="xx")
    signatures = any_world.signed(of_nobody, *any_world.codes)
    assert why_not_open(of_nobody, signatures, charter=any_world.charter) == OpenRefusal.NO_SIDE


class TestStandingAlone:
    """Silence is no veto; but it takes its time, its day, and the one side's key."""

    def test_after_the_waiting_time_one_key_is_enough(self, any_world: World) -> None:
        document = any_world.alone("hy")
        signatures = any_world.signed(document, "hy")
        assert why_not_open(document, signatures, charter=any_world.charter) is None

    @pytest.mark.parametrize("days", [13, 1, 0, -5])
    def test_before_it_no_set_of_keys_is(self, any_world: World, days: int) -> None:
        asked = any_world.day - timedelta(days=days)
        document = any_world.alone("hy", asked_on=asked)
        signatures = any_world.signed(document, *any_world.codes)
        assert (
            why_not_open(document, signatures, charter=any_world.charter)
            == OpenRefusal.STILL_WAITING
        )

    def test_it_is_never_shown_as_another_sides(self, any_world: World) -> None:
        document = any_world.alone("hy")
        for signers in subsets(c for c in any_world.codes if c != "hy"):
            signatures = any_world.signed(document, *sorted(signers))
            refusal = why_not_open(document, signatures, charter=any_world.charter)
            assert refusal == OpenRefusal.KEYS_MISSING
        nobody = any_world.document(standing=Standing("xx", any_world.day - timedelta(days=90)))
        signatures = any_world.signed(nobody, *any_world.codes)
        assert why_not_open(nobody, signatures, charter=any_world.charter) == OpenRefusal.NO_SIDE

    def test_a_joint_documents_key_does_not_open_the_same_words_alone(
        self, any_world: World
    ) -> None:
        joint = any_world.document()
        asked = any_world.day - timedelta(days=14)
        alone = replace(joint, standing=Standing("hy", asked))
        signatures = any_world.signed(joint, *any_world.codes)
        assert (
            why_not_open(alone, signatures, charter=any_world.charter) == OpenRefusal.KEYS_MISSING
        )

    @pytest.mark.parametrize("kind", sorted(POLICY))
    def test_only_what_every_side_opens_may_and_never_a_charter(
        self, any_world: World, kind: str
    ) -> None:
        document = replace(of_kind(any_world, kind), standing=any_world.alone("hy").standing)
        refusal = why_not_stand_alone(document, charter=any_world.charter)
        may = POLICY[kind] is Opens.EVERY_SIDE and kind != "charter"
        assert refusal == (None if may else OpenRefusal.NEVER_ALONE)
        signatures = any_world.signed(document, *any_world.codes, RELEASE_KEY)
        opened = why_not_open(document, signatures, charter=any_world.charter) is None
        assert opened == may

    def test_a_chair_is_left_empty_alone_only_if_it_was_asked_after_the_closing_day(
        self, any_world: World
    ) -> None:
        standing = any_world.alone("az").standing
        assert standing.asked_on is not None
        question = any_world.question(empty=["hy"], standing=standing)
        assert question.seats is not None
        for until, expected in (
            (standing.asked_on - timedelta(days=1), None),
            (standing.asked_on, OpenRefusal.STILL_WAITING),
            (question.day - timedelta(days=1), OpenRefusal.STILL_WAITING),
        ):
            other = replace(question, seats=replace(question.seats, until=until))
            assert Document.from_bytes(other.data) == other
            signed = any_world.signed(other, "az")
            assert why_not_open(other, signed, charter=any_world.charter) == expected


class TestSealed:
    """An answer stays sealed until each seat is filled under its own side's key, or declared empty."""

    def ask(
        self, world: World, note: Document | None, signatures: tuple[Signature, ...], *,
        question: Document, answer: Document,
    ) -> OpenRefusal | None:  # fmt: skip
        return why_sealed(
            answer, charter=world.charter, question=question, note=note, note_signatures=signatures
        )

    def test_what_has_no_condition_is_not_sealed(self, any_world: World) -> None:
        assert (
            why_sealed(any_world.document(), charter=any_world.charter, question=None, note=None)
            is None
        )

    def test_it_opens_when_every_seat_is_filled_and_no_sooner(self, any_world: World) -> None:
        question = any_world.question()
        answers = {code: any_world.answer(question, code) for code in any_world.codes}
        for filled in subsets(any_world.codes):
            note = any_world.note(question, {code: answers[code] for code in filled})
            signatures = any_world.signed(note, RELEASE_KEY)
            for code in any_world.codes:
                refusal = self.ask(
                    any_world, note, signatures, question=question, answer=answers[code]
                )
                is_open = filled == set(any_world.codes)
                assert refusal == (None if is_open else OpenRefusal.SEALED)

    def test_an_empty_chair_fills_a_seat_that_the_question_declares(self, any_world: World) -> None:
        for empty in subsets(any_world.codes[1:]):
            question = any_world.question(empty=sorted(empty))
            answers = {c: any_world.answer(question, c) for c in any_world.codes if c not in empty}
            note = any_world.note(question, answers)
            signatures = any_world.signed(note, RELEASE_KEY)
            answer = answers["az"]
            assert self.ask(any_world, note, signatures, question=question, answer=answer) is None

    def test_a_note_not_under_the_release_key_opens_nothing(self, any_world: World) -> None:
        question = any_world.question()
        answers = {code: any_world.answer(question, code) for code in any_world.codes}
        note = any_world.note(question, answers)
        stranger = (signature_of(note, World().release_key, side=RELEASE_KEY),)
        for signatures in ((), any_world.signed(note, *any_world.codes), stranger):
            refusal = self.ask(any_world, note, signatures, question=question, answer=answers["az"])
            assert refusal == OpenRefusal.SEALED

    def test_a_seat_counts_only_under_its_own_sides_key(self, any_world: World) -> None:
        question = any_world.question()
        answers = {code: any_world.answer(question, code) for code in any_world.codes}
        forged = World(codes=any_world.codes)
        note = forged.note(question, answers)
        note = replace(note, site=any_world.charter.site)
        assert filled_seats(note, charter=any_world.charter) == {}
        signatures = any_world.signed(note, RELEASE_KEY)
        refusal = self.ask(any_world, note, signatures, question=question, answer=answers["az"])
        assert refusal == OpenRefusal.SEALED
        swapped = any_world.note(question, answers)
        seats = dict(swapped.body["seats"])
        seats["az"], seats["hy"] = seats["hy"], seats["az"]
        crossed = replace(swapped, body={"seats": seats})
        assert not {"az", "hy"} & set(filled_seats(crossed, charter=any_world.charter))

    def test_the_note_of_another_question_opens_nothing(self, any_world: World) -> None:
        question, other = any_world.question(), any_world.question()
        answers = {code: any_world.answer(question, code) for code in any_world.codes}
        note = any_world.note(other, answers)
        signatures = any_world.signed(note, RELEASE_KEY)
        for about in (question, other, None):
            refusal = why_sealed(
                answers["az"],
                charter=any_world.charter,
                question=about,
                note=note,
                note_signatures=signatures,
            )
            assert refusal == OpenRefusal.SEALED

    def test_a_document_of_another_kind_with_the_seats_of_a_note_unseals_nothing(
        self, any_world: World
    ) -> None:
        question = any_world.question()
        answers = {code: any_world.answer(question, code) for code in any_world.codes}
        note = any_world.note(question, answers)
        article = any_world.document(made_from=note.made_from, part_of=note.part_of, body=note.body)
        for document, signers in ((note, (RELEASE_KEY,)), (article, any_world.codes)):
            keys = any_world.signed(document, *signers)
            assert why_not_open(document, keys, charter=any_world.charter) is None
            refusal = self.ask(any_world, document, keys, question=question, answer=answers["az"])
            assert refusal == (None if document is note else OpenRefusal.SEALED)

    def test_an_answer_that_the_note_does_not_name_stays_sealed(self, any_world: World) -> None:
        question = any_world.question()
        answers = {code: any_world.answer(question, code) for code in any_world.codes}
        note = any_world.note(question, answers)
        signatures = any_world.signed(note, RELEASE_KEY)
        late = any_world.answer(question, "az")
        assert (
            self.ask(any_world, note, signatures, question=question, answer=late)
            == OpenRefusal.SEALED
        )
        of_nobody = replace(answers["az"], side=None)
        refusal = self.ask(any_world, note, signatures, question=question, answer=of_nobody)
        assert refusal == OpenRefusal.SEALED

    def test_a_signature_for_anything_else_fills_no_seat(self, any_world: World) -> None:
        """Of a superseded article, once public, its key is known; it must not stand for an answer."""
        question = any_world.question()
        answers = {code: any_world.answer(question, code) for code in any_world.codes}
        note = any_world.note(question, answers)
        article = any_world.document()
        for document in (article, answers["hy"]):
            signature = any_world.sign(document, "hy").signature
            seat = {**note.body["seats"]["hy"], "digest": document.digest, "signature": signature}
            forged = replace(note, body={"seats": {**note.body["seats"], "hy": seat}})
            assert "hy" not in filled_seats(forged, charter=any_world.charter)
            signatures = any_world.signed(forged, RELEASE_KEY)
            refusal = self.ask(
                any_world, forged, signatures, question=question, answer=answers["az"]
            )
            assert refusal == OpenRefusal.SEALED

    def test_an_answer_under_other_words_stays_sealed(self, any_world: World) -> None:
        question = any_world.question()
        answers = {code: any_world.answer(question, code) for code in any_world.codes}
        note = any_world.note(question, answers)
        signatures = any_world.signed(note, RELEASE_KEY)
        assert question.seats is not None
        for changes, expected in (
            ({"body": {**question.body, "tense": "future"}}, OpenRefusal.SEALED),
            ({"seats": replace(question.seats, until=question.day)}, None),
        ):
            next_one = replace(question, version=2, replaces=question.digest, **changes)
            refusal = self.ask(any_world, note, signatures, question=next_one, answer=answers["az"])
            assert refusal == expected

    def test_a_seal_is_of_what_the_answer_is_part_of(self, any_world: World) -> None:
        """Else an answer to one question could be opened by the note of another."""
        question, other = any_world.question(), any_world.question()
        answer = any_world.answer(question, "az")
        for crossed in (
            replace(answer, made_from=(other.source,), part_of=other.id),
            replace(answer, seal=seal_for(other)),
            replace(answer, side="zz"),
            replace(answer, side=None),
        ):
            with pytest.raises(BadDocumentError):
                Document.from_bytes(crossed.data)

    def test_a_question_that_changed_its_seats_opens_nothing(self, any_world: World) -> None:
        question = any_world.question()
        answers = {code: any_world.answer(question, code) for code in any_world.codes}
        note = any_world.note(question, answers)
        signatures = any_world.signed(note, RELEASE_KEY)
        assert question.seats is not None
        fewer = replace(question, seats=replace(question.seats, sides=("az",)))
        assert self.ask(any_world, note, signatures, question=fewer, answer=answers["az"])

    @pytest.mark.parametrize(
        "seats", [None, 5, [], {"az": 5}, {"az": {}}, {"az": {"digest": "x"}}, {"xx": {}}]
    )
    def test_a_note_of_no_shape_fills_no_seat(self, any_world: World, seats: object) -> None:
        note = replace(any_world.note(any_world.question(), {}), body={"seats": seats})
        assert filled_seats(note, charter=any_world.charter) == {}
