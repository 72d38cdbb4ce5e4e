"""A desk's day in clicks: both desks walk each journey at 360 px, without script, in their own language.

`docs/reference/clicks.md` has the numbers. A click is a press on a link, a button, or what unfolds; ticks,
what is typed, and jumps within a page are none. A page is an address that the journey has shown, the first
included.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from browsing import Reader
from click.testing import CliRunner
from founding import WORDS, founded
from running import ANSWERS, Authenticator, Site

from visavis.signing.key_commands import key

pytestmark = [pytest.mark.journey, pytest.mark.enable_socket]
PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "clicks.md"
NARROW = 360
BEFORE = {
    "join the desk": "5 on 5",
    "make both keys on the server": "3 on 3",
    "bring keys of one's own": "1 on 1",
    "read and sign the charter": "2 on 2",
    "ask a question, and turn one's own key": "4 on 4",
    "sign the other desk's question": "2 on 2, own machine 5 on 2",
    "answer, and turn one's own key": "6 on 5",
    "a new text with one translation, and one's own key": "7 on 7",
    "sign the other desk's text": "2 on 2, own machine 5 on 2",
    "cut a letter": "4 on 3",
    "refuse a proposal": "2 on 2",
    "close what is open": "3 on 3",
    "invite a second editor": "2 on 2",
}
"""What was counted at first. Where nothing else is said, with the key on the server."""
DOWNLOADS = 1
"""One click more where a desk signs on a machine of its own."""
LETTER = "Birinci abzas bir quyu haqqındadır.\n\nİkinci abzas bir ip haqqındadır.\n\nÜçüncü abzas."


def terminal(*words: str) -> str:
    """Run ``visavis key`` as on a desk's own machine; return what it says."""
    done = CliRunner().invoke(key, list(words))
    assert done.exit_code == 0, done.output
    return done.output


class Walk:
    """One desk at a narrow screen, which counts what it presses and what it is shown."""

    def __init__(self, reader: Reader, folder: Path, *, side: str) -> None:
        self.reader, self.page = reader, reader.page
        self.folder, self.side = folder, side
        self.root = f"/{side}/desk/"
        self.is_key_here = side == "az"
        self.passphrase = ""
        self.counts: dict[str, tuple[int, int]] = {}
        self.clicks, self.pages = 0, set[str]()

    @contextmanager
    def journey(self, name: str, *, begins: str = "") -> Iterator[None]:
        """Count from this page on; the desk's own first page where none is named."""
        if begins != "here":
            self.reader.open(self.root + begins)
        self.clicks, self.pages = 0, {self.path()}
        yield
        assert not self.page.locator("[role=alert]").count(), (name, self.reader.words())
        self.counts[name] = (self.clicks, len(self.pages))

    def path(self) -> str:
        return self.reader.path().split("#")[0].split("?")[0]

    def press(self, selector: str) -> "Walk":
        self.clicks += 1
        self.reader.press(selector)
        self.pages.add(self.path())
        return self

    def type(self, **fields: str) -> "Walk":
        self.reader.type(**fields)
        return self

    # ---- pieces of journeys ----

    def two_words(self, passphrase: str) -> "Walk":
        words = passphrase.split()
        for name in ("first", "second"):
            asked = self.page.locator(f"label[for={name}]").inner_text()
            self.page.locator(f"[name={name}]").fill(words[int(re.search(r"[0-9]+", asked)[0]) - 1])
        return self

    def join(self, code: str) -> None:
        with self.journey("join the desk", begins="set-up/"):
            self.type(code=code).press("main form button")
            own = " ".join(self.page.locator(WORDS).all_inner_texts())
            self.press("main a.button").two_words(own).press("main form button")
            secret = self.page.locator("p.panel code").inner_text().replace(" ", "")
            self.type(label="first", digits=Authenticator(secret).code())
            self.press("main form button")

    def make_keys_here(self) -> None:
        with self.journey("make both keys on the server", begins="here"):
            self.press("form[action$='/key/new/'] button")
            self.passphrase = " ".join(self.page.locator(WORDS).all_inner_texts())
            recovery = self.page.locator("p.panel code").inner_text().replace(" ", "")
            self.press("main a.button").two_words(self.passphrase)
            self.type(ending=recovery[-8:]).press("main form button")

    def bring_keys(self) -> None:
        keys = {}
        for name in ("public_key", "recovery_key"):
            said = terminal("new", str(self.folder / name))
            keys[name] = said.splitlines()[-1]
            if name == "public_key":
                (self.folder / "passphrase").write_text(re.search(r"\n    (\S+)\n", said)[1])
        with self.journey("bring keys of one's own", begins="here"):
            self.type(**keys).press("form:has([name=public_key]) button")

    def turn(self, form: str, *, download: str) -> None:
        """Give the key: the passphrase, or a file that was signed elsewhere."""
        within = f"form[action*='{form}']"
        if self.is_key_here:
            self.page.locator(f"{within} [name=passphrase]").fill(self.passphrase)
        else:
            with self.page.expect_download() as got:
                self.clicks += 1
                self.page.locator(f"{within} a[href*='{download}']").click()
            file = self.folder / got.value.suggested_filename
            got.value.save_as(file)
            terminal(
                *("sign", str(file), "--key", str(self.folder / "public_key"), "--yes"),
                *("--passphrase-file", str(self.folder / "passphrase")),
            )
            signed = file.with_name(f"{file.name}.signature.json")
            self.page.locator(f"{within} [type=file]").set_input_files(signed)
        self.press(f"{within} > button")

    def turn_key(self) -> None:
        self.turn("/turn-key/", download="/bytes/")

    def sign_charter(self) -> None:
        with self.journey("read and sign the charter"):
            self.press("main a.button[href$='/charter/']")
            self.turn("/charter/sign/", download=".json" if self.side == "az" else "/bytes/")

    def ask(self) -> None:
        with self.journey("ask a question, and turn one's own key"):
            self.press("main a[href$='/questions/new/']")
            self.type(**{f"text_{code}": f"{self.side} ({code})?" for code in ("az", "hy", "en")})
            self.press("main form .is-bar button").press("form[action$='/propose/'] button")
            self.turn_key()

    def sign_what_waits(self, name: str) -> None:
        with self.journey(name):
            self.press("section[aria-labelledby=ours] h3 a")
            self.turn_key()

    def answer(self) -> None:
        with self.journey("answer, and turn one's own key"):
            self.press("section[aria-labelledby=awaited] h3 a")
            words = {f"words_{self.side}": "1. 2.", f"proposal_{self.side}": "3."}
            self.type(pen_name="N.", **words)
            self.press("main form .is-bar button").press("form[action$='/propose/'] button")
            self.turn_key()

    def write(self) -> None:
        other = "hy" if self.side == "az" else "az"
        with self.journey("a new text with one translation, and one's own key"):
            self.press("main a[href$='/library/new/']")
            self.page.locator("[name=kind]").select_option("letter")
            self.type(title=f"Quyu {self.side}", typed=LETTER).press("main form .is-bar button")
            self.press("a[href$='/add/']")
            self.page.locator("[name=language]").select_option(other)
            self.type(title=f"Ջրհոր {self.side}", typed=LETTER).press("main form .is-bar button")
            self.press("main form .is-bar button")
            self.press("form[action$='/propose/'] button")
            self.turn_key()

    def cut(self) -> None:
        self.reader.open(f"{self.root}library/new/")
        self.type(title="İp", typed=LETTER)
        self.reader.press("main form .is-bar button")
        with self.journey("cut a letter", begins="here"):
            self.press("a[href$='/strike/']")
            self.page.locator("[name=whole]").nth(1).check()
            self.press("main form .panel button[name=preview]")
            self.press("main form .panel button:not([name])").press("main form .panel a.plain")

    def refuse(self) -> None:
        with self.journey("refuse a proposal"):
            self.press("section[aria-labelledby=ours] h3 a")
            self.page.locator("[name=reason]").select_option("wording")
            self.press("form[action*='/refuse/'] button")

    def close(self) -> None:
        with self.journey("close what is open"):
            self.press("section[aria-labelledby=open] a[href*='/close/']")
            self.turn("#key", download="/note/")

    def invite(self) -> None:
        with self.journey("invite a second editor"):
            self.press("nav a[href$='/editors/']").press("form[action$='/invite/'] button")


