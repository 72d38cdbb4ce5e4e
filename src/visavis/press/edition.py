"""What an edition changes: from the subjects that were touched to the paths that show something else.

An item touches its own pages, the page of the list on which it has its place, and, if it is among the
newest, the windows: the first page of the list, the home pages and the feeds. Nothing else. What was
there before is read from the record itself, never from a table, so that no kill and no restored backup
can make the press believe in pages that are not there.

`everything` makes the same paths with the same bytes from nothing, item by item, in constant memory. It
asks nothing but its `Source`: the tables, or the documents of a copy (`remaking`).
"""

import json
import re
from bisect import bisect_left, bisect_right
from collections import deque
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Protocol, TypeAlias

from visavis.dialogue.public import Question, question_from
from visavis.library.public import TEXTS, Text, text_from
from visavis.record import actions as record_actions
from visavis.record import public as record
from visavis.signing.canonical import Digest, canonical_bytes
from visavis.signing.charter import Charter
from visavis.signing.document import Kind
from visavis.signing.signed import SignedDocument

from . import addresses, feeds, lists, summary
from .assets import assets
from .lists import ShelfPage, Window
from .pages import Page, Pages
from .site import Site
from .software import MadeBy
from .store import Content, Entry, Store
from .summary import Summary

View: TypeAlias = Question | Text
Change: TypeAlias = tuple[str, Content | None]
Place: TypeAlias = tuple[int, str]

ON_A_PAGE = 20
IN_A_WINDOW = 20
VIEWS_IN_MEMORY = 200
KINDS = {"questions": (Kind.QUESTION,), "library": tuple(sorted(TEXTS))}
PART = re.compile(rb"/sitemap/([a-z]+)-([0-9]+)\.xml<")


@dataclass(frozen=True)
class Item:
    """An open item at its place."""

    number: int
    view: View
    summary: Summary


class Source(Protocol):
    """Where open documents and their places on the shelves come from; `visavis.record.public` is one."""

    def open_together(
        self, subjects: Collection[str], *, charter: Charter | None
    ) -> dict[str, tuple[SignedDocument, ...]]: ...

    def places_on(self, shelf: str) -> int: ...

    def subjects_at(self, shelf: str, *, first: int, last: int) -> list[tuple[int, str]]: ...

    def subjects_without_place(
        self, *, kinds: Collection[Kind], among: Collection[str] | None = None
    ) -> Sequence[str]: ...


class NothingBefore:
    """In place of a store, for whoever makes everything: no edition stands before this one."""

    def read(self, path: str) -> Entry | None:  # noqa: ARG002 - as `Store` has it
        return None

    def content(self, path: str) -> bytes | None:  # noqa: ARG002
        return None


