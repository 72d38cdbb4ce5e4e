"""What a desk does about those who take part for its side: it stops one."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from visavis.base.missing import NotFound
from visavis.people import card_links, leaving
from visavis.people.access import editor_required
from visavis.people.http import EditorRequest


@editor_required
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: EditorRequest, card: str) -> HttpResponse:
    """Say what stopping means; sent, nobody signs in to the card's account any more."""
    is_stopped = request.method == "POST"
    if is_stopped:
        leaving.stop(request.account, card=card)
    elif card_links.account_of(card, side=request.account.side_id) is None:
        raise NotFound
    return render(request, "people/stop.html", {"is_stopped": is_stopped})
