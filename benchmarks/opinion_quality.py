"""How much of the planted truth was found. Imports numpy alone: the peer's environment runs it too."""

from pathlib import Path
from typing import Any

import numpy as np


def quality(path: Path, *, groups: Any, sides: Any, score: Any) -> dict[str, float]:
    """Return what share of the ceiling was reached, and the AUC of common ground; nothing for real votes.

    ``sides`` and ``score`` may be None. Participants and statements are in the order of their ids, which
    planted votes number from 0.
    """
    known = path.with_suffix(".npz")
    if not known.exists():
        return {}
    truth = np.load(known)
    found = {
        "groups": alike(truth["group"], groups) / alike(truth["group"], truth["ceiling"]),
    }
    if sides is not None:
        found["sides"] = alike(truth["side"], sides) / alike(truth["side"], truth["ceiling"] // 3)
    if score is not None:
        found["common"] = area_under_curve(truth["is_common"], score)
    return found


def alike(one: Any, other: Any) -> float:
    """Return the adjusted Rand index of two divisions: 1 where they are the same, 0 by chance.

    L. Hubert and P. Arabie (1985), https://doi.org/10.1007/BF01908075.
    """
    one, other = (np.unique(each, return_inverse=True)[1] for each in (one, other))
    table = np.bincount(one * (int(other.max()) + 1) + other).astype(float)
    both, left, right = (
        float((n * (n - 1) / 2).sum()) for n in (table, np.bincount(one), np.bincount(other))
    )
    expected = left * right / (len(one) * (len(one) - 1) / 2)
    return (both - expected) / ((left + right) / 2 - expected)


def area_under_curve(is_so: Any, score: Any) -> float:
    """Return the chance that a statement that is so scores higher than one that is not; ties count half."""
    values, place = np.unique(np.nan_to_num(score, nan=-np.inf), return_inverse=True)
    so, not_so = np.bincount(place, is_so, len(values)), np.bincount(place, ~is_so, len(values))
    below = np.cumsum(not_so) - not_so
    return float((so * (below + not_so / 2)).sum() / (so.sum() * not_so.sum()))
