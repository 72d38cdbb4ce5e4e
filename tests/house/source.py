"""What the house tests read: the files of this repository, as git knows them."""

import re
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGE = ROOT / "src" / "visavis"
FENCE = re.compile(r"```.*?```", re.DOTALL)


@cache
def files() -> tuple[Path, ...]:
    """Return every file that is or is about to be committed."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    names = listed.stdout.decode().split("\0")
    return tuple(ROOT / name for name in names if name and (ROOT / name).is_file())


def texts(*suffixes: str) -> dict[str, str]:
    """Return the text of every file, by its place; only those with these suffixes, where any are given."""
    found = {}
    for file in files():
        if suffixes and file.suffix not in suffixes:
            continue
        try:
            found[str(file.relative_to(ROOT))] = file.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
    return found


def pages() -> dict[str, str]:
    """Return the documentation: every Markdown file but the demo's own texts."""
    return {place: text for place, text in texts(".md").items() if not place.startswith("src/")}


def templates() -> dict[str, str]:
    return {place: text for place, text in texts().items() if "/templates/" in place}
