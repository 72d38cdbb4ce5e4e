"""What a reader is answered, asked of the WSGI application without a server around it."""

import contextlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import brotli
import pytest

from visavis.press import serving
from visavis.press.serving import LivePlane, PublicPlane, Site, order_of
from visavis.press.store import Content, Store
from visavis.safety.budgets import POOLS, THREADS_FOR_READERS, For, Places, threads_of
from visavis.signing.canonical import digest_of
from visavis.signing.keys import PrivateKey

PAGE = (
    b"<!doctype html><title>Water</title>" + b"<p>One question, one answer from each side.</p>" * 60
)
FONT = bytes(range(256)) * 8
ROLES = {
    "index.html": Content(b"<p>front door</p>"),
    "az/index.html": Content(PAGE),
    "az/questions/index.html": Content(b"<p>suallar</p>"),
    "az/404.html": Content("<p>Belə səhifə yoxdur.</p>".encode() * 9),
    "404.html": Content(b"<p>There is no such page.</p>" * 9),
    "az/atom.xml": Content(b"<feed/>"),
    "az/feed.json": Content(b"{}"),
    "robots.txt": Content(b"User-agent: *\n"),
    "library/aa.jsonld": Content(b"[]"),
    "assets/noto.0123abcd.woff2": Content(FONT, compressible=False),
    "assets/site.89abcdef.css": Content(b"p{margin:0}" * 30),
    "assets/OFL.txt": Content(b"licence"),
}
KEY = PrivateKey.new()


@dataclass
class Reply:
    status: str
    headers: dict[str, str]
    body: bytes


Ask = Callable[..., Reply]


def written(store: Store, changes: dict[str, Content | None], *, full: bool = False) -> None:
    store.write_edition(
        changes,
        site="ab" * 16,
        day=date(2031, 7, 9),
        valid_until=date(2032, 7, 9),
        charters=["cd" * 32],  # type: ignore[list-item]  # a digest of nothing will do here
        key=KEY,
        full=full,
    )


@pytest.fixture
def store(data: Path) -> Store:
    store = Store(data / "public")
    written(store, dict(ROLES))
    return store


def asker(site: Site) -> Ask:
    def ask(path: str, *, method: str = "GET", **headers: str) -> Reply:
        replied: list[Any] = []
        environ: dict[str, Any] = {
            "REQUEST_METHOD": method,
            "PATH_INFO": path,
            "QUERY_STRING": "",
            **{f"HTTP_{name.upper()}": value for name, value in headers.items()},
        }
        body = b"".join(site(environ, lambda *given: replied.append(given)))
        assert len(replied) == 1
        pairs = replied[0][1]
        assert len({name for name, _ in pairs}) == len(pairs), "a header is sent twice"
        return Reply(replied[0][0], dict(pairs), body)

    return ask


class NoLivePlane(LivePlane):
    """Fails the test that wakes it: readers must be answered without Django."""

    def __call__(self, *_: Any) -> Any:
        raise AssertionError("the live plane was asked")


@pytest.fixture
def ask(store: Store) -> Ask:
    return asker(Site(PublicPlane(store.folders.record), NoLivePlane()))


@pytest.fixture(autouse=True)
def _look_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "SECONDS_BETWEEN_LOOKS", 0.0)


# Pages


@pytest.mark.parametrize("path", ["/az/", "/az/index.html"])
def test_a_folder_shows_its_index(ask: Ask, path: str) -> None:
    reply = ask(path)
    assert (reply.status, reply.body) == ("200 OK", PAGE)


def test_the_front_door_is_at_the_root(ask: Ask) -> None:
    assert ask("/").body == b"<p>front door</p>"


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/az/", "text/html; charset=utf-8"),
        ("/az/atom.xml", "application/atom+xml"),
        ("/az/feed.json", "application/feed+json"),
        ("/robots.txt", "text/plain; charset=utf-8"),
        ("/library/aa.jsonld", "application/ld+json"),
        ("/assets/site.89abcdef.css", "text/css; charset=utf-8"),
        ("/assets/noto.0123abcd.woff2", "font/woff2"),
    ],
)
def test_each_file_says_what_it_is(ask: Ask, path: str, expected: str) -> None:
    assert ask(path).headers["Content-Type"] == expected


