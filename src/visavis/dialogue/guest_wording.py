"""What is said to a desk and to its guest: one sentence for each refusal."""

from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .guest_rules import GuestRefusal

REFUSALS: dict[StrEnum, str | Promise] = {
    GuestRefusal.INVITED: _(
        "A participant is invited to your side’s seat. Withdraw the invitation first."
    ),
    GuestRefusal.DESK_WRITES: _(
        "Your desk has a draft of an answer. Give it up before you invite somebody."
    ),
    GuestRefusal.NO_CARD: _("No open card of your side is chosen. Choose one from the list."),
    GuestRefusal.NOBODY_THERE: _(
        "The account behind this card is gone. Nobody could read the invitation: choose another card."
    ),
    GuestRefusal.NOBODY_INVITED: _("Nobody is invited to this seat any more."),
    GuestRefusal.OVER: _(
        "The invitation has ended: this question takes no new answer from a guest."
    ),
    GuestRefusal.RELEASED: _(
        "The answers are out, or a chair was left empty. This answer can no longer be changed. "
        "Its author can withdraw it."
    ),
    GuestRefusal.GUESTS_WORDS: _(
        "A guest wrote this answer, and only its author changes it. "
        "On the question’s page your desk can leave it unopened."
    ),
    GuestRefusal.NOT_A_GUESTS: _(
        "This answer comes neither from a desk nor from a guest. It cannot be accepted."
    ),
    GuestRefusal.NOT_WAITING: _("Your answer does not wait any more. Look at it once more."),
    GuestRefusal.DRAFT_MOVED_ON: _(
        "The draft was changed in another window. What you typed here is below; save it to replace the "
        "other words."
    ),
    GuestRefusal.NOTHING_WRITTEN: _("Nothing has been written yet."),
    GuestRefusal.TOO_MANY_DRAFTS: _("You have five drafts of answers. Give one up first."),
    GuestRefusal.TOO_OFTEN: _(
        "You have handed in too often today. The draft stays until tomorrow."
    ),
}

DONE: dict[str, str | Promise] = {
    "handed-in": _("Your answer waits at your desk, sealed."),
    "withdrawn": _("Your answer is gone."),
    "given-up": _("The draft is gone."),
}
"""What has just been done, by the word in the address."""
