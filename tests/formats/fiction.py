"""The life of the fictional site whose documents the corpus holds: each story adds something to it.

Every kind is here in each standing that it may have, and whatever else a later version may meet in a data
directory: drafts, proposals, what was refused, what was closed, keys that were renewed and recovered.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any

import pyotp

import cast
import editors
import talk
from visavis.base import data
from visavis.kinds.installed import installed
from visavis.people import actions as people
from visavis.people.desk_boxes import reader_of
from visavis.people.models import Account
from visavis.press.actions import release_edition
from visavis.project.commands import prepare
from visavis.record import actions as record
from visavis.record import queries as record_queries
from visavis.record.rules import RefusalReason
from visavis.safety import passphrases
from visavis.safety.reading import Reader
from visavis.safety.secret import Secret
from visavis.sides import actions as sides
from visavis.sides import queries as side_queries
from visavis.sides.keyfiles import key_file
from visavis.signing.document import Document
from visavis.signing.keys import PrivateKey
from visavis.signing.vault import vault_key_of

FIRST = date(2026, 3, 2)
NOON = time(12, tzinfo=UTC)
SILENCE = 15
"""Days after which one side may go on alone: more than the charter's waiting time."""


def at(day: date) -> datetime:
    return datetime.combine(day, NOON)


@dataclass
class Fiction:
    """The site with every private key, and the documents that later stories come back to."""

    site: cast.SiteKeys
    secrets: dict[str, dict[str, str]]
    reader: Reader
    day: date = FIRST
    former: dict[str, PrivateKey] = field(default_factory=dict)
    named: dict[str, Document] = field(default_factory=dict)

    def open(self, document: Document, name: str = "") -> Document:
        """The document is open, with every key it asks for, and known by this name."""
        return self._known(cast.open_(document, self.site, today=self.day), name)

    def propose(self, document: Document, name: str = "", *, by: str = "") -> Document:
        """The document is before the desks."""
        return self._known(cast.propose(document, by=by, site=self.site, today=self.day), name)

    def turn(self, document: Document, side: str) -> None:
        cast.turn(document, side, site=self.site, today=self.day)

    def article(self, **fields: Any) -> Document:
        return cast.an_article(self.site, day=self.day, **fields)

    def question(self, **fields: Any) -> Document:
        return cast.a_question(self.site, day=self.day, **fields)

    def _known(self, document: Document, name: str) -> Document:
        self.named[name or document.digest] = document
        return document


def founded() -> Fiction:
    """The site is founded, each desk has an editor and its keys, and the charter is in force."""
    prepare(data.data_directory())
    world = editors.found(on=FIRST)
    data.write_private(data.release_key_file(), key_file(world.release_key).encode())
    keys, secrets, accounts = {}, {}, []
    for side, code in world.codes.items():
        desk = f"six {side} words open this key"
        keys[side] = cast.SideKeys(side, PrivateKey.new(), PrivateKey.new())
        _give_keys(keys[side], desk=desk)
        account, own = _joined(code)
        accounts.append(account)
        secrets[side] = {"desk": desk, **own}
    site = side_queries.site()
    assert site is not None
    charter = sides.charter_for(site, policy=installed().policy)
    every = cast.SiteKeys(document=charter, sides=keys, release_key=world.release_key)
    cast.found(every, today=FIRST)
    return Fiction(every, secrets, reader_of(*accounts))


def _give_keys(
    keys: cast.SideKeys, *, desk: str, give: Callable[..., Any] = sides.give_keys
) -> None:
    give(
        side=keys.code,
        public_key=keys.key.public.hex,
        recovery_key=keys.recovery.public.hex,
        vault_key=vault_key_of(keys.key),
        sealed_key=sides.sealed_for(keys.code, keys.key, passphrase=Secret(desk)),
    )


