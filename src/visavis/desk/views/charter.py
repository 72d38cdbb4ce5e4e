"""The charter: signing the first, reading the one in force, and changing a side's key."""

from dataclasses import replace

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from visavis.base.missing import NotFound
from visavis.base.refusal import Refused
from visavis.desk import actions, queries
from visavis.desk.actions import Given
from visavis.desk.charters import keys_of, terms_of
from visavis.desk.forms import BroughtKeyForm, KeyForm, NewKeyForm, TakingBackForm
from visavis.desk.rules import DeskRefusal
from visavis.desk.steps import RenewingKey
from visavis.kinds.installed import installed
from visavis.people.access import editor_required
from visavis.people.http import EditorRequest
from visavis.record.public import current_charter
from visavis.safety import passphrases
from visavis.safety.secret import Secret
from visavis.sides import keyfiles

from . import pages
from .reading import as_file

LAST_SIGNS = 8
"""Two of the groups in which the key is shown."""


@editor_required
@require_GET
def charter(request: EditorRequest) -> HttpResponse:
    """The charter in force, or the one that the site begins with; and what waits to take its place."""
    return _charter(request)


@editor_required
@require_GET
def first_charter_bytes(request: EditorRequest) -> HttpResponse:
    """The bytes of the charter that the site begins with, before the first desk has signed it."""
    found = queries.charter_page(request.account.side_id, today=timezone.now().date())
    if found.shown is None or found.is_in_force:
        raise NotFound
    return as_file(found.shown.document.data, name=f"{found.shown.digest}.json")


@editor_required
@require_POST
def sign_charter(request: EditorRequest) -> HttpResponse:
    """Turn the key for the first charter, the one whose digest the form carries."""
    form = pages.key_form(request)
    try:
        actions.sign_first_charter(
            digest=request.POST.get("digest", ""),
            side=request.account.side_id,
            given=form.given(),
            today=timezone.now().date(),
        )
    except Refused as refused:
        return _charter(request, key_form=form, refusal=pages.sentence(refused))
    return redirect(f"{reverse('desk:charter')}?done=signed")


@editor_required
@require_POST
def propose_kinds(request: EditorRequest) -> HttpResponse:
    """Propose the charter that lists the kinds of document which the program has by now."""
    side, today = request.account.side_id, timezone.now().date()
    try:
        digest = actions.propose_charter_of_kinds(side=side, today=today)
    except Refused as refused:
        return _charter(request, refusal=pages.sentence(refused))
    return redirect("desk:read", digest)


@editor_required
@require_http_methods(["GET", "POST"])
def new_key(request: EditorRequest) -> HttpResponse:
    """Make a new key for this side, and show its passphrase once."""
    making = RenewingKey.of(request.session)
    if request.method == "POST":
        is_recovery = request.POST.get("why") == "recovery"
        if not is_recovery and not pages.is_key_here(request):
            return redirect("desk:charter")  # the old key signs too, and it is not here
        if making is None or making.is_recovery != is_recovery:
            # What another window of this browser shows already is what was written down: it stays.
            making = replace(RenewingKey.begun(), is_recovery=is_recovery)
            making.keep(request.session)
        return redirect("desk:new-key")
    if making is None:
        return redirect("desk:charter")
    context = {
        "words": making.passphrase.split(),
        "is_recovery": making.is_recovery,
        "recovery": keyfiles.in_groups(making.recovery),
    }
    return render(request, "desk/new_key.html", context)


@editor_required
@require_GET
def recovery_file(request: EditorRequest) -> HttpResponse:
    """Hand out the new recovery key as a file, while it is being made."""
    making = RenewingKey.of(request.session)
    if making is None or not making.is_recovery:
        return redirect("desk:charter")
    response = as_file(keyfiles.key_file(making.recovery).encode(), name="recovery.key")
    response["Content-Type"] = "text/plain; charset=utf-8"
    return response


@editor_required
@require_http_methods(["GET", "POST"])
def propose_key(request: EditorRequest) -> HttpResponse:
    """Ask for two words, and for the key that may change the key; then propose the charter."""
    making = RenewingKey.of(request.session)
    if making is None:
        return redirect("desk:charter")
    form, key_form = NewKeyForm(request.POST or None), pages.key_form(request)
    refusal = None
    if request.method == "POST":
        try:
            digest = _propose(request, making, form, key_form)
        except Refused as refused:
            refusal = pages.sentence(refused)
        else:
            RenewingKey.end(request.session)
            done = "announced" if making.is_recovery else "signed"
            return redirect(f"{reverse('desk:read', args=[digest])}?done={done}")
    waiting = queries.proposed_charter(charter=current_charter()) if refusal else None
    context = {
        "making": making,
        "form": form,
        "key_form": key_form,
        "refusal": refusal,
        "waiting": waiting[0] if waiting else None,
    }
    return render(request, "desk/propose_key.html", context, status=409 if refusal else 200)


