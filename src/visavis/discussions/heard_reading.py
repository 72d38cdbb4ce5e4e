"""What a desk sees of a restatement and of the answer to it. Readers see either only above a reply."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from visavis.kinds.items import Part, View
from visavis.kinds.nodes import Node
from visavis.kinds.passages import Contents, Line, Names, Passage, beside, plain
from visavis.kinds.summary import Summary, plain_summary
from visavis.pages.about_page import shortened
from visavis.pages.making import Making, Page
from visavis.pages.site import Site
from visavis.signing.document import Document

from .bodies import HearingBody, RestatementBody, Says
from .heard_wording import SAYS

AT = "restatements"
"""The list that both are on. It is not shown."""
IN_A_TITLE = 80


def restated_item(document: Document) -> str | None:
    """Return the contribution whose words are restated, or answered for."""
    sources = {source.id for source in document.made_from}
    return next(iter(sources)) if len(sources) == 1 else None


def title_of_restatement(body: RestatementBody, language: str) -> Line:
    code = language if language in body.words else body.original
    return Line(code, shortened(body.words[code], IN_A_TITLE))


def title_of_hearing(body: HearingBody, language: str) -> Line:
    if body.correction is not None:
        return Line(body.original, shortened(body.correction, IN_A_TITLE))
    return Line(language, str(SAYS[Says.YES]))


def restatement(part: Part[RestatementBody], _source: Part[Any] | None, names: Names) -> Contents:
    """Return the words in each language, and all that the restatement names."""
    body = part.body
    return Contents(
        left=body.original,
        words={
            code: beside(code, [Passage("paragraph", plain(text))])
            for code, text in body.words.items()
        },
        facts=(
            (_("Original"), names.tongue_alone(body.original)),
            (_("Card of its author"), body.card),
            (_("What is restated"), part.document.made_from[0].id),
            (_("Side whose answer is awaited"), names.side(body.asked)),
            (_("Attempt"), names.number(body.round)),
        ),
    )


def hearing(part: Part[HearingBody], _source: Part[Any] | None, names: Names) -> Contents:
    """Return what is answered, the correction if there is one, and to which bytes."""
    body = part.body
    words = [Passage("paragraph", plain(body.correction))] if body.correction else []
    return Contents(
        left=body.original,
        words={body.original: beside(body.original, words)},
        facts=(
            (_("Answer"), str(SAYS[body.says])),
            (_("Restatement"), body.restatement),
            (_("Fingerprint of the restatement"), body.digest),
            (_("What is restated"), part.document.made_from[0].id),
            (_("Side that restates"), names.side(body.restater)),
        ),
    )


def no_pages(_view: View[Any], _making: Making) -> Iterator[Page]:
    return iter(())


def no_nodes(_view: View[Any], _summary: Summary, _site: Site) -> list[Node]:
    return []


def summary_of(view: View[Any], site: Site) -> Summary:
    return plain_summary(view, site, at=AT, titles={site.languages[0]: "…"}, lead="")
