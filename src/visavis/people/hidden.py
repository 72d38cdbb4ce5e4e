"""Words that are hidden, as rooms above keep them: shown again, or destroyed in the end.

They open with the key that an author and their code on paper have, or for seven days with the desk's vault.
"""

from collections.abc import Callable
from typing import TypeAlias

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
