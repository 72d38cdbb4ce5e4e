"""The authenticator's digits are taken as a keyboard writes them."""

from datetime import UTC, datetime

import pyotp
import pytest

from visavis.people.credentials import step_shown
from visavis.safety.secret import Secret

AT = datetime(2026, 11, 20, 12, tzinfo=UTC)
TOTP = Secret("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")


@pytest.mark.parametrize("zero", "0٠۰०０")
@pytest.mark.parametrize("between", ["", " ", "-", "\u2011", "\u200f"])
def test_digits_of_any_script_in_two_groups_are_the_digits(zero: str, between: str) -> None:
    code = pyotp.TOTP(TOTP.reveal()).at(AT)
    shown = "".join(chr(ord(zero) + int(digit)) for digit in code)
    assert step_shown(shown[:3] + between + shown[3:], totp=TOTP, at=AT) is not None


@pytest.mark.parametrize("more", ["0", "x", "²", "+"])
def test_nothing_else_is_taken_for_a_digit(more: str) -> None:
    assert step_shown(pyotp.TOTP(TOTP.reveal()).at(AT) + more, totp=TOTP, at=AT) is None
