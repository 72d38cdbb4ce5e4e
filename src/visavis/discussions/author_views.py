"""What a participant writes: discussions that take their words, a form, a preview, and all of their own.

Each form makes one call. Another's words and none are the same 404.
"""

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
from visavis.base.languages import number_in
from visavis.base.missing import NotFound
from visavis.base.refusal import Refused
from visavis.base.text import count_words
from visavis.cards import wording as cards
from visavis.cards.rules import Role
from visavis.people.access import closing_page, participant_required
from visavis.people.http import ParticipantRequest
from visavis.record.public import charter_in_force
from visavis.record.rules import State
from visavis.record.wording import REFUSALS as RECORD_REFUSALS
from visavis.signing.charter import Charter

from . import (
    deciding,
    heard_queries,
    heard_wording,
    invited,
    news,
    own_words,
    previews,
    public,
    queries,
    reading,
    rules,
    units,
    wording,
    writing,
)
from .author_forms import WritingForm
from .bodies import DiscussionBody
from .own_words import OwnDraft, OwnText
from .pages import Said
from .rules import DiscussionRefusal

SENTENCES = {
    **RECORD_REFUSALS,
    **cards.REFUSALS,
    **wording.REFUSALS,
    **heard_wording.REFUSALS,
}


@participant_required
@require_safe
def discussions(request: ParticipantRequest) -> HttpResponse:
    """The open discussions in which somebody of this role may write, with what still counts today.

    Below them the others: of each this person chooses whether they see what is new.
    """
    places = invited.places(request.participant, today=_today())
    taken = {each.id for each in places}
    context = {
        "public_address": previews.public_address,
        "places": places,
        "others": [
            (document.id, body)
            for document, body in queries.open_discussions()
            if document.id not in taken
        ],
        "chosen": news.chosen(request.participant),
        "title_of": lambda body: reading.title_of_discussion(body, _language()),
        "until": lambda body: wording.until(body.until, _language()),
    }
    return render(request, "discussions/taking_part/discussions.html", context)


@participant_required
@require_http_methods(["GET", "HEAD", "POST"])
def write(request: ParticipantRequest, item: str) -> HttpResponse:
    """A form for new words, below the house rules; what is typed becomes a draft."""
    _source, terms = queries.open_discussion(item)
    to = request.GET.get("to", "")
    if to and request.method != "POST" and _is_at_gate(request, to, terms):
        return redirect("writing:restate", to)
    draft = OwnDraft(discussion=item, answers=to or None, of="", original="", text="")
    return _form(
        request, draft, terms=terms, is_first=own_words.is_first_in(request.participant, item)
    )


@participant_required
@require_http_methods(["GET", "HEAD", "POST"])
def draft(request: ParticipantRequest, slot: int) -> HttpResponse:
    """The form of a draft; what another window has written meanwhile is not written over."""
    found = own_words.draft(request.participant, slot)
    if found is None:
        raise NotFound
    return _form(request, found, terms=_terms(found.discussion))


@participant_required
@require_safe
def preview(request: ParticipantRequest, slot: int) -> HttpResponse:
    """The draft as readers will see it, and what keeps it from being handed in."""
    return _preview(request, slot)


@participant_required
@require_POST
def hand_in(request: ParticipantRequest, slot: int) -> HttpResponse:
    return after(
        lambda: writing.hand_in(request.participant, slot, seen=_seen(request), today=_today()),
        then=lambda _: f"{reverse('writing:words')}?done=handed-in",
        again=lambda refusal: _preview(request, slot, refusal=refusal),
        sentences=SENTENCES,
    )


@participant_required
@require_http_methods(["GET", "HEAD", "POST"])
def give_up(request: ParticipantRequest, slot: int) -> HttpResponse:
    """Say what would go; then the draft is gone."""
    found = own_words.draft_for(request.participant, slot)
    context = {
        "draft": found,
        "title": _first_words(found.text),
        "n": number_in(count_words(found.text, found.original), language=_language()),
    }
    return _ask(
        request,
        lambda: writing.give_up(request.participant, slot, seen=_seen(request)),
        done="given-up",
        template="discussions/taking_part/give_up.html",
        context=context,
    )


@participant_required
@require_safe
def words(request: ParticipantRequest) -> HttpResponse:
    """All that is this participant's own: drafts, what waits, what is open, what was not opened."""
    return _words(request)


@participant_required
@require_POST
def change(request: ParticipantRequest, item: str) -> HttpResponse:
    return _to_draft(request, lambda: writing.change(request.participant, item, today=_today()))


