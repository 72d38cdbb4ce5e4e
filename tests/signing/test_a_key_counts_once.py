"""C25: one holder never counts as two, and nobody signs in another's name."""

from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st
from signing_world import World, signature_of, written

from visavis.signing.canonical import digest_of
from visavis.signing.charter import Charter, CharterFault, Signature, sides_that_signed
from visavis.signing.document import BadDocumentError
from visavis.signing.keys import (
    FIELD_PRIME,
    SMALL_ORDER,
    BadKeyError,
    PrivateKey,
    PublicKey,
    Purpose,
)

DIGEST = digest_of(b"the same words")
GROUP_ORDER = 2**252 + 27742317777372353535851937790883648493

# The encodings, canonical and not, of the eight points whose order divides eight.
POINTS_OF_SMALL_ORDER = [
    "0100000000000000000000000000000000000000000000000000000000000000",
    "0100000000000000000000000000000000000000000000000000000000000080",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0000000000000000000000000000000000000000000000000000000000000080",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
]


@pytest.mark.parametrize("point", POINTS_OF_SMALL_ORDER)
def test_a_point_of_small_order_is_no_key(point: str) -> None:
    with pytest.raises(BadKeyError):
        PublicKey(point)


def test_the_list_of_small_orders_is_the_whole_one() -> None:
    ys = {
        (int.from_bytes(bytes.fromhex(point), "little") & (2**255 - 1)) % FIELD_PRIME
        for point in POINTS_OF_SMALL_ORDER
    }
    assert ys == SMALL_ORDER
    for y in SMALL_ORDER:
        assert eight_times_is_neutral(y)
    assert not eight_times_is_neutral(
        int.from_bytes(bytes.fromhex(PrivateKey(b"1" * 32).public.hex), "little") & (2**255 - 1)
    )


