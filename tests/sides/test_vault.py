"""A side's vault opens where its signing key is, and nowhere else: not by the disk, nor by another key."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.db import connection

import editors
from visavis.base.refusal import Refused
from visavis.safety.secret import Secret
from visavis.sides import actions, queries
from visavis.sides.models import Side
from visavis.sides.rules import SideRefusal
from visavis.signing import boxes, sealing, vault
from visavis.signing.key_commands import key as key_command
from visavis.signing.key_files import KeyFile
from visavis.signing.keys import PrivateKey, PublicKey, Purpose

pytestmark = pytest.mark.django_db
PASSPHRASE = Secret("six words of the desk of az")
PHRASE = "a passphrase of my own"
ABOUT = "instruction of a card"
WORDS = b"keep my texts"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "MEMORY_KIB", 64)


@pytest.fixture
def key() -> PrivateKey:
    """The key of az, which the server keeps under a passphrase."""
    editors.found("az", "hy")
    made = PrivateKey.new()
    give("az", made, sealed_key=actions.sealed_for("az", made, passphrase=PASSPHRASE))
    return made


def give(side: str, key: PrivateKey, *, sealed_key: str = "", vault_key: str = "") -> None:
    actions.give_keys(
        side=side,
        public_key=key.public.hex,
        recovery_key=PrivateKey.new().public.hex,
        vault_key=vault_key or vault.vault_key_of(key),
        sealed_key=sealed_key,
    )


def sealed(side: str, words: bytes = WORDS, *, about: str = ABOUT) -> bytes:
    public = queries.vault_key(side)
    assert public is not None
    return boxes.seal_to(public, words, about=about)


def test_the_desks_passphrase_opens_what_is_sealed_to_the_vault(key: PrivateKey) -> None:
    box = sealed("az")
    assert WORDS not in box
    assert actions.opened_with(actions.opened_vault("az", PASSPHRASE), box, ABOUT) == WORDS
    with pytest.raises(Refused) as refused:
        actions.opened_vault("az", Secret("six words of somebody else"))
    assert refused.value.reason is SideRefusal.WRONG_PASSPHRASE


@pytest.mark.parametrize("wrong", ["another name", "another side's", "a damaged one", "none"])
def test_a_wrong_box_is_said_to_be_one(key: PrivateKey, wrong: str) -> None:
    give("hy", PrivateKey.new())
    box = {
        "another name": sealed("az", about="ballot part"),
        "another side's": sealed("hy"),
        "a damaged one": sealed("az")[:-1] + b"!",
        "none": b"",
    }[wrong]
    with pytest.raises(Refused) as refused:
        actions.opened_with(actions.opened_vault("az", PASSPHRASE), box, ABOUT)
    assert refused.value.reason is SideRefusal.OTHER_BOX


def test_a_copy_of_every_row_opens_no_box(key: PrivateKey) -> None:
    """No column, and nothing that a key is made of it, is the vault's private half."""
    box = sealed("az")
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM sides_side WHERE code = 'az'")
        columns = [str(each) for each in cursor.fetchone()]
    found = [bytes.fromhex(text[at : at + 64]) for text in columns for at in _hexadecimal(text)]
    assert len(found) >= 5  # both public keys, the vault key, and the two halves of its signature
    for secret in found:
        for private in (secret, boxes.derived(secret, "vault key")):
            with pytest.raises(boxes.CannotOpenError):
                boxes.opened_with(private, box, about=ABOUT)
    assert boxes.opened_with(vault.private_half(key), box, about=ABOUT) == WORDS


def _hexadecimal(text: str) -> range:
    is_hex = len(text) >= 64 and set(text) <= set("0123456789abcdef")
    return range(0, len(text) - 63, 64) if is_hex else range(0)


def test_nobody_who_writes_rows_puts_a_vault_of_their_own_in_its_place(key: PrivateKey) -> None:
    assert queries.vault_key("az") is not None
    thief = PrivateKey.new()
    own = vault.vault_key_of(thief)
    stolen = own[:64] + key.sign("ab" * 32, purpose=Purpose.VAULT)
    for false in (own, stolen, own[:64], ""):
        Side.objects.filter(pk="az").update(vault_key=false)
        assert queries.vault_key("az") is None


@pytest.mark.parametrize("purpose", [each for each in Purpose if each is not Purpose.VAULT])
def test_no_signature_for_anything_else_gives_a_vault(purpose: Purpose) -> None:
    key = PrivateKey.new()
    true = vault.vault_key_of(key)
    assert vault.public_half(true, of=key.public)
    digest = vault.digest_of(bytes.fromhex(true[:64]))
    with pytest.raises(vault.BadVaultKeyError):
        vault.public_half(true[:64] + key.sign(digest, purpose=purpose), of=key.public)


def test_a_vault_of_another_key_is_refused_when_keys_are_given() -> None:
    editors.found("az", "hy")
    with pytest.raises(Refused) as refused:
        give("az", PrivateKey.new(), vault_key=vault.vault_key_of(PrivateKey.new()))
    assert refused.value.reason is SideRefusal.NO_VAULT_KEY
    assert not Side.objects.get(pk="az").has_keys


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda line: line.split()[0], SideRefusal.NO_VAULT_KEY),
        (lambda line: line[:-1], SideRefusal.NO_VAULT_KEY),
        (lambda _line: "", SideRefusal.NOT_A_KEY),
        (lambda line: line[2:], SideRefusal.NOT_A_KEY),
    ],
    ids=["the public key alone", "a digit is cut off", "nothing", "the beginning is cut off"],
)
def test_half_a_line_is_refused_and_says_what_to_paste(change, reason) -> None:
    editors.found("az", "hy")
    line = f"{'2b' * 32} " if reason is SideRefusal.NOT_A_KEY else ""
    line = change(line or str(vault.PublicLine.of(PrivateKey.new())))
    with pytest.raises(Refused) as refused:
        actions.give_brought_keys(
            side="az", public_line=line, recovery_line=PrivateKey.new().public.hex
        )
    assert refused.value.reason is reason


