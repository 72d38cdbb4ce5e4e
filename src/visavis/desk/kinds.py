"""The kinds of this room: the charter, and the recovery of a key. The page about the site shows both."""

from django.utils.translation import gettext_lazy as _

from visavis.kinds.kind import DocumentKind
from visavis.kinds.shapes import Shapes, as_it_is
from visavis.signing import document
from visavis.signing.charter import Opens

from . import charters, recoveries, wording

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
RECOVERY = DocumentKind(
    word=document.RECOVERY,
    one=_("Recovery of a key"),
    many=_("Recoveries of keys"),
    opens=Opens.RECOVERY_KEY,
    shapes=Shapes(document.OWN_SHAPES[document.RECOVERY], as_it_is),
    title=recoveries.title,
    reading=recoveries.contents,
)
KINDS = (CHARTER, RECOVERY)
