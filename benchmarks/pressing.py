"""Pressing a whole record from nothing, against raw writing and Hugo; then its pages made again from a copy.

Memory is told along the way: a press that keeps what it has made shows it long before the end.
"""

import os
import sys
from pathlib import Path

from django.conf import settings

from benchmarks.hugo import HUGO, pages_by_hugo
from benchmarks.machine import Took, memory_mb, memory_now_mb, timed
from benchmarks.world import AT, founded, texts, write
from visavis.base import data
from visavis.pages.site import Site
from visavis.press import queries
from visavis.press.actions import give_places, public_store, release_edition
from visavis.press.edition import Edition
from visavis.press.remaking import made_again
from visavis.press.store import Store
from visavis.project.kinds import KINDS
from visavis.record import public as record
from visavis.signing.verify import verify

PARAGRAPHS, WORDS = 25, 60
TOLD_AT = (10, 25, 50, 75, 100)


def main(n: int) -> None:
    site = founded()
    write(site, texts(site, n, paragraphs=PARAGRAPHS, words=WORDS))
    chain = record.charter_chain(on=AT.date())
    charter = chain[-1].held
    give_places(kinds=KINDS, store=public_store())
    edition = Edition(
        site=Site(charter, address=settings.ADDRESS, menu=KINDS.menu),
        kinds=KINDS,
        chain=chain,
        documents=record,
        places=queries,
        store=Store(data.public_directory()),
    )
    expected = 4 * n
    to_tell = [(part, expected * part // 100) for part in TOLD_AT]
    held: list[str] = []
    before = memory_mb()
    n_pages = n_files = n_bytes = 0
    with timed() as making:
        for path, content in edition.everything():
            n_pages += path.endswith(".html")
            while to_tell and n_pages >= to_tell[0][1]:
                held.append(f"{memory_now_mb():.0f} MB at {to_tell.pop(0)[0]} %")
            n_files += 1
            n_bytes += len(content.data)
    memory_making = memory_mb()
    with timed() as pressing:
        release_edition(AT, full=True)
    memory = memory_mb()
    with timed() as verifying:
        report = verify(
            data.public_directory(), charter_fingerprint=charter.digest, today=AT.date()
        )
    with timed() as again:
        pages = made_again(report, today=AT.date()).pages
    if pages is None or pages.differing:
        raise SystemExit("the copy's own documents make other pages")
    memory_again = memory_mb()
    writing = raw_writing()
    folder = Path(os.environ["VISAVIS_DATA"]) / "hugo"
    by_hugo = (
        pages_by_hugo(texts(site, n, paragraphs=PARAGRAPHS, words=WORDS), folder=folder)
        if HUGO
        else None
    )
    print(f"  {n:,} texts: {n_pages:,} pages, {n_files:,} files, {n_bytes / 1e6:,.0f} MB")
    for what, took in (
        ("pages made", making),
        ("edition, compressed, on disk", pressing),
        ("copy verified", verifying),
        ("its pages made again", again),
        ("raw writing of the same bytes", writing),
    ):
        print(
            f"    {what:<30} {took.seconds:8.1f} s {n_pages / took.seconds:8,.0f} pages/s"
            f"   processor {took.processor:8.1f} s {n_pages / took.processor:8,.0f} pages/s"
        )
    print(
        f"    the edition takes {pressing.seconds / writing.seconds:.1f} times as long as raw writing"
    )
    if by_hugo:
        n_hugo, hugo = by_hugo
        theirs, ours = n_hugo / hugo.processor, n_pages / making.processor
        print(
            f"    {'Hugo, in memory':<30} {hugo.seconds:8.1f} s {n_hugo / hugo.seconds:8,.0f} pages/s"
            f"   processor {hugo.processor:8.1f} s {theirs:8,.0f} pages/s"
            f"\n    pages are made {ours / theirs:.1f} times as fast as Hugo's {n_hugo:,} of the same words"
        )
    else:
        print("    Hugo: not measured, since there is no `hugo` here")
    print(f"    memory held while making: {', '.join(held)}")
    print(
        f"    memory {before:.0f} MB before, {memory_making:.0f} MB making, {memory:.0f} MB at most, "
        f"{memory_again:.0f} MB with the verifier",
        flush=True,
    )


def raw_writing() -> Took:
    """Write the bytes of every path and of its copies once, in one folder, and sync."""
    store = Store(data.public_directory())
    folder = Path(os.environ["VISAVIS_DATA"]) / "raw"
    folder.mkdir()
    total, number = Took(), 0
    for _, entry in store.entries():
        contents = [store.file(entry, copy=copy).read_bytes() for copy in ("", *entry.copies)]
        with timed() as took:
            for content in contents:
                number += 1
                (folder / str(number)).write_bytes(content)
        total.seconds += took.seconds
        total.processor += took.processor
    with timed() as took:
        os.sync()
    total.seconds += took.seconds
    return total


if __name__ == "__main__":
    main(int(sys.argv[1]))
