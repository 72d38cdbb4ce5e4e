"""`docs/reference/access.md`: every live page asked for as each of the cast (C21, C22).

One small world has everything that a page can be about. Each request happens in it and is then undone,
so that the next one meets the same world. Those who are not let in must leave no trace either.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client
from django.test.client import ClientHandler
from django.urls import URLPattern, URLResolver, get_resolver, reverse

import authors
import cast
import desks as stage
import editors
import gate
import guests
import participants as taking
import talk
from visavis.base import data
from visavis.cards import actions as cards
from visavis.cards.bodies import Cues
from visavis.cards.rules import Role
from visavis.dialogue import actions as dialogue
from visavis.dialogue import guest_writing
from visavis.dialogue.bodies import AnswerWords, QuestionWords
from visavis.dialogue.rules import Tense
from visavis.discussions import actions as discussions
from visavis.discussions import heard, own_words, translating
from visavis.discussions.actions import Typed
from visavis.library import actions as library
from visavis.library.bodies import Why
from visavis.library.striking import Striking
from visavis.people import access, batches, card_links
from visavis.people import actions as people
from visavis.people.models import Account
from visavis.record import actions as record
from visavis.record import queries as record_queries
from visavis.record.models import Document as Row
from visavis.record.rules import RefusalReason
from visavis.safety import codes
from visavis.signing import sealing
from visavis.signing.document import Document
from visavis.signing.vault import PublicLine

pytestmark = pytest.mark.django_db
PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "access.md"
SIDES = {"own": "az", "other": "hy"}
TAKING = {"mine": "az", "theirs": "hy"}
ROOMS_OF_PARTICIPANTS = {"taking", "cards", "writing", "telling", "guests"}
YES, SIGN_IN, MISSING, REFUSED, BACK = "yes", "sign in", "not found", "refused", "leads back"
CHARTER = "the site, its charter in force"
COLLEAGUE, FROZEN = "an editor of the own desk", "a frozen editor of the own desk"
UNREAD = "an editor of the own desk who cannot read yet"
LEAVING = "an editor of the own desk who is to be removed"
BATCH, ON_CARD = "a batch of codes of the own desk", "a code of a card"
CARD = "the card of a participant of the own side"
LOCKED = "the card of a participant whose access is ended"
INVITED = "an invitation of the own desk that does not count yet"


@dataclass(frozen=True)
class Cast:
    """Who asks for a page: whom the table names, and who is answered exactly as a visitor is."""

    owner: str
    stranger: str
    visitors: tuple[str, ...]

    @property
    def told(self) -> tuple[str, str, str]:
        return "visitor", self.owner, self.stranger

    @property
    def everyone(self) -> tuple[str, ...]:
        return self.owner, self.stranger, *self.visitors


OF_DESKS = Cast("own", "other", visitors=("visitor", "frozen", "mine", "theirs", "stopped"))
OF_PARTICIPANTS = Cast("mine", "theirs", visitors=("visitor", "stopped", "own", "other"))


def cast_of(name: str) -> Cast:
    """Return who asks for the page under this name."""
    return OF_PARTICIPANTS if is_participants(name) else OF_DESKS


def is_participants(name: str) -> bool:
    """Whether the page is a participant's: a room may have pages of both."""
    address, _ = live_routes()[name]
    return "taking-part/" in address or name.partition(":")[0] in ROOMS_OF_PARTICIPANTS


@dataclass
class World:
    """Two desks at work, and one of everything; ``own`` is always az, ``other`` hy."""

    desks: stage.Desks
    editor: Mapping[str, editors.Editor]
    code: str
    made: dict[str, Any]
    participants: Mapping[str, taking.Taking] = field(default_factory=dict)

    def passphrase(self, who: str) -> str:
        """The passphrase of this editor's desk; who has none types something."""
        return self.desks.passphrase.get(SIDES.get(who, ""), "no six words")


Fields = Callable[[World, str], Mapping[str, Any]]


@dataclass(frozen=True)
class Scene:
    """One kind of thing that a page can be about, and what a form about it would send."""

    about: str
    of: str = ""
    more: Mapping[str, str] = field(default_factory=dict)
    sends: Fields | None = None
    days: int = 0


def key(world: World, who: str) -> Mapping[str, str]:
    return {"passphrase": world.passphrase(who)}


def desk_key(world: World, who: str) -> Mapping[str, str]:
    return {"desk_passphrase": world.passphrase(who)}


def fields(**given: str) -> Fields:
    return lambda _world, _who: given


def ticked(world: World, who: str) -> Mapping[str, str]:
    return {"digest": world.made["a proposal"], **key(world, who)}


def queued(world: World, who: str) -> Mapping[str, str]:
    """What a desk's queue would send about the contribution that waits; its card is open."""
    return {"digest": world.made[QUEUED], **key(world, who)}


def seen(**given: str) -> Fields:
    def sent(world: World, _who: str) -> Mapping[str, str]:
        from visavis.library import queries

        drafted = queries.draft_for("az", world.made["a text that the desk writes"])
        return {"seen": drafted.seen, **given}

    return sent


def marked(number: int, name: str, more: str = "", **given: str) -> Fields:
    """What the page for shortening would send about this paragraph."""

    def sent(world: World, _who: str) -> Mapping[str, str]:
        from visavis.library import forms, queries

        units = queries.draft_for("az", world.made["a text that the desk writes"]).body.first.units
        return {name: forms.mark_of(number, units[number]) + more, **given}

    return sent


def seen_draft(about: str, **given: str) -> Fields:
    """What a page would send that shows this draft of a question or an answer."""

    def sent(world: World, _who: str) -> Mapping[str, str]:
        from visavis.dialogue import queries

        item = world.made[about]
        find = queries.answer_draft if about == TO_ANSWER else queries.question_draft
        draft = find("az", item)
        return {"seen": draft.seen if draft else "", **given}

    return sent


