"""Translating a contribution, beside its original: for those who take part, and at a desk.

Another's translation and none are the same 404.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from visavis.base.answering import keep_merged
from visavis.base.languages import own_name
from visavis.base.merging import Merge, in_form
from visavis.base.missing import NotFound
from visavis.base.refusal import Refused
from visavis.kinds.passages import Line
from visavis.people.access import closing_page, editor_required, participant_required
from visavis.people.http import EditorRequest, ParticipantRequest
from visavis.record import queries as record
from visavis.record.rules import State
from visavis.record.wording import REFUSALS as RECORD_REFUSALS

from . import bodies, previews, reading, translating, wording
from . import translation_wording as said
from .bodies import TranslatedBody
from .pages import CONTRIBUTIONS
from .translating import Drafted, Original, Own
from .translation_forms import TranslationForm
from .translation_rules import TRANSLATION, TranslationRefusal

SENTENCES = {**RECORD_REFUSALS, **wording.REFUSALS, **said.REFUSALS}
PER_PAGE = 50


@dataclass(frozen=True)
class Writing:
    """How one who may write does so: where it is read and kept, and what follows.

    ``begins_from`` gives the words of an own translation, where no draft is there.
    """

    find: Callable[[], Drafted | None]
    begins_from: Callable[[], TranslatedBody | None]
    keep: Callable[[Drafted, str], None]
    finish: Callable[[str], str]
    translator: Callable[[], str | None]
    frame: str
    address: str
    give_up: str


@participant_required
@require_http_methods(["GET", "HEAD", "POST"])
def write(request: ParticipantRequest, item: str) -> HttpResponse:
    """The form beside the original; without a language, the languages to choose from."""
    participant, today = request.participant, _today()
    language = _asked(request)
    if not language:
        return _choose(request, item, frame="people/taking_part.html", at="translating:write")
    original = translating.original_for(item, language)

    def finish(seen: str) -> str:
        translating.hand_in(participant, item, language, seen=seen, today=today)
        return f"{reverse('translating:own')}?done=handed-in"

    return _form(
        request,
        original,
        Writing(
            find=lambda: translating.draft(participant, item, language),
            begins_from=lambda: _newest(translating.own_of(participant, item), language),
            keep=lambda typed, seen: translating.keep(participant, typed, seen=seen, today=today),
            finish=finish,
            translator=lambda: translating.card_to_show(participant),
            frame="people/taking_part.html",
            address=reverse("translating:write", args=[item]),
            give_up=reverse("translating:give-up", args=[item]),
        ),
    )


@participant_required
@require_POST
def give_up(request: ParticipantRequest, item: str) -> HttpResponse:
    translating.give_up(request.participant, item, _asked(request))
    return redirect(f"{reverse('translating:own')}?done=given-up")


@participant_required
@require_safe
def own(request: ParticipantRequest) -> HttpResponse:
    """This author's translations: drafts, what waits, what is open, what was not opened."""
    return _own(request)


@participant_required
@closing_page
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: ParticipantRequest, item: str) -> HttpResponse:
    """Say what goes; then it is gone."""
    found = [e for e in translating.own(request.participant) if e.document.id == item]
    if not found:
        raise NotFound
    refusal = None
    if request.method == "POST":
        try:
            translating.withdraw(
                request.participant,
                item,
                today=_today(),
                is_urgent=request.POST.get("when") == "now",
            )
        except Refused as refused:
            refusal = SENTENCES[refused.reason]
        else:
            return redirect(f"{reverse('translating:own')}?done=withdrawn")
    context = {
        "title": reading.title_of_translation(found[0].body, _language()),
        "is_open": any(each.state in {State.OPEN, State.CLOSED} for each in found),
        "refusal": refusal,
    }
    status = 409 if refusal else 200
    return render(request, "discussions/translating/withdraw.html", context, status=status)


@editor_required
@require_http_methods(["GET", "POST"])
def write_at_desk(request: EditorRequest, item: str) -> HttpResponse:
    """The same form for an editor; what is proposed waits for the desk's own key."""
    side, today = request.account.side_id, _today()
    language = _asked(request)
    if not language:
        return _choose(request, item, frame="project/desk.html", at="translating_at_desk:write")
    original = translating.original_for(item, language)

    def finish(seen: str) -> str:
        digest = translating.propose(side, item, language, seen=seen, today=today)
        return reverse("desk:read", args=[digest])

    def open_one() -> TranslatedBody | None:
        document = translating.desks_own(side, original)
        return bodies.TRANSLATED.of(document) if document else None

    return _form(
        request,
        original,
        Writing(
            find=lambda: translating.desk_draft(side, item, language),
            begins_from=open_one,
            keep=lambda typed, seen: translating.keep_at_desk(side, typed, seen=seen, today=today),
            finish=finish,
            translator=lambda: None,
            frame="project/desk.html",
            address=reverse("translating_at_desk:write", args=[item]),
            give_up=reverse("translating_at_desk:give-up", args=[item]),
        ),
    )


@editor_required
@require_POST
def give_up_at_desk(request: EditorRequest, item: str) -> HttpResponse:
    translating.give_up_at_desk(request.account.side_id, item, _asked(request))
    return redirect(f"{reverse('translating_at_desk:waiting')}?done=given-up")


