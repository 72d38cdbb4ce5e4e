"""Where an editor arrives: the desk's home, which a room above makes and this one knows by name only."""

from django.urls import NoReverseMatch, reverse


def address() -> str:
    """Return the address of the desk's home; of one's own account where there is no such room."""
    return _named("desk:home") or reverse("people:account")


def address_of_new(*, has_keys: bool) -> str:
    """Return where somebody arrives who has just joined: first of all a side makes its keys."""
    today = _named("desk:home")
    return f"{today}?done=joined" if today and has_keys else reverse("people:key")


def charter_address() -> str:
    """Return where the charter is signed, or nothing."""
    return _named("desk:charter")


def steps_address(account_id: str) -> str:
    """Return where a desk sees what is still to be done after a detention; else its page of editors."""
    return _named("desk:after-detention", account_id) or reverse("people:editors")


def _named(name: str, *args: str) -> str:
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""
