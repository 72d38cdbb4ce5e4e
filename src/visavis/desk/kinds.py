"""The kind of this room: the charter, which the page about the site shows."""

from django.utils.translation import gettext_lazy as _

from visavis.kinds.kind import DocumentKind
from visavis.kinds.shapes import Shapes, as_it_is
from visavis.signing import document
from visavis.signing.charter import Opens

from . import charters, wording

CHARTER = DocumentKind(
    word=document.CHARTER,
    one=_("Charter"),
    many=_("The charter"),
    opens=Opens.EVERY_SIDE,
    shapes=Shapes(document.OWN_SHAPES[document.CHARTER], as_it_is),
    title=charters.title,
    reading=charters.contents,
    why_not=charters.why_not,
    refusals=wording.REFUSALS,
)
KINDS = (CHARTER,)
