"""What is known of accounts, each answer only for whom it is meant."""

from collections.abc import Collection, Mapping
from datetime import date

from django.db import connection
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from visavis.safety.asking import asked
from visavis.safety.sealing import CannotOpenError
from visavis.sides import desk_keys
from visavis.sides import queries as sides

from . import rules
from .models import Account, DeskSize, Invitation, Participant, WrongCodes
from .purse import Purse
from .rules import DeskChange

COLUMNS = tuple(field.attname for field in Participant._meta.concrete_fields)
PARTICIPANT = f'SELECT {", ".join(COLUMNS)} FROM "people_participant" WHERE id = %s'  # noqa: S608 - our own names
IS_PARTICIPANT = 'SELECT 1 FROM "people_participant" WHERE id = %s AND session_mark = %s'
"""Asked at every request and in every act of theirs: Django would compose them for longer than they take."""


def account_of(*, account_id: object, mark: object, today: date) -> Account | None:
    """Return the account a session was opened for, if it may still act; asked at every request."""
    if not isinstance(account_id, str) or not isinstance(mark, str):
        return None
    # For every page of the desk, without one more query.
    news = Exists(wrong_codes(today=today).filter(side=OuterRef("side")))
    found = _with_number(_may_act(today).filter(pk=account_id, session_mark=mark))
    found = found.annotate(has_wrong_codes=news, alarm=F("side__alarm"))
    return found.defer("for_desk", "shelved", "notice").first()


def may_act(account: Account, *, today: date) -> bool:
    """Return whether the account is still what it was when it was read; asked again within each act."""
    return _may_act(today).filter(pk=account.pk, session_mark=account.session_mark).exists()


def _may_act(today: date) -> QuerySet[Account]:
    return Account.objects.filter(~Q(leaves_on__lte=today), is_disabled=False)


def participant_of(*, participant_id: object, carried: object) -> Participant | None:
    """Return the participant a session was opened for, if they may still act; asked at every request.

    ``carried`` is the purse as the session has it. It opens with the mark of the row and with no other.
    """
    if not isinstance(participant_id, str) or not isinstance(carried, str):
        return None
    rows = asked(PARTICIPANT, [participant_id])
    if not rows:
        return None
    found = Participant.from_db(connection.alias, COLUMNS, rows[0])
    try:
        found.purse = Purse.of_session(carried, mark=found.session_mark)
    except CannotOpenError:
        return None
    return found


def may_take_part(participant: Participant) -> bool:
    """Return whether the participant is still what they were; asked again within each act."""
    return bool(asked(IS_PARTICIPANT, [participant.pk, participant.session_mark]))


def editors_of(side: str) -> tuple[Account, ...]:
    """Return the editors of one's own desk, by the names the desk knows them under."""
    return _by_name(_with_number(Account.objects.filter(side=side)))


def editor_of(side: str, *, account_id: str) -> Account | None:
    """Return this editor of one's own desk; None for a stranger's as for nobody's."""
    return _with_number(Account.objects.filter(pk=account_id, side=side)).first()


def who_read(side: str) -> tuple[Account, ...]:
    """Return the editors of a desk for whom its newest reading key lies here; a frozen one has none."""
    return tuple(each for each in editors_of(side) if each.can_read)


def n_who_read() -> Mapping[str, int]:
    """Return for how many editors of each desk its newest reading key lies here."""
    return {side.code: len(who_read(side.code)) for side in sides.sides()}


def _with_number(accounts: QuerySet[Account]) -> QuerySet[Account]:
    number = desk_keys.newest_number(OuterRef("side_id"))
    return accounts.annotate(newest_number=number)


def n_who_can_sign_in(side: str, *, staying: bool = False) -> int:
    """Return how many of a desk can sign in; with ``staying`` without those who are to be removed."""
    who = Account.objects.filter(side=side, is_disabled=False)
    return (who.filter(leaves_on=None) if staying else who).count()


def leaving(side: str) -> tuple[Account, ...]:
    """Return the editors of one's own desk who are removed on a day to come, unless somebody stops it."""
    return _by_name(Account.objects.filter(side=side).exclude(leaves_on=None))


def _by_name(accounts: QuerySet[Account]) -> tuple[Account, ...]:
    # Names are sealed, so it is not the database that puts them in order.
    return tuple(sorted(accounts, key=lambda each: (each.label, each.pk)))


def n_invitations(side: str, *, today: date) -> int:
    return Invitation.objects.filter(side=side, expires_on__gte=today).count()


def invitations(side: str, *, today: date) -> tuple[Invitation, ...]:
    """Return the open invitations of one's own desk, in the order of their days."""
    found = Invitation.objects.filter(side=side, expires_on__gte=today)
    return tuple(found.order_by("counts_from", "code_hash"))


def invitation_of(side: str, *, code_hash: str, today: date) -> Invitation | None:
    """Return this open invitation of one's own desk; None for a stranger's as for none."""
    return Invitation.objects.filter(pk=code_hash, side=side, expires_on__gte=today).first()


def invited_to(code_hash: str) -> Invitation | None:
    """Return the invitation under this hash. Looking does not use it up."""
    return Invitation.objects.filter(pk=code_hash).first()


def desk_sizes(codes: Collection[str] = ()) -> Mapping[str, int]:
    """Return how many editors each desk has, frozen ones too: a number that moved on the day somebody
    was detained would tell of it. ``codes`` saves asking which sides there are.
    """
    sizes = dict.fromkeys(codes or [side.code for side in sides.sides()], 0)
    counted = Account.objects.values_list("side_id").annotate(n=Count("pk"))
    return sizes | dict(counted)


def desk_news(today: date) -> tuple[DeskChange, ...]:
    """Return how the desks have grown or shrunk in the last 30 days, the newest first."""
    by_side: dict[str, dict[date, int]] = {}
    for side, on, n_editors in DeskSize.objects.values_list("side_id", "on", "n_editors"):
        by_side.setdefault(side, {})[on] = n_editors
    return rules.desk_changes(by_side, today=today)


def wrong_codes(*, today: date) -> QuerySet[WrongCodes]:
    """Return the desks with whose passphrases codes were tried out in the last 30 days."""
    return WrongCodes.objects.filter(on__gt=today - rules.NEWS)
