"""What a newer version wrote is neither right nor wrong here, and no lie gets away by calling itself newer.

Each attack has its honest twin. A number one higher is not decided; the same beside something false is wrong.
"""

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from signing_world import PAGES, World, written

from visavis.press.store import Content
from visavis.signing import formats
from visavis.signing.canonical import Digest, canonical_bytes, digest_of, new_id, parse
from visavis.signing.charter import RELEASE_KEY, Charter, Signature
from visavis.signing.commands import lines_of
from visavis.signing.commands import verify as command
from visavis.signing.document import BadDocumentError, Document, NewerDocumentError, Source
from visavis.signing.keys import PrivateKey, Purpose
from visavis.signing.manifest import BadManifestError, Root, SignedRoot
from visavis.signing.problems import ProblemKind
from visavis.signing.signatures import keys_file
from visavis.signing.verify import Outcome, Report, verify

GARBAGE = [
    "visavis-document-01",
    "visavis-document--1",
    "visavis-document-3x",
    "visavis-document-0",
    "visavis-document-",
    "visavis-document-\u0662",
    "visavis-document-3 ",
    "visavis-document-10000",
    "visavis-document-" + "9" * 5000,
    "visavis-documents-2",
    "visavis-record-2",
]


def one_up(document: Document, name: str = "visavis-document-3", **members: Any) -> bytes:
    """The document as a newer version might write it: another number, and a member nobody here knows."""
    return canonical_bytes({**document.as_json(), "format": name, "more": 1, **members})


def signed_by(data: bytes, keys: Iterable[tuple[str, PrivateKey]]) -> tuple[Signature, ...]:
    digest = digest_of(data)
    return tuple(
        Signature(code, key.public.hex, key.sign(digest, purpose=Purpose.DOCUMENT))
        for code, key in keys
    )


def files(data: bytes, signatures: Iterable[Signature]) -> dict[str, Content | None]:
    digest = digest_of(data)
    return {
        f"documents/{digest}.json": Content(data),
        f"documents/{digest}.keys.json": Content(keys_file(signatures)),
    }


@pytest.fixture
def press(world: World, tmp_path: Path) -> Callable[..., Report]:
    """Release an edition of everything and these files besides, and verify it."""

    def write(*extra: dict[str, Content | None], documents: Any = None, **changes: Any) -> Report:
        pages: dict[str, Content | None] = dict(PAGES)
        for each in extra:
            pages |= each
        every = world.documents() if documents is None else documents
        world.press(tmp_path / "public", every, pages=pages, **changes)
        return look(world, tmp_path / "public")

    return write


def look(world: World, public: Path) -> Report:
    return verify(public, charter_fingerprint=world.charter.digest, today=world.day)


def newer_article(world: World) -> dict[str, Content | None]:
    data = one_up(world.document())
    return files(data, signed_by(data, world.keys.items()))


def kinds(report: Report) -> set[ProblemKind]:
    return {problem.kind for problem in report.problems}


# -- documents


def test_a_record_without_anything_newer_is_right(press: Callable[..., Report]) -> None:
    report = press()
    assert (report.outcome, dict(report.newer)) == (Outcome.GOOD, {})


def test_a_document_one_number_up_is_not_decided(
    press: Callable[..., Report], world: World
) -> None:
    report = press(newer_article(world))
    assert report.problems == ()
    assert report.outcome is Outcome.NOT_DECIDED
    assert list(report.newer.values()) == ["visavis-document-3"]
    assert report.counts["joint"] == 2, "what is known is judged and counted; the newer one is not"


@pytest.mark.parametrize("name", ["visavis-document-3", "visavis-document-9999"])
def test_a_document_many_numbers_up_is_not_decided(
    press: Callable[..., Report], world: World, name: str
) -> None:
    data = one_up(world.document(), name)
    assert press(files(data, signed_by(data, world.keys.items()))).outcome is Outcome.NOT_DECIDED


@pytest.mark.parametrize("name", GARBAGE, ids=range(len(GARBAGE)))
def test_a_number_that_nobody_would_write_is_wrong(
    press: Callable[..., Report], world: World, name: str
) -> None:
    data = one_up(world.document(), name)
    report = press(files(data, signed_by(data, world.keys.items())))
    assert (report.outcome, kinds(report)) == (Outcome.WRONG, {ProblemKind.BAD_DOCUMENT})
    assert not report.newer
    with pytest.raises(BadDocumentError) as refused:
        Document.from_bytes(data)
    assert not isinstance(refused.value, NewerDocumentError)


