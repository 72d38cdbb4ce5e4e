"""Somebody who has the release key and the server's files puts words on a page that no document says.

The verifier finds nothing by itself: every file is signed by that key. With `--pages` it makes the pages
again from the documents. Each attack is shown both ways, and the honest copy is right both ways.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from babel import Locale
from click.testing import CliRunner, Result
from django.db import transaction
from printing import NOON, LittleSite, Press, a_little_site, set_up

import cast
from visavis.base import languages
from visavis.kinds.installed import installed
from visavis.pages.addresses import document, document_keys, home, item, linked_data
from visavis.press import software
from visavis.press.remaking import Copy, made_again
from visavis.press.software import BadNoteError, MadeBy
from visavis.press.store import Content, Store
from visavis.signing import verify as signing
from visavis.signing.canonical import Digest, canonical_bytes
from visavis.signing.commands import lines_of
from visavis.signing.commands import verify as command
from visavis.signing.document import Document
from visavis.signing.signatures import keys_file
from visavis.signing.verify import Outcome, Report

WORDS = "<p>What nobody signed.</p>"
Changes = dict[str, bytes | None]


@dataclass(frozen=True)
class Server:
    """A public directory in the hands of somebody who has the release key."""

    public: Path
    site: cast.SiteKeys
    day: date
    item: Mapping[str, Document] = field(default_factory=dict)
    gone: Mapping[str, bytes] = field(default_factory=dict)

    def page(self, path: str) -> str:
        content = Store(self.public).content(path)
        assert content is not None, path
        return content.decode()

    @property
    def language(self) -> str:
        return self.site.charter.languages[0]

    def press(self, changes: Changes) -> None:
        """Release an edition in which these paths show something else, signed as every edition is."""
        Store(self.public).write_edition(
            {path: None if data is None else Content(data) for path, data in changes.items()},
            site=self.site.site,
            day=self.day,
            valid_until=self.day + timedelta(days=30),
            charters=[self.site.document.digest],
            key=self.site.release_key,
        )

    def verified(self) -> Report:
        return signing.verify(
            self.public, charter_fingerprint=self.site.document.digest, today=self.day
        )

    def looked_at(self) -> Report:
        """Verify the copy, which finds nothing, then make its pages again."""
        report = self.verified()
        assert report.outcome is Outcome.GOOD, [str(each) for each in report.problems]
        return made_again(report, today=self.day)


def found(report: Report) -> dict[str, str]:
    """Return what differs: path → kind."""
    assert report.pages is not None
    return {each.file: each.kind.value for each in report.pages.differing}


# -- the sites: made once for this file


@pytest.fixture(autouse=True)
def no_database(db: None, django_db_blocker) -> Iterator[None]:
    """A process that makes pages again has none."""
    with django_db_blocker.block():
        yield


@pytest.fixture(scope="module")
def made(
    django_db_setup: None, django_db_blocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[str, Callable[[], Server]], Server]]:
    """Make a site once, in a database that is taken back, and keep its public directory."""
    kept: dict[str, Server] = {}

    def make(name: str, maker: Callable[[], Server]) -> Server:
        if name not in kept:
            with (
                pytest.MonkeyPatch.context() as patch,
                django_db_blocker.unblock(),
                transaction.atomic(),
            ):
                patch.setenv("VISAVIS_DATA", str(tmp_path_factory.mktemp(name) / "data"))
                kept[name] = maker()
                transaction.set_rollback(True)
        return kept[name]

    return make


@pytest.fixture
def honest(made) -> Server:
    return made("little", _little)


@pytest.fixture
def server(honest: Server, tmp_path: Path) -> Server:
    """A copy of it for one attack."""
    return copied(honest, tmp_path)


@pytest.fixture(params=["three sides", "right to left"])
def other_server(request: pytest.FixtureRequest, made, tmp_path: Path) -> Server:
    return copied(made(request.param.replace(" ", "-"), OTHERS[request.param]), tmp_path)


def copied(server: Server, folder: Path) -> Server:
    shutil.copytree(server.public, folder / "public")
    return replace(server, public=folder / "public")


def _served(press: Press, items: Mapping[str, Document], gone: Mapping[str, bytes]) -> Server:
    return Server(press.store.folders.record.parent, press.site, press.day, items, gone)


def _little() -> Server:
    """One of everything; besides, a text that both sides have closed, and the bytes its pages had."""
    press = set_up(cast.a_charter())
    little: LittleSite = a_little_site(press)
    shown = press.open(cast.an_article(press.site, day=press.day))
    press.release()
    paths = [path for path in press.tree() if shown.id[:12] in path]
    gone = {path: press.page(path).encode() for path in paths}
    for side in press.site.codes:
        cast.take_down(shown, side, site=press.site, at=press.at)
    press.release()
    names = ("joint", "letter", "alone", "released", "empty", "sealed")
    return _served(press, {name: getattr(little, name) for name in names}, gone)


def _asked_and_answered(press: Press, texts: Mapping[str, list[str]]) -> Server:
    languages = press.site.charter.languages
    text = press.open(cast.an_article(press.site, texts=texts, original=next(iter(texts))))
    asked = press.open(cast.a_question(press.site, languages=languages))
    for side in press.site.codes:
        words = f"Words of {side}."
        press.open(cast.an_answer(press.site, to=asked, side=side, words=words))
    press.release()
    return _served(press, {"joint": text, "released": asked}, {})


def _three_sides() -> Server:
    press = set_up(cast.a_charter(sides=cast.THREE, languages=("az", "hy", "ka")))
    return _asked_and_answered(press, {"ka": ["წყარო."], "az": ["Bulaq."], "hy": ["Աղբյուր։"]})


def _right_to_left() -> Server:
    press = set_up(cast.a_charter(sides=("ar", "he"), languages=("ar", "he")))
    return _asked_and_answered(press, {"ar": ["نبع قديم."], "he": ["מעיין ישן."]})


def _two_translations() -> Server:
    """Of two translations into one language one is shown; the order of the rest must not tell of it."""
    press = set_up(cast.a_charter())
    text = press.open(cast.an_article(press.site, texts={"az": ["Birinci.", "İkinci."]}))
    for number, language in enumerate(("en", "ru", "en", "fr", "en", "ru", "en", "fr")):
        later = cast.a_translation(press.site, of=text, language=language, side="az")
        press.open(replace(later, id=f"{number:08x}".ljust(32, "0")))
    press.release()
    return _served(press, {}, {})


def _another_key() -> Server:
    """A second charter, in which one side has a new key; a text under the old one is carried over."""
    press = set_up(cast.a_charter())
    before = press.open(cast.an_article(press.site, day=press.day))
    press.release()
    press.day += timedelta(days=1)
    newer = cast.with_new_key(press.site, "hy", day=press.day, carried=[before.digest])
    cast.propose(newer.document, by="az", site=press.site, today=press.day)
    for side in press.site.codes:
        cast.turn(newer.document, side, site=press.site, today=press.day)
    cast.turn(newer.document, "hy", site=newer, today=press.day)
    press.site = newer
    press.open(cast.an_article(press.site, day=press.day))
    press.release()
    assert before.digest in "".join(press.tree())
    return _served(press, {}, {})


HISTORIES = {"two translations": _two_translations, "another key": _another_key}
OTHERS = {"three sides": _three_sides, "right to left": _right_to_left}


# -- the positive controls


def test_an_honest_copy_is_right_and_every_path_of_it_was_made_again(honest: Server) -> None:
    report = honest.looked_at()
    assert found(report) == {}
    assert report.outcome is Outcome.GOOD
    assert report.root is not None
    assert report.pages is not None
    assert report.pages.n == report.root.entries
    assert report.pages.is_same_software


def test_an_honest_copy_of_three_sides_or_from_right_to_left_is_right(other_server: Server) -> None:
    report = other_server.looked_at()
    assert (found(report), report.outcome) == ({}, Outcome.GOOD)


@pytest.mark.parametrize("kind", ["two translations", "another key"])
def test_an_honest_copy_with_a_history_is_right(made, kind: str) -> None:
    """What the press left out, or what was signed with a former key, changes nothing of what is shown."""
    report = made(kind.replace(" ", "-"), HISTORIES[kind]).looked_at()
    assert (found(report), report.outcome) == ({}, Outcome.GOOD)


def test_an_edition_that_shows_the_same_again_is_right(server: Server) -> None:
    """The thief's own hand alone is not what is found."""
    path = home("az")
    server.press({path: server.page(path).encode()})
    assert server.looked_at().outcome is Outcome.GOOD


