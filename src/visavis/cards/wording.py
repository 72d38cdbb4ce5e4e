"""The words of cards: one sentence for each refusal, one label for each role and each cue."""

from collections.abc import Mapping
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from visavis.base.languages import name_alone

from .rules import (
    CardRefusal,
    CueList,
    Dish,
    Generation,
    Missed,
    Role,
    Trade,
)

REFUSALS: Mapping[StrEnum, str | Promise] = {
    CardRefusal.NO_NAME: _("Write the pen name in this language too."),
    CardRefusal.TOO_SHORT: _("A pen name has at least two letters."),
    CardRefusal.TOO_LONG: _("A pen name has at most 40 characters."),
    CardRefusal.DIGITS: _("Write the pen name without digits."),
    CardRefusal.ADDRESS: _("A pen name is no address: write it without dots, slashes and @."),
    CardRefusal.HIDDEN: _("The pen name contains an invisible character. Type it once more."),
    CardRefusal.SIGNS: _(
        "A pen name has letters, and between them spaces, hyphens or apostrophes."
    ),
    CardRefusal.MIXED_SCRIPTS: _("These letters come from several alphabets. Use one of them."),
    CardRefusal.ANOTHER_SCRIPT: _("These letters are not those of this language."),
    CardRefusal.NOT_FREE: _("This pen name is not free. Choose another one."),
    CardRefusal.NO_CARD: _("Fill in your card first."),
    CardRefusal.HAS_CARD: _(
        "Your card has been handed in. It can be closed, but not handed in again."
    ),
    CardRefusal.LEFT_OUT: _(
        "Your desk’s cards do not include one of these lists. Look at the card once more."
    ),
    CardRefusal.NO_CHARTER: _("There is no charter in force yet."),
    CardRefusal.NO_AUTHORS_KEY: _("A card must name its author’s key."),
    CardRefusal.NAME_IN_USE: _(
        "An open card has this pen name, or one that looks like it. Leave these words unopened and "
        "choose the reason “the pen name”: the card then goes back to its author."
    ),
    CardRefusal.NOT_ALONE: _("A card belongs to one side and is not based on another document."),
}

ROLES: Mapping[Role, str | Promise] = {
    Role.CIVIL_SOCIETY: _("civil society"),
    Role.JOURNALIST: _("journalists"),
    Role.STUDENT: _("students"),
    Role.YOUTH: _("young people"),
    Role.EXPERT: _("experts"),
    Role.OTHER: _("other"),
}
"""Of several: for lists of who may write. Plural labels have no gender."""

ROLES_OF_ONE: Mapping[Role, str | Promise] = {
    Role.CIVIL_SOCIETY: pgettext_lazy("one person", "from civil society"),
    Role.JOURNALIST: pgettext_lazy("one person", "journalist"),
    Role.STUDENT: pgettext_lazy("one person", "student"),
    Role.YOUTH: pgettext_lazy("one person", "young person"),
    Role.EXPERT: pgettext_lazy("one person", "expert"),
    Role.OTHER: pgettext_lazy("one person", "another role"),
}
"""Beside one person. Where a language would choose a gender, its words say another thing that is true."""

LISTS: Mapping[CueList, str | Promise] = {
    CueList.GENERATION: _("School years"),
    CueList.TRADE: _("What I work at"),
    CueList.COOK: _("What I cook"),
    CueList.MISS: _("What I miss"),
    CueList.READS: _("Languages I read"),
}

