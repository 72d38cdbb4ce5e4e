"""Every act of a desk: one function, one act. Time is passed in, and which editor acts is not.

A key is opened before the act's transaction begins: stretching a passphrase takes a while, and
nobody else shall wait for it. Nothing here keeps a key: it is in memory for one act.
"""

import json
import re
import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property
from typing import Protocol

from django.utils.module_loading import import_string

from visavis.base.refusal import Refused
from visavis.cards import queries as cards
from visavis.cards.rules import CARD, why_not_open_name
from visavis.discussions import queue
from visavis.kinds.installed import installed
from visavis.kinds.writing import written
from visavis.record import actions as record
from visavis.record import queries as record_queries
from visavis.record.public import (
    current_charter,
    recoveries_under_way,
    recovery_before,
    why_not_recovery,
)
from visavis.record.rules import RecordRefusal, RefusalReason, State
from visavis.safety.secret import Secret
from visavis.safety.transactions import one_act
from visavis.sides import actions as sides
from visavis.sides import queries as side_queries
from visavis.signing.canonical import Digest, digest_of, is_digest, new_id
from visavis.signing.charter import Charter, CharterFault, CharterSide, charter_body
from visavis.signing.document import (
    CHARTER,
    OWN_SHAPES,
    RECOVERY,
    BadDocumentError,
    Document,
    Standing,
)
from visavis.signing.keys import BadKeyError, PrivateKey, PublicKey, Purpose
from visavis.signing.recovery import NewKeys, recovery_body
from visavis.signing.several import (
    LARGEST_SIGNATURES_FILE,
    SIGNATURES_FORMAT,
    read_signatures,
)
from visavis.signing.signatures import (
    SIGNATURE_FORMAT,
    BadSignatureError,
    SignatureFile,
    sign_document,
)
from visavis.signing.vault import PublicLine

from . import queries, rules
from .rules import DeskRefusal

AT_LEAST_MADE_UP = 16
"""Digests of nothing beside those that a new key carries over; the list is as long as a multiple of it."""

KEY_TEXT = re.compile(r"(?:visavis-private-key-1\s+)?((?:[0-9a-f]\s*){64})")


@dataclass(frozen=True)
class Given:
    """How a desk gives its key: the passphrase that opens it here, or a signature made elsewhere."""

    passphrase: Secret | None = None
    signature: bytes = b""


@dataclass(frozen=True)
class Signed:
    """A signature, ready for the record; with the one that fills a seat, where a sealed answer is signed."""

    public_key: str
    signature: str
    seat: str = ""


class Signer(Protocol):
    """A side's key for one act, wherever it is."""

    def document(self, document: Document) -> Signed: ...

    def closing(self, note: bytes) -> Signed: ...


def turn_key(*, digest: str, side: str, given: Given, today: date) -> State:
    """The side's key signs exactly the bytes that were read; returns the state that follows.

    What is open already may be a translation of the side's own words: then it is in its name too.
    """
    document, charter = _to_sign(side, digest, today=today)
    signed = _signer(side, given, charter=charter).document(document)
    if queries.is_open(document):
        return record.add_key(
            digest=document.digest,
            side=side,
            public_key=signed.public_key,
            signature=signed.signature,
            today=today,
        )
    state = _turn(document, side=side, signed=signed, today=today)
    if document.kind == RECOVERY and state is State.OPEN:
        _give_up_new_keys(side, charter=_charter(today), today=today)
    return state


