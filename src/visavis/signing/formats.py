"""The numbers of formats: is this one newer than any that this version knows?

What has a newer number was written by a newer version. It cannot be judged here, so it is neither right nor
wrong. A number is written as people count: ``1`` to ``9999``, without a zero in front.
"""

import re

NUMBER = re.compile(r"[1-9][0-9]{0,3}")


def newer(value: object, *, than: str) -> str | None:
    """Return the name of a format if it is ``than`` with a higher number, or None."""
    name, _, ours = than.rpartition("-")
    if not isinstance(value, str) or not value.startswith(f"{name}-"):
        return None
    number = value.removeprefix(f"{name}-")
    return value if NUMBER.fullmatch(number) and int(number) > int(ours) else None


def sentence(name: str) -> str:
    """Return what is said of something in a newer format."""
    return f"written by a newer version ({name})"
