"""Contributions as readers see them, on a participant's own pages: by the same macro, not open yet."""

from collections.abc import Sequence
from datetime import date

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from markupsafe import escape

from visavis.base.languages import day_in, interface_language, name_of
from visavis.cards import public as cards
from visavis.cards import queries as own_cards
from visavis.cards.actions import drafted
from visavis.cards.bodies import CARD as CARD_SHAPES
from visavis.cards.bodies import CardBody
from visavis.cards.public import Byline
from visavis.cards.queries import CardState
from visavis.cards.rules import CARD
from visavis.kinds.bodies import BadBodyError
from visavis.pages import addresses
from visavis.pages.making import pieces
from visavis.people.http import Participant
from visavis.record import queries as record
from visavis.signing.charter import Charter
from visavis.signing.document import Document

from . import bodies
from .bodies import Unit
from .pages import AT, PIECES, Said
from .shown import shown_units


def public_address(item: str, at: str = AT) -> str:
    """Return where readers find a discussion, or a contribution, in the language of the page."""
    path = addresses.item(interface_language(get_language() or "en"), at, item)
    return addresses.for_machines(path, site_address="")


def side_name(code: str, charter: Charter, language: str) -> str:
    """Return a side's name in this language, as far as the charter has one."""
    side = charter.side(code)
    if side is None:
        return code
    return side.names.get(language) or next(iter(side.names.values()))


def own_card(participant: Participant) -> CardBody | None:
    """Return what this person's card says, drafted or handed in; None where there is none any more."""
    own = own_cards.own_card(participant)
    if own.state is CardState.NOT_THERE:
        return drafted(participant)
    return own.body


def said(
    units: Sequence[Unit],
    *,
    side: str,
    card: CardBody | None,
    original: str,
    charter: Charter,
    language: str,
    day: date,
    name_on_page: str = "preview",
    level: int = 2,
    answered: Said | None = None,
) -> Said:
    """Return a contribution as the page of this language shows it."""
    name = side_name(side, charter, language)
    who = (
        cards.byline_of(card, side=side, charter=charter, name=name, language=language)
        if card
        else cards.nobody(name)
    )
    return Said(
        id=name_on_page,
        side=escape(name),
        who=who,
        column=1,
        level=level,
        day=day_in(day, language=language),
        changed="",
        language=original,
        lacking=_("Not yet translated. Language here: %(language)s")
        % {"language": name_of(original, among=language)}
        if original != language
        else "",
        href=f"#c-{name_on_page}",
        html=pieces(PIECES).units(shown_units(units)),
        to="#c-answered" if answered else "",
        to_whom=title_of(answered.who) if answered else "",
    )


def said_in_public(
    contribution: Document, *, charter: Charter, language: str, level: int
) -> Said | None:
    """Return an open contribution so; None for one that this version cannot read.

    ``level`` is the rank of its heading.
    """
    try:
        body = bodies.CONTRIBUTION.of(contribution)
    except BadBodyError:
        return None
    side = contribution.side or ""
    return said(
        body.paragraphs,
        side=side,
        card=_card(body.card, side),
        original=body.original,
        charter=charter,
        language=language,
        day=contribution.day,
        name_on_page="answered",
        level=level,
    )


def title_of(who: Byline) -> str:
    """Return by which name a contribution is known: its author and the author's side."""
    return f"{who.pen_name} · {who.side}" if who.pen_name else who.sentence


def _card(item: str, side: str) -> CardBody | None:
    document = record.open_version(item)
    if document is None or (document.kind, document.side) != (CARD, side):
        return None
    try:
        return CARD_SHAPES.of(document)
    except BadBodyError:
        return None
