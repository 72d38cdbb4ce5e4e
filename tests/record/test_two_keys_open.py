"""One side alone opens nothing joint; a key counts for exact bytes, one purpose, one side (C23, C24)."""

from dataclasses import replace

import pytest
from judge import assert_all_is_rightly_open, open_digests

from cast import (
    DAY,
    THREE,
    TWO,
    SiteKeys,
    a_charter,
    a_document,
    a_question,
    a_translation,
    an_article,
    found,
    next_version,
    open_,
    propose,
    sign,
    turn,
)
from visavis.base.refusal import Refused
from visavis.record import actions, models
from visavis.record.rules import RecordRefusal, RefusalReason, State
from visavis.signing.document import BadDocumentError, Document
from visavis.signing.keys import PrivateKey, Purpose

pytestmark = pytest.mark.django_db
both_and_three = pytest.mark.parametrize("sides", [TWO, THREE], ids=["two sides", "three sides"])


@pytest.fixture
def site() -> SiteKeys:
    site = a_charter()
    found(site)
    return site


def refused(reason: RecordRefusal):  # type: ignore[no-untyped-def]
    return pytest.raises(Refused, match=f"^{reason.value}$")


@both_and_three
def test_a_joint_document_opens_with_the_last_sides_key_and_not_before(
    sides: tuple[str, ...],
) -> None:
    site = a_charter(sides)
    found(site)
    question = propose(a_question(site), site=site)
    for side in sides[:-1]:
        assert turn(question, side, site=site) is State.PROPOSED
        assert open_digests() == set()
    assert turn(question, sides[-1], site=site) is State.OPEN
    assert assert_all_is_rightly_open(site) == {question.digest}


@both_and_three
def test_nothing_is_proposed_or_open_before_every_side_has_signed_the_charter(
    sides: tuple[str, ...],
) -> None:
    site = a_charter(sides)
    with refused(RecordRefusal.NO_CHARTER):
        propose(a_question(site), site=site)
    propose(site.document, site=site)
    for side in sides[:-1]:
        turn(site.document, side, site=site)
    with refused(RecordRefusal.NO_CHARTER):
        propose(a_question(site), site=site)
    turn(site.document, sides[-1], site=site)
    propose(a_question(site), site=site)


def test_a_first_charter_is_proposed_only_by_a_side_that_it_names() -> None:
    site = a_charter()
    with refused(RecordRefusal.NO_SUCH_SIDE):
        actions.propose(document=site.document, by="xx", today=DAY)


def test_own_words_open_with_their_own_sides_key_and_no_other(site: SiteKeys) -> None:
    text = open_(an_article(site), site)
    words = propose(a_translation(site, of=text, language="en", side="hy"), site=site)
    with refused(RecordRefusal.NOT_ASKED):
        turn(words, "az", site=site)
    assert turn(words, "hy", site=site) is State.OPEN
    assert assert_all_is_rightly_open(site) == {text.digest, words.digest}


def test_nobody_proposes_another_sides_words(site: SiteKeys) -> None:
    text = open_(an_article(site), site)
    with refused(RecordRefusal.NOT_OUR_WORDS):
        propose(a_translation(site, of=text, language="en", side="hy"), by="az", site=site)
    with refused(RecordRefusal.NOT_OUR_WORDS):
        propose(an_article(site, side="hy"), by="az", site=site)


def test_nobody_proposes_what_the_site_computes(site: SiteKeys) -> None:
    question = open_(a_question(site), site)
    note = a_document(
        site, kind="release", body={}, made_from=[question.source], part_of=question.id
    )
    with refused(RecordRefusal.COMPUTED):
        propose(note, site=site)


def test_a_document_of_another_site_is_nothing_here(site: SiteKeys) -> None:
    with refused(RecordRefusal.ANOTHER_SITE):
        propose(a_question(a_charter()), site=site)


