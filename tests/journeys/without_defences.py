"""The settings of a site whose defences were taken out: what the search must find, or it is blind."""

from contextlib import suppress
from typing import Any

from django.db import DatabaseError
from django.db.backends.signals import connection_created

from visavis.base import data
from visavis.project.settings import *  # noqa: F403
from visavis.project.settings import DATABASES
from visavis.safety import order
from visavis.safety.logs import OnlyTypeAndLine

OnlyTypeAndLine.filter = lambda _self, _record: True  # type: ignore[method-assign]
order.write_again = lambda: 0
data._set_time = lambda *_args, **_more: None
data.written_again = list
DATABASES["default"]["OPTIONS"]["init_command"] = DATABASES["default"]["OPTIONS"][
    "init_command"
].replace("secure_delete=ON", "secure_delete=OFF")


def write_who_and_when(connection: Any, **_more: object) -> None:
    """With each draft an account is written, and the second."""
    with suppress(DatabaseError), connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TRIGGER beside AFTER INSERT ON main.record_draft BEGIN "
            "UPDATE people_account SET session_mark = session_mark, leaves_on = '2099-01-01';"
            "INSERT INTO django_migrations (id, app, name, applied) VALUES (abs(random() / 2), 'beside', "
            "unixepoch() || ' ' || hex(randomblob(8)), '2030-01-01'); END"
        )


connection_created.connect(write_who_and_when)