def _joined(code: Secret) -> tuple[Account, dict[str, str]]:
    passphrase, totp = passphrases.new_passphrase(), Secret(pyotp.random_base32(32))
    digits = pyotp.TOTP(totp.reveal()).at(int(at(FIRST).timestamp()))
    account = people.join(
        code=code, passphrase=passphrase, totp=totp, digits=digits, label="Nadia", at=at(FIRST)
    )
    return account, {"passphrase": passphrase.reveal(), "totp": totp.reveal()}


def texts(world: Fiction) -> None:
    """Articles and letters, joint and in a side's own words; one has all that a text can have."""
    joint = world.article(author="Nərgiz", place="Bulaqlı", written_on="2026-02-01")
    world.open(joint, "joint")
    letter = cast.a_letter(
        world.site,
        day=world.day,
        texts={
            "az": ["Su axır, axır, axır.", "Gizli."],
            "hy": ["Ջուրը հոսում է, հոսում է։", "Գաղտնի։"],
        },
        author="Ustad",
        permission="By the family.",
        source={"title": "Bulaq", "address": "https://example.org/bulaq", "copy": "ab" * 32},
    )
    for version in letter.body["versions"].values():
        version["cuts"] = [
            {"unit": 0, "from": 0, "to": 6, "why": "length", "words": 2},
            {"unit": 1, "from": 0, "to": 0, "why": "safety", "words": 7},
        ]
    letter.body["versions"]["hy"] |= {"author": "Ուստադ", "translator": "Արամ"}
    world.open(letter, "letter")
    own = {"az": ["Öz sözümüz."], "hy": ["Մեր խոսքը։"]}
    world.open(world.article(side="az", texts=own), "own article")
    hy = cast.a_letter(world.site, side="hy", texts=own, original="hy", day=world.day)
    world.open(hy, "own letter")


def translations(world: Fiction) -> None:
    """One under the translator's key, one with the key of the side whose words it gives as well."""
    for text, paragraphs in (("joint", ("First.", "Second.")), ("own letter", ("Our word.",))):
        of = world.named[text]
        world.open(
            cast.a_translation(
                world.site,
                of=of,
                language="en",
                side="az",
                paragraphs=paragraphs,
                translator="T. R.",
                day=world.day,
            ),
            f"translation of {text}",
        )
    second = world.named["translation of own letter"]
    signed = cast.sign(second, world.site.key("hy"), side="hy")
    record.add_key(
        digest=second.digest,
        side="hy",
        public_key=signed.public_key,
        signature=signed.signature,
        today=world.day,
    )


def questions(world: Fiction) -> None:
    """One is answered by both sides and released, one waits for a seat, one will have an empty chair."""
    released, waiting = (world.open(world.question(note=f"Note {n}.")) for n in "12")
    empty = world.open(world.question(deadline=world.day, tense="past"), "empty")
    answers = ((released, "az"), (released, "hy"), (waiting, "az"), (empty, "az"))
    for question, side in answers:
        words = f"Words of {side}, *indeed*."
        world.open(
            cast.an_answer(
                world.site, to=question, side=side, words=words, languages=["en"], day=world.day
            )
        )
    world.named["waiting"] = waiting
    record.settle(at=at(world.day))


def people_talk(world: Fiction) -> None:
    """A discussion that belongs to a question, one of each side with a card, and replies to both levels."""
    site, day = world.site, world.day
    question = world.named["waiting"].id
    discussion = world.open(talk.a_discussion(site, day=day, question=question), "discussion")
    cards = {
        side: world.open(talk.a_card(site, side, day=day), f"card {side}") for side in site.codes
    }
    said = None
    for side in ("az", "hy", "az"):
        quoted = "Su *azdır*.\n\n> Az sözdür."
        card = cards[side].id
        said = world.open(
            talk.a_contribution(
                site, discussion, side=side, card=card, text=quoted, answers=said, day=day
            )
        )
    assert said is not None
    asked, closer = world.open(world.question(note="A guest answers.")), PrivateKey.new().public.hex
    for side, more in (("az", {"card": cards["az"].id, "closer": closer}), ("hy", {})):
        world.open(cast.an_answer(site, to=asked, side=side, day=day, **more))
    for language, translator in (("hy", cards["hy"]), ("en", None)):
        world.open(
            talk.a_translation(
                site, said, side="hy", language=language, translator=translator, day=day
            )
        )


