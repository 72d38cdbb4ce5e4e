"""Answers that wait for one another: sealed to their own desk, held for all, opened in one act.

When a side turns its key, the key of the answer's words is added to its envelope: shut under the server's
half, and once more under the joint key (`Lock.HELD`). Every desk has the one and this server the other, so
an editor who is signed in when nothing is missing opens all. Until then `Reader.open` passes it by, and
nothing here opens a held answer but `words_for_release`.

The server's half is a file beside the database. No backup has it: with a backup no desk reads another's
answer. Where it is a new one, each desk holds its own answer again when it next signs in.
"""

import os
import secrets
from collections.abc import Collection

from visavis.base import data
from visavis.safety.reading import JOINT, reader
from visavis.signing import boxes
from visavis.signing.boxes import CannotOpenError, Envelope, Key, Lock

from . import models, statements
from .rules import State
from .sealed import about, is_shut, words_in


def server_half() -> bytes:
    """Return the server's half, 32 bytes; the first who asks makes it."""
    place = data.seats_key_file()
    try:
        return place.read_bytes()
    except FileNotFoundError:
        # Two workers may come here at once: the link is made by one of them, and both read what it has.
        beside = place.with_name(f".{secrets.token_hex(8)}.new")
        data.write_private(beside, secrets.token_bytes(boxes.KEY))
        try:
            os.link(beside, place)
        except FileExistsError:
            pass
        finally:
            beside.unlink()
        return place.read_bytes()


def held_again(row: models.Document) -> bytes | None:
    """Return the envelope, held under the newest joint key and this server's half.

    None where it is so already, lies in the clear, or is not for this reader to hold.
    """
    joint = reader().newest(JOINT)
    if joint is None or not is_shut(row):
        return None
    envelope = Envelope.from_bytes(bytes(row.data))
    if _is_held(envelope, joint, about=about(row.digest)):
        return None
    try:
        key = reader().key_of(envelope, about=about(row.digest))
    except CannotOpenError:
        return None
    inner = boxes.shut(key, key=_half_key(), about=about(row.digest))
    held = boxes.wrapped(inner, with_=joint, about=about(row.digest), lock=Lock.HELD)
    return envelope.without(Lock.HELD).with_wrap(held).as_bytes()


def hold_no_more(digests: Collection[str]) -> None:
    """Answers that will never be released are their own desks' alone again."""
    for row in models.Document.objects.filter(digest__in=digests, is_sealed=True):
        if is_shut(row):
            envelope = Envelope.from_bytes(bytes(row.data)).without(Lock.HELD)
            statements.change_data(row.digest, envelope.as_bytes())


def words_for_release(row: models.Document) -> bytes:
    """Return an answer's words, its own desk's or held; raise CannotOpenError.

    For the act that releases all answers, and for no other.
    """
    if not is_shut(row) or row.state != State.PROPOSED:
        return words_in(row)
    envelope, place = Envelope.from_bytes(bytes(row.data)), about(row.digest)
    try:
        key = reader().key_of(envelope, about=place)
    except CannotOpenError:
        inner = reader().held(envelope, about=place)
        key = boxes.opened(inner, key=_half_key(), about=place)
    return envelope.words(key, about=place)


def _is_held(envelope: Envelope, joint: Key, *, about: str) -> bool:
    for wrap in envelope.wraps:
        if wrap.lock is Lock.HELD and wrap.reader == joint.id:
            try:
                inner = boxes.unwrapped(wrap, joint.private, about=about)
                boxes.opened(inner, key=_half_key(), about=about)
            except CannotOpenError:
                return False
            return True
    return False


def _half_key() -> bytes:
    return boxes.derived(server_half(), "held")
