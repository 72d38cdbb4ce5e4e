"""The plane of Polis' picture: a pass is 0, the axes are found to the end, and few votes stretch further."""

import numpy as np

from .axes import principal_axes
from .colours import colouring
from .passes import Here, gathered
from .result import Indices, Positions
from .votes import Votes

TOLERANCE = 1e-7
"""Sine of the angle by which an axis may be wrong."""
MOST_ROUNDS = 200


def positions_on(votes: Votes, counting: Indices, *, n_for_everybody: int = 0) -> Positions:
    """Return the picture that these statements make, gaps filled with the statement's mean.

    Parameters
    ----------
    votes : Votes
    counting : int64 array
        The statements that count, as indices, each seen by somebody. Others weigh 0.
    n_for_everybody : int
        Statements besides on which everybody is taken to have voted what nobody can differ from: they only
        change the stretch, √((statements + these) / (own votes + these)).

    Notes
    -----
    Exact up to the tolerance: the truncated singular value decomposition of the sparse matrix of v − mean,
    which is that of the full matrix with its means taken away. No full matrix is made. Where two axes carry
    equally much, their plane is determined and the axes in it are not.
    """
    counted = votes.on(counting)
    parts = Here.of(counted)
    axes = principal_axes(
        parts,
        counted.counts,
        colouring(parts, counted.counts).statements,
        n_axes=2,
        with_passes=True,
        tolerance=TOLERANCE,
        most_rounds=MOST_ROUNDS,
    )
    (projected,) = parts.joined(gathered, axes.table)
    n_own = counted.n_votes_of + n_for_everybody
    stretch = np.sqrt((len(counting) + n_for_everybody) / np.maximum(n_own, 1))
    weights = np.zeros((votes.n_statements, 2))
    weights[counting] = axes.weights
    return Positions(projected * stretch[:, None], weights, axes.explained)
