"""The charters that follow rightly from the first, each with its recoveries, judged from their bytes.

The chain is remembered while the program runs, under every byte that it was judged from (`_followed`):
charters are public for ever. The digests of the charters and recoveries so far lie outside the database
(`charters_file`), because somebody who writes into the database could write those too.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from itertools import groupby

from django.utils import timezone

from visavis.base.data import charters_file, write_private
from visavis.base.missing import NotFound
from visavis.signing.canonical import Digest, is_digest
from visavis.signing.charter import (
    Charter,
    CharterFault,
    Signature,
    sides_that_signed,
    why_not_first_charter,
    why_not_succeed,
)
from visavis.signing.document import (
    CHARTER,
    RECOVERY,
    BadDocumentError,
    Document,
)
from visavis.signing.keys import PublicKey
from visavis.signing.recovery import (
    Recovery,
    followed,
    keys_asked_of,
    why_not_announce,
    why_not_signed,
)
from visavis.signing.signed import SignedDocument

from . import statements
from .closing_files import kept_charters
from .stored import read_bytes, true_signatures


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


def charter_in_force() -> Charter:
    """Return the charter as it holds, for a page that there is only under one; or raise NotFound."""
    charter = current_charter()
    if charter is None:
        raise NotFound
    return charter


def charter_and_recoveries(
    *, on: date | None = None
) -> tuple[Charter | None, tuple[Recovery, ...]]:
    """Return the charter as it holds, and the recoveries that are announced: both in one query."""
    chain = charter_chain(on=on)
    return (chain[-1].held, chain[-1].under_way) if chain else (None, ())


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


def _charter_rows() -> tuple[_CharterRow, ...]:
    """Return what the tables say now."""
    return tuple(_CharterRow(*row) for row in statements.charters())


@lru_cache(maxsize=8)
def _followed(
    rows: tuple[_CharterRow, ...], *, known: tuple[str, ...], today: date
) -> tuple[Link, ...]:
    """Return the charters that follow rightly from the first, each as its rules and as its document.

    Remembered under the bytes, the signatures, the charters known before and the day: everything that
    the answer depends on. What is changed in a row is therefore judged again. Nothing is handed in
    that could ever be secret or be closed for good.
    """
    each_read = (read_bytes(row.digest, row.data, row.signatures) for row in rows)
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
        named = true_signatures(signed, holders)
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
    return true_signatures(found, holders)
