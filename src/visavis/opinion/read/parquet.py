"""A Parquet file, or a folder of its partitions, as votes: columns participant, statement, vote and side.

Read in batches, each packed into eight bytes a vote at once; nothing else grows with the votes. Ids that
are small whole numbers are their own places; other numbers and texts get theirs in a table of ids.

Parquet needs pyarrow, which the core installation does not have: ``pip install 'visavis[parquet]'``.
"""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from visavis.opinion.problems import UnusableInputError
from visavis.opinion.reading import Reading
from visavis.opinion.votes import MOST_SIDES, NO_SIDE

from . import files
from .packed import MOST_PARTICIPANTS, MOST_STATEMENTS, Keys, packed, renumber, votes_of
from .sides import one_spelling, refuse_look_alikes

COLUMNS = ("participant", "statement", "vote")
SIDE = "side"
MAGIC = b"PAR1"
ROWS_AT_ONCE = 1 << 20
_NOT_SEEN = -2
_IDS = "An id is a whole number or a text."


class _NotSmallError(Exception):
    """The ids of a column are no small whole numbers after all: read again with a table of ids."""


def partitions_of(path: Path) -> list[Path]:
    """Return the Parquet files that a path means, `part-10` after `part-9`; hidden ones are left out."""
    if not path.is_dir():
        return [path]
    found = [
        each
        for each in path.rglob("*.parquet")
        if not any(part.startswith((".", "_")) for part in each.relative_to(path).parts)
    ]
    return sorted(found, key=lambda each: _natural(each.relative_to(path).as_posix()))


def parquet_reading(path: Path, *, progress: Callable[[float], None] | None = None) -> Reading:
    """Return the votes of a Parquet file or of all partitions of a folder, in the order of their rows.

    Raises
    ------
    UnusableInputError
        If pyarrow is not installed, a file cannot be read, a column is missing or of a type that is no id
        or vote, a row has nothing in it or another vote than 1, 0, -1, or a participant has two sides.
    """
    sources = [_Source(each) for each in partitions_of(path)]
    if len({source.has_side for source in sources}) > 1:
        raise UnusableInputError(
            "Some of the files have a column side, some have none.",
            advice="Give it to all or to none.",
            file=path,
        )
    n_votes = sum(source.n_rows for source in sources)
    coded: set[str] = set()
    while True:
        try:
            return _read(sources, n_votes, coded, progress)
        except _NotSmallError as column:
            coded.add(str(column))


class _Source:
    """One file: opened, its columns looked at."""

    def __init__(self, path: Path) -> None:
        self.path = path
        with files.opened(path) as file:
            head = file.read(len(MAGIC))
            file.seek(0, 2)
            file.seek(max(file.tell() - len(MAGIC), 0))
            tail = file.read()
        if head != MAGIC:
            raise UnusableInputError(
                "This is no Parquet file.",
                advice="Write it again, with pyarrow or duckdb.",
                file=path,
            )
        if tail != MAGIC:
            raise UnusableInputError(
                "The Parquet file is cut off.", advice="Get it again, whole.", file=path
            )
        self.arrow, parquet = _pyarrow(path)
        try:
            plain = parquet.read_schema(path)
            texts = [
                name
                for name in (*COLUMNS[:2], SIDE)
                if name in plain.names and _is_text(self.arrow, plain.field(name).type)
            ]
            self.file = parquet.ParquetFile(path, read_dictionary=texts, pre_buffer=False)
            self.names = self.file.schema_arrow.names
            self.n_rows = int(self.file.metadata.num_rows)
        except (self.arrow.ArrowException, OSError) as error:
            raise self.unreadable(error) from error
        missing = [name for name in COLUMNS if name not in self.names]
        if missing:
            raise UnusableInputError(
                f"There is no column {' and no column '.join(missing)}.",
                advice="The columns are participant, statement, vote and, if there are sides, side.",
                file=path,
            )
        twice = [name for name in (*COLUMNS, SIDE) if self.names.count(name) > 1]
        if twice:
            raise UnusableInputError(
                f"There are two columns {twice[0]}.", advice="Name each once.", file=path
            )
        self.has_side = SIDE in self.names

    def batches(self) -> Iterator[tuple[int, Any]]:
        """Yield the rows in pieces, each with the number of rows before it."""
        columns = [*COLUMNS, SIDE] if self.has_side else [*COLUMNS]
        before = 0
        try:
            for group in range(self.file.num_row_groups):  # asked for all, pyarrow holds them all
                for batch in self.file.iter_batches(ROWS_AT_ONCE, [group], columns=columns):
                    yield before, batch
                    before += batch.num_rows
        except (self.arrow.ArrowException, OSError) as error:
            raise self.unreadable(error) from error

    def unreadable(self, error: Exception) -> UnusableInputError:
        reason = files.shown(str(error).splitlines()[0] if str(error) else type(error).__name__)
        return UnusableInputError(
            f"The Parquet file cannot be read ({reason}).",
            advice="It is damaged; get it or write it again.",
            file=self.path,
        )

    def refused(self, row: int, problem: str, advice: str) -> UnusableInputError:
        """Return the refusal of a row; the first is 1."""
        return UnusableInputError(f"Row {row + 1:,} {problem}.", advice=advice, file=self.path)