@participant_required
@require_POST
def take_up(request: ParticipantRequest, digest: str) -> HttpResponse:
    return _to_draft(request, lambda: writing.take_up(request.participant, digest, today=_today()))


@participant_required
@closing_page
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: ParticipantRequest, item: str) -> HttpResponse:
    """Say what goes, what stays and what cannot be undone; then it is gone."""
    found = own_words.versions_for(request.participant, item)
    shown = found.open or found.never_open[0]
    was_shown = shown.state in {State.OPEN, State.CLOSED}
    context = {"is_open": was_shown, "title": _title(shown)}
    return _ask(
        request,
        lambda: writing.withdraw(
            request.participant, item, today=_today(), is_urgent=request.POST.get("when") == "now"
        ),
        done="withdrawn",
        template="discussions/taking_part/withdraw.html",
        context=context,
    )


def _form(
    request: ParticipantRequest,
    draft: OwnDraft,
    *,
    terms: DiscussionBody | None,
    is_first: bool = False,
) -> HttpResponse:
    charter, today = charter_in_force(), _today()
    is_sent = request.method == "POST"
    form = WritingForm(
        request.POST if is_sent else None,
        languages=charter.languages,
        language=_language(),
        is_first=is_first,
        kept=draft if draft.slot >= 0 else None,
    )
    answered = _answered(draft, charter, level=3)
    refusal: Any = None
    if is_sent and form.is_valid():
        typed = OwnDraft(
            discussion=draft.discussion,
            answers=draft.answers,
            of=draft.of,
            original=form.cleaned_data["original"],
            text=form.cleaned_data["text"],
            slot=draft.slot,
        )
        try:
            kept = writing.keep(request.participant, typed, seen=_seen(request), today=today)
        except Refused as refused:
            refusal = SENTENCES[refused.reason]
        else:
            beside = "?done=beside" if kept.is_beside_other else ""
            return redirect(f"{reverse('writing:preview', args=[kept.slot])}{beside}")
    why_not = _why_not_write(request, draft, terms, answered, today=today)
    context = {
        "form": form,
        "draft": draft,
        "seen": _seen(request) if is_sent else draft.seen,
        "refusal": refusal or (SENTENCES[why_not] if why_not else None),
        "is_taken": why_not is None or is_sent or draft.slot >= 0,
        "is_first": is_first,
        "answered": answered,
        "restated": _restated(request, draft),
        **_discussion(draft.discussion, terms),
    }
    status = 409 if refusal else 422 if form.errors else 200
    return render(request, "discussions/taking_part/write.html", context, status=status)


def _is_at_gate(request: ParticipantRequest, to: str, terms: DiscussionBody) -> bool:
    """Return whether a restatement must pass before this person replies to an open contribution."""
    answered = queries.open_contribution(to)
    if answered is None:
        return False
    side, card = request.participant.side_id, request.participant.card
    try:
        heard_queries.through_gate(
            side=side, card=card, answered=answered, has_gate=terms.has_gate, today=_today()
        )
    except Refused:
        return True
    return False


def _why_not_write(
    request: ParticipantRequest,
    draft: OwnDraft,
    terms: DiscussionBody | None,
    answered: Said | None,
    *,
    today: date,
) -> DiscussionRefusal | None:
    """Return why words would not be taken, however they read, or None: said before they are written."""
    if terms is None:
        return DiscussionRefusal.NOT_OPEN
    if draft.answers and answered is None:
        return DiscussionRefusal.NOT_WHAT_IT_ANSWERS
    return rules.why_not_contribute(terms, role=Role(request.participant.role), on=today)


def _preview(request: ParticipantRequest, slot: int, *, refusal: object = None) -> HttpResponse:
    participant, charter, today = request.participant, charter_in_force(), _today()
    found = own_words.draft_for(participant, slot)
    terms = _terms(found.discussion)
    why_not = None
    try:
        writing.prepared(participant, found, today=today)
    except Refused as refused:
        why_not = refused.reason
    try:
        paragraphs = units.units_of(found.text)
    except ValueError:  # said by `prepared` in words
        paragraphs = ()
    answered = _answered(found, charter, level=2)
    language = _language()
    context = {
        "draft": found,
        "said": previews.said(
            paragraphs,
            side=participant.side_id,
            card=previews.own_card(participant),
            original=found.original,
            charter=charter,
            language=language,
            day=today,
            answered=answered,
        ),
        "answered": answered,
        "restated": _restated(request, found),
        "n": number_in(count_words(found.text, found.original), language=language),
        "most": number_in(terms.word_limit, language=language) if terms else "",
        "refusal": refusal or (SENTENCES[why_not] if why_not else None),
        "can_be_handed_in": why_not is None,
        "lacks_card": why_not is DiscussionRefusal.NO_DRAFT_OF_CARD,
        "is_beside_other": request.GET.get("done") == "beside",
        **_discussion(found.discussion, terms),
    }
    status = 409 if refusal else 200
    return render(request, "discussions/taking_part/preview.html", context, status=status)


