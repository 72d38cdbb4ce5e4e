"""A desk's discussions. Each page asks once, each form makes one call."""

from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from visavis.base.answering import Loss, after, ask_first, keep_merged, seen_in, unless_proposed
from visavis.base.finding import MOST_LOOKED_AT, LookedFor
from visavis.base.merging import in_form
from visavis.base.missing import NotFound
from visavis.base.text import count_words
from visavis.kinds.installed import installed
from visavis.people.access import editor_required
from visavis.people.http import EditorRequest
from visavis.record.public import current_charter
from visavis.record.queries import Draft, own_proposal
from visavis.record.wording import REFUSALS as RECORD_REFUSALS
from visavis.signing.charter import Charter

from . import actions, parity, previews, public, queries, reading, rules, wording
from .bodies import DiscussionBody
from .forms import DiscussionForm

SENTENCES = {**RECORD_REFUSALS, **wording.REFUSALS}


@editor_required
@require_GET
def discussions(request: EditorRequest) -> HttpResponse:
    """Every discussion that is open or under review, and this desk's drafts."""
    return _discussions(request)


@editor_required
@require_http_methods(["GET", "POST"])
def new(request: EditorRequest) -> HttpResponse:
    return _form(request, item="")


@editor_required
@require_http_methods(["GET", "POST"])
def draft(request: EditorRequest, item: str) -> HttpResponse:
    return _form(request, item=item)


@editor_required
@require_GET
def preview(request: EditorRequest, item: str) -> HttpResponse:
    return unless_proposed(
        lambda: _preview(request, item),
        proposal=lambda: own_proposal(request.account.side_id, item),
    )


@editor_required
@require_POST
def propose(request: EditorRequest, item: str) -> HttpResponse:
    return unless_proposed(
        lambda: _act(
            lambda: actions.propose(
                side=request.account.side_id,
                item=item,
                seen=seen_in(request),
                today=timezone.now().date(),
            ),
            then=lambda digest: f"{reverse('desk:read', args=[digest])}?done=proposed",
            again=lambda refusal: _preview(request, item, refusal=refusal),
        ),
        proposal=lambda: own_proposal(request.account.side_id, item),
    )


@editor_required
@require_http_methods(["GET", "POST"])
def give_up(request: EditorRequest, item: str) -> HttpResponse:
    """Say what would go with the draft; with what was seen, give it up."""
    side = request.account.side_id
    kept = queries.draft_for(side, item)
    body = actions.drafted(kept)
    return ask_first(
        request,
        lambda seen: actions.give_up(side=side, item=item, seen=seen),
        then=lambda _: reverse("discussions:all"),
        sentences=SENTENCES,
        loss=Loss(
            heading=gettext("Give up this draft?"),
            act=gettext("Give up this draft"),
            back=reverse("discussions:draft", args=[item]),
            seen=kept.seen,
            title=reading.title_of_discussion(body, get_language() or "en"),
            counts=[
                (language, sum(count_words(each, language) for each in said))
                for language, said in reading.words_of_discussion(body).items()
            ],
        ),
    )


@editor_required
@require_POST
def draft_again(request: EditorRequest, digest: str) -> HttpResponse:
    item = actions.draft_again(
        side=request.account.side_id, digest=digest, today=timezone.now().date()
    )
    return redirect("discussions:draft", item)


@editor_required
@require_GET
def discussion(request: EditorRequest, item: str) -> HttpResponse:
    """One discussion: its words and its terms in every language, and what this desk can do."""
    return _discussion(request, item)


@editor_required
@require_POST
def change(request: EditorRequest, item: str) -> HttpResponse:
    return _act(
        lambda: actions.change(
            side=request.account.side_id, item=item, today=timezone.now().date()
        ),
        then=lambda kept: reverse("discussions:draft", args=[kept]),
        again=lambda refusal: _discussion(request, item, refusal=refusal),
    )


def _act(
    act: Callable[[], object],
    *,
    then: Callable[[object], str],
    again: Callable[[Any], HttpResponse],
) -> HttpResponse:
    return after(act, then=then, again=again, sentences=SENTENCES)