def people_hear(world: Fiction) -> None:
    """A discussion with the gate: one restatement is heard and opens its reply, one waits."""
    site, day = world.site, world.day
    terms = {"title": "Hearing one another", "has_gate": True}
    discussion = world.open(talk.a_discussion(site, day=day, **terms), "gated discussion")
    cards = {side: world.named[f"card {side}"].id for side in site.codes}
    said = world.open(
        talk.a_contribution(site, discussion, side="az", card=cards["az"], day=day), "heard"
    )
    of_hy = {"side": "hy", "card": cards["hy"], "day": day}
    restated = world.propose(talk.a_restatement(site, said, **of_hy), by="hy")
    yes = world.open(talk.a_yes(site, said, restated, day=day))
    world.turn(restated, "hy")
    world.open(
        talk.a_contribution(
            site, discussion, answers=said, restates=restated.id, heard=yes.id, **of_hy
        )
    )
    other = world.open(
        talk.a_contribution(site, discussion, side="az", card=cards["az"], day=day), "unheard"
    )
    world.propose(talk.a_restatement(site, other, **of_hy), "waits for a yes", by="hy")


def silence_begins(world: Fiction) -> None:
    """One side proposes what the other will not answer."""
    world.propose(world.article(texts={"hy": ["Մենակ։"]}, original="hy"), "article", by="hy")
    letter = cast.a_letter(world.site, texts={"az": ["Tək."]}, day=world.day)
    world.propose(letter, "silent letter", by="az")
    world.propose(world.question(text="Who is silent?"), "question", by="hy")
    silent = talk.a_discussion(world.site, day=world.day, title="Silence")
    world.propose(silent, "silent discussion", by="az")


def silence_ends(world: Fiction) -> None:
    """What was asked is published alone, a restatement passes, a chair is left empty, a text is changed."""
    for name, side in (
        ("article", "hy"),
        ("silent letter", "az"),
        ("question", "hy"),
        ("silent discussion", "az"),
    ):
        asked = world.named[name]
        own = cast.alone(asked, side=side, asked_on=asked.day, day=world.day)
        record.propose_alone(document=own, asked=asked.digest, by=side, today=world.day)
        world.turn(own, side)
    world.open(cast.with_empty_chairs(world.named["empty"], "hy", day=world.day))
    restated, said = world.named["waits for a yes"], world.named["unheard"]
    world.turn(restated, "hy")
    world.open(
        talk.a_contribution(
            world.site,
            world.named["gated discussion"],
            side="hy",
            card=world.named["card hy"].id,
            answers=said,
            restates=restated.id,
            day=world.day,
        )
    )
    joint = world.named["joint"]
    versions = {code: dict(version) for code, version in joint.body["versions"].items()}
    versions["az"]["units"] = cast.units("Birinci.", "Üçüncü.")
    history = [*joint.body["history"], world.day.isoformat()]
    body = {**joint.body, "versions": versions, "history": history}
    world.open(cast.next_version(joint, body=body, day=world.day), "joint")


def a_key_is_renewed(world: Fiction) -> None:
    """One side has a new key; what has its old one is carried over."""
    old = world.site
    former = old.key("hy")
    carried = sorted(record_queries.bear_key(former.public.hex, with_waiting=True))
    new = cast.with_new_key(old, "hy", day=world.day, carried=carried)
    cast.propose(new.document, site=old, today=world.day)
    for side, keys in (("az", old), ("hy", old), ("hy", new)):
        cast.turn(new.document, side, site=keys, today=world.day)
    world.site, world.former["hy"] = new, former
    _give_keys(new.sides["hy"], desk=world.secrets["hy"]["desk"], give=sides.renew_keys)


