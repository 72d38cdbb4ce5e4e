"""The cast that every test shares: a site with its sides' keys, and documents of the kinds that are shown.

    site = a_charter()                          two sides, az and hy, and every key they have
    found(site)                                 the charter is proposed, signed and in force
    question = open_(a_question(site), site)    through `record.actions`, with every key it asks for

`a_charter`, `sign` and the makers of documents need no database; `found`, `propose`, `turn` and `open_` do.
Every document has `DAY` unless a test asks for another; salts and ids are new each time.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from visavis.signing.canonical import Digest, new_id, new_salt
from visavis.signing.charter import (
    LEAST,
    Charter,
    CharterSide,
    Opens,
    Signature,
    Waiting,
    charter_body,
)
from visavis.signing.document import JOINT, Document, Seats, SeatsFilled, Source, Standing
from visavis.signing.keys import PrivateKey, Purpose
from visavis.signing.recovery import NewKeys, Recovery, recovery_body, with_recoveries
from visavis.signing.seats import seal_for, sign_seat

POLICY: Mapping[str, Opens] = {
    **LEAST,
    "news": Opens.EVERY_SIDE,
    "site-page": Opens.EVERY_SIDE,
    "pause": Opens.OWN_SIDE,
    "joint-pause": Opens.EVERY_SIDE,
    "comparison": Opens.EVERY_SIDE,
    "term": Opens.EVERY_SIDE,
    "card": Opens.OWN_SIDE,
    "discussion": Opens.EVERY_SIDE,
    "contribution": Opens.OWN_SIDE,
    "translated-words": Opens.OWN_SIDE,
    "statement": Opens.OWN_SIDE,
    "restatement": Opens.OWN_SIDE,
    "hearing": Opens.OWN_SIDE,
    "reader-letter": Opens.ANY_SIDE,
    "reader-question": Opens.ANY_SIDE,
    "tally": Opens.RELEASE_KEY,
    "ballot-result": Opens.RELEASE_KEY,
}
"""What the charter of these tests says: every kind of the program, and words that no room has."""

SHAPES = {"article": "text-1", "letter": "text-1"}
"""Of kinds whose shape is not called after them."""

DAY = date(2030, 5, 14)
TWO = ("az", "hy")
THREE = ("az", "hy", "ka")
SITE_LANGUAGES = ("az", "hy", "en", "ru", "fr")
NAMES = {
    "az": "Üzbəüz",
    "hy": "Դեմ առ դեմ",
    "en": "Face to face",
    "ru": "Лицом к лицу",
    "fr": "Vis-à-vis",
}


@dataclass(frozen=True)
class SideKeys:
    """The private halves that one side has; only tests ever hold both sides' in one hand."""

    code: str
    key: PrivateKey
    recovery: PrivateKey


@dataclass(frozen=True)
class SiteKeys:
    """A charter document, and every private key behind it."""

    document: Document
    sides: Mapping[str, SideKeys]
    release_key: PrivateKey
    recoveries: tuple[Recovery, ...] = ()

    @property
    def charter(self) -> Charter:
        """The charter as it holds once every recovery here is in force."""
        charter = Charter.from_document(self.document)
        return with_recoveries(charter, self.recoveries, on=date.max)

    @property
    def site(self) -> str:
        return self.document.id

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(self.sides)

    def key(self, side: str) -> PrivateKey:
        return self.sides[side].key


def a_charter(
    sides: Sequence[str] = TWO,
    languages: Sequence[str] = SITE_LANGUAGES,
    *,
    day: date = DAY,
    waiting: Waiting | None = None,
    policy: Mapping[str, Opens] = POLICY,
) -> SiteKeys:
    """Return a first charter with new keys: for each side a key and a recovery key, and the release key."""
    keys = {code: SideKeys(code, PrivateKey.new(), PrivateKey.new()) for code in sides}
    release_key = PrivateKey.new()
    body = {
        "names": {language: NAMES.get(language, f"Site {language}") for language in languages},
        "sides": [
            CharterSide(
                code=code,
                names={language: f"Side {code} ({language})" for language in languages},
                languages=(code,) if code in languages else (languages[0],),
                public_key=side.key.public,
                recovery_key=side.recovery.public,
            ).as_json()
            for code, side in keys.items()
        ],
        "release_key": release_key.public.hex,
        "languages": list(languages),
        "policy": {kind: opens.value for kind, opens in policy.items()},
        "waiting": (waiting or Waiting()).as_json(),
    }
    site = new_id()
    document = a_document(
        site, kind="charter", id=site, body=body, languages=sorted(languages), day=day
    )
    return SiteKeys(document=document, sides=keys, release_key=release_key)


