"""What an editor reads when a question or an answer is refused, and the words for states and tenses."""

from datetime import date
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from visavis.base.languages import day_in

from .rules import DialogueRefusal, SeatState, Tense

REFUSALS: dict[StrEnum, str | Promise] = {
    DialogueRefusal.NO_CHARTER: _("The charter must be signed by every side first."),
    DialogueRefusal.LANGUAGE_MISSING: _("The question is needed in every language of the site."),
    DialogueRefusal.QUESTION_TOO_LONG: _(
        "A question has at most 600 characters. Put what leads up to it into the introduction."
    ),
    DialogueRefusal.WORD_LIMIT: _("The word limit is a number from 50 to 2000."),
    DialogueRefusal.CLOSES_TOO_SOON: _("The closing day must be tomorrow or later."),
    DialogueRefusal.HAS_ANSWERS: _(
        "Somebody has answered these words, so they stay as they are. You can ask another question."
    ),
    DialogueRefusal.NOT_OPEN: _("This question is not open at the moment."),
    DialogueRefusal.NO_SEAT: _("This question has no seat for your side."),
    DialogueRefusal.NOT_SHOWN_YET: _(
        "Readers do not have this page in its present state yet. Wait for the next release; then your "
        "answer can be changed."
    ),
    DialogueRefusal.AUTHORS_KEY: _(
        "A question must not name an author’s key. Its holder could destroy all answers."
    ),
    DialogueRefusal.CHAIR_EMPTY: _(
        "This chair stayed empty, and the other answers can be read. It can no longer be filled."
    ),
    DialogueRefusal.ALREADY_ANSWERED: _(
        "Your side’s answer is there already. Withdraw it to change it."
    ),
    DialogueRefusal.NOT_ANSWERED: _("There is no open answer of your side to correct."),
    DialogueRefusal.NO_WORDS: _("Write the answer in every language you give it in."),
    DialogueRefusal.NO_ORIGINAL: _("The answer has no words in its original language."),
    DialogueRefusal.NO_PROPOSAL: _(
        "The last field, “What do you propose?”, is needed in every language of the answer."
    ),
    DialogueRefusal.NO_PEN_NAME: _("The answer needs a pen name."),
    DialogueRefusal.TOO_MANY_WORDS: _(
        "The answer with its proposal has more words than the question allows."
    ),
    DialogueRefusal.NOTHING_WRITTEN: _("Nothing has been written yet."),
    DialogueRefusal.BEFORE_CLOSING_DAY: _("Every seat is kept until the closing day has passed."),
    DialogueRefusal.NO_EMPTY_CHAIR: _("An answer is there for every seat."),
    DialogueRefusal.NOT_LATER: _(
        "A closing day can be moved to a later day, never to an earlier one."
    ),
    DialogueRefusal.NOTHING_AWAITED: _("This question no longer waits for answers."),
    DialogueRefusal.NOTE_MISSING: _(
        "The introduction exists in some languages only. It is needed in every language of the site, or "
        "in none."
    ),
    DialogueRefusal.DRAFT_MOVED_ON: _(
        "The draft has changed in the meantime. Nothing was done: look at it once more."
    ),
    DialogueRefusal.DAMAGED_TEXT: _("The text is damaged: it holds half of a character."),
    DialogueRefusal.NEWER_CHARACTER: _(
        "The text holds a character that is newer than Unicode 14.0, perhaps an emoji. Take it out: not "
        "every computer could check what is signed."
    ),
    DialogueRefusal.LOST_LETTER: _(
        "Some letters were lost before the text came here; � marks where they were. Copy the text again "
        "from its source, or type the missing letters."
    ),
}

ABOUT: dict[Tense, str | Promise] = {
    Tense.PAST: _("About the past"),
    Tense.NOW: _("About the present"),
    Tense.FUTURE: _("About the future"),
}
"""What is written above a question on its page."""

TENSES: dict[Tense, str | Promise] = {
    Tense.PAST: _("The past"),
    Tense.NOW: _("The present"),
    Tense.FUTURE: _("The future"),
}

SEATS: dict[SeatState, str | Promise] = {
    SeatState.NOTHING: _("No answer yet"),
    SeatState.DRAFT: _("Your answer is a draft"),
    SeatState.PROPOSED: _("Your answer waits for your key"),
    SeatState.KEYED: _("Your answer is there and sealed"),
    SeatState.THERE: _("An answer is there"),
    SeatState.OPEN: _("The answer is open"),
    SeatState.EMPTY: _("An empty chair"),
}


FILTERS: dict[str, str | Promise] = {
    "": _("All"),
    "ours": _("Our answer is missing"),
    "proposed": _("Under review by the desks"),
    "waiting": _("Open for answers"),
    "open": _("Answers are open"),
}
"""What the desk's list of questions can be narrowed to, by the name in the address."""


def waits_until(day: str) -> str:
    """Say that a question waits, and until which day."""
    return str(_("Still waiting for answers, until: %(day)s")) % {"day": day}


def changed_on(day: date, language: str) -> str:
    """Say in the language spoken that an answer is not the one that was released, and since when."""
    words = gettext("Changed after the answers were open, on %(day)s.")
    return words % {"day": day_in(day, language=language)}