def turn_keys(
    *, digests: Collection[str], listed: Collection[str], side: str, given: Given, today: date
) -> bool:
    """The side's key signs all of these documents, or none; returns whether all.

    ``listed`` are those that the page showed; only what was ticked among them is signed. Where signatures
    are brought from another machine, they say themselves which documents were read there; those that no
    longer wait, because a colleague was faster, keep none of the others.
    """
    signed_elsewhere: tuple[str, ...] = ()
    if given.signature and not given.passphrase:
        signed_elsewhere = tuple(_Brought(given.signature).files)
        if digests and set(digests) != set(signed_elsewhere):
            raise Refused(DeskRefusal.OTHER_WORDS)
        still = [digest for digest in signed_elsewhere if digest in listed]
        digests = still or signed_elsewhere
    refusal = rules.why_not_sign_several(ticked=digests, listed=listed)
    if refusal:
        raise Refused(refusal)
    if too_many := rules.why_not_sign_at_once(n=len(set(digests)), n_bytes=0):
        raise Refused(too_many)
    documents = [_to_sign(side, digest, today=today)[0] for digest in sorted(set(digests))]
    n_bytes = sum(len(document.data) for document in documents)
    if too_many := rules.why_not_sign_at_once(n=len(documents), n_bytes=n_bytes):
        raise Refused(too_many)
    signer = _signer(side, given, charter=current_charter(on=today))
    signed = [(document, signer.document(document)) for document in documents]
    with one_act():
        for document, each in signed:
            _turn(document, side=side, signed=each, today=today)
    return not set(signed_elsewhere) - set(digests)


@dataclass(frozen=True)
class NotDone:
    """What was ticked and is as it was, and why."""

    digest: str
    why: StrEnum


def open_contributions(
    *, ticked: Collection[str], side: str, given: Given, today: date
) -> tuple[NotDone, ...]:
    """Each of these opens, with its author's card and its restatement where these are ticked and wait.

    ``ticked`` are digests of all. A signature file says itself what it was made for. What opens together is
    one act; what does not open keeps none of the others, and is in what is returned.
    """
    charter = _charter(today)
    refusal = queries.why_not_sign_meanwhile(None, side=side, charter=charter, today=today)
    if refusal:
        raise Refused(refusal)
    chosen = set(map(Digest, ticked))
    if given.signature and not given.passphrase:
        brought = set(_Brought(given.signature).files)
        if chosen and chosen != brought:
            raise Refused(DeskRefusal.OTHER_WORDS)
        chosen = brought
    refusal = rules.why_not_open_contributions(chosen)
    if refusal:
        raise Refused(refusal)
    signer = _signer(side, given, charter=charter)
    groups = queue.to_open(side, chosen)
    signed = {
        each.digest: signer.document(each)
        for group in groups
        for each in group.all
        if each.digest in chosen
    }
    cards.names_in_use(charter)  # read before the acts: each asks once more, in one query
    opened, left = set[str](), []
    for group in groups:
        ticked_of = [each for each in group.all if each.digest in signed]
        try:
            with one_act():
                for document in ticked_of:
                    if document.digest not in opened:
                        _turn(document, side=side, signed=signed[document.digest], today=today)
        except Refused as refused:
            left.append(NotDone(group.document.digest, refused.reason))
        else:
            opened |= {each.digest for each in ticked_of}
    known = {*opened, *signed}
    gone = (NotDone(each, RecordRefusal.NOT_PROPOSED) for each in sorted(chosen - known))
    return (*left, *gone)


def refuse(*, digest: str, side: str, reason: str, today: date) -> None:
    """The proposal is over; the record says which side refused, and for which reason of the list."""
    if reason not in set(RefusalReason):
        raise Refused(DeskRefusal.NO_REASON)
    found = record_queries.proposal_for(side, digest)
    record.refuse(digest=found.digest, side=side, reason=RefusalReason(reason), today=today)


def refuse_several(
    *, digests: Collection[str], listed: Collection[str], side: str, reason: str, today: date
) -> tuple[NotDone, ...]:
    """Each of these proposals is over, for one reason of the list; returns those that are not, and why.

    ``listed`` is all that waits for this side's key. Each is an act of its own: what another desk has taken
    back meanwhile keeps none of the others.
    """
    refusal = rules.why_not_refuse_several(
        ticked=digests, is_reason_listed=reason in set(RefusalReason)
    )
    if refusal:
        raise Refused(refusal)
    left = []
    for digest in sorted(set(digests)):
        if digest not in listed:
            left.append(NotDone(digest, RecordRefusal.NOT_PROPOSED))
            continue
        try:
            record.refuse(
                digest=Digest(digest), side=side, reason=RefusalReason(reason), today=today
            )
        except Refused as refused:
            left.append(NotDone(digest, refused.reason))
    return tuple(left)


