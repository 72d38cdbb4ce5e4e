"""Every public page, as bytes and in a browser: five languages, two widths, light and dark."""

import json
import os
from collections.abc import Iterator
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path

import pytest
from browsing import Reader
from PIL import Image
from running import Site

from looking import faults_of_access, overflow

pytestmark = [pytest.mark.journey, pytest.mark.enable_socket]

LANGUAGES = ("az", "hy", "en", "ru", "fr")
OF_COLOURS = {"az", "hy"}
"""Colours are the same in every language; these two together have every kind of page."""
NARROW, WIDE = 360, 1280
FORBIDDEN = {"script", "svg", "iframe", "object", "embed", "style", "base", "canvas"}
MAY_LEAD_AWAY = {"a"}  # a source may stand elsewhere; following it is the reader's own act


class Marks(HTMLParser):
    """What is in a page that must not be, and what it says of itself."""

    def __init__(self) -> None:
        super().__init__()
        self.wrong: list[str] = []
        self.html: dict[str, str | None] = {}
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "html":
            self.html = dict(attrs)
        if tag in FORBIDDEN:
            self.wrong.append(f"<{tag}>")
        for name, value in attrs:
            if name.startswith("on") or name == "style":
                self.wrong.append(f"{tag} {name}=")
            if name in {"href", "src"} and value and not value.startswith("#"):
                self.links.append(value)
                if "://" in value and tag not in MAY_LEAD_AWAY:
                    self.wrong.append(f"{tag} {name}={value}")


def pages_of(site: Site) -> dict[str, Path]:
    """Return every HTML page of the edition, address → file of the plain tree."""
    tree = site.data / "public" / "site"
    found = {}
    for file in sorted(tree.rglob("*.html")):
        path = file.relative_to(tree).as_posix()
        found["/" + path.removesuffix("index.html")] = file
    return found


def items_of(site: Site) -> dict[str, str]:
    """Return the short id of each open question and text, by its title in its own or the first language."""
    found = {}
    for file in (site.data / "public" / "site" / "documents").glob("*.json"):
        document = json.loads(file.read_bytes())
        if document.get("kind") not in {"question", "article", "letter"}:
            continue
        for words in document["body"]["versions"].values():
            found[words.get("title") or words.get("text")] = document["id"][:12]
    return found


@pytest.fixture(scope="module")
def titled(demo: Site) -> dict[str, str]:
    return items_of(demo)