@editor_required
@require_POST
def brought_key(request: EditorRequest) -> HttpResponse:
    """Propose keys that were made elsewhere: in a charter, or in a recovery."""
    form = BroughtKeyForm(request.POST)
    refusal: object = None
    if form.is_valid():
        try:
            digest = actions.propose_brought_key(
                side=request.account.side_id,
                public_line=form.cleaned_data["public_key"],
                recovery_line=form.cleaned_data["recovery_key"],
                is_recovery=request.POST.get("why") == "recovery",
                today=timezone.now().date(),
            )
        except Refused as refused:
            refusal = pages.sentence(refused)
        else:
            return redirect("desk:read", digest)
    refusal = refusal or pages.sentence_for(DeskRefusal.NOT_A_KEY)
    return _charter(request, brought_form=form, refusal=refusal)


@editor_required
@require_POST
def take_back_recovery(request: EditorRequest) -> HttpResponse:
    """Take this side's recovery back: with the recovery key typed here, or with a file to be signed."""
    form = TakingBackForm(request.POST)
    side, today = request.account.side_id, timezone.now().date()
    try:
        if request.POST.get("how") == "file":
            digest = actions.propose_taking_back(side=side, today=today)
            return redirect("desk:read", digest)
        typed = form.cleaned_data.get("recovery", "") if form.is_valid() else ""
        actions.take_back_recovery(side=side, recovery_text=Secret(typed), today=today)
    except Refused as refused:
        return _charter(request, refusal=pages.sentence(refused))
    return redirect(f"{reverse('desk:charter')}?done=taken-back")


def _charter(
    request: EditorRequest,
    *,
    key_form: KeyForm | None = None,
    brought_form: BroughtKeyForm | None = None,
    refusal: object = None,
) -> HttpResponse:
    found = queries.charter_page(request.account.side_id, today=timezone.now().date())
    names = pages.side_names(found.shown)
    spoken = pages.names(found.shown, side=request.account.side_id)
    context = {
        "found": found,
        "own": request.account.side_id,
        "side_names": names,
        "unlisted": [installed().many(word) for word in found.unlisted],
        "terms": tuple(terms_of(found.shown, spoken)) if found.shown else (),
        "keys": tuple(keys_of(found.shown, spoken)) if found.shown else (),
        "waiting_by_kind": sorted(found.shown.waiting.by_kind.items()) if found.shown else (),
        "kind_of": installed().one,
        "key_form": key_form or KeyForm(is_key_here=found.is_key_here),
        "brought_form": brought_form or BroughtKeyForm(),
        "taking_back": TakingBackForm(),
        "refusal": refusal,
        "done": pages.done(request, is_in_force=found.is_in_force),
    }
    return render(request, "desk/charter.html", context, status=409 if refusal else 200)


def _propose(
    request: EditorRequest, making: RenewingKey, form: NewKeyForm, key_form: KeyForm
) -> str:
    form.is_valid()
    typed = form.cleaned_data
    passphrase = Secret(making.passphrase)
    words = (typed.get("first", ""), typed.get("second", ""))
    places = (making.first, making.second)
    if not passphrases.has_words(passphrase, places=places, typed=words):
        raise Refused(DeskRefusal.WORDS_DIFFER)
    side, today = request.account.side_id, timezone.now().date()
    if not making.is_recovery:
        given = key_form.given()
        return actions.renew_key(
            side=side,
            old=Given(passphrase=given.passphrase),
            new_key=making.key,
            new_passphrase=passphrase,
            today=today,
        )
    if typed.get("ending", "") != making.recovery_seed[-LAST_SIGNS:]:
        raise Refused(DeskRefusal.SIGNS_DIFFER)
    return actions.recover_key(
        side=side,
        recovery_text=Secret(typed.get("recovery", "")),
        new_key=making.key,
        new_recovery=making.recovery,
        new_passphrase=passphrase,
        today=today,
    )
