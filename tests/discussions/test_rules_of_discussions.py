"""What a discussion must have, and who may contribute to it: without a database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

import pytest
from msgspec import structs

from visavis.cards.rules import Role
from visavis.discussions import bodies, rules, units
from visavis.discussions.bodies import ContributionBody, DiscussionBody, DiscussionWords, UnitKind
from visavis.discussions.rules import DiscussionRefusal
from visavis.kinds.acts import Act, Begun
from visavis.kinds.bodies import BadBodyError
from visavis.kinds.writing import written
from visavis.signing.canonical import new_id
from visavis.signing.charter import Charter
from visavis.signing.document import Document
from visavis.signing.keys import PrivateKey

TODAY = date(2030, 6, 1)
SITE = new_id()
LANGUAGES = ("az", "en", "hy")
CLOSER = PrivateKey.new().public.hex


def days(n: int) -> date:
    return TODAY + timedelta(days=n)


def body(**changes: object) -> DiscussionBody:
    words = DiscussionWords(
        title="Water", opening=units.units_of("What of it?"), rules=("Be kind.",)
    )
    whole = DiscussionBody(
        versions=dict.fromkeys(LANGUAGES, words),
        roles=tuple(Role),
        per_day=3,
        word_limit=20,
        takes_turns=False,
        has_gate=False,
        until=days(10),
    )
    return structs.replace(whole, **changes)


def discussion(**changes: object) -> Document:
    said = body(**changes)
    return written(
        rules.DISCUSSION,
        said.as_json(),
        shape=bodies.DISCUSSION.newest,
        site=SITE,
        languages=LANGUAGES,
        today=TODAY,
    )


def card(side: str = "az", role: str = "student") -> Document:
    return written(
        rules.CARD,
        {"role": role},
        shape="card-1",
        site=SITE,
        languages=("az",),
        today=TODAY,
        side=side,
    )


def contribution(
    of: Document,
    *,
    text: str = "Water belongs to nobody.",
    side: str = "az",
    by: Document | None = None,
    answers: str | None = None,
    thread: str | None = None,
    today: date = TODAY,
    closer: str | None = CLOSER,
) -> Document:
    said = ContributionBody(
        original="az",
        paragraphs=units.units_of(text),
        card=by.id if by else new_id(),
        answers=answers,
        thread=thread,
    )
    return written(
        rules.CONTRIBUTION,
        said.as_json(),
        shape=bodies.CONTRIBUTION.newest,
        site=SITE,
        languages=("az",),
        today=today,
        side=side,
        made_from=(of.source,),
        closer=closer,
    )


@dataclass
class Around:
    """What is around a document, as a test says."""

    sources: tuple[Document, ...] = ()
    named: Mapping[str, Document] = field(default_factory=dict)
    before: Document | None = None
    naming: tuple[Document, ...] = ()
    is_source: bool = False
    begun: Sequence[Begun] = ()
    today: date = TODAY
    beside: tuple[Document, ...] = ()
    waits_for_edition: bool = False
    languages: tuple[str, ...] = LANGUAGES

    @property
    def charter(self) -> Charter:
        return self  # type: ignore[return-value]  # a rule looks at its languages alone

    def begun_since(self, day: date) -> Sequence[Begun]:
        return [each for each in self.begun if each.opened_on >= day]

    def is_keyed(self, _document: Document) -> bool:
        return False


def named(*documents: Document) -> dict[str, Document]:
    return {each.id: each for each in documents}


def asked(document: Document, around: Around, act: Act = Act.SIGN) -> object:
    rule = {
        rules.DISCUSSION: rules.why_not_act_on_discussion,
        rules.CONTRIBUTION: rules.why_not_act_on_contribution,
    }[document.kind]
    return rule(document, act, around)


# A discussion


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({}, None),
        ({"roles": ()}, DiscussionRefusal.NO_ROLE),
        ({"per_day": 0}, DiscussionRefusal.PER_DAY),
        ({"per_day": 21}, DiscussionRefusal.PER_DAY),
        ({"word_limit": 19}, DiscussionRefusal.WORD_LIMIT),
        ({"word_limit": 1001}, DiscussionRefusal.WORD_LIMIT),
        ({"until": TODAY}, DiscussionRefusal.ENDS_TOO_SOON),
        ({"until": days(1)}, None),
    ],
)
@pytest.mark.parametrize("act", [Act.PROPOSE, Act.SIGN, Act.ALONE])
def test_a_discussion_is_asked_of_all_that_it_needs_at_every_act(changes, reason, act):
    assert asked(discussion(**changes), Around(), act) is reason


@pytest.mark.parametrize(
    ("part", "empty", "reason"),
    [
        ("title", "", DiscussionRefusal.TITLE_MISSING),
        ("opening", (), DiscussionRefusal.OPENING_MISSING),
        ("rules", (), DiscussionRefusal.RULES_MISSING),
        ("title", "x" * 201, DiscussionRefusal.TITLE_TOO_LONG),
        ("rules", ("x",) * 21, DiscussionRefusal.RULES_TOO_LONG),
        ("rules", ("x" * 501,), DiscussionRefusal.RULES_TOO_LONG),
    ],
)
def test_each_part_is_there_in_each_language_and_no_longer_than_it_may_be(part, empty, reason):
    words = body().versions
    lacking = structs.replace(words["hy"], **{part: empty})
    assert asked(discussion(versions={**words, "hy": lacking}), Around()) is reason


def test_a_language_that_the_site_has_gained_is_missing():
    around = Around(languages=(*LANGUAGES, "ru"))
    assert asked(discussion(), around) is DiscussionRefusal.TITLE_MISSING


def test_a_discussion_has_no_key_of_its_authors():
    held = replace(discussion(), closer=CLOSER)
    for act in Act:
        assert asked(held, Around(), act) is DiscussionRefusal.AUTHORS_KEY


def test_title_and_opening_stay_once_somebody_has_contributed_and_all_else_may_change():
    before, words = discussion(), body().versions
    retitled = {**words, "hy": structs.replace(words["hy"], title="Other")}
    ruled = {**words, "hy": structs.replace(words["hy"], rules=("Another rule.",))}
    more = {**words, "ru": words["en"]}
    used, unused = Around(before=before, is_source=True), Around(before=before)
    assert asked(discussion(versions=retitled), used) is DiscussionRefusal.HAS_CONTRIBUTIONS
    assert asked(discussion(versions=retitled), unused) is None
    for changes in ({"versions": ruled}, {"versions": more}, {"until": days(20)}, {"per_day": 5}):
        assert asked(discussion(**changes), used) is None


# A contribution


def test_a_contribution_is_taken_in_an_open_discussion_alone():
    of, by = discussion(), card()
    said = contribution(of, by=by)
    assert asked(said, Around((of,), named(by))) is None
    assert asked(said, Around((), named(by))) is DiscussionRefusal.NOT_OPEN
    other = replace(of, kind="letter", shape="letter-1")
    assert asked(said, Around((other,), named(by))) is DiscussionRefusal.NOT_OPEN


def test_it_is_taken_on_the_last_day_and_not_after_it():
    of, by = discussion(), card()
    for day, reason in ((10, None), (11, DiscussionRefusal.IS_OVER)):
        said = contribution(of, by=by, today=days(day))
        assert asked(said, Around((of,), named(by), today=days(day))) is reason
    handed_in = contribution(of, by=by, today=days(10))
    assert asked(handed_in, Around((of,), named(by), today=days(30))) is None


@pytest.mark.parametrize("act", [Act.PROPOSE, Act.SIGN, Act.ALONE])
def test_the_word_limit_holds_at_every_act(act):
    of, by = discussion(), card()
    for n, reason in ((20, None), (21, DiscussionRefusal.TOO_MANY_WORDS)):
        said = contribution(of, by=by, text=" ".join(["söz"] * n))
        assert asked(said, Around((of,), named(by)), act) is reason


def test_no_discussion_allows_more_than_a_thousand_words():
    of, by = discussion(word_limit=5000), card()
    said = contribution(of, by=by, text=" ".join(["söz"] * 1001))
    assert asked(said, Around((of,), named(by))) is DiscussionRefusal.TOO_MANY_WORDS


def test_nothing_said_is_no_contribution():
    of, by = discussion(), card()
    assert asked(contribution(of, by=by, text="  "), Around((of,), named(by))) is (
        DiscussionRefusal.NO_WORDS
    )


def test_only_a_role_that_may_write_does_and_its_card_is_open_when_the_words_open():
    of = discussion(roles=(Role.STUDENT,))
    for by, reason in (
        (card(), None),
        (card(role="expert"), DiscussionRefusal.NOT_THIS_ROLE),
        (card(role="general"), DiscussionRefusal.NO_CARD),
        (card(side="hy"), DiscussionRefusal.NO_CARD),
        (replace(card(), kind="letter"), DiscussionRefusal.NO_CARD),
    ):
        said = contribution(of, by=by)
        for act in (Act.PROPOSE, Act.SIGN):
            assert asked(said, Around((of,), named(by)), act) is reason
    said = contribution(of, by=card())
    assert asked(said, Around((of,)), Act.PROPOSE) is None
    assert asked(said, Around((of,)), Act.SIGN) is DiscussionRefusal.NO_CARD


def test_a_contribution_has_its_authors_key_and_is_part_of_nothing():
    of, by = discussion(), card()
    around = Around((of,), named(by))
    assert asked(contribution(of, by=by, closer=None), around) is DiscussionRefusal.NO_CLOSER
    part = replace(contribution(of, by=by), part_of=of.id)
    assert asked(part, around) is DiscussionRefusal.NOT_ITS_OWN
    of_two = replace(contribution(of, by=by), made_from=(of.source, discussion().source))
    assert asked(of_two, around) is DiscussionRefusal.NOT_OPEN


def test_it_is_in_one_language_its_own():
    of, by = discussion(), card()
    said = replace(contribution(of, by=by), languages=("az", "en"))
    assert asked(said, Around((of,), named(by))) is DiscussionRefusal.CANNOT_BE_READ


# Threads


def thread_in(of: Document, by: Document) -> tuple[Document, Document]:
    """A first contribution and an answer to it."""
    first = contribution(of, by=by)
    return first, contribution(of, by=by, answers=first.id, thread=first.id)


def test_an_answer_is_in_the_thread_of_what_it_answers():
    of, by = discussion(), card()
    first, answer = thread_in(of, by)
    around = Around((of,), named(by, first, answer))
    assert asked(answer, around) is None
    deeper = contribution(of, by=by, answers=answer.id, thread=first.id)
    assert asked(deeper, around) is None


def test_attack_a_third_level_below_an_answer():
    of, by = discussion(), card()
    first, answer = thread_in(of, by)
    around = Around((of,), named(by, first, answer))
    third = contribution(of, by=by, answers=answer.id, thread=answer.id)
    assert asked(third, around) is DiscussionRefusal.WRONG_THREAD
    elsewhere = contribution(of, by=by, answers=first.id, thread=answer.id)
    assert asked(elsewhere, around) is DiscussionRefusal.WRONG_THREAD


def test_attack_an_answer_to_an_item_of_another_discussion():
    of, other, by = discussion(), discussion(), card()
    first, _ = thread_in(other, by)
    said = contribution(of, by=by, answers=first.id, thread=first.id)
    around = Around((of,), named(by, first))
    for act in (Act.PROPOSE, Act.SIGN):
        assert asked(said, around, act) is DiscussionRefusal.NOT_WHAT_IT_ANSWERS
    same = contribution(other, by=by, answers=first.id, thread=first.id)
    assert asked(same, Around((other,), named(by, first))) is None


def test_what_is_not_open_is_not_answered():
    of, by = discussion(), card()
    first, answer = thread_in(of, by)
    assert asked(answer, Around((of,), named(by))) is DiscussionRefusal.NOT_WHAT_IT_ANSWERS
    to_a_card = contribution(of, by=by, answers=by.id, thread=by.id)
    assert asked(to_a_card, Around((of,), named(by, first))) is (
        DiscussionRefusal.NOT_WHAT_IT_ANSWERS
    )


def test_a_thread_goes_on_when_its_first_contribution_is_gone():
    of, by = discussion(), card()
    first, answer = thread_in(of, by)
    deeper = contribution(of, by=by, answers=answer.id, thread=first.id)
    assert asked(deeper, Around((of,), named(by, answer))) is None


def test_attack_a_thread_without_what_it_answers():
    of, by = discussion(), card()
    said = contribution(of, by=by)
    for changes in ({"thread": new_id()}, {"answers": new_id()}):
        with pytest.raises(BadBodyError):
            ContributionBody.from_json({**said.body, **changes})
        broken = replace(said, body={**said.body, **changes})
        assert asked(broken, Around((of,), named(by))) is DiscussionRefusal.CANNOT_BE_READ


# Turns


def begun(*said: str) -> list[Begun]:
    """``az-2``: a thread of az that opened two days ago."""
    return [Begun(each[:2], days(-int(each[3:]))) for each in said]


@pytest.mark.parametrize(
    ("said", "side", "is_free"),
    [
        ("", "az", True),
        ("az-0", "az", False),
        ("az-0", "hy", True),
        ("az-0 hy-0", "az", True),
        ("az-0 hy-0", "hy", True),
        ("az-0 hy-0 az-0", "az", False),
        ("az-1 hy-0", "hy", False),
        ("az-1 hy-0", "az", True),
        ("hy-2 az-1 az-1", "az", False),
        ("az-3", "az", False),
        ("az-4", "az", True),
        ("az-9 az-9 az-9", "az", True),
        ("az-9 az-9 az-9", "hy", True),
        ("az-2 hy-2 az-2 hy-1", "hy", False),
        ("az-1 hy-1 ge-1", "az", True),
        ("az-1 hy-1 ge-1 az-0", "az", False),
        ("az-1 hy-1 ge-1 az-0", "ge", True),
        ("hy-2 ge-1 az-0", "hy", True),
        ("hy-2 hy-2 ge-1", "hy", True),
    ],
)
def test_whose_turn_it_is(said, side, is_free):
    refusal = rules.why_not_begin(begun(*said.split()), side=side, today=TODAY)
    assert refusal is (None if is_free else DiscussionRefusal.NOT_OUR_TURN)


@pytest.mark.parametrize("sides", [("az", "hy"), ("az", "hy", "ge")])
def test_nobody_is_kept_out_for_longer_than_three_days(sides):
    """Each day the first side begins whatever it may; the others stay away, then come back."""
    opened: list[Begun] = []
    alone = []
    for day in range(13):
        today = days(day)
        while rules.why_not_begin(opened, side=sides[0], today=today) is None:
            opened.append(Begun(sides[0], today))
            alone.append(day)
    assert alone == [0, 4, 8, 12]
    for side in sides[1:]:
        assert rules.why_not_begin(opened, side=side, today=days(12)) is None
    assert rules.turn_is_free_on(opened, side=sides[0]) == days(16)
    assert rules.turn_is_free_on(opened, side=sides[1]) is None


def test_only_what_begins_a_thread_waits_for_its_turn_and_only_to_be_opened():
    of, by = discussion(takes_turns=True), card()
    first, answer = thread_in(of, by)
    around = Around((of,), named(by, first), begun=begun("az-0"))
    assert asked(first, around, Act.SIGN) is DiscussionRefusal.NOT_OUR_TURN
    assert asked(first, around, Act.PROPOSE) is None
    assert asked(answer, around, Act.SIGN) is None
    assert asked(first, replace(around, before=first), Act.SIGN) is None
    free = discussion()
    theirs = contribution(free, by=by)
    assert asked(theirs, replace(around, sources=(free,)), Act.SIGN) is None


# Corrections


def test_a_correction_stays_where_it_was():
    of, other, by = discussion(), discussion(), card()
    first, answer = thread_in(of, by)
    around = Around((of,), named(by), before=answer)
    said = contribution(of, by=by, text="Better.", answers=first.id, thread=first.id)
    assert asked(said, around) is None
    for moved in (
        contribution(of, by=by),
        contribution(of, by=card(), answers=first.id, thread=first.id),
        contribution(of, by=by, answers=answer.id, thread=first.id),
    ):
        assert asked(moved, replace(around, named=named(by, first, answer))) is (
            DiscussionRefusal.MOVED
        )
    abroad = contribution(other, by=by, answers=first.id, thread=first.id)
    assert asked(abroad, replace(around, sources=(other,))) is DiscussionRefusal.MOVED


# What is typed


@pytest.mark.parametrize(
    "text",
    [
        "One.\n\nTwo, *with* stress.",
        "> They said this.\n> And this.\n\nI say that.",
        "A verse\nof two lines",
        "> a\n\n> b\n\n1 > 0",
    ],
)
def test_what_was_typed_can_be_typed_again(text):
    read = units.units_of(text)
    assert units.units_of(units.typed(read)) == read


def test_lines_that_all_begin_with_a_sign_are_a_quotation():
    quote, own, neither = units.units_of("> Said.\n> So.\n\nMine.\n\n> half\nof it")
    assert (quote.kind, quote.text) == (UnitKind.QUOTE, "Said.\nSo.")
    assert (own.kind, own.text) == (UnitKind.PARAGRAPH, "Mine.")
    assert (neither.kind, neither.text) == (UnitKind.PARAGRAPH, "> half\nof it")


def test_each_line_is_a_rule():
    assert units.lines_of(" One. \n\n\tTwo. ") == ("One.", "Two.")