class Edition:
    """The next edition of one site, over the record as it stands."""

    def __init__(
        self,
        *,
        site: Site,
        chain: Sequence[SignedDocument],
        source: Source,
        store: Store | NothingBefore,
    ) -> None:
        self.site, self.chain, self.source, self.store = site, chain, source, store
        self.pages = Pages(site)
        self._views: dict[str, View | None] = {}
        self._stands_on: dict[str, str | None] = {}

    # -- from nothing

    def everything(self) -> Iterator[tuple[str, Content]]:
        """Yield every path of the record with what it shows."""
        yield from _contents(self._standing_pages())
        windows: dict[str, list[Item]] = {}
        parts: list[tuple[str, int]] = []
        for shelf in addresses.SHELVES:
            new = self.source.subjects_without_place(kinds=KINDS[shelf])
            if new:
                record_actions.give_places(shelf=shelf, subjects=new)
            newest: deque[Item] = deque(maxlen=IN_A_WINDOW + 1)
            before: ShelfPage | None = None
            for number in range(1, _page_of(self.source.places_on(shelf) - 1) + 1):
                items = []
                for item in self._items(shelf, number):
                    items.append(item)
                    yield from _contents(self._of_item(item.view))
                if not items:
                    continue
                newest.extend(items)
                parts.append((shelf, number))
                page = _shelf_page(shelf, number, items, older=before.number if before else None)
                yield _content(feeds.sitemap_part(self.site, shelf, number, page.summaries))
                if before:
                    yield from _contents(lists.of_shelf(self.site, before.with_newer(number)))
                before = page
            if before:
                yield from _contents(lists.of_shelf(self.site, before))
            windows[shelf] = list(reversed(newest))
        yield from _contents(self._windows(windows))
        yield _content(self._sitemap(parts))

    # -- from what was touched

    def changes(self, touched: Collection[str]) -> Iterator[Change]:
        """Yield the paths that these subjects change; None where nothing stands any more."""
        numbers: dict[str, set[int]] = {shelf: set() for shelf in addresses.SHELVES}
        for shelf in addresses.SHELVES:
            new = self.source.subjects_without_place(kinds=KINDS[shelf], among=touched)
            record_actions.give_places(shelf=shelf, subjects=new)
        for subject in sorted(touched):
            view = self._view(subject)
            self._stands_on[subject] = _shelf_of(view)
            old = self._paths_in_record(subject)
            new_pages = dict(self._of_item(view)) if view else {}
            yield from _contents(new_pages.items())
            yield from ((path, None) for path in sorted(set(old) - set(new_pages)))
            stood_on = [n for n in addresses.SHELVES if addresses.linked_data(n, subject) in old]
            place = record.place_of(subject)
            for name in {_shelf_of(view) or "", *stood_on} & set(numbers):
                if place is not None:
                    numbers[name].add(place)
        yield from self._lists(numbers)

    def _lists(self, touched: Mapping[str, set[int]]) -> Iterator[Change]:
        parts = self._parts_in_record()
        after: set[tuple[str, int]] = set(parts)
        for shelf, numbers in touched.items():
            pages = {number: list(self._items(shelf, number)) for number in map(_page_of, numbers)}
            is_there = {number for name, number in parts if name == shelf}
            will_be = (is_there - set(pages)) | {number for number in pages if pages[number]}
            in_order = sorted(will_be)
            flipped = is_there ^ will_be
            # A page beside one that came or went has another link to its neighbour.
            around = {each for number in flipped for each in _beside(number, in_order) if each}
            for number in sorted({*pages, *around}):
                items = pages.get(number) or list(self._items(shelf, number))
                older, newer = _beside(number, in_order)
                yield from self._shelf_page(shelf, number, items, older=older, newer=newer)
            after = {part for part in after if part[0] != shelf}
            after |= {(shelf, number) for number in will_be}
        if after != parts:
            yield _content(self._sitemap(sorted(after, key=_in_sitemap)))
        newest = {shelf: self._newest(shelf) for shelf in addresses.SHELVES}
        reached = {
            shelf: bool(numbers)
            and (len(newest[shelf]) <= IN_A_WINDOW or max(numbers) >= newest[shelf][-1][0])
            for shelf, numbers in touched.items()
        }
        if any(reached.values()):
            windows = {
                shelf: list(self._items_at(shelf, newest[shelf])) for shelf in addresses.SHELVES
            }
            yield from _contents(self._windows(windows))

    def _shelf_page(
        self,
        shelf: str,
        number: int,
        items: Sequence[Item],
        *,
        older: int | None,
        newer: int | None,
    ) -> Iterator[Change]:
        """Make one page of a list and its part of the sitemap, or take both away."""
        if not items:
            for code in self.site.languages:
                yield addresses.shelf_page(code, shelf, number), None
            yield addresses.sitemap_part(shelf, number), None
            return
        page = _shelf_page(shelf, number, items, older=older).with_newer(newer)
        yield from _contents(lists.of_shelf(self.site, page))
        yield _content(feeds.sitemap_part(self.site, shelf, number, page.summaries))

    # -- pieces of both

    def _standing_pages(self) -> Iterator[Page]:
        """Make what depends on the charter and the look alone."""
        yield from assets().files.items()
        yield lists.front_door(self.site)
        yield from lists.about(self.site, self.chain)
        yield from lists.missing(self.site)
        yield feeds.robots(self.site)
        yield addresses.PRESS, MadeBy.here(address=self.site.address).data
        yield feeds.sitemap_of_pages(self.site)
        for charter in self.chain:
            yield from _documents(charter)

    def _of_item(self, view: View) -> Iterator[Page]:
        """Make all pages of one item, and the documents behind them."""
        if isinstance(view, Question):
            yield from self.pages.of_question(view)
            yield feeds.linked_data_of_question(self.site, view)
        else:
            yield from self.pages.of_text(view)
            yield feeds.linked_data_of_text(self.site, view)
        for each in view.documents:
            yield from _documents(each)

    def _windows(self, newest: Mapping[str, Sequence[Item]]) -> Iterator[Page]:
        """Make the first page of each list, the home pages and the feeds; items newest first."""
        shown = {shelf: items[:IN_A_WINDOW] for shelf, items in newest.items()}
        for shelf, items in newest.items():
            older = _page_of(items[IN_A_WINDOW].number) if len(items) > IN_A_WINDOW else None
            summaries = [item.summary for item in shown[shelf]]
            yield from lists.of_shelf(self.site, ShelfPage(shelf, summaries, older=older))
        released = max(
            (item for item in shown["questions"] if item.summary.is_released),
            key=lambda item: (item.summary.listed_on, item.number),
            default=None,
        )
        window = Window(
            question=released.view if released and isinstance(released.view, Question) else None,
            newest=released.summary if released else None,
            waiting=[item.summary for item in shown["questions"] if not item.summary.is_released],
            texts=[item.summary for item in shown["library"]],
        )
        yield from lists.homes(self.site, window)
        merged = sorted(
            (item for items in shown.values() for item in items),
            key=lambda item: (item.summary.day, item.summary.shelf, item.number),
            reverse=True,
        )
        yield from feeds.feeds(self.site, [item.summary for item in merged])

    def _sitemap(self, parts: Sequence[tuple[str, int]]) -> Page:
        paths = [addresses.sitemap_part(shelf, number) for shelf, number in parts]
        return feeds.sitemap_index(self.site, [addresses.SITEMAP_OF_PAGES, *paths])

    # -- what there is

    def _view(self, subject: str) -> View | None:
        """Return what these open documents make, judged from their bytes; None if nothing."""
        if subject not in self._views:
            self._look_up([subject])
        return self._views[subject]

    def _look_up(self, subjects: Sequence[str]) -> None:
        """Keep the views of these subjects, read together; the longest kept ones go."""
        found = self.source.open_together(subjects, charter=self.site.charter)
        for subject, documents in found.items():
            self._views[subject] = self._made_of(documents)
        while len(self._views) > VIEWS_IN_MEMORY:
            self._views.pop(next(iter(self._views)))

    def _made_of(self, documents: Sequence[SignedDocument]) -> View | None:
        charter = self.site.charter
        if not documents:
            return None
        if documents[0].document.kind is Kind.QUESTION:
            return question_from(documents, charter=charter)
        return text_from(documents, charter=charter)

    def _items(self, shelf: str, page: int) -> Iterator[Item]:
        """Yield the open items of one page of a list, oldest first."""
        first = (page - 1) * ON_A_PAGE
        places = self.source.subjects_at(shelf, first=first, last=first + ON_A_PAGE - 1)
        yield from self._items_at(shelf, places)

    def _items_at(self, shelf: str, places: Sequence[Place]) -> Iterator[Item]:
        self._look_up([subject for _, subject in places if subject not in self._views])
        for number, subject in places:
            view = self._view(subject)
            if view is not None and _shelf_of(view) == shelf:
                yield Item(number, view, _summary_of(view))

    def _newest(self, shelf: str) -> list[Place]:
        """Return the places of the newest items, newest first: a window's, and the one after it."""
        return list(islice(self._shown_from_newest(shelf), IN_A_WINDOW + 1))

    def _shown_from_newest(self, shelf: str) -> Iterator[Place]:
        last = self.source.places_on(shelf) - 1
        while last >= 0:
            first = max(0, last - ON_A_PAGE + 1)
            for number, subject in reversed(self.source.subjects_at(shelf, first=first, last=last)):
                if self._is_shown(shelf, subject):
                    yield number, subject
            last = first - 1

    def _is_shown(self, shelf: str, subject: str) -> bool:
        if subject in self._stands_on:
            return self._stands_on[subject] == shelf
        return self.store.read(addresses.linked_data(shelf, subject)) is not None

    def _paths_in_record(self, subject: str) -> list[str]:
        """Return what the edition before this one shows of a subject."""
        languages = self.site.languages
        paths = [
            addresses.item(code, shelf, subject)
            for shelf in addresses.SHELVES
            for code in languages
        ]
        paths += [addresses.side_by_side(left, right, subject) for left, right in self.site.pairs]
        for shelf in addresses.SHELVES:
            path = addresses.linked_data(shelf, subject)
            paths.append(path)
            for digest in self._digests_in(path):
                paths += [addresses.document(digest), addresses.document_keys(digest)]
        return [path for path in paths if self.store.read(path) is not None]

    def _digests_in(self, path: str) -> list[Digest]:
        """Return the documents that an item was made of when its linked data were written."""
        data = self.store.content(path)
        return feeds.digests_in(json.loads(data)) if data else []

    def _parts_in_record(self) -> set[tuple[str, int]]:
        """Return which pages the lists have, as the sitemap names them."""
        data = self.store.content(addresses.SITEMAP) or b""
        found = ((match[1].decode(), int(match[2])) for match in PART.finditer(data))
        return {(shelf, number) for shelf, number in found if shelf in addresses.SHELVES}


