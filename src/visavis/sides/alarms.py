"""That somebody of a side is detained, as the side's row keeps it: sealed, of one size whatever is inside.

- ``alarm``: since which day, for the own desk.
- ``doubt``: the public key under which signatures may be forced, for all desks. Another key ends it.

Both are written without a reader: a code on paper comes from nobody who is known. What changes a row is
called within an act.
"""

from collections.abc import Mapping
from datetime import date

from visavis.safety.reading import JOINT, opened
from visavis.signing import boxes

from . import desk_keys
from .models import Side


def begin(side: str) -> None:
    """The desk has a reading key, and so has its row what says that there is nothing to say."""
    _write("alarm", "", side=side, to=side)


def raise_alarm(side: str, *, today: date) -> None:
    """Each page of the own desk says from now on that somebody of this side is detained."""
    _write("alarm", today.isoformat(), side=side, to=side)


def raise_doubt(side: str) -> None:
    """Each desk's home says from now on, until the side has another key, what may be forced.

    The rows of the others change too where they are empty: no copy tells whose side it was.
    """
    for row in Side.objects.order_by("code"):
        if row.pk == side or not row.doubt:
            _write("doubt", row.public_key or "" if row.pk == side else "", side=row.pk, to=JOINT)


def end_alarm(side: str) -> None:
    """It was false: nobody of this side is detained."""
    _write("alarm", "", side=side, to=side)


def end_doubt(side: str) -> None:
    """It was false: the side's key is what it was."""
    _write("doubt", "", side=side, to=JOINT)


def seal_again() -> None:
    """What rows say needs no older key, if the reader has that: see `desk_keys.drop_unneeded`."""
    for row in Side.objects.order_by("code"):
        for column, box, holder in (("alarm", row.alarm, row.pk), ("doubt", row.doubt, JOINT)):
            words = opened(bytes(box), about=_about(column, row.pk)) if box else None
            if words is not None:
                _write(column, words.decode(), side=row.pk, to=holder)


def day_in(alarm: bytes, *, side: str) -> date | None:
    """Return what the ``alarm`` of a row says to an editor of that desk who reads. 60 µs."""
    found = opened(bytes(alarm), about=_about("alarm", side)) if alarm else None
    return date.fromisoformat(found.decode()) if found else None


def doubted() -> Mapping[str, str]:
    """Return the keys in doubt, by side, for an editor who reads. One query, 60 µs a side."""
    rows = Side.objects.order_by("code").values_list("code", "doubt")
    found = {
        code: opened(bytes(doubt), about=_about("doubt", code)) for code, doubt in rows if doubt
    }
    return {code: key.decode() for code, key in found.items() if key}


def _write(column: str, words: str, *, side: str, to: str) -> None:
    newest = desk_keys.newest(to)
    if newest is None:
        return  # nobody reads yet, so nobody would see it
    box = boxes.enveloped(words.encode(), about=_about(column, side), to=[newest.public])
    Side.objects.filter(pk=side).update(**{column: box})


def _about(column: str, side: str) -> str:
    return f"sides_side.{column} {side}"
