"""Those who take part in the story of `story`: one of each side, who fill in cards and write to one another.

The first side's person hands in and is never opened: card and words are in no copy. The other's are opened on
purpose, so that a copy must have them.
"""

import re
from dataclasses import dataclass

from .browser import Browser, Canaries, ForensicsError
from .story import DESK, NO_LONGER, Desk, Story, sent_on

HOME = "/en/taking-part/"
HEARD, AT_DESK = f"{HOME}heard/", f"{DESK}discussions/heard/"
CARD, WORDS = f"{HOME}card/", f"{HOME}words/"
QUEUE = f"{DESK}contributions/"
TICK = r'name="digest" value="([^"]+)"'
OK = 200
WITHDRAWS = r"/words/([0-9a-f]{32})/withdraw/"


@dataclass
class Person:
    """Somebody of a side, with a browser that is signed in. ``canary`` makes what they write."""

    side: str
    browser: Browser
    passphrase: str
    canary: Canaries
    waits: str = ""
    """What they handed in and is not open: at most one."""
    is_open: str = ""
    """A contribution of theirs that is open, to be pointed out and translated."""
    is_asked: str = ""
    """A contribution of theirs that is open behind the heard gate, to be restated."""


def come_in(story: Story) -> dict[str, Person]:
    """Let one of each side join with a code, and the hour pass: from then on they take part."""
    joined = {}
    for (side, desk), canary in zip(story.desks.items(), (story.hidden, story.shown), strict=True):
        code, _ = story.invites_to_take_part(desk, 2)
        joined[side] = Person(side, *story.joins(code), canary)
    story.site.pass_the_hour()
    return joined


def fills_in(browser: Browser, canary: Canaries) -> None:
    """Fill in a card, with a pen name that exists once; look at it."""
    az, hy = canary.pen_name()
    sent_on(browser.fill_in(CARD, name_az=az, name_hy=hy))
    browser.get(f"{CARD}preview/")


def discussion(story: Story) -> str:
    """Return the discussion in which people write; the desks open it on purpose."""
    if not story.discussion:
        story.discussion = _opened(story, has_gate="no")
    return story.discussion


def gated(story: Story) -> str:
    """Return the one in which a reply begins with a restatement."""
    if not story.gated:
        story.gated = _opened(story, has_gate="yes")
    return story.gated


def _opened(story: Story, **more: str) -> str:
    desk, canary = next(iter(story.desks.values())), story.shown
    words = {
        f"{name}_{code}": canary.sentence(name)
        for name in ("title", "opening", "rules")
        for code in ("az", "hy", "en")
    }
    terms = {"roles": "student", "per_day": "20", "takes_turns": "no", **more}
    page = sent_on(desk.browser.fill_in(f"{DESK}discussions/new/", **terms, **words))
    item = page.partition("/draft/")[2].partition("/")[0]
    story.opens(story.proposes(desk, page))
    return item


def drafts(story: Story, person: Person, canary: Canaries, *, talk: str = "") -> str:
    """Write in a discussion, twice; return the address of the draft."""
    page = f"{HOME}discussions/{talk or discussion(story)}/write/"
    shown = person.browser.get(page).text
    ticked = {"rules_read": "on"} if 'name="rules_read"' in shown else {}
    given = {"original": person.side, "text": canary.sentence("said")}
    preview = sent_on(person.browser.fill_in(page, **given, **ticked))
    draft = preview.partition("preview/")[0]
    sent_on(person.browser.fill_in(draft, text=canary.sentence("saidagain")))
    person.browser.get(f"{draft}preview/")
    return draft


def hands_in(story: Story, person: Person, canary: Canaries, *, talk: str = "") -> str:
    """Hand words in, with the card the first time; return their item. What waited before is withdrawn."""
    if person.waits:
        withdraws(person, person.waits)
    if 'name="name_az"' in person.browser.get(CARD).text:
        fills_in(person.browser, person.canary)
    before = _own(person)
    page = drafts(story, person, canary, talk=talk)
    sent_on(person.browser.fill_in(f"{page}preview/", "/hand-in/"))
    (person.waits,) = _own(person) - before
    return person.waits


