"""The form in which a desk writes the calm-weather statement."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from visavis.base.refusal import Refused
from visavis.people.access import editor_required
from visavis.people.http import EditorRequest
from visavis.record.public import charter_in_force
from visavis.record.wording import REFUSALS as RECORD_REFUSALS

from . import actions, bodies, queries, wording
from .forms import StatementForm

SENTENCES = {**RECORD_REFUSALS, **wording.REFUSALS}


@editor_required
@require_http_methods(["GET", "POST"])
def statement(request: EditorRequest) -> HttpResponse:
    """Write it, from the words that are open now; the desks sign it as they sign everything."""
    found = queries.statement()
    return _form(request, kept=bodies.SITE_PAGE.of(found) if found else None)


@editor_required
@require_http_methods(["GET", "POST"])
def statement_again(request: EditorRequest, digest: str) -> HttpResponse:
    """Write it from the words that another desk has refused."""
    return _form(request, kept=queries.refused(request.account.side_id, digest))


def _form(request: EditorRequest, *, kept: bodies.SitePageBody | None) -> HttpResponse:
    charter, refusal = charter_in_force(), None
    data = request.POST if request.POST.get("act") == "propose" else None
    form = StatementForm(data, languages=charter.languages, kept=kept)
    if form.is_valid():
        try:
            digest = actions.propose_statement(
                side=request.account.side_id, today=timezone.now().date(), **form.words()
            )
        except Refused as refused:
            refusal = SENTENCES[refused.reason]
        else:
            return redirect(f"{reverse('desk:read', args=[digest])}?done=proposed")
    status = 409 if refusal else 422 if form.errors else 200
    return render(
        request, "pauses/statement.html", {"form": form, "refusal": refusal}, status=status
    )
