"""One WSGI application for everyone: the public plane from bytes in memory, the live plane from Django.

A public request is answered before Django is touched, mostly by one look into a dictionary whose values
are finished answers: status, headers, bytes. What is not there yet is looked up through the signed root
of the edition, compared with its digest, and kept as long as there is room.

1. Every answer comes from one edition. A file that a new edition took away while the old one was still
   being read is looked for again in the new one.
2. What is hidden and what never was are the same to this module: neither is in the edition. Both get the
   edition's own page for it, with the same headers and bytes.
3. No answer depends on who asks: only path, method, `Accept-Encoding` and `If-None-Match` are read, and
   no cookie is ever set.
4. Live pages are made in the places of `safety.budgets.POOLS`. Full pools leave threads for readers, and
   no pool takes anything from another (`threats.md` C42). A form that is still coming in cannot be waited
   for without holding a place of its sender's pool; a proxy in front waits instead (decision 0048).
"""

import logging
import os
import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from threading import BoundedSemaphore, Lock
from time import monotonic
from typing import Any, TypeAlias

from visavis.base import data
from visavis.safety.budgets import For, Places
from visavis.signing import files, trie
from visavis.signing.canonical import Digest, digest_of
from visavis.signing.copies import is_copy_of
from visavis.signing.manifest import (
    LARGEST_BLOB,
    ROOT_FILE,
    BadManifestError,
    Entry,
    Root,
    blob_name,
    fault_in_path,
)

from . import copying
from .health import Health
from .parent import end_with_parent

Environ: TypeAlias = dict[str, Any]
StartResponse: TypeAlias = Callable[..., Any]
Application: TypeAlias = Callable[[Environ, StartResponse], Iterable[bytes]]
Headers: TypeAlias = list[tuple[str, str]]
PoolOf: TypeAlias = Callable[[Environ], tuple[For, str]]

log = logging.getLogger(__name__)
# Without a handler that empties the record (`commands.serve` puts one there) silence is better than words.
log.addHandler(logging.NullHandler())

MEMORY = 64 * 1024 * 1024
"""Bytes of answers that are kept. A record of any size is served within it."""
SECONDS_BETWEEN_LOOKS = 0.5
"""How long a new edition may go unnoticed."""
NODES_IN_MEMORY = 256
LARGEST_FORM = 520 * 1024 * 1024
"""Bytes that anybody may hand in at once: the largest file of which a digest is kept, and its form."""
ARCHIVES = 2
"""How many of them may be for the whole record, which takes as long as its reader likes."""

SERVER = ("Server", "visavis")
"""Says what everyone can see anyway, and no version."""
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
SECURITY: Headers = [
    ("Content-Security-Policy", POLICY),
    ("X-Content-Type-Options", "nosniff"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Referrer-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=(), interest-cohort=()"),
    SERVER,
]
ALWAYS_ASK = ("Cache-Control", "no-cache")
"""A browser keeps the page and asks whether it still holds, so that what is closed is gone at once."""
FOR_EVER = ("Cache-Control", "public, max-age=31536000, immutable")
NOT_KEPT = ("Cache-Control", "no-store")
VARY = ("Vary", "Accept-Encoding")
IN_PARTS = ("Accept-Ranges", "bytes")
TO_EVERY_SITE = ("Access-Control-Allow-Origin", "*")
"""On what machines read: a verifier or a feed reader that runs in a browser may fetch it from elsewhere."""
FOR_MACHINES = re.compile(r"(?:documents|items|record)/.*|.*/(?:atom\.xml|feed\.json)|press\.json")
RANGE = re.compile(r"bytes=([0-9]{0,19})-([0-9]{0,19})")

TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".json": "application/json",
    ".jsonld": "application/ld+json",
    ".xml": "application/xml",
    ".txt": "text/plain; charset=utf-8",
    ".png": "image/png",
    ".woff2": "font/woff2",
    ".tar": "application/x-tar",
}
TYPES_BY_NAME = {"atom.xml": "application/atom+xml", "feed.json": "application/feed+json"}
HASHED = re.compile(r"assets/[A-Za-z0-9_-]+\.[0-9a-f]{8}\.[a-z0-9]+")

