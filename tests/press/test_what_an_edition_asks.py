"""What an edition after a change asks of the database: the same in a small record and in a large one."""

from django.db import connection
from django.test.utils import CaptureQueriesContext
from printing import Press

import cast

PARTIAL = ("charters", "proposals", "closed_documents", "refused_documents", "in_line")
"""Indexes that hold few rows of a record of any size: going through one of them is no long way."""

PAUSES = """"kind" IN ('joint-pause', 'pause')"""


def opened(press: Press, *, n: int) -> None:
    for _ in range(n):
        press.open(cast.an_article(press.site))


def asked_after_one_more(press: Press) -> list[str]:
    """Open one text more and return the statements of the edition that shows it."""
    opened(press, n=1)
    with CaptureQueriesContext(connection) as asked:
        press.release()
    return [each["sql"] for each in asked.captured_queries]


def test_no_table_of_the_record_is_read_from_end_to_end(press: Press) -> None:
    opened(press, n=3)
    press.release()
    statements = [sql for sql in asked_after_one_more(press) if sql.startswith("SELECT")]
    assert any("record_document" in sql for sql in statements)
    assert any("press_place" in sql for sql in statements)
    # Open pauses are found by their kind: there are never more than a few.
    asked = [sql for sql in statements if PAUSES not in sql]
    long_ways = [(way, sql) for sql in asked for way in ways(sql) if is_long(way)]
    assert not long_ways, long_ways


def test_a_look_at_all_that_is_open_would_be_seen(press: Press) -> None:
    assert any(map(is_long, ways("SELECT digest FROM record_document WHERE state = 'open'")))


def test_a_larger_record_is_asked_no_more(press: Press) -> None:
    opened(press, n=24)
    press.release()
    asked_after_one_more(press)  # the first one fills what is remembered between editions
    small = len(asked_after_one_more(press))
    opened(press, n=38)
    press.release()
    assert len(asked_after_one_more(press)) <= small


def ways(sql: str) -> list[str]:
    """Return how SQLite finds the rows of a statement, table by table."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}".replace("%", "%%"), [])
        return [row[3] for row in cursor.fetchall()]


def is_long(way: str) -> bool:
    """Whether this step goes through all rows of documents, keys or places."""
    if not way.startswith(("SCAN record_document", "SCAN record_signature", "SCAN press_place")):
        return "newest_open" in way
    return not way.endswith(PARTIAL)