def seen_own(**more: str) -> Fields:
    """What a page would send that shows one's own draft; another's is not known."""

    def sent(world: World, _who: str) -> Mapping[str, Any]:
        slot = world.made[DRAFT_OF_ONES_OWN]
        found = own_words.draft(world.participants["mine"].participant, slot)
        return {**more, "seen": found.seen if found else ""}

    return sent


def translated(**given: str) -> Fields:
    """What a page would send that shows these open words beside an empty translation."""

    def sent(world: World, _who: str) -> Mapping[str, str]:
        from visavis.discussions import queries

        original = queries.open_contribution(world.made[OPEN_WORDS])
        return {"base": original.digest if original else "", "in": "hy", **given}

    return sent


def seen_answer(*, needs_card: bool = False, **given: str) -> Fields:
    """What a page would send that shows the draft of one's own answer; their card is open where need be."""

    def sent(world: World, who: str) -> Mapping[str, str]:
        mine = world.participants["mine"].participant
        if needs_card and who == "mine":
            card = replace(talk.a_card(world.desks.site, "az"), id=mine.card)
            cast.open_(card, world.desks.site)
        draft = guest_writing.draft(mine, world.made[TO_GUEST])
        return {"seen": draft.seen if draft else "", **given}

    return sent


def seen_talk(**given: str) -> Fields:
    """What a page would send that shows the draft of a discussion."""

    def sent(world: World, _who: str) -> Mapping[str, str]:
        from visavis.discussions import queries

        return {"seen": queries.draft_for("az", world.made[TALKED]).seen, **given}

    return sent


def open_card(world: World, who: str) -> Mapping[str, str]:
    """What a desk would send that invites somebody of its own side."""
    return {
        "card": world.made["an open card of the other side" if who == "other" else "an open card"]
    }


def an_earlier_state(world: World, _who: str) -> Mapping[str, str]:
    from visavis.record import queries

    draft, states = queries.earlier_states("az", world.made["a text that the desk writes"])
    return {"seen": draft.seen, "state": str(states[0].key)}


PROPOSAL, SEALED, OVER = "a proposal", "a sealed answer", "a refused proposal"
GONE, OPEN_TEXT, OWN_TEXT = "what is closed for good", "an open text", "an open text of the desk"
DRAFT, TEXT = "a question that the desk writes", "a text that the desk writes"
ASKED, TO_ANSWER = "an open question", "an open question, the desk's answer written"
ANSWERED, OUT = "an open question, the desk's answer proposed", "a question with its answers out"
LATER = "a translation of the desk's"
TO_GUEST, GUESTED = "a question to which one is invited", "a question that one has answered"
SEAT_OFFERED = "an open question, a participant invited"
SEAT_TAKEN = "an open question, a guest's answer waiting"
PAUSED = "a pause of another side, before its first release"
NOTHING = "nothing begun"
ONES_OWN = "one's own"
LANGUAGE = {"code": "hy"}
ORIGINAL = {"code": "az"}
DRAFT_OF_ONES_OWN, WAITING_WORDS = "a draft of one's own", "one's own words that wait"
OPEN_WORDS, REFUSED_WORDS = "one's own open words", "one's own words that were not opened"
TO_RESTATE, RESTATED = "somebody's words behind the gate", "somebody's words, restated by oneself"
UNDERSTOOD = "what somebody has understood of one's own words"
TO_HAND_ON = "a restatement that asks the own side"
HEARD = {"original": "az", "restated": "Dediniz ki, su soyuqdur.", "other_language": "hy"}
OWN_TRANSLATION, WAITING_TRANSLATION = "one's own translation", "a translation that waits"
DRAFTED_TRANSLATION = "open words that one translates"
WRITTEN = {"original": "az", "text": "Su soyuq idi.", "rules_read": "on"}
QUEUED = "a contribution that waits at the desk"
TALKED, TALK_OPEN = "a discussion that the desk writes", "an open discussion"
TALK = {
    "title_en": "Water",
    "roles": "student",
    "per_day": "3",
    "word_limit": "100",
    "takes_turns": "no",
    "until": "2030-06-20",
}
QUESTION = {
    "tense": "future",
    "word_limit": "300",
    "closes_on": "2030-06-20",
    **{f"text_{code}": f"What grows here? {code}" for code in ("az", "hy", "en")},
}
ANSWER = {
    "pen_name": "A. N.",
    "original": "az",
    "words_az": "Ağacları.",
    "proposal_az": "Hərə bir ağac.",
}
GUESTS = {"original": "az", "words_az": "Ağacları.", "proposal_az": "Bir ağac."}
STATEMENT = {
    "act": "propose",
    **{f"heading_{code}": f"Calm {code}" for code in ("az", "hy", "en", "ru", "fr")},
    **{f"statement_{code}": f"We go on. {code}" for code in ("az", "hy", "en", "ru", "fr")},
}
NEW_TEXT = {"kind": "letter", "language": "az", "title": "Ad", "typed": "Söz."}
WISHES = {"texts": "keep", "name": "counted", "voice": "quiet"}
NEW_CARD = {"name_az": "Yel", "name_hy": "Քամի", "cook": "jam"}
IN_ENGLISH = {"language": "en", "title": "Name", "typed": "Word."}


def credentials(world: World, who: str) -> Mapping[str, str]:
    editor = world.editor["other" if who == "other" else "own"]
    return {
        "passphrase": editor.passphrase.reveal(),
        "digits": editor.digits(datetime.now(UTC)),
        "renew": "passphrase",
    }


def own_passphrase(**given: str) -> Fields:
    """What a participant's form would send that asks for the passphrase."""

    def sent(world: World, who: str) -> Mapping[str, str]:
        asking = world.participants["theirs" if who == "theirs" else "mine"]
        return {"passphrase": asking.passphrase.reveal(), **given}

    return sent


def own_six_words(**given: str) -> Fields:
    """What an editor's form would send that asks for their own passphrase alone."""

    def sent(world: World, who: str) -> Mapping[str, str]:
        asking = world.editor[who if who in world.editor else "own"].account
        return {"passphrase": editors.PASSPHRASES[asking.pk].reveal(), **given}

    return sent


