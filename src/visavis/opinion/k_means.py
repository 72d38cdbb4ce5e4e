"""k-means in the plane as Polis runs it, from starts that depend on nobody's place in a list."""

from dataclasses import dataclass

import numpy as np

from .exact import rounded, unit_for
from .result import Indices
from .votes import Counts, Floats

NEAR_ENOUGH = 0.01
"""The search ends when no centre has moved this far."""

POINTS_AT_ONCE = 256
ROUNDING = 1e-9


@dataclass(frozen=True, eq=False)
class Clusters:
    """Points in the plane, each given to one of some centres.

    Attributes
    ----------
    of_point : int64 array of shape (n_points,)
        0 to n_clusters − 1.
    centres : float array of shape (n_clusters, 2)
        Weighted mean of each cluster's points.
    """

    of_point: Indices
    centres: Floats

    def __len__(self) -> int:
        return len(self.centres)


def clustered(points: Floats, weights: Counts, start: Floats, *, most_moves: int) -> Clusters:
    """Return the points in at most as many clusters as there are centres to start from.

    Parameters
    ----------
    points : float array of shape (n_points, 2)
    weights : int64 array of shape (n_points,)
        How many people each point stands for.
    start : float array of shape (n_clusters, 2)
        Centres to begin with; one that no point is nearest to is dropped.
    most_moves : int
        How often the centres may move.

    Notes
    -----
    Lloyd's rounds until every centre moves by less than 0.01. A point as near to two centres goes to the
    first. At most points × clusters × rounds; less, since most points soon stay where they are.

    References
    ----------
    S. Lloyd (1982), Least squares quantization in PCM, https://doi.org/10.1109/TIT.1982.1056489.
    compdemocracy/polis, math/src/polismath/math/clusters.clj: the end and the empty clusters.

    Examples
    --------
    >>> points = np.array([[0.0, 0.0], [4.0, 0.0], [0.0, 1.0]])
    >>> found = clustered(points, np.array([1, 1, 3]), points[:2], most_moves=20)
    >>> found.of_point.tolist(), found.centres.tolist()
    ([0, 1, 0], [[0.0, 0.75], [4.0, 0.0]])
    """
    # Rounded so that a mean is the same in whatever order its points stand.
    exact = rounded(points, unit_for(float(weights.sum() * np.abs(points).max(initial=0.0))))
    centres = start
    nearest, lead = np.zeros(len(points), np.int64), np.full(len(points), -np.inf)
    for _ in range(most_moves):
        # Whose nearest centre leads by more than the centres have moved since cannot have changed it.
        doubtful = np.flatnonzero(lead <= ROUNDING)
        nearest[doubtful], lead[doubtful] = nearest_centres(exact[doubtful], centres)
        mass = np.bincount(nearest, weights, minlength=len(centres))
        kept = mass > 0
        moved = _sums(exact, weights, nearest, len(centres))[kept] / mass[kept, None]
        distances = np.hypot(*(moved - centres[kept]).T)
        nearest = (np.cumsum(kept) - 1)[nearest]
        centres = moved
        if kept.all() and distances.max(initial=0.0) < NEAR_ENOUGH:
            break
        lead -= distances[nearest] + distances.max(initial=0.0)
    return Clusters(nearest, centres)


def _sums(points: Floats, weights: Counts, of_point: Indices, n_clusters: int) -> Floats:
    """Return the weighted sum of each cluster's points; shape (n_clusters, 2)."""
    return np.column_stack(
        [np.bincount(of_point, weights * axis, minlength=n_clusters) for axis in points.T]
    )


