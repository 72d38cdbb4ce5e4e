"""What an edition changes: from the subjects that have changed to the paths that show something else.

Which pages an item has, and on which lists it is, its kind says (`visavis.kinds`). An item that has changed
is shown on its own pages, on one page of each of its lists, and, if it is among the newest, in the windows:
the first page of the list, the home pages and the feeds. Nothing else. What was there before is read from the
record itself (`linked_data`, `remembered_lists`), never from a table, so that no kill and no restored backup
can make the press believe in pages that are not there.

`everything` makes the same paths with the same bytes from nothing, item by item, in constant memory.

An edition only reads. It asks for `Documents` and `Places`: the tables, or a copy (`remaking`).
"""

import logging
from bisect import bisect_left, bisect_right
from collections import deque
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import islice
from typing import Protocol, TypeAlias

from visavis.kinds.cards import card_of
from visavis.kinds.items import CannotBeShownError, Item, Viewed
from visavis.kinds.kind import Kinds
from visavis.pages import addresses
from visavis.pages.assets import assets
from visavis.pages.making import Making, Page
from visavis.pages.site import Site, speaking
from visavis.record.public import Link
from visavis.signing.canonical import canonical_bytes
from visavis.signing.charter import Charter
from visavis.signing.signed import SignedDocument

from . import feeds, lists, remembered_lists
from .linked_data import BadLinkedDataError, Remembered, linked_data, remembered_in
from .lists import ListPage
from .page_draws import Placed
from .remembered_lists import BadListsError
from .software import MadeBy
from .store import Content, Store, StoreError

log = logging.getLogger(__name__)

Change: TypeAlias = tuple[str, Content | None]

Shown: TypeAlias = tuple[int, Item]
"""An item that is shown, after the number of its page."""

VIEWS_IN_MEMORY = 200


class Documents(Protocol):
    """Where open documents come from; `visavis.record.public` is one."""

    def open_together(
        self, subjects: Collection[str], *, charter: Charter | None
    ) -> dict[str, tuple[SignedDocument, ...]]: ...


class Places(Protocol):
    """Where items are on the lists, hidden ones too; `visavis.press.queries` is one."""

    def place_of(self, name: str, item: str) -> Placed | None: ...

    def places_on(self, name: str) -> int: ...

    def items_at(self, name: str, *, first: int, last: int) -> list[Placed]: ...

    def items_on(self, name: str, page: int) -> list[Placed]: ...

    def pages_of(self, name: str) -> Sequence[int]: ...


class NothingBefore:
    """In place of a store, for whoever makes everything: no edition stands before this one."""

    def content(self, path: str) -> bytes | None:  # noqa: ARG002 - as `Store` has it
        return None