def _words(request: ParticipantRequest, *, refusal: object = None) -> HttpResponse:
    participant = request.participant
    page = request.GET.get("page", "")
    number = max(1, int(page)) if page.isascii() and page.isdigit() and len(page) < 7 else 1
    drafts = own_words.drafts(participant)
    never_open = own_words.never_open(participant)
    opened, has_more = own_words.opened(participant, page=number)
    places = {each.discussion for each in drafts} | {e.discussion for e in (*never_open, *opened)}
    titles = queries.titles_of(places, language=_language())
    by_state = own_words.by_state(never_open)
    context = {
        "drafts": [(each, _first_words(each.text)) for each in drafts],
        **{name: [(each, _title(each)) for each in some] for name, some in by_state.items()},
        "opened": [(each, _title(each)) for each in opened],
        "titles": titles,
        "public_address": previews.public_address,
        "why_not_opened": deciding.why_not_opened(
            participant, [each.document.digest for each in by_state["refused"]]
        ),
        "WHY_NOT_OPENED": wording.WHY_NOT_OPENED,
        "page": number,
        "has_more": has_more,
        "refusal": refusal,
        "done": wording.DONE.get(request.GET.get("done", "")),
    }
    status = 409 if refusal else 200
    return render(request, "discussions/taking_part/words.html", context, status=status)


def _to_draft(request: ParticipantRequest, act: Callable[[], object]) -> HttpResponse:
    return after(
        act,
        then=lambda slot: reverse("writing:draft", args=[slot]),
        again=lambda refusal: _words(request, refusal=refusal),
        sentences=SENTENCES,
    )


def _ask(
    request: ParticipantRequest,
    act: Callable[[], object],
    *,
    done: str,
    template: str,
    context: dict[str, Any],
) -> HttpResponse:
    refusal = None
    if request.method == "POST":
        try:
            act()
        except Refused as refused:
            refusal = SENTENCES[refused.reason]
        else:
            return redirect(f"{reverse('writing:words')}?done={done}")
    shown = {**context, "refusal": refusal}
    return render(request, template, shown, status=409 if refusal else 200)


def _discussion(item: str, terms: DiscussionBody | None) -> dict[str, Any]:
    """Return what shows a discussion above a form: its title, house rules and terms."""
    language = _language()
    if terms is None:
        return {"discussion": item, "words": None}
    code = language if language in terms.versions else next(iter(terms.versions))
    versions = public.discussion_versions({code: terms.versions[code]})
    return {
        "discussion": item,
        "words": versions[code],
        "code": code,
        "terms": wording.terms_of(terms, language),
    }


def _answered(draft: OwnDraft, charter: Charter, *, level: int) -> Said | None:
    """Return what the draft answers as readers see it, where that is open in this discussion."""
    document = queries.open_contribution(draft.answers) if draft.answers else None
    if document is None or not rules.is_of(document, draft.discussion):
        return None
    return previews.said_in_public(document, charter=charter, language=_language(), level=level)


def _restated(request: ParticipantRequest, draft: OwnDraft) -> public.Restated | None:
    """Return what this person has restated of what the draft answers."""
    card = request.participant.card
    found = heard_queries.own_of(card, draft.answers) if draft.answers else None
    return public.Restated(found.body.words, found.yes is not None) if found else None


def _terms(discussion: str) -> DiscussionBody | None:
    try:
        return queries.open_discussion(discussion)[1]
    except NotFound:
        return None


def _title(text: OwnText) -> str:
    return reading.title_of_contribution(text.body, _language()).text


def _first_words(text: str) -> str:
    return reading.first_words("\n".join(line.lstrip("> ") for line in text.splitlines()))


def _seen(request: HttpRequest) -> str:
    return request.POST.get("seen", "")[:64]


def _language() -> str:
    return get_language() or "en"


def _today() -> date:
    return timezone.now().date()