def eight_times_is_neutral(y: int) -> bool:
    """Double the point three times by the curve's own formulas (RFC 8032 section 5.1.4)."""
    p = FIELD_PRIME
    d = -121665 * pow(121666, -1, p) % p
    x2 = (y * y - 1) * pow(d * y * y + 1, -1, p) % p
    x = pow(x2, (p + 3) // 8, p)
    if (x * x - x2) % p:
        x = x * pow(2, (p - 1) // 4, p) % p
    assert (x * x - x2) % p == 0
    for _ in range(3):
        bottom = d * x * x * y * y
        x, y = (
            2 * x * y * pow(1 + bottom, -1, p) % p,
            (y * y + x * x) * pow(1 - bottom, -1, p) % p,
        )
    return (x, y) == (0, 1)


@pytest.mark.parametrize(
    "spelling",
    [str.upper, lambda t: t + "0", lambda t: t[:-1], lambda t: " " + t[1:], lambda t: "0x" + t[2:]],
)
def test_a_key_has_one_spelling(spelling: object) -> None:
    key = PrivateKey(b"2" * 32).public.hex
    assert PublicKey(key)
    with pytest.raises(BadKeyError):
        PublicKey(spelling(key))  # type: ignore[operator]


def test_a_number_beyond_the_field_is_no_second_spelling() -> None:
    for more in range(19):
        encoded = (FIELD_PRIME + more).to_bytes(32, "little").hex()
        with pytest.raises(BadKeyError):
            PublicKey(encoded)


def test_a_signature_with_a_larger_number_is_refused() -> None:
    """S and S + L satisfy the same equation: only the smaller one is a signature (RFC 8032, 5.1.7)."""
    key = PrivateKey.new()
    signature = bytes.fromhex(key.sign(DIGEST, purpose=Purpose.DOCUMENT))
    assert key.public.has_signed(DIGEST, purpose=Purpose.DOCUMENT, signature=signature.hex())
    number = int.from_bytes(signature[32:], "little") + GROUP_ORDER
    malleated = signature[:32] + number.to_bytes(32, "little")
    assert not key.public.has_signed(DIGEST, purpose=Purpose.DOCUMENT, signature=malleated.hex())


@given(st.integers(0, 511))
def test_no_changed_bit_leaves_a_signature(bit: int) -> None:
    key = PrivateKey(b"3" * 32)
    signature = bytearray.fromhex(key.sign(DIGEST, purpose=Purpose.DOCUMENT))
    signature[bit // 8] ^= 1 << bit % 8
    assert not key.public.has_signed(DIGEST, purpose=Purpose.DOCUMENT, signature=signature.hex())


@pytest.mark.parametrize(
    "signature", ["", "00", "g" * 128, "A" * 128, "０" * 128, None, 5, "0" * 129]
)
def test_what_is_no_signature_is_refused_without_an_error(signature: object) -> None:
    key = PrivateKey(b"4" * 32).public
    assert not key.has_signed(DIGEST, purpose=Purpose.DOCUMENT, signature=signature)  # type: ignore[arg-type]


def test_a_signature_in_capitals_is_not_a_second_one() -> None:
    key = PrivateKey(b"5" * 32)
    signature = key.sign(DIGEST, purpose=Purpose.DOCUMENT)
    assert not key.public.has_signed(DIGEST, purpose=Purpose.DOCUMENT, signature=signature.upper())


def test_a_signature_counts_for_its_own_purpose_only() -> None:
    key = PrivateKey.new()
    for made in Purpose:
        signature = key.sign(DIGEST, purpose=made)
        for asked in Purpose:
            assert key.public.has_signed(DIGEST, purpose=asked, signature=signature) == (
                made is asked
            )


def test_only_digests_are_ever_signed() -> None:
    for text in ("", "pay 100", "a" * 63, DIGEST + "\nvisavis-1 closing sha256:" + DIGEST):
        with pytest.raises(ValueError, match="digest"):
            PrivateKey.new().sign(text, purpose=Purpose.DOCUMENT)  # type: ignore[arg-type]


def test_a_private_key_does_not_show_itself() -> None:
    key = PrivateKey(b"6" * 32)
    assert key.seed.hex() not in repr(key) + str(key)
    assert not hasattr(key, "__dict__")


def test_any_point_that_is_not_on_the_curve_signs_nothing() -> None:
    off = next(
        number for number in range(2, 50)
        if not is_point((number).to_bytes(32, "little"))
    )  # fmt: skip
    key = PublicKey(off.to_bytes(32, "little").hex())
    assert not key.has_signed(DIGEST, purpose=Purpose.DOCUMENT, signature="00" * 64)


def is_point(encoded: bytes) -> bool:
    y = int.from_bytes(encoded, "little")
    p = FIELD_PRIME
    d = -121665 * pow(121666, -1, p) % p
    x2 = (y * y - 1) * pow(d * y * y + 1, -1, p) % p
    assert Ed25519PublicKey.from_public_bytes(encoded)
    return x2 == 0 or pow(x2, (p - 1) // 2, p) == 1


def test_a_signature_repeated_counts_for_one_side(any_world: World) -> None:
    document = any_world.document()
    az = any_world.sign(document, "az")
    for signatures in (
        [az] * 5,
        [az, replace(az, side="hy")],
        [replace(az, side=c) for c in any_world.codes],
    ):
        assert sides_that_signed(any_world.charter, document.digest, signatures) == {"az"}
    every = any_world.signed(document, *any_world.codes)
    assert sides_that_signed(any_world.charter, document.digest, every) == set(any_world.codes)


def test_one_side_signs_twice_with_two_keys_and_still_counts_once(any_world: World) -> None:
    document = any_world.document()
    signatures = [
        any_world.sign(document, "az"),
        signature_of(document, any_world.recovery["az"], side="hy"),
        signature_of(document, any_world.recovery["az"], side="az"),
        signature_of(document, PrivateKey.new(), side="hy"),
        signature_of(document, any_world.release_key, side="hy"),
    ]
    assert sides_that_signed(any_world.charter, document.digest, signatures) == {"az"}


def test_a_key_copied_under_the_other_sides_public_key_counts_for_nobody(any_world: World) -> None:
    document = any_world.document()
    az = any_world.sign(document, "az")
    forged = Signature("hy", any_world.keys["hy"].public.hex, az.signature)
    assert sides_that_signed(any_world.charter, document.digest, [forged]) == set()


@pytest.mark.parametrize(
    ("here", "there"),
    [
        ("az.key", "hy.key"), ("az.key", "hy.recovery"), ("az.key", "az.recovery"), ("az.key", "release"),
        ("hy.recovery", "release"), ("az.key", "hy.former"), ("az.key", "az.former"),
    ],
)  # fmt: skip
def test_no_key_stands_in_two_places_of_a_charter(any_world: World, here: str, there: str) -> None:
    world = any_world
    code, _, part = here.partition(".")
    key = (world.keys if part == "key" else world.recovery)[code].public
    charter = put(world.charter, there, key)
    with pytest.raises(BadDocumentError, match=CharterFault.A_KEY_TWICE):
        written(charter)
    assert written(put(world.charter, there, PrivateKey.new().public))


def put(charter: Charter, place: str, key: PublicKey) -> Charter:
    if place == "release":
        return replace(charter, release_key=key)
    code, _, part = place.partition(".")
    values = {
        "key": {"public_key": key},
        "recovery": {"recovery_key": key},
        "former": {"former_keys": (key,)},
    }
    sides = tuple(replace(s, **values[part]) if s.code == code else s for s in charter.sides)
    return replace(charter, sides=sides)


def test_keys_that_are_no_keys_are_passed_over(any_world: World) -> None:
    """Also where the charter carries old signatures over: bad input is no reason to stop."""
    document = any_world.document()
    carried = frozenset({document.digest})
    sides = tuple(replace(side, carried=carried) for side in any_world.charter.sides)
    carrying = written(replace(any_world.charter, sides=sides))
    bad = [Signature("az", text, "00" * 64) for text in ("", "zz", "0" * 64, "A" * 64, "é")]
    assert sides_that_signed(carrying, document.digest, bad) == set()
    good = any_world.sign(document, "az")
    assert sides_that_signed(carrying, document.digest, [*bad, good]) == {"az"}
