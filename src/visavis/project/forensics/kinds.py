"""Everything that can be asked of a site, one row for each kind. A new page or form gets a row here.

A row is a name and what is done. Each may be done any number of times, in any order, after `Story.founds`.
"""

import re
import socket
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import TypeAlias

from . import taking_part
from .browser import BAD_GATEWAY, Browser, File
from .story import DESK, JOIN, Desk, Story, sent_on

Kind: TypeAlias = Callable[[Story], object]
N_LINES = 8
"""How many connections nginx keeps open: ``keepalive`` of its configuration."""
SIGN_IN = f"{DESK}sign-in/"
TAKING_PART = "/en/taking-part/sign-in/"
FORM = "Content-Type: application/x-www-form-urlencoded\r\n"


def _reader(method: str = "GET", place: str = "/en/", **headers: str) -> Kind:
    """Somebody who reads; ``@`` is replaced by a canary."""

    def ask(story: Story) -> None:
        canary = story.hidden
        more = {
            name.replace("_", "-"): value.replace("@", canary(name.lower().replace("_", "")))
            for name, value in headers.items()
        }
        story.browser().send(method, place.replace("@", canary("path")), headers=more)

    return ask


def _raw(head: str, *, direct: bool = False, reads: bool = True, body: int = 0) -> Kind:
    """Bytes as no browser sends them. ``{headers}`` are the usual ones, ``@`` is a canary."""

    def ask(story: Story) -> None:
        canary = story.hidden
        content = f"passphrase={canary('typed')}&".encode() * (body // 40)
        sent = head.replace("@", canary("raw")).replace("\n", "\r\n")
        story.browser(direct=direct).raw(sent, content, reads=reads)

    return ask


def _stranger(page: str = SIGN_IN, **fields: str) -> Kind:
    """Somebody without an account who fills in a form."""

    def ask(story: Story) -> None:
        canary = story.hidden
        story.browser().fill_in(
            page, **{name: value.replace("@", canary(name)) for name, value in fields.items()}
        )

    return ask


def _editor(act: Callable[[Story, Desk], object]) -> Kind:
    """An editor, of one desk and of the other by turns."""

    def ask(story: Story) -> object:
        desks = list(story.desks.values())
        return act(story, desks[story.hidden.n % len(desks)])

    return ask


def _other(story: Story, desk: Desk) -> Desk:
    return next(each for each in story.desks.values() if each is not desk)


def _page(place: str) -> Kind:
    return _editor(
        lambda story, desk: desk.browser.get(f"{DESK}{place}".replace("@", story.hidden("place")))
    )


# Strangers


def _unknown_session(story: Story) -> None:
    browser = story.browser()
    browser.cookies["session"] = story.hidden("session")
    browser.get(DESK)
    browser.cookies["session"] = story.hidden("session")
    browser.get(f"{DESK}editors/")


def _no_token(story: Story) -> None:
    browser = story.browser()
    browser.post(SIGN_IN, {"passphrase": story.hidden("typed"), "digits": "123456"})
    browser.cookies["csrf"] = story.hidden("csrf")
    browser.post(SIGN_IN, {"csrfmiddlewaretoken": story.hidden("token")})


def _file_of_a_stranger(story: Story) -> None:
    file = File(f"{story.hidden('filename')}.pdf", story.hidden("filecontent").encode() * 900)
    story.browser(direct=True).post(SIGN_IN, {"passphrase": "a", "signature_file": file})
    story.browser().post(SIGN_IN, {"passphrase": "a", "signature_file": file})


def _right_passphrase(story: Story) -> None:
    desk = next(iter(story.desks.values()))
    story.browser().fill_in(SIGN_IN, passphrase=desk.passphrase, digits=story.hidden("digits"))


def _broken_off(story: Story, *, direct: bool) -> None:
    """An upload whose sender goes away in the middle, while its first megabyte is there."""
    browser = story.browser(direct=direct)
    content = story.hidden("filecontent").encode() * 30_000
    head = (
        f"POST {SIGN_IN} HTTP/1.1\r\nHost: localhost\r\n{{headers}}"
        "Content-Type: multipart/form-data; boundary=between\r\n"
        f"Content-Length: {len(content) + 5_000}\r\n\r\n"
        '--between\r\nContent-Disposition: form-data; name="signature_file"; '
        f'filename="{story.hidden("filename")}"\r\n\r\n'
    )
    browser.raw(head, content, reads=False)


def _killed_worker(story: Story) -> None:
    """A worker dies while it takes in a form, and while another is being kept."""
    desk = next(iter(story.desks.values()))
    typed = story.hidden("typed")
    head = (
        f"POST {SIGN_IN} HTTP/1.1\r\nHost: localhost\r\n{{headers}}{FORM}Content-Length: 100000\r\n\r\n"
        f"passphrase={typed}"
    )
    sent = head.replace("{headers}", f"Cookie: csrf={'a' * 32}; {story.hidden('cookie')}=1\r\n")
    with (
        suppress(OSError),
        socket.create_connection(("127.0.0.1", story.site.port), timeout=5) as line,
    ):
        line.sendall(sent.encode())
        story.n_killed += story.site.kill_a_worker()
    # A proxy meets the dead worker until it has tried each line to it once.
    while any(desk.browser.get(DESK).status == BAD_GATEWAY for _ in range(N_LINES)):
        time.sleep(0.1)
    story.drafts_question(desk, story.hidden)


# Desks


def _saves_again(story: Story, desk: Desk) -> None:
    item = story.drafts_question(desk, story.hidden)
    page = f"{DESK}questions/draft/{item}/"
    for _ in range(2):
        desk.browser.fill_in(page, text_en=f"{story.hidden.sentence('again')}?")
    desk.browser.get(f"{page}preview/")


def _mistyped(story: Story, desk: Desk) -> None:
    typed = {"text_en": story.hidden.sentence("mistyped"), "word_limit": story.hidden("limit")}
    desk.browser.fill_in(f"{DESK}questions/new/", **typed)
    desk.browser.fill_in(f"{DESK}library/new/", title="", typed=story.hidden.sentence("untitled"))


def _gives_up(story: Story, desk: Desk) -> None:
    page = f"{DESK}questions/draft/{story.drafts_question(desk, story.hidden)}/give-up/"
    desk.browser.fill_in(page, "give-up/")


def _withdraws(story: Story, desk: Desk) -> None:
    digest = story.proposes_question(desk, story.hidden)
    desk.browser.fill_in(f"{DESK}read/{digest}/", "/withdraw/")


def _refuses(story: Story, desk: Desk) -> None:
    digest = story.proposes_question(desk, story.hidden)
    page = f"{DESK}read/{digest}/"
    other = _other(story, desk).browser
    other.fill_in(page, "/refuse/", reason="wording")
    desk.browser.post(
        f"{DESK}questions/again/{digest}/", {"csrfmiddlewaretoken": _token(desk.browser)}
    )


def _waits(story: Story, desk: Desk) -> None:
    """One proposal of each desk waits, keyed by its own."""
    if not desk.waits:
        desk.waits = story.proposes_question(desk, story.hidden)
        story.turns(desk, desk.waits)
    _other(story, desk).browser.get(f"{DESK}read/{desk.waits}/")
    _other(story, desk).browser.get(f"{DESK}read/{desk.waits}/bytes/")


def _wrong_key(story: Story, desk: Desk) -> None:
    digest, page = story.proposes_question(desk, story.hidden), ""
    page = f"{DESK}read/{digest}/"
    desk.browser.fill_in(page, "/turn-key/", passphrase=story.hidden("deskpassphrase"))
    file = File(f"{story.hidden('filename')}.sig", story.hidden("signature").encode())
    desk.browser.fill_in(page, "/turn-key/", signature_file=file)
    desk.browser.fill_in(page, "/turn-key/", signature=story.hidden("pasted"))
    desk.browser.fill_in(page, "/withdraw/")


def _opens(story: Story, desk: Desk) -> None:
    story.opens(story.proposes_question(desk, story.shown))
    story.asked = story.drafts[-1]


def _answers(story: Story, desk: Desk) -> str:
    """Write an answer to a question that is open and has none of this desk's; return its preview."""
    if desk.side in story.answered or not story.asked:
        _opens(story, desk)
        story.answered = set()
    story.answered.add(desk.side)
    return story.drafts_answer(desk, story.asked)


def _answer_waits(story: Story, desk: Desk) -> None:
    page = _answers(story, desk)
    desk.browser.get(page)
    digest = story.proposes(desk, page)
    story.turns(desk, digest)
    _other(story, desk).browser.get(f"{DESK}read/{digest}/")


def _answer_taken_back(story: Story, desk: Desk) -> None:
    story.proposes(desk, _answers(story, desk))
    desk.browser.fill_in(f"{DESK}questions/{story.asked}/", "/take-back/")


def _answer_given_up(story: Story, desk: Desk) -> None:
    _answers(story, desk)
    desk.browser.fill_in(f"{DESK}questions/{story.asked}/answer/give-up/", "give-up/")


def _text(story: Story, desk: Desk) -> None:
    page = story.drafts_text(desk, story.hidden)
    copy = File(f"{story.hidden('filename')}.pdf", story.hidden("source").encode() * 200_000)
    desk.browser.fill_in(
        f"{page}details/",
        author=story.hidden("author"),
        source_title=story.hidden.sentence("sourcetitle"),
        stored_copy=copy,
    )
    language = _other(story, desk).side
    given = {"title": story.hidden.sentence("title"), "typed": story.hidden.sentence("translated")}
    desk.browser.fill_in(f"{page}add/", language=language, **given)
    desk.browser.get(f"{page}{language}/beside/")
    desk.browser.fill_in(f"{page}{desk.side}/words/", typed=story.hidden.sentence("newwords"))


def _text_given_up(story: Story, desk: Desk) -> None:
    page = story.drafts_text(desk, story.hidden)
    desk.browser.fill_in(f"{page}give-up/", "give-up/")


def _closes(story: Story, desk: Desk) -> None:
    """A text is opened, and closed for good by the desk whose it is, with the edition in between."""
    digest = story.proposes(desk, story.drafts_text(desk, story.gone))
    story.opens(digest)
    story.site.run("press")
    story.site.copy()
    given = desk.desk_passphrase
    desk.browser.fill_in(f"{DESK}close/{digest}/", "/close/", passphrase=given)


def _hands_in_notes(story: Story, desk: Desk) -> None:
    file = File(f"{story.hidden('filename')}.jsonl", story.hidden("notes").encode() * 9)
    desk.browser.fill_in(f"{DESK}closings/", "closings/", notes=file)
    desk.browser.get(f"{DESK}closings/notes.jsonl")


def _looks_at_a_pause(story: Story, desk: Desk) -> None:
    """A statement and a pause are proposed; no key is turned for either."""
    page = f"{DESK}pause/"
    shown = desk.browser.get(f"{page}statement/")
    codes = re.findall(r'name="heading_([a-z]+)"', shown.text)
    words = {f"heading_{code}": story.hidden.sentence("heading") for code in codes}
    words |= {f"statement_{code}": story.hidden.sentence("statement") for code in codes}
    desk.browser.fill_in(f"{page}statement/", act="propose", **words)
    desk.browser.fill_in(page, act="own")
    desk.browser.get(f"{page}texts/?{story.hidden('query')}")
    desk.browser.get(f"{page}{story.hidden('digest')}/end/")
    desk.browser.get(f"{page}statement/again/{story.hidden('digest')}/")


def _asks_on_cards(_story: Story, desk: Desk) -> None:
    desk.browser.fill_in(f"{DESK}cards/", "cards/", asked="trade")
    desk.browser.fill_in(f"{DESK}cards/", "cards/", asked="passport")


def _reads_the_queue(story: Story, desk: Desk) -> None:
    desk.browser.get(f"{DESK}contributions/?{story.hidden('query')}")
    desk.browser.get(f"{DESK}contributions/open/?{story.hidden('query')}")
    desk.browser.get(f"{DESK}contributions/{story.hidden('digest')}/no/")


# Those who take part


def _own(story: Story) -> tuple[taking_part.Person, Desk]:
    """Return who is never opened, and their desk."""
    person, _ = story.people.values()
    return person, story.desks[person.side]


def _other_person(story: Story) -> tuple[taking_part.Person, Desk]:
    """Return who is opened on purpose, and their desk."""
    _, person = story.people.values()
    return person, story.desks[person.side]


def _drafts_words(story: Story) -> None:
    """A draft is written and given up; a wrong passphrase is typed on one's own page."""
    person, _desk = _own(story)
    page = taking_part.drafts(story, person, story.hidden)
    person.browser.fill_in(f"{page}give-up/", "/give-up/")
    person.browser.fill_in(f"{taking_part.HOME}account/", passphrase=story.hidden("passphrase"))


def _hands_in(story: Story) -> None:
    person, desk = _own(story)
    taking_part.hands_in(story, person, story.hidden)
    desk.browser.get(taking_part.QUEUE)


def _is_not_opened(story: Story) -> None:
    person, desk = _own(story)
    taking_part.hands_in(story, person, story.hidden)
    taking_part.leaves_unopened(desk, person, story.hidden)


def _is_opened(story: Story) -> None:
    person, desk = _other_person(story)
    taking_part.hands_in(story, person, story.shown)
    person.is_open = taking_part.opens(desk, person)
    desk.browser.get(f"{taking_part.QUEUE}open/")


def _points_out(story: Story) -> None:
    (person, _), (other, desk) = _own(story), _other_person(story)
    if not other.is_open:
        _is_opened(story)
    taking_part.points_out(person, other.is_open, story.hidden)
    desk.browser.fill_in(taking_part.QUEUE, "/seen-to/")


def _goes_through_the_gate(story: Story) -> None:
    """One restates, in two rounds; the other corrects once and says yes. No word of it is ever opened."""
    (person, own_desk), (other, desk) = _own(story), _other_person(story)
    canary = story.hidden
    if 'name="name_az"' in person.browser.get(taking_part.CARD).text:
        taking_part.fills_in(person.browser, person.canary)
    if not other.is_asked:
        taking_part.hands_in(story, other, story.shown, talk=taking_part.gated(story))
        other.is_asked = taking_part.opens(desk, other)
    taking_part.gives_up_restating(person, other.is_asked)
    taking_part.restates(person, other.is_asked, canary)
    taking_part.hands_on(desk)
    taking_part.hears(other, desk, canary, says="not quite")
    taking_part.hands_on(own_desk)
    person.browser.get(taking_part.HEARD)
    taking_part.restates(person, other.is_asked, canary)
    taking_part.hands_on(desk)
    taking_part.hears(other, desk, canary, says="yes")
    own_desk.browser.get(taking_part.AT_DESK)


def _translates(story: Story) -> None:
    """A translation is handed in and not opened; a desk begins one and gives it up."""
    (person, own_desk), (other, _) = _own(story), _other_person(story)
    if not other.is_open:
        _is_opened(story)
    place = f"contributions/{other.is_open}/translate/?in={person.side}"
    taking_part.translates(
        person.browser, f"{taking_part.HOME}{place}", story.hidden, then="finish"
    )
    sent_on(own_desk.browser.fill_in(f"{DESK}translated/", "/no/"))
    taking_part.translates(own_desk.browser, f"{DESK}{place}", story.hidden, then="keep")
    sent_on(own_desk.browser.fill_in(f"{DESK}{place}", "/give-up/"))


def _ticks_off(story: Story) -> None:
    """Somebody chooses a discussion whose news they see, reads, and ticks off."""
    person, _desk = _own(story)
    taking_part.ticks_off(story, person)


def _withdraws_open_words(story: Story) -> None:
    """Words are opened, and their author takes them away, with the edition in between."""
    person, desk = _other_person(story)
    taking_part.hands_in(story, person, story.gone)
    item = taking_part.opens(desk, person)
    story.site.run("press")
    story.site.copy()
    taking_part.withdraws(person, item)


def _is_hidden(story: Story) -> None:
    """Words are opened, hidden with all of that person's, shown again, and taken away by their author."""
    person, desk = _other_person(story)
    taking_part.hands_in(story, person, story.gone)
    item = taking_part.opens(desk, person)
    story.site.run("press")
    taking_part.is_hidden(story, desk, person)
    taking_part.withdraws(person, item)


def _is_detained(story: Story) -> None:
    person, desk = _own(story)
    taking_part.is_detained(story, desk, person)


def _wrong_code_on_paper(story: Story) -> None:
    page = f"{taking_part.HOME}detained/"
    story.browser().fill_in(page, code=story.hidden("paper"), what="removal")


def _answers_as_a_guest(story: Story) -> None:
    """A desk invites somebody, takes it back, invites again; they answer, are keyed, and withdraw."""
    person, desk = _other_person(story)
    if not person.is_open:
        _is_opened(story)
    _opens(story, desk)
    story.answered = {desk.side}
    for _ in range(2):
        taking_part.is_invited(desk, story.asked)
        desk.browser.fill_in(f"{DESK}questions/{story.asked}/", "/invite/take-back/")
    taking_part.is_invited(desk, story.asked)
    taking_part.answers(person, story.asked, story.hidden)
    digest = desk.browser.get(f"{DESK}questions/{story.asked}/").word(r"/read/([0-9a-f]{64})/")
    story.turns(desk, digest)
    taking_part.answers(person, story.asked, story.hidden)
    person.browser.fill_in(f"{taking_part.HOME}answers/{story.asked}/withdraw/", "/withdraw/")


# Accounts


def _invites(story: Story, desk: Desk) -> None:
    for _ in range(3):
        story.invites(desk)


def _makes_void(story: Story, desk: Desk) -> None:
    story.invites_to_take_part(desk, 3)
    desk.browser.fill_in(f"{DESK}invitations/", "/void/")


def _joins_with_a_card(story: Story, desk: Desk) -> None:
    """One of two codes is used, and used once more; who joined fills in a card."""
    code, _unused = story.invites_to_take_part(desk, 2)
    browser, _passphrase = story.joins(code)
    taking_part.fills_in(browser, story.hidden)
    browser.get(f"{JOIN}done/?{story.hidden('query')}")
    story.browser().fill_in(f"{JOIN}code/", code=code)


def _half_joins_with_a_card(story: Story, desk: Desk) -> None:
    browser = story.browser()
    (code,) = story.invites_to_take_part(desk, 1)
    browser.fill_in(f"{JOIN}code/", code=code)
    sent_on(browser.fill_in(f"{JOIN}wishes/", **story.wishes()))
    browser.fill_in(f"{JOIN}repeat/", passphrase=story.hidden("typed"))


def _joins(story: Story, desk: Desk) -> None:
    joined = story.comes_in(desk.side, story.invites(desk))
    joined.browser.get(DESK)
    joined.browser.fill_in(f"{DESK}account/", "sign-out/")


def _joins_and_writes(story: Story, desk: Desk) -> None:
    """Somebody joins, writes, is detained twice, and is removed: in this order, with nobody in between."""
    joined = story.comes_in(desk.side, story.invites(desk))
    story.drafts_question(joined, story.hidden)
    page = desk.browser.get(f"{DESK}editors/")
    account = page.word(r".*/editors/([0-9a-f]{32})/remove/")
    wishes = {"name": "ask", "voice": "quiet", "whom": story.hidden("whom")}
    proof = {"passphrase": joined.passphrase}
    sent_on(joined.browser.fill_in(f"{DESK}account/wishes/", **wishes, **proof))
    paper = f"{DESK}account/paper/"
    code = taking_part.printed(story, joined.browser, paper, passphrase=joined.passphrase)
    story.browser().fill_in(f"{taking_part.HOME}detained/", code=code, what="wishes")
    joined.browser.get(DESK)
    story.site.copy()
    given = {"desk_passphrase": desk.desk_passphrase}
    desk.browser.get(f"{DESK}editors/{account}/steps/")
    desk.browser.fill_in(f"{DESK}editors/{account}/wishes/", **given)
    desk.browser.fill_in(f"{DESK}editors/{account}/unfreeze/", **given)
    desk.browser.fill_in(f"{DESK}editors/{account}/freeze/", key="yes", passphrase=desk.passphrase)
    at = f"{DESK}editors/{account}/remove/"
    desk.browser.fill_in(at, "remove/", desk_passphrase=desk.desk_passphrase)


def _half_joins(story: Story, desk: Desk) -> None:
    """Somebody begins to join and goes away, and begins to take another passphrase."""
    browser = story.browser()
    browser.fill_in(f"{DESK}set-up/", code=story.invites(desk))
    browser.get(f"{DESK}set-up/passphrase/")
    browser.fill_in(f"{DESK}set-up/words/", first=story.hidden("first"), second="a")


def _wrong_renewal(story: Story, desk: Desk) -> None:
    given = {"passphrase": story.hidden("oldpassphrase"), "digits": "000000"}
    desk.browser.fill_in(f"{DESK}account/", "account/", **given)


def _no_such_code(story: Story, desk: Desk) -> None:
    at = f"{DESK}editors/"
    given = story.hidden("deskpassphrase")
    desk.browser.fill_in(at, "invite/", desk_passphrase=given)
    desk.browser.get(f"{at}{story.hidden('account')}/remove/")


def _brings_no_key(story: Story, desk: Desk) -> None:
    at = f"{DESK}charter/"
    desk.browser.fill_in(at, "brought-key/", public_key=story.hidden("publickey"))


def _token(browser: Browser) -> str:
    return browser.get(DESK).word(r'name="csrfmiddlewaretoken" value="([^"]+)"')


KINDS: Mapping[str, Kind] = {
    # Readers
    "reads the first page": _reader(place="/"),
    "reads a page": _reader(),
    "asks for what is not there": _reader(place="/en/@/"),
    "asks for it in other letters": _reader(place="/hy/%D5%B1%D6%80%D5%A1%D5%B2%D5%A1%D6%81-@/"),
    "asks with a query": _reader(place="/en/?from=@&q=%D5%B1@"),
    "asks for a head alone": _reader("HEAD"),
    "asks whether it has changed": _reader(If_None_Match='"@"', If_Modified_Since="@"),
    "asks for a part": _reader(Range="bytes=0-99", If_Range='"@"'),
    "takes gzip": _reader(Accept_Encoding="gzip"),
    "takes brotli": _reader(Accept_Encoding="br"),
    "takes what nobody has": _reader(Accept_Encoding="@;q=0.5"),
    "accepts strange types": _reader(Accept="text/@, */*"),
    "says who it is": _reader(Authorization="Basic @", From="@@example.org"),
    "comes through other proxies": _reader(
        X_Forwarded_Host="@.example", X_Forwarded_Proto="@", Client_IP="@"
    ),
    "tells its device": _reader(
        Sec_CH_UA_Model='"@"', X_Wap_Profile="@", X_UIDH="@", Device_Memory="@"
    ),
    "traces where it comes from": _reader(Traceparent="00-@", Baggage="user=@", X_Request_ID="@"),
    "wants no tracking": _reader(DNT="1", Sec_GPC="1", Save_Data="@"),
    "posts to a page": _reader("POST", Content_Type="@"),
    "uses a method nobody knows": _reader("TRACE", "/@"),
    "asks what is allowed": _reader(
        "OPTIONS", "/en/", Origin="https://@.example", Access_Control_Request_Method="@"
    ),
    "wants a web socket": _reader(
        Upgrade="websocket", Sec_WebSocket_Key="@", Sec_WebSocket_Protocol="@"
    ),
    "asks how it is": _reader(place="/health?@"),
    "fetches a feed": _reader(place="/en/atom.xml?@"),
    "fetches the record": _reader(place="/record/root.json?@"),
    "goes away amid the whole record": _raw(
        "GET /record.tar HTTP/1.1\nHost: localhost\n{headers}\n"
    ),
    "fetches a style sheet": _reader(place="/static/visavis/@.css"),
    "asks for a path out of the folder": _reader(place="/../../@"),
    "comes under another name": _raw("GET /en/desk/ HTTP/1.1\nHost: @.example\n{headers}\n"),
    "comes under two names": _raw(
        "GET /en/ HTTP/1.1\nHost: localhost, @.example\n{headers}\n", direct=True
    ),
    "comes under no name": _raw("GET /en/@ HTTP/1.1\n{headers}\n"),
    "speaks an old version": _raw("GET /en/@ HTTP/1.0\n{headers}\n", direct=True),
    "sends no request at all": _raw("@ @ @\nA: @\n\n"),
    "sends no request at all, directly": _raw("@ @ @\nA: @\n\n", direct=True),
    "sends half a head": _raw(
        "GET /en/desk/ HTTP/1.1\nHost: localhost\nX-Half: @", reads=False, direct=True
    ),
    # Strangers at the doors
    "comes to the door": _reader(place=f"{SIGN_IN}?next=/@"),
    "tries a passphrase": _stranger(digits="123456", passphrase="@ two three"),  # noqa: S106 - it opens nothing
    "has a right passphrase and wrong digits": _right_passphrase,
    "comes to the participants' door": _reader(place=f"{TAKING_PART}?next=/@"),
    "tries a participant's passphrase": _stranger(TAKING_PART, passphrase="@ two three"),  # noqa: S106
    "asks for words of somebody's": _reader(place="/en/taking-part/words/@/withdraw/?@"),
    "leaves quickly": _reader(
        "POST", "/en/taking-part/leave-quickly/", Referer="https://@.example/"
    ),
    "tries a code": _stranger(f"{DESK}set-up/", code="@"),
    "reads before joining": _reader(place=f"{JOIN}?from=@"),
    "tries the code of a card": _stranger(f"{JOIN}code/", code="@"),
    "has a cookie of its own making": _unknown_session,
    "sends a form without its token": _no_token,
    "hands a file in at the door": _file_of_a_stranger,
    "goes away amid a file": lambda story: _broken_off(story, direct=False),
    "goes away amid a file, directly": lambda story: _broken_off(story, direct=True),
    "sends a form that is too large": _raw(
        f"POST {SIGN_IN} HTTP/1.1\nHost: localhost\n{{headers}}{FORM}Content-Length: 99000000\n\n".replace(
            "\r\n", "\n"
        ),
        body=8_000,
        direct=True,
    ),
    "sends a form of no stated length": _raw(
        f"POST {SIGN_IN} HTTP/1.1\nHost: localhost\n{{headers}}Transfer-Encoding: chunked\n\n5\n@\n0\n\n",
        direct=True,
    ),
    "sends a form that is none": _raw(
        f"POST {SIGN_IN} HTTP/1.1\nHost: localhost\n{{headers}}"
        "Content-Type: multipart/form-data; boundary=@\nContent-Length: 30\n\n--@@@@@@",
        direct=True,
    ),
    "puts something": _reader("PUT", SIGN_IN, Content_Type="application/@"),
    "asks for a desk's page": _reader(place=f"{DESK}read/@/"),
    "a worker is killed": _killed_worker,
    # Desks
    "looks at what waits": _page(""),
    "looks for what is not there": _page("read/@/"),
    "writes a question": _editor(lambda story, desk: story.drafts_question(desk, story.hidden)),
    "writes it again": _editor(_saves_again),
    "mistypes a form": _editor(_mistyped),
    "gives a draft up": _editor(_gives_up),
    "a proposal waits, with one key": _editor(_waits),
    "takes a proposal back": _editor(_withdraws),
    "refuses a proposal": _editor(_refuses),
    "gives a wrong key": _editor(_wrong_key),
    "opens a question": _editor(_opens),
    "an answer is written": _editor(_answers),
    "an answer is given up": _editor(_answer_given_up),
    "an answer is taken back": _editor(_answer_taken_back),
    "an answer waits, sealed": _editor(_answer_waits),
    "a text is typed and translated": _editor(_text),
    "a text is given up": _editor(_text_given_up),
    "a text is closed for good": _editor(_closes),
    "hands in notes that are none": _editor(_hands_in_notes),
    "brings a key that is none": _editor(_brings_no_key),
    "looks at a pause": _editor(_looks_at_a_pause),
    "says what cards ask for": _editor(_asks_on_cards),
    "reads what people have handed in": _editor(_reads_the_queue),
    # Those who take part
    "drafts a contribution": _drafts_words,
    "hands in a contribution": _hands_in,
    "a contribution is not opened": _is_not_opened,
    "a contribution is opened": _is_opened,
    "points a contribution out": _points_out,
    "goes through the heard gate": _goes_through_the_gate,
    "translates a contribution": _translates,
    "ticks off what is new": _ticks_off,
    "withdraws open words": _withdraws_open_words,
    "is detained": _is_detained,
    "is hidden, and shown again": _is_hidden,
    "types a wrong code on paper": _wrong_code_on_paper,
    "answers as a guest": _answers_as_a_guest,
    # Accounts
    "invites": _editor(_invites),
    "makes cards, and makes them void": _editor(_makes_void),
    "joins with a card": _editor(_joins_with_a_card),
    "half joins with a card": _editor(_half_joins_with_a_card),
    "joins and goes": _editor(_joins),
    "joins, writes, is removed": _editor(_joins_and_writes),
    "half joins": _editor(_half_joins),
    "wants a new passphrase, and has a wrong one": _editor(_wrong_renewal),
    "names an editor who is none": _editor(_no_such_code),
}

SELDOM = {
    "looks at a pause",
    "a text is closed for good",
    "withdraws open words",
    "is hidden, and shown again",
    "a worker is killed",
    "goes through the heard gate",
    "translates a contribution",
}
"""Once is enough: an edition takes seconds, a new worker too, and what people hand in on a day is limited."""
