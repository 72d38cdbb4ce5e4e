"""From an empty directory to a page that both sides signed, read side by side and verified."""

import json
import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from browsing import Reader
from founding import Desk, founded
from running import Site

pytestmark = [pytest.mark.journey, pytest.mark.enable_socket]

NAMES = {
    "az": "Üz-üzə",
    "hy": "Դեմ առ դեմ",
    "ru": "Лицом к лицу",
    "en": "Face to face",
    "fr": "Face à face",
    "ar": "وجهًا لوجه",
    "he": "פנים אל פנים",
}


def answers_for(*languages: str, sides: tuple[str, str]) -> str:
    names = {language: NAMES[language] for language in languages}
    return json.dumps(
        {
            "languages": list(languages),
            "names": names,
            "sides": [
                {
                    "code": side,
                    "languages": [side],
                    "names": {each: f"{side} · {name}" for each, name in names.items()},
                }
                for side in sides
            ],
        }
    )


@contextmanager
def two_desks(browser, site: Site, sides: tuple[str, str]) -> Iterator[list[Desk]]:
    with ExitStack() as stack:
        readers = [stack.enter_context(Reader.of(browser, site.address)) for _ in sides]
        yield [Desk(reader, side=side) for reader, side in zip(readers, sides, strict=True)]
        for reader in readers:
            reader.check_nothing_strange()


def imported(site: Site, shared_data: Path, *languages: str, side: str) -> str:
    """Import the Universal Declaration as a draft of this side; return the draft's id."""
    files = [str(shared_data / "udhr" / f"{language}.json") for language in languages]
    said = site.run("import", "text", *files, "--side", side)
    return re.search(r"\b[0-9a-f]{32}\b", said)[0]


def headings_beside(reader: Reader) -> list[tuple[str, str]]:
    """Return the headings of each row that has any: left, right; empty for an empty cell."""
    rows = reader.page.locator(".rows > .row:not(.titles)").evaluate_all(
        """rows => rows.map(row => [...row.children].map(
            cell => [...cell.querySelectorAll("h2, h3")].map(each => each.innerText).join(" ")))"""
    )
    return [(left, right) for left, right in rows if left or right]


def test_two_desks_publish_the_declaration_and_anyone_can_verify_it(
    browser, shared_data: Path, tmp_path: Path
):
    site = Site(data=tmp_path / "site")
    answers = tmp_path / "answers.json"
    answers.write_text(answers_for("az", "hy", "en", "ru", "fr", sides=("az", "hy")))
    codes = founded(site, answers)
    own_machine = tmp_path / "own-machine"
    own_machine.mkdir()

    with site.served(), two_desks(browser, site, ("az", "hy")) as (az, hy):
        # Both come in. One lets the server keep its key sealed, the other keeps it elsewhere.
        az.come_in(codes["az"]).make_keys_here()
        public_key = new_key(site, own_machine / "side.key")
        recovery_key = new_key(site, own_machine / "recovery.key")
        hy.come_in(codes["hy"]).bring_keys(public_key=public_key, recovery_key=recovery_key)

        # The charter, signed by both: one in the browser, one by command.
        az.sign_charter()
        hy.reader.open(f"{hy.root}charter/")
        link = hy.page.locator("a[download]").first.get_attribute("href")
        charter = hy.download(link, own_machine / "charter.json")
        signature = signed_elsewhere(site, charter, key=own_machine / "side.key")
        hy.hand_in(signature, form=f"{hy.root}charter/sign/")
        site.wait_until_there("/az/about/")

        # The text in five languages, proposed and signed.
        draft = imported(site, shared_data, "az", "hy", "ru", "en", "fr", side="az")
        digest = az.propose(draft)
        az.turn_key(digest)
        assert site.get(f"/documents/{digest}.json")[0] == 404
        assert hy.waiting() == [digest]
        hy.reader.open(f"{hy.root}read/{digest}/")
        document = hy.download(f"{hy.root}read/{digest}/bytes/", own_machine / "document.json")
        signature = signed_elsewhere(site, document, key=own_machine / "side.key")
        hy.hand_in(signature, form=f"{hy.root}read/{digest}/turn-key/")

        # A reader without script reads it side by side.
        page = f"/az/library/{draft[:12]}/az-hy/"
        site.wait_until_there(page)
        with Reader.of(browser, site.address) as reader:
            reader.open(page)
            beside = headings_beside(reader)
            assert len(beside) == 31
            assert all(left and right for left, right in beside)
            steps = reader.page.locator("ol.lineage > li")
            assert steps.count() == 2, "original, translated"
            assert not reader.page.locator("ol.lineage > .is-stale").count()
            reader.check_nothing_strange()

        # Anyone verifies a copy.
        fingerprint = fingerprint_on(site)
        site.run("verify", str(site.data / "public"), "--charter", fingerprint, "--pages")
        site.run("verify", str(site.data / "public"), "--charter", "0" * 64, code=1)

        # One letter is changed: keys do not carry over, and nothing new becomes public.
        before = site.get(page)[1]
        again = one_letter_changed(az, draft)
        assert again != digest
        az.turn_key(again)
        hy.reader.open(f"{hy.root}read/{again}/")
        hy.hand_in(signature, form=f"{hy.root}read/{again}/turn-key/", is_refused=True)
        site.run("press")
        assert site.get(f"/documents/{again}.json")[0] == 404
        assert site.get(page)[1] == before
    site.run("verify", str(site.data / "public"), "--charter", fingerprint, "--pages")


