"""One's own account: a new passphrase, a new authenticator."""

from http import HTTPStatus

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from visavis.base.refusal import Refused
from visavis.people import actions, qr, wording
from visavis.people.access import account_required
from visavis.people.forms import AuthenticatorForm, SignInForm, WordsForm
from visavis.people.http import EditorRequest
from visavis.people.rules import PeopleRefusal
from visavis.people.sign_in import begin_session
from visavis.people.steps import Renewing
from visavis.safety import passphrases
from visavis.safety.secret import Secret
from visavis.sides import queries as sides

RENEWALS = {"passphrase": "people:renew-passphrase", "authenticator": "people:renew-authenticator"}


@account_required
@require_http_methods(["GET", "HEAD", "POST"])
def account(request: EditorRequest) -> HttpResponse:
    """Show what the site knows of the account; ask for both credentials before one is renewed."""
    refusal = None
    if request.method == "POST":
        form, at = SignInForm.of(request.POST), timezone.now()
        try:
            renewal = actions.prove_again(
                editor=request.account, passphrase=form.passphrase, digits=form.digits, at=at
            )
        except Refused as refused:
            refusal = wording.REFUSALS[refused.reason]
        else:
            Renewing.begun(renewal, at=at).keep(request.session)
            what = request.POST.get("renew", "")
            return redirect(RENEWALS.get(what, "people:account"))
    context = {
        "side_name": sides.names(request.LANGUAGE_CODE)[request.account.side_id],
        "refusal": refusal,
        "done": wording.ACTS.get(request.GET.get("done", "")),
    }
    status = HTTPStatus.CONFLICT if refusal else HTTPStatus.OK
    return render(request, "people/account.html", context, status=status)


@account_required
@require_GET
def renew_passphrase(request: EditorRequest) -> HttpResponse:
    """Show the new passphrase; it is not in force yet."""
    renewing = Renewing.of(request.session)
    if renewing is None:
        return redirect("people:account")
    context = {"words": renewing.passphrase.split(), "onward": "people:renew-words"}
    return render(request, "people/passphrase.html", context)


@account_required
@require_http_methods(["GET", "HEAD", "POST"])
def renew_words(request: EditorRequest) -> HttpResponse:
    """Ask for two words of the new passphrase; then it is in force, and other sessions are gone."""
    renewing = Renewing.of(request.session)
    if renewing is None:
        return redirect("people:account")
    form, refusal = WordsForm.of(request.POST), None
    if request.method == "POST":
        try:
            _renew_passphrase(request, renewing, form)
        except Refused as refused:
            refusal = wording.REFUSALS[refused.reason]
        else:
            return _renewed("passphrase")
    context = {
        "form": form,
        "first": renewing.first,
        "second": renewing.second,
        "refusal": refusal,
        "back": "people:renew-passphrase",
        "asks_ending": False,
    }
    status = HTTPStatus.CONFLICT if refusal else HTTPStatus.OK
    return render(request, "people/words.html", context, status=status)


@account_required
@require_http_methods(["GET", "HEAD", "POST"])
def renew_authenticator(request: EditorRequest) -> HttpResponse:
    """Show the new TOTP secret; with its first code it is in force, and other sessions are gone."""
    renewing = Renewing.of(request.session)
    if renewing is None:
        return redirect("people:account")
    form, refusal = AuthenticatorForm.of(request.POST), None
    if request.method == "POST":
        try:
            renewed = actions.renew_totp(
                editor=request.account,
                renewal=renewing.renewal,
                totp=Secret(renewing.totp),
                digits=form.digits,
                at=timezone.now(),
            )
        except Refused as refused:
            refusal = wording.REFUSALS[refused.reason]
        else:
            begin_session(request.session, renewed)
            return _renewed("authenticator")
    context = {
        "form": form,
        "refusal": refusal,
        "secret": qr.in_groups(renewing.totp),
        "address": qr.address(Secret(renewing.totp)),
        "picture": "people:renew-picture",
        "asks_label": False,
    }
    status = HTTPStatus.CONFLICT if refusal else HTTPStatus.OK
    return render(request, "people/authenticator.html", context, status=status)


@account_required
@require_GET
def renew_picture(request: EditorRequest) -> HttpResponse:
    """The new TOTP secret as a picture; there only until it is in force."""
    renewing = Renewing.of(request.session)
    if renewing is None:
        return redirect("people:account")
    return HttpResponse(qr.png(Secret(renewing.totp)), content_type="image/png")


def _renewed(what: str) -> HttpResponse:
    return redirect(f"{reverse('people:account')}?done={what}")


def _renew_passphrase(request: EditorRequest, renewing: Renewing, form: WordsForm) -> None:
    if not passphrases.has_words(
        Secret(renewing.passphrase),
        places=(renewing.first, renewing.second),
        typed=(form.first, form.second),
    ):
        raise Refused(PeopleRefusal.WORDS_DIFFER)
    renewed = actions.renew_passphrase(
        editor=request.account,
        renewal=renewing.renewal,
        passphrase=Secret(renewing.passphrase),
    )
    begin_session(request.session, renewed)
