"""Words that are hidden, as rooms above keep them: shown again, or destroyed in the end.

They open with the key that an author and their code on paper have, or for seven days with the desk's vault.
"""

from collections.abc import Callable
from typing import TypeAlias

from visavis.safety.secret import Secret
from visavis.safety.transactions import one_act_about_persons

from . import participants
from .models import Participant
from .purse import Closers

Then: TypeAlias = Callable[[], None]
"""The rest of it, within an act."""
Room: TypeAlias = Callable[[Closers, bytes], Then]
_again: dict[str, Room] = {}
_never: dict[str, Room] = {}


def register(room: str, *, again: Room, never: Room) -> None:
    """Have ``again`` show what this room has hidden of an author, ``never`` destroy it.

    Each gets the author's keys and a private key that opens the words. It opens them before the act, and
    returns what is done within.
    """
    _again[room], _never[room] = again, never


def decided(participant: Participant, *, passphrase: Secret, is_shown: bool) -> None:
    """The author of hidden words has them shown again, or destroyed. Refuses another passphrase."""
    renewal = participants.prove_again(participant, passphrase=passphrase)
    purse = participant.purse
    then = _all(_again if is_shown else _never, purse.closers, purse.keeper)
    with one_act_about_persons():
        participants.check(participant, renewal)
        then()


def shown_again(closers: Closers, *, key: bytes) -> Then:
    """Return the step by which all that is hidden, and opens with this key, is where it was."""
    return _all(_again, closers, key)


def destroyed(closers: Closers, *, key: bytes) -> Then:
    """Return the step by which nothing of what is hidden comes back."""
    return _all(_never, closers, key)


def _all(rooms: dict[str, Room], closers: Closers, key: bytes) -> Then:
    steps = [each(closers, key) for each in rooms.values()]

    def then() -> None:
        for step in steps:
            step()

    return then
