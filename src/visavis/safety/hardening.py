"""A process that holds passphrases for a moment leaves no image of its memory on the disk.

A crash would write one (a core dump), and another program of the same user could read one. What Python cannot
promise is in the threat model: a text that was typed may lie in freed memory until it is written over.
"""

import ctypes
import resource
import sys
from pathlib import Path

PR_GET_DUMPABLE, PR_SET_DUMPABLE = 3, 4
CORE_PATTERN = Path("/proc/sys/kernel/core_pattern")
SWAPS = Path("/proc/swaps")


def keep_memory_to_oneself() -> None:
    """Let this process, and those it starts, write no core dump; on Linux let nobody look into it either."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)


def keeps_memory_to_itself() -> bool:
    """Return whether this process does."""
    is_dumpable = sys.platform == "linux" and ctypes.CDLL(None).prctl(PR_GET_DUMPABLE, 0, 0, 0, 0)
    return resource.getrlimit(resource.RLIMIT_CORE) == (0, 0) and not is_dumpable


def core_handler() -> str:
    """Return the program to which the kernel gives core dumps whatever their limit says, or nothing."""
    pattern = CORE_PATTERN.read_text().strip() if CORE_PATTERN.exists() else ""
    return pattern.removeprefix("|").split()[0] if pattern.startswith("|") else ""


def swaps_in_the_clear() -> tuple[str, ...]:
    """Return the swap areas that are neither in memory nor, by their name, encrypted."""
    if not SWAPS.exists():
        return ()
    names = [line.split()[0] for line in SWAPS.read_text().splitlines()[1:] if line.split()]
    return tuple(
        name for name in names if not name.startswith(("/dev/zram", "/dev/dm-", "/dev/mapper/"))
    )