def test_a_desks_day_takes_as_many_clicks_as_the_page_says(browser, tmp_path: Path) -> None:
    site, answers = Site(data=tmp_path / "site"), tmp_path / "answers.toml"
    answers.write_text(ANSWERS)
    codes = founded(site, answers)
    with (
        site.served(),
        Reader.of(browser, site.address, width=NARROW) as one,
        Reader.of(browser, site.address, width=NARROW) as other,
    ):
        walks = []
        for reader, side in ((one, "az"), (other, "hy")):
            (tmp_path / side).mkdir()
            walks.append(Walk(reader, tmp_path / side, side=side))
            walks[-1].join(codes[side])
        az, hy = walks
        az.make_keys_here()
        hy.bring_keys()
        for walk in walks:
            walk.sign_charter()
        for walk, second in ((az, hy), (hy, az)):
            walk.ask()
            second.sign_what_waits("sign the other desk's question")
        for walk in walks:
            walk.answer()
        for walk, second in ((az, hy), (hy, az)):
            walk.write()
            second.sign_what_waits("sign the other desk's text")
        for walk, second in ((az, hy), (hy, az)):
            walk.ask()
            second.refuse()
        for walk in walks:
            walk.cut()
            walk.close()
            walk.invite()
            walk.reader.check_nothing_strange()
    lines = [
        f"| {name} | {before} | {in_words(az, name)} | {in_words(hy, name)} |"
        for name, before in BEFORE.items()
    ]
    said = "\n".join(lines)
    assert said in PAGE.read_text(), f"the table is:\n{said}"
    for walk in walks:
        for name, (clicks, _pages) in walk.counts.items():
            most = int(BEFORE[name].split()[0])
            assert clicks <= most + (0 if walk.is_key_here else DOWNLOADS), f"{name}: {clicks}"


def in_words(walk: Walk, name: str) -> str:
    return "{} on {}".format(*walk.counts[name]) if name in walk.counts else "–"
