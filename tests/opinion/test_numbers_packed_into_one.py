"""Several numbers that travel in one are added up as each would be alone."""

import numpy as np
import pytest
from scipy import sparse

from visavis.opinion.exact import Multiples

WHOLE = np.random.default_rng(1)


@pytest.mark.parametrize("most", [1, 900, 2**20, 2**40], ids=["ten in one", "five", "two", "alone"])
@pytest.mark.parametrize("least", [0, -1, 1], ids=["from 0", "below and above 0", "down from 0"])
def test_lanes_do_not_run_into_each_other(most: int, least: int) -> None:
    low, high = {0: (0, most), -1: (-most, most), 1: (-most, 0)}[least]
    numbers = WHOLE.integers(low, high, (40, 7), endpoint=True)
    numbers[:, 3], numbers[:, 4] = high, low  # the fullest lane beside the emptiest
    who = sparse.csr_array((WHOLE.random((9, 40)) < 0.5).astype(np.int64))
    n_terms = int(who.sum(axis=1).max())
    sums = Multiples.of(numbers * 0.25, 0.25).summed(who, n_terms)
    assert np.array_equal(sums, (who @ numbers) * 0.25)


def test_no_numbers_have_sums_too() -> None:
    who = sparse.csr_array(np.ones((3, 2), np.int64))
    assert Multiples.of(np.zeros((2, 0)), 1.0).summed(who, 2).shape == (3, 0)
