"""Statements and pauses are put before the desks. Whose key opens them, the charter says."""

from collections.abc import Mapping
from datetime import date

from visavis.base import lines
from visavis.base import text as safe_text
from visavis.base.refusal import Refused
from visavis.base.text import UnfitTextError
from visavis.kinds.writing import written
from visavis.record import actions as record
from visavis.record.public import current_charter
from visavis.record.rules import RecordRefusal
from visavis.signing.canonical import Digest
from visavis.signing.charter import Charter

from . import bodies, queries, rules
from .rules import PauseRefusal


def propose_statement(
    *, side: str, titles: Mapping[str, str], texts: Mapping[str, str], today: date
) -> Digest:
    """The statement is before every desk, as the next version of the open one; returns its digest."""
    charter = _charter(today)
    try:
        title = {code: safe_text.one_line(titles.get(code, "")) for code in charter.languages}
        text = {code: lines.paragraphs_of(texts.get(code, "")) for code in charter.languages}
    except UnfitTextError as error:
        raise Refused(PauseRefusal.UNFIT) from error
    if not (all(title.values()) and all(text.values())):
        raise Refused(PauseRefusal.NOT_IN_EVERY_LANGUAGE)
    body = bodies.SitePageBody(page="calm-weather", titles=title, texts=text)
    document = written(
        rules.SITE_PAGE,
        body.as_json(),
        shape=bodies.SITE_PAGE.newest,
        site=charter.site,
        languages=charter.languages,
        today=today,
        before=queries.statement(),
    )
    record.propose(document=document, by=side, today=today)
    return document.digest


def propose_pause(*, side: str, is_joint: bool, today: date) -> Digest:
    """A pause waits for the key of this side, or of all; without it nothing is held. Returns its digest."""
    document = written(
        rules.JOINT_PAUSE if is_joint else rules.PAUSE,
        bodies.PauseBody(hours=72).as_json(),
        shape=bodies.PAUSE.newest,
        site=_charter(today).site,
        languages=(),
        today=today,
        side=None if is_joint else side,
    )
    record.propose(document=document, by=side, today=today)
    return document.digest


def _charter(today: date) -> Charter:
    charter = current_charter(on=today)
    if charter is None:
        raise Refused(RecordRefusal.NO_CHARTER)
    return charter