def closing_notes(_world: World, _who: str) -> Mapping[str, Any]:
    content = record_queries.closing_notes(on=stage.DAY)
    return {"notes": SimpleUploadedFile("notes.jsonl", content)}


SCENES: dict[str, list[Scene]] = {
    "people:sign-in": [Scene("anyone", sends=credentials)],
    "people:sign-out": [Scene("anyone")],
    "people:stay": [Scene(ONES_OWN + " session")],
    "people:set-up": [Scene("a code", sends=lambda world, _: {"code": world.code})],
    "people:set-up-passphrase": [Scene(NOTHING)],
    "people:set-up-words": [Scene(NOTHING)],
    "people:set-up-authenticator": [Scene(NOTHING)],
    "people:set-up-picture": [Scene(NOTHING)],
    "people:key": [Scene("the own side's keys, which are there")],
    "people:new-key": [Scene("the own side's keys, which are there")],
    "people:recovery-file": [Scene(NOTHING)],
    "people:keep-key": [Scene(NOTHING)],
    "people:account": [Scene(ONES_OWN + " account", sends=credentials)],
    "people:renew-passphrase": [Scene(NOTHING)],
    "people:renew-words": [Scene(NOTHING)],
    "people:renew-authenticator": [Scene(NOTHING)],
    "people:renew-picture": [Scene(NOTHING)],
    "people:detained": [Scene(CARD, of=CARD, sends=own_six_words())],
    "people:undo-detained": [Scene(CARD, of=CARD)],
    "people:come-back": [Scene(CARD, of=CARD)],
    "taking:join": [Scene("anyone")],
    "taking:join-code": [Scene(ON_CARD, sends=lambda world, _: {"code": world.made[ON_CARD]})],
    "taking:join-passphrase": [Scene(NOTHING)],
    "taking:join-wishes": [Scene(NOTHING)],
    "taking:join-repeat": [Scene(NOTHING)],
    "taking:by-paper": [Scene("anyone")],
    "taking:back": [Scene("anyone")],
    "taking:hidden": [Scene(ONES_OWN + " account")],
    "taking:instruction": [Scene(ONES_OWN + " account", sends=own_passphrase(**WISHES))],
    "taking:paper": [Scene(ONES_OWN + " account", sends=own_passphrase())],
    "taking:join-done": [Scene(ONES_OWN + " account")],
    "taking:home": [Scene(ONES_OWN + " page")],
    "taking:sign-in": [Scene("anyone", sends=own_passphrase())],
    "taking:sign-out": [Scene("anyone")],
    "taking:stay": [Scene(ONES_OWN + " session")],
    "taking:leave-quickly": [Scene("anyone")],
    "taking:account": [Scene(ONES_OWN + " account", sends=own_passphrase())],
    "taking:leave": [Scene(ONES_OWN + " account", sends=own_passphrase(choice="card"))],
    "taking:renew-passphrase": [Scene(NOTHING)],
    "taking:renew-words": [Scene(NOTHING)],
    "cards:card": [Scene(ONES_OWN + " card", sends=fields(**NEW_CARD))],
    "cards:preview": [Scene(ONES_OWN + " card, as a draft")],
    "cards:close": [Scene(NOTHING)],
    "writing:discussions": [Scene(ONES_OWN + " page")],
    "writing:tick-off": [Scene(ONES_OWN + " page")],
    "writing:choose": [Scene(TALK_OPEN, of=TALK_OPEN, sends=fields(wanted="yes"))],
    "writing:write": [
        Scene(TALK_OPEN, of=TALK_OPEN, sends=fields(**WRITTEN)),
    ],
    "writing:restate": [
        Scene(
            TO_RESTATE,
            of=TO_RESTATE,
            sends=fields(**HEARD, restated_in_theirs="Ջուրը սառն է։"),
        )
    ],
    "writing:take-back": [Scene(RESTATED, of=RESTATED)],
    "writing:heard": [Scene(ONES_OWN + " page")],
    "writing:hear": [Scene(UNDERSTOOD, of=UNDERSTOOD, sends=fields(says="yes"))],
    "writing:words": [Scene(ONES_OWN + " page")],
    "writing:draft": [
        Scene(DRAFT_OF_ONES_OWN, of=DRAFT_OF_ONES_OWN, sends=seen_own(**WRITTEN)),
    ],
    "writing:preview": [Scene(DRAFT_OF_ONES_OWN, of=DRAFT_OF_ONES_OWN)],
    "writing:hand-in": [Scene(DRAFT_OF_ONES_OWN, of=DRAFT_OF_ONES_OWN, sends=seen_own())],
    "writing:give-up": [Scene(DRAFT_OF_ONES_OWN, of=DRAFT_OF_ONES_OWN, sends=seen_own())],
    "writing:take-up": [Scene(REFUSED_WORDS, of=REFUSED_WORDS)],
    "writing:change": [
        Scene(WAITING_WORDS, of=WAITING_WORDS),
        Scene(OPEN_WORDS, of=OPEN_WORDS),
    ],
    "writing:withdraw": [
        Scene(WAITING_WORDS, of=WAITING_WORDS),
        Scene(OPEN_WORDS, of=OPEN_WORDS),
    ],
    "guests:answers": [Scene(ONES_OWN + " page")],
    "guests:write": [Scene(TO_GUEST, of=TO_GUEST, sends=seen_answer(**GUESTS))],
    "guests:preview": [Scene(TO_GUEST, of=TO_GUEST)],
    "guests:hand-in": [Scene(TO_GUEST, of=TO_GUEST, sends=seen_answer(needs_card=True))],
    "guests:give-up": [Scene(TO_GUEST, of=TO_GUEST, sends=seen_answer())],
    "guests:withdraw": [Scene(GUESTED, of=GUESTED)],
    "translating:write": [
        Scene(OPEN_WORDS, of=OPEN_WORDS, sends=translated(paragraph_0="Բաց խոսքեր։")),
    ],
    "translating:give-up": [
        Scene(DRAFTED_TRANSLATION, of=OPEN_WORDS, sends=fields(**{"in": "en"})),
    ],
    "translating:own": [Scene(ONES_OWN + " page")],
    "translating:withdraw": [Scene(OWN_TRANSLATION, of=OWN_TRANSLATION)],
    "translating_at_desk:write": [
        Scene("open words", of=OPEN_WORDS, sends=translated(paragraph_0="Բաց խոսքեր։")),
    ],
    "translating_at_desk:give-up": [
        Scene("open words that the desk translates", of=OPEN_WORDS, sends=fields(**{"in": "en"})),
    ],
    "translating_at_desk:waiting": [Scene(ONES_OWN + " desk")],
    "translating_at_desk:decline": [Scene(WAITING_TRANSLATION, of=WAITING_TRANSLATION)],
    "desk_cards:lists": [Scene(ONES_OWN + " desk", sends=fields(asked="trade"))],
    "people:editors": [Scene(ONES_OWN + " desk")],
    "people:invite": [Scene(ONES_OWN + " desk")],
    "people:withdraw-invitations": [Scene(ONES_OWN + " desk")],
    "people:let-count": [Scene(INVITED, of=INVITED, sends=desk_key)],
    "people:invitations": [Scene(ONES_OWN + " desk")],
    "people:cards": [
        Scene(ONES_OWN + " desk", sends=fields(batch="b" * 32, role="student", size="2"))
    ],
    "people:join-picture": [Scene(ONES_OWN + " desk")],
    "people:void-batch": [Scene(BATCH, of=BATCH)],
    "people:statement-about-code": [Scene(INVITED, of=INVITED)],
    "people:keep": [Scene(LEAVING, of=LEAVING)],
    "people:statement": [Scene(COLLEAGUE, of=COLLEAGUE, more={"act": "remove"})],
    "people:remove": [Scene(COLLEAGUE, of=COLLEAGUE)],
    "people:freeze": [Scene(COLLEAGUE, of=COLLEAGUE, sends=own_six_words(key="yes"))],
    "people:frozen-wishes": [Scene(FROZEN, of=FROZEN)],
    "people:frozen-boxes": [Scene(FROZEN, of=FROZEN, more={"what": "undo"})],
    "people:participant-boxes": [Scene(LOCKED, of=LOCKED, more={"what": "undo"})],
    "people:own-wishes": [Scene(ONES_OWN + " account", sends=own_six_words(**WISHES))],
    "people:own-paper": [Scene(ONES_OWN + " account", sends=own_six_words())],
    "people:desk-passphrase": [Scene(ONES_OWN + " desk")],
    "people:desk-passphrase-words": [Scene(NOTHING)],
    "desk:after-detention": [Scene(FROZEN, of=FROZEN)],
    "people:let-read": [Scene(UNREAD, of=UNREAD)],
    "people:unfreeze": [Scene(FROZEN, of=FROZEN, sends=desk_key)],
    "desk:home": [Scene(ONES_OWN + " desk")],
    "desk:contributions": [Scene(QUEUED, sends=queued)],
    "desk:open-contributions": [Scene(ONES_OWN + " desk")],
    "desk:seen-to": [Scene(ONES_OWN + " desk")],
    "desk:leave-unopened": [Scene(QUEUED, of=QUEUED, sends=fields(reason="not kind"))],
    "desk:contribution-documents": [Scene(QUEUED)],
    "telling:tell": [Scene(OPEN_WORDS, of=OPEN_WORDS, sends=fields(reason="not kind"))],
    "desk:sign-several": [Scene(PROPOSAL, sends=ticked)],
    "desk:several-documents": [Scene(PROPOSAL)],
    "desk:read": [Scene(each, of=each) for each in (PROPOSAL, SEALED, OVER, GONE)],
    "desk:bytes": [Scene(each, of=each) for each in (PROPOSAL, SEALED, OVER, GONE)],
    "desk:turn-key": [
        Scene(PROPOSAL, of=PROPOSAL, sends=key),
        Scene(SEALED, of=SEALED, sends=key),
    ],
    "desk:refuse": [
        Scene(PROPOSAL, of=PROPOSAL, sends=fields(reason="wording")),
        Scene(SEALED, of=SEALED, sends=fields(reason="wording")),
    ],
    "desk:withdraw": [Scene(PROPOSAL, of=PROPOSAL), Scene(SEALED, of=SEALED)],
    "desk:stand-alone": [
        Scene(
            f"{PROPOSAL}, unanswered for 14 days",
            of=PROPOSAL,
            sends=lambda world, who: {"alone-passphrase": world.passphrase(who)},
            days=14,
        )
    ],
    "desk:take-down": [
        Scene(OPEN_TEXT, of=OPEN_TEXT, sends=key),
        Scene(GONE, of=GONE, sends=key),
    ],
    "desk:closing-note": [Scene(OPEN_TEXT, of=OPEN_TEXT), Scene(GONE, of=GONE)],
    "desk:pause": [Scene(ONES_OWN + " desk", sends=fields(act="joint"))],
    "desk:own-texts": [
        Scene(
            OWN_TEXT,
            sends=lambda world, who: {"digest": world.made[f"{OWN_TEXT}'s"], **key(world, who)},
        )
    ],
    "desk:end-pause": [Scene(PAUSED, of=PAUSED, sends=key), Scene(GONE, of=GONE, sends=key)],
    "pauses:statement": [Scene(ONES_OWN + " desk", sends=fields(**STATEMENT))],
    "pauses:statement-again": [
        Scene("a refused statement", of="a refused statement", sends=fields(**STATEMENT))
    ],
    "desk:closings": [Scene(ONES_OWN + " desk", sends=closing_notes)],
    "desk:closings-file": [Scene(ONES_OWN + " desk")],
    "desk:charter": [Scene(CHARTER)],
    "desk:first-charter-bytes": [Scene(CHARTER)],
    "desk:sign-charter": [Scene(CHARTER, sends=key)],
    "desk:propose-kinds": [Scene(CHARTER)],
    "desk:new-key": [Scene(ONES_OWN + " side's key")],
    "desk:recovery-file": [Scene(NOTHING)],
    "desk:propose-key": [Scene(NOTHING)],
    "desk:brought-key": [
        Scene(
            ONES_OWN + " side's key",
            sends=lambda _world, _who: {"public_key": str(PublicLine.of(stage.PrivateKey.new()))},
        )
    ],
    "desk:take-back-recovery": [Scene(ONES_OWN + " side's key")],
    "dialogue:questions": [Scene(ONES_OWN + " desk")],
    "dialogue:new-question": [Scene(ONES_OWN + " desk", sends=fields(**QUESTION))],
    "discussions:all": [Scene(ONES_OWN + " desk")],
    "discussions:new": [Scene(ONES_OWN + " desk", sends=fields(**TALK))],
    "discussions:draft": [Scene(TALKED, of=TALKED, sends=seen_talk(**TALK))],
    "discussions:preview": [Scene(TALKED, of=TALKED)],
    "discussions:propose": [Scene(TALKED, of=TALKED)],
    "discussions:give-up": [Scene(TALKED, of=TALKED, sends=seen_talk())],
    "discussions:draft-again": [Scene(OVER, of="a refused discussion")],
    "discussions:heard": [Scene(ONES_OWN + " desk")],
    "discussions:hand-on": [Scene(TO_HAND_ON, of=TO_HAND_ON)],
    "discussions:answer": [
        Scene(TO_HAND_ON, of=TO_HAND_ON, sends=fields(says="yes"), days=1),
    ],
    "discussions:discussion": [Scene(TALK_OPEN, of=TALK_OPEN)],
    "discussions:change": [Scene(TALK_OPEN, of=TALK_OPEN)],
    "desk:earlier": [Scene(TEXT, of=TEXT, sends=an_earlier_state)],
    "dialogue:draft-question": [Scene(DRAFT, of=DRAFT, sends=seen_draft(DRAFT, **QUESTION))],
    "dialogue:preview-question": [Scene(DRAFT, of=DRAFT)],
    "dialogue:propose-question": [Scene(DRAFT, of=DRAFT)],
    "dialogue:give-up-question": [Scene(DRAFT, of=DRAFT, sends=seen_draft(DRAFT))],
    "dialogue:draft-question-again": [Scene(OVER, of="a refused question")],
    "dialogue:question": [Scene(ASKED, of=ASKED)],
    "dialogue:change-question": [Scene(ASKED, of=ASKED), Scene(ANSWERED, of=ANSWERED)],
    "dialogue:propose-later-deadline": [
        Scene(ASKED, of=ASKED, sends=fields(deadline="2030-12-20")),
        Scene(OUT, of=OUT, sends=fields(deadline="2030-12-20")),
    ],
    "dialogue:propose-empty-chairs": [
        Scene(f"{ASKED}, before its closing day", of=ASKED),
        Scene(f"{ASKED}, past its closing day", of=ASKED, days=40),
    ],
    "dialogue:draft-answer": [Scene(ASKED, of=ASKED, sends=fields(**ANSWER))],
    "dialogue:preview-answer": [Scene(TO_ANSWER, of=TO_ANSWER)],
    "dialogue:propose-answer": [Scene(TO_ANSWER, of=TO_ANSWER)],
    "dialogue:give-up-answer": [Scene(TO_ANSWER, of=TO_ANSWER, sends=seen_draft(TO_ANSWER))],
    "dialogue:take-back-answer": [Scene(ANSWERED, of=ANSWERED)],
    "dialogue:correct-answer": [Scene(OUT, of=OUT), Scene(ANSWERED, of=ANSWERED)],
    "dialogue:invite": [Scene(ASKED, of=ASKED, sends=open_card)],
    "dialogue:take-invitation-back": [Scene(SEAT_OFFERED, of=SEAT_OFFERED)],
    "dialogue:leave-unopened": [Scene(SEAT_TAKEN, of=SEAT_TAKEN)],
    "library:library": [Scene(ONES_OWN + " desk")],
    "library:new-text": [Scene(ONES_OWN + " desk", sends=fields(**NEW_TEXT))],
    "library:draft": [Scene(TEXT, of=TEXT)],
    "library:details": [Scene(TEXT, of=TEXT, sends=seen(kind="letter", author="A. N."))],
    "library:add-language": [Scene(TEXT, of=TEXT, sends=fields(**IN_ENGLISH))],
    "library:propose": [Scene(TEXT, of=TEXT)],
    "library:give-up": [Scene(TEXT, of=TEXT, sends=seen())],
    "library:words": [Scene(TEXT, of=TEXT, more=ORIGINAL, sends=seen(title="Ad", typed="Söz."))],
    "library:beside": [Scene(TEXT, of=TEXT, more=LANGUAGE, sends=seen(title="Ուրիշ"))],
    "library:rows": [Scene(TEXT, of=TEXT, more=LANGUAGE, sends=seen(beside_0="1"))],
    "library:strike": [Scene(TEXT, of=TEXT, more=ORIGINAL, sends=marked(0, "whole", why="length"))],
    "library:undo-strike": [Scene(TEXT, of=TEXT, more=ORIGINAL, sends=marked(1, "cut", "-0"))],
    "library:take-away": [Scene(TEXT, of=TEXT, more=LANGUAGE, sends=seen())],
    "library:change": [Scene(OWN_TEXT, of=OWN_TEXT), Scene(LATER, of=LATER)],
    "library:translate": [Scene(OPEN_TEXT, of=f"{OPEN_TEXT}'s id", sends=fields(**IN_ENGLISH))],
    "library:draft-again": [Scene(OVER, of=OVER)],
}


