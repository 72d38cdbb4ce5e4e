"""Somebody who writes into the tables: rows as nobody's act would have made them."""

from typing import Any

from django.db import connection

from visavis.record import models, sealed
from visavis.signing.charter import Signature
from visavis.signing.document import Document


def sql(statement: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def insert(document: Document, *, state: str = "open", subject: str = "", **columns: Any) -> None:
    values = {
        "digest": document.digest,
        "item": document.id,
        "subject": subject or document.subject,
        "kind": document.kind,
        "version": document.version,
        "side": document.side or "",
        "owner": document.side or document.standing.side or "",
        "closer": document.closer or "",
        "is_sealed": document.seal is not None,
        "state": state,
        "proposed_by": "az",
        "is_alone": not document.standing.is_joint,
        "proposed_on": document.day,
        "data": document.data,
    } | columns
    names = ", ".join(values)
    sql(
        f"INSERT INTO record_document ({names}) VALUES ({', '.join(['%s'] * len(values))})",
        *values.values(),
    )


def words_of(document: Document) -> bytes:
    """Return the bytes that lie in the document's row, as somebody with every desk's key reads them."""
    return sealed.words_in(models.Document.objects.get(digest=document.digest))


def insert_signature(
    digest: str, *, side: str, public_key: str, signature: str, seat: str = ""
) -> None:
    sql(
        "INSERT INTO record_signature (document_id, side, public_key, signature, seat)"
        " VALUES (%s, %s, %s, %s, %s)",
        digest,
        side,
        public_key,
        signature,
        seat,
    )


def insert_signed(document: Document, *signatures: Signature, **columns: Any) -> None:
    insert(document, **columns)
    for each in signatures:
        insert_signature(document.digest, **each.as_json())