# -- the attacks


def a_paragraph_under_a_sides_name(server: Server) -> Changes:
    path = item("az", "questions", server.item["released"].id)
    page = server.page(path)
    first = page.index("</p>", page.index('class="column"')) + len("</p>")
    return {path: (page[:first] + WORDS + page[first:]).encode()}


def a_paragraph_in_a_text(server: Server) -> Changes:
    path = item(server.language, "library", server.item["joint"].id)
    return {path: server.page(path).replace("</p>", f"</p>{WORDS}", 1).encode()}


def columns_exchanged(server: Server) -> Changes:
    path = item(server.language, "questions", server.item["released"].id)
    page = server.page(path)
    columns = re.findall(r'<article class="column".*?</article>', page, re.DOTALL)
    first, second = columns[0], columns[1]
    swapped = page.replace(first, "\0").replace(second, first).replace("\0", second)
    assert swapped != page
    return {path: swapped.encode()}


def a_mark_of_a_cut_removed(server: Server) -> Changes:
    path = item("az", "library", server.item["letter"].id)
    page = server.page(path)
    assert "[…]" in page
    return {path: page.replace("[…]", "").encode()}


def the_sentence_of_standing_alone_removed(server: Server) -> Changes:
    path = item("hy", "library", server.item["alone"].id)
    page = server.page(path)
    without = re.sub(r'<p class="notice.*?</p>', "", page, count=1, flags=re.DOTALL)
    assert without != page
    return {path: without.encode()}


