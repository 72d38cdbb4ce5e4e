"""C26: an editor sees the whole text and every change, and signs exactly these bytes or nothing."""

import json
import stat
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from signing_world import World

from visavis.signing import sealing
from visavis.signing.canonical import canonical_bytes, digest_of
from visavis.signing.document import Document
from visavis.signing.key_commands import key
from visavis.signing.key_files import KeyFile, KeyFileError, KeyFileFault
from visavis.signing.keys import PrivateKey, Purpose
from visavis.signing.policy import why_not_open
from visavis.signing.recovery import followed
from visavis.signing.signatures import (
    BadSignatureError,
    SignatureFault,
    SignatureFile,
    read_signature,
    sign_document,
)
from visavis.signing.signed import SignedDocument
from visavis.signing.vault import PublicLine

PHRASE = "a passphrase of my own"
Run = Callable[..., Result]


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "MEMORY_KIB", 64)


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "az.key").write_bytes(KeyFile.new(passphrase=PHRASE).data)

    def command(*arguments: str, given: str | None = None) -> Result:
        return CliRunner().invoke(key, list(arguments), input=given)

    return command


def bodied(document: Document, *paragraphs: str, **more: Any) -> Document:
    units = [{"is": "paragraph", "text": text} for text in paragraphs]
    return replace(
        document, body={"versions": {"en": {"title": "The well", "units": units}}, **more}
    )


def test_a_new_key_is_sealed_under_a_passphrase_shown_once(run: Run, tmp_path: Path) -> None:
    result = run("new", "desk.key")
    assert result.exit_code == 0
    place = tmp_path / "desk.key"
    assert stat.S_IMODE(place.stat().st_mode) == 0o600
    passphrase = next(
        line.strip() for line in result.output.splitlines() if line.startswith("    ")
    )
    made = KeyFile.from_bytes(place.read_bytes())
    assert len(passphrase.replace("-", "")) == 25
    private = made.opened(passphrase=passphrase.upper())
    line = result.output.splitlines()[-1]
    assert line == str(made.public) == str(PublicLine.of(private))
    assert private.public.hex == line.split()[0] == made.public_key.hex
    assert private.seed.hex() not in place.read_text() + result.output
    assert passphrase not in place.read_text()


def test_no_two_keys_or_passphrases_are_alike(run: Run) -> None:
    outputs = [run("new", f"{n}.key").output for n in range(5)]
    assert (
        len({line for out in outputs for line in out.splitlines() if line.startswith("    ")}) == 5
    )
    assert len({out.splitlines()[-1] for out in outputs}) == 5


def test_a_key_is_never_written_over(run: Run, tmp_path: Path) -> None:
    before = (tmp_path / "az.key").read_bytes()
    assert run("new", "az.key").exit_code == 1
    (tmp_path / "link.key").symlink_to("elsewhere.key")
    assert run("new", "link.key").exit_code == 1
    assert (tmp_path / "az.key").read_bytes() == before
    assert not (tmp_path / "elsewhere.key").exists()
    assert run("new", "no/such/folder.key").exit_code == 1


def test_a_passphrase_of_ones_own_is_asked_for_twice(run: Run, tmp_path: Path) -> None:
    result = run("new", "own.key", "--choose", given=f"{PHRASE}\n{PHRASE}\n")
    assert result.exit_code == 0
    assert PHRASE not in result.output
    assert KeyFile.from_bytes((tmp_path / "own.key").read_bytes()).opened(passphrase=PHRASE)
    assert run("new", "short.key", "--choose", given="short\nshort\n").exit_code == 1
    assert not (tmp_path / "short.key").exists()


@pytest.mark.parametrize(
    "data", [b"", b"{}", b"[]", b"5", b"\xff", b'{"format":"visavis-key-1"}', b"{" * 9000]
)
def test_what_is_no_key_file_is_said_to_be_none(data: bytes) -> None:
    with pytest.raises(KeyFileError, match=KeyFileFault.NOT_A_KEY_FILE):
        KeyFile.from_bytes(data)


def test_a_key_file_with_anothers_public_key_does_not_open() -> None:
    one, other = (KeyFile.new(passphrase=PHRASE) for _ in range(2))
    for file in (replace(one, public=other.public), replace(one, sealed=other.sealed)):
        with pytest.raises(KeyFileError, match=KeyFileFault.DOES_NOT_OPEN):
            file.opened(passphrase=PHRASE)