@editor_required
@require_safe
def waiting(request: EditorRequest) -> HttpResponse:
    """What waits at this desk, the oldest day first, each to be read beside its original."""
    return _waiting(request)


@editor_required
@require_POST
def decline(request: EditorRequest, digest: str) -> HttpResponse:
    try:
        translating.decline(request.account.side_id, digest, today=_today())
    except Refused as refused:
        return _waiting(request, refusal=SENTENCES[refused.reason])
    return redirect(f"{reverse('translating_at_desk:waiting')}?done=declined")


def _waiting(request: EditorRequest, *, refusal: object = None) -> HttpResponse:
    page = request.GET.get("page", "")
    number = max(1, int(page)) if page.isascii() and page.isdigit() and len(page) < 7 else 1
    shelf = record.handed_in(
        request.account.side_id, kinds=[TRANSLATION], page=number, size=PER_PAGE
    )
    context = {
        "shelf": shelf,
        "each": [
            (each, reading.title_of_document(each.document) if each.document else None)
            for each in shelf
        ],
        "refusal": refusal,
        "done": said.DONE.get(request.GET.get("done", "")),
    }
    status = 409 if refusal else 200
    return render(request, "discussions/translating/waiting.html", context, status=status)


def _choose(request: HttpRequest, item: str, *, frame: str, at: str) -> HttpResponse:
    context = {
        "frame": frame,
        "entries": [
            (own_name(code), f"{reverse(at, args=[item])}?in={code}", code)
            for code in translating.languages_for(item)
        ],
        "to_original": previews.public_address(item, CONTRIBUTIONS),
    }
    return render(request, "discussions/translating/choose.html", context)


def _form(request: HttpRequest, original: Original, writing: Writing) -> HttpResponse:
    address = f"{writing.address}?in={original.language}"
    card = writing.translator()

    def form_of(data: QueryDict | None, found: Drafted | None) -> TranslationForm:
        kept = found.body if found else writing.begins_from()
        return TranslationForm(data, original=original, kept=kept, can_be_named=card is not None)

    def compare(found: Drafted | None, posted: QueryDict | None) -> tuple[TranslationForm, Merge]:
        form, merge = in_form(
            lambda data: form_of(data, found), posted, whole=found.seen if found else ""
        )
        return form, replace(merge, is_beside_other=form.is_beside_other)

    def keep(form: TranslationForm, found: Drafted | None) -> str:
        is_named = form.cleaned_data.get("is_named", False)
        body = translating.body_of(original, form.texts(), translator=card if is_named else None)
        typed = Drafted(original.document.id, original.document.digest, body)
        writing.keep(typed, found.seen if found else "")
        if request.POST.get("then") != "finish":
            return f"{address}&done=kept"
        try:
            return writing.finish(typed.seen)
        except Refused as refused:
            # What was typed is kept by now: the next page says why it goes no further.
            return f"{address}&why={refused.reason.name.lower()}"

    return keep_merged(
        request,
        find=writing.find,
        compare=compare,
        keep=keep,
        moved_on=TranslationRefusal.DRAFT_MOVED_ON,
        sentences=SENTENCES,
        then=str,
        template="discussions/translating/write.html",
        context={
            "frame": writing.frame,
            "address": address,
            "give_up": writing.give_up,
            "is_desk": writing.frame == "project/desk.html",
            "original": original,
            "to_original": previews.public_address(original.document.id, CONTRIBUTIONS),
            "done": said.DONE.get(request.GET.get("done", "")),
            "why": _why(request.GET.get("why", "")),
        },
    )


def _asked(request: HttpRequest) -> str:
    """Return the language that the address, or a form, names; empty where neither does."""
    return request.GET.get("in") or request.POST.get("in", "")


def _why(word: str) -> object:
    """Return the sentence for a reason that an address names, or nothing."""
    return next((words for each, words in SENTENCES.items() if each.name.lower() == word), None)


def _own(request: ParticipantRequest) -> HttpResponse:
    participant = request.participant
    found = translating.own(participant)
    context = {
        "drafts": [
            (
                each,
                reading.title_of_translation(each.body, _language()),
                f"{reverse('translating:write', args=[each.of])}?in={each.body.language}",
            )
            for each in translating.drafts(participant)
        ],
        "sections": [
            (name, [(each, _title(each)) for each in found if each.state in states])
            for name, states in (
                ("waiting", {State.PROPOSED}),
                ("open", {State.OPEN, State.CLOSED}),
                ("refused", {State.REFUSED}),
            )
        ],
        "public_address": previews.public_address,
        "done": said.DONE.get(request.GET.get("done", "")),
    }
    return render(request, "discussions/translating/own.html", context)


def _title(own: Own) -> Line:
    return reading.title_of_translation(own.body, _language())


def _newest(own: list[Own], language: str) -> TranslatedBody | None:
    """Return the words of what waits, else of what is open, else of what was not opened."""
    states = [State.PROPOSED, State.OPEN, State.REFUSED]
    there = [each for each in own if each.body.language == language and each.state in states]
    return min(there, key=lambda each: states.index(each.state)).body if there else None


def _language() -> str:
    return get_language() or "en"


def _today() -> date:
    return timezone.now().date()
