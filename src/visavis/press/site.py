"""The site as it speaks: its names, its sides and its links, in one language and from one page."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property

from django.utils import translation
from django.utils.translation import gettext as _

from visavis.base.languages import direction, interface_language, list_in, own_name
from visavis.sides.order import in_order
from visavis.signing.charter import RELEASE_KEY, Charter, CharterSide
from visavis.signing.signed import SignedDocument

from . import addresses
from .assets import assets


@dataclass(frozen=True)
class Site:
    """All that pages depend on beside their documents: the charter, and the address if there is one."""

    charter: Charter
    address: str = ""

    @property
    def languages(self) -> tuple[str, ...]:
        return self.charter.languages

    def in_language(self, language: str, *, at: str) -> "Voice":
        """Return the site as it speaks on the page at this path."""
        return Voice(site=self, language=language, path=at, root=addresses.root_from(at))

    def for_machines(self, path: str) -> str:
        """Return an address for feeds and sitemap: whole where the site has one, else from the root."""
        return addresses.for_machines(path, site_address=self.address)

    @cached_property
    def sides(self) -> tuple[CharterSide, ...]:
        """The sides in the order drawn for this site: neither alphabet nor age puts one first."""
        by_code = {side.code: side for side in self.charter.sides}
        return tuple(by_code[code] for code in in_order(by_code, seed=self.charter.site))

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
    def to_home(self) -> str:
        return self.root + addresses.home(self.language)

    @property
    def to_about(self) -> str:
        return self.root + addresses.about(self.language)

    def to_shelf(self, name: str) -> str:
        return self.root + addresses.shelf(self.language, name)

    def side(self, code: str) -> str:
        """Return a side's name in this language; a side that has left the charter keeps its code."""
        side = self.site.charter.side(code)
        return side.names[self.language] if side else code

    @property
    def sides(self) -> str:
        """Every side's name, as a list is written in this language."""
        names = tuple(side.names[self.language] for side in self.site.sides)
        return list_in(names, language=self.language)

    def keys_of(self, each: SignedDocument) -> str:
        """Return whose keys opened a document: the sides, or the release key for what is computed."""
        codes = dict.fromkeys(signature.side for signature in each.signatures)
        names = tuple(
            _("the release key") if code == RELEASE_KEY else self.side(code) for code in codes
        )
        return list_in(names, language=self.language)

    def canonical(self) -> str:
        if self.site.address:
            return self.site.for_machines(self.path)
        return self.root + self.path.removesuffix("index.html")

    def tongues(self, paths: Mapping[str, str]) -> list[tuple[str, str, str, bool]]:
        """Return an entry for each language of the site: to the same page, or else to its home."""
        return [
            (
                code,
                own_name(code),
                self.root + paths.get(code, addresses.home(code)),
                code == self.language and self.path != addresses.front(),
            )
            for code in self.site.languages
        ]

    def alternates(self, paths: Mapping[str, str]) -> list[tuple[str, str]]:
        """Return (language, address) of the same page in each language that has it."""
        if self.site.address:
            return [(code, self.site.for_machines(path)) for code, path in paths.items()]
        return [(code, self.root + path.removesuffix("index.html")) for code, path in paths.items()]


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Let the site speak this language within the block."""
    with translation.override(interface_language(language)):
        yield
