"""What a room makes its pages with: templates rendered once as frames, and the parts that all items share.

A page's template is rendered once for each language, as a `Frame`; a room fills its holes for each item.
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
from .frame import Fragment, Frame, joined
from .site import Site, Voice, speaking

Page: TypeAlias = tuple[str, bytes]
"""A path, and the bytes at it."""

Holes: TypeAlias = Mapping[str, str | Fragment]


class Shown(Protocol):
    """What every item has that bears a page: its id, who let it open, and the documents behind it."""

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
        others = tuple(f"to_{code}" for code in self.site.languages if code != voice.language)

        def render(marks: dict[str, Markup]) -> str:
            entries = [
                (code, name, marks.get(f"to_{code}", ""), is_here)
                for code, name, _href, is_here in voice.tongues({})
            ]
            return (
                jinja()
                .get_template(template)
                .render(
                    site=voice,
                    shown=shown,
                    here=here,
                    is_section=False,
                    tongues=pieces().tongues(entries),
                    **marks,
                )
            )

        names = tuple(name for name in holes if not name.startswith("to_"))
        frame = self.kept((template, voice.language, *shown), render, holes=(*names, *others))
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
                        **self.links(item, voice, paths=paths),
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
        self, item: Shown, voice: Voice, *, paths: Mapping[str, str]
    ) -> dict[str, str | Fragment]:
        """Fill the holes that lead from this page to others, and to the documents behind it.

        ``paths`` has the same page in each language that has it.
        """
        others = [
            ("application/ld+json", voice.root + addresses.linked_data(item.id)),
            *(
                ("application/json", voice.root + addresses.document(each.digest))
                for each in item.documents
            ),
        ]
        alternates = voice.alternates(paths) if voice.path in paths.values() else []
        return {
            "links": self._head(voice.canonical(), alternates, others),
            "documents": self._documents(item.documents, voice),
            **{f"to_{code}": href for code, _name, href, _here in voice.tongues(paths)},
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
        canonical: str,
        alternates: Sequence[tuple[str, str]],
        others: Sequence[tuple[str, str]],
    ) -> Fragment:
        """Name in a page's head its own address, the same page in other languages, and its data."""
        to_alternates = [(code, f"in_{code}", href) for code, href in alternates]
        to_others = [(kind, f"other_{n}", href) for n, (kind, href) in enumerate(others)]
        values = {name: href for _what, name, href in (*to_alternates, *to_others)}
        frame = self.kept(
            ("links", *((what, name) for what, name, _href in (*to_alternates, *to_others))),
            lambda marks: pieces().links(
                marks["canonical"],
                [(code, marks[name]) for code, name, _href in to_alternates],
                [(kind, marks[name]) for kind, name, _href in to_others],
            ),
            holes=("canonical", *values),
        )
        return frame.filled(canonical=canonical, **values)

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
        words: Markup = pieces().standing(voice.side(standing.side), others)
        return words