def test_the_signature_opens_the_document(run: Run, tmp_path: Path) -> None:
    world = World(
        keys={
            "az": KeyFile.from_bytes((tmp_path / "az.key").read_bytes()).opened(passphrase=PHRASE)
        }
    )
    document = bodied(world.document(), "One source feeds both streets.")
    (tmp_path / "p.json").write_bytes(document.data)
    result = run("sign", "p.json", "--key", "az.key", given=f"y\n{PHRASE}\n")
    assert result.exit_code == 0, result.output
    assert "One source feeds both streets." in result.output
    assert "first version" in result.output
    signed = read_signature((tmp_path / "p.json.signature.json").read_bytes())
    assert signed.digest == document.digest == digest_of((tmp_path / "p.json").read_bytes())
    signatures = (signed.as_signature(side="az"), world.sign(document, "hy"))
    assert why_not_open(document, signatures, charter=world.charter) is None


@pytest.mark.parametrize("answer", ["n\n", "\n", "", "yes please\nn\n", f"n\n{PHRASE}\n"])
def test_without_a_yes_nothing_is_signed(run: Run, tmp_path: Path, answer: str) -> None:
    (tmp_path / "p.json").write_bytes(World().document().data)
    assert run("sign", "p.json", "--key", "az.key", given=answer).exit_code == 1
    assert sorted(p.name for p in tmp_path.glob("*.json")) == ["p.json"]


def test_a_wrong_passphrase_signs_nothing(run: Run, tmp_path: Path) -> None:
    (tmp_path / "p.json").write_bytes(World().document().data)
    result = run("sign", "p.json", "--key", "az.key", "--yes", given="wrong\n")
    assert result.exit_code == 1
    assert "does not open" in result.output
    assert not (tmp_path / "p.json.signature.json").exists()


def test_machines_give_the_passphrase_in_a_file(run: Run, tmp_path: Path) -> None:
    (tmp_path / "p.json").write_bytes(World().document().data)
    (tmp_path / "phrase").write_text(f"{PHRASE}\n")
    arguments = ["sign", "p.json", "--key", "az.key", "--yes", "--passphrase-file"]
    assert run(*arguments, "phrase", "--out", "a.json").exit_code == 0
    assert run(*arguments, "-", "--out", "b.json", given=f"{PHRASE}\n").exit_code == 0
    assert (tmp_path / "a.json").read_bytes() == (tmp_path / "b.json").read_bytes()
    assert run(*arguments, "phrase", "--out", "a.json").exit_code == 1  # not written over


IN_WORDS = {"alone": "By one side only"}
"""Values that are said in words."""


def test_every_value_of_the_document_is_shown(run: Run, tmp_path: Path) -> None:
    world = World()
    for number, (document, _) in enumerate([*world.documents(), *world.chain()]):
        (tmp_path / f"{number}.json").write_bytes(document.data)
        output = run("sign", f"{number}.json", "--key", "az.key", given="n\n").output
        for value in leaves(document.as_json()):
            assert IN_WORDS.get(value, str(value)) in output, value