@cache
def live_routes() -> dict[str, tuple[str, URLPattern]]:
    """Return every live address with its view, by its name."""

    def below(
        patterns: list[Any], before: str, space: str
    ) -> Iterator[tuple[str, str, URLPattern]]:
        for each in patterns:
            here = before + str(each.pattern)
            if isinstance(each, URLResolver):
                yield from below(each.url_patterns, here, each.namespace or space)
            else:
                yield f"{space}:{each.name}", here, each

    return {
        name: (address, pattern)
        for name, address, pattern in below(get_resolver().url_patterns, "", "")
    }


@pytest.fixture(autouse=True)
def _cheap_sealing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "MEMORY_KIB", 8)
    monkeypatch.setattr(sealing, "PASSES", 1)


@pytest.fixture
def world(db: None) -> Iterator[World]:
    with stage.on(stage.DAY) as now:
        desks = stage.at_work()
        site, made = desks.site, {}
        made[PROPOSAL] = cast.propose(cast.an_article(site), by="az", site=site).digest
        asked = cast.open_(cast.a_question(site), site)
        made[ASKED] = asked.id
        made[TO_ANSWER] = cast.open_(cast.a_question(site), site).id
        write_answer(made[TO_ANSWER])
        made[ANSWERED] = cast.open_(cast.a_question(site), site).id
        write_answer(made[ANSWERED])
        made[SEALED] = dialogue.propose_answer(side="az", question=made[ANSWERED], today=stage.DAY)
        out = cast.open_(cast.a_question(site), site)
        for side in site.codes:
            cast.open_(cast.an_answer(site, to=out, side=side), site)
        made[OUT] = out.id
        made[OVER] = refused(cast.an_article(site), site)
        made["a refused question"] = refused(cast.a_question(site), site)
        text = cast.open_(cast.an_article(site), site)
        made[OPEN_TEXT], made[f"{OPEN_TEXT}'s id"] = text.digest, text.id
        own_text = cast.open_(cast.an_article(site, side="az"), site)
        made[OWN_TEXT], made[f"{OWN_TEXT}'s"] = own_text.id, own_text.digest
        made["a refused statement"] = refused(cast.a_statement(site), site)
        made[PAUSED] = cast.open_(cast.a_pause(site, "hy"), site).digest
        translated = cast.open_(cast.an_article(site), site)
        later = cast.a_translation(site, of=translated, language="en", side="az")
        made[LATER] = cast.open_(later, site).id
        gone = cast.open_(cast.an_article(site, side="az"), site)
        cast.take_down(gone, "az", site=site, at=now)
        made[GONE] = gone.digest
        made[DRAFT] = dialogue.draft_question(
            side="az",
            versions={code: QuestionWords(text=f"Why? {code}") for code in ("az", "hy", "en")},
            tense=Tense.FUTURE,
            word_limit=300,
            deadline=stage.after(20),
            today=stage.DAY,
        )
        made["a refused discussion"] = refused(talk.a_discussion(site), site)
        made[TALK_OPEN] = cast.open_(talk.a_discussion(site), site).id
        made[TALKED] = discussions.draft_discussion(
            side="az",
            typed={code: Typed("Water", "Whose?", "Be kind.") for code in ("az", "hy", "en")},
            roles=list(Role),
            per_day=3,
            word_limit=100,
            takes_turns=False,
            until=stage.after(20),
            today=stage.DAY,
        )
        made[TEXT] = library.draft_text(
            side="az",
            kind="letter",
            original="az",
            words={"az": library.words_from(title="Ad", typed="Birinci söz.\n\nİkinci söz.")},
            today=stage.DAY,
        )
        library.add_languages(
            side="az",
            item=made[TEXT],
            words={"hy": library.words_from(title="Անուն", typed="Առաջին։\n\nԵրկրորդ։")},
            today=stage.DAY,
        )
        library.strike(
            side="az",
            item=made[TEXT],
            language="az",
            striking=Striking(why=Why.LENGTH, whole=(1,)),
            seen=seen()(World(desks, {}, "", made), "own")["seen"],
            today=stage.DAY,
        )

        def come_in(side: str, label: str) -> editors.Editor:
            code = editors.invited(desks.account[side], today=stage.DAY)
            return editors.joined(code, label=label, at=now)

        made[COLLEAGUE] = come_in("az", "Leyla").account.pk
        made[FROZEN] = come_in("az", "Orxan").account.pk
        editors.frozen(desks.account["az"], made[FROZEN])
        made[UNREAD] = come_in("az", "Samir").account.pk
        Account.objects.filter(pk=made[UNREAD]).update(desk_boxes={})
        made[LEAVING] = come_in("az", "Aysel").account.pk
        people.remove_editor(editor=desks.account["az"], account_id=made[LEAVING], today=stage.DAY)
        code = people.invite(editor=desks.account["az"], today=stage.DAY)
        made[INVITED] = codes.code_hash(code)
        taking_part = {who: taking.joined(side) for who, side in TAKING.items()}
        made[BATCH] = "a" * 32
        made_codes = batches.make(
            editor=desks.account["az"], batch_id=made[BATCH], role="student", n=2, today=stage.DAY
        )
        made[ON_CARD] = made_codes[0].reveal()
        taking_part["stopped"] = taking.joined("az")
        made[CARD] = taking_part["mine"].participant.card
        for each in taking_part.values():
            card_links.keep(each.participant)
        locked = taking.joined("az").participant
        card_links.keep(locked)
        made[LOCKED] = locked.card
        taking.locked_out(desks.account["az"], locked.card)
        # Words of this person's, but for their card: pages about that have scenes of their own.
        mine, friend = (
            authors.Writer(taking_part["mine"].participant, Client()),
            authors.writer("az"),
        )
        friend.hand_in(made[TALK_OPEN], "Salam.")
        cards.keep_draft(mine.row, pen_name=authors.name(9_000), cues=Cues(), today=stage.DAY)
        opened, waiting, not_opened = (
            mine.proposed(made[TALK_OPEN], text, card=friend.row.card)
            for text in ("Açıq sözlər.", "Gözləyən sözlər.", "Açılmamış sözlər.")
        )
        made[OPEN_WORDS] = authors.turned(opened, desks).id
        made[WAITING_WORDS], made[QUEUED] = waiting.id, waiting.digest
        authors.refused(not_opened)
        made[REFUSED_WORDS] = not_opened.digest
        (own,) = translate(mine, made[OPEN_WORDS])
        made[OWN_TRANSLATION], made[WAITING_TRANSLATION] = own.document.id, own.document.digest
        made[DRAFT_OF_ONES_OWN] = mine.draft(made[TALK_OPEN], "Qaralama.").slot
        made |= behind_the_gate(desks, taking_part)
        made |= invited(desks, mine)
        yield World(
            desks=desks,
            participants=taking_part,
            editor={who: come_in(side, "Ani") for who, side in SIDES.items()},
            code=editors.invited(desks.account["az"], today=stage.DAY).reveal(),
            made=made,
        )