CUES: Mapping[CueList, Mapping[StrEnum, str | Promise]] = {
    CueList.GENERATION: {
        Generation.BEFORE_1960: pgettext_lazy("school years", "before 1960"),
        Generation.S1960: pgettext_lazy("school years", "the 1960s"),
        Generation.S1970: pgettext_lazy("school years", "the 1970s"),
        Generation.S1980: pgettext_lazy("school years", "the 1980s"),
        Generation.S1990: pgettext_lazy("school years", "the 1990s"),
        Generation.S2000: pgettext_lazy("school years", "the 2000s"),
        Generation.S2010: pgettext_lazy("school years", "the 2010s"),
        Generation.S2020: pgettext_lazy("school years", "the 2020s"),
    },
    CueList.TRADE: {
        Trade.TEACHING: pgettext_lazy("trade", "teaching"),
        Trade.CARE: pgettext_lazy("trade", "health and care"),
        Trade.LAND: pgettext_lazy("trade", "fields and gardens"),
        Trade.BUILDING: pgettext_lazy("trade", "building"),
        Trade.KITCHEN: pgettext_lazy("trade", "cooking and baking"),
        Trade.CRAFTS: pgettext_lazy("trade", "crafts and sewing"),
        Trade.ROADS: pgettext_lazy("trade", "roads and transport"),
        Trade.SHOP: pgettext_lazy("trade", "shops and markets"),
        Trade.BOOKS: pgettext_lazy("trade", "books and writing"),
        Trade.ARTS: pgettext_lazy("trade", "music and art"),
        Trade.MACHINES: pgettext_lazy("trade", "machines and computers"),
        Trade.HOME: pgettext_lazy("trade", "home and family"),
        Trade.STUDY: pgettext_lazy("trade", "studies"),
    },
    CueList.COOK: {
        Dish.SOUP: pgettext_lazy("cook", "soup"),
        Dish.BREAD: pgettext_lazy("cook", "bread"),
        Dish.RICE: pgettext_lazy("cook", "rice"),
        Dish.POTATOES: pgettext_lazy("cook", "potatoes"),
        Dish.EGGS: pgettext_lazy("cook", "eggs with tomatoes"),
        Dish.GREENS: pgettext_lazy("cook", "greens and herbs"),
        Dish.FISH: pgettext_lazy("cook", "fish"),
        Dish.BEANS: pgettext_lazy("cook", "beans"),
        Dish.PIES: pgettext_lazy("cook", "pies"),
        Dish.JAM: pgettext_lazy("cook", "jam"),
        Dish.PICKLES: pgettext_lazy("cook", "pickles"),
        Dish.TEA: pgettext_lazy("cook", "tea"),
        Dish.COFFEE: pgettext_lazy("cook", "coffee"),
        Dish.WHATEVER: pgettext_lazy("cook", "whatever is in the house"),
    },
    CueList.MISS: {
        Missed.SUMMERS: pgettext_lazy("miss", "long summers"),
        Missed.SNOW: pgettext_lazy("miss", "snow"),
        Missed.TABLE: pgettext_lazy("miss", "a long family table"),
        Missed.FRIENDS: pgettext_lazy("miss", "old friends"),
        Missed.LETTERS: pgettext_lazy("miss", "letters on paper"),
        Missed.GAMES: pgettext_lazy("miss", "games in the yard"),
        Missed.TRAINS: pgettext_lazy("miss", "night trains"),
        Missed.SILENCE: pgettext_lazy("miss", "quiet"),
        Missed.SONGS: pgettext_lazy("miss", "songs sung together"),
        Missed.GARDEN: pgettext_lazy("miss", "the scent of a garden"),
        Missed.BACKGAMMON: pgettext_lazy("miss", "a game of backgammon"),
        Missed.STARS: pgettext_lazy("miss", "a sky full of stars"),
        Missed.TIME: pgettext_lazy("miss", "free time"),
    },
}
"""Every list but that of languages, whose names the Unicode consortium has."""


def cue_label(of: CueList, picked: str, *, language: str) -> str:
    """Return the label of one cue, for a page of this language that is being spoken."""
    if of is CueList.READS:
        return name_alone(picked, among=language)
    return str(CUES[of][next(cue for cue in CUES[of] if cue.value == picked)])


def participant_of(side: str) -> str:
    """Say that a participant of this side wrote it: who, is not shown or not shown any more."""
    return gettext("A participant of: %(side)s") % {"side": side}
