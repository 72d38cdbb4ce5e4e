"""What a draft's row holds: its words, sealed to its own desk, and which earlier states there are.

The order of the earlier states lies inside the box, so that no table tells it. Keys for a charter are no
words: they lie in the clear, because a desk that lost its reading keys must not lose its signing key too.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from visavis.safety import reading
from visavis.signing.document import CHARTER


@dataclass(frozen=True)
class Words:
    """All that an edit can change. ``body`` is one of its kind, as it would stand in a document."""

    kind: str
    shape: str
    body: Mapping[str, Any]
    until: date | None = None


@dataclass(frozen=True)
class Opened:
    """What a reader of the desk finds in a box; ``earlier`` are the keys of earlier states, newest first."""

    words: Words
    earlier: tuple[int, ...] = ()


def about(item: str, side: str) -> str:
    """Return what a box must be about to open: this desk's draft of this item, in whichever table."""
    return f"draft {item} of {side}"


def as_bytes(words: Words, *, earlier: Sequence[int] = ()) -> bytes:
    """Return what is sealed. Not in canonical bytes: these would put the languages into another order."""
    value = {
        "kind": words.kind,
        "shape": words.shape,
        "body": words.body,
        "until": words.until.isoformat() if words.until else None,
        "earlier": list(earlier),
    }
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def sealed(words: Words, *, item: str, side: str, earlier: Sequence[int] = ()) -> bytes:
    """Return the words for the desk's readers alone, or raise CannotSealError. 10 kB: 0.1 ms."""
    content = as_bytes(words, earlier=earlier)
    if words.kind == CHARTER:
        return content
    return reading.reader().shut(content, about=about(item, side), to=side)


def opened(box: bytes, *, item: str, side: str) -> Opened | None:
    """Return what is in the box, or None where this reader cannot open it, or it is no draft's."""
    content = reading.opened(box, about=about(item, side))
    if content is None:
        return None
    try:
        value = json.loads(content)
        until = value["until"]
        words = Words(
            kind=value["kind"],
            shape=value["shape"],
            body=value["body"],
            until=date.fromisoformat(until) if until else None,
        )
        return Opened(words, tuple(value["earlier"]))
    except (ValueError, KeyError, TypeError):
        return None
