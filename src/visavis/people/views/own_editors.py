"""What pages about one editor of the own desk share: another desk's answers as one that never was."""

from django.utils.functional import Promise

from visavis.base.missing import NotFound
from visavis.base.refusal import Refused
from visavis.people import queries, wording
from visavis.people.http import Account, EditorRequest
from visavis.people.rules import PeopleRefusal


def own_editor(request: EditorRequest, account_id: str) -> Account:
    """Return this account of the own desk; any other is not there."""
    other = queries.editor_of(request.account.side_id, account_id=account_id)
    if other is None:
        raise NotFound
    return other


def sentence(refused: Refused) -> Promise:
    """Return why it was refused, in words; another desk's editor is not there."""
    if refused.reason is PeopleRefusal.NOT_OF_THIS_DESK:
        raise NotFound
    return wording.REFUSALS[refused.reason]
