"""A TOTP secret as a picture and as text for an authenticator; the address of a page as a picture.

The entry is called "desk" and names no site: what an authenticator holds can be read by anyone who
takes the phone. The picture is a PNG from an address of our own, because the live plane's policy allows
pictures from nowhere else, ``data:`` included; the address answers only the browser that is joining.
"""

import io
from urllib.parse import urlencode

import segno

from visavis.safety.secret import Secret

NAME = "desk"


def png(totp: Secret) -> bytes:
    """Return the picture of a TOTP secret."""
    return picture(address(totp))


def picture(text: str) -> bytes:
    """Return a picture of any text: black and white, no words and no date inside."""
    file = io.BytesIO()
    segno.make(text, error="m", micro=False).save(file, kind="png", scale=6, border=4)
    return file.getvalue()


def address(totp: Secret) -> str:
    """Return the address that a telephone opens with its authenticator."""
    return f"otpauth://totp/{NAME}?{urlencode({'secret': totp.reveal()})}"


def in_groups(totp: str) -> str:
    """Return the secret in groups of four, as it is typed by hand."""
    return " ".join(totp[start : start + 4] for start in range(0, len(totp), 4))
