"""Keys of rows that say nothing of the order in which the rows came."""

import secrets
from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper


def random_key() -> int:
    """Return one of 2^62 numbers above zero."""
    return secrets.randbelow(2**62) + 1


class RandomKey(models.BigAutoField):  # type: ignore[type-arg]  # Django's own class takes none
    """A key that is drawn, not counted: `DEFAULT_AUTO_FIELD` of this project."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("default", random_key)
        super().__init__(*args, **kwargs)

    def db_type_suffix(self, connection: BaseDatabaseWrapper) -> str | None:
        """Leave SQLite's AUTOINCREMENT out: its table of sequences counts every row there ever was."""
        return None if connection.vendor == "sqlite" else super().db_type_suffix(connection)
