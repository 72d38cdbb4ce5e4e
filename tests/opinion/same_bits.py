"""Comparing two maps to the last bit, one of them perhaps renumbered."""

from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np

from visavis.opinion.result import OpinionMap


def assert_same(one: OpinionMap, other: OpinionMap, *, but: tuple[str, ...] = ()) -> None:
    """Fail unless every number of the two maps has the same bits; ``but`` names fields that may differ."""
    _assert_same(one, other, "map", but)


def _assert_same(one: Any, other: Any, place: str, but: tuple[str, ...]) -> None:
    assert type(one) is type(other), place
    if is_dataclass(one):
        for field in fields(one):
            if field.name not in but:
                inside = f"{place}.{field.name}"
                _assert_same(getattr(one, field.name), getattr(other, field.name), inside, but)
    elif isinstance(one, np.ndarray):
        assert one.dtype == other.dtype, place
        assert one.shape == other.shape, place
        assert one.tobytes() == other.tobytes(), place
    elif isinstance(one, tuple):
        assert len(one) == len(other), place
        for number, (left, right) in enumerate(zip(one, other, strict=True)):
            _assert_same(left, right, f"{place}[{number}]", but)
    else:
        assert one == other, place
