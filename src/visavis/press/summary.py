"""What lists, feeds and the sitemap need to know of an item, in all its languages."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from visavis.dialogue.public import Question
from visavis.library.public import Text
from visavis.signing.document import Kind


@dataclass(frozen=True, kw_only=True)
class Summary:
    """One item.

    ``day`` is when something of it came last. Lists have it under ``listed_on``: a text's first version,
    a question's answers, or the question itself while it waits; ``changed_on`` is a text's later version.
    ``leads`` are its first words without markup; ``is_released`` is a question's alone.
    """

    id: str
    shelf: str
    kind: Kind
    day: date
    listed_on: date
    original: str
    titles: Mapping[str, str]
    leads: Mapping[str, str]
    author: str | None = None
    changed_on: date | None = None
    is_released: bool = False
    deadline: date | None = None

    def language_for(self, language: str) -> str:
        """Return the language in which a reader of this one finds the item."""
        if language in self.titles:
            return language
        return self.original if self.original in self.titles else next(iter(self.titles))


def of_question(question: Question) -> Summary:
    return Summary(
        id=question.id,
        shelf="questions",
        kind=Kind.QUESTION,
        day=question.shown_on,
        listed_on=question.shown_on,
        original=next(iter(question.versions)),
        titles={code: words.text for code, words in question.versions.items()},
        leads={code: words.note.striptags() for code, words in question.versions.items()},
        is_released=question.is_released,
        deadline=question.deadline,
    )


def of_text(text: Text) -> Summary:
    return Summary(
        id=text.id,
        shelf="library",
        kind=text.kind,
        day=text.day,
        listed_on=text.first_on,
        original=text.original,
        titles={code: version.title for code, version in text.versions.items()},
        leads={code: _lead(text, code) for code in text.versions},
        author=text.author,
        changed_on=text.day if text.day != text.first_on else None,
    )


def _lead(text: Text, language: str) -> str:
    """Return the words of the first paragraph that is no heading, cuts left out."""
    for unit in text.versions[language].units:
        if unit.kind != "heading":
            return "".join("[…]" if run.cut else run.html.striptags() for run in unit.runs)
    return ""