# Which copies a browser takes, best first. Browsers send few different headers; these are theirs.
ORDERS: tuple[tuple[str, ...], ...] = ((), ("gz",), ("br",), ("br", "gz"), ("gz", "br"))
ENCODINGS = {"gz": "gzip", "br": "br"}
COMMON_ORDERS: Mapping[str | None, int] = {
    None: 0,
    "": 0,
    "identity": 0,
    "gzip": 1,
    "gzip, deflate": 1,
    "gzip, deflate, br": 3,
    "gzip, deflate, br, zstd": 3,
    "br, gzip": 3,
    "br": 2,
}


def order_of(accepted: str) -> int:
    """Return the place in `ORDERS` of what an ``Accept-Encoding`` header asks for (RFC 9110, 12.5.3).

    Of two codings liked equally the smaller comes first. What forbids everything gets the plain bytes.
    """
    weights: dict[str, float] = {}
    for part in accepted[:200].lower().split(","):
        coding, _, parameter = part.partition(";")
        weights[coding.strip()] = _weight(parameter)
    other = weights.get("*", 0.0)
    brotli = weights.get("br", other)
    gzip = weights.get("gzip", weights.get("x-gzip", other))
    wanted = [(gzip, "gz"), (brotli, "br")] if gzip > brotli else [(brotli, "br"), (gzip, "gz")]
    return ORDERS.index(tuple(name for weight, name in wanted if weight > 0))


def _weight(parameter: str) -> float:
    name, _, value = parameter.partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0


class Answer:
    """A finished answer. ``etag`` is empty where there is nothing to compare."""

    __slots__ = ("body", "etag", "headers", "is_used", "size", "status", "unchanged")

    def __init__(self, status: str, headers: Headers, body: bytes, *, etag: str = "") -> None:
        self.status = status
        self.unchanged: Headers = headers
        self.headers: Headers = [("Content-Length", str(len(body))), *headers]
        if etag:
            self.headers.append(IN_PARTS)
        self.body = [body]
        self.size = len(body) + 2_000
        self.etag = etag
        self.is_used = False
        if etag:
            self.headers.append(("ETag", etag))
            self.unchanged = [
                *(pair for pair in headers if not pair[0].startswith("Content-T")),
                ("ETag", etag),
            ]


@dataclass(frozen=True)
class Edition:
    """One edition as it is read: its root, and the answers given from it so far, by order and path."""

    root: Root
    mark: tuple[int, int, int]
    held: tuple[dict[str, Answer], ...]