def _read(
    sources: list[_Source], n_votes: int, coded: set[str], progress: Callable[[float], None] | None
) -> Reading:
    people = _Ids("participant", n_votes, MOST_PARTICIPANTS, coded)
    subjects = _Ids("statement", n_votes, MOST_STATEMENTS, coded)
    sides = _Sides()
    keys = np.empty(n_votes, np.int64)
    end = 0
    for source in sources:
        for before, batch in source.batches():
            part = _keys(source, before, batch, people=people, subjects=subjects, sides=sides)
            keys[end : end + len(part)] = part
            end += len(part)
            if progress:
                progress(0.9 * end / max(n_votes, 1))
    participants, place_of_person = people.sorted()
    statements, place_of_subject = subjects.sorted()
    renumber(keys, place_of_person, place_of_subject)

    def once_more() -> Iterator[Keys]:
        for source in sources:
            for before, batch in source.batches():
                part = _keys(source, before, batch, people=people, subjects=subjects, sides=None)
                renumber(part, place_of_person, place_of_subject)
                yield part

    has_side = any(source.has_side for source in sources)
    side_of, names = sides.sorted(people.raw_places(), sources[0].path) if has_side else (None, ())
    votes, n_superseded = votes_of(
        keys,
        participants=participants,
        statements=statements,
        side_of=side_of,
        sides=names,
        once_more=once_more,
    )
    if progress:
        progress(1.0)
    said = []
    if n_superseded:
        said.append(
            f"{n_superseded:,} votes were replaced by a later one of the same person on the same statement; "
            "later is what comes later in the file."
        )
    return Reading(votes, np.zeros(votes.n_statements, np.bool_), {}, None, tuple(said))


def _keys(
    source: _Source,
    before: int,
    batch: Any,
    *,
    people: "_Ids",
    subjects: "_Ids",
    sides: "_Sides | None",
) -> Keys:
    who = people.places(source, before, batch.column(batch.schema.get_field_index("participant")))
    what = subjects.places(source, before, batch.column(batch.schema.get_field_index("statement")))
    vote = _votes(source, before, batch.column(batch.schema.get_field_index("vote")))
    if sides is not None and source.has_side:
        sides.add(source, before, who, batch.column(batch.schema.get_field_index(SIDE)))
    return packed(who, what, vote)


