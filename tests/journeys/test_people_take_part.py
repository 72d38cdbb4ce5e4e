"""Two people who have never met, one of each side, talk: from the printed code to words that are gone.

One journey on the demo, in one browser for each of five, on a telephone's screen and without script: through
the heard gate, with translations by both.
"""

import shutil
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from browsing import Reader
from founding import WORDS
from running import PATIENCE, Authenticator, Site, demo_participants, demo_sign_ins

from looking import overflow
from visavis.safety.scan import Search

pytestmark = [pytest.mark.journey, pytest.mark.enable_socket]

SAID = "Մեր փողոցի ծայրին մի հացթուխ կար։ Նա հացը *փարչ* ջրով էր վաճառում։"
SEARCHED = "Մեր փողոցի ծայրին մի հացթուխ կար"
SAID_IN = {
    "az": "Küçəmizin başında bir çörəkçi vardı. Çörəyi *parç* su ilə satırdı.",
    "en": "At the end of our street there was a baker. He sold bread with a jug of water.",
}
RESTATED = {
    "az": "Çörəkçiniz çörəyin yanında su da verərmiş, deyirsiniz",
    "hy": "Ասում եք՝ ձեր հացթուխը հացի հետ ջուր էլ էր տալիս",
}
MADE_OF_IT = ["Küçəmizin başında bir çörəkçi", "there was a baker", *RESTATED.values()]
"""The beginnings of what goes with the words: translations of them, and what was understood."""
NO_LONGER = "What was here is no longer shown."
COLUMNS = {"column in-1", "column in-2"}
CONTROL = {
    "/hy/",
    "/az/",
    "/en/",
    "documents/",
    "items/",
    "feed.json",
    "atom.xml",
    ".br",
    "record/blobs/",
    "sqlite3",
}
"""Where the words have to be found while they are open, or the search is blind."""
ANSWER = "Bizdə də belə bir çörəkçi vardı. Suyu küpdən verərdi."
ANSWER_IN = {
    "hy": "Մեզ մոտ էլ այդպիսի հացթուխ կար։ Ջուրը կճուճից էր տալիս։",
    "en": "We had such a baker too. He gave the water from a jar.",
}
WISHES = {"texts": "keep", "name": "initials", "voice": "quiet"}
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
        for question, answer in WISHES.items():
            self.page.locator(f"[name={question}][value={answer}]").check()
        self.reader.press()
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
        self.write_here(text, language=language)

    def write_here(self, text: str, *, language: str) -> None:
        self.page.locator("[name=original]").select_option(language)
        if self.page.locator("[name=rules_read]").count():
            self.page.locator("[name=rules_read]").check()
        self.reader.type(text=text).press()
        self.reader.press("form[action$='/hand-in/'] button")
        assert self.reader.path().startswith(f"{self.root}words/"), self.reader.words()

    def restate(self, *, language: str, theirs: str) -> None:
        """Say what was understood, in two languages, on the page to which "Reply" has led."""
        self.page.locator("[name=original]").select_option(language)
        self.page.locator("[name=other_language]").select_option(theirs)
        typed = {"restated": RESTATED[language], "restated_in_theirs": RESTATED[theirs]}
        self.reader.type(**typed).press()
        assert RESTATED[theirs] in self.reader.words(".restated")

    def say_yes(self) -> None:
        """Find on one's own page that somebody asks, and confirm what they have understood."""
        self.reader.open(self.root)
        self.reader.press("main a[href$='/taking-part/heard/']")
        asked = self.page.locator("section[aria-labelledby=asked] .asked")
        assert asked.count() == 1
        self.reader.press("section[aria-labelledby=asked] a.button")
        self.page.locator("[name=says][value=yes]").check()
        self.reader.press()
        assert self.page.locator("[role=status]").count(), self.reader.words()

    def reply(self, text: str, *, language: str) -> None:
        """Reply to what was restated and heard."""
        self.reader.open(f"{self.root}heard/")
        own = self.page.locator("section[aria-labelledby=own] .asked")
        own.filter(has_text=RESTATED[language]).locator("a.more").click()
        self.reader.press("main section a.button")
        assert RESTATED[language] in self.reader.words()
        self.write_here(text, language=language)

    def translate(self, discussion: str, words: str, text: str, *, language: str) -> None:
        """Translate what is on the page of a discussion in this language, and hand it in."""
        self.reader.open(discussion.replace("/hy/", f"/{language}/"))
        own = self.page.locator("article", has_text=words)
        own.locator("a[href*='/translate/']").click()
        self.reader.type(paragraph_0=text).press("button[value=finish]")
        assert self.page.locator("[role=status]").count(), self.reader.words()

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

    def key(self, *words: str) -> None:
        """Read the one contribution that waits, with all these words, and open it with the desk's key."""
        self.reader.open(f"{self.root}contributions/")
        assert all(each in self.reader.words() for each in words)
        # A tick that names more than one document opens them together: the reply with its restatement.
        ticks = self.page.locator("[name=digest]").all()
        max(ticks, key=lambda each: len(each.get_attribute("value") or "")).check()
        self.reader.type(passphrase=self.knows.desk_passphrase)
        self.reader.press("#key button[type=submit], #key button")
        assert not self.page.locator("[name=digest]").count(), self.reader.words()

    def hand_on(self, words: str) -> None:
        """Hand a restatement on to the person of this side who is asked."""
        self.reader.open(self.root)
        self.reader.press("main a[href$='/discussions/heard/']")
        self.page.locator(".asked", has_text=words).locator("form button").click()
        assert self.page.locator("[role=status]").count(), self.reader.words()

    def key_yes(self, words: str) -> None:
        """Read the answer to a restatement, and turn the key."""
        self.reader.open(f"{self.root}discussions/heard/")
        self.page.locator(".asked", has_text=words).locator("a.button").click()
        self._turn()

    def key_translations(self, n: int) -> None:
        for _ in range(n):
            self.reader.open(f"{self.root}translated/")
            self.reader.press(".shelf h2 a")
            self._turn()

    def _turn(self) -> None:
        self.reader.type(passphrase=self.knows.desk_passphrase)
        self.reader.press("form[action*='/turn-key/'] button")
        assert "done=opened" in self.page.url, self.reader.words()


