"""A new passphrase of the desk: its side's key is sealed again, and stays the same."""

from http import HTTPStatus

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from visavis.base.refusal import Refused
from visavis.people import wording
from visavis.people.access import account_required
from visavis.people.forms import WordsForm, box_opened
from visavis.people.http import EditorRequest
from visavis.people.rules import PeopleRefusal
from visavis.people.steps import ResealingKey
from visavis.safety import passphrases
from visavis.safety.secret import Secret
from visavis.sides import actions as sides_actions
from visavis.sides import queries as sides


@account_required
@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: EditorRequest) -> HttpResponse:
    """Make six new words, and show them: they count only once two of them have been typed."""
    side = sides.side(request.account.side_id)
    if side is None or not side.sealed_key:
        return redirect("people:key")
    making = ResealingKey.of(request.session)
    if request.method == "POST":
        (making or ResealingKey.begun()).keep(request.session)
        return redirect("people:desk-passphrase")
    words = making.passphrase.split() if making else ()
    return render(request, "people/desk_passphrase.html", {"words": words})


@account_required
@require_http_methods(["GET", "HEAD", "POST"])
def words(request: EditorRequest) -> HttpResponse:
    """Ask for two of the words and for the passphrase until now; then the new one counts alone."""
    making = ResealingKey.of(request.session)
    if making is None:
        return redirect("people:desk-passphrase")
    form, refusal = WordsForm.of(request.POST), None
    if request.method == "POST":
        try:
            _seal_again(request, making, form)
        except Refused as refused:
            refusal = wording.REFUSALS[refused.reason]
        else:
            ResealingKey.end(request.session)
            return redirect(f"{reverse('people:account')}?done=desk-passphrase")
    context = {
        "form": form,
        "first": making.first,
        "second": making.second,
        "refusal": refusal,
        "back": "people:desk-passphrase",
        "asks_desk": True,
    }
    status = HTTPStatus.CONFLICT if refusal else HTTPStatus.OK
    return render(request, "people/words.html", context, status=status)


def _seal_again(request: EditorRequest, making: ResealingKey, form: WordsForm) -> None:
    new, given = Secret(making.passphrase), box_opened(request)
    places, typed = (making.first, making.second), (form.first, form.second)
    if not passphrases.has_words(new, places=places, typed=typed):
        raise Refused(PeopleRefusal.WORDS_DIFFER)
    passphrase = (given and given.passphrase) or Secret("")
    sides_actions.seal_again(side=request.account.side_id, passphrase=passphrase, new=new)