@pytest.mark.parametrize("path", ["/", "/az/", "/az", "/nowhere", "/robots.txt", "/assets/OFL.txt"])
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "DELETE"])
def test_every_answer_bears_the_headers_of_a_page_without_script(
    ask: Ask, path: str, method: str
) -> None:
    headers = ask(path, method=method).headers
    policy = headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; ")
    assert "script-src" not in policy
    for directive in ("base-uri", "form-action", "frame-ancestors"):
        assert f"{directive} 'none'" in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "geolocation=()" in headers["Permissions-Policy"]
    assert headers["Server"] == "visavis"


@pytest.mark.parametrize("path", ["/az/", "/nowhere", "/az"])
def test_no_answer_sets_a_cookie_or_says_when_it_was_made(ask: Ask, path: str) -> None:
    assert not {"Set-Cookie", "Last-Modified", "Date", "Expires", "Age"} & ask(path).headers.keys()


def test_files_named_after_their_content_are_kept_for_ever_and_pages_are_asked_for_again(
    ask: Ask,
) -> None:
    assert ask("/assets/site.89abcdef.css").headers["Cache-Control"].endswith("immutable")
    assert ask("/assets/OFL.txt").headers["Cache-Control"] == "no-cache"
    assert ask("/az/").headers["Cache-Control"] == "no-cache"


# Conditions


def test_the_tag_is_the_digest_of_the_bytes(ask: Ask) -> None:
    assert ask("/az/").headers["ETag"] == f'"{digest_of(PAGE)}"'


@pytest.mark.parametrize("known", ["{}", "W/{}", '"other", {}', "*"])
def test_whoever_has_the_page_already_is_told_that_it_holds(ask: Ask, known: str) -> None:
    first = ask("/az/", accept_encoding="br")
    reply = ask("/az/", accept_encoding="br", if_none_match=known.format(first.headers["ETag"]))
    assert (reply.status, reply.body) == ("304 Not Modified", b"")
    assert reply.headers["ETag"] == first.headers["ETag"]
    assert reply.headers["Vary"] == "Accept-Encoding"
    assert reply.headers["Cache-Control"] == "no-cache"
    assert not {"Content-Length", "Content-Type"} & reply.headers.keys()


def test_another_tag_brings_the_page(ask: Ask) -> None:
    assert ask("/az/", if_none_match='"' + "0" * 64 + '"').body == PAGE


def test_a_tag_of_another_coding_brings_the_page(ask: Ask) -> None:
    plain = ask("/az/").headers["ETag"]
    assert ask("/az/", accept_encoding="gzip", if_none_match=plain).status == "200 OK"


@pytest.mark.parametrize("path", ["/az/", "/az", "/nowhere"])
@pytest.mark.parametrize("accepted", ["", "gzip", "br, gzip"])
def test_head_tells_what_get_would_and_sends_no_bytes(ask: Ask, path: str, accepted: str) -> None:
    got, head = (
        ask(path, accept_encoding=accepted),
        ask(path, method="HEAD", accept_encoding=accepted),
    )
    assert (head.status, head.headers, head.body) == (got.status, got.headers, b"")
    assert head.headers["Content-Length"] == str(len(got.body))


@pytest.mark.parametrize("path", ["/az/", "/nowhere"])
@pytest.mark.parametrize("method", ["POST", "PUT", "OPTIONS", "TRACE", "get"])
def test_nothing_can_be_done_to_a_page_but_reading_it(ask: Ask, path: str, method: str) -> None:
    ask(path)
    reply = ask(path, method=method)
    assert reply.status == "405 Method Not Allowed"
    assert reply.headers["Allow"] == "GET, HEAD"


# Codings


