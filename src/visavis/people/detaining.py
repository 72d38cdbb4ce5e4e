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
from visavis.sides import queries as sides
from visavis.sides.rules import SideRefusal

from . import card_links, credentials, hidden, instruction, leaving, papers, rules
from .instruction import Instruction, Notice
from .leaving import Choice
from .models import Account, Paper, Participant
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
    editor: Account, *, card: str, passphrase: Secret, desk_passphrase: Secret | None, today: date
) -> Instruction | None:
    """The card's account is locked; with the desk's passphrase their wishes are done and returned.

    ``passphrase`` is the editor's own. It may be done again: first the lock, later the rest; then a return
    that has begun is over. A card of another desk is refused as one that is not there.
    """
    account = account_of(editor, card)
    proof = own_proof(editor, passphrase)
    row = Participant.objects.get(pk=account)
    closers = None
    if desk_passphrase:
        closers = _closers(row, sides_actions.opened_vault(row.side_id, desk_passphrase))
    with one_act_about_persons():
        check(editor, proof)
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
    destroy = hidden.destroyed(shown.closers, key=shown.keeper) if is_removal else None
    with one_act_about_persons():
        row = Participant.objects.filter(pk=shown.row.pk).first()
        if row is None or not Paper.objects.filter(pk=shown.paper).exists():
            raise Refused(PeopleRefusal.BAD_PAPER)
        if shown.closers.is_live(row.session_mark):
            _lock(row, card=shown.closers.card, today=today)
        _carry_out(row, shown.closers)
        if destroy:
            leaving.close_what_is_open(shown.closers, side=row.side_id, choice=Choice.EVERYTHING)
            destroy()
            Paper.objects.filter(pk=shown.paper).delete()


def undo(
    editor: Account, *, card: str, passphrase: Secret, desk_passphrase: Secret, today: date
) -> None:
    """The account is as it was, with its passphrase, and what was hidden is where it was.

    Sessions stay dead, and what was deleted stays deleted. Within seven days, with the editor's own
    passphrase and the desk's. As costly as two sign-ins, before the act.
    """
    account = account_of(editor, card)
    refusal = rules.why_not_undo(since(card, side=editor.side_id), today=today)
    if refusal:
        raise Refused(refusal)
    proof = own_proof(editor, passphrase)
    row = Participant.objects.get(pk=account)
    vault = sides_actions.opened_vault(row.side_id, desk_passphrase)
    closers = _closers(row, vault)
    tag, purse = json.loads(opened_box(row, "shelved", vault))
    show = hidden.shown_again(closers, key=vault)
    with one_act_about_persons():
        check(editor, proof)
        row = Participant.objects.get(pk=account)
        if since(card, side=editor.side_id) is None:
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
        show()


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


def _lock(row: Participant, *, card: str, today: date) -> None:
    """Tag, mark and purse are written over with bytes of the same size; what they were, the vault keeps."""
    before = (row.sign_in_tag, row.sealed_purse)
    shelved = instruction.shelved_box(row.side_id, row.pk, row=before)
    Participant.objects.filter(pk=row.pk).update(shelved=shelved)
    _stay_locked(row, Notice(card, today))


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


def _carry_out(row: Participant, closers: Closers) -> Instruction:
    said = instruction.read(row.choice, closers)
    choice = CHOICES[said.texts] if said.texts else None
    by = closers if said.texts is TextsWish.TAKE_AWAY else closers.hiding()
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


def own_proof(editor: Account, passphrase: Secret) -> str:
    """Return the tag of an editor's own passphrase; refuse another. As costly as a sign-in."""
    tag = credentials.proof_of(passphrase, sign_in=sides.sign_in()).tag
    check(editor, tag)
    return tag


def check(editor: Account, tag: str) -> None:
    """Within an act: the passphrase that was shown is still theirs, or the act is refused."""
    if not Account.objects.filter(pk=editor.pk, sign_in_tag=tag).exists():
        raise Refused(PeopleRefusal.NOT_YOUR_PASSPHRASE)


def _closers(row: Participant, vault: bytes) -> Closers:
    return instruction.closers_in(opened_box(row, "for_desk", vault))


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
