"""What may lie in a record: only documents under their own digest, with the keys the charter asks for."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from signing_world import PAGES, World, files_of

from visavis.press.store import Content, Store
from visavis.signing.charter import RELEASE_KEY, Signature
from visavis.signing.document import Document, Source, Standing
from visavis.signing.problems import ProblemKind
from visavis.signing.verify import Outcome, Report, verify

Look = Callable[..., Report]


@pytest.fixture
def shown(any_world: World, tmp_path: Path) -> Look:
    """Press these documents and verify the record."""

    def press(*documents: tuple[Document, tuple[Signature, ...]]) -> Report:
        public = tmp_path / f"public{len(list(tmp_path.iterdir()))}"
        any_world.press(public, documents)
        return verify(
            public / "record",
            charter_fingerprint=any_world.charter.digest,
            today=any_world.day,
        )

    return press


def kinds(report: Report) -> list[ProblemKind]:
    return [problem.kind for problem in report.problems]


def test_one_of_each_standing_is_right(any_world: World, shown: Look) -> None:
    report = shown(*any_world.documents())
    assert report.outcome is Outcome.GOOD, report.problems
    n = len(any_world.codes)
    assert report.counts == {
        "charter": 1, "joint": 2, "computed": 1, f"alone:{any_world.codes[1]}": 1,
        f"own:{any_world.codes[0]}": 2, **{f"own:{code}": 1 for code in any_world.codes[1:]},
    }  # fmt: skip
    assert report.n_documents == 6 + n


def test_a_document_without_one_sides_key_is_named(any_world: World, shown: Look) -> None:
    document = any_world.document()
    for missing in any_world.codes:
        signatures = any_world.signed(
            document, *(code for code in any_world.codes if code != missing)
        )
        report = shown((document, signatures))
        assert kinds(report) == [ProblemKind.NOT_OPEN]
        assert report.problems[0].file == f"blobs/{document.digest[:2]}/{document.digest}"
        assert f"documents/{document.digest}.json" in report.problems[0].detail


def test_a_false_signature_is_named(any_world: World, shown: Look) -> None:
    document, other = any_world.document(), any_world.document()
    for signatures in (
        (*any_world.signed(document, "az"), any_world.sign(other, "hy")),
        tuple(
            replace(
                each, signature=each.signature[:-1] + ("0" if each.signature[-1] != "0" else "1")
            )
            for each in any_world.signed(document, *any_world.codes)
        ),
        (Signature("az", "not a key", "00"),),
    ):
        assert ProblemKind.BAD_KEYS in kinds(shown((document, signatures)))


def test_a_key_under_another_sides_name_is_named(any_world: World, shown: Look) -> None:
    document = any_world.document()
    signatures = any_world.signed(document, *any_world.codes)
    renamed = (
        replace(signatures[0], side=signatures[1].side),
        replace(signatures[1], side=signatures[0].side),
        *signatures[2:],
    )
    assert kinds(shown((document, renamed))) == [ProblemKind.BAD_KEYS]


def test_a_strangers_true_signature_beside_the_sides_is_named(
    any_world: World, shown: Look
) -> None:
    document = any_world.document()
    stranger = replace(World().sign(document, "az"), side="az")
    signatures = (*any_world.signed(document, *any_world.codes), stranger)
    assert kinds(shown((document, signatures))) == [ProblemKind.BAD_KEYS]


def test_one_side_may_not_sign_alone_before_its_time(any_world: World, shown: Look) -> None:
    early = any_world.alone("hy", asked_on=any_world.day - timedelta(days=13))
    assert kinds(shown((early, any_world.signed(early, "hy")))) == [ProblemKind.NOT_OPEN]
    ripe = any_world.alone("hy", asked_on=any_world.day - timedelta(days=14))
    assert shown((ripe, any_world.signed(ripe, "hy"))).outcome is Outcome.GOOD


def test_a_document_of_a_later_day_than_the_edition_is_named(any_world: World, shown: Look) -> None:
    """Else a side could ask today, date its words a fortnight ahead, and stand alone at once."""
    ahead = any_world.day + timedelta(days=14)
    document = any_world.document(day=ahead, standing=Standing("hy", any_world.day))
    report = shown((document, any_world.signed(document, "hy")))
    assert kinds(report) == [ProblemKind.FROM_THE_FUTURE]


def test_two_versions_of_one_item_are_named(any_world: World, shown: Look) -> None:
    first = any_world.document()
    second = replace(first, version=2, replaces=first.digest)
    both = [(each, any_world.signed(each, *any_world.codes)) for each in (first, second)]
    assert kinds(shown(*both)) == [ProblemKind.TWO_VERSIONS]
    assert shown(both[1]).outcome is Outcome.GOOD


def test_what_was_made_from_something_absent_is_named(any_world: World, shown: Look) -> None:
    article, code = any_world.document(), any_world.codes[0]
    translation = any_world.document("translation", made_from=(article.source,), side=code)
    signed = (translation, any_world.signed(translation, code))
    assert kinds(shown(signed)) == [ProblemKind.SOURCE_MISSING]
    beside = (article, any_world.signed(article, *any_world.codes))
    assert shown(signed, beside).outcome is Outcome.GOOD


def test_made_from_another_version_is_enough(any_world: World, shown: Look) -> None:
    first = any_world.document()
    second = replace(first, version=2, replaces=first.digest)
    code = any_world.codes[0]
    source = Source(digest=first.digest, id=first.id, version=1)
    translation = any_world.document("translation", made_from=(source,), side=code)
    report = shown(
        (second, any_world.signed(second, *any_world.codes)),
        (translation, any_world.signed(translation, code)),
    )
    assert report.outcome is Outcome.GOOD


class TestSealedAnswers:
    """An answer is shown when every seat is filled, and a note under the release key says so."""

    def parts(
        self, world: World
    ) -> tuple[tuple[Document, tuple[Signature, ...]], dict[str, Document], Document]:
        question = world.question()
        answers = {code: world.answer(question, code) for code in world.codes}
        return (
            (question, world.signed(question, *world.codes)),
            answers,
            world.note(question, answers),
        )

    def answers(
        self, world: World, answers: dict[str, Document]
    ) -> list[tuple[Document, tuple[Signature, ...]]]:
        return [(answer, world.signed(answer, code)) for code, answer in answers.items()]

    def test_with_question_and_note_they_are_right(self, any_world: World, shown: Look) -> None:
        question, answers, note = self.parts(any_world)
        signed_note = (note, any_world.signed(note, RELEASE_KEY))
        report = shown(question, signed_note, *self.answers(any_world, answers))
        assert report.outcome is Outcome.GOOD, report.problems

    def test_without_the_note_each_is_named(self, any_world: World, shown: Look) -> None:
        question, answers, _ = self.parts(any_world)
        report = shown(question, *self.answers(any_world, answers))
        assert kinds(report) == [ProblemKind.SEALED] * len(answers)

    def test_with_a_note_that_a_side_signed_each_is_named(
        self, any_world: World, shown: Look
    ) -> None:
        question, answers, note = self.parts(any_world)
        report = shown(
            question, (note, any_world.signed(note, "az")), *self.answers(any_world, answers)
        )
        assert ProblemKind.NOT_OPEN in kinds(report)
        assert kinds(report).count(ProblemKind.SEALED) == len(answers)

    def test_a_note_that_lacks_a_seat_opens_none(self, any_world: World, shown: Look) -> None:
        question, answers, _ = self.parts(any_world)
        del answers["hy"]
        note = any_world.note(question[0], answers)
        signed_note = (note, any_world.signed(note, RELEASE_KEY))
        report = shown(question, signed_note, *self.answers(any_world, answers))
        assert kinds(report) == [ProblemKind.SEALED] * len(answers)

    def test_a_note_that_calls_another_document_an_answer_is_named(
        self, any_world: World, shown: Look
    ) -> None:
        """The other side has signed many documents: none of them counts as its answer."""
        question, answers, _ = self.parts(any_world)
        article = any_world.document()
        note = any_world.note(question[0], {**answers, "hy": article})
        report = shown(
            question,
            (article, any_world.signed(article, *any_world.codes)),
            (note, any_world.signed(note, RELEASE_KEY)),
            *self.answers(any_world, {"az": answers["az"]}),
        )
        assert ProblemKind.SEALED in kinds(report)

    def test_an_empty_chair_that_every_side_declared_is_right(
        self, any_world: World, shown: Look
    ) -> None:
        question = any_world.question(empty=["hy"])
        answers = {c: any_world.answer(question, c) for c in any_world.codes if c != "hy"}
        note = any_world.note(question, answers)
        report = shown(
            (question, any_world.signed(question, *any_world.codes)),
            (note, any_world.signed(note, RELEASE_KEY)),
            *self.answers(any_world, answers),
        )
        assert report.outcome is Outcome.GOOD, report.problems


@pytest.mark.parametrize(
    "body",
    [{"seats": 5}, {"seats": {"az": 5, "hy": {"digest": 4}}}, {"seats": []}, {}],
)
def test_bodies_of_no_known_shape_are_named_and_stop_nothing(
    any_world: World, shown: Look, body: dict[str, object]
) -> None:
    question = replace(any_world.question(), body=body)
    answer = any_world.answer(question, "az")
    note = replace(any_world.note(question, {}), body=body)
    report = shown(
        (question, any_world.signed(question, *any_world.codes)),
        (note, any_world.signed(note, RELEASE_KEY)),
        (answer, any_world.signed(answer, "az")),
    )
    assert set(kinds(report)) & {ProblemKind.SEALED, ProblemKind.BAD_DOCUMENT}


def test_files_that_are_no_documents_are_named(world: World, tmp_path: Path) -> None:
    document = world.document()
    signatures = world.signed(document, *world.codes)
    good = dict(files_of(document, signatures))
    (path, content), (keys_path, keys_content) = good.items()
    digest = "0" * 64
    cases = {
        "no such file": {"documents/readme.txt": Content(b"hello")},
        "another digest": {
            f"documents/{digest}.json": content, f"documents/{digest}.keys.json": keys_content
        },
        "not canonical": {path: Content(document.data + b"\n"), keys_path: keys_content},
        "no document": {path: Content(b"{}"), keys_path: keys_content},
        "no keys": {path: content},
        "keys alone": {keys_path: keys_content},
        "keys of no shape": {path: content, keys_path: Content(b'{"keys":[5]}')},
        "keys not sorted": {path: content, keys_path: Content(keys_content.data.replace(b",", b", "))},
    }  # fmt: skip
    for name, files in cases.items():
        public = tmp_path / name
        world.press(public, [], pages={**PAGES, **files})
        report = verify(public, charter_fingerprint=world.charter.digest, today=world.day)
        assert report.outcome is Outcome.WRONG, name
        assert len(report.problems) <= 2, report.problems
    Store(public).recover()


def test_a_document_of_another_site_is_named(any_world: World, shown: Look) -> None:
    document = any_world.document(site=World().charter.site)
    signatures = any_world.signed(document, *any_world.codes)
    assert kinds(shown((document, signatures))) == [ProblemKind.NOT_OPEN]
