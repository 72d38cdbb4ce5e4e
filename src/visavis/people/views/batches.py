"""Codes with which people may join the own side: made and shown once as cards to print, and made void."""

from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from visavis.base.missing import NotFound
from visavis.base.refusal import Refused
from visavis.people import batches, qr, rules, wording
from visavis.people.access import editor_required
from visavis.people.forms import BatchForm
from visavis.people.http import EditorRequest
from visavis.sides import queries as sides
from visavis.signing.canonical import new_id


@editor_required
@require_GET
def invitations(request: EditorRequest) -> HttpResponse:
    """List one's own batches, and how large those of the other desks are."""
    return _page(request, BatchForm(batch_id=new_id(), role="", size="10"))


@editor_required
@require_POST
def cards(request: EditorRequest) -> HttpResponse:
    """Make a batch and show its codes as cards: here, once, and never again."""
    form, today = BatchForm.of(request.POST), timezone.now().date()
    try:
        codes = batches.make(
            editor=request.account,
            batch_id=form.batch_id,
            role=form.role,
            n=form.n,
            today=today,
        )
    except Refused as refused:
        return _page(request, form, refused)
    context = {
        "codes": [code.reveal() for code in codes],
        "role": wording.ROLES[rules.ParticipantRole(form.role)],
        "expires_on": rules.batch_ends(today),
        "address": _address(request),
    }
    return render(request, "people/cards.html", context)


@editor_required
@require_POST
def make_void(request: EditorRequest, batch_id: str) -> HttpResponse:
    """Let no code of a batch of one's own desk let anybody in any more."""
    try:
        batches.make_void(editor=request.account, batch_id=batch_id)
    except Refused as refused:
        raise NotFound from refused
    return redirect("people:invitations")


@editor_required
@require_GET
def picture(request: EditorRequest) -> HttpResponse:
    """The address of the joining page as a picture; no code is in it."""
    return HttpResponse(qr.picture(_address(request)), content_type="image/png")


def _address(request: HttpRequest) -> str:
    address = reverse("taking:join")
    return (
        settings.ADDRESS.rstrip("/") + address
        if settings.ADDRESS
        else request.build_absolute_uri(address)
    )


def _page(request: EditorRequest, form: BatchForm, refused: Refused | None = None) -> HttpResponse:
    today, side = timezone.now().date(), request.account.side_id
    context = {
        # Sent once more, a form makes nothing: a corrected one is sent under an id of its own.
        "form": BatchForm(batch_id=new_id(), role=form.role, size=form.size),
        "roles": wording.ROLES,
        "own": batches.own(side, today=today),
        "elsewhere": batches.sizes_elsewhere(side, today=today),
        "names": sides.names(request.LANGUAGE_CODE),
        "most": rules.MOST_IN_BATCH,
        "fewest": rules.FEWEST_SHOWN,
        "refusal": wording.REFUSALS[refused.reason] if refused else None,
    }
    status = HTTPStatus.CONFLICT if refused else HTTPStatus.OK
    return render(request, "people/invitations.html", context, status=status)
