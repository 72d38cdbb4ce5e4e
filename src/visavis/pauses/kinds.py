"""The kinds of this room: pages of the site in its own name, and a pause of one side or of all."""

from django.utils.translation import gettext_lazy as _

from visavis.kinds.items import View
from visavis.kinds.kind import AtDesk, DocumentKind, List, PublicPage
from visavis.signing.charter import Opens

from . import bodies, pages, reading, rules, wording

NOWHERE = PublicPage(
    lists=(pages.AT,),
    view=View.of,
    pages=pages.none,
    summary=pages.summary_of,
    nodes=pages.no_nodes,
)
SITE_PAGE = DocumentKind(
    word=rules.SITE_PAGE,
    one=_("Page of the site"),
    many=_("Pages of the site"),
    opens=Opens.EVERY_SIDE,
    shapes=bodies.SITE_PAGE,
    title=reading.title_of_page,
    reading=reading.page,
    words=reading.words_of_page,
    why_not=rules.why_not_act_on_statement,
    refusals=wording.REFUSALS,
    desk=AtDesk(again="pauses:statement-again"),
    page=NOWHERE,
)
PAUSE = DocumentKind(
    word=rules.PAUSE,
    one=_("Pause"),
    many=_("Pauses of one side"),
    opens=Opens.OWN_SIDE,
    shapes=bodies.PAUSE,
    title=reading.title_of_pause,
    reading=reading.pause,
    why_not=rules.why_not_act_on_pause,
    refusals=wording.REFUSALS,
    is_private=True,
    holds=True,
    desk=AtDesk(begin="desk:pause", label=_("Pause")),
    page=NOWHERE,
)
JOINT_PAUSE = DocumentKind(
    word=rules.JOINT_PAUSE,
    one=_("Pause of all sides"),
    many=_("Pauses of all sides"),
    opens=Opens.EVERY_SIDE,
    shapes=bodies.PAUSE,
    title=reading.title_of_pause,
    reading=reading.pause,
    why_not=rules.why_not_act_on_pause,
    refusals=wording.REFUSALS,
    holds=True,
    page=NOWHERE,
)
KINDS = (SITE_PAGE, PAUSE, JOINT_PAUSE)
LISTS = (
    List(
        name=pages.AT,
        title=_("Pages of the site"),
        note=_("Pages of the site"),
        is_shown=False,
        instead=pages.instead,
    ),
)
