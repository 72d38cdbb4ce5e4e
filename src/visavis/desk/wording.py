"""What an editor reads at the desk, and the plain words for kinds, keys and cuts."""

from collections.abc import Mapping
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from visavis.record import wording as record
from visavis.sides import wording as sides
from visavis.signing.charter import CharterFault, Opens

from .rules import DeskRefusal

REFUSALS: Mapping[StrEnum, str | Promise] = {
    DeskRefusal.NO_KEY_GIVEN: _(
        "Type your desk’s passphrase, or add a signature that was made on your own machine."
    ),
    DeskRefusal.BOTH_GIVEN: _("Give either the passphrase or a signature, not both."),
    DeskRefusal.NOT_A_SIGNATURE: _("This is not a signature file."),
    DeskRefusal.OTHER_WORDS: _("This signature was made for other words than those on this page."),
    DeskRefusal.NOTHING_TICKED: _("Tick each document that you have read and agree to."),
    DeskRefusal.NOT_LISTED: _(
        "One of these no longer waits for your key. Nothing was signed. Please look at the list again."
    ),
    DeskRefusal.TOO_MANY_AT_ONCE: _(
        "These are too many or too long to sign at once. Nothing was signed. Tick at most 50, or fewer "
        "long ones."
    ),
    DeskRefusal.TOO_MANY_TO_OPEN: _(
        "These are too many to open at once. Nothing was opened. Tick at most 100 contributions."
    ),
    DeskRefusal.NOTHING_TICKED_TO_REFUSE: _("Tick each proposal that your desk refuses."),
    DeskRefusal.TOO_MANY_TO_REFUSE: _(
        "These are too many to refuse at once. Nothing was refused. Tick at most 50."
    ),
    DeskRefusal.HANDED_IN: _(
        "Its author has handed this in, so your desk cannot withdraw it. Open it, or say why you do not."
    ),
    DeskRefusal.NOTHING_TICKED_TO_CLOSE: _("Tick each text that your desk closes."),
    DeskRefusal.TOO_MANY_TO_CLOSE: _(
        "These are too many to close at once. Nothing was closed. Tick at most 50."
    ),
    DeskRefusal.NOT_OWN_TEXTS: _(
        "Only your side’s own words are closed here. Nothing was closed. Please look at the list again."
    ),
    DeskRefusal.NO_REASON: _("Choose a reason from the list."),
    DeskRefusal.OTHER_CHARTER: _(
        "This is not the charter that is waiting. Please read it once more."
    ),
    DeskRefusal.NO_CHARTER: _("There is no charter in force yet."),
    DeskRefusal.KEY_BEING_RENEWED: _(
        "A new key is announced for your side. Until it takes effect or is withdrawn, your side can sign "
        "nothing else: a signature given in the meantime would be lost."
    ),
    DeskRefusal.WORDS_DIFFER: _("These are not the two words of the new passphrase."),
    DeskRefusal.SIGNS_DIFFER: _("These are not the last two groups of the new recovery key."),
    DeskRefusal.NOT_RECOVERY_KEY: _("This is not the recovery key that the charter names."),
    DeskRefusal.NOTHING_UNDER_WAY: _("No recovery of your side’s key is under way."),
    DeskRefusal.NOT_BEGUN: _("No new key has been made yet. Please begin again."),
    DeskRefusal.NOTHING_TO_LIST: _(
        "The charter lists every kind of document that the program has."
    ),
    DeskRefusal.FEWER_KEYS: _(
        "This charter asks for fewer keys for a kind of document than the program does. "
        "Refuse it, and talk to the other desk."
    ),
    DeskRefusal.NOT_A_KEY: _(
        "A public key has 64 characters: digits and the small letters from a to f."
    ),
}

FAULTS: Mapping[StrEnum, str | Promise] = {
    CharterFault.A_KEY_TWICE: _("This key is already in the charter. A new key is needed."),
    CharterFault.BAD_KEY: _(
        "This is not a public key that can be trusted to belong to one holder."
    ),
}

SENTENCES: Mapping[StrEnum, str | Promise] = {
    **sides.REFUSALS,
    **record.REFUSALS,
    **REFUSALS,
}

OPENS: Mapping[Opens, str | Promise] = {
    Opens.EVERY_SIDE: _("every side"),
    Opens.OWN_SIDE: _("the side whose words these are"),
    Opens.ANY_SIDE: _("any one side"),
    Opens.RELEASE_KEY: _("the release key: the site computes it"),
    Opens.RECOVERY_KEY: _("the recovery key of one side"),
}

CARRIED = _(
    "%(n)s fingerprints of documents. Some are made up, so that nobody can count what is not public."
)

ACTS: Mapping[str, str | Promise] = {
    "proposed": _(
        "It is proposed, and its words are fixed. Now turn your side’s key below: without it nothing opens."
    ),
    "announced": _(
        "The new key is announced. The page of the charter says on which day it takes effect. Until then "
        "your desk can withdraw it there."
    ),
    "taken-back": _("The recovery is withdrawn. Your side keeps its key."),
    "in-force": _(
        "Your side’s key is turned, and the charter is in force. Now questions can be asked and texts "
        "proposed."
    ),
    "signed": _("Your side’s key is turned."),
    "pause-end": _("Your side asks for the end. The pause ends once every side asks."),
    "closed-several": _("What was ticked is closed for good."),
    "signed-rest": _(
        "Your side’s key is turned for all that still waited. The other documents of this file no longer "
        "wait for it."
    ),
    "opened": _(
        "Your side’s key is turned, and it is open. Readers see it after the next release."
    ),
    "signed-too": _(
        "Your side’s key is turned. The translation is in your side’s name too, and readers see that "
        "after the next release."
    ),
    "sealed": _("Your side’s key is turned. The answer stays sealed until every seat is filled."),
    "joined": _(
        "You are an editor of this desk. If your side’s key is on this server, a colleague must tell you "
        "the desk’s passphrase. Without it you can read and write, but sign nothing."
    ),
    "waits-for-desks": _(
        "Your side’s key is turned, and all seats are filled. One answer could not be opened yet. All come "
        "out as soon as somebody of its desk signs in."
    ),
    "released": _(
        "Your side’s key is turned, and all seats are filled. The answers come out together with the next "
        "release."
    ),
    "contributions-opened": _("What was ticked is open. Readers see it after the next release."),
    "ticked-off": _("It is ticked off, and gone from here."),
    "not-opened": _("It does not open. Only its author can read your reason, for 30 days."),
    "refused": _("The proposal is refused. The other desk sees the reason."),
    "refused-several": _("What was ticked is refused. The other desk sees the reason."),
    "withdrawn": _("The proposal is withdrawn."),
    "withdrawn-to-draft": _("The proposal is withdrawn. Its words are among your drafts."),
    "alone": _("It is open under your side’s name alone. Readers see it after the next release."),
    "closed": _("It is closed. Readers no longer see it after the next release."),
    "closed-now": _("It is closed. Readers no longer see it after a few seconds."),
    "closed-for-good": _(
        "It is closed for good, and nobody can open it again. Readers no longer see it after the next "
        "release."
    ),
    "closed-for-good-now": _(
        "It is closed for good, and nobody can open it again. Readers no longer see it after a few "
        "seconds."
    ),
}