def withdraw(*, digest: str, side: str, today: date) -> bool:
    """The desk's own proposal is taken back; returns whether its words are a draft again.

    Its bytes are gone in the same act. Keys for a charter are no words: of them nothing is kept.
    """
    found = record_queries.proposal_for(side, digest)
    refusal = rules.why_not_take_back(has_closer=found.document.closer is not None)
    if refusal:
        raise Refused(refusal)
    kind = installed().of(found.document)
    is_waiting = found.state is State.PROPOSED and found.proposed_by == side
    if is_waiting and kind and kind.desk.take_back:
        import_string(kind.desk.take_back)(side=side, digest=digest, today=today)
        return True
    record.withdraw(digest=found.digest, side=side)
    return False


def stand_alone(*, digest: str, side: str, given: Given, today: date) -> Digest:
    """The words that went unanswered stand under this side's name alone; returns their new digest.

    With a passphrase they are open at once. Without, they wait for a signature made elsewhere.
    """
    found = record_queries.proposal_for(side, digest)
    charter = _charter(today)
    refusal = queries.why_not_sign_meanwhile(
        found.document, side=side, charter=charter, today=today
    )
    if refusal:
        raise Refused(refusal)
    # The salt stays: a text's hashes of its paragraphs are made with it, and the words must be the same.
    alone = replace(
        found.document,
        standing=Standing(side=side, asked_on=found.asked_on or today),
        day=today,
    )
    signed = None
    if given.passphrase is not None:
        signed = _signer(side, given, charter=charter).document(alone)
    with one_act():
        record.propose_alone(document=alone, asked=found.digest, by=side, today=today)
        if signed:
            _turn(alone, side=side, signed=signed, today=today)
    return alone.digest


def take_down(
    *, digest: str, side: str, given: Given, at: datetime, is_urgent: bool = False
) -> bool:
    """The document and all made from it are closed; returns whether for good. Joining is the same act.

    ``is_urgent``: readers lose sight of it within seconds, which may show that somebody is on line.
    """
    found = queries.to_take_down(side, digest, today=at.date())
    note = record_queries.closing_note(found.document, side=side, today=at.date())
    signed = _signer(side, given, charter=found.charter).closing(note)
    return record.take_down(
        digest=found.document.digest,
        side=side,
        note=note,
        public_key=signed.public_key,
        signature=signed.signature,
        at=at,
        is_urgent=is_urgent,
    )


def take_down_several(
    *, digests: Collection[str], side: str, given: Given, at: datetime, is_urgent: bool = False
) -> None:
    """Each of these texts, all the side's own, is closed for good, or none is.

    Signatures that are brought say themselves what they close. What is gone already keeps none of the others.
    """
    today = at.date()
    if given.signature and not given.passphrase:
        brought = _brought_closings(given.signature, side=side, today=today)
        if digests and set(digests) != set(brought):
            raise Refused(DeskRefusal.OTHER_WORDS)
        digests = [each for each, is_gone in brought.items() if not is_gone]
        if not digests:
            return
    found = queries.own_to_take_down(side, digests, today=today)
    signer = _signer(side, given, charter=_charter(today))
    signed = [
        (document.digest, note, signer.closing(note))
        for note, document in queries.notes_of(side, found, today=today)
    ]
    with one_act():
        for digest, note, each in signed:
            try:
                record.take_down(
                    digest=digest,
                    side=side,
                    note=note,
                    public_key=each.public_key,
                    signature=each.signature,
                    at=at,
                    is_urgent=is_urgent,
                )
            except Refused as refused:
                if refused.reason is not RecordRefusal.CLOSED_FOR_GOOD:
                    raise  # else it went with another that was ticked


def _brought_closings(content: bytes, *, side: str, today: date) -> Mapping[Digest, bool]:
    """Return which of the side's own words these signatures close today, each with whether it is gone."""
    own = record_queries.own_notes(side, site=_charter(today).site, today=today)
    signed = _Brought(content).closings
    if not signed.keys() <= own.keys():
        raise Refused(DeskRefusal.OTHER_WORDS)
    return dict(own[each] for each in signed)


