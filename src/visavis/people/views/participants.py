"""What a desk does when one of its participants is detained: it ends the access, and does as they wish."""

from http import HTTPStatus

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from visavis.base.missing import NotFound
from visavis.base.refusal import Refused
from visavis.people import card_links, detaining, returning, rules, wording
from visavis.people.access import editor_required
from visavis.people.forms import DetainedForm
from visavis.people.http import EditorRequest
from visavis.sides import queries as sides

from .freezing import boxes_response


@editor_required
@require_http_methods(["GET", "HEAD", "POST"])
def detained(request: EditorRequest, card: str) -> HttpResponse:
    """Say what it means; sent with the editor's own passphrase, nobody signs in to the card's account."""
    side, refusal, said, is_done = request.account.side_id, None, None, False
    if request.method == "POST":
        form = DetainedForm.of(request)
        try:
            said = detaining.detain(
                request.account,
                card=card,
                passphrase=form.passphrase,
                desk_passphrase=form.desk_passphrase,
                file=form.file,
                today=timezone.now().date(),
            )
            is_done = True
        except Refused as refused:
            refusal = wording.REFUSALS[refused.reason]
    elif card_links.account_of(card, side=side) is None:
        raise NotFound
    context = {
        "item": card,
        "side": sides.side(side),
        "since": (since := detaining.since(card, side=side)),
        "is_late": bool(since and rules.why_not_undo(since, today=timezone.now().date())),
        "refusal": refusal,
        "is_done": is_done,
        "said": said,
        "texts": wording.TEXTS,
        "names": wording.NAMES,
        "voices": wording.VOICES,
    }
    return render(request, "people/detained.html", context, status=_status(refusal))


@editor_required
@require_http_methods(["GET", "HEAD", "POST"])
def undo(request: EditorRequest, card: str) -> HttpResponse:
    """Give an access back that was ended by mistake, within seven days, with the desk's passphrase."""
    side, refusal, is_done = request.account.side_id, None, False
    if request.method == "POST":
        form = DetainedForm.of(request)
        try:
            detaining.undo(
                request.account,
                card=card,
                passphrase=form.passphrase,
                desk_passphrase=form.desk_passphrase,
                file=form.file,
                today=timezone.now().date(),
            )
            is_done = True
        except Refused as refused:
            refusal = wording.REFUSALS[refused.reason]
    elif card_links.account_of(card, side=side) is None:
        raise NotFound
    context = {"item": card, "side": sides.side(side), "refusal": refusal, "is_done": is_done}
    return render(request, "people/undo_detained.html", context, status=_status(refusal))


@editor_required
@require_GET
def boxes(request: EditorRequest, card: str, what: str) -> HttpResponse:
    """Hand out the sealed boxes of a locked account, to be opened on a machine of the desk's own."""
    if what not in {"wishes", "undo"}:
        raise NotFound
    return boxes_response(detaining.boxes_of(request.account, card=card, with_shelf=what == "undo"))


@editor_required
@require_http_methods(["GET", "HEAD", "POST"])
def come_back(request: EditorRequest, card: str) -> HttpResponse:
    """Begin somebody's return; seven days later make the code that is handed over to them, shown once."""
    side, refusal, code, today = request.account.side_id, None, "", timezone.now().date()
    if card_links.account_of(card, side=side) is None:
        raise NotFound
    if request.method == "POST":
        form = DetainedForm.of(request)
        act = returning.hand_over if request.POST.get("what") == "code" else returning.begin
        try:
            made = act(
                request.account,
                card=card,
                passphrase=form.passphrase,
                desk_passphrase=form.desk_passphrase,
                file=form.file,
                today=today,
            )
            code = made.reveal() if made else ""
        except Refused as refused:
            refusal = wording.REFUSALS[refused.reason]
    notice = detaining.noticed(card, side=side)
    context = {
        "item": card,
        "side": sides.side(side),
        "notice": notice,
        "refusal": refusal,
        "code": code,
        "is_over": bool(notice and rules.why_not_hand_over(notice.returns_on, today=today) is None),
    }
    return render(request, "people/come_back.html", context, status=_status(refusal))


def _status(refusal: object) -> HTTPStatus:
    return HTTPStatus.CONFLICT if refusal else HTTPStatus.OK
