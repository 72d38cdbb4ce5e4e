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
from collections.abc import Callable, Collection, Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import islice
from typing import Any, Protocol, TypeAlias

from visavis.kinds.cards import card_of
from visavis.kinds.items import CannotBeShownError, Item, Viewed
from visavis.kinds.kind import Kinds, OwnPage
from visavis.pages import addresses
from visavis.pages.assets import assets
from visavis.pages.making import Making, Page
from visavis.pages.site import Site, speaking
from visavis.record.batches import batches
from visavis.record.public import Link
from visavis.signing.canonical import canonical_bytes
from visavis.signing.charter import Charter
from visavis.signing.document import Document
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
NO_ITEMS = OwnPage(items=(), number=1, older=None, newer=None)


class Documents(Protocol):
    """Where open documents come from; `visavis.record.public` is one."""

    def open_together(
        self, subjects: Collection[str], *, charter: Charter | None
    ) -> dict[str, tuple[SignedDocument, ...]]: ...

    def below(self, items: Collection[str]) -> dict[str, tuple[str, ...]]: ...


class Places(Protocol):
    """Where items are on the lists, hidden ones too; `visavis.press.queries` is one."""

    def place_of(self, name: str, item: str) -> Placed | None: ...

    def places_on(self, name: str) -> int: ...

    def items_at(self, name: str, *, first: int, last: int) -> list[Placed]: ...

    def items_on(self, name: str, page: int) -> list[Placed]: ...

    def pages_of(self, name: str) -> Sequence[int]: ...

    def own_lists_of(self, item: str) -> Sequence[str]: ...

    def own_lists(self) -> Sequence[str]: ...


class NothingBefore:
    """In place of a store, for one who makes everything: there is no edition before this one."""

    def content(self, path: str) -> bytes | None:  # noqa: ARG002 - as `Store` has it
        return None


