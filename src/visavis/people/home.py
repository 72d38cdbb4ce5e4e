"""Where an editor arrives: the desk's home, which a room above makes and this one knows by name only."""

from django.urls import NoReverseMatch, reverse


def address() -> str:
    """Return the address of the desk's home; of one's own account where there is no such room."""
    return _named("desk:home") or reverse("people:account")


def charter_address() -> str:
    """Return where the charter is signed, or nothing."""
    return _named("desk:charter")


def _named(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