def test_a_key_elsewhere_opens_by_the_command(tmp_path: Path) -> None:
    elsewhere = Elsewhere(tmp_path)
    box, other = sealed("az"), sealed("az", b"\x00\xff", about="part of a ballot")
    asked = {ABOUT: box, "part of a ballot": other}
    with pytest.raises(Refused) as refused:
        actions.opened_with(actions.opened_vault("az", PASSPHRASE), box, ABOUT)
    assert refused.value.reason is SideRefusal.KEPT_ELSEWHERE
    said = elsewhere.run(queries.boxes_file("az", asked), given=f"y\n{PHRASE}\n")
    assert ABOUT in said
    assert (elsewhere.out.stat().st_mode & 0o777) == 0o600
    found = actions.opened_elsewhere("az", elsewhere.out.read_bytes(), asked=asked)
    assert found == {ABOUT: WORDS, "part of a ballot": b"\x00\xff"}


@pytest.mark.parametrize("wrong", ["key", "box", "name", "passphrase", "no", "file", "flood"])
def test_where_one_box_does_not_open_the_command_says_why_and_writes_nothing(
    tmp_path: Path, wrong: str
) -> None:
    elsewhere = Elsewhere(tmp_path)
    true = json.loads(
        queries.boxes_file("az", {"one": sealed("az", about="one"), ABOUT: sealed("az")})
    )
    given, said = f"y\n{PHRASE}\n", "Nothing was opened"
    if wrong == "key":
        true["public_key"], said = PrivateKey.new().public.hex, "another key"
    elif wrong == "box":
        true["boxes"][1]["box"], said = "00" * 90, "does not open this box"
    elif wrong == "name":
        true["boxes"][1]["about"], said = "a harmless thing", "does not open this box"
    elif wrong == "passphrase":
        given = "y\nanother one\n"
    elif wrong == "no":
        given = "n\n"
    elif wrong == "file":
        true["boxes"][1]["box"], said = "not hexadecimal", "not a file of boxes"
    else:
        true["boxes"], said = true["boxes"] * 501, "not a file of boxes"
    assert said in elsewhere.run(json.dumps(true).encode(), given=given, code=1)
    assert not elsewhere.out.exists()


@pytest.mark.parametrize("data", [b"", b"{}", b"[]", b"\xff", b"{" * 99_999, b'{"format": 5}'])
def test_what_is_no_file_of_boxes_is_said_to_be_none(tmp_path: Path, data: bytes) -> None:
    elsewhere = Elsewhere(tmp_path)
    assert "not a file of boxes" in elsewhere.run(data, given=f"y\n{PHRASE}\n", code=1)
    with pytest.raises(Refused) as refused:
        actions.opened_elsewhere("az", data, asked={ABOUT: b""})
    assert refused.value.reason is SideRefusal.BAD_OPENED


def test_what_was_in_other_boxes_is_not_taken(tmp_path: Path) -> None:
    elsewhere = Elsewhere(tmp_path)
    asked = {ABOUT: sealed("az")}
    elsewhere.run(queries.boxes_file("az", asked), given=f"y\n{PHRASE}\n")
    file = elsewhere.out.read_bytes()
    assert actions.opened_elsewhere("az", file, asked=asked) == {ABOUT: WORDS}
    for side, other in (("az", {}), ("az", {**asked, "two": b""}), ("hy", asked)):
        with pytest.raises(Refused) as refused:
            actions.opened_elsewhere(side, file, asked=other)
        assert refused.value.reason is SideRefusal.OTHER_OPENED


class Elsewhere:
    """The machine of the desk of az: its key is in a file there, and the server has the public line."""

    def __init__(self, place: Path) -> None:
        editors.found("az", "hy")
        self.place, self.out = place, place / "given.json.opened.json"
        holder = KeyFile.new(passphrase=PHRASE)
        (place / "desk.key").write_bytes(holder.data)
        again = KeyFile.from_bytes((place / "desk.key").read_bytes())
        recovery = KeyFile.new(passphrase=PHRASE).public
        actions.give_brought_keys(
            side="az", public_line=str(again.public), recovery_line=str(recovery)
        )
        assert Side.objects.get(pk="az").recovery_key == recovery.public_key.hex

    def run(self, content: bytes, *, given: str, code: int = 0) -> str:
        (self.place / "given.json").write_bytes(content)
        arguments = ["open", str(self.place / "given.json"), "--key", str(self.place / "desk.key")]
        result = CliRunner().invoke(key_command, arguments, input=given, catch_exceptions=False)
        assert result.exit_code == code, result.output
        return result.output


def test_the_same_key_has_the_same_vault_each_time() -> None:
    key = PrivateKey(bytes(range(32)))
    line = vault.PublicLine.of(key)
    assert vault.PublicLine.from_text(f"  {line}\n") == line
    assert line.public_key == PublicKey(str(line).split()[0])
    assert vault.public_half(line.vault_key, of=key.public) == boxes.public_of(
        vault.private_half(key)
    )
    assert vault.private_half(key) != key.seed
