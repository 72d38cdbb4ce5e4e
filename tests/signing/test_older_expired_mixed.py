"""C31: an older record, an expired one, one of two editions mixed, the wrong charter, a former key."""

import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from signing_world import World, rekeyed

from visavis.press.store import Content
from visavis.signing.commands import lines_of
from visavis.signing.keys import PrivateKey
from visavis.signing.manifest import SignedRoot
from visavis.signing.problems import ProblemKind
from visavis.signing.verify import BadFingerprintError, Outcome, Report, read_fingerprint, verify


def look(world: World, public: Path, **changes: object) -> Report:
    values: dict[str, object] = {"charter_fingerprint": world.charter.digest, "today": world.day}
    return verify(public, **{**values, **changes})  # type: ignore[arg-type]


def kinds(report: Report) -> set[ProblemKind]:
    return {problem.kind for problem in report.problems}


def test_an_older_edition_is_told_from_a_wrong_one(world: World, public: Path) -> None:
    old = public.with_name("old")
    shutil.copytree(public / "record", old / "record")
    world.press(public, [], pages={})
    assert look(world, public, at_least=2).outcome is Outcome.GOOD
    assert look(world, old, at_least=2).outcome is Outcome.OLDER
    assert look(world, old, at_least=1).outcome is Outcome.GOOD


def test_an_expired_edition_is_right_and_past_its_date(world: World, public: Path) -> None:
    last = world.day + timedelta(days=30)
    assert look(world, public, today=last).outcome is Outcome.GOOD
    assert look(world, public, today=last + timedelta(days=1)).outcome is Outcome.EXPIRED
    years = last + timedelta(days=9000)
    assert look(world, public, today=years).outcome is Outcome.EXPIRED


def test_something_wrong_outweighs_old_and_expired(world: World, public: Path) -> None:
    (public / "record/extra").touch()
    late = world.day + timedelta(days=999)
    assert look(world, public, today=late, at_least=9).outcome is Outcome.WRONG


def test_older_outweighs_expired(world: World, public: Path) -> None:
    late = world.day + timedelta(days=999)
    assert look(world, public, today=late, at_least=9).outcome is Outcome.OLDER


@pytest.mark.parametrize("n_pages", [3, 200])
def test_a_new_root_with_old_lists_is_mixed(world: World, tmp_path: Path, n_pages: int) -> None:
    public = tmp_path / "public"
    pages = {
        f"en/{n}/index.html": Content(b"page %d" % n, compressible=False) for n in range(n_pages)
    }
    world.press(public, [], pages=pages)
    old = tmp_path / "old"
    shutil.copytree(public / "record", old)
    world.press(public, [], pages={"en/0/index.html": Content(b"another")})
    new_root, old_root = (folder / "manifest.json" for folder in (public / "record", old))
    kept = old_root.read_bytes()
    shutil.copyfile(new_root, old_root)
    assert ProblemKind.MIXED in kinds(look(world, old))
    new_root.write_bytes(kept)
    assert ProblemKind.MIXED in kinds(look(world, public))


def test_a_missing_top_is_not_called_mixed(world: World, tmp_path: Path) -> None:
    public = tmp_path / "public"
    pages = {f"en/{n}/index.html": Content(b"page %d" % n, compressible=False) for n in range(200)}
    root = world.press(public, [], pages=pages)
    top = public / f"record/manifest/{root.node[:2]}/{root.node}.json"
    top.unlink()
    report = look(world, public)
    assert ProblemKind.MISSING in kinds(report)
    assert ProblemKind.MIXED not in kinds(report)


def test_another_sites_charter_is_refused(world: World, public: Path) -> None:
    report = look(world, public, charter_fingerprint=World().charter.digest)
    assert kinds(report) == {ProblemKind.WRONG_CHARTER}


def test_a_record_made_whole_by_strangers_is_refused(world: World, tmp_path: Path) -> None:
    stranger = World()
    stranger.press(tmp_path / "public", stranger.documents())
    assert look(stranger, tmp_path / "public").outcome is Outcome.GOOD
    assert kinds(look(world, tmp_path / "public")) == {ProblemKind.WRONG_CHARTER}


def test_a_root_signed_by_another_key_is_refused(world: World, tmp_path: Path) -> None:
    for key in (PrivateKey.new(), world.keys["az"], world.recovery["az"]):
        public = tmp_path / key.public.hex
        world.press(public, [], key=key)
        assert kinds(look(world, public)) == {ProblemKind.BAD_SIGNATURE}


def test_a_root_whose_signature_is_anothers_is_refused(world: World, public: Path) -> None:
    place = public / "record/manifest.json"
    signed = SignedRoot.from_bytes(place.read_bytes())
    later = replace(signed.root, edition=99)
    place.write_bytes(replace(signed, root=later).data)
    assert kinds(look(world, public)) == {ProblemKind.BAD_SIGNATURE}
    forged = SignedRoot.sign(later, key=PrivateKey.new())
    place.write_bytes(replace(forged, public_key=world.release_key.public).data)
    assert kinds(look(world, public)) == {ProblemKind.BAD_SIGNATURE}


