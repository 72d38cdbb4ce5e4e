"""The files that pages need beside themselves: one style sheet, the fonts, two pictures.

Each has eight digits of its own digest in its name, so that browsers may keep it for ever and a new
look never meets an old page.
"""

import hashlib
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "base" / "static" / "visavis"
FONT = re.compile(rb'url\("(fonts/[a-z-]+\.woff2)"\)')


@dataclass(frozen=True)
class Assets:
    """Where style sheet and pictures lie, and every file by its path.

    ``mark`` is the site's sign in a browser, ``picture`` beside a link that somebody shares.
    """

    style: str
    mark: str
    picture: str
    files: dict[str, bytes]


@cache
def assets() -> Assets:
    """Return the assets under their public names; the licence of the fonts goes with them."""
    files: dict[str, bytes] = {}

    def keep(path: Path, data: bytes) -> str:
        digest = hashlib.sha256(data).hexdigest()[:8]
        name = f"assets/{path.stem}.{digest}{path.suffix}"
        files[name] = data
        return name

    def font(match: re.Match[bytes]) -> bytes:
        path = FOLDER / match[1].decode()
        name = keep(path, path.read_bytes())
        return b'url("%s")' % name.removeprefix("assets/").encode()

    sheet, mark, picture = (FOLDER / name for name in ("site.css", "mark.png", "picture.png"))
    style = keep(sheet, FONT.sub(font, sheet.read_bytes()))
    licence = FOLDER / "fonts" / "OFL.txt"
    files["assets/ofl.txt"] = licence.read_bytes()
    return Assets(
        style=style,
        mark=keep(mark, mark.read_bytes()),
        picture=keep(picture, picture.read_bytes()),
        files=files,
    )
