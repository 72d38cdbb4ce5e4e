"""A new charter needs every side, old keys and new; a recovery key needs only time, in plain sight."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from judge import assert_all_is_rightly_open, open_digests
from rows import insert_signature, sql

import cast
from cast import (
    DAY,
    THREE,
    TWO,
    SideKeys,
    SiteKeys,
    a_charter,
    a_question,
    a_recovery,
    an_answer,
    an_article,
    announce,
    found,
    next_version,
    open_,
    propose,
    sign,
    turn,
    with_new_key,
)
from visavis.base.refusal import Refused
from visavis.record import actions, chain, public
from visavis.record.rules import RecordRefusal, RefusalReason, State
from visavis.signing.charter import Charter, CharterSide, charter_body
from visavis.signing.document import BadDocumentError
from visavis.signing.keys import PrivateKey, PublicKey

pytestmark = pytest.mark.django_db
NOON = datetime(DAY.year, DAY.month, DAY.day, 12, tzinfo=UTC)
WAIT = timedelta(days=30)


@pytest.fixture(params=[TWO, THREE], ids=["two sides", "three sides"])
def site(request: pytest.FixtureRequest) -> SiteKeys:
    site = a_charter(request.param)
    found(site)
    return site


def refused(reason: RecordRefusal):  # type: ignore[no-untyped-def]
    return pytest.raises(Refused, match=f"^{reason.value}$")


def in_force() -> Charter:
    charter = public.current_charter(on=DAY)
    assert charter is not None
    return charter


def test_a_new_key_needs_every_side_and_both_its_own(site: SiteKeys) -> None:
    new = with_new_key(site, "hy")
    propose(new.document, site=site)
    steps = [(side, site) for side in site.codes] + [("hy", new)]
    for side, keys in steps[:-1]:
        assert turn(new.document, side, site=keys) is State.PROPOSED
        assert in_force().digest == site.charter.digest
    with refused(RecordRefusal.ALREADY_TURNED):
        turn(new.document, "hy", site=site)
    assert turn(new.document, "hy", site=new) is State.OPEN
    assert in_force().digest == new.charter.digest
    assert [each.digest for each in public.charter_chain()] == [
        site.document.digest,
        new.document.digest,
    ]


def test_a_charter_replaced_twice_is_followed_to_its_end(site: SiteKeys) -> None:
    chain = [site]
    for side in ("hy", "az", "hy"):
        before, new = chain[-1], with_new_key(chain[-1], side)
        rotate(before, new)
        chain.append(new)
    assert [each.digest for each in public.charter_chain()] == [
        each.document.digest for each in chain
    ]
    text = open_(an_article(chain[-1]), chain[-1])
    assert assert_all_is_rightly_open(chain[-1]) == {text.digest}


def rotate(old: SiteKeys, new: SiteKeys) -> None:
    propose(new.document, site=old)
    for side in new.codes:
        if side in old.codes:
            turn(new.document, side, site=old)
        if side not in old.codes or old.key(side).public != new.key(side).public:
            turn(new.document, side, site=new)


def test_a_retired_key_opens_only_what_the_charter_carries(site: SiteKeys) -> None:
    kept, left = open_(an_article(site), site), open_(an_article(site), site)
    half = propose(an_article(site), site=site)
    turn(half, "hy", site=site)
    new = with_new_key(site, "hy", carried=[kept.digest])
    rotate(site, new)
    assert assert_all_is_rightly_open(new) == {kept.digest}
    assert left.digest not in open_digests()
    with refused(RecordRefusal.ALREADY_TURNED):
        turn(half, "hy", site=site)
    fresh = propose(an_article(new), site=new)
    with refused(RecordRefusal.WRONG_KEY):
        turn(fresh, "hy", site=site)
    for side in new.codes:
        turn(half, side, site=new)
    assert half.digest in open_digests()


def test_answers_stay_out_when_what_filled_the_seats_is_carried(site: SiteKeys) -> None:
    question = open_(a_question(site), site)
    answers = [open_(an_answer(site, to=question, side=side), site) for side in site.codes]
    actions.settle(at=NOON)
    before = open_digests()
    assert {each.digest for each in answers} <= before
    new = with_new_key(site, "hy", carried=[question.digest, *(a.digest for a in answers)])
    rotate(site, new)
    assert assert_all_is_rightly_open(new) == before


def test_a_third_side_joins_with_the_keys_of_all(site: SiteKeys) -> None:
    joins = SideKeys("ru", PrivateKey.new(), PrivateKey.new())
    charter = site.charter
    third = CharterSide(
        code="ru",
        names=dict.fromkeys(charter.languages, "Third"),
        languages=("ru",),
        public_key=joins.key.public,
        recovery_key=joins.recovery.public,
    )
    body = charter_body(replace(charter, sides=(*charter.sides, third)))
    new = SiteKeys(
        next_version(site.document, body=body), {**site.sides, "ru": joins}, site.release_key
    )
    with refused(RecordRefusal.NO_SUCH_SIDE):
        propose(new.document, by="ru", site=site)
    propose(new.document, site=site)
    for side in site.codes:
        turn(new.document, side, site=site)
    assert in_force().digest == site.charter.digest
    turn(new.document, "ru", site=new)
    assert in_force().side_codes == (*site.codes, "ru")
    text = propose(an_article(new), site=new)
    for side in site.codes:
        assert turn(text, side, site=new) is State.PROPOSED
    assert turn(text, "ru", site=new) is State.OPEN


# Recovery


def chain_on(day: date) -> Charter:
    charter = public.current_charter(on=day)
    assert charter is not None
    return charter


def key_of(side: str, *, on: date) -> PublicKey:
    named = chain_on(on).side(side)
    assert named is not None
    return named.public_key


def test_a_recovery_key_puts_a_new_key_in_place_after_the_waiting_time(site: SiteKeys) -> None:
    document, new = announce(site, "hy", new_recovery=True)
    assert chain_on(DAY).digest == site.charter.digest
    (under_way,) = public.recoveries_under_way(on=DAY)
    assert under_way.document == document
    assert under_way.in_force_from(site.charter) == DAY + WAIT
    assert key_of("hy", on=DAY + WAIT - timedelta(days=1)) == site.key("hy").public
    assert key_of("hy", on=DAY + WAIT) == new.key("hy").public
    held = chain_on(DAY + WAIT).side("hy")
    assert held is not None
    assert held.recovery_key == new.sides["hy"].recovery.public
    assert held.former_keys == (site.key("hy").public,)
    assert chain_on(DAY + WAIT).digest == site.charter.digest, "readers know the charter by this"
    assert public.recoveries_under_way(on=DAY + WAIT) == ()


def test_a_recovery_is_refused_closed_and_taken_back_by_nobody_else(site: SiteKeys) -> None:
    document, _ = announce(site, "hy")
    with refused(RecordRefusal.NOT_PROPOSED):
        actions.refuse(digest=document.digest, side="az", reason=RefusalReason.LAW, today=DAY)
    with refused(RecordRefusal.NOT_OPEN):
        cast.take_down(document, "az", site=site, at=NOON)
    back, _ = a_recovery(site, "hy", before=document, taken_back=True)
    with refused(RecordRefusal.NOT_OUR_WORDS):
        propose(back, by="az", site=site)


def test_a_half_signed_recovery_cannot_be_refused_and_stands_in_nobodys_way(site: SiteKeys) -> None:
    document, _ = a_recovery(site, "hy")
    propose(document, by="hy", site=site)
    with refused(RecordRefusal.NOT_ASKED):
        actions.refuse(digest=document.digest, side="az", reason=RefusalReason.LAW, today=DAY)
    for side in site.codes:
        with refused(RecordRefusal.WRONG_KEY if side == "hy" else RecordRefusal.NOT_ASKED):
            turn(document, side, site=site)
    rotate(site, with_new_key(site, "az"))


def test_its_own_recovery_key_alone_takes_a_recovery_back(site: SiteKeys) -> None:
    document, stolen = announce(site, "hy")
    later = DAY + timedelta(days=3)
    back, _ = a_recovery(site, "hy", before=document, taken_back=True, day=later)
    propose(back, by="hy", site=site, today=later)
    for key in (site.key("hy"), stolen.key("hy"), site.sides["az"].recovery):
        with refused(RecordRefusal.WRONG_KEY):
            turn(back, "hy", site=site, key=key, today=later)
    turn(back, "hy", site=site, key=site.sides["hy"].recovery, today=later)
    assert public.recoveries_under_way(on=later) == ()
    assert key_of("hy", on=DAY + 3 * WAIT) == site.key("hy").public


def test_what_was_taken_back_is_not_brought_back_by_a_row(site: SiteKeys) -> None:
    document, _ = announce(site, "hy")
    back, _ = announce(site, "hy", before=document, taken_back=True)
    chain.remember_charters()
    sql("UPDATE record_document SET state = 'refused' WHERE digest = %s", back.digest)
    sql("UPDATE record_document SET state = 'open' WHERE digest = %s", document.digest)
    assert public.charter_chain(on=DAY + 2 * WAIT) == (), "nothing is shown rather than guessed"
    sql("UPDATE record_document SET state = 'superseded' WHERE digest = %s", back.digest)
    sql("DELETE FROM record_signature WHERE document_id = %s", back.digest)
    assert public.charter_chain(on=DAY + 2 * WAIT) == ()


def test_other_keys_take_the_place_of_those_announced_and_wait_anew(site: SiteKeys) -> None:
    document, first = announce(site, "hy")
    later = DAY + timedelta(days=20)
    _, second = announce(site, "hy", before=document, day=later)
    assert key_of("hy", on=DAY + WAIT) == site.key("hy").public
    assert key_of("hy", on=later + WAIT) == second.key("hy").public
    assert first.key("hy").public not in chain_on(later + WAIT).side("hy").former_keys  # type: ignore[union-attr]


def test_a_recovery_in_force_is_not_replaced_but_followed_by_another(site: SiteKeys) -> None:
    document, new = announce(site, "hy", new_recovery=True)
    later = DAY + WAIT
    again, _ = a_recovery(new, "hy", before=document, day=later)
    with refused(RecordRefusal.NOT_THE_NEXT_VERSION):
        propose(again, by="hy", site=site, today=later)
    _, newest = announce(new, "hy", day=later, today=later)
    assert key_of("hy", on=later + WAIT) == newest.key("hy").public
    assert chain_on(later + WAIT).side("hy").former_keys == (  # type: ignore[union-attr]
        site.key("hy").public,
        new.key("hy").public,
    )


def test_a_side_has_one_recovery_under_way(site: SiteKeys) -> None:
    announce(site, "hy")
    other, _ = a_recovery(site, "hy", day=DAY + timedelta(days=29))
    with refused(RecordRefusal.NOT_THE_NEXT_VERSION):
        propose(other, by="hy", site=site, today=other.day)


def test_recoveries_of_two_sides_commute(site: SiteKeys) -> None:
    """One side's announcement must never keep the other's lost or stolen key in place."""
    _, first = announce(site, "az")
    later = DAY + timedelta(days=1)
    _, second = announce(site, "hy", day=later)
    assert key_of("az", on=DAY + WAIT) == first.key("az").public
    assert key_of("hy", on=DAY + WAIT) == site.key("hy").public
    assert key_of("hy", on=later + WAIT) == second.key("hy").public
    assert key_of("az", on=later + WAIT) == first.key("az").public


def test_another_sides_recovery_key_under_a_recovery_changes_nothing(site: SiteKeys) -> None:
    document, new = announce(site, "hy")
    with refused(RecordRefusal.NOT_PROPOSED):
        turn(document, "az", site=site, key=site.sides["az"].recovery)
    signed = sign(document, site.sides["az"].recovery, side="az")
    insert_signature(document.digest, **signed.as_json())
    assert key_of("hy", on=DAY + WAIT) == new.key("hy").public


def test_a_new_charter_under_every_key_overrides_a_recovery(site: SiteKeys) -> None:
    announce(site, "hy")
    new = with_new_key(site, "az")
    rotate(site, new)
    assert public.recoveries_under_way(on=DAY) == ()
    later = DAY + 2 * WAIT
    assert key_of("hy", on=later) == site.key("hy").public
    assert key_of("az", on=later) == new.key("az").public


def test_a_charter_that_was_asked_for_before_a_recovery_was_in_force_opens_no_more(
    site: SiteKeys,
) -> None:
    """It was written down under keys that have changed since: it is withdrawn and proposed again."""
    charter = with_new_key(site, "az")
    propose(charter.document, by="az", site=site)
    _, new = announce(site, "hy")
    later = DAY + WAIT
    for keys in (site, new):
        with refused(RecordRefusal.NOT_THE_NEXT_VERSION):
            turn(charter.document, "hy", site=keys, today=later)
    assert [link.digest for link in public.charter_chain(on=later)] == [site.document.digest]


def test_the_next_charter_is_signed_with_the_recovered_key(site: SiteKeys) -> None:
    kept = open_(an_article(site), site)
    _, new = announce(site, "hy", carried=[kept.digest])
    later = DAY + WAIT
    held = chain_on(later)
    az = PrivateKey.new()
    sides = tuple(
        replace(side, public_key=az.public, former_keys=(side.public_key,), carried={kept.digest})
        if side.code == "az"
        else side
        for side in held.sides
    )
    body = charter_body(replace(held, sides=sides))
    charter = next_version(site.document, body=body, day=later)
    propose(charter, by="az", site=site, today=later)
    with refused(RecordRefusal.WRONG_KEY):
        turn(charter, "hy", site=site, today=later)
    for side in new.codes:
        turn(charter, side, site=new, today=later)
    turn(charter, "az", site=new, key=az, today=later)
    assert chain_on(later).digest == charter.digest
    assert open_digests(on=later) == {kept.digest}


def test_another_desk_refuses_a_new_charter_under_which_there_is_no_recovery_key(
    site: SiteKeys,
) -> None:
    for turned in ((), ("hy",)):
        new = with_new_key(site, "hy")
        propose(new.document, by="hy", site=site)
        for side in turned:
            turn(new.document, side, site=site)
            turn(new.document, side, site=new)
        actions.refuse(digest=new.document.digest, side="az", reason=RefusalReason.LAW, today=DAY)
        actions.settle(at=NOON + 2 * WAIT)
        assert len(public.charter_chain(on=DAY + 2 * WAIT)) == 1


def test_a_recovery_key_without_the_new_key_recovers_nothing(site: SiteKeys) -> None:
    document, _ = a_recovery(site, "hy")
    propose(document, by="hy", site=site)
    assert turn(document, "hy", site=site, key=site.sides["hy"].recovery) is State.PROPOSED
    assert key_of("hy", on=DAY + 2 * WAIT) == site.key("hy").public


def test_a_new_key_without_the_recovery_key_recovers_nothing(site: SiteKeys) -> None:
    document, new = a_recovery(site, "hy")
    propose(document, by="hy", site=site)
    assert turn(document, "hy", site=new) is State.PROPOSED
    sql("UPDATE record_document SET state = 'open' WHERE digest = %s", document.digest)
    assert key_of("hy", on=DAY + 2 * WAIT) == site.key("hy").public


def test_another_sides_recovery_key_recovers_nothing(site: SiteKeys) -> None:
    document, new = a_recovery(site, "hy")
    propose(document, by="hy", site=site)
    turn(document, "hy", site=new)
    with refused(RecordRefusal.WRONG_KEY):
        turn(document, "hy", site=site, key=site.sides["az"].recovery)
    sql("UPDATE record_document SET state = 'open' WHERE digest = %s", document.digest)
    signed = sign(document, site.sides["az"].recovery, side="hy")
    insert_signature(document.digest, **signed.as_json())
    assert key_of("hy", on=DAY + 2 * WAIT) == site.key("hy").public


def test_a_recovery_key_signs_no_charter(site: SiteKeys) -> None:
    new = with_new_key(site, "hy")
    propose(new.document, by="hy", site=site)
    with refused(RecordRefusal.WRONG_KEY):
        turn(new.document, "hy", site=site, key=site.sides["hy"].recovery)


@pytest.mark.parametrize("taken", ["its own", "another side's", "the release key", "one twice"])
def test_a_recovery_names_keys_that_stand_nowhere_else(site: SiteKeys, taken: str) -> None:
    document, _ = a_recovery(site, "hy")
    fresh = PrivateKey.new().public.hex
    pair = {
        "its own": (site.key("hy").public.hex, fresh),
        "another side's": (fresh, site.key("az").public.hex),
        "the release key": (site.release_key.public.hex, fresh),
        "one twice": (fresh, fresh),
    }[taken]
    keys = {**document.body["keys"], "public_key": pair[0], "recovery_key": pair[1]}
    bad = replace(document, body={**document.body, "keys": keys})
    with refused(RecordRefusal.NOT_THE_NEXT_VERSION):
        propose(bad, by="hy", site=site)


def test_recovered_keys_work_and_lost_ones_do_not(site: SiteKeys) -> None:
    kept = open_(an_article(site), site)
    _, new = announce(site, "hy", carried=[kept.digest])
    later = DAY + WAIT
    text = an_article(new, day=later)
    propose(text, site=new)
    for side in new.codes:
        if side == "hy":
            with refused(RecordRefusal.WRONG_KEY):
                turn(text, "hy", site=site)
        turn(text, side, site=new)
    assert open_digests(on=later) == {kept.digest, text.digest}


# What is not a charter


@pytest.mark.parametrize(
    "spoil",
    [
        {"policy": {}},
        {"sides": []},
        {"names": {}},
        {"carried": []},
        {"release_key": "00" * 32},
        {"waiting": {"unanswered_days": -1, "reopen_hours": 72, "recovery_days": 30}},
    ],
)
def test_what_is_no_charter_is_not_proposed(site: SiteKeys, spoil: dict[str, object]) -> None:
    bad = next_version(site.document, body={**site.document.body, **spoil})
    with pytest.raises(BadDocumentError):
        propose(bad, site=site)


def test_one_key_in_two_places_is_no_charter(site: SiteKeys) -> None:
    charter = site.charter
    twice = replace(charter.sides[1], public_key=charter.sides[0].public_key)
    bad = next_version(
        site.document,
        body=charter_body(replace(charter, sides=(charter.sides[0], twice, *charter.sides[2:]))),
    )
    with pytest.raises(BadDocumentError):
        propose(bad, site=site)


def test_a_charter_that_opens_a_kind_with_fewer_keys_is_none(site: SiteKeys) -> None:
    body = {**site.document.body, "policy": {**site.document.body["policy"], "article": "own-side"}}
    with pytest.raises(BadDocumentError):
        propose(next_version(site.document, body=body), site=site)


def test_the_charters_so_far_are_remembered_beside_the_database(
    site: SiteKeys, django_capture_on_commit_callbacks: object
) -> None:
    from visavis.base.data import charters_file

    new = with_new_key(site, "hy")
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        rotate(site, new)
    digests = [site.document.digest, new.document.digest]
    assert charters_file().read_text().split() == digests
    chain.remember_charters()
    assert charters_file().read_text().split() == digests


def test_keys_of_a_charter_are_named_by_the_charter(site: SiteKeys) -> None:
    new = with_new_key(site, "hy")
    rotate(site, new)
    first, second = public.charter_chain()
    assert sorted(each.side for each in first.signatures) == sorted(site.codes)
    assert sorted(each.side for each in second.signatures) == sorted([*site.codes, "hy"])
