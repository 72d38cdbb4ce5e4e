"""One sentence for each refusal that these pages can meet, the sides' own among them."""

from collections.abc import Mapping
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from visavis.sides import wording as sides

from .rules import NameWish, ParticipantRole, PeopleRefusal, TextsWish, VoiceWish

REFUSALS: Mapping[StrEnum, Promise] = {
    **sides.REFUSALS,
    PeopleRefusal.CANNOT_SIGN_IN: _(
        "This did not work. Check the six words, and wait for a new code before you try again. If that does "
        "not work either, type two codes: the one shown now and, after it, the next one."
    ),
    PeopleRefusal.BAD_CODE: _(
        "This code does not work. Compare it character by character with what you were given. If it has been "
        "used or is too old, ask an editor of your desk for an invitation."
    ),
    PeopleRefusal.SIGNED_IN: _(
        "You are signed in. Sign out first: one person is an editor of one side only."
    ),
    PeopleRefusal.WORDS_DIFFER: _(
        "These are not the two words of the passphrase. Look at your paper, or go back and see it once more."
    ),
    PeopleRefusal.WRONG_DIGITS: _(
        "These are not the digits the authenticator shows now. Wait for the next ones; if these do not "
        "work either, check that its clock is right."
    ),
    PeopleRefusal.LABEL_MISSING: _("Give a short name, of at most 40 characters."),
    PeopleRefusal.LABEL_TAKEN: _("Another editor of your desk has this name."),
    PeopleRefusal.LAST_EDITOR: _(
        "This is the last editor of your desk who can sign in. Invite another one first."
    ),
    PeopleRefusal.NOT_OF_THIS_DESK: _("Your desk has no such editor."),
    PeopleRefusal.TEXT_DIFFERS: _("These are not the last two groups of the recovery key."),
    PeopleRefusal.CODE_NOT_YET: _(
        "This code is not valid yet: the desk has a whole day in which it can stop it. Come back on the "
        "day that came with the code."
    ),
    PeopleRefusal.KEY_NEEDED: _(
        "This needs your side’s key: type the desk’s passphrase, or upload the file that was made with "
        "the key."
    ),
    PeopleRefusal.NOT_SEEN_YET: _("This editor must sign in once. Then you can let them read."),
    PeopleRefusal.CANNOT_READ: _(
        "You cannot read your desk’s unpublished words yourself, so you cannot let anybody else read them. "
        "Sign in again; if that does not help, ask another editor of your desk."
    ),
    PeopleRefusal.BAD_CARD_CODE: _(
        "This code does not work. Compare it character by character with the card. A code works once, and "
        "for 60 days. If yours was used or is too old, ask the person who gave you the card for another."
    ),
    PeopleRefusal.SIGNED_IN_HERE: _(
        "You are signed in. To join with another code, sign out first."
    ),
    PeopleRefusal.NOT_THE_SIX: _(
        "These are not the six words. Look at your paper and type all six in their order, or go back and see "
        "them once more."
    ),
    PeopleRefusal.TOO_OFTEN: _(
        "This code has been tried too often. Wait an hour, then begin again."
    ),
    PeopleRefusal.ARRIVING: _(
        "Your account is created at the next full hour. Until then you can save drafts; hand them in "
        "afterwards."
    ),
    PeopleRefusal.NOT_SO_MANY: _("Give a number from 1 to 50."),
    PeopleRefusal.NO_ROLE: _("Choose the role in which people join with these codes."),
    PeopleRefusal.TOO_MANY_OPEN: _(
        "This would give your desk too many open codes: at most 500 at a time. Make a batch void "
        "that you do not need, or ask for fewer."
    ),
    PeopleRefusal.SHOWN_ALREADY: _(
        "The codes of this batch were shown once and are not kept. If the cards were not printed, make the "
        "batch void and make another."
    ),
    PeopleRefusal.NOTHING_CHOSEN: _("Choose what should be deleted. Nothing has been deleted yet."),
    PeopleRefusal.NOT_ALL_ANSWERED: _("Answer all three questions. No answer is chosen for you."),
    PeopleRefusal.NOBODY_TO_ASK: _("Say whom your desk should ask, or choose another answer."),
    PeopleRefusal.WHOM_TOO_LONG: _(
        "Say whom your desk should ask, in at most 80 characters and without hidden ones."
    ),
    PeopleRefusal.SLIP_OF_THE_PEN: _(
        "This is not a whole code: a character is wrong, missing or too many. Compare it character by "
        "character with the card."
    ),
    PeopleRefusal.BAD_PAPER: _("This code does not work, or no longer works."),
    PeopleRefusal.NOT_YOUR_PASSPHRASE: _(
        "This is not your own passphrase, so nothing has been done. Type the six words with which "
        "you sign in."
    ),
    PeopleRefusal.OTHER_KEY: _(
        "This is sealed to an earlier key of your side, so nothing has been done. To end the access at "
        "once, leave the desk’s passphrase empty. The code on paper still opens what was wished."
    ),
    PeopleRefusal.NOT_SAID: _(
        "Say whether somebody can sign for your side through this person. If you are not sure, say yes."
    ),
    PeopleRefusal.OTHER_CONTENT: _(
        "This file is not what was in the box, or it is of an earlier time. Download the box once more, and "
        "open it on the machine that has your side’s key."
    ),
    PeopleRefusal.NOT_LOCKED: _("This access is not ended, so there is nothing to give back."),
    PeopleRefusal.TOO_LATE_TO_UNDO: _(
        "This access was ended more than seven days ago. A participant can come back with a return, "
        "which takes seven days and which your whole desk sees. An editor joins again, with a new "
        "invitation."
    ),
    PeopleRefusal.TOO_EARLY_TO_RETURN: _(
        "This access was ended less than seven days ago. If the alarm was false, give it back at once."
    ),
    PeopleRefusal.RETURNS_ALREADY: _("This return has begun already."),
    PeopleRefusal.NOT_RETURNING: _(
        "The code can be made only after the seven days of a return are over."
    ),
    PeopleRefusal.CANNOT_COME_BACK: _(
        "This did not work. Check the code, and the order of your old six words. If it fails again, ask "
        "your desk: the code may have been made void."
    ),
    PeopleRefusal.CANNOT_TAKE_PART: _(
        "This did not work. Check the six words and their order, and try again. Capitals, spaces and hyphens "
        "do not matter."
    ),
}

