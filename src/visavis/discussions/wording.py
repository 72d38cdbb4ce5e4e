"""What is said when a discussion or a contribution is refused, and the words for roles and house rules."""

from datetime import date
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext, ngettext
from django.utils.translation import gettext_lazy as _

from visavis.base.languages import day_in, interface_language, number_in
from visavis.cards.rules import Role
from visavis.cards.wording import ROLES
from visavis.pages.site import speaking

from .bodies import DiscussionBody
from .marking import Clue
from .rules import TURN_DAYS, DiscussionRefusal, NotOpened, PointedOut

REFUSALS: dict[StrEnum, str | Promise] = {
    DiscussionRefusal.NO_CHARTER: _("The charter must be signed by every side first."),
    DiscussionRefusal.TITLE_MISSING: _("The title is needed in every language of the site."),
    DiscussionRefusal.OPENING_MISSING: _(
        "The opening words are needed in every language of the site."
    ),
    DiscussionRefusal.RULES_MISSING: _("The house rules are needed in every language of the site."),
    DiscussionRefusal.TITLE_TOO_LONG: _("A title has at most 200 characters."),
    DiscussionRefusal.RULES_TOO_LONG: _(
        "There are at most 20 house rules, and each has at most 500 characters."
    ),
    DiscussionRefusal.NO_ROLE: _("Choose at least one role whose members may write."),
    DiscussionRefusal.PER_DAY: _("The number of contributions a day is from 1 to 20."),
    DiscussionRefusal.WORD_LIMIT: _("The word limit is a number from 20 to 1000."),
    DiscussionRefusal.ENDS_TOO_SOON: _("The closing day must be tomorrow or later."),
    DiscussionRefusal.HAS_CONTRIBUTIONS: _(
        "Somebody has contributed below these words, so the title and the opening words stay as they are."
    ),
    DiscussionRefusal.AUTHORS_KEY: _(
        "A discussion must not name an author’s key: with it one person could destroy all contributions."
    ),
    DiscussionRefusal.NOT_OPEN: _("This discussion is not open at the moment."),
    DiscussionRefusal.IS_OVER: _(
        "The closing day of this discussion is over. It takes no more contributions."
    ),
    DiscussionRefusal.NOT_ITS_OWN: _(
        "A contribution is a document of its own, not part of another."
    ),
    DiscussionRefusal.NO_CLOSER: _(
        "The contribution names no key of its author’s, so its author could not withdraw it."
    ),
    DiscussionRefusal.NO_CARD: _(
        "The card of this contribution’s author is not open, or belongs to another side. Open "
        "the card first."
    ),
    DiscussionRefusal.NOT_THIS_ROLE: _("The role on the card may not write in this discussion."),
    DiscussionRefusal.NO_WORDS: _("Nothing has been written yet."),
    DiscussionRefusal.TOO_MANY_WORDS: _(
        "The contribution has more words than this discussion allows."
    ),
    DiscussionRefusal.NOT_WHAT_IT_ANSWERS: _(
        "What this replies to is no longer shown in this discussion, so nobody can reply to it."
    ),
    DiscussionRefusal.WRONG_THREAD: _(
        "A reply belongs to the thread of what it replies to. This one names another thread."
    ),
    DiscussionRefusal.NOT_OUR_TURN: _(
        "Sides take turns here, and another side begins the next thread. Replies are possible at any "
        "time. If three days pass without a new thread, your side may begin the next one."
    ),
    DiscussionRefusal.MOVED: _(
        "In a correction the discussion, the author’s card and what it replies to stay the same."
    ),
    DiscussionRefusal.CANNOT_BE_READ: _(
        "This version of the software cannot read these words. A newer one may."
    ),
    DiscussionRefusal.NO_REASON: _("Choose a reason from the list."),
    DiscussionRefusal.NO_NOTE: _("Say in a few words what it is."),
    DiscussionRefusal.NOTE_TOO_LONG: _("The note has at most 200 characters."),
    DiscussionRefusal.TOLD_ENOUGH: _(
        "You have sent the desks enough notes for today. The desks read them. You can send more tomorrow."
    ),
    DiscussionRefusal.DRAFT_MOVED_ON: _(
        "The draft has changed in the meantime. Nothing was done: look at it once more."
    ),
    DiscussionRefusal.TOO_LONG: _("A contribution has at most 20,000 characters."),
    DiscussionRefusal.ENOUGH_TODAY: _(
        "You have reached the number of contributions that one person may make here in a day. Your words stay"
        " a draft: hand them in tomorrow."
    ),
    DiscussionRefusal.HANDED_IN_TOO_OFTEN: _(
        "You have handed something in 40 times today. Your words stay a draft: go on tomorrow."
    ),
    DiscussionRefusal.TOO_MANY_WAITING: _(
        "You have as many contributions waiting at your desk as one person may have. Your words stay a"
        " draft: hand them in when your desk has read some, or withdraw one."
    ),
    DiscussionRefusal.TOO_MANY_DRAFTS: _(
        "You have 20 drafts, and there is no room for another. Hand one in or give one up in another window;"
        " your words stay here meanwhile."
    ),
    DiscussionRefusal.CARD_IS_GONE: _(
        "Your card is closed for good, so you cannot hand in anything more. Another card needs another"
        " invitation."
    ),
    DiscussionRefusal.NO_DRAFT_OF_CARD: _(
        "Fill in your card first: it introduces you, and is handed in together with your first contribution."
    ),
    DiscussionRefusal.NOT_WAITING: _(
        "Your desk has decided about this in the meantime. Look at “My words”: what is open can be corrected."
    ),
    DiscussionRefusal.HANDED_IN_MEANWHILE: _(
        "You have handed something in from another window in the meantime. Please try once more."
    ),
    DiscussionRefusal.DAMAGED_TEXT: _("The text is damaged: it holds half of a character."),
    DiscussionRefusal.NEWER_CHARACTER: _(
        "The text holds a character that is newer than Unicode 14.0, perhaps an emoji. Take it out: not "
        "every computer could check what is signed."
    ),
    DiscussionRefusal.LOST_LETTER: _(
        "Some letters were lost before the text came here; � marks where they were. Copy the text again "
        "from its source, or type the missing letters."
    ),
}

