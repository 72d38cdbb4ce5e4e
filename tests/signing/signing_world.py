"""A small joint site for the tests of this room: sides with keys, a charter, documents, a record.

Everything is made here from `signing` and `press.store` alone: no Django, no database.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from cast import POLICY
from visavis.press.store import Content, Root, Store
from visavis.signing.canonical import Digest, new_id, new_salt
from visavis.signing.charter import (
    RELEASE_KEY,
    Charter,
    CharterSide,
    Signature,
    Waiting,
    charter_body,
)
from visavis.signing.document import JOINT, Document, Seats, SeatsFilled, Standing
from visavis.signing.keys import PrivateKey, PublicKey, Purpose
from visavis.signing.recovery import NewKeys, recovery_body
from visavis.signing.seats import digest_of_seat, seal_for
from visavis.signing.signatures import keys_file
from visavis.signing.signed import SignedDocument

DAY = date(2030, 5, 2)
LANGUAGES = {"az": ("az", "en"), "hy": ("hy", "en"), "ka": ("ka", "en")}


@dataclass
class World:
    """Two sides or three, their keys in hand, and the charter they have signed."""

    codes: tuple[str, ...] = ("az", "hy")
    day: date = DAY
    keys: dict[str, PrivateKey] = field(default_factory=dict)
    recovery: dict[str, PrivateKey] = field(default_factory=dict)
    release_key: PrivateKey = field(default_factory=PrivateKey.new)
    waiting: Waiting = field(default_factory=Waiting)

    def __post_init__(self) -> None:
        for code in self.codes:
            self.keys.setdefault(code, PrivateKey.new())
            self.recovery.setdefault(code, PrivateKey.new())
        self.charter = self.first_charter()
        self.charter_signatures = self.signed(self.charter.document, *self.codes)

    def first_charter(self) -> Charter:
        site = new_id()
        languages = tuple(sorted({code for each in self.codes for code in LANGUAGES[each]}))
        document = Document(
            site=site,
            kind="charter",
            id=site,
            version=1,
            replaces=None,
            made_from=(),
            standing=JOINT,
            side=None,
            day=self.day,
            salt=new_salt(),
            languages=languages,
            shape="charter-1",
            body={},
        )
        charter = Charter(
            document=document,
            names=dict.fromkeys(languages, "Bulaq"),
            sides=tuple(
                CharterSide(
                    code=code,
                    names=dict.fromkeys(languages, f"Side {code}"),
                    languages=LANGUAGES[code],
                    public_key=self.keys[code].public,
                    recovery_key=self.recovery[code].public,
                )
                for code in self.codes
            ),
            release_key=self.release_key.public,
            languages=languages,
            policy=dict(POLICY),
            waiting=self.waiting,
        )
        return written(charter)

    def next_charter(self, **changes: Any) -> Charter:
        """The charter in force with some values changed, as its next version; nobody has signed it."""
        day = changes.pop("day", self.charter.document.day)
        document = replace(
            self.charter.document,
            version=self.charter.document.version + 1,
            replaces=self.charter.digest,
            salt=new_salt(),
            day=day,
        )
        return written(replace(self.charter, document=document, **changes))

    def recovery_of(
        self,
        code: str,
        key: PrivateKey,
        *,
        carried: Iterable[Digest] = (),
        recovery_key: PublicKey | None = None,
        before: Document | None = None,
        taken_back: bool = False,
        **changes: Any,
    ) -> Document:
        """The recovery of a side's key with this new one; nobody has signed it."""
        keys = NewKeys(
            public_key=key.public,
            recovery_key=recovery_key or self.recovery[code].public,
            carried=frozenset(carried),
        )
        values: dict[str, Any] = {
            "side": code,
            "languages": (),
            "body": recovery_body(self.charter.digest, None if taken_back else keys),
        }
        if before is not None:
            values |= {"id": before.id, "version": before.version + 1, "replaces": before.digest}
        return self.document("recovery", **{**values, **changes})

    def signed_recovery(self, document: Document, key: PrivateKey | None) -> SignedDocument:
        """The recovery with its side's recovery key under it, and the new key if there is one."""
        code = document.side or ""
        holders = [self.recovery[code], *([key] if key else [])]
        signatures = tuple(signature_of(document, holder, side=code) for holder in holders)
        return SignedDocument(document, signatures)

    def sign(self, document: Document, code: str) -> Signature:
        key = self.release_key if code == RELEASE_KEY else self.keys[code]
        return signature_of(document, key, side=code)

    def signed(self, document: Document, *codes: str) -> tuple[Signature, ...]:
        return tuple(self.sign(document, code) for code in codes)

    def document(self, kind: str = "article", **changes: Any) -> Document:
        values: dict[str, Any] = {
            "site": self.charter.site,
            "kind": kind,
            "id": new_id(),
            "version": 1,
            "replaces": None,
            "made_from": (),
            "standing": JOINT,
            "side": None,
            "seal": None,
            "day": self.day,
            "salt": new_salt(),
            "languages": ("en",),
            "shape": f"{kind}-1",
            "body": {"versions": {"en": {"title": "The well", "units": []}}},
        }
        return Document(**{**values, **changes})

    def question(self, *, empty: Iterable[str] = (), **changes: Any) -> Document:
        body = {
            "versions": {"en": {"text": "What did you plant first?", "note": ""}},
            "tense": "past",
            "word_limit": 200,
        }
        seats = Seats(sides=self.codes, until=self.day - timedelta(days=30), empty=tuple(empty))
        if seats.empty:
            changes = {"version": 2, "replaces": Digest("d" * 64), **changes}
        return self.document("question", **{"body": body, "seats": seats, **changes})

    def answer(self, question: Document, code: str, **changes: Any) -> Document:
        values: dict[str, Any] = {
            "side": code,
            "made_from": (question.source,),
            "part_of": question.id,
            "seal": seal_for(question),
            "body": {"original": "en", "versions": {}, "pen_name": "Nar"},
        }
        return self.document("answer", **{**values, **changes})

    def note(self, question: Document, answers: Mapping[str, Document]) -> Document:
        seats = {
            code: {
                "id": answer.id,
                "digest": answer.digest,
                "public_key": self.keys[code].public.hex,
                "signature": self.keys[code].sign(
                    digest_of_seat(question=question.id, answer=answer.digest),
                    purpose=Purpose.SEAT,
                ),
            }
            for code, answer in answers.items()
        }
        return self.document(
            "release",
            made_from=(question.source,),
            part_of=question.id,
            body={"seats": seats},
        )

    def alone(self, code: str, **changes: Any) -> Document:
        asked = changes.pop("asked_on", self.day - timedelta(days=self.waiting.unanswered_days))
        return self.document(standing=Standing(side=code, asked_on=asked), **changes)

    def documents(self) -> list[tuple[Document, tuple[Signature, ...]]]:
        """One of each standing: joint, alone, own words, sealed and released, computed."""
        article, question = self.document(), self.question()
        translation = self.document(
            "translation",
            made_from=(article.source,),
            part_of=article.id,
            side=self.codes[0],
            body={"language": "az"},
        )
        alone = self.alone(self.codes[1])
        answers = {code: self.answer(question, code) for code in self.codes}
        note = self.note(question, answers)
        return [
            (article, self.signed(article, *self.codes)),
            (question, self.signed(question, *self.codes)),
            (translation, self.signed(translation, self.codes[0])),
            (alone, self.signed(alone, self.codes[1])),
            (note, self.signed(note, RELEASE_KEY)),
            *((answer, self.signed(answer, code)) for code, answer in answers.items()),
        ]

    def chain(self) -> list[tuple[Document, tuple[Signature, ...]]]:
        return [(self.charter.document, self.charter_signatures)]

    def press(
        self,
        public: Path,
        documents: Iterable[tuple[Document, tuple[Signature, ...]]],
        *,
        pages: Mapping[str, Content | None] | None = None,
        chain: Iterable[tuple[Document, tuple[Signature, ...]]] | None = None,
        recoveries: Iterable[SignedDocument] = (),
        **changes: Any,
    ) -> Root:
        """Write an edition that holds these documents, the charters and some pages."""
        charters = list(self.chain() if chain is None else chain)
        content: dict[str, Content | None] = dict(PAGES if pages is None else pages)
        recoveries = list(recoveries)
        every = [*charters, *documents, *((each.document, each.signatures) for each in recoveries)]
        for document, signatures in every:
            content |= dict(files_of(document, signatures))
        values: dict[str, Any] = {
            "site": self.charter.site,
            "day": self.day,
            "valid_until": self.day + timedelta(days=30),
            "charters": [document.digest for document, _ in charters],
            "recoveries": [each.digest for each in recoveries],
            "key": self.release_key,
        }
        return Store(public).write_edition(content, **{**values, **changes})


