"""An editor is detained: their account is frozen, and the reading keys follow, in one act.

There is one way to freeze an account, for whatever reason. Nobody signs in to it, no session of it acts, and
open invitations are void. What the row held lies shelved in the side's vault: the passphrase says nothing in
a later copy. Where somebody may sign through this person, every desk's home says so until the side has
another key. A desk takes it back within seven days, with the side's key.
"""

import json
import secrets
from datetime import date

from visavis.base.refusal import Refused
from visavis.safety import sealing
from visavis.safety.secret import Secret
from visavis.safety.transactions import one_act_about_persons
from visavis.sides import actions as sides_actions
from visavis.sides import alarms
from visavis.sides import queries as sides
from visavis.sides.actions import Given
from visavis.signing.canonical import digest_of

from . import (
    actions,
    alarm,
    desk_boxes,
    editors_wishes,
    frozen_rows,
    instruction,
    queries,
    rules,
)
from .editors_wishes import about
from .frozen_rows import SHELVED, Frozen
from .instruction import Instruction
from .models import Account, Invitation, drawn
from .own_passphrase import check_own, own_proof
from .rules import PeopleRefusal


def freeze(
    editor: Account,
    account_id: str,
    *,
    passphrase: Secret | None,
    may_have_key: bool,
    today: date,
) -> None:
    """The account can do nothing from its next request on; sign-in answers like a wrong passphrase.

    ``passphrase`` is the acting editor's own; only who freezes their own account gives none. Refuses a
    stranger's editor as one that is not there, and the last one who can sign in.
    """
    is_own = account_id == editor.pk
    proof = None if is_own else own_proof(editor, passphrase or Secret(""))
    with one_act_about_persons():
        if proof:
            check_own(editor, proof)
        other = actions.own_editor(editor, account_id)
        if not other.is_disabled:
            _freeze(other, may_have_key=may_have_key, today=today)


def freeze_by_paper(account_id: str, *, tag: str, today: date) -> None:
    """The same with the code on paper, by nobody who is known: also the last of a desk."""
    with one_act_about_persons():
        rows = Account.objects.filter(pk=account_id, paper_tag=tag, is_disabled=False)
        if (other := rows.first()) is None:
            raise Refused(PeopleRefusal.BAD_PAPER)
        _freeze(other, may_have_key=True, today=today)


def undo(editor: Account, account_id: str, *, given: Given | None, today: date) -> None:
    """The account is as it was, with its passphrase and authenticator; sessions stay dead.

    By the side's key, within seven days. It is handed the desk's reading key, if the one who acts has it.
    """
    side = editor.side_id
    other = _frozen_of(editor, account_id)
    found = frozen_rows.read(other)
    refusal = rules.why_not_unfreeze(side_has_key=actions.has_key(side), with_key=given is not None)
    if refusal:
        raise Refused(refusal)
    if found is None:
        raise Refused(PeopleRefusal.CANNOT_READ)
    if late := why_not_undo(found, today=today):
        raise Refused(late)
    kept = _taken_out(other, given, shelf=found.shelf) if given else {}
    with one_act_about_persons():
        other = _frozen_of(editor, account_id)
        if frozen_rows.read(other) != found:
            raise Refused(PeopleRefusal.NOT_LOCKED)
        for column, value in kept.items():
            setattr(other, column, value)
        other.is_disabled = False
        frozen_rows.empty(other)
        other.save(update_fields=["is_disabled", "notice", "shelved", *kept])
        if other.public_key:
            desk_boxes.hand(other)
        alarm.end_if_false(side)
        if not any(each.may_have_key for _account, each in frozen_rows.of_side(side)):
            alarms.end_doubt(side)


def wishes(editor: Account, account_id: str, *, given: Given) -> Instruction:
    """Return what an editor of the own desk who is frozen wishes, by the side's key; nothing is written."""
    other = _frozen_of(editor, account_id)
    return editors_wishes.opened(_opened(other, "for_desk", given))


def boxes_of(editor: Account, account_id: str, column: str) -> bytes:
    """Return the file with one box of an editor who is frozen, for a key that lies elsewhere."""
    other = _frozen_of(editor, account_id)
    return sides.boxes_file(other.side_id, _asked(other, column))


def why_not_undo(found: Frozen, *, today: date) -> PeopleRefusal | None:
    """Return why this is not taken back any more, or None."""
    return rules.why_not_undo(found.since, today=today)


def has_new_passphrase(found: Frozen, *, side: str) -> bool:
    """Return whether the side's key is sealed under another passphrase since then, or is another key."""
    row = sides.side(side)
    return found.sealed != _digest(row.sealed_key if row else "")


def _freeze(other: Account, *, may_have_key: bool, today: date) -> None:
    side = sides.side(other.side_id)
    vault = sides.vault_key(other.side_id)
    content = frozen_rows.shelf(other) if vault else b""
    known = Frozen(
        since=today,
        shelf=digest_of(content) if content else "",
        key=(side and side.public_key) or "",
        sealed=_digest(side.sealed_key if side else ""),
        may_have_key=may_have_key,
    )
    frozen_rows.fill(other, known, content)
    if vault:
        _write_over(other)
    other.is_disabled, other.desk_boxes = True, {}
    other.session_mark = secrets.token_hex(16)
    other.save(
        update_fields=[
            *SHELVED,
            "is_disabled",
            "desk_boxes",
            "session_mark",
            "notice",
            "shelved",
        ]
    )
    Account.objects.filter(side=other.side_id).update(leaves_on=None)
    Invitation.objects.filter(side=other.side_id).delete()
    alarms.raise_alarm(other.side_id, today=today)
    if may_have_key and vault:
        alarms.raise_doubt(other.side_id)
    desk_boxes.follow(other.side_id)


def _write_over(other: Account) -> None:
    """Nothing in the row is of the passphrase, the authenticator or the paper any more; sizes stay."""
    bare = len(bytes.fromhex(other.sealed_totp)) - len(bytes.fromhex(_shut(b"")))
    other.sign_in_tag, other.paper_tag = drawn(), drawn()
    other.sealed_totp = _shut(secrets.token_bytes(bare))
    other.public_key = instruction.nobody().hex()


def _shut(content: bytes) -> str:
    return sealing.shut(content, key=secrets.token_bytes(32), label="nothing")


def _taken_out(other: Account, given: Given, *, shelf: str) -> dict[str, str]:
    """Return the columns as they were. Somebody who names others has not opened the box."""
    if not shelf:  # the side had no keys yet, so nothing was written over
        sides_actions.open_side_key(other.side_id, given.passphrase or Secret(""))
        return {}
    content = _opened(other, "shelved", given)
    if digest_of(content) != shelf:
        raise Refused(PeopleRefusal.OTHER_CONTENT)
    _drawn, *kept = json.loads(content)
    return dict(zip(SHELVED, kept, strict=True))


def _opened(other: Account, column: str, given: Given) -> bytes:
    asked = _asked(other, column)
    return instruction.opened_by(given, side=other.side_id, asked=asked)[about(column, other.pk)]


def _asked(other: Account, column: str) -> dict[str, bytes]:
    return {about(column, other.pk): bytes.fromhex(getattr(other, column))}


def _frozen_of(editor: Account, account_id: str) -> Account:
    other = queries.editor_of(editor.side_id, account_id=account_id)
    if other is None:
        raise Refused(PeopleRefusal.NOT_OF_THIS_DESK)
    if not other.is_disabled:
        raise Refused(PeopleRefusal.NOT_LOCKED)
    return other


def _digest(text: str) -> str:
    return digest_of(text.encode())
