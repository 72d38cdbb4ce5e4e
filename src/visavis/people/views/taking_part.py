"""Signing in and out as a participant, leaving quickly, and "My page"."""

from http import HTTPStatus

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from visavis.base import my_page as shown
from visavis.base.refusal import Refused
from visavis.people import given_back, wording
from visavis.people.access import closing_page, participant_required, public_desk_page
from visavis.people.addresses import FRAME, safe_next
from visavis.people.forms import PassphraseForm
from visavis.people.given_back import How
from visavis.people.http import DeskRequest, ParticipantRequest
from visavis.people.participants import begin_session
from visavis.people.participants import sign_in as act_sign_in


@public_desk_page
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: DeskRequest) -> HttpResponse:
    """Let a participant in; answer everybody else alike, in bytes and time."""
    if request.method != "POST":
        wanted = safe_next(request.GET.get("next", ""))
        return _asked(request, wanted)
    wanted = safe_next(request.POST.get("next", ""))
    try:
        participant = act_sign_in(passphrase=PassphraseForm.of(request.POST).passphrase)
    except Refused as refused:
        refusal = wording.REFUSALS[refused.reason]
        return _carried(request, How.SIGNED_OUT, address=wanted, refusal=refusal) or _asked(
            request, wanted, refusal=refusal, status=HTTPStatus.FORBIDDEN
        )
    begin_session(request.session, participant)
    request.account, request.participant = None, participant
    return _carried(request, How.SIGNED_IN, address=wanted) or redirect(wanted or "taking:home")


@public_desk_page
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Forget this browser, on both ends."""
    request.session.flush()
    return redirect("taking:sign-in")


@participant_required
@require_safe
def stay(request: ParticipantRequest) -> HttpResponse:
    """A page beside a form that somebody is filling in: opening it is the click that keeps them signed in."""
    return render(request, "people/stay.html", {"frame": FRAME})


@public_desk_page
@closing_page
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def leave_quickly(request: DeskRequest) -> HttpResponse:
    """Forget this browser and show the site's first page: from every live page, for all who are signed in.

    The form has no token, so that it works in a page that is too old. What another site sends forgets nobody.
    """
    answer = redirect(f"/{request.LANGUAGE_CODE}/")
    answer.status_code = HTTPStatus.SEE_OTHER
    answer["Referrer-Policy"] = "no-referrer"
    if request.method != "POST" or not given_back.is_from_here(request):
        return answer
    try:
        request.session.flush()
    except DatabaseError:
        request.session.clear()  # the row ends with its day: nobody waits here for a busy database
        request.session.modified = False
    request.account = request.participant = None
    for name in (
        settings.SESSION_COOKIE_NAME,
        settings.LIFE_COOKIE_NAME,
        settings.CSRF_COOKIE_NAME,
    ):
        answer.delete_cookie(name, samesite="Strict")
    answer["Clear-Site-Data"] = '"cookies", "storage"'
    return answer


@participant_required
@require_safe
def my_page(request: ParticipantRequest) -> HttpResponse:
    """What waits for the one who asks, what is new, and how to begin."""
    context = {"waiting": list(shown.waiting(request)), "sections": shown.sections(request)}
    return render(request, "people/my_page.html", context)


def _asked(
    request: HttpRequest, wanted: str, *, refusal: object = None, status: int = HTTPStatus.OK
) -> HttpResponse:
    context = {"next": wanted, "refusal": refusal}
    return render(request, "people/taking_part_sign_in.html", context, status=status)


def _carried(
    request: HttpRequest, how: How, *, address: str, refusal: object = None
) -> HttpResponse | None:
    posted = given_back.carried_in(request.POST)
    return given_back.page(request, how, posted=posted, address=address, refusal=refusal)
