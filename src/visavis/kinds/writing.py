"""How a document is written: the one place that fills in what every document has."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from visavis.signing.canonical import new_id, new_salt
from visavis.signing.document import JOINT, Document, Seats, SeatsFilled, Source


def written(
    kind: str,
    body: Mapping[str, Any],
    *,
    shape: str,
    site: str,
    languages: Sequence[str],
    today: date,
    item: str = "",
    before: Document | None = None,
    side: str | None = None,
    made_from: Sequence[Source] = (),
    part_of: str | None = None,
    seats: Seats | None = None,
    seal: SeatsFilled | None = None,
    closer: str | None = None,
    salt: str = "",
) -> Document:
    """Return a joint document of today that says this: a new item, or the version after ``before``.

    ``item`` is the id of a draft that becomes the document; a next version keeps the one before's.
    ``closer`` is the public key of an author who belongs to no desk. ``salt`` is given where the body itself
    depends on it.
    """
    return Document(
        site=site,
        kind=kind,
        id=before.id if before else item or new_id(),
        version=before.version + 1 if before else 1,
        replaces=before.digest if before else None,
        made_from=tuple(made_from),
        part_of=part_of,
        standing=JOINT,
        side=side,
        seats=seats,
        seal=seal,
        closer=closer,
        day=today,
        salt=salt or new_salt(),
        languages=tuple(sorted(languages)),
        shape=shape,
        body=body,
    )
