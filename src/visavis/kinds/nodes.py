"""What linked data say of an item (schema.org): one node for each language."""

from typing import Any, TypeAlias

from visavis.pages.about_page import IN_A_SUMMARY, shortened
from visavis.pages.site import Site, speaking

from .marks import mark_of
from .summary import Summary

Node: TypeAlias = dict[str, Any]


def creative_work(_view: Any, summary: Summary, site: Site) -> list[Node]:
    """Describe an item of which nothing more is to be said."""
    return [
        node_of(summary, code, site, type_="CreativeWork")
        for code in site.languages
        if code in summary.titles
    ]


def node_of(summary: Summary, code: str, site: Site, *, type_: str) -> Node:
    """Return what every node begins with: its id, its type, its language, its title, its address, its days.

    The days are those of pages, lists and feeds. Where the words are a translation in another side's name,
    that side is its translator.
    """
    lead = shortened(summary.leads.get(code, ""), IN_A_SUMMARY)
    node: Node = {
        "@id": site.urn(summary.id, code),
        "@type": type_,
        "inLanguage": code,
        "name": summary.titles[code],
        "url": site.for_machines(summary.paths[code]),
        "datePublished": summary.listed_on.isoformat(),
        "dateModified": summary.day.isoformat(),
        "publisher": publisher(site, code),
        **({"abstract": lead} if lead else {}),
    }
    voice = site.in_language(code, at=summary.paths[code])
    side = summary.translated_by.get(code)
    if side:
        with speaking(code):
            node["creditText"] = mark_of(summary, code, voice)
        node["translator"] = {"@type": "Organization", "name": voice.side(side)}
    return node


def publisher(site: Site, code: str) -> dict[str, str]:
    """Return the site itself as an organisation: it has no owner above its sides."""
    return {"@type": "Organization", "name": site.charter.names[code]}
