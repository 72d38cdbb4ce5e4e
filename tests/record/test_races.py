"""Two desks act in one instant, on a real database: what opens is always what was signed (C24)."""

import pytest
from judge import assert_all_is_rightly_open
from test_record_closing import NOON

from cast import (
    DAY,
    SiteKeys,
    a_charter,
    a_question,
    an_answer,
    an_article,
    found,
    next_version,
    open_,
    propose,
    take_down,
    turn,
)
from together import at_once
from visavis.record import actions, models
from visavis.record.rules import RefusalReason, State
from visavis.signing.document import Document

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 8


@pytest.fixture
def site(shared_by_threads: None) -> SiteKeys:
    site = a_charter()
    found(site)
    return site


def edited(document: Document) -> Document:
    return next_version(document, body={**document.body, "word_limit": 1})


def test_what_was_approved_opens_and_never_what_was_edited_in_the_same_instant(
    site: SiteKeys,
) -> None:
    outcomes = set()
    for _ in range(ROUNDS):
        question = propose(a_question(site), site=site)
        turn(question, "az", site=site)
        other = Document(
            **{name: getattr(question, name) for name in Document.__dataclass_fields__}
            | {"salt": "7" * 64, "body": {**question.body, "word_limit": 1}}
        )

        def withdraw_and_edit(question: Document = question, other: Document = other) -> None:
            actions.withdraw(digest=question.digest, side="az")
            propose(other, by="az", site=site)

        approved, was_edited = at_once(
            lambda question=question: turn(question, "hy", site=site), withdraw_and_edit
        )
        assert approved != was_edited
        outcomes.add(approved)
        opened = assert_all_is_rightly_open(site)
        assert (question.digest in opened) == approved
        assert other.digest not in opened
    assert outcomes, "in each round exactly one of the two is allowed"


def test_two_keys_turned_in_one_instant_open_once(site: SiteKeys) -> None:
    for _ in range(ROUNDS):
        question = propose(a_question(site), site=site)
        acts = [lambda side=side: turn(question, side, site=site) for side in ("az", "hy")]  # noqa: B023
        assert at_once(*acts) == [True, True]
        assert models.Document.objects.get(digest=question.digest).state == State.OPEN
    assert len(assert_all_is_rightly_open(site)) == ROUNDS


def test_one_key_turned_twice_in_one_instant_counts_once(site: SiteKeys) -> None:
    for _ in range(ROUNDS):
        question = propose(a_question(site), site=site)
        acts = [lambda: turn(question, "az", site=site)] * 3  # noqa: B023
        assert sorted(at_once(*acts)) == [False, False, True]
    assert assert_all_is_rightly_open(site) == set()


def test_two_next_versions_in_one_instant_are_one(site: SiteKeys) -> None:
    for _ in range(ROUNDS):
        question = open_(a_question(site), site)
        both = [edited(question), edited(question)]
        allowed = at_once(
            *(
                lambda each=each, side=side: propose(each, by=side, site=site)
                for each, side in zip(both, site.codes, strict=True)
            )
        )
        assert sorted(allowed) == [False, True]


def test_a_refusal_and_the_last_key_in_one_instant_leave_one_answer(site: SiteKeys) -> None:
    for _ in range(ROUNDS):
        text = propose(an_article(site), site=site)
        turn(text, "az", site=site)
        turned, refused = at_once(
            lambda text=text: turn(text, "hy", site=site),
            lambda text=text: actions.refuse(
                digest=text.digest, side="hy", reason=RefusalReason.LAW, today=DAY
            ),
        )
        assert turned != refused
        assert (text.digest in assert_all_is_rightly_open(site)) == turned


def test_two_sides_that_close_in_one_instant_close_for_good_once(site: SiteKeys) -> None:
    for _ in range(ROUNDS):
        text = open_(an_article(site), site)
        acts = [
            lambda side=side: take_down(text, side, site=site, at=NOON)  # noqa: B023
            for side in ("az", "hy")
        ]
        assert at_once(*acts) == [True, True]
        assert bytes(models.Document.objects.get(digest=text.digest).data) == b""
    assert assert_all_is_rightly_open(site) == set()


def test_a_source_closed_in_the_instant_in_which_its_translation_opens_takes_it_along(
    site: SiteKeys,
) -> None:
    from cast import a_translation

    for _ in range(ROUNDS):
        text = open_(an_article(site), site)
        words = propose(a_translation(site, of=text, language="en", side="az"), site=site)
        at_once(
            lambda words=words: turn(words, "az", site=site),
            lambda text=text: take_down(text, "hy", site=site, at=NOON),
        )
        assert assert_all_is_rightly_open(site) == set()
        assert models.Document.objects.get(digest=words.digest).state in {
            State.PROPOSED,
            State.CLOSED,
        }


def test_two_presses_in_one_instant_release_once(site: SiteKeys) -> None:
    for _ in range(ROUNDS):
        question = open_(a_question(site), site)
        answers = [open_(an_answer(site, to=question, side=side), site) for side in site.codes]
        press = lambda: actions.settle(at=NOON)  # noqa: E731
        assert at_once(press, press) == [True, True]
        notes = models.Document.objects.filter(subject=question.id, kind="release")
        assert notes.count() == 1
        assert {each.digest for each in answers} <= assert_all_is_rightly_open(site)
