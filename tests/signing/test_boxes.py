"""Attacks on boxes: each names what somebody has, and what they do not get."""

import hmac

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from visavis.safety.reading import Reader
from visavis.signing import boxes
from visavis.signing.boxes import CannotOpenError, Envelope, Key, Lock

WORDS = "Yalnız məktub oxunmadan qalsın: քանի դեռ ոչ ոք չի կարդացել"


def a_key() -> Key:
    return Key.of(boxes.new_key())


def a_reader(key: Key) -> Reader:
    return Reader({"az": [key]})


def test_a_box_is_of_rfc_9180_and_opens_without_the_library() -> None:
    # The example of appendix A.2.1 holds for the few lines below; what `seal_to` makes opens with them.
    private = bytes.fromhex("8057991eef8f1f1af18f4a9491d16a1ce333f695d4db8e38da75975c4478e0fb")
    enc = bytes.fromhex("1afa08d3dec047a643885163f1180476fa7ddb54c6a8029ea33f95796bf2ac4a")
    sealed = bytes.fromhex(
        "1c5250d8034ec2b784ba2cfd69dbdb8af406cfe3ff938e131f0def8c8b60b4db21993c62ce81883d2dd1b51a28"
    )
    info = bytes.fromhex("4f6465206f6e2061204772656369616e2055726e")
    assert by_hand(private, enc + sealed, info, b"Count-0") == b"Beauty is truth, truth beauty"

    box = boxes.seal_to(boxes.public_of(private), WORDS.encode(), about="a test")
    assert by_hand(private, box, b"a test", b"") == WORDS.encode()


def test_a_box_put_elsewhere_or_changed_anywhere_gives_no_words() -> None:
    own, other = a_key(), boxes.public_of(boxes.new_key())
    mine = boxes.public_of(own.private)
    for envelope in (
        boxes.enveloped(WORDS.encode(), about="document 1", to=[mine, other]),
        boxes.enveloped(WORDS.encode(), about="document 1", to=[other], with_=[own]),
    ):
        assert a_reader(own).open(envelope, about="document 1") == WORDS.encode()
        for key, about in ((own, "document 2"), (a_key(), "document 1")):
            with pytest.raises(CannotOpenError):
                a_reader(key).open(envelope, about=about)
        for at in [*range(220), *range(220, len(envelope), 37)]:
            changed = envelope[:at] + bytes([envelope[at] ^ 1]) + envelope[at + 1 :]
            try:
                assert a_reader(own).open(changed, about="document 1") == WORDS.encode()
            except CannotOpenError:
                continue
        for end in range(len(envelope)):
            with pytest.raises(CannotOpenError):
                a_reader(own).open(envelope[:end], about="document 1")


def test_the_length_of_an_envelope_tells_only_which_of_a_few_sizes() -> None:
    own = a_key()
    texts = (b"x" * n for n in range(1, 60_000, 97))
    assert len({len(boxes.enveloped(text, about="a text", with_=[own])) for text in texts}) == 4


def test_what_is_held_for_a_reader_opens_nothing_by_itself() -> None:
    own, other = a_key(), a_key()
    sealed = boxes.enveloped(WORDS.encode(), about="answer 1", with_=[other])
    envelope = Envelope.from_bytes(sealed)
    key = a_reader(other).key_of(envelope, about="answer 1")
    wrap = boxes.wrapped(key, with_=own, about="answer 1", lock=Lock.HELD)
    held = envelope.with_wrap(wrap)

    with pytest.raises(CannotOpenError):
        a_reader(own).open(held.as_bytes(), about="answer 1")
    assert a_reader(own).held(held, about="answer 1") == key
    relabelled = held.without(Lock.HELD).with_wrap(
        boxes.Wrap(Lock.SHUT, wrap.reader, wrap.box)  # a row that says: no longer held
    )
    with pytest.raises(CannotOpenError):
        a_reader(own).open(relabelled.as_bytes(), about="answer 1")


def test_a_key_is_not_shown_where_programs_print_values() -> None:
    own = a_key()
    assert own.private.hex() not in repr(own)
    assert own.private.hex() not in repr(a_reader(own))


def by_hand(private: bytes, box: bytes, info: bytes, associated: bytes) -> bytes:
    """Open HPKE's base mode (X25519, HKDF-SHA256, ChaCha20-Poly1305), first message: RFC 9180 by hand."""
    key = X25519PrivateKey.from_private_bytes(private)
    enc, sealed = box[:32], box[32:]
    kem = b"KEM\x00\x20"
    dh = key.exchange(X25519PublicKey.from_public_bytes(enc))
    prk = _extract(kem, b"", b"eae_prk", dh)
    context = enc + key.public_key().public_bytes_raw()
    shared = _expand(kem, prk, b"shared_secret", context, 32)
    suite = b"HPKE\x00\x20\x00\x01\x00\x03"
    context = (
        b"\0" + _extract(suite, b"", b"psk_id_hash", b"") + _extract(suite, b"", b"info_hash", info)
    )
    secret = _extract(suite, shared, b"secret", b"")
    key_, nonce = (
        _expand(suite, secret, what, context, n) for what, n in ((b"key", 32), (b"base_nonce", 12))
    )
    return ChaCha20Poly1305(key_).decrypt(nonce, sealed, associated)


def _extract(suite: bytes, salt: bytes, label: bytes, ikm: bytes) -> bytes:
    return hmac.digest(salt or bytes(32), b"HPKE-v1" + suite + label + ikm, "sha256")


def _expand(suite: bytes, prk: bytes, label: bytes, info: bytes, n: int) -> bytes:
    labelled = n.to_bytes(2) + b"HPKE-v1" + suite + label + info
    return hmac.digest(prk, labelled + b"\x01", "sha256")[:n]