class _Ids:
    """The places of ids: the ids themselves while they are small whole numbers, else a table."""

    def __init__(self, name: str, n_votes: int, most: int, coded: set[str]) -> None:
        self.name, self.is_coded = name, name in coded
        self.limit = min(4 * n_votes + 1024, most)
        self.most = most
        self.present = np.zeros(0, np.bool_)
        self.table: dict[Any, int] = {}
        self.kind: str | None = None

    def places(self, source: _Source, before: int, column: Any) -> npt.NDArray[np.integer]:
        arrow = source.arrow
        _check_no_null(source, before, column, self.name)
        if arrow.types.is_floating(column.type):
            column = _whole(source, before, column, self.name)
        values = column.dictionary.type if arrow.types.is_dictionary(column.type) else column.type
        kind = self._kind(source, values)
        if self.kind not in (None, kind):
            raise UnusableInputError(
                f"The {self.name} ids are partly numbers, partly texts.",
                advice="Give one kind.",
                file=source.path,
            )
        self.kind = kind
        if self.is_coded or kind == "text" or arrow.types.is_dictionary(column.type):
            if len(self.present):
                raise _NotSmallError(self.name)
            self.is_coded = True
            return self._from_table(source, before, column)
        return self._direct(column)

    def _kind(self, source: _Source, values: Any) -> str:
        if source.arrow.types.is_integer(values):
            return "number"
        if _is_text(source.arrow, values):
            return "text"
        raise UnusableInputError(
            f"The column {self.name} has the type {values}.", advice=_IDS, file=source.path
        )

    def _direct(self, column: Any) -> npt.NDArray[np.integer]:
        ids: npt.NDArray[np.integer] = column.to_numpy(zero_copy_only=False)
        if not len(ids):
            return ids
        most = int(ids.max())
        if int(ids.min()) < 0 or most >= self.limit:
            raise _NotSmallError(self.name)
        if most >= len(self.present):
            self.present = np.append(self.present, np.zeros(most + 1 - len(self.present), np.bool_))
        if not self.is_full():
            self.present[ids] = True
        return ids

    def is_full(self) -> bool:
        """Return whether every small number has been seen, as after a while it nearly always is."""
        return int(np.count_nonzero(self.present)) == len(self.present)

    def _from_table(self, source: _Source, before: int, column: Any) -> npt.NDArray[np.integer]:
        arrow = source.arrow
        if not arrow.types.is_dictionary(column.type):
            column = column.dictionary_encode()
        index = column.indices.to_numpy(zero_copy_only=False)
        values = column.dictionary.to_pylist()
        used = np.flatnonzero(np.bincount(index, minlength=len(values)))
        place = np.zeros(len(values), np.int64)
        for each in used.tolist():
            value = values[each]
            if value is None or value == "" or (value.__class__ is int and abs(value) >> 63):
                row = before + int(np.flatnonzero(index == each)[0])
                problem = "has no" if value in (None, "") else "has too large a"
                raise source.refused(row, f"{problem} {self.name}", _IDS)
            place[each] = self.table.setdefault(value, len(self.table))
        if len(self.table) > self.most:
            raise UnusableInputError(
                f"There are more than {self.most:,} {self.name}s.",
                advice="Give fewer.",
                file=source.path,
            )
        places: npt.NDArray[np.int64] = place[index]
        return places

    def sorted(self) -> tuple[npt.NDArray[Any], npt.NDArray[np.int32] | None]:
        """Return the ids ascending, and for each place so far the place among them; None: the same."""
        if self.table:
            ids = list(self.table)
            values = np.array(ids)
            order = np.argsort(values, kind="stable")
            place = np.empty(len(order), np.int32)
            place[order] = np.arange(len(order), dtype=np.int32)
            return values[order], place
        values = np.flatnonzero(self.present)
        if len(values) == len(self.present):
            return values.astype(np.int64), None
        return values.astype(np.int64), (np.cumsum(self.present) - 1).astype(np.int32)

    def raw_places(self) -> npt.NDArray[np.int64]:
        """Return the place that `places` gave to each id, in the order of `sorted`."""
        if not self.table:
            return np.flatnonzero(self.present)
        return np.argsort(np.array(list(self.table)), kind="stable")