def behind_the_gate(
    desks: stage.Desks, taking_part: Mapping[str, taking.Taking]
) -> Mapping[str, str]:
    """Make a gated discussion in which both have spoken, and restatements of either's words."""
    site, of = desks.site, cast.open_(talk.a_discussion(desks.site, has_gate=True), desks.site)
    friend = authors.writer("hy")
    authors.turned(friend.hand_in(of.id, "Բարև։"), desks)
    mine = taking_part["mine"].participant
    said = a_contribution_of(of, mine, site)
    hy = [
        cast.open_(talk.a_contribution(site, of, side="hy", card=friend.row.card), site)
        for _ in range(2)
    ]
    about = [
        (friend.row, said, "az"),
        (friend.row, said, "az"),
        (mine, hy[1], "hy"),
    ]
    found = [gate.restatement_by_hand(site, who, to, asked) for who, to, asked in about]
    with gate.at("az"):
        heard.hand_on(side="az", restatement=found[0].id)
    return {
        TO_RESTATE: hy[0].id,
        RESTATED: hy[1].id,
        UNDERSTOOD: found[0].id,
        TO_HAND_ON: found[1].id,
    }


def invited(desks: stage.Desks, mine: authors.Writer) -> Mapping[str, str]:
    """Make seats to which this person and another are invited, and two that are taken."""
    friend, theirs = guests.somebody(desks), guests.somebody(desks, "hy")
    asked = [cast.open_(cast.a_question(desks.site), desks.site) for _ in range(4)]
    to_guest, guested, offered, taken = asked
    mine_has = replace(talk.a_card(desks.site, "az"), id=mine.row.card)
    cast.open_(mine_has, desks.site)
    guests.invite(to_guest, mine)
    guests.draft(to_guest, mine)
    guests.answered(guested, mine)
    guests.invite(offered, friend)
    guests.answered(taken, friend)
    Row.objects.filter(item=mine.row.card).delete()  # as before: pages about the card have scenes
    return {
        TO_GUEST: to_guest.id,
        GUESTED: guested.id,
        SEAT_OFFERED: offered.id,
        SEAT_TAKEN: taken.id,
        "an open card": friend.row.card,
        "an open card of the other side": theirs.row.card,
    }