def an_entry_in_a_feed(server: Server) -> Changes:
    feed = server.page("en/atom.xml")
    entry = "<entry><title>What nobody signed</title></entry></feed>"
    return {"en/atom.xml": feed.replace("</feed>", entry).encode()}


def an_item_in_the_other_feed(server: Server) -> Changes:
    feed = json.loads(server.page("hy/feed.json"))
    feed["items"][0]["content_text"] = "What nobody signed."
    return {"hy/feed.json": json.dumps(feed, ensure_ascii=False).encode() + b"\n"}


def another_author_in_linked_data(server: Server) -> Changes:
    path = linked_data(server.item["joint"].id)
    return {path: server.page(path).replace("Nərgiz", "Nigar").encode()}


def a_page_that_was_never_there(server: Server) -> Changes:
    page = server.page(item("az", "library", server.item["joint"].id))
    return {item("az", "library", "0" * 32): page.encode()}


def the_page_of_a_closed_text(server: Server) -> Changes:
    (path,) = [path for path in server.gone if path.startswith("az/") and "-" not in path]
    return {path: server.gone[path]}


def a_page_left_out(server: Server) -> Changes:
    return {item("hy", "library", server.item["joint"].id): None}


def a_text_left_out_of_the_list(server: Server) -> Changes:
    """From the list itself too, which is where the places of a list are read."""
    short = server.item["joint"].id[:12]
    left = [each for each in json.loads(server.page("lists/library-1.json")) if each != short]
    shelf = server.page("en/library/page/1/index.html")
    without = "".join(
        part for part in re.split(r"(?=<article)", shelf) if f"{short}/index.html" not in part
    )
    return {
        "lists/library-1.json": json.dumps(left).encode(),
        "en/library/page/1/index.html": without.encode(),
    }