def nearest_centres(points: Floats, centres: Floats) -> tuple[Indices, Floats]:
    """Return the centre nearest to each point, the first of several, and how much further the next is."""
    nearest, lead = np.empty(len(points), np.int64), np.empty(len(points))
    for first in range(0, len(points), POINTS_AT_ONCE):  # few enough for a processor's cache
        own = slice(first, first + POINTS_AT_ONCE)
        across = points[own, :1] - centres[:, 0]
        up = points[own, 1:] - centres[:, 1]
        squares = np.add(np.square(across, out=across), np.square(up, out=up), out=across)
        nearest[own] = squares.argmin(axis=1)
        rows = np.arange(len(squares))
        smallest = squares[rows, nearest[own]]
        squares[rows, nearest[own]] = np.inf
        lead[own] = np.sqrt(squares.min(axis=1)) - np.sqrt(smallest)
    return nearest, lead


def spaced_points(points: Floats, n: int) -> Floats:
    """Return at most ``n`` different points, evenly spaced in the order from left to right.

    >>> spaced_points(np.array([[3.0, 0.0], [1.0, 0.0], [2.0, 0.0], [1.0, 0.0]]), 2).tolist()
    [[1.0, 0.0], [3.0, 0.0]]
    """
    different = np.unique(points + 0.0, axis=0)  # sorted; −0 is 0
    places = np.linspace(0, len(different) - 1, min(n, len(different)))
    return np.asarray(different[np.rint(places).astype(np.int64)])


def means_of_slices(points: Floats, weights: Counts, n: int) -> Floats:
    """Return the means of at most ``n`` slices from left to right that stand for equally many people.

    >>> means_of_slices(np.array([[3.0, 0.0], [1.0, 0.0], [2.0, 0.0]]), np.array([2, 1, 1]), 2).tolist()
    [[1.5, 0.0], [3.0, 0.0]]
    """
    order = np.lexsort(points.T[::-1])
    in_order, mass = points[order], weights[order]
    middles = (np.cumsum(mass) - mass / 2) / max(int(mass.sum()), 1)
    of_point = np.minimum((middles * n).astype(np.int64), n - 1)
    total = np.bincount(of_point, mass, minlength=n)
    sums = _sums(in_order, mass, of_point, n)
    return np.asarray(sums[total > 0] / total[total > 0, None])


def silhouette(distances: Floats, of_point: Indices) -> float:
    """Return how much nearer points are to their own cluster than to the next, on average.

    Parameters
    ----------
    distances : float array of shape (n_points, n_points)
        Between every two points.
    of_point : int64 array of shape (n_points,)
        Cluster of each point, 0 to n_clusters − 1, none empty.

    Returns
    -------
    float
        −1 to 1; 1 is far apart and dense, 0 on the border. A point alone in its cluster counts 0. nan for
        one cluster or none.

    Notes
    -----
    Of each point, (b − a) / max(a, b), a being its mean distance to the others of its cluster, b the smallest
    mean distance to another cluster. Quadratic in points, which are base clusters here, at most a hundred.

    References
    ----------
    P. J. Rousseeuw (1987), Silhouettes, https://doi.org/10.1016/0377-0427(87)90125-7.

    Examples
    --------
    Points at 0, 1 and 4, the last alone: (4 − 1) / 4, (3 − 1) / 3 and 0.

    >>> at = np.array([0.0, 1.0, 4.0])
    >>> round(silhouette(np.abs(at[:, None] - at), np.array([0, 0, 1])), 4)
    0.4722
    """
    n_clusters = int(of_point.max(initial=-1)) + 1
    if n_clusters < 2:
        return float("nan")
    belongs = (of_point[:, None] == np.arange(n_clusters)).astype(np.float64)
    sizes = belongs.sum(axis=0)
    to_clusters = distances @ belongs
    own = np.arange(len(of_point)), of_point
    within = to_clusters[own] / np.maximum(sizes[of_point] - 1, 1)
    to_others = to_clusters / sizes
    to_others[own] = np.inf
    beside = to_others.min(axis=1)
    larger = np.maximum(within, beside)
    has_company = (sizes[of_point] > 1) & (larger > 0)
    each = np.divide(beside - within, larger, out=np.zeros(len(of_point)), where=has_company)
    return float(each.mean())
