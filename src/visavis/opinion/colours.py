"""Names for participants and statements that come from the votes alone.

A computation needs arbitrary choices: where to start, which votes to hold out, what comes first. Here
each is drawn from a *colour*, a number made of how somebody voted, and how those voted who saw the
same statements (two rounds of colour refinement; Weisfeiler and Leman, 1968). Who stands where in a
list, and under which id, changes no colour; people who voted exactly alike have the same one.
"""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np
import numpy.typing as npt

from .exact import Multiples
from .passes import Block, Parts, Sums
from .votes import KINDS, Counts, Floats

Colours = npt.NDArray[np.uint64]

_BITS_FOR_VOTERS = 22  # so that sums over a thousand million voters stay exact in a double
_BITS_FOR_VOTES = 38


@dataclass(frozen=True, eq=False)
class Colouring:
    """Colours of all participants, shape (n_participants,), and all statements, (n_statements,)."""

    participants: Colours
    statements: Colours

    def of(self, chosen: npt.NDArray[np.bool_]) -> Self:
        """Return the colours of the participants where ``chosen`` is true, and all statements'."""
        return replace(self, participants=self.participants[chosen])


def colouring(parts: Parts, counts: Counts) -> Colouring:
    """Return the colours. Three passes of one number each."""
    by_counts = np.zeros(len(counts), np.uint64)
    for kind in range(KINDS):
        by_counts = mixed(by_counts ^ counts[:, kind].astype(np.uint64))
    sums = parts.total(_colours_of_voters, _table(by_counts))[0]
    by_voters = by_counts
    for place in range(sums.shape[1]):
        for kind in range(KINDS):
            by_voters = mixed(by_voters ^ sums[kind::KINDS, place].astype(np.uint64))
    (participants,) = parts.joined(_colours_of_participants, _table(by_voters))
    return Colouring(participants.view(np.uint64), by_voters)


def mixed(values: Colours) -> Colours:
    """Return each number's bits thoroughly mixed: splitmix64 (Steele, Lea and Flood, 2014)."""
    values = values + np.uint64(0x9E3779B97F4A7C15)
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))


def drawn(colours: Colours, draw: int) -> Floats:
    """Return a number in [0, 1) for each colour, another for each ``draw``: chance that repeats itself."""
    return _top_bits(mixed(colours ^ mixed(np.full(1, draw, np.uint64))), 53) / 2.0**53


def _table(of_statements: Colours) -> Multiples:
    """Return a number for each (statement, kind) whose sums over a participant's votes are exact."""
    kinds = np.arange(KINDS, dtype=np.uint64)
    bits = _top_bits(mixed(of_statements[:, None] ^ mixed(kinds)), _BITS_FOR_VOTES)
    return Multiples.of(bits.reshape(-1, 1), 1.0)


def _top_bits(values: Colours, n_bits: int) -> Floats:
    return (values >> np.uint64(64 - n_bits)).astype(np.float64)


def _of_participants(block: Block, table: Multiples) -> Colours:
    return mixed(block.gathered(table)[:, 0].astype(np.uint64))


def _colours_of_participants(block: Block, table: Multiples) -> Sums:
    return (_of_participants(block, table).view(np.float64),)


def _colours_of_voters(block: Block, table: Multiples) -> Sums:
    colours = _of_participants(block, table)
    halves = [_top_bits(colours, _BITS_FOR_VOTERS), _top_bits(mixed(colours), _BITS_FOR_VOTERS)]
    return (block.scattered(Multiples.of(np.stack(halves, axis=1), 1.0)),)
