"""A desk invites a participant of its side to its seat. Each page asks once, each form makes one call."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_POST

from visavis.base.answering import after
from visavis.base.refusal import Refused
from visavis.cards.public import form_for, languages_of
from visavis.people.access import editor_required
from visavis.people.http import EditorRequest
from visavis.record.public import current_charter

from . import guest_queries, inviting, queries, views
from .guest_forms import InviteForm
from .guest_rules import GuestRefusal


@editor_required
@require_http_methods(["GET", "POST"])
def invite(request: EditorRequest, item: str) -> HttpResponse:
    """Choose a card of the desk's side; its holder is invited."""
    side, today = request.account.side_id, timezone.now().date()
    asked = queries.question_for(side, item)
    is_sent = request.method == "POST"
    form = InviteForm(request.POST if is_sent else None, cards=pen_names(side))
    invited = guest_queries.invitation(side, item)
    why_not = inviting.why_not_invite_to(asked, is_invited=invited is not None, today=today)
    refusal: Any = views.SENTENCES[why_not] if why_not else None
    if is_sent and form.is_valid():
        try:
            inviting.invite(side=side, question=item, card=form.cleaned_data["card"], today=today)
        except Refused as refused:
            refusal = views.SENTENCES[refused.reason]
        else:
            return redirect("dialogue:question", item)
    elif is_sent and refusal is None:
        refusal = views.SENTENCES[GuestRefusal.NO_CARD]
    context = {
        "asked": asked,
        "question": views.in_reading_language(asked.body),
        "form": form,
        "refusal": refusal,
        "is_possible": why_not is None,
    }
    status = 409 if is_sent else 200
    return render(request, "dialogue/invite.html", context, status=status)


@editor_required
@require_POST
def take_back(request: EditorRequest, item: str) -> HttpResponse:
    return after(
        lambda: inviting.take_back(side=request.account.side_id, question=item),
        then=lambda _: reverse("dialogue:question", args=[item]),
        again=lambda refusal: views.question_page(request, item, refusal=refusal),
        sentences=views.SENTENCES,
    )


@editor_required
@require_POST
def leave_unopened(request: EditorRequest, item: str) -> HttpResponse:
    return after(
        lambda: inviting.leave_unopened(
            side=request.account.side_id, question=item, today=timezone.now().date()
        ),
        then=lambda _: reverse("dialogue:question", args=[item]),
        again=lambda refusal: views.question_page(request, item, refusal=refusal),
        sentences=views.SENTENCES,
    )


def pen_names(side: str) -> list[tuple[str, str]]:
    """Return the open cards of a side: item, and the pen name in the form for the page's language, sorted."""
    today = timezone.now().date()
    charter = current_charter()
    if charter is None:
        return []
    own, language = languages_of(side, charter), get_language() or "en"
    found = [
        (each.item, each.body.pen_name[form_for(each.body.pen_name, language=language, own=own)])
        for each in inviting.cards_to_invite(side, today=today)
    ]
    return sorted(found, key=lambda each: (each[1].casefold(), each[0]))
