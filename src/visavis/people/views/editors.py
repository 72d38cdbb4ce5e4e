"""A desk's editors: inviting, freezing, removing. Of the other desks, their number."""

from http import HTTPStatus

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from visavis.base.missing import NotFound
from visavis.base.refusal import Refused
from visavis.people import actions, queries, wording
from visavis.people.access import editor_required
from visavis.people.http import EditorRequest
from visavis.people.rules import PeopleRefusal
from visavis.sides import queries as sides


@editor_required
@require_GET
def editors(request: EditorRequest) -> HttpResponse:
    """List one's own desk by name, and every desk by number."""
    return _page(request)


@editor_required
@require_POST
def invite(request: EditorRequest) -> HttpResponse:
    """Show a code for one more editor of one's own desk: here, once, and never again."""
    today = timezone.now().date()
    return _page(request, code=actions.invite(editor=request.account, today=today).reveal())


@editor_required
@require_POST
def withdraw_invitations(request: EditorRequest) -> HttpResponse:
    """Let no invitation of one's own desk count any more."""
    actions.withdraw_invitations(editor=request.account)
    return redirect("people:editors")


@editor_required
@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: EditorRequest, account_id: str) -> HttpResponse:
    """Ask once more, then remove the editor; every session of theirs is gone."""
    other = queries.editor_of(request.account.side_id, account_id=account_id)
    if other is None:
        raise NotFound
    if request.method != "POST":
        return render(request, "people/remove.html", {"editor": other})
    try:
        actions.remove_editor(
            editor=request.account, account_id=account_id, today=timezone.now().date()
        )
    except Refused as refused:
        return _refused(request, refused)
    return redirect("people:editors")


@editor_required
@require_POST
def freeze(request: EditorRequest, account_id: str) -> HttpResponse:
    """Freeze the editor's account at once."""
    try:
        actions.freeze_editor(editor=request.account, account_id=account_id)
    except Refused as refused:
        return _refused(request, refused)
    return redirect("people:editors")


@editor_required
@require_POST
def unfreeze(request: EditorRequest, account_id: str) -> HttpResponse:
    """Let the editor sign in again."""
    try:
        actions.unfreeze_editor(editor=request.account, account_id=account_id)
    except Refused as refused:
        return _refused(request, refused)
    return redirect("people:editors")


def _refused(request: EditorRequest, refused: Refused) -> HttpResponse:
    # Another desk's editor answers exactly as one that never was.
    if refused.reason is PeopleRefusal.NOT_OF_THIS_DESK:
        raise NotFound
    return _page(request, refused=refused)


def _page(
    request: EditorRequest, *, code: str = "", refused: Refused | None = None
) -> HttpResponse:
    today, side = timezone.now().date(), request.account.side_id
    context = {
        "editors": queries.editors_of(side),
        "n_invitations": queries.n_invitations(side, today=today),
        "names": sides.names(request.LANGUAGE_CODE),
        "sizes": queries.desk_sizes(),
        "news": queries.desk_news(today),
        "code": code,
        "refusal": wording.REFUSALS[refused.reason] if refused else None,
    }
    status = HTTPStatus.CONFLICT if refused else HTTPStatus.OK
    return render(request, "people/editors.html", context, status=status)
