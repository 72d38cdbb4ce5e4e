"""Letters in a picture: the fonts of the house, line breaks, and what they have no letters for."""

from dataclasses import dataclass
from functools import cache
from importlib import resources

from PIL import Image, ImageDraw, ImageFont

FONTS = tuple(
    f"noto-sans-{script}.woff2" for script in ("latin", "azerbaijani", "cyrillic", "armenian")
)
_NOBODYS_LETTER = "\U0010ffff"

Font = ImageFont.FreeTypeFont
Colour = tuple[int, int, int]


@cache
def fonts(size: int) -> tuple[Font, ...]:
    """Return the fonts of one size, the first that has a letter is used for it.

    Pillow's own font comes last, and alone where this Pillow cannot unpack the others.
    """
    folder = resources.files("visavis") / "base" / "static" / "visavis" / "fonts"
    found = []
    for name in FONTS:
        with resources.as_file(folder / name) as path:
            try:
                found.append(
                    ImageFont.truetype(str(path), size, layout_engine=ImageFont.Layout.BASIC)
                )
            except OSError:
                continue
    last = ImageFont.load_default(size)
    return (*found, last) if isinstance(last, ImageFont.FreeTypeFont) else tuple(found)


@cache
def font_of(letter: str, size: int) -> Font | None:
    """Return the font that has this letter, or None: it would become a box."""
    for font in fonts(size):
        if letter.isspace() or _drawn(font, letter) != _drawn(font, _NOBODYS_LETTER):
            return font
    return None


def _drawn(font: Font, letter: str) -> tuple[tuple[int, int], bytes]:
    mask = font.getmask(letter)
    return mask.size, bytes(mask)


def can_write(text: str, size: int) -> bool:
    """Return whether every letter can be drawn."""
    return all(font_of(letter, size) for letter in text)


def _runs(text: str, size: int) -> list[tuple[Font, str]]:
    runs: list[tuple[Font, str]] = []
    for letter in text:
        font = font_of(letter, size) or fonts(size)[0]
        if runs and runs[-1][0] is font:
            runs[-1] = runs[-1][0], runs[-1][1] + letter
        else:
            runs.append((font, letter))
    return runs


def width_of(text: str, size: int) -> float:
    """Return the width of a line in pixels."""
    return sum(font.getlength(run) for font, run in _runs(text, size))


def lines_of(text: str, size: int, *, width: float, most: int) -> list[str]:
    """Return the text in at most ``most`` lines of like length; what does not fit ends in an ellipsis."""
    lines = _broken(text, size, width, most)
    while len(lines) > 1 and lines[-1][-1] != "…" and width > 60:
        narrower = _broken(text, size, width - 20, most)
        if len(narrower) > len(lines) or narrower[-1][-1] == "…":
            break
        lines, width = narrower, width - 20
    return lines


def _broken(text: str, size: int, width: float, most: int) -> list[str]:
    lines: list[str] = []
    left = text.split()
    while left and len(lines) < most:
        n_words = 1
        while n_words < len(left) and width_of(" ".join(left[: n_words + 1]), size) <= width:
            n_words += 1
        lines.append(" ".join(left[:n_words]))
        left = left[n_words:]
    if left:
        lines[-1] = f"{lines[-1]} …"
    return [_shortened(line, size, width) for line in lines]


def _shortened(line: str, size: int, width: float) -> str:
    while width_of(line, size) > width and len(line) > 2:
        line = line.rstrip(" …")[:-1].rstrip() + "…"
    return line


@dataclass(frozen=True)
class Pen:
    """Writes on one picture."""

    draw: ImageDraw.ImageDraw

    @classmethod
    def on(cls, picture: Image.Image) -> "Pen":
        return cls(ImageDraw.Draw(picture))

    def write(
        self, place: tuple[float, float], text: str, *, size: int, colour: Colour, anchor: str = "l"
    ) -> None:
        """Write one line, its base at ``place``; anchor l, m or r: the place is its left, middle or right."""
        x, y = place
        x -= {"l": 0.0, "m": 0.5, "r": 1.0}[anchor] * width_of(text, size)
        for font, run in _runs(text, size):
            self.draw.text((x, y), run, font=font, fill=colour, anchor="ls")
            x += font.getlength(run)
