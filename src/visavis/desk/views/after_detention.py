"""One page after an editor is detained: which steps are done, and what each costs."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from visavis.desk import after_detention
from visavis.people.access import editor_required
from visavis.people.http import EditorRequest
from visavis.sides import queries as sides


@editor_required
@require_GET
def steps(request: EditorRequest, account_id: str) -> HttpResponse:
    """Show a desk what is left to do after one of its editors is detained."""
    side = request.account.side_id
    found = after_detention.steps(side, account_id, today=timezone.now().date())
    context = {"steps": found, "side": sides.side(side), "Renewal": after_detention.Renewal}
    return render(request, "desk/after_detention.html", context)
