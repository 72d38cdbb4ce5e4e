"""Two people who have never met, one of each side, talk: from the printed code to words that are gone.

One journey on the demo, in one browser for each of four, on a telephone's screen and without script.
"""

import shutil
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from browsing import Reader, overflow
from founding import WORDS
from running import Authenticator, Site, demo_participants, demo_sign_ins

from visavis.safety.scan import Search

pytestmark = [pytest.mark.journey, pytest.mark.enable_socket]

SAID = "Մեր փողոցի ծայրին մի հացթուխ կար։ Նա հացը *փարչ* ջրով էր վաճառում։"
SEARCHED = "Մեր փողոցի ծայրին մի հացթուխ կար"
"""What nobody finds any more in the end, in any byte."""
SEARCH = Search([SEARCHED])
NO_LONGER = "What stood here is no longer shown."
COLUMNS = {"column in-1", "column in-2"}
CONTROL = {"/hy/", "/az/", "/en/", "feed", "documents/", ".json", ".br", "record/", "sqlite3"}
"""Where the words have to be found while they are open, or the search is blind."""
ANSWER = "Bizdə də belə bir çörəkçi vardı. Suyu küpdən verərdi."
PEN_NAME = {"name_az": "Yağış çörəkçisi", "name_hy": "Անձրևի հացթուխ"}


class Person:
    """Somebody in a browser of their own."""

    def __init__(self, reader: Reader, *, language: str) -> None:
        self.reader = reader
        self.page = reader.page
        self.root = f"/{language}/taking-part/"

    def join(self, code: str) -> str:
        """Join with a code from a card; return the passphrase that was written down."""
        self.reader.open(f"{self.root}join/")
        self.reader.press("main a.button")
        self.reader.type(code=code).press()
        passphrase = " ".join(self.page.locator(WORDS).all_inner_texts())
        self.reader.press("main a.button")
        self.reader.type(passphrase=passphrase.replace(" ", "-").upper()).press()
        assert self.reader.path() == f"{self.root}join/done/"
        return passphrase

    def sign_in(self, passphrase: str) -> None:
        self.reader.open(f"{self.root}sign-in/")
        self.reader.type(passphrase=passphrase).press()
        assert self.reader.path() == self.root, self.reader.words()

    def write(self, link: str, text: str, *, language: str) -> None:
        """Follow a link of the page that is open, write, and hand it in."""
        self.reader.press(link)
        self.page.locator("[name=original]").select_option(language)
        if self.page.locator("[name=rules_read]").count():
            self.page.locator("[name=rules_read]").check()
        self.reader.type(text=text).press()
        self.reader.press("form[action$='/hand-in/'] button")
        assert self.reader.path().startswith(f"{self.root}words/"), self.reader.words()

    def withdraw(self) -> None:
        """Withdraw the one thing that is open."""
        self.reader.open(f"{self.root}words/")
        self.reader.press("section[aria-labelledby=opened] a.danger")
        self.reader.press("main form button.danger")
        assert self.page.locator("[role=status]").count(), self.reader.words()


class Desk:
    """One side's editor of the demo."""

    def __init__(self, reader: Reader, site: Site, *, side: str) -> None:
        self.reader = reader
        self.page = reader.page
        self.root = f"/{side}/desk/"
        self.knows = demo_sign_ins(site.data)[side]

    def sign_in(self) -> "Desk":
        self.reader.open(f"{self.root}sign-in/")
        code = Authenticator(self.knows.totp).code()
        self.reader.type(passphrase=self.knows.passphrase, digits=code).press()
        return self

    def invite(self) -> str:
        """Make a batch of one code; return the code on its card."""
        self.reader.open(f"{self.root}invitations/")
        self.page.locator("[name=role]").select_option("student")
        self.reader.type(size="1").press("form[action$='/cards/'] button")
        return self.page.locator(".card-code code").inner_text()

    def key(self, words: str) -> None:
        """Read the one contribution that waits, and open it with the desk's passphrase."""
        self.reader.open(f"{self.root}contributions/")
        assert words in self.reader.words("article")
        self.page.locator("[name=digest]").check()
        self.reader.type(passphrase=self.knows.desk_passphrase)
        self.reader.press("#key button[type=submit], #key button")
        assert not self.page.locator("[name=digest]").count(), self.reader.words()