class PublicPlane:
    """Answers from the record below one folder; see the module for what it promises."""

    def __init__(self, record: Path, *, memory: int = MEMORY) -> None:
        self._record = record
        self._memory = memory
        self._edition: Edition | None = None
        self._look_at = 0.0
        self._lock = Lock()
        self._kept: deque[tuple[dict[str, Answer], str]] = deque()
        self._kept_size = 0
        self._node = lru_cache(maxsize=NODES_IN_MEMORY)(self._load_node)

    def held(self, environ: Environ) -> Answer | None:
        """Return the answer that is already in memory, or None. This is the way of nearly every request."""
        if monotonic() >= self._look_at:
            self._look()
        edition = self._edition
        if edition is None:
            return None
        accepted = environ.get("HTTP_ACCEPT_ENCODING")
        order = COMMON_ORDERS.get(accepted)
        if order is None:
            order = order_of(accepted or "")
        answer = edition.held[order].get(environ["PATH_INFO"])
        if answer is not None:
            answer.is_used = True
        return answer

    def found(self, environ: Environ) -> Answer:
        """Return the answer for a path that is not in memory."""
        accepted = environ.get("HTTP_ACCEPT_ENCODING") or ""
        order, path = order_of(accepted), environ["PATH_INFO"]
        for _ in range(5):
            edition = self._edition
            if edition is None:
                break
            try:
                return self._answer(edition, path, order)
            except files.FileError:
                # A new edition took the file away between two looks: ask that one.
                self._look()
        log.error("a file of the edition is missing")
        return BROKEN

    @property
    def root(self) -> Root | None:
        """The root of the edition that is shown; None before the first."""
        if monotonic() >= self._look_at:
            self._look()
        return self._edition.root if self._edition else None

    @property
    def has_edition(self) -> bool:
        return self.root is not None

    # What is in the record

    def _look(self) -> None:
        """Notice a new edition. Answers of the old one are forgotten all at once."""
        with self._lock:
            self._look_at = monotonic() + SECONDS_BETWEEN_LOOKS
            try:
                seen = (self._record / ROOT_FILE).lstat()
                mark = (seen.st_ino, seen.st_ctime_ns, seen.st_size)
                if self._edition is not None and self._edition.mark == mark:
                    return
                root = files.read_root(self._record).root
            except (OSError, BadManifestError) as error:
                # No root, or one that is not signed, is no reason to forget the edition that was.
                if not isinstance(error, FileNotFoundError):
                    log.error("the root of the record cannot be read", exc_info=error)
                return
            self._edition = Edition(root, mark, held=tuple({} for _ in ORDERS))
            self._kept.clear()
            self._kept_size = 0

    def _load_node(self, digest: Digest) -> trie.Node:
        return files.load_node(self._record, digest)

    def _entry(self, edition: Edition, name: str) -> Entry | None:
        if fault_in_path(name):
            return None
        return trie.lookup(edition.root.node, name, load=self._node)

    def _body(self, entry: Entry, *, copy: str) -> bytes:
        if not copy:
            return files.read_blob(self._record, entry.blob, largest=LARGEST_BLOB)
        name = blob_name(entry.blob, copy=copy)
        packed = files.read_file(self._record, name, largest=LARGEST_BLOB)
        if not is_copy_of(packed, copy=copy, digest=entry.blob, size=entry.size):
            raise files.FileError(name, files.FileFault.CHANGED)
        return packed

    # What is answered

    def _answer(self, edition: Edition, path: str, order: int) -> Answer:
        name = path.removeprefix("/")
        if not name or name.endswith("/"):
            name += "index.html"
        if name.startswith(copying.FOLDER) or copying.PAGE.fullmatch(name):
            return self._of_copying(edition, path, name, order)
        is_page_for_missing = name.rpartition("/")[2] == "404.html"
        entry = None if is_page_for_missing else self._entry(edition, name)
        if entry is not None:
            return self._keep(edition, path, order, self._of_entry(name, entry, order))
        if self._entry(edition, f"{name}/index.html") is not None:
            return _moved(name)
        return self._missing(edition, name, order)

    def _of_copying(self, edition: Edition, path: str, name: str, order: int) -> Answer:
        """Return a file of the record as it lies, or a page that links such files."""
        try:
            body = (
                copying.file_of(self._record, name.removeprefix(copying.FOLDER))
                if name.startswith(copying.FOLDER)
                else copying.page_of(name, edition.root, load=self._node)
            )
        except files.FileError as error:
            if error.fault is not files.FileFault.MISSING or copying.PAGE.fullmatch(name):
                raise
            body = None
        if body is None:
            return self._missing(edition, name, order)
        # Not for ever, although a name says its bytes: what is closed must go from caches as well.
        headers = [("Content-Type", _type_of(name)), *SECURITY, *_for_machines(name), ALWAYS_ASK]
        answer = Answer("200 OK", headers, body, etag=f'"{digest_of(body)}"')
        return self._keep(edition, path, order, answer)

    def archive(self) -> Iterator[bytes] | None:
        """Return the edition as one file, in pieces; None where there is none yet."""
        edition = self._edition if self.has_edition else None
        if edition is None:
            return None
        return copying.archive(self._record, edition.root, load=self._load_node)

    def _of_entry(self, name: str, entry: Entry, order: int) -> Answer:
        headers, body, copy = self._shown(name, entry, order)
        # A better copy may take the place of a good one, and is then another representation.
        suffix = f"-{copy}{len(body)}" if copy else ""
        headers.append(FOR_EVER if HASHED.fullmatch(name) else ALWAYS_ASK)
        return Answer("200 OK", headers, body, etag=f'"{entry.blob}{suffix}"')

    def _missing(self, edition: Edition, name: str, order: int) -> Answer:
        """Return the page for what is not there, in the language in which it was looked for."""
        language = name.partition("/")[0]
        for page in (f"{language}/404.html", "404.html"):
            held = edition.held[order].get(page)
            if held is not None:
                return held
            entry = self._entry(edition, page)
            if entry is not None:
                headers, body, _ = self._shown(page, entry, order)
                headers.append(ALWAYS_ASK)
                return self._keep(edition, page, order, Answer("404 Not Found", headers, body))
        return MISSING

    def _shown(self, name: str, entry: Entry, order: int) -> tuple[Headers, bytes, str]:
        copy = next((copy for copy in ORDERS[order] if copy in entry.copies), "")
        headers = [("Content-Type", _type_of(name)), *SECURITY, *_for_machines(name)]
        if entry.copies:
            headers.append(VARY)
        if copy:
            headers.append(("Content-Encoding", ENCODINGS[copy]))
        return headers, self._body(entry, copy=copy), copy

    def _keep(self, edition: Edition, path: str, order: int, answer: Answer) -> Answer:
        """Keep the answer in memory, and let go of those that nobody has asked for of late."""
        if answer.size > self._memory // 4:
            return answer
        with self._lock:
            if edition is not self._edition:
                return answer
            held = edition.held[order]
            if path in held:
                return answer
            held[path] = answer
            self._kept.append((held, path))
            self._kept_size += answer.size
            while self._kept_size > self._memory:
                self._let_one_go()
        return answer

    def _let_one_go(self) -> None:
        """Second chance: what was used since it was last looked at goes to the end of the line once."""
        held, path = self._kept.popleft()
        oldest = held[path]
        if oldest.is_used:
            oldest.is_used = False
            self._kept.append((held, path))
            return
        del held[path]
        self._kept_size -= oldest.size


