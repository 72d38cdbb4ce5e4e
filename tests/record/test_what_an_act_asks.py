"""What an act asks of the tables, and how often it reads bytes and checks signatures: counted, not timed."""

import re
from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cast import (
    DAY,
    SiteKeys,
    a_charter,
    a_question,
    a_translation,
    an_answer,
    an_article,
    found,
    next_version,
    open_,
    propose,
    turn,
)
from visavis.record import chain, models, statements
from visavis.signing import document as documents
from visavis.signing.document import Document
from visavis.signing.keys import PublicKey

pytestmark = pytest.mark.django_db


@pytest.fixture
def site() -> SiteKeys:
    site = a_charter()
    found(site)
    return site


def asked_by(act: Callable[[], object]) -> int:
    """Return how many statements the act makes; the charter is asked for in one, and judged in none."""
    judged = chain._followed.cache_info().misses
    with CaptureQueriesContext(connection) as asked:
        act()
    said = [each["sql"] for each in asked if not re.search("SAVEPOINT|advisory_xact", each["sql"])]
    assert sum(statements.CHARTERS_AND_SIGNATURES in each for each in said) == 1
    assert chain._followed.cache_info().misses == judged
    return len(said)


def steps_of(document: Document, site: SiteKeys, *sides: str) -> list[int]:
    chain.current_charter(on=DAY)
    proposed = asked_by(lambda: propose(document, site=site))
    return [
        proposed,
        *(asked_by(lambda side=side: turn(document, side, site=site)) for side in sides),
    ]


def test_a_text_asks_five_statements_then_four_then_seven(site: SiteKeys) -> None:
    assert steps_of(an_article(site), site, "az", "hy") == [5, 4, 7]


def test_a_next_version_asks_one_more_to_read_the_one_before_and_five_to_end_it(
    site: SiteKeys,
) -> None:
    text = open_(an_article(site), site)
    assert steps_of(next_version(text), site, "az", "hy") == [6, 4, 12]


def test_what_is_made_from_something_asks_one_more_to_note_it(site: SiteKeys) -> None:
    text = open_(an_article(site), site)
    assert steps_of(a_translation(site, of=text, language="en", side="az"), site, "az") == [6, 6]


def test_an_answer_asks_two_more_about_its_seat(site: SiteKeys) -> None:
    question = open_(a_question(site), site)
    assert steps_of(an_answer(site, to=question, side="az"), site) == [8]


def test_in_each_act_bytes_are_read_once_and_each_signature_is_checked_once(
    site: SiteKeys, monkeypatch: pytest.MonkeyPatch
) -> None:
    chain.current_charter(on=DAY)
    text, read, checked = an_article(site), [], []
    parse, has_signed = documents.parse, PublicKey.has_signed

    def counted_parse(data: bytes) -> object:
        read.append(data)
        return parse(data)

    def counted_check(key: PublicKey, *args: object, signature: str, **kwargs: object) -> bool:
        checked.append(signature)
        return has_signed(key, *args, signature=signature, **kwargs)

    monkeypatch.setattr(documents, "parse", counted_parse)
    monkeypatch.setattr(PublicKey, "has_signed", counted_check)
    for act, n_signatures in (
        (lambda: propose(text, site=site), 0),
        (lambda: turn(text, "az", site=site), 1),
        (lambda: turn(text, "hy", site=site), 2),
    ):
        read.clear()
        checked.clear()
        act()
        assert read == [text.data]
        assert len(checked) == len(set(checked)) == n_signatures


def test_a_row_is_read_with_all_its_columns_and_with_its_keys(site: SiteKeys) -> None:
    assert tuple(f.column for f in models.Document._meta.concrete_fields) == statements.COLUMNS
    text, question = propose(an_article(site), site=site), open_(a_question(site), site)
    for document, n_keys in ((text, 0), (question, 2)):
        found, by_django = (
            statements.document(document.digest),
            models.Document.objects.get(digest=document.digest),
        )
        assert found is not None
        for column in statements.COLUMNS:
            assert getattr(found[0], column) == getattr(by_django, column), column
        assert found[1] == statements.signatures_of(document.digest)
        assert len(found[1]) == n_keys


def test_no_act_goes_through_other_documents_or_keys(site: SiteKeys) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("how SQLite finds rows")
    for statement in (
        statements.DOCUMENT_AND_SIGNATURES,
        statements.SIGNATURES,
        statements.CHARTERS_AND_SIGNATURES,
        statements.VERSIONS.format(more=", %s"),
        statements.ANSWERS,
        statements.PROPOSED_BY.format(more=", %s"),
        statements.ASKED_ON,
        statements.NEW_STATE,
        statements.NO_DRAFT,
    ):
        assert not any(map(is_long, ways(statement))), ways(statement)
    every = "SELECT k.side FROM record_signature k JOIN record_document d ON d.digest = document_id"
    assert any(map(is_long, ways(every))), "a way through all keys would be seen"


def ways(statement: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {statement}", ["0"] * statement.count("%s"))
        return [row[3] for row in cursor.fetchall()]


def is_long(way: str) -> bool:
    """Whether this step goes through a table; the index of charters holds nothing else."""
    return way.startswith("SCAN") and not way.endswith("USING INDEX charters")
