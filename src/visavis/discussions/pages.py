"""The pages of a discussion, of a contribution, and of a thread's answers beyond the tenth.

A discussion's first page has its opening words and its rules before the first contribution. Whose words
they are is said beside each contribution in words: on a narrow screen there is one column.

A page shows a contribution in its own language where a translation is open, and else as it was written. The
contribution's own page then has the original and the translation beside each other.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from markupsafe import Markup

from visavis.base.languages import day_in, name_of, number_in, own_name
from visavis.cards.public import Byline, byline, known_as
from visavis.kinds.installed import installed
from visavis.kinds.kind import OwnPage
from visavis.kinds.marks import not_in_this_language, translation_by, with_mark
from visavis.kinds.passages import Line
from visavis.pages import addresses
from visavis.pages.about_page import AboutPage, shortened
from visavis.pages.making import Making, Page, pieces
from visavis.pages.site import Site, Voice, speaking
from visavis.record.batches import batches

from . import wording
from .public import Contribution, Discussion, Gone, Restated, Thread, in_turns, n_heard, rows_of
from .shown import ShownUnit
from .translated import Translated

AT, CONTRIBUTIONS = "discussions", "contributions"
PIECES = "discussions/public/pieces.html"
ITEM = "ITEM"
ANSWERS = 10
"""How many answers of a thread are beside it; the others are on pages of their own, as many on each."""


@dataclass(frozen=True)
class InOtherWords:
    """What is said of a translation: ``mark`` names its side where the words' owner has not signed it.

    ``by`` is the translator, ``in_language`` the language of that name. Either may be empty.
    """

    mark: Markup | str
    by: str
    in_language: str
    is_older: bool


@dataclass(frozen=True)
class Beside:
    """A contribution in two languages, paragraph by paragraph: the original's on the left."""

    left: str
    right: str
    rows: Sequence[tuple[Markup, Markup]]


@dataclass(frozen=True)
class Said:
    """A contribution as a page shows it.

    ``to`` leads to what it answers; empty where it begins a thread. ``reply``, ``translate`` and ``tell``
    lead to where somebody who takes part replies, translates, or points it out to its desk: to the site
    itself, from a mirror too. ``translation`` is there where it is not in its own words, ``beside`` where
    they are shown as well.
    """

    id: str
    side: Markup
    who: Byline
    column: int
    level: int
    day: str
    changed: str
    language: str
    lacking: str
    href: str
    html: Markup
    to: str = ""
    to_whom: str = ""
    reply: str = ""
    translate: str = ""
    tell: str = ""
    is_of_gone: bool = False
    restated: Restated | None = None
    translation: InOtherWords | None = None
    beside: Beside | None = None


def paths_of_discussion(
    discussion: str, site: Site, *, number: int | None = None
) -> dict[str, str]:
    """Return where a discussion is read, its first page or another: in every language of the site."""
    if number is None:
        return {code: addresses.item(code, AT, discussion) for code in site.languages}
    return {code: addresses.page_of_item(code, AT, discussion, number) for code in site.languages}


def paths_of_contribution(item: str, site: Site, *, number: int = 1) -> dict[str, str]:
    """Return where a contribution is read, and with ``number`` the further pages of its answers."""
    if number == 1:
        return {code: addresses.item(code, CONTRIBUTIONS, item) for code in site.languages}
    return {
        code: addresses.page_of_item(code, CONTRIBUTIONS, item, number) for code in site.languages
    }


def of_discussion(_discussion: Discussion, _making: Making) -> Iterator[Page]:
    """Make nothing more: all pages of a discussion are those of its own list."""
    return iter(())


