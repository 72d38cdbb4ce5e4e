"""What machines read: Atom and JSON feeds, JSON-LD beside each item, the sitemap, robots.txt.

Days have no hour, so every time is the first moment of its day. An item is named by its id, as
``urn:uuid:``, wherever the site is moved or mirrored.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID
from xml.sax.saxutils import escape, quoteattr

from visavis.dialogue.public import Question
from visavis.library.public import Text
from visavis.signing.canonical import Digest
from visavis.signing.document import Kind
from visavis.signing.signed import SignedDocument

from . import addresses
from .pages import Page
from .site import Site
from .summary import Summary

IN_A_FEED = 20
SHA256 = "sha256:"
XML = '<?xml version="1.0" encoding="utf-8"?>\n'


def feeds(site: Site, newest: Sequence[Summary]) -> Iterator[Page]:
    """Make both feeds in every language, from the items newest first."""
    for code in site.languages:
        yield _atom(site, code, newest[:IN_A_FEED])
        yield _json_feed(site, code, newest[:IN_A_FEED])


def _atom(site: Site, code: str, newest: Sequence[Summary]) -> Page:
    path = addresses.atom(code)
    updated = max((each.day for each in newest), default=site.charter.document.day)
    lines = [
        XML + f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang={quoteattr(code)}>',
        f"<id>{urn(site.charter.site)}:{code}</id>",
        f"<title>{escape(site.charter.names[code])}</title>",
        f"<updated>{moment(updated)}</updated>",
        f'<link rel="self" href={quoteattr(site.for_machines(path))}/>',
        f"<link href={quoteattr(site.for_machines(addresses.home(code)))}/>",
        f"<author><name>{escape(site.charter.names[code])}</name></author>",
    ]
    for each in newest:
        language = each.language_for(code)
        href = site.for_machines(addresses.item(language, each.shelf, each.id))
        lines += [
            f"<entry xml:lang={quoteattr(language)}>",
            f"<id>{urn(each.id)}</id>",
            f"<title>{escape(each.titles[language])}</title>",
            f"<updated>{moment(each.day)}</updated>",
            f"<link href={quoteattr(href)} hreflang={quoteattr(language)}/>",
            f"<summary>{escape(each.leads.get(language, ''))}</summary>",
            "</entry>",
        ]
    return path, "\n".join([*lines, "</feed>\n"]).encode()


def _json_feed(site: Site, code: str, newest: Sequence[Summary]) -> Page:
    path = addresses.json_feed(code)
    items = []
    for each in newest:
        language = each.language_for(code)
        items.append(
            {
                "id": urn(each.id),
                "url": site.for_machines(addresses.item(language, each.shelf, each.id)),
                "title": each.titles[language],
                "content_text": each.leads.get(language, ""),
                "date_published": moment(each.listed_on),
                "date_modified": moment(each.day),
                "language": language,
            }
        )
    return path, as_json(
        {
            "version": "https://jsonfeed.org/version/1.1",
            "title": site.charter.names[code],
            "home_page_url": site.for_machines(addresses.home(code)),
            "feed_url": site.for_machines(path),
            "language": code,
            "items": items,
        }
    )


def linked_data_of_text(site: Site, text: Text) -> Page:
    """Describe a text in all its languages for machines (schema.org)."""
    nodes: list[dict[str, Any]] = []
    for code in site.languages:
        if code not in text.versions:
            continue
        version = text.versions[code]
        node: dict[str, Any] = {
            "@id": f"{urn(text.id)}:{code}",
            "@type": "Article" if text.kind is Kind.ARTICLE else "CreativeWork",
            "inLanguage": code,
            "name": version.title,
            "url": site.for_machines(addresses.item(code, "library", text.id)),
            "datePublished": text.first_on.isoformat(),
            "dateModified": text.day.isoformat(),
            "publisher": _publisher(site, code),
        }
        if text.author:
            node["author"] = {"@type": "Person", "name": text.author}
        if version.is_original:
            if text.written_on:
                node["dateCreated"] = text.written_on.isoformat()
            if text.source:
                node["isBasedOn"] = {
                    "@type": "CreativeWork",
                    "name": text.source.title,
                    "url": text.source.address,
                }
        else:
            node["translationOfWork"] = {"@id": f"{urn(text.id)}:{text.original}"}
            if version.translator:
                node["translator"] = {"@type": "Person", "name": version.translator}
        nodes.append(node)
    return _linked_data("library", text.id, nodes, documents=text.documents)


def linked_data_of_question(site: Site, question: Question) -> Page:
    """Describe a question, and its answers once they are open, for machines (schema.org)."""
    nodes: list[dict[str, Any]] = []
    for code in site.languages:
        if code not in question.versions:
            continue
        node: dict[str, Any] = {
            "@id": f"{urn(question.id)}:{code}",
            "@type": "Question",
            "inLanguage": code,
            "name": question.versions[code].text,
            "url": site.for_machines(addresses.item(code, "questions", question.id)),
            "datePublished": question.day.isoformat(),
            "author": _publisher(site, code),
        }
        answers = [
            {
                "@type": "Answer",
                "inLanguage": code if code in chair.answer.versions else chair.answer.original,
                "author": {"@type": "Person", "name": chair.answer.pen_name},
                "datePublished": chair.answer.day.isoformat(),
            }
            for chair in question.chairs
            if question.is_released and chair.answer
        ]
        if answers:
            node["suggestedAnswer"] = answers
        nodes.append(node)
    return _linked_data("questions", question.id, nodes, documents=question.documents)


def _linked_data(
    shelf: str, subject: str, nodes: list[dict[str, Any]], *, documents: Sequence[SignedDocument]
) -> Page:
    graph = {
        "@context": "https://schema.org",
        "@id": urn(subject),
        "identifier": [f"{SHA256}{each.digest}" for each in documents],
        "@graph": nodes,
    }
    return addresses.linked_data(shelf, subject), as_json(graph)


def digests_in(linked_data: Mapping[str, Any]) -> list[Digest]:
    """Return the digests of the documents that an item was made of, as its linked data name them."""
    return [Digest(each.removeprefix(SHA256)) for each in linked_data["identifier"]]


def _publisher(site: Site, code: str) -> dict[str, str]:
    return {"@type": "Organization", "name": site.charter.names[code]}


# -- sitemap


def sitemap_part(site: Site, shelf: str, number: int, summaries: Iterable[Summary]) -> Page:
    """List the addresses of the items on one page of a shelf: fixed membership, like the page's."""
    rows = [
        row
        for each in summaries
        for row in _urls(
            site,
            {
                code: addresses.item(code, shelf, each.id)
                for code in site.languages
                if shelf == "questions" or code in each.titles
            },
            day=each.day,
        )
    ]
    return addresses.sitemap_part(shelf, number), _urlset(rows)


