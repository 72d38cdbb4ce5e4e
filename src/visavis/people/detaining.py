"""Somebody is detained: their account is locked and what they wish is done, in one act.

From then on no passphrase, cookie or form of that account does anything, also in an act that waits for its
turn, and the passphrase opens nothing in a later copy. A desk locks with an editor's own passphrase; what was
wished opens with the desk's passphrase, or with the code on paper, and by nothing else.
"""

import json
import secrets
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from visavis.base.missing import NotFound
from visavis.base.refusal import Refused
from visavis.safety.reading import opened
from visavis.safety.secret import Secret
from visavis.safety.transactions import one_act_about_persons
from visavis.sides import actions as sides_actions
from visavis.sides import alarms
from visavis.sides import queries as sides
from visavis.sides.actions import Given
from visavis.sides.rules import SideRefusal
from visavis.signing.canonical import digest_of

from . import alarm, card_links, hidden, instruction, leaving, papers, rules
from .detained_editors import freeze_by_paper
from .instruction import Instruction, Notice
from .leaving import Choice
from .models import Account, Paper, Participant
from .own_passphrase import check_own, own_proof
from .papers import OfEditor
from .purse import Closers, Purse
from .rules import ParticipantRole, PeopleRefusal, TextsWish

CHOICES = {
    TextsWish.KEEP: None,
    TextsWish.WITHOUT_CARD: Choice.CARD,
    TextsWish.HIDE: Choice.EVERYTHING,
    TextsWish.TAKE_AWAY: Choice.EVERYTHING,
}
"""What goes, as when somebody leaves; nothing for None. Only by the last of them it is destroyed."""


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
    `visavis key open` has put what was in `boxes_of`. It may be done again: first the lock, later the rest;
    then a return that has begun is over. A card of another desk is refused as one that is not there.
    """
    account = account_of(editor, card)
    proof = own_proof(editor, passphrase)
    row = Participant.objects.get(pk=account)
    closers = None
    if desk_passphrase or file:
        (content,), _vault = _opened_by_desk(row, Given(desk_passphrase, file))
        closers = instruction.closers_in(content)
    with one_act_about_persons():
        check_own(editor, proof)
        row = Participant.objects.get(pk=account)
        before = noticed(card, side=editor.side_id)
        if before is None:
            _lock(row, card=card, today=today)
        elif before.returns_on:
            _stay_locked(row, before)
        return _carry_out(row, closers) if closers else None


def detain_by_paper(code: Secret, *, is_removal: bool, today: date) -> None:
    """The same with the code on paper, by nobody who is known. Refuses every other code alike.

    With ``is_removal`` all words go, whatever was wished, and the code counts no more.
    """
    shown = papers.shown_by(code, is_removal=is_removal)
    if isinstance(shown, OfEditor):
        freeze_by_paper(shown.account, tag=shown.tag, today=today)
        return
    destroy = hidden.destroyed(shown.closers, key=shown.keeper) if is_removal else None
    with one_act_about_persons():
        row = Participant.objects.filter(pk=shown.row.pk).first()
        if row is None or not Paper.objects.filter(pk=shown.paper).exists():
            raise Refused(PeopleRefusal.BAD_PAPER)
        if shown.closers.is_live(row.session_mark):
            _lock(row, card=shown.closers.card, today=today)
        _carry_out(row, shown.closers, is_removal=is_removal)
        if destroy:
            destroy()
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
    """The account is as it was, with its passphrase, and what was hidden is where it was.

    Sessions stay dead, and what was deleted stays deleted. Within seven days, with the editor's own
    passphrase and the side's key, as in `detain`. A file from elsewhere opens no hidden words: their author
    shows them again. As costly as two sign-ins, before the act.
    """
    account = account_of(editor, card)
    refusal = rules.why_not_undo(since(card, side=editor.side_id), today=today)
    if refusal:
        raise Refused(refusal)
    proof = own_proof(editor, passphrase)
    row = Participant.objects.get(pk=account)
    closers, shelved, vault = opened_shelf(row, desk_passphrase, file)
    _drawn, tag, purse = json.loads(shelved)
    show = hidden.shown_again(closers, key=vault) if vault else None
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
        if show:
            show()
        alarm.end_if_false(row.side_id)


def boxes_of(editor: Account, *, card: str, with_shelf: bool) -> bytes:
    """Return the file with the sealed boxes of a locked account, for a key that lies elsewhere.

    A card of another desk, and one whose account is not locked, are not there.
    """
    account = account_of(editor, card)
    if since(card, side=editor.side_id) is None:
        raise NotFound
    row = Participant.objects.get(pk=account)
    asked = _asked(row, ("for_desk", "shelved") if with_shelf else ("for_desk",))
    return sides.boxes_file(row.side_id, asked)


def since(card: str, *, side: str) -> date | None:
    """Return since when the card's account is locked, for an editor of its own desk who reads; else None."""
    found = noticed(card, side=side)
    return found.since if found else None


def noticed(card: str, *, side: str) -> Notice | None:
    """Return what such an editor sees of the card's account: None where it is not locked."""
    account = card_links.account_of(card, side=side)
    row = Participant.objects.filter(pk=account).only("notice").first() if account else None
    return _notice(row) if row else None


