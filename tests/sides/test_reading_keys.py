"""Attacks on the chains of reading keys: each names what somebody has, and what they do not get."""

import secrets
from hashlib import sha256

import pytest

from visavis.safety.reading import JOINT, Reader
from visavis.sides import reading_keys
from visavis.sides.reading_keys import ReadingKey
from visavis.signing import boxes
from visavis.signing.boxes import CannotOpenError

WORDS = "Yalnız məktub oxunmadan qalsın".encode()


@pytest.fixture(autouse=True)
def keys_are_random(monkeypatch: pytest.MonkeyPatch) -> None:
    """Here the keys are made as on a real site."""
    monkeypatch.setattr(reading_keys, "new_private", lambda _holder, _number: boxes.new_key())


def an_account() -> bytes:
    return boxes.derived(secrets.token_bytes(32), "account key")


def reader_with(chain: list[ReadingKey], account: bytes, box: bytes) -> Reader:
    held = reading_keys.held(chain, {chain[0].number: box}, with_=[account])
    return Reader(
        {chain[0].holder: [key.key(held[key.number]) for key in chain if held.get(key.number)]}
    )


def test_the_holder_of_a_code_reads_what_was_there_before_and_its_hash_reads_nothing() -> None:
    key, private = reading_keys.first("az")
    draft = boxes.enveloped(WORDS, about="draft 1", with_=[key.key(private)])
    row = reading_keys.carried(private, of=key, code=b"the code")
    with pytest.raises(CannotOpenError):  # the table has the hash alone
        reading_keys.taken(row, of=key, code=sha256(b"the code").digest())
    taken = reading_keys.taken(row, of=key, code=b"the code")
    new = an_account()
    box = reading_keys.handed(taken, of=key, to=boxes.public_of(new))
    assert reader_with([key], new, box).open(draft, about="draft 1") == WORDS


def test_a_removed_editor_with_yesterdays_copy_reads_nothing_new() -> None:
    key, private = reading_keys.first("az")
    removed, colleague = an_account(), an_account()
    yesterday = reader_with(
        [key], removed, reading_keys.handed(private, of=key, to=boxes.public_of(removed))
    )
    old = boxes.enveloped(WORDS, about="draft 1", with_=[key.key(private)])

    newer, newer_private = reading_keys.after(key, private)
    box = reading_keys.handed(newer_private, of=newer, to=boxes.public_of(colleague))
    new = boxes.enveloped(b"after", about="draft 2", with_=[newer.key(newer_private)])

    stays = reader_with([newer, key], colleague, box)
    assert stays.open(new, about="draft 2") == b"after"
    assert stays.open(old, about="draft 1") == WORDS
    assert yesterday.open(old, about="draft 1") == WORDS  # what was sealed before stays readable
    with pytest.raises(CannotOpenError):
        yesterday.open(new, about="draft 2")
    assert reading_keys.held([newer, key], {2: box}, with_=[removed]) == {}


def test_a_desk_that_begins_again_reads_nothing_of_before() -> None:
    key, private = reading_keys.first("az")
    old = boxes.enveloped(WORDS, about="draft 1", with_=[key.key(private)])
    again, again_private = reading_keys.first("az", number=2)
    account = an_account()
    box = reading_keys.handed(again_private, of=again, to=boxes.public_of(account))
    reader = reader_with([again, key], account, box)
    with pytest.raises(CannotOpenError):
        reader.open(old, about="draft 1")
    new = reader.shut(b"new", about="draft 2", to="az")
    assert reader.open(new, about="draft 2") == b"new"


def test_a_key_that_was_put_into_another_place_of_the_chain_does_not_open() -> None:
    desk, desk_private = reading_keys.first("az")
    joint, joint_private = reading_keys.first(JOINT)
    box = reading_keys.handed(joint_private, of=joint, to=desk.public)
    assert reading_keys.held([joint], {1: box}, with_=[desk_private]) == {1: joint_private}
    second = reading_keys.first(JOINT, number=2)[0]
    assert reading_keys.held([second], {2: box}, with_=[desk_private]) == {}
