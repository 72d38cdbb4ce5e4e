"""Every order of acts, honest or not, against a small model that knows only who holds which key (C23).

`Model` is written from the rules in plain words and shares no code with them: for every act it says
whether it is allowed, and after every act which documents a reader may see. `judge` then checks each
of these from its bytes. The first test walks at random through everything there is, new charters
included; the second goes through *all* orders of up to six acts on one item.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)
from judge import assert_all_is_rightly_open

from cast import (
    THREE,
    TWO,
    SiteKeys,
    a_charter,
    a_question,
    a_translation,
    alone,
    an_answer,
    an_article,
    announce,
    found,
    next_version,
    propose,
    take_down,
    turn,
    with_new_key,
)
from visavis.base.refusal import Refused
from visavis.record import actions, models
from visavis.record.rules import RefusalReason
from visavis.signing.document import Document, Seats

pytestmark = pytest.mark.django_db
START = datetime(2030, 5, 14, 12, 0, tzinfo=UTC)
WAIT = timedelta(days=14)
LAPSE = timedelta(hours=72)


@dataclass
class Paper:
    """What the model knows of one document: nothing of its bytes but what they say of other papers."""

    document: Document
    by: str
    on: Any
    state: str = "proposed"
    keys: set[tuple[str, int]] = field(default_factory=set)
    closings: dict[tuple[str, str], datetime | None] = field(default_factory=dict)
    gone: bool = False

    @property
    def kind(self) -> str:
        return self.document.kind

    @property
    def owner(self) -> str | None:
        return self.document.side or self.document.standing.side


class Model:
    """Who may do what, and what is seen."""

    def __init__(self, sides: tuple[str, ...]) -> None:
        self.sides = sides
        self.papers: dict[str, Paper] = {}
        self.now = START
        self.generation = dict.fromkeys(sides, 0)
        self.carried: dict[str, set[str]] = {side: set() for side in sides}
        self.seats: dict[str, dict[str, tuple[str, str, int]]] = {}
        self.closed_notes: set[str] = set()

    # what is true

    def opened(self, item: str) -> Paper | None:
        return next(
            (p for p in self.papers.values() if p.document.id == item and p.state == "open"), None
        )

    def counts(self, digest: str, key: tuple[str, int]) -> bool:
        side, generation = key
        return generation == self.generation[side] or digest in self.carried[side]

    def signed(self, paper: Paper) -> set[str]:
        return {key[0] for key in paper.keys if self.counts(paper.document.digest, key)}

    def asked(self, paper: Paper) -> set[str]:
        if paper.document.standing.side:
            return {paper.document.standing.side}
        if paper.kind in {"answer", "translation"}:
            return {paper.document.side or ""}
        return set(self.sides)

    def missing(self, paper: Paper) -> set[str]:
        return self.asked(paper) - self.signed(paper)

    def is_next(self, document: Document) -> bool:
        opened = self.opened(document.id)
        return document.replaces == (opened.document.digest if opened else None)

    def sources_open(self, document: Document) -> bool:
        return all(self.opened(source.id) for source in document.made_from)

    def filled(self, question: str) -> dict[str, str]:
        return {
            side: answer
            for side, (answer, digest, generation) in self.seats.get(question, {}).items()
            if self.counts(digest, (side, generation))
        }

    def is_released(self, answer: Paper) -> bool:
        question = self.opened(answer.document.made_from[0].id)
        if question is None or self.missing(question) or not self.fits(answer, question):
            return False
        filled = self.filled(question.document.id)
        seats = question.document.seats
        enough = set(seats.sides) <= set(filled) | set(seats.empty)
        return enough and filled.get(answer.document.side or "") == answer.document.id

    def fits(self, answer: Paper, question: Paper) -> bool:
        """The answer was given to just these words; whose chair is empty does not matter."""
        return answer.document.seal.words == question.document.words

    def is_seen(self, paper: Paper) -> bool:
        if paper.state != "open" or self.missing(paper):
            return False
        if paper.kind == "translation" or paper.kind == "answer":
            text = self.opened(paper.document.made_from[0].id)
            if text is None or not self.is_seen(text):
                return False
        return paper.kind != "answer" or self.is_released(paper)

    def seen(self) -> set[str]:
        return {digest for digest, paper in self.papers.items() if self.is_seen(paper)}

    # what is allowed, and what follows

    def propose(self, document: Document, by: str) -> bool:
        versions = [p for p in self.papers.values() if p.document.id == document.id]
        shown = [p for p in versions if p.state in {"open", "closed", "superseded"}]
        opened = self.opened(document.id)
        if document.side not in {None, by} or document.standing.side:
            return False
        if document.kind in {"answer", "translation"} and document.side != by:
            return False
        if any(p.state == "proposed" for p in versions):
            return False
        if opened is None and shown:
            return False
        if (document.replaces, document.version) != (
            (opened.document.digest, opened.document.version + 1) if opened else (None, 1)
        ):
            return False
        if not self.sources_open(document):
            return False
        if document.kind == "answer":
            same_seat = [
                p
                for p in self.papers.values()
                if p.kind == "answer"
                and p.document.made_from[0].id == document.made_from[0].id
                and p.document.side == document.side
                and p.document.id != document.id
                and p.state in {"proposed", "open", "closed", "superseded"}
            ]
            question = self.opened(document.made_from[0].id)
            if same_seat or question is None or by not in question.document.seats.sides:
                return False
            if document.seal.words != question.document.words:
                return False
        self.papers[document.digest] = Paper(document, by, self.now.date())
        return True

    def propose_alone(self, document: Document, asked: Paper, by: str) -> bool:
        if asked.state != "proposed" or asked.by != by or asked.document.standing.side:
            return False
        if asked.kind not in {"question", "article"}:
            return False
        if self.now.date() < asked.on + WAIT or not self.missing(asked) - {by}:
            return False
        if not self.is_next(document) or not self.sources_open(document):
            return False
        asked.state, asked.keys = "withdrawn", set()
        self.papers[document.digest] = Paper(document, by, self.now.date())
        return True

    def turn(self, paper: Paper, side: str, generation: int) -> bool:
        document = paper.document
        if paper.state != "proposed" or side not in self.missing(paper):
            return False
        if generation != self.generation[side]:
            return False
        if not self.is_next(document) or not self.sources_open(document):
            return False
        paper.keys.add((side, generation))
        if not self.missing(paper):
            if paper.kind != "answer" or self.is_released(paper):
                self.open(paper)
            else:  # it may be the one that all wait for
                self.release(document.made_from[0].id)
            if paper.kind == "question":  # it may say that a chair is empty
                self.release(document.id)
        return True

    def open(self, paper: Paper) -> None:
        before = self.opened(paper.document.id)
        if before:
            before.state = "superseded"
        paper.state = "open"

    def refuse(self, paper: Paper, side: str) -> bool:
        if paper.state != "proposed" or side == paper.by or side not in self.missing(paper):
            return False
        paper.state, paper.keys = "refused", set()
        return True

    def withdraw(self, paper: Paper, side: str) -> bool:
        if paper.state != "proposed" or side != paper.by:
            return False
        paper.state, paper.keys = "withdrawn", set()
        return True

    def take_down(self, paper: Paper, side: str, generation: int) -> bool:
        if generation != self.generation[side]:
            return False  # and what had lapsed meanwhile is not open before the next edition
        self.lapse(paper)
        if paper.gone or paper.state not in {"open", "closed"}:
            return False
        own = {who for who, why in paper.closings if why == ""}
        if paper.state == "closed" and side in own:
            return False
        final = paper.owner in own | {side} or len(own | {side}) >= 2
        until = None if final else lapses(self.now)
        paper.closings[side, ""] = until
        made = self.made_from(paper.document.id)
        for each in made:
            if each.state in {"open", "closed"}:
                each.closings[side, paper.document.id] = until
                each.state = "closed"
        paper.state = "closed"
        if final:
            items = {p.document.id for p in made if p.state in {"proposed", "closed"}}
            for each in self.papers.values():
                if each in made or each.document.id in items | {paper.document.id}:
                    each.gone = True
                    each.keys = set()
                    if each.state in {"proposed", "open"}:
                        each.state = "closed"
        return True

    def made_from(self, item: str) -> list[Paper]:
        return [
            p
            for p in self.papers.values()
            if not p.gone and any(source.id == item for source in p.document.made_from)
        ]

    def lapse(self, paper: Paper) -> None:
        left = {k: t for k, t in paper.closings.items() if t is None or t > self.now}
        if left != paper.closings and not left and not paper.gone and paper.state == "closed":
            paper.state = "open"
        paper.closings = left

    def settle(self) -> None:
        for paper in self.papers.values():
            if paper.state == "closed":
                self.lapse(paper)
        waiting = [p for p in self.papers.values() if p.kind == "answer" and p.state == "proposed"]
        for item in {p.document.made_from[0].id for p in waiting}:
            self.release(item)

    def release(self, item: str) -> None:
        question = self.opened(item)
        if question is None or self.missing(question):
            return
        filled = self.filled(item)
        ready = []
        new = {side: self.seats[item][side] for side in filled} if item in self.seats else {}
        answers = [
            p
            for p in self.papers.values()
            if p.kind == "answer"
            and p.document.made_from[0].id == item
            and p.state in {"open", "proposed"}
            and not self.missing(p)
            and self.fits(p, question)
        ]
        for answer in sorted(answers, key=lambda p: (p.state, p.document.digest)):
            side = answer.document.side or ""
            if side in new and new[side][0] != answer.document.id:
                continue
            if answer.state == "proposed":
                if not self.is_next(answer.document):
                    continue
                ready.append(answer)
            key = max(
                (k for k in answer.keys if self.counts(answer.document.digest, k)),
                key=lambda k: k[1],
            )
            new.setdefault(side, (answer.document.id, answer.document.digest, key[1]))
        seats = question.document.seats
        enough = set(seats.sides) <= set(new) | set(seats.empty)
        if ready and enough:
            self.seats[item] = new
            for answer in ready:
                self.open(answer)


def settle(site: SiteKeys, *, at: datetime) -> None:
    """Let happen what time brings about, and what each desk does when it signs in."""
    actions.settle(at=at)
    for side in site.codes:
        actions.let_out_what_waits(side, at.date())


def lapses(at: datetime) -> datetime:
    """The full hour after, and three days."""
    hour = at.replace(minute=0, second=0, microsecond=0)
    return (hour if hour == at else hour + timedelta(hours=1)) + LAPSE


def is_allowed(act: Callable[[], object]) -> bool:
    try:
        with transaction.atomic():
            act()
    except Refused:
        return False
    return True


@contextmanager
def undone() -> Iterator[None]:
    """Whatever is done inside has not been done afterwards."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


