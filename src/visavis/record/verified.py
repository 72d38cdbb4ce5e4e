"""Documents judged again from their bytes: what no row in a table can talk its way past.

A row says where to look; whether it opens is asked of the bytes, the charter and the signatures, each
time anew. Only the chain of charters is remembered while the program runs, under every byte that it was
judged from (`_followed`): charters are public for ever, other documents may have to go. Three things
lie outside the database, because whoever writes into it could write them too: the digests of the
charters and recoveries so far (`charters_file`), the notes of final closings (`closings`), and the
release key.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from itertools import groupby

from django.utils import timezone

from visavis.base.data import charters_file, write_private
from visavis.signing.canonical import Digest, is_digest
from visavis.signing.charter import (
    RELEASE_KEY,
    Charter,
    CharterFault,
    Opens,
    Signature,
    keys_that_count,
    sides_that_signed,
    why_not_first_charter,
    why_not_succeed,
)
from visavis.signing.document import (
    CHARTER,
    RECOVERY,
    RELEASE_NOTE,
    BadDocumentError,
    Document,
    NewerDocumentError,
)
from visavis.signing.keys import PublicKey, Purpose
from visavis.signing.policy import why_not_open, why_sealed
from visavis.signing.recovery import (
    Recovery,
    followed,
    keys_asked_of,
    why_not_announce,
    why_not_signed,
)
from visavis.signing.signed import SignedDocument

from . import closings, models, statements
from .closing_files import kept_charters
from .owners import said_owners
from .rules import State


@dataclass(frozen=True)
class _CharterRow:
    """What the tables say of one charter, unchecked, in a form that can be compared as a whole."""

    digest: str
    data: bytes
    signatures: tuple[Signature, ...]


@dataclass(frozen=True)
class Link:
    """A charter of the chain with the recoveries of it that are right.

    ``held`` is the charter with those in force: until the next one, or on the day that was asked for.
    ``under_way`` are those that are announced and not in force by then.
    """

    charter: Charter
    held: Charter
    signed: SignedDocument
    recoveries: tuple[tuple[Recovery, SignedDocument], ...] = ()
    under_way: tuple[Recovery, ...] = ()

    @property
    def document(self) -> Document:
        return self.signed.document

    @property
    def digest(self) -> Digest:
        return self.signed.digest

    @property
    def signatures(self) -> tuple[Signature, ...]:
        return self.signed.signatures

    @property
    def documents(self) -> tuple[SignedDocument, ...]:
        """The charter and its recoveries."""
        return (self.signed, *(signed for _, signed in self.recoveries))


def charter_chain(*, on: date | None = None) -> tuple[Link, ...]:
    """Return the charters that follow rightly from the first, oldest first; empty before there is one.

    Empty too, rather than guessed, when the rows lack a charter or a recovery that is known, or when two
    first charters stand side by side: the root of trust is never a matter of luck.
    """
    today = on or timezone.now().date()
    return _followed(_charter_rows(), known=_known_charters(), today=today)


def chained(
    found: Iterable[SignedDocument], *, known: Sequence[str], today: date
) -> tuple[Link, ...]:
    """Return the chain that these charters and recoveries make, or empty if one of those ``known`` lacks."""
    return _followed_by(found, known=known, today=today)


def charters(*, on: date | None = None) -> tuple[Charter, ...]:
    """Return every charter that is or was in force, oldest first, each with the keys it came to have."""
    return tuple(link.held for link in charter_chain(on=on))


def charters_that_closed(
    handed_in: Iterable[SignedDocument] = (), *, on: date | None = None
) -> tuple[Charter, ...]:
    """Return every charter whose sides may have closed something here.

    Those in force here so far, and those that came with closing notes from outside: an older backup
    does not know the later ones. Of these only such as every side has signed, one after another, from
    one that was in force here. Not a recovery: nobody here has seen its waiting time pass.
    """
    known = {charter.digest: charter for charter in charters(on=on)}
    brought = [*kept_charters(), *handed_in]
    for each in sorted(brought, key=lambda each: each.document.version):
        before = known.get(each.document.replaces) if each.document.replaces else None
        if before is None or each.digest in known:
            continue
        try:
            charter = Charter.from_document(each.document)
        except BadDocumentError:
            continue
        if why_not_succeed(before, charter, each.signatures) is None:
            known[charter.digest] = charter
    return tuple(known.values())


def current_charter(*, on: date | None = None) -> Charter | None:
    """Return the charter as it holds, or None before every side has signed the first."""
    chain = charter_chain(on=on)
    return chain[-1].held if chain else None


def recoveries_under_way(*, on: date | None = None) -> tuple[Recovery, ...]:
    """Return the recoveries that are announced and not in force yet, the first announced first."""
    chain = charter_chain(on=on)
    return chain[-1].under_way if chain else ()


def recovery_before(side: str, *, on: date) -> Document | None:
    """Return the recovery that this side's next one takes the place of: under way, or taken back."""
    chain = charter_chain(on=on)
    last = chain[-1] if chain else None
    for recovery, signed in last.recoveries if last else ():
        if last and recovery.side == side and not recovery.is_in_force(last.charter, on=on):
            return signed.document
    return None


