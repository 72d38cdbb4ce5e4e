"""What a room's reader of bodies raises. Pure, so that rules may be asked of what was read."""


class BadBodyError(ValueError):
    """These values are not a body of this kind."""
