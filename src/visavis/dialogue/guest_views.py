"""A guest's own pages: the questions put to them, and what they answer. Each form makes one call."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from visavis.base.answering import after
from visavis.base.languages import interface_language
from visavis.base.missing import NotFound
from visavis.base.refusal import Refused
from visavis.cards import public as cards
from visavis.cards import queries as own_cards
from visavis.pages import addresses
from visavis.people.access import closing_page, participant_required
from visavis.people.http import Participant, ParticipantRequest
from visavis.record.public import charter_in_force
from visavis.record.rules import State
from visavis.signing.charter import Charter

from . import guest_queries, guest_rules, guest_wording, guest_writing, pages, public, rules
from .bodies import AnswerBody
from .guest_forms import GuestForm
from .guest_queries import GuestSeat
from .views import SENTENCES, in_reading_language

SHOWN = frozenset({State.OPEN, State.CLOSED})


@participant_required
@require_safe
def answers(request: ParticipantRequest) -> HttpResponse:
    """Every seat that is this participant's business: invitations, and what they have answered."""
    return _answers(request)


@participant_required
@require_http_methods(["GET", "HEAD", "POST"])
def write(request: ParticipantRequest, item: str) -> HttpResponse:
    """The question, and the form for the answer: the draft, or what waits, is in it."""
    return _write(request, item)


@participant_required
@require_safe
def preview(request: ParticipantRequest, item: str) -> HttpResponse:
    """The draft as readers will see it, and what keeps it from being handed in."""
    return _preview(request, item)


@participant_required
@require_POST
def hand_in(request: ParticipantRequest, item: str) -> HttpResponse:
    guest_queries.seat_of(request.participant, item)
    return after(
        lambda: guest_writing.hand_in(
            request.participant, item, seen=_seen(request), today=_today()
        ),
        then=lambda _: f"{reverse('guests:answers')}?done=handed-in",
        again=lambda refusal: _preview(request, item, refusal=refusal),
        sentences=SENTENCES,
    )


@participant_required
@require_http_methods(["GET", "HEAD", "POST"])
def give_up(request: ParticipantRequest, item: str) -> HttpResponse:
    """Say that the draft would go; then it is gone."""
    guest_queries.seat_of(request.participant, item)
    draft = guest_writing.draft(request.participant, item)
    if draft is None:
        raise NotFound
    return _ask(
        request,
        lambda: guest_writing.give_up(request.participant, item, seen=_seen(request)),
        done="given-up",
        context={
            "item": item,
            "body": draft.body,
            "seen": draft.seen,
            "is_draft": True,
            "is_open": False,
        },
    )


@participant_required
@closing_page
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: ParticipantRequest, item: str) -> HttpResponse:
    """Say what goes and what cannot be undone; then it is gone."""
    answer = guest_queries.seat_of(request.participant, item).answer
    if answer is None:
        raise NotFound
    return _ask(
        request,
        lambda: guest_writing.withdraw(
            request.participant, item, today=_today(), is_urgent=request.POST.get("when") == "now"
        ),
        done="withdrawn",
        context={
            "item": item,
            "body": answer.body,
            "is_open": answer.state in SHOWN,
            "is_draft": False,
        },
    )


def _answers(request: ParticipantRequest, *, refusal: object = None) -> HttpResponse:
    today = _today()
    context = {
        "seats": [
            (seat, _question(seat), guest_writing.why_not_write(seat, today=today) is None)
            for seat in guest_queries.seats_of(request.participant)
        ],
        "public_address": _public_address,
        "refusal": refusal,
        "done": guest_wording.DONE.get(request.GET.get("done", "")),
    }
    return render(request, "dialogue/taking_part/answers.html", context)