def test_a_known_number_with_a_foreign_member_stays_wrong(
    press: Callable[..., Report], world: World
) -> None:
    data = one_up(world.document(), "visavis-document-2")
    assert press(files(data, signed_by(data, world.keys.items()))).outcome is Outcome.WRONG


def test_a_newer_document_with_a_false_signature_is_wrong(
    press: Callable[..., Report], world: World
) -> None:
    data = one_up(world.document())
    false = signed_by(one_up(world.document()), world.keys.items())
    report = press(files(data, false))
    assert (report.outcome, kinds(report)) == (Outcome.WRONG, {ProblemKind.BAD_KEYS})


@pytest.mark.parametrize("by", ["nobody", "a stranger"])
def test_a_newer_document_without_a_key_of_the_charters_is_wrong(
    press: Callable[..., Report], world: World, by: str
) -> None:
    data = one_up(world.document())
    signatures = signed_by(data, [("az", PrivateKey.new())] if by == "a stranger" else [])
    report = press(files(data, signatures))
    assert (report.outcome, kinds(report)) == (Outcome.WRONG, {ProblemKind.NOT_OPEN})


def test_a_newer_document_that_shows_a_key_under_another_sides_name_is_wrong(
    press: Callable[..., Report], world: World
) -> None:
    data = one_up(world.document())
    report = press(files(data, signed_by(data, [("hy", world.keys["az"])])))
    assert (report.outcome, kinds(report)) == (Outcome.WRONG, {ProblemKind.BAD_KEYS})


def test_a_newer_document_under_another_digest_is_wrong(
    press: Callable[..., Report], world: World
) -> None:
    data, other = one_up(world.document()), one_up(world.document())
    there = files(other, signed_by(other, world.keys.items()))
    there[f"documents/{digest_of(other)}.json"] = Content(data)
    report = press(there)
    assert (report.outcome, kinds(report)) == (Outcome.WRONG, {ProblemKind.BAD_DOCUMENT})


def test_a_lie_beside_a_newer_document_is_wrong_all_the_same(
    press: Callable[..., Report], world: World
) -> None:
    lie = world.document()
    (article, _), *others = world.documents()
    assert press(documents=[(lie, world.signed(lie, "az"))]).outcome is Outcome.WRONG
    for false in ([(lie, world.signed(lie, "az"))], [(lie, world.signed(article, "az", "hy"))]):
        report = press(newer_article(world), documents=[*others, *false])
        assert report.outcome is Outcome.WRONG
        assert report.newer, "what is newer is named as well"


def test_a_file_too_many_beside_a_newer_document_is_wrong(
    press: Callable[..., Report], world: World, tmp_path: Path
) -> None:
    press(newer_article(world))
    (tmp_path / "public" / "record" / "note.txt").write_text("x")
    assert look(world, tmp_path / "public").outcome is Outcome.WRONG


def test_what_was_made_from_a_newer_document_is_not_called_wrong(
    press: Callable[..., Report], world: World
) -> None:
    source = Source(digest=Digest("a" * 64), id=new_id(), version=1)
    translation = world.document(
        "translation", made_from=(source,), side="az", body={"language": "az"}
    )
    made = [(translation, world.signed(translation, "az"))]
    assert kinds(press(documents=made)) == {ProblemKind.SOURCE_MISSING}
    assert press(newer_article(world), documents=made).outcome is Outcome.NOT_DECIDED


def test_an_answer_whose_note_opens_it_too_early_is_wrong_beside_a_newer_document(
    press: Callable[..., Report], world: World
) -> None:
    question = world.question()
    answers = {code: world.answer(question, code) for code in world.codes}
    note = world.note(question, {"az": answers["az"]})
    sealed = [
        (question, world.signed(question, *world.codes)),
        (note, world.signed(note, RELEASE_KEY)),
        (answers["az"], world.signed(answers["az"], "az")),
    ]
    report = press(newer_article(world), documents=sealed)
    assert (report.outcome, kinds(report)) == (Outcome.WRONG, {ProblemKind.SEALED})


def test_a_newer_document_in_a_record_whose_root_does_not_hold_is_wrong(
    press: Callable[..., Report], world: World
) -> None:
    report = press(newer_article(world), key=PrivateKey.new())
    assert (report.outcome, kinds(report)) == (Outcome.WRONG, {ProblemKind.BAD_SIGNATURE})


# -- charters


def newer_charter(world: World, keys: Iterable[tuple[str, PrivateKey]]) -> tuple[Digest, Any]:
    data = one_up(written(world.next_charter()).document)
    return digest_of(data), files(data, signed_by(data, keys))


