"""An editor is detained: freezing the account, what the editor wished, and taking a false alarm back."""

from http import HTTPStatus
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.views.decorators.http import require_GET, require_http_methods

from visavis.base.missing import NotFound
from visavis.base.refusal import Refused
from visavis.people import detained_editors, home, wording
from visavis.people.access import account_required, editor_required
from visavis.people.forms import PassphraseForm, box_opened
from visavis.people.http import Account, EditorRequest
from visavis.people.rules import PeopleRefusal
from visavis.sides import queries as sides

from .own_editors import own_editor, sentence

COLUMNS = {"wishes": "for_desk", "undo": "shelved"}
"""Which box a file of boxes holds, by what it is for."""


@account_required
@require_http_methods(["GET", "HEAD", "POST"])
def freeze(request: EditorRequest, account_id: str) -> HttpResponse:
    """Say what freezing means; sent with one's own passphrase, nobody signs in to the account."""
    other, refusal = own_editor(request, account_id), None
    picked = request.POST.get("key", "")
    if request.method == "POST":
        try:
            if picked not in {"yes", "no"}:
                raise Refused(PeopleRefusal.NOT_SAID)
            detained_editors.freeze(
                request.account,
                account_id,
                passphrase=PassphraseForm.of(request.POST).passphrase,
                may_have_key=picked == "yes",
                today=timezone.now().date(),
            )
        except Refused as refused:
            refusal = sentence(refused)
        else:
            return redirect(home.steps_address(account_id))
    elif other.is_disabled:
        return redirect(home.steps_address(account_id))
    return _asked(request, "people/freeze.html", other, refusal, {"picked": picked})


@editor_required
@require_http_methods(["GET", "HEAD", "POST"])
def unfreeze(request: EditorRequest, account_id: str) -> HttpResponse:
    """Take a false alarm back, within seven days, with the side's key as soon as the side has one."""
    other, refusal = own_editor(request, account_id), None
    if not other.is_disabled:
        return redirect("people:editors")
    if request.method == "POST":
        try:
            detained_editors.undo(
                request.account,
                account_id,
                given=box_opened(request),
                today=timezone.now().date(),
            )
        except Refused as refused:
            refusal = sentence(refused)
        else:
            return redirect("people:editors")
    return _asked(request, "people/unfreeze.html", other, refusal)


@editor_required
@require_http_methods(["GET", "HEAD", "POST"])
def wishes(request: EditorRequest, account_id: str) -> HttpResponse:
    """Show what an editor who is frozen wished, once, to a desk that opens it with its side's key."""
    other, refusal, said = own_editor(request, account_id), None, None
    if not other.is_disabled:
        raise NotFound
    if request.method == "POST":
        try:
            given = box_opened(request)
            if given is None:
                raise Refused(PeopleRefusal.KEY_NEEDED)
            said = detained_editors.wishes(request.account, account_id, given=given)
        except Refused as refused:
            refusal = sentence(refused)
    more = {
        "said": said,
        "names": wording.NAMES,
        "voices": wording.VOICES,
        "steps": home.steps_address(account_id),
    }
    return _asked(request, "people/frozen_wishes.html", other, refusal, more)


@editor_required
@require_GET
def boxes(request: EditorRequest, account_id: str, what: str) -> HttpResponse:
    """Hand out one sealed box of an editor who is frozen, to be opened on a machine of the desk's own."""
    if what not in COLUMNS:
        raise NotFound
    try:
        file = detained_editors.boxes_of(request.account, account_id, COLUMNS[what])
    except Refused as refused:
        raise NotFound from refused
    return boxes_response(file)


def boxes_response(file: bytes) -> HttpResponse:
    """Return a file of boxes as a download."""
    response = HttpResponse(file, content_type="application/json")
    response["Content-Disposition"] = 'attachment; filename="boxes.json"'
    return response


def _asked(
    request: EditorRequest,
    template: str,
    other: Account,
    refusal: Promise | None,
    more: dict[str, Any] | None = None,
) -> HttpResponse:
    context = {
        "editor": other,
        "is_own": other.pk == request.account.pk,
        "side": sides.side(other.side_id),
        "refusal": refusal,
        **(more or {}),
    }
    status = HTTPStatus.CONFLICT if refusal else HTTPStatus.OK
    return render(request, template, context, status=status)