def test_a_signature_for_a_document_does_not_sign_a_root(world: World, public: Path) -> None:
    from visavis.signing.keys import Purpose

    place = public / "record/manifest.json"
    signed = SignedRoot.from_bytes(place.read_bytes())
    for purpose in (Purpose.DOCUMENT, Purpose.PENDING, Purpose.CLOSING):
        signature = world.release_key.sign(signed.root.digest, purpose=purpose)
        place.write_bytes(replace(signed, signature=signature).data)
        assert kinds(look(world, public)) == {ProblemKind.BAD_SIGNATURE}


def test_after_a_new_charter_the_former_release_key_signs_nothing(
    world: World, tmp_path: Path
) -> None:
    public, new_key = tmp_path / "public", PrivateKey.new()
    first, chain = world.charter, world.chain()
    second = world.next_charter(release_key=new_key.public)
    chain.append((second.document, world.signed(second.document, *world.codes)))
    world.press(public, [], chain=chain, key=world.release_key)
    assert ProblemKind.BAD_SIGNATURE in kinds(look(world, public))
    world.press(public, [], chain=chain, key=new_key)
    for trusted in (first, second):
        report = look(world, public, charter_fingerprint=trusted.digest)
        assert report.outcome is Outcome.GOOD, report.problems


def test_the_former_side_key_signs_nothing_new(world: World, tmp_path: Path) -> None:
    document = world.document()
    by_old_keys = world.signed(document, *world.codes)
    new_key = PrivateKey.new()
    second = world.next_charter(sides=rekeyed(world.charter, "az", public_key=new_key.public))
    old_keys = dict(world.keys)
    world.keys["az"] = new_key
    signatures = (*world.signed(second.document, *world.codes),)
    from signing_world import signature_of

    signatures += (signature_of(second.document, old_keys["az"], side="az"),)
    chain = [*world.chain(), (second.document, signatures)]
    world.press(tmp_path / "public", [(document, by_old_keys)], chain=chain)
    assert ProblemKind.NOT_OPEN in kinds(look(world, tmp_path / "public"))
    world.press(tmp_path / "again", [(document, world.signed(document, *world.codes))], chain=chain)
    assert look(world, tmp_path / "again").outcome is Outcome.GOOD


def test_a_new_charter_that_one_side_did_not_sign_is_refused(
    any_world: World, tmp_path: Path
) -> None:
    world = any_world
    second = world.next_charter(release_key=PrivateKey.new().public)
    for missing in world.codes:
        others = [code for code in world.codes if code != missing]
        chain = [*world.chain(), (second.document, world.signed(second.document, *others))]
        public = tmp_path / missing
        world.press(public, [], chain=chain)
        assert ProblemKind.BAD_CHARTER in kinds(look(world, public))


def test_a_charter_of_the_chain_left_out_is_refused(world: World, tmp_path: Path) -> None:
    second = world.next_charter()
    signed = (second.document, world.signed(second.document, *world.codes))
    world.press(tmp_path / "public", [], chain=[signed])
    report = look(world, tmp_path / "public", charter_fingerprint=second.digest)
    assert ProblemKind.BAD_CHARTER in kinds(report)


def test_a_charter_beside_the_chain_is_refused(world: World, tmp_path: Path) -> None:
    second = world.next_charter()
    signed = (second.document, world.signed(second.document, *world.codes))
    world.press(tmp_path / "public", [signed])
    assert kinds(look(world, tmp_path / "public")) == {ProblemKind.BAD_CHARTER}


def test_an_edition_of_a_day_that_has_not_come_is_a_wrong_clock_and_no_tampering(
    world: World, public: Path
) -> None:
    yesterday = world.day - timedelta(days=1)
    assert look(world, public, today=yesterday).outcome is Outcome.GOOD
    before = yesterday - timedelta(days=1)
    report = look(world, public, today=before)
    assert (report.outcome, report.problems) == (Outcome.FROM_THE_FUTURE, ())
    assert "your clock or the site's is wrong" in "\n".join(lines_of(report))
    (public / "record/extra").touch()
    assert look(world, public, today=before).outcome is Outcome.WRONG, (
        "a wrong clock excuses nothing"
    )


def test_a_charter_of_a_later_day_than_the_edition_is_refused(world: World, tmp_path: Path) -> None:
    public = tmp_path / "p"
    world.press(public, [], day=world.day)
    assert look(world, public).outcome is Outcome.GOOD
    world.press(public, [], day=world.day - timedelta(days=1))
    assert kinds(look(world, public)) == {ProblemKind.FROM_THE_FUTURE}


def test_a_fingerprint_may_be_written_as_people_write_it(world: World, public: Path) -> None:
    digest = world.charter.digest
    spoken = ":".join(digest[n : n + 4] for n in range(0, 64, 4)).upper()
    for text in (digest, digest.upper(), spoken, spoken.replace(":", " "), f" {digest}\n"):
        assert read_fingerprint(text) == digest


@pytest.mark.parametrize("text", ["", "0" * 63, "0" * 65, "g" * 64, "０" * 64, "0x" + "0" * 64])
def test_what_is_no_fingerprint_is_said_to_be_none(text: str, tmp_path: Path, world: World) -> None:
    with pytest.raises(BadFingerprintError, match="64 hexadecimal digits"):
        verify(tmp_path, charter_fingerprint=text, today=world.day)


def test_a_folder_without_a_record_is_wrong(world: World, tmp_path: Path) -> None:
    report = look(world, tmp_path)
    assert report.outcome is Outcome.WRONG
    assert [problem.file for problem in report.problems] == ["manifest.json"]
