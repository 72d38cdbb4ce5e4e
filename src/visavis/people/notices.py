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
from visavis.sides import alarms

from . import editors_wishes, frozen_rows, home, participants, queries, rules, wording


def readers(request: HttpRequest) -> Iterator[Notice]:
    """Yield, where an editor arrives, that they read alone. The page of editors says it by itself."""
    account = request.account  # type: ignore[attr-defined]
    if request.path != home.address() or not account.can_read:
        return
    if len(queries.who_read(account.side_id)) == 1:
        yield Notice(str(wording.READS_ALONE))


def detained(request: HttpRequest) -> Iterator[Notice]:
    """Yield on every page of the own desk that somebody of its side is detained; where they arrive, who.

    Everywhere else it costs no query where the page reads anyhow: the words lie beside the account's row.
    """
    account, today = request.account, timezone.now().date()  # type: ignore[attr-defined]
    language = get_language() or "en"
    if not account.can_read:
        return
    since = alarms.day_in(account.alarm, side=account.side_id)
    if request.path != home.address():
        if since and rules.is_news(since, today=today):
            yield Notice(
                _(
                    "Somebody’s access on your side was ended: the person may be detained. The desk’s "
                    "first page says what is to be done."
                ),
                link=home.address(),
                label=_("The desk today"),
            )
        return
    for each, found in frozen_rows.of_side(account.side_id) if since else ():
        words = _("Account frozen on %(day)s: %(name)s.")
        yield Notice(
            words % {"day": day_in(found.since, language=language), "name": each.label},
            link=home.steps_address(each.pk),
            label=_("What is to be done now"),
        )
    said = editors_wishes.said(account)
    if said.is_asked_again(side=account.side_id, today=today):
        words = (
            _(
                "Are your wishes for the case that you are detained still the same? Look at them when "
                "you have a quiet moment."
            )
            if said.is_answered
            else _("Nobody knows yet what you wish, if you are detained.")
        )
        yield Notice(words, link=reverse("people:own-wishes"), label=_("What I wish"))


def to_be_asked(request: HttpRequest) -> Iterator[Waiting]:
    """Yield, on "My page", the question whether somebody still wishes what they have said."""
    participant, today = request.participant, timezone.now().date()  # type: ignore[attr-defined]
    if participant.is_arriving:
        return
    said = participants.said(participant)
    if said.is_asked_again(side=participant.side_id, today=today):
        words = (
            _(
                "Are your wishes for the case that you are detained still the same? Look at them when "
                "you have a quiet moment."
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
                "An editor of this desk has asked to remove another one: %(name)s. The account is "
                "deleted on %(day)s, unless an editor of this desk stops it."
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
            "An editor of this desk has invited %(num)s new editor. The first code is valid from %(day)s "
            "on, unless an editor of this desk stops it.",
            "An editor of this desk has invited %(num)s new editors. The first code is valid from "
            "%(day)s on, unless an editor of this desk stops it.",
            len(new),
        )
        yield Notice(
            words % {"num": len(new), "day": day_in(new[0].counts_from, language=language)},
            address=reverse("people:withdraw-invitations"),
            button=_("Withdraw all open invitations"),
        )
