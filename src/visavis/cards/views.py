"""A participant's card, and the lists that a desk leaves out. Each form makes one call."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods

from visavis.base.refusal import Refused
from visavis.people.access import closing_page, editor_required, participant_required
from visavis.people.http import EditorRequest, ParticipantRequest
from visavis.record.wording import REFUSALS as RECORD_REFUSALS
from visavis.signing.charter import Charter

from . import actions, public, queries, rules, wording
from .bodies import CardBody
from .forms import CardForm, LeftOutForm
from .queries import CardState
from .rules import CardRefusal, CueList, Rarity, Role

SENTENCES = {**RECORD_REFUSALS, **wording.REFUSALS}


@participant_required
@require_http_methods(["GET", "POST"])
def card(request: ParticipantRequest) -> HttpResponse:
    """The form of the card while it is a draft; the card itself once it is handed in."""
    participant, today = request.participant, timezone.now().date()
    own = queries.own_card(participant)
    if own.state is not CardState.NOT_THERE:
        return _own(request, own, is_refused=request.method == "POST")
    try:
        charter = actions.charter_of(today)
    except Refused as refused:
        return _form(request, None, refusal=SENTENCES[refused.reason])
    kept = actions.drafted(participant) or own.body
    form = CardForm(
        request.POST if request.method == "POST" else None,
        languages=public.languages_of_sides(charter),
        left_out=queries.left_out(participant.side_id),
        kept=kept,
    )
    if request.method == "GET" or not form.is_valid():
        return _form(request, form)
    try:
        actions.keep_draft(participant, pen_name=form.pen_name(), cues=form.picked(), today=today)
    except actions.RefusedNamesError as refused:
        form.refuse(refused.by_language)
        return _form(request, form)
    except Refused as refused:
        return _form(request, form, refusal=SENTENCES[refused.reason])
    return redirect("cards:preview")


@participant_required
@require_http_methods(["GET", "POST"])
def preview(request: ParticipantRequest) -> HttpResponse:
    """The draft as readers will see it, and how many people it fits; a form leaves cues out."""
    participant, today = request.participant, timezone.now().date()
    body = actions.drafted(participant)
    if body is None:
        return redirect("cards:card")
    try:
        charter = actions.charter_of(today)
        if request.method == "POST":
            left = [each for each in CueList if each.value in request.POST.getlist("without")]
            actions.show_without(participant, left=left, today=today)
            return redirect("cards:preview")
    except Refused as refused:
        return _preview(request, body, refusal=SENTENCES[refused.reason])
    return _preview(request, body, charter=charter)


@participant_required
@closing_page
@require_http_methods(["GET", "POST"])
def close(request: ParticipantRequest) -> HttpResponse:
    """Say what goes with the card; then take it from every page, by its author's own key."""
    own = queries.own_card(request.participant)
    refusal = None
    if request.method == "POST":
        try:
            actions.close_card(
                request.participant,
                today=timezone.now().date(),
                is_urgent=request.POST.get("when") == "now",
            )
            return redirect(f"{reverse('cards:card')}?done=closed")
        except Refused as refused:
            refusal = SENTENCES[refused.reason]
    if refusal is None and not own.is_there:
        return redirect("cards:card")
    context = {"refusal": refusal, "is_open": own.state is CardState.OPEN}
    return render(request, "cards/close.html", context, status=409 if refusal else 200)


@editor_required
@require_http_methods(["GET", "POST"])
def lists(request: EditorRequest) -> HttpResponse:
    """The lists of cues for which the cards of this side ask."""
    side = request.account.side_id
    left_out = queries.left_out(side)
    asked = [each.value for each in CueList if each not in left_out]
    form = LeftOutForm(request.POST if request.method == "POST" else None, initial={"asked": asked})
    if request.method == "POST" and form.is_valid():
        actions.leave_out(side=side, lists=form.left_out())
        return redirect(f"{reverse('desk_cards:lists')}?done=kept")
    context = {
        "form": form,
        "is_done": request.GET.get("done") == "kept",
        "examples": {of.value: _examples(of) for of in CueList},
    }
    return render(request, "cards/lists.html", context, status=422 if form.errors else 200)


def _form(
    request: ParticipantRequest, form: CardForm | None, *, refusal: object = None
) -> HttpResponse:
    context = {
        "form": form,
        "refusal": refusal,
        "role": wording.ROLES_OF_ONE[Role(request.participant.role)],
    }
    status = 409 if refusal and request.method == "POST" else 422 if form and form.errors else 200
    return render(request, "cards/card.html", context, status=status)


def _preview(
    request: ParticipantRequest,
    body: CardBody,
    *,
    charter: Charter | None = None,
    refusal: object = None,
) -> HttpResponse:
    context: dict[str, Any] = {"refusal": refusal, "bylines": [], "few": rules.FEW, "rare": None}
    if charter is not None:
        context["bylines"] = _bylines(body, request.participant.side_id, charter)
        context["rare"] = _rare(body, request, charter)
    return render(request, "cards/preview.html", context, status=409 if refusal else 200)


def _own(
    request: ParticipantRequest, own: queries.OwnCard, *, is_refused: bool = False
) -> HttpResponse:
    side = request.participant.side_id
    charter = actions.charter_of(timezone.now().date())
    shown = _bylines(own.body, side, charter)[:1] if own.body else []
    context = {
        "state": own.state.value,
        "bylines": shown,
        "sentence": wording.participant_of(_side_name(side, charter)),
        "is_done": request.GET.get("done") == "closed",
        "refusal": SENTENCES[CardRefusal.HAS_CARD] if is_refused else None,
    }
    return render(request, "cards/own.html", context, status=409 if is_refused else 200)


def _bylines(body: CardBody, side: str, charter: Charter) -> list[tuple[str, public.Byline]]:
    """Return the byline as it is in each language in which the page can speak, the page's own first."""
    here = get_language() or "en"
    spoken = [here, *(each for each in public.languages_of_sides(charter) if each != here)]
    found = []
    for code in spoken:
        with translation.override(code):
            name = _side_name(side, charter)
            found.append(
                (
                    code,
                    public.byline_of(body, side=side, charter=charter, name=name, language=code),
                )
            )
    return found


def _side_name(code: str, charter: Charter) -> str:
    side = charter.side(code)
    if side is None:
        return code
    return side.names.get(get_language() or "en") or next(iter(side.names.values()))


def _rare(
    body: CardBody, request: ParticipantRequest, charter: Charter
) -> list[tuple[str, object]] | None:
    """Return the lists that had better be left out, where fewer than `rules.FEW` people fit the card."""
    others = queries.shown(charter, but_for=request.participant.card).profiles
    found: Rarity | None = rules.rarity(body.profile(request.participant.side_id), among=others)
    if found is None:
        return None
    return [(each, wording.LISTS[CueList(each)]) for each in found.without]


def _examples(of: CueList) -> str:
    language = get_language() or "en"
    picks = rules.READ if of is CueList.READS else [cue.value for cue in wording.CUES[of]]
    return " · ".join(wording.cue_label(of, each, language=language) for each in picks)