def _discussions(request: EditorRequest) -> HttpResponse:
    language = get_language() or "en"
    charter, today = current_charter(), timezone.now().date()
    words = LookedFor(request.GET.get("words", ""))
    most = MOST_LOOKED_AT if words else queries.MOST_LISTED
    listed = queries.discussions_for_desks(most=most)
    found = [each for each in listed if _has_words(words, each.body)]
    context = {
        "has_charter": charter is not None,
        "words": words,
        "has_more": len(listed) == most,
        "n_looked_at": most,
        "drafts": [
            (kept, reading.title_of_discussion(body, language))
            for kept in queries.drafts(request.account.side_id)
            if _has_words(words, body := actions.drafted(kept))
        ],
        "discussions": [(each, reading.title_of_discussion(each.body, language)) for each in found],
        "parity": parity.parity_of(
            {each.id: each.body for each in found if each.is_open},
            side=request.account.side_id,
            sides=charter.side_codes,
            today=today,
        )
        if charter
        else {},
        "most_counted": parity.MOST_COUNTED,
        "side_names": _side_names(charter) if charter else {},
        "title_of": lambda document: installed().title_of(document, language=language),
        "public_address": previews.public_address,
    }
    return render(request, "discussions/discussions.html", context)


def _has_words(words: LookedFor, body: DiscussionBody) -> bool:
    return words.is_in(*(each.title for each in body.versions.values()))


def _side_names(charter: Charter) -> Mapping[str, str]:
    language = get_language() or "en"
    return {
        each.code: str(each.names.get(language) or each.names[each.languages[0]])
        for each in charter.sides
    }


def _form(request: EditorRequest, *, item: str) -> HttpResponse:
    side, today = request.account.side_id, timezone.now().date()
    if item:
        queries.draft_for(side, item)
    charter = current_charter()
    if charter is None:
        return _discussions(request)
    questions = _questions()

    def form_of(data: Any, kept: Draft | None) -> DiscussionForm:
        return DiscussionForm(
            data,
            languages=charter.languages,
            today=today,
            questions=questions,
            kept=actions.drafted(kept) if kept else None,
        )

    return keep_merged(
        request,
        find=lambda: queries.draft_for(side, item) if item else None,
        compare=lambda kept, posted: in_form(
            lambda data: form_of(data, kept), posted, whole=kept.seen if kept else ""
        ),
        keep=lambda form, kept: actions.draft_discussion(
            side=side, item=item, seen=kept.seen if kept else "", today=today, **form.words()
        ),
        moved_on=rules.DiscussionRefusal.DRAFT_MOVED_ON,
        sentences=SENTENCES,
        then=lambda made: reverse("discussions:preview", args=[made]),
        template="discussions/draft.html",
        context={"item": item},
    )


def _preview(request: EditorRequest, item: str, *, refusal: object = None) -> HttpResponse:
    kept = queries.draft_for(request.account.side_id, item)
    charter = current_charter()
    if charter is None:
        raise NotFound
    body = actions.drafted(kept)
    lacks = rules.what_a_discussion_lacks(
        body, languages=charter.languages, today=timezone.now().date()
    )
    context = {
        **_shown(body),
        "item": item,
        "seen": kept.seen,
        "missing": [
            (part, code)
            for part in ("title", "opening", "rules")
            for code in rules.languages_without(part, body, charter.languages)
        ],
        "lacks": [wording.REFUSALS[each] for each in lacks],
        "refusal": refusal,
    }
    return render(request, "discussions/preview.html", context, status=409 if refusal else 200)


def _discussion(request: EditorRequest, item: str, *, refusal: object = None) -> HttpResponse:
    found = queries.discussion_for_desks(item)
    context = {
        **_shown(found.body),
        "found": found,
        "title": reading.title_of_discussion(found.body, get_language() or "en"),
        "refusal": refusal,
    }
    return render(request, "discussions/discussion.html", context, status=409 if refusal else 200)


def _shown(body: DiscussionBody) -> Mapping[str, Any]:
    """Return what shows a discussion in all its languages, and its terms in the editor's."""
    return {
        "versions": public.discussion_versions(body.versions),
        "terms": wording.terms_of(body, get_language() or "en"),
        "question": dict(_questions()).get(body.question or "", ""),
    }


def _questions() -> list[tuple[str, str]]:
    """Return the ids of the open questions, each with its words as the editor reads them."""
    language = get_language() or "en"
    return [
        (each.id, installed().title_of(each, language=language).text[:120])
        for each in queries.open_questions()
    ]