def words_that_the_style_sheet_writes(server: Server) -> Changes:
    (path,) = [path for path, _ in Store(server.public).entries() if path.endswith(".css")]
    return {path: (server.page(path) + 'h1::after{content:"What nobody signed."}').encode()}


def a_document_that_no_page_shows(server: Server) -> Changes:
    """Both sides once signed it; the press has no page for its kind."""
    term = cast.a_document(server.site, kind="term", body={"word": "well"})
    signatures = [cast.sign(term, server.site.key(side), side=side) for side in server.site.codes]
    return {document(term.digest): term.data, document_keys(term.digest): keys_file(signatures)}


ATTACKS = (
    a_paragraph_under_a_sides_name,
    columns_exchanged,
    a_mark_of_a_cut_removed,
    the_sentence_of_standing_alone_removed,
    an_entry_in_a_feed,
    an_item_in_the_other_feed,
    another_author_in_linked_data,
    a_page_that_was_never_there,
    the_page_of_a_closed_text,
    a_page_left_out,
    a_text_left_out_of_the_list,
    words_that_the_style_sheet_writes,
    a_document_that_no_page_shows,
)
KINDS = {
    a_page_that_was_never_there: "page-added",
    the_page_of_a_closed_text: "page-added",
    a_document_that_no_page_shows: "page-added",
    a_page_left_out: "page-missing",
}


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.__name__)
def test_what_no_document_says_is_found_and_named(
    server: Server, attack: Callable[[Server], Changes]
) -> None:
    changes = attack(server)
    server.press(changes)
    report = server.looked_at()
    assert report.outcome is Outcome.WRONG
    assert found(report).keys() >= changes.keys()
    assert {found(report)[path] for path in changes} == {KINDS.get(attack, "page-differs")}
    if attack is not a_text_left_out_of_the_list:
        assert found(report).keys() == changes.keys(), "an honest page was called a lie"


@pytest.mark.parametrize(
    "attack", [a_paragraph_in_a_text, columns_exchanged], ids=lambda attack: attack.__name__
)
def test_it_is_found_with_three_sides_and_from_right_to_left(
    other_server: Server, attack: Callable[[Server], Changes]
) -> None:
    changes = attack(other_server)
    other_server.press(changes)
    report = other_server.looked_at()
    assert report.outcome is Outcome.WRONG
    assert found(report) == dict.fromkeys(changes, "page-differs")


# -- what the copy says of itself


def test_a_lie_about_the_software_is_never_called_right(server: Server) -> None:
    said = MadeBy.from_bytes(server.page("press.json").encode())
    other = replace(said, software=said.software[::-1], version="9.9")
    server.press({"press.json": other.data})
    alone = server.looked_at()
    assert (found(alone), alone.outcome) == ({}, Outcome.GOOD), "the pages are all the same"
    server.press(a_paragraph_under_a_sides_name(server))
    report = server.looked_at()
    assert report.outcome is Outcome.NOT_DECIDED
    assert len(found(report)) == 1


def test_packages_of_another_version_are_named(server: Server) -> None:
    said = MadeBy.from_bytes(server.page("press.json").encode())
    other = replace(
        said, software=said.software[::-1], packages={**said.packages, "babel": "99.1", "more": "1"}
    )
    path = home(server.language)
    server.press(
        {"press.json": other.data, path: server.page(path).replace("<h1", WORDS + "<h1").encode()}
    )
    lines = list(lines_of(server.looked_at()))
    assert f"  babel: 99.1 made the pages, {said.packages['babel']} is here" in lines
    assert "  more: 1 made the pages, – is here" in lines
    assert not any("jinja2" in line for line in lines)


@pytest.mark.parametrize("packages", [{"babel": "not a version"}, {"a b": "1"}, {"babel": 7}, []])
def test_a_note_of_the_software_says_nothing_but_names_and_versions(
    server: Server, packages: Any
) -> None:
    said = MadeBy.from_bytes(server.page("press.json").encode())
    with pytest.raises(BadNoteError):
        MadeBy.from_bytes(canonical_bytes({**json.loads(said.data), "packages": packages}))


