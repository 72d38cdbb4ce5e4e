"""What a desk sees of a text or a translation before it turns its key."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from markupsafe import Markup

from visavis.base import text as safe_text
from visavis.kinds.items import Part
from visavis.kinds.passages import (
    Contents,
    Fact,
    Line,
    Names,
    Passage,
    Words,
    beside,
    plain,
    struck,
    withheld,
)
from visavis.kinds.wording import CUTS

from . import cuts
from .bodies import TextBody, TranslationBody, Version
from .fields import IN_EACH_LANGUAGE, OF_TEXT, TRANSLATOR, Sort, in_words
from .public import standing_rows


def title_of_text(body: TextBody, language: str) -> Line:
    """Return the title, in this language if the text has one in it, else the original's."""
    titles = {code: version.title for code, version in body.versions.items() if version.title}
    first = body.original if body.original in titles else next(iter(titles), language)
    code = language if language in titles else first
    return Line(code, titles.get(code, ""))


def title_of_translation(body: TranslationBody, _language: str) -> Line:
    return Line(body.language, body.version.title)


def words_of_text(body: TextBody) -> dict[str, tuple[str, ...]]:
    """Return every paragraph by language, the title first, also what is struck."""
    return {code: _all_words(version) for code, version in body.versions.items()}


def words_of_translation(body: TranslationBody) -> dict[str, tuple[str, ...]]:
    return {body.language: _all_words(body.version)}


def _all_words(version: Version) -> tuple[str, ...]:
    return (version.title, *(unit.text for unit in version.units))


def text(part: Part[TextBody], _source: Part[TextBody] | None, names: Names) -> Contents:
    """Return the text in every language, row by row beside its original, and what is known of it."""
    body, words, facts = part.body, {}, list(_text_facts(part.body, names))
    for code, version in body.versions.items():
        if code == body.original:
            words[code] = beside(code, _passages(version))
        else:
            facts.extend(_notes(code, version, names))
            words[code] = _in_rows(code, version, original=body.first, salt=part.document.salt)
        facts.extend(_cut_facts(code, version, names))
    return Contents(left=body.original, words=words, facts=tuple(facts))


def translation(
    part: Part[TranslationBody], source: Part[TextBody] | None, names: Names
) -> Contents:
    """Return the translation beside the original as it is now; alone where that is not open."""
    language, version = part.body.language, part.body.version
    facts = (
        (_("Translated into"), names.tongue_alone(language)),
        *_notes(language, version, names),
        *_cut_facts(language, version, names),
    )
    if source is None:
        return Contents("", {language: beside(language, _passages(version))}, facts)
    original = source.body.original
    return Contents(
        left=original,
        words={
            original: Words(language=original, passages=_passages(source.body.first)),
            language: _in_rows(
                language, version, original=source.body.first, salt=part.document.salt
            ),
        },
        facts=facts,
        borrowed=frozenset({original}),
    )


def _text_facts(body: TextBody, names: Names) -> Iterator[Fact]:
    yield _("Original"), names.tongue_alone(body.original)
    for field in OF_TEXT:
        said = in_words(getattr(body, field.name), day=names.day) or str(field.unsaid)
        if said:
            yield str(field.label), said
        if field.sort is Sort.SOURCE and body.source and body.source.copy:
            yield _("Fingerprint of the stored copy"), body.source.copy


def _notes(code: str, version: Version, names: Names) -> Iterator[Fact]:
    """Yield who translated, and the forms in this language of what is known of the text."""
    tongue = {"language": names.tongue(code)}
    yield str(TRANSLATOR.label) % tongue, version.translator or str(TRANSLATOR.unsaid)
    for field in IN_EACH_LANGUAGE:
        said = getattr(version, field.name)
        if said:
            yield str(field.in_language) % tongue, said


def _cut_facts(code: str, version: Version, names: Names) -> Iterator[Fact]:
    for is_withheld, words in (
        (False, _("Cut, and shown on request (%(language)s)")),
        (True, _("Withheld (%(language)s)")),
    ):
        counted: dict[str, int] = {}
        for cut in version.cuts:
            if cut.is_withheld is is_withheld:
                counted[cut.why.value] = counted.get(cut.why.value, 0) + cut.words
        for why, n in sorted(counted.items()):
            yield (
                words % {"language": names.tongue(code)},
                ngettext("%(n)s word, %(why)s", "%(n)s words, %(why)s", n)
                % {"n": names.number(n), "why": CUTS[why]},
            )


def _in_rows(code: str, version: Version, *, original: Version, salt: str) -> Words:
    """Return a translation; the title is beside the title, then row by row."""
    passages = _passages(version)
    standing = standing_rows(version, original, salt=salt)
    rows = [((0,), (0,))] + [
        (tuple(i + 1 for i in row.left), tuple(i + 1 for i in row.right)) for row in standing
    ]
    placed = {i for _left, right in rows for i in right}
    rows += [((), (i,)) for i in range(len(passages)) if i not in placed]
    return Words(
        language=code,
        passages=passages,
        rows=tuple(rows),
        stale=frozenset(i + 1 for row in standing if row.is_stale for i in row.right),
    )


def _passages(version: Version) -> tuple[Passage, ...]:
    units = (
        Passage(
            unit.kind.value,
            "".join(_run(run) for run in cuts.runs(version, number)),
            seen=_seen(version, number),
        )
        for number, unit in enumerate(version.units)
    )
    return (Passage("title", plain(version.title)), *units)


def _seen(version: Version, number: int) -> Markup | None:
    """Return a unit as readers see it, what is cut left out, where some of its letters are marks."""
    runs = cuts.runs(version, number)
    if all(safe_text.plain(run.text) == safe_text.as_it_is(run.text) for run in runs):
        return None
    return Markup("").join("[…]" if run.cut else safe_text.inline(run.text) for run in runs)


def _run(run: cuts.Run) -> str:
    if run.cut is None:
        return plain(run.text)
    if run.cut.is_withheld:
        return withheld(run.cut.words, why=run.cut.why.value)
    return struck(run.text, why=run.cut.why.value)
