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

from .exact import Words
from .passes import Block, Parts, Sums
from .votes import KINDS, Counts, Floats

Colours = npt.NDArray[np.uint64]


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
    (sums,) = parts.total(_colours_of_voters, _of_votes(by_counts))
    by_voters = by_counts
    for kind in range(KINDS):
        by_voters = mixed(by_voters ^ sums[kind::KINDS].view(np.uint64))
    (participants,) = parts.joined(_colours_of_participants, _of_votes(by_voters))
    return Colouring(participants, by_voters)


def mixed(values: Colours) -> Colours:
    """Return each number's bits thoroughly mixed: splitmix64 (Steele, Lea and Flood, 2014)."""
    values = values + np.uint64(0x9E3779B97F4A7C15)
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))


def drawn(colours: Colours, draw: int) -> Floats:
    """Return a number in [0, 1) for each colour, another for each ``draw``: chance that repeats itself."""
    bits = mixed(colours ^ mixed(np.full(1, draw, np.uint64)))
    return (bits >> np.uint64(11)).astype(np.float64) / 2.0**53


def _of_votes(of_statements: Colours) -> Words:
    """Return a number for each (statement, kind)."""
    kinds = np.arange(KINDS, dtype=np.uint64)
    return mixed(of_statements[:, None] ^ mixed(kinds)).reshape(-1).view(np.int64)


# Whole numbers of 64 bits are added up without what overflows, in whatever order the same.


def _colours_of_participants(block: Block, of_votes: Words) -> tuple[Colours]:
    return (mixed((block.matrix @ of_votes).view(np.uint64)),)


def _colours_of_voters(block: Block, of_votes: Words) -> Sums:
    (colours,) = _colours_of_participants(block, of_votes)
    return (block.transposed @ colours.view(np.int64),)
