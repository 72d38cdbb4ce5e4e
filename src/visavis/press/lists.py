"""Pages that stand above the items: lists, home pages, the front door, the charter, the 404 page."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from django.utils.translation import gettext as _
from markupsafe import Markup

from visavis.base.languages import direction, interface_language, own_name
from visavis.kinds.cards import Card, card_of, newest_first
from visavis.kinds.items import Item
from visavis.kinds.kind import Instead, Kinds, List, Opening
from visavis.pages import addresses
from visavis.pages.about_page import IN_A_DESCRIPTION, AboutPage, shortened
from visavis.pages.making import Page, jinja, pieces, said_of_the_site
from visavis.pages.site import Site, Voice, speaking
from visavis.record.public import Link

from . import wording

IN_A_WINDOW = 20
"""How many of the newest items the first page of a list shows."""


@dataclass(frozen=True)
class ListPage:
    """One page of a list: its items, the last opened first, and the numbers of its neighbours.

    ``family`` are the whole list and its parts, where it has parts.
    """

    of: List
    items: Sequence[Item]
    family: Sequence[List] = ()
    number: int | None = None
    newer: int | None = None
    older: int | None = None

    def with_newer(self, number: int | None) -> "ListPage":
        return replace(self, newer=number)


def of_list(site: Site, page: ListPage) -> Iterator[Page]:
    """Make a page of a list in every language; without a number it is the list's first page."""

    def path(code: str, number: int | None) -> str:
        if number is None:
            return addresses.list_of(code, page.of.name)
        return addresses.page_of_list(code, page.of.name, number)

    paths = {code: path(code, page.number) for code in site.languages}
    is_alone = page.number is not None and page.newer is None and page.older is None
    is_whole = is_alone and len(page.items) <= IN_A_WINDOW  # the first page shows the same items
    shows = {code: path(code, None) for code in site.languages} if is_whole else paths
    for code in site.languages:
        voice = site.in_language(code, at=paths[code])
        is_first = page.number is None
        newer = None if is_first else voice.root + path(code, page.newer)
        older = None if page.older is None else voice.root + path(code, page.older)
        yield _made(
            "list",
            voice,
            paths,
            canonical=shows[code],
            alternates=shows,
            number=page.number,
            title=page.of.title,
            here=page.of.part_of or page.of.name,
            is_section=is_first and not page.of.part_of,
            note=page.of.note,
            family=lambda voice=voice: [
                (each.title, voice.to_list(each.name), each is page.of) for each in page.family
            ],
            years=lambda voice=voice: _by_year(page.items, voice),
            newer=newer,
            older=older,
        )


def _by_year(items: Sequence[Item], voice: Voice) -> list[tuple[int, list[Card]]]:
    """Return the cards of a list's page, newest first, under the years of their days."""
    in_order = groupby(newest_first(items), key=lambda item: item.summary.listed_on.year)
    return [(year, [card_of(each, voice) for each in found]) for year, found in in_order]


def homes(
    site: Site,
    newest: Sequence[tuple[List, Sequence[Item]]],
    *,
    instead: Sequence[tuple[List, Sequence[Item]]] = (),
) -> Iterator[Page]:
    """Make the home page in every language: the newest that a list begins it with, then why, then the rest.

    Lists are asked in their order; ``newest`` has the items of each, the last opened first. ``instead`` has
    those of the lists that may take the page's place.
    """
    paths = {code: addresses.home(code) for code in site.languages}
    readable = [(each, [item for item in items if item.is_readable]) for each, items in newest]
    for code in site.languages:
        voice = site.in_language(code, at=paths[code])
        yield _made(
            "home",
            voice,
            paths,
            alternates=_all_homes(site),
            title=voice.name,
            here="home",
            instead=lambda voice=voice: _instead(instead, voice),
            parts=lambda voice=voice: _on_home(readable, voice),
        )


