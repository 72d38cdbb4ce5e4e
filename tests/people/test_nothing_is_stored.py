"""What a visit leaves behind, searched in all bytes of the data directory and of the log (C1, C2, C19)."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import canaries

HERE = Path(__file__).resolve().parent
ANSWERS = """
languages = ["az", "hy", "en"]
names = { az = "A", hy = "B", en = "C" }
[[sides]]
code = "az"
languages = ["az"]
names = { az = "A", hy = "B", en = "C" }
[[sides]]
code = "hy"
languages = ["hy"]
names = { az = "A", hy = "B", en = "C" }
"""


@pytest.fixture
def visited(tmp_path: Path) -> tuple[Path, dict[str, Any], bytes]:
    """Return the data directory after the visit, what was sent there, and everything that was logged."""
    folder = tmp_path / "site"
    answers = tmp_path / "answers.toml"
    answers.write_text(ANSWERS)
    environment = {
        **os.environ,
        "VISAVIS_DATA": str(folder),
        "DJANGO_SETTINGS_MODULE": "visavis.project.settings",
        "VISAVIS_HOSTS": "testserver",
        "PYTHONPATH": f"{HERE}{os.pathsep}{HERE.parent}",
    }
    made = subprocess.run(
        [sys.executable, "-m", "visavis", "init", "--data", folder, "--answers", answers],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    code = next(line.split()[1] for line in made.stdout.splitlines() if line.startswith("  az "))
    visit = subprocess.run(
        [sys.executable, HERE / "visit.py", code], env=environment, capture_output=True, check=False
    )
    assert visit.returncode == -signal.SIGKILL, visit.stderr.decode()
    return folder, json.loads(visit.stdout), visit.stderr


def test_a_visit_leaves_no_trace_of_the_visitor_and_no_secret(
    visited: tuple[Path, dict[str, Any], bytes],
) -> None:
    folder, sent, log = visited
    assert set(sent["statuses"]) >= {200, 302, 400, 403, 404, 405, 409, 500}
    assert sent["n"] > 5_000

    control = canaries.found_below(folder, ["known-on-purpose"])
    assert control, "the search itself does not work"
    assert canaries.found_below(folder, sent["sent"]) == {}
    assert canaries.found_below(folder, sent["secrets"]) == {}
    assert canaries.found_in(log, [*sent["sent"], *sent["secrets"]]) == set()
    assert b"ValueError at " in log
