"""What a desk sees on each of its pages: who is to be removed or let in, from which day, how to stop it."""

from collections.abc import Iterator

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from visavis.base.languages import day_in
from visavis.base.my_page import Waiting
from visavis.base.notices import Notice

from . import home, participants, queries, wording


def readers(request: HttpRequest) -> Iterator[Notice]:
    """Yield, where an editor arrives, that they read alone. The page of editors says it by itself."""
    account = request.account  # type: ignore[attr-defined]
    if request.path != home.address() or not account.can_read:
        return
    if len(queries.who_read(account.side_id)) == 1:
        yield Notice(str(wording.READS_ALONE))


def to_be_asked(request: HttpRequest) -> Iterator[Waiting]:
    """Yield, on "My page", the question whether somebody still wishes what they have said."""
    participant, today = request.participant, timezone.now().date()  # type: ignore[attr-defined]
    if participant.is_arriving:
        return
    said = participants.said(participant)
    if said.is_asked_again(side=participant.side_id, today=today):
        words = (
            _(
                "Is it still what you wish, if you are detained? Look at it when you have a quiet moment."
            )
            if said.is_answered
            else _("Nobody knows yet what you wish, if you are detained.")
        )
        yield Waiting(words, reverse("taking:instruction"), _("What I wish"))


def waiting(request: HttpRequest) -> Iterator[Notice]:
    """Yield what waits at the desk of the one who asks. Which editor asked for it is not kept."""
    side, today = request.account.side_id, timezone.now().date()  # type: ignore[attr-defined]
    language = get_language() or "en"
    for account in queries.leaving(side):
        if account.leaves_on and account.leaves_on > today:
            words = _(
                "An editor of this desk has asked to remove another one: %(name)s. From %(day)s on the "
                "account is gone, unless an editor of this desk stops it."
            )
            day = day_in(account.leaves_on, language=language)
            yield Notice(
                words % {"name": account.label, "day": day},
                address=reverse("people:keep", args=[account.pk]),
                button=_("Do not remove"),
            )
    new = [each for each in queries.invitations(side, today=today) if each.counts_from > today]
    if new:
        words = ngettext(
            "An editor of this desk has invited %(num)s new editor. The first code counts from %(day)s on, "
            "unless an editor of this desk stops it.",
            "An editor of this desk has invited %(num)s new editors. The first code counts from %(day)s on, "
            "unless an editor of this desk stops it.",
            len(new),
        )
        yield Notice(
            words % {"num": len(new), "day": day_in(new[0].counts_from, language=language)},
            address=reverse("people:withdraw-invitations"),
            button=_("Withdraw all open invitations"),
        )
