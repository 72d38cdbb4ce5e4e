"""`python -m benchmarks`, or `python -m benchmarks NAME …`: each in a process and a directory of its own."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.machine import described

NAMES = {
    "reading": "a page of 100 paragraphs by `visavis serve`, and the same file by nginx",
    "pressing": "a record of 1,000 and of 10,000 texts from nothing",
    "one_change": "the edition after one new text, in records of 1,000, 10,000 and 100,000 documents",
    "acts": "accepting documents, durably, and the same rows by SQLite alone",
    "locks": "the longest that an act holds the lock, for the largest form of each",
    "sealing": "acts and a desk's pages with and without sealing, in turn",
    "acts_by_http": "two desks turn keys by HTTP, while readers read",
    "contributions": "handing in, durably, against the same rows by SQLite alone, and beside readers",
    "discussions": "pages and editions of a discussion of 10,000 contributions and of 100",
    "alike": "refusals that nobody may tell apart, by the time that they take",
    "opinion": "the opinion map of real and planted votes, and of red-dwarf on the same",
}
SIZES = {
    "opinion": ("bowling-green", "vtaiwan", "1e5", "1e6", "2e6", "4e6", "1e7", "1e8"),
    "pressing": ("1000", "10000"),
    "one_change": ("1000", "10000", "100000"),
}
TOGETHER = {"one_change", "opinion"}
"""Measured in one process, so that sizes take turns, or what is set up serves all."""


def run(name: str, *arguments: str) -> int:
    """Run one benchmark by itself, so that its memory is its own, and throw its data away."""
    folder = tempfile.mkdtemp(prefix=f"visavis-{name}-", dir=os.environ.get("BENCH_DIR"))
    environment = {
        **os.environ,
        "VISAVIS_DATA": str(Path(folder) / "data"),
        "VISAVIS_RELEASES": "at once",
        "DJANGO_SETTINGS_MODULE": "visavis.project.settings",
    }
    try:
        command = [sys.executable, "-m", f"benchmarks.{name}", *arguments]
        return subprocess.run(command, env=environment, check=False).returncode
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def main(words: list[str]) -> int:
    names = list(NAMES) if words in ([], ["all"]) else words[:1]
    if names[0] not in NAMES:
        print("Which?", *(f"\n  {name:<12} {what}" for name, what in NAMES.items()))
        return 2
    print(described())
    failed = 0
    for name in names:
        print(f"\n{name}: {NAMES[name]}", flush=True)
        sizes = tuple(words[1:]) or SIZES.get(name, ())
        for arguments in [sizes] if name in TOGETHER else [(size,) for size in sizes] or [()]:
            failed |= run(name, *arguments)
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
