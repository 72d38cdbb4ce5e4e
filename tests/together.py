"""Acts in one instant, as two people at two machines would do them."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from django.db import connection

from visavis.base.refusal import Refused


def at_once(*acts: Callable[[], object]) -> list[bool]:
    """Run all acts in the same instant, each on a connection of its own; return which were allowed."""
    together = threading.Barrier(len(acts))

    def run(act: Callable[[], object]) -> bool:
        try:
            together.wait()
            act()
        except Refused:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(run, acts))