def with_new_key(
    site: SiteKeys,
    side: str,
    *,
    day: date = DAY,
    carried: Sequence[Digest] = (),
    new_recovery: bool = False,
) -> SiteKeys:
    """Return the next charter, in which this side has a new key and its old one is a former key."""
    old = site.charter
    new = SideKeys(
        side, PrivateKey.new(), PrivateKey.new() if new_recovery else site.sides[side].recovery
    )
    sides = tuple(
        replace(
            each,
            public_key=new.key.public,
            recovery_key=new.recovery.public,
            former_keys=(*each.former_keys, each.public_key),
            carried=each.carried | frozenset(carried),
        )
        if each.code == side
        else each
        for each in old.sides
    )
    body = charter_body(replace(old, sides=sides))
    return SiteKeys(
        document=next_version(site.document, body=body, day=day),
        sides={**site.sides, side: new},
        release_key=site.release_key,
    )


def a_recovery(
    site: SiteKeys,
    side: str,
    *,
    day: date = DAY,
    carried: Sequence[Digest] = (),
    new_recovery: bool = False,
    before: Document | None = None,
    taken_back: bool = False,
) -> tuple[Document, SiteKeys]:
    """Return the recovery of this side's key, signed by nobody, and the site with its new keys.

    ``before`` is the recovery whose place it takes.
    """
    old = site.sides[side]
    new = SideKeys(side, PrivateKey.new(), PrivateKey.new() if new_recovery else old.recovery)
    named = site.charter.side(side)
    assert named is not None
    keys = NewKeys(new.key.public, new.recovery.public, named.carried | frozenset(carried))
    body = recovery_body(site.document.digest, None if taken_back else keys)
    if before is None:
        document = a_document(site, kind="recovery", body=body, side=side, day=day)
    else:
        document = next_version(before, body=body, day=day)
    recoveries = (*site.recoveries, Recovery.from_document(document))
    return document, replace(site, sides={**site.sides, side: new}, recoveries=recoveries)


def announce(
    site: SiteKeys, side: str, *, today: date | None = None, **fields: Any
) -> tuple[Document, SiteKeys]:
    """The side's recovery is announced, under its recovery key and its new key."""
    document, new = a_recovery(site, side, **fields)
    propose(document, by=side, site=site, today=today)
    turn(document, side, site=site, key=site.sides[side].recovery, today=today)
    if not fields.get("taken_back"):
        turn(document, side, site=new, today=today)
        if fields.get("new_recovery"):
            turn(document, side, site=site, key=new.sides[side].recovery, today=today)
    return document, new


def a_document(
    site: SiteKeys | str,
    *,
    kind: str,
    body: Mapping[str, Any],
    id: str = "",  # noqa: A002 - the field's own name
    made_from: Sequence[Source] = (),
    standing: Standing = JOINT,
    part_of: str | None = None,
    side: str | None = None,
    closer: str | None = None,
    seats: Seats | None = None,
    seal: SeatsFilled | None = None,
    day: date = DAY,
    languages: Sequence[str] = (),
    shape: str = "",
) -> Document:
    """Return a first version of any kind."""
    return Document(
        site=site if isinstance(site, str) else site.site,
        kind=kind,
        id=id or new_id(),
        version=1,
        replaces=None,
        made_from=tuple(made_from),
        part_of=part_of,
        standing=standing,
        side=side,
        closer=closer,
        seats=seats,
        seal=seal,
        day=day,
        salt=new_salt(),
        languages=tuple(sorted(languages)),
        shape=shape or SHAPES.get(kind, f"{kind}-1"),
        body=body,
    )


def next_version(
    document: Document,
    *,
    body: Mapping[str, Any] | None = None,
    day: date | None = None,
    **changes: Any,
) -> Document:
    """Return the version that replaces ``document``: the same item, another salt."""
    return replace(
        document,
        version=document.version + 1,
        replaces=document.digest,
        salt=new_salt(),
        body=document.body if body is None else body,
        day=day or document.day,
        **changes,
    )


def alone(document: Document, *, side: str, asked_on: date, day: date, **changes: Any) -> Document:
    """Return the same words, to stand under one side's name because the other has not answered."""
    standing = Standing(side=side, asked_on=asked_on)
    return replace(document, standing=standing, day=day, salt=new_salt(), **changes)


def a_question(
    site: SiteKeys,
    *,
    text: str = "What would you keep?",
    note: str = "",
    languages: Sequence[str] = ("az", "hy", "en"),
    seats: Sequence[str] | None = None,
    word_limit: int = 600,
    day: date = DAY,
    deadline: date | None = None,
    tense: str = "future",
) -> Document:
    return a_document(
        site,
        kind="question",
        day=day,
        languages=languages,
        seats=Seats(
            sides=tuple(seats if seats is not None else site.codes),
            until=deadline or day + timedelta(days=30),
        ),
        body={
            "versions": {
                language: {"text": f"{text} ({language})", "note": note} for language in languages
            },
            "tense": tense,
            "word_limit": word_limit,
        },
    )


