"""Numbers whose sums are exact: multiples of a power of two, few enough bits apart."""

import math

import numpy as np

from .votes import Floats

BITS = 52
"""Bits of a double's fraction: sums of multiples of u are exact while they stay below u × 2^52."""


def unit_for(bound: float) -> float:
    """Return the power of two whose multiples add up exactly as long as sums stay below ``bound``."""
    return 2.0 ** (math.ceil(math.log2(max(bound, 1.0))) - BITS)


def rounded(values: Floats, unit: float) -> Floats:
    """Return ``values`` as multiples of ``unit``, a power of two."""
    return np.rint(values / unit) * unit
