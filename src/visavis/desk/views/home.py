"""The desk's home: one glance."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.module_loading import import_string
from django.views.decorators.http import require_GET

from visavis.desk import after_detention, queries
from visavis.kinds.installed import installed
from visavis.kinds.kind import DocumentKind
from visavis.people.access import editor_required
from visavis.people.http import EditorRequest
from visavis.record.wording import REASONS

from . import pages


@editor_required
@require_GET
def home(request: EditorRequest) -> HttpResponse:
    """What waits for whom, what is open, closed and refused, and what this desk writes."""
    side, at = request.account.side_id, timezone.now()
    wanted = {name: pages.number(request, name) for name in queries.LISTS}
    found = queries.home(side, at=at, language=pages.language(), pages=wanted)
    context = {
        **pages.shared(found.charter),
        "home": found,
        "founding": None if found.charter else queries.charter_page(side, today=at.date()),
        "drafts": [(each, pages.address_of_draft(each)) for each in found.drafts],
        "begin": [
            (reverse(kind.desk.begin), kind.desk.label)
            for kind in installed().every
            if kind.desk.begin
        ],
        "awaited": [
            (each, reverse(each.page, args=[each.document.id]), each.days_left(today=at.date()))
            for kind in installed().every
            if kind.desk.awaited
            for each in import_string(kind.desk.awaited)(side)
            if each.is_ours or each.until < at.date()
        ],
        "queues": [
            (reverse(kind.desk.queue), words)
            for kind in installed().every
            if (words := _waits(kind, side, n=found.queued.get(kind.word, 0)))
        ],
        "own": side,
        "doubted": after_detention.doubted(found.charter),
        "REASONS": REASONS,
        "done": pages.done(request),
    }
    return render(request, "desk/home.html", context)


def _waits(kind: DocumentKind[Any], side: str, *, n: int) -> str:
    """Say how much of a kind, handed in by people, waits for this desk; nothing for none."""
    if kind.desk.waits:
        words: str = import_string(kind.desk.waits)(side)
        return words
    return kind.desk.n_wait(n) if kind.desk.n_wait and n else ""
