"""The page of a question in every language of the site; its answers' first words, for the home page."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _
from markupsafe import Markup

from visavis.base.languages import day_in, name_of
from visavis.pages import addresses
from visavis.pages.making import Making, Page, pieces
from visavis.pages.site import Site, Voice, speaking

from . import wording
from .public import Answer, Chair, Question

AT = "questions"
PIECES = "dialogue/public/pieces.html"


def paths_of(question: Question, site: Site) -> dict[str, str]:
    """Return where the question is read: it has a page in every language of the site."""
    return {code: addresses.item(code, AT, question.id) for code in site.languages}


@dataclass(frozen=True)
class Seat:
    """One chair as a page shows it."""

    side: str
    pen_name: str = ""
    language: str = ""
    translated: str = ""
    html: Markup | str = ""
    proposal: Markup | str = ""
    is_unread: bool = False
    changed: str = ""
    is_short: bool = False
    first: "Seat | None" = None


def of_question(question: Question, making: Making) -> Iterator[Page]:
    """Make the page of a question in every language of the site."""
    paths = paths_of(question, making.site)
    for code, path in paths.items():
        voice = making.site.in_language(code, at=path)
        language = code if code in question.versions else next(iter(question.versions))
        words = question.versions[language]
        with speaking(code):
            seats = _seats_of(question.chairs, voice)
            shown = pieces(PIECES)
            yield making.page(
                "dialogue/public/question.html",
                voice,
                here=AT,
                shown=(language,),
                holes={
                    **making.common(
                        question,
                        voice,
                        day=question.shown_on,
                        standing=_standing(question, voice),
                    ),
                    **making.links(question, voice, paths=paths),
                    "title": words.text,
                    "about": str(wording.ABOUT[question.tense]),
                    "question": words.text,
                    "note": shown.lead(words.note, language) if words.note else "",
                    "answers": shown.answers(seats, 2)
                    if question.is_released
                    else shown.seats(
                        [seat.side for seat in seats], day_in(question.deadline, language=code)
                    ),
                    "proposals": shown.proposals(seats) if question.is_released else "",
                },
            )


def _standing(question: Question, voice: Voice) -> Markup | None:
    """Say that this version is one side's alone; None where the common sentence is true.

    Its words may be those of a joint version before it. That one is in no record: nobody who makes the
    pages again could tell. So the sentence speaks of this version, and of nothing before it.
    """
    standing = question.standing
    if standing.side is None or standing.asked_on is None or question.version == 1:
        return None
    said: Markup = pieces(PIECES).one_sided(
        voice.side(standing.side),
        day_in(standing.asked_on, language=voice.language),
        question.has_empty_chairs,
        len(voice.site.charter.sides) - 1,
    )
    return said


def first_words(question: Question, voice: Voice) -> Markup:
    """Return the first words of each answer beside one another, for the home page."""
    seats = [
        replace(seat, html=_first_unit(chair, seat), proposal="", first=None, is_short=True)
        for chair, seat in zip(question.chairs, _seats_of(question.chairs, voice), strict=True)
    ]
    words: Markup = pieces(PIECES).answers(seats, 3)
    return words


def _first_unit(chair: Chair, seat: Seat) -> Markup | str:
    if chair.answer is None:
        return ""
    first = chair.answer.versions[seat.language].units[:1]
    return Markup("").join(Markup("<p>{}</p>").format(unit) for unit in first)


def _seats_of(chairs: Sequence[Chair], voice: Voice) -> list[Seat]:
    """Return the chairs in the order that was drawn, each answer in this language if it has it."""
    return [_seat(chair, voice) for chair in chairs]


def _seat(chair: Chair, voice: Voice) -> Seat:
    side, answer = voice.side(chair.side), chair.answer
    if answer is None:
        return Seat(side=side, is_unread=chair.is_unread)
    return _answered(side, answer, voice)


def _answered(side: str, answer: Answer, voice: Voice) -> Seat:
    language = voice.language if voice.language in answer.versions else answer.original
    shown = answer.versions[language]
    translated = ""
    if language != answer.original:
        original = name_of(answer.original, among=voice.language)
        translated = _("Original: %(language)s") % {"language": original}
        if shown.translator:
            translated += " · " + _("Translated by %(name)s") % {"name": shown.translator}
    return Seat(
        side=side,
        pen_name=answer.pen_name,
        language=language,
        translated=translated,
        html=Markup("").join(Markup("<p>{}</p>").format(unit) for unit in shown.units),
        proposal=Markup("<p>{}</p>").format(shown.proposal),
        changed=wording.changed_on(answer.changed_on, voice.language) if answer.changed_on else "",
        first=_answered(side, answer.first, voice) if answer.first else None,
    )
