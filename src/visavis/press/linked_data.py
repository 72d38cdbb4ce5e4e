"""The linked data beside each item: what machines read of it, and what the press remembers of it.

The file of an item names the documents behind it (``identifier``), its pages (``url``) and the pages of
the lists it is on (``isPartOf``). The next edition takes away exactly what that file names: no kind has
to list the paths that an item may have had.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from visavis.kinds.items import Viewed
from visavis.pages import addresses
from visavis.pages.making import Page
from visavis.pages.site import Site
from visavis.signing.canonical import Digest, is_digest
from visavis.signing.manifest import fault_in_path

CONTEXT = "https://schema.org"
SHA256 = "sha256:"
LIST = re.compile(r"[^/]+/([a-z][a-z-]{0,19})/index\.html")


class BadLinkedDataError(ValueError):
    """These bytes are not what the press writes beside an item."""


@dataclass(frozen=True)
class Remembered:
    """What an edition shows of an item, as the item's linked data say."""

    documents: tuple[Digest, ...]
    pages: tuple[str, ...]
    lists: frozenset[str]

    def paths(self, subject: str) -> frozenset[str]:
        """Return every path of the item, its linked data among them."""
        documents = (
            path(digest)
            for digest in self.documents
            for path in (addresses.document, addresses.document_keys)
        )
        return frozenset({addresses.linked_data(subject), *self.pages, *documents})


def linked_data(site: Site, viewed: Viewed, pages: Iterable[str], *, lists: Iterable[str]) -> Page:
    """Describe an item in all its languages for machines: the paths of its pages, the lists it is on."""
    page, view = viewed.page, viewed.view
    item = {
        "@id": site.urn(view.id),
        "@type": "CreativeWork",
        "identifier": [f"{SHA256}{each.digest}" for each in view.documents],
        "url": [site.for_machines(path) for path in pages],
        "isPartOf": [
            site.for_machines(addresses.list_of(code, name))
            for name in lists
            for code in site.languages
        ],
    }
    graph = {
        "@context": CONTEXT,
        "@graph": [item, *page.nodes(view, page.summary(view, site), site)],
    }
    data = json.dumps(graph, ensure_ascii=False).encode() + b"\n"
    return addresses.linked_data(view.id), data


def remembered_in(data: bytes, *, subject: str, site: Site) -> Remembered | None:
    """Read an item's linked data back; None if they are another item's.

    Raises BadLinkedDataError for what the press does not write at the address that the site has.
    """
    try:
        item: Any = json.loads(data)["@graph"][0]
        named, identifiers = item["@id"], _strings(item["identifier"])
        pages = tuple(_path(each, site) for each in _strings(item["url"]))
        lists = frozenset(_list(_path(each, site)) for each in _strings(item["isPartOf"]))
    except (ValueError, KeyError, IndexError, TypeError) as error:
        raise BadLinkedDataError(f"the linked data of {subject} cannot be read") from error
    documents = tuple(Digest(each.removeprefix(SHA256)) for each in identifiers)
    if [f"{SHA256}{each}" for each in documents] != identifiers or not all(
        map(is_digest, documents)
    ):
        raise BadLinkedDataError(f"the linked data of {subject} name what is no document")
    return Remembered(documents, pages, lists) if named == site.urn(subject) else None


def _strings(value: Any) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise TypeError("not a list of strings")
    return value


def _path(address: str, site: Site) -> str:
    """Return the path that has this address for machines."""
    root = site.for_machines("")
    path = address.removeprefix(root)
    path = path + "index.html" if path.endswith("/") or not path else path
    if site.for_machines(path) != address or fault_in_path(path):
        raise ValueError("not an address of this site")
    return path


def _list(path: str) -> str:
    found = LIST.fullmatch(path)
    if found is None:
        raise ValueError("not a list")
    return found[1]
