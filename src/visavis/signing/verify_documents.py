"""May every document of a record be shown? Asked of the bytes, the signatures and the charter alone.

1. The chain of charters begins with one that all its sides signed, each next one rightly follows, and
   the charter that the reader trusts is one of them. The last one is in force, with the recoveries of it
   whose time has passed.
2. Every document lies under its own digest, is a document, has a day that the edition has reached,
   and has the keys that the charter in force asks for, each a true signature.
3. A sealed one has its question and the release note that opens it; what the note names as an answer,
   if it is here, is that side's answer to that question.
4. No item has two versions here, but an answer that was changed after its release may have the words beside
   it that the release note names. What a document was made from is here, in some version.
5. What has the number of a newer version is judged by its signatures alone and set aside. It must bear a
   key of the charters. A charter that is set aside ends what can be judged of the chain.
6. In the end every path below ``documents/`` has been judged: what was passed over is named.

Memory: some hundred bytes a document; bytes are read one document at a time.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from .canonical import Digest
from .charter import (
    RELEASE_KEY,
    Charter,
    CharterFault,
    Opens,
    Signature,
    keys_that_count,
    why_not_first_charter,
    why_not_succeed,
)
from .document import (
    CHARTER,
    LARGEST_DOCUMENT,
    RECOVERY,
    RELEASE_NOTE,
    BadDocumentError,
    Document,
    NewerDocumentError,
)
from .files import FileError, read_blob
from .keys import BadKeyError, PublicKey, Purpose
from .manifest import Entry, Root, blob_name
from .policy import why_not_open, why_sealed
from .problems import ProblemKind, kind_of
from .recovery import Recovery, followed, keys_asked_of
from .seats import seats_named
from .signatures import LARGEST_KEYS_FILE, BadKeysFileError, read_keys
from .signed import SignedDocument
from .verify_files import Files


@dataclass
class Documents:
    """One look at all documents of a record; problems go where those of its files go."""

    files: Files
    today: date
    counts: Counter[str] = field(default_factory=Counter)
    shapes: Counter[tuple[str, str]] = field(default_factory=Counter)
    """How many documents there are of each kind and shape."""
    _judged: set[Digest] = field(default_factory=set)
    _items: dict[str, Digest] = field(default_factory=dict)
    _twice: dict[str, list[Digest]] = field(default_factory=dict)
    _sources: list[tuple[Digest, str]] = field(default_factory=list)
    _sealed: dict[str, list[Digest]] = field(default_factory=dict)
    _notes: dict[str, list[Digest]] = field(default_factory=dict)
    _newer: dict[Digest, tuple[Signature, ...]] = field(default_factory=dict)
    _charters: list[Charter] = field(default_factory=list)
    _recoveries: dict[Digest, list[SignedDocument]] = field(default_factory=dict)
    newer_charter: Digest | None = None
    """The first charter of the chain that a newer version wrote. Which key is in force is then unknown."""

    @property
    def root(self) -> Root:
        return self.files.root

    # Charters

    @cached_property
    def charter(self) -> Charter | None:
        """The charter as it holds, if the whole chain up to it does; each fault is named.

        None as well where a newer version wrote one of them, or a recovery.
        """
        newer_recovery = self._read_recoveries()
        if self.files.problems:
            return None
        before: Charter | None = None
        for digest in self.root.charters:
            opened = self._opened_of_chain(digest)
            if self.newer_charter is not None:
                continue  # read for its signatures; what it follows is not known here
            if opened is None and digest in self._newer:
                self.newer_charter = digest
                continue
            if opened is None:
                return None
            charter, fault = self._next(opened, before)
            if fault is CharterFault.NOT_SIGNED_BY_THE_OLD_SIDES and newer_recovery:
                self.newer_charter = newer_recovery  # the old sides may have other keys by then
                continue
            if fault or charter is None:
                self._name(digest, ProblemKind.BAD_CHARTER, fault or CharterFault.NOT_A_CHARTER)
                return None
            before = charter
        self.newer_charter = self.newer_charter or newer_recovery
        if before is None or self.newer_charter:
            return None
        for of in self._recoveries.keys() - set(self.root.charters):
            for each in self._recoveries[of]:
                self._name(each.digest, ProblemKind.BAD_CHARTER, "of no charter of the chain")
        # A root that is dated ahead does not shorten anybody's waiting time.
        return self._held(before, on=min(self.root.day, self.today))

    def _next(
        self, opened: SignedDocument, before: Charter | None
    ) -> tuple[Charter | None, CharterFault | None]:
        """Return the next charter of the chain, or why it is none."""
        try:
            charter = Charter.from_document(opened.document)
        except BadDocumentError as error:
            return None, CharterFault(str(error))
        if charter.site != self.root.site:
            return None, CharterFault.ANOTHER_SITE
        if before is None:
            fault = why_not_first_charter(charter, opened.signatures)
        else:
            held = self._held(before, on=charter.document.day)
            fault = why_not_succeed(held, charter, opened.signatures)
        if fault is None:
            self._charters.append(charter)
            holders: dict[str, str] = {}
            for each in self._charters:
                holders |= _every_holder(each)
            self._check_names(opened, holders)
        return charter, fault

    def _read_recoveries(self) -> Digest | None:
        """Read every recovery that the root names; return one that is newer, or None.

        The first fault is named and ends the reading: nobody is known yet who vouches for the rest.
        """
        newer = None
        for digest in self.root.recoveries:
            opened = self._opened_of_chain(digest)
            if opened is None:
                if digest not in self._newer:
                    return newer
                newer = digest
                continue
            try:
                recovery = Recovery.from_document(opened.document)
            except BadDocumentError as error:
                self._name(digest, ProblemKind.BAD_CHARTER, str(error))
                return newer
            self._recoveries.setdefault(recovery.charter, []).append(opened)
        return newer

    def _held(self, charter: Charter, *, on: date) -> Charter:
        """Return the charter as it holds on a day; what is no right recovery of it is named."""
        found = followed(charter, self._recoveries.get(charter.digest, []), on=on)
        for digest, fault in found.faults.items():
            self._name(digest, ProblemKind.BAD_CHARTER, fault)
        for recovery, opened in found.right:
            known = [each for each, _ in found.right if each is not recovery]
            asked = keys_asked_of(recovery, charter=charter, known=known)
            self._check_names(opened, {key.hex: recovery.side for key in asked})
        self._charters.append(found.charter)
        return found.charter

    def may_go_on(self, root_key: PublicKey) -> bool:
        """Whether somebody whom the known charters name has a part in the newer one, or in the root.

        Else a stranger could write one and call it newer.
        """
        if not self._charters or self.newer_charter is None:
            return True
        last = self._charters[-1]
        keys = {key.hex for side in last.sides for key in (side.public_key, side.recovery_key)}
        signed = {each.public_key for each in self._newer[self.newer_charter]}
        return root_key == last.release_key or not keys.isdisjoint(signed)

    # Documents

    def read(self) -> None:
        """Judge every document of the record."""
        for digest in sorted(self.files.documents):
            self.files.tell(1)
            opened = self._opened(digest)
            if opened is None:
                continue
            kind = opened.document.kind
            if kind in {CHARTER, RECOVERY}:
                chain = self.root.charters if kind == CHARTER else self.root.recoveries
                if digest not in chain:
                    self._name(digest, ProblemKind.BAD_CHARTER, "not one of the chain")
                elif opened.document.day > self.root.day:
                    day = opened.document.day.isoformat()
                    self._name(digest, ProblemKind.FROM_THE_FUTURE, day)
                self.counts[kind] += 1
                self._count_shape(opened.document)
                self._judged.add(digest)
            elif self.charter is not None:
                self._judge(opened, charter=self.charter)
        for digest in sorted(self.files.keys_files.keys() - self.files.documents.keys()):
            entry = self.files.keys_files[digest]
            self.files.name(blob_name(entry.blob), ProblemKind.BAD_KEYS, "no document beside it")
        self._judge_newer()
        if self.charter is not None and self.files.is_whole:
            self._judge_together(self.charter)
        self._check_all_are_judged()

    def _judge(self, opened: SignedDocument, *, charter: Charter) -> None:
        document, digest = opened.document, opened.document.digest
        refusal = why_not_open(document, opened.signatures, charter=charter)
        if refusal:
            self._name(digest, ProblemKind.NOT_OPEN, refusal)
        self._check_names(opened, _holders(charter, digest=digest))
        if document.day > self.root.day:
            self._name(digest, ProblemKind.FROM_THE_FUTURE, document.day.isoformat())
        if document.id in self._items:
            self._twice.setdefault(document.id, [self._items[document.id]]).append(digest)
        self._items[document.id] = digest
        self._sources += [(digest, source.id) for source in document.made_from]
        if document.seal is not None:
            self._sealed.setdefault(document.seal.question, []).append(digest)
        if document.kind == RELEASE_NOTE and document.part_of is not None:
            self._notes.setdefault(document.part_of, []).append(digest)
        self.counts[_standing(document, charter=charter)] += 1
        self._count_shape(document)
        self._judged.add(digest)

    def _count_shape(self, document: Document) -> None:
        self.shapes[document.kind, document.shape] += 1

    def _judge_newer(self) -> None:
        """Whatever its rules are, a document has a key of some charter, and each key under its own name.

        Keys that the known charters do not name may be of a charter, or a recovery, that is newer itself.
        """
        holders: dict[str, str] = {}
        for charter in self._charters:
            holders |= _every_holder(charter)
        for digest, signatures in sorted(self._newer.items()):
            if not signatures or (
                self.charter and holders.keys().isdisjoint(each.public_key for each in signatures)
            ):
                self._name(digest, ProblemKind.NOT_OPEN)
            if any(holders.get(each.public_key, each.side) != each.side for each in signatures):
                self._name_false_holder(digest)

    def _check_all_are_judged(self) -> None:
        """A document that was passed over, whatever the reason, would be called right unread.

        With a problem named the record is wrong already, and much may rightly be left unjudged.
        """
        if self.files.problems or self.newer_charter is not None:
            return
        seen = self._judged | self._newer.keys()
        for digest in sorted((self.files.documents.keys() | self.files.keys_files) - seen):
            self._once(f"documents/{digest}.json", ProblemKind.NOT_JUDGED)

    def _check_names(self, opened: SignedDocument, holders: Mapping[str, str]) -> None:
        """A signature counts for the holder of its key; it must not be shown under another name."""
        if any(holders.get(each.public_key) != each.side for each in opened.signatures):
            self._name_false_holder(opened.document.digest)

    def _name_false_holder(self, digest: Digest) -> None:
        entry = self.files.keys_files[digest]
        detail = f"documents/{digest}.keys.json: a key under a false name"
        self._once(blob_name(entry.blob), ProblemKind.BAD_KEYS, detail)

    def _judge_together(self, charter: Charter) -> None:
        """Judge what depends on other documents; not where those may be among the newer ones."""
        for item, digests in sorted(self._twice.items()):
            if not self._are_first_and_changed(digests):
                self._name(digests[-1], ProblemKind.TWO_VERSIONS, item)
        for digest, source in self._sources:
            if source not in self._items and not self._newer:
                self._name(digest, ProblemKind.SOURCE_MISSING, source)
        for item, digests in self._sealed.items():
            question = self._of_item(item)
            notes = self._notes.get(item)
            note = self._opened(notes[-1]) if notes else None
            if self._newer and (question is None or note is None):
                continue
            for digest in digests:
                self._judge_sealed(digest, question, note, charter=charter)
        for item, notes in sorted(self._notes.items()):
            for digest in notes:
                self._judge_note(digest, question=item, charter=charter)

    def _are_first_and_changed(self, digests: list[Digest]) -> bool:
        """Whether these are an answer as it was released and as it reads since, and nothing more."""
        found = [each for each in map(self._opened, digests) if each is not None]
        found.sort(key=lambda each: each.document.version)
        if len(found) != 2 or found[0].document.version == found[1].document.version:
            return False
        first = found[0].document
        notes = self._notes.get(first.seal.question, []) if first.seal else []
        note = self._opened(notes[-1]) if notes else None
        named = {digest for _, digest, _ in seats_named(note.document)} if note else set()
        return first.digest in named and found[1].document.seal is not None

    def _judge_sealed(
        self,
        digest: Digest,
        question: SignedDocument | None,
        note: SignedDocument | None,
        *,
        charter: Charter,
    ) -> None:
        opened = self._opened(digest)
        if opened is None:
            return
        refusal = why_sealed(
            opened.document,
            charter=charter,
            question=question.document if question else None,
            note=note.document if note else None,
            note_signatures=note.signatures if note else (),
        )
        if refusal:
            self._name(digest, ProblemKind.SEALED)

    def _judge_note(self, digest: Digest, *, question: str, charter: Charter) -> None:
        """A note that calls some other document of a side its answer would open the rest too early."""
        note = self._opened(digest)
        for code, named, item in seats_named(note.document) if note else ():
            # A seat of no side is read no further: there may be thousands.
            if named in self.files.documents and not (
                code in charter.side_codes and self._is_answer(named, code, item, question=question)
            ):
                self._name(digest, ProblemKind.SEALED, f"{named} is no answer of {code}")

    def _is_answer(self, digest: Digest, code: str, item: object, *, question: str) -> bool:
        """Whether what a seat names is this side's answer; what cannot be read is named elsewhere."""
        answer = self._opened(digest)
        if answer is None:
            return True
        document = answer.document
        seal = document.seal
        is_of_question = seal is not None and seal.question == question
        return is_of_question and (document.side, document.id) == (code, item)

    # Reading one document

    def _of_item(self, item: str) -> SignedDocument | None:
        return self._opened_or_none(self._items.get(item))

    def _opened_or_none(self, digest: Digest | None) -> SignedDocument | None:
        return None if digest is None else self._opened(digest)

    def _opened_of_chain(self, digest: Digest) -> SignedDocument | None:
        """Return a charter or a recovery before the trie is read; what its disk refuses is named here."""
        self.files.find_document(digest)
        return self._opened(digest, is_of_chain=True)

    def _opened(self, digest: Digest, *, is_of_chain: bool = False) -> SignedDocument | None:
        """Return a document with its signatures, or None with its fault named, once."""
        entry, keys_entry = self.files.documents.get(digest), self.files.keys_files.get(digest)
        if entry is None or keys_entry is None:
            if self.files.is_whole:
                missing = f"documents/{digest}{'.json' if entry is None else '.keys.json'}"
                self._once(missing, ProblemKind.MISSING)
            return None
        if entry.size > LARGEST_DOCUMENT:
            self._name(digest, ProblemKind.BAD_DOCUMENT, f"larger than {LARGEST_DOCUMENT} bytes")
            return None
        if keys_entry.size > LARGEST_KEYS_FILE:
            detail = f"documents/{digest}.keys.json: larger than {LARGEST_KEYS_FILE} bytes"
            self._once(blob_name(keys_entry.blob), ProblemKind.BAD_KEYS, detail)
            return None
        if entry.blob != digest:
            # Asked before anything is read: one file under many digests would be read for each.
            self._name(digest, ProblemKind.BAD_DOCUMENT, f"its digest is {entry.blob}")
            return None
        try:
            data = read_blob(self.files.record, entry.blob, largest=LARGEST_DOCUMENT)
            signed = read_blob(self.files.record, keys_entry.blob, largest=LARGEST_KEYS_FILE)
        except FileError as error:
            if is_of_chain:
                self._once(error.name, kind_of(error.fault))
            return None  # named with the other files, or in the end as not judged
        try:
            document = Document.from_bytes(data)
        except NewerDocumentError as error:
            self._set_aside(digest, signed, newer=error)
            return None
        except BadDocumentError as error:
            self._name(digest, ProblemKind.BAD_DOCUMENT, str(error))
            return None
        signatures = self._signatures(digest, signed, keys_entry)
        return None if signatures is None else SignedDocument(document, signatures)

    def _set_aside(self, digest: Digest, signed: bytes, *, newer: NewerDocumentError) -> None:
        """Nothing is read of what a newer version wrote; its bytes and its signatures are right or wrong."""
        signatures = self._signatures(digest, signed, self.files.keys_files[digest])
        if signatures is not None:
            self._newer[digest] = signatures
            self.files.newer[blob_name(self.files.documents[digest].blob)] = newer.format

    def _signatures(
        self, digest: Digest, data: bytes, entry: Entry
    ) -> tuple[Signature, ...] | None:
        name = blob_name(entry.blob)
        try:
            signatures = read_keys(data)
        except BadKeysFileError as error:
            self._once(name, ProblemKind.BAD_KEYS, str(error))
            return None
        if not all(_is_true(each, digest) for each in signatures):
            self._once(
                name, ProblemKind.BAD_KEYS, f"a false signature under documents/{digest}.json"
            )
            return None
        return signatures

    def _name(self, digest: Digest, kind: ProblemKind, detail: str = "") -> None:
        entry = self.files.documents[digest]
        where = f"documents/{digest}.json"
        self._once(blob_name(entry.blob), kind, f"{where}: {detail}" if detail else where)

    def _once(self, name: str, kind: ProblemKind, detail: str = "") -> None:
        if self.files.bad.get(name) is not kind:
            self.files.name(name, kind, detail)


