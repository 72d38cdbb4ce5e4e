"""A new charter needs every side, old keys and new; a recovery key needs only time, in plain sight."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from judge import assert_all_is_rightly_open, open_digests

from cast import (
    DAY,
    THREE,
    TWO,
    SideKeys,
    SiteKeys,
    a_charter,
    a_question,
    an_answer,
    an_article,
    found,
    next_version,
    open_,
    propose,
    turn,
    with_new_key,
)
from visavis.base.refusal import Refused
from visavis.record import actions, public, verified
from visavis.record.rules import RecordRefusal, RefusalReason, State
from visavis.signing.charter import Charter, CharterSide, charter_body
from visavis.signing.document import BadDocumentError
from visavis.signing.keys import PrivateKey

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
    actions.settle(at=NOON, release_key=site.release_key)
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


def recovering(site: SiteKeys, **change: object) -> SiteKeys:
    """The side hy has lost its key: a charter with a new one is proposed, under the recovery key."""
    new = with_new_key(site, "hy", **change)  # type: ignore[arg-type]
    propose(new.document, by="hy", site=site)
    turn(new.document, "hy", site=site, key=site.sides["hy"].recovery)
    turn(new.document, "hy", site=new)
    return new


def test_a_recovery_key_puts_a_new_key_in_place_after_the_waiting_time(site: SiteKeys) -> None:
    new = recovering(site, new_recovery=True)
    actions.settle(at=NOON + WAIT - timedelta(days=1))
    assert in_force().digest == site.charter.digest
    actions.settle(at=NOON + WAIT)
    charter = public.current_charter(on=DAY + WAIT)
    assert charter is not None
    assert charter.digest == new.charter.digest
    assert public.changed().subjects >= {site.site}


def test_a_recovery_is_refused_by_nobody_but_withdrawn_by_its_own_desk(site: SiteKeys) -> None:
    new = recovering(site)
    with refused(RecordRefusal.NOT_ASKED):
        actions.refuse(digest=new.document.digest, side="az", reason=RefusalReason.LAW, today=DAY)
    with refused(RecordRefusal.NOT_OWN_PROPOSAL):
        actions.withdraw(digest=new.document.digest, side="az")
    actions.withdraw(digest=new.document.digest, side="hy")
    actions.settle(at=NOON + 2 * WAIT)
    assert len(public.charter_chain(on=DAY + 2 * WAIT)) == 1


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


def test_a_recovery_to_which_every_side_agrees_does_not_wait(site: SiteKeys) -> None:
    new = recovering(site)
    for side in site.codes[:1] + site.codes[2:]:
        assert turn(new.document, side, site=site) is State.PROPOSED
    assert turn(new.document, "hy", site=site) is State.OPEN


def test_a_recovery_key_without_the_new_key_recovers_nothing(site: SiteKeys) -> None:
    new = with_new_key(site, "hy")
    propose(new.document, by="hy", site=site)
    turn(new.document, "hy", site=site, key=site.sides["hy"].recovery)
    actions.settle(at=NOON + 2 * WAIT)
    assert len(public.charter_chain(on=DAY + 2 * WAIT)) == 1


def test_a_new_key_without_the_recovery_key_recovers_nothing(site: SiteKeys) -> None:
    new = with_new_key(site, "hy")
    propose(new.document, by="hy", site=site)
    turn(new.document, "hy", site=new)
    for side in site.codes:
        if side != "hy":
            turn(new.document, side, site=site)
    actions.settle(at=NOON + 2 * WAIT)
    assert len(public.charter_chain(on=DAY + 2 * WAIT)) == 1


def test_another_sides_recovery_key_recovers_nothing(site: SiteKeys) -> None:
    new = with_new_key(site, "hy")
    propose(new.document, by="az", site=site)
    turn(new.document, "az", site=site, key=site.sides["az"].recovery)
    turn(new.document, "hy", site=new)
    actions.settle(at=NOON + 2 * WAIT)
    assert len(public.charter_chain(on=DAY + 2 * WAIT)) == 1
    # and it asks the others like any charter, so that it cannot stand in the way for ever
    if len(site.codes) == 2:
        with refused(RecordRefusal.OWN_PROPOSAL):
            actions.refuse(
                digest=new.document.digest, side="az", reason=RefusalReason.LAW, today=DAY
            )
    actions.refuse(digest=new.document.digest, side="hy", reason=RefusalReason.LAW, today=DAY)


CHANGES: dict[str, Callable[[Charter], Charter]] = {
    "the waiting time": lambda c: replace(c, waiting=replace(c.waiting, recovery_days=0)),
    "another side's key": lambda c: replace(
        c, sides=(replace(c.sides[0], public_key=PrivateKey.new().public), *c.sides[1:])
    ),
    "the release key": lambda c: replace(c, release_key=PrivateKey.new().public),
    "a name": lambda c: replace(c, names=dict.fromkeys(c.languages, "Other")),
    "what another side carries": lambda c: replace(
        c, sides=(replace(c.sides[0], carried=frozenset({"ab" * 32})), *c.sides[1:])
    ),
    "its old key is hidden": lambda c: replace(
        c, sides=tuple(replace(side, former_keys=()) for side in c.sides)
    ),
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_recovery_changes_nothing_else_and_can_otherwise_be_refused(
    site: SiteKeys, what: str
) -> None:
    fair = with_new_key(site, "hy")
    body = charter_body(CHANGES[what](fair.charter))
    new = replace(fair, document=replace(fair.document, body=body))
    propose(new.document, by="hy", site=site)
    turn(new.document, "hy", site=site, key=site.sides["hy"].recovery)
    turn(new.document, "hy", site=new)
    actions.settle(at=NOON + 2 * WAIT)
    assert len(public.charter_chain(on=DAY + 2 * WAIT)) == 1
    actions.refuse(digest=new.document.digest, side="az", reason=RefusalReason.SCOPE, today=DAY)


def test_recovered_keys_work_and_lost_ones_do_not(site: SiteKeys) -> None:
    kept = open_(an_article(site), site)
    new = recovering(site, carried=[kept.digest])
    later = DAY + WAIT
    actions.settle(at=NOON + WAIT)
    text = an_article(new, day=later)
    propose(text, site=new)
    for side in new.codes:
        if side == "hy":
            with refused(RecordRefusal.WRONG_KEY):
                turn(text, "hy", site=site)
        turn(text, side, site=new)
    assert assert_all_is_rightly_open(new, on=later) == {kept.digest, text.digest}


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
    verified.remember_charters()
    assert charters_file().read_text().split() == digests


def test_keys_of_a_charter_are_named_by_the_charter(site: SiteKeys) -> None:
    new = with_new_key(site, "hy")
    rotate(site, new)
    first, second = public.charter_chain()
    assert sorted(each.side for each in first.signatures) == sorted(site.codes)
    assert sorted(each.side for each in second.signatures) == sorted([*site.codes, "hy"])
