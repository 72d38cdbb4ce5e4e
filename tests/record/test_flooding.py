"""One desk floods the other with proposals: silence counts only for what a desk could have read (C27)."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cast import (
    DAY,
    THREE,
    SiteKeys,
    a_charter,
    a_question,
    alone,
    an_answer,
    an_article,
    announce,
    found,
    open_,
    propose,
    take_down,
    turn,
)
from visavis.base.refusal import Refused
from visavis.record import actions, models, queries, rules, sealed, statements
from visavis.record.queries.shelves import PER_SHELF
from visavis.record.rules import RecordRefusal, RefusalReason, State
from visavis.signing.charter import Waiting
from visavis.signing.document import Document

pytestmark = pytest.mark.django_db
WAIT = timedelta(days=14)


@pytest.fixture
def site() -> SiteKeys:
    site = a_charter()
    found(site)
    return site


def refused(reason: RecordRefusal):  # type: ignore[no-untyped-def]
    return pytest.raises(Refused, match=f"^{reason.value}$")


def flood(site: SiteKeys, n: int, *, by: str = "az", day: date = DAY) -> list[Document]:
    texts = [an_article(site, side=by, day=day) for _ in range(n)]
    for text in texts:
        actions.propose(document=text, by=by, today=day)
    return texts


def asked_on(document: Document) -> date | None:
    return models.Document.objects.get(digest=document.digest).asked_on


def stand_alone(asked: Document, *, day: date, said: date | None = None, by: str = "az") -> None:
    own = alone(asked, side=by, asked_on=said or asked_on(asked) or DAY, day=day)
    actions.propose_alone(document=own, asked=asked.digest, by=by, today=day)


def test_sixty_proposals_in_one_night_are_not_sixty_silences(site: SiteKeys) -> None:
    texts = flood(site, rules.MOST_PROPOSED)
    counted = [each for each in texts if asked_on(each) == DAY]
    assert len(counted) == rules.MOST_ASKED
    later = [each for each in texts if asked_on(each) is None]
    for each in later[:3]:
        with refused(RecordRefusal.STILL_WAITING):
            stand_alone(each, day=DAY + WAIT, said=DAY)
    stand_alone(counted[0], day=DAY + WAIT)


def test_what_comes_up_later_waits_its_full_time_from_then(site: SiteKeys) -> None:
    texts = flood(site, rules.MOST_ASKED + 1)
    (last,) = [each for each in texts if asked_on(each) is None]
    first = next(each for each in texts if each != last)
    then = DAY + timedelta(days=10)
    actions.refuse(digest=first.digest, side="hy", reason=RefusalReason.TIMING, today=then)
    assert asked_on(last) == then
    for day, said in ((DAY + WAIT, then), (DAY + WAIT, DAY), (then + WAIT, DAY)):
        with refused(RecordRefusal.STILL_WAITING):
            stand_alone(last, day=day, said=said)
    stand_alone(last, day=then + WAIT)


def test_what_is_taken_back_and_proposed_again_goes_to_the_end_of_the_line(site: SiteKeys) -> None:
    texts = flood(site, rules.MOST_ASKED + 5)
    counted = [each for each in texts if asked_on(each)]
    for each in counted:
        actions.withdraw(digest=each.digest, side="az")
    again = flood(site, len(counted), day=DAY + timedelta(days=1))
    waited = [each for each in texts if each not in counted]
    assert all(asked_on(each) == DAY + timedelta(days=1) for each in waited)
    assert sum(asked_on(each) is not None for each in again) == rules.MOST_ASKED - len(waited)


def test_long_ones_do_not_count_together_and_short_ones_do_not_pass_them(
    site: SiteKeys, monkeypatch: pytest.MonkeyPatch
) -> None:
    size = len(sealed.shut(an_article(site)))
    monkeypatch.setattr(rules, "MOST_BYTES_ASKED", 2 * size + size // 2)
    assert sum(asked_on(each) is not None for each in flood(site, 4)) == 2
    monkeypatch.setattr(rules, "MOST_BYTES_ASKED", size // 2)
    (theirs, *rest) = flood(site, 3, by="hy")
    assert asked_on(theirs) == DAY, "the oldest always counts, however long it is"
    assert [asked_on(each) for each in rest] == [None, None]


def test_no_side_holds_up_anothers_proposals() -> None:
    site = a_charter(THREE)
    found(site)
    flood(site, rules.MOST_ASKED + 5, by="az")
    assert asked_on(flood(site, 1, by="hy")[0]) == DAY


def test_an_hour_later_the_line_moves_up_for_what_was_taken_back(site: SiteKeys) -> None:
    texts = flood(site, rules.MOST_ASKED + 1)
    (last,) = [each for each in texts if asked_on(each) is None]
    actions.withdraw(digest=next(e for e in texts if e != last).digest, side="az")
    actions.settle(at=datetime(DAY.year, DAY.month, DAY.day, 12, tzinfo=UTC))
    assert asked_on(last) == DAY


def test_a_row_asked_before_the_bytes_were_written_is_no_silence(site: SiteKeys) -> None:
    text = propose(an_article(site), site=site)
    early = DAY - timedelta(days=14)
    models.Document.objects.filter(digest=text.digest).update(asked_on=early)
    with refused(RecordRefusal.STILL_WAITING):
        stand_alone(text, day=DAY, said=early)


STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            ["propose", "propose", "withdraw", "refuse", "sign", "alone", "day", "day"]
        ),
        st.integers(0, 6),
    ),
    min_size=6,
    max_size=20,
)
MOST, DAYS = 2, 2


class Line:
    """One desk's proposals, and beside each the days on which it was among the oldest that waited.

    The model counts, for each day and proposal, how many of earlier days still wait before it.
    """

    def __init__(self) -> None:
        self.site = a_charter(waiting=Waiting(unanswered_days=DAYS))
        found(self.site)
        self.today = DAY
        self.waiting: dict[str, Document] = {}
        self.read: dict[str, set[date]] = {}

    def look(self) -> None:
        for each in self.waiting.values():
            n_older = sum(other.day < each.day for other in self.waiting.values())
            if n_older < MOST:
                self.read.setdefault(each.digest, set()).add(self.today)

    def was_read(self, asked: Document) -> bool:
        whole = {self.today - timedelta(days=n) for n in range(1, DAYS + 1)}
        return whole <= self.read.get(asked.digest, set())

    def may_stand_alone(self, asked: Document, *, for_good: bool = False) -> bool:
        """Try every day that the proposing side could say: the true one, or one that suits it."""
        for said in {asked_on(asked) or asked.day, asked.day, self.today - timedelta(days=DAYS)}:
            try:
                with transaction.atomic():
                    stand_alone(asked, day=self.today, said=said)
                    transaction.set_rollback(not for_good)
            except Refused:
                continue
            return True
        return False

    def step(self, act: str, which: int) -> None:
        picked = list(self.waiting.values())[which % len(self.waiting)] if self.waiting else None
        if act == "day":
            self.today += timedelta(days=1)
            actions._ask_about_every(today=self.today)
        elif act == "propose":
            (text,) = flood(self.site, 1, day=self.today)
            self.waiting[text.digest] = text
        elif picked is not None:
            if act == "withdraw":
                actions.withdraw(digest=picked.digest, side="az")
            elif act == "refuse":
                reason = RefusalReason.SCOPE
                actions.refuse(digest=picked.digest, side="hy", reason=reason, today=self.today)
            elif act == "sign":
                for side in ("az", "hy"):
                    turn(picked, side, site=self.site, today=self.today)
            elif not self.may_stand_alone(picked, for_good=True):
                return
            del self.waiting[picked.digest]


def test_no_order_of_acts_makes_silence_count_that_was_not_among_the_oldest_for_the_whole_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rules, "MOST_ASKED", MOST)
    came_alone, kept_waiting = [], []

    @given(steps=STEPS)
    @settings(
        max_examples=40,
        deadline=None,
        derandomize=True,
        suppress_health_check=[HealthCheck.too_slow],
    )
    def walk(steps: list[tuple[str, int]]) -> None:
        with transaction.atomic():
            line = Line()
            for act, which in steps:
                line.step(act, which)
                if act == "day":
                    for asked in line.waiting.values():
                        if line.may_stand_alone(asked):
                            assert line.was_read(asked), (asked.day, line.today)
                            came_alone.append(asked)
                        elif (line.today - asked.day).days >= DAYS:
                            kept_waiting.append(asked)
                line.look()
            transaction.set_rollback(True)

    walk()
    assert came_alone
    assert kept_waiting, "the line has held something back"


def test_nobody_has_more_before_the_desks_than_the_budget(site: SiteKeys) -> None:
    texts = flood(site, rules.MOST_PROPOSED)
    with refused(RecordRefusal.TOO_MANY_PROPOSED):
        flood(site, 1)
    assert models.Document.objects.filter(proposed_by="az", state=State.PROPOSED).count() == 60
    flood(site, 1, by="hy")  # the other side has its own
    actions.withdraw(digest=texts[0].digest, side="az")
    flood(site, 1)


def test_nobody_has_more_bytes_before_the_desks_than_the_budget(site: SiteKeys) -> None:
    """What is counted is what lies in the table, and that is filled up: see `boxes.SIZES`."""
    long = ["a" * 900_000]
    texts = [an_article(site, texts={"az": long}) for _ in range(10)]
    n = rules.MOST_BYTES_PROPOSED // len(sealed.shut(texts[0]))
    assert 1 < n < len(texts)
    for text in texts[:n]:
        propose(text, site=site)
    with refused(RecordRefusal.TOO_MANY_PROPOSED):
        propose(texts[n], site=site)
    flood(site, 1)  # what still fits is taken


def test_charters_recoveries_answers_and_what_stands_alone_need_no_place(site: SiteKeys) -> None:
    question = open_(a_question(site), site)
    texts = flood(site, rules.MOST_PROPOSED)
    first = next(each for each in texts if asked_on(each))
    propose(an_answer(site, to=question, side="az"), by="az", site=site)
    announce(site, "az")
    stand_alone(first, day=DAY + WAIT)
    with refused(RecordRefusal.TOO_MANY_PROPOSED):
        actions.propose(
            document=an_article(site, side="az", day=DAY + WAIT), by="az", today=DAY + WAIT
        )


def test_closing_needs_no_place(site: SiteKeys) -> None:
    text = open_(an_article(site), site)
    flood(site, rules.MOST_PROPOSED)
    take_down(text, "az", site=site, at=datetime(DAY.year, DAY.month, DAY.day, 12, tzinfo=UTC))
    assert models.Document.objects.get(digest=text.digest).state == State.CLOSED


def test_the_budget_reads_no_body(site: SiteKeys) -> None:
    flood(site, 3)
    with CaptureQueriesContext(connection) as asked:
        sizes = [each.n_bytes for each in statements.proposed_by("az")]
    assert len(asked) == 1
    columns = asked[0]["sql"].split("FROM")[0]
    assert "LENGTH(data)" in columns
    assert "data" not in columns.replace("LENGTH(data)", "")
    assert len(sizes) == 3
    assert all(size > 100 for size in sizes)


def test_sixty_long_proposals_do_not_lie_in_memory_for_one_view(site: SiteKeys) -> None:
    """What an older version let in, or a row: the lists are paged, and read no more than they show."""
    long = ["a" * 1_000_000]
    for _ in range(60):
        text = an_article(site, texts={"az": long})
        statements.add_document(
            text, state=State.PROPOSED, by="az", today=DAY, data=sealed.shut(text)
        )
    read: list[int] = []
    from_bytes = Document.from_bytes

    def counted(data: bytes) -> Document:
        read.append(len(data))
        return from_bytes(data)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Document, "from_bytes", staticmethod(counted))
        with CaptureQueriesContext(connection) as asked:
            glance = queries.glance_for("hy", charter=site.charter)
    assert (len(glance.ours), glance.ours.n, glance.ours.has_more) == (PER_SHELF, 60, True)
    assert len(read) == PER_SHELF
    assert len(asked) <= 4
    heads = [
        each["sql"].split("FROM")[0].replace('LENGTH("record_document"."data")', "")
        for each in asked
    ]
    assert sum('"record_document"."data"' in each for each in heads) == 1
    seen = {
        each.digest
        for page in (1, 2, 3)
        for each in queries.glance_for("hy", charter=site.charter, pages={"ours": page}).ours
    }
    assert len(seen) == 60
