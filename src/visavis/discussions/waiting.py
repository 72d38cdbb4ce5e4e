"""What of the discussions waits for somebody who takes part: on "My page"."""

from collections.abc import Iterator
from typing import cast

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext, ngettext

from visavis.base.languages import number_in
from visavis.base.my_page import Waiting
from visavis.people.http import ParticipantRequest

from . import heard_queries, own_words


def for_author(request: HttpRequest) -> Iterator[Waiting]:
    """Say that the desk did not open something, and that there are drafts. Four queries."""
    participant = cast("ParticipantRequest", request).participant
    words = reverse("writing:words")
    refused = own_words.by_state(own_words.never_open(participant))["refused"]
    if refused:
        said = ngettext(
            "Your desk has not opened %(n)s contribution of yours.",
            "Your desk has not opened %(n)s contributions of yours.",
            len(refused),
        )
        yield Waiting(
            said % {"n": _number(len(refused))}, words, gettext("Why, and what you can do")
        )
    heard = reverse("writing:heard")
    if heard_queries.asked_of(participant.card):
        words_of_yours = gettext("Somebody says what they have understood of your words.")
        yield Waiting(words_of_yours, heard, gettext("Is that what you said?"))
    today = timezone.now().date()
    own = heard_queries.own(participant.card)
    if any(each.has_passed(today) for each in own):
        yield Waiting(gettext("You can reply to what you restated."), heard, gettext("Reply"))
    if any(each.correction and not each.has_passed(today) for each in own):
        yield Waiting(
            gettext("What you restated was corrected once."), heard, gettext("The correction")
        )
    drafts = own_words.drafts(participant)
    if drafts:
        said = ngettext("You have %(n)s draft.", "You have %(n)s drafts.", len(drafts))
        yield Waiting(said % {"n": _number(len(drafts))}, words, gettext("To your drafts"))


def _number(n: int) -> str:
    return number_in(n, language=get_language() or "en")
