"""No table of ours counts its rows: a number that grows says who came after whom."""

import re
from itertools import pairwise

import pytest
from django.apps import apps
from django.db import connection, models
from django.test.utils import CaptureQueriesContext

import cast
from visavis.base.fields import RandomKey

NOT_OURS = ("django_", "auth_")
COUNTED = {"press_place": "The places of open items on public lists: all of it can be read there."}
"""Tables whose rows are counted, and why they may be."""


def counted() -> dict[str, str]:
    """Return every table of ours whose key is a row number, with the class of its field."""
    kept = [each for each in apps.get_models(include_auto_created=True) if each._meta.pk]
    return {
        each._meta.db_table: type(each._meta.pk).__name__
        for each in kept
        if not each._meta.db_table.startswith(NOT_OURS)
        and isinstance(each._meta.pk, models.AutoField | models.BigAutoField)
        and not isinstance(each._meta.pk, RandomKey)
    }


def test_no_table_has_a_row_number_but_those_listed() -> None:
    assert counted().keys() == COUNTED.keys()


@pytest.mark.django_db
def test_no_row_that_any_act_writes_has_a_number_that_the_database_has_drawn() -> None:
    """Whatever an act leaves out, the database counts: so each row is written with the key that we drew."""
    random = [
        each
        for each in apps.get_models(include_auto_created=True)
        if isinstance(each._meta.pk, RandomKey) and not each._meta.db_table.startswith(NOT_OURS)
    ]
    site = cast.a_charter()
    with CaptureQueriesContext(connection) as asked:
        cast.found(site)
        texts = [cast.open_(cast.an_article(site), site) for _ in range(3)]
        for text in texts:
            cast.open_(cast.a_translation(site, of=text, language="en", side="az"), site)
    written = [each["sql"] for each in asked if each["sql"].lstrip().startswith("INSERT")]
    tables = {each._meta.db_table for each in random}
    seen = {table for table in tables for sql in written if re.search(rf"\b{table}\b", sql)}
    assert {"record_signature", "record_madefrom", "record_changed"} <= seen
    for each in random:
        keys = sorted(each._base_manager.values_list("pk", flat=True))
        gaps = [after - before for before, after in pairwise(keys)]
        assert all(gap > 1_000_000 for gap in [*keys[:1], *gaps]), each._meta.db_table
