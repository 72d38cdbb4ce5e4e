"""How people take part in this world: each act as the author's page does it, and as their desk does.

What a person hands in is shut for them and their desk alone. The desk opens it on the same day, with the
card where that still waits. What goes from one side to a person of the other is handed on by their own desk.
"""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from datetime import date, timedelta
from functools import partial

from visavis.cards import actions as cards
from visavis.cards.bodies import Cues
from visavis.cards.rules import Role
from visavis.discussions import actions as discussions
from visavis.discussions import heard, heard_queries, own_words, queue, translating, writing
from visavis.discussions.bodies import Says
from visavis.discussions.heard_queries import Restated
from visavis.discussions.own_words import OwnDraft
from visavis.discussions.translating import Drafted
from visavis.people.authors import Author
from visavis.people.http import Participant
from visavis.safety.reading import reading_as
from visavis.signing.canonical import Digest

from . import DiscussionOfWorld, PersonOfWorld, Prose, RestatedOfWorld, SaidOfWorld
from .acting import Act, Hands


class PersonStory:
    """Somebody who takes part: their card, and all that they write."""

    def __init__(self, person: PersonOfWorld, *, participant: Participant, hands: Hands) -> None:
        self._person = person
        self._participant = participant
        self._hands = hands
        self._has_card = False

    def say(self, draft: OwnDraft, *, today: date) -> str:
        """Hand this in, and have the desk open it; return its item."""
        with self._reading():
            self._fill_in_card(today)
            kept = writing.keep(self._participant, draft, seen="", today=today)
            seen = own_words.draft_for(self._participant, kept.slot).seen
            digest = writing.hand_in(self._participant, kept.slot, seen=seen, today=today)
        (group,) = queue.to_open(self._person.side, [digest])
        for each in group.all:
            self._turn(each.digest, today=today)
        return group.document.id

    def restate(self, item: str, restated: RestatedOfWorld, *, today: date) -> str:
        """Hand in what was understood of an open contribution; return the restatement's item."""
        words = {code: each.paragraphs[0] for code, each in restated.versions.items()}
        text = words.pop(restated.original)
        with self._reading():
            self._fill_in_card(today)
            heard.restate(
                self._participant,
                contribution=item,
                original=restated.original,
                text=text,
                translations=words,
                today=today,
            )
            found = self._restated(item)
        assert found is not None  # noqa: S101 - it was handed in above
        return found.document.id

    def hand_on(self, restatement: str) -> None:
        """Their desk hands on what waits for them: a restatement, or the correction of theirs."""
        heard.hand_on(side=self._person.side, restatement=restatement)

    def hear(self, restatement: str, correction: Mapping[str, Prose], *, today: date) -> None:
        """Say yes, and have the desk turn its key; with a correction say that instead."""
        original, better = next(iter(correction.items()), ("", None))
        with self._reading():
            digest = heard.hear(
                self._participant,
                restatement=restatement,
                says=Says.NOT_QUITE if better else Says.YES,
                correction=better.paragraphs[0] if better else "",
                original=original,
                today=today,
            )
        if better is None:
            self._turn(digest, today=today)

    def translate(self, item: str, prose: Prose, *, language: str, today: date) -> None:
        """Hand in an open contribution in this language, and have the translator's desk open it."""
        with self._reading():
            original = translating.original_for(item, language)
            body = translating.body_of(original, prose.paragraphs)
            drafted = Drafted(of=item, base=original.document.digest, body=body)
            translating.keep(self._participant, drafted, seen="", today=today)
            digest = translating.hand_in(
                self._participant, item, language, seen=drafted.seen, today=today
            )
        self._turn(digest, today=today)

    def withdraw(self, item: str, *, today: date) -> None:
        with self._reading():
            writing.withdraw(self._participant, item, today=today)

    def _fill_in_card(self, today: date) -> None:
        """The card is drafted before the first words; it goes to the desk with them."""
        if not self._has_card:
            cards.keep_draft(
                self._participant,
                pen_name=self._person.pen_name,
                cues=Cues.of(self._person.cues),
                today=today,
            )
        self._has_card = True

    def _restated(self, item: str) -> Restated | None:
        return heard_queries.own_of(self._participant.card, item)

    def _turn(self, digest: Digest, *, today: date) -> None:
        self._hands.turn(digest, sides=[self._person.side], today=today)

    def _reading(self) -> AbstractContextManager[None]:
        return reading_as(lambda: Author(self._participant.purse))


