"""`make formats`: everything that this version writes, as a folder that later versions are tried on.

A fictional site is founded, lives for some weeks in March 2026, and is written down: see `corpus` for what
lies where. `STORIES` tells it. A new kind, a new shape or a new standing is one more story there.

Randomness is drawn from a fixed seed and clocks stand, so that the same program writes the same bytes.
"""

import hashlib
import os
import random
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

FOLDER = Path(__file__).resolve().parent / "next"
SEED = b"visavis formats"


class Stream:
    """Bytes that look random and are the same each time, in place of `os.urandom`."""

    def __init__(self, seed: bytes) -> None:
        self._seed, self._n = seed, 0

    def __call__(self, n: int) -> bytes:
        self._n += 1
        return hashlib.shake_256(self._seed + self._n.to_bytes(8, "big")).digest(n)


@contextmanager
def the_same_each_time() -> Iterator[None]:
    """Salts, ids, keys and passphrases are drawn from a fixed seed; sealing costs next to nothing.

    All of them come through `secrets`, and so through this one function of `random`.
    """
    import secrets

    from visavis.signing import sealing
    from visavis.signing.keys import PrivateKey

    def new(cls: type[PrivateKey]) -> PrivateKey:
        return cls(secrets.token_bytes(32))

    PrivateKey.new = classmethod(new)  # type: ignore[method-assign,assignment]
    sealing.MEMORY_KIB, sealing.PASSES = 8, 1
    before, random._urandom = random._urandom, Stream(SEED)  # type: ignore[attr-defined]
    try:
        yield
    finally:
        random._urandom = before  # type: ignore[attr-defined]


def main() -> None:
    """Write ``next/`` again."""
    with tempfile.TemporaryDirectory(prefix="visavis-formats-") as directory:
        os.environ["VISAVIS_DATA"] = str(Path(directory) / "data")
        os.environ["DJANGO_SETTINGS_MODULE"] = "visavis.project.settings"
        import django

        django.setup()
        import fiction
        import time_machine
        import writing_down

        from visavis.safety.reading import reading_as

        shutil.rmtree(FOLDER, ignore_errors=True)
        clocks = time_machine.travel(fiction.at(fiction.FIRST), tick=False)
        with clocks as clock, the_same_each_time():
            world = fiction.founded()
            for days, story in fiction.STORIES:
                world.day = fiction.FIRST + timedelta(days=days)
                clock.move_to(fiction.at(world.day))
                with reading_as(lambda: world.reader):
                    story(world)
            with reading_as(lambda: world.reader):
                writing_down.everything(world, FOLDER)
    size = sum(file.stat().st_size for file in FOLDER.rglob("*") if file.is_file())
    print(f"{FOLDER}: {size / 1024:.0f} KiB")


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    main()