def test_pages_are_the_same_with_another_years_data_of_a_library(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A copy from a machine with another Babel: dates, numbers and lists are our own."""
    own = (languages.day_in, languages.number_in, languages.list_in, languages.name_of)
    for each in own:
        each.cache_clear()
    monkeypatch.setattr(languages, "_locale", lambda _language: Locale.parse("ja"))
    monkeypatch.setattr(software, "software", lambda: Digest("0" * 64))
    report = server.looked_at()
    for each in own:
        each.cache_clear()
    assert report.pages is not None
    assert not report.pages.is_same_software
    assert report.outcome is Outcome.GOOD, found(report)


def test_a_copy_that_does_not_say_which_software_made_it_is_read_and_not_called_wrong(
    server: Server,
) -> None:
    server.press({"press.json": None})
    report = server.looked_at()
    assert found(report) == {"press.json": "page-missing"}
    assert report.outcome is Outcome.NOT_DECIDED


def test_a_note_of_the_software_in_a_newer_format_is_not_decided(server: Server) -> None:
    said = json.loads(server.page("press.json"))
    server.press({"press.json": canonical_bytes({**said, "format": "visavis-press-2", "more": 1})})
    report = server.looked_at()
    assert report.outcome is Outcome.NOT_DECIDED
    assert report.pages is not None
    assert report.pages.as_json()["newer"] == "visavis-press-2"
    lines = list(lines_of(report))
    assert "press.json: written by a newer version (visavis-press-2)" in lines
    assert lines[-1].startswith("NOT DECIDED: a newer version")


@pytest.mark.parametrize("name", ["visavis-press-01", "visavis-press-2x", "visavis-press-99999"])
def test_a_note_of_the_software_with_a_number_that_nobody_would_write_is_not_called_newer(
    server: Server, name: str
) -> None:
    said = json.loads(server.page("press.json"))
    server.press({"press.json": canonical_bytes({**said, "format": name})})
    report = server.looked_at()
    assert report.pages is not None
    assert (report.pages.newer, "press.json" in found(report)) == ("", True)


@pytest.mark.parametrize("address", ["What nobody signed", "https://example.org/?q=words of ours"])
def test_the_sites_address_cannot_be_words(server: Server, address: str) -> None:
    said = MadeBy.from_bytes(server.page("press.json").encode())
    server.press({"press.json": replace(said, address=address).data})
    report = server.looked_at()
    assert report.outcome is Outcome.NOT_DECIDED
    assert "press.json" in found(report)


def test_an_address_that_the_pages_do_not_name_is_found(server: Server) -> None:
    said = MadeBy.from_bytes(server.page("press.json").encode())
    server.press({"press.json": replace(said, address="https://example.org").data})
    report = server.looked_at()
    assert report.pages is not None
    assert report.pages.address == "https://example.org"
    assert "robots.txt" in found(report), "the pages name no address, and should"


def test_a_forged_page_number_keeps_nobody_waiting(server: Server) -> None:
    forged = {f"lists/library-{9 * 10**n}.json": b"[]" for n in (4, 9, 15)}
    server.press({**forged})
    report = server.looked_at()
    assert found(report) == dict.fromkeys(forged, "page-added")


def test_an_item_that_a_list_names_twice_or_nobody_knows_stands_where_it_first_stood(
    server: Server,
) -> None:
    path = "lists/library-1.json"
    items = json.loads(server.page(path))
    server.press({path: json.dumps([*items, *items, "0" * 12]).encode()})
    assert found(server.looked_at()) == {path: "page-differs"}


@pytest.mark.parametrize("junk", [b"", b"{}", b"[7]", b'["az"]', b"[" * 100_000])
def test_a_list_that_cannot_be_read_is_named(server: Server, junk: bytes) -> None:
    server.press({"lists/library-1.json": junk})
    assert found(server.looked_at())["lists/library-1.json"] == "page-differs"


def test_a_copy_that_changes_while_it_is_read_is_named(server: Server) -> None:
    report = server.verified()
    digest = server.item["joint"].digest
    (server.public / "record/blobs" / digest[:2] / digest).unlink()
    report = made_again(report, today=server.day)
    assert report.outcome is Outcome.WRONG
    assert [each.file for each in report.problems] == [f"record/blobs/{digest[:2]}/{digest}"]


def test_items_stand_in_lists_where_the_copy_has_them(server: Server) -> None:
    entries = dict(Store(server.public).entries())
    copy = Copy(server.public / "record", entries, kinds=installed())
    newest_first = json.loads(server.page("lists/questions-1.json"))
    placed = copy.items_on("questions", 1)
    assert [each.item[:12] for each in reversed(placed)] == newest_first


# -- the command


def test_the_command_names_the_page_and_the_words(server: Server) -> None:
    changes = a_paragraph_under_a_sides_name(server)
    server.press(changes)
    by_itself = at_noon(server)
    assert by_itself.exit_code == 0, by_itself.output
    assert "The pages were not made again" in by_itself.output
    result = at_noon(server, "--pages")
    assert result.exit_code == 1
    lines = result.output.splitlines()
    (path,) = changes
    assert lines[0].startswith(f"{path} is not the page that the documents make (it has “")
    assert "What nobody signed." in lines[0].partition("the documents make “")[0]
    assert lines[-1] == "WRONG: 1 thing is not as the sides released it."


def test_the_command_says_right_only_of_what_it_looked_at(server: Server) -> None:
    by_itself, result = at_noon(server), at_noon(server, "--pages")
    assert (by_itself.exit_code, result.exit_code) == (0, 0)
    assert "every page" not in by_itself.output.splitlines()[-1]
    assert "were made again from the documents: all are the same." in result.output
    assert "every page is what the documents make" in result.output.splitlines()[-1]
    machine = json.loads(at_noon(server, "--pages", "--json").stdout)
    assert machine["pages"]["differing"] == []
    assert json.loads(at_noon(server, "--json").stdout)["pages"] is None


def test_another_version_is_told_with_a_code_of_its_own(server: Server) -> None:
    said = MadeBy.from_bytes(server.page("press.json").encode())
    other = replace(said, software=said.software[::-1], version="9.9")
    server.press({"press.json": other.data, **a_paragraph_under_a_sides_name(server)})
    result = at_noon(server, "--pages")
    assert result.exit_code == 5
    assert "made by version 9.9" in result.output
    assert result.output.splitlines()[-1].startswith("NOT DECIDED")


def test_the_whole_program_makes_pages_again_without_a_site_of_its_own(
    server: Server, tmp_path: Path
) -> None:
    """As a mirror's keeper runs it: no database, no data directory, and none is made."""
    server.press(a_paragraph_under_a_sides_name(server))
    empty = tmp_path / "empty"
    empty.mkdir()
    script = (
        "import time_machine\n"
        f"with time_machine.travel('{server.day}T12:00Z', tick=False):\n"
        "    from visavis.__main__ import main\n"
        "    main()\n"
    )
    arguments = ["verify", str(server.public), "--charter", server.site.document.digest]
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("VISAVIS_", "DJANGO_"))}
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments, "--pages", "--json"],
        cwd=empty,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == Outcome.WRONG, done.stderr
    answer = json.loads(done.stdout)
    assert answer["problems"] == []
    assert len(answer["pages"]["differing"]) == 1
    assert list(empty.iterdir()) == []


def at_noon(server: Server, *more: str) -> Result:
    """Give the command on the day of the edition."""
    moment = datetime.combine(server.day, NOON)
    with time_machine.travel(moment, tick=False):
        return CliRunner().invoke(
            command,
            [str(server.public), "--charter", server.site.document.digest, *more],
            obj=made_again,
        )
