"""What fails is named by type and line; nothing of whom it failed for is written down."""

import errno
import io
import logging
from collections.abc import Iterator

import pytest
from django.core.exceptions import DisallowedHost

from visavis.safety.logs import OnlyTypeAndLine

CANARY = "canary-7f3a"


@pytest.fixture
def log() -> Iterator[tuple[logging.Logger, io.StringIO]]:
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(logging.Formatter("%(message)s"))
    handler.addFilter(OnlyTypeAndLine())
    logger = logging.Logger("django.request")  # noqa: LOG001 - one that no other handler hears
    logger.addHandler(handler)
    yield logger, written
    handler.close()


def test_an_exception_leaves_its_type_and_line_alone(
    log: tuple[logging.Logger, io.StringIO],
) -> None:
    logger, written = log
    try:
        raise ValueError(CANARY)
    except ValueError:
        logger.exception(
            "Internal Server Error: %s", f"/{CANARY}/", extra={"request": CANARY}, stack_info=True
        )
    assert CANARY not in written.getvalue()
    assert written.getvalue().startswith("ValueError at ")
    assert "test_logs.py:" in written.getvalue()


def test_a_cause_does_not_slip_through(log: tuple[logging.Logger, io.StringIO]) -> None:
    logger, written = log
    try:
        try:
            raise KeyError(CANARY)
        except KeyError as error:
            raise RuntimeError(CANARY) from error
    except RuntimeError:
        logger.exception(CANARY)
    assert CANARY not in written.getvalue()
    assert "RuntimeError" in written.getvalue()


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (DisallowedHost(CANARY), ": a request under a name that VISAVIS_HOSTS does not list"),
        (OSError(errno.ENOSPC, CANARY), ": the disk is full"),
    ],
)
def test_what_an_operator_can_mend_is_said_in_words(
    log: tuple[logging.Logger, io.StringIO], error: Exception, said: str
) -> None:
    logger, written = log
    try:
        raise error
    except type(error):
        logger.exception(CANARY)
    assert CANARY not in written.getvalue()
    assert written.getvalue().rstrip().endswith(said)


def test_a_message_without_an_exception_leaves_its_place_alone(
    log: tuple[logging.Logger, io.StringIO],
) -> None:
    logger, written = log
    logger.error("Invalid HTTP_HOST header: %r", CANARY, extra={"status_code": 400})
    assert CANARY not in written.getvalue()
    assert "test_logs.py:" in written.getvalue()


def test_a_handler_behind_the_filter_sees_no_more_than_it() -> None:
    record = logging.makeLogRecord({"msg": CANARY, "args": (CANARY,), "request": CANARY})
    OnlyTypeAndLine().filter(record)
    assert CANARY not in str(vars(record))


def test_no_path_of_the_machine_is_written(log: tuple[logging.Logger, io.StringIO]) -> None:
    from visavis.safety import sealing

    logger, written = log
    try:
        sealing.opened("zz", key=b"", label="")
    except ValueError:
        logger.exception("failed")
    assert written.getvalue().split(" at ")[1].startswith("visavis/safety/sealing.py:")
