"""How the world is made: every act through the rooms, on the day it is said to have happened.

Nothing is written into a table here. What the desks of a real site do by hand, in drafts, proposals and
turned keys, is done in the same order with the same acts; only the day is passed in.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import partial

from msgspec import structs

from visavis.dialogue import actions as dialogue
from visavis.dialogue.bodies import AnswerWords, QuestionWords
from visavis.dialogue.rules import Tense
from visavis.library import actions as library
from visavis.library import queries as library_queries
from visavis.library.bodies import Details, Notes, Unit, UnitKind, Why
from visavis.library.drafting import TypedRow, standing, typed_from
from visavis.library.queries import Drafted
from visavis.library.striking import Striking
from visavis.pauses import actions as pause
from visavis.people.http import Participant
from visavis.record import actions as record
from visavis.record import queries as record_queries
from visavis.signing.canonical import Digest
from visavis.signing.document import Document, Standing
from visavis.signing.keys import PrivateKey

from . import AnswerOfWorld, Change, Prose, QuestionOfWorld, Struck, TextOfWorld, World
from .acting import Act, Hands
from .talking import DiscussionStory, PersonStory

WEEK = 7


def make_world(
    world: World,
    *,
    charter: Document,
    keys: Mapping[str, PrivateKey],
    participants: Mapping[str, Participant],
    release: Callable[[datetime], object],
    at: datetime,
    done: Callable[[int, int], None],
) -> None:
    """Do everything that has happened in this world, up to ``at``. The site is founded already.

    ``participants`` are the accounts of its people, by their names.
    ``release`` brings out an edition: one after each week in which something happened, so that lists are
    nearly in the order of the days, as on a site that has grown.
    """
    hands = Hands(keys)
    record.propose(document=charter, by=next(iter(keys)), today=charter.day)
    hands.turn(charter.digest, sides=keys, today=charter.day)

    acts: list[Act] = [Act(world.charter_day, partial(_state, world.statement, hands=hands))]
    questions = {
        name: QuestionStory(question, hands=hands, made_on=at.date())
        for name, question in world.questions.items()
    }
    for question in questions.values():
        acts += question.acts()
    for text in world.texts.values():
        acts += TextStory(text, hands=hands, at=at).acts()
    people = {
        name: PersonStory(person, participant=participants[name], hands=hands)
        for name, person in world.people.items()
    }
    for discussion in world.discussions.values():
        about = questions.get(discussion.question)
        acts += DiscussionStory(
            discussion,
            people=people,
            question=about.item if about else None,
            hands=hands,
            made_on=at.date(),
        ).acts()
    acts.sort(key=lambda act: -act.days_ago)
    for number, act in enumerate(acts, start=1):
        today = at.date() - timedelta(days=act.days_ago)
        act.do(today)
        if number == len(acts) or acts[number].days_ago // WEEK != act.days_ago // WEEK:
            release(min(at, datetime.combine(today, time(12), UTC)))
        done(number, len(acts))


def _state(statement: Mapping[str, Prose], today: date, *, hands: Hands) -> None:
    """All sides sign what the home page shows in a pause, on the day on which the site begins."""
    first = next(iter(hands.keys))
    digest = pause.propose_statement(
        side=first,
        titles={code: prose.title for code, prose in statement.items()},
        texts={code: "\n\n".join(prose.paragraphs) for code, prose in statement.items()},
        today=today,
    )
    hands.turn(digest, sides=hands.keys, today=today)


class QuestionStory:
    """One question: asked, agreed, answered, and perhaps one chair declared empty."""

    def __init__(self, question: QuestionOfWorld, *, hands: Hands, made_on: date) -> None:
        self._question = question
        self._hands = hands
        self._made_on = made_on
        self._item = ""
        self._digest = Digest("")

    def item(self) -> str:
        """Return the question's item, once it is asked."""
        return self._item

    def acts(self) -> list[Act]:
        days = self._question.days
        acts = [Act(days["proposed"], self._ask)]
        if "opened" in days:
            acts.append(Act(days["opened"], self._agree))
        acts += [
            Act(answer.proposed, partial(self._answer, answer)) for answer in self._question.answers
        ]
        if "empty_proposed" in days:
            acts.append(Act(days["empty_proposed"], self._declare_empty))
            acts.append(Act(days["empty_opened"], self._agree))
        return acts

    def _ask(self, today: date) -> None:
        question = self._question
        draft = dialogue.draft_question(
            side=question.by,
            versions={
                language: QuestionWords(text=prose.title, note=" ".join(prose.paragraphs))
                for language, prose in question.versions.items()
            },
            tense=Tense(question.tense),
            word_limit=question.word_limit,
            deadline=self._made_on - timedelta(days=question.days["closes"]),
            today=today,
        )
        self._item = draft
        self._digest = dialogue.propose_question(side=question.by, item=draft, today=today)
        self._hands.turn(self._digest, sides=[question.by], today=today)

    def _agree(self, today: date) -> None:
        others = self._hands.others(self._question.by)
        self._hands.turn(self._digest, sides=others, today=today)

    def _answer(self, answer: AnswerOfWorld, today: date) -> None:
        dialogue.draft_answer(
            side=answer.side,
            question=self._item,
            original=answer.original,
            versions={
                language: AnswerWords.of(prose.paragraphs, proposal=prose.proposal)
                for language, prose in answer.versions.items()
            },
            pen_name=answer.pen_name,
            today=today,
        )
        digest = dialogue.propose_answer(side=answer.side, question=self._item, today=today)
        self._hands.turn(digest, sides=[answer.side], today=today)

    def _declare_empty(self, today: date) -> None:
        by = self._question.by
        self._digest = dialogue.propose_empty_chairs(side=by, question=self._item, today=today)
        self._hands.turn(self._digest, sides=[by], today=today)