def hand_in_closings(content: bytes, *, today: date) -> record.Taken:
    """What these notes close is gone here too. No key is asked for: every note has its own."""
    return record.take_closings(content, today=today)


def sign_first_charter(*, digest: str, side: str, given: Given, today: date) -> State:
    """The side's key signs the charter that the site begins with; the first to sign proposes it."""
    waiting = queries.proposed_charter(charter=None)
    document = waiting[0] if waiting else _first_charter()
    if document is None or document.digest != digest:
        raise Refused(DeskRefusal.OTHER_CHARTER)
    signed = _signer(side, given, charter=None).document(document)
    with one_act():
        if waiting is None:
            record.propose(document=document, by=side, today=today)
        return _turn(document, side=side, signed=signed, today=today)


def renew_key(
    *, side: str, old: Given, new_key: PrivateKey, new_passphrase: Secret, today: date
) -> Digest:
    """A charter with this side's new key is before the desks, signed with old key and new one.

    What has the old key is carried over. The new key counts when every side has signed.
    """
    charter = _charter(today)
    document = _charter_with(
        charter, side=side, key=new_key.public, recovery=_recovery_of(charter, side), today=today
    )
    signatures = [
        _signer(side, old, charter=charter).document(document),
        _Opened(new_key).document(document),
    ]
    sealed = sides.sealed_for(side, new_key, passphrase=new_passphrase)
    with one_act():
        _take_over_new_key(side, charter=charter)
        _keep_new_key(
            PublicLine.of(new_key), side=side, sealed_key=sealed, charter=charter, today=today
        )
        record.propose(document=document, by=side, today=today)
        for signed in signatures:
            _turn(document, side=side, signed=signed, today=today)
    return document.digest


def propose_charter_of_kinds(*, side: str, today: date) -> Digest:
    """A charter that lists every kind of this program is before the desks; nothing else changes in it.

    It needs the key of every side, like any charter.
    """
    charter = _charter(today)
    unlisted = queries.unlisted_kinds(charter)
    refusal = rules.why_not_list_kinds(unlisted)
    if refusal:
        raise Refused(refusal)
    added = {word: installed().policy[word] for word in unlisted}
    listing = replace(charter, policy={**charter.policy, **added})
    document = _next_charter(charter, listing, today=today)
    record.propose(document=document, by=side, today=today)
    return document.digest


def recover_key(
    *,
    side: str,
    recovery_text: Secret,
    new_key: PrivateKey,
    new_recovery: PrivateKey,
    new_passphrase: Secret,
    today: date,
) -> Digest:
    """New keys for this side are announced, signed with its recovery key; returns the recovery's digest.

    They count when the charter's waiting time has passed, whatever the other sides do meanwhile.
    """
    charter = _charter(today)
    recovery = _recovery_key(recovery_text, charter, side=side)
    keys = _new_keys(
        charter,
        side=side,
        key=new_key.public,
        recovery=new_recovery.public,
        with_waiting=False,
    )
    document = _recovery(charter, side=side, keys=keys, today=today)
    signatures = [_Opened(key).document(document) for key in (recovery, new_key, new_recovery)]
    sealed = sides.sealed_for(side, new_key, passphrase=new_passphrase)
    with one_act():
        _withdraw_unsigned_recovery(side, today=today)
        _take_over_new_key(side, charter=charter)
        _keep_new_key(
            PublicLine.of(new_key), side=side, sealed_key=sealed, charter=charter, today=today
        )
        record.propose(document=document, by=side, today=today)
        for signed in signatures:
            _turn(document, side=side, signed=signed, today=today)
    return document.digest