def a_contribution_of(of: Document, who: taking.Participant, site: cast.SiteKeys) -> Document:
    """Open words that name this person's card, which afterwards was never there: pages begin without it."""
    card = replace(talk.a_card(site, who.side_id), id=who.card)
    cast.open_(card, site)
    said = cast.open_(talk.a_contribution(site, of, side=who.side_id, card=card.id), site)
    Row.objects.filter(item=card.id).delete()
    return said


def translate(mine: authors.Writer, item: str) -> list[translating.Own]:
    """Hand in a translation into one language, and leave drafts of another with author and desk."""
    for language, is_handed_in in (("hy", True), ("en", False)):
        original = translating.original_for(item, language)
        body = translating.body_of(original, ["Բաց խոսքեր։"])
        typed = translating.Drafted(item, original.document.digest, body)
        with mine.reading():
            translating.keep(mine.row, typed, seen="", today=stage.DAY)
            if is_handed_in:
                translating.hand_in(mine.row, item, language, seen=typed.seen, today=stage.DAY)
    translating.keep_at_desk("az", typed, seen="", today=stage.DAY)
    with mine.reading():
        return translating.own(mine.row)


def write_answer(item: str) -> None:
    dialogue.draft_answer(
        side="az",
        question=item,
        original="az",
        versions={"az": AnswerWords.of(["Ağacları."], proposal="Bir ağac.")},
        pen_name="A. N.",
        today=stage.DAY,
    )


