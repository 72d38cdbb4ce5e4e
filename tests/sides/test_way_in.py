"""A lost desk comes in again with its own key or recovery key, and nobody else lets anybody in."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from click.testing import CliRunner

import desks as stage
import editors
from visavis.base import data as places
from visavis.base.refusal import Refused
from visavis.people import actions as people
from visavis.people.models import Account
from visavis.project.doctor import desks as desks_of_doctor
from visavis.project.way_in import way_in
from visavis.safety.secret import Secret
from visavis.sides import actions, queries
from visavis.sides.models import SetUpCode, WayIn
from visavis.sides.rules import SideRefusal
from visavis.signing.codes import hash_of_code, new_code
from visavis.signing.desk_statements import DeskAct, Statement, sign_statement
from visavis.signing.key_commands import key as key_command
from visavis.signing.keys import PrivateKey, Purpose

pytestmark = pytest.mark.django_db
TODAY = stage.DAY
AT = datetime(TODAY.year, TODAY.month, TODAY.day, 9, tzinfo=UTC)


@pytest.fixture
def desks() -> stage.Desks:
    return stage.at_work()


def statement(code: str, **other: object) -> Statement:
    site = queries.site()
    assert site
    facts = {"site": site.pk, "side": "az", "act": DeskAct.WAY_IN, "day": TODAY, **other}
    return Statement(about=hash_of_code(code), **facts)  # type: ignore[arg-type]


def test_the_sides_key_lets_a_lost_desk_in_at_once_and_every_desk_sees_it(
    desks: stage.Desks,
) -> None:
    code = new_code()
    signed = sign_statement(statement(code), key=desks.site.key("az")).data
    actions.let_in(side="az", signed=signed, today=TODAY)
    with stage.on(TODAY):
        for side in ("az", "hy"):
            editors.signed_in(desks.account[side], client=desks.client[side])
            for page in ("", "editors/", "questions/", "library/", "charter/"):
                shown = desks.page(side, f"/en/desk/{page}")
                assert (
                    "Let in again, with a signature made with its own key or recovery key" in shown
                )
        assert any("Let in again" in each.says for each in desks_of_doctor(AT))
    editor = editors.joined(Secret(code), label="Again", at=AT)
    assert editor.account.side_id == "az"
    with pytest.raises(Refused) as refused:
        actions.let_in(side="az", signed=signed, today=TODAY)
    assert refused.value.reason is SideRefusal.USED_STATEMENT


def test_the_recovery_key_lets_in_after_days_that_everybody_sees(desks: stage.Desks) -> None:
    code = new_code()
    recovery = desks.site.sides["az"].recovery
    made = actions.let_in(
        side="az", signed=sign_statement(statement(code), key=recovery).data, today=TODAY
    )
    assert made.counts_from == TODAY + timedelta(days=2)
    with pytest.raises(Refused):
        people.way_in(Secret(code), is_signed_in=False, today=TODAY + timedelta(days=1))
    assert people.way_in(Secret(code), is_signed_in=False, today=made.counts_from).side == "az"
    with pytest.raises(Refused):
        people.way_in(Secret(code), is_signed_in=False, today=TODAY + timedelta(days=10))


Forged = Callable[[stage.Desks, str], bytes]
FORGED: dict[str, Forged] = {
    "by the operator": lambda desks, code: (
        sign_statement(statement(code), key=desks.site.release_key).data
    ),
    "by the other side": lambda desks, code: (
        sign_statement(statement(code), key=desks.site.key("hy")).data
    ),
    "for the other side": lambda desks, code: (
        sign_statement(statement(code, side="hy"), key=desks.site.key("az")).data
    ),
    "for another site": lambda desks, code: (
        sign_statement(statement(code, site="f" * 32), key=desks.site.key("az")).data
    ),
    "to invite": lambda desks, code: (
        sign_statement(statement(code, act=DeskAct.INVITE), key=desks.site.key("az")).data
    ),
    "of long ago": lambda desks, code: (
        sign_statement(
            statement(code, day=TODAY - timedelta(days=8)), key=desks.site.key("az")
        ).data
    ),
    "of tomorrow": lambda desks, code: (
        sign_statement(
            statement(code, day=TODAY + timedelta(days=1)), key=desks.site.key("az")
        ).data
    ),
    "not signed": lambda _desks, code: statement(code).data,
    "nothing": lambda _desks, _code: b"",
}


@pytest.mark.parametrize("how", FORGED)
def test_a_way_in_that_the_side_did_not_sign_lets_nobody_in(desks: stage.Desks, how: str) -> None:
    code = new_code()
    with pytest.raises(Refused):
        actions.let_in(side="az", signed=FORGED[how](desks, code), today=TODAY)
    assert not SetUpCode.objects.exists()
    assert not WayIn.objects.exists()


@pytest.mark.parametrize("purpose", [each for each in Purpose if each is not Purpose.DESK])
def test_a_signature_for_anything_else_lets_nobody_in(desks: stage.Desks, purpose: Purpose) -> None:
    said, key = statement(new_code()), desks.site.key("az")
    file = json.loads(sign_statement(said, key=key).data)
    file["signature"] = key.sign(said.digest, purpose=purpose)
    with pytest.raises(Refused):
        actions.let_in(side="az", signed=json.dumps(file).encode(), today=TODAY)


@pytest.fixture
def founded(desks: stage.Desks, data: Path) -> stage.Desks:
    places.make_private(places.data_directory())
    places.write_private(places.secret_file(), b"x" * 50)
    return desks


def test_the_commands_let_a_desk_in_that_signs_elsewhere(
    founded: stage.Desks, tmp_path: Path
) -> None:
    charter, key_file, out = tmp_path / "charter.json", tmp_path / "key", tmp_path / "way-in.json"
    charter.write_bytes(founded.site.document.data)
    key_file.write_text(f"visavis-private-key-1\n{founded.site.key('az').seed.hex()}\n")
    with time_machine.travel(AT, tick=False):
        asked = [str(charter), "--side", "az", "--key", str(key_file), "--out", str(out)]
        made = CliRunner().invoke(key_command, ["way-in", *asked])
        assert made.exit_code == 0, made.output
        code = next(line.strip() for line in made.output.splitlines() if line.startswith("    "))
        assert code not in out.read_text()
        for side, exit_code in (("hy", 1), ("xx", 1), ("az", 0), ("az", 1)):
            done = CliRunner().invoke(way_in, [side, str(out)])
            assert done.exit_code == exit_code, done.output
        assert editors.joined(Secret(code), label="Again", at=AT).account.side_id == "az"


def test_the_desks_passphrase_at_the_terminal_does_the_same(founded: stage.Desks) -> None:
    Account.objects.filter(side="az").delete()
    with time_machine.travel(AT, tick=False):
        wrong = CliRunner().invoke(way_in, ["az"], input="six wrong words of nobody\n")
        assert wrong.exit_code == 1
        assert not SetUpCode.objects.exists()
        done = CliRunner().invoke(way_in, ["az"], input=f"{founded.passphrase['az']}\n")
        assert done.exit_code == 0, done.output
        code = next(line.strip() for line in done.output.splitlines() if line.startswith("    "))
        assert editors.joined(Secret(code), label="Again", at=AT).account.side_id == "az"


def test_a_key_that_is_not_the_sides_makes_no_way_in(desks: stage.Desks, tmp_path: Path) -> None:
    charter, key_file = tmp_path / "charter.json", tmp_path / "key"
    charter.write_bytes(desks.site.document.data)
    key_file.write_text(PrivateKey.new().seed.hex())
    asked = [str(charter), "--side", "az", "--key", str(key_file), "--out", str(tmp_path / "o")]
    assert CliRunner().invoke(key_command, ["way-in", *asked]).exit_code == 1
    assert not (tmp_path / "o").exists()


def test_a_way_in_is_forgotten_after_its_days(desks: stage.Desks) -> None:
    signed = sign_statement(statement(new_code()), key=desks.site.key("az")).data
    actions.let_in(side="az", signed=signed, today=TODAY)
    actions.forget_what_is_past(today=TODAY + timedelta(days=29))
    assert WayIn.objects.exists()
    assert not SetUpCode.objects.exists()
    actions.forget_what_is_past(today=TODAY + timedelta(days=30))
    assert not WayIn.objects.exists()