class Acts(RuleBasedStateMachine):
    """Two or three sides, every act they have, and time."""

    papers = Bundle("papers")
    codes: tuple[str, ...] = TWO
    directory: Path

    def __init__(self) -> None:
        super().__init__()
        self.outer = transaction.atomic()
        self.outer.__enter__()
        self.site = a_charter(self.codes)
        self.sites = [self.site]
        self.model = Model(self.codes)
        found(self.site)

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.outer.__exit__(None, None, None)
        for note in self.directory.rglob("*.json"):
            note.unlink()

    @property
    def today(self) -> Any:
        return self.model.now.date()

    def side(self, number: int) -> str:
        return self.codes[number % len(self.codes)]

    def the_same(self, expected: bool, act: Callable[[], object]) -> bool:
        assert is_allowed(act) == expected
        return expected

    def offer(self, document: Document, by: str) -> bool:
        expected = self.model.propose(document, by)
        return self.the_same(
            expected, lambda: propose(document, by=by, site=self.site, today=self.today)
        )

    @initialize(target=papers)
    def a_first_question(self) -> Any:
        document = a_question(self.site, day=self.today)
        self.offer(document, self.codes[0])
        return document.digest

    @rule(target=papers, by=st.integers(0, 2), own=st.booleans())
    def propose_a_text(self, by: int, own: bool) -> Any:
        side = self.side(by)
        document = an_article(self.site, side=side if own else None, day=self.today)
        return document.digest if self.offer(document, side) else multiple()

    @rule(target=papers, by=st.integers(0, 2))
    def propose_a_question(self, by: int) -> Any:
        document = a_question(self.site, day=self.today)
        return document.digest if self.offer(document, self.side(by)) else multiple()

    @rule(target=papers, of=papers, by=st.integers(0, 2), writer=st.integers(0, 2))
    def propose_what_is_made_from_it(self, of: str, by: int, writer: int) -> Any:
        source = self.model.papers[of].document
        side = self.side(writer)
        if source.kind == "question":
            document = an_answer(self.site, to=source, side=side, day=self.today)
        elif source.kind == "article":
            document = a_translation(self.site, of=source, language="en", side=side, day=self.today)
        else:
            return multiple()
        return document.digest if self.offer(document, self.side(by)) else multiple()

    @rule(target=papers, of=papers, by=st.integers(0, 2), chair=st.booleans(), words=st.booleans())
    def propose_the_next_version(self, of: str, by: int, chair: bool, words: bool) -> Any:
        before = self.model.papers[of].document
        changes: dict[str, Any] = {}
        if before.kind == "question":
            if words:
                changes["body"] = {**before.body, "word_limit": before.body["word_limit"] + 1}
            empty = (self.codes[-1],) if chair else before.seats.empty
            until = self.today - timedelta(days=1)
            changes["seats"] = Seats(sides=before.seats.sides, until=until, empty=empty)
        document = next_version(before, day=self.today, **changes)
        if document.standing.side:
            return multiple()
        return document.digest if self.offer(document, self.side(by)) else multiple()

    @rule(target=papers, of=papers, by=st.integers(0, 2))
    def propose_alone(self, of: str, by: int) -> Any:
        asked, side = self.model.papers[of], self.side(by)
        if asked.document.standing.side:
            return multiple()
        document = alone(asked.document, side=side, asked_on=asked.on, day=self.today)
        expected = self.model.propose_alone(document, asked, side)
        allowed = self.the_same(
            expected,
            lambda: actions.propose_alone(
                document=document, asked=asked.document.digest, by=side, today=self.today
            ),
        )
        return document.digest if allowed else multiple()

    @rule(paper=papers, by=st.integers(0, 2), old=st.integers(0, 3))
    def turn_a_key(self, paper: str, by: int, old: int) -> None:
        each, side = self.model.papers[paper], self.side(by)
        site = self.sites[-1 - old] if old < len(self.sites) else self.site
        generation = generation_of(site, self.sites, side)
        expected = self.model.turn(each, side, generation)
        self.the_same(expected, lambda: turn(each.document, side, site=site, today=self.today))

    @rule(paper=papers)
    def every_side_turns_its_key(self, paper: str) -> None:
        """What is common in life is rare at random: a document that opens."""
        for by in range(len(self.codes)):
            self.turn_a_key(paper, by, 0)

    @rule(paper=papers, by=st.integers(0, 2))
    def refuse(self, paper: str, by: int) -> None:
        each, side = self.model.papers[paper], self.side(by)
        expected = self.model.refuse(each, side)
        self.the_same(
            expected,
            lambda: actions.refuse(
                digest=paper, side=side, reason=RefusalReason.FACTS, today=self.today
            ),
        )

    @rule(paper=papers, by=st.integers(0, 2))
    def withdraw(self, paper: str, by: int) -> None:
        each, side = self.model.papers[paper], self.side(by)
        expected = self.model.withdraw(each, side)
        self.the_same(expected, lambda: actions.withdraw(digest=paper, side=side))

    @rule(paper=papers, by=st.integers(0, 2), old=st.integers(0, 3))
    def take_down(self, paper: str, by: int, old: int) -> None:
        each, side = self.model.papers[paper], self.side(by)
        site = self.sites[-1 - old] if old < len(self.sites) else self.site
        generation = generation_of(site, self.sites, side)
        expected = self.model.take_down(each, side, generation)
        self.the_same(
            expected, lambda: take_down(each.document, side, site=site, at=self.model.now)
        )

    @rule(hours=st.sampled_from([1, 24, 72, 73, 14 * 24]))
    def let_time_pass(self, hours: int) -> None:
        self.model.now += timedelta(hours=hours, minutes=7)

    @rule()
    def settle(self) -> None:
        self.model.settle()
        settle(self.site, at=self.model.now)

    @rule(by=st.integers(0, 2), carry=st.booleans(), alone=st.booleans())
    def a_new_key(self, by: int, carry: bool, alone: bool) -> None:
        """A new charter by every side, or by one side's recovery key and thirty days."""
        side = self.side(by)
        carried: list[Any] = []
        if carry:
            filled = {
                digest for seats in self.model.seats.values() for _, digest, _ in seats.values()
            }
            carried = sorted(self.model.seen() | filled)
        if alone:
            _, new = announce(self.site, side, day=self.today, today=self.today, carried=carried)
            self.model.now += timedelta(days=30)
            settle(self.site, at=self.model.now)
        else:
            new = with_new_key(self.site, side, day=self.today, carried=carried)
            propose(new.document, by=side, site=self.site, today=self.today)
            turn(new.document, side, site=new, today=self.today)
            for each in self.codes:
                turn(new.document, each, site=self.site, today=self.today)
        self.site = new
        self.sites.append(new)
        self.model.generation[side] += 1
        self.model.carried[side] |= set(carried)
        if alone:
            self.model.settle()

    @invariant()
    def what_is_seen_is_what_the_keys_open(self) -> None:
        opened = assert_all_is_rightly_open(self.site, on=self.today)
        kinds = dict(models.Document.objects.values_list("digest", "kind"))
        assert {d for d in opened if kinds[d] != "release"} == self.model.seen()


