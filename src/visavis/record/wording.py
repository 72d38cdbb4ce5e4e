"""What an editor reads when an act is refused, and the reasons from which a refusal is chosen."""

from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .rules import RecordRefusal, RefusalReason, State

REFUSALS: dict[StrEnum, str | Promise] = {
    RecordRefusal.NO_CHARTER: _("The charter must be signed by every side first."),
    RecordRefusal.ANOTHER_SITE: _("This was written for another site."),
    RecordRefusal.NOT_OUR_WORDS: _(
        "Only the desk of the side whose words these are can propose them."
    ),
    RecordRefusal.NOT_TODAY: _(
        "The day has changed since this was prepared. Please do it once more."
    ),
    RecordRefusal.NOT_THE_NEXT_VERSION: _(
        "The open version has changed since this was written. Please begin again from the open version."
    ),
    RecordRefusal.ALREADY_PROPOSED: _(
        "The desks are already reviewing a version of this. Wait for the answer, or withdraw it first."
    ),
    RecordRefusal.TOO_MANY_PROPOSED: _(
        "Your side has as many proposals under review as it may have at once. Withdraw a proposal, or "
        "wait for the other side’s answer."
    ),
    RecordRefusal.LINE_FULL: _(
        "Too much is already waiting at the desk of your side, so it takes nothing more today. Your "
        "words stay a draft: try again in a few days."
    ),
    RecordRefusal.NOT_LISTED: _(
        "The charter does not list this kind of document yet. Propose a charter that does, on the page "
        "about the charter."
    ),
    RecordRefusal.ADDRESS_OF_ANOTHER: _(
        "Another item already has the address that this one would have. Please begin a new draft."
    ),
    RecordRefusal.PAUSED: _("A pause is on already."),
    RecordRefusal.PAUSED_LATELY: _(
        "Your side can pause alone again 14 days after its last pause. All sides together can pause on any "
        "day."
    ),
    RecordRefusal.NOT_PAUSED: _("The pause has not begun yet. It begins with the next release."),
    RecordRefusal.END_ASKED: _(
        "Your side has asked for the end already. The pause ends once every side asks."
    ),
    RecordRefusal.MADE_FROM_WHAT_IS_NOT_OPEN: _("What this is based on is not open at the moment."),
    RecordRefusal.COMPUTED: _("The site itself computes documents of this kind."),
    RecordRefusal.DRAFT_MOVED_ON: _(
        "The draft changed while you were writing. Nothing was lost: compare what you wrote with it, and "
        "save it again."
    ),
    RecordRefusal.NO_DRAFT_KEY: _(
        "Your account cannot open your desk’s drafts, so nothing was saved. Copy what you wrote, and ask "
        "another editor of your desk."
    ),
    RecordRefusal.NOT_PROPOSED: _("The desks are no longer reviewing this."),
    RecordRefusal.NOT_OPEN: _("This is not open, so there is nothing to close."),
    RecordRefusal.NO_SUCH_SIDE: _("The charter does not name this side."),
    RecordRefusal.WRONG_KEY: _("This is not the key that the charter names for your side."),
    RecordRefusal.WRONG_SIGNATURE: _(
        "The signature does not belong to exactly these words. Download them again and sign once more."
    ),
    RecordRefusal.ALREADY_TURNED: _("Your side has already turned its key for this."),
    RecordRefusal.NOT_ASKED: _("Your side\u2019s key is not asked for here."),
    RecordRefusal.NOT_HANDED_IN: _("Nobody has handed this in to your desk."),
    RecordRefusal.OWN_PROPOSAL: _("This is your own proposal. You can withdraw it."),
    RecordRefusal.NOT_OWN_PROPOSAL: _(
        "Another desk proposed this. Only that desk can do what you asked for."
    ),
    RecordRefusal.STILL_WAITING: _("The waiting time for an answer has not passed yet."),
    RecordRefusal.NEVER_ALONE: _("This can never be shown under one side’s name alone."),
    RecordRefusal.NOT_THE_SAME_WORDS: _(
        "Only the exact words that went unanswered can be shown under one side’s name alone."
    ),
    RecordRefusal.ANSWERED: _(
        "Every other side has turned its key already. Turn yours, and it opens jointly."
    ),
    RecordRefusal.NOT_A_SEAT: _("The question has no seat that this answer could take."),
    RecordRefusal.SEAT_TAKEN: _(
        "Your side has answered this question already. You can propose a new version of that answer."
    ),
    RecordRefusal.ALREADY_CLOSED: _("Your side has already closed this."),
    RecordRefusal.CLOSED_FOR_GOOD: _("This is closed for good: nobody can open it again."),
    RecordRefusal.NOT_CLOSINGS: _("This is not a file of closing notes, or it is damaged."),
    RecordRefusal.NEWER_CLOSINGS: _(
        "A newer version of the program wrote this file. Use that version, and upload the file again."
    ),
    RecordRefusal.FALSE_NOTE: _(
        "A note in this file is not signed by the sides whose keys this closing needs."
    ),
    RecordRefusal.NOT_ITS_AUTHOR: _("There is nothing here that this key can close."),
    RecordRefusal.ANOTHER_CLOSER: _(
        "A later version keeps the key with which its author can close it. This one has another."
    ),
    RecordRefusal.WITHHELD: _(
        "The access of the person who wrote this is ended, so these words are not opened. They wait until "
        "your desk gives the access back, or refuses them."
    ),
    RecordRefusal.NO_READING_KEY: _(
        "Your desk has no key yet to seal these words with, so nothing was proposed. Sign out and in"
        " again. If that does not help, an editor of another desk has to sign in first."
    ),
}

REASONS: dict[RefusalReason, str | Promise] = {
    RefusalReason.FACTS: _("Something in it is not correct."),
    RefusalReason.TRANSLATION: _("A translation does not say what the original says."),
    RefusalReason.WORDING: _("The wording hurts needlessly."),
    RefusalReason.SAFETY: _("It could put somebody at risk."),
    RefusalReason.LAW: _("It could break a law that binds us."),
    RefusalReason.SCOPE: _("It does not belong on this site."),
    RefusalReason.TIMING: _("This is not the time for it."),
}

STATES: dict[State, str | Promise] = {
    State.DRAFT: _("Draft"),
    State.PROPOSED: _("Under review by the desks"),
    State.OPEN: _("Open"),
    State.CLOSED: _("Closed"),
    State.REFUSED: _("Refused"),
    State.WITHDRAWN: _("Withdrawn"),
    State.SUPERSEDED: _("Replaced by a later version"),
}