class DiscussionStory:
    """One discussion: proposed, agreed, and what is said in it."""

    def __init__(
        self,
        discussion: DiscussionOfWorld,
        *,
        people: Mapping[str, PersonStory],
        question: Callable[[], str] | None,
        hands: Hands,
        made_on: date,
    ) -> None:
        self._discussion = discussion
        self._people = people
        self._question = question
        self._hands = hands
        self._made_on = made_on
        self._item = ""
        self._digest = Digest("")
        self._said: dict[str, str] = {}
        self._restated: dict[str, str] = {}

    def acts(self) -> list[Act]:
        discussion, days = self._discussion, self._discussion.days
        acts = [Act(days["proposed"], self._propose), Act(days["opened"], self._agree)]
        for restated in discussion.restated:  # before the replies of the same day
            acts.append(Act(restated.day, partial(self._restate, restated)))
            answered = restated.heard if restated.not_quite is None else restated.not_quite
            if answered is not None:
                acts.append(Act(answered, partial(self._hear, restated)))
        for said in discussion.said:
            acts.append(Act(said.day, partial(self._say, said)))
            if said.withdrawn is not None:
                acts.append(Act(said.withdrawn, partial(self._withdraw, said)))
        return acts

    def _propose(self, today: date) -> None:
        discussion = self._discussion
        self._item = discussions.draft_discussion(
            side=discussion.by,
            typed={language: _typed(prose) for language, prose in discussion.versions.items()},
            roles=list(Role),
            per_day=discussion.per_day,
            word_limit=discussion.word_limit,
            takes_turns=discussion.takes_turns,
            has_gate=discussion.has_gate,
            until=self._made_on - timedelta(days=discussion.days["closes"]),
            question=self._question() if self._question else None,
            today=today,
        )
        self._digest = discussions.propose(side=discussion.by, item=self._item, today=today)
        self._hands.turn(self._digest, sides=[discussion.by], today=today)

    def _agree(self, today: date) -> None:
        others = self._hands.others(self._discussion.by)
        self._hands.turn(self._digest, sides=others, today=today)

    def _restate(self, restated: RestatedOfWorld, today: date) -> None:
        by = self._people[restated.by]
        item = by.restate(self._said[restated.of], restated, today=today)
        self._restated[restated.name] = item
        if restated.handed_on:
            self._asked(restated).hand_on(item)

    def _hear(self, restated: RestatedOfWorld, today: date) -> None:
        item, asked = self._restated[restated.name], self._asked(restated)
        asked.hand_on(item)
        asked.hear(item, restated.correction, today=today)
        if restated.correction:
            self._people[restated.by].hand_on(item)

    def _asked(self, restated: RestatedOfWorld) -> PersonStory:
        (of,) = (each for each in self._discussion.said if each.name == restated.of)
        return self._people[of.by]

    def _say(self, said: SaidOfWorld, today: date) -> None:
        draft = OwnDraft(
            discussion=self._item,
            answers=self._said[said.to] if said.to else None,
            of="",
            original=said.original,
            text="\n\n".join(said.versions[said.original].paragraphs),
        )
        item = self._said[said.name] = self._people[said.by].say(draft, today=today)
        for language, prose in said.versions.items():
            if language != said.original:
                translator = self._people[self._discussion.translators[language]]
                translator.translate(item, prose, language=language, today=today)

    def _withdraw(self, said: SaidOfWorld, today: date) -> None:
        self._people[said.by].withdraw(self._said[said.name], today=today)


def _typed(prose: Prose) -> discussions.Typed:
    """Return a discussion in one language: paragraphs are its opening words, items its house rules."""
    rules = [block.text for block in prose.blocks if block.kind == "item"]
    opening = [block.text for block in prose.blocks if block.kind != "item"]
    return discussions.Typed(prose.title, "\n\n".join(opening), "\n".join(rules))