def of_threads(discussion: Discussion, page: OwnPage, making: Making) -> Iterator[Page]:
    """Make one page of a discussion in every language: its threads, the oldest first."""
    site = making.site
    is_first = page.older is None
    paths = paths_of_discussion(discussion.id, site, number=None if is_first else page.number)
    threads = in_turns(item.view for item in page.items if isinstance(item.view, Thread))
    for code, path in paths.items():
        voice = site.in_language(code, at=path)
        language = discussion.language_for(code)
        words = discussion.versions[language]
        with speaking(code):
            shown = pieces(PIECES)
            lacking = not_in_this_language(language, voice)
            yield making.page(
                "discussions/public/discussion.html",
                voice,
                here=AT,
                shown=(language,),
                holes={
                    **making.common(discussion, voice, day=discussion.day),
                    **making.links(
                        discussion, voice, paths=paths, about=AboutPage(shortened(words.plain, 300))
                    ),
                    "title": words.title,
                    "heading": words.title,
                    "until": wording.until(discussion.terms.until, voice.language),
                    "lacking": shown.lacking(lacking) if lacking else "",
                    "before": shown.before(
                        words,
                        language,
                        wording.terms_of(discussion.terms, code),
                        _question(discussion, voice),
                        _to_write(discussion.id, voice),
                    )
                    if is_first
                    else shown.not_first(
                        voice.root + paths_of_discussion(discussion.id, site)[code]
                    ),
                    "threads": _threads(threads, voice, is_first=is_first),
                    "steps": shown.steps(
                        _to_page(discussion, None if page.is_second else page.older, voice)
                        if not is_first
                        else "",
                        _to_page(discussion, page.newer, voice) if page.newer else "",
                    ),
                },
            )


def of_contribution(contribution: Contribution, making: Making) -> Iterator[Page]:
    """Make the page of a contribution in every language, and the pages of its further answers."""
    some = list(batches(contribution.below, size=ANSWERS)) or [[]]
    for number, answers in enumerate(some, start=1):
        yield from _of_contribution(contribution, answers, making, number=number, of=len(some))


def _of_contribution(
    contribution: Contribution,
    answers: Sequence[Contribution],
    making: Making,
    *,
    number: int,
    of: int,
) -> Iterator[Page]:
    site = making.site
    paths = paths_of_contribution(contribution.id, site, number=number)
    for code, path in paths.items():
        voice = site.in_language(code, at=path)
        with speaking(code):
            shown = pieces(PIECES)
            title = title_of(contribution, voice)
            thread = contribution.thread if contribution.beginning else None
            beside = _in_other_languages(contribution, voice, paths)
            yield making.page(
                "discussions/public/contribution.html",
                voice,
                here=AT,
                shown=(),
                holes={
                    **making.common(contribution, voice, day=contribution.day),
                    **making.links(
                        contribution,
                        voice,
                        paths=paths,
                        about=AboutPage(
                            shortened(contribution.plain_in(code), 300),
                            author_of(contribution, voice),
                            is_article=True,
                        ),
                    ),
                    "title": with_mark(title, plain_mark_of(contribution, voice)),
                    "elsewhere": making.elsewhere(_("Side by side:"), beside) if beside else "",
                    "ways": shown.ways(
                        voice.root + paths_of_discussion(contribution.discussion, site)[code],
                        voice.root + paths_of_contribution(thread, site)[code] if thread else "",
                    ),
                    "threads": _own(contribution, answers, voice),
                    "steps": shown.steps(
                        voice.root
                        + paths_of_contribution(contribution.id, site, number=number - 1)[code]
                        if number > 1
                        else "",
                        voice.root
                        + paths_of_contribution(contribution.id, site, number=number + 1)[code]
                        if number < of
                        else "",
                    ),
                },
            )


def title_of(contribution: Contribution, voice: Voice) -> str:
    """Return by which name a contribution is known: its author and the author's side."""
    who = byline(contribution.card, side=contribution.side, voice=voice)
    return f"{who.pen_name} · {who.side}" if who.pen_name else who.sentence


def author_of(contribution: Contribution, voice: Voice) -> str:
    """Return the pen name in this language; without an open card, that it is a participant of the side."""
    return known_as(contribution.card, side=contribution.side, voice=voice)


