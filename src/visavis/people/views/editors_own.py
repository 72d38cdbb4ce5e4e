"""What an editor wishes for a detention, and the editor's card for a trusted person."""

from http import HTTPStatus

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from visavis.base.refusal import Refused
from visavis.people import editors_wishes, rules, wording
from visavis.people.access import account_required
from visavis.people.forms import InstructionForm, PassphraseForm
from visavis.people.http import EditorRequest

from .wishes import QUESTIONS, paper_address

OF_EDITORS = {name: each for name, each in QUESTIONS.items() if name != "texts"}
FRAME = {"frame": "project/desk.html", "back": "people:account"}


@account_required
@require_http_methods(["GET", "HEAD", "POST"])
def wishes(request: EditorRequest) -> HttpResponse:
    """Ask what an editor wishes, with what they have said; sent, it is kept sealed."""
    account, today, refusal = request.account, timezone.now().date(), None
    said = editors_wishes.said(account)
    form = InstructionForm.saying(said)
    if request.method == "POST":
        form = InstructionForm.of(request.POST)
        try:
            editors_wishes.say(
                account,
                form.said,
                passphrase=PassphraseForm.of(request.POST).passphrase,
                today=today,
            )
        except Refused as refused:
            refusal = wording.REFUSALS[refused.reason]
        else:
            return redirect(f"{reverse('people:account')}?done=instruction")
    context = {
        "form": form,
        "questions": OF_EDITORS,
        "refusal": refusal,
        "is_old": said.is_answered and rules.is_asked_again(said.said_on, today=today),
        "is_of_desk": True,
        **FRAME,
    }
    status = HTTPStatus.CONFLICT if refusal else HTTPStatus.OK
    return render(request, "people/instruction.html", context, status=status)


@account_required
@require_http_methods(["GET", "HEAD", "POST"])
def paper(request: EditorRequest) -> HttpResponse:
    """Say what a code on paper does; sent, it is shown once, to be printed, or none counts any more."""
    code, refusal = None, None
    if request.method == "POST":
        passphrase = PassphraseForm.of(request.POST).passphrase
        try:
            if "forget" in request.POST:
                editors_wishes.forget_code(request.account, passphrase=passphrase)
                return redirect(f"{reverse('people:account')}?done=paper-gone")
            code = editors_wishes.new_code(request.account, passphrase=passphrase)
        except Refused as refused:
            refusal = wording.REFUSALS[refused.reason]
    context = {
        "code": code.reveal() if code else "",
        "refusal": refusal,
        "has_code": True,
        "address": paper_address(request),
        "is_of_desk": True,
        **FRAME,
    }
    status = HTTPStatus.CONFLICT if refusal else HTTPStatus.OK
    return render(request, "people/paper.html", context, status=status)
