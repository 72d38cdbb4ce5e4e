"""`DATABASE_URL`: no address of PostgreSQL, or nobody there, is said in one sentence."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

PASSWORD = "a-password-that-nobody-repeats"


@pytest.mark.parametrize(
    ("address", "said"),
    [
        (f"mysql://name:{PASSWORD}@localhost/site", "must begin with postgres://"),
        (f"{PASSWORD}", "must begin with postgres://"),
        (f"postgresql://name:{PASSWORD}@127.0.0.1:1/site", "The database does not answer"),
    ],
)
def test_a_wrong_database_is_told_in_one_line_without_its_password(
    tmp_path: Path, address: str, said: str
) -> None:
    command = [sys.executable, "-m", "visavis", "press", "--data", str(tmp_path)]
    (tmp_path / "secret").write_text("s" * 64)
    told = subprocess.run(
        command,
        env={**os.environ, "DATABASE_URL": address},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert told.returncode == 1
    assert said in told.stderr
    assert len(told.stderr.splitlines()) == 1
    assert PASSWORD not in told.stdout + told.stderr