def sitemap_of_pages(site: Site) -> Page:
    """List the pages that are always there."""
    groups = [
        {code: addresses.home(code) for code in site.languages},
        {code: addresses.about(code) for code in site.languages},
        *(
            {code: addresses.shelf(code, shelf) for code in site.languages}
            for shelf in addresses.SHELVES
        ),
    ]
    rows = [row for group in groups for row in _urls(site, group, day=None)]
    return addresses.SITEMAP_OF_PAGES, _urlset(rows)


def sitemap_index(site: Site, parts: Iterable[str]) -> Page:
    """List the parts of the sitemap."""
    rows = [f"<sitemap><loc>{escape(site.for_machines(part))}</loc></sitemap>" for part in parts]
    opening = '<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
    return addresses.SITEMAP, "\n".join([XML + opening, *rows, "</sitemapindex>\n"]).encode()


def robots(site: Site) -> Page:
    """Everything here may be read by anyone, machines too."""
    lines = ["User-agent: *", "Allow: /", f"Sitemap: {site.for_machines(addresses.SITEMAP)}", ""]
    return addresses.ROBOTS, "\n".join(lines).encode()


def _urls(site: Site, paths: Mapping[str, str], *, day: date | None) -> Iterator[str]:
    alternates = "".join(
        f'<xhtml:link rel="alternate" hreflang={quoteattr(code)} '
        f"href={quoteattr(site.for_machines(path))}/>"
        for code, path in paths.items()
    )
    changed = f"<lastmod>{day.isoformat()}</lastmod>" if day else ""
    for path in paths.values():
        yield f"<url><loc>{escape(site.for_machines(path))}</loc>{changed}{alternates}</url>"


def _urlset(rows: Sequence[str]) -> bytes:
    opening = (
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        'xmlns:xhtml="http://www.w3.org/1999/xhtml">'
    )
    return "\n".join([XML + opening, *rows, "</urlset>\n"]).encode()


def urn(item: str) -> str:
    return UUID(item).urn


def moment(day: date) -> str:
    return f"{day.isoformat()}T00:00:00Z"


def as_json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode() + b"\n"
