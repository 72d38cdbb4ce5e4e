"""The charter is the root of trust: who may make one, change one, and put a lost key back."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from signing_world import DAY, World, rekeyed, signature_of, written

from cast import POLICY
from visavis.signing.canonical import NotCanonicalError, canonical_bytes
from visavis.signing.charter import (
    LEAST,
    Charter,
    CharterFault,
    CharterSide,
    Opens,
    Waiting,
    charter_body,
    why_not_first_charter,
    why_not_succeed,
)
from visavis.signing.document import BadDocumentError, Document, Source, Standing
from visavis.signing.keys import PrivateKey


def fault_of(charter: Charter) -> str | None:
    try:
        written(charter)
    except BadDocumentError as error:
        return str(error)
    return None


def test_a_charter_comes_back_from_its_bytes(any_world: World) -> None:
    again = Charter.from_document(Document.from_bytes(any_world.charter.document.data))
    assert again == any_world.charter
    assert again.digest == any_world.charter.digest
    assert again.side_codes == any_world.codes


@pytest.mark.parametrize("kind", sorted(LEAST))
def test_a_policy_may_ask_for_more_keys_and_never_for_fewer(world: World, kind: str) -> None:
    order = [Opens.ANY_SIDE, Opens.OWN_SIDE, Opens.EVERY_SIDE]
    least = LEAST[kind]
    for opens in Opens:
        fault = fault_of(replace(world.charter, policy={**POLICY, kind: opens}))
        if {Opens.RELEASE_KEY, Opens.RECOVERY_KEY} & {least, opens}:
            is_enough = opens is least
        else:
            is_enough = order.index(opens) >= order.index(least)
        assert fault == (None if is_enough else CharterFault.POLICY_TOO_WEAK)


@pytest.mark.parametrize("opens", Opens)
def test_a_policy_may_list_kinds_that_nobody_here_knows(world: World, opens: Opens) -> None:
    fault = fault_of(replace(world.charter, policy={**LEAST, "poem": opens}))
    is_for_keys = opens is Opens.RECOVERY_KEY
    assert fault == (CharterFault.POLICY_TOO_WEAK if is_for_keys else None)


@pytest.mark.parametrize("word", ["", "Poem", "po em", "1poem", "a" * 21, "poem\n"])
def test_a_policy_lists_words_and_nothing_else(world: World, word: str) -> None:
    policy = {**LEAST, word: Opens.EVERY_SIDE}
    assert fault_of(replace(world.charter, policy=policy)) == CharterFault.POLICY_INCOMPLETE


def test_a_policy_without_a_kind_is_refused(world: World) -> None:
    for kind in LEAST:
        policy = {each: opens for each, opens in POLICY.items() if each != kind}
        assert fault_of(replace(world.charter, policy=policy)) == CharterFault.POLICY_INCOMPLETE


def test_one_side_is_no_joint_site(world: World) -> None:
    one = world.charter.sides[:1]
    assert fault_of(replace(world.charter, sides=one)) == CharterFault.TOO_FEW_SIDES
    assert fault_of(replace(world.charter, sides=())) == CharterFault.TOO_FEW_SIDES
    twins = (one[0], replace(world.charter.sides[1], code=one[0].code))
    assert fault_of(replace(world.charter, sides=twins)) == CharterFault.TOO_FEW_SIDES


def test_no_side_may_be_called_release(world: World) -> None:
    sides = (world.charter.sides[0], replace(world.charter.sides[1], code="release"))
    assert fault_of(replace(world.charter, sides=sides)) == CharterFault.NOT_A_CHARTER


def test_every_name_stands_in_every_language(any_world: World) -> None:
    charter = any_world.charter
    languages = charter.languages
    for names in ({}, dict.fromkeys(languages[:-1], "B"), dict.fromkeys((*languages, "fr"), "B"),
                  dict.fromkeys(languages, ""), dict.fromkeys(languages, 5)):  # fmt: skip
        assert fault_of(replace(charter, names=names)) == CharterFault.NO_COMMON_NAME
        sides = (replace(charter.sides[0], names=names), *charter.sides[1:])
        assert fault_of(replace(charter, sides=sides)) == CharterFault.NO_COMMON_NAME


def test_every_language_of_a_charter_has_a_code_and_every_side_reads_one(world: World) -> None:
    charter = world.charter
    assert fault_of(in_languages(charter, (*charter.languages, "ka"))) is None
    for bad in ("x y", "", "AZ", "azeri", "az\n", "az-latn"):
        languages = (*charter.languages, bad)
        assert fault_of(in_languages(charter, languages)) == CharterFault.NO_COMMON_NAME
    for without in (
        replace(charter.sides[0], languages=()),
        replace(charter.sides[1], languages=()),
    ):
        sides = tuple(without if side.code == without.code else side for side in charter.sides)
        assert fault_of(replace(charter, sides=sides)) == CharterFault.NO_COMMON_NAME


def in_languages(charter: Charter, languages: tuple[str, ...]) -> Charter:
    """The same charter with every name in these languages."""
    names = dict.fromkeys(languages, "Bulaq")
    return replace(
        charter,
        document=replace(charter.document, languages=tuple(sorted(languages))),
        languages=languages,
        names=names,
        sides=tuple(replace(side, names=names) for side in charter.sides),
    )


def test_a_charter_stands_for_itself_alone(world: World) -> None:
    source = Source("a" * 64, "b" * 32, 1)
    for values in (
        {"made_from": (source,)}, {"side": "az"}, {"standing": Standing("az", DAY)}, {"site": "0" * 32},
        {"kind": "article"},
    ):  # fmt: skip
        document = replace(world.charter.document, **values)
        assert fault_of(replace(world.charter, document=document)) == CharterFault.NOT_A_CHARTER


def test_waiting_times_are_whole_and_not_below_nothing(world: World) -> None:
    for waiting in (
        Waiting(unanswered_days=-1),
        Waiting(reopen_hours=True),
        Waiting(recovery_days=10**9),
    ):
        assert fault_of(replace(world.charter, waiting=waiting)) == CharterFault.NOT_A_CHARTER
    assert fault_of(replace(world.charter, waiting=Waiting(0, 0, 0))) is None


JUNK = st.sampled_from(
    [None, 5, True, "", "az", [], [[]], {}, {"a": 1}, [{}], ["az"], "0" * 64, [None]]
)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_body_of_any_shape_is_a_charter_or_refused(data: st.DataObject) -> None:
    world = World()
    body: dict[str, Any] = charter_body(world.charter)
    body["sides"] = [dict(side) for side in body["sides"]]
    target = data.draw(
        st.sampled_from([body, *body["sides"], body["policy"], body["waiting"], body["names"]])
    )
    name = data.draw(st.sampled_from(sorted(target)))
    if data.draw(st.booleans()):
        target[name] = data.draw(JUNK)
    else:
        del target[name]
    try:
        canonical_bytes(body)
        Charter.from_document(replace(world.charter.document, body=body))
    except (BadDocumentError, NotCanonicalError):
        return


def test_the_first_charter_needs_every_side(any_world: World) -> None:
    charter = any_world.charter
    assert why_not_first_charter(charter, any_world.charter_signatures) is None
    for code in any_world.codes:
        signatures = [each for each in any_world.charter_signatures if each.side != code]
        assert why_not_first_charter(charter, signatures) == CharterFault.NOT_SIGNED_BY_ITS_SIDES
    second = any_world.next_charter()
    signed = any_world.signed(second.document, *any_world.codes)
    assert why_not_first_charter(second, signed) == CharterFault.NOT_THE_NEXT


def test_a_recovery_key_does_not_sign_a_first_charter(any_world: World) -> None:
    signatures = [
        signature_of(any_world.charter.document, any_world.recovery[c], side=c)
        for c in any_world.codes
    ]
    assert (
        why_not_first_charter(any_world.charter, signatures) == CharterFault.NOT_SIGNED_BY_ITS_SIDES
    )


class TestSuccession:
    """A new charter needs every side of the old one, and every side of its own."""

    def test_every_sides_key_is_enough(self, any_world: World) -> None:
        new = any_world.next_charter(release_key=PrivateKey.new().public)
        signatures = any_world.signed(new.document, *any_world.codes)
        assert why_not_succeed(any_world.charter, new, signatures) is None
        for code in any_world.codes:
            fewer = [each for each in signatures if each.side != code]
            fault = why_not_succeed(any_world.charter, new, fewer)
            assert fault == CharterFault.NOT_SIGNED_BY_THE_OLD_SIDES

    def test_a_new_side_signs_too(self, world: World) -> None:
        third = World(codes=("az", "ka"))
        side = third.charter.sides[1]
        languages = world.charter.languages
        joining = CharterSide(
            "ka", dict.fromkeys(languages, "K"), ("en",), side.public_key, side.recovery_key
        )
        new = world.next_charter(sides=(*world.charter.sides, joining))
        signatures = world.signed(new.document, *world.codes)
        fault = why_not_succeed(world.charter, new, signatures)
        assert fault == CharterFault.NOT_SIGNED_BY_ITS_SIDES
        signatures += (signature_of(new.document, third.keys["ka"], side="ka"),)
        assert why_not_succeed(world.charter, new, signatures) is None

    def test_no_side_is_put_out_without_its_own_key(self) -> None:
        world = World(codes=("az", "hy", "ka"))
        new = world.next_charter(sides=world.charter.sides[:2])
        signatures = world.signed(new.document, "az", "hy")
        fault = why_not_succeed(world.charter, new, signatures)
        assert fault == CharterFault.NOT_SIGNED_BY_THE_OLD_SIDES

    def test_a_changed_key_signs_with_the_one_before(self, world: World) -> None:
        key = PrivateKey.new()
        new = world.next_charter(sides=rekeyed(world.charter, "az", public_key=key.public))
        old_signatures = world.signed(new.document, *world.codes)
        fault = why_not_succeed(world.charter, new, old_signatures)
        assert fault == CharterFault.NOT_SIGNED_BY_ITS_SIDES
        signatures = (*old_signatures, signature_of(new.document, key, side="az"))
        assert why_not_succeed(world.charter, new, signatures) is None

    def test_only_the_next_version_of_this_charter_follows(self, world: World) -> None:
        new, other = world.next_charter(), World()
        signatures = world.signed(new.document, *world.codes)
        assert why_not_succeed(world.charter, new, signatures) is None
        for values in ({"version": 3}, {"replaces": "a" * 64}, {"day": DAY - timedelta(days=1)}):
            changed = written(replace(new, document=replace(new.document, **values)))
            signed = world.signed(changed.document, *world.codes)
            fault = why_not_succeed(world.charter, changed, signed)
            assert fault == CharterFault.NOT_THE_NEXT
        foreign = other.next_charter()
        signed = world.signed(foreign.document, *world.codes)
        assert why_not_succeed(world.charter, foreign, signed) == CharterFault.ANOTHER_SITE
