"""A desk's questions and its author's answers. Each page asks once, each form makes one call."""

from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from visavis.base.answering import after, unless_proposed
from visavis.base.missing import NotFound
from visavis.base.refusal import Refused
from visavis.people.access import editor_required
from visavis.people.http import EditorRequest
from visavis.record.public import current_charter
from visavis.record.queries import own_proposal
from visavis.record.wording import REFUSALS as RECORD_REFUSALS
from visavis.signing.charter import Charter

from . import actions, public, queries, rules, wording
from .forms import AnswerForm, DeadlineForm, QuestionForm

SENTENCES = {**RECORD_REFUSALS, **wording.REFUSALS}


@editor_required
@require_GET
def questions(request: EditorRequest) -> HttpResponse:
    """Every question that is open or before the desks, and this desk's drafts."""
    return _questions(request)


@editor_required
@require_http_methods(["GET", "POST"])
def new_question(request: EditorRequest) -> HttpResponse:
    return _question_form(request, item="")


@editor_required
@require_http_methods(["GET", "POST"])
def draft_question(request: EditorRequest, item: str) -> HttpResponse:
    return _question_form(request, item=item)


@editor_required
@require_GET
def preview_question(request: EditorRequest, item: str) -> HttpResponse:
    return unless_proposed(
        lambda: _preview_question(request, item),
        proposal=lambda: own_proposal(request.account.side_id, item),
    )


@editor_required
@require_POST
def propose_question(request: EditorRequest, item: str) -> HttpResponse:
    return unless_proposed(
        lambda: _act(
            lambda: actions.propose_question(
                side=request.account.side_id, item=item, today=timezone.now().date()
            ),
            then=lambda digest: f"{reverse('desk:read', args=[digest])}?done=proposed",
            again=lambda refusal: _preview_question(request, item, refusal=refusal),
        ),
        proposal=lambda: own_proposal(request.account.side_id, item),
    )


@editor_required
@require_POST
def give_up_question(request: EditorRequest, item: str) -> HttpResponse:
    actions.give_up_question(side=request.account.side_id, item=item)
    return redirect("dialogue:questions")


@editor_required
@require_POST
def draft_question_again(request: EditorRequest, digest: str) -> HttpResponse:
    item = actions.draft_question_again(
        side=request.account.side_id, digest=digest, today=timezone.now().date()
    )
    return redirect("dialogue:draft-question", item)


@editor_required
@require_POST
def change_question(request: EditorRequest, item: str) -> HttpResponse:
    return _act(
        lambda: actions.change_question(
            side=request.account.side_id, item=item, today=timezone.now().date()
        ),
        then=lambda draft: reverse("dialogue:draft-question", args=[draft]),
        again=lambda refusal: _question(request, item, refusal=refusal),
    )


@editor_required
@require_GET
def question(request: EditorRequest, item: str) -> HttpResponse:
    """One question, the state of its seats, and what this desk can do."""
    return _question(request, item)


@editor_required
@require_POST
def propose_empty_chairs(request: EditorRequest, item: str) -> HttpResponse:
    return _act(
        lambda: actions.propose_empty_chairs(
            side=request.account.side_id, question=item, today=timezone.now().date()
        ),
        then=lambda digest: f"{reverse('desk:read', args=[digest])}?done=proposed",
        again=lambda refusal: _question(request, item, refusal=refusal),
    )


@editor_required
@require_POST
def propose_later_deadline(request: EditorRequest, item: str) -> HttpResponse:
    side, today = request.account.side_id, timezone.now().date()
    asked = queries.question_for(side, item)
    form = DeadlineForm(request.POST, until=asked.asks.until, today=today)
    if not form.is_valid():
        return _question(request, item, later=form)
    return _act(
        lambda: actions.propose_later_deadline(
            side=side, question=item, deadline=form.cleaned_data["deadline"], today=today
        ),
        then=lambda digest: f"{reverse('desk:read', args=[digest])}?done=proposed",
        again=lambda refusal: _question(request, item, refusal=refusal, later=form),
    )


