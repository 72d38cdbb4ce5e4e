"""What was read from files: votes, and what came with them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from .votes import Votes


@dataclass(frozen=True, eq=False)
class Reading:
    """The votes of a ballot and what its files say besides.

    Attributes
    ----------
    votes : Votes
    rejected : bool array of shape (n_statements,)
        Statements that a moderator rejected.
    texts : mapping from statement id to str
        What each statement says; empty where the files have no words.
    polis_groups : int64 array of shape (n_participants,), or None
        The groups that Polis itself exported, −1 for who has none; None where the files have no groups.
    assumptions : tuple of str
        What the files left open and how it was read, in plain sentences; also what was left out.
    """

    votes: Votes
    rejected: npt.NDArray[np.bool_]
    texts: Mapping[Any, str]
    polis_groups: npt.NDArray[np.int64] | None = None
    assumptions: tuple[str, ...] = ()