class Edition:
    """The next edition of one site, over the record as it is."""

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
        self._shown_lists = tuple(each.name for each in kinds.lists if each.is_shown)
        self._instead = tuple(each for each in kinds.lists if each.has_instead)
        self._made: set[str] = set()
        self._views: dict[str, Viewed | None] = {}
        self._named: dict[str, SignedDocument | None] = {}
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
                if not items or name not in self._shown_lists:
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
            if name in self._shown_lists:
                windows[name] = list(reversed(newest))
        for owner in self.places.own_lists():
            for own in self._own_pages(owner):
                parts.append((owner, own.number))
                yield from _contents(self._own_page(owner, own))
        yield from _contents(self._windows(windows, self._shown_lists))
        yield from _contents(self._all_parts(parts))

    # -- from what has changed

    def changes(self, changed: Collection[str]) -> Iterator[Change]:
        """Yield the paths that these subjects change; None where nothing is any more."""
        places: dict[str, set[Placed]] = {name: set() for name in self._shown_lists}
        own: dict[str, set[int]] = {}
        is_home_changed = False
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
            self._is_on[subject] = self._lists_of(viewed) if viewed else frozenset()
            on = (self._is_on[subject] | was_on) & set(places)
            if (viewed or remembered) and not on:
                is_home_changed |= any(
                    self.places.place_of(each.name, subject) for each in self._instead
                )
            for name in on:
                place = self.places.place_of(name, subject)
                if place is not None:
                    places[name].add(place)
            for name in self.places.own_lists_of(subject):
                place = self.places.place_of(name, subject)
                own.setdefault(name, set()).update({place.page} if place else ())
            if self.places.places_on(subject):  # its words are on every page of its own list
                own.setdefault(subject, set()).update(self.places.pages_of(subject))
        yield from self._changed_lists(places, own, is_home_changed=is_home_changed)

    def _changed_lists(
        self,
        changed: Mapping[str, set[Placed]],
        own: Mapping[str, set[int]],
        *,
        is_home_changed: bool,
    ) -> Iterator[Change]:
        parts = self._parts_in_record()
        after: set[tuple[str, int]] = set(parts)
        for owner, numbers in sorted(own.items()):
            was = {number for name, number in parts if name == owner}
            there = yield from self._changed_own_list(owner, numbers, was=was)
            after = {part for part in after if part[0] != owner}
            after |= {(owner, number) for number in there}
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
        newest = {name: self._newest(name) for name in self._shown_lists}
        reached = {
            name: bool(places)
            and (len(newest[name]) <= lists.IN_A_WINDOW or max(places) >= newest[name][-1])
            for name, places in changed.items()
        }
        if any(reached.values()) or is_home_changed:
            windows = {name: list(self._items_at(name, newest[name])) for name in self._shown_lists}
            yield from _contents(
                self._windows(windows, {name for name in reached if reached[name]})
            )

    def _changed_own_list(
        self, owner: str, numbers: Collection[int], *, was: Collection[int]
    ) -> Generator[Change, None, set[int]]:
        """Make these pages of an item's own list, and those whose neighbour came or went.

        Returns the numbers of the pages that the list now has.
        """
        has_list = self._has_own_list(owner)
        items = {each: list(self._items(owner, each)) if has_list else [] for each in numbers}
        there = set(was).difference(items).union(each for each in items if items[each])
        in_order = sorted(there)
        flipped = there ^ set(was)
        around = {each for number in flipped for each in _beside(number, in_order) if each}
        # The first page lies at the item's own address: which one it is may have changed, and so may the
        # way to it from the second.
        before = sorted(was)[:1]
        heads = {*in_order[:2], *before} & there if in_order[:1] != before else set()
        for number in sorted({*items, *around, *heads}):
            older, newer = _beside(number, in_order)
            if number not in there or older is None:
                yield from ((path, None) for path in self._paths_of_own_page(owner, number))
            if number not in there:
                yield addresses.list_part(owner, number), None
                continue
            shown = items.get(number) or list(self._items(owner, number))
            page = OwnPage(
                items=shown,
                number=number,
                older=older,
                newer=newer,
                is_second=number in in_order[1:2],
            )
            yield from _contents(self._own_page(owner, page))
        if has_list and not there:
            yield from _contents(self._own_page(owner, NO_ITEMS))
        return there

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
            yield feeds.sitemap_of_pages(self.site, lists=self._shown_lists)
        for link in self.chain:
            for each in link.documents:
                yield from _documents(each)

    def _of_item(self, viewed: Viewed) -> Iterator[Page]:
        """Make all pages of one item, the linked data that name them, and the documents behind them."""
        self._made.add(viewed.view.id)
        if viewed.is_hidden:
            return
        try:
            pages = list(self._pages_of(viewed))
        except Exception as error:
            log.error("pages of one item cannot be made", exc_info=error)
            less = (
                each for each in self._with_less_below(viewed) if self._can(self._pages_of, each)
            )
            instead = next(less, None) or self.kinds.unreadable(viewed.documents)
            pages = list(self._pages_of(instead)) if instead else []
        yield from pages
        for each in viewed.view.documents:
            yield from _documents(each)

    def _pages_of(self, viewed: Viewed) -> Iterator[Page]:
        paths = []
        for page in viewed.page.pages(viewed.view, self._making):
            paths.append(page[0])
            yield page
        if viewed.page.own_list:
            first = next(self._own_pages(viewed.view.id), NO_ITEMS)
            for page in self._own_page_made(viewed, first):
                paths.append(page[0])
                yield page
        on = [name for name in viewed.page.lists if name in self._shown_lists]
        yield linked_data(self.site, viewed, paths, lists=on)

    def _has_own_list(self, item: str) -> bool:
        viewed = self._view(item)
        if viewed is None or viewed.page.own_list is None or viewed.is_hidden:
            return False
        return self.places.place_of(viewed.page.at, item) is not None

    def _own_pages(self, owner: str) -> Iterator[OwnPage]:
        """Yield the pages of an item's own list that show anything, in order."""
        before: OwnPage | None = None
        for number in self.places.pages_of(owner) if self._has_own_list(owner) else ():
            items = list(self._items(owner, number))
            if not items:
                continue
            if before:
                yield replace(before, newer=number)
            older = before.number if before else None
            is_second = before is not None and before.older is None
            before = OwnPage(
                items=items, number=number, older=older, newer=None, is_second=is_second
            )
        if before:
            yield before

    def _own_page(self, owner: str, page: OwnPage) -> Iterator[Page]:
        """Make a page of an item's own list, and say which items are on it."""
        viewed = self._view(owner)
        # The first page is made with the item where that has changed itself.
        if viewed is not None and (page.older is not None or owner not in self._made):
            try:
                yield from self._own_page_made(viewed, page)
            except Exception as error:
                log.error("the own list of one item cannot be made", exc_info=error)
        if page.items:
            yield remembered_lists.part(owner, page.number, page.items[::-1])

    def _own_page_made(self, viewed: Viewed, page: OwnPage) -> list[Page]:
        """Make a page of an item's own list, without what its room fails at."""
        make, view = viewed.page.own_list, viewed.view
        if make is None:
            return []
        try:
            return list(make(view, page, self._making))
        except Exception as error:
            log.error("one page of an item's own list cannot be made", exc_info=error)

        def is_sound(each: Item) -> bool:
            return self._can(make, view, replace(page, items=[each]), self._making)

        found = [self._sound(each, is_sound) for each in page.items]
        items = [each for each in found if each is not None]
        return list(make(view, replace(page, items=items), self._making))

    def _sound(self, item: Item, is_sound: Callable[[Item], bool]) -> Item | None:
        """Return the item, or else as much of it as can be shown: with less below it."""
        return next(
            (
                each
                for viewed in (item.viewed, *self._with_less_below(item.viewed))
                if is_sound(each := viewed.item(item.number, self.site))
            ),
            None,
        )

    def _with_less_below(self, viewed: Viewed) -> Iterator[Viewed]:
        """Yield the same item without what cannot be shown itself below it, then with nothing below it."""
        sound = [each for each in viewed.below if self._can(self._pages_of, each)]
        for below in (sound, []):
            if len(below) < len(viewed.below):
                less = self._shown(viewed.view.id, viewed.documents, below=below)
                if less is not None and less.is_readable:
                    yield less

    def _can(self, make: Callable[..., Iterable[Page]], *what: Any) -> bool:
        try:
            list(make(*what))
        except Exception as error:
            log.error("this is left out of what it was on", exc_info=error)
            return False
        return True

    def _paths_of_own_page(self, owner: str, number: int) -> Iterator[str]:
        """Return where a page of an item's own list lies that is not its first: the item may be gone."""
        for each in self.kinds.lists:
            for code in self.site.languages:
                yield addresses.page_of_item(code, each.name, owner, number)

    def _windows(
        self, newest: Mapping[str, Sequence[Shown]], reached: Collection[str]
    ) -> Iterator[Page]:
        """Make the first page of each list that is reached, the home pages and the feeds; items newest first.

        A window is filled up with older items: of those that are hidden nothing can be seen.
        """
        shown = {
            name: [item for _, item in items[: lists.IN_A_WINDOW]] for name, items in newest.items()
        }
        standing = [each for each in self.kinds.lists if each.is_shown]
        for each in standing:
            if each.name not in reached:
                continue
            beyond = newest[each.name][lists.IN_A_WINDOW :]
            older = beyond[0][0] if beyond else None
            family = self.kinds.family(each)
            page = ListPage(each, shown[each.name], family=family, older=older)
            yield from lists.of_list(self.site, page)
        own = {name: [item for item in shown[name] if item.page.at == name] for name in shown}
        instead = [(each, self._all_items(each.name)) for each in self._instead]
        yield from lists.homes(
            self.site, [(each, own[each.name]) for each in standing], instead=instead
        )
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
        """Say which pages the lists have, in the same two ways; of an item's own list the press alone."""
        yield remembered_lists.index(parts)
        if self.site.address:
            paths = [
                addresses.sitemap_part(name, number)
                for name, number in parts
                if not remembered_lists.is_own_list(name)
            ]
            yield feeds.sitemap_index(self.site, [addresses.SITEMAP_OF_PAGES, *paths])

    # -- what there is

    def _view(self, subject: str) -> Viewed | None:
        """Return what these open documents make, judged from their bytes; None if nothing."""
        if subject not in self._views:
            self._look_up([subject])
        return self._views[subject]

    def _look_up(self, subjects: Collection[str]) -> None:
        """Keep the views of these subjects, read together; the longest kept ones go."""
        below = self.documents.below(subjects)
        lower = {each for some in below.values() for each in some}
        found = self._open(lower.union(subjects))
        self._look_up_names(found.values())
        for subject in subjects:
            shown = [self._shown(each, found[each]) for each in below.get(subject, ())]
            self._views[subject] = self._shown(subject, found[subject], below=shown)
        for kept in (self._views, self._named):
            while len(kept) > VIEWS_IN_MEMORY:
                kept.pop(next(iter(kept)))

    def _open(self, subjects: Iterable[str]) -> dict[str, tuple[SignedDocument, ...]]:
        found: dict[str, tuple[SignedDocument, ...]] = {}
        for some in batches(sorted(subjects)):
            found |= self.documents.open_together(some, charter=self.site.charter)
        return found

    def _look_up_names(self, found: Iterable[Sequence[SignedDocument]]) -> None:
        """Keep the open documents that these name, read together."""
        names = {item for documents in found for item in self._names_of(documents)}
        there = self._open(names - self._named.keys())
        self._named |= {item: next(iter(there[item]), None) for item in sorted(there)}

    def _names_of(self, documents: Sequence[SignedDocument]) -> list[str]:
        return [item for each in documents for item in self.kinds.named_in(each.document).items]

    def _lists_of(self, viewed: Viewed) -> frozenset[str]:
        """Return the lists that an item is on, those of what it was made from among them."""
        if viewed.is_hidden:
            return _sources(viewed.below[0])
        is_first = self.kinds.named_in(viewed.documents[0].document).below is None
        own = _sources(viewed) if viewed.page.is_on_source and is_first else frozenset()
        return own.union(viewed.page.lists)

    def _shown(
        self,
        subject: str,
        documents: Sequence[SignedDocument],
        *,
        below: Iterable[Viewed | None] = (),
    ) -> Viewed | None:
        """Return what these documents show. What their room fails at is shown as what cannot be read.

        A signer chooses what a body says, within what its kind reads. One item that a room did not
        think of must not keep every other side's words, and every closing, from the next edition.
        """
        readable = sorted((each for each in below if each and each.is_readable), key=_by_day)
        names = self._names_of(documents)
        there = {item: each for item in names if (each := self._named.get(item)) is not None}
        try:
            if not documents:
                return self._remains(subject, readable)
            viewed = self.kinds.viewed(
                documents,
                self.site.charter,
                named=there,
                below=self._of_one_source(documents[0].document, readable),
            )
            if viewed is not None:
                self._try(viewed)
        except Exception as error:
            log.error("one item cannot be shown", exc_info=error)
            if readable:  # it may be one of those below
                sound = [each for each in readable if self._can(self._pages_of, each)]
                less = sound if len(sound) < len(readable) else ()
                return self._shown(subject, documents, below=less)
            return self.kinds.unreadable(documents) if documents else None
        return viewed

    def _remains(self, subject: str, below: Sequence[Viewed]) -> Viewed | None:
        """Return what is left of an item that is not shown: what is below it, on the list of the first."""
        sources = _sources(below[0]) if below else frozenset()
        there = [each for each in below if sources & _sources(each)]
        return self.kinds.remains(subject, there, self.site.charter)

    def _of_one_source(self, above: Document, below: Sequence[Viewed]) -> list[Viewed]:
        """Return what is shown below this: a step, so never a circle, and nothing of another list."""
        if self.kinds.named_in(above).below is not None:
            return []
        sources = {source.id for source in above.made_from}
        return [each for each in below if sources & _sources(each)]

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

    def _all_items(self, name: str) -> list[Item]:
        """Return the open items of a list that is not shown, oldest first: of few such lists, a few items."""
        return [item for page in self.places.pages_of(name) for item in self._items(name, page)]

    def _items_at(self, name: str, places: Sequence[Placed]) -> Iterator[Shown]:
        self._look_up([each.item for each in places if each.item not in self._views])
        for each in places:
            viewed = self._view(each.item)
            if viewed is not None and name in self._lists_of(viewed):
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
        return {
            (name, number)
            for name, number in found
            if name in self._shown_lists or remembered_lists.is_own_list(name)
        }

    def _list_page(
        self, name: str, number: int, items: Sequence[Item], *, older: int | None
    ) -> ListPage:
        of = next(each for each in self.kinds.lists if each.name == name)
        family = self.kinds.family(of)
        return ListPage(of, list(reversed(items)), family=family, number=number, older=older)

    def _in_order(self, part: tuple[str, int]) -> tuple[int, str, int]:
        """Put the common lists first, in their order, then items' own lists."""
        name, number = part
        is_own = remembered_lists.is_own_list(name)
        return (len(self._lists), name, number) if is_own else (self._lists.index(name), "", number)


def _by_day(viewed: Viewed) -> tuple[date, str]:
    """Return what puts items below another in the order that their own bytes say."""
    return viewed.documents[0].document.day, viewed.view.id


def _sources(viewed: Viewed) -> frozenset[str]:
    """Return the items that an item was made from."""
    return frozenset(source.id for source in viewed.documents[0].document.made_from)


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