def _own(person: Person) -> set[str]:
    """Return the items that somebody may withdraw."""
    shown = person.browser.get(WORDS)
    if shown.status != OK:
        raise ForensicsError(f"{NO_LONGER} ({shown.status})")
    return set(re.findall(WITHDRAWS, shown.text))


def withdraws(person: Person, item: str) -> None:
    """Take words away for good, with the author's own key where they are open."""
    sent_on(person.browser.fill_in(f"{WORDS}{item}/withdraw/", "/withdraw/"))
    person.waits = "" if person.waits == item else person.waits


def opens(desk: Desk, person: Person) -> str:
    """Open all that waits at a desk; return the item that is open now."""
    shown = desk.browser.get(QUEUE)
    given = {
        "csrfmiddlewaretoken": shown.word(r'name="csrfmiddlewaretoken" value="([^"]+)"'),
        "digest": shown.word(TICK),
        "passphrase": desk.desk_passphrase,
    }
    sent_on(desk.browser.post(QUEUE, given))
    item, person.waits = person.waits, ""
    return item


def is_invited(desk: Desk, question: str) -> None:
    """The desk invites whose card is open to its seat: in this story that is one person of the side."""
    page = f"{DESK}questions/{question}/invite/"
    card = desk.browser.get(page).word(r'<option value="([0-9a-f]{32})"')
    sent_on(desk.browser.fill_in(page, "/invite/", card=card))


def answers(person: Person, question: str, canary: Canaries) -> None:
    """Answer a question as a guest: for the first time, or in the place of what waits."""
    page = f"{HOME}answers/{question}/"
    given = {f"{name}_{person.side}": canary.sentence(name) for name in ("words", "proposal")}
    preview = sent_on(person.browser.fill_in(page, original=person.side, **given))
    sent_on(person.browser.fill_in(preview, "/hand-in/"))


def leaves_unopened(desk: Desk, person: Person, canary: Canaries) -> None:
    """The desk says why words do not open, to their author alone."""
    digest = desk.browser.get(QUEUE).word(r"/contributions/([0-9a-f]{64})/no/")
    given = {"reason": "other", "note": canary("why")}
    sent_on(desk.browser.fill_in(f"{QUEUE}{digest}/no/", **given))
    person.waits = ""
    person.browser.get(WORDS)


def is_detained(story: Story, desk: Desk, person: Person) -> None:
    """Wish something else, print a code, have it used; the desk undoes it, and they sign in again."""
    hands_in(story, person, person.canary)
    wishes = {**story.wishes(), "passphrase": person.passphrase}
    sent_on(person.browser.fill_in(f"{HOME}account/wishes/", **wishes))
    code = printed(story, person.browser, f"{HOME}account/paper/", passphrase=person.passphrase)
    stranger = story.browser()
    stranger.fill_in(f"{HOME}detained/", code=code[:-1], what="wishes")
    stranger.fill_in(f"{HOME}detained/", code=code, what="wishes")
    story.site.copy()
    card = desk.browser.get(f"{QUEUE}open/").text + desk.browser.get(QUEUE).text
    given = {"passphrase": desk.passphrase, "desk_passphrase": desk.desk_passphrase}
    for each in sorted(set(re.findall(r"/participants/([0-9a-f]{32})/detained/", card))):
        desk.browser.fill_in(f"{DESK}participants/{each}/undo/", **given)
    person.browser.fill_in(f"{HOME}sign-in/", passphrase=person.passphrase)


def printed(story: Story, browser: Browser, page: str, *, passphrase: str) -> str:
    """Return the code on paper that this page makes; it is to be found nowhere afterwards."""
    shown = browser.fill_in(page, passphrase=passphrase)
    code = shown.word(r"<code>((?:[0-9a-z]{4}-){7}[0-9a-z]{2})</code>")
    story.secrets += [code, code.replace("-", "")]
    return code


