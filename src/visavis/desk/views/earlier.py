"""What a draft was before it was written over, and the way back to it."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from visavis.base.answering import seen_in
from visavis.base.refusal import Refused
from visavis.desk import queries
from visavis.people.access import editor_required
from visavis.people.http import EditorRequest
from visavis.record import actions as record
from visavis.record.rules import EARLIER_FOR

from . import pages


@editor_required
@require_http_methods(["GET", "POST"])
def earlier(request: EditorRequest, item: str) -> HttpResponse:
    """List the earlier states of a draft, show the words of one, bring one back."""
    side, refusal = request.account.side_id, None
    draft, title, states = queries.earlier(side, item, language=pages.language())
    if request.method == "POST":
        try:
            record.bring_back(
                item=item,
                side=side,
                state=_key(request.POST.get("state", "")),
                seen=seen_in(request) or "",
                today=timezone.now().date(),
            )
        except Refused as refused:
            refusal = pages.sentence(refused)
            draft, title, states = queries.earlier(side, item, language=pages.language())
        else:
            return redirect(pages.address_of_draft(draft) or "desk:home")
    context = {
        "draft": draft,
        "title": title,
        "states": [(each, each.made_on + EARLIER_FOR) for each in states],
        "shown": _key(request.GET.get("state", "")),
        "back": pages.address_of_draft(draft),
        "refusal": refusal,
    }
    return render(request, "desk/earlier.html", context, status=409 if refusal else 200)


def _key(given: str) -> int:
    return int(given) if given.isascii() and given.isdigit() and len(given) < 20 else 0