def _type_of(name: str) -> str:
    file = name.rpartition("/")[2]
    return TYPES_BY_NAME.get(file) or TYPES.get(Path(file).suffix, "application/octet-stream")


def _for_machines(name: str) -> Headers:
    return [TO_EVERY_SITE] if FOR_MACHINES.fullmatch(name) else []


def _moved(name: str) -> Answer:
    headers = [("Location", name.rpartition("/")[2] + "/"), *SECURITY, ALWAYS_ASK]
    return Answer("308 Permanent Redirect", headers, b"")


def _plain(status: str, text: str, *more: tuple[str, str]) -> Answer:
    headers = [("Content-Type", "text/plain; charset=utf-8"), *SECURITY, NOT_KEPT, *more]
    return Answer(status, headers, f"{text}\n".encode())


MISSING = _plain("404 Not Found", "There is no such page.")
NOT_ALLOWED = _plain(
    "405 Method Not Allowed", "This page can only be read.", ("Allow", "GET, HEAD")
)
BROKEN = _plain("503 Service Unavailable", "Please try again in a minute.", ("Retry-After", "60"))
TOO_LARGE = _plain(
    "413 Content Too Large", "This is larger than anything that can be handed in here."
)
NO_HOST = _plain("400 Bad Request", "Say once for which host this is.")
NO_LENGTH = _plain("411 Length Required", "Say how long it is before sending it.")


WELL = _plain("200 OK", "well")
NOT_WELL = _plain("503 Service Unavailable", "not well")
BUSY = _plain("503 Service Unavailable", "Please try again in a moment.", ("Retry-After", "5"))

HEALTH = "/health"
LIVE = re.compile(r"/(?:static/|[A-Za-z-]+/(?:desk|taking-part)(?:/|$))")
"""The addresses that are Django's. All else is the edition's."""

# What tells one visitor from another and what no page needs: nothing behind this line can keep it.
OF_VISITORS = (
    "REMOTE_ADDR",
    "REMOTE_HOST",
    "REMOTE_PORT",
    "HTTP_USER_AGENT",
    "HTTP_X_FORWARDED_FOR",
    "HTTP_X_REAL_IP",
    "HTTP_FORWARDED",
    "HTTP_VIA",
    "HTTP_CLIENT_IP",
    "HTTP_DNT",
)


