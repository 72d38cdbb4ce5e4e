"""Somebody with a browser whose every request carries words that nobody else has ever sent.

It keeps cookies and fills in forms as they come, over a plain connection, from an address of its own.
"""

import http.client
import re
import secrets
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from string import ascii_lowercase
from urllib.parse import urlencode, urljoin

PATIENCE = 60
BAD_GATEWAY = 502
ARMENIAN = "աբգդեզէըթժ"


class ForensicsError(Exception):
    """Something could not be done on the site that was made for it; the text says what, and what was said."""


@dataclass(frozen=True)
class Answer:
    status: int
    text: str
    to: str = ""
    """Where it sends the browser on."""

    def word(self, pattern: str) -> str:
        """Return the first group of what the page says; a page that lacks it is another than was meant."""
        found = re.search(pattern, self.text, re.DOTALL)
        if found is None:
            raise ForensicsError(
                f"no {pattern} in an answer of {self.status}: {self.text[-2_000:]}"
            )
        return found[1]


@dataclass
class File:
    """A file that a form hands in."""

    name: str
    content: bytes


class Canaries:
    """Makes words and addresses that exist once. ``word`` and ``letters`` begin every one of them."""

    def __init__(self) -> None:
        self.word = "canary" + "".join(secrets.choice(ascii_lowercase) for _ in range(8))
        self.letters = "".join(secrets.choice(ARMENIAN) for _ in range(8))
        self.net = f"127.{200 + secrets.randbelow(50)}.{200 + secrets.randbelow(50)}."
        self.n = 0

    def __call__(self, place: str) -> str:
        """Return a new word of plain letters that says where it was put."""
        self.n += 1
        return f"{self.word}{self.n:05d}{place}"

    def sentence(self, place: str) -> str:
        """Return a new sentence in letters of two scripts, as a person would type it."""
        return f"{self(place)} {self.letters}{self.n:05d} և այլն"

    def pen_name(self) -> tuple[str, str]:
        """Return a new pen name in two scripts: no digit may be in one."""
        self.n += 1
        number = str(self.n)
        latin, other = (
            "".join(signs[int(n)] for n in number) for signs in ("abcdefghij", ARMENIAN)
        )
        return f"{self.word} {latin}", f"{self.letters} {other}"

    def address(self) -> str:
        self.n += 1
        return f"{self.net}{1 + self.n % 250}"

    @property
    def words(self) -> list[str]:
        return [self.word, self.letters, self.net]


