"""A desk's queue: contributions of its own side's people, opened many at once."""

from collections.abc import Iterable

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from visavis.base.missing import NotFound
from visavis.base.refusal import Refused
from visavis.desk import actions, queries
from visavis.desk.actions import NotDone
from visavis.desk.forms import KeyForm
from visavis.discussions import deciding, queue, saying_forms
from visavis.discussions.queued import Waiting
from visavis.discussions.wording import POINTED_OUT
from visavis.people.access import editor_required
from visavis.people.http import EditorRequest
from visavis.record.public import current_charter
from visavis.signing.several import ToSign, documents_file

from . import pages, reading


@editor_required
@require_http_methods(["GET", "POST"])
def contributions(request: EditorRequest) -> HttpResponse:
    """What waits at this desk, the oldest day first: ticked, and opened with one key."""
    side, today = request.account.side_id, timezone.now().date()
    form, refusal = None, None
    left: tuple[NotDone, ...] = ()
    ticked = [digest for each in request.POST.getlist("digest") for digest in each.split()]
    if request.method == "POST":
        form = pages.key_form(request)
        try:
            left = actions.open_contributions(
                ticked=ticked, side=side, given=form.given(), today=today
            )
        except Refused as refused:
            refusal = pages.sentence(refused)
        else:
            if not left:
                return redirect(f"{reverse('desk:contributions')}?done=contributions-opened")
    charter = current_charter(on=today)
    if charter is None:
        raise NotFound
    waiting = queue.waiting(side, charter=charter, today=today, page=pages.number(request, "page"))
    why_not = queries.why_not_sign_meanwhile(None, side=side, charter=charter, today=today)
    is_key_here = queries.is_key_here(side, charter=charter)
    reports, n_more = deciding.pointed_out(side)
    context = {
        **pages.shared(charter),
        "reports": reports,
        "n_more": n_more,
        "POINTED_OUT": POINTED_OUT,
        "waiting": waiting,
        "ticked": ticked,
        "key_form": form or KeyForm(is_key_here=is_key_here),
        "why_not": pages.sentence_for(why_not) if why_not else None,
        "refusal": refusal,
        "left": _named(left, among=waiting),
        "done": pages.done(request),
    }
    return render(
        request, "desk/contributions.html", context, status=409 if refusal or left else 200
    )


@editor_required
@require_http_methods(["GET", "POST"])
def leave_unopened(request: EditorRequest, digest: str) -> HttpResponse:
    """One contribution with a reason to choose; then it does not open, and its author can read why."""
    side, today = request.account.side_id, timezone.now().date()
    charter = current_charter(on=today)
    found = queue.one(side, digest, charter=charter, today=today) if charter else None
    if found is None:
        raise NotFound
    form, refusal = saying_forms.to_author(), None
    if request.method == "POST":
        form = saying_forms.to_author(request.POST)
        try:
            deciding.not_open(side=side, digest=digest, today=today, **form.said())
        except Refused as refused:
            refusal = pages.sentence(refused)
        else:
            return redirect(f"{reverse('desk:contributions')}?done=not-opened")
    context = {**pages.shared(charter), "each": found, "form": form, "refusal": refusal}
    return render(request, "desk/leave_unopened.html", context, status=409 if refusal else 200)


@editor_required
@require_POST
def seen_to(request: EditorRequest) -> HttpResponse:
    """What was pointed out of one contribution is ticked off."""
    deciding.tick_off(side=request.account.side_id, reports=request.POST.getlist("report"))
    return redirect(f"{reverse('desk:contributions')}?done=ticked-off#pointed-out")


@editor_required
@require_GET
def opened(request: EditorRequest) -> HttpResponse:
    """Every open contribution, of all sides, the newest first: to be closed."""
    charter = current_charter(on=timezone.now().date())
    if charter is None:
        raise NotFound
    shelf = queue.opened(request.account.side_id, page=pages.number(request, "page"))
    return render(
        request,
        "desk/open_contributions.html",
        {**pages.shared(charter), "opened": shelf, "own": request.account.side_id},
    )


@editor_required
@require_GET
def documents(request: EditorRequest) -> HttpResponse:
    """What waits, in one file: to be read and signed on the desk's own machine."""
    today = timezone.now().date()
    charter = current_charter(on=today)
    found = queue.to_sign(request.account.side_id, charter=charter, today=today) if charter else []
    if not found:
        raise NotFound
    return reading.as_file(documents_file(map(ToSign, found)), name="contributions.json")


def _named(
    left: Iterable[NotDone], *, among: Iterable[Waiting]
) -> list[tuple[Waiting | None, str, object]]:
    """Return each that did not open as it waits still, if it does; its digest, and why."""
    waiting = {each.digest: each for each in among}
    return [(waiting.get(each.digest), each.digest, pages.sentence_for(each.why)) for each in left]
