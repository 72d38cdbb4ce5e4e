"""The engine is tried without the rooms' rules: what they refuse has tests of its own, room by room."""

from dataclasses import replace
from typing import Any

import pytest

from visavis.kinds.acts import never
from visavis.kinds.installed import installed
from visavis.kinds.kind import Kinds


@pytest.fixture(autouse=True)
def _no_rules_of_rooms(settings: Any) -> None:
    now = installed()
    settings.KINDS = Kinds([replace(kind, why_not=never) for kind in now.every], now.lists)
