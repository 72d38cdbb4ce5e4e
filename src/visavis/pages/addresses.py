"""Addresses of the public plane: where each page lies, and how one page links to another.

Paths have no slash in front, as the record keeps them. Links on pages are relative and name the file
itself (``../library/index.html``), so that a copy of the site works from a memory stick, from any
folder and under any host name. Addresses for machines (canonical, feeds, sitemap) leave the file name
out, and are whole where the operator has set `VISAVIS_ADDRESS`.
"""

from itertools import permutations
from uuid import UUID, uuid5

from visavis.signing.canonical import Digest
from visavis.signing.charter import Charter


def short(item: str) -> str:
    """Return the part of an item's id that is in its address."""
    return item[:12]


def front() -> str:
    return "index.html"


def home(language: str) -> str:
    return f"{language}/index.html"


def about(language: str) -> str:
    return f"{language}/about/index.html"


def list_of(language: str, name: str) -> str:
    return f"{language}/{name}/index.html"


def page_of_list(language: str, name: str, number: int) -> str:
    return f"{language}/{name}/page/{number}/index.html"


def item(language: str, at: str, subject: str) -> str:
    """Return where an item's page lies; ``at`` is the folder of its kind, the name of a list."""
    return f"{language}/{at}/{short(subject)}/index.html"


def page_of_item(language: str, at: str, subject: str, number: int) -> str:
    """Return where a page of an item's own list lies; its first page is the item's own."""
    return f"{language}/{at}/{short(subject)}/page/{number}/index.html"


def side_by_side(left: str, right: str, at: str, subject: str) -> str:
    return f"{left}/{at}/{short(subject)}/{left}-{right}/index.html"


def missing(language: str = "") -> str:
    return f"{language}/404.html" if language else "404.html"


def atom(language: str) -> str:
    return f"{language}/atom.xml"


def json_feed(language: str) -> str:
    return f"{language}/feed.json"


def linked_data(subject: str) -> str:
    """Return where machines read of an item: the same for every kind and every list."""
    return f"items/{short(subject)}.jsonld"


def document(digest: Digest) -> str:
    return f"documents/{digest}.json"


def document_keys(digest: Digest) -> str:
    return f"documents/{digest}.keys.json"


BEFORE_ALL = "x-default"
"""What machines call the page for readers of no language in particular."""

LISTS = "lists.json"
SITEMAP = "sitemap.xml"
ROBOTS = "robots.txt"
PRESS = "press.json"


def list_part(name: str, number: int) -> str:
    """Return where the press keeps which items are on a page of a list, and in which order."""
    return f"lists/{name}-{number}.json"


def sitemap_part(name: str, number: int) -> str:
    return f"sitemap/{name}-{number}.xml"


SITEMAP_OF_PAGES = "sitemap/site.xml"


def root_from(path: str) -> str:
    """Return what leads from the page at ``path`` back to the root: ``../../``, or ``./``."""
    return "../" * path.count("/") or "./"


def for_machines(path: str, *, site_address: str) -> str:
    """Return the address of a page as a canonical link, a feed or a sitemap gives it."""
    folder = path.removesuffix("index.html")
    return f"{site_address.rstrip('/')}/{folder}"


def urn(site: str, *names: str) -> str:
    """Return a name for machines of something on this site: a UUID made of these names (RFC 9562, 5.5)."""
    return uuid5(UUID(site), "/".join(names)).urn


def pairs(charter: Charter) -> tuple[tuple[str, str], ...]:
    """Return each ordered pair of languages that two different sides read."""
    found = {
        (left, right)
        for one, other in permutations(charter.sides, 2)
        for left in one.languages
        for right in other.languages
        if left != right
    }
    order = {language: place for place, language in enumerate(charter.languages)}
    return tuple(sorted(found, key=lambda pair: (order[pair[0]], order[pair[1]])))
