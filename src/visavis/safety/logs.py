"""Logs that say where something failed, and nothing about whom it failed for.

An exception's message, a request's path and the values in a log line can all carry what a person typed
or where they came from. Nothing of that is cut out; the other way round, only two things are let
through: the kind of the error, with a fixed sentence for some, and the file and line.
"""

import errno
import logging
import traceback
from types import TracebackType


class OnlyTypeAndLine(logging.Filter):
    """Empty every record of all but the exception's type and the place in the code."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite the record in place, so that no handler behind this one sees more; keep them all."""
        error = record.exc_info[1] if record.exc_info else None
        record.msg = _sentence(record, error)
        record.args = ()
        record.exc_info = record.exc_text = record.stack_info = None
        for name in set(vars(record)) - STANDARD:
            delattr(record, name)
        return True


STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime"}


MEANINGS = {
    "DisallowedHost": "a request under a name that VISAVIS_HOSTS does not list",
    "OperationalError": "the database did not answer",
    "MemoryError": "this machine has no memory left",
    "PermissionError": "a file may not be read or written",
}
"""What an operator can do something about, by the type of the error."""


def _sentence(record: logging.LogRecord, error: BaseException | None) -> str:
    if error is None:
        return f"{record.levelname} of {record.name} at {record.filename}:{record.lineno}"
    return type_and_line(error)


def type_and_line(error: BaseException) -> str:
    """Return of an error what nobody has typed: its type, the place in the code, and what it means."""
    name = type(error).__name__
    meaning = MEANINGS.get(name)
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        meaning = "the disk is full"
    return f"{name} at {_place(error.__traceback__)}" + (f": {meaning}" if meaning else "")


def _place(trace: TracebackType | None) -> str:
    frames = traceback.extract_tb(trace)
    if not frames:
        return "an unknown place"
    ours = [frame for frame in frames if "visavis" in frame.filename] or list(frames)
    return f"{_short(ours[-1].filename)}:{ours[-1].lineno}"


def _short(path: str) -> str:
    """The path from the package on: what comes before it names the machine."""
    parts = path.replace("\\", "/").split("/")
    start = len(parts) - 1 - parts[::-1].index("visavis") if "visavis" in parts else len(parts) - 1
    return "/".join(parts[start:])
