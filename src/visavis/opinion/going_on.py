"""Going on from an earlier map when more votes have come, so that a map that people look at does not jump.

Groups keep their numbers and axes their directions; the groups' opinions move by one round of EM. What
comes out is near the map made from nothing, and a fraction of its cost; make that one now and then.
"""

import numpy as np

from .axes import Axes, mean_votes
from .ballot import Ballot
from .grouping import Found
from .mixture import Fits
from .problems import UnusableInputError
from .result import OpinionMap
from .votes import Counts, Floats


def going_on(start: OpinionMap, ballot: Ballot, counts: Counts, mean: Floats) -> tuple[Found, Axes]:
    """Return the groups and axes of an earlier map for the statements that count now.

    A statement that is new begins with the whole ballot's opinion in every group, and without weight in the
    plane.

    Raises
    ------
    UnusableInputError
        If the earlier map has no model, or other sides were declared.
    """
    model = start.model
    if model is None:
        raise UnusableInputError(
            f"A map of the method {start.method.value} cannot be gone on from.",
            advice="Start from one of the default method.",
        )
    declared = ballot.sides if start.sides.declared else ()
    if declared != ballot.sides or (declared and declared != start.sides.names):
        raise UnusableInputError(
            "The earlier map has other sides than this ballot.", advice="Make the map from nothing."
        )
    counting = ballot.statements[ballot.counting]
    place = np.searchsorted(start.statements, counting)
    known = place < len(start.statements)
    known[known] = start.statements[place[known]] == counting[known]
    agreement = np.repeat(mean[:, None], start.groups.n_groups, axis=1)
    earlier = model.agreement[place[known]]
    agreement[known] = np.where(np.isnan(earlier), agreement[known], earlier)
    weights = np.zeros((len(counting), 2))
    weights[known] = start.positions.of_statement[place[known]]
    fits = Fits.of(agreement[:, None, :], model.weights[:, None, :])
    found = Found(
        fits, model.side_of_group, start.sides.names, start.sides.declared, start.groups.curves
    )
    means = mean_votes(counts, with_passes=True)
    return found, Axes(weights, means, start.positions.explained, with_passes=True)
