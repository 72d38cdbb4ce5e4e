"""Lists of what is open find their rows by an index, however many others are open beside them."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from visavis.record import queries

pytestmark = pytest.mark.django_db


def ways_of(ask) -> list[str]:
    if connection.vendor != "sqlite":
        pytest.skip("how SQLite finds rows")
    with CaptureQueriesContext(connection) as asked:
        ask()
    (sql,) = (each["sql"] for each in asked)
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}".replace("%", "%%"))
        return [row[3] for row in cursor.fetchall()]


@pytest.mark.parametrize(
    ("ask", "index"),
    [
        (lambda: queries.open_page(kinds=["discussion"], page=1, size=20), "newest_open_of_kind"),
        (lambda: queries.open_page(kinds=["article", "letter"], page=1, size=20), "newest_open"),
        (lambda: queries.newest_open("contribution", most=9), "newest_open_of_kind"),
    ],
)
def test_a_page_of_what_is_newest_is_read_in_the_order_of_an_index(ask, index) -> None:
    ways = ways_of(ask)
    assert len(ways) == 1, ways
    assert ways[0].split("(")[0].split()[-1] == index


def test_what_is_open_or_asked_of_a_rare_kind_goes_through_no_other() -> None:
    ways = ways_of(lambda: queries.asked_of("discussion", most=100))
    assert not [way for way in ways if way.startswith("SCAN")], ways
    assert [way for way in ways if "newest_open_of_kind" in way]