@pytest.mark.parametrize(
    ("accepted", "copies"),
    [
        ("", ()),
        ("identity", ()),
        ("zstd", ()),
        ("gzip", ("gz",)),
        ("x-gzip", ("gz",)),
        ("GZIP, deflate", ("gz",)),
        ("br", ("br",)),
        ("gzip, deflate, br", ("br", "gz")),
        ("gzip, deflate, br, zstd", ("br", "gz")),
        ("br;q=0.5, gzip", ("gz", "br")),
        ("br;q=0, gzip;q=0.1", ("gz",)),
        ("gzip;q=0", ()),
        ("*", ("br", "gz")),
        ("*;q=0", ()),
        ("br;q=0, *", ("gz",)),
        ("gzip;q=nonsense", ()),
        ("," * 5_000, ()),
    ],
)
def test_what_a_browser_takes_is_read_from_its_header(
    accepted: str, copies: tuple[str, ...]
) -> None:
    assert serving.ORDERS[order_of(accepted)] == copies
    assert serving.COMMON_ORDERS.get(accepted, order_of(accepted)) == order_of(accepted)


def test_a_page_goes_out_in_the_smallest_form_that_the_browser_takes(ask: Ask) -> None:
    reply = ask("/az/", accept_encoding="gzip, deflate, br")
    assert reply.headers["Content-Encoding"] == "br"
    assert brotli.decompress(reply.body) == PAGE
    tags = {
        ask("/az/", accept_encoding=accepted).headers["ETag"] for accepted in ("", "gzip", "br")
    }
    assert len(tags) == 3


def test_whatever_has_copies_says_that_it_varies(ask: Ask) -> None:
    assert ask("/az/").headers["Vary"] == "Accept-Encoding"
    assert "Vary" not in ask("/assets/noto.0123abcd.woff2").headers


def test_what_has_no_copies_goes_out_as_it_is(ask: Ask) -> None:
    reply = ask("/assets/noto.0123abcd.woff2", accept_encoding="gzip, br")
    assert reply.body == FONT
    assert "Content-Encoding" not in reply.headers


# What is not there


@pytest.mark.parametrize(
    "path",
    [
        "/az/nowhere",
        "/az/library/0123456789ab/",
        "/az/404.html",
        "/az/questions/../index.html",
        "/az/\x00",
        "/az/%2e%2e/index.html",
        "/az/" + "x" * 9_000,
        "/az/é",
    ],
)
def test_what_is_not_there_has_the_page_of_its_language(ask: Ask, path: str) -> None:
    reply = ask(path)
    assert reply.status == "404 Not Found"
    assert reply.body == ROLES["az/404.html"].data
    assert "ETag" not in reply.headers


@pytest.mark.parametrize(
    "path",
    [
        "/nowhere",
        "/../manifest.json",
        "/../../../../../../etc/passwd",
        "//etc/passwd",
        "/manifest.json",
        "/blobs/",
        "/..",
        "/.",
        "/\\..\\x",
        "/%00",
        "\x00",
        "",
        "*",
        "/az//questions/",
        "/.well-known/x",
    ],
)
def test_no_address_leads_out_of_the_edition(ask: Ask, path: str) -> None:
    reply = ask(path)
    allowed = {ROLES["404.html"].data, ROLES["az/404.html"].data, ROLES["index.html"].data}
    assert reply.body in allowed
    assert reply.status == "404 Not Found" or path == ""


def test_a_missing_slash_is_put_right(ask: Ask) -> None:
    reply = ask("/az/questions")
    assert (reply.status, reply.headers["Location"]) == ("308 Permanent Redirect", "questions/")


def test_a_hidden_page_answers_as_one_that_never_was(ask: Ask, store: Store) -> None:
    assert ask("/az/questions/").status == "200 OK"
    written(store, {"az/questions/index.html": None})
    for accepted in ("", "gzip", "gzip, br"):
        for known in ("", f'"{digest_of(ROLES["az/questions/index.html"].data)}"', "*"):
            for path, never in (
                ("/az/questions/", "/az/questionz/"),
                ("/az/questions", "/az/questionz"),
                ("/az/questions/index.html", "/az/questionz/index.html"),
            ):
                hidden = ask(path, accept_encoding=accepted, if_none_match=known)
                assert hidden == ask(never, accept_encoding=accepted, if_none_match=known)
                assert hidden.status == "404 Not Found"


# Editions


