"""Votes as the opinion map reads them: who said what about which statement, each pair once.

One convention, in one place: agree is 1, pass is 0, disagree is −1. Unseen is not a pass: it has no
row. Where a person voted on a statement again, the last vote counts.
"""

import hashlib
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Self

import numpy as np
import numpy.typing as npt
from scipy import sparse

from .problems import UnusableInputError

AGREE, PASS, DISAGREE = 1, 0, -1
KINDS = 3
"""Rows that a statement has in a table of votes: disagree, pass, agree, in this order."""
NO_SIDE = -1
MOST_SIDES = 16
VOTES_SORTED_AT_ONCE = 1 << 18

Array = npt.NDArray[Any]
Ids = npt.NDArray[Any]
Counts = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Votes:
    """The votes of a ballot, sorted by participant, then by statement.

    Attributes
    ----------
    participants : array of shape (n_participants,)
        Their ids, ascending: integers or texts. A participant may have no vote.
    statements : array of shape (n_statements,)
        Their ids, ascending. A statement may have no vote.
    starts : int64 array of shape (n_participants + 1,)
        The votes of participant i are ``codes[starts[i]:starts[i + 1]]``.
    codes : int32 array of shape (n_votes,)
        ``3 * statement + vote + 1``: the row of one vote in a table of all statements and kinds.
    side_of : int8 array of shape (n_participants,)
        Index into ``sides``; −1 where no side is declared.
    sides : tuple of str
        Names of the declared sides, ascending; empty where none is declared.
    """

    participants: Ids
    statements: Ids
    starts: npt.NDArray[np.int64]
    codes: npt.NDArray[np.int32]
    side_of: npt.NDArray[np.int8]
    sides: tuple[str, ...] = ()

    @classmethod
    def from_arrays(
        cls,
        participant: npt.ArrayLike,
        statement: npt.ArrayLike,
        vote: npt.ArrayLike,
        side: npt.ArrayLike | None = None,
        *,
        participants: npt.ArrayLike | None = None,
        statements: npt.ArrayLike | None = None,
    ) -> Self:
        """Return the votes of four parallel arrays, one entry a vote, in the order they were cast.

        Parameters
        ----------
        participant, statement : arrays of shape (n,)
            Ids, integers or texts.
        vote : array of shape (n,)
            1 agree, 0 pass, −1 disagree.
        side : array of shape (n,), optional
            The side of the participant; None, nan, "" or a negative number where there is none.
        participants, statements : arrays, optional
            Every id there is, where some may have no vote. Default: those that have one.

        Raises
        ------
        UnusableInputError
            If the lengths differ, a vote is none of the three, an id is missing from the lists, or
            one participant is given two sides.

        Notes
        -----
        Linear in votes; ids that are not small integers are sorted once.
        """
        who, people = _indices(participant, participants, "participant")
        what, subjects = _indices(statement, statements, "statement")
        said = _votes(vote)
        if not len(who) == len(what) == len(said):
            raise UnusableInputError(
                f"There are {len(who)} participants, {len(what)} statements and {len(said)} votes.",
                advice="Give one of each for every vote.",
            )
        if KINDS * len(subjects) > np.iinfo(np.int32).max:
            raise UnusableInputError(
                f"{len(subjects)} statements are more than can be counted.",
                advice="Give at most 700,000,000.",
            )
        starts, codes = _by_participant(who, what, said, len(people), len(subjects))
        side_of, sides = _sides_of_rows(side, who, len(people))
        return cls(people, subjects, starts, codes, side_of, sides)

    def with_sides(self, side_of: Mapping[Any, str]) -> Self:
        """Return the same votes with these sides, by participant id; who is not named has none."""
        names = tuple(sorted({str(name) for name in side_of.values()}))
        _check_number_of_sides(names)
        index = {name: place for place, name in enumerate(names)}
        found = np.full(len(self.participants), NO_SIDE, np.int8)
        for place, participant in enumerate(self.participants.tolist()):
            if participant in side_of:
                found[place] = index[str(side_of[participant])]
        return replace(self, side_of=found, sides=names)

    @property
    def n_participants(self) -> int:
        return len(self.participants)

    @property
    def n_statements(self) -> int:
        return len(self.statements)

    @property
    def n_votes(self) -> int:
        return len(self.codes)

    @cached_property
    def n_votes_of(self) -> Counts:
        """Votes cast by each participant, passes included; shape (n_participants,)."""
        return np.diff(self.starts)

    @cached_property
    def counts(self) -> Counts:
        """Disagree, pass and agree of each statement; shape (n_statements, 3)."""
        return np.bincount(self.codes, minlength=KINDS * self.n_statements).reshape(-1, KINDS)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of ids, votes and sides, the same for every order in which they were given."""
        found = hashlib.sha256(b"visavis-votes-1\n")
        for name, part in (
            ("participants", self.participants),
            ("statements", self.statements),
            ("starts", self.starts),
            ("codes", self.codes),
            ("sides", self.side_of),
        ):
            found.update(f"{name} {part.dtype.str} {len(part)}\n".encode())
            found.update(np.ascontiguousarray(part).data)
        found.update("\n".join(self.sides).encode())
        return found.hexdigest()

    def on(self, chosen: npt.NDArray[np.int64]) -> Self:
        """Return the votes on the statements with these indices, ascending, and no others."""
        code_of = np.full((self.n_statements, KINDS), -1, np.int32)
        code_of[chosen] = np.arange(KINDS * len(chosen), dtype=np.int32).reshape(-1, KINDS)
        codes, lengths = np.empty_like(self.codes), np.zeros(self.n_participants, np.int64)
        kept = 0
        for people, own in self.stretches():
            left = code_of.reshape(-1)[self.codes[own]]
            before = np.concatenate([[0], np.cumsum(left >= 0)])
            lengths[people] = np.diff(
                before[self.starts[people.start : people.stop + 1] - own.start]
            )
            codes[kept : kept + before[-1]] = left[left >= 0]
            kept += int(before[-1])
        starts = np.concatenate([[0], np.cumsum(lengths)])
        return replace(
            self, statements=self.statements[chosen], starts=starts, codes=codes[:kept].copy()
        )

    def stretches(self) -> Iterator[tuple[slice, slice]]:
        """Yield participants, and their votes, so many at a time that work on them takes little memory."""
        first = 0
        while first < self.n_participants:
            most = self.starts[first] + VOTES_SORTED_AT_ONCE
            last = max(int(np.searchsorted(self.starts, most, side="right")) - 1, first + 1)
            last = min(last, self.n_participants)
            yield slice(first, last), slice(int(self.starts[first]), int(self.starts[last]))
            first = last

    def among(self, statements: Ids) -> Self:
        """Return the same votes with more statements, ascending, that nobody here may have seen."""
        place = np.searchsorted(statements, self.statements).astype(np.int32)
        codes = KINDS * place[self.codes // KINDS] + self.codes % KINDS
        return replace(self, statements=statements, codes=codes.astype(np.int32))

    def selected(self, chosen: npt.NDArray[np.bool_]) -> Self:
        """Return the votes of the participants where ``chosen`` is true, statements unchanged."""
        lengths = self.n_votes_of
        starts = np.concatenate([[0], np.cumsum(lengths[chosen])]).astype(np.int64)
        return replace(
            self,
            participants=self.participants[chosen],
            starts=starts,
            codes=self.codes[np.repeat(chosen, lengths)],
            side_of=self.side_of[chosen],
        )


def _indices(given: npt.ArrayLike, every: npt.ArrayLike | None, name: str) -> tuple[Array, Ids]:
    """Return the place of each id among the sorted ids, and those."""
    ids = _ids(given, name)
    if every is None:
        return _places(ids)
    listed = np.unique(_ids(every, name))
    if not len(ids):
        return np.zeros(0, np.int32), listed
    if listed.dtype.kind != ids.dtype.kind:
        raise UnusableInputError(
            f"The {name} ids are partly numbers, partly texts.", advice="Give one kind."
        )
    places = np.searchsorted(listed, ids)
    known = places < len(listed)
    known[known] = listed[places[known]] == ids[known]
    if not known.all():
        stranger = ids[~known][0]
        raise UnusableInputError(
            f"The {name} {stranger} has a vote and is not among the {name}s.",
            advice=f"List every {name}, or leave the list out.",
        )
    return places.astype(np.int32), listed


def _ids(given: npt.ArrayLike, name: str) -> Ids:
    ids = np.asarray(given)
    if ids.ndim != 1:
        raise UnusableInputError(
            f"The {name} ids are no list.", advice="Give an array of one dimension."
        )
    if ids.dtype.kind in "US":
        return ids.astype(np.str_)
    if ids.dtype.kind == "O":
        kinds = {type(each) for each in ids.tolist()}
        if kinds == {str}:
            return ids.astype(np.str_)
        if kinds <= {int, np.int64, np.int32}:
            return ids.astype(np.int64)
    if ids.dtype.kind in "iu":
        return ids
    if not len(ids):
        return ids.astype(np.int64)
    if ids.dtype.kind == "f" and np.isfinite(ids).all() and (ids == np.floor(ids)).all():
        return ids.astype(np.int64)
    raise UnusableInputError(
        f"The {name} ids are neither whole numbers nor texts.", advice="Give one or the other."
    )


def _places(ids: Ids) -> tuple[Array, Ids]:
    """`np.unique` with places; linear where the ids are small whole numbers, as they nearly always are."""
    if len(ids) and ids.dtype.kind in "iu":
        least, most = int(ids.min()), int(ids.max())
        if most - least < 4 * len(ids) + 1024:
            offset = ids if least == 0 else ids - ids.dtype.type(least)
            present = np.zeros(most - least + 1, np.bool_)
            present[offset] = True
            values = np.flatnonzero(present) + least
            if len(values) == len(present):
                return offset.astype(np.int32, copy=False), values
            place = (np.cumsum(present) - 1).astype(np.int32)
            return place[offset], values
    values, places = np.unique(ids, return_inverse=True)
    if values.dtype.kind in "iu":
        values = values.astype(np.int64)
    return places.astype(np.int32), values


def _votes(given: npt.ArrayLike) -> npt.NDArray[np.int8]:
    votes = np.asarray(given)
    if votes.ndim != 1 or (votes.dtype.kind not in "iufb" and len(votes)):
        raise UnusableInputError(
            "The votes are no list of numbers.", advice="Give 1 agree, 0 pass, -1 disagree."
        )
    if votes.dtype == np.int8:
        wrong = (votes > AGREE) | (votes < DISAGREE)
    else:
        wrong = (votes != AGREE) & (votes != PASS) & (votes != DISAGREE)
    if wrong.any():
        place = int(np.flatnonzero(wrong)[0])
        raise UnusableInputError(
            f"Vote {place + 1} is {votes[place]}.",
            advice="A vote is 1 agree, 0 pass or -1 disagree.",
        )
    return votes.astype(np.int8, copy=False)


def _by_participant(
    who: Array, what: Array, said: npt.NDArray[np.int8], n_participants: int, n_statements: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int32]]:
    """Return the votes sorted by participant and statement, only the last of each pair.

    Participants are brought together by one counting sort, which keeps the order in which each voted;
    then each stretch of participants is sorted by itself, in little memory.
    """
    codes = what.astype(np.int32)
    codes *= KINDS
    codes += said
    codes += 1
    lengths = np.bincount(who, minlength=n_participants)
    if len(who) and (who[1:] < who[:-1]).any():
        codes = _brought_together(who, codes, n_participants)
    starts = np.zeros(n_participants + 1, np.int64)
    np.cumsum(lengths, out=starts[1:])
    kept, first = 0, 0
    while first < n_participants:
        last = int(np.searchsorted(starts, starts[first] + VOTES_SORTED_AT_ONCE, side="right")) - 1
        last = min(max(last, first + 1), n_participants)
        own, own_lengths = _sorted_stretch(
            codes[starts[first] : starts[last]], lengths[first:last], n_statements
        )
        codes[kept : kept + len(own)] = own  # never beyond what was read already
        lengths[first:last] = own_lengths
        kept, first = kept + len(own), last
    np.cumsum(lengths, out=starts[1:])
    return starts, codes if kept == len(codes) else codes[:kept].copy()


def _brought_together(who: Array, codes: Array, n_participants: int) -> npt.NDArray[np.int32]:
    """Return the codes by participant, each one's in the order they came; linear, unlike a sort."""
    a_row_for_each = sparse.csr_array(
        (codes, who.astype(np.int32, copy=False), np.arange(len(who) + 1, dtype=np.int32)),
        shape=(len(who), n_participants),
    )
    return np.asarray(a_row_for_each.tocsc().data)


