"""Numbers whose sums are exact: multiples of a power of two, added up as whole numbers.

A sparse product with one number a vote takes a fraction of the time of one with several. So several small
numbers travel side by side in one whole number of 64 bits, a *word*, each in a lane wide enough for its sum:

    word = lane 0 + 2^b × lane 1 + 2^2b × lane 2 + …

How many fit depends on how long the sums are; no sum does. However they are packed, they have the same bits.
"""

import math
from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np
import numpy.typing as npt
from scipy import sparse

from .votes import Floats

BITS = 52
"""Bits of a double's fraction: sums of multiples of u are exact while they stay below u × 2^52."""
WORD = 63
"""Bits of a whole number of 64 that hold lanes; the last is a sign."""

Words = npt.NDArray[np.int64]


def unit_for(bound: float) -> float:
    """Return the power of two whose multiples add up exactly as long as sums stay below ``bound``."""
    return 2.0 ** (math.ceil(math.log2(max(bound, 1.0))) - BITS)


def rounded(values: Floats, unit: float) -> Floats:
    """Return ``values`` as multiples of ``unit``, a power of two."""
    return np.rint(values / unit) * unit


@dataclass(frozen=True, eq=False)
class Multiples:
    """Some numbers for each of many rows, whose sums over rows are wanted.

    Attributes
    ----------
    whole : int64 array of shape (n_lanes, n_rows)
        The numbers divided by their unit; all of one sign, or of both.
    unit : float
        A power of two; or less than 0, where whole numbers stand for numbers below 0.
    most : int
        The largest amount among ``whole``.
    signed : bool
        Whether some of ``whole`` are below 0.
    """

    whole: Words
    unit: float
    most: int
    signed: bool
    _packed: dict[int, list[Words]] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, values: npt.NDArray[Any], unit: float) -> Self:
        """Return the multiples of ``unit`` nearest to ``values``, which have the shape (n_rows, n_lanes)."""
        whole = np.rint(np.multiply(values.T, 1.0 / unit, order="C")).astype(np.int64)
        least, most = int(whole.min(initial=0)), int(whole.max(initial=0))
        if least < 0 and not most:
            return cls(np.negative(whole, out=whole), -unit, -least, signed=False)
        return cls(whole, unit, max(-least, most), signed=least < 0)

    def summed(
        self, matrix: sparse.sparray, n_terms: int, dtype: npt.DTypeLike = np.float64
    ) -> npt.NDArray[Any]:
        """Return matrix × numbers, exact while it stays below 2^52 units; shape (n_sums, n_lanes).

        Parameters
        ----------
        matrix : sparse int64 array of shape (n_sums, n_rows)
            1 where a row belongs to a sum.
        n_terms : int
            As many rows as one sum has at most.
        dtype
            Of the sums: single precision where they are not added up any further.
        """
        n_lanes = len(self.whole)
        found = np.empty((n_lanes, matrix.shape[0]), dtype)
        n_bits = (n_terms * self.most).bit_length() + self.signed
        in_word = max(WORD // max(n_bits, 1), 1)
        for first, word in zip(range(0, n_lanes, in_word), self._words(in_word), strict=True):
            self._unpack(matrix @ word, found[first : first + in_word], WORD // in_word)
        found *= self.unit
        return found.T

    def _unpack(self, sums: Words, lanes: npt.NDArray[Any], n_bits: int) -> None:
        """Write the lanes that travelled in a word into rows of their own; uses ``sums`` up."""
        *lower, last = lanes
        for lane in lower:
            if self.signed:
                own = (sums << (64 - n_bits)) >> (64 - n_bits)
                sums -= own
            else:
                own = sums & ((1 << n_bits) - 1)
            lane[:] = own
            sums >>= n_bits
        last[:] = sums

    def _words(self, in_word: int) -> list[Words]:
        """Return the words, made once: many blocks ask for the same."""
        if in_word not in self._packed:
            words = []
            for first in range(0, len(self.whole), in_word):
                *lower, word = self.whole[first : first + in_word]
                for lane in reversed(lower):
                    word = (word << (WORD // in_word)) + lane
                words.append(word)
            self._packed[in_word] = words
        return self._packed[in_word]