def test_a_charter_one_number_up_is_not_decided(press: Callable[..., Report], world: World) -> None:
    digest, there = newer_charter(world, world.keys.items())
    report = press(there, charters=[world.charter.digest, digest])
    assert (report.outcome, report.problems) == (Outcome.NOT_DECIDED, ())


def test_a_charter_one_number_up_with_another_release_key_is_not_decided(
    press: Callable[..., Report], world: World
) -> None:
    digest, there = newer_charter(world, world.keys.items())
    report = press(there, charters=[world.charter.digest, digest], key=PrivateKey.new())
    assert (report.outcome, report.problems) == (Outcome.NOT_DECIDED, ())


def test_a_stranger_cannot_call_a_charter_of_their_own_newer(
    press: Callable[..., Report], world: World
) -> None:
    stranger = PrivateKey.new()
    digest, there = newer_charter(world, [("az", stranger)])
    report = press(there, charters=[world.charter.digest, digest], key=stranger)
    assert (report.outcome, kinds(report)) == (Outcome.WRONG, {ProblemKind.BAD_SIGNATURE})


def test_a_newer_charter_does_not_lead_back_to_another_fingerprint(
    press: Callable[..., Report], world: World
) -> None:
    digest, there = newer_charter(world, world.keys.items())
    report = press(there, chain=[], charters=[digest])
    assert (report.outcome, ProblemKind.WRONG_CHARTER in kinds(report)) == (Outcome.WRONG, True)


def test_a_charter_that_does_not_hold_is_wrong_before_a_newer_one(
    press: Callable[..., Report], world: World
) -> None:
    weak = written(world.next_charter())
    data = one_up(weak.document)
    chain = [*world.chain(), (weak.document, world.signed(weak.document, "az"))]
    report = press(
        files(data, signed_by(data, world.keys.items())),
        chain=chain,
        charters=[world.charter.digest, weak.digest, digest_of(data)],
    )
    assert (report.outcome, ProblemKind.BAD_CHARTER in kinds(report)) == (Outcome.WRONG, True)


def test_no_document_is_called_wrong_unjudged_under_a_newer_charter_but_false_signatures_are(
    press: Callable[..., Report], world: World
) -> None:
    digest, there = newer_charter(world, world.keys.items())
    lie = world.document()
    false = [(lie, world.signed(world.document(), *world.codes))]
    report = press(there, charters=[world.charter.digest, digest], documents=false)
    assert (report.outcome, kinds(report)) == (Outcome.WRONG, {ProblemKind.BAD_KEYS})


# -- the root, and what is pending


def root_one_up(public: Path, key: PrivateKey, name: str = "visavis-record-2") -> dict[str, Any]:
    value = parse((public / "record" / "manifest.json").read_bytes())
    root = {**value["root"], "format": name, "more": "what nobody here knows"}
    signature = key.sign(digest_of(canonical_bytes(root)), purpose=Purpose.EDITION)
    return {"public_key": key.public.hex, "root": root, "signature": signature}


def put_root(public: Path, value: dict[str, Any]) -> None:
    file = public / "record" / "manifest.json"
    file.unlink()
    file.write_bytes(canonical_bytes(value))


def test_a_root_one_number_up_is_not_decided(world: World, public: Path) -> None:
    put_root(public, root_one_up(public, world.release_key))
    report = look(world, public)
    assert (report.outcome, report.root, report.charter) == (Outcome.NOT_DECIDED, None, None)
    assert dict(report.newer) == {"record/manifest.json": "visavis-record-2"}


@pytest.mark.parametrize("name", ["visavis-record-01", "visavis-record-2x", "visavis-record-99999"])
def test_a_root_with_a_number_that_nobody_would_write_is_wrong(
    world: World, public: Path, name: str
) -> None:
    put_root(public, root_one_up(public, world.release_key, name))
    assert look(world, public).outcome is Outcome.WRONG


def test_a_root_one_number_up_that_its_key_did_not_sign_is_wrong(
    world: World, public: Path
) -> None:
    good = root_one_up(public, world.release_key)
    old = parse((public / "record" / "manifest.json").read_bytes())
    for false in (
        {**good, "signature": old["signature"]},
        {**good, "public_key": PrivateKey.new().public.hex},
        {**good, "public_key": ["a"]},
        {**good, "signature": 5},
        {**good, "more": 1},
        {**old, "root": {**old["root"], "format": "visavis-record-3"}},
    ):
        put_root(public, false)
        report = look(world, public)
        assert (report.outcome, kinds(report)) == (Outcome.WRONG, {ProblemKind.BAD_ROOT})
        with pytest.raises(BadManifestError):
            SignedRoot.from_bytes(canonical_bytes(false))