def _instead(lists: Sequence[tuple[List, Sequence[Item]]], voice: Voice) -> Instead | None:
    found = (each.instead([i for i in items if i.is_readable], voice) for each, items in lists)
    return next((each for each in found if each), None)


def _on_home(
    newest: Sequence[tuple[List, Sequence[Item]]], voice: Voice
) -> tuple[Opening | None, list[Markup]]:
    """Return what the home page begins with, and its other sections; nothing is there twice."""
    found = (each.first(items, voice) for each, items in newest)
    first = next((opening for opening in found if opening), None)
    rest = [
        (each, [item for item in items if first is None or item is not first.item])
        for each, items in newest
    ]
    return first, [section for each, items in rest for section in each.home(items, voice)]


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
        "front",
        voice,
        homes_by_language,
        alternates=_all_homes(site),
        title=names,
        here="front",
        doors=doors,
        names=names,
    )


def _all_homes(site: Site) -> dict[str, str]:
    """Return the home page in each language, and the page before all languages."""
    homes = {code: addresses.home(code) for code in site.languages}
    return {**homes, addresses.BEFORE_ALL: addresses.front()}


def about(site: Site, chain: Sequence[Link], *, kinds: Kinds) -> Iterator[Page]:
    """Make the page that says who runs the site, who must agree to what, and how to check it."""
    paths = {code: addresses.about(code) for code in site.languages}
    for code in site.languages:
        voice = site.in_language(code, at=paths[code])
        charter = site.charter
        names = {side.code: voice.named(side.code) for side in site.sides}
        yield _made(
            "about",
            voice,
            paths,
            title=lambda: _("About this site"),
            here="about",
            is_section=True,
            documents=[voice.root + addresses.document(charter.digest)],
            record_at=f"{site.address or 'https://…'}/",
            charter=charter,
            chain=chain,
            names=names,
            waiting_by_kind=[
                (kinds.many(word), hours) for word, hours in sorted(charter.waiting.by_kind.items())
            ],
            recoveries=[
                {
                    "name": names.get(each.side, each.side),
                    "day": each.day,
                    "from": each.in_force_from(charter),
                    "digest": each.document.digest,
                }
                for each in (chain[-1].under_way if chain else ())
            ],
            sides=[
                {
                    "name": voice.named(side.code),
                    "languages": side.languages,
                    "public_key": side.public_key.hex,
                    "recovery_key": side.recovery_key.hex,
                }
                for side in site.sides
            ],
            policy=[
                (
                    words,
                    [kind.many for kind in kinds.every if charter.opens(kind.word) is opens],
                )
                for opens, words in wording.OPENS.items()
            ],
        )


def missing(site: Site) -> Iterator[Page]:
    """Make the page for every address at which nothing is, whether something ever was or not.

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
                        "link": _("To the home page"),
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
    documents: Sequence[str] = (),
    canonical: str = "",
    alternates: Mapping[str, str] | None = None,
    note: Any = "",
    **more: Any,
) -> Page:
    """Render a page that has no frame, in its language; a function among the values is asked there.

    ``canonical`` and ``alternates`` are for machines, where they are not the page and its ``paths``.
    """
    with speaking(voice.language):
        values = {
            name: value() if callable(value) else value
            for name, value in {**more, "title": title, "note": note}.items()
        }
        description = str(note) or said_of_the_site(voice)
        links = (
            pieces().head(
                voice.canonical(canonical),
                voice.alternates(paths if alternates is None else alternates),
                documents,
                AboutPage(shortened(description, IN_A_DESCRIPTION)),
                voice.picture,
            )
            if is_indexed
            else Markup('<meta name="robots" content="noindex">')
        )
        html = (
            jinja()
            .get_template(f"press/{template}.html")
            .render(
                site=voice,
                links=links,
                tongues=pieces().tongues(voice.tongues(paths), ()),
                here=here,
                is_section=is_section,
                **values,
            )
        )
    return voice.path, html.encode()