def test_arabic_and_hebrew_stand_side_by_side_from_right_to_left(
    browser, shared_data: Path, tmp_path: Path
):
    """Hebrew lacks the preamble: thirty sections, and an empty cell."""
    site = Site(data=tmp_path / "site")
    answers = tmp_path / "answers.json"
    answers.write_text(answers_for("ar", "he", sides=("ar", "he")))
    codes = founded(site, answers)
    with site.served(), two_desks(browser, site, ("ar", "he")) as (ar, he):
        for desk in (ar, he):
            desk.come_in(codes[desk.side]).make_keys_here()
        for desk in (ar, he):
            desk.sign_charter()
        draft = imported(site, shared_data, "ar", "he", side="ar")
        digest = ar.propose(draft)
        for desk in (ar, he):
            desk.turn_key(digest)
        page = f"/ar/library/{draft[:12]}/ar-he/"
        site.wait_until_there(page)
        with Reader.of(browser, site.address) as reader:
            opened = reader.open(page)
            assert opened.locator("html").get_attribute("dir") == "rtl"
            beside = headings_beside(reader)
            assert len([1 for left, right in beside if left and right]) == 30
            assert [bool(right) for _left, right in beside].count(False) == 1
            left, right = opened.locator(".row.titles > *").all()
            assert left.bounding_box()["x"] > right.bounding_box()["x"], "the left is on the right"
            reader.check_nothing_strange()
        site.run("verify", str(site.data / "public"), "--charter", fingerprint_on(site), "--pages")


def new_key(site: Site, file: Path) -> str:
    """Make a key on the editor's own machine, write its passphrase down; return its public half."""
    said = site.run("key", "new", str(file))
    file.with_suffix(".paper").write_text(re.search(r"^    (\S.*)$", said, re.MULTILINE)[1] + "\n")
    return said.splitlines()[-1]


def signed_elsewhere(site: Site, document: Path, *, key: Path) -> Path:
    """Read and sign a downloaded document with `visavis key sign`; return the signature file."""
    paper = str(key.with_suffix(".paper"))
    said = site.run(
        "key", "sign", str(document), "--key", str(key), "--passphrase-file", paper, given="y\n"
    )
    assert "Sign these exact words?" in said
    return document.with_name(f"{document.name}.signature.json")


def fingerprint_on(site: Site) -> str:
    """Return the charter's fingerprint as the about page shows it."""
    language = next(iter((site.data / "public" / "site").glob("*/about"))).parent.name
    return re.search(
        r"--charter(?:</span>)? ([0-9a-f]{64})", site.get(f"/{language}/about/")[1].decode()
    )[1]


def one_letter_changed(desk: Desk, item: str) -> str:
    """Change one letter of the open text's original and propose it; return the new digest."""
    desk.reader.open(f"{desk.root}library/")
    desk.reader.press(f"form[action$='/text/{item}/change/'] button")
    desk.reader.open(f"{desk.root}library/draft/{item}/az/words/")
    field = desk.page.locator("main textarea").last
    words = field.input_value()
    field.fill(words.replace("azad", "azat", 1))
    desk.reader.press("main form button")
    return desk.propose(item)
