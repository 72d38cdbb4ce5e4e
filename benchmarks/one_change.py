"""The edition after one new text, in a record of so many documents."""

import os
import sys
from datetime import timedelta

from benchmarks.machine import memory_mb, middle, timed
from benchmarks.world import AT, founded, texts, write
from visavis.press.actions import release_edition

PARAGRAPHS, WORDS, TIMES = 3, 30, 15


def main(n: int) -> None:
    site = founded()
    write(site, texts(site, n, paragraphs=PARAGRAPHS, words=WORDS))
    with timed() as first:
        release_edition(AT, full=True)
    os.sync()
    took: list[float] = []
    processor: list[float] = []
    for number in range(TIMES):
        write(
            site,
            texts(site, 1, paragraphs=PARAGRAPHS, words=WORDS, seed=100 + number),
            touched=True,
        )
        with timed() as change:
            root = release_edition(AT + timedelta(minutes=number))
        assert root is not None
        took.append(change.seconds)
        processor.append(change.processor)
    print(
        f"  {n:>7,} documents, {root.entries:>9,} paths: {middle(took):.3f} s "
        f"({min(took):.3f} to {max(took):.3f}), processor {middle(processor):.3f} s; "
        f"from nothing {first.seconds:.0f} s; {memory_mb():.0f} MB",
        flush=True,
    )


if __name__ == "__main__":
    main(int(sys.argv[1]))
