"""Closing a document, or joining in another side's closing; and the notes of it outside the server."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from visavis.base.refusal import Refused
from visavis.desk import actions, queries
from visavis.desk.forms import ClosingForm, ClosingsForm
from visavis.desk.reading import read
from visavis.kinds.installed import installed
from visavis.people.access import closing_page, editor_required
from visavis.people.http import EditorRequest
from visavis.record import queries as record
from visavis.record.actions import RefusedNoteError

from . import pages
from .reading import as_file


@closing_page
@editor_required
@require_http_methods(["GET", "POST"])
def take_down(request: EditorRequest, digest: str) -> HttpResponse:
    """Say what goes with it and for how long; then take it down with one key."""
    side, at = request.account.side_id, timezone.now()
    found = queries.to_take_down(side, digest, today=at.date())
    form = ClosingForm(
        request.POST or None,
        request.FILES or None,
        is_key_here=queries.is_key_here(side, charter=found.charter),
    )
    refusal: object = None
    if request.method == "POST":
        try:
            is_final = actions.take_down(
                digest=digest, side=side, given=form.given(), at=at, is_urgent=form.is_urgent
            )
        except Refused as refused:
            refusal = pages.sentence(refused)
        else:
            done = "closed-for-good" if is_final else "closed"
            if form.is_urgent or found.is_followed_at_once:
                done += "-now"
            return redirect(f"{reverse('desk:home')}?done={done}")
    context = {
        **pages.shared(found.charter),
        "found": found,
        "title": pages.title_of(found.document),
        "reading": read(
            found.document,
            before=None,
            source=found.source,
            names=pages.names(found.charter, side=side),
            kinds=installed(),
        ),
        "key_form": form,
        "refusal": refusal,
    }
    return render(request, "desk/close.html", context, status=409 if refusal else 200)


@editor_required
@require_GET
def note_bytes(request: EditorRequest, digest: str) -> HttpResponse:
    """Today's note of this closing, to be signed on the desk's own machine."""
    side, today = request.account.side_id, timezone.now().date()
    found = queries.to_take_down(side, digest, today=today)
    return as_file(
        record.closing_note(found.document, side=side, today=today), name=f"{digest}.closing.json"
    )


@editor_required
@require_http_methods(["GET", "POST"])
def closings(request: EditorRequest) -> HttpResponse:
    """Hand out the notes of what is closed for good, and take them in again after a restore."""
    taken = refusal = line = None
    if request.method == "POST":
        form = ClosingsForm(request.POST, request.FILES)
        try:
            taken = actions.hand_in_closings(form.content(), today=timezone.now().date())
        except RefusedNoteError as refused:
            refusal, line = pages.sentence(refused), refused.line
        except Refused as refused:
            refusal = pages.sentence(refused)
    context = {
        "form": ClosingsForm(),
        "n_closings": record.n_closed_for_good(),
        "taken": taken,
        "is_followed_at_once": queries.comes_out_at_once(),
        "refusal": refusal,
        "line": line,
    }
    return render(request, "desk/closings.html", context, status=409 if refusal else 200)


@editor_required
@require_GET
def closings_file(_request: EditorRequest) -> HttpResponse:
    """Every note of a final closing that this site knows of, as one file."""
    today = timezone.now().date()
    response = as_file(record.closing_notes(on=today), name=f"closings-{today.isoformat()}.jsonl")
    response["Content-Type"] = "application/jsonl"
    return response
