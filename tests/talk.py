"""Discussions, cards and contributions for tests: documents as desks and participants would write them.

talk = Talk(press)                       a discussion of two sides, open
first = talk.says("az", "Water.")        a contribution, open
talk.says("hy", "Yes.", to=first)        a reply
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count
from typing import TYPE_CHECKING, Any

import cast
from visavis.cards.rules import Role
from visavis.discussions import bodies, units
from visavis.signing.canonical import new_id
from visavis.signing.document import Document
from visavis.signing.keys import PrivateKey

if TYPE_CHECKING:
    from printing import Press

NUMBERS = count(1)
NAMES = {
    "az": {"az": "Sakit Çay", "hy": "Սաքիթ Չայ"},
    "hy": {"az": "Nare", "hy": "Նարե"},
    "ka": {"az": "Lile", "hy": "Լիլե"},
    "ar": {"ar": "نهر", "hy": "Նահր"},
}


def a_discussion(site: cast.SiteKeys, **changes: Any) -> Document:
    """Return a discussion in every language of the site."""
    day: date = changes.pop("day", cast.DAY)
    title: str = changes.pop("title", "Water")
    body = {
        "versions": {
            code: {
                "title": f"{title} ({code})",
                "opening": [{"is": "paragraph", "text": f"Whose is *it*? ({code})"}],
                "rules": [f"Be kind. ({code})"],
            }
            for code in site.charter.languages
        },
        "roles": [role.value for role in Role],
        "per_day": 3,
        "word_limit": 100,
        "takes_turns": False,
        "has_gate": False,
        "until": (day + timedelta(days=30)).isoformat(),
        "question": None,
        **changes,
    }
    return cast.a_document(
        site, kind="discussion", body=body, day=day, languages=site.charter.languages
    )


def a_card(
    site: cast.SiteKeys,
    side: str,
    *,
    pen_name: Mapping[str, str] | None = None,
    role: str = "student",
    day: date = cast.DAY,
    closer: str = "",
) -> Document:
    cues = {"generation": None, "trade": "books", "cook": None, "miss": "snow", "reads": []}
    return cast.a_document(
        site,
        kind="card",
        body={"pen_name": dict(pen_name or NAMES[side]), "role": role, "cues": cues},
        day=day,
        side=side,
        languages=tuple(pen_name or NAMES[side]),
        closer=closer or PrivateKey.new().public.hex,
    )


def a_contribution(
    site: cast.SiteKeys,
    to: Document,
    *,
    side: str,
    card: str,
    text: str = "Water is *nobody's*.",
    language: str = "",
    answers: Document | None = None,
    day: date = cast.DAY,
    closer: str = "",
    **changes: Any,
) -> Document:
    """Return a contribution to a discussion; of those of one day, the one made first has the first id."""
    language = language or (side if side in site.charter.languages else "en")
    thread = (answers.body["thread"] or answers.id) if answers else None
    body = {
        "original": language,
        "paragraphs": [unit.as_json() for unit in units.units_of(text)],
        "card": card,
        "answers": answers.id if answers else None,
        "thread": thread,
        "restates": None,
        "heard": None,
        **changes,
    }
    return cast.a_document(
        site,
        kind="contribution",
        id=f"{next(NUMBERS):012x}{new_id()[:20]}",
        body=body,
        side=side,
        made_from=[to.source],
        languages=[body["original"]],
        day=day,
        closer=closer or PrivateKey.new().public.hex,
        shape=bodies.CONTRIBUTION.newest,
    )


def a_restatement(
    site: cast.SiteKeys, of: Document, *, side: str, card: str, day: date = cast.DAY
) -> Document:
    """Return what somebody of a side has understood of a contribution of another side."""
    body = {
        "original": side,
        "text": f"You said: water is nobody’s. ({side})",
        "translations": {of.side: f"You said: water is nobody’s. ({of.side})"},
        "card": card,
        "asked": of.side,
        "round": 1,
    }
    return cast.a_document(
        site,
        kind="restatement",
        body=body,
        side=side,
        made_from=[of.source],
        languages=sorted([side, str(of.side)]),
        day=day,
        closer=PrivateKey.new().public.hex,
    )


def a_yes(site: cast.SiteKeys, of: Document, to: Document, *, day: date = cast.DAY) -> Document:
    """Return the yes of a contribution's side ``to`` a restatement of it."""
    body = {
        "restatement": to.id,
        "digest": to.digest,
        "says": "yes",
        "restater": to.side,
        "original": of.body["original"],
        "correction": None,
    }
    return cast.a_document(
        site,
        kind="hearing",
        body=body,
        side=of.side,
        made_from=[of.source],
        languages=[of.body["original"]],
        day=day,
        closer=PrivateKey.new().public.hex,
    )


@dataclass
class Talk:
    """One open discussion, and an open card of each side."""

    press: "Press"
    terms: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.site = self.press.site
        self.discussion = self.press.open(a_discussion(self.site, day=self.press.day, **self.terms))
        self.cards = {
            side: self.press.open(a_card(self.site, side, day=self.press.day))
            for side in self.site.codes
        }

    def written(
        self, side: str, text: str = "Water.", *, to: Document | None = None, **more: Any
    ) -> Document:
        card: Document = more.pop("by", self.cards[side])
        return a_contribution(
            self.site,
            more.pop("discussion", self.discussion),
            side=side,
            card=card.id,
            text=text,
            answers=to,
            day=more.pop("day", self.press.day),
            **more,
        )

    def says(
        self, side: str, text: str = "Water.", *, to: Document | None = None, **more: Any
    ) -> Document:
        """Return the contribution, handed in and opened by its own desk."""
        return self.press.open(self.written(side, text, to=to, **more))

    def translates(
        self, of: Document, side: str, language: str, *texts: str, **more: Any
    ) -> Document:
        """Return a translation of a contribution, opened by this side's desk."""
        day = more.pop("day", self.press.day)
        return self.press.open(
            a_translation(self.site, of, side=side, language=language, texts=texts, day=day, **more)
        )

    def closes(self, *documents: Document) -> None:
        for each in documents:
            cast.take_down(each, each.side or "", site=self.site, at=self.press.at)


def a_translation(
    site: cast.SiteKeys,
    of: Document,
    *,
    side: str,
    language: str,
    texts: Sequence[str] = (),
    translator: Document | None = None,
    day: date = cast.DAY,
    closer: str | None = None,
    **changes: Any,
) -> Document:
    """Return a contribution in another language: these texts, or its own with the language's code before."""
    units = of.body["paragraphs"]
    texts = texts or [f"[{language}] {unit['text']}" for unit in units]
    body = {
        "language": language,
        "paragraphs": [{**unit, "text": text} for unit, text in zip(units, texts, strict=False)],
        "translator": translator.id if translator else None,
    }
    return cast.a_document(
        site,
        kind="translated-words",
        body={**body, **changes.pop("body", {})},
        side=side,
        made_from=changes.pop("made_from", [of.source]),
        part_of=changes.pop("part_of", of.id),
        languages=[language],
        day=day,
        closer=closer or (PrivateKey.new().public.hex if translator else None),
    )