def leaves(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [leaf for inner in value.values() for leaf in leaves(inner)]
    if isinstance(value, list):
        return [leaf for inner in value for leaf in leaves(inner)]
    told_in_words = {None, "visavis-document-2", "seats-filled", True, False, ""}
    return [] if value in told_in_words else [value]


def test_a_field_hidden_in_the_body_is_shown(run: Run, tmp_path: Path) -> None:
    hidden = {"a": [{"b": ["deep", 7, None, {"c": False}]}], "": "nameless", "n": {}}
    document = bodied(
        World().document(), "Plain.", hidden=hidden, versionss={"en": "not a version"}
    )
    (tmp_path / "p.json").write_bytes(document.data)
    output = run("sign", "p.json", "--key", "az.key", given="n\n").output
    for text in ("deep", "nameless", "not a version", "c: no"):
        assert text in output


def test_changes_since_the_open_version_are_marked_by_words(run: Run, tmp_path: Path) -> None:
    old = bodied(World().document(), "The well is deep.", "Both streets drink.", "It is old.")
    new = bodied(
        replace(old, version=2, replaces=old.digest),
        "The well is not deep.", "Both streets drink.", "A new end.", note="x",
    )  # fmt: skip
    (tmp_path / "old.json").write_bytes(old.data)
    (tmp_path / "new.json").write_bytes(new.data)
    output = run("sign", "new.json", "--key", "az.key", "--open", "old.json", given="n\n").output
    assert "│ The well is {+not+}{+ +}deep." in output or "│ The well is {+not +}deep." in output
    assert "│ Both streets drink." in output
    assert "[-It is old.-]" in output or "[-It is old-]" in output
    assert "{+" in output.split("In addition")[1]


def test_what_is_gone_from_a_whole_language_is_shown(run: Run, tmp_path: Path) -> None:
    versions = {
        c: {"title": c, "units": [{"is": "paragraph", "text": f"in {c}"}]} for c in ("en", "hy")
    }
    old = replace(World().document(), body={"versions": versions})
    new = replace(old, version=2, replaces=old.digest, body={"versions": {"en": versions["en"]}})
    (tmp_path / "old.json").write_bytes(old.data)
    (tmp_path / "new.json").write_bytes(new.data)
    output = run("sign", "new.json", "--key", "az.key", "--open", "old.json", given="n\n").output
    assert "[-in hy-]" in output


def test_a_version_that_is_not_the_replaced_one_is_refused(run: Run, tmp_path: Path) -> None:
    world = World()
    old, other = world.document(), world.document()
    new = replace(old, version=2, replaces=old.digest)
    for name, document in (("old", old), ("other", other), ("new", new)):
        (tmp_path / f"{name}.json").write_bytes(document.data)
    for pair in (("new.json", "other.json"), ("old.json", "other.json")):
        result = run("sign", pair[0], "--key", "az.key", "--open", pair[1], given="y\n")
        assert result.exit_code == 1
        assert "not the version" in result.output
    told = run("sign", "new.json", "--key", "az.key", given="n\n").output
    assert (
        f"To see the changes, use --open with the version that this one replaces: {old.digest}"
        in told
    )


STEERING = {
    "an escape": "a\x1b[2J\x1b]0;title\x07b", "a return": "a\rSigned.", "a backspace": "a\x08b",
    "a turned direction": "a\u202eb\u2066c", "nothing visible": "a\u200b\u2060\ufeffb",
    "a soft hyphen": "a\xadb", "a line of its own": "a\u2028Sign these exact words? [y/N]: y",
    "a tag": "a\U000e0041b",
    "a private letter": "a\ue000b", "C1": "a\x9b2Jb",
}  # fmt: skip


@pytest.mark.parametrize("text", STEERING.values(), ids=STEERING)
def test_words_that_steer_or_hide_are_spelled_out(run: Run, tmp_path: Path, text: str) -> None:
    document = bodied(World().document(), text, **{"evil\x1b[2Jname": text})
    (tmp_path / "p.json").write_bytes(document.data)
    output = run("sign", "p.json", "--key", "az.key", given="n\n").output
    for letter in text:
        if not letter.isprintable():
            assert letter not in output
            assert f"⟨U+{ord(letter):04X}⟩" in output
    assert "\x1b" not in output


def test_a_text_cannot_pass_for_the_programs_own_question(run: Run, tmp_path: Path) -> None:
    document = bodied(
        World().document(), "Nothing.\nSign these exact words? [y/N]: y\nSigned. [-gone-] {+new+}"
    )
    (tmp_path / "p.json").write_bytes(document.data)
    output = run("sign", "p.json", "--key", "az.key", given="n\n").output
    asked = [line for line in output.splitlines() if "Sign these exact words?" in line]
    assert [line.startswith("│ ") for line in asked] == [True, False]
    assert "[-gone-]" not in output.split("Changes since")[0].split("This is a first")[0]


@pytest.mark.parametrize("data", [b"", b"{}", b"not json", b"\xff\xfe", b"[]", b"{" * 99_999])
def test_what_is_no_document_is_not_signed(run: Run, tmp_path: Path, data: bytes) -> None:
    (tmp_path / "p.json").write_bytes(data)
    result = run("sign", "p.json", "--key", "az.key", "--yes", given=f"{PHRASE}\n")
    assert result.exit_code == 1
    assert "not a document" in result.output


def test_a_document_with_one_added_space_is_not_signed(run: Run, tmp_path: Path) -> None:
    (tmp_path / "p.json").write_bytes(World().document().data + b" ")
    assert run("sign", "p.json", "--key", "az.key", "--yes", given=f"{PHRASE}\n").exit_code == 1


def test_a_folder_or_a_flood_is_refused(run: Run, tmp_path: Path) -> None:
    with (tmp_path / "p.json").open("wb") as file:
        file.truncate(1 << 40)
    assert run("sign", "p.json", "--key", "az.key", "--yes").exit_code == 1
    assert run("sign", str(tmp_path), "--key", "az.key", "--yes").exit_code == 2


def test_a_lost_key_is_replaced_with_the_recovery_key(run: Run, tmp_path: Path) -> None:
    """The same command signs the recovery that puts a new key in the place of a lost one."""
    files = {}
    for name in ("recovery", "fresh"):
        files[name] = KeyFile.new(passphrase=PHRASE)
        (tmp_path / f"{name}.key").write_bytes(files[name].data)
    fresh = files["fresh"].opened(passphrase=PHRASE)
    world = World(recovery={"az": files["recovery"].opened(passphrase=PHRASE)})
    new = world.recovery_of("az", fresh)
    (tmp_path / "new.json").write_bytes(new.data)
    signatures = []
    for name in files:
        result = run(
            "sign", "new.json", "--key", f"{name}.key", "--out", f"{name}.json", "--yes",
            given=f"{PHRASE}\n",
        )  # fmt: skip
        assert result.exit_code == 0, result.output
        assert "This is a recovery" in result.output
        assert files["fresh"].public_key.hex in result.output
        signatures.append(
            read_signature((tmp_path / f"{name}.json").read_bytes()).as_signature(side="az")
        )
    signed = SignedDocument(new, tuple(signatures))
    held = followed(world.charter, [signed], on=world.day + timedelta(days=30)).charter.side("az")
    assert held is not None
    assert held.public_key == fresh.public


class TestFingerprint:
    """What people read to each other is alone on the last line."""

    def test_of_a_charters_file_and_of_a_record(
        self, run: Run, world: World, public: Path, tmp_path: Path
    ) -> None:
        (tmp_path / "charter.json").write_bytes(world.charter.document.data)
        for place in ("charter.json", str(public), str(public / "record")):
            result = run("fingerprint", place)
            assert result.exit_code == 0, result.output
            assert result.output.splitlines()[-1] == world.charter.digest
            assert world.keys["az"].public.hex in result.output

    def test_of_what_is_no_charter_there_is_none(
        self, run: Run, world: World, public: Path, tmp_path: Path
    ) -> None:
        (tmp_path / "article.json").write_bytes(world.document().data)
        (tmp_path / "broken.json").write_bytes(world.charter.document.data[:-1])
        (tmp_path / "empty").mkdir()
        for place in ("article.json", "broken.json", "empty"):
            result = run("fingerprint", place)
            assert result.exit_code == 1
            assert "There is no charter" in result.output
        assert run("fingerprint", "nowhere").exit_code == 2
        blob = public / f"record/blobs/{world.charter.digest[:2]}/{world.charter.digest}"
        blob.write_bytes(world.document().data)
        assert run("fingerprint", str(public)).exit_code == 1


class TestSignatureFile:
    """What an editor hands in at the desk."""

    def good(self) -> SignatureFile:
        return sign_document(World().document(), key=PrivateKey.new())

    def test_it_is_read_back(self) -> None:
        signed = self.good()
        assert read_signature(signed.data) == signed
        spaced = json.dumps(json.loads(signed.data), indent=4) + "\r\n"
        assert read_signature(spaced.encode()) == signed

    @pytest.mark.parametrize(
        ("data", "fault"),
        [
            (b" " * 5000, SignatureFault.TOO_LARGE), (b"", SignatureFault.NOT_JSON),
            (b"\xff", SignatureFault.NOT_JSON),
            (b"{" * 4000, SignatureFault.NOT_JSON), (b"[]", SignatureFault.NOT_A_SIGNATURE_FILE),
            (b"5", SignatureFault.NOT_A_SIGNATURE_FILE), (b"null", SignatureFault.NOT_A_SIGNATURE_FILE),
            (b"{}", SignatureFault.NOT_A_SIGNATURE_FILE),
        ],
    )  # fmt: skip
    def test_what_is_none_is_told_why(self, data: bytes, fault: SignatureFault) -> None:
        with pytest.raises(BadSignatureError) as error:
            read_signature(data)
        assert error.value.fault is fault

    @pytest.mark.parametrize(
        ("name", "value", "fault"),
        [
            ("format", "visavis-signature-2", SignatureFault.NOT_A_SIGNATURE_FILE),
            ("digest", "0" * 63, SignatureFault.NOT_A_SIGNATURE_FILE),
            ("digest", "0" * 64, SignatureFault.NOT_SIGNED),
            ("public_key", "0" * 64, SignatureFault.BAD_KEY),
            ("public_key", None, SignatureFault.BAD_KEY),
            ("public_key", "1" + "0" * 63, SignatureFault.NOT_SIGNED),
            ("signature", None, SignatureFault.NOT_A_SIGNATURE_FILE),
            ("signature", "0" * 128, SignatureFault.NOT_SIGNED),
            ("more", 1, SignatureFault.NOT_A_SIGNATURE_FILE),
        ],
    )
    def test_one_changed_field_is_told_why(
        self, name: str, value: object, fault: SignatureFault
    ) -> None:
        data = {**json.loads(self.good().data), name: value}
        with pytest.raises(BadSignatureError) as error:
            read_signature(canonical_bytes(data))
        assert error.value.fault is fault

    def test_a_signature_for_another_purpose_is_none(self) -> None:
        private, digest = PrivateKey.new(), World().document().digest
        for purpose in (Purpose.CLOSING, Purpose.EDITION, Purpose.PENDING):
            file = SignatureFile(digest, private.public, private.sign(digest, purpose=purpose))
            with pytest.raises(BadSignatureError):
                read_signature(file.data)


def test_every_command_has_an_example(run: Run) -> None:
    for name in ("new", "fingerprint", "sign"):
        output = run(name, "--help").output
        assert f"visavis key {name}" in output
        assert "Exit codes" in output
