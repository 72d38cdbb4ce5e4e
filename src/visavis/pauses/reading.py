"""What a desk sees of a statement and of a pause before it turns its key."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from visavis.kinds.items import Part
from visavis.kinds.passages import Contents, Line, Names, Passage, beside, passage, plain

from .bodies import PauseBody, SitePageBody


def title_of_page(body: SitePageBody, language: str) -> Line:
    """Return the title, in this language if it has one."""
    code = language if language in body.titles else next(iter(body.titles))
    return Line(code, plain(body.titles[code]))


def words_of_page(body: SitePageBody) -> dict[str, tuple[str, ...]]:
    """Return title and paragraphs by language."""
    return {code: (title, *body.texts[code]) for code, title in body.titles.items()}


def page(part: Part[SitePageBody], _source: Part[Any] | None, names: Names) -> Contents:
    """Return the words in every language, none of them the original."""
    body = part.body
    words = {
        code: beside(
            code,
            (
                Passage("title", plain(title)),
                *(passage("paragraph", text) for text in body.texts[code]),
            ),
        )
        for code, title in body.titles.items()
    }
    return Contents(
        left=next((code for code in names.prefer if code in words), next(iter(words))),
        is_left_original=False,
        words=words,
        facts=((_("Page"), _("Home page in a pause")),),
    )


def title_of_pause(_body: PauseBody, language: str) -> Line:
    return Line(language, _("Pause"))


def pause(part: Part[PauseBody], _source: Part[Any] | None, names: Names) -> Contents:
    """Return whose words it holds and for how long: all that a pause says."""
    side, hours = part.document.side, part.body.hours
    whose = names.side(side) if side else _("All sides")
    lasts = ngettext("%(n)s hour", "%(n)s hours", hours) % {"n": names.number(hours)}
    facts = ((_("Whose words are held back"), whose), (_("For how long"), lasts))
    return Contents(left="", words={}, facts=facts)