def pending_one_up(root: Root, key: PrivateKey, name: str = "visavis-pending-2") -> bytes:
    inner = {"format": name, "site": root.site, "rest": "what nobody here knows"}
    signature = key.sign(digest_of(canonical_bytes(inner)), purpose=Purpose.PENDING)
    return canonical_bytes({"pending": inner, "signatures": {key.public.hex: signature}})


def put_pending(public: Path, data: bytes) -> None:
    (public / "record" / "pending").mkdir(exist_ok=True)
    (public / "record" / "pending" / "1.json").write_bytes(data)


def put_blob(public: Path, data: bytes, name: str = "") -> None:
    digest = name or digest_of(data)
    (public / "record" / "blobs" / digest[:2]).mkdir(exist_ok=True)
    (public / "record" / "blobs" / digest[:2] / digest).write_bytes(data)


def test_a_newer_edition_that_was_interrupted_is_not_decided(world: World, public: Path) -> None:
    root = look(world, public).root
    assert root is not None
    put_pending(public, pending_one_up(root, world.release_key))
    put_blob(public, b"a page of the next edition")
    report = look(world, public)
    assert (report.outcome, report.problems) == (Outcome.NOT_DECIDED, ())


def test_a_newer_list_of_what_is_pending_excuses_no_changed_file(
    world: World, public: Path
) -> None:
    root = look(world, public).root
    assert root is not None
    put_pending(public, pending_one_up(root, world.release_key))
    put_blob(public, b"other bytes", name="a" * 64)
    report = look(world, public)
    assert (report.outcome, kinds(report)) == (Outcome.WRONG, {ProblemKind.CHANGED})


@pytest.mark.parametrize("name", ["visavis-pending-2", "visavis-pending-01"])
def test_what_is_pending_counts_for_nothing_without_the_release_key(
    world: World, public: Path, name: str
) -> None:
    root = look(world, public).root
    assert root is not None
    key = PrivateKey.new() if name.endswith("2") else world.release_key
    put_pending(public, pending_one_up(root, key, name))
    report = look(world, public)
    assert (report.outcome, kinds(report)) == (Outcome.WRONG, {ProblemKind.BAD_PENDING})


# -- what people and machines are shown


def test_the_command_says_to_take_the_newer_version_and_exits_with_five(
    press: Callable[..., Report], world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = press(newer_article(world), newer_article(world))
    lines = list(lines_of(report))
    assert lines[-1].startswith("NOT DECIDED: a newer version")
    assert any("and 1 more: written by a newer version (visavis-document-3)" in s for s in lines)
    monkeypatch.setattr("visavis.signing.commands.verified", lambda *_, **__: report)
    options = [str(tmp_path), "--charter", world.charter.digest]
    assert CliRunner().invoke(command, options).exit_code == 5
    pages = CliRunner().invoke(command, [*options, "--pages"], obj=_never)
    assert pages.exit_code == 5, "no page is made of a record that was not judged"
    said = json.loads(CliRunner().invoke(command, [*options, "--json"]).output)
    assert said["outcome"] == "not_decided"
    assert [each["format"] for each in said["newer"]] == ["visavis-document-3"] * 2


def _never(*_: object, **__: object) -> Report:
    raise AssertionError


def test_a_newer_root_is_said_in_words(world: World, public: Path) -> None:
    put_root(public, root_one_up(public, world.release_key))
    assert list(lines_of(look(world, public))) == [
        "record/manifest.json: written by a newer version (visavis-record-2)",
        "NOT DECIDED: a newer version wrote some of this. Take that version, and verify with it.",
    ]


@pytest.mark.parametrize(
    ("value", "is_newer"),
    [
        ("x-2", True),
        ("x-9999", True),
        *((each, False) for each in ("x-1", "x-0", "x-02", "x-10000", "y-2", "x-2\n", None, 2)),
    ],
)
def test_a_format_is_newer_by_its_number_alone(value: object, is_newer: bool) -> None:
    assert bool(formats.newer(value, than="x-1")) is is_newer


def test_a_newer_charter_is_no_charter_here(world: World) -> None:
    with pytest.raises(NewerDocumentError, match="newer version"):
        Charter.from_document(Document.from_bytes(one_up(world.charter.document)))
