"""The site as it speaks: its names, its sides and its links, in one language and from one page."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from markupsafe import Markup, escape

from visavis.base.languages import direction, interface_language, list_in, own_name
from visavis.sides.order import in_order
from visavis.signing.charter import RELEASE_KEY, Charter, CharterSide
from visavis.signing.signed import SignedDocument

from . import addresses
from .assets import assets

T = TypeVar("T")
MOST_KEPT = 1_000


@dataclass(frozen=True)
class MenuEntry:
    """A list in the menu of every page: the folder of its address, and its title."""

    name: str
    title: Promise


@dataclass(frozen=True)
class Site:
    """All that pages depend on beside their documents: charter, address if there is one, and menu."""

    charter: Charter
    address: str = ""
    menu: tuple[MenuEntry, ...] = ()

    @property
    def languages(self) -> tuple[str, ...]:
        return self.charter.languages

    def in_language(self, language: str, *, at: str) -> "Voice":
        """Return the site as it speaks on the page at this path."""
        return Voice(site=self, language=language, path=at, root=addresses.root_from(at))

    def for_machines(self, path: str) -> str:
        """Return an address for feeds and sitemap: whole where the site has one, else from the root."""
        return addresses.for_machines(path, site_address=self.address)

    def urn(self, *names: str) -> str:
        """Return a name for machines, the same wherever the site is moved or mirrored.

        An item has one, and another in each language: who follows two languages reads both.
        """
        return addresses.urn(self.charter.site, *names)

    @cached_property
    def sides(self) -> tuple[CharterSide, ...]:
        """The sides in the order drawn for this site: neither alphabet nor age puts one first."""
        by_code = {side.code: side for side in self.charter.sides}
        return tuple(by_code[code] for code in in_order(by_code, seed=self.charter.site))

    def once(self, key: tuple[str, ...], make: Callable[[], T]) -> T:
        """Return what ``make`` returns, made once for many pages. It depends on ``key`` and this site alone.

        It is gone with the edition, like the site, and before where there is much of it.
        """
        if key not in self._made:
            if len(self._made) >= MOST_KEPT:
                self._made.clear()
            self._made[key] = make()
        found: T = self._made[key]
        return found

    @cached_property
    def _made(self) -> dict[tuple[str, ...], Any]:
        return {}

    @cached_property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        return addresses.pairs(self.charter)


@dataclass(frozen=True)
class Voice:
    """The site on one page: what templates call ``site``."""

    site: Site
    language: str
    path: str
    root: str

    @property
    def interface(self) -> str:
        return interface_language(self.language)

    @property
    def direction(self) -> str:
        return direction(self.language)

    @property
    def name(self) -> str:
        return self.site.charter.names[self.language]

    @property
    def style(self) -> str:
        return assets().style

    @property
    def mark(self) -> str:
        return assets().mark

    @property
    def picture(self) -> str:
        """The whole address of what is shown beside a link to the site; empty without an address."""
        return self.site.for_machines(assets().picture) if self.site.address else ""

    @property
    def to_home(self) -> str:
        return self.root + addresses.home(self.language)

    @property
    def to_about(self) -> str:
        return self.root + addresses.about(self.language)

    def to_list(self, name: str) -> str:
        return self.root + addresses.list_of(self.language, name)

    @property
    def menu(self) -> list[tuple[str, str, str]]:
        """Return name, address and label of each entry of the menu; the page about the site is last."""
        lists = [(each.name, self.to_list(each.name), str(each.title)) for each in self.site.menu]
        return [*lists, ("about", self.to_about, _("About"))]

    def side(self, code: str) -> str:
        """Return a side's name in this language; a side that has left the charter keeps its code."""
        side = self.site.charter.side(code)
        return side.names[self.language] if side else code

    def named(self, code: str) -> Markup:
        """Return a side's name for a page, with its language where the page speaks another."""
        return self._own_words(self.side(code))

    @property
    def sides(self) -> Markup:
        """Every side's name, as a list is written in this language."""
        return self._list(self.named(side.code) for side in self.site.sides)

    def keys_of(self, each: SignedDocument) -> Markup:
        """Return whose keys opened a document: the sides, or the release key for what is computed."""
        codes = dict.fromkeys(signature.side for signature in each.signatures)
        return self._list(
            escape(_("the site itself (release key)")) if code == RELEASE_KEY else self.named(code)
            for code in codes
        )

    def _list(self, names: Iterable[Markup]) -> Markup:
        return Markup(list_in(tuple(names), language=self.language))  # noqa: S704 - markup, all of it

    def _own_words(self, words: str) -> Markup:
        if self.interface == self.language:
            return escape(words)
        return Markup('<bdi lang="{}">{}</bdi>').format(self.language, words)

    def canonical(self, path: str = "") -> str:
        """Return the one address of this page; of another path, where that shows the same."""
        return self._named(path or self.path)

    def tongues(self, paths: Mapping[str, str]) -> list[tuple[str, str, str, bool]]:
        """Return an entry for each language of the site that the page has: the way to it there."""
        return [
            (
                code,
                own_name(code),
                self.root + paths[code],
                code == self.language and self.path != addresses.front(),
            )
            for code in self.site.languages
            if code in paths
        ]

    def lacking(self, paths: Mapping[str, str]) -> list[tuple[str, str, str]]:
        """Return an entry for each language that the page lacks: the way to its first page."""
        return [
            (code, own_name(code), self.root + addresses.home(code))
            for code in self.site.languages
            if code not in paths
        ]

    def alternates(self, paths: Mapping[str, str]) -> list[tuple[str, str]]:
        """Return (language, address) of the same page in each language that has it."""
        return [(code, self._named(path)) for code, path in paths.items()]

    def _named(self, path: str) -> str:
        """Return how the head of this page names another: whole, or as seen from here."""
        if self.site.address:
            return self.site.for_machines(path)
        return self.root + path.removesuffix("index.html")


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Let the site speak this language within the block."""
    with translation.override(interface_language(language)):
        yield
