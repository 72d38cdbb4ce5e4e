"""What a desk sees of a card before it turns its key."""

from typing import Any

from django.utils.translation import gettext as _

from visavis.kinds.items import Part
from visavis.kinds.passages import Contents, Line, Names, plain

from .bodies import CardBody
from .public import form_for
from .rules import CueList
from .wording import LISTS, ROLES_OF_ONE, cue_label


def title_of_card(body: CardBody, language: str) -> Line:
    """Return the pen name as a reader of this language is shown it."""
    form = form_for(body.pen_name, language=language, own=())
    return Line(form, plain(body.pen_name[form]))


def card(part: Part[CardBody], _source: Part[Any] | None, names: Names) -> Contents:
    """Return every form of the pen name, the role and each cue: all that a card says."""
    body = part.body
    forms = [
        (_("Pen name (%(language)s)") % {"language": names.tongue(code)}, plain(form))
        for code, form in body.pen_name.items()
    ]
    cues = [
        (
            str(LISTS[CueList(each)]),
            " · ".join(cue_label(CueList(each), one, language=names.language) for one in picked),
        )
        for each, picked in body.cues.picked.items()
    ]
    facts = (*forms, (_("Role"), str(ROLES_OF_ONE[body.role])), *cues)
    return Contents(left="", words={}, facts=facts)
