"""Links, order and hours in the bytes of a database and of files: what they say without a word of anybody.

Pure reading, as the finder of a copy would do it. The formats are those of SQLite (file format, 1.6 and
4.1 of its documentation).
"""

import math
import re
import sqlite3
import struct
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from urllib.parse import quote

LOG_HEAD, FRAME_HEAD = 32, 24
LEAST_ON_A_PAGE = 8
"""Of fewer rows the order is no evidence: two of three lie in order by chance."""
SMALL_FILE = 4096
UNITS = {
    "seconds": 1,
    "milliseconds": 1_000,
    "microseconds": 1_000_000,
    "nanoseconds": 1_000_000_000,
}
Interval = tuple[datetime, datetime]

# Links


def acts_in(log: bytes, *, database: bytes, roots: Mapping[int, str]) -> list[set[str]]:
    """Return, for each commit in a write-ahead log, the tables of which it has written a page.

    ``database`` is the file that belongs to the log; ``roots`` comes from `roots_of`. The pages of each table
    and its indexes are followed from the root, before the commit and after it.
    """
    size = int.from_bytes(log[8:12])
    if len(log) < LOG_HEAD or not size:
        return []
    pages = {at // size + 1: database[at : at + size] for at in range(0, len(database), size)}
    acts, written = [], dict[int, bytes]()
    for at in range(LOG_HEAD, len(log) - FRAME_HEAD - size + 1, FRAME_HEAD + size):
        if log[at + 8 : at + 16] != log[16:24]:
            break  # another salt: what follows is of an earlier round, and another log has shown it
        number, committed = (int.from_bytes(log[at + n : at + n + 4]) for n in (0, 4))
        written[number] = log[at + FRAME_HEAD : at + FRAME_HEAD + size]
        if committed:
            owners = dict(_owned(pages, roots))
            pages |= written
            acts.append(
                {
                    owner[n]
                    for owner in (owners, dict(_owned(pages, roots)))
                    for n in written.keys() & owner.keys()
                }
            )
            written = {}
    return acts


def roots_of(database: Path) -> dict[int, str]:
    """Return the first page of each table and each index, with the name of the table."""
    address = f"file:{quote(str(database))}?immutable=1"
    with closing(sqlite3.connect(address, uri=True)) as opened:
        return dict(
            opened.execute("SELECT rootpage, tbl_name FROM sqlite_master WHERE rootpage > 0")
        )


def _owned(pages: Mapping[int, bytes], roots: Mapping[int, str]) -> Iterator[tuple[int, str]]:
    left = list(roots.items())
    while left:
        number, table = left.pop()
        page = pages.get(number, b"")
        yield number, table
        start = 100 if number == 1 else 0
        if page[start : start + 1] in {
            b"\x02",
            b"\x05",
        }:  # an inner page: it names the pages below it
            n_cells = int.from_bytes(page[start + 3 : start + 5])
            places = struct.unpack_from(f">{n_cells}H", page, start + 12)
            below = [struct.unpack_from(">I", page, at)[0] for at in (*places, start + 8)]
            left += [(each, table) for each in below]


# Order


def order_shown(content: bytes, keys: Sequence[str], *, page_size: int = 4096) -> float:
    """Return how well places tell in which order the keys came: 0 not at all, 1 wholly (forwards or back).

    It is the largest of Spearman's rank correlations over the whole content and over each page of it on
    which eight of the keys lie. Of fewer keys than eight: 0.
    """
    places: dict[int, dict[int, int]] = {-1: {}}
    for n, key in enumerate(keys):
        word, at = key.encode(), content.find(key.encode())
        if at >= 0:
            places[-1][n] = at
        while at >= 0:
            places.setdefault(at // page_size, {}).setdefault(n, at)
            at = content.find(word, at + 1)
    return max(
        (abs(_rank_correlation(list(each.values()))) for each in places.values()), default=0.0
    )


def _rank_correlation(places: Sequence[int]) -> float:
    n = len(places)
    if n < LEAST_ON_A_PAGE:
        return 0.0
    ranks = {place: rank for rank, place in enumerate(sorted(places))}
    return 1 - 6 * sum((ranks[place] - came) ** 2 for came, place in enumerate(places)) / (
        n * (n * n - 1)
    )


# Hours


def times_in(content: bytes, within: Interval) -> set[str]:
    """Return each time of the interval that these bytes spell: as a clock, as a number, in either byte order.

    Integers of four bytes are looked for in small files alone: random bytes of a large one hold any of them.
    The rows of a database are read by `times_in_rows`.
    """
    since, until = (at.timestamp() for at in within)
    clocks = _spelt(within, "%H:%M:%S", step=1)
    minutes = _spelt(within, "%Y-%m-%d %H:%M", step=60)
    found = [m[0] for m in CLOCK.finditer(content) if m[0] in clocks]
    found += [m[0] for m in MINUTE.finditer(content) if m[0].replace(b"T", b" ") in minutes]
    found += [m[0] for m in DIGITS.finditer(content) if int(since) <= int(m[1]) <= until]
    numbers = (f"{name} {value}" for name, value in _numbers_in(content, since, until))
    return {each.decode() for each in found} | set(numbers)


CLOCK = re.compile(rb"(?<!\d)\d\d:\d\d:\d\d(?!\d)")
MINUTE = re.compile(rb"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?!:)")
DIGITS = re.compile(rb"(?<!\d)(\d{10})(?:\d{3}|\d{6}|\d{9})?(?!\d)")


def times_in_rows(database: Path, within: Interval) -> set[str]:
    """Return ``table.column`` of each number in the rows that is a time of the interval, in any unit.

    A copy that was torn while it was made raises ``sqlite3.DatabaseError``. Its log is read, and may be
    written: hand in a copy.
    """
    since, until = (at.timestamp() for at in within)
    found = set()
    with closing(sqlite3.connect(database)) as opened:
        for (table,) in opened.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table'"
        ).fetchall():
            rows = opened.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - a name that the file gives
            names = [column[0] for column in rows.description]
            for row in rows:
                for name, value in zip(names, row, strict=True):
                    if isinstance(value, int | float) and any(
                        since * unit <= value <= until * unit for unit in UNITS.values()
                    ):
                        found.add(f"{table}.{name}")
    return found


def planted_times(at: datetime) -> dict[str, bytes]:
    """Return bytes that spell this time, one for each way in which it is looked for: the control."""
    seconds = at.timestamp()
    numbers = {f"{unit} as text": str(int(seconds * n)).encode() for unit, n in UNITS.items()}
    for unit, n in UNITS.items():
        numbers |= {
            f"{unit}, {order}": struct.pack(f"{order}q", int(seconds * n)) for order in "<>"
        }
    numbers |= {f"four bytes, {order}": struct.pack(f"{order}I", int(seconds)) for order in "<>"}
    numbers |= {f"a fraction, {order}": struct.pack(f"{order}d", seconds) for order in "<>"}
    clocks = {"a clock": f"{at:%H:%M:%S}".encode(), "a minute": f"{at:%Y-%m-%dT%H:%M}Z".encode()}
    return {name: b"before " + each + b" after" for name, each in (numbers | clocks).items()}


@cache
def _spelt(within: Interval, form: str, *, step: int) -> frozenset[bytes]:
    """Return every step of the interval, at most a day of it, in this form."""
    since, until = within
    n = min(math.ceil((until - since).total_seconds() / step), 86_400)
    times = (min(since + timedelta(seconds=each * step), until) for each in range(n + 1))
    return frozenset(f"{at:{form}}".encode() for at in times)


def _numbers_in(content: bytes, since: float, until: float) -> Iterator[tuple[str, float]]:
    for unit, n in UNITS.items():
        for order in "<>":
            yield from _packed(content, f"{order}q", unit, int(int(since) * n), int(until * n))
    for order in "<>":
        yield from _packed(content, f"{order}d", "seconds", since, until)
        if len(content) <= SMALL_FILE:
            yield from _packed(content, f"{order}I", "seconds", int(since), int(until))


def _packed(
    content: bytes, form: str, unit: str, low: float, high: float
) -> Iterator[tuple[str, float]]:
    """Find numbers of this form between both: by the bytes that all of them share, then one by one."""
    first, last = struct.pack(form, low), struct.pack(form, high)
    if form[0] == "<":
        first, last = first[::-1], last[::-1]
    n_same = next((n for n in range(len(first)) if first[n] != last[n]), len(first))
    shared = first[:n_same] if form[0] == ">" else first[:n_same][::-1]
    before = 0 if form[0] == ">" else len(first) - n_same
    at = content.find(shared)
    while at >= 0:
        start = at - before
        if 0 <= start <= len(content) - len(first):
            (value,) = struct.unpack_from(form, content, start)
            if low <= value <= high:
                yield f"{unit} ({form})", value
        at = content.find(shared, at + 1)


def fresh_files(folder: Path, within: Interval) -> set[str]:
    """Return the names of files below the folder that were written, or first made, in the interval."""
    since, until = (at.timestamp() for at in within)
    return {
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if any(since <= time <= until for time in (path.lstat().st_mtime, path.lstat().st_ctime))
    }


def together(acts: Iterable[set[str]], *, persons: set[str], things: set[str]) -> set[str]:
    """Return ``person and thing`` of each act that writes of both: what puts one beside the other."""
    return {
        f"{person} and {thing}"
        for act in acts
        for person in act & persons
        for thing in act & things
    }