def refused(document: Document, site: cast.SiteKeys) -> str:
    cast.propose(document, by="az", site=site)
    record.refuse(digest=document.digest, side="hy", reason=RefusalReason.FACTS, today=stage.DAY)
    return document.digest


def client_of(world: World, who: str) -> Client:
    """Return a browser of its own for one of the cast, as it is at this moment."""
    client = Client()
    client.handler = handler()
    if who == "frozen":
        account = Account.objects.get(pk=world.made[COLLEAGUE])
        editors.signed_in(account, client=client)
        Account.objects.filter(pk=account.pk).update(is_disabled=True)
    elif who in SIDES:
        editors.signed_in(world.editor[who].account, client=client)
    elif who in TAKING:
        taking.signed_in(world.participants[who].participant, client=client)
    elif who == "stopped":
        participant = world.participants["stopped"].participant
        taking.signed_in(participant, client=client)
        taking.locked_out(world.editor["own"].account, participant.card)
    return client


Rows = list[list[tuple[Any, ...]]]


def rows() -> Rows:
    """Return all that the database holds, but for sessions."""
    with connection.cursor() as cursor:
        return [cursor.execute(f'SELECT * FROM "{table}"').fetchall() for table in tables()]


def are_same(first: Rows, second: Rows) -> bool:
    """Whether both hold the same rows, in any order. To sort them all each time would take a minute."""
    return all(
        one == other or sorted(one, key=repr) == sorted(other, key=repr)
        for one, other in zip(first, second, strict=True)
    )


@cache
def tables() -> tuple[str, ...]:
    return tuple(
        model._meta.db_table
        for model in apps.get_models(include_auto_created=True)
        if model._meta.label != "people.Session"
    )