def _documents(each: SignedDocument) -> Iterator[Page]:
    """Yield a document's exact bytes, and the signatures under them."""
    yield addresses.document(each.digest), each.document.data
    signatures = [signature.as_json() for signature in each.signatures]
    yield addresses.document_keys(each.digest), canonical_bytes({"keys": signatures})


def _contents(pages: Iterator[Page] | Collection[Page]) -> Iterator[tuple[str, Content]]:
    return map(_content, pages)


def _content(page: Page) -> tuple[str, Content]:
    path, data = page
    return path, Content(data, compressible=not path.endswith((".woff2", ".png")))


def _shelf_page(shelf: str, number: int, items: Sequence[Item], *, older: int | None) -> ShelfPage:
    summaries = [item.summary for item in reversed(items)]
    return ShelfPage(shelf, summaries, number=number, older=older)


def _shelf_of(view: View | None) -> str | None:
    if view is None:
        return None
    return "questions" if isinstance(view, Question) else "library"


def _summary_of(view: View) -> Summary:
    return summary.of_question(view) if isinstance(view, Question) else summary.of_text(view)


def _page_of(place: int) -> int:
    """Return on which page of its list a place is: places count from 0, pages from 1."""
    return place // ON_A_PAGE + 1


def _beside(number: int, in_order: Sequence[int]) -> tuple[int | None, int | None]:
    """Return the pages next to this one that the list has, the older and the newer; None at an end."""
    older, newer = bisect_left(in_order, number), bisect_right(in_order, number)
    return (
        in_order[older - 1] if older else None,
        in_order[newer] if newer < len(in_order) else None,
    )


def _in_sitemap(part: tuple[str, int]) -> tuple[int, int]:
    return addresses.SHELVES.index(part[0]), part[1]
