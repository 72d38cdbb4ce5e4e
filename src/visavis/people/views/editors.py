"""A desk's editors: inviting, removing, letting read. Of the other desks, their number."""

from collections.abc import Callable
from datetime import date
from http import HTTPStatus
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from visavis.base.missing import NotFound
from visavis.base.refusal import Refused
from visavis.people import actions, home, queries, wording
from visavis.people.access import account_required
from visavis.people.forms import key_given
from visavis.people.http import EditorRequest
from visavis.people.rules import PeopleRefusal, counts_from
from visavis.sides import queries as sides
from visavis.signing.desk_statements import DeskAct, Statement

from .own_editors import own_editor, sentence


@account_required
@require_GET
def editors(request: EditorRequest) -> HttpResponse:
    """List one's own desk by name, and every desk by number."""
    return _page(request)


@account_required
@require_POST
def invite(request: EditorRequest) -> HttpResponse:
    """Show a code for one more editor of one's own desk: here, once, and never again."""
    today, given = timezone.now().date(), key_given(request)
    try:
        code = actions.invite(editor=request.account, today=today, given=given)
    except Refused as refused:
        return _page(request, refused=refused)
    return _page(request, code=code.reveal(), counts_from=counts_from(today, with_key=bool(given)))


@account_required
@require_http_methods(["GET", "HEAD", "POST"])
def let_count(request: EditorRequest, code_hash: str) -> HttpResponse:
    """Let an open invitation count at once, with the side's key."""
    today, side = timezone.now().date(), request.account.side_id
    invitation = queries.invitation_of(side, code_hash=code_hash, today=today)
    if invitation is None or invitation.counts_from <= today:
        raise NotFound
    refusal = None
    if request.method == "POST":
        try:
            given = key_given(request)
            if given is None:
                raise Refused(PeopleRefusal.KEY_NEEDED)
            actions.let_count(editor=request.account, code_hash=code_hash, given=given, today=today)
        except Refused as refused:
            refusal = wording.REFUSALS[refused.reason]
        else:
            return redirect("people:editors")
    context = {
        "invitation": invitation,
        "side": sides.side(side),
        "statement": reverse("people:statement-about-code", args=[code_hash]),
    }
    return _asked(request, "people/let_count.html", context, refusal)


@account_required
@require_GET
def statement_about_code(request: EditorRequest, code_hash: str) -> HttpResponse:
    """Hand out what the side signs on a machine of its own to let an invitation count."""
    return _statement(
        lambda today: actions.statement_about_code(request.account, code_hash, today=today)
    )


@account_required
@require_GET
def statement(request: EditorRequest, account_id: str, act: str) -> HttpResponse:
    """Hand out what the side signs on a machine of its own about an editor."""
    if act != DeskAct.REMOVE:
        raise NotFound
    return _statement(
        lambda today: actions.statement_about(
            request.account, account_id, act=DeskAct(act), today=today
        )
    )


@account_required
@require_POST
def withdraw_invitations(request: EditorRequest) -> HttpResponse:
    """Let no invitation of one's own desk count any more."""
    actions.withdraw_invitations(editor=request.account)
    return redirect("people:editors")


@account_required
@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: EditorRequest, account_id: str) -> HttpResponse:
    """Remove the editor at once with the side's key; without it after days that the whole desk sees."""
    other, today = own_editor(request, account_id), timezone.now().date()
    is_done, refusal = _done(request, actions.remove_editor, account_id, today=today)
    if is_done:
        return redirect("people:editors")
    context = {
        "editor": other,
        "day": counts_from(today, with_key=False),
        "side": sides.side(other.side_id),
        "statement": reverse("people:statement", args=[account_id, "remove"]),
    }
    return _asked(request, "people/remove.html", context, refusal)


@account_required
@require_POST
def keep(request: EditorRequest, account_id: str) -> HttpResponse:
    """Stop the removal of an editor of one's own desk."""
    own_editor(request, account_id)
    actions.keep_editor(editor=request.account, account_id=account_id)
    return redirect("people:editors")


@account_required
@require_POST
def let_read(request: EditorRequest, account_id: str) -> HttpResponse:
    """Hand the desk's reading key to an editor of one's own desk."""
    try:
        actions.let_read(editor=request.account, account_id=account_id)
    except Refused as refused:
        return _refused(request, refused)
    return redirect("people:editors")


def _done(
    request: EditorRequest, act: Callable[..., object], account_id: str, *, today: date
) -> tuple[bool, Promise | None]:
    """Do what a form asks with the key that it brings; return whether it is done, else why not, if asked."""
    if request.method != "POST":
        return False, None
    try:
        act(editor=request.account, account_id=account_id, today=today, given=key_given(request))
    except Refused as refused:
        return False, sentence(refused)
    return True, None


def _refused(request: EditorRequest, refused: Refused) -> HttpResponse:
    sentence(refused)
    return _page(request, refused=refused)


def _asked(
    request: EditorRequest, template: str, context: dict[str, Any], refusal: Promise | None
) -> HttpResponse:
    status = HTTPStatus.CONFLICT if refusal else HTTPStatus.OK
    return render(request, template, context | {"refusal": refusal}, status=status)


def _statement(made: Callable[[date], Statement]) -> HttpResponse:
    try:
        file = made(timezone.now().date()).data
    except Refused as refused:
        raise NotFound from refused
    response = HttpResponse(file, content_type="application/json")
    response["Content-Disposition"] = 'attachment; filename="statement.json"'
    return response


def _page(
    request: EditorRequest,
    *,
    code: str = "",
    counts_from: date | None = None,
    refused: Refused | None = None,
) -> HttpResponse:
    today, side = timezone.now().date(), request.account.side_id
    editors = queries.editors_of(side)
    reads_alone = request.account.can_read and sum(each.can_read for each in editors) == 1
    context = {
        "editors": editors,
        "steps_address": home.steps_address,
        "reads_alone": wording.READS_ALONE if reads_alone else None,
        "invitations": queries.invitations(side, today=today),
        "side": sides.side(side),
        "today": today,
        "names": sides.names(request.LANGUAGE_CODE),
        "sizes": queries.desk_sizes(),
        "news": queries.desk_news(today),
        "code": code,
        "counts_from": counts_from,
        "refusal": wording.REFUSALS[refused.reason] if refused else None,
    }
    status = HTTPStatus.CONFLICT if refused else HTTPStatus.OK
    return render(request, "people/editors.html", context, status=status)
