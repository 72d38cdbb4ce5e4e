"""A side's key and its recovery key: made here and sealed, or made elsewhere and brought."""

from http import HTTPStatus

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from visavis.base.refusal import Refused
from visavis.people import home, wording
from visavis.people.access import account_required
from visavis.people.forms import PublicKeysForm, WordsForm
from visavis.people.http import EditorRequest
from visavis.people.rules import PeopleRefusal
from visavis.people.steps import MakingKeys
from visavis.safety import passphrases
from visavis.safety.secret import Secret
from visavis.sides import actions as sides_actions
from visavis.sides import keyfiles
from visavis.sides import queries as sides
from visavis.signing.vault import vault_key_of

LAST_SIGNS = 8
"""Two of the groups in which the key is shown."""


@account_required
@require_http_methods(["GET", "HEAD", "POST"])
def key(request: EditorRequest) -> HttpResponse:
    """Show the side's keys and whom the charter waits for; or ask where the keys shall be made."""
    code = request.account.side_id
    form, refusal = PublicKeysForm.of(request.POST), None
    if request.method == "POST":
        try:
            sides_actions.give_brought_keys(
                side=code, public_line=form.public_key, recovery_line=form.recovery_key
            )
        except Refused as refused:
            refusal = wording.REFUSALS[refused.reason]
        else:
            return redirect("people:key")
    side = sides.side(code)
    context = {
        "side": side,
        "names": sides.names(request.LANGUAGE_CODE),
        "waiting_for": sides.sides_without_keys(),
        "charter": home.charter_address(),
        "form": form,
        "refusal": refusal,
    }
    status = HTTPStatus.CONFLICT if refusal else HTTPStatus.OK
    return render(request, "people/key.html", context, status=status)


@account_required
@require_http_methods(["GET", "HEAD", "POST"])
def new_key(request: EditorRequest) -> HttpResponse:
    """Make both keys, and show what only the desk may keep: its passphrase and the recovery key."""
    side = sides.side(request.account.side_id)
    if side is None or side.has_keys:
        return redirect("people:key")
    making = MakingKeys.of(request.session)
    if request.method == "POST":
        making = making or MakingKeys.begun()
        making.keep(request.session)
        return redirect("people:new-key")
    if making is None:
        return redirect("people:key")
    context = {
        "words": making.passphrase.split(),
        "recovery": keyfiles.in_groups(making.recovery),
    }
    return render(request, "people/new_key.html", context)


@account_required
@require_GET
def recovery_file(request: EditorRequest) -> HttpResponse:
    """Hand out the recovery key as a file: there only until the side's keys are given."""
    making = MakingKeys.of(request.session)
    if making is None:
        return redirect("people:key")
    response = HttpResponse(
        keyfiles.key_file(making.recovery), content_type="text/plain; charset=utf-8"
    )
    response["Content-Disposition"] = 'attachment; filename="recovery.key"'
    return response


@account_required
@require_http_methods(["GET", "HEAD", "POST"])
def keep_key(request: EditorRequest) -> HttpResponse:
    """Ask for two words and the recovery key's end; then the side has its keys."""
    making = MakingKeys.of(request.session)
    if making is None:
        return redirect("people:key")
    form, refusal = WordsForm.of(request.POST), None
    if request.method == "POST":
        try:
            _give(making, form, side=request.account.side_id)
        except Refused as refused:
            refusal = wording.REFUSALS[refused.reason]
        else:
            MakingKeys.end(request.session)
            return redirect("people:key")
    context = {
        "form": form,
        "first": making.first,
        "second": making.second,
        "refusal": refusal,
        "back": "people:new-key",
        "asks_ending": True,
    }
    status = HTTPStatus.CONFLICT if refusal else HTTPStatus.OK
    return render(request, "people/words.html", context, status=status)


def _give(making: MakingKeys, form: WordsForm, *, side: str) -> None:
    desk_passphrase = Secret(making.passphrase)
    places = (making.first, making.second)
    if not passphrases.has_words(desk_passphrase, places=places, typed=(form.first, form.second)):
        raise Refused(PeopleRefusal.WORDS_DIFFER)
    if form.ending != making.recovery_seed[-LAST_SIGNS:]:
        raise Refused(PeopleRefusal.TEXT_DIFFERS)
    sides_actions.give_keys(
        side=side,
        public_key=making.key.public.hex,
        recovery_key=making.recovery.public.hex,
        vault_key=vault_key_of(making.key),
        sealed_key=sides_actions.sealed_for(side, making.key, passphrase=desk_passphrase),
    )