def test_a_new_edition_is_noticed(ask: Ask, store: Store) -> None:
    before = ask("/az/")
    written(store, {"az/index.html": Content(b"<p>new</p>")})
    after = ask("/az/", if_none_match=before.headers["ETag"])
    assert after.body == b"<p>new</p>"


def test_between_two_looks_no_file_is_asked_for(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serving, "SECONDS_BETWEEN_LOOKS", 3_600.0)
    ask = asker(Site(PublicPlane(store.folders.record), NoLivePlane()))
    ask("/az/")
    store.folders.record.rename(store.folders.record.with_name("away"))
    assert ask("/az/").body == PAGE


def test_a_file_that_a_new_edition_took_away_is_looked_for_in_the_new_one(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serving, "SECONDS_BETWEEN_LOOKS", 3_600.0)
    ask = asker(Site(PublicPlane(store.folders.record), NoLivePlane()))
    ask("/")
    written(store, {"az/index.html": Content(b"<p>new</p>"), "index.html": Content(b"<p>n</p>")})
    assert ask("/").body == b"<p>front door</p>"  # in memory, and not looked for yet
    assert ask("/az/").body == b"<p>new</p>"
    assert ask("/").body == b"<p>n</p>"  # having seen the new edition nobody sees the old one again


def test_a_root_that_nobody_signed_changes_nothing(ask: Ask, store: Store) -> None:
    ask("/az/")
    root = store.folders.record / "manifest.json"
    forged = root.read_bytes().replace(b'"edition":1', b'"edition":9')
    assert forged != root.read_bytes()
    root.with_name("forged").write_bytes(forged)
    root.with_name("forged").replace(root)
    assert ask("/az/").body == PAGE


