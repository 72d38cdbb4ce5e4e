"""An import killed at any instant leaves the whole draft, or nothing."""

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from visavis.record import draft_boxes

pytestmark = pytest.mark.journey
N_KILLS = 12

FOUND = """
import os, sys
sys.path.insert(0, os.environ["TESTS"])
import django
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
import cast
from visavis.base.data import make_private, data_directory
cast.found(cast.a_charter(languages=("az", "hy", "en")), today=cast.DAY)
"""


# The program as it is, at a desk whose reading key the test knows.
IMPORT = """
import os, sys
sys.path.insert(0, os.environ["TESTS"])
import django
django.setup()
import reading
from visavis.__main__ import main
from visavis.sides import desk_keys
desk_keys.newest = reading.public
main()
"""


TITLES = {"az": "Ad", "hy": "Վերնագիր", "en": "Title"}


def files(folder: Path) -> list[Path]:
    made = []
    for language in ("az", "hy", "en"):
        sections = [
            {"heading": f"{n}", "paragraphs": [f"{language} {n} {'söz ' * 30}"] * 3}
            for n in range(60)
        ]
        path = folder / f"{language}.json"
        path.write_text(
            json.dumps({"language": language, "title": TITLES[language], "sections": sections})
        )
        made.append(path)
    return made


def drafts(data: Path) -> list[Mapping[str, Any]]:
    with sqlite3.connect(data / "visavis.sqlite3") as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        rows = list(connection.execute("SELECT body, item FROM record_draft"))
    found = [draft_boxes.opened(body, item=item, side="az") for body, item in rows]
    assert None not in found
    return [each.words.body for each in found if each]


def test_an_import_killed_at_any_instant_leaves_a_whole_draft_or_none(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir(mode=0o700)
    environment = {
        **os.environ,
        "VISAVIS_DATA": str(data),
        "DJANGO_SETTINGS_MODULE": "visavis.project.settings",
        "TESTS": str(Path(__file__).resolve().parent.parent),
    }
    subprocess.run([sys.executable, "-c", FOUND], env=environment, check=True)
    command = [sys.executable, "-c", IMPORT, "import", "text", *files(tmp_path), "--side", "az"]

    began = time.monotonic()
    subprocess.run(command, env=environment, check=True, capture_output=True)
    whole = time.monotonic() - began
    assert len(drafts(data)) == 1

    chance, n_finished = random.Random(7), 1  # noqa: S311 - chance, not a secret
    for _ in range(N_KILLS):
        child = subprocess.Popen(
            command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        time.sleep(whole * chance.uniform(0.5, 1.02))
        child.send_signal(signal.SIGKILL)
        child.wait()
        kept = drafts(data)
        assert n_finished <= len(kept) <= n_finished + 1
        n_finished = len(kept)
        for body in kept:
            versions = body["versions"]
            assert set(versions) == {"az", "hy", "en"}
            assert all(len(version["units"]) == 240 for version in versions.values())
