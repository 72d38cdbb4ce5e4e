"""The kind of this room: a card, which other documents name. It has no page of its own."""

from django.utils.translation import gettext_lazy as _

from visavis.kinds.kind import AtDesk, DocumentKind
from visavis.signing.charter import Opens

from . import bodies, reading, rules, wording

CARD = DocumentKind(
    word=rules.CARD,
    one=_("Card"),
    many=_("Cards"),
    opens=Opens.OWN_SIDE,
    shapes=bodies.CARD,
    title=reading.title_of_card,
    reading=reading.card,
    why_not=rules.why_not_act_on_card,
    refusals=wording.REFUSALS,
    is_private=True,
    desk=AtDesk(queue="desk:contributions"),
)
KINDS = (CARD,)
