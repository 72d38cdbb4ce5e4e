"""The examples in the docstrings are true."""

import doctest
import pkgutil
from importlib import import_module

import pytest

from visavis import opinion

MODULES = sorted(
    each.name for each in pkgutil.walk_packages(opinion.__path__, f"{opinion.__name__}.")
)


@pytest.mark.parametrize("module", MODULES)
def test_every_example_gives_what_it_says(module: str) -> None:
    assert doctest.testmod(import_module(module)).failed == 0


def test_there_are_examples() -> None:
    assert sum(doctest.testmod(import_module(module)).attempted for module in MODULES) >= 10
