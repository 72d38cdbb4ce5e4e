"""The acts of the press: items get their places on lists, an edition is released. Time is passed in."""

import fcntl
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.conf import settings

from visavis.base import data
from visavis.kinds.installed import installed
from visavis.kinds.kind import Kinds
from visavis.pages import addresses
from visavis.pages.site import Site
from visavis.record import actions as record_actions
from visavis.record import public as record
from visavis.safety.reading import NOBODY, reading_as
from visavis.safety.transactions import act
from visavis.sides.keyfiles import release_key
from visavis.sides.schedule import Schedule, last_slot
from visavis.signing.canonical import Digest
from visavis.signing.manifest import Root
from visavis.signing.recovery import with_recoveries

from . import page_draws, queries, remembered_lists
from .edition import Edition
from .models import Place
from .software import MadeBy
from .store import Store, StoreError

ROWS_AT_ONCE = 1_000
VALID = timedelta(days=60)
"""How long a reader may take an edition for the newest one."""

RENEWED_BEFORE = timedelta(days=30)
"""A record in which nothing happens is signed again this long before it would be out of date."""


def release_edition(
    at: datetime, *, full: bool = False, progress: Callable[[int], None] | None = None
) -> Root | None:
    """All that is open now is what readers see; returns the edition, or None where nothing changed.

    With ``full``, or when the charter, the software or the site's address is another, every page is made
    again. An edition that is dated after ``at``, by a clock that was ahead, gives way to one of today.
    """
    # Nobody's keys: whatever a row says, what is sealed is not shown.
    with _only_press(), reading_as(lambda: NOBODY):
        key, today = release_key(), at.date()
        record_actions.settle(at=at)
        chain = record.charter_chain(on=today)
        if not chain:
            return None
        charter = chain[-1].held
        store = public_store()
        store.recover()
        root, changed = store.root(), record.changed()
        digests = tuple(each.digest for each in chain)
        recoveries = tuple(each.digest for link in chain for each in link.documents[1:])
        full = (
            full or not _is_ours(store) or not _has_same_chain(root, chain[-1], digests, recoveries)
        )
        is_due = root is None or root.valid_until - RENEWED_BEFORE <= today or root.day > today
        if not full and not changed.subjects and not is_due:
            return None
        kinds = installed()
        site = Site(charter, address=settings.ADDRESS, menu=kinds.menu)
        give_places(kinds=kinds, store=store, among=None if full else changed.subjects)
        edition = Edition(
            site=site, kinds=kinds, chain=chain, documents=record, places=queries, store=store
        )
        changes = edition.everything() if full else edition.changes(changed.subjects)
        if at != last_slot(at, schedule=Schedule.HOURLY):
            store.mark_uneven()
        root = store.write_edition(
            changes,
            site=charter.site,
            day=today,
            valid_until=today + VALID,
            charters=digests,
            recoveries=recoveries,
            key=key,
            full=full,
            progress=progress,
        )
        record.forget_changed(changed.rows)
        return root


def public_store() -> Store:
    """Return the store of this site; refuse a new place for a record that lies in the old one yet."""
    public, own = data.public_directory(), data.own_public_directory()
    if public != own and (own / "record").exists() and not (public / "record").exists():
        raise StoreError(f"the record lies in {own}: move what is in it to {public} first")
    return Store(public)


def even_out(schedule: str) -> None:
    """No file tells when an act was done, or an edition asked for, finer than the last full hour.

    Where editions come out at once, files of the public directory tell what everyone could see.
    """
    record_actions.even_out_files()
    if Schedule(schedule) is Schedule.HOURLY:
        public_store().even_out()


def _has_same_chain(
    root: Root | None, last: record.Link, charters: Sequence[Digest], recoveries: Sequence[Digest]
) -> bool:
    """Whether the edition before shows the same charters and recoveries, and the same of them in force."""
    if root is None or (root.charters, root.recoveries) != (charters, recoveries):
        return False
    known = [each for each, _ in last.recoveries]
    return with_recoveries(last.charter, known, on=root.day) == last.held


def give_places(*, kinds: Kinds, store: Store, among: Collection[str] | None = None) -> None:
    """Every open item has a place on each list of its kind: the next ones are given, the oldest item first.

    Without ``among`` every open item is looked at; with it, these alone. A place that was given stays, and
    comes back with its item. Where the database has lost it, such as a restored backup, the last edition
    still says on which page the item is. An item whose id begins with the address of another gets none, and
    is not shown: its page would take the other's place. No act lets such an id in, but somebody may write
    rows.
    """
    there = None if among is None else record.open_kinds(among)
    for each in kinds.lists:
        if there is not None and there.isdisjoint(kinds.on(each.name)):
            continue
        # Before the transaction: every act of the desks would wait while all open items are looked at.
        found = record.open_items(kinds=kinds.on(each.name), among=among)
        without = list(queries.items_without_place(each.name, among=found))
        pages = remembered_lists.pages_of(each.name, without, store=store)
        # What the last edition has comes first, in its order: whatever is new is newer.
        _give_places(each.name, list(dict.fromkeys([*pages, *without])), pages, kinds=kinds)
    for owner, items in _on_own_lists(kinds, among=among).items():
        without = list(queries.items_without_place(owner, among=items))
        hidden = set(without).difference(record.open_items(kinds=kinds.on_source, among=without))
        pages = remembered_lists.pages_of(owner, without, store=store, hidden=hidden)
        _give_places(owner, list(dict.fromkeys([*pages, *without])), pages, kinds=kinds)


def _on_own_lists(kinds: Kinds, *, among: Collection[str] | None) -> dict[str, list[str]]:
    """Return the items that are on the lists of others, by those, the oldest first."""
    found: dict[str, list[str]] = {}
    if not kinds.on_source:
        return found
    for owner, item in record.on_lists_of_sources(kinds=kinds.on_source, among=among):
        found.setdefault(owner, []).append(item)
    return {
        owner: found[owner] for owner in record.open_items(kinds=kinds.with_own_list, among=found)
    }


@act
def _give_places(
    name: str, without: Collection[str], pages: Mapping[str, int], *, kinds: Kinds
) -> None:
    new = _with_addresses_of_their_own(without, kinds=kinds)
    if not new:
        return
    last = queries.last_place(name)
    page, first = (last.page, last.number + 1) if last else (page_draws.BEFORE_ALL, 0)
    n = len(queries.items_on(name, page))
    drawn = page_draws.pages_of_next(map(pages.get, new), page=page, n=n)
    Place.objects.bulk_create(
        (
            Place(list=name, item=item, number=number, page=page)
            for number, (item, page) in enumerate(zip(new, drawn, strict=True), start=first)
        ),
        batch_size=ROWS_AT_ONCE,
    )


def _with_addresses_of_their_own(items: Collection[str], *, kinds: Kinds) -> list[str]:
    lists = [each.name for each in kinds.lists]
    owners = queries.owners_of_addresses(items, lists=lists) if items else {}
    return [item for item in items if owners.setdefault(addresses.short(item), item) == item]


@contextmanager
def _only_press() -> Iterator[None]:
    """One press at a time: a second one waits for the first."""
    data.make_private(data.data_directory())
    with (data.data_directory() / "press.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _is_ours(store: Store) -> bool:
    """Whether this software, at this address, made the pages of the current edition."""
    made_by = MadeBy.here(address=settings.ADDRESS)
    return store.content(addresses.PRESS) == made_by.data