class _Sides:
    """The side of each participant, by the place that `_Ids` gave."""

    def __init__(self) -> None:
        self.names: dict[str, int] = {"": NO_SIDE}
        self.side_of = np.zeros(0, np.int8)

    def add(self, source: _Source, before: int, who: npt.NDArray[np.integer], column: Any) -> None:
        if not len(who):
            return
        arrow = source.arrow
        if not arrow.types.is_dictionary(column.type):
            column = column.dictionary_encode()
        index = column.indices.fill_null(-1).to_numpy(zero_copy_only=False)
        values = [*column.dictionary.to_pylist(), None]
        used = np.bincount(index.astype(np.int64) + 1, minlength=len(values))
        number = np.full(len(values), NO_SIDE, np.int8)
        for each, value in enumerate(values[:-1]):
            if used[each + 1]:
                number[each] = self._number(source, _name_of_side(value))
        mine = number[index]
        most = int(who.max())
        if most >= len(self.side_of):
            more = np.full(
                max(most + 1, 2 * len(self.side_of)) - len(self.side_of), _NOT_SEEN, np.int8
            )
            self.side_of = np.append(self.side_of, more)
        until_now = self.side_of[who]
        self.side_of[who] = mine
        wrong = ((until_now != _NOT_SEEN) & (until_now != mine)) | (self.side_of[who] != mine)
        if wrong.any():
            row = before + int(np.flatnonzero(wrong)[0])
            raise source.refused(
                row,
                "has another side than an earlier row or a later one of the same participant",
                "Give everybody one side, or none.",
            )

    def sorted(
        self, places: npt.NDArray[np.int64], path: Path
    ) -> tuple[npt.NDArray[np.int8], tuple[str, ...]]:
        """Return the side of each participant among the names, and these, ascending."""
        names = tuple(sorted(name for name in self.names if name))
        refuse_look_alikes(names, path)
        table = np.full(len(self.names) + 1, NO_SIDE, np.int8)
        for place, name in enumerate(names):
            table[self.names[name]] = place
        return table[self.side_of[places]], names

    def _number(self, source: _Source, name: str) -> int:
        number = self.names.setdefault(name, len(self.names) - 1)
        if number >= MOST_SIDES:
            raise UnusableInputError(
                f"There are more than {MOST_SIDES} sides.",
                advice="Is this the right column?",
                file=source.path,
            )
        return number


def _votes(source: _Source, before: int, column: Any) -> npt.NDArray[np.int8]:
    arrow = source.arrow
    _check_no_null(source, before, column, "vote")
    if arrow.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    if arrow.types.is_floating(column.type):
        column = _whole(source, before, column, "vote")
    if not arrow.types.is_integer(column.type):
        raise UnusableInputError(
            f"The column vote has the type {column.type}.",
            advice="A vote is a whole number: 1 agree, 0 pass or -1 disagree.",
            file=source.path,
        )
    votes = column.to_numpy(zero_copy_only=False)
    wrong = votes > 1
    if votes.dtype.kind == "i":
        wrong |= votes < -1
    if wrong.any():
        row = int(np.flatnonzero(wrong)[0])
        raise source.refused(
            before + row, f"has the vote {votes[row]}", "A vote is 1 agree, 0 pass or -1 disagree."
        )
    return np.asarray(votes, np.int8)


def _check_no_null(source: _Source, before: int, column: Any, name: str) -> None:
    if column.null_count:
        row = int(np.flatnonzero(column.is_null().to_numpy(zero_copy_only=False))[0])
        raise source.refused(
            before + row, f"has no {name}", "Leave out the row; what nobody has seen has none."
        )


def _whole(source: _Source, before: int, column: Any, name: str) -> Any:
    """Return numbers with a point as whole ones, or refuse the first that is none."""
    values = column.to_numpy(zero_copy_only=False)
    wrong = ~(np.isfinite(values) & (values == np.floor(values)) & (np.abs(values) < 2**53))
    if wrong.any():
        row = int(np.flatnonzero(wrong)[0])
        raise source.refused(
            before + row, f"has the {name} {values[row]}", "It must be a whole number."
        )
    return source.arrow.array(values.astype(np.int64))


def _name_of_side(value: Any) -> str:
    """Return a side as a text, "" for none, as `Votes.from_arrays` reads it."""
    if value is None or value != value:  # noqa: PLR0124  # nan is not itself
        return ""
    if isinstance(value, int | float):
        return "" if value < 0 else str(int(value))
    return one_spelling(str(value))


def _is_text(arrow: Any, kind: Any) -> bool:
    return bool(
        arrow.types.is_string(kind)
        or arrow.types.is_large_string(kind)
        or arrow.types.is_string_view(kind)
    )


def _natural(name: str) -> list[tuple[int, int | str]]:
    parts = re.split(r"(\d+)", name)
    return [(0, int(part)) if place % 2 else (1, part) for place, part in enumerate(parts)]


def _pyarrow(path: Path) -> tuple[Any, Any]:
    try:
        import pyarrow as pa
        from pyarrow import parquet
    except ImportError as error:
        raise UnusableInputError(
            "Reading Parquet needs pyarrow, which is not installed.",
            advice="Install it: pip install 'visavis[parquet]'.",
            file=path,
        ) from error
    return pa, parquet
