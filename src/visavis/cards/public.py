"""Who wrote something, as readers see it: made of an open card, and of nothing else.

Where a card is closed, or cannot be read, one sentence is shown there, the same for every cause.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import TypeGuard

from django.utils.translation import gettext as _

from visavis.base.languages import list_in
from visavis.base.scripts import scripts_of
from visavis.base.text import as_it_is
from visavis.kinds.items import Part
from visavis.pages.site import Voice
from visavis.signing.charter import Charter

from . import wording
from .bodies import CardBody
from .rules import CARD, CueList

TEMPLATE = "cards/public/byline.html"
"""Its macro ``byline(byline)`` shows one above a contribution."""


@dataclass(frozen=True)
class Cue:
    """One line of a card: what it is about, and what was picked, in the page's language."""

    name: str
    picked: str


@dataclass(frozen=True)
class Byline:
    """Who wrote something, in the language of one page.

    ``pen_name`` is empty where no card is shown; then ``sentence`` takes its place. ``language`` is the
    pen name's.
    """

    side: str
    pen_name: str = ""
    language: str = ""
    role: str = ""
    cues: tuple[Cue, ...] = ()
    cues_are: str = ""
    """What is written over the cues, in the page's language."""

    sentence: str = ""


def byline(card: Part[CardBody] | None, *, side: str, voice: Voice) -> Byline:
    """Return who wrote a document of this side, on the page that speaks; ``card`` is None where none is open.

    A card of another side, or of another kind, is no card of this author.
    """
    name, site, language = voice.side(side), voice.site, voice.language
    if not _is_authors(card, side):
        return nobody(name)
    return site.once(
        ("byline", card.document.digest, side, language),
        lambda: byline_of(card.body, side=side, charter=site.charter, name=name, language=language),
    )


def byline_of(body: CardBody, *, side: str, charter: Charter, name: str, language: str) -> Byline:
    """Return the same of a body alone, for a preview; ``name`` is its side's in the page's language."""
    form = form_for(body.pen_name, language=language, own=languages_of(side, charter))
    return Byline(
        side=name,
        pen_name=as_it_is(body.pen_name[form]),
        language=form,
        role=str(wording.ROLES_OF_ONE[body.role]),
        cues_are=_("The card"),
        cues=tuple(
            Cue(
                str(wording.LISTS[CueList(each)]),
                list_in(_labels(CueList(each), some, language=language), language=language),
            )
            for each, some in body.cues.picked.items()
        ),
    )


def known_as(card: Part[CardBody] | None, *, side: str, voice: Voice) -> str:
    """Return the pen name that `byline` has; without one, its sentence."""
    who = byline(card, side=side, voice=voice)
    return who.pen_name or who.sentence


def _is_authors(card: Part[CardBody] | None, side: str) -> TypeGuard[Part[CardBody]]:
    return card is not None and (card.document.kind, card.document.side) == (CARD, side)


def nobody(name: str) -> Byline:
    """Return what is written above the words of somebody whose card is not shown, for whatever cause."""
    return Byline(side=name, sentence=wording.participant_of(name))


def form_for(forms: Collection[str], *, language: str, own: Collection[str]) -> str:
    """Return the language of the form that a reader of ``language`` is shown.

    That is the reader's own; else one in the same script, that of the author's side first; else the author's.
    """
    in_order = [*(each for each in own if each in forms), *sorted(set(forms) - set(own))]
    if language in forms:
        return language
    script = scripts_of(language)[:1]
    return next((each for each in in_order if scripts_of(each)[:1] == script), in_order[0])


def languages_of(side: str, charter: Charter) -> tuple[str, ...]:
    found = charter.side(side)
    return found.languages if found else ()


def languages_of_sides(charter: Charter) -> tuple[str, ...]:
    """Return the languages in which a pen name has a form: those of all sides, as the site orders them."""
    spoken = {each for side in charter.sides for each in side.languages}
    return tuple(each for each in charter.languages if each in spoken)


def reserved_names(charter: Charter) -> tuple[str, ...]:
    """Return the names that nobody can take: those of the site and of its sides."""
    return (
        *charter.names.values(),
        *(name for side in charter.sides for name in side.names.values()),
    )


def _labels(of: CueList, picked: Collection[str], *, language: str) -> tuple[str, ...]:
    found = (wording.cue_label(of, each, language=language) for each in picked)
    return tuple(sorted(found) if of is CueList.READS else found)