def one_of_each(language: str, titled: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Yield a name and an address for one page of every kind and state."""
    yield "home", f"/{language}/"
    yield "about", f"/{language}/about/"
    yield "questions", f"/{language}/questions/"
    yield "library", f"/{language}/library/"
    for name, start in (
        ("question", "Which words of your grandmother"),
        ("empty-chair", "Which song did they"),
        ("sealed", "Tomorrow at eight"),
    ):
        found = next(titled[title] for title in titled if title.startswith(start))
        yield name, f"/{language}/questions/{found}/"
    for name, title, languages in (
        ("letter", "Külək haqqında məktub", {"az", "hy", "ru"}),
        ("stale", "Üç dəqiqə", set(LANGUAGES)),
        ("alone", "Գնդակը", {"az", "hy", "en"}),
        ("text", "Su növbəsi", set(LANGUAGES)),
    ):
        if language in languages:
            yield name, f"/{language}/library/{titled[title]}/"
    if language in {"az", "hy"}:
        other = "hy" if language == "az" else "az"
        yield (
            "side-by-side",
            f"/{language}/library/{titled['On doqquzuncu gediş']}/{language}-{other}/",
        )


def test_no_page_has_a_script_a_picture_language_or_a_link_that_loads_from_elsewhere(demo: Site):
    pages = pages_of(demo)
    assert len(pages) > 50
    for address, file in pages.items():
        marks = Marks()
        marks.feed(file.read_text(encoding="utf-8"))
        assert not marks.wrong, address


def test_every_page_says_its_language_and_direction(demo: Site):
    for address, file in pages_of(demo).items():
        marks = Marks()
        marks.feed(file.read_text(encoding="utf-8"))
        first = address.split("/")[1]
        if first in LANGUAGES:
            assert marks.html["lang"] == first, address
        assert marks.html["dir"] == "ltr", address


BY_SERVE = {"record.tar", "copy"}
"""What `visavis serve` makes out of the record, and no folder of files has: decision 0049."""


def test_every_link_inside_the_site_leads_somewhere(demo: Site):
    tree = (demo.data / "public" / "site").resolve()
    for address, file in pages_of(demo).items():
        marks = Marks()
        marks.feed(file.read_text(encoding="utf-8"))
        for link in marks.links:
            if "://" in link or link.startswith(("mailto:", "/")):
                continue
            aim = (file.parent / link.split("#")[0].split("?")[0]).resolve()
            aim = aim / "index.html" if aim.is_dir() else aim
            assert aim.is_relative_to(tree), (address, link)
            if aim.relative_to(tree).parts[0] not in BY_SERVE:
                assert aim.exists(), (address, link)


def test_what_is_closed_answers_like_what_never_was(demo: Site):
    said = {demo.get(path) for path in ("/az/library/0123456789ab/", "/az/library/nothing/")}
    assert len(said) == 1
    assert said.pop()[0] == 404


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_of_page_is_whole_at_both_widths_light_and_dark_and_open_to_everyone(
    browser, demo: Site, titled: dict[str, str], language: str
):
    """Axe finds nothing, nothing is wider than the window, nothing is asked of anybody else."""
    keep, faults = os.environ.get("VISAVIS_SCREENSHOTS"), {}
    with Reader.of(browser, demo.address, script=True, color_scheme="light") as reader:
        for name, address in one_of_each(language, titled):
            page = reader.open(address)
            for width in (NARROW, WIDE):
                page.set_viewport_size({"width": width, "height": 900})
                assert overflow(page) <= 0, (address, width)
                if keep:
                    for scheme in ("dark", "light"):
                        page.emulate_media(color_scheme=scheme)
                        file = Path(keep) / f"{name}-{language}-{scheme}-{width}.png"
                        page.screenshot(path=file, full_page=True)
            if found := faults_of_access(page, colours=language in OF_COLOURS):
                faults[address] = found
        reader.check_nothing_strange()
    assert not faults


def test_the_first_page_greets_in_the_languages_of_both_sides(reader: Reader):
    page = reader.open("/")
    assert page.locator("[lang=az]").count()
    assert page.locator("[lang=hy]").count()


def test_two_columns_stand_side_by_side_and_below_one_another_on_a_telephone(
    browser, demo: Site, titled: dict[str, str]
):
    address = dict(one_of_each("en", titled))["question"]
    with Reader.of(browser, demo.address) as reader:
        page = reader.open(address)
        left, right = (column.bounding_box() for column in page.locator(".facing > *").all()[:2])
        assert left["y"] == right["y"]
        assert abs(left["width"] - right["width"]) < 1
        page.set_viewport_size({"width": NARROW, "height": 900})
        left, right = (column.bounding_box() for column in page.locator(".facing > *").all()[:2])
        assert left["y"] < right["y"]


def test_what_was_cut_is_counted_and_opens_without_script(reader: Reader, titled: dict[str, str]):
    page = reader.open(f"/az/library/{titled['On doqquzuncu gediş']}/")
    cuts = page.locator("details.cut")
    assert cuts.count() == 2
    words = cuts.first.locator("del")
    assert not words.is_visible()
    cuts.first.locator("summary").click()
    assert words.is_visible()
    assert "soyuducunun üstündə" in words.inner_text()


def test_what_is_withheld_is_nowhere_in_the_record(demo: Site):
    files = (demo.data / "public" / "site").rglob("*")
    for file in files:
        if file.is_file() and file.suffix in {".html", ".json", ".xml", ".jsonld"}:
            content = file.read_bytes().decode()
            assert "կապույտ դարպասի" not in content, file
            assert "göy darvaza" not in content, file


PICTURES = {
    "question-en": ("en", "question", WIDE, "light"),
    "letter-az-hy": ("az", "side-by-side", WIDE, "light"),
    "home-hy-dark": ("hy", "home", NARROW, "dark"),
}


@pytest.mark.parametrize("name", PICTURES)
def test_the_pictures_of_the_readme_are_of_this_site(
    browser, demo: Site, titled: dict[str, str], pictures: Path, name: str
):
    language, kind, width, scheme = PICTURES[name]
    file = pictures / f"{name}.png"
    if os.environ.get("VISAVIS_PICTURES"):
        pictures.mkdir(exist_ok=True)
        with Reader.of(browser, demo.address, color_scheme=scheme, width=width) as reader:
            page = reader.open(dict(one_of_each(language, titled))[kind])
            picture = Image.open(BytesIO(page.screenshot()))
            picture.convert("RGB").quantize(64).save(file, optimize=True)
    assert file.exists(), "take it with VISAVIS_PICTURES=1"
    assert file.stat().st_size < 200_000
