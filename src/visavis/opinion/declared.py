"""What bodies of people voted: the sides as they were declared, or any other division of the participants."""

import numpy as np
import numpy.typing as npt

from .exact import Multiples
from .passes import Block, Here, Sums
from .result import Sides, Tally
from .votes import KINDS, Votes

EVERYBODY = "all"


def declared_sides(votes: Votes) -> Sides:
    """Return the sides that were declared; where none were, one of everybody, named "all"."""
    names = votes.sides or (EVERYBODY,)
    side = votes.side_of if votes.sides else np.zeros(votes.n_participants, np.int8)
    sizes = np.bincount(side[side >= 0], minlength=len(names))
    return Sides(names, bool(votes.sides), side, sizes, tally_of(votes, side, n_bodies=len(names)))


def tally_of(votes: Votes, body_of: npt.NDArray[np.signedinteger], *, n_bodies: int) -> Tally:
    """Return how each body voted; participants whose ``body_of`` is negative are in none."""
    (sums,) = Here.of(votes).total(_by_body, n_bodies, rows=(body_of,))
    return Tally(sums.T.reshape(n_bodies, votes.n_statements, KINDS).astype(np.int64))


def _by_body(block: Block, n_bodies: int, body_of: npt.NDArray[np.signedinteger]) -> Sums:
    return (block.scattered(Multiples.of(body_of[:, None] == np.arange(n_bodies), 1.0)),)