DONE: dict[str, Promise] = {
    "handed-in": _(
        "Your words wait at your desk. Until it opens them, only you and your desk can read them."
    ),
    "given-up": _("The draft is gone."),
    "withdrawn": _(
        "Your words are withdrawn. What was open leaves the pages with the next edition."
    ),
}
"""What is said on "My words" after an act."""

HOUSE_RULES: tuple[Promise, ...] = (
    _("Write about what you have lived, read or thought yourself."),
    _("Write to a person, not to a people."),
    _("No insults, no threats, no call to violence."),
    _("Name people only with their consent, and write nothing by which somebody could be found."),
    _("Say first what you have understood, then what you think."),
    _("You may stop at any time, and you may withdraw your words at any time."),
)
"""With these a desk begins; what is proposed is its own."""


def house_rules(language: str) -> str:
    """Return the house rules to begin with in this language, one a line; none where it is not spoken."""
    if interface_language(language) != language:
        return ""
    with speaking(language):
        return "\n".join(map(str, HOUSE_RULES))


CLUES: dict[Clue, str | Promise] = {
    Clue.NAME: _("Perhaps a person’s name:"),
    Clue.NUMBER: _("A long number:"),
    Clue.ADDRESS: _("An address:"),
    Clue.LINK: _("A link:"),
}


def what_is_marked(clue: Clue) -> str:
    """Say to who cannot see a mark why it is there."""
    return str(CLUES[clue])


def n_wait(n: int) -> str:
    """Say on the desk's home how many contributions wait."""
    words = ngettext("%(n)s contribution waits", "%(n)s contributions wait", n)
    return words % {"n": number_in(n, language=get_language() or "en")}


WHY_NOT_OPENED: dict[NotOpened, str | Promise] = {
    NotOpened.NAMES_A_PERSON: _("It names a person"),
    NotOpened.NOT_KIND: _("Its tone is unkind"),
    NotOpened.OFF_SUBJECT: _("It is off the subject of this discussion"),
    NotOpened.NOT_UNDERSTOOD: _("We have not understood it"),
    NotOpened.ENDANGERS: _("It would endanger somebody"),
    NotOpened.PEN_NAME: _(
        "The pen name is in use, or does not fit. Choose another one for your card"
    ),
    NotOpened.OTHER: _("Another reason"),
}
POINTED_OUT: dict[PointedOut, str | Promise] = {
    PointedOut.NAMES_A_PERSON: _("It names a person"),
    PointedOut.NOT_KIND: _("Its tone is unkind"),
    PointedOut.OFF_SUBJECT: _("It is off the subject of this discussion"),
    PointedOut.ENDANGERS: _("It endangers somebody"),
    PointedOut.WRONG_TRANSLATION: _("A translation differs from the original"),
    PointedOut.OTHER: _("Another reason"),
}


def roles_in(roles: tuple[Role, ...]) -> str:
    return ", ".join(str(ROLES[role]) for role in Role if role in roles)


def until(day: date, language: str) -> str:
    """Say in the language spoken until when a discussion takes contributions."""
    return gettext("Open for contributions until: %(day)s") % {
        "day": day_in(day, language=language)
    }


def terms_of(terms: DiscussionBody, language: str) -> list[str]:
    """Say in the language spoken who may write, how much and until when, each in one sentence."""
    words = ngettext("At most %(n)s word", "At most %(n)s words", terms.word_limit)
    a_day = ngettext(
        "At most %(n)s contribution by one person a day",
        "At most %(n)s contributions by one person a day",
        terms.per_day,
    )
    turns = ngettext(
        "Sides take turns in beginning threads. After %(n)s day the turn is free.",
        "Sides take turns in beginning threads. After %(n)s days the turn is free.",
        TURN_DAYS,
    )
    return [
        gettext("Who may write: %(roles)s") % {"roles": roles_in(terms.roles)},
        words % {"n": number_in(terms.word_limit, language=language)},
        a_day % {"n": number_in(terms.per_day, language=language)},
        *([turns % {"n": number_in(TURN_DAYS, language=language)}] if terms.takes_turns else []),
        *(
            [
                gettext(
                    "A reply begins with a restatement of what it replies to, in at most 80 words."
                )
            ]
            if terms.has_gate
            else []
        ),
        until(terms.until, language),
    ]
