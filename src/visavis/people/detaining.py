"""Somebody is detained: their account is locked and what they wish is done, in one act.

From then on no passphrase, cookie or form of that account does anything, also in an act that waits for its
turn, and the passphrase opens nothing in a later copy. A desk locks with an editor's own passphrase; what was
wished opens with the desk's passphrase, or with the code on paper, and by nothing else.
"""

import json
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from visavis.base.missing import NotFound
from visavis.base.refusal import Refused
from visavis.safety.reading import opened
from visavis.safety.secret import Secret
from visavis.safety.transactions import one_act_about_persons
from visavis.sides import alarms
from visavis.sides import queries as sides
from visavis.sides.actions import Given
from visavis.signing.canonical import digest_of

from . import alarm, card_links, instruction, leaving, papers, rules
from .detained_editors import check_own, freeze_by_paper, own_proof
from .instruction import Instruction
from .leaving import Choice
from .models import Account, Paper, Participant
from .papers import OfEditor
from .purse import Closers, Purse
from .rules import ParticipantRole, PeopleRefusal, TextsWish

CHOICES = {
    TextsWish.KEEP: None,
    TextsWish.WITHOUT_CARD: Choice.CARD,
    TextsWish.TAKE_AWAY: Choice.EVERYTHING,
}
"""What goes, as when somebody leaves; nothing for None."""


@dataclass(frozen=True)
class Locked:
    """A participant of the own side whose account is locked: their card, and since when."""

    card: str
    since: date


def detain(
    editor: Account,
    *,
    card: str,
    passphrase: Secret,
    desk_passphrase: Secret | None,
    file: bytes = b"",
    today: date,
) -> Instruction | None:
    """The card's account is locked; with the side's key their wishes are done and returned.

    ``passphrase`` is the editor's own. The side's key is the desk's passphrase, or a ``file`` in which
    `visavis key open` has put what was in `boxes_of`. It may be done again: first the lock, later the rest.
    A card of another desk is refused as one that is not there.
    """
    account = _account(editor, card)
    proof = own_proof(editor, passphrase)
    row = Participant.objects.get(pk=account)
    closers = None
    if desk_passphrase or file:
        (content,) = _opened_by_desk(row, Given(desk_passphrase, file))
        closers = instruction.closers_in(content)
    with one_act_about_persons():
        check_own(editor, proof)
        row = Participant.objects.get(pk=account)
        if since(card, side=editor.side_id) is None:
            _lock(row, card=card, today=today)
        return _carry_out(row, closers) if closers else None


def detain_by_paper(code: Secret, *, is_removal: bool, today: date) -> None:
    """The same with the code on paper, by nobody who is known. Refuses every other code alike.

    With ``is_removal`` all words go, whatever was wished, and the code counts no more.
    """
    shown = papers.shown_by(code, is_removal=is_removal)
    if isinstance(shown, OfEditor):
        freeze_by_paper(shown.account, tag=shown.tag, today=today)
        return
    with one_act_about_persons():
        row = Participant.objects.filter(pk=shown.row.pk).first()
        if row is None or not Paper.objects.filter(pk=shown.paper).exists():
            raise Refused(PeopleRefusal.BAD_PAPER)
        if shown.closers.is_live(row.session_mark):
            _lock(row, card=shown.closers.card, today=today)
        _carry_out(row, shown.closers)
        if is_removal:
            leaving.close_what_is_open(shown.closers, side=row.side_id, choice=Choice.EVERYTHING)
            Paper.objects.filter(pk=shown.paper).delete()


def undo(
    editor: Account,
    *,
    card: str,
    passphrase: Secret,
    desk_passphrase: Secret | None,
    file: bytes = b"",
    today: date,
) -> None:
    """The account is as it was, with its passphrase; sessions stay dead, and what was closed stays closed.

    Within seven days, with the editor's own passphrase and the side's key, as in `detain`. As costly as two
    sign-ins, before the act.
    """
    account = _account(editor, card)
    refusal = rules.why_not_undo(since(card, side=editor.side_id), today=today)
    if refusal:
        raise Refused(refusal)
    proof = own_proof(editor, passphrase)
    row = Participant.objects.get(pk=account)
    given = Given(desk_passphrase or (None if file else Secret("")), file)
    content, shelved = _opened_by_desk(row, given, more=("shelved",))
    closers = instruction.closers_in(content)
    if digest_of(shelved) != _shelf(row):
        raise Refused(PeopleRefusal.OTHER_CONTENT)
    _drawn, tag, purse = json.loads(shelved)
    with one_act_about_persons():
        check_own(editor, proof)
        row = Participant.objects.get(pk=account)
        if _shelf(row) != digest_of(shelved):
            raise Refused(PeopleRefusal.NOT_LOCKED)
        said = replace(instruction.read(row.choice, closers), is_done=False)
        Participant.objects.filter(pk=account).update(
            sign_in_tag=tag,
            sealed_purse=purse,
            session_mark=closers.new_mark(),
            choice=said.sealed(closers),
            notice=instruction.notice_box(row.side_id, account),
            shelved=instruction.shelved_box(row.side_id, account),
        )
        alarm.end_if_false(row.side_id)


