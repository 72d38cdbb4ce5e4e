"""What a participant wishes for a detention, the card for a trusted person, and the page for that code."""

from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from visavis.base.refusal import Refused
from visavis.people import detaining, papers, participants, returning, rules, wording
from visavis.people.access import paper_page, participant_required, public_desk_page, still_arriving
from visavis.people.forms import CodeForm, InstructionForm, PassphraseForm
from visavis.people.http import DeskRequest, ParticipantRequest

QUESTIONS = {
    "texts": (wording.TEXTS, wording.TEXTS_RISKS),
    "name": (wording.NAMES, wording.NAMES_RISKS),
    "voice": (wording.VOICES, wording.VOICES_RISKS),
}


@participant_required
@require_http_methods(["GET", "HEAD", "POST"])
def instruction(request: ParticipantRequest) -> HttpResponse:
    """Ask what somebody wishes, with what they have said; sent, it is kept sealed."""
    participant, today, refusal = request.participant, timezone.now().date(), None
    if participant.is_arriving:
        return still_arriving(request)
    said = participants.said(participant)
    form = InstructionForm.saying(said)
    if request.method == "POST":
        form = InstructionForm.of(request.POST)
        try:
            participants.say(
                participant,
                form.said,
                passphrase=PassphraseForm.of(request.POST).passphrase,
                today=today,
            )
        except Refused as refused:
            refusal = wording.REFUSALS[refused.reason]
        else:
            return redirect(f"{reverse('taking:account')}?done=instruction")
    is_old = said.is_answered and rules.is_asked_again(said.said_on, today=today)
    context = {"form": form, "questions": QUESTIONS, "refusal": refusal, "is_old": is_old}
    return render(request, "people/instruction.html", context, status=_status(refusal))


@participant_required
@require_http_methods(["GET", "HEAD", "POST"])
def paper(request: ParticipantRequest) -> HttpResponse:
    """Say what a code on paper does; sent, it is shown once, to be printed, or none counts any more."""
    participant = request.participant
    if participant.is_arriving:
        return still_arriving(request)
    code, refusal = None, None
    if request.method == "POST":
        passphrase = PassphraseForm.of(request.POST).passphrase
        try:
            if "forget" in request.POST:
                papers.forget(participant, passphrase=passphrase)
                return redirect(f"{reverse('taking:account')}?done=paper-gone")
            code = papers.new_code(participant, passphrase=passphrase)
        except Refused as refused:
            refusal = wording.REFUSALS[refused.reason]
    context = {
        "code": code.reveal() if code else "",
        "refusal": refusal,
        "has_code": papers.has_code(participant.purse),
        "address": paper_address(request),
    }
    return render(request, "people/paper.html", context, status=_status(refusal))


@paper_page
@public_desk_page
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def by_paper(request: DeskRequest) -> HttpResponse:
    """Take the code on paper: no sign-in, no cookie, no token, and one answer for all that is not good."""
    refusal, is_done, code = None, False, ""
    if request.method == "POST":
        form = CodeForm.of(request.POST)
        try:
            detaining.detain_by_paper(
                form.code,
                is_removal=request.POST.get("what") == "removal",
                today=timezone.now().date(),
            )
            is_done = True
        except Refused as refused:
            refusal, code = wording.REFUSALS[refused.reason], form.code.reveal()
    context = {
        "refusal": refusal,
        "is_done": is_done,
        "code": code,
        "what": request.POST.get("what"),
    }
    return render(request, "people/by_paper.html", context, status=_status(refusal))


@public_desk_page
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def back(request: DeskRequest) -> HttpResponse:
    """Take a desk's code and the old six words of somebody who comes back; show the new ones, once."""
    refusal, code = None, ""
    words: list[str] = []
    if request.method == "POST":
        form, passphrase = CodeForm.of(request.POST), PassphraseForm.of(request.POST).passphrase
        try:
            words = returning.come_back(form.code, passphrase=passphrase).reveal().split()
        except Refused as refused:
            refusal, code = wording.REFUSALS[refused.reason], form.code.reveal()
    context = {"refusal": refusal, "words": words, "code": code}
    return render(request, "people/back.html", context, status=_status(refusal))


def paper_address(request: HttpRequest) -> str:
    """Return the address for a card."""
    address = reverse("taking:by-paper")
    if settings.ADDRESS:
        return settings.ADDRESS.rstrip("/") + address
    return request.build_absolute_uri(address)


def _status(refusal: object) -> HTTPStatus:
    return HTTPStatus.CONFLICT if refusal else HTTPStatus.OK
