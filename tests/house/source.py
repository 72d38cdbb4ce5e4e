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


def table(place: str, heading: str) -> list[list[str]]:
    """Return the rows of the first table under this heading, without the marks of code and weight."""
    text = (ROOT / place).read_text(encoding="utf-8")
    parts = re.split(r"^#+ (.+)$", text, flags=re.MULTILINE)
    under = parts[parts.index(heading) + 1]
    first = re.search(r"(?:^\|.*\n)+", under, re.MULTILINE)
    assert first, f"{place}: no table under {heading}"
    lines = first[0].splitlines()[2:]
    return [
        [re.sub(r"[`*]", "", cell).strip() for cell in line.strip("|").split("|")] for line in lines
    ]
