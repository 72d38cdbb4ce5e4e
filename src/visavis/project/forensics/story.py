"""What people do on the site of the driver: come in, write, propose, turn keys; a few requests each."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pyotp

from visavis.signing.codes import hash_of_code

from .browser import Answer, Browser, Canaries, ForensicsError
from .installation import Installation

if TYPE_CHECKING:
    from .taking_part import Person

DESK = "/en/desk/"
JOIN = "/en/taking-part/join/"
WORDS = r'<ol class="[^"]*words[^>]*>(.*?)</ol>'
NO_LONGER = "this site does not do as it did"


@dataclass
class Desk:
    """One editor of a side, with a browser that is signed in."""

    side: str
    browser: Browser
    passphrase: str = ""
    totp: str = ""
    desk_passphrase: str = ""
    waits: str = ""
    """A proposal of this desk's that waits for the other."""


@dataclass
class Story:
    """The site, who takes part, and every word by which something could be found."""

    site: Installation
    acted: Callable[[], object]
    hidden: Canaries = field(default_factory=Canaries)
    """In what nobody may ever find."""
    shown: Canaries = field(default_factory=Canaries)
    """In what is opened on purpose: a copy must have it, or the search does not work."""
    gone: Canaries = field(default_factory=Canaries)
    """In what was public, and is closed for good before the end."""
    desks: dict[str, Desk] = field(default_factory=dict)
    secrets: list[str] = field(default_factory=list)
    invitations: list[str] = field(default_factory=list)
    """What the disk has of each code, in the order in which they were made."""
    drafts: list[str] = field(default_factory=list)
    asked: str = ""
    """An open question, to be answered."""
    people: dict[str, "Person"] = field(default_factory=dict)
    """One of each side who takes part."""
    discussion: str = ""
    """An open discussion, to write in."""
    gated: str = ""
    """One with the heard gate."""
    answered: set[str] = field(default_factory=set)
    """Which sides have begun an answer to it."""
    n_killed: int = 0

    def browser(self, *, direct: bool = False) -> Browser:
        """Return a new one, before the proxy or, ``direct``, before the server itself."""
        browser = Browser(self.site.port if direct else self.site.front, self.hidden, self.acted)
        self._browsers.append(browser)
        return browser

    _browsers: list[Browser] = field(default_factory=list)

    def all_secrets(self) -> list[str]:
        """Return passphrases, codes, cookies: what is on paper or in a browser, and nowhere here."""
        cookies = {value for each in self._browsers for value in each.kept}
        return [*self.secrets, *sorted(cookies)]

    # Coming in

    def comes_in(self, side: str, code: str) -> Desk:
        """Join with a code, as the pages of set-up ask for it."""
        browser, at = self.browser(), f"{DESK}set-up/"
        browser.fill_in(at, code=code)
        passphrase = _words(browser.get(f"{at}passphrase/"))
        self._two_words(browser, f"{at}words/", passphrase)
        shown = browser.get(f"{at}authenticator/")
        totp = shown.word(r"<code>([A-Z2-7 ]+)</code>").replace(" ", "")
        digits = pyotp.TOTP(totp).now()
        joined = browser.fill_in(f"{at}authenticator/", label=self.hidden("label"), digits=digits)
        sent_on(joined)
        self.secrets += [passphrase, totp, code, code.replace("-", "")]
        return Desk(side, browser, passphrase, totp)

    def founds(self, codes: dict[str, str]) -> None:
        """Let each desk's first editor come in, make its keys, and sign the charter."""
        for side, code in codes.items():
            desk = self.desks[side] = self.comes_in(side, code)
            shown = desk.browser.get(sent_on(desk.browser.fill_in(f"{DESK}key/", "key/new/")))
            desk.desk_passphrase = _words(shown)
            recovery = shown.word(r"<code>([0-9a-f ]{32,})</code>").replace(" ", "")
            self.secrets += [desk.desk_passphrase, recovery]
            at = f"{DESK}key/new/keep/"
            self._two_words(desk.browser, at, desk.desk_passphrase, ending=recovery[-8:])
        for desk in self.desks.values():
            at = f"{DESK}charter/"
            sent_on(desk.browser.fill_in(at, "charter/sign/", passphrase=desk.desk_passphrase))

    def invites(self, desk: Desk) -> str:
        """Make an invitation that counts at once; return its code."""
        page = f"{DESK}editors/"
        given = desk.desk_passphrase
        shown = desk.browser.fill_in(page, "editors/invite/", desk_passphrase=given)
        code = shown.word(r"<code>((?:[0-9a-z]{4}-){6}[0-9a-z]{4})</code>")
        self.secrets += [code, code.replace("-", "")]
        self.invitations.append(hash_of_code(code))
        return code

    def invites_to_take_part(self, desk: Desk, n: int) -> list[str]:
        """Make a batch of codes, as cards; return them."""
        page = f"{DESK}invitations/"
        shown = desk.browser.fill_in(page, "/cards/", role="student", size=str(n))
        codes = re.findall(r"<code>((?:[0-9a-z]{4}-){6}[0-9a-z]{4})</code>", shown.text)
        if len(codes) != n:
            raise ForensicsError(f"{NO_LONGER} ({shown.status})")
        self.secrets += [*codes, *(code.replace("-", "") for code in codes)]
        return codes

    def joins(self, code: str) -> tuple[Browser, str]:
        """Join with the code of a card; the account waits for the full hour. Returns the passphrase too."""
        browser = self.browser()
        sent_on(browser.fill_in(f"{JOIN}code/", code=code))
        passphrase = _words(browser.get(f"{JOIN}passphrase/"))
        self.secrets.append(passphrase)
        sent_on(browser.fill_in(f"{JOIN}wishes/", **self.wishes()))
        sent_on(browser.fill_in(f"{JOIN}repeat/", passphrase=passphrase))
        return browser, passphrase

    def wishes(self, texts: str = "keep") -> dict[str, str]:
        """Return what somebody wishes for a detention, and whom to ask."""
        return {"texts": texts, "name": "ask", "voice": "quiet", "whom": self.hidden("whom")}

    def _two_words(self, browser: Browser, at: str, passphrase: str, **more: str) -> None:
        shown, words = browser.get(at), passphrase.split()
        typed = {
            name: words[int(shown.word(rf'for="{name}"[^>]*>[^<]*?(\d+)')) - 1]
            for name in ("first", "second")
        }
        sent_on(browser.fill_in(at, **typed, **more))

    # Writing

    def drafts_question(self, desk: Desk, canary: Canaries) -> str:
        """Write a question in every language; return its item."""
        texts = {f"text_{code}": f"{canary.sentence('question')}?" for code in ("az", "hy", "en")}
        notes = {f"note_{code}": canary.sentence("note") for code in ("az", "hy", "en")}
        to = sent_on(desk.browser.fill_in(f"{DESK}questions/new/", **texts, **notes))
        self.drafts.append(_item(to))
        return self.drafts[-1]

    def proposes_question(self, desk: Desk, canary: Canaries) -> str:
        """Write and propose a question; return its digest."""
        item = self.drafts_question(desk, canary)
        return self.proposes(desk, f"{DESK}questions/draft/{item}/preview/")

    def drafts_answer(self, desk: Desk, question: str) -> str:
        """Write an answer; return the address of its preview."""
        words = {
            f"{name}_{code}": self.hidden.sentence(name)
            for name in ("words", "proposal", "translator")
            for code in ("az", "hy", "en")
        }
        pen_name = self.hidden("penname")
        at = f"{DESK}questions/{question}/answer/"
        return sent_on(desk.browser.fill_in(at, pen_name=pen_name, original=desk.side, **words))

    def drafts_text(self, desk: Desk, canary: Canaries) -> str:
        """Type a letter in; return the address of its draft."""
        given = {"title": canary.sentence("title"), "typed": canary.sentence("typed")}
        to = sent_on(desk.browser.fill_in(f"{DESK}library/new/", kind="article", **given))
        self.drafts.append(_item(to))
        return to

    def proposes(self, desk: Desk, page: str) -> str:
        """Propose the draft on this page; return the digest that waits for keys now."""
        return _digest(sent_on(desk.browser.fill_in(page, "/propose/")))

    def turns(self, desk: Desk, digest: str) -> None:
        """Turn a side's key for what waits."""
        at, given = f"{DESK}read/{digest}/", desk.desk_passphrase
        sent_on(desk.browser.fill_in(at, "/turn-key/", passphrase=given))

    def opens(self, digest: str) -> None:
        """Turn every side's key."""
        for desk in self.desks.values():
            self.turns(desk, digest)


def _words(page: Answer) -> str:
    return " ".join(re.findall(r"<code[^>]*>([^<]+)</code>", page.word(WORDS)))


def sent_on(answer: Answer) -> str:
    """Return where an act led to; one that was refused shows its page again instead."""
    if answer.status not in {302, 303}:
        said = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))
        raise ForensicsError(f"{NO_LONGER} ({answer.status}): {said[:1_000]}")
    return answer.to


def _item(address: str) -> str:
    return address.partition("/draft/")[2].partition("/")[0]


def _digest(address: str) -> str:
    return address.partition("/read/")[2].partition("/")[0]
