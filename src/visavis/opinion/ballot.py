"""A ballot as the default method sees it: the votes that count, wherever they are."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .passes import Parts
from .votes import Counts, Ids, Votes


@dataclass(frozen=True, eq=False)
class Ballot:
    """The votes on the statements that count, wherever they are, and what they are called.

    Attributes
    ----------
    parts : Parts
        Votes on the statements that somebody has seen and no moderator has rejected.
    picked : function
        Returns the votes of the participants where a mask is true, brought here.
    participants, statements : arrays of ids
        Of everybody, and of all statements.
    counting : int64 array
        The statements that count, as indices into ``statements``.
    side_of : int8 array of shape (n_participants,)
    sides : tuple of str
    n_votes_of : int64 array of shape (n_participants,)
    n_votes : int
        All votes, those on rejected statements too.
    digest : str
    """

    parts: Parts
    picked: Callable[[npt.NDArray[np.bool_]], Votes]
    participants: Ids
    statements: Ids
    counting: npt.NDArray[np.int64]
    side_of: npt.NDArray[np.int8]
    sides: tuple[str, ...]
    n_votes_of: Counts
    n_votes: int
    digest: str
