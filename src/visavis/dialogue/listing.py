"""A question in lists, feeds and linked data."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from django.utils.translation import gettext as _
from markupsafe import Markup

from visavis.base.languages import day_in
from visavis.kinds.cards import CardLines, card_of, newest_first
from visavis.kinds.items import Item
from visavis.kinds.kind import Opening
from visavis.kinds.nodes import Node, node_of, publisher
from visavis.kinds.summary import Summary
from visavis.pages.making import pieces
from visavis.pages.site import Site, Voice, speaking

from . import wording
from .pages import author_of, authors, first_words, lead, paths_of, whole
from .public import Question


def summary_of(question: Question, site: Site) -> Summary:
    """Return what lists and feeds show: its words, and the first words of the answers or that it waits."""
    leads, names = {}, {}
    for code in question.versions:
        voice = site.in_language(code, at=paths_of(question, site)[code])
        with speaking(code):
            leads[code], names[code] = lead(question, voice), authors(question, voice)
    return Summary(
        id=question.id,
        day=question.changed_on or question.shown_on,
        listed_on=question.shown_on,
        original=next(iter(question.versions)),
        titles={code: words.text for code, words in question.versions.items()},
        leads={
            code: " ".join(filter(None, [changed(question, code), said]))
            for code, said in leads.items()
        },
        paths=paths_of(question, site),
        authors=names,
    )


def card(question: Question, summary: Summary, voice: Voice) -> CardLines:
    """Say whether the answers are open, or until when the chairs are kept."""
    if question.is_released:
        below = _("The answers are open")
    else:
        below = wording.waits_until(day_in(question.deadline, language=voice.language))
    said = changed(question, voice.language)
    return CardLines(
        above=(day_in(summary.listed_on, language=voice.language),),
        below=(below, said) if said else (below,),
    )


def changed(question: Question, code: str) -> str:
    """Say in a language that an answer was changed after the answers were open; nothing where none was."""
    if question.changed_on is None:
        return ""
    with speaking(code):
        return wording.changed_on(question.changed_on, code)


def first(items: Sequence[Item], voice: Voice) -> Opening | None:
    """Begin the home page with the newest answers: their first words, side beside side.

    An empty chair beside an answer is shown as well: else a side could keep the other's answer from here.
    """
    answered = [item for item in items if item.view.answers]
    if not answered:
        return None
    newest = max(answered, key=lambda item: (item.summary.listed_on, item.number))
    shown = pieces("dialogue/public/home.html")
    return Opening(newest, shown.newest(card_of(newest, voice), first_words(newest.view, voice)))


def home(items: Sequence[Item], voice: Voice) -> Iterator[Markup]:
    """Show the questions that wait."""
    waiting = [item for item in items if not item.view.is_released]
    if waiting:
        cards = [card_of(item, voice) for item in newest_first(waiting)]
        yield pieces("dialogue/public/home.html").waiting(cards)


def nodes(question: Question, summary: Summary, site: Site) -> list[Node]:
    """Describe a question, and its answers once they are open, for machines (schema.org)."""
    return [
        {
            **node_of(summary, code, site, type_="Question"),
            "text": question.versions[code].text,
            "author": publisher(site, code),
            "answerCount": len(question.answers),
            **_answers(question, code, site),
        }
        for code in site.languages
        if code in question.versions
    ]


def _correction(day: date | None, code: str) -> Node:
    if day is None:
        return {}
    with speaking(code):
        return {"dateModified": day.isoformat(), "correction": wording.changed_on(day, code)}


def _answers(question: Question, code: str, site: Site) -> Mapping[str, list[Node]]:
    """Describe the answers. Their day is the one on which they could be read, not that of the writing."""
    answers = []
    voice = site.in_language(code, at=paths_of(question, site)[code])
    for each in question.answers:
        with speaking(code):
            name = author_of(each, voice)
        language = code if code in each.versions else each.original
        answers.append(
            {
                "@type": "Answer",
                "@id": site.urn(question.id, each.side, language),
                "inLanguage": language,
                "text": each.versions[language].plain,
                "url": site.for_machines(paths_of(question, site)[code]),
                "author": {"@type": "Person", "name": name},
                "datePublished": question.shown_on.isoformat(),
                **_correction(each.changed_on, code),
            }
        )
    return {"suggestedAnswer": answers} if answers else {}


def in_feeds(question: Question, _summary: Summary, voice: Voice) -> Markup:
    """Return the whole question with its answers, or with the seats that are kept for them."""
    return whole(question, voice)
