"""A recovery in plain words: what a desk sees of it before it signs, and where it is under way."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from visavis.kinds.items import Part
from visavis.kinds.passages import Contents, Fact, Line, Names
from visavis.signing.recovery import Recovery

from . import wording


def title(_body: Mapping[str, Any], language: str) -> Line:
    return Line(language, _("Recovery of a key"))


def contents(part: Part[Any], _source: Part[Any] | None, names: Names) -> Contents:
    """Return all that a recovery says. Raises BadDocumentError for one that is none."""
    recovery = Recovery.from_document(part.document)
    return Contents(left="", words={}, facts=tuple(_facts_of(recovery, names)))


def _facts_of(recovery: Recovery, names: Names) -> Iterator[Fact]:
    yield _("Side"), names.side(recovery.side)
    yield _("Charter that it changes"), recovery.charter
    if recovery.keys is None:
        yield _("New key"), _("None: the recovery is withdrawn")
        return
    yield _("New key"), recovery.keys.public_key.hex
    yield _("New recovery key"), recovery.keys.recovery_key.hex
    n = names.number(len(recovery.keys.carried))
    yield _("Signed with former keys, and still valid"), wording.CARRIED % {"n": n}
