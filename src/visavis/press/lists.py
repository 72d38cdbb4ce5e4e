"""Pages that stand above the items: lists, home pages, the front door, the charter, the 404 page."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _
from markupsafe import Markup

from visavis.base.languages import day_in, direction, interface_language, own_name
from visavis.dialogue.public import Chair, Question
from visavis.signing.document import Kind
from visavis.signing.signed import SignedDocument

from . import addresses, wording
from .pages import Page, Seat, jinja, pieces, seats_of
from .site import Site, Voice, speaking
from .summary import Summary

ON_HOME = 6


@dataclass(frozen=True)
class Card:
    """An item as it stands in a list: what is above and below its title, where else it can be read."""

    title: str
    href: str
    language: str
    above: tuple[str, ...]
    below: tuple[str, ...] = ()
    also: tuple[tuple[str, str, str], ...] = ()


def card_of(summary: Summary, voice: Voice) -> Card:
    """Return the item as a list in this language shows it, links seen from this page."""
    language = summary.language_for(voice.language)
    return Card(
        title=summary.titles[language],
        href=voice.root + addresses.item(language, summary.shelf, summary.id),
        language=language,
        above=_above(summary, voice),
        below=_below(summary, voice),
        also=tuple(_also(summary, voice, but=language)) if summary.shelf == "library" else (),
    )


def _also(summary: Summary, voice: Voice, *, but: str) -> Iterator[tuple[str, str, str]]:
    """Yield name, address and language of a text's other pages; side by side beginning with this one."""
    for code in voice.site.languages:
        if code in summary.titles and code != but:
            path = addresses.item(code, summary.shelf, summary.id)
            yield own_name(code), voice.root + path, code
    for left, right in voice.site.pairs:
        if left == voice.language and {left, right} <= set(summary.titles):
            names = f"{own_name(left)} | {own_name(right)}"
            yield names, voice.root + addresses.side_by_side(left, right, summary.id), ""


def _above(summary: Summary, voice: Voice) -> tuple[str, ...]:
    day = day_in(summary.listed_on, language=voice.language)
    if summary.kind is Kind.QUESTION:
        return (day,)
    kind = str(wording.ONE_OF[summary.kind])
    return (kind, summary.author, day) if summary.author else (kind, day)


def _below(summary: Summary, voice: Voice) -> tuple[str, ...]:
    if summary.kind is not Kind.QUESTION:
        if summary.changed_on is None:
            return ()
        return (
            _("Last changed: %(day)s")
            % {"day": day_in(summary.changed_on, language=voice.language)},
        )
    if summary.is_released:
        return (_("The answers are open"),)
    deadline = summary.deadline or summary.listed_on
    return (
        _("Waits for its answers. The chairs are kept until: %(day)s")
        % {"day": day_in(deadline, language=voice.language)},
    )


def newest_first(summaries: Sequence[Summary]) -> list[Summary]:
    """Return what stands on one page in the order of the days that it shows."""
    return sorted(summaries, key=lambda each: each.listed_on, reverse=True)


@dataclass(frozen=True)
class ShelfPage:
    """One page of a list: its items, the last opened first, and the numbers of its neighbours."""

    shelf: str
    summaries: Sequence[Summary]
    number: int | None = None
    newer: int | None = None
    older: int | None = None

    def with_newer(self, number: int | None) -> "ShelfPage":
        return replace(self, newer=number)


def of_shelf(site: Site, page: ShelfPage) -> Iterator[Page]:
    """Make a page of a list in every language; without a number it is the list's first page."""

    def path(code: str, number: int | None) -> str:
        if number is None:
            return addresses.shelf(code, page.shelf)
        return addresses.shelf_page(code, page.shelf, number)

    paths = {code: path(code, page.number) for code in site.languages}
    for code in site.languages:
        voice = site.in_language(code, at=paths[code])
        title, note = wording.SHELVES[page.shelf]
        is_first = page.number is None
        newer = None if is_first else voice.root + path(code, page.newer)
        older = None if page.older is None else voice.root + path(code, page.older)
        yield _made(
            "shelf",
            voice,
            paths,
            title=title,
            here=page.shelf,
            is_section=is_first,
            note=note,
            cards=lambda voice=voice: [
                card_of(each, voice) for each in newest_first(page.summaries)
            ],
            newer=newer,
            older=older,
        )


@dataclass(frozen=True)
class Window:
    """The newest of everything: what home pages show. Questions and texts, the last opened first."""

    question: Question | None
    newest: Summary | None
    waiting: Sequence[Summary]
    texts: Sequence[Summary]


def homes(site: Site, window: Window) -> Iterator[Page]:
    """Make the home page in every language."""
    paths = {code: addresses.home(code) for code in site.languages}
    for code in site.languages:
        voice = site.in_language(code, at=paths[code])
        yield _made(
            "home",
            voice,
            paths,
            title=voice.name,
            here="home",
            newest=lambda voice=voice: _newest(window, voice),
            waiting=lambda voice=voice: [
                card_of(each, voice) for each in newest_first(window.waiting)
            ],
            texts=lambda voice=voice: [
                card_of(each, voice) for each in newest_first(window.texts)[:ON_HOME]
            ],
        )