def why_not_recovery(
    document: Document, signatures: Collection[Signature] | None, *, on: date
) -> CharterFault | None:
    """Return why this is no recovery of the charter in force, or None; without signatures, by anybody."""
    recovery, charter, known = _beside_others(document, on=on)
    if charter is None:
        return CharterFault.NOT_THE_NEXT
    fault = why_not_announce(recovery, charter=charter, known=known)
    if fault or signatures is None:
        return fault
    return why_not_signed(recovery, signatures, charter=charter, known=known)


def sides_missing_on_charter(
    document: Document, signatures: Collection[Signature], *, before: Charter | None
) -> frozenset[str]:
    """Return the sides that a proposed charter still waits for: those it names and those before it.

    ``before`` is the charter in force, or None before the first.
    """
    proposed = Charter.from_document(document)
    missing = frozenset(proposed.side_codes) - sides_that_signed(
        proposed, document.digest, signatures
    )
    if before is not None:
        missing |= frozenset(before.side_codes) - sides_that_signed(
            before, document.digest, signatures
        )
    return missing


def sides_missing_on_recovery(
    document: Document, signatures: Collection[Signature]
) -> frozenset[str]:
    """Return the side whose recovery this is while a key of it is missing; nobody else is ever asked."""
    there = {each.public_key for each in signatures}
    missing = any(key.hex not in there for key in keys_asked_of_recovery(document))
    return frozenset({document.side or ""}) if missing else frozenset()


def keys_asked_of_recovery(document: Document) -> tuple[PublicKey, ...]:
    """Return the keys that must sign this recovery: the recovery key, and each new key that it names."""
    recovery, charter, known = _beside_others(document, on=document.day)
    return keys_asked_of(recovery, charter=charter, known=known) if charter else ()


def _beside_others(
    document: Document, *, on: date
) -> tuple[Recovery, Charter | None, list[Recovery]]:
    """Return a recovery, the last charter as it was signed, and the other recoveries of it."""
    recovery, chain = Recovery.from_document(document), charter_chain(on=on)
    if not chain:
        return recovery, None, []
    others = [each for each, signed in chain[-1].recoveries if signed.digest != document.digest]
    return recovery, chain[-1].charter, others


def remember_charters() -> None:
    """Write down, outside the database, which charters and recoveries there have been; never fewer."""
    known = _known_charters()
    found = [each.digest for link in charter_chain() for each in link.documents]
    every = dict.fromkeys((*known, *found))
    if found and len(every) > len(known):
        write_private(charters_file(), "".join(f"{digest}\n" for digest in every).encode())


def open_subject(subject: str, *, charter: Charter | None = None) -> tuple[SignedDocument, ...]:
    """Return every open document shown on this subject's page, the subject's own first.

    Of several open versions of one item only the highest counts. Cost: one query for documents, one
    for signatures, one check for each of them.
    """
    return open_together([subject], charter=charter)[subject]


def open_together(
    subjects: Collection[str], *, charter: Charter | None = None
) -> dict[str, tuple[SignedDocument, ...]]:
    """Return `open_subject` of each of these, a page of a list or so, for the same two queries."""
    charter = charter or current_charter()
    if charter is None:
        return dict.fromkeys(subjects, ())
    # A row with a note of closing beside it is not open, whatever its state column was made to say.
    rows = models.Document.objects.filter(
        subject__in=subjects, state=State.OPEN, closings__isnull=True
    ).prefetch_related("signatures")
    by_subject: dict[str, list[SignedDocument]] = {subject: [] for subject in subjects}
    for row in rows:
        found = read(row)
        if found is not None and not _is_closed_for_good(found):
            by_subject[row.subject].append(found)
    return {
        subject: subject_from(found, subject=subject, charter=charter)
        for subject, found in by_subject.items()
    }


def subject_from(
    documents: Iterable[SignedDocument], *, subject: str, charter: Charter
) -> tuple[SignedDocument, ...]:
    """Return which of these, each judged from its bytes, a subject's page shows, its own first."""
    found = [
        each
        for each in (_opened(each, charter=charter) for each in documents)
        if each is not None and each.document.subject == subject
    ]
    newest = {each.document.id: each for each in sorted(found, key=lambda e: e.document.version)}
    root = newest.get(subject)
    # What is a part, or sealed until something else is there, is never itself the page.
    if root is None or root.document.part_of is not None or root.document.seal is not None:
        return ()
    note = next((e for e in newest.values() if e.document.kind == RELEASE_NOTE), None)
    parts = sorted(
        (
            each
            for each in newest.values()
            if each is not root and not _is_sealed(each, charter=charter, question=root, note=note)
        ),
        key=lambda each: each.document.id,
    )
    return (root, *parts)


