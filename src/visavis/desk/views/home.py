"""The desk's home: one glance."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from visavis.desk import queries, wording
from visavis.desk.queries import OwnDraft
from visavis.people.access import editor_required
from visavis.people.http import EditorRequest
from visavis.record.wording import REASONS

from . import pages


@editor_required
@require_GET
def home(request: EditorRequest) -> HttpResponse:
    """What waits for whom, what is open, closed and refused, and what this desk writes."""
    side, at = request.account.side_id, timezone.now()
    found = queries.home(side, at=at)
    context = {
        **pages.shared(found.charter),
        "home": found,
        "founding": None if found.charter else queries.charter_page(side, today=at.date()),
        "drafts": [(each, _address(each)) for each in found.drafts],
        "own": side,
        "REASONS": REASONS,
        "done": pages.done(request),
        "KINDS": wording.KINDS,
    }
    return render(request, "desk/home.html", context)


def _address(draft: OwnDraft) -> str:
    """Return where a draft is written on: its own room knows, this one only by name."""
    places = {
        "question": ("dialogue:draft-question", draft.item),
        "answer": ("dialogue:draft-answer", draft.belongs_to),
    }
    name, item = places.get(draft.kind.value, ("library:draft", draft.item))
    try:
        return reverse(name, args=[item])
    except NoReverseMatch:
        return ""
