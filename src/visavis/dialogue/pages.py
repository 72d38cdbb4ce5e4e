"""The page of a question in every language of the site; its answers' first words, for the home page."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _
from markupsafe import Markup

from visavis.base.languages import day_in, name_of, own_name
from visavis.base.text import without_tags
from visavis.cards.public import Byline, byline
from visavis.kinds.marks import not_in_this_language
from visavis.pages import addresses
from visavis.pages.about_page import IN_A_SUMMARY, AboutPage, shortened
from visavis.pages.making import Making, Page, pieces
from visavis.pages.site import Site, Voice, speaking

from . import wording
from .public import Answer, Chair, Question

AT = "questions"
PIECES = "dialogue/public/pieces.html"
ON_HOME = 400
"""How many characters of an answer stand on the home page."""


def paths_of(question: Question, site: Site) -> dict[str, str]:
    """Return where the question is read: it has a page in every language of the site."""
    return {code: addresses.item(code, AT, question.id) for code in site.languages}


@dataclass(frozen=True)
class Seat:
    """One chair as a page shows it.

    ``lacking`` says that the answer is not in the page's language, ``also`` leads to the languages there are:
    name, address, language.
    """

    side: str
    pen_name: str = ""
    who: Byline | None = None
    """Of a guest: what the card says, or one sentence where it is not open any more."""

    language: str = ""
    translated: str = ""
    lacking: str = ""
    also: Sequence[tuple[str, str, str]] = ()
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
        language = _language_of(question, voice)
        words = question.versions[language]
        with speaking(code):
            seats = _seats_of(question, voice)
            shown = pieces(PIECES)
            lacking = not_in_this_language(language, voice)
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
                    **making.links(
                        question,
                        voice,
                        paths=paths,
                        about=AboutPage(
                            lead(question, voice),
                            ", ".join(authors(question, voice)),
                            is_article=True,
                        ),
                    ),
                    "title": words.text,
                    "lacking": shown.lacking(
                        lacking, _ways(question.versions, voice, paths, but=language)
                    )
                    if lacking
                    else "",
                    "about": str(wording.ABOUT[question.tense]),
                    "question": words.text,
                    "note": shown.lead(words.note, language) if words.note else "",
                    "answers": _answers(question, seats, voice, level=2),
                    "proposals": shown.proposals(seats) if question.is_released else "",
                },
            )


def _answers(question: Question, seats: Sequence[Seat], voice: Voice, *, level: int) -> Markup:
    """Return the answers beside one another, or the seats that are kept for them."""
    shown = pieces(PIECES)
    words: Markup = (
        shown.answers(seats, level)
        if question.is_released
        else shown.seats(
            [seat.side for seat in seats], day_in(question.deadline, language=voice.language)
        )
    )
    return words


def whole(question: Question, voice: Voice) -> Markup:
    """Return the note, the answers and what they propose, for a feed."""
    seats = _seats_of(question, voice)
    shown = pieces(PIECES)
    language = _language_of(question, voice)
    note = question.versions[language].note
    return Markup("").join(
        (
            shown.lead(note, language) if note else "",
            _answers(question, seats, voice, level=2),
            shown.proposals(seats) if question.is_released else "",
        )
    )


def lead(question: Question, voice: Voice) -> str:
    """Return the first words of the answers, or what the question waits for; without markup."""
    note = without_tags(question.versions[_language_of(question, voice)].note)
    if question.is_released:
        said = [
            f"{voice.side(each.side)}: {each.versions[_language_for(each, voice)].plain}"
            for each in question.answers
        ]
        each_has = IN_A_SUMMARY // max(1, len(said))
        return " ".join(shortened(words, each_has) for words in said)
    waits = wording.waits_until(day_in(question.deadline, language=voice.language))
    return f"{note} {waits}".lstrip()


def authors(question: Question, voice: Voice) -> tuple[str, ...]:
    """Return under which names it was answered, as the page that speaks has them."""
    return tuple(author_of(each, voice) for each in question.answers)


def author_of(answer: Answer, voice: Voice) -> str:
    """Return the pen name; of a guest without an open card, that it is a participant of the side."""
    who = _guest(answer, voice)
    return (who.pen_name or who.sentence) if who else answer.pen_name


def _guest(answer: Answer, voice: Voice) -> Byline | None:
    return byline(answer.card, side=answer.side, voice=voice) if answer.is_guests else None


def _language_of(question: Question, voice: Voice) -> str:
    return voice.language if voice.language in question.versions else next(iter(question.versions))


def _language_for(answer: Answer, voice: Voice) -> str:
    return voice.language if voice.language in answer.versions else answer.original


def _ways(
    languages: Iterable[str], voice: Voice, paths: Mapping[str, str], *, but: str
) -> list[tuple[str, str, str]]:
    """Return name, address and language of the pages on which words stand in these languages."""
    return [
        (own_name(code), voice.root + paths[code], code)
        for code in voice.site.languages
        if code in languages and code != but
    ]


def _standing(question: Question, voice: Voice) -> Markup | None:
    """Say that this version is one side's alone; None where the common sentence is true.

    Its words may be those of a joint version before it. That one is in no record: nobody who makes the
    pages again could tell. So the sentence speaks of this version, and of nothing before it.
    """
    standing = question.standing
    if standing.side is None or standing.asked_on is None or question.version == 1:
        return None
    said: Markup = pieces(PIECES).one_sided(
        voice.named(standing.side),
        day_in(standing.asked_on, language=voice.language),
        question.has_empty_chairs,
        len(voice.site.charter.sides) - 1,
    )
    return said


def first_words(question: Question, voice: Voice) -> Markup:
    """Return the first words of each answer beside one another, for the home page."""
    seats = [
        replace(seat, html=_first_unit(chair, seat), proposal="", first=None, is_short=True)
        for chair, seat in zip(question.chairs, _seats_of(question, voice), strict=True)
    ]
    words: Markup = pieces(PIECES).answers(seats, 3)
    return words


def _first_unit(chair: Chair, seat: Seat) -> Markup | str:
    """Return an answer's first paragraph; of a long one its first words, without markup."""
    if chair.answer is None:
        return ""
    first = Markup("").join(chair.answer.versions[seat.language].units[:1])
    plain = without_tags(first)
    return Markup("<p>{}</p>").format(first if len(plain) <= ON_HOME else shortened(plain, ON_HOME))


