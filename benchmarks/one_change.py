"""The edition after one new text: records of several sizes, each in a process of its own, take turns."""

import os
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import IO

from benchmarks.machine import memory_mb, middle, timed
from benchmarks.world import AT, founded, stand_in_edition, texts, write
from visavis.press.actions import release_edition

PARAGRAPHS, WORDS, ROUNDS = 3, 30, 41
"""Every twentieth text begins a new page of the list: there are two such rounds among these."""


def main(sizes: list[str]) -> None:
    with ExitStack() as stack:
        workers = {n: stack.enter_context(begun(n)) for n in sizes}
        for worker in workers.values():
            answer_of(worker)
        took: dict[str, list[tuple[float, float]]] = {n: [] for n in sizes}
        for _ in range(ROUNDS + 1):
            for n, worker in workers.items():
                wall, processor = answer_of(worker, asked="change").split()
                took[n].append((float(wall), float(processor)))
        for n, worker in workers.items():
            del took[n][0]  # it loads the templates
            walls, processors = zip(*took[n], strict=True)
            pairs = list(zip(took[n], took[sizes[0]], strict=True))
            ratios = [ours[0] / first[0] for ours, first in pairs]
            costs = [ours[1] / first[1] for ours, first in pairs]
            print(
                f"  {int(n):>7,} documents: {middle(list(walls)):.3f} s "
                f"({min(walls):.3f} to {max(walls):.3f}), "
                f"{middle(ratios):.2f} times the first; processor {middle(list(processors)):.3f} s "
                f"({min(processors):.3f} to {max(processors):.3f}), {middle(costs):.2f} times; "
                f"{answer_of(worker, asked='memory')} MB",
                flush=True,
            )


def begun(n: str) -> "subprocess.Popen[str]":
    folder = Path(tempfile.mkdtemp(dir=Path(os.environ["VISAVIS_DATA"]).parent)) / "data"
    return subprocess.Popen(
        [sys.executable, "-m", "benchmarks.one_change", "worker", n],
        env={**os.environ, "VISAVIS_DATA": str(folder)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def answer_of(worker: "subprocess.Popen[str]", *, asked: str = "") -> str:
    assert worker.stdin
    assert worker.stdout
    if asked:
        worker.stdin.write(f"{asked}\n")
        worker.stdin.flush()
    answer = worker.stdout.readline().strip()
    if not answer:
        raise SystemExit("a record could not be made")
    return answer


def work(n: int, *, questions: IO[str]) -> None:
    """Make a record, then an edition for each line that comes in; tell how long it took."""
    site = founded()
    write(site, texts(site, n, paragraphs=PARAGRAPHS, words=WORDS))
    stand_in_edition(site)
    os.sync()
    print("ready", flush=True)
    for number, line in enumerate(questions):
        if line.strip() == "memory":
            print(f"{memory_mb():.0f}", flush=True)
            continue
        write(
            site,
            texts(site, 1, paragraphs=PARAGRAPHS, words=WORDS, seed=100 + number),
            changed=True,
        )
        with timed() as change:
            root = release_edition(AT + timedelta(minutes=number))
        assert root is not None
        print(f"{change.seconds} {change.processor}", flush=True)


if __name__ == "__main__":
    if sys.argv[1] == "worker":
        work(int(sys.argv[2]), questions=sys.stdin)
    else:
        main(sys.argv[1:])