def keys_are_lost(world: Fiction) -> None:
    """One side announces new keys and takes them back; the other announces some and waits."""
    first, _ = cast.announce(world.site, "hy", day=world.day, today=world.day)
    cast.announce(world.site, "hy", before=first, taken_back=True, day=world.day, today=world.day)
    former = world.site.key("az")
    carried = sorted(record_queries.bear_key(former.public.hex, with_waiting=False))
    _, new = cast.announce(
        world.site, "az", carried=carried, new_recovery=True, day=world.day, today=world.day
    )
    world.site, world.former["az"] = new, former


def a_key_is_recovered(world: Fiction) -> None:
    """The wait is over: the desk has its new key at hand."""
    _give_keys(world.site.sides["az"], desk=world.secrets["az"]["desk"], give=sides.renew_keys)


def after_the_new_key(world: Fiction) -> None:
    """A text under the new key; one proposal each that waits, was refused and was withdrawn."""
    world.open(world.article(texts={"az": ["Yeni açar."], "hy": ["Նոր բանալի։"]}), "later")
    waiting, refused, withdrawn = (world.propose(world.article(), by="az") for _ in range(3))
    world.turn(waiting, "az")
    world.named["proposed"] = waiting
    record.refuse(digest=refused.digest, side="hy", reason=RefusalReason.SAFETY, today=world.day)
    record.withdraw(digest=withdrawn.digest, side="az")


def a_bad_night(world: Fiction) -> None:
    """A statement that all sides signed; a pause of one side and one of all wait, so that nothing is held."""
    world.open(cast.a_statement(world.site, day=world.day), "calm-weather statement")
    for side in ("az", None):
        world.propose(cast.a_pause(world.site, side, day=world.day), by="az")


def drafts(world: Fiction) -> None:
    """Each desk is writing: a body of every kind that a desk writes."""
    waiting, joint = world.named["waiting"], world.named["joint"]
    translated = cast.a_translation(world.site, of=joint, language="en", side="hy", day=world.day)
    made_of = [unit["text"] for unit in joint.body["versions"]["az"]["units"]]
    version = {**translated.body["version"], "made_of": made_of}
    answer = cast.an_answer(world.site, to=waiting, side="hy", day=world.day)
    for document, side, body in (
        (world.article(texts={"az": ["Yarımçıq."]}), "az", None),
        (world.question(text="What next?"), "az", None),
        (answer, "hy", None),
        (translated, "hy", {**translated.body, "version": version}),
    ):
        record.keep_draft(
            item=document.id,
            kind=document.kind,
            side=side,
            shape=document.shape,
            body=document.body if body is None else body,
            of=document.part_of or "",
            until=document.seats.until if document.seats else None,
            today=world.day,
        )


def closings(world: Fiction) -> None:
    """One text is closed for good by its own side, with a note beside the database."""
    closed = world.open(world.article(side="hy", texts={"hy": ["Փակված։"]}, original="hy"))
    cast.take_down(closed, "hy", site=world.site, at=at(world.day))


def an_edition(world: Fiction) -> None:
    """What is open goes out to readers."""
    release_edition(at(world.day))


STORIES: tuple[tuple[int, Callable[[Fiction], None]], ...] = (
    (0, texts),
    (1, translations),
    (1, questions),
    (1, people_talk),
    (1, people_hear),
    (1, silence_begins),
    (1 + SILENCE, silence_ends),
    (2 + SILENCE, a_key_is_renewed),
    (3 + SILENCE, keys_are_lost),
    (33 + SILENCE, a_key_is_recovered),
    (34 + SILENCE, after_the_new_key),
    (34 + SILENCE, a_bad_night),
    (34 + SILENCE, drafts),
    (34 + SILENCE, closings),
    (34 + SILENCE, an_edition),
)
"""What happens, and how many days after the beginning. `writing_down` closes two things more in the end."""
