"""What is known of the site and its sides. None of it is about a person."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db import connection

from visavis.base.missing import NotFound
from visavis.signing import vault
from visavis.signing.canonical import Digest
from visavis.signing.charter import Waiting
from visavis.signing.desk_statements import DeskAct, Statement
from visavis.signing.keys import PublicKey

from .models import Side, Site, WayIn
from .order import in_order
from .rules import WAY_IN_IS_NEWS, SignInCost


@dataclass(frozen=True)
class SignIn:
    """Salt and cost of every sign-in to this site."""

    salt: bytes
    cost: SignInCost


NO_SITE_YET = SignIn(salt=b"no site here yet", cost=SignInCost())


def site() -> Site | None:
    """Return the site, or None before `visavis init`."""
    return Site.objects.first()


def is_founded() -> bool:
    """Return whether there is a site, also where the tables are of an older version, or not there yet."""
    tables = connection.introspection.table_names()
    return Site._meta.db_table in tables and Site.objects.exists()


def side(code: str) -> Side | None:
    return Side.objects.filter(pk=code).first()


def sides(*, seed: str = "") -> tuple[Side, ...]:
    """Return all sides, in the order drawn for ``seed``; without one, for the site's id."""
    founded = site()
    by_code = {each.code: each for each in Side.objects.all()}
    seed = seed or (founded.pk if founded else "")
    return tuple(by_code[code] for code in in_order(by_code, seed=seed))


def names(language: str) -> Mapping[str, str]:
    """Return each side's name in a language of the site; where it has none in it, in the side's own."""
    return {
        each.code: each.names.get(language) or each.names[each.languages[0]] for each in sides()
    }


def sides_without_keys() -> tuple[str, ...]:
    return tuple(each.code for each in sides() if not each.has_keys)


def waiting_of(founded: Site) -> Waiting:
    return Waiting(**founded.waiting)


def sign_in() -> SignIn:
    """Return what a sign-in needs; before there is a site, something that costs the same."""
    founded = site()
    if founded is None:
        return NO_SITE_YET
    cost = SignInCost(memory_kib=founded.sign_in_memory_kib, passes=founded.sign_in_passes)
    return SignIn(salt=bytes.fromhex(founded.sign_in_salt), cost=cost)


def statement(side: str, act: DeskAct, *, about: Digest, day: date, name: str = "") -> Statement:
    """Return what this side would sign for this act."""
    founded = site()
    return Statement(
        site=founded.pk if founded else "", side=side, act=act, about=about, day=day, name=name
    )


def vault_key(side_code: str) -> bytes | None:
    """Return the public key to which a side's vault is sealed; None for none that its key has signed.

    A row alone gives nobody a vault: who writes another key into it has not signed it.
    """
    row = side(side_code)
    if row is None or row.public_key is None:
        return None
    try:
        return vault.public_half(row.vault_key, of=PublicKey(row.public_key))
    except vault.BadVaultKeyError:
        return None


def boxes_file(side_code: str, boxes: Mapping[str, bytes]) -> bytes:
    """Return the file that `visavis key open` reads, of boxes by what they are."""
    founded, row = site(), side(side_code)
    if founded is None or row is None or row.public_key is None:
        raise NotFound
    key = PublicKey(row.public_key)
    return vault.Boxes(site=founded.pk, side=side_code, public_key=key, by_about=boxes).data


def ways_in(today: date) -> tuple[WayIn, ...]:
    """Return the ways in of the last 30 days, the newest first."""
    return tuple(WayIn.objects.filter(on__gt=today - WAY_IN_IS_NEWS).order_by("-on", "side"))


def keys_in_use() -> frozenset[str]:
    """Return every public key in use anywhere, in raw hexadecimal."""
    held = {key for pair in Side.objects.values_list("public_key", "recovery_key") for key in pair}
    return frozenset(
        {key for key in held if key} | set(Site.objects.values_list("release_key", flat=True))
    )
