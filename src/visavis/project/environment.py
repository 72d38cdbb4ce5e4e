"""What an operator sets in the environment, checked: every wrong value is named in a sentence of its own.

Nothing here knows Django, and no value is repeated that may hold a password.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from ipaddress import ip_address
from typing import TypeVar, cast
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from environs import Env, EnvValidationError, ValidationError

T = TypeVar("T")
HOSTS = ["localhost", "127.0.0.1", "[::1]", ".onion"]
YES = {"true", "yes", "on", "1"}
NO = {"", "false", "no", "off", "0"}
RELEASES = {"": "hour", "hour": "hour", "at once": "at once"}
HOST = re.compile(
    r"\.?([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\.?"
)
ADDRESS = re.compile(r"https?://[A-Za-z0-9.:\[\]_-]{1,255}(/[A-Za-z0-9._~-]{1,64}){0,8}")
POSTGRESQL = {"postgres", "postgresql"}


class BadEnvironmentError(ValueError):
    """At least one variable says something that cannot be meant; the text has a line for each."""


@dataclass(frozen=True)
class PostgreSQL:
    """Where a PostgreSQL database is and who asks it, as Django names the parts."""

    name: str
    user: str
    password: str
    host: str
    port: str
    options: dict[str, str]


@dataclass(frozen=True)
class Environment:
    """What `settings` needs of the environment."""

    hosts: tuple[str, ...]
    https: bool
    releases: str
    address: str
    pepper: str
    codes_after: int
    postgresql: PostgreSQL | None
    """None: the built-in database."""


def read() -> Environment:
    """Return what the environment says. Raises BadEnvironmentError that names every wrong variable."""
    env = Env(eager=False)
    hosts = env.list("VISAVIS_HOSTS", HOSTS, validate=_refusing(why_not_hosts))
    https = env.str("VISAVIS_HTTPS", "false", validate=_refusing(why_not_https))
    releases = env.str("VISAVIS_RELEASES", "hour", validate=_refusing(why_not_releases))
    address = env.str("VISAVIS_ADDRESS", "", validate=_refusing(why_not_address))
    pepper = env.str("VISAVIS_PEPPER", "")
    codes_after = env.str("VISAVIS_CODES_AFTER", "0", validate=_refusing(why_not_step))
    database = env.str("DATABASE_URL", "", validate=_refusing(why_not_database))
    try:
        env.seal()
    except EnvValidationError as error:
        named = cast("dict[str, list[str]]", error.error_messages)
        sentences = [sentence for found in named.values() for sentence in found]
        raise BadEnvironmentError("\n".join(sentences)) from None
    return Environment(
        hosts=tuple(host.strip().lower() for host in hosts if host.strip()) or tuple(HOSTS),
        https=https.strip().lower() in YES,
        releases=RELEASES[_spelt(releases)],
        address=address.rstrip("/"),
        pepper=pepper,
        codes_after=int(codes_after or "0"),
        postgresql=_postgresql(urlsplit(database)) if database else None,
    )


def why_not_hosts(hosts: Iterable[str]) -> str | None:
    """Return why no desk can be reached under one of these names, or None."""
    return next(filter(None, (why_not_host(host.strip()) for host in hosts if host.strip())), None)


def why_not_https(said: str) -> str | None:
    return None if said.strip().lower() in YES | NO else "VISAVIS_HTTPS is true or false."


def why_not_step(said: str) -> str | None:
    is_number = not said or (said.isascii() and said.isdigit())
    return None if is_number else "VISAVIS_CODES_AFTER is a number, and serve sets it."


def why_not_releases(releases: str) -> str | None:
    return None if _spelt(releases) in RELEASES else "VISAVIS_RELEASES is hour or at-once."


def why_not_host(host: str) -> str | None:
    """Return in a sentence why no desk can be reached under this name, or None."""
    if host == "*" or HOST.fullmatch(host.lower()) or _is_ip(host):
        return None
    return (
        f"VISAVIS_HOSTS has names alone, as in example.org,.onion: {host} is no name. "
        "Leave out https://, ports and paths."
    )


def why_not_address(address: str) -> str | None:
    """Return in a sentence why readers cannot find the site here, or None; empty is no address."""
    if not address or (ADDRESS.fullmatch(address.rstrip("/")) and _has_sound_port(address)):
        return None
    return (
        "VISAVIS_ADDRESS is a whole address, as in https://example.org, in plain ASCII "
        "(an international name in its xn-- form)."
    )


def why_not_database(address: str) -> str | None:
    """Return in a sentence why this is no address of PostgreSQL, or None; empty is the built-in database."""
    if not address:
        return None
    if not re.match(r"postgres(ql)?://", address):
        return "DATABASE_URL must begin with postgres:// or postgresql://."
    if not _has_sound_port(address):
        return "The port in DATABASE_URL is not a number from 1 to 65535."
    if not urlsplit(address).path.strip("/"):
        return "DATABASE_URL ends with the name of a database: postgresql://user@host/name."
    return None


def _refusing(why_not: Callable[[T], str | None]) -> Callable[[T], None]:
    """Return the rule as a validator of the library's."""

    def check(value: T) -> None:
        refusal = why_not(value)
        if refusal:
            raise ValidationError(refusal)

    return check


def _spelt(releases: str) -> str:
    return re.sub(r"[-_\s]+", " ", releases.strip().lower())


def _has_sound_port(address: str) -> bool:
    try:
        return urlsplit(address).port != 0
    except ValueError:
        return False


def _is_ip(host: str) -> bool:
    # Django compares what a browser sends, and a browser puts an IPv6 address in brackets.
    bare = host[1:-1] if host.startswith("[") and host.endswith("]") else host
    try:
        return (ip_address(bare).version == 6) == (bare != host)
    except ValueError:
        return False


def _postgresql(url: SplitResult) -> PostgreSQL:
    return PostgreSQL(
        name=unquote(url.path.lstrip("/")),
        user=unquote(url.username or ""),
        password=unquote(url.password or ""),
        host=unquote(url.hostname or ""),
        port=str(url.port or ""),
        options=dict(parse_qsl(url.query)),
    )
