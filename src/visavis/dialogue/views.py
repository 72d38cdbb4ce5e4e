"""A desk's questions and its author's answers. Each page asks once, each form makes one call."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
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
from visavis.base.text import count_words
from visavis.people.access import editor_required
from visavis.people.http import EditorRequest
from visavis.record.public import charter_in_force, current_charter
from visavis.record.queries import Draft, own_proposal
from visavis.record.wording import REFUSALS as RECORD_REFUSALS
from visavis.signing.charter import Charter

from . import actions, guest_queries, guest_wording, inviting, public, queries, rules, wording
from .bodies import AnswerBody, QuestionBody
from .forms import AnswerForm, DeadlineForm, QuestionForm

SENTENCES = {**RECORD_REFUSALS, **wording.REFUSALS, **guest_wording.REFUSALS}


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
                side=request.account.side_id,
                item=item,
                seen=seen_in(request),
                today=timezone.now().date(),
            ),
            then=lambda digest: f"{reverse('desk:read', args=[digest])}?done=proposed",
            again=lambda refusal: _preview_question(request, item, refusal=refusal),
        ),
        proposal=lambda: own_proposal(request.account.side_id, item),
    )


@editor_required
@require_http_methods(["GET", "POST"])
def give_up_question(request: EditorRequest, item: str) -> HttpResponse:
    """Say what would go with the draft; with what was seen, give it up."""
    side = request.account.side_id
    draft = queries.question_draft(side, item)
    body = actions.question_drafted(draft)
    return ask_first(
        request,
        lambda seen: actions.give_up_question(side=side, item=item, seen=seen),
        then=lambda _: reverse("dialogue:questions"),
        sentences=SENTENCES,
        loss=Loss(
            heading=gettext("Give up this draft?"),
            act=gettext("Give up this draft"),
            back=reverse("dialogue:draft-question", args=[item]),
            seen=draft.seen,
            title=in_reading_language(body),
            counts=[
                (language, count_words(words.text, language) + count_words(words.note, language))
                for language, words in body.versions.items()
            ],
        ),
    )


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
        again=lambda refusal: question_page(request, item, refusal=refusal),
    )


@editor_required
@require_GET
def question(request: EditorRequest, item: str) -> HttpResponse:
    """One question, the state of its seats, and what this desk can do."""
    return question_page(request, item)


@editor_required
@require_POST
def propose_empty_chairs(request: EditorRequest, item: str) -> HttpResponse:
    return _act(
        lambda: actions.propose_empty_chairs(
            side=request.account.side_id, question=item, today=timezone.now().date()
        ),
        then=lambda digest: f"{reverse('desk:read', args=[digest])}?done=proposed",
        again=lambda refusal: question_page(request, item, refusal=refusal),
    )


@editor_required
@require_POST
def propose_later_deadline(request: EditorRequest, item: str) -> HttpResponse:
    side, today = request.account.side_id, timezone.now().date()
    asked = queries.question_for(side, item)
    form = DeadlineForm(request.POST, until=asked.asks.until, today=today)
    if not form.is_valid():
        return question_page(request, item, later=form)
    return _act(
        lambda: actions.propose_later_deadline(
            side=side, question=item, deadline=form.cleaned_data["deadline"], today=today
        ),
        then=lambda digest: f"{reverse('desk:read', args=[digest])}?done=proposed",
        again=lambda refusal: question_page(request, item, refusal=refusal, later=form),
    )


@editor_required
@require_http_methods(["GET", "POST"])
def draft_answer(request: EditorRequest, item: str) -> HttpResponse:
    """The form for the answer of this desk's author."""
    side, charter = request.account.side_id, charter_in_force()
    asked = queries.question_for(side, item)
    if request.method == "GET" and guest_queries.invitation(side, item):
        return redirect("dialogue:question", item)
    own = charter.side(side)

    def form_of(data: Any, kept: Draft | None) -> AnswerForm:
        return AnswerForm(
            data,
            languages=charter.languages,
            own_languages=own.languages if own else (),
            kept=actions.answer_drafted(kept) if kept else None,
        )

    return keep_merged(
        request,
        find=lambda: queries.answer_draft(side, item),
        compare=lambda kept, posted: in_form(
            lambda data: form_of(data, kept), posted, whole=kept.seen if kept else ""
        ),
        keep=lambda form, kept: actions.draft_answer(
            side=side,
            question=item,
            seen=kept.seen if kept else "",
            today=timezone.now().date(),
            **form.words(),
        ),
        moved_on=rules.DialogueRefusal.DRAFT_MOVED_ON,
        sentences=SENTENCES,
        then=lambda _: reverse("dialogue:preview-answer", args=[item]),
        template="dialogue/draft_answer.html",
        context={
            **_shared(charter),
            "asked": asked,
            "question": in_reading_language(asked.body),
        },
    )


