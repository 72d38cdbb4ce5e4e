"""What is said at the heard gate: the two answers, the mark, and why something is not taken."""

from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext_lazy as _

from visavis.base.languages import number_in

from . import heard_queries
from .bodies import Says
from .heard_rules import HeardRefusal

SAYS: dict[Says, Promise] = {
    Says.YES: _("Yes, that is what I said"),
    Says.NOT_QUITE: _("Not quite"),
}
DONE: dict[str, Promise] = {
    "answered": _("Your answer waits at the desk of your side."),
    "withdrawn": _("The restatement is withdrawn."),
}
REFUSALS: dict[StrEnum, str | Promise] = {
    HeardRefusal.NO_GATE: _("This discussion asks for no restatement. You can reply at once."),
    HeardRefusal.NOT_RESTATED: _(
        "In this discussion a reply begins with a restatement. Say first what you have understood."
    ),
    HeardRefusal.NOT_ITS_RESTATEMENT: _(
        "The restatement belongs to something else, or is somebody else’s."
    ),
    HeardRefusal.NOT_ITS_HEARING: _("The answer named here is not a yes to this restatement."),
    HeardRefusal.NOT_PASSED: _(
        "It is too early: a reply needs a yes to the restatement, or seven days."
    ),
    HeardRefusal.NOT_OPEN: _("The restatement is not open yet. It opens together with the reply."),
    HeardRefusal.NOT_ITS_OWN: _("This is an item of its own, part of no other."),
    HeardRefusal.NO_CLOSER: _(
        "The restatement names no key of its author’s, so its author could not withdraw it."
    ),
    HeardRefusal.NOT_THERE: _("There is nothing here to restate or to answer any more."),
    HeardRefusal.OWN_WORDS: _("These are your own words. They need no restatement."),
    HeardRefusal.NOT_ASKED: _("The person who is asked belongs to another side."),
    HeardRefusal.NO_CARD: _(
        "The card of this restatement is not open, or not your side’s. Open the card first."
    ),
    HeardRefusal.NO_WORDS: _("Nothing has been written yet."),
    HeardRefusal.TOO_MANY_WORDS: _("There are more than 80 words. Say it in fewer."),
    HeardRefusal.ONE_PARAGRAPH: _("Only one paragraph fits here. Remove the line breaks."),
    HeardRefusal.NO_LANGUAGE_OF_ASKED: _(
        "The person who is asked may not read this language. Add the text in a language that they read."
    ),
    HeardRefusal.SETTLED: _("This is open and cannot be changed any more."),
    HeardRefusal.NEVER_SHOWN: _(
        "A correction is never published. Pass it on to the person who restated."
    ),
    HeardRefusal.WAITS_ALREADY: _("You have already restated this. It is waiting."),
    HeardRefusal.NO_THIRD_ROUND: _(
        "You have restated this twice. You can reply after a yes, or after seven days."
    ),
    HeardRefusal.IS_ANSWERED: _("This restatement has been answered."),
    HeardRefusal.NO_SECOND_CORRECTION: _(
        "It has been corrected once. If this is not right either, leave it unanswered."
    ),
    HeardRefusal.TOO_EARLY: _(
        "Today the answer is left to the person who is asked. Your desk can answer tomorrow."
    ),
    HeardRefusal.CANNOT_HAND_ON: _(
        "There is nobody to pass this on to: it has been answered, or the card is closed."
    ),
    HeardRefusal.TOO_MANY_TODAY: _("That was enough for one day. Go on tomorrow."),
    HeardRefusal.TOO_MANY_WAITING: _(
        "You have as many restatements waiting as one person may have. Reply to somebody whose words you "
        "have restated, or withdraw a restatement."
    ),
    HeardRefusal.CANNOT_BE_READ: _(
        "This version of the software cannot read these words. A newer one may."
    ),
}


def waits_at_desk(side: str) -> str:
    """Say how many restatements need something of this desk, or else how many concern it; or nothing."""
    found = heard_queries.at_desk(side)
    needed = sum(heard_queries.needs_desk(side, each) for each in found)
    n = needed or len(found)
    words = (
        ngettext("%(n)s restatement needs your desk", "%(n)s restatements need your desk", n)
        if needed
        else ngettext("%(n)s restatement waits", "%(n)s restatements wait", n)
    )
    return words % {"n": number_in(n, language=get_language() or "en")} if n else ""