def _holders(charter: Charter, *, digest: Digest) -> dict[str, str]:
    """Return whose keys may stand under a document: public key → side, or ``release``."""
    holders = {
        key.hex: side.code for side in charter.sides for key in keys_that_count(side, digest)
    }
    holders[charter.release_key.hex] = RELEASE_KEY
    return holders


def _every_holder(charter: Charter) -> dict[str, str]:
    """Return every key that a charter names, whatever it opens: public key → side, or ``release``."""
    holders = {
        key.hex: side.code
        for side in charter.sides
        for key in (side.public_key, side.recovery_key, *side.former_keys)
    }
    return {**holders, charter.release_key.hex: RELEASE_KEY}


def _is_true(signed: Signature, digest: Digest) -> bool:
    try:
        holder = PublicKey(signed.public_key)
    except BadKeyError:
        return False
    return holder.has_signed(digest, purpose=Purpose.DOCUMENT, signature=signed.signature)


def _standing(document: Document, *, charter: Charter) -> str:
    """Return under what a document counts in the summary: joint, a side's own, computed."""
    if not document.standing.is_joint:
        return f"alone:{document.standing.side}"
    opens = charter.opens(document.kind)
    if opens is Opens.EVERY_SIDE:
        return "joint"
    if opens is Opens.RELEASE_KEY:
        return "computed"
    return f"own:{document.side}" if document.side else "readers"
