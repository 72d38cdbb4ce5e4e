"""What machines read of the whole site: Atom and JSON feeds, the sitemap, robots.txt.

Days have no hour, so every time is the first moment of its day. An item has a name of its own in the feed
of each language, wherever the site is moved or mirrored. A sitemap knows whole addresses alone: a site
without an address has none.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from markupsafe import Markup

from visavis.kinds.items import Item
from visavis.kinds.marks import mark_of, not_in_this_language, with_mark
from visavis.kinds.summary import Summary
from visavis.pages import addresses
from visavis.pages.about_page import IN_A_SUMMARY, shortened
from visavis.pages.making import Page
from visavis.pages.site import Site, Voice, speaking

IN_A_FEED = 20
XML = '<?xml version="1.0" encoding="utf-8"?>\n'


def feeds(site: Site, newest: Sequence[Item]) -> Iterator[Page]:
    """Make both feeds in every language, from the items newest first."""
    for code in site.languages:
        with speaking(code):
            entries = [_entry(item, site, code) for item in newest[:IN_A_FEED]]
            made = (_atom(site, code, entries), _json_feed(site, code, entries))
        yield from made


@dataclass(frozen=True)
class Entry:
    """An item as the feed of one language has it. ``content`` is HTML, ``language`` that of its words."""

    id: str
    title: str
    language: str
    path: str
    published: date
    updated: date
    authors: Sequence[str]
    translated_by: str
    summary: str
    content: str


def _entry(item: Item, site: Site, code: str) -> Entry:
    each = item.summary
    language = each.language_for(code)
    voice = site.in_language(code, at=addresses.atom(code))
    side = each.translated_by.get(language)
    lacking = not_in_this_language(language, voice)
    note = Markup("<p>{}</p>").format(lacking) if lacking else Markup()
    return Entry(
        id=site.urn(each.id, code),
        title=_title(each, language, voice),
        language=language,
        path=each.paths[language],
        published=each.listed_on,
        updated=each.day,
        authors=each.authors.get(language) or (site.charter.names[code],),
        translated_by=voice.side(side) if side else "",
        summary=shortened(each.leads.get(language, ""), IN_A_SUMMARY),
        content=note + item.page.in_feeds(item.view, each, voice),
    )


def _atom(site: Site, code: str, entries: Sequence[Entry]) -> Page:
    """Make the Atom feed (RFC 4287). Without an address its links are relative, and it names no self."""
    path = addresses.atom(code)
    voice = site.in_language(code, at=path)
    updated = max((each.updated for each in entries), default=site.charter.document.day)
    to_self = f'<link rel="self" href={quoteattr(site.for_machines(path))}/>'
    lines = [
        XML + f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang={quoteattr(code)}>',
        f"<id>{site.urn('feed', code)}</id>",
        f"<title>{escape(site.charter.names[code])}</title>",
        f"<updated>{moment(updated)}</updated>",
        *([to_self] if site.address else []),
        f"<link href={quoteattr(_link(addresses.home(code), voice))}/>",
        f"<author><name>{escape(site.charter.names[code])}</name></author>",
    ]
    for each in entries:
        href = _link(each.path, voice)
        lines += [
            f"<entry xml:lang={quoteattr(each.language)}>",
            f"<id>{each.id}</id>",
            f"<title>{escape(each.title)}</title>",
            f"<published>{moment(each.published)}</published>",
            f"<updated>{moment(each.updated)}</updated>",
            f"<link href={quoteattr(href)} hreflang={quoteattr(each.language)}/>",
            *(f"<author><name>{escape(name)}</name></author>" for name in each.authors),
            *_contributor(each.translated_by),
            *([f"<summary>{escape(each.summary)}</summary>"] if each.summary else []),
            f'<content type="html">{escape(str(each.content))}</content>',
            "</entry>",
        ]
    return path, "\n".join([*lines, "</feed>\n"]).encode()


def _contributor(name: str) -> list[str]:
    return [f"<contributor><name>{escape(name)}</name></contributor>"] if name else []


def _link(path: str, voice: Voice) -> str:
    """Return a whole address; where the site has none, the way to a file from the feed."""
    site = voice.site
    return site.for_machines(path) if site.address else voice.root + path


def _json_feed(site: Site, code: str, entries: Sequence[Entry]) -> Page:
    """Make the JSON Feed (1.1). It allows no relative address: without a whole one it has none."""

    def url(name: str, path: str) -> dict[str, str]:
        return {name: site.for_machines(path)} if site.address else {}

    path = addresses.json_feed(code)
    items = [
        {
            "id": each.id,
            **url("url", each.path),
            "title": each.title,
            "content_html": str(each.content),
            **({"summary": each.summary} if each.summary else {}),
            "date_published": moment(each.published),
            "date_modified": moment(each.updated),
            "authors": [{"name": name} for name in each.authors],
            "language": each.language,
        }
        for each in entries
    ]
    return path, _as_json(
        {
            "version": "https://jsonfeed.org/version/1.1",
            "title": site.charter.names[code],
            **url("home_page_url", addresses.home(code)),
            **url("feed_url", path),
            "authors": [{"name": site.charter.names[code]}],
            "language": code,
            "items": items,
        }
    )


def _title(each: Summary, language: str, voice: Voice) -> str:
    """Return a title as it is shown alone in a reader's list, whose translation it is beside it."""
    return with_mark(each.titles[language], mark_of(each, language, voice))


# -- sitemap


def sitemap_part(site: Site, name: str, number: int, items: Iterable[Item]) -> Page:
    """List the addresses of the items on one page of a list: fixed membership, like the page's."""
    rows = [
        row
        for summary in (item.summary for item in items)
        for group in (summary.paths, *summary.beside)
        for row in _urls(site, group, day=summary.day)
    ]
    return addresses.sitemap_part(name, number), _urlset(rows)


def sitemap_of_pages(site: Site, *, lists: Iterable[str]) -> Page:
    """List the pages that are always there."""
    groups = [
        {
            **{code: addresses.home(code) for code in site.languages},
            addresses.BEFORE_ALL: addresses.front(),
        },
        {code: addresses.about(code) for code in site.languages},
        *({code: addresses.list_of(code, name) for code in site.languages} for name in lists),
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
    sitemap = [f"Sitemap: {site.for_machines(addresses.SITEMAP)}"] if site.address else []
    lines = ["User-agent: *", "Allow: /", *sitemap, ""]
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


def moment(day: date) -> str:
    return f"{day.isoformat()}T00:00:00Z"


def _as_json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode() + b"\n"