def judged(row: models.Document, *, charter: Charter) -> SignedDocument | None:
    """Return the row's document with the signatures that open it, or None; its seal is not asked here."""
    found = read(row)
    return None if found is None else _opened(found, charter=charter)


def _opened(found: SignedDocument, *, charter: Charter) -> SignedDocument | None:
    document = found.document
    signatures = _signatures_that_count(found, charter=charter)
    refusal = why_not_open(document, signatures, charter=charter)
    return None if refusal else SignedDocument(document=document, signatures=signatures)


def read(row: models.Document) -> SignedDocument | None:
    """Return the document of a row and the signatures stored for it, unchecked; None for no document."""
    signatures = (
        Signature(each.side, each.public_key, each.signature) for each in row.signatures.all()
    )
    return _read(row.digest, bytes(row.data), signatures)


def _read(digest: str, data: bytes, signatures: Iterable[Signature]) -> SignedDocument | None:
    try:
        document = Document.from_bytes(data)
    except BadDocumentError:
        return None
    if document.digest != digest:
        return None
    in_order = sorted(signatures, key=lambda each: (each.side, each.public_key))
    return SignedDocument(document=document, signatures=tuple(in_order))


def of_newer_versions() -> Counter[tuple[str, str]]:
    """Count by kind and format what is open but was written by a newer version: it is not shown here."""
    found: Counter[tuple[str, str]] = Counter()
    rows = models.Document.objects.filter(state=State.OPEN).values_list("kind", "data")
    for kind, data in rows.iterator():
        try:
            Document.from_bytes(bytes(data))
        except NewerDocumentError as error:
            found[kind, error.format] += 1
        except BadDocumentError:
            continue
    return found


def _charter_rows() -> tuple[_CharterRow, ...]:
    """Return what the tables say now."""
    return tuple(_CharterRow(*row) for row in statements.charters())


@lru_cache(maxsize=8)
def _followed(
    rows: tuple[_CharterRow, ...], *, known: tuple[str, ...], today: date
) -> tuple[Link, ...]:
    """Return the charters that follow rightly from the first, each as its rules and as its document.

    Remembered under the bytes, the signatures, the charters known before and the day: everything that
    the answer depends on. Whatever is changed in a row is therefore judged anew. Nothing is handed in
    that could ever be secret or be closed for good.
    """
    each_read = (_read(row.digest, row.data, row.signatures) for row in rows)
    found = [each for each in each_read if each is not None]
    return _followed_by(found, known=known, today=today)


def _followed_by(
    found: Iterable[SignedDocument], *, known: Sequence[str], today: date
) -> tuple[Link, ...]:
    every: dict[str, SignedDocument] = {each.digest: each for each in found}
    if not set(known) <= every.keys():
        return ()
    recoveries = [each for each in every.values() if each.document.kind == RECOVERY]
    in_order = sorted(
        (each for each in every.values() if each.document.kind == CHARTER),
        key=lambda each: (each.document.version, each.digest),
    )
    known_charters = [digest for digest in known if every[digest].document.kind == CHARTER]
    chain: list[Link] = []
    for _, versions in groupby(in_order, key=lambda each: each.document.version):
        rightful = _rightful(versions, before=chain[-1] if chain else None, recoveries=recoveries)
        if len(chain) < len(known_charters):
            rightful = [
                each for each in rightful if each.charter.digest == known_charters[len(chain)]
            ]
        elif not chain and len(rightful) > 1:
            return ()
        if rightful:
            if chain:
                chain[-1] = _ended(chain[-1], recoveries, on=rightful[0].charter.document.day)
            chain.append(rightful[0])
    if len(chain) < len(known_charters):
        return ()
    if chain:
        chain[-1] = _with(chain[-1], recoveries, on=today)
    return tuple(chain) if _are_all_there(chain, known, every) else ()


def _rightful(
    versions: Iterable[SignedDocument], *, before: Link | None, recoveries: Sequence[SignedDocument]
) -> list[Link]:
    """Return those that follow ``before``, as it holds on the day of each."""
    rightful = []
    for each in versions:
        try:
            charter = Charter.from_document(each.document)
        except BadDocumentError:
            continue
        held = _with(before, recoveries, on=charter.document.day).held if before else None
        signatures = _signatures_on_charter(each, charter, held)
        if held is None:
            fault = why_not_first_charter(charter, signatures)
        else:
            fault = why_not_succeed(held, charter, signatures)
        if fault is None:
            rightful.append(Link(charter, charter, SignedDocument(each.document, signatures)))
    return rightful