@cache
def handler() -> ClientHandler:
    """What answers every browser: made once, since a thousand would each look for style sheets."""
    return ClientHandler(enforce_csrf_checks=False)


def files() -> dict[Path, bytes]:
    folder = data.data_directory()
    return {file: file.read_bytes() for file in folder.rglob("*") if file.is_file()}


@dataclass(frozen=True)
class Asked:
    """What one of the cast got for one request."""

    status: int
    outcome: str
    has_changed: bool


def ask(world: World, name: str, scene: Scene, *, who: str, method: str) -> Asked:
    """Make one request in the world, see what came of it, and undo it."""
    _address, pattern = live_routes()[name]
    names = list(pattern.pattern.converters)
    values = {**({names[0]: world.made[scene.of]} if scene.of else {}), **scene.more}
    there = files()
    with stage.on(stage.after(scene.days)), transaction.atomic():
        client = client_of(world, who)
        before = rows()
        sent = scene.sends(world, who) if scene.sends and method == "POST" else {}
        response = getattr(client, method.lower())(reverse(name, kwargs=values), sent)
        has_changed = not are_same(rows(), before) or files() != there
        transaction.set_rollback(True)
    for file in files().keys() - there.keys():
        file.unlink()
    outcome = told(response, for_anyone=access.declared(pattern.callback) is access.Access.ANYONE)
    leads_nowhere = method == "GET" or scene.about == NOTHING
    if outcome == YES and response.status_code in {302, 303} and leads_nowhere:
        outcome = BACK
    return Asked(response.status_code, outcome, has_changed)


def told(response: Any, *, for_anyone: bool) -> str:
    if response.status_code in {302, 303}:
        is_sent_to_sign_in = "/sign-in/" in response["Location"] and not for_anyone
        return SIGN_IN if is_sent_to_sign_in else YES
    return {200: YES, 403: REFUSED, 404: MISSING, 405: "", 409: REFUSED}[response.status_code]


def in_words(address: str) -> str:
    return re.sub(r"<[^>]*?(\w+)>", lambda found: WORDS[found[1]], "/l/" + address[3:])


WORDS = {
    "account_id": "EDITOR",
    "code_hash": "INVITATION",
    "batch_id": "BATCH",
    "act": "ACT",
    "slot": "PLACE",
    "digest": "DIGEST",
    "item": "ID",
    "code": "LANGUAGE",
    "card": "CARD",
    "what": "WHAT",
}
Line = tuple[str, str, str, str, str, str]


def test_every_live_page_answers_each_of_the_cast_as_the_table_says(world: World) -> None:
    by_cast: dict[Cast, list[Line]] = {OF_DESKS: [], OF_PARTICIPANTS: []}
    for name, (address, _pattern) in live_routes().items():
        cast_here = cast_of(name)
        for scene in SCENES[name]:
            lines: dict[tuple[str, str, str], list[str]] = {}
            for method in ("GET", "POST"):
                owner = ask(world, name, scene, who=cast_here.owner, method=method)
                if not owner.outcome:
                    continue
                got = {cast_here.owner: owner} | {
                    who: ask(world, name, scene, who=who, method=method)
                    for who in cast_here.everyone
                    if who != cast_here.owner
                }
                where = f"{method} {name}, {scene.about}"
                check(got, cast_here, where=where, is_act=method == "POST")
                visitor, mine, other = (got[who].outcome for who in cast_here.told)
                lines.setdefault((visitor, mine, other), []).append(method)
            by_cast[cast_here] += [
                (in_words(address), ", ".join(methods), scene.about, *cells)
                for cells, methods in lines.items()
            ]
    for lines_told in by_cast.values():
        form = "| `{}` | {} | {} | {} | {} | {} |"
        there = "\n".join(form.format(*line) for line in lines_told)
        assert there in PAGE.read_text(), f"the table is:\n{there}"


def check(got: Mapping[str, Asked], asking: Cast, *, where: str, is_act: bool) -> None:
    """Some are answered as visitors; who is kept out leaves no trace; and the act was a real one."""
    for who in asking.visitors:
        assert got[who].outcome == got["visitor"].outcome, f"{where}: {who}"
    for who, asked in got.items():
        if asked.outcome != YES:
            assert not asked.has_changed, f"{where}: {who} was kept out and changed something"
    if not is_act:
        assert not any(asked.has_changed for asked in got.values()), f"{where}: reading changes"
    elif got[asking.owner].outcome == YES != got[asking.stranger].outcome:
        assert got[asking.owner].has_changed, (
            f"{where}: nothing was tried, so that nothing was refused"
        )


def test_every_live_page_has_its_scene_and_no_other_has() -> None:
    assert set(SCENES) == set(live_routes())


@pytest.mark.parametrize("who", OF_DESKS.everyone)
def test_what_is_closed_for_good_is_told_by_the_same_bytes_as_what_never_was(
    world: World, who: str
) -> None:
    client = client_of(world, who)
    answers = []
    for digest in (world.made[GONE], "0" * 64):
        response = client.get(reverse("desk:read", args=[digest]))
        said = f"{response.status_code} {dict(response.headers)} {response.content.decode()}"
        answers.append(said.replace(digest, "DIGEST"))
    assert answers[0] == answers[1]


@pytest.mark.parametrize("method", ["get", "post"])
def test_what_is_hidden_is_told_by_the_same_bytes_as_an_address_that_does_not_exist(
    world: World, method: str
) -> None:
    client = client_of(world, "other")
    acts = {"get": "desk:read", "post": "desk:turn-key"}
    hidden = reverse(acts[method], args=[world.made[SEALED]])
    answers = []
    for address in (hidden, hidden.replace(world.made[SEALED], "no/such/page")):
        response = getattr(client, method)(address)
        said = f"{response.status_code} {dict(response.headers)} {response.content.decode()}"
        token = r'name="csrfmiddlewaretoken" value="[^"]*"'
        answers.append(re.sub(token, "", said.replace(address, "ADDRESS")))
    assert answers[0].startswith("404 ")
    assert answers[0] == answers[1]
