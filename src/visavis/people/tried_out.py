"""Codes tried out with a right passphrase: the desk learns it, by the day, and never whose account it was.

It is noted in memory and written at the next page of any editor, not at the sign-in: how long an answer
takes shall not tell that a passphrase was right.
"""

from datetime import date
from threading import Lock

from visavis.safety.transactions import one_act_about_persons

from .models import WrongCodes

_sides: set[str] = set()
_lock = Lock()


def note(side: str) -> None:
    """Remember that codes were tried out with the passphrase of an account of this side."""
    with _lock:
        _sides.add(side)


def tell_desks(*, today: date) -> bool:
    """Write down what was noted, for each desk to see; without news it costs nothing. Return whether any."""
    if not _sides:
        return False
    with _lock:
        noted = sorted(_sides)
    with one_act_about_persons():
        for side in noted:
            WrongCodes.objects.update_or_create(side_id=side, defaults={"on": today})
    with _lock:
        _sides.difference_update(noted)
    return True