@pytest.fixture
def site(made: Site, tmp_path: Path) -> Iterator[Site]:
    site = Site(data=tmp_path / "data")
    shutil.copytree(made.data, site.data)
    with site.served():
        yield site


def places_of(site: Site) -> dict[str, frozenset[str]]:
    """Return each file of the data directory in which the words are, in any spelling, packed or not."""
    return SEARCH.below(site.data)


def test_two_people_write_to_each_other_and_one_takes_their_words_away(browser, site: Site) -> None:
    with ExitStack() as stack:
        telephones = [
            stack.enter_context(Reader.of(browser, site.address, width=360)) for _ in range(5)
        ]
        first, second = Person(telephones[0], language="hy"), Person(telephones[1], language="az")
        hy, az = Desk(telephones[2], site, side="hy"), Desk(telephones[3], site, side="az")
        reader = telephones[4]

        # Somebody joins with a code of the desk's batch, signs in, and fills in a card.
        passphrase = first.join(hy.sign_in().invite())
        first.reader.context.clear_cookies()
        first.sign_in(passphrase)
        first.reader.open(f"{first.root}card/")
        first.reader.type(**PEN_NAME).press()
        assert PEN_NAME["name_hy"] in first.reader.words()

        # They write in Armenian, on the way that readers see; no copy of the disk has the words.
        discussion = opened_from_the_list(first.reader, "hy", about="Բառեր")
        first.write("main a[href$='/write/']", SAID, language="hy")
        assert places_of(site) == {}

        # Their desk keys it, and the next edition has it in every language of the site.
        hy.key(SEARCHED)
        site.wait_until_there(discussion, words=SEARCHED)

        # The other side answers in Azerbaijani, from the page itself.
        second.sign_in(demo_participants(site.data)["az"])
        second.reader.open(discussion.replace("/hy/", "/az/"))
        own = second.page.locator("article", has_text=SEARCHED)
        reply = own.locator("a[href*='?to=']").get_attribute("href")
        second.write(f"a[href='{reply}']", ANSWER, language="az")
        az.sign_in().key(ANSWER)
        site.wait_until_there(discussion, words=ANSWER)

        # Side by side in both languages and in English, each in its own column, none of them translated.
        for language in ("hy", "az", "en"):
            reader.open(discussion.replace("/hy/", f"/{language}/"))
            row = reader.page.locator(".facing", has_text=SEARCHED)
            said, answer = (row.locator("article", has_text=each) for each in (SEARCHED, ANSWER))
            assert {said.get_attribute("class"), answer.get_attribute("class")} == COLUMNS
            assert PEN_NAME["name_az" if language == "az" else "name_hy"] in said.inner_text()
            assert overflow(reader.page) == 0
        everywhere = places_of(site)
        assert {kind for name in everywhere for kind in CONTROL if kind in name} >= CONTROL

        # The first author takes the words away: no desk is asked, and the answer stays.
        first.withdraw()
        wait_until_gone(site, discussion)
        assert places_of(site) == {}
        for language in ("hy", "az", "en"):
            reader.open(discussion.replace("/hy/", f"/{language}/"))
            assert ANSWER in reader.words()
        assert reader.page.locator("article", has_text=ANSWER).get_by_text(NO_LONGER).count() == 1
        for each in telephones:
            each.check_nothing_strange()


def opened_from_the_list(reader: Reader, language: str, *, about: str) -> str:
    """Open a discussion as a reader finds it; return its address."""
    reader.open(f"/{language}/discussions/")
    reader.page.locator("main a", has_text=about).first.click()
    reader.page.wait_for_load_state()
    return reader.path()


def wait_until_gone(site: Site, address: str) -> None:
    end = time.monotonic() + 20
    while SEARCHED.encode() in site.get(address)[1] or places_of(site):
        assert time.monotonic() < end, f"still there: {sorted(places_of(site))}"
        time.sleep(0.2)
