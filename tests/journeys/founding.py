"""What the first editors of a new site do in the browser, spoken as acts."""

import re
from pathlib import Path

from browsing import Reader
from running import Authenticator, Site

WORDS = "ol.words li code"


class Desk:
    """One side's first editor, who has a set-up code and a browser."""

    def __init__(self, reader: Reader, *, side: str, language: str = "en") -> None:
        self.reader = reader
        self.page = reader.page
        self.side = side
        self.root = f"/{language}/desk/"
        self.passphrase = ""
        self.desk_passphrase = ""
        self.authenticator: Authenticator | None = None

    def come_in(self, code: str) -> "Desk":
        """Use the code, write down the passphrase, set the authenticator."""
        self.reader.open(f"{self.root}set-up/")
        self.reader.type(code=code).press()
        self.passphrase = " ".join(self.page.locator(WORDS).all_inner_texts())
        self.reader.press("main a.button")
        self._type_two_words(self.passphrase)
        self.reader.press()
        secret = self.page.locator("p.panel code").inner_text().replace(" ", "")
        self.authenticator = Authenticator(secret)
        self.reader.type(label="first", digits=self.authenticator.code()).press()
        assert self.reader.path() == f"{self.root}key/"
        return self

    def make_keys_here(self) -> "Desk":
        """Let the server make the side's keys, sealed under a passphrase of the desk."""
        self.reader.press(f"form[action='{self.root}key/new/'] button")
        self.desk_passphrase = " ".join(self.page.locator(WORDS).all_inner_texts())
        recovery = self.page.locator("p.panel code").inner_text().replace(" ", "")
        self.reader.press("main a.button")
        self._type_two_words(self.desk_passphrase)
        self.reader.type(ending=recovery[-8:]).press()
        assert self.reader.path() == f"{self.root}key/"
        return self

    def bring_keys(self, *, public_key: str, recovery_key: str) -> "Desk":
        """Give the public halves of keys that were made on another machine."""
        self.reader.type(public_key=public_key, recovery_key=recovery_key)
        self.reader.press("form:has([name=public_key]) button")
        assert public_key.split()[0] in self.reader.words()
        return self

    def sign_charter(self) -> "Desk":
        self.reader.open(f"{self.root}charter/")
        return self._turn("sign-charter", at="charter/sign/")

    def propose(self, item: str) -> str:
        """Propose the draft; return the digest that now waits for keys."""
        self.reader.open(f"{self.root}library/draft/{item}/")
        self.reader.press("form[action$='/propose/'] button")
        return self.waiting()[0]

    def waiting(self) -> list[str]:
        """Return the digests that wait for this desk's key."""
        self.reader.open(self.root)
        links = self.page.locator("section[aria-labelledby=ours] h3 a").all()
        return [(link.get_attribute("href") or "").rstrip("/").split("/")[-1] for link in links]

    def turn_key(self, digest: str) -> "Desk":
        """Read the document and turn the key with the desk's passphrase."""
        self.reader.open(f"{self.root}read/{digest}/")
        return self._turn(digest, at=f"{digest}/turn-key/")

    def download(self, address: str, to: Path) -> Path:
        """Download the bytes behind a link of the page that is open."""
        with self.page.expect_download() as download:
            self.page.evaluate(
                "() => document.querySelectorAll('details').forEach(each => each.open = true)"
            )
            self.page.locator(f"a[href='{address}']").first.click()
        download.value.save_as(to)
        return to

    def hand_in(self, signature: Path, *, form: str, is_refused: bool = False) -> "Desk":
        """Hand in a signature that was made on another machine; it is taken, or refused in words."""
        within = self.page.locator(f"form[action^='{form}']")
        if within.locator("summary").count():  # folded only where a key is kept here as well
            within.locator("summary").click()
        within.locator("[type=file]").set_input_files(signature)
        within.locator("> button").click()
        self.page.wait_for_load_state()
        assert bool(self.page.locator("[role=alert]").count()) == is_refused, self.reader.words()
        return self

    def _turn(self, what: str, *, at: str) -> "Desk":
        form = f"form[action*='{at}']"
        self.page.locator(f"{form} [name=passphrase]").fill(self.desk_passphrase)
        self.reader.press(f"{form} > button")
        assert not self.page.locator("[role=alert]").count(), (what, self.reader.words())
        return self

    def _type_two_words(self, passphrase: str) -> None:
        words = passphrase.split()
        for name in ("first", "second"):
            asked = self.page.locator(f"label[for={name}]").inner_text()
            place = int(re.search(r"[0-9]+", asked)[0])
            self.page.locator(f"[name={name}]").fill(words[place - 1])


def founded(site: Site, answers: Path) -> dict[str, str]:
    """Found the site with `visavis init`; return the set-up codes by side."""
    said = site.run("init", "--answers", str(answers))
    return dict(
        re.findall(r"^\s+([a-z]+)\s+((?:[0-9a-z]{4}-){6}[0-9a-z]{4})\b", said, re.MULTILINE)
    )