@editor_required
@require_GET
def preview_answer(request: EditorRequest, item: str) -> HttpResponse:
    return _preview_answer(request, item)


@editor_required
@require_POST
def propose_answer(request: EditorRequest, item: str) -> HttpResponse:
    return _act(
        lambda: actions.propose_answer(
            side=request.account.side_id,
            question=item,
            seen=seen_in(request),
            today=timezone.now().date(),
        ),
        then=lambda digest: f"{reverse('desk:read', args=[digest])}?done=proposed",
        again=lambda refusal: _preview_answer(request, item, refusal=refusal),
    )


@editor_required
@require_http_methods(["GET", "POST"])
def give_up_answer(request: EditorRequest, item: str) -> HttpResponse:
    """Say what would go with the draft of an answer; with what was seen, give it up."""
    side = request.account.side_id
    queries.question_for(side, item)
    draft = queries.answer_draft(side, item)
    if draft is None:
        refusal = SENTENCES[rules.DialogueRefusal.NOTHING_WRITTEN]
        return question_page(request, item, refusal=refusal)
    body = actions.answer_drafted(draft)
    original = body.versions.get(body.original)
    return ask_first(
        request,
        lambda seen: actions.give_up_answer(side=side, question=item, seen=seen),
        then=lambda _: reverse("dialogue:question", args=[item]),
        sentences=SENTENCES,
        loss=Loss(
            heading=gettext("Give up this draft?"),
            act=gettext("Give up this draft"),
            back=reverse("dialogue:draft-answer", args=[item]),
            seen=draft.seen,
            title=(body.original, " ".join(original.paragraphs)[:200] if original else ""),
            counts=list(_counts(body).items()),
        ),
    )


@editor_required
@require_POST
def take_back_answer(request: EditorRequest, item: str) -> HttpResponse:
    return _act(
        lambda: actions.take_back_answer(
            side=request.account.side_id, question=item, today=timezone.now().date()
        ),
        then=lambda _: reverse("dialogue:draft-answer", args=[item]),
        again=lambda refusal: question_page(request, item, refusal=refusal),
    )


@editor_required
@require_POST
def correct_answer(request: EditorRequest, item: str) -> HttpResponse:
    return _act(
        lambda: actions.correct_answer(
            side=request.account.side_id, question=item, today=timezone.now().date()
        ),
        then=lambda _: reverse("dialogue:draft-answer", args=[item]),
        again=lambda refusal: question_page(request, item, refusal=refusal),
    )


def _act(
    act: Callable[[], object],
    *,
    then: Callable[[object], str],
    again: Callable[[Any], HttpResponse],
) -> HttpResponse:
    return after(act, then=then, again=again, sentences=SENTENCES)


def _questions(request: EditorRequest) -> HttpResponse:
    side, wanted = request.account.side_id, request.GET.get("only", "")
    words = LookedFor(request.GET.get("words", ""))
    most = MOST_LOOKED_AT if words else queries.MOST_LISTED
    listed = queries.questions_for(side, most=most)
    every = [each for each in listed if _has_words(words, each.body)]
    of = {
        "": every,
        "ours": [each for each in every if each.lacks_ours],
        **{
            stage: [each for each in every if each.stage == stage]
            for stage in ("proposed", "waiting", "open")
        },
    }
    context = {
        **_shared(current_charter()),
        "today": timezone.now().date(),
        "words": words,
        "has_more": len(listed) == most,
        "n_looked_at": most,
        "drafts": [
            (draft, in_reading_language(body))
            for draft in queries.question_drafts(side)
            if _has_words(words, body := actions.question_drafted(draft))
        ],
        "questions": [(asked, in_reading_language(asked.body)) for asked in of.get(wanted, every)],
        "filters": [
            (name, wording.FILTERS[name], len(found)) for name, found in of.items() if found
        ],
        "only": wanted if wanted in of else "",
        "SEATS": wording.SEATS,
    }
    return render(request, "dialogue/questions.html", context)


def _has_words(words: LookedFor, body: QuestionBody) -> bool:
    return words.is_in(*(each.text for each in body.versions.values()))