def _with(link: Link, recoveries: Iterable[SignedDocument], *, on: date) -> Link:
    """Return the link as it holds on a day, with the right ones among these recoveries."""
    own = []
    for each in recoveries:
        try:
            if Recovery.from_document(each.document).charter == link.charter.digest:
                own.append(each)
        except BadDocumentError:
            continue
    found = followed(link.charter, own, on=on)
    right = []
    for recovery, signed in found.right:
        known = [each for each, _ in found.right if each is not recovery]
        asked = keys_asked_of(recovery, charter=link.charter, known=known)
        holders = {key.hex: recovery.side for key in asked}
        named = _true_signatures(signed, holders)
        right.append((recovery, SignedDocument(signed.document, named)))
    under_way = (each for each, _ in right if each.keys)
    return replace(
        link,
        held=found.charter,
        recoveries=tuple(right),
        under_way=tuple(each for each in under_way if not each.is_in_force(link.charter, on=on)),
    )


def _ended(link: Link, recoveries: Iterable[SignedDocument], *, on: date) -> Link:
    """Return the link as the next charter found it: recoveries that were under way are over."""
    whole = _with(link, recoveries, on=on)
    in_force = [pair for pair in whole.recoveries if pair[0].is_in_force(link.charter, on=on)]
    return replace(whole, recoveries=tuple(in_force), under_way=())


def _are_all_there(
    chain: Sequence[Link], known: Sequence[str], every: Mapping[str, SignedDocument]
) -> bool:
    """Whether each known recovery is right, or a later version of it: no row brings an older one back."""
    items: dict[str, int] = {}
    for link in chain:
        for recovery, _ in link.recoveries:
            items[recovery.document.id] = recovery.document.version
    last = {link.charter.digest for link in chain[-1:]}
    return all(
        items.get(each.document.id, 0) >= each.document.version
        for each in (every[digest] for digest in known)
        if each.document.kind == RECOVERY and each.document.body.get("charter") in last
    )


def _known_charters() -> tuple[str, ...]:
    try:
        lines = charters_file().read_bytes().decode("ascii").split()
    except FileNotFoundError:
        return ()
    return tuple(line for line in lines if is_digest(line))


def _signatures_on_charter(
    found: SignedDocument, charter: Charter, before: Charter | None
) -> tuple[Signature, ...]:
    holders: dict[str, str] = {}
    for each in filter(None, (before, charter)):
        for side in each.sides:
            holders |= {side.public_key.hex: side.code, side.recovery_key.hex: side.code}
    return _true_signatures(found, holders)


def _signatures_that_count(found: SignedDocument, *, charter: Charter) -> tuple[Signature, ...]:
    """Return the signatures of this charter's keys, under the names that the charter gives them.

    What else a row holds, a false name or a signature by nobody, would be published with the document.
    """
    document = found.document
    holders = {
        key.hex: side.code for side in charter.sides for key in keys_that_count(side, found.digest)
    }
    holders[charter.release_key.hex] = RELEASE_KEY
    named = tuple(each for each in found.signatures if each.public_key in holders)
    needs_all = charter.opens(document.kind) is Opens.EVERY_SIDE and document.standing.is_joint
    if len(named) <= (len(charter.sides) if needs_all else 1):
        # No more than it takes to open: if one of them is false, the document does not open at all.
        return _named(named, holders)
    return _true_signatures(found, holders)


def _true_signatures(found: SignedDocument, holders: Mapping[str, str]) -> tuple[Signature, ...]:
    true = [
        each
        for each in found.signatures
        if each.public_key in holders
        and PublicKey(each.public_key).has_signed(
            found.digest, purpose=Purpose.DOCUMENT, signature=each.signature
        )
    ]
    return _named(true, holders)


def _named(signatures: Iterable[Signature], holders: Mapping[str, str]) -> tuple[Signature, ...]:
    named = (replace(each, side=holders[each.public_key]) for each in signatures)
    return tuple(sorted(named, key=lambda each: (each.side, each.public_key)))


def _is_sealed(
    part: SignedDocument, *, charter: Charter, question: SignedDocument, note: SignedDocument | None
) -> bool:
    refusal = why_sealed(
        part.document,
        charter=charter,
        question=question.document,
        note=note.document if note else None,
        note_signatures=note.signatures if note else (),
    )
    return refusal is not None


def _is_closed_for_good(found: SignedDocument) -> bool:
    return closings.is_noted(found.digest) and closings.is_closed_for_good(
        found.document, charters=charters_that_closed(), owners=said_owners(found.document)
    )
