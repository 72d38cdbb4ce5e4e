"""Many small whole numbers out of lines of bytes, exactly and without a Python object for each."""

import numpy as np
import numpy.typing as npt

COMMA, LINE_END, MINUS, ZERO = b",\n-0"
MOST_DIGITS = 18
"""What surely fits in 64 bits."""


def bounds(buffer: npt.NDArray[np.uint8]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return where each field starts and ends, in bytes; every line ends with LF."""
    ends = np.flatnonzero((buffer == COMMA) | (buffer == LINE_END))
    starts = np.empty_like(ends)
    starts[:1] = 0
    starts[1:] = ends[:-1] + 1
    return starts, ends


def whole_numbers(
    buffer: npt.NDArray[np.uint8],
    starts: npt.NDArray[np.int64],
    ends: npt.NDArray[np.int64],
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
    """Return the numbers that stand between these bounds, and which of them are numbers.

    A number is an optional minus and 1 to `MOST_DIGITS` digits, nothing else: no plus, point, space.
    Each step takes one digit of every field: linear in the longest field times their number.

    >>> buffer = np.frombuffer(b"12,-3,x,,", np.uint8)
    >>> numbers, right = whole_numbers(buffer, *bounds(buffer))
    >>> numbers.tolist(), right.tolist()
    ([12, -3, 0, 0], [True, True, False, False])
    """
    if not len(starts):
        return np.zeros(0, np.int64), np.zeros(0, np.bool_)
    negative = buffer[starts] == MINUS
    first = starts + negative
    lengths = ends - first
    right = (lengths >= 1) & (lengths <= MOST_DIGITS)
    numbers = np.zeros(len(starts), np.int64)
    for place in range(int(lengths[right].max(initial=0))):
        here = right & (place < lengths)
        every = bool(here.all())
        digit = buffer[first + place if every else np.where(here, first + place, 0)] - np.uint8(
            ZERO
        )
        if every:
            right &= digit <= 9
            numbers *= 10
            numbers += digit
        else:
            right &= ~here | (digit <= 9)
            numbers = np.where(here, numbers * 10 + digit, numbers)
    numbers[negative] *= -1
    numbers[~right] = 0
    return numbers, right
