"""The words for parts of a document that several kinds share."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

CUTS: Mapping[str, str | Promise] = {
    "length": _("for length"),
    "safety": _("for safety"),
    "law": _("because of a law"),
    "third-person": _("for a third person’s sake"),
}
"""Why words were struck."""

PASSAGES: Mapping[str, str | Promise] = {
    "title": _("Title"),
    "question": _("The question"),
    "note": _("Introduction"),
    "proposal": _("What do you propose?"),
    "heading": _("Heading"),
    "quote": _("Quotation"),
    "item": _("List item"),
    "paragraph": "",
}
"""What is written above a passage where a document is read before it is signed."""