ROLES: Mapping[ParticipantRole, Promise] = {
    ParticipantRole.CIVIL_SOCIETY: _("civil society"),
    ParticipantRole.JOURNALIST: _("journalists"),
    ParticipantRole.STUDENT: _("students"),
    ParticipantRole.YOUTH: _("young people"),
    ParticipantRole.EXPERT: _("experts"),
    ParticipantRole.OTHER: _("other"),
}
"""As whom people take part, of several: no plural label has a gender."""
ROLES_OF_ONE: Mapping[ParticipantRole, Promise] = {
    ParticipantRole.CIVIL_SOCIETY: pgettext_lazy("one person", "from civil society"),
    ParticipantRole.JOURNALIST: pgettext_lazy("one person", "journalist"),
    ParticipantRole.STUDENT: pgettext_lazy("one person", "student"),
    ParticipantRole.YOUTH: pgettext_lazy("one person", "young person"),
    ParticipantRole.EXPERT: pgettext_lazy("one person", "expert"),
    ParticipantRole.OTHER: pgettext_lazy("one person", "another role"),
}
"""The same of one person: as `cards.wording` has it on a card."""
TEXTS: Mapping[TextsWish, Promise] = {
    TextsWish.KEEP: _("Leave my words as they are, with my pen name and my card."),
    TextsWish.WITHOUT_CARD: _("Leave my words, and stop showing my pen name and my card."),
    TextsWish.HIDE: _("Stop showing my words and my card. They come back if the alarm was false."),
    TextsWish.TAKE_AWAY: _("Delete all my words and my card for good."),
}
TEXTS_RISKS: Mapping[TextsWish, Promise] = {
    TextsWish.KEEP: _("The people who detain you can read them and use them against you."),
    TextsWish.WITHOUT_CARD: _(
        "Nobody can link your texts by the pen name any more. People who have a copy still can, and your "
        "way of writing stays."
    ),
    TextsWish.HIDE: _(
        "The fact that words disappear after an arrest can be held against you too. Copies in other "
        "hands stay. For seven days the desk’s passphrase opens your words; after that only you can open "
        "them, or your code on paper. You can be forced to open them."
    ),
    TextsWish.TAKE_AWAY: _(
        "The fact that words disappear after an arrest can be held against you too. Copies in other "
        "hands stay. It cannot be undone, not even if the alarm was false."
    ),
}
NAMES: Mapping[NameWish, Promise] = {
    NameWish.FULL: _("With my full name."),
    NameWish.INITIALS: _("With my initials."),
    NameWish.COUNTED: _("Counted only, without any name."),
    NameWish.ASK: _("Ask the person whom I name below."),
}
NAMES_RISKS: Mapping[NameWish, Promise] = {
    NameWish.FULL: _("Others can ask after you. Your name then stays in copies."),
    NameWish.INITIALS: _("Those who know you recognise you."),
    NameWish.COUNTED: _("Nobody can ask after you by name."),
    NameWish.ASK: _("Your desk must reach this person first. Until then nothing is said."),
}
VOICES: Mapping[VoiceWish, Promise] = {
    VoiceWish.LOUD: _("Speak of it in public, as loudly as you can."),
    VoiceWish.QUIET: _("Say nothing in public."),
    VoiceWish.ASK: _("Ask the person whom I name below."),
}
VOICES_RISKS: Mapping[VoiceWish, Promise] = {
    VoiceWish.LOUD: _(
        "Attention can protect you. It can also make it harder for you to be freed quietly."
    ),
    VoiceWish.QUIET: _("The people who detain you may feel unobserved."),
    VoiceWish.ASK: _("Your desk must reach this person first. Until then nothing is said."),
}
READS_ALONE = _(
    "You alone can read what your desk has not published. If your passphrase is lost, those words are "
    "lost with it. Invite another editor, or allow one to read, on the page of editors."
)
ACTS: Mapping[str, Promise] = {
    "passphrase": _(
        "Your new passphrase is valid from now on. Everywhere else you are signed out."
    ),
    "instruction": _("Your wishes are saved and sealed. You can change them here at any time."),
    "desk-passphrase": _(
        "The desk’s new passphrase is valid from now on, and the old one opens nothing here."
    ),
    "shown-again": _("What could be shown again is shown with the next edition."),
    "never-shown": _("What was no longer shown is deleted for good."),
    "paper-gone": _("No code on paper works any more."),
    "authenticator": _(
        "Your new authenticator works from now on; delete the old entry. Everywhere else you are signed "
        "out."
    ),
}
"""What an editor reads after an act, by the name the address gives it."""
