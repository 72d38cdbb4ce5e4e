"""Attack: somebody has the database's files. No word that is not public lies there, whatever the desks do."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from judge import open_digests
from rows import insert_signature, sql, words_of
from test_record_closing import answered, traces

import reading as known
from cast import (
    DAY,
    SiteKeys,
    a_charter,
    a_question,
    a_translation,
    alone,
    an_answer,
    an_article,
    found,
    next_version,
    open_,
    propose,
    sign,
    take_down,
    turn,
)
from visavis.base.missing import NotFound
from visavis.base.refusal import Refused
from visavis.record import actions, models, queries, sealed, statements
from visavis.record.rules import REFUSED_FOR, RecordRefusal, RefusalReason, State
from visavis.safety.reading import JOINT, NOBODY, opened, reading_as
from visavis.signing.boxes import is_envelope
from visavis.signing.document import OWN_SHAPES, Document

NOON = datetime(DAY.year, DAY.month, DAY.day, 12, tzinfo=UTC)
WAIT = timedelta(days=14)
pytestmark = pytest.mark.django_db


@pytest.fixture
def site(db: None) -> SiteKeys:
    site = a_charter()
    found(site)
    return site


def row_of(document: Document) -> models.Document:
    return models.Document.objects.get(digest=document.digest)


@dataclass
class Desks:
    """Two desks at work on one file. Every text has a word of its own, by which it is found in the bytes."""

    site: SiteKeys
    folder: Path
    today: date = DAY
    n: int = 0
    made: list[Document] = field(default_factory=list)
    words: dict[str, str] = field(default_factory=dict)
    were_open: set[str] = field(default_factory=set)

    def word(self) -> str:
        self.n += 1
        return f"canary-{self.n}-of-the-desks-" + "x" * 20

    def texts(self, *states: State) -> list[Document]:
        rows = models.Document.objects.filter(digest__in=list(self.words), state__in=states)
        there = set(rows.values_list("digest", flat=True))
        return [each for each in self.made if each.digest in there]

    def pick(self, which: int, *states: State) -> Document:
        there = self.texts(*states)
        if not there:
            raise Refused(RecordRefusal.NOT_PROPOSED)
        return there[which % len(there)]

    def add(self, document: Document, word: str, *, by: str) -> None:
        self.made.append(document)
        self.words[document.digest] = word
        propose(document, by=by, site=self.site, today=self.today)

    # What a desk can do; ``which`` chooses among what is there.

    def write(self, which: int) -> None:
        word, side = self.word(), [None, "az", "hy"][which % 3]
        text = an_article(self.site, side=side, place=word, day=self.today)
        self.add(text, word, by=side or "az")

    def answer(self, which: int) -> None:
        question = open_(a_question(self.site, day=self.today), self.site)
        word, side = self.word(), ["az", "hy"][which % 2]
        self.add(an_answer(self.site, to=question, side=side, words=word), word, by=side)

    def translate(self, which: int) -> None:
        of, word = self.pick(which, State.OPEN), self.word()
        made = a_translation(self.site, of=of, language="en", side="hy", paragraphs=[word])
        self.add(made, word, by="hy")

    def change(self, which: int) -> None:
        of, word = self.pick(which, State.OPEN), self.word()
        body = {**of.body, "place": word}
        self.add(next_version(of, body=body, day=self.today), word, by=of.side or "az")

    def sign(self, which: int) -> None:
        turn(self.pick(which // 2, State.PROPOSED), ["az", "hy"][which % 2], site=self.site)

    def refuse(self, which: int) -> None:
        digest = self.pick(which // 2, State.PROPOSED).digest
        side = ["az", "hy"][which % 2]
        actions.refuse(digest=digest, side=side, reason=RefusalReason.FACTS, today=self.today)

    def withdraw(self, which: int) -> None:
        row = row_of(self.pick(which, State.PROPOSED))
        actions.withdraw(digest=row.digest, side=row.proposed_by)

    def stand_alone(self, which: int) -> None:
        asked = self.pick(which, State.PROPOSED)
        row = row_of(asked)
        if row.asked_on is None:
            raise Refused(RecordRefusal.STILL_WAITING)
        self.today = max(self.today, row.asked_on + WAIT)
        side = row.proposed_by
        lone = alone(asked, side=side, asked_on=row.asked_on, day=self.today)
        self.made.append(lone)
        self.words[lone.digest] = self.words[asked.digest]
        actions.propose_alone(document=lone, asked=asked.digest, by=side, today=self.today)

    def close(self, which: int) -> None:
        text = self.pick(which // 2, State.OPEN, State.CLOSED)
        take_down(text, ["az", "hy"][which % 2], site=self.site, at=self.noon)

    def wait(self, which: int) -> None:
        self.today += timedelta(days=[1, 4, 31][which % 3])
        with reading_as(lambda: NOBODY):
            actions.settle(at=self.noon)

    @property
    def noon(self) -> datetime:
        return datetime(self.today.year, self.today.month, self.today.day, 12, tzinfo=UTC)

    def search(self) -> None:
        """No column and no byte of the files has a word of what was never open."""
        rows = models.Document.objects.exclude(kind__in=OWN_SHAPES)
        self.were_open |= set(rows.filter(state=State.OPEN).values_list("digest", flat=True))
        for row in rows.exclude(digest__in=self.were_open):
            assert not row.data or is_envelope(bytes(row.data)), (row.kind, row.state)
        public = {self.words[each] for each in self.were_open if each in self.words}
        hidden = sorted(set(self.words.values()) - public)
        assert traces(self.folder, hidden) == set()


ACTS = (
    Desks.write, Desks.answer, Desks.translate, Desks.change, Desks.sign, Desks.refuse,
    Desks.withdraw, Desks.stand_alone, Desks.close, Desks.wait,
)  # fmt: skip
EVERY = st.lists(st.tuples(st.sampled_from(ACTS), st.integers(0, 11)), min_size=4, max_size=9)


@pytest.mark.django_db(transaction=True)
def test_no_sealed_column_holds_clear_words_after_any_sequence_of_acts(on_disk: Path) -> None:
    site = a_charter()
    found(site)
    desks, done = Desks(site, on_disk), set[str]()

    def do(act: Callable[[Desks, int], None], which: int) -> None:
        try:
            act(desks, which)
        except (Refused, StopIteration):
            return
        done.add(act.__name__)

    @settings(max_examples=10)
    @given(EVERY)
    def walk(acts: list[tuple[Callable[[Desks, int], None], int]]) -> None:
        do(Desks.write, len(acts))
        for act, which in acts:
            do(act, which)
            desks.search()
        while desks.texts(State.PROPOSED):  # what the next walk has not to stumble over
            desks.withdraw(0)

    # First one walk in which each act comes about, so that none is only ever refused.
    for act, which in (
        (Desks.write, 0), (Desks.sign, 0), (Desks.sign, 1), (Desks.change, 0), (Desks.refuse, 1),
        (Desks.translate, 0), (Desks.withdraw, 0), (Desks.answer, 0), (Desks.sign, 0),
        (Desks.write, 0), (Desks.stand_alone, 1), (Desks.close, 0), (Desks.close, 1), (Desks.wait, 2),
    ):  # fmt: skip
        do(act, which)
        desks.search()
    assert done == {each.__name__ for each in ACTS}
    walk()

    # The search does find what lies there in the clear: an open text, and one that nobody sealed.
    shown = desks.word()
    open_(an_article(site, place=shown, day=desks.today), site)
    assert {each for _, each in traces(on_disk, [shown])} == {shown}
    word = desks.word()
    bare = an_article(site, place=word, day=desks.today)
    statements.add_document(bare, state=State.PROPOSED, by="az", today=desks.today, data=bare.data)
    desks.words[bare.digest] = word
    with pytest.raises(AssertionError):
        desks.search()


def test_the_act_that_opens_writes_the_words_and_no_act_before(site: SiteKeys) -> None:
    text = propose(an_article(site), site=site)
    turn(text, "az", site=site)
    assert is_envelope(bytes(row_of(text).data))
    assert words_of(text) == text.data
    turn(text, "hy", site=site)
    assert bytes(row_of(text).data) == text.data


def test_a_sealed_row_flipped_to_open_shows_nothing(site: SiteKeys) -> None:
    text = propose(an_article(site), site=site)
    for side in site.codes:
        insert_signature(text.digest, **sign(text, site.key(side), side=side).as_json())
    sql("UPDATE record_document SET state = 'open' WHERE digest = %s", text.digest)
    for who in (NOBODY, known.everybody()):
        with reading_as(lambda who=who: who):
            assert open_digests() == set()
            assert queries.open_version(text.id) is None
            assert queries.glance_for("az", charter=site.charter).opened == ()
            with pytest.raises(NotFound):
                queries.proposal_for("az", text.digest)
    actions.settle(at=NOON)
    assert open_digests() == set()
    sql("UPDATE record_document SET data = %s WHERE digest = %s", text.data, text.digest)
    assert open_digests() == {text.digest}, "it is the envelope that holds"


@pytest.mark.parametrize("state", ["open", "superseded", "closed"])
def test_a_sealed_answer_comes_out_by_no_row(site: SiteKeys, state: str) -> None:
    question = open_(a_question(site), site)
    answer = propose(an_answer(site, to=question, side="az"), site=site)
    turn(answer, "az", site=site)
    sql("UPDATE record_document SET state = %s WHERE digest = %s", state, answer.digest)
    with reading_as(lambda: known.desk("hy")):
        actions.settle(at=NOON)
        assert open_digests() == {question.digest}
        with pytest.raises(NotFound):
            queries.proposal_for("hy", answer.digest)
        with pytest.raises(NotFound):
            queries.closable_for("hy", answer.digest)


def test_settle_opens_nothing_sealed(site: SiteKeys) -> None:
    question = open_(a_question(site), site)
    answers = [propose(an_answer(site, to=question, side=side), site=site) for side in site.codes]
    first, last = answers
    turn(first, first.side or "", site=site)
    waiting = propose(an_article(site), site=site)
    no = propose(an_article(site), site=site)
    actions.refuse(digest=no.digest, side="hy", reason=RefusalReason.FACTS, today=DAY)
    for days in (0, 14, 29, 400):
        with reading_as(lambda: NOBODY):
            actions.settle(at=NOON + timedelta(days=days))
        for each in (*answers, waiting):
            assert is_envelope(bytes(row_of(each).data))
        assert bool(row_of(no).data) == (timedelta(days=days) < REFUSED_FOR)
    assert open_digests() == {question.digest}
    turn(last, last.side or "", site=site)
    assert open_digests() > {each.digest for each in answers}, "the act of a desk opens them"


def test_what_this_reader_cannot_open_is_not_there(site: SiteKeys) -> None:
    question = open_(a_question(site), site)
    answer = propose(an_answer(site, to=question, side="az"), site=site)
    text = propose(an_article(site), site=site)
    with reading_as(lambda: known.desk("hy")):
        assert queries.proposal_for("hy", text.digest).document == text
        assert queries.own_part("az", of=question.id, kind="answer", state=State.PROPOSED) is None
        for act in (
            lambda: turn(answer, "az", site=site),
            lambda: actions.refuse(
                digest=answer.digest, side="hy", reason=RefusalReason.FACTS, today=DAY
            ),
        ):
            with pytest.raises(Refused) as refusal:
                act()
            assert refusal.value.reason is RecordRefusal.NOT_PROPOSED
    with reading_as(lambda: known.reader_of("az")):
        assert queries.proposal_for("az", answer.digest).document == answer
        assert queries.glance_for("az", charter=site.charter).theirs.shown == ()
        with pytest.raises(NotFound):
            queries.proposal_for("az", text.digest)


def test_nobody_writes_what_nobody_here_can_read(site: SiteKeys) -> None:
    for who in (NOBODY, known.reader_of("hy")):
        with reading_as(lambda who=who: who), pytest.raises(Refused) as refusal:
            propose(an_article(site), site=site)
        assert refusal.value.reason is RecordRefusal.NO_READING_KEY
    assert not models.Document.objects.filter(kind="article").exists()


def test_no_envelope_shows_two_desks_two_texts_or_opens_in_another_row(site: SiteKeys) -> None:
    text, other = (propose(an_article(site), site=site) for _ in range(2))
    put = "UPDATE record_document SET data = %s WHERE digest = %s"
    swapped = bytes(row_of(other).data)
    lying = known.desk("az").shut(other.data, about=sealed.about(text.digest), to=JOINT)
    assert opened(swapped, about=sealed.about(text.digest)) is None
    for envelope in (swapped, lying, swapped[:40], b"VVS1", b"VVS1\xff\xff\xff"):
        sql(put, envelope, text.digest)
        with pytest.raises(NotFound):
            queries.proposal_for("hy", text.digest)
        with pytest.raises(Refused):
            turn(text, "az", site=site)
        shown = queries.glance_for("az", charter=site.charter)
        assert text.digest not in {each.digest for each in (*shown.ours, *shown.theirs)}
        actions.settle(at=NOON)
    right = known.desk("az").shut(text.data, about=sealed.about(text.digest), to=JOINT)
    sql(put, right, text.digest)
    assert queries.proposal_for("hy", text.digest).document == text


def put_back(row: models.Document, document: Document) -> None:
    """Put a row back as an older backup has it."""
    for source in document.made_from:
        models.MadeFrom.objects.create(document_id=row.digest, item=source.id)
    models.Document.objects.filter(digest=row.digest).update(state=row.state, data=bytes(row.data))
    models.Closing.objects.filter(document=row.digest).delete()


@pytest.mark.parametrize("kind", ["own", "translation"])
def test_a_note_destroys_what_a_backup_has_sealed_and_nobody_reads_it(
    site: SiteKeys, kind: str
) -> None:
    text = an_article(site, side="az")
    if kind == "translation":
        of = open_(text, site)
        text = a_translation(site, of=of, language="en", side="hy")
    older = row_of(propose(text, by=text.side or "az", site=site))
    for side in ["hy"] if kind == "translation" else site.codes:
        turn(text, side, site=site)
    assert take_down(text, "az", site=site, at=NOON) is True
    put_back(older, text)
    with reading_as(lambda: NOBODY):
        actions.settle(at=NOON)
    assert not row_of(text).data


def test_a_column_that_lies_lets_no_closed_words_out(site: SiteKeys) -> None:
    """The note names az as owner. Somebody writes hy into the row, so that the note seems to be false."""
    text = an_article(site, side="az")
    older = row_of(propose(text, by="az", site=site))
    for side in site.codes:
        turn(text, side, site=site)
    take_down(text, "az", site=site, at=NOON)
    put_back(older, text)
    sql("UPDATE record_document SET owner = 'hy' WHERE digest = %s", text.digest)
    with reading_as(lambda: NOBODY):
        actions.settle(at=NOON)
    assert row_of(text).data, "the columns alone decide while it is sealed"
    for side in site.codes:
        turn(text, side, site=site)
    assert row_of(text).state == State.OPEN
    assert open_digests() == set(), "the bytes are judged when they open"
    with reading_as(lambda: NOBODY):
        actions.settle(at=NOON)
    assert not row_of(text).data


def test_what_was_never_open_does_not_lapse_back(site: SiteKeys) -> None:
    """It went along with what it was made from. A row makes of that a lone closing whose time has passed."""
    text = open_(an_article(site, side="az"), site)
    theirs = propose(a_translation(site, of=text, language="en", side="hy"), by="hy", site=site)
    take_down(text, "az", site=site, at=NOON)
    sql("UPDATE record_closing SET reopens_at = %s WHERE document_id = %s", NOON, theirs.digest)
    for who in (NOBODY, known.everybody()):
        with reading_as(lambda who=who: who):
            actions.settle(at=NOON + timedelta(days=1))
        assert row_of(theirs).state == State.CLOSED
        assert is_envelope(bytes(row_of(theirs).data))


def test_charters_and_notes_of_release_are_never_sealed(site: SiteKeys) -> None:
    _, _, note = answered(site)
    with reading_as(lambda: NOBODY):
        change = propose(next_version(site.document), by="az", site=site)
    for each in (site.document, note, change):
        assert bytes(row_of(each).data) == each.data
