"""Signing in and out, and joining with a code: passphrase, two words of it, authenticator."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
    require_safe,
)

from visavis.base.refusal import Refused
from visavis.people import actions, given_back, home, qr, wording
from visavis.people.access import editor_required, public_desk_page
from visavis.people.addresses import safe_next
from visavis.people.forms import AuthenticatorForm, CodeForm, SignInForm, WordsForm
from visavis.people.given_back import How
from visavis.people.http import DeskRequest, EditorRequest
from visavis.people.rules import PeopleRefusal
from visavis.people.sign_in import begin_session
from visavis.people.sign_in import sign_in as act_sign_in
from visavis.people.steps import Joining
from visavis.safety import housekeeping, passphrases
from visavis.safety.reading import reading_as
from visavis.safety.secret import Secret


@public_desk_page
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: DeskRequest) -> HttpResponse:
    """Let an editor in; answer everybody else alike, in bytes and time."""
    if request.method != "POST":
        wanted = safe_next(request.GET.get("next", ""))
        return render(request, "people/sign_in.html", {"next": wanted, "refusal": None})
    wanted = safe_next(request.POST.get("next", ""))
    form = SignInForm.of(request.POST)
    try:
        account = act_sign_in(passphrase=form.passphrase, digits=form.digits, at=timezone.now())
    except Refused as refused:
        refusal = wording.REFUSALS[refused.reason]
        context = {"next": wanted, "refusal": refusal}
        return _carried(request, How.SIGNED_OUT, address=wanted, refusal=refusal) or render(
            request, "people/sign_in.html", context, status=HTTPStatus.FORBIDDEN
        )
    begin_session(request.session, account)
    today = timezone.now().date()
    actions.forget_what_is_past(today=today)
    reader = actions.catch_up(account, today=today)
    request.account = account
    with reading_as(lambda: reader):
        housekeeping.welcome(account.side_id, today)
    return _carried(request, How.SIGNED_IN, address=wanted) or redirect(wanted or home.address())


@public_desk_page
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Forget this browser, on both ends."""
    request.session.flush()
    return redirect("people:sign-in")


@editor_required
@require_safe
def stay(request: EditorRequest) -> HttpResponse:
    """A page beside a form that somebody is filling in: opening it is the click that keeps them signed in."""
    return render(request, "people/stay.html")


@public_desk_page
@require_http_methods(["GET", "HEAD", "POST"])
def set_up(request: DeskRequest) -> HttpResponse:
    """Ask for the code; with a good one, joining begins."""
    if request.method != "POST":
        return render(request, "people/set_up.html", {"refusal": None, "code": ""})
    form = CodeForm.of(request.POST)
    try:
        actions.way_in(
            form.code, is_signed_in=request.account is not None, today=timezone.now().date()
        )
    except Refused as refused:
        # Given back, to be compared sign by sign with the paper: it is no passphrase, and opens nothing yet.
        context = {"refusal": wording.REFUSALS[refused.reason], "code": form.code.reveal()}
        return render(request, "people/set_up.html", context, status=HTTPStatus.CONFLICT)
    request.session.flush()
    Joining.begun(form.code).keep(request.session)
    return redirect("people:set-up-passphrase")


@public_desk_page
@require_GET
def passphrase(request: HttpRequest) -> HttpResponse:
    """Show the new passphrase, until two words of it have been typed again."""
    joining = Joining.of(request.session)
    if joining is None or joining.has_words:
        return redirect("people:set-up")
    context = {"words": joining.passphrase.split(), "onward": "people:set-up-words"}
    return render(request, "people/passphrase.html", context)


@public_desk_page
@require_http_methods(["GET", "HEAD", "POST"])
def words(request: HttpRequest) -> HttpResponse:
    """Ask for two of the words, so that nobody goes on without having kept them."""
    joining = Joining.of(request.session)
    if joining is None or joining.has_words:
        return redirect("people:set-up")
    form, refusal = WordsForm.of(request.POST), None
    if request.method == "POST":
        if passphrases.has_words(
            Secret(joining.passphrase),
            places=(joining.first, joining.second),
            typed=(form.first, form.second),
        ):
            joining.with_words().keep(request.session)
            return redirect("people:set-up-authenticator")
        refusal = wording.REFUSALS[PeopleRefusal.WORDS_DIFFER]
    context = {
        "form": form,
        "first": joining.first,
        "second": joining.second,
        "refusal": refusal,
        "back": "people:set-up-passphrase",
        "asks_ending": False,
    }
    return render(request, "people/words.html", context, status=_status(refusal))


@public_desk_page
@require_http_methods(["GET", "HEAD", "POST"])
def authenticator(request: DeskRequest) -> HttpResponse:
    """Show the TOTP secret and ask for its first code; only then is there an account."""
    joining = Joining.of(request.session)
    if joining is None or not joining.has_words:
        return redirect("people:set-up")
    form, refusal = AuthenticatorForm.of(request.POST), None
    if request.method == "POST":
        try:
            account = actions.join(
                code=Secret(joining.code),
                passphrase=Secret(joining.passphrase),
                totp=Secret(joining.totp),
                digits=form.digits,
                label=form.label,
                at=timezone.now(),
            )
        except Refused as refused:
            refusal = wording.REFUSALS[refused.reason]
        else:
            begin_session(request.session, account)
            return redirect(home.address_of_new(has_keys=actions.has_key(account.side_id)))
    context = {
        "form": form,
        "refusal": refusal,
        "secret": qr.in_groups(joining.totp),
        "address": qr.address(Secret(joining.totp)),
        "picture": "people:set-up-picture",
        "asks_label": True,
    }
    return render(request, "people/authenticator.html", context, status=_status(refusal))


@public_desk_page
@require_GET
def picture(request: HttpRequest) -> HttpResponse:
    """The TOTP secret as a picture for the authenticator; there only while it is not yet confirmed."""
    joining = Joining.of(request.session)
    if joining is None or not joining.has_words:
        return redirect("people:set-up")
    return HttpResponse(qr.png(Secret(joining.totp)), content_type="image/png")


def _carried(
    request: HttpRequest, how: How, *, address: str, refusal: object = None
) -> HttpResponse | None:
    """Return the page with the words of another form that this one carried, or None where it had none."""
    posted = given_back.carried_in(request.POST)
    return given_back.page(request, how, posted=posted, address=address, refusal=refusal)


def _status(refusal: object) -> HTTPStatus:
    return HTTPStatus.CONFLICT if refusal else HTTPStatus.OK