def locked(side: str) -> Iterator[Notice]:
    """Yield who of the own side is locked, for an editor who reads. 60 µs for each of its participants."""
    for row in Participant.objects.filter(side=side).only("notice").order_by("pk"):
        if found := _notice(row):
            yield found


def _notice(row: Participant) -> Notice | None:
    words = opened(bytes(row.notice), about=instruction.about("notice", row.pk))
    return instruction.notice_in(words) if words else None


def _shelf(row: Participant) -> str:
    """Return the digest of what is shelved, as the notice has it; empty for a row that is not locked."""
    found = _notice(row)
    return found.shelf if found else ""


def _lock(row: Participant, *, card: str, today: date) -> None:
    """Tag, mark and purse are written over with bytes of the same size; what they were, the vault keeps."""
    shelf = shelve(row, tag=row.sign_in_tag, purse=row.sealed_purse)
    _stay_locked(row, Notice(card, today, shelf=shelf))
    alarms.raise_alarm(row.side_id, today=today)


def _stay_locked(row: Participant, notice: Notice) -> None:
    """Nothing that was ever handed out opens this row; a return that has begun is over."""
    nobodys = Purse.drawn(ParticipantRole.OTHER)
    alone = replace(notice, returns_on=None, has_code=False)
    Participant.objects.filter(pk=row.pk).update(
        sign_in_tag=secrets.token_hex(32),
        session_mark=secrets.token_hex(16),
        sealed_purse=nobodys.sealed(half=secrets.token_bytes(32)),
        notice=instruction.notice_box(row.side_id, row.pk, notice=alone),
    )


def _carry_out(row: Participant, closers: Closers, *, is_removal: bool = False) -> Instruction:
    """What is wished is done. For ``is_removal`` all goes instead, and nothing is hidden first."""
    said = instruction.read(row.choice, closers)
    wish = TextsWish.TAKE_AWAY if is_removal else said.texts
    choice = CHOICES[wish] if wish else None
    by = closers if wish is TextsWish.TAKE_AWAY else closers.hiding()
    leaving.close_what_is_open(by, side=row.side_id, choice=choice)
    done = replace(said, is_done=True).sealed(closers)
    Participant.objects.filter(pk=row.pk).update(choice=done)
    return said


def account_of(editor: Account, card: str) -> str:
    """Return the account of a card of the editor's own side, or raise NotFound."""
    account = card_links.account_of(card, side=editor.side_id)
    if account is None:
        raise NotFound
    return account


def _opened_by_desk(
    row: Participant, given: Given, *, more: tuple[str, ...] = ()
) -> tuple[list[bytes], bytes | None]:
    """Return what the side's key finds in ``for_desk`` and ``more``; and the vault, if it was opened here.

    A file from elsewhere may hold anything, so its secret must open what its author wishes.
    """
    columns = ("for_desk", *more)
    if given.passphrase is not None:
        vault = sides_actions.opened_vault(row.side_id, given.passphrase)
        return [opened_box(row, column, vault) for column in columns], vault
    asked = _asked(row, columns)
    found = instruction.opened_by(given, side=row.side_id, asked=asked)
    try:
        closers = instruction.closers_in(found[instruction.about("for_desk", row.pk)])
        Instruction.opened(row.choice, closers)
    except (ValueError, TypeError) as error:
        raise Refused(PeopleRefusal.OTHER_CONTENT) from error
    return [found[about] for about in asked], None


def opened_shelf(
    row: Participant, desk_passphrase: Secret | None, file: bytes
) -> tuple[Closers, bytes, bytes | None]:
    """Return the author's keys and what the lock has shelved; and the vault, if it was opened here.

    Refuses all but the very bytes of the lock: who writes rows can seal anything to a vault.
    """
    given = Given(desk_passphrase or (None if file else Secret("")), file)
    (content, shelved), vault = _opened_by_desk(row, given, more=("shelved",))
    if digest_of(shelved) != _shelf(row):
        raise Refused(PeopleRefusal.OTHER_CONTENT)
    return instruction.closers_in(content), shelved, vault


def shelve(row: Participant, *, tag: str, purse: str) -> str:
    """Seal what the row held to the vault, with something drawn; return the digest. Within an act.

    So what was opened elsewhere once opens no later lock, and does no later step of a return.
    """
    kept = instruction.shelf(secrets.token_hex(16), tag, purse)
    shelved = instruction.shelved_box(row.side_id, row.pk, kept=kept)
    Participant.objects.filter(pk=row.pk).update(shelved=shelved)
    return digest_of(kept)


def _asked(row: Participant, columns: tuple[str, ...]) -> dict[str, bytes]:
    return {
        instruction.about(column, row.pk): bytes.fromhex(getattr(row, column)) for column in columns
    }


def opened_box(row: Participant, column: str, vault: bytes) -> bytes:
    """Return what lies in a column for the vault, whose private half this is; refuse an earlier one's."""
    box = bytes.fromhex(getattr(row, column))
    about = instruction.about(column, row.pk)
    try:
        return sides_actions.opened_with(vault, box, about)
    except Refused as refused:
        if refused.reason is SideRefusal.OTHER_BOX:
            raise Refused(PeopleRefusal.OTHER_KEY) from refused
        raise
