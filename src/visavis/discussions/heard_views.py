"""The heard gate for those who take part: to restate, and to answer what somebody has understood.

Each form makes one call. What is not for this person, and what is not there, are the same 404.
"""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_safe

from visavis.base.missing import NotFound
from visavis.base.refusal import Refused
from visavis.cards import wording as cards
from visavis.people.access import closing_page, participant_required
from visavis.people.http import ParticipantRequest
from visavis.record.public import charter_in_force
from visavis.record.wording import REFUSALS as RECORD_REFUSALS
from visavis.signing.charter import Charter
from visavis.signing.document import Document

from . import bodies, heard, heard_queries, heard_rules, heard_wording, previews, queries, wording
from .heard_forms import HearingForm, RestatingForm
from .heard_queries import Restated

SENTENCES = {**RECORD_REFUSALS, **cards.REFUSALS, **wording.REFUSALS, **heard_wording.REFUSALS}


@participant_required
@require_http_methods(["GET", "HEAD", "POST"])
def restate(request: ParticipantRequest, item: str) -> HttpResponse:
    """Where the restatement of a contribution is, and a form as long as it can be written."""
    participant, charter = request.participant, charter_in_force()
    of = queries.open_contribution(item)
    if of is None:
        raise NotFound
    of_body = bodies.CONTRIBUTION.of(of)
    today, language = timezone.now().date(), get_language() or "en"
    found = heard_queries.own_of(participant.card, item)
    is_sent = request.method == "POST"
    form = RestatingForm(
        request.POST if is_sent else None,
        languages=charter.languages,
        asked=languages_of(of_body.original, of, charter),
        language=language,
    )
    refusal: Any = None
    if is_sent and form.is_valid():
        try:
            heard.restate(participant, contribution=item, today=today, **form.words())
        except Refused as refused:
            refusal = SENTENCES[refused.reason]
        else:
            return redirect(reverse("writing:restate", args=[item]))
    has_passed = found is not None and found.has_passed(today)
    context = {
        "form": form,
        "found": found,
        "has_passed": has_passed,
        # What was typed is given back too, where another window was first.
        "can_write": found is None
        or refusal is not None
        or (
            not has_passed
            and found.correction is not None
            and found.body.round < heard_rules.ROUNDS
        ),
        "answered": previews.said_in_public(of, charter=charter, language=language, level=3),
        "reply": f"{reverse('writing:write', args=[of.made_from[0].id])}?to={item}",
        "refusal": refusal,
    }
    status = 409 if refusal else 422 if is_sent and form.errors else 200
    return render(request, "discussions/taking_part/restate.html", context, status=status)


@participant_required
@closing_page
@require_http_methods(["GET", "HEAD", "POST"])
def take_back(request: ParticipantRequest, item: str) -> HttpResponse:
    """Say what goes; then the restatement is gone."""
    participant = request.participant
    found = heard_queries.own_of(participant.card, item)
    if found is None:
        raise NotFound
    refusal: Any = None
    if request.method == "POST":
        try:
            heard.take_back(participant, item, today=timezone.now().date())
        except Refused as refused:
            refusal = SENTENCES[refused.reason]
        else:
            return redirect(f"{reverse('writing:heard')}?done=withdrawn")
    context = {"found": found, "refusal": refusal}
    status = 409 if refusal else 200
    return render(request, "discussions/taking_part/take_back.html", context, status=status)


@participant_required
@require_safe
def all_heard(request: ParticipantRequest) -> HttpResponse:
    """What others have understood of this person's words and ask about, and what was restated here."""
    card = request.participant.card
    context = {
        "public_address": previews.public_address,
        "asked": heard_queries.asked_of(card),
        "own": heard_queries.own(card),
        "today": timezone.now().date(),
        "done": heard_wording.DONE.get(request.GET.get("done", "")),
    }
    return render(request, "discussions/taking_part/heard.html", context)


@participant_required
@require_http_methods(["GET", "HEAD", "POST"])
def hear(request: ParticipantRequest, item: str) -> HttpResponse:
    """What somebody has understood, beside what was said; a yes, or one correction."""
    participant, charter = request.participant, charter_in_force()
    found = heard_queries.waiting(item)
    if found is None or found.of_body.card != participant.card:
        raise NotFound
    language, is_sent = get_language() or "en", request.method == "POST"
    form = hearing_form(request.POST if is_sent else None, found, charter, language)
    refusal: Any = None
    if is_sent and form.is_valid():
        try:
            heard.hear(participant, restatement=item, today=timezone.now().date(), **form.words())
        except Refused as refused:
            refusal = SENTENCES[refused.reason]
        else:
            return redirect(f"{reverse('writing:heard')}?done=answered")
    context = {
        "form": form,
        "found": found,
        "said": previews.said_in_public(found.of, charter=charter, language=language, level=3),
        "refusal": refusal,
    }
    status = 409 if refusal else 422 if is_sent and form.errors else 200
    return render(request, "discussions/taking_part/hear.html", context, status=status)


def hearing_form(data: Any, found: Restated, charter: Charter, language: str) -> HearingForm:
    """Return the form of an answer, with a correction in the first round."""
    return HearingForm(
        data,
        languages=charter.languages,
        language=language,
        may_correct=found.body.round < heard_rules.ROUNDS,
    )


def languages_of(original: str, of: Document, charter: Charter) -> list[str]:
    """Return the languages of the person who is asked, that of their words first."""
    side = charter.side(of.side or "")
    return list(dict.fromkeys([original, *(side.languages if side else ())]))
