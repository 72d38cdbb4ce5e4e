"""What an older version wrote into its tables is there after `migrate`, and opens what it opened."""

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from judge import open_digests

from cast import a_charter, an_article, found, open_
from visavis.press.models import Place
from visavis.record import models

FIRST = [("record", "0001_initial")]


def newest() -> list[tuple[str, str]]:
    """Return the last migration of this room and of the press, whose tables came from here."""
    leaves = MigrationExecutor(connection).loader.graph.leaf_nodes()
    return [leaf for leaf in leaves if leaf[0] in {"record", "press"}]


@pytest.mark.django_db(transaction=True)
def test_signatures_outlive_the_new_name_of_their_table() -> None:
    site = a_charter()
    found(site)
    text = open_(an_article(site), site)
    before = list(models.Signature.objects.order_by("pk").values())
    MigrationExecutor(connection).migrate(FIRST)
    assert "record_keyturned" in connection.introspection.table_names()
    MigrationExecutor(connection).migrate(newest())
    assert list(models.Signature.objects.order_by("pk").values()) == before
    assert open_digests() == {text.digest}


@pytest.mark.django_db(transaction=True)
def test_places_outlive_their_way_to_another_table() -> None:
    placed = [("library", "a", 0), ("library", "b", 1), ("questions", "c", 0)]
    Place.objects.bulk_create(
        Place(list=name, item=item, number=number, page=1)
        for name, item, number in [*placed, ("news", "a", 7)]
    )
    MigrationExecutor(connection).migrate(FIRST)
    with connection.cursor() as cursor:
        cursor.execute("SELECT shelf, subject, number FROM record_place ORDER BY shelf, number")
        assert cursor.fetchall() == placed, "an older version knows one place of an item, its first"
    MigrationExecutor(connection).migrate(newest())
    assert (
        list(Place.objects.order_by("list", "number").values_list("list", "item", "number"))
        == placed
    )


@pytest.mark.django_db(transaction=True)
def test_what_was_still_to_be_pressed_outlives_the_new_name_of_its_table() -> None:
    models.Changed.objects.create(subject="a" * 32)
    MigrationExecutor(connection).migrate(FIRST)
    assert "record_touched" in connection.introspection.table_names()
    MigrationExecutor(connection).migrate(newest())
    assert [each.subject for each in models.Changed.objects.all()] == ["a" * 32]