def heard_of(thread: Thread, voice: Voice) -> str:
    """Say how many replies were agreed to have understood what they reply to, of those that restated it."""
    n, of = n_heard(thread)
    if not of:
        return ""
    return _("Heard: %(n)s of %(of)s") % {
        "n": number_in(n, language=voice.language),
        "of": number_in(of, language=voice.language),
    }


def _threads(threads: Sequence[Thread], voice: Voice, *, is_first: bool) -> Markup:
    shown = pieces(PIECES)
    if not threads:
        nobody: Markup = shown.nobody() if is_first else Markup()
        return nobody
    every = Markup("").join(
        _thread(each, each.below[:ANSWERS], voice, level=3) + _more(each, voice) for each in threads
    )
    words: Markup = shown.threads(every)
    return words


def _in_other_languages(
    contribution: Contribution, voice: Voice, paths: Mapping[str, str]
) -> list[tuple[str, str, str]]:
    """Return the other pages that have the original beside a translation: names, addresses, no language."""
    original = own_name(contribution.original)
    return [
        (f"{original} | {own_name(code)}", voice.root + paths[code], "")
        for code in contribution.translations
        if code != voice.language
    ]


def _own(contribution: Contribution, answers: Sequence[Contribution], voice: Voice) -> Markup:
    """Return a contribution with these answers; above them beside its translation, where there is one."""
    found = translation_for(contribution, voice.language)
    if found is None:
        return _thread(contribution, answers, voice, level=2)
    said = _said(contribution, {}, voice, column=1, level=2, gone=None)
    both: Markup = pieces(PIECES).both(replace(said, beside=_beside(contribution, found)))
    return both + (_thread(contribution, answers, voice, level=2, is_above=True) if answers else "")


def _beside(contribution: Contribution, found: Translated) -> Beside:
    """Lay a translation beside its original; where paragraphs have no partners any more, all beside all."""
    one, other = contribution.words, found.words
    if found.is_aligned:
        rows = [(_units([a]), _units([b])) for a, b in zip(one, other, strict=True)]
    else:
        rows = [(_units(one), _units(other))]
    return Beside(contribution.original, found.language, rows)


def _units(units: Sequence[ShownUnit]) -> Markup:
    words: Markup = pieces(PIECES).units(units)
    return words


def translation_for(contribution: Contribution, language: str) -> Translated | None:
    """Return the translation that a page in this language shows, or None: it shows the original."""
    if language == contribution.original:
        return None
    return contribution.translations.get(language)


def plain_mark_of(contribution: Contribution, voice: Voice) -> str:
    """Return whose translation this page shows, where it is not the owner's; without markup."""
    found = translation_for(contribution, voice.language)
    return translation_by(voice.side(found.translated_by)) if found and found.translated_by else ""


def _in_other_words(found: Translated, voice: Voice) -> InOtherWords:
    who = byline(found.card, side=found.side, voice=voice)
    side = found.translated_by
    return InOtherWords(
        mark=translation_by(voice.named(side)) if side else "",
        by=who.pen_name,
        in_language=who.language,
        is_older=found.is_older,
    )


def _thread(
    thread: Thread,
    answers: Sequence[Contribution],
    voice: Voice,
    *,
    level: int,
    is_above: bool = False,
) -> Markup:
    """Return a thread's rows: each contribution in its side's column. ``is_above``: the first is there."""
    sides = voice.site.charter.side_codes
    column = {code: number for number, code in enumerate(sides, start=1)}
    there = {each.id: each for each in (thread, *thread.below) if isinstance(each, Contribution)}
    is_gone = isinstance(thread, Gone)
    below = level if is_gone else level + 1
    heard = heard_of(thread, voice)
    rows = [
        [
            _said(
                each,
                there,
                voice,
                column=column.get(side, 1),
                level=level if each is thread else below,
                gone=thread.id if is_gone else None,
            )
            for side, each in row.items()
        ]
        for row in rows_of(None if is_above else thread, answers)
    ]
    words: Markup = pieces(PIECES).thread(rows, len(sides), is_gone, heard)
    return words


