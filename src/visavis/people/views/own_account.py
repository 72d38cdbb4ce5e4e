"""A participant's own account: a new passphrase, and leaving."""

from http import HTTPStatus

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from visavis.base.refusal import Refused
from visavis.people import hidden, leaving, participants, wording
from visavis.people.access import closing_page, participant_required
from visavis.people.addresses import FRAME
from visavis.people.forms import PassphraseForm, WordsForm
from visavis.people.http import ParticipantRequest
from visavis.people.leaving import Choice
from visavis.people.participants import Renewal
from visavis.people.rules import PeopleRefusal
from visavis.people.steps import RenewingOwn
from visavis.safety import passphrases
from visavis.safety.secret import Secret
from visavis.sides import queries as sides


@participant_required
@require_http_methods(["GET", "HEAD", "POST"])
def account(request: ParticipantRequest) -> HttpResponse:
    """Show what the site knows of the account; ask for the passphrase before it is renewed."""
    refusal, participant = None, request.participant
    if request.method == "POST":
        passphrase = PassphraseForm.of(request.POST).passphrase
        try:
            renewal = participants.prove_again(participant, passphrase=passphrase)
        except Refused as refused:
            refusal = wording.REFUSALS[refused.reason]
        else:
            RenewingOwn.begun(renewal.tag, at=timezone.now()).keep(request.session)
            return redirect("taking:renew-passphrase")
    context = {
        "side_name": sides.names(request.LANGUAGE_CODE)[participant.side_id],
        "role_name": wording.ROLES_OF_ONE[participant.role],
        "refusal": refusal,
        "done": wording.ACTS.get(request.GET.get("done", "")),
    }
    return render(request, "people/own_account.html", context, status=_status(refusal))


@participant_required
@require_GET
def renew_passphrase(request: ParticipantRequest) -> HttpResponse:
    """Show the new passphrase; it is not in force yet."""
    renewing = RenewingOwn.of(request.session)
    if renewing is None:
        return redirect("taking:account")
    context = {
        "frame": FRAME,
        "words": renewing.passphrase.split(),
        "onward": "taking:renew-words",
    }
    return render(request, "people/passphrase.html", context)


@participant_required
@require_http_methods(["GET", "HEAD", "POST"])
def renew_words(request: ParticipantRequest) -> HttpResponse:
    """Ask for two words of the new passphrase; then it is in force, and other sessions are gone."""
    renewing = RenewingOwn.of(request.session)
    if renewing is None:
        return redirect("taking:account")
    form, refusal = WordsForm.of(request.POST), None
    if request.method == "POST":
        try:
            _renew(request, renewing, form)
        except Refused as refused:
            refusal = wording.REFUSALS[refused.reason]
        else:
            return redirect(f"{reverse('taking:account')}?done=passphrase")
    context = {
        "frame": FRAME,
        "form": form,
        "first": renewing.first,
        "second": renewing.second,
        "refusal": refusal,
        "back": "taking:renew-passphrase",
        "asks_ending": False,
    }
    return render(request, "people/words.html", context, status=_status(refusal))


@participant_required
@closing_page
@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: ParticipantRequest) -> HttpResponse:
    """Say what goes; with the passphrase and a choice it is gone, and the browser is signed out."""
    refusal = None
    if request.method == "POST":
        try:
            leaving.leave(
                request.participant,
                passphrase=PassphraseForm.of(request.POST).passphrase,
                choice=_choice(request),
            )
        except Refused as refused:
            refusal = wording.REFUSALS[refused.reason]
        else:
            request.session.flush()
            request.participant = None  # type: ignore[assignment]  # nobody, from here on
            return render(request, "people/left.html")
    context = {"refusal": refusal, "chosen": request.POST.get("choice", "")}
    return render(request, "people/leave.html", context, status=_status(refusal))


@participant_required
@closing_page
@require_http_methods(["GET", "HEAD", "POST"])
def hidden_words(request: ParticipantRequest) -> HttpResponse:
    """Ask what becomes of words that are no longer shown; with the passphrase it is done."""
    refusal, what = None, request.POST.get("what", "")
    if request.method == "POST":
        try:
            if what not in {"show", "delete"}:
                raise Refused(PeopleRefusal.NOTHING_CHOSEN)
            hidden.decided(
                request.participant,
                passphrase=PassphraseForm.of(request.POST).passphrase,
                is_shown=what == "show",
            )
        except Refused as refused:
            refusal = wording.REFUSALS[refused.reason]
        else:
            done = "shown-again" if what == "show" else "never-shown"
            return redirect(f"{reverse('taking:account')}?done={done}")
    context = {"refusal": refusal, "what": what}
    return render(request, "people/hidden_words.html", context, status=_status(refusal))


def _choice(request: ParticipantRequest) -> Choice:
    try:
        return Choice(request.POST.get("choice", ""))
    except ValueError as error:
        raise Refused(PeopleRefusal.NOTHING_CHOSEN) from error


def _renew(request: ParticipantRequest, renewing: RenewingOwn, form: WordsForm) -> None:
    passphrase = Secret(renewing.passphrase)
    places, typed = (renewing.first, renewing.second), (form.first, form.second)
    if not passphrases.has_words(passphrase, places=places, typed=typed):
        raise Refused(PeopleRefusal.WORDS_DIFFER)
    renewed = participants.renew_passphrase(
        request.participant, Renewal(renewing.tag), passphrase=passphrase
    )
    participants.begin_session(request.session, renewed)


def _status(refusal: object) -> HTTPStatus:
    return HTTPStatus.CONFLICT if refusal else HTTPStatus.OK
