"""What an older version wrote into its tables is there after `migrate`, and opens what it opened."""

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from judge import open_digests

from cast import a_charter, an_article, found, open_
from visavis.record import models

FIRST, NOW = [("record", "0001_initial")], [("record", "0002_signatures")]


@pytest.mark.django_db(transaction=True)
def test_signatures_outlive_the_new_name_of_their_table() -> None:
    site = a_charter()
    found(site)
    text = open_(an_article(site), site)
    before = list(models.Signature.objects.order_by("pk").values())
    MigrationExecutor(connection).migrate(FIRST)
    assert "record_keyturned" in connection.introspection.table_names()
    MigrationExecutor(connection).migrate(NOW)
    assert list(models.Signature.objects.order_by("pk").values()) == before
    assert open_digests() == {text.digest}