def test_a_side_that_the_charter_does_not_name_does_nothing(site: SiteKeys) -> None:
    with refused(RecordRefusal.NO_SUCH_SIDE):
        propose(a_question(site), by="ka", site=site)
    question = propose(a_question(site), site=site)
    with refused(RecordRefusal.NOT_ASKED):
        turn(question, "ka", site=site, key=PrivateKey.new())


@pytest.mark.parametrize(
    "purpose", [purpose for purpose in Purpose if purpose is not Purpose.DOCUMENT]
)
def test_a_signature_for_another_purpose_is_no_key(site: SiteKeys, purpose: Purpose) -> None:
    question = propose(a_question(site), site=site)
    holder = site.key("az")
    with refused(RecordRefusal.WRONG_SIGNATURE):
        actions.turn_key(
            digest=question.digest,
            side="az",
            public_key=holder.public.hex,
            signature=holder.sign(question.digest, purpose=purpose),
            today=DAY,
        )
    assert turn(question, "az", site=site) is State.PROPOSED


def test_one_side_cannot_turn_the_key_of_two(site: SiteKeys) -> None:
    question = propose(a_question(site), site=site)
    turn(question, "az", site=site)
    for key in (site.key("az"), site.sides["az"].recovery, site.release_key, PrivateKey.new()):
        with refused(
            RecordRefusal.ALREADY_TURNED if key is site.key("az") else RecordRefusal.WRONG_KEY
        ):
            turn(question, "hy", site=site, key=key)
    with refused(RecordRefusal.ALREADY_TURNED):
        turn(question, "az", site=site)
    assert open_digests() == set()


@pytest.mark.parametrize(
    "spoil",
    [
        str.upper,
        lambda s: s + "00",
        lambda s: s[:-2],
        lambda s: s.replace(s[0], "z"),
        lambda s: s[:0],
    ],
)
def test_a_signature_in_another_spelling_is_refused(site: SiteKeys, spoil) -> None:  # type: ignore[no-untyped-def]
    question = propose(a_question(site), site=site)
    key = sign(question, site.key("az"))
    with refused(RecordRefusal.WRONG_SIGNATURE):
        actions.turn_key(
            digest=question.digest,
            side="az",
            public_key=key.public_key,
            signature=spoil(key.signature),
            today=DAY,
        )


@pytest.mark.parametrize(
    "edit",
    [
        {"day": DAY.replace(day=15)},
        {"salt": "0" * 64},
        {"languages": ("az",)},
        {"body": {"versions": {}}},
    ],
)
def test_one_changed_field_and_the_key_is_void(site: SiteKeys, edit: dict[str, object]) -> None:
    question = propose(a_question(site), site=site)
    turn(question, "az", site=site)
    edited = replace(question, **edit)  # type: ignore[arg-type]
    key = sign(edited, site.key("hy"))
    with refused(RecordRefusal.WRONG_SIGNATURE):
        actions.turn_key(
            digest=question.digest,
            side="hy",
            public_key=key.public_key,
            signature=key.signature,
            today=DAY,
        )
    assert turn(question, "hy", site=site) is State.OPEN


def test_keys_do_not_carry_over_to_the_next_version(site: SiteKeys) -> None:
    first = open_(a_question(site), site)
    second = propose(next_version(first, body={**first.body, "word_limit": 1}), by="az", site=site)
    assert open_digests() == {first.digest}
    turn(second, "az", site=site)
    assert open_digests() == {first.digest}
    turn(second, "hy", site=site)
    assert assert_all_is_rightly_open(site) == {second.digest}
    assert models.Document.objects.get(digest=first.digest).state == State.SUPERSEDED


def test_a_version_that_was_overtaken_cannot_be_proposed(site: SiteKeys) -> None:
    first = open_(a_question(site), site)
    stale = next_version(first)
    open_(next_version(first), site)
    with refused(RecordRefusal.NOT_THE_NEXT_VERSION):
        propose(stale, site=site)