def take_back_recovery(*, side: str, recovery_text: Secret, today: date) -> Digest:
    """The recovery of this side that is under way is taken back, with the recovery key; nothing changes."""
    charter = _charter(today)
    recovery = _recovery_key(recovery_text, charter, side=side)
    with one_act():
        _withdraw_unsigned_recovery(side, today=today)
        document = _taken_back(charter, side=side, today=today)
        record.propose(document=document, by=side, today=today)
        _turn(document, side=side, signed=_Opened(recovery).document(document), today=today)
        _give_up_new_keys(side, charter=charter, today=today)
    return document.digest


def propose_taking_back(*, side: str, today: date) -> Digest:
    """What takes a recovery back waits for a signature with the recovery key, made elsewhere."""
    document = _taken_back(_charter(today), side=side, today=today)
    record.propose(document=document, by=side, today=today)
    return document.digest


def propose_brought_key(
    *, side: str, public_line: str, recovery_line: str, is_recovery: bool, today: date
) -> Digest:
    """Keys that were made elsewhere are before the desks, to be signed by files alone.

    Each is a line of `visavis key new`. In a new charter, or where the old key is lost in a recovery. An
    empty recovery key keeps the one that the charter names.
    """
    charter = _charter(today)
    line = sides.read_public_line(public_line)
    key = line.public_key
    try:
        recovery = (
            PublicKey(sides.key_in_line(recovery_line))
            if recovery_line
            else _recovery_of(charter, side)
        )
    except BadKeyError as error:
        raise Refused(DeskRefusal.NOT_A_KEY) from error
    if is_recovery:
        keys = _new_keys(charter, side=side, key=key, recovery=recovery, with_waiting=False)
        document = _recovery(charter, side=side, keys=keys, today=today)
    else:
        document = _charter_with(charter, side=side, key=key, recovery=recovery, today=today)
    with one_act():
        _take_over_new_key(side, charter=charter)
        _keep_new_key(line, side=side, sealed_key="", charter=charter, today=today)
        record.propose(document=document, by=side, today=today)
    return document.digest


def _recovery_key(text: Secret, charter: Charter, *, side: str) -> PrivateKey:
    """Return the private recovery key that was typed; refuse any but this side's."""
    recovery = private_key_in(text)
    if recovery.public != _recovery_of(charter, side):
        raise Refused(DeskRefusal.NOT_RECOVERY_KEY)
    return recovery


def _new_keys(
    charter: Charter, *, side: str, key: PublicKey, recovery: PublicKey, with_waiting: bool
) -> NewKeys:
    old = charter.side(side)
    if old is None:
        raise Refused(RecordRefusal.NO_SUCH_SIDE)
    bearing = record_queries.bear_key(old.public_key.hex, with_waiting=with_waiting)
    carried = old.carried | bearing
    return NewKeys(key, recovery, _not_to_be_counted(carried))


def _recovery(charter: Charter, *, side: str, keys: NewKeys | None, today: date) -> Document:
    """Return the recovery that says this: a new one, or in place of the one that is under way."""
    document = written(
        RECOVERY,
        recovery_body(charter.digest, keys),
        shape=OWN_SHAPES[RECOVERY],
        site=charter.site,
        languages=(),
        today=today,
        before=recovery_before(side, on=today),
        side=side,
    )
    if why_not_recovery(document, None, on=today) is CharterFault.A_KEY_TWICE:
        raise Refused(DeskRefusal.NOT_A_KEY)
    return document


def _taken_back(charter: Charter, *, side: str, today: date) -> Document:
    if not any(each.side == side for each in recoveries_under_way(on=today)):
        raise Refused(DeskRefusal.NOTHING_UNDER_WAY)
    return _recovery(charter, side=side, keys=None, today=today)


def _withdraw_unsigned_recovery(side: str, *, today: date) -> None:
    """What this desk has proposed without the recovery key blocks nobody who has it."""
    before = recovery_before(side, on=today)
    waiting = record_queries.own_proposal(side, before.id) if before else None
    if waiting:
        record.withdraw(digest=Digest(waiting), side=side)


def private_key_in(text: Secret) -> PrivateKey:
    """Return the key that was copied from paper or from its file; refuse what is none."""
    found = KEY_TEXT.fullmatch(text.reveal().strip().lower())
    if found is None:
        raise Refused(DeskRefusal.NOT_RECOVERY_KEY)
    return PrivateKey(bytes.fromhex("".join(found[1].split())))