class TextStory:
    """One text: drafted, shortened, agreed; changed, translated, standing alone or closed."""

    def __init__(self, text: TextOfWorld, *, hands: Hands, at: datetime) -> None:
        self._text = text
        self._hands = hands
        self._at = at
        self._item = ""
        self._digest = Digest("")

    def acts(self) -> list[Act]:
        text, days = self._text, self._text.days
        acts = [Act(days["proposed"], self._propose)]
        if "opened" in days:
            acts.append(Act(days["opened"], self._agree))
        if "alone" in days:
            acts.append(Act(days["alone"], self._stand_alone))
        if text.second is not None:
            acts.append(Act(text.second.proposed, self._change))
            if text.second.opened is not None:
                acts.append(Act(text.second.opened, self._agree))
        if text.added is not None:
            acts.append(Act(text.added.proposed, self._translate))
        if "closed" in days:
            acts.append(Act(days["closed"], self._take_down))
        return acts

    def _propose(self, today: date) -> None:
        text = self._text
        written_on = self._at.date() - timedelta(days=text.days["written"])
        self._item = library.draft_text(
            side=text.side,
            kind=text.kind,
            original=text.original,
            words={
                language: _words(
                    prose,
                    translator=text.translators.get(language),
                    notes=text.notes.get(language, {}),
                )
                for language, prose in text.versions.items()
            },
            details=Details(
                author=text.author,
                written_on=written_on,
                place=text.place,
                permission=text.permission,
            ),
            today=today,
        )
        for language, prose in text.versions.items():
            for struck in prose.struck:
                self._strike(struck, language=language, today=today)
        self._put_before_the_others(today)

    def _strike(self, struck: Struck, *, language: str, today: date) -> None:
        unit = self._text.versions[language].blocks[struck.block].text
        words = unit[struck.start : struck.end]
        library.strike(
            side=self._text.side,
            item=self._item,
            language=language,
            striking=Striking(why=Why(struck.why), whole=(struck.block,))
            if words == unit
            else Striking(why=Why(struck.why), quoted=(f"{struck.block + 1}: {words}",)),
            seen=self._draft().seen,
            today=today,
        )

    def _put_before_the_others(self, today: date) -> None:
        side = self._text.side
        self._digest = library.propose(side=side, item=self._item, today=today)
        self._hands.turn(self._digest, sides=[side], today=today)

    def _agree(self, today: date) -> None:
        self._hands.turn(self._digest, sides=self._hands.others(self._text.side), today=today)

    def _stand_alone(self, today: date) -> None:
        """Propose the same words once more, now under one side's name; salt and body stay the same."""
        side = self._text.side
        asked = record_queries.proposal_for(side, self._digest).document
        alone = replace(asked, standing=Standing(side=side, asked_on=asked.day), day=today)
        record.propose_alone(document=alone, asked=asked.digest, by=side, today=today)
        self._hands.turn(alone.digest, sides=[side], today=today)

    def _change(self, today: date) -> None:
        text = self._text
        library.change(side=text.side, item=self._item, today=today)
        changes = text.second.changes if text.second else ()
        for change in sorted(changes, key=lambda change: change.language != text.original):
            if change.language == text.original:
                self._change_original(change, today=today)
            else:
                self._change_translation(change, today=today)
        self._put_before_the_others(today)

    def _change_original(self, change: Change, *, today: date) -> None:
        version = self._draft().body.first
        library.edit(
            side=self._text.side,
            item=self._item,
            language=change.language,
            words=library.Words(title=version.title, units=_changed(version.units, change)),
            seen=self._draft().seen,
            today=today,
        )

    def _change_translation(self, change: Change, *, today: date) -> None:
        """Write the translation row by row beside the new original; the rows it names are up to date."""
        draft = self._draft()
        version = draft.body.versions[change.language]
        units = _changed(version.units, change)
        rows = []
        for row in standing(version, draft.body.first):
            is_changed = any(units[index] != version.units[index] for index in row.right)
            rows.append(
                TypedRow(
                    left=row.left,
                    typed=typed_from(units[index] for index in row.right),
                    is_up_to_date=is_changed or not row.is_stale,
                )
            )
        library.edit_beside(
            side=self._text.side,
            item=self._item,
            language=change.language,
            title=version.title,
            translator=version.translator or "",
            notes=version,
            rows=rows,
            seen=draft.seen,
            today=today,
        )

    def _translate(self, today: date) -> None:
        added = self._text.added
        assert added is not None  # noqa: S101 - only such a text has this act
        item = library.translate(
            side=added.side,
            of=self._item,
            language=added.language,
            words=_words(added.prose, notes=self._text.notes.get(added.language, {})),
            today=today,
        )
        digest = library.propose(side=added.side, item=item, today=today)
        self._hands.turn(digest, sides=[added.side], today=today)

    def _take_down(self, today: date) -> None:  # noqa: ARG002 - closed at the moment the world is made
        opened = record_queries.open_version(self._item)
        assert opened is not None  # noqa: S101 - it was opened on an earlier day
        self._hands.take_down(opened, side=self._text.closed_by, at=self._at)

    def _draft(self) -> Drafted:
        return library_queries.draft_for(self._text.side, self._item)


def _words(
    prose: Prose, *, notes: Mapping[str, str], translator: str | None = None
) -> library.Words:
    return library.Words(
        title=prose.title,
        units=tuple(Unit(UnitKind(block.kind), block.text) for block in prose.blocks),
        translator=translator,
        notes=Notes(**notes),
    )


def _changed(units: Sequence[Unit], change: Change) -> tuple[Unit, ...]:
    return tuple(
        structs.replace(unit, text=unit.text.replace(change.was, change.now)) for unit in units
    )
