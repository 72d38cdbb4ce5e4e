"""Reading a document before a key is turned, and its exact bytes."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from visavis.desk import queries
from visavis.desk.forms import KeyForm, ReasonForm
from visavis.desk.reading import read as read_document
from visavis.kinds.installed import installed
from visavis.people.access import editor_required
from visavis.people.http import EditorRequest
from visavis.record.rules import State
from visavis.record.wording import REASONS, STATES

from . import pages


@editor_required
@require_GET
def read(request: EditorRequest, digest: str) -> HttpResponse:
    """Every language, every field, every change, and what this desk can do."""
    return page(request, digest)


@editor_required
@require_GET
def document_bytes(request: EditorRequest, digest: str) -> HttpResponse:
    """The bytes that are signed, exactly: their SHA-256 is the digest."""
    found = queries.to_read(request.account.side_id, digest, today=timezone.now().date())
    return as_file(found.document.data, name=f"{digest}.json")


def _again(found: queries.ToRead, *, side: str) -> str:
    """Return where this desk's own words become a draft again once they are refused."""
    is_over = found.proposal.state is State.REFUSED
    kind = installed().of(found.document)
    if kind is None or not kind.desk.again or not is_over or found.proposal.proposed_by != side:
        return ""
    return reverse(kind.desk.again, args=[found.document.digest])


def as_file(content: bytes, *, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response


def page(
    request: EditorRequest,
    digest: str,
    *,
    key_form: KeyForm | None = None,
    alone_form: KeyForm | None = None,
    reason_form: ReasonForm | None = None,
    refusal: object = None,
) -> HttpResponse:
    """Return the page; after a refusal with its sentence, and with what was typed but secrets."""
    side = request.account.side_id
    found = queries.to_read(side, digest, today=timezone.now().date())
    whole = read_document(
        found.document,
        before=found.before,
        source=found.source,
        names=pages.names(found.charter, side=side),
        kinds=installed(),
    )
    only_changes = whole.is_compared and request.GET.get("only") == "changes"
    context = {
        **pages.shared(found.charter),
        "found": found,
        "document": found.document,
        "title": pages.title_of(found.document),
        "reading": whole.of_changes() if only_changes else whole,
        "whole": whole,
        "only_changes": only_changes,
        "own": side,
        "asked": sorted(found.proposal.turned | found.proposal.missing),
        "key_form": key_form or KeyForm(is_key_here=found.is_key_here),
        "alone_form": alone_form or KeyForm(prefix="alone", is_key_here=found.is_key_here),
        "reason_form": reason_form or ReasonForm(),
        "why_not_sign": pages.sentence_for(found.why_not_sign) if found.why_not_sign else None,
        "REASONS": REASONS,
        "STATES": STATES,
        "again": _again(found, side=side),
        "refusal": refusal,
        "done": pages.done(
            request,
            answer=found.document if found.document.seal else None,
            is_sealed=found.proposal.is_sealed,
        ),
    }
    return render(request, "desk/read.html", context, status=409 if refusal else 200)