def is_hidden(story: Story, desk: Desk, person: Person) -> None:
    """All open words of this person are hidden, for an edition; then the desk undoes it."""
    wishes = {**story.wishes("hide"), "passphrase": person.passphrase}
    sent_on(person.browser.fill_in(f"{HOME}account/wishes/", **wishes))
    address = desk.browser.get(f"{QUEUE}open/").word(r"/participants/([0-9a-f]{32})/detained/")
    given = {"passphrase": desk.passphrase, "desk_passphrase": desk.desk_passphrase}
    page = f"{DESK}participants/{address}/"
    desk.browser.fill_in(f"{page}detained/", **given)
    story.site.run("press")
    story.site.copy()
    desk.browser.fill_in(f"{page}undo/", **given)
    person.browser.fill_in(f"{HOME}sign-in/", passphrase=person.passphrase)


def points_out(person: Person, item: str, canary: Canaries) -> None:
    """Tell a desk of an open contribution."""
    given = {"reason": "other", "note": canary("pointedout")}
    person.browser.fill_in(f"{HOME}contributions/{item}/tell/", **given)


def restates(person: Person, item: str, canary: Canaries) -> None:
    """Say what was understood of an open contribution: in too many words, and in few."""
    page = f"{HOME}contributions/{item}/restate/"
    long = " ".join(canary.sentence("toolong") for _ in range(30))
    person.browser.fill_in(page, restated=long, restated_in_theirs=canary.sentence("theirs"))
    given = {
        "original": person.side,
        "restated": canary.sentence("restated"),
        "restated_in_theirs": canary.sentence("theirs"),
    }
    sent_on(person.browser.fill_in(page, **given))


def gives_up_restating(person: Person, item: str) -> None:
    """Withdraw what was restated, if anything was."""
    page = f"{HOME}contributions/{item}/restate/"
    if "/restate/withdraw/" in person.browser.get(page).text:
        sent_on(person.browser.fill_in(f"{page}withdraw/", "/withdraw/"))


def hands_on(desk: Desk) -> None:
    """Hand on what waits for a person of this side."""
    sent_on(desk.browser.fill_in(AT_DESK, "/hand-on/"))


def hears(person: Person, desk: Desk, canary: Canaries, *, says: str) -> None:
    """Answer a restatement, after the desk has tried to do so in their stead, too early."""
    item = person.browser.get(HEARD).word(r"/taking-part/heard/([0-9a-f]{32})/")
    words = {"correction": canary.sentence("correction")} if says == "not quite" else {}
    desk.browser.fill_in(f"{AT_DESK}{item}/answer/", says=says, **words)
    sent_on(person.browser.fill_in(f"{HEARD}{item}/", says=says, **words))


def translates(browser: Browser, page: str, canary: Canaries, *, then: str) -> str:
    """Translate an open contribution: kept, then kept again or handed in; return where that leads."""
    for each in ("keep", then):
        words = canary.sentence("translated")
        to = sent_on(browser.fill_in(page, paragraph_0=words, then=each))
    return to


def ticks_off(story: Story, person: Person) -> None:
    """Have what is new in the discussion shown, and tick it off."""
    place = discussion(story)
    page = person.browser.get(f"{HOME}discussions/")
    token = page.word(r'name="csrfmiddlewaretoken" value="([^"]+)"')
    given = {"csrfmiddlewaretoken": token, "wanted": "yes"}
    sent_on(person.browser.post(f"{HOME}discussions/{place}/choose/", given))
    seen = {"csrfmiddlewaretoken": token, "seen": f"{place} 2031-01-01 {place[:6]}"}
    sent_on(person.browser.post(f"{HOME}discussions/tick-off/", seen))
    person.browser.get(HOME)