@editor_required
@require_http_methods(["GET", "POST"])
def draft_answer(request: EditorRequest, item: str) -> HttpResponse:
    """The form for the answer of this desk's author."""
    side = request.account.side_id
    asked = queries.question_for(side, item)
    kept = queries.answer_draft(side, item)
    charter = _charter()
    own = charter.side(side)
    form = AnswerForm(
        request.POST or None,
        languages=charter.languages,
        own_languages=own.languages if own else (),
        kept=actions.answer_drafted(kept) if kept else None,
    )
    refusal = None
    if request.method == "POST" and form.is_valid():
        try:
            actions.draft_answer(
                side=side, question=item, today=timezone.now().date(), **form.words()
            )
        except Refused as refused:
            refusal = SENTENCES[refused.reason]
        else:
            return redirect("dialogue:preview-answer", item)
    context = {
        **_shared(charter),
        "asked": asked,
        "question": _in_reading_language(asked.body),
        "form": form,
        "is_kept": kept is not None,
        "refusal": refusal,
    }
    status = 409 if refusal else 422 if form.errors else 200
    return render(request, "dialogue/draft_answer.html", context, status=status)


@editor_required
@require_GET
def preview_answer(request: EditorRequest, item: str) -> HttpResponse:
    return _preview_answer(request, item)


@editor_required
@require_POST
def propose_answer(request: EditorRequest, item: str) -> HttpResponse:
    return _act(
        lambda: actions.propose_answer(
            side=request.account.side_id, question=item, today=timezone.now().date()
        ),
        then=lambda digest: f"{reverse('desk:read', args=[digest])}?done=proposed",
        again=lambda refusal: _preview_answer(request, item, refusal=refusal),
    )


@editor_required
@require_POST
def give_up_answer(request: EditorRequest, item: str) -> HttpResponse:
    return _act(
        lambda: actions.give_up_answer(side=request.account.side_id, question=item),
        then=lambda _: reverse("dialogue:question", args=[item]),
        again=lambda refusal: _question(request, item, refusal=refusal),
    )


@editor_required
@require_POST
def take_back_answer(request: EditorRequest, item: str) -> HttpResponse:
    return _act(
        lambda: actions.take_back_answer(
            side=request.account.side_id, question=item, today=timezone.now().date()
        ),
        then=lambda _: reverse("dialogue:draft-answer", args=[item]),
        again=lambda refusal: _question(request, item, refusal=refusal),
    )


@editor_required
@require_POST
def correct_answer(request: EditorRequest, item: str) -> HttpResponse:
    return _act(
        lambda: actions.correct_answer(
            side=request.account.side_id, question=item, today=timezone.now().date()
        ),
        then=lambda _: reverse("dialogue:draft-answer", args=[item]),
        again=lambda refusal: _question(request, item, refusal=refusal),
    )


def _act(
    act: Callable[[], object],
    *,
    then: Callable[[object], str],
    again: Callable[[Any], HttpResponse],
) -> HttpResponse:
    return after(act, then=then, again=again, sentences=SENTENCES)


def _questions(request: EditorRequest) -> HttpResponse:
    side = request.account.side_id
    context = {
        **_shared(current_charter()),
        "today": timezone.now().date(),
        "drafts": [
            (draft, _in_reading_language(actions.question_drafted(draft)))
            for draft in queries.question_drafts(side)
        ],
        "questions": [
            (asked, _in_reading_language(asked.body)) for asked in queries.questions_for(side)
        ],
        "SEATS": wording.SEATS,
    }
    return render(request, "dialogue/questions.html", context)


def _question_form(request: EditorRequest, *, item: str) -> HttpResponse:
    side, today = request.account.side_id, timezone.now().date()
    kept = queries.question_draft(side, item) if item else None
    charter = current_charter()
    if charter is None:
        return _questions(request)
    form = QuestionForm(
        request.POST or None,
        languages=charter.languages,
        today=today,
        kept=actions.question_drafted(kept) if kept else None,
        deadline=actions.deadline_drafted(kept) if kept else None,
    )
    refusal = None
    if request.method == "POST" and form.is_valid():
        try:
            draft = actions.draft_question(side=side, item=item, today=today, **form.words())
        except Refused as refused:
            refusal = SENTENCES[refused.reason]
        else:
            return redirect("dialogue:preview-question", draft)
    context = {**_shared(charter), "form": form, "item": item, "refusal": refusal}
    status = 409 if refusal else 422 if form.errors else 200
    return render(request, "dialogue/draft_question.html", context, status=status)