def _said(
    each: Contribution,
    there: Mapping[str, Contribution],
    voice: Voice,
    *,
    column: int,
    level: int,
    gone: str | None,
) -> Said:
    site, language = voice.site, voice.language
    answered = there.get(each.answers or "")
    # The sentence that something is gone is there once: of a thread's beginning, above the thread.
    is_of_gone = each.answers not in {None, gone} and answered is None and each.answered is None
    translated = translation_for(each, language)
    is_foreign = each.original != language and translated is None
    return Said(
        id=addresses.short(each.id),
        side=voice.named(each.side),
        who=byline(each.card, side=each.side, voice=voice),
        column=column,
        level=level,
        day=day_in(each.day, language=language),
        changed=_("Corrected on %(day)s") % {"day": day_in(each.changed_on, language=language)}
        if each.changed_on
        else "",
        language=translated.language if translated else each.original,
        lacking=_("Not yet translated. Language here: %(language)s")
        % {"language": name_of(each.original, among=language)}
        if is_foreign
        else "",
        href=voice.root + paths_of_contribution(each.id, site)[language],
        html=_units(translated.words if translated else each.words),
        to=voice.root + paths_of_contribution(each.answers, site)[language]
        if each.answers and each.answers != gone and not is_of_gone
        else "",
        to_whom=title_of(answered, voice) if answered else "",
        reply=_to_write(each.discussion, voice, reply_to=each.id),
        translate=_to_translate(each, voice),
        tell=_live("telling:tell", each.id, voice),
        is_of_gone=is_of_gone,
        restated=each.restated,
        translation=_in_other_words(translated, voice) if translated else None,
    )


def _more(thread: Thread, voice: Voice) -> Markup:
    """Lead to the answers that are not beside their thread; of what is gone, all are."""
    left = len(thread.below) - ANSWERS
    if left <= 0 or isinstance(thread, Gone):
        return Markup()
    words = ngettext("%(n)s more reply", "%(n)s more replies", left)
    href = voice.root + paths_of_contribution(thread.id, voice.site, number=2)[voice.language]
    more: Markup = pieces(PIECES).more(
        href, words % {"n": number_in(left, language=voice.language)}, title_of(thread, voice)
    )
    return more


def _to_write(discussion: str, voice: Voice, *, reply_to: str = "") -> str:
    """Return where somebody who takes part writes: a live page, the same link for every reader."""
    path = _live("writing:write", discussion, voice)
    return f"{path}?to={reply_to}" if reply_to else path


def _to_translate(contribution: Contribution, voice: Voice) -> str:
    """Return where somebody who takes part translates it into the page's language, or a next version."""
    if contribution.original == voice.language:
        return ""
    return f"{_live('translating:write', contribution.id, voice)}?in={voice.language}"


def _live(name: str, item: str, voice: Voice) -> str:
    """Return where a live page about an item is. To look an address up takes Django long."""
    path = voice.site.once(
        ("live", name, voice.language), lambda: reverse(name, args=[ITEM]).removeprefix("/")
    )
    return voice.site.for_machines(path.replace(ITEM, item))


def _to_page(discussion: Discussion, number: int | None, voice: Voice) -> str:
    """Return the way to a page of a discussion; without a number, to its first."""
    return (
        voice.root + paths_of_discussion(discussion.id, voice.site, number=number)[voice.language]
    )


def _question(discussion: Discussion, voice: Voice) -> tuple[str, Line] | None:
    """Return the way to the question to which the discussion belongs, and its words; None for none."""
    if discussion.question is None:
        return None
    question = discussion.question.document
    href = voice.root + addresses.item(voice.language, "questions", question.id)
    return href, installed().title_of(question, language=voice.language)
