"""Joining with a code from a card, a page a step: what the site protects, code, passphrase, once more."""

from dataclasses import replace
from http import HTTPStatus

from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from visavis.base.refusal import Refused
from visavis.people import arrivals, participants, wording
from visavis.people.access import participant_required, public_desk_page
from visavis.people.arrivals import Arrived
from visavis.people.forms import CodeForm, InstructionForm, PassphraseForm
from visavis.people.http import DeskRequest, ParticipantRequest
from visavis.people.middleware import SESSION_ARRIVAL
from visavis.people.rules import PeopleRefusal
from visavis.people.steps import JoiningASide
from visavis.safety import passphrases
from visavis.safety.secret import Secret
from visavis.sides.schedule import Schedule, next_slot

from .wishes import QUESTIONS

CARD = "cards:card"
"""The page on which somebody writes their card, in a room above this one."""


@public_desk_page
@require_safe
def join(request: DeskRequest) -> HttpResponse:
    """Say what this site can protect and what it cannot; to somebody who did not arrive, that too."""
    is_lost = request.did_not_arrive
    if is_lost:
        request.session.flush()
    return render(request, "people/join.html", {"is_lost": is_lost})


@public_desk_page
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: DeskRequest) -> HttpResponse:
    """Ask for the code of a card; with a good one, joining begins."""
    if request.method != "POST":
        return render(request, "people/join_code.html", {"refusal": None, "code": ""})
    form = CodeForm.of(request.POST)
    try:
        arrivals.begin(
            form.code,
            is_signed_in=request.participant is not None,
            today=timezone.now().date(),
        )
    except Refused as refused:
        # Given back, to be compared sign by sign with the card: it is no passphrase, and opens nothing yet.
        context = {"refusal": wording.REFUSALS[refused.reason], "code": form.code.reveal()}
        return render(request, "people/join_code.html", context, status=HTTPStatus.CONFLICT)
    request.session.flush()
    JoiningASide.begun(form.code).keep(request.session)
    return redirect("taking:join-passphrase")


@public_desk_page
@require_GET
def passphrase(request: HttpRequest) -> HttpResponse:
    """Show the new passphrase, until it has been typed again."""
    joining = JoiningASide.of(request.session)
    if joining is None:
        return redirect("taking:join-code")
    context = {"words": joining.passphrase.split()}
    return render(request, "people/join_passphrase.html", context)


@public_desk_page
@require_http_methods(["GET", "HEAD", "POST"])
def wishes(request: HttpRequest) -> HttpResponse:
    """Ask what somebody wishes for a detention: without an answer of their own nobody goes on."""
    joining = JoiningASide.of(request.session)
    if joining is None:
        return redirect("taking:join-code")
    form, refusal = InstructionForm(**joining.wishes), None
    if request.method == "POST":
        form = InstructionForm.of(request.POST)
        if reason := form.said.why_not():
            refusal = wording.REFUSALS[reason]
        else:
            joining.wishing(form).keep(request.session)
            return redirect("taking:join-repeat")
    context = {"form": form, "questions": QUESTIONS, "refusal": refusal}
    status = HTTPStatus.CONFLICT if refusal else HTTPStatus.OK
    return render(request, "people/join_wishes.html", context, status=status)


@public_desk_page
@require_http_methods(["GET", "HEAD", "POST"])
def repeat(request: HttpRequest) -> HttpResponse:
    """Ask for the whole passphrase, as a sign-in would read it; then the account waits for the full hour."""
    joining = JoiningASide.of(request.session)
    if joining is None:
        return redirect("taking:join-code")
    today = timezone.now().date()
    said = InstructionForm(**joining.wishes).said
    if said.why_not():
        return redirect("taking:join-wishes")
    refusal = None
    if request.method == "POST":
        chosen = Secret(joining.passphrase)
        try:
            if not passphrases.is_same(chosen, PassphraseForm.of(request.POST).passphrase):
                raise Refused(PeopleRefusal.NOT_THE_SIX)
            arrived = arrivals.arrive(
                code=Secret(joining.code),
                passphrase=chosen,
                today=today,
                said=replace(said, said_on=today),
            )
        except Refused as refused:
            refusal = wording.REFUSALS[refused.reason]
        else:
            _begin_session(request.session, arrived)
            return redirect("taking:join-done")
    status = HTTPStatus.CONFLICT if refusal else HTTPStatus.OK
    return render(request, "people/join_repeat.html", {"refusal": refusal}, status=status)


@participant_required
@require_safe
def done(request: ParticipantRequest) -> HttpResponse:
    """Say what happens next, and from when on somebody who has joined can hand in."""
    try:
        onward = reverse(CARD)
    except NoReverseMatch:
        onward = ""
    context = {
        "is_arriving": request.participant.is_arriving,
        "hour": next_slot(timezone.now(), schedule=Schedule.HOURLY),
        "onward": onward,
    }
    return render(request, "people/join_done.html", context)


def _begin_session(session: SessionBase, arrived: Arrived) -> None:
    """Let this browser act for somebody who has just joined, under a fresh key."""
    participant = arrived.participant
    participants.begin_session(session, participant)
    session[SESSION_ARRIVAL] = [arrived.arrival, participant.side_id, participant.session_mark]