@pytest.mark.parametrize("accepted", ["", "gzip", "br"])
def test_bytes_that_are_not_those_of_the_edition_are_never_sent(
    ask: Ask, store: Store, accepted: str
) -> None:
    entry = store.read("az/index.html")
    assert entry
    for copy in ("", "br", "gz"):
        file = store.file(entry, copy=copy)
        file.chmod(0o600)
        changed = bytearray(file.read_bytes())
        changed[len(changed) // 2] ^= 1
        file.write_bytes(bytes(changed))
    reply = ask("/az/", accept_encoding=accepted)
    assert reply.status == "503 Service Unavailable"
    assert PAGE[:20] not in reply.body


def test_memory_stays_bounded_and_answers_stay_right(store: Store) -> None:
    pages = {f"az/p{n}.html": Content(secrets.token_bytes(4_000)) for n in range(60)}
    written(store, pages)
    plane = PublicPlane(store.folders.record, memory=40_000)
    ask = asker(Site(plane, NoLivePlane()))
    for _ in range(3):
        for name, content in pages.items():
            assert ask(f"/{name}").body == content.data
    assert plane._kept_size <= 40_000
    assert plane._edition
    kept = sum(len(held) for held in plane._edition.held)
    assert 4 <= kept <= 7


def test_the_page_that_everyone_reads_stays_in_memory(store: Store) -> None:
    written(store, {f"az/p{n}.html": Content(secrets.token_bytes(4_000)) for n in range(60)})
    plane = PublicPlane(store.folders.record, memory=40_000)
    ask = asker(Site(plane, NoLivePlane()))
    missed = 0
    for n in range(60):
        missed += plane.held({"PATH_INFO": "/az/"}) is None
        ask("/az/")
        ask(f"/az/p{n}.html")
    assert missed <= 2


def test_unknown_addresses_take_no_memory(store: Store) -> None:
    plane = PublicPlane(store.folders.record)
    ask = asker(Site(plane, NoLivePlane()))
    for n in range(500):
        ask(f"/az/{n}")
        ask(f"/{n}/x.html")
    assert plane._edition
    assert sum(len(held) for held in plane._edition.held) == 2


# The live plane, and before there is anything


@pytest.mark.parametrize(
    "path", ["/az/desk/", "/hy/desk", "/en/desk/sign-in/", "/static/visavis/site.css"]
)
def test_desks_and_their_files_are_djangos(store: Store, path: str) -> None:
    asked: list[dict[str, Any]] = []

    class Live(LivePlane):
        def __call__(self, environ: Any, start_response: Any) -> Any:
            asked.append(environ)
            start_response("200 OK", [])
            return []

    asker(Site(PublicPlane(store.folders.record), Live()))(path, method="POST")
    assert [each["PATH_INFO"] for each in asked] == [path]


@pytest.mark.parametrize(
    "path", ["/desk/", "/az/desks/", "/az/x/desk/", "/static", "/az/library/desk/"]
)
def test_nothing_else_is(ask: Ask, path: str) -> None:
    assert ask(path).status == "404 Not Found"


def test_a_live_page_learns_nothing_that_tells_visitors_apart() -> None:
    live = LivePlane()
    seen: dict[str, Any] = {}

    def page(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        seen.update(environ)
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [b"ok"]

    live._application = page
    environ = {"PATH_INFO": "/az/desk/", "REQUEST_METHOD": "GET", "HTTP_HOST": "localhost"}
    noise = dict.fromkeys(serving.OF_VISITORS, "canary")
    replied: list[Any] = []
    list(live({**environ, **noise}, lambda *given: replied.append(given)))
    assert seen == environ
    assert ("Server", "visavis") in replied[0][1]


def test_no_live_page_is_handed_an_address_or_a_browsers_name() -> None:
    """Named here one by one: a header that the code forgets is found, not forgotten with it."""
    seen: dict[str, Any] = {}

    def page(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        seen.update(environ)
        start_response("200 OK", [])
        return [b"ok"]

    live = LivePlane()
    live._application = page
    telling = (
        *("REMOTE_ADDR", "REMOTE_HOST", "REMOTE_PORT", "HTTP_USER_AGENT", "HTTP_X_FORWARDED_FOR"),
        *("HTTP_X_REAL_IP", "HTTP_FORWARDED", "HTTP_VIA", "HTTP_CLIENT_IP", "HTTP_DNT"),
    )
    sent = {"PATH_INFO": "/en/desk/", "REQUEST_METHOD": "GET", **dict.fromkeys(telling, "canary")}
    list(live(sent, lambda *_given: None))
    assert seen["PATH_INFO"] == "/en/desk/"
    assert "canary" not in seen.values()


NO_WAITING = {name: replace(pool, queue=0, seconds=0) for name, pool in POOLS.items()}


def live_with(application: Any, whose: Any = (For.STRANGERS, "")) -> LivePlane:
    """Return a live plane with this application, and no time to wait for a place."""
    live = LivePlane()
    live._application, live._places = application, Places(NO_WAITING)
    live._pool_of = whose if callable(whose) else lambda _environ: whose
    return live


def test_when_the_live_places_are_taken_readers_are_answered_and_editors_are_asked_to_wait(
    store: Store,
) -> None:
    inner: list[Reply] = []

    def page(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        with live._places.taken(For.STRANGERS):
            inner.extend([ask("/az/desk/"), ask("/az/")])
        start_response("200 OK", [])
        return []

    live = live_with(page)
    ask = asker(Site(PublicPlane(store.folders.record), live))
    ask("/az/desk/")
    assert [reply.status for reply in inner] == ["503 Service Unavailable", "200 OK"]
    assert inner[0].headers["Retry-After"] == "5"
    assert b'<html lang="az">' in inner[0].body
    n_live = sum(pool.threads(n_sides=2) for pool in POOLS.values())
    assert threads_of(n_sides=2) >= n_live + THREADS_FOR_READERS


FLOODED = [
    (For.STRANGERS, ""),
    (For.EDITORS, "az"),
    (For.AT_THE_DOOR, ""),
    (For.PARTICIPANTS, "az"),
]


@pytest.mark.parametrize(
    "mine",
    [
        (For.EDITORS, "hy"),
        (For.CLOSING, "az"),
        (For.CLOSING, "hy"),
        (For.JOINING, ""),
        (For.ARRIVING, ""),
        (For.PARTICIPANTS, "hy"),
        (For.WITHDRAWING, "az"),
        (For.PAPER, ""),
    ],
)
def test_no_pool_takes_a_place_from_another(store: Store, mine: tuple[For, str]) -> None:
    """An attack with every place of strangers and of one side's people; each pool alone is its control."""
    statuses: list[str] = []

    def page(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        start_response("200 OK", [])
        return []

    whose = [mine]
    live = live_with(page, lambda _environ: whose[0])
    ask = asker(Site(PublicPlane(store.folders.record), live))
    with contextlib.ExitStack() as held:
        for name, side in FLOODED:
            for _ in range(POOLS[name].places):
                assert held.enter_context(live._places.taken(name, side=side))
            whose[0] = (name, side)
            statuses.append(ask("/az/desk/").status[:3])
        whose[0] = mine
        statuses.append(ask("/az/desk/").status[:3])
    assert statuses == [*["503"] * len(FLOODED), "200"]


@pytest.mark.parametrize("flooded", [FLOODED[:2], FLOODED[2:]])
def test_strangers_at_one_door_keep_nobody_from_the_other(
    store: Store, flooded: list[tuple[For, str]]
) -> None:
    def page(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        start_response("200 OK", [])
        return []

    whose = [FLOODED[0]]
    live = live_with(page, lambda _environ: whose[0])
    ask = asker(Site(PublicPlane(store.folders.record), live))
    with contextlib.ExitStack() as held:
        for name, side in flooded:
            for _ in range(POOLS[name].places):
                assert held.enter_context(live._places.taken(name, side=side))
        answers = {}
        for each in FLOODED:
            whose[0] = each
            answers[each] = ask("/az/taking-part/").status[:3]
    assert answers == {each: "503" if each in flooded else "200" for each in FLOODED}


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"CONTENT_LENGTH": str(520 * 1024 * 1024 + 1)}, "413 Content Too Large"),
        ({"CONTENT_LENGTH": "9" * 40}, "413 Content Too Large"),
        ({"CONTENT_LENGTH": "-1"}, "413 Content Too Large"),
        ({"HTTP_TRANSFER_ENCODING": "chunked"}, "411 Length Required"),
        ({"CONTENT_LENGTH": str(520 * 1024 * 1024)}, "200 OK"),
        ({"CONTENT_LENGTH": ""}, "200 OK"),
    ],
)
def test_what_is_too_large_or_of_no_length_is_refused_before_a_byte_of_it_is_read(
    store: Store, sent: dict[str, str], status: str
) -> None:
    class Unread:
        def read(self, *_sizes: int) -> bytes:
            raise AssertionError("it was read")

    live = LivePlane()

    def page(_environ: dict[str, Any], start_response: Any) -> list[bytes]:
        start_response("200 OK", [])
        return []

    live._application = page
    told: list[str] = []
    environ = {
        "PATH_INFO": "/az/desk/closings/",
        "REQUEST_METHOD": "POST",
        "wsgi.input": Unread(),
        **sent,
    }
    site = Site(PublicPlane(store.folders.record), live)
    list(site(environ, lambda status, *_rest: told.append(status)))
    assert told == [status]


def test_an_error_says_nothing_about_the_visitor(
    store: Store, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    live = LivePlane()

    def page(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        raise ValueError(environ["PATH_INFO"])

    live._application = page
    with caplog.at_level("ERROR"):
        reply = asker(Site(PublicPlane(store.folders.record), live))("/az/desk/canary-7f3a")
    assert reply.status == "503 Service Unavailable"
    output = capsys.readouterr()
    assert "ValueError at" in caplog.text
    assert "canary" not in reply.body.decode() + output.out + output.err + caplog.text


def test_before_the_first_edition_readers_are_told_so_in_every_language(data: Path) -> None:
    ask = asker(Site(PublicPlane(data / "public" / "record"), LivePlane()))
    reply = ask("/az/anything")
    assert reply.status == "503 Service Unavailable"
    assert reply.headers["Cache-Control"] == "no-store"
    assert b"This site has not released its first edition yet." in reply.body
    for language in ("az", "hy", "ru", "fr", "en"):
        assert f'lang="{language}"'.encode() in reply.body
    assert ask("/", method="POST").status == "405 Method Not Allowed"
