"""The kind of this room: a card, which other documents name. It has no page of its own."""

from django.utils.translation import gettext_lazy as _

from visavis.kinds.items import View
from visavis.kinds.kind import DocumentKind, List, PublicPage
from visavis.signing.charter import Opens

from . import bodies, pages, reading, rules, wording

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
    most_waiting=rules.MOST_WAITING,
    page=PublicPage(
        lists=(pages.AT,),
        view=View.of,
        pages=pages.none,
        summary=pages.summary_of,
        nodes=pages.no_nodes,
    ),
)
KINDS = (CARD,)
LISTS = (List(name=pages.AT, title=_("Cards"), note=_("Cards"), is_shown=False),)
