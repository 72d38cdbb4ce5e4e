"""What the figures were measured on, and how a measurement is taken."""

import os
import platform
import resource
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def described() -> str:
    """Return the machine in one line, without its name."""
    info = Path("/proc/cpuinfo")
    model = next(
        (
            line.split(":", 1)[1].strip()
            for line in (info.read_text().splitlines() if info.exists() else [])
            if line.startswith("model name")
        ),
        "processor",
    )
    return (
        f"{model}, {os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
    )


def memory_mb() -> float:
    """Return the most memory this process has held so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def memory_now_mb() -> float:
    """Return the memory this process holds now; where the system does not tell, the most so far."""
    status = Path("/proc/self/statm")
    if not status.exists():
        return memory_mb()
    return int(status.read_text().split()[1]) * resource.getpagesize() / 1024 / 1024


class Took:
    """How long a block took: by the clock on the wall, and of the processors."""

    def __init__(self) -> None:
        self.seconds = self.processor = 0.0


@contextmanager
def timed() -> Iterator[Took]:
    """Measure the block; other work on the machine makes the clock unfair, less so the processor time."""
    took, wall, processor = Took(), time.perf_counter(), time.process_time()
    yield took
    took.seconds = time.perf_counter() - wall
    took.processor = time.process_time() - processor


def middle(values: list[float]) -> float:
    return statistics.median(values)