def _question_form(request: EditorRequest, *, item: str) -> HttpResponse:
    side, today = request.account.side_id, timezone.now().date()
    if item:
        queries.question_draft(side, item)
    charter = current_charter()
    if charter is None:
        return _questions(request)

    def form_of(data: Any, kept: Draft | None) -> QuestionForm:
        return QuestionForm(
            data,
            languages=charter.languages,
            today=today,
            kept=actions.question_drafted(kept) if kept else None,
            deadline=actions.deadline_drafted(kept) if kept else None,
        )

    return keep_merged(
        request,
        find=lambda: queries.question_draft(side, item) if item else None,
        compare=lambda kept, posted: in_form(
            lambda data: form_of(data, kept), posted, whole=kept.seen if kept else ""
        ),
        keep=lambda form, kept: actions.draft_question(
            side=side, item=item, seen=kept.seen if kept else "", today=today, **form.words()
        ),
        moved_on=rules.DialogueRefusal.DRAFT_MOVED_ON,
        sentences=SENTENCES,
        then=lambda made: reverse("dialogue:preview-question", args=[made]),
        template="dialogue/draft_question.html",
        context={**_shared(charter), "item": item},
    )


def _preview_question(request: EditorRequest, item: str, *, refusal: object = None) -> HttpResponse:
    draft = queries.question_draft(request.account.side_id, item)
    charter = charter_in_force()
    body, deadline = actions.question_drafted(draft), actions.deadline_drafted(draft)
    texts = {language: words.text for language, words in body.versions.items()}
    notes = {language: words.note for language, words in body.versions.items()}
    languages = charter.languages
    context = {
        "missing": [
            *(("text", code) for code in rules.languages_without(texts, languages)),
            *(("note", code) for code in rules.notes_missing(notes, languages)),
        ],
        **_shared(charter),
        "item": item,
        "seen": draft.seen,
        "body": body,
        "deadline": deadline,
        "tense": wording.TENSES[body.tense],
        "versions": public.question_versions(body.versions),
        "lacks": _sentences(
            actions.what_question_lacks(
                body, deadline=deadline, languages=languages, today=timezone.now().date()
            )
        ),
        "refusal": refusal,
    }
    status = 409 if refusal else 200
    return render(request, "dialogue/preview_question.html", context, status=status)


def question_page(
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
        "question": in_reading_language(asked.body),
        "versions": public.question_versions(asked.body.versions),
        "tense": wording.TENSES[asked.body.tense],
        "may_be_declared_empty": bool(unfilled) and not asked.change,
        # What was typed stays in sight, also where another editor has proposed a day meanwhile.
        "may_be_put_off": later is not None
        or (asked.is_open and not asked.is_settled and not asked.change),
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
        **_guest(asked, side, today=today),
        "refusal": refusal,
    }
    status = 409 if refusal else 422 if later else 200
    return render(request, "dialogue/question.html", context, status=status)


def _guest(asked: queries.AskedQuestion, side: str, *, today: date) -> dict[str, Any]:
    """Return who is invited to the desk's seat, and whether its answer is a guest's."""
    invited = guest_queries.invitation(side, asked.id)
    answer = None
    if asked.own and asked.own.digest:
        answer = queries.waiting_answer(side, asked.id) or queries.open_answer(side, asked.id)
    is_guests = answer is not None and answer.closer is not None
    card = invited.card if invited else ""
    if is_guests and answer is not None:
        card = str(answer.body.get("card", ""))
    why_not = inviting.why_not_invite_to(asked, is_invited=invited is not None, today=today)
    return {
        "is_invited": invited is not None,
        "is_guests": is_guests,
        "may_invite": why_not is None,
        "guest": inviting.name_on(card, side=side, language=get_language() or "en", today=today),
    }


def _preview_answer(request: EditorRequest, item: str, *, refusal: object = None) -> HttpResponse:
    side = request.account.side_id
    asked = queries.question_for(side, item)
    draft = queries.answer_draft(side, item)
    if draft is None:
        # Proposed by now: a button pressed twice, or a page gone back to.
        return redirect("dialogue:question", item)
    body = actions.answer_drafted(draft)
    context = {
        **_shared(current_charter()),
        "asked": asked,
        "question": in_reading_language(asked.body),
        "body": body,
        "versions": public.answer_versions(body),
        "counts": _counts(body),
        "seen": draft.seen,
        "lacks": _sentences(actions.what_answer_lacks(body, word_limit=asked.body.word_limit)),
        "refusal": refusal,
    }
    status = 409 if refusal else 200
    return render(request, "dialogue/preview_answer.html", context, status=status)


def _counts(body: AnswerBody) -> dict[str, int]:
    """Return how many words of an answer each language has, its proposal with it."""
    return {
        language: rules.n_words("\n".join(words.paragraphs), words.proposal, language=language)
        for language, words in body.versions.items()
    }


def _sentences(lacks: Iterable[rules.DialogueRefusal]) -> list[object]:
    return [wording.REFUSALS[each] for each in lacks]


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


def in_reading_language(body: Any) -> tuple[str, str]:
    """Return the question's text with its language: the reader's own, else the first that has words."""
    language = get_language() or "en"
    versions = body.versions
    for code in (language, *versions):
        if code in versions and versions[code].text:
            return code, versions[code].text
    return language, ""
