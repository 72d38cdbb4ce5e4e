"""A side's keys: one pair, given once, standing nowhere else; the private half under a passphrase."""

import pytest
from django.db import IntegrityError, connection, transaction

import editors
from visavis.base.refusal import Refused
from visavis.safety import passphrases
from visavis.safety.secret import Secret
from visavis.sides import actions, keyfiles
from visavis.sides.models import Side
from visavis.sides.rules import SideRefusal
from visavis.signing import sealing
from visavis.signing.keys import PrivateKey
from visavis.signing.vault import vault_key_of

pytestmark = pytest.mark.django_db


MADE: dict[str, PrivateKey] = {}


def new() -> str:
    key = PrivateKey.new()
    MADE[key.public.hex] = key
    return key.public.hex


def give(side: str, public_key: str, recovery_key: str, sealed_key: str = "") -> None:
    """Submit these keys, with the vault key that belongs to the first where it is a key."""
    vault_key = vault_key_of(MADE.get(public_key) or PrivateKey.new())
    actions.give_keys(
        side=side,
        public_key=public_key,
        recovery_key=recovery_key,
        vault_key=vault_key,
        sealed_key=sealed_key,
    )


def refusal_of(side: str, public_key: str, recovery_key: str) -> object:
    with pytest.raises(Refused) as refused:
        give(side, public_key, recovery_key)
    return refused.value.reason


@pytest.fixture
def world() -> editors.World:
    return editors.found("az", "hy", "ka")


@pytest.fixture
def cheap_sealing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "MEMORY_KIB", 8)


@pytest.mark.parametrize("taken", ["side", "recovery", "release"])
@pytest.mark.parametrize("given", ["side", "recovery"])
def test_a_key_that_stands_anywhere_stands_nowhere_else(
    world: editors.World, taken: str, given: str
) -> None:
    held = {"side": new(), "recovery": new(), "release": world.release_key.public.hex}
    MADE[held["release"]] = world.release_key
    give("az", held["side"], held["recovery"])
    pair = {"side": new(), "recovery": new()} | {given: held[taken]}
    assert refusal_of("hy", pair["side"], pair["recovery"]) is SideRefusal.KEY_IN_USE
    assert Side.objects.get(pk="hy").public_key is None


def test_key_and_recovery_key_are_two(world: editors.World) -> None:
    key = new()
    assert refusal_of("az", key, key) is SideRefusal.KEY_IN_USE


def test_a_second_pair_is_refused(world: editors.World) -> None:
    give("az", new(), new())
    assert refusal_of("az", new(), new()) is SideRefusal.HAS_KEYS


@pytest.mark.parametrize(
    "bad",
    [
        "",
        "0" * 64,
        "01" + "0" * 62,
        "f" * 64,
        "G" * 64,
        new().upper(),
        new() + "0",
        "0x" + new()[2:],
    ],
    # Keys are new each time; names of tests are the same in every process.
    ids=[
        *("none", "nought", "one", "no point", "no digits"),
        *("capitals", "a digit too many", "a prefix"),
    ],
)
def test_another_spelling_or_a_weak_point_is_no_key(world: editors.World, bad: str) -> None:
    assert refusal_of("az", bad, new()) is SideRefusal.NOT_A_KEY
    assert refusal_of("az", new(), bad) is SideRefusal.NOT_A_KEY


def test_the_table_itself_refuses_one_key_for_two_sides(world: editors.World) -> None:
    key, recovery = new(), new()
    give("az", key, recovery)
    for column, value in (("public_key", key), ("recovery_key", recovery)):
        other = "recovery_key" if column == "public_key" else "public_key"
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                f"UPDATE sides_side SET {column} = %s, {other} = %s WHERE code = 'hy'",
                [value, new()],
            )


def test_the_table_itself_refuses_half_a_pair(world: editors.World) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Side.objects.filter(pk="az").update(public_key=new())
    with pytest.raises(IntegrityError), transaction.atomic():
        Side.objects.filter(pk="az").update(sealed_key="something")


def test_the_desks_passphrase_opens_the_sides_key_and_no_other_does(
    world: editors.World, cheap_sealing: None
) -> None:
    key, passphrase = MADE[public := new()], passphrases.new_passphrase()
    sealed = actions.sealed_for("az", key, passphrase=passphrase)
    give("az", public, new(), sealed_key=sealed)
    assert actions.open_side_key("az", passphrase).public == key.public
    with pytest.raises(Refused) as refused:
        actions.open_side_key("az", passphrases.new_passphrase())
    assert refused.value.reason is SideRefusal.WRONG_PASSPHRASE
    assert key.seed.hex() not in Side.objects.get(pk="az").sealed_key
    assert key.seed.hex() not in repr(key)


def test_a_sealed_key_moved_to_another_side_does_not_open(
    world: editors.World, cheap_sealing: None
) -> None:
    key, passphrase = PrivateKey.new(), passphrases.new_passphrase()
    sealed = actions.sealed_for("az", key, passphrase=passphrase)
    give("hy", new(), new(), sealed_key=sealed)
    with pytest.raises(Refused) as refused:
        actions.open_side_key("hy", passphrase)
    assert refused.value.reason is SideRefusal.WRONG_PASSPHRASE


@pytest.mark.parametrize("has_keys", [True, False])
def test_a_key_that_is_kept_elsewhere_is_not_opened_here(
    world: editors.World, has_keys: bool
) -> None:
    if has_keys:
        give("az", new(), new())
    with pytest.raises(Refused) as refused:
        actions.open_side_key("az", Secret("whatever"))
    assert refused.value.reason is SideRefusal.KEPT_ELSEWHERE


def test_a_key_file_is_read_back_and_nothing_else_is() -> None:
    key = PrivateKey.new()
    assert keyfiles.key_in(keyfiles.key_file(key)).public == key.public
    assert keyfiles.in_groups(key).replace(" ", "") == key.seed.hex()
    for bad in ("", key.seed.hex(), keyfiles.key_file(key) + "x", keyfiles.key_file(key)[:-3]):
        with pytest.raises(keyfiles.BadKeyFileError):
            keyfiles.key_in(bad)


def test_without_a_release_key_it_is_said_so() -> None:
    with pytest.raises(keyfiles.BadKeyFileError, match="no release key"):
        keyfiles.release_key()
