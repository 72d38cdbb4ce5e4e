"""A room of three small kinds: threads with own lists, remarks on these, and badges that remarks name."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

import cast
from visavis.kinds.bodies import Body
from visavis.kinds.installed import installed
from visavis.kinds.items import Gathered, Part, Remains, View
from visavis.kinds.kind import DocumentKind, Kinds, List, OwnPage, PublicPage
from visavis.kinds.nodes import Node
from visavis.kinds.passages import Contents, Line, Names, Passage, in_one_language
from visavis.kinds.shapes import Shapes
from visavis.kinds.summary import Summary, plain_summary
from visavis.pages import addresses
from visavis.pages.making import Making, Page
from visavis.pages.site import Site
from visavis.signing.charter import Charter, Opens
from visavis.signing.document import Document, Standing
from visavis.signing.signed import SignedDocument

NO_BADGE = "somebody"
GONE = "What was here is no longer shown."
NOT_THOUGHT_OF = "what the room did not think of"
NOT_THOUGHT_OF_BELOW = "what the room did not think of where it is shown below another"


class Words(Body):
    words: str


class RemarkBody(Body):
    words: str
    badge: str | None
    below: str | None

    @property
    def names(self) -> list[str]:
        return [self.badge] if self.badge else []


@dataclass(frozen=True)
class RemarkView:
    root: Part[RemarkBody]
    badge: str
    above: str
    below: tuple["RemarkView", ...]
    unread: tuple[SignedDocument, ...] = ()

    @classmethod
    def of(cls, gathered: Gathered[RemarkBody], _charter: Charter) -> "RemarkView":
        body = gathered.root.body
        badge, above = (gathered.named.get(each or "") for each in (body.badge, body.below))
        return cls(
            gathered.root,
            badge=badge.body.words if badge and isinstance(badge.body, Words) else NO_BADGE,
            above=above.body.words if above and isinstance(above.body, RemarkBody) else GONE,
            below=gathered.below,
        )

    @property
    def id(self) -> str:
        return self.root.document.id

    @property
    def standing(self) -> Standing:
        return self.root.document.standing

    @property
    def documents(self) -> tuple[SignedDocument, ...]:
        return (self.root.signed,)

    @property
    def text(self) -> str:
        if self.root.body.words == NOT_THOUGHT_OF:
            raise ValueError(NOT_THOUGHT_OF)
        below = "".join(f"({each.text_below})" for each in self.below)
        return f"{self.badge}: {self.root.body.words}{below}"

    @property
    def text_below(self) -> str:
        if self.root.body.words == NOT_THOUGHT_OF_BELOW:
            raise ValueError(NOT_THOUGHT_OF_BELOW)
        return self.text


@dataclass(frozen=True)
class Left:
    id: str
    below: tuple[RemarkView, ...]

    @classmethod
    def of(cls, remains: Remains, _charter: Charter) -> "Left":
        return cls(remains.item, remains.below)

    @property
    def text(self) -> str:
        return GONE + "".join(f"({each.text_below})" for each in self.below)


def reading(part: Part[Any], _source: Part[Any] | None, _names: Names) -> Contents:
    return in_one_language("en", [Passage("title", part.body.words)])


def summary_at(at: str) -> Any:
    def summary(view: Any, site: Site) -> Summary:
        titles = dict.fromkeys(site.languages, view.root.body.words)
        return plain_summary(view, site, at=at, titles=titles, lead="")

    return summary


def no_nodes(_view: Any, _summary: Summary, _site: Site) -> list[Node]:
    return []


def no_pages(_view: Any, _making: Making) -> Iterator[Page]:
    return iter(())


def remark_pages(remark: RemarkView, making: Making) -> Iterator[Page]:
    above = f"{remark.above} / " if remark.root.body.below else ""
    for code in making.site.languages:
        path = addresses.item(code, "threads", remark.id)
        yield path, f"{above}{remark.text}".encode()


def page_of_thread(thread: View[Words], page: OwnPage, making: Making) -> Iterator[Page]:
    lines = [thread.body.words, *(each.view.text for each in page.items)]
    around = f"older {page.older} newer {page.newer}"
    for code in making.site.languages:
        first = page.older is None
        path = (
            addresses.item(code, "threads", thread.id)
            if first
            else addresses.page_of_item(code, "threads", thread.id, page.number)
        )
        yield path, "\n".join([*lines, around]).encode()


def small(word: str, shapes: Shapes[Any], page: PublicPage[Any], **more: Any) -> DocumentKind[Any]:
    return DocumentKind(
        word=word,
        one=_("Text"),
        many=_("Texts"),
        opens=Opens.OWN_SIDE,
        shapes=shapes,
        title=lambda body, language: Line(language, body.words),
        reading=reading,
        page=page,
        **more,
    )


THREAD = small(
    "thread",
    Shapes("thread-1", Words.from_json),
    PublicPage(
        lists=("threads",),
        view=View.of,
        pages=no_pages,
        summary=summary_at("threads"),
        own_list=page_of_thread,
    ),
)
REMARK = small(
    "remark",
    Shapes("remark-1", RemarkBody.from_json),
    PublicPage(
        lists=("remarks",),
        view=RemarkView.of,
        pages=remark_pages,
        summary=summary_at("threads"),
        is_on_source=True,
        remains=Left.of,
    ),
    names=lambda body: body.names,
    below=lambda body: body.below,
)
BADGE = small(
    "badge",
    Shapes("badge-1", Words.from_json),
    PublicPage(
        lists=("badges",),
        view=View.of,
        pages=no_pages,
        summary=summary_at("badges"),
        nodes=no_nodes,
    ),
)
LISTS = (
    List(name="threads", title=_("Texts"), note=_("Texts")),
    List(name="remarks", title=_("Texts"), note=_("Texts"), is_shown=False),
    List(name="badges", title=_("Texts"), note=_("Texts"), is_shown=False),
)


def kinds() -> Kinds:
    now = installed()
    return Kinds((*now.every, THREAD, REMARK, BADGE), (*now.lists, *LISTS))


def a_charter() -> cast.SiteKeys:
    own = dict.fromkeys(("thread", "remark", "badge"), Opens.OWN_SIDE)
    return cast.a_charter(policy={**cast.POLICY, **own})


def written(site: cast.SiteKeys, kind: str, body: Mapping[str, Any], **more: Any) -> Document:
    return cast.a_document(
        site, kind=kind, body=body, **{"side": "az", "languages": ["en"], **more}
    )


def a_thread(site: cast.SiteKeys, words: str = "A thread", **more: Any) -> Document:
    return written(site, "thread", {"words": words}, **more)


def a_badge(site: cast.SiteKeys, words: str = "Nadia", **more: Any) -> Document:
    return written(site, "badge", {"words": words}, **more)


def a_remark(
    site: cast.SiteKeys,
    on: Document | Sequence[Document],
    words: str = "A remark",
    *,
    badge: Document | str | None = None,
    below: Document | str | None = None,
    **more: Any,
) -> Document:
    sources = [on] if isinstance(on, Document) else on
    body = {"words": words, "badge": _id(badge), "below": _id(below)}
    return written(site, "remark", body, made_from=[each.source for each in sources], **more)


def _id(named: Document | str | None) -> str | None:
    return named.id if isinstance(named, Document) else named
