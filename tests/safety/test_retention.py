"""Data nobody stores cannot be taken: the schema is an allow-list."""

import json
from typing import ClassVar

import pytest
from django.db import connection, models
from django.test.utils import isolate_apps

from visavis.safety import retention, sealing
from visavis.safety.retention import Box, Sealed
from visavis.sides import reading_keys
from visavis.signing import boxes
from visavis.signing import sealing as stretched


def test_every_column_has_class_lifetime_and_reason() -> None:
    assert retention.faults(retention.models_kept(), allowed=retention.holdings()) == []


@pytest.mark.django_db
def test_the_database_has_no_table_but_those_listed() -> None:
    tables = {table for table, _ in retention.holdings()}
    with connection.cursor() as cursor:
        present = set(connection.introspection.table_names(cursor))
    assert present - {"sqlite_sequence"} == tables


@isolate_apps("visavis.people")
def test_a_column_that_nobody_listed_is_a_fault() -> None:
    class Account(models.Model):  # noqa: DJ008 - lives for one test
        id = models.CharField(max_length=32, primary_key=True)
        telephone = models.CharField(max_length=20)

        class Meta:
            app_label: ClassVar[str] = "people"

    allowed = {("people_account", "id"): retention.holdings()["people_account", "id"]}
    assert retention.faults([Account], allowed=allowed) == [
        "people_account.telephone is not in schema.toml"
    ]


@isolate_apps("visavis.people")
def test_a_time_finer_than_a_day_about_a_person_is_a_fault() -> None:
    class Session(models.Model):  # noqa: DJ008 - lives for one test
        key_hash = models.CharField(max_length=64, primary_key=True)
        expires_on = models.DateTimeField()

        class Meta:
            app_label: ClassVar[str] = "people"

    allowed = retention.holdings(
        '[people_session]\nkey_hash = {class = "person", lifetime = "SESSION", reason = "a"}\n'
        'expires_on = {class = "person", lifetime = "SESSION", reason = "b"}\n'
    )
    assert retention.faults([Session], allowed=allowed) == [
        "people_session.expires_on is a DateTimeField about a person"
    ]


def test_an_entry_whose_column_is_gone_is_a_fault() -> None:
    allowed = retention.holdings(
        '[people_gone]\nid = {class = "person", lifetime = "SESSION", reason = "a"}\n'
    )
    assert retention.faults([], allowed=allowed) == [
        "people_gone.id is in schema.toml and nowhere else"
    ]


@pytest.mark.parametrize(
    "entry",
    [
        'id = {class = "person", lifetime = "SESSION", reason = " "}',
        'id = {class = "person", lifetime = "YEARS", reason = "a"}',
        'id = {class = "nobody", lifetime = "SESSION", reason = "a"}',
        'id = {class = "person", lifetime = "SESSION"}',
        'id = {class = "person", lifetime = "SESSION", reason = "a", because = "b"}',
        'id = {class = "person", lifetime = "SESSION", reason = "a", sealed = "nobody"}',
        'id = {class = "person", lifetime = "SESSION", reason = "a", sealed = "desk", box = "tin"}',
        'id = {class = "person", lifetime = "SESSION", reason = "a", box = "envelope"}',
        'id = {class = "person", lifetime = "SESSION", reason = "a", clear = {state = ["open"]}}',
    ],
)
def test_an_entry_that_does_not_say_all_is_refused(entry: str) -> None:
    with pytest.raises((KeyError, ValueError)):
        retention.holdings(f"[t]\n{entry}\n")


def test_every_box_that_is_made_looks_like_its_format_and_clear_words_like_none() -> None:
    key = sealing.key_for("a test", secret=b"s" * 32)
    desk, private = reading_keys.first("az")
    public = boxes.public_of(boxes.new_key())
    handed = [
        reading_keys.handed(private, of=desk, to=public).hex(),
        reading_keys.mark_of(private, account="a", public=public.hex()),
    ]
    made = {
        Box.ENVELOPE: boxes.enveloped(
            b"words", about="here", to=[boxes.public_of(boxes.new_key())]
        ),
        Box.HEXADECIMAL: sealing.shut(b"", key=key, label="a").encode(),
        Box.STRETCHED: stretched.seal(b"s" * 32, passphrase="a b c", label="a").encode(),
        Box.NUMBERED: json.dumps({"1": handed, "2": handed}).encode(),
    }
    for box in Box:
        assert [each for each, value in made.items() if box.has(value)] == [box]
        for words in (b'{"a": 1}', b"words", b"abcdef", b" VVS1", b"0" * 55):
            assert not box.has(words)


def test_who_opens_a_sealed_column_is_said_of_each() -> None:
    assert all(each.opens for each in Sealed)
    sealed = {place for place, each in retention.holdings().items() if each.sealed}
    assert {("people_session", "sealed"), ("record_document", "data")} <= sealed


def test_a_column_that_a_sealed_one_names_is_there() -> None:
    allowed = retention.holdings()
    for (table, column), each in allowed.items():
        for other in each.clear:
            assert (table, other) in allowed, f"{table}.{column} names {other}"
