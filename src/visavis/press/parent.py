"""A worker ends with the process that started it.

Else a worker whose main process was killed would go on for ever: it holds the port and answers readers, and
nobody releases an edition any more, so that nothing that is closed goes.
"""

import multiprocessing
import os
import threading
from multiprocessing.connection import wait


def end_with_parent() -> None:
    """End this process when the one that started it ends, however it ends. Without a parent: do nothing.

    The parent holds the other end of a pipe, which the system closes with it: no signal and no question
    asked again and again, and alike on every system.
    """
    parent = multiprocessing.parent_process()
    if parent is not None:
        watch = threading.Thread(target=_watch, args=(parent.sentinel,), name="parent", daemon=True)
        watch.start()


def _watch(sentinel: int) -> None:
    wait([sentinel])
    # Not `sys.exit`, which ends a thread alone. An act that was under way is taken back by the database.
    os._exit(1)