def _newest(window: Window, voice: Voice) -> dict[str, Any] | None:
    """Return the newest question with the first words of each answer."""
    if window.question is None or window.newest is None:
        return None
    seats = [
        _first_words(chair, seat)
        for chair, seat in zip(
            window.question.chairs, seats_of(window.question.chairs, voice), strict=True
        )
    ]
    return {"card": card_of(window.newest, voice), "answers": pieces().answers(seats, 3)}


def _first_words(chair: Chair, seat: Seat) -> Seat:
    if chair.answer is None:
        return seat
    first = chair.answer.versions[seat.language].units[:1]
    words = Markup("").join(Markup("<p>{}</p>").format(unit) for unit in first)
    return Seat(
        side=seat.side,
        pen_name=seat.pen_name,
        language=seat.language,
        translated=seat.translated,
        html=words,
    )


def front_door(site: Site) -> Page:
    """Make the page before all languages: the site's names and three sentences, side beside side."""
    first = site.languages[0]
    voice = site.in_language(first, at=addresses.front())
    codes = list(dict.fromkeys(side.languages[0] for side in site.sides))
    doors = []
    for code in codes:
        speaks = site.in_language(code, at=addresses.front())
        with speaking(code):
            module = jinja().get_template("press/three_sentences.html").module
            doors.append(
                {
                    "language": code,
                    "interface": interface_language(code),
                    "direction": direction(code),
                    "name": speaks.name,
                    "sentences": module.three_sentences(speaks.sides),  # type: ignore[attr-defined]
                    "href": speaks.to_home,
                    "own_name": own_name(code),
                }
            )
    homes_by_language = {code: addresses.home(code) for code in site.languages}
    names = " · ".join(dict.fromkeys(door["name"] for door in doors))
    return _made(
        "front", voice, homes_by_language, title=names, here="front", doors=doors, names=names
    )


def about(site: Site, chain: Sequence[SignedDocument]) -> Iterator[Page]:
    """Make the page that says who runs the site, who must agree to what, and how to check it."""
    paths = {code: addresses.about(code) for code in site.languages}
    for code in site.languages:
        voice = site.in_language(code, at=paths[code])
        charter = site.charter
        yield _made(
            "about",
            voice,
            paths,
            title=lambda: _("About this site"),
            here="about",
            is_section=True,
            documents=[("application/json", voice.root + addresses.document(charter.digest))],
            charter=charter,
            chain=chain,
            sides=[
                {
                    "name": side.names[code],
                    "languages": side.languages,
                    "public_key": side.public_key.hex,
                    "recovery_key": side.recovery_key.hex,
                }
                for side in site.sides
            ],
            policy=[
                (
                    words,
                    [
                        wording.KINDS[kind]
                        for kind in charter.policy
                        if charter.policy[kind] is opens
                    ],
                )
                for opens, words in wording.OPENS.items()
            ],
        )


def missing(site: Site) -> Iterator[Page]:
    """Make the page for every address at which nothing stands, whether it ever did or not.

    It is answered at any depth, so its links begin at the root.
    """
    for language in ("", *site.languages):
        codes = (language,) if language else site.languages
        voice = Voice(site=site, language=codes[0], path=addresses.missing(language), root="/")
        answers = []
        for code in codes:
            with speaking(code):
                answers.append(
                    {
                        "interface": interface_language(code),
                        "direction": direction(code),
                        "title": _("There is nothing at this address."),
                        "link": _("To the first page"),
                        "href": f"/{addresses.home(code)}",
                    }
                )
        homes_by_language = {code: addresses.home(code) for code in site.languages}
        yield _made(
            "missing",
            voice,
            homes_by_language,
            title=answers[0]["title"],
            here="missing",
            answers=answers,
            is_indexed=False,
        )


def _made(
    template: str,
    voice: Voice,
    paths: Mapping[str, str],
    *,
    title: Any,
    here: str,
    is_section: bool = False,
    is_indexed: bool = True,
    documents: Sequence[tuple[str, str]] = (),
    **more: Any,
) -> Page:
    """Render a page that has no frame, in its language; a function among the values is asked there."""
    with speaking(voice.language):
        values = {
            name: value() if callable(value) else value
            for name, value in {**more, "title": title}.items()
        }
        links = (
            pieces().links(voice.canonical(), voice.alternates(paths), documents)
            if is_indexed
            else Markup('<meta name="robots" content="noindex">')
        )
        html = (
            jinja()
            .get_template(f"press/{template}.html")
            .render(
                site=voice,
                links=links,
                tongues=pieces().tongues(voice.tongues(paths)),
                here=here,
                is_section=is_section,
                **values,
            )
        )
    return voice.path, html.encode()
