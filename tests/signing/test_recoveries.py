"""A side that has lost its key puts a new one in place, in plain sight; nobody else can stop or steer it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from signing_world import World, signature_of

from visavis.signing.charter import CharterFault, sides_that_signed
from visavis.signing.document import BadDocumentError, Document
from visavis.signing.keys import PrivateKey
from visavis.signing.problems import ProblemKind
from visavis.signing.recovery import Followed, Recovery, followed
from visavis.signing.signed import SignedDocument
from visavis.signing.verify import Outcome, Report, verify

WAIT = timedelta(days=30)


def held(world: World, *found: SignedDocument, after: timedelta = WAIT) -> Followed:
    return followed(world.charter, found, on=world.day + after)


def key_of(result: Followed, code: str) -> str:
    side = result.charter.side(code)
    assert side is not None
    return side.public_key.hex


def announced(world: World, code: str = "az", **changes: Any) -> tuple[SignedDocument, PrivateKey]:
    key = PrivateKey.new()
    document = world.recovery_of(code, key, **changes)
    return world.signed_recovery(document, None if changes.get("taken_back") else key), key


def test_it_is_in_force_on_the_day_the_waiting_ends_and_not_before(any_world: World) -> None:
    signed, key = announced(any_world)
    old = any_world.keys["az"].public.hex
    for days, expected in ((0, old), (29, old), (30, key.public.hex), (4_000, key.public.hex)):
        result = held(any_world, signed, after=timedelta(days=days))
        assert (key_of(result, "az"), result.faults) == (expected, {})
        assert result.charter.digest == any_world.charter.digest
    recovery, _ = held(any_world, signed).right[0]
    assert recovery.in_force_from(any_world.charter) == any_world.day + WAIT


def test_neither_key_is_enough_by_itself(any_world: World) -> None:
    signed, key = announced(any_world)
    for each in signed.signatures:
        alone = SignedDocument(signed.document, (each,))
        result = held(any_world, alone)
        assert result.faults == {signed.digest: CharterFault.NOT_SIGNED_BY_RECOVERY_KEYS}
        assert key_of(result, "az") != key.public.hex


def test_the_other_sides_recovery_key_recovers_nothing_of_ours(any_world: World) -> None:
    signed, key = announced(any_world)
    theirs = signature_of(signed.document, any_world.recovery["hy"], side="az")
    fresh = signature_of(signed.document, key, side="az")
    result = held(any_world, SignedDocument(signed.document, (theirs, fresh)))
    assert result.faults == {signed.digest: CharterFault.NOT_SIGNED_BY_RECOVERY_KEYS}


def test_one_recovery_key_too_many_voids_nothing(any_world: World) -> None:
    signed, key = announced(any_world, "hy")
    too = tuple(
        signature_of(signed.document, any_world.recovery[code], side=code)
        for code in any_world.codes
    )
    result = held(any_world, SignedDocument(signed.document, (*too, *signed.signatures)))
    assert key_of(result, "hy") == key.public.hex


def test_no_side_announces_a_recovery_key_that_is_not_its_own(any_world: World) -> None:
    """Else the key that one side has announced would come to stand under two."""
    one, key = announced(any_world, "hy")
    other, own = announced(any_world, "az", recovery_key=key.public)
    result = held(any_world, one, other)
    assert result.faults == {other.digest: CharterFault.NOT_SIGNED_BY_RECOVERY_KEYS}
    assert key_of(result, "hy") == key.public.hex
    with_it = (*other.signatures, signature_of(other.document, key, side="az"))
    assert not held(any_world, SignedDocument(other.document, with_it)).faults
    assert own.public != key.public


def test_recoveries_of_different_sides_commute(any_world: World) -> None:
    one, az = announced(any_world, "az")
    other, hy = announced(any_world, "hy", day=any_world.day + timedelta(days=3))
    for order in ((one, other), (other, one)):
        result = held(any_world, *order, after=WAIT + timedelta(days=3))
        assert result.faults == {}
        assert (key_of(result, "az"), key_of(result, "hy")) == (az.public.hex, hy.public.hex)


def test_the_last_version_counts_and_waits_from_its_own_day(any_world: World) -> None:
    first, _ = announced(any_world)
    later = any_world.day + timedelta(days=10)
    second, key = announced(any_world, before=first.document, day=later)
    old = any_world.keys["az"].public.hex
    assert key_of(held(any_world, first, second), "az") == old
    after = WAIT + timedelta(days=10)
    assert key_of(held(any_world, first, second, after=after), "az") == key.public.hex
    back, _ = announced(any_world, before=second.document, day=later, taken_back=True)
    result = held(any_world, first, second, back, after=3 * WAIT)
    assert (key_of(result, "az"), result.faults) == (old, {})
    assert [recovery.keys for recovery, _ in result.right] == [None]


def test_what_is_in_force_is_not_taken_back(any_world: World) -> None:
    first, key = announced(any_world)
    late = any_world.day + WAIT
    back, _ = announced(any_world, before=first.document, day=late, taken_back=True)
    result = held(any_world, first, back, after=2 * WAIT)
    assert result.faults == {back.digest: CharterFault.NOT_THE_NEXT}
    assert key_of(result, "az") == key.public.hex


def test_the_key_before_opens_only_what_is_carried(any_world: World) -> None:
    kept, left = any_world.document(), any_world.document()
    signed, _ = announced(any_world, carried=[kept.digest])
    charter = held(any_world, signed).charter
    for document, expected in ((kept, set(any_world.codes)), (left, set(any_world.codes) - {"az"})):
        signatures = any_world.signed(document, *any_world.codes)
        assert sides_that_signed(charter, document.digest, signatures) == expected


def test_a_recovery_revives_no_key_that_another_side_has_retired(any_world: World) -> None:
    """One side's recovery key and another's leaked old key must not add up to both keys."""
    forged = any_world.document()
    leaked = PrivateKey.new()
    hy = any_world.charter.side("hy")
    assert hy is not None
    sides = tuple(
        replace(side, former_keys=(leaked.public,)) if side is hy else side
        for side in any_world.charter.sides
    )
    any_world.charter = replace(any_world.charter, sides=sides)
    signed, key = announced(any_world, carried=[forged.digest])
    charter = held(any_world, signed).charter
    signatures = (signature_of(forged, leaked, side="hy"), signature_of(forged, key, side="az"))
    assert sides_that_signed(charter, forged.digest, signatures) == {"az"}


BAD: dict[str, Callable[[World, PrivateKey], Document]] = {
    "another site": lambda w, k: w.recovery_of("az", k, site="0" * 32),
    "no such side": lambda w, k: w.recovery_of("az", k, side="zz"),
    "an earlier day": lambda w, k: w.recovery_of("az", k, day=w.day - timedelta(days=1)),
    "the key as it is": lambda w, _: w.recovery_of("az", w.keys["az"]),
    "another side's key": lambda w, _: w.recovery_of("az", w.keys["hy"]),
    "the release key": lambda w, _: w.recovery_of("az", w.release_key),
    "its recovery key": lambda w, _: w.recovery_of("az", w.recovery["az"]),
    "one key twice": lambda w, k: w.recovery_of("az", k, recovery_key=k.public),
    "another side's recovery key": lambda w, k: w.recovery_of(
        "az", k, recovery_key=w.recovery["hy"].public
    ),
}


@pytest.mark.parametrize("what", BAD)
def test_what_no_charter_could_hold_is_no_recovery(any_world: World, what: str) -> None:
    key = PrivateKey.new()
    document = BAD[what](any_world, key)
    holders = [*any_world.recovery.values(), *any_world.keys.values(), any_world.release_key, key]
    signatures = tuple(signature_of(document, holder, side="az") for holder in holders)
    result = held(any_world, SignedDocument(document, signatures), after=3 * WAIT)
    assert list(result.faults) == [document.digest]
    assert result.charter == any_world.charter


@pytest.mark.parametrize(
    "changes",
    [
        {"side": None},
        {"languages": ("en",)},
        {"body": {}},
        {"body": {"charter": "x", "keys": None}},
        {"body": {"charter": "a" * 64, "keys": {}}},
        {"body": {"charter": "a" * 64, "keys": None, "more": 1}},
    ],
    ids=str,
)
def test_what_is_no_recovery_is_not_read(world: World, changes: dict[str, Any]) -> None:
    good = world.recovery_of("az", PrivateKey.new())
    assert Recovery.from_document(good)
    with pytest.raises(BadDocumentError):
        Recovery.from_document(replace(good, **changes))


# In a record


@pytest.fixture
def look(world: World, tmp_path: Path) -> Callable[..., Report]:
    folders = count()

    def shown(
        *recoveries: SignedDocument, day: date, today: date | None = None, **more: Any
    ) -> Report:
        values = {"day": day, "valid_until": day, "recoveries": recoveries, **more}
        public = tmp_path / str(next(folders))
        world.press(public, values.pop("documents", []), **values)
        return verify(public, charter_fingerprint=world.charter.digest, today=today or day)

    return shown


def kinds(report: Report) -> set[ProblemKind]:
    return {problem.kind for problem in report.problems}


def test_a_record_is_judged_by_the_keys_in_force(world: World, look: Callable[..., Report]) -> None:
    signed, key = announced(world)
    then = world.day + WAIT
    article = world.document(day=then)
    new = (signature_of(article, key, side="az"), world.sign(article, "hy"))
    old = world.signed(article, "az", "hy")
    assert look(signed, day=then, documents=[(article, new)]).outcome is Outcome.GOOD
    assert ProblemKind.NOT_OPEN in kinds(look(signed, day=then, documents=[(article, old)]))
    early = then - timedelta(days=1)
    article = world.document(day=early)
    old = world.signed(article, "az", "hy")
    assert look(signed, day=early, documents=[(article, old)]).outcome is Outcome.GOOD


def test_a_recovery_waits_even_if_the_edition_is_dated_ahead(
    world: World, look: Callable[..., Report]
) -> None:
    signed, key = announced(world)
    then = world.day + WAIT
    article = world.document(day=then)
    documents = [(article, (signature_of(article, key, side="az"), world.sign(article, "hy")))]
    yesterday = then - timedelta(days=1)
    early = look(signed, day=then, today=yesterday, documents=documents)
    assert ProblemKind.NOT_OPEN in kinds(early)
    assert look(signed, day=then, documents=documents).outcome is Outcome.GOOD


def test_the_next_charter_is_signed_with_the_keys_of_its_day(
    world: World, look: Callable[..., Report]
) -> None:
    signed, key = announced(world)
    then = world.day + WAIT
    sides = held(world, signed).charter.sides
    after = world.next_charter(sides=sides, day=then)
    right = (signature_of(after.document, key, side="az"), world.sign(after.document, "hy"))
    wrong = world.signed(after.document, "az", "hy")
    for signatures, is_good in ((right, True), (wrong, False)):
        chain = [*world.chain(), (after.document, signatures)]
        report = look(signed, day=then, chain=chain)
        assert (report.outcome is Outcome.GOOD) == is_good, report.problems
    without = look(day=then, chain=[*world.chain(), (after.document, right)])
    assert ProblemKind.BAD_CHARTER in kinds(without)


def test_a_recovery_that_the_root_does_not_name_is_named(
    world: World, look: Callable[..., Report]
) -> None:
    signed, _ = announced(world)
    report = look(day=world.day, documents=[(signed.document, signed.signatures)])
    assert kinds(report) == {ProblemKind.BAD_CHARTER}


def test_a_false_recovery_is_named(world: World, look: Callable[..., Report]) -> None:
    signed, _ = announced(world)
    half = SignedDocument(signed.document, signed.signatures[:1])
    assert kinds(look(half, day=world.day)) == {ProblemKind.BAD_CHARTER}
    elsewhere = world.recovery_of("az", PrivateKey.new())
    body = {**elsewhere.body, "charter": "a" * 64}
    foreign = world.signed_recovery(replace(elsewhere, body=body), None)
    assert kinds(look(foreign, day=world.day)) == {ProblemKind.BAD_CHARTER}


def test_a_recovery_shows_no_other_key_beside_it(world: World, look: Callable[..., Report]) -> None:
    signed, _ = announced(world)
    more = (*signed.signatures, world.sign(signed.document, "hy"))
    report = look(SignedDocument(signed.document, more), day=world.day)
    assert kinds(report) == {ProblemKind.BAD_KEYS}


def test_a_recovery_of_a_newer_shape_is_not_decided(
    world: World, look: Callable[..., Report]
) -> None:
    """It may change whose keys count: nothing is called right, and nothing wrong for lack of a key."""
    signed, key = announced(world)
    newer = replace(signed.document, shape="recovery-2")
    article = world.document()
    documents = [(article, (signature_of(article, key, side="az"), world.sign(article, "hy")))]
    report = look(world.signed_recovery(newer, key), day=world.day, documents=documents)
    assert report.outcome is Outcome.NOT_DECIDED, report.problems
