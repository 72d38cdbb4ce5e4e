"""What a desk sees of the statement: open, and before the desks."""

from visavis.base.missing import NotFound
from visavis.record import public as record
from visavis.record import queries
from visavis.record.rules import State
from visavis.signing.document import Document

from . import bodies, rules

MOST = 50


def statement() -> Document | None:
    """Return the statement that readers would see in a pause; None where there is none."""
    items = record.open_digests(rules.SITE_PAGE, most=MOST)
    found = [
        each[0].document for each in record.open_together(items, charter=None).values() if each
    ]
    joint = [each for each in found if each.standing.is_joint]
    return max(joint, key=lambda each: (each.day, each.id), default=None)


def refused(side: str, digest: str) -> bodies.SitePageBody:
    """Return the words of a statement that was refused, for the desk that proposed it; or raise NotFound."""
    found = queries.proposal_for(side, digest)
    if found.document.kind != rules.SITE_PAGE or found.state is not State.REFUSED:
        raise NotFound
    return bodies.SITE_PAGE.of(found.document)
