"""What machines read of the whole site: Atom and JSON feeds, the sitemap, robots.txt.

Days have no hour, so every time is the first moment of its day. An item is named by its id, as
``urn:uuid:``, wherever the site is moved or mirrored.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from visavis.kinds.items import Item
from visavis.kinds.marks import mark_of, with_mark
from visavis.kinds.summary import Summary
from visavis.pages import addresses
from visavis.pages.addresses import urn
from visavis.pages.making import Page
from visavis.pages.site import Site, Voice, speaking

IN_A_FEED = 20
XML = '<?xml version="1.0" encoding="utf-8"?>\n'


def feeds(site: Site, newest: Sequence[Summary]) -> Iterator[Page]:
    """Make both feeds in every language, from the items newest first."""
    for code in site.languages:
        with speaking(code):
            made = (
                _atom(site, code, newest[:IN_A_FEED]),
                _json_feed(site, code, newest[:IN_A_FEED]),
            )
        yield from made


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
    voice = site.in_language(code, at=path)
    for each in newest:
        language = each.language_for(code)
        side = each.translated_by.get(language)
        href = site.for_machines(each.paths[language])
        lines += [
            f"<entry xml:lang={quoteattr(language)}>",
            f"<id>{urn(each.id)}</id>",
            f"<title>{escape(_title(each, language, voice))}</title>",
            f"<updated>{moment(each.day)}</updated>",
            f"<link href={quoteattr(href)} hreflang={quoteattr(language)}/>",
            *(
                [f"<contributor><name>{escape(voice.side(side))}</name></contributor>"]
                if side
                else []
            ),
            _summary(each.leads.get(language, "")),
            "</entry>",
        ]
    return path, "\n".join([*lines, "</feed>\n"]).encode()


def _json_feed(site: Site, code: str, newest: Sequence[Summary]) -> Page:
    path = addresses.json_feed(code)
    voice = site.in_language(code, at=path)
    items = []
    for each in newest:
        language = each.language_for(code)
        items.append(
            {
                "id": urn(each.id),
                "url": site.for_machines(each.paths[language]),
                "title": _title(each, language, voice),
                "content_text": each.leads.get(language, ""),
                "date_published": moment(each.listed_on),
                "date_modified": moment(each.day),
                "language": language,
            }
        )
    return path, _as_json(
        {
            "version": "https://jsonfeed.org/version/1.1",
            "title": site.charter.names[code],
            "home_page_url": site.for_machines(addresses.home(code)),
            "feed_url": site.for_machines(path),
            "language": code,
            "items": items,
        }
    )


def _summary(lead: str) -> str:
    """Write the first words; as markup where they have lines, which a reader of feeds would fold."""
    if "\n" not in lead:
        return f"<summary>{escape(lead)}</summary>"
    return f'<summary type="html">{escape(escape(lead).replace(chr(10), "<br>"))}</summary>'


def _title(each: Summary, language: str, voice: Voice) -> str:
    """Return a title as it stands alone in a reader's list, whose translation it is beside it."""
    return with_mark(each.titles[language], mark_of(each, language, voice))


# -- sitemap


def sitemap_part(site: Site, name: str, number: int, items: Iterable[Item]) -> Page:
    """List the addresses of the items on one page of a list: fixed membership, like the page's."""
    rows = [row for item in items for row in _urls(site, item.summary.paths, day=item.summary.day)]
    return addresses.sitemap_part(name, number), _urlset(rows)


def sitemap_of_pages(site: Site, *, lists: Iterable[str]) -> Page:
    """List the pages that are always there."""
    groups = [
        {code: addresses.home(code) for code in site.languages},
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


def moment(day: date) -> str:
    return f"{day.isoformat()}T00:00:00Z"


def _as_json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode() + b"\n"