def boxes_of(editor: Account, *, card: str, with_shelf: bool) -> bytes:
    """Return the file with the sealed boxes of a locked account, for a key that lies elsewhere.

    A card of another desk, and one whose account is not locked, are not there.
    """
    account = _account(editor, card)
    if since(card, side=editor.side_id) is None:
        raise NotFound
    row = Participant.objects.get(pk=account)
    asked = _asked(row, ("for_desk", "shelved") if with_shelf else ("for_desk",))
    return sides.boxes_file(row.side_id, asked)


def since(card: str, *, side: str) -> date | None:
    """Return since when the card's account is locked, for an editor of its own desk who reads; else None."""
    account = card_links.account_of(card, side=side)
    row = Participant.objects.filter(pk=account).only("notice").first() if account else None
    found = _notice(row) if row else None
    return found[1] if found else None


def locked(side: str) -> Iterator[Locked]:
    """Yield who of the own side is locked, for an editor who reads. 60 µs for each of its participants."""
    for row in Participant.objects.filter(side=side).only("notice").order_by("pk"):
        if found := _notice(row):
            yield Locked(*found)


def _notice(row: Participant) -> tuple[str, date] | None:
    words = opened(bytes(row.notice), about=instruction.about("notice", row.pk))
    return instruction.since_in(words) if words else None


def _shelf(row: Participant) -> str:
    """Return the digest of what is shelved, as the notice has it; empty for a row that is not locked."""
    words = opened(bytes(row.notice), about=instruction.about("notice", row.pk))
    return instruction.shelf_in(words) if words else ""


def _lock(row: Participant, *, card: str, today: date) -> None:
    """Tag, mark and purse are written over with bytes of the same size; what they were, the vault keeps."""
    nobodys = Purse.drawn(ParticipantRole.OTHER)
    # With something drawn: what was opened elsewhere once opens no later lock.
    kept = instruction.shelf(secrets.token_hex(16), row.sign_in_tag, row.sealed_purse)
    Participant.objects.filter(pk=row.pk).update(
        sign_in_tag=secrets.token_hex(32),
        session_mark=secrets.token_hex(16),
        sealed_purse=nobodys.sealed(half=secrets.token_bytes(32)),
        notice=instruction.notice_box(
            row.side_id, row.pk, card=card, since=today, shelf=digest_of(kept)
        ),
        shelved=instruction.shelved_box(row.side_id, row.pk, kept=kept),
    )
    alarms.raise_alarm(row.side_id, today=today)


def _carry_out(row: Participant, closers: Closers) -> Instruction:
    said = instruction.read(row.choice, closers)
    choice = CHOICES[said.texts] if said.texts else None
    leaving.close_what_is_open(closers, side=row.side_id, choice=choice)
    done = replace(said, is_done=True).sealed(closers)
    Participant.objects.filter(pk=row.pk).update(choice=done)
    return said


def _account(editor: Account, card: str) -> str:
    account = card_links.account_of(card, side=editor.side_id)
    if account is None:
        raise NotFound
    return account


def _opened_by_desk(row: Participant, given: Given, *, more: tuple[str, ...] = ()) -> list[bytes]:
    """Return what the side's key finds in ``for_desk`` and ``more``.

    A file from elsewhere may hold anything, so its secret must open what its author wishes.
    """
    asked = _asked(row, ("for_desk", *more))
    found = instruction.opened_by(given, side=row.side_id, asked=asked)
    if given.passphrase is None:
        try:
            closers = instruction.closers_in(found[instruction.about("for_desk", row.pk)])
            Instruction.opened(row.choice, closers)
        except (ValueError, TypeError) as error:
            raise Refused(PeopleRefusal.OTHER_CONTENT) from error
    return [found[about] for about in asked]


def _asked(row: Participant, columns: tuple[str, ...]) -> dict[str, bytes]:
    return {
        instruction.about(column, row.pk): bytes.fromhex(getattr(row, column)) for column in columns
    }