PAGES: dict[str, Content] = {
    "index.html": Content(b"<!doctype html><title>Bulaq</title>" + b"<p>the same well " * 40),
    "en/index.html": Content(b"<!doctype html><title>Home</title>" + b"<p>who plants a tree " * 40),
    "en/404.html": Content(b"<p>Nothing is here."),
    "404.html": Content(b"<p>Nothing is here."),
    "assets/serif.0a1b2c3d.woff2": Content(bytes(range(256)) * 4, compressible=False),
}


def files_of(document: Document, signatures: Iterable[Signature]) -> Iterator[tuple[str, Content]]:
    yield f"documents/{document.digest}.json", Content(document.data)
    yield f"documents/{document.digest}.keys.json", Content(keys_file(signatures))


def written(charter: Charter) -> Charter:
    """The charter with a document whose body says what its values say."""
    return Charter.from_document(replace(charter.document, body=charter_body(charter)))


def signature_of(document: Document, key: PrivateKey, *, side: str) -> Signature:
    signature = key.sign(document.digest, purpose=Purpose.DOCUMENT)
    return Signature(side=side, public_key=key.public.hex, signature=signature)


def rekeyed(charter: Charter, code: str, **keys: Any) -> tuple[CharterSide, ...]:
    """The sides, one of them with another key and its old one among the former."""
    return tuple(
        replace(side, former_keys=(*side.former_keys, side.public_key), **keys)
        if side.code == code
        else side
        for side in charter.sides
    )


__all__ = [
    "DAY",
    "Digest",
    "SeatsFilled",
    "World",
    "files_of",
    "rekeyed",
    "signature_of",
    "written",
]