class Edition:
    """The next edition of one site, over the record as it stands."""

    def __init__(
        self,
        *,
        site: Site,
        kinds: Kinds,
        chain: Sequence[Link],
        documents: Documents,
        places: Places,
        store: Store | NothingBefore,
    ) -> None:
        self.site, self.kinds, self.chain = site, kinds, chain
        self.documents, self.places, self.store = documents, places, store
        self._making = Making(site)
        self._lists = tuple(each.name for each in kinds.lists)
        self._views: dict[str, Viewed | None] = {}
        self._is_on: dict[str, frozenset[str]] = {}
        self._remembered: dict[str, Remembered | None] = {}

    # -- from nothing

    def everything(self) -> Iterator[tuple[str, Content]]:
        """Yield every path of the record with what it shows."""
        yield from _contents(self._standing_pages())
        windows: dict[str, list[Shown]] = {}
        parts: list[tuple[str, int]] = []
        for name in self._lists:
            newest: deque[Shown] = deque(maxlen=lists.IN_A_WINDOW + 1)
            before: ListPage | None = None
            for number in self.places.pages_of(name):
                items = []
                for item in self._items(name, number):
                    items.append(item)
                    if item.page.at == name:
                        yield from _contents(self._of_item(item.viewed))
                if not items:
                    continue
                newest.extend((number, item) for item in items)
                parts.append((name, number))
                page = self._list_page(name, number, items, older=before.number if before else None)
                yield from _contents(self._parts_of(name, number, page.items))
                if before:
                    yield from _contents(lists.of_list(self.site, before.with_newer(number)))
                before = page
            if before:
                yield from _contents(lists.of_list(self.site, before))
            windows[name] = list(reversed(newest))
        yield from _contents(self._windows(windows))
        yield from _contents(self._all_parts(parts))

    # -- from what has changed

    def changes(self, changed: Collection[str]) -> Iterator[Change]:
        """Yield the paths that these subjects change; None where nothing stands any more."""
        places: dict[str, set[Placed]] = {name: set() for name in self._lists}
        for subject in sorted(changed):
            viewed = self._view(subject)
            if viewed and self.places.place_of(viewed.page.at, subject) is None:
                viewed = None  # it begins with another item's address: see `actions.give_places`
            remembered = self._remembered_of(subject)
            new_pages = dict(self._of_item(viewed)) if viewed else {}
            yield from _contents(new_pages.items())
            old = remembered.paths(subject) if remembered else frozenset()
            yield from ((path, None) for path in sorted(old - set(new_pages)))
            was_on = remembered.lists if remembered else frozenset()
            self._is_on[subject] = frozenset(viewed.page.lists) if viewed else frozenset()
            for name in (self._is_on[subject] | was_on) & set(places):
                place = self.places.place_of(name, subject)
                if place is not None:
                    places[name].add(place)
        yield from self._changed_lists(places)

    def _changed_lists(self, changed: Mapping[str, set[Placed]]) -> Iterator[Change]:
        parts = self._parts_in_record()
        after: set[tuple[str, int]] = set(parts)
        for name, places in changed.items():
            pages = {each: list(self._items(name, each)) for each in {at.page for at in places}}
            is_there = {number for each, number in parts if each == name}
            will_be = (is_there - set(pages)) | {number for number in pages if pages[number]}
            in_order = sorted(will_be)
            flipped = is_there ^ will_be
            # A page beside one that came or went has another link to its neighbour.
            around = {each for number in flipped for each in _beside(number, in_order) if each}
            for number in sorted({*pages, *around}):
                items = pages.get(number) or list(self._items(name, number))
                older, newer = _beside(number, in_order)
                yield from self._page_of_list(name, number, items, older=older, newer=newer)
            after = {part for part in after if part[0] != name}
            after |= {(name, number) for number in will_be}
        if after != parts:
            yield from _contents(self._all_parts(sorted(after, key=self._in_order)))
        newest = {name: self._newest(name) for name in self._lists}
        reached = {
            name: bool(places)
            and (len(newest[name]) <= lists.IN_A_WINDOW or max(places) >= newest[name][-1])
            for name, places in changed.items()
        }
        if any(reached.values()):
            windows = {name: list(self._items_at(name, newest[name])) for name in self._lists}
            yield from _contents(self._windows(windows))

    def _page_of_list(
        self,
        name: str,
        number: int,
        items: Sequence[Item],
        *,
        older: int | None,
        newer: int | None,
    ) -> Iterator[Change]:
        """Make one page of a list and its part of the sitemap, or take both away."""
        if not items:
            for code in self.site.languages:
                yield addresses.page_of_list(code, name, number), None
            yield addresses.list_part(name, number), None
            if self.site.address:
                yield addresses.sitemap_part(name, number), None
            return
        page = self._list_page(name, number, items, older=older).with_newer(newer)
        yield from _contents(lists.of_list(self.site, page))
        yield from _contents(self._parts_of(name, number, page.items))

    # -- pieces of both

    def _standing_pages(self) -> Iterator[Page]:
        """Make what depends on the charter and the look alone."""
        yield from assets().files.items()
        yield lists.front_door(self.site)
        yield from lists.about(self.site, self.chain, kinds=self.kinds)
        yield from lists.missing(self.site)
        yield feeds.robots(self.site)
        yield addresses.PRESS, MadeBy.here(address=self.site.address).data
        if self.site.address:
            yield feeds.sitemap_of_pages(self.site, lists=self._lists)
        for link in self.chain:
            for each in link.documents:
                yield from _documents(each)

    def _of_item(self, viewed: Viewed) -> Iterator[Page]:
        """Make all pages of one item, the linked data that name them, and the documents behind them."""
        try:
            pages = list(self._pages_of(viewed))
        except Exception as error:
            log.error("pages of one item cannot be made", exc_info=error)
            instead = self.kinds.unreadable(viewed.view.documents)
            pages = list(self._pages_of(instead)) if instead else []
        yield from pages
        for each in viewed.view.documents:
            yield from _documents(each)

    def _pages_of(self, viewed: Viewed) -> Iterator[Page]:
        paths = []
        for page in viewed.page.pages(viewed.view, self._making):
            paths.append(page[0])
            yield page
        yield linked_data(self.site, viewed, paths)

    def _windows(self, newest: Mapping[str, Sequence[Shown]]) -> Iterator[Page]:
        """Make the first page of each list, the home pages and the feeds; items newest first.

        A window is filled up with older items: of those that are hidden nothing can be seen.
        """
        shown = {
            name: [item for _, item in items[: lists.IN_A_WINDOW]] for name, items in newest.items()
        }
        for each in self.kinds.lists:
            beyond = newest[each.name][lists.IN_A_WINDOW :]
            older = beyond[0][0] if beyond else None
            family = self.kinds.family(each)
            page = ListPage(each, shown[each.name], family=family, older=older)
            yield from lists.of_list(self.site, page)
        own = {name: [item for item in shown[name] if item.page.at == name] for name in shown}
        yield from lists.homes(self.site, [(each, own[each.name]) for each in self.kinds.lists])
        # Numbers of two lists cannot be compared: who makes the pages again counts without what is hidden.
        merged = sorted(
            (item for items in own.values() for item in items),
            key=lambda item: (item.summary.day, item.page.at, item.number),
            reverse=True,
        )
        yield from feeds.feeds(self.site, merged)

    def _parts_of(self, name: str, number: int, items: Sequence[Item]) -> Iterator[Page]:
        """Say which items are on a page of a list: for the press, and, with an address, for machines."""
        yield remembered_lists.part(name, number, items)
        if self.site.address:
            yield feeds.sitemap_part(self.site, name, number, items)

    def _all_parts(self, parts: Sequence[tuple[str, int]]) -> Iterator[Page]:
        """Say which pages the lists have, in the same two ways."""
        yield remembered_lists.index(parts)
        if self.site.address:
            paths = [addresses.sitemap_part(name, number) for name, number in parts]
            yield feeds.sitemap_index(self.site, [addresses.SITEMAP_OF_PAGES, *paths])

    # -- what there is

    def _view(self, subject: str) -> Viewed | None:
        """Return what these open documents make, judged from their bytes; None if nothing."""
        if subject not in self._views:
            self._look_up([subject])
        return self._views[subject]

    def _look_up(self, subjects: Sequence[str]) -> None:
        """Keep the views of these subjects, read together; the longest kept ones go."""
        found = self.documents.open_together(subjects, charter=self.site.charter)
        for subject, documents in found.items():
            self._views[subject] = self._shown(documents)
        while len(self._views) > VIEWS_IN_MEMORY:
            self._views.pop(next(iter(self._views)))

    def _shown(self, documents: Sequence[SignedDocument]) -> Viewed | None:
        """Return what these documents show. What their room fails at is shown as what cannot be read.

        A signer chooses what a body says, within what its kind reads. One item that a room did not
        think of must not keep every other side's words, and every closing, from the next edition.
        """
        viewed = self.kinds.viewed(documents, self.site.charter)
        if viewed is None:
            return None
        try:
            self._try(viewed)
        except Exception as error:
            log.error("one item cannot be shown", exc_info=error)
            return self.kinds.unreadable(documents)
        return viewed

    def _try(self, viewed: Viewed) -> None:
        """Make what lists and feeds will ask of an item; raise where it cannot be made."""
        item = viewed.item(0, self.site)
        names = {item.summary.original, *item.summary.titles}
        if not names <= set(item.summary.paths):
            raise CannotBeShownError("a title in a language without a page")
        code = self.site.languages[0]
        with speaking(code):
            card_of(item, self.site.in_language(code, at=addresses.home(code)))

    def _items(self, name: str, page: int) -> Iterator[Item]:
        """Yield the open items of one page of a list, oldest first."""
        return (item for _, item in self._items_at(name, self.places.items_on(name, page)))

    def _items_at(self, name: str, places: Sequence[Placed]) -> Iterator[Shown]:
        self._look_up([each.item for each in places if each.item not in self._views])
        for each in places:
            viewed = self._view(each.item)
            if viewed is not None and name in viewed.page.lists:
                yield each.page, viewed.item(each.number, self.site)

    def _newest(self, name: str) -> list[Placed]:
        """Return the places of the newest items, newest first: a window's, and the one after it."""
        return list(islice(self._shown_from_newest(name), lists.IN_A_WINDOW + 1))

    def _shown_from_newest(self, name: str) -> Iterator[Placed]:
        last = self.places.places_on(name) - 1
        while last >= 0:
            first = max(0, last - lists.IN_A_WINDOW + 1)
            for each in reversed(self.places.items_at(name, first=first, last=last)):
                if self._is_shown(name, each.item):
                    yield each
            last = first - 1

    def _is_shown(self, name: str, subject: str) -> bool:
        if subject in self._is_on:
            return name in self._is_on[subject]
        remembered = self._remembered_of(subject)
        return remembered is not None and name in remembered.lists

    def _remembered_of(self, subject: str) -> Remembered | None:
        """Return what the edition before this one shows of a subject, or None for nothing."""
        if subject not in self._remembered:
            data = self.store.content(addresses.linked_data(subject))
            try:
                self._remembered[subject] = (
                    remembered_in(data, subject=subject, site=self.site) if data else None
                )
            except BadLinkedDataError as error:
                raise StoreError(str(error)) from error
        return self._remembered[subject]

    def _parts_in_record(self) -> set[tuple[str, int]]:
        """Return which pages the lists have, as the edition before this one says."""
        data = self.store.content(addresses.LISTS)
        try:
            found = remembered_lists.parts_in(data) if data else []
        except BadListsError as error:
            raise StoreError(str(error)) from error
        return {(name, number) for name, number in found if name in self._lists}

    def _list_page(
        self, name: str, number: int, items: Sequence[Item], *, older: int | None
    ) -> ListPage:
        of = next(each for each in self.kinds.lists if each.name == name)
        family = self.kinds.family(of)
        return ListPage(of, list(reversed(items)), family=family, number=number, older=older)

    def _in_order(self, part: tuple[str, int]) -> tuple[int, int]:
        return self._lists.index(part[0]), part[1]


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


def _beside(number: int, in_order: Sequence[int]) -> tuple[int | None, int | None]:
    """Return the pages next to this one that the list has, the older and the newer; None at an end."""
    older, newer = bisect_left(in_order, number), bisect_right(in_order, number)
    return (
        in_order[older - 1] if older else None,
        in_order[newer] if newer < len(in_order) else None,
    )
