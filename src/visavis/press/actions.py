"""The one act of the press: an edition is released. Time is passed in."""

import fcntl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.conf import settings

from visavis.base import data
from visavis.kinds.installed import installed
from visavis.pages import addresses
from visavis.pages.site import Site
from visavis.record import actions as record_actions
from visavis.record import public as record
from visavis.sides.keyfiles import release_key
from visavis.signing.charter import Charter
from visavis.signing.manifest import Root

from .edition import Edition
from .software import MadeBy
from .store import Store

VALID = timedelta(days=60)
"""How long a reader may take an edition for the newest one."""

RENEWED_BEFORE = timedelta(days=30)
"""A record in which nothing happens is signed anew this long before it would be out of date."""


def release_edition(
    at: datetime, *, full: bool = False, progress: Callable[[int], None] | None = None
) -> Root | None:
    """All that is open now is what readers see; returns the edition, or None where nothing changed.

    With ``full``, or when the charter, the software or the site's address is another, every page is made
    anew.
    """
    with _only_press():
        key, today = release_key(), at.date()
        record_actions.settle(at=at, release_key=key)
        chain = record.charter_chain(on=today)
        if not chain:
            return None
        charter = Charter.from_document(chain[-1].document)
        store = Store(data.public_directory())
        store.recover()
        root, touched = store.root(), record.touched()
        digests = tuple(each.digest for each in chain)
        full = full or root is None or root.charters != digests or not _is_ours(store)
        is_due = root is None or root.valid_until - RENEWED_BEFORE <= today
        if not full and not touched.subjects and not is_due:
            return None
        kinds = installed()
        site = Site(charter, address=settings.ADDRESS, menu=kinds.menu)
        edition = Edition(site=site, kinds=kinds, chain=chain, store=store, source=record)
        changes = edition.everything() if full else edition.changes(touched.subjects)
        root = store.write_edition(
            changes,
            site=charter.site,
            day=today,
            valid_until=today + VALID,
            charters=digests,
            key=key,
            full=full,
            progress=progress,
        )
        record.forget_touched(touched.upto)
        return root


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