class LivePlane:
    """Django, loaded when it is first asked for, with places enough left for readers."""

    def __init__(self) -> None:
        self._application: Application | None = None
        self._pool_of: PoolOf = lambda _environ: (For.STRANGERS, "")
        self._is_https = False
        self._lock = Lock()
        self._places = Places()

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        application = self._application or self.set_up()
        pool, side = self._pool_of(environ)
        with self._places.taken(pool, side=side) as is_there:
            if not is_there:
                return _given(self._busy(environ), environ, start_response)
            for name in OF_VISITORS:
                environ.pop(name, None)
            if self._is_https:
                # Encryption ends at the proxy in front; without this Django refuses forms sent to it.
                environ["wsgi.url_scheme"] = "https"
            return application(environ, _signing_as_us(start_response))

    def set_up(self) -> Application:
        """Load Django when it is first asked for."""
        with self._lock:
            if self._application is None:
                os.environ.setdefault("DJANGO_SETTINGS_MODULE", "visavis.project.settings")
                from django.conf import settings
                from django.core.wsgi import get_wsgi_application
                from django.utils.module_loading import import_string

                application = get_wsgi_application()
                self._is_https = bool(settings.HTTPS)
                self._pool_of = import_string(settings.POOL_OF)
                self._application = application
            return self._application

    def _busy(self, environ: Environ) -> Answer:
        """Return what is answered where every place of a pool is taken, in the language of the address."""
        from django.utils.translation import gettext_lazy

        text = gettext_lazy(
            "Too many pages are asked for at once. Nothing was saved. Wait a moment, go back, and send "
            "your form again."
        )
        page = _bare_page(text, only=environ["PATH_INFO"][1:3])
        headers = [("Content-Type", TYPES[".html"]), *SECURITY, NOT_KEPT, ("Retry-After", "5")]
        return Answer("503 Service Unavailable", headers, page)

    def sentence_before_the_first_edition(self) -> bytes:
        """Return the page that is shown where an edition will be, in every language of the interface."""
        self.set_up()
        from django.utils.translation import gettext_lazy

        return _bare_page(gettext_lazy("This site has not released its first edition yet."))


def _bare_page(sentence: Any, *, only: str = "") -> bytes:
    """Return a page of one sentence, in every language of the interface, or in this one if it is one."""
    from django.conf import settings
    from django.templatetags.static import static
    from django.utils.html import escape
    from django.utils.translation import override

    sentences = {}
    for language, _ in settings.LANGUAGES:
        with override(language):
            sentences[language] = escape(str(sentence))
    language = only if only in sentences else "en"
    if only in sentences:
        sentences = {only: sentences[only]}
    lines = (f'<p lang="{code}">{text}</p>\n' for code, text in sentences.items())
    head = (
        f'<!doctype html>\n<html lang="{language}">\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{sentences[language]}</title>\n"
        f'<link rel="stylesheet" href="{static("visavis/site.css")}">\n'
    )
    body = f'<main class="page door stack lead">\n{"".join(lines)}</main>\n'
    return (head + body).encode()


def _signing_as_us(start_response: StartResponse) -> StartResponse:
    def start(status: str, headers: Headers, exc_info: Any = None) -> Any:
        return start_response(status, [*headers, SERVER], exc_info)

    return start


