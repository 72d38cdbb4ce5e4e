"""Forks a writer of editions for each line on standard input, until it is killed. Not a test.

The modules are loaded once here, so that a child writes within a millisecond of its birth.
"""

import json
import os
import sys
from datetime import date
from pathlib import Path

from visavis.press.store import Content, Store
from visavis.signing.keys import PrivateKey

SIZES = (1, 3, 70)


def main() -> None:
    public, plan = Path(sys.argv[1]), json.loads(sys.argv[2])
    key = PrivateKey(bytes.fromhex(plan["seed"]))
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            write_for_ever(public, key=key, plan=plan, seed=int(line))
        print(child, flush=True)
        os.waitpid(child, 0)
        print("gone", flush=True)


def write_for_ever(public: Path, *, key: PrivateKey, plan: dict[str, object], seed: int) -> None:
    store = Store(public)
    while True:
        root = store.root()
        number = (root.edition if root else 0) + seed
        changes: dict[str, Content | None] = {}
        for n in range(SIZES[number % 3]):
            path = f"en/library/{(number * 7 + n) % 90}/index.html"
            gone = (number + n) % 4 == 0
            text = f"edition {number} page {n} {'same for all ' * 20 if n % 5 == 0 else ''}"
            changes[path] = None if gone else Content(text.encode() * (1 + n % 3))
        store.write_edition(
            changes,
            site=str(plan["site"]),
            day=date.fromisoformat(str(plan["day"])),
            valid_until=date.fromisoformat(str(plan["day"])),
            charters=plan["charters"],  # type: ignore[arg-type]
            key=key,
        )
        store.improve_compression(budget_seconds=0.001)


if __name__ == "__main__":
    main()
