"""Paragraphs and quotations as readers see them."""

from collections.abc import Iterable
from dataclasses import dataclass

from markupsafe import Markup

from visavis.base.text import inline, without_tags

from .bodies import Unit, UnitKind


@dataclass(frozen=True)
class ShownUnit:
    """A paragraph, or a quotation, safe to show."""

    is_quote: bool
    html: Markup


def shown_units(units: Iterable[Unit]) -> tuple[ShownUnit, ...]:
    return tuple(ShownUnit(unit.kind is UnitKind.QUOTE, inline(unit.text)) for unit in units)


def in_plain(units: Iterable[ShownUnit]) -> str:
    """Return the words without markup, a line for each unit."""
    return "\n".join(without_tags(unit.html) for unit in units)