def test_only_one_version_is_before_the_desks_at_a_time(site: SiteKeys) -> None:
    question = propose(a_question(site), site=site)
    with refused(RecordRefusal.ALREADY_PROPOSED):
        propose(question, site=site)
    with refused(RecordRefusal.ALREADY_PROPOSED):
        propose(replace(question, salt="1" * 64), by="hy", site=site)


def test_the_very_bytes_that_were_withdrawn_are_refused_without_a_fault(site: SiteKeys) -> None:
    question = propose(a_question(site), site=site)
    actions.withdraw(digest=question.digest, side="az")
    with refused(RecordRefusal.ALREADY_PROPOSED):
        propose(question, site=site)
    again = propose(replace(question, salt="1" * 64), site=site)
    assert open_digests() == set()
    turn(again, "az", site=site)


def test_what_was_made_from_something_that_is_not_open_waits(site: SiteKeys) -> None:
    text = propose(an_article(site), site=site)
    words = a_translation(site, of=text, language="en", side="az")
    with refused(RecordRefusal.MADE_FROM_WHAT_IS_NOT_OPEN):
        propose(words, site=site)
    for side in site.codes:
        turn(text, side, site=site)
    open_(words, site)


def test_a_document_that_no_reader_could_read_again_is_never_stored(site: SiteKeys) -> None:
    for bad in (
        replace(a_question(site), salt="short"),
        replace(a_question(site), body={"versions": {"az": "x" * 5_000_000}}),
        replace(a_question(site), languages=("hy", "az")),
    ):
        with pytest.raises(BadDocumentError):
            propose(bad, site=site)
    assert models.Document.objects.filter(kind="question").count() == 0


def test_yesterdays_document_is_not_proposed_today(site: SiteKeys) -> None:
    with refused(RecordRefusal.NOT_TODAY):
        propose(a_question(site), site=site, today=DAY.replace(day=15))


def dead(site: SiteKeys, how: str) -> Document:
    question = propose(a_question(site), site=site)
    turn(question, "az", site=site)
    if how == "refused":
        actions.refuse(digest=question.digest, side="hy", reason=RefusalReason.FACTS, today=DAY)
    elif how == "withdrawn":
        actions.withdraw(digest=question.digest, side="az")
    else:
        turn(question, "hy", site=site)
    return question


@pytest.mark.parametrize("how", ["refused", "withdrawn", "open"])
def test_no_act_on_a_proposal_works_once_it_is_over(site: SiteKeys, how: str) -> None:
    question = dead(site, how)
    for side in ("az", "hy"):
        with refused(RecordRefusal.NOT_PROPOSED):
            turn(question, side, site=site)
        with refused(RecordRefusal.NOT_PROPOSED):
            actions.refuse(digest=question.digest, side=side, reason=RefusalReason.LAW, today=DAY)
        with refused(RecordRefusal.NOT_PROPOSED):
            actions.withdraw(digest=question.digest, side=side)


def test_a_dead_proposal_keeps_no_signature_that_somebody_could_use(site: SiteKeys) -> None:
    for how in ("refused", "withdrawn"):
        question = dead(site, how)
        assert not models.Signature.objects.filter(document=question.digest).exists()


def test_acts_on_a_document_that_is_not_there_are_refused(site: SiteKeys) -> None:
    ghost = a_question(site)
    with refused(RecordRefusal.NOT_PROPOSED):
        turn(ghost, "az", site=site)
    with refused(RecordRefusal.NOT_PROPOSED):
        actions.withdraw(digest=ghost.digest, side="az")


@pytest.mark.parametrize("digits", [12, 31])
def test_no_desk_chooses_an_id_that_takes_the_address_of_another_item(digits: int) -> None:
    site = a_charter()
    found(site)
    text = open_(an_article(site), site)
    other = "0" if text.id[digits] != "0" else "1"
    twin = replace(an_article(site), id=text.id[:digits] + other * (32 - digits))
    with pytest.raises(Refused, match="another item has this address"):
        propose(twin, site=site)
    near = replace(an_article(site), id=text.id[:11] + ("0" if text.id[11] != "0" else "1") * 21)
    propose(near, site=site)
