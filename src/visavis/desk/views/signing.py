"""Turning keys, refusing, withdrawing, standing alone."""

from collections.abc import Iterable

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from visavis.base.missing import NotFound
from visavis.base.refusal import Refused
from visavis.desk import actions, queries
from visavis.desk.actions import NotDone
from visavis.desk.forms import KeyForm, ReasonForm
from visavis.desk.queries import Waiting
from visavis.kinds.passages import Line
from visavis.people.access import editor_required
from visavis.people.http import EditorRequest
from visavis.record.rules import State
from visavis.signing.canonical import Digest

from . import pages, reading


@editor_required
@require_POST
def turn_key(request: EditorRequest, digest: str) -> HttpResponse:
    """Turn the key for the digest in the address: the one whose page was read."""
    form = pages.key_form(request)
    side, today = request.account.side_id, timezone.now().date()
    is_open_already = queries.to_read(side, digest, today=today).may_sign_too
    try:
        state = actions.turn_key(digest=digest, side=side, given=form.given(), today=today)
    except Refused as refused:
        refusal = pages.sentence(refused)
        return reading.page(request, digest, key_form=form, refusal=refusal)
    if is_open_already:
        return _read(digest, done="signed-too")
    return _read(digest, done="opened" if state is State.OPEN else "signed")


@editor_required
@require_POST
def refuse(request: EditorRequest, digest: str) -> HttpResponse:
    try:
        actions.refuse(
            digest=digest,
            side=request.account.side_id,
            reason=request.POST.get("reason", ""),
            today=timezone.now().date(),
        )
    except Refused as refused:
        refusal = pages.sentence(refused)
        form = ReasonForm(request.POST)
        return reading.page(request, digest, reason_form=form, refusal=refusal)
    return _home("refused")


@editor_required
@require_POST
def withdraw(request: EditorRequest, digest: str) -> HttpResponse:
    try:
        is_draft = actions.withdraw(
            digest=digest, side=request.account.side_id, today=timezone.now().date()
        )
    except Refused as refused:
        return reading.page(request, digest, refusal=pages.sentence(refused))
    return _home("withdrawn-to-draft" if is_draft else "withdrawn")


@editor_required
@require_POST
def stand_alone(request: EditorRequest, digest: str) -> HttpResponse:
    """Sign again as one's own what went unanswered."""
    form = pages.key_form(request, prefix="alone")
    given = form.given()
    try:
        alone = actions.stand_alone(
            digest=digest,
            side=request.account.side_id,
            given=given,
            today=timezone.now().date(),
        )
    except Refused as refused:
        refusal = pages.sentence(refused)
        return reading.page(request, digest, alone_form=form, refusal=refusal)
    return _read(alone, done="alone" if given.passphrase else "")


@editor_required
@require_http_methods(["GET", "POST"])
def sign_several(request: EditorRequest) -> HttpResponse:
    """Every document that waits for this side's key, with its digest, to be ticked: signed, or refused."""
    side, today = request.account.side_id, timezone.now().date()
    number = pages.number(request, "page")
    charter, waiting = queries.waiting_for(side, today=today, page=number)
    is_key_here = queries.is_key_here(side, charter=charter)
    form, reason_form, refusal = KeyForm(is_key_here=is_key_here), ReasonForm(), None
    ticked, left = request.POST.getlist("digest"), []
    if request.method == "POST":
        is_refusing = request.POST.get("act") == "refuse"
        listed = queries.listed_for(side, today=today)
        try:
            if is_refusing:
                reason_form = ReasonForm(request.POST)
                not_refused = actions.refuse_several(
                    digests=ticked,
                    listed=listed,
                    side=side,
                    reason=request.POST.get("reason", ""),
                    today=today,
                )
                if not not_refused:
                    return _home("refused-several")
                left = _named(not_refused, among=waiting)
                charter, waiting = queries.waiting_for(side, today=today, page=number)
            else:
                form = pages.key_form(request)
                given = form.given()
                is_all = actions.turn_keys(
                    digests=ticked, listed=listed, side=side, given=given, today=today
                )
                return _home("signed" if is_all else "signed-rest")
        except Refused as refused:
            refusal = pages.sentence(refused)
    why_not = queries.why_not_sign_meanwhile(None, side=side, charter=charter, today=today)
    context = {
        **pages.shared(charter),
        "why_not": pages.sentence_for(why_not) if why_not else None,
        "waiting": waiting,
        "ticked": ticked,
        "key_form": form,
        "reason_form": reason_form,
        "refusal": refusal,
        "not_refused": left,
    }
    is_refused = refusal or left
    return render(request, "desk/sign_several.html", context, status=409 if is_refused else 200)


def _named(
    not_refused: Iterable[NotDone], *, among: Iterable[Waiting]
) -> list[tuple[Line | None, str, object]]:
    """Return title, digest and sentence of each; no title of what no longer waits for this desk."""
    titles = {each.digest: pages.title_of(each.document) for each in among}
    return [
        (titles.get(Digest(each.digest)), each.digest, pages.sentence_for(each.why))
        for each in not_refused
    ]


@editor_required
@require_GET
def several_documents(request: EditorRequest) -> HttpResponse:
    """What waits for this side's key, in one file: to be read and signed on the desk's own machine."""
    content = queries.documents_to_sign(request.account.side_id, today=timezone.now().date())
    if not content:
        raise NotFound
    return reading.as_file(content, name="documents.json")


def _read(digest: str, *, done: str) -> HttpResponse:
    address = reverse("desk:read", args=[digest])
    return redirect(f"{address}?done={done}" if done else address)


def _home(done: str) -> HttpResponse:
    return redirect(f"{reverse('desk:home')}?done={done}")