def generation_of(site: SiteKeys, sites: list[SiteKeys], side: str) -> int:
    """How often this side had changed its key when this charter was made."""
    keys: list[str] = []
    for each in sites:
        if (key := each.key(side).public.hex) not in keys:
            keys.append(key)
    return keys.index(site.key(side).public.hex)


@pytest.mark.parametrize("sides", [TWO, THREE], ids=["two sides", "three sides"])
def test_whatever_is_done_only_what_the_keys_open_is_seen(
    sides: tuple[str, ...], data: Path
) -> None:
    class Here(Acts):
        codes = sides
        directory = data

    run_state_machine_as_test(
        Here,
        settings=settings(
            max_examples=12,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


# Every order of up to six acts


class Walk:
    """All acts on one item, each tried in each state that any order of acts leads to."""

    def __init__(self, sides: tuple[str, ...], *, directory: Path) -> None:
        self.directory = directory
        self.site = a_charter(sides)
        found(self.site)
        self.model = Model(sides)
        self.tried = self.opened = 0
        self.met: dict[object, int] = {}

    def acts(self) -> list[Callable[[], bool]]:
        model = self.model
        acts: list[Callable[[], bool]] = [self.settle]
        acts += [lambda h=hours: self.wait(h) for hours in (73, 14 * 24)]  # type: ignore[misc]
        for side in model.sides:
            acts.append(lambda s=side: self.begin(s))  # type: ignore[misc]
            for paper in model.papers.values():
                acts += [
                    lambda p=paper, s=side: self.turn(p, s),  # type: ignore[misc]
                    lambda p=paper, s=side: self.refuse(p, s),  # type: ignore[misc]
                    lambda p=paper, s=side: self.withdraw(p, s),  # type: ignore[misc]
                    lambda p=paper, s=side: self.take_down(p, s),  # type: ignore[misc]
                    lambda p=paper, s=side: self.alone(p, s),  # type: ignore[misc]
                    lambda p=paper, s=side: self.edit(p, s),  # type: ignore[misc]
                ]
        return acts

    def state(self) -> object:
        """What there is, without names that are new each time: equal states lead to equal futures."""
        now = self.model.now
        return frozenset(
            (
                p.document.version,
                p.document.standing.side,
                p.state,
                p.by,
                frozenset(p.keys),
                p.gone,
                min((now.date() - p.on).days, 14),
                frozenset((k, t and t > now) for k, t in p.closings.items()),
                self.model.is_next(p.document),
                sum(q.document == p.document for q in self.model.papers.values()),
            )
            for p in self.model.papers.values()
        )

    def go(self, depth: int) -> None:
        """Try every act, and after each that is allowed every act again, ``depth`` deep."""
        if depth == 0 or self.met.get(self.state(), 0) >= depth:
            return
        self.met[self.state()] = depth
        for number in range(len(self.acts())):
            kept, notes = remember(self.model), self.notes()
            with undone():
                self.tried += 1
                if self.acts()[number]():
                    seen = assert_all_is_rightly_open(self.site, on=self.model.now.date())
                    assert seen == self.model.seen()
                    self.opened += bool(seen)
                    self.go(depth - 1)
            self.model = kept
            for file in self.notes().keys() - notes.keys():
                file.unlink()
            for file, content in notes.items():
                file.write_bytes(content)

    def notes(self) -> dict[Path, bytes]:
        """Return what lies outside the database, which an undone act does not take back."""
        return {file: file.read_bytes() for file in (self.directory / "closings").rglob("*.json*")}

    def begin(self, side: str) -> bool:
        # Sides differ in nothing but their names, so that it is enough if the first begins.
        if self.model.papers or side != self.model.sides[0]:
            return False
        document = an_article(self.site, texts={"az": ["x"]}, day=self.model.now.date())
        return self.both(
            lambda: self.model.propose(document, side),
            lambda: propose(document, by=side, site=self.site),
        )

    def edit(self, paper: Paper, side: str) -> bool:
        document = next_version(paper.document, day=self.model.now.date())
        if document.standing.side:
            return False
        return self.both(
            lambda: self.model.propose(document, side),
            lambda: propose(document, by=side, site=self.site),
        )

    def alone(self, paper: Paper, side: str) -> bool:
        if paper.document.standing.side:
            return False
        today = self.model.now.date()
        document = alone(paper.document, side=side, asked_on=paper.on, day=today)
        return self.both(
            lambda: self.model.propose_alone(document, paper, side),
            lambda: actions.propose_alone(
                document=document, asked=paper.document.digest, by=side, today=today
            ),
        )

    def turn(self, paper: Paper, side: str) -> bool:
        today = self.model.now.date()
        return self.both(
            lambda: self.model.turn(paper, side, 0),
            lambda: turn(paper.document, side, site=self.site, today=today),
        )

    def refuse(self, paper: Paper, side: str) -> bool:
        return self.both(
            lambda: self.model.refuse(paper, side),
            lambda: actions.refuse(
                digest=paper.document.digest,
                side=side,
                reason=RefusalReason.LAW,
                today=self.model.now.date(),
            ),
        )

    def withdraw(self, paper: Paper, side: str) -> bool:
        return self.both(
            lambda: self.model.withdraw(paper, side),
            lambda: actions.withdraw(digest=paper.document.digest, side=side),
        )

    def take_down(self, paper: Paper, side: str) -> bool:
        return self.both(
            lambda: self.model.take_down(paper, side, 0),
            lambda: take_down(paper.document, side, site=self.site, at=self.model.now),
        )

    def wait(self, hours: int) -> bool:
        if not self.model.papers:
            return False
        self.model.now += timedelta(hours=hours)
        return True

    def settle(self) -> bool:
        before = self.state()
        self.model.settle()
        settle(self.site, at=self.model.now)
        return self.state() != before

    def both(self, expected: Callable[[], bool], act: Callable[[], object]) -> bool:
        allowed = expected()
        assert is_allowed(act) == allowed
        return allowed


def remember(model: Model) -> Model:
    """Return a copy whose papers change apart from the first; documents are immutable and shared."""
    kept = Model(model.sides)
    kept.now = model.now
    kept.papers = {
        digest: Paper(p.document, p.by, p.on, p.state, set(p.keys), dict(p.closings), p.gone)
        for digest, p in model.papers.items()
    }
    return kept


@pytest.mark.parametrize("sides", [TWO, THREE], ids=["two sides", "three sides"])
def test_no_order_of_six_acts_opens_anything_without_its_keys(
    sides: tuple[str, ...], data: Path
) -> None:
    walk = Walk(sides, directory=data)
    walk.go(6)
    assert walk.tried > 2_000
    assert walk.opened > 20, "some orders do open something"
