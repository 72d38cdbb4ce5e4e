"""`visavis opinion` as a process of its own, as its users start it."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

# What the kernel tells of a child that has ended counts the memory of its parent too, from before it began.
AND_TELLS_ITS_MEMORY = """
import atexit, pathlib, sys
from visavis.project.commandline import main

def tell(place=sys.argv.pop(1)):
    lines = pathlib.Path("/proc/self/status").read_text().splitlines()
    most = next(line.split()[1] for line in lines if line.startswith("VmHWM"))
    pathlib.Path(place).write_text(most)

atexit.register(tell)
main(prog_name="visavis")
"""


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
    used = folder / "memory"
    command = [sys.executable, "-c", AND_TELLS_ITS_MEMORY, used, "opinion", *map(str, arguments)]
    environment = os.environ | {"PYTHONIOENCODING": "utf-8"}
    with out.open("wb") as to_out, err.open("wb") as to_err:
        ended = subprocess.run(command, stdout=to_out, stderr=to_err, env=environment, check=False)
    return Answer(
        ended.returncode,
        out.read_text(encoding="utf-8"),
        err.read_text(encoding="utf-8"),
        int(used.read_text()) / 1024,
    )