@pytest.fixture
def site(made: Site, tmp_path: Path) -> Iterator[Site]:
    site = Site(data=tmp_path / "data")
    shutil.copytree(made.data, site.data)
    with site.served():
        yield site


def places_of(site: Site, *words: str) -> dict[str, frozenset[str]]:
    """Return each file of the data directory in which the words are, in any spelling, packed or not."""
    return Search(words or [SEARCHED]).below(site.data)


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
        discussion = page_that_shows(site, discussion, SEARCHED)

        # The other side wants to reply in Azerbaijani, and says first what they have understood.
        second.sign_in(demo_participants(site.data)["az"])
        second.reader.open(discussion.replace("/hy/", "/az/"))
        own = second.page.locator("article", has_text=SEARCHED)
        reply = own.locator("a[href*='?to=']").get_attribute("href")
        second.reader.press(f"a[href='{reply}']")
        second.restate(language="az", theirs="hy")
        assert places_of(site, *RESTATED.values()) == {}

        # The desk of who is asked hands it on; they say yes; the desk turns its key for that.
        hy.hand_on(RESTATED["hy"])
        first.say_yes()
        hy.key_yes(RESTATED["hy"])
        assert places_of(site, *RESTATED.values()) == {}

        # Now the reply opens, with what was understood, by one key of the replier's desk.
        second.reply(ANSWER, language="az")
        az.sign_in().key(RESTATED["az"], ANSWER)
        site.wait_until_there(discussion, words=ANSWER)

        # Each translates the other's words, and one of them both into English.
        second.translate(discussion, SEARCHED, SAID_IN["az"], language="az")
        second.translate(discussion, SEARCHED, SAID_IN["en"], language="en")
        az.key_translations(2)
        first.translate(discussion, ANSWER, ANSWER_IN["hy"], language="hy")
        first.translate(discussion, ANSWER, ANSWER_IN["en"], language="en")
        hy.key_translations(2)
        in_hy, in_az = {"hy": SEARCHED, **SAID_IN}, {"az": ANSWER, **ANSWER_IN}
        for language in ("hy", "az", "en"):
            page = discussion.replace("/hy/", f"/{language}/")
            for words in (in_hy[language], in_az[language]):
                site.wait_until_there(page, words=words.partition(" *")[0])

        # Side by side in both languages and in English, each in its own column, restated and heard.
        for language in ("hy", "az", "en"):
            reader.open(discussion.replace("/hy/", f"/{language}/"))
            words = [each[language].partition(" *")[0] for each in (in_hy, in_az)]
            row = reader.page.locator(".facing", has_text=words[0])
            said, answer = (row.locator("article", has_text=each) for each in words)
            assert {said.get_attribute("class"), answer.get_attribute("class")} == COLUMNS
            assert PEN_NAME["name_hy" if language == "hy" else "name_az"] in said.inner_text()
            restated = answer.locator(".restated").inner_text()
            assert all(each in restated for each in RESTATED.values())
            assert "Not agreed" not in restated
            assert overflow(reader.page) == 0
        thread = reader.page.locator(".thread", has_text=ANSWER_IN["en"])
        assert "Heard: 1 of 1" in thread.inner_text()
        everywhere = places_of(site)
        assert {kind for name in everywhere for kind in CONTROL if kind in name} >= CONTROL
        for each in MADE_OF_IT:
            assert {kind for name in places_of(site, each) for kind in CONTROL if kind in name}

        # The first author takes the words away: no desk is asked, and the answer stays.
        # What was made of them goes too: both translations, and what the other had understood.
        first.withdraw()
        wait_until_gone(site, discussion)
        assert places_of(site, SEARCHED, *MADE_OF_IT) == {}
        for language in ("hy", "az", "en"):
            reader.open(discussion.replace("/hy/", f"/{language}/"))
            assert in_az[language] in reader.words()
        thread = reader.page.locator(".thread", has_text=ANSWER_IN["en"])
        assert thread.get_by_text(NO_LONGER).count() == 1
        for each in telephones:
            each.check_nothing_strange()


def opened_from_the_list(reader: Reader, language: str, *, about: str) -> str:
    """Open a discussion as a reader finds it; return its address."""
    reader.open(f"/{language}/discussions/")
    reader.page.locator("main a", has_text=about).first.click()
    reader.page.wait_for_load_state()
    return reader.path()


def page_that_shows(site: Site, discussion: str, words: str) -> str:
    """Return the page of this discussion that has the words, once it is out: how long pages are is drawn."""
    tree = site.data / "public" / "site"
    end = time.monotonic() + PATIENCE
    while True:
        for file in (tree / discussion.strip("/")).parent.rglob("index.html"):
            if words in file.read_text(encoding="utf-8"):
                return f"/{file.relative_to(tree).as_posix()}"
        assert time.monotonic() < end, f"no page of {discussion} has the words"
        time.sleep(0.2)


def wait_until_gone(site: Site, address: str) -> None:
    end = time.monotonic() + PATIENCE
    words = [SEARCHED, *MADE_OF_IT]
    while SEARCHED.encode() in site.get(address)[1] or places_of(site, *words):
        assert time.monotonic() < end, f"still there: {sorted(places_of(site, *words))}"
        time.sleep(0.2)