def with_empty_chairs(question: Document, *sides: str, day: date | None = None) -> Document:
    """Return the next version, which leaves these chairs empty: written down after the closing day."""
    assert question.seats is not None
    after = day or question.seats.until + timedelta(days=1)
    return next_version(question, seats=replace(question.seats, empty=sides), day=after)


def a_note(site: SiteKeys, question: Document, *answers: Document, **changes: Any) -> Document:
    """Return the release note that names these answers, each with its side's signature for the seat."""
    seats = {
        answer.side: {
            "id": answer.id,
            "digest": answer.digest,
            "public_key": site.key(answer.side or "").public.hex,
            "signature": sign_seat(answer, key=site.key(answer.side or "")),
        }
        for answer in answers
    }
    return a_document(
        site,
        kind="release",
        made_from=[question.source],
        part_of=question.id,
        body={"seats": seats},
        **changes,
    )


def an_answer(
    site: SiteKeys,
    *,
    to: Document,
    side: str,
    words: str = "We would keep the trees.",
    language: str = "",
    languages: Sequence[str] = (),
    pen_name: str = "A. N.",
    proposal: str = "Let both plant one.",
    day: date | None = None,
    card: str | None = None,
    closer: str | None = None,
) -> Document:
    """Return one side's answer to a question, sealed by its own bytes until every seat is filled.

    A guest's names a ``card`` and no pen name, and has a ``closer``.
    """
    original = language or (side if side in site.charter.languages else site.charter.languages[0])
    every = sorted({original, *languages})
    return a_document(
        site,
        kind="answer",
        side=side,
        made_from=(to.source,),
        part_of=to.id,
        seal=seal_for(to),
        day=day or to.day,
        languages=every,
        body={
            "original": original,
            "versions": {
                each: {"units": units(words), "proposal": proposal, "translator": None}
                for each in every
            },
            "pen_name": "" if card else pen_name,
            "card": card,
        },
        closer=closer,
    )


def an_article(
    site: SiteKeys,
    *,
    texts: Mapping[str, Sequence[str]] | None = None,
    original: str = "az",
    side: str | None = None,
    kind: str = "article",
    day: date = DAY,
    **body: Any,
) -> Document:
    """Return a text: for each language its paragraphs, each translation aligned one to one.

    ``side`` is the side whose words these are; None is the site's joint voice.
    """
    texts = texts or {"az": ["Birinci.", "İkinci."], "hy": ["Առաջին։", "Երկրորդ։"]}
    document = a_document(
        site,
        kind=kind,
        side=side,
        day=day,
        languages=list(texts),
        body={
            "original": original,
            "versions": {},
            "history": [day.isoformat()],
            "author": None,
            "written_on": None,
            "place": None,
            "source": None,
            "permission": None,
            **body,
        },
    )
    hashes = [_made_of(document, unit) for unit in texts[original]]
    versions = {
        language: a_version(
            paragraphs,
            title=f"Title ({language})",
            of_version=None if language == original else 1,
            made_of=None if language == original else hashes,
        )
        for language, paragraphs in texts.items()
    }
    return replace(document, body={**document.body, "versions": versions})


def a_letter(site: SiteKeys, **fields: Any) -> Document:
    return an_article(site, kind="letter", **fields)


def a_translation(
    site: SiteKeys,
    *,
    of: Document,
    language: str,
    side: str,
    paragraphs: Sequence[str] = ("First.", "Second."),
    translator: str | None = None,
    day: date | None = None,
) -> Document:
    """Return a translation added later: a document of its own, under its own side's key."""
    original = of.body["versions"][of.body["original"]]
    document = a_document(
        site,
        kind="translation",
        side=side,
        made_from=(of.source,),
        part_of=of.id,
        day=day or of.day,
        languages=[language],
        body={},
    )
    # Hashed with the translation's own salt: the text's changes with each of its versions.
    version = a_version(
        paragraphs,
        title=f"Title ({language})",
        translator=translator,
        of_version=of.version,
        made_of=[_made_of(document, unit["text"]) for unit in original["units"]],
    )
    return replace(document, body={"language": language, "version": version})


