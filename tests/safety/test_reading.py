"""Who reads: nobody outside of a request, and a request never more than its own keys."""

import threading

import pytest

import reading as known
from visavis.safety.reading import (
    JOINT,
    NOBODY,
    CannotSealError,
    opened,
    reader,
    reading_as,
)
from visavis.signing.boxes import CannotOpenError


def test_nobody_opens_nothing_and_writes_nothing() -> None:
    envelope = known.desk("az").shut(b"words", about="a draft", to="az")
    with reading_as(lambda: NOBODY):
        assert opened(envelope, about="a draft") is None
        with pytest.raises(CannotOpenError):
            reader().open(envelope, about="a draft")
        with pytest.raises(CannotSealError):
            reader().shut(b"words", about="a draft", to="az")
    with reading_as(lambda: known.desk("az")):
        assert opened(envelope, about="a draft") == b"words"


def test_a_desk_does_not_open_what_is_sealed_to_another() -> None:
    own = known.desk("az").shut(b"ours", about="a draft", to="az")
    joint = known.desk("az").shut(b"to all", about="a document", to=JOINT)
    with reading_as(lambda: known.desk("hy")):
        assert opened(own, about="a draft") is None
        assert opened(joint, about="a document") == b"to all"


def test_what_lies_in_the_clear_is_read_as_it_is() -> None:
    with reading_as(lambda: NOBODY):
        assert opened(b'{"open":true}', about="a document") == b'{"open":true}'
        assert opened(b"", about="a document") == b""


def test_a_reader_ends_with_its_block_and_is_made_once_and_only_if_asked() -> None:
    made = []

    def make() -> object:
        made.append(1)
        return known.desk("az")

    with reading_as(make):  # type: ignore[arg-type]
        assert not made
        assert reader() is reader()
        with reading_as(lambda: NOBODY):
            assert reader() is NOBODY
        assert reader().newest("az") == known.key("az")
    assert made == [1]


def test_another_thread_has_not_this_requests_keys() -> None:
    seen = []
    with reading_as(lambda: known.reader_of("az")):
        thread = threading.Thread(target=lambda: seen.append(reader()))
        thread.start()
        thread.join()
        assert seen[0] is not reader()
