"""What a room makes its pages with: templates rendered once as frames, and the parts that all items share.

A page's template is rendered once for each language and depth, as a `Frame`; a room fills its holes
for each item.
A room gives its own values and takes from here what every item's page has: links, documents, standing.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any, Protocol, TypeAlias

from django.template import engines
from django.utils.translation import get_language
from jinja2 import Environment
from markupsafe import Markup

from visavis.base.languages import day_in
from visavis.signing.document import Standing
from visavis.signing.signed import SignedDocument

from . import addresses
from .about_page import IN_A_DESCRIPTION, AboutPage, shortened
from .frame import Fragment, Frame, joined
from .site import Site, Voice, speaking

Page: TypeAlias = tuple[str, bytes]
"""A path, and the bytes at it."""

Holes: TypeAlias = Mapping[str, str | Fragment]


class Shown(Protocol):
    """What every item with a page has: its id, who let it open, and the documents behind it."""

    @property
    def id(self) -> str: ...

    @property
    def standing(self) -> Standing: ...

    @property
    def documents(self) -> Sequence[SignedDocument]: ...

    @property
    def unread(self) -> Sequence[SignedDocument]:
        """Those of its documents that nobody here can read."""


@cache
def jinja() -> Environment:
    """Return the environment of all templates."""
    environment: Environment = engines["jinja2"].env  # type: ignore[attr-defined]
    return environment


@cache
def pieces(template: str = "pages/pieces.html") -> Any:
    """Return the macros of a template; what they say depends on the language spoken."""
    return jinja().get_template(template).module


def said_of_the_site(voice: Voice) -> str:
    """Return what the site says it is, in one sentence without markup, in the language spoken."""
    said: str = pieces().what_it_is(voice.sides).striptags()
    return said


class Making:
    """Makes pages of one site under one charter, and keeps the frames that they share."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self._frames: dict[tuple[object, ...], Frame] = {}

    def page(
        self,
        template: str,
        voice: Voice,
        *,
        here: str,
        shown: tuple[str, ...],
        holes: Holes,
    ) -> Page:
        """Return the page at the voice's path: the template's frame with these values in its holes.

        ``here`` is the list whose entry in the menu is marked, ``shown`` the languages of the words on it.
        """
        others = tuple(name for name in holes if name.startswith(("to_", "home_")))

        def render(marks: dict[str, Markup]) -> str:
            there = {code: "" for code in self.site.languages if f"home_{code}" not in holes}
            entries = [
                (code, name, marks.get(f"to_{code}", ""), is_here)
                for code, name, _href, is_here in voice.tongues(there)
            ]
            lacking = [
                (code, name, marks[f"home_{code}"]) for code, name, _href in voice.lacking(there)
            ]
            return (
                jinja()
                .get_template(template)
                .render(
                    site=voice,
                    shown=shown,
                    here=here,
                    is_section=False,
                    tongues=pieces().tongues(entries, lacking),
                    **marks,
                )
            )

        used = tuple(name for name in holes if name != f"to_{voice.language}")
        # The way back to the root is in the frame: pages of one template may lie at several depths.
        key = (template, voice.language, voice.root, shown, others)
        frame = self.kept(key, render, holes=used)
        return voice.path, frame.filled(**holes)

    def plain(
        self, item: Shown, *, at: str, titles: Mapping[str, str], words: Mapping[str, Markup]
    ) -> Iterator[Page]:
        """Make a small kind's pages: in each of its languages its title, and its words as markup."""
        paths = {code: addresses.item(code, at, item.id) for code in titles}
        for code in self.site.languages:
            if code not in titles:
                continue
            voice = self.site.in_language(code, at=paths[code])
            with speaking(code):
                yield self.page(
                    "pages/plain.html",
                    voice,
                    here=at,
                    shown=(code,),
                    holes={
                        **self.common(item, voice, day=item.documents[0].document.day),
                        **self.links(
                            item, voice, paths=paths, about=AboutPage(words[code].striptags())
                        ),
                        "title": titles[code],
                        "heading": titles[code],
                        "words": words[code],
                    },
                )

    def common(
        self, item: Shown, voice: Voice, *, day: date, standing: Markup | None = None
    ) -> dict[str, str | Fragment]:
        """Fill the holes that every page of an item fills alike in one language.

        ``standing`` says in a kind's own words who let it open.
        """
        if standing is None:
            standing = self._standing(item.standing, voice)
        return {
            "day": day_in(day, language=voice.language),
            "standing": standing + self._unread(item),
        }

    def links(
        self,
        item: Shown,
        voice: Voice,
        *,
        paths: Mapping[str, str],
        alternates: Mapping[str, str] | None = None,
        about: AboutPage | None = None,
    ) -> dict[str, str | Fragment]:
        """Fill the holes that lead from this page to others, and to the documents behind it.

        ``paths`` has the way for readers in each language that has the page; ``alternates`` the same page
        for machines, where that is not the same.
        """
        others = [
            voice.root + addresses.linked_data(item.id),
            *(voice.root + addresses.document(each.digest) for each in item.documents),
        ]
        same = voice.alternates(paths if alternates is None else alternates)
        return {
            "links": self._head(voice, same, others, about or AboutPage(said_of_the_site(voice))),
            "documents": self._documents(item.documents, voice),
            **{f"to_{code}": href for code, _name, href, _here in voice.tongues(paths)},
            **{f"home_{code}": href for code, _name, href in voice.lacking(paths)},
        }

    def elsewhere(self, label: str, entries: Sequence[tuple[str, str, str]]) -> Fragment:
        """Lead to other pages of an item: names, addresses and languages, after a label."""
        values = {f"href_{n}": href for n, (_name, href, _code) in enumerate(entries)}
        frame = self.kept(
            ("elsewhere", get_language(), label, *((name, code) for name, _href, code in entries)),
            lambda marks: pieces().elsewhere(
                label,
                [
                    (name, marks[hole], code)
                    for hole, (name, _href, code) in zip(values, entries, strict=True)
                ],
            ),
            holes=tuple(values),
        )
        return frame.filled(**values)

    def kept(
        self,
        key: tuple[object, ...],
        render: Callable[[dict[str, Markup]], str],
        *,
        holes: tuple[str, ...],
    ) -> Frame:
        """Return the frame of this shape, made when it is first asked for.

        There are as many as there are shapes: languages, and how many documents or steps an item has.
        """
        if key not in self._frames:
            self._frames[key] = Frame.made_by(render, holes=holes)
        return self._frames[key]

    def _head(
        self,
        voice: Voice,
        alternates: Sequence[tuple[str, str]],
        others: Sequence[str],
        about: AboutPage,
    ) -> Fragment:
        """Say in a page's head what it is, and name its address, its other languages and its data."""
        values = {
            "canonical": voice.canonical(),
            "description": shortened(about.description, IN_A_DESCRIPTION),
            **({"author": about.author} if about.author else {}),
            **{f"in_{code}": href for code, href in alternates},
            **{f"other_{n}": href for n, href in enumerate(others)},
        }
        frame = self.kept(
            ("head", about.is_article, *values),
            lambda marks: pieces().head(
                marks["canonical"],
                [(code, marks[f"in_{code}"]) for code, _href in alternates],
                [marks[f"other_{n}"] for n in range(len(others))],
                AboutPage(marks["description"], marks.get("author", ""), about.is_article),
                voice.picture,
            ),
            holes=tuple(values),
        )
        return frame.filled(**values)

    def _documents(self, documents: Sequence[SignedDocument], voice: Voice) -> Fragment:
        """List the documents behind a page, with whose keys opened each."""
        frame = self.kept(
            ("behind", voice.language, voice.root),
            lambda marks: pieces().behind(voice.root, **marks),
            holes=("digest", "keys"),
        )
        return joined(
            frame.filled(digest=each.digest, keys=voice.keys_of(each)) for each in documents
        )

    def _unread(self, item: Shown) -> Markup:
        if not item.unread:
            return Markup()
        said: Markup = pieces().unread(len(item.unread))
        return said

    def _standing(self, standing: Standing, voice: Voice) -> Markup:
        if standing.side is None:
            return Markup()
        others = len(self.site.charter.sides) - 1
        words: Markup = pieces().standing(voice.named(standing.side), others)
        return words