def _preview_question(request: EditorRequest, item: str, *, refusal: object = None) -> HttpResponse:
    draft = queries.question_draft(request.account.side_id, item)
    charter = _charter()
    body, deadline = actions.question_drafted(draft), actions.deadline_drafted(draft)
    lacks = rules.why_not_ask(
        texts={language: words.text for language, words in body.versions.items()},
        languages=charter.languages,
        word_limit=body.word_limit,
        deadline=deadline,
        today=timezone.now().date(),
    )
    context = {
        **_shared(charter),
        "item": item,
        "body": body,
        "deadline": deadline,
        "tense": wording.TENSES[body.tense],
        "versions": public.question_versions(body.versions),
        "lacks": None if refusal or not lacks else wording.REFUSALS[lacks],
        "refusal": refusal,
    }
    status = 409 if refusal else 200
    return render(request, "dialogue/preview_question.html", context, status=status)


def _question(
    request: EditorRequest,
    item: str,
    *,
    refusal: object = None,
    later: DeadlineForm | None = None,
) -> HttpResponse:
    """Show one question. ``later`` is what was typed for its closing day and not taken."""
    side, today = request.account.side_id, timezone.now().date()
    asked = queries.question_for(side, item)
    unfilled = queries.unfilled(asked, today=today)
    shared = _shared(current_charter())
    context = {
        **shared,
        "asked": asked,
        "own": asked.own,
        "unfilled": [shared["side_names"].get(seat, seat) for seat in unfilled],
        "question": _in_reading_language(asked.body),
        "versions": public.question_versions(asked.body.versions),
        "tense": wording.TENSES[asked.body.tense],
        "may_be_declared_empty": bool(unfilled) and not asked.change,
        "may_be_put_off": asked.is_open and not asked.is_settled and not asked.change,
        "later": later or DeadlineForm(until=asked.asks.until, today=today),
        "may_answer": rules.why_not_enter_answer(
            is_open=asked.is_open,
            side=side,
            seats=asked.asks.sides,
            empty_chairs=asked.asks.empty,
            state=asked.own.state if asked.own else rules.SeatState.NOTHING,
        )
        is None,
        "may_be_changed": rules.why_not_change_question(
            is_open=asked.is_open, has_answers=asked.has_answers
        )
        is None,
        "SEATS": wording.SEATS,
        "refusal": refusal,
    }
    status = 409 if refusal else 422 if later else 200
    return render(request, "dialogue/question.html", context, status=status)


def _preview_answer(request: EditorRequest, item: str, *, refusal: object = None) -> HttpResponse:
    side = request.account.side_id
    asked = queries.question_for(side, item)
    draft = queries.answer_draft(side, item)
    if draft is None:
        # Proposed by now: a button pressed twice, or a page gone back to.
        return redirect("dialogue:question", item)
    body = actions.answer_drafted(draft)
    counts = {
        language: rules.n_words("\n".join(words.paragraphs), words.proposal, language=language)
        for language, words in body.versions.items()
    }
    lacks = rules.why_not_these_words(
        original=body.original,
        words={code: "\n".join(words.paragraphs) for code, words in body.versions.items()},
        proposals={code: words.proposal for code, words in body.versions.items()},
        pen_name=body.pen_name,
        word_limit=asked.body.word_limit,
    )
    context = {
        **_shared(current_charter()),
        "asked": asked,
        "question": _in_reading_language(asked.body),
        "body": body,
        "versions": public.answer_versions(body),
        "counts": counts,
        "lacks": None if refusal or not lacks else wording.REFUSALS[lacks],
        "refusal": refusal,
    }
    status = 409 if refusal else 200
    return render(request, "dialogue/preview_answer.html", context, status=status)


def _charter() -> Charter:
    charter = current_charter()
    if charter is None:
        raise NotFound
    return charter


def _shared(charter: Charter | None) -> Mapping[str, Any]:
    """Return what every page of the room needs to name sides, languages and days."""
    language = get_language() or "en"
    return {
        "has_charter": charter is not None,
        "side_names": {
            side.code: side.names.get(language) or side.names[side.languages[0]]
            for side in (charter.sides if charter else ())
        },
    }


def _in_reading_language(body: Any) -> tuple[str, str]:
    """Return the question's text with its language: the reader's own, else the first that has words."""
    language = get_language() or "en"
    versions = body.versions
    for code in (language, *versions):
        if code in versions and versions[code].text:
            return code, versions[code].text
    return language, ""
