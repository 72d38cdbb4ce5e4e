"""The heard gate for tests: three desks, one gated discussion, somebody who spoke and somebody who replies.

gate = Gate(desks)              az has spoken, hy wants to reply; ka looks on
gate.restates("You said: ...")  a restatement that waits; returns its document
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from datetime import date

import cast
import desks as stage
import participants
import reading
from talk import a_card, a_discussion
from visavis.discussions import actions, bodies, heard, heard_queries
from visavis.discussions.bodies import Says
from visavis.discussions.heard_rules import RESTATEMENT
from visavis.kinds.writing import written
from visavis.people import card_links
from visavis.people.authors import Author
from visavis.people.models import Participant
from visavis.record import actions as record
from visavis.safety.reading import reading_as
from visavis.signing.canonical import new_id
from visavis.signing.document import Document

WORDS = "You said that the river belongs to nobody."
IN_AZ = "Çay heç kimin deyil, dediniz."
BETTER = "I said that the river belongs to all."


def reads(participant: Participant) -> AbstractContextManager[None]:
    """Let acts of the block read and write as in this person's request."""
    return reading_as(lambda: Author(participant.purse))


def at(side: str) -> AbstractContextManager[None]:
    """The same for a desk."""
    return reading_as(lambda: reading.desk(side))


@dataclass
class Gate:
    """``spoke`` is of az, ``replies`` and ``other`` of hy; ``said`` is open."""

    desks: stage.Desks
    has_gate: bool = True
    people: dict[str, Participant] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.site = self.desks.site
        day = stage.DAY
        self.discussion = cast.open_(a_discussion(self.site, has_gate=self.has_gate), self.site)
        self.spoke, self.replies, self.other = (self.joins(side) for side in ("az", "hy", "hy"))
        self.said = self.contributes(self.spoke, "Çay heç kimin deyil.", today=day)

    def joins(self, side: str) -> Participant:
        """Return somebody with an open card."""
        who = participants.joined(side).participant
        card = a_card(
            self.site,
            side,
            pen_name={each: f"{each} {who.pk[:4]}" for each in ("az", "hy")},
            closer=who.purse.closer_of(who.card).public.hex,
        )
        card_links.keep(who)
        cast.open_(replace(card, id=who.card), self.site)
        return who

    def hands_in(
        self, who: Participant, text: str, *, today: date, to: Document | None = None
    ) -> Document:
        with reads(who):
            document = actions.contribution(
                side=who.side_id,
                discussion=self.discussion.id,
                card=who.card,
                closer=who.purse.closer_of("one").public.hex,
                original=who.side_id,
                text=text,
                today=today,
                answers=to.id if to else None,
            )
            record.propose(document=document, by=who.side_id, today=today)
        return document

    def contributes(
        self, who: Participant, text: str, *, today: date, to: Document | None = None
    ) -> Document:
        """Return what somebody has written, opened by their desk."""
        document = self.hands_in(who, text, today=today, to=to)
        self.keyed(document, today=today)
        return document

    def keyed(self, document: Document, *, today: date) -> None:
        side = document.side or ""
        with at(side):
            cast.turn(document, side, site=self.site, today=today)

    def restates(
        self, text: str = WORDS, *, who: Participant | None = None, today: date = stage.DAY
    ) -> Document:
        """Return a restatement that waits."""
        who = who or self.replies
        with reads(who):
            heard.restate(
                who,
                contribution=self.said.id,
                original="en",
                text=text,
                translations={"az": IN_AZ},
                today=today,
            )
            found = heard_queries.own_of(who.card, self.said.id)
        assert found is not None
        return found.document

    def handed_on(self, side: str, restatement: Document) -> None:
        with at(side):
            heard.hand_on(side=side, restatement=restatement.id)

    def hears(
        self,
        restatement: Document,
        says: Says = Says.YES,
        *,
        who: Participant | None = None,
        today: date = stage.DAY,
        correction: str = BETTER,
    ) -> str:
        """Return the digest of an answer that waits at the desk of who was asked."""
        who = who or self.spoke
        with reads(who):
            return heard.hear(
                who,
                restatement=restatement.id,
                says=says,
                correction=correction if says is Says.NOT_QUITE else "",
                original="en",
                today=today,
            )

    def confirmed(self, restatement: Document, *, today: date = stage.DAY) -> str:
        """The one who was asked says yes, and their desk turns its key; returns the yes's item."""
        self.handed_on("az", restatement)
        self.hears(restatement, today=today)
        answer = self.answer(restatement)
        self.keyed(answer, today=today)
        return answer.id

    def seen(self, restatement: Document) -> heard_queries.Restated:
        """Return what waits, for who reads now."""
        found = heard_queries.waiting(restatement.id)
        assert found is not None
        return found

    def answer(self, restatement: Document) -> Document:
        """Return what waits as an answer, as the desk of who was asked reads it."""
        with at("az"):
            answer = self.seen(restatement).answer
        assert answer is not None
        return answer

    def own(self) -> heard_queries.Restated:
        """Return the restatement as its author reads it."""
        with reads(self.replies):
            found = heard_queries.own_of(self.replies.card, self.said.id)
        assert found is not None
        return found


@contextmanager
def days_later(n: int) -> Iterator[date]:
    with stage.on(stage.after(n)):
        yield stage.after(n)


def restatement_by_hand(
    site: cast.SiteKeys, who: Participant, of: Document, asked: str, *, day: date = stage.DAY
) -> Document:
    """Return a restatement that waits, put before the desk without asking whether it is the only one."""
    body = bodies.RestatementBody(
        original="en",
        text=WORDS,
        translations={asked: IN_AZ},
        card=who.card,
        asked=asked,
        round=1,
    )
    item = new_id()
    document = written(
        RESTATEMENT,
        body.as_json(),
        shape=bodies.RESTATEMENT.newest,
        site=site.site,
        languages=tuple(body.words),
        today=day,
        item=item,
        side=who.side_id,
        made_from=(of.source,),
        closer=who.purse.closer_of(item).public.hex,
    )
    with reads(who):
        record.propose(document=document, by=who.side_id, today=day)
    return document
