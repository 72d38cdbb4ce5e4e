"""Facts about a text: its lineage, read from its data, and a list of names and values."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from markupsafe import Markup

from visavis.base.languages import day_in, name_of, number_in
from visavis.base.text import is_address_of_a_site
from visavis.pages.site import Voice

from .bodies import SourceNote
from .fields import OF_TEXT
from .public import Original, Said, Shortened, Stale, Text, Translated


@dataclass(frozen=True)
class Step:
    """One step of a lineage, in words."""

    words: Markup | str
    is_stale: bool = False


def authors_of(text: Text, language: str) -> tuple[str, ...]:
    """Return who wrote the words in this language, as a reader of it meets the name.

    Of words that the author's side has not signed nobody says that the author wrote them.
    """
    author = text.said("author", language)
    return (author.words,) if author and not text.versions[language].is_marked else ()


Fact = tuple[str, Markup | str]


def lineage_of(
    text: Text, voice: Voice, languages: Sequence[str], *, to_text: str = ""
) -> list[Step]:
    """Tell what happened to this text until it stood in these languages, oldest first.

    ``to_text`` leads to the original from a page that does not show it.
    """
    steps = dict.fromkeys(step for code in languages for step in text.lineage(code).steps)
    to_original = "" if text.original in languages else to_text
    return [_in_words(step, voice, to_original=to_original) for step in steps]


def _in_words(
    step: Original | Shortened | Translated | Stale, voice: Voice, *, to_original: str
) -> Step:
    speaks = voice.language
    match step:
        case Original(language=language, written_on=day):
            words = _("Original: %(language)s, %(day)s") if day else _("Original: %(language)s")
            names = {
                "language": name_of(language, among=speaks),
                "day": day_in(day, language=speaks) if day else "",
            }
            if not to_original:
                return Step(words % names)
            link = Markup('<a href="{}" hreflang="{}">{}</a>')
            return Step(link.format(to_original, language, words % names))
        case Shortened(n=n, m=m):
            words = ngettext(
                "Shortened by %(cut)s word of %(all)s", "Shortened by %(cut)s words of %(all)s", n
            )
            counts = {"cut": number_in(n, language=speaks), "all": number_in(m, language=speaks)}
            return Step(words % counts)
        case Translated(language=language, translator=translator, side=side):
            return Step(_translated(name_of(language, among=speaks), translator, side, voice=voice))
        case Stale(since=since, n=n):
            words = ngettext(
                "The original changed on %(day)s; %(paragraphs)s paragraph here still follows the old "
                "text",
                "The original changed on %(day)s; %(paragraphs)s paragraphs here still follow the old "
                "text",
                n,
            )
            counts = {
                "day": day_in(since, language=speaks),
                "paragraphs": number_in(n, language=speaks),
            }
            return Step(words % counts, is_stale=True)


def _translated(
    language: str, translator: str | None, side: str | None, *, voice: Voice
) -> Markup | str:
    named = {
        "language": language,
        "translator": Markup("<bdi>{}</bdi>").format(translator or ""),
        "side": voice.named(side) if side else "",
    }
    if translator and side:
        words = _("Translated: %(language)s, by %(translator)s; signed by: %(side)s")
    elif translator:
        words = _("Translated: %(language)s, by %(translator)s")
    elif side:
        words = _("Translated: %(language)s; signed by: %(side)s")
    else:
        words = _("Translated: %(language)s")
    return Markup(words) % named  # noqa: S704 - the words are our own, and % escapes what is put in


def facts_of(text: Text, voice: Voice, later: Sequence[str] = ()) -> list[Fact]:
    """Return names and values: author, day, place, source, permission, whose keys.

    ``later`` are the languages on the page whose words came later, under keys of their own.
    """
    facts: list[Fact | None] = []
    for field in OF_TEXT:
        value = getattr(text.details, field.name)
        said = text.said(field.name, voice.language) if field.in_language else None
        if said:
            shown = own_words(said, voice.language, with_original=field.with_original)
            facts.append((str(field.label), shown))
        elif value:
            facts.append((str(field.label), _shown(value, voice)))
    facts.append((_("Signed by"), voice.keys_of(text.documents[0])))
    facts += [_keys_of_translation(text, code, voice) for code in later]
    return [fact for fact in facts if fact]


def _keys_of_translation(text: Text, code: str, voice: Voice) -> Fact | None:
    signed = text.versions[code].later
    if signed is None:
        return None
    words = _("Translation (%(language)s) signed by")
    return words % {"language": name_of(code, among=voice.language)}, voice.keys_of(signed)


def _shown(value: str | date | SourceNote, voice: Voice) -> Markup | str:
    match value:
        case date():
            return day_in(value, language=voice.language)
        case SourceNote():
            return _source(value)
        case str():
            return _bdi(value)


def own_words(said: Said, language: str, *, with_original: bool = False) -> Markup:
    """Return a note for a page in this language; words in another language are marked as such."""
    shown = _bdi(said.words, said.language if said.language != language else "")
    if with_original and said.given != said.words:
        shown += Markup(" ({})").format(_bdi(said.given, said.given_in))
    return shown


def _bdi(words: str, language: str = "") -> Markup:
    """Mark a name or note as words of their own, whatever the direction around them."""
    if not language:
        return Markup("<bdi>{}</bdi>").format(words)
    return Markup('<bdi lang="{}">{}</bdi>').format(language, words)


def _source(source: SourceNote) -> Markup:
    title = _bdi(source.title or source.address)
    shown = (
        Markup('<a href="{}" rel="noopener noreferrer nofollow">{}</a>').format(
            source.address, title
        )
        if is_address_of_a_site(source.address)
        else title
    )
    if source.copy:
        label = _("Fingerprint of our copy (SHA-256):")
        shown += Markup('<br>{} <span class="digest">{}</span>').format(label, source.copy)
    return shown
