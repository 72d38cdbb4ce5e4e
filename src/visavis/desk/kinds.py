"""The kind of this room: the charter, which the page about the site shows."""

from django.utils.translation import gettext_lazy as _

from visavis.kinds.kind import DocumentKind
from visavis.signing.charter import Opens

from . import charters, wording

CHARTER = DocumentKind(
    word="charter",
    one=_("Charter"),
    many=_("The charter"),
    opens=Opens.EVERY_SIDE,
    read=dict,
    title=charters.title,
    reading=charters.contents,
    why_not=charters.why_not,
    refusals=wording.REFUSALS,
)
KINDS = (CHARTER,)
