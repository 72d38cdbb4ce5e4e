"""`visavis opinion` as a process of its own, as its users start it."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Answer:
    """What a process said, how it ended, and the most memory it held, in MB."""

    code: int
    out: str
    err: str
    memory: float


def answer_of(folder: Path, *arguments: object) -> Answer:
    """Run `visavis opinion` with these arguments; what it says passes through files in ``folder``."""
    out, err = folder / "stdout", folder / "stderr"
    command = [sys.executable, "-m", "visavis", "opinion", *map(str, arguments)]
    environment = os.environ | {"PYTHONIOENCODING": "utf-8"}
    with out.open("wb") as to_out, err.open("wb") as to_err:
        process = subprocess.Popen(command, stdout=to_out, stderr=to_err, env=environment)
        _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return Answer(
        process.returncode,
        out.read_text(encoding="utf-8"),
        err.read_text(encoding="utf-8"),
        used.ru_maxrss / 1024,
    )