def _seats_of(question: Question, voice: Voice) -> list[Seat]:
    """Return the chairs in the order that was drawn, each answer in this language if it has it."""
    paths = paths_of(question, voice.site)
    return [_seat(chair, voice, paths) for chair in question.chairs]


def _seat(chair: Chair, voice: Voice, paths: Mapping[str, str]) -> Seat:
    side, answer = voice.named(chair.side), chair.answer
    if answer is None:
        return Seat(side=side, is_unread=chair.is_unread)
    return _answered(side, answer, voice, paths)


def _answered(side: str, answer: Answer, voice: Voice, paths: Mapping[str, str]) -> Seat:
    language = _language_for(answer, voice)
    shown = answer.versions[language]
    translated = ""
    if language != answer.original:
        original = name_of(answer.original, among=voice.language)
        translated = _("Original: %(language)s") % {"language": original}
        if shown.translator:
            translated += " · " + _("Translated by %(name)s") % {"name": shown.translator}
    return Seat(
        side=side,
        pen_name=author_of(answer, voice),
        who=_guest(answer, voice),
        language=language,
        translated=translated,
        lacking=not_in_this_language(language, voice),
        also=_ways(answer.versions, voice, paths, but=language)
        if language != voice.language
        else (),
        html=Markup("").join(Markup("<p>{}</p>").format(unit) for unit in shown.units),
        proposal=Markup("<p>{}</p>").format(shown.proposal),
        changed=wording.changed_on(answer.changed_on, voice.language) if answer.changed_on else "",
        first=_answered(side, answer.first, voice, paths) if answer.first else None,
    )