class Site:
    """The WSGI application: readers first, then live pages."""

    def __init__(self, public: PublicPlane, live: LivePlane) -> None:
        self._public = public
        self._live = live
        self._archives = BoundedSemaphore(ARCHIVES)
        self._health = Health()

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        try:
            answer = NO_HOST if _lacks_one_host(environ) else self._public.held(environ)
            if answer is None:
                if environ["PATH_INFO"] == f"/{copying.ARCHIVE}":
                    return self._archive(environ, start_response)
                if environ["PATH_INFO"] == HEALTH:
                    return _given(self._health_now(), environ, start_response)
                if LIVE.match(environ["PATH_INFO"]):
                    answer = _why_not_taken_in(environ)
                    if answer is None:
                        return self._live(environ, start_response)
                else:
                    answer = self._read(environ)
            return _given(answer, environ, start_response)
        except Exception as error:
            # Caught here, since the server's own log would name values that came from a visitor.
            log.error("a request failed", exc_info=error)
            return _given(BROKEN, environ, start_response)

    def _health_now(self) -> Answer:
        """Answer in one word: no page, since no person asks, and no cause, since strangers do."""
        self._live.set_up()
        is_well = self._health.is_well(self._public.root, today=datetime.now(UTC).date())
        return WELL if is_well else NOT_WELL

    def _archive(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer with the whole record, piece by piece. Slow readers of it wait for one another alone."""
        pieces = self._public.archive() if environ["REQUEST_METHOD"] in {"GET", "HEAD"} else None
        if pieces is None:
            return _given(self._read(environ), environ, start_response)
        if environ["REQUEST_METHOD"] == "GET" and not self._archives.acquire(blocking=False):
            return _given(BUSY, environ, start_response)
        headers = [("Content-Type", _type_of(copying.ARCHIVE)), *SECURITY, TO_EVERY_SITE, NOT_KEPT]
        start_response("200 OK", headers)
        return [] if environ["REQUEST_METHOD"] == "HEAD" else Pieces(pieces, self._archives.release)

    def _read(self, environ: Environ) -> Answer:
        if environ["REQUEST_METHOD"] not in {"GET", "HEAD"}:
            return NOT_ALLOWED
        if self._public.has_edition:
            return self._public.found(environ)
        page = self._live.sentence_before_the_first_edition()
        headers = [("Content-Type", TYPES[".html"]), *SECURITY, NOT_KEPT, ("Retry-After", "60")]
        return Answer("503 Service Unavailable", headers, page)


class Pieces:
    """An answer in pieces, and what is to be done once when it is over, however it ends."""

    def __init__(self, pieces: Iterator[bytes], over: Callable[[], None]) -> None:
        self._pieces, self._over = pieces, over
        self._is_over = Lock()

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        try:
            return next(self._pieces)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Give the place back; the server asks for this as well when a reader goes away."""
        if self._is_over.acquire(blocking=False):
            self._over()

    def __del__(self) -> None:
        self.close()


def _lacks_one_host(environ: Environ) -> bool:
    """Whether a request of HTTP/1.1 names no host, or two (RFC 9112, 3.2): nobody shall guess which."""
    host = environ.get("HTTP_HOST") or ""
    if not host:
        return bool(environ.get("SERVER_PROTOCOL") == "HTTP/1.1")
    return "," in host


def _why_not_taken_in(environ: Environ) -> Answer | None:
    """Return what is answered to a form too large, or of no stated length, before a byte of it is read."""
    length = environ.get("CONTENT_LENGTH") or ""
    if environ.get("HTTP_TRANSFER_ENCODING"):
        return NO_LENGTH
    is_right = not length or (length.isascii() and length.isdigit() and len(length) < 10)
    return None if is_right and int(length or 0) <= LARGEST_FORM else TOO_LARGE


def _given(answer: Answer, environ: Environ, start_response: StartResponse) -> list[bytes]:
    method = environ["REQUEST_METHOD"]
    if method == "GET" or method == "HEAD":  # noqa: PLR1714 - this line runs for every request
        if answer.etag:
            known = environ.get("HTTP_IF_NONE_MATCH")
            if known is not None and _is_known(answer.etag, known):
                start_response("304 Not Modified", answer.unchanged)
                return []
            if method == "GET" and "HTTP_RANGE" in environ:
                return _part(answer, environ, start_response)
        start_response(answer.status, answer.headers)
        return answer.body if method == "GET" else []
    if answer.status[0] == "2":
        answer = NOT_ALLOWED
    start_response(answer.status, answer.headers)
    return answer.body


def _part(answer: Answer, environ: Environ, start_response: StartResponse) -> list[bytes]:
    """Answer a request for one range of the bytes (RFC 9110, 14); for several, with the whole."""
    asked, (body,) = RANGE.fullmatch(environ["HTTP_RANGE"]), answer.body
    is_same = environ.get("HTTP_IF_RANGE") in {None, answer.etag}
    if asked is None or not any(asked.groups()) or not is_same or answer.status[:3] != "200":
        start_response(answer.status, answer.headers)
        return answer.body
    if asked[1]:
        first, last = int(asked[1]), int(asked[2]) if asked[2] else len(body) - 1
        if last < first:  # no range at all, so that nothing was asked
            start_response(answer.status, answer.headers)
            return answer.body
    else:
        first, last = max(0, len(body) - int(asked[2])), len(body) - 1
    last = min(last, len(body) - 1)
    others = [pair for pair in answer.headers if pair[0] != "Content-Length"]
    if first > last:
        size = ("Content-Range", f"bytes */{len(body)}")
        start_response("416 Range Not Satisfiable", [("Content-Length", "0"), size, *others])
        return []
    part = body[first : last + 1]
    says = [
        ("Content-Length", str(len(part))),
        ("Content-Range", f"bytes {first}-{last}/{len(body)}"),
    ]
    start_response("206 Partial Content", [*says, *others])
    return [part]


def _is_known(etag: str, known: str) -> bool:
    return known == etag or any(
        tag.strip().removeprefix("W/") in {etag, "*"} for tag in known[:4_000].split(",")
    )


end_with_parent()
application = Site(PublicPlane(data.public_directory() / "record"), LivePlane())
"""What the server runs: `granian --interface wsgi visavis.press.serving:application`."""