def a_version(
    paragraphs: Sequence[str],
    *,
    title: str,
    translator: str | None = None,
    of_version: int | None = None,
    made_of: Sequence[str] | None = None,
) -> dict[str, Any]:
    """Return a text in one language; as a translation its rows follow the original's one by one."""
    n, own = (len(made_of) if made_of is not None else 0), len(paragraphs)
    rows = [[[i] if i < n else [], [i] if i < own else []] for i in range(max(n, own))]
    return {
        "title": title,
        "units": units(*paragraphs),
        "cuts": [],
        "translator": translator,
        "of_version": of_version,
        "made_of": list(made_of) if made_of is not None else None,
        "rows": rows if made_of is not None else None,
        "author": None,
        "place": None,
        "permission": None,
    }


def units(*paragraphs: str) -> list[dict[str, str]]:
    return [{"is": "paragraph", "text": text} for text in paragraphs]


def sign(document: Document, private_key: PrivateKey, *, side: str = "") -> Signature:
    """Return the key that this private half turns for exactly these bytes."""
    return Signature(
        side=side,
        public_key=private_key.public.hex,
        signature=private_key.sign(document.digest, purpose=Purpose.DOCUMENT),
    )


def found(site: SiteKeys, today: date | None = None) -> Charter:
    """The charter is proposed by its first side, signed by every side, and in force.

    The release key is on disk: editions can come out, and answers.
    """
    from visavis.base import data
    from visavis.sides.keyfiles import key_file

    data.write_private(data.release_key_file(), key_file(site.release_key).encode())
    open_(site.document, site, today=today)
    return site.charter


def found_with_release_key(site: SiteKeys) -> SiteKeys:
    """Found the site, and return it."""
    found(site)
    return site


def a_statement(site: SiteKeys, *, day: date = DAY) -> Document:
    """Return a calm-weather statement in every language of the site."""
    languages = site.charter.languages
    body = {
        "page": "calm-weather",
        "titles": {code: f"Calm ({code})" for code in languages},
        "texts": {code: [f"We go on. ({code})"] for code in languages},
    }
    return a_document(site, kind="site-page", body=body, languages=languages, day=day)


def a_pause(site: SiteKeys, side: str | None = "az", *, day: date = DAY) -> Document:
    """Return a pause of this side, or of all."""
    kind = "pause" if side else "joint-pause"
    body = {"hours": 72}
    return a_document(site, kind=kind, side=side, body=body, shape="pause-1", day=day)


def propose(
    document: Document, *, by: str = "", site: SiteKeys, today: date | None = None
) -> Document:
    """The document is before the desks, proposed by its own side or by the first."""
    from visavis.record import actions

    by = by or document.standing.side or document.side or site.codes[0]
    actions.propose(document=document, by=by, today=today or document.day)
    return document


def turn(
    document: Document,
    side: str,
    *,
    site: SiteKeys,
    key: PrivateKey | None = None,
    today: date | None = None,
) -> Any:
    """The side turns its key for this document; returns the state that follows."""
    from visavis.record import actions

    signed = sign(document, key or site.key(side), side=side)
    return actions.turn_key(
        digest=document.digest,
        side=side,
        public_key=signed.public_key,
        signature=signed.signature,
        seat=sign_seat(document, key=key or site.key(side)) if document.seal else "",
        today=today or document.day,
    )


def open_(
    document: Document, site: SiteKeys, *, by: str = "", today: date | None = None
) -> Document:
    """Propose the document and turn the key of every side that the charter asks for."""
    propose(document, by=by, site=site, today=today)
    for side in _asked(document, site):
        turn(document, side, site=site, today=today)
    return document


def shown() -> None:
    """As if an edition had shown all that has changed so far."""
    from visavis.record.public import changed, forget_changed

    forget_changed(changed().rows)


def take_down(
    document: Document,
    side: str,
    *,
    site: SiteKeys,
    at: Any,
    key: PrivateKey | None = None,
) -> bool:
    """The side closes the document with a signed note of that day; returns whether for good."""
    from visavis.record import actions, queries
    from visavis.signing.canonical import digest_of

    note = queries.closing_note(document, side=side, today=at.date())
    holder = key or site.key(side)
    return actions.take_down(
        digest=document.digest,
        side=side,
        note=note,
        public_key=holder.public.hex,
        signature=holder.sign(digest_of(note), purpose=Purpose.CLOSING),
        at=at,
    )


def _asked(document: Document, site: SiteKeys) -> tuple[str, ...]:
    if document.kind == "charter":
        return site.codes
    if document.standing.side:
        return (document.standing.side,)
    opens = site.charter.policy[document.kind]
    if opens is Opens.EVERY_SIDE:
        return site.codes
    return (document.side or site.codes[0],)


def _made_of(document: Document, unit: str) -> str:
    return hashlib.sha256(f"{document.salt}\n{unit}".encode()).hexdigest()[:32]