def _to_sign(side: str, digest: str, *, today: date) -> tuple[Document, Charter | None]:
    """Return a document this side may sign; NotFound for what it may not see, Refused for the rest."""
    charter = current_charter(on=today)
    document = record_queries.proposal_for(side, digest, charter=charter).document
    refusal = queries.why_not_sign(document, side=side, charter=charter, today=today)
    if refusal:
        raise Refused(refusal)
    return document, charter


def _signer(side: str, given: Given, *, charter: Charter | None) -> Signer:
    """Return what signs for this side: its key, opened here, or the signature it has brought."""
    if given.passphrase is not None and given.signature:
        raise Refused(DeskRefusal.BOTH_GIVEN)
    if charter is not None:
        _take_over_new_key(side, charter=charter)
    if given.passphrase is not None:
        return _Opened(sides.open_side_key(side, given.passphrase))
    if not given.signature:
        raise Refused(DeskRefusal.NO_KEY_GIVEN)
    return _Brought(given.signature)


@dataclass(frozen=True)
class _Opened:
    """A key that was opened here."""

    key: PrivateKey

    def document(self, document: Document) -> Signed:
        file = sign_document(document, key=self.key)
        return Signed(file.public_key.hex, file.signature, file.seat or "")

    def closing(self, note: bytes) -> Signed:
        return Signed(self.key.public.hex, self.key.sign(digest_of(note), purpose=Purpose.CLOSING))


@dataclass(frozen=True)
class _Brought:
    """What was signed elsewhere, in a file; one of its signatures must be for just what is asked."""

    content: bytes

    @cached_property
    def files(self) -> Mapping[Digest, SignatureFile]:
        """Each signature by the digest that it signs, checked once."""
        try:
            return {each.digest: each for each in read_signatures(self.content)}
        except BadSignatureError as error:
            raise Refused(DeskRefusal.NOT_A_SIGNATURE) from error

    def document(self, document: Document) -> Signed:
        file = self.files.get(document.digest)
        if file is None:
            raise Refused(DeskRefusal.OTHER_WORDS)
        return Signed(file.public_key.hex, file.signature, file.seat or "")

    @cached_property
    def closings(self) -> Mapping[Digest, Signed]:
        """Each signature for a closing by the digest of its note; the record checks it."""
        try:
            value = json.loads(self.content[: LARGEST_SIGNATURES_FILE + 1].decode())
            rows = value["signatures"] if value["format"] == SIGNATURES_FORMAT else [value]
            found = {
                Digest(row["digest"]): Signed(
                    PublicKey(row["public_key"]).hex, str(row["signature"])
                )
                for row in rows
                if row["format"] == SIGNATURE_FORMAT and is_digest(row["digest"])
            }
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise Refused(DeskRefusal.NOT_A_SIGNATURE) from error
        if not found or len(found) < len(rows):
            raise Refused(DeskRefusal.NOT_A_SIGNATURE)
        return found

    def closing(self, note: bytes) -> Signed:
        signed = self.closings.get(digest_of(note))
        if signed is None:
            raise Refused(DeskRefusal.OTHER_WORDS)
        return signed


def _take_over_new_key(side: str, *, charter: Charter) -> None:
    """Once a charter with a new key is in force, that key is the one the desk's passphrase opens."""
    named, held = charter.side(side), side_queries.side(side)
    if named is None or held is None or held.public_key == named.public_key.hex:
        return
    made = record_queries.new_keys_of(side)
    kept = next((each for each in made if each.body["public_key"] == named.public_key.hex), None)
    if kept is None:
        return
    with one_act():
        sides.renew_keys(
            side=side,
            public_key=named.public_key.hex,
            recovery_key=named.recovery_key.hex,
            vault_key=kept.body["vault_key"],
            sealed_key=kept.body["sealed_key"],
        )
        record.give_up_draft(item=kept.item, side=side)


