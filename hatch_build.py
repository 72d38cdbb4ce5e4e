"""Compile the catalogues of the interface into every wheel: without them a site speaks English alone.

A checkout holds their sources only, and the package that compiles them elsewhere is not installed while it
is built. So this asks for nothing but what reads a catalogue.
"""

from pathlib import Path
from typing import Any

import polib
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CustomBuildHook(BuildHookInterface):
    """What hatchling calls before it gathers the files of a wheel."""

    def initialize(self, _version: str, _build_data: dict[str, Any]) -> None:
        sources = sorted(Path(self.root).glob("src/visavis/locale/*/LC_MESSAGES/django.po"))
        if not sources:
            raise FileNotFoundError("the catalogues of the interface are not here")
        for source in sources:
            source.with_suffix(".mo").write_bytes(polib.pofile(str(source)).to_binary())