def _sorted_stretch(
    codes: npt.NDArray[np.int32], lengths: Counts, n_statements: int
) -> tuple[npt.NDArray[np.int32], Counts]:
    """Return the codes of some participants in order of statements, re-votes gone, and how many are left."""
    width = KINDS * n_statements
    # Half as wide is sorted twice as fast, and nearly always wide enough.
    size = np.int32 if len(lengths) * width <= np.iinfo(np.int32).max else np.int64
    first_keys = width * np.arange(len(lengths), dtype=np.int64)
    rows = np.repeat(first_keys.astype(size), lengths)
    keys = rows + codes
    steps = np.diff(keys)
    are_in_order = bool((steps > 0).all())
    if not are_in_order:
        in_order = np.sort(keys)
        steps = np.diff(in_order)
    else:
        in_order = keys
    near = np.flatnonzero(
        steps < KINDS
    )  # the same pair is at most two apart; most of these are not
    if not (in_order[near] // KINDS == in_order[near + 1] // KINDS).any():
        return codes if are_in_order else (in_order - rows).astype(np.int32, copy=False), lengths
    order = np.argsort(keys // KINDS, kind="stable")
    pairs = (keys // KINDS)[order]
    is_last = np.append(pairs[1:] != pairs[:-1], True)
    left = keys[order][is_last]
    return (left % width).astype(np.int32), np.bincount(left // width, minlength=len(lengths))


def _sides_of_rows(
    side: npt.ArrayLike | None, who: Array, n_participants: int
) -> tuple[npt.NDArray[np.int8], tuple[str, ...]]:
    side_of = np.full(n_participants, NO_SIDE, np.int8)
    if side is None:
        return side_of, ()
    given = np.asarray(side)
    if given.shape != who.shape:
        raise UnusableInputError(
            f"There are {given.size} sides for {len(who)} votes.", advice="Give one for every vote."
        )
    values, place = np.unique(_side_names(given), return_inverse=True)
    named = values != ""
    names = tuple(values[named].tolist())
    _check_number_of_sides(names)
    index = np.full(len(values), NO_SIDE, np.int8)
    index[named] = np.arange(len(names))
    of_row = index[place]
    side_of[who] = of_row
    if (side_of[who] != of_row).any():
        contradicted = int(np.flatnonzero(side_of[who] != of_row)[0])
        raise UnusableInputError(
            f"The participant of vote {contradicted + 1} stands on two sides.",
            advice="Give everybody one side, or none.",
        )
    return side_of, names


def _side_names(given: Array) -> Array:
    """Return sides as texts, "" for none."""
    if given.dtype.kind in "iub":
        return np.where(given.astype(np.int64) < 0, "", given.astype(np.str_))
    if given.dtype.kind == "f":
        none = ~np.isfinite(given) | (given < 0)
        return np.where(none, "", np.where(none, 0, given).astype(np.int64).astype(np.str_))
    return np.array(
        ["" if _is_missing(each) else str(each).strip() for each in given.tolist()],
        dtype=np.str_,
    )


def _is_missing(given: Any) -> bool:
    return given is None or (isinstance(given, float) and math.isnan(given))


def _check_number_of_sides(names: Sequence[str]) -> None:
    if len(names) > MOST_SIDES:
        raise UnusableInputError(
            f"There are {len(names)} sides.",
            advice=f"Name at most {MOST_SIDES}; is this the right column?",
        )