def _write(request: ParticipantRequest, item: str) -> HttpResponse:
    participant, charter, today = request.participant, charter_in_force(), _today()
    seat = guest_queries.seat_of(participant, item)
    draft = guest_writing.draft(participant, item)
    is_sent = request.method == "POST"
    kept: AnswerBody | None = draft.body if draft else None
    if kept is None and seat.waiting is not None:
        kept = seat.waiting.body
    form = GuestForm(
        request.POST if is_sent else None,
        languages=charter.languages,
        language=_language(),
        kept=kept,
    )
    refusal: Any = None
    if is_sent and form.is_valid():
        try:
            guest_writing.keep(
                participant,
                item,
                original=form.cleaned_data["original"],
                versions=form.versions(),
                seen=_seen(request),
                today=today,
            )
        except Refused as refused:
            refusal = SENTENCES[refused.reason]
        else:
            return redirect("guests:preview", item)
    why_not = guest_writing.why_not_write(seat, today=today)
    context = {
        **_shown(seat),
        "form": form,
        "seen": draft.seen if draft else "",
        "has_draft": draft is not None,
        "refusal": refusal or (SENTENCES[why_not] if why_not else None),
        "is_taken": why_not is None or is_sent or draft is not None,
    }
    status = 409 if refusal else 422 if form.errors else 200
    return render(request, "dialogue/taking_part/write.html", context, status=status)


def _preview(request: ParticipantRequest, item: str, *, refusal: object = None) -> HttpResponse:
    participant, charter, today = request.participant, charter_in_force(), _today()
    seat = guest_queries.seat_of(participant, item)
    draft = guest_writing.draft(participant, item)
    if draft is None:
        # Handed in by now: a button pressed twice, or a page gone back to.
        return redirect("guests:answers")
    lacks = []
    if seat.asked is not None:
        most = seat.asked.body.word_limit
        lacks = [SENTENCES[e] for e in guest_rules.what_a_guest_lacks(draft.body, word_limit=most)]
    why_not: Any = None
    try:
        guest_writing.prepared(participant, seat, draft, today=today)
    except Refused as refused:
        why_not = refused.reason
    context = {
        **_shown(seat),
        "body": draft.body,
        "versions": public.answer_versions(draft.body),
        "counts": _counts(draft.body),
        "who": _who(participant, charter),
        "seen": draft.seen,
        "lacks": lacks,
        "refusal": refusal
        or (SENTENCES[why_not] if why_not and SENTENCES[why_not] not in lacks else None),
        "can_be_handed_in": why_not is None,
    }
    status = 409 if refusal else 200
    return render(request, "dialogue/taking_part/preview.html", context, status=status)


def _ask(
    request: ParticipantRequest, act: Callable[[], None], *, done: str, context: dict[str, Any]
) -> HttpResponse:
    refusal = None
    if request.method == "POST":
        try:
            act()
        except Refused as refused:
            refusal = SENTENCES[refused.reason]
        else:
            return redirect(f"{reverse('guests:answers')}?done={done}")
    body: AnswerBody = context["body"]
    words = public.answer_versions(body).get(body.original)
    shown = {
        **context,
        "refusal": refusal,
        "title": words.plain[:200] if words else "",
    }
    status = 409 if refusal else 200
    return render(request, "dialogue/taking_part/ask.html", shown, status=status)


def _shown(seat: GuestSeat) -> dict[str, Any]:
    """Return what shows the question above a form: its words, note, word limit and closing day."""
    asked = seat.asked
    words = in_reading_language(asked.body) if asked else ("", "")
    versions = public.question_versions(asked.body.versions) if asked else {}
    return {
        "item": seat.question,
        "seat": seat,
        "asked": asked,
        "question": words,
        "note": versions[words[0]].note if words[0] in versions else "",
    }


def _question(seat: GuestSeat) -> tuple[str, str] | None:
    return in_reading_language(seat.asked.body) if seat.asked else None


def _who(participant: Participant, charter: Charter) -> cards.Byline:
    language, side = _language(), participant.side_id
    found = charter.side(side)
    name = (found.names.get(language) or next(iter(found.names.values()))) if found else side
    body = own_cards.own_card(participant).body
    if body is None:
        return cards.nobody(name)
    return cards.byline_of(body, side=side, charter=charter, name=name, language=language)


def _counts(body: AnswerBody) -> dict[str, int]:
    return {
        code: rules.n_words("\n".join(words.paragraphs), words.proposal, language=code)
        for code, words in body.versions.items()
    }


def _public_address(item: str) -> str:
    """Return where readers find a question, in the language of the page."""
    path = addresses.item(interface_language(_language()), pages.AT, item)
    return addresses.for_machines(path, site_address="")


def _seen(request: HttpRequest) -> str:
    return request.POST.get("seen", "")[:64]


def _language() -> str:
    return get_language() or "en"


def _today() -> date:
    return timezone.now().date()