def _keep_new_key(
    line: PublicLine, *, side: str, sealed_key: str, charter: Charter, today: date
) -> None:
    """Keep the new key, sealed, until it counts, beside those that may count yet."""
    _give_up_new_keys(side, charter=charter, today=today)
    record.keep_draft(
        item=new_id(),
        kind=CHARTER,
        side=side,
        shape="",
        body={
            "public_key": line.public_key.hex,
            "vault_key": line.vault_key,
            "sealed_key": sealed_key,
        },
        today=today,
    )


def _give_up_new_keys(side: str, *, charter: Charter, today: date) -> None:
    """Of the keys that this side has made those are gone that no charter and no recovery names.

    What is under way keeps its key: any editor who is signed in can propose another, and needs no key for it.
    """
    proposed = record_queries.proposed_charter()
    charters = (charter, *([Charter.from_document(proposed)] if proposed else []))
    awaited = {named.public_key.hex for each in charters if (named := each.side(side))}
    under_way = (each.keys for each in recoveries_under_way(on=today) if each.side == side)
    awaited |= {keys.public_key.hex for keys in under_way if keys}
    for made in record_queries.new_keys_of(side):
        if made.body["public_key"] not in awaited:
            record.give_up_draft(item=made.item, side=side)


def _charter_with(
    charter: Charter, *, side: str, key: PublicKey, recovery: PublicKey, today: date
) -> Document:
    """Return the next charter: this side's keys changed, with what has the old one carried over."""
    old = charter.side(side)
    if old is None:
        raise Refused(RecordRefusal.NO_SUCH_SIDE)
    keys = _new_keys(charter, side=side, key=key, recovery=recovery, with_waiting=True)
    changed = replace(
        charter,
        sides=tuple(
            _with_key(each, key=key, recovery=recovery, carried=keys.carried)
            if each.code == side
            else each
            for each in charter.sides
        ),
    )
    document = _next_charter(charter, changed, today=today)
    try:
        Charter.from_document(document)
    except BadDocumentError as error:
        raise Refused(DeskRefusal.NOT_A_KEY) from error
    return document


def _next_charter(charter: Charter, changed: Charter, *, today: date) -> Document:
    """Return the document that says what ``changed`` says, to take this charter's place."""
    return written(
        CHARTER,
        charter_body(changed),
        shape=OWN_SHAPES[CHARTER],
        site=charter.site,
        languages=charter.languages,
        today=today,
        before=charter.document,
    )


def _not_to_be_counted(digests: frozenset[Digest]) -> frozenset[Digest]:
    """Add digests of nothing: a charter is public, and nobody shall count what is sealed or proposed."""
    n_made_up = AT_LEAST_MADE_UP + -len(digests) % AT_LEAST_MADE_UP
    return digests | {Digest(secrets.token_hex(32)) for _ in range(n_made_up)}


def _with_key(
    side: CharterSide, *, key: PublicKey, recovery: PublicKey, carried: frozenset[Digest]
) -> CharterSide:
    return replace(
        side,
        public_key=key,
        recovery_key=recovery,
        former_keys=(*side.former_keys, side.public_key),
        carried=carried,
    )


def _recovery_of(charter: Charter, side: str) -> PublicKey:
    named = charter.side(side)
    if named is None:
        raise Refused(RecordRefusal.NO_SUCH_SIDE)
    return named.recovery_key


def _turn(document: Document, *, side: str, signed: Signed, today: date) -> State:
    if document.kind == CARD:
        in_use = cards.names_in_use(_charter(today), but_for=document.id)
        if refusal := why_not_open_name(document, in_use=in_use):
            raise Refused(refusal)
    return record.turn_key(
        digest=document.digest,
        side=side,
        public_key=signed.public_key,
        signature=signed.signature,
        seat=signed.seat,
        today=today,
    )


def _first_charter() -> Document | None:
    site = side_queries.site()
    return sides.charter_for(site, policy=installed().policy) if site else None


def _charter(today: date) -> Charter:
    charter = current_charter(on=today)
    if charter is None:
        raise Refused(DeskRefusal.NO_CHARTER)
    return charter