@dataclass
class Browser:
    """One browser. ``port`` is the proxy's, or the server's own."""

    port: int
    canary: Canaries
    acted: Callable[[], object] = lambda: None
    """Called after each request."""
    cookies: dict[str, str] = field(default_factory=dict)
    kept: list[str] = field(default_factory=list)
    """Every value of a cookie that it was ever given: each is a secret."""

    def headers(self) -> dict[str, str]:
        """Return headers of which each says something about its sender."""
        canary = self.canary
        own = {canary("cookie"): canary("cookievalue")} | self.cookies
        return {
            "Host": "localhost",
            "User-Agent": canary("agent"),
            "Referer": f"http://localhost/{canary('referrer')}",
            "Accept-Language": f"hy-{canary('language')},en;q=0.5",
            "X-Forwarded-For": f"{canary.address()}, {canary('forwardedfor')}",
            "X-Real-IP": canary.address(),
            "Forwarded": f"for={canary('forwarded')}",
            "Via": f"1.1 {canary('via')}",
            "Cookie": "; ".join(f"{name}={value}" for name, value in own.items()),
            "Connection": "close",
        }

    def send(
        self, method: str, path: str, body: bytes = b"", *, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """Send one request, with these headers besides its own, and return its answer."""
        line = http.client.HTTPConnection(
            "127.0.0.1", self.port, timeout=PATIENCE, source_address=self._source()
        )
        try:
            line.request(method, path, body or None, self.headers() | dict(headers or {}))
            got = line.getresponse()
            text = got.read().decode(errors="replace")
            for cookie in got.headers.get_all("Set-Cookie", []):
                name, _, value = cookie.partition(";")[0].partition("=")
                self.cookies[name] = value
                self.kept += [value] if len(value) > 12 else []
            return Answer(got.status, text, urljoin(path, got.headers.get("Location", path)))
        except ConnectionError:
            return Answer(BAD_GATEWAY, "", path)  # what a proxy says of a worker that has died
        finally:
            line.close()
            self.acted()

    def get(self, path: str) -> Answer:
        return self.send("GET", path)

    def post(self, path: str, fields: Mapping[str, str | File]) -> Answer:
        """Send a form, with files where there are any."""
        files = {name: each for name, each in fields.items() if isinstance(each, File)}
        if not files:
            kind, body = "application/x-www-form-urlencoded", urlencode(fields).encode()
        else:
            mark = secrets.token_hex(16)
            kind, body = f"multipart/form-data; boundary={mark}", _in_parts(fields, mark)
        return self.send("POST", path, body, headers={"Content-Type": kind})

    def fill_in(self, page: str, act: str = "", /, **given: str | File) -> Answer:
        """Open a page and send that form of it whose address has ``act``, filled in as it came."""
        shown = self.get(page)
        forms = _Forms.of(shown.text)
        for action, fields, boxes in forms:
            address = urljoin(page, action or page).partition("#")[0]
            if act in address and set(given) <= set(fields) | boxes:
                return self.post(address, fields | given)
        raise ForensicsError(f"{page} ({shown.status}) has no form for {act!r} with {set(given)}")

    def raw(self, head: str, body: bytes = b"", *, reads: bool = True, within: float = 5) -> bytes:
        """Send these bytes as they are; return the first of the answer, or go away without it."""
        own = "".join(f"{name}: {value}\r\n" for name, value in self.headers().items())
        sent = head.replace("{headers}", own.replace("Host: localhost\r\n", ""))
        try:
            with socket.create_connection(
                ("127.0.0.1", self.port), timeout=within, source_address=self._source()
            ) as line:
                line.sendall(sent.encode() + body)
                return line.recv(65_536) if reads else b""
        except OSError:
            return b""
        finally:
            self.acted()

    def _source(self) -> tuple[str, int] | None:
        """An address of its own, where this system has more than one for itself."""
        try:
            with socket.socket() as tried:
                tried.bind((address := self.canary.address(), 0))
        except OSError:
            return None
        return address, 0


class _Forms(HTMLParser):
    """Every form of a page: its address, its fields as a browser would send them, what may be ticked."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str], set[str]]] = []
        self._select = self._area = ""

    @classmethod
    def of(cls, page: str) -> list[tuple[str, dict[str, str], set[str]]]:
        parser = cls()
        parser.feed(page)
        return parser.found

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.found.append((has.get("action", ""), {}, set()))
        if not self.found:
            return
        fields, name = self.found[-1][1], has.get("name", "")
        kind = has.get("type", "text")
        if (
            tag == "input"
            and name
            and (kind not in {"radio", "checkbox", "submit"} or "checked" in has)
        ):
            fields[name] = has.get("value", "")
        elif (tag == "input" and kind in {"checkbox", "radio"}) or (tag == "button" and name):
            self.found[-1][2].add(name)
        elif tag == "select":
            self._select = name
        elif tag == "textarea":
            self._area, fields[name] = name, ""
        elif tag == "option" and (self._select not in fields or "selected" in has):
            fields[self._select] = has.get("value", "")

    def handle_data(self, data: str) -> None:
        if self._area:
            self.found[-1][1][self._area] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._area = ""


def _in_parts(fields: Mapping[str, str | File], mark: str) -> bytes:
    body = b""
    for name, each in fields.items():
        head = f'--{mark}\r\nContent-Disposition: form-data; name="{name}"'
        if isinstance(each, File):
            head += f'; filename="{each.name}"\r\nContent-Type: application/octet-stream'
        content = each.content if isinstance(each, File) else each.encode()
        body += head.encode() + b"\r\n\r\n" + content + b"\r\n"
    return body + f"--{mark}--\r\n".encode()
