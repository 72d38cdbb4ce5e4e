"""A desk's texts: drafts, translations beside their originals, cuts. Each form makes one call."""

import re
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, TypeVar

from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from visavis.base.answering import (
    TRIES,
    Loss,
    Typed,
    after,
    ask_first,
    keep_merged,
    seen_in,
    unless_proposed,
)
from visavis.base.finding import MOST_LOOKED_AT, LookedFor
from visavis.base.languages import day_in
from visavis.base.merging import Merge, in_form
from visavis.base.missing import NotFound
from visavis.base.refusal import Refused
from visavis.people.access import editor_required
from visavis.people.http import EditorRequest
from visavis.record.public import current_charter
from visavis.record.queries import own_proposal
from visavis.record.rules import RecordRefusal
from visavis.record.wording import REFUSALS as RECORD_REFUSALS

from . import actions, drafting, forms, public, queries, striking, wording
from .bodies import TextBody
from .fields import OF_TEXT, TRANSLATOR, in_words
from .queries import Drafted
from .rules import LibraryRefusal

CUT = re.compile(r"([0-9]{1,5}-[0-9a-f]{16})-([0-9]{1,8})")
MOVED_ON = {LibraryRefusal.DRAFT_MOVED_ON, RecordRefusal.DRAFT_MOVED_ON}
AnyForm = TypeVar("AnyForm", bound=Typed)
SENTENCES = {**RECORD_REFUSALS, **wording.REFUSALS}


@editor_required
@require_GET
def library(request: EditorRequest) -> HttpResponse:
    """This desk's drafts, and every open text with what the desk can do with it."""
    return _library(request)


@editor_required
@require_http_methods(["GET", "POST"])
def new_text(request: EditorRequest) -> HttpResponse:
    side = request.account.side_id
    charter = current_charter()
    own = charter.side(side) if charter else None
    if charter is None or own is None:
        return _library(request)
    languages = [*own.languages, *(c for c in charter.languages if c not in own.languages)]
    form = forms.NewTextForm(*_given(request), languages=languages, first=own.languages[0])

    def keep() -> str:
        given = form.cleaned_data
        words = actions.words_from(title=given["title"], typed=given["typed"])
        return actions.draft_text(
            side=side,
            kind=given["kind"],
            original=given["language"],
            words={given["language"]: words},
            today=_today(),
        )

    return _form(
        request,
        form,
        keep,
        then=lambda item: reverse("library:draft", args=[item]),
        template="library/new_text.html",
    )


@editor_required
@require_GET
def draft(request: EditorRequest, item: str) -> HttpResponse:
    """The draft as readers would see it, what it lacks, and what can be done with it."""
    return unless_proposed(
        lambda: _draft(request, item),
        proposal=lambda: own_proposal(request.account.side_id, item),
    )


@editor_required
@require_http_methods(["GET", "POST"])
def details(request: EditorRequest, item: str) -> HttpResponse:
    def compare(drafted: Drafted, posted: QueryDict | None) -> tuple[forms.DetailsForm, Merge]:
        return in_form(
            lambda data: forms.DetailsForm(
                data,
                request.FILES if data is not None else None,
                body=drafted.body,
                kind=drafted.kind,
                is_new=not drafted.base_digest,
            ),
            posted,
            whole=drafted.seen,
        )

    return _kept(
        request,
        find=lambda: _text(request, item),
        compare=compare,
        keep=lambda form, drafted: actions.keep_details(
            side=drafted.side, item=item, seen=drafted.seen, today=_today(), **form.words()
        ),
        then=lambda _: reverse("library:draft", args=[item]),
        template="library/details.html",
    )


@editor_required
@require_http_methods(["GET", "POST"])
def add_language(request: EditorRequest, item: str) -> HttpResponse:
    drafted = _text(request, item)
    languages = queries.languages_to_add(drafted, current_charter())
    # The language that was chosen stays in the list, also when another editor has added it meanwhile.
    chosen = _chosen(request)
    form = forms.AddLanguageForm(*_given(request), languages=_with(languages, chosen))

    def keep() -> None:
        actions.add_languages(
            side=drafted.side,
            item=item,
            words={form.cleaned_data["language"]: _words(form)},
            today=_today(),
        )

    return _form(
        request,
        form,
        keep,
        then=lambda _: reverse("library:beside", args=[item, form.cleaned_data["language"]]),
        template="library/add_language.html",
        title=drafted.title,
        title_language=drafted.body.original,
        languages=languages,
        draft=item,
        there=reverse("library:words", args=[item, chosen])
        if chosen in drafted.body.versions
        else "",
    )


@editor_required
@require_http_methods(["GET", "POST"])
def words(request: EditorRequest, item: str, code: str) -> HttpResponse:
    """The words of the original, as one text."""
    if code != _language(request, item, code).body.original:
        return redirect("library:beside", item, code)
    return _kept(
        request,
        find=lambda: _language(request, item, code),
        compare=lambda drafted, posted: in_form(
            lambda data: forms.WordsForm(data, body=drafted.body, language=code),
            posted,
            whole=drafted.seen,
        ),
        keep=lambda form, drafted: actions.edit(
            side=drafted.side,
            item=item,
            language=code,
            words=actions.words_from(
                title=form.cleaned_data["title"], typed=form.cleaned_data["typed"]
            ),
            seen=drafted.seen,
            today=_today(),
        ),
        then=lambda _: reverse("library:draft", args=[item]),
        template="library/words.html",
        code=code,
    )


@editor_required
@require_http_methods(["GET", "POST"])
def beside(request: EditorRequest, item: str, code: str) -> HttpResponse:
    """A translation, written row by row beside its original."""
    return _kept(
        request,
        find=lambda: _translation(request, item, code),
        compare=lambda drafted, posted: forms.beside_form(
            posted,
            body=drafted.body,
            language=code,
            start=_start(request),
            whole=drafted.seen,
        ),
        keep=lambda form, drafted: actions.edit_beside(
            side=drafted.side,
            item=item,
            language=code,
            title=form.title,
            translator=form.translator,
            notes=form.typed_notes(),
            rows=form.typed_rows(),
            start=form.start,
            seen=drafted.seen,
            today=_today(),
        ),
        then=lambda _: _onward(request, "library:beside", item, code),
        template="library/beside.html",
        code=code,
        TRANSLATOR=TRANSLATOR,
    )


@editor_required
@require_http_methods(["GET", "POST"])
def rows(request: EditorRequest, item: str, code: str) -> HttpResponse:
    """Which paragraph of the original is beside each of the translation."""
    return _kept(
        request,
        find=lambda: _translation(request, item, code),
        compare=lambda drafted, posted: forms.rows_form(
            posted,
            body=drafted.body,
            language=code,
            start=_start(request),
            whole=drafted.seen,
        ),
        keep=lambda form, drafted: actions.mend_rows(
            side=drafted.side,
            item=item,
            language=code,
            beside=form.beside() or (),
            seen=drafted.seen,
            today=_today(),
        ),
        then=lambda _: _onward(request, "library:rows", item, code),
        template="library/rows.html",
        code=code,
    )


@editor_required
@require_http_methods(["GET", "POST"])
def strike(request: EditorRequest, item: str, code: str) -> HttpResponse:
    """Shorten a language of the draft: see what would be struck, strike it, undo it.

    Where another editor has changed the draft meanwhile, what was ticked and quoted is looked for in the
    text as it is now: all of it is struck, or the page comes again with what is still there.
    """
    posted = request.POST if request.method == "POST" else None
    if posted is None or "preview" in posted:
        return _strike_page(request, item, code, posted)
    for _try in range(TRIES):
        drafted, form = _to_strike(request, item, code, posted)
        if not form.is_valid() or form.n_gone:
            break
        after = striking.struck(drafted.body, code, form.striking())
        if after.faults:
            break
        try:
            actions.strike(
                side=drafted.side,
                item=item,
                language=code,
                striking=form.striking(),
                seen=drafted.seen,
                today=_today(),
            )
        except Refused as refused:
            if refused.reason not in MOVED_ON:
                return _strike_page(request, item, code, posted, refused=refused)
        else:
            return _to_unit(item, code, _first_changed(drafted.body, after.body, code))
    return _strike_page(request, item, code, posted)


@editor_required
@require_POST
def undo_strike(request: EditorRequest, item: str, code: str) -> HttpResponse:
    """Put struck words back. Ticks and quotes that wait for their own button stay in the form."""
    place = CUT.fullmatch(request.POST.get("cut", ""))
    if place is None:
        raise NotFound
    mark, start = place.groups()
    refused = Refused(LibraryRefusal.NOT_STRUCK_ANY_MORE)
    for _try in range(TRIES):
        drafted = _language(request, item, code)
        unit = forms.place_of(mark, drafted.body.versions[code].units)
        if unit is None:
            break
        try:
            actions.undo_strike(
                side=drafted.side,
                item=item,
                language=code,
                unit=unit,
                start=int(start),
                seen=drafted.seen,
                today=_today(),
            )
        except Refused as again:
            refused = again
            if refused.reason not in MOVED_ON:
                break
        else:
            is_choosing = "whole" in request.POST or request.POST.get("quoted", "").strip()
            if is_choosing:
                return _strike_page(request, item, code, request.POST, is_only_shown=True)
            return _to_unit(item, code, unit)
    return _strike_page(request, item, code, request.POST, refused=refused, is_only_shown=True)


@editor_required
@require_http_methods(["GET", "POST"])
def take_away(request: EditorRequest, item: str, code: str) -> HttpResponse:
    """Say how many words would go with a language; with what was seen, take it away."""
    drafted = _language(request, item, code)
    if drafted.is_translation:
        raise NotFound
    if code == drafted.body.original:
        return _draft(request, item, refusal=SENTENCES[LibraryRefusal.IS_THE_ORIGINAL])
    return ask_first(
        request,
        lambda seen: actions.take_away_language(
            side=drafted.side, item=item, language=code, seen=seen, today=_today()
        ),
        then=lambda _: reverse("library:draft", args=[item]),
        sentences=SENTENCES,
        loss=_loss(
            drafted,
            [code],
            heading=gettext("Remove this language?"),
            act=gettext("Remove this language"),
        ),
    )


@editor_required
@require_http_methods(["GET", "POST"])
def give_up(request: EditorRequest, item: str) -> HttpResponse:
    """Say how many words would go with the draft; with what was seen, give it up."""
    drafted = queries.draft_for(request.account.side_id, item)
    return ask_first(
        request,
        lambda seen: actions.give_up(side=drafted.side, item=item, seen=seen),
        then=lambda _: reverse("library:library"),
        sentences=SENTENCES,
        loss=_loss(
            drafted,
            drafted.editable,
            heading=gettext("Give up this draft?"),
            act=gettext("Give up this draft"),
        ),
    )


@editor_required
@require_POST
def propose(request: EditorRequest, item: str) -> HttpResponse:
    return unless_proposed(
        lambda: _act(
            lambda: actions.propose(
                side=request.account.side_id, item=item, seen=seen_in(request), today=_today()
            ),
            then=lambda digest: f"{reverse('desk:read', args=[digest])}?done=proposed",
            again=lambda refusal: _draft(request, item, refusal=refusal),
        ),
        proposal=lambda: own_proposal(request.account.side_id, item),
    )


@editor_required
@require_POST
def change(request: EditorRequest, item: str) -> HttpResponse:
    """The next version of an open text, or of this desk's open translation."""
    return _act(
        lambda: actions.change(side=request.account.side_id, item=item, today=_today()),
        then=lambda _: reverse("library:draft", args=[item]),
        again=lambda refusal: _draft_or_library(request, item, refusal=refusal),
    )


@editor_required
@require_http_methods(["GET", "POST"])
def translate(request: EditorRequest, item: str) -> HttpResponse:
    """A translation of an open text, as a document of its own under this desk's key."""
    document, body = queries.open_text(item)
    charter = current_charter()
    languages = [c for c in (charter.languages if charter else ()) if c not in body.versions]
    chosen = _chosen(request)
    form = forms.AddLanguageForm(*_given(request), languages=_with(languages, chosen))
    there = queries.translation_drafted(request.account.side_id, of=item, language=chosen)

    def keep() -> str:
        return actions.translate(
            side=request.account.side_id,
            of=document.id,
            language=form.cleaned_data["language"],
            words=_words(form),
            today=_today(),
        )

    return _form(
        request,
        form,
        keep,
        then=lambda made: reverse("library:beside", args=[made, form.cleaned_data["language"]]),
        template="library/add_language.html",
        title=body.first.title,
        title_language=body.original,
        languages=languages,
        draft="",
        there=reverse("library:beside", args=[there.item, chosen]) if there else "",
    )


@editor_required
@require_POST
def draft_again(request: EditorRequest, digest: str) -> HttpResponse:
    return _act(
        lambda: actions.draft_again(side=request.account.side_id, digest=digest, today=_today()),
        then=lambda item: reverse("library:draft", args=[item]),
        again=lambda refusal: _draft_or_library(
            request, queries.refused_text(request.account.side_id, digest).id, refusal=refusal
        ),
    )


def _act(
    act: Callable[[], object],
    *,
    then: Callable[[object], str],
    again: Callable[[Any], HttpResponse],
) -> HttpResponse:
    return after(act, then=then, again=again, sentences=SENTENCES)


def _kept(
    request: EditorRequest,
    *,
    find: Callable[[], Drafted],
    compare: Callable[[Drafted, QueryDict | None], tuple[AnyForm, Merge]],
    keep: Callable[[AnyForm, Drafted], object],
    then: Callable[[object], str],
    template: str,
    **context: object,
) -> HttpResponse:
    return keep_merged(
        request,
        find=find,
        compare=compare,
        keep=keep,
        moved_on=LibraryRefusal.DRAFT_MOVED_ON,
        then=then,
        sentences=SENTENCES,
        template=template,
        context=context,
    )


def _loss(drafted: Drafted, languages: Sequence[str], *, heading: str, act: str) -> Loss:
    """Return what would go with these languages of a draft."""
    return Loss(
        heading=heading,
        act=act,
        back=reverse("library:draft", args=[drafted.item]),
        seen=drafted.seen,
        title=(languages[0], drafted.body.versions[languages[0]].title),
        counts=[
            (code, queries.counts(drafted.body.versions[code], code).n_words) for code in languages
        ],
    )


def _form(
    request: EditorRequest,
    form: Any,
    act: Callable[[], object],
    *,
    then: Callable[[object], str],
    template: str,
    **context: object,
) -> HttpResponse:
    """Show a form; when it is filled in, make the one call, or show it again as it was typed."""
    refusal: object = None
    if request.method == "POST" and form.is_valid():
        try:
            done = act()
        except Refused as refused:
            refusal = SENTENCES[refused.reason]
        else:
            return redirect(then(done))
    status = 409 if refusal else 422 if form.errors else 200
    return render(request, template, {"form": form, "refusal": refusal, **context}, status=status)


def _library(request: EditorRequest, *, refusal: object = None) -> HttpResponse:
    side = request.account.side_id
    charter = current_charter()
    page = max(_number(request, "page"), 1)
    wanted = request.GET.get("only", "")
    only = wanted if wanted in queries.TEXT_KINDS else ""
    kinds, words = [only] if only else queries.TEXT_KINDS, LookedFor(request.GET.get("words", ""))
    texts, has_older = (
        queries.open_texts_with(words, kinds=kinds)
        if words
        else queries.open_texts(page=page, kinds=kinds)
    )
    context = {
        "has_charter": charter is not None,
        "words": words,
        "n_looked_at": MOST_LOOKED_AT,
        "drafts": [each for each in queries.drafts_of(side) if queries.has_words(words, each.body)],
        "texts": [(each, body, each.side in {None, side}) for each, body in texts],
        "translations": queries.own_translations(side, of=[each.id for each, _body in texts]),
        "page": page,
        "has_older": has_older,
        "only": only,
        "filters": [("", gettext("All"), None)]
        + [(kind, forms.KINDS[kind], None) for kind in queries.TEXT_KINDS],
        "n_languages": len(charter.languages) if charter else 0,
        "KINDS": forms.KINDS,
        "refusal": refusal,
    }
    return render(request, "library/library.html", context, status=409 if refusal else 200)


def _draft_or_library(request: EditorRequest, item: str, *, refusal: object) -> HttpResponse:
    """Show the draft that another editor has begun already; where there is none, all texts."""
    try:
        return _draft(request, item, refusal=refusal)
    except NotFound:
        return _library(request, refusal=refusal)


def _draft(request: EditorRequest, item: str, *, refusal: object = None) -> HttpResponse:
    drafted = queries.draft_for(request.account.side_id, item)
    body, wanted = drafted.body, request.GET.get("beside", "")
    others = [code for code in drafting.languages_of(body) if code != body.original]
    shown = drafted.language or (wanted if wanted in others else others[0] if others else "")
    charter, lacks = current_charter(), None
    if not refusal:
        lacks = actions.why_not_propose(drafted, charter=charter, today=_today())
    n_stale = {code: drafting.n_stale(body.versions[code], body.first) for code in others}
    standing = drafting.standing(body.versions[shown], body.first) if shown else ()
    stale = frozenset(i for row in standing if row.is_stale for i in row.right)
    context = {
        "draft": drafted,
        "others": others,
        "shown": shown,
        "rows": standing,
        "left": public.shown_units(body.first),
        "right": public.shown_units(body.versions[shown], stale=stale) if shown else (),
        "n_stale": n_stale,
        "counts": {code: queries.counts(body.versions[code], code) for code in body.versions},
        "known": [(field, in_words(getattr(body, field.name), day=_in_words)) for field in OF_TEXT],
        "languages": queries.languages_to_add(drafted, charter),
        "n_unplaced": {
            code: n
            for code in others
            if (n := drafting.n_unplaced(body.versions[code], body.first))
        },
        "lacks": SENTENCES[lacks] if lacks else None,
        "KINDS": forms.KINDS,
        "REASONS": wording.REASONS,
        "refusal": refusal,
    }
    return render(request, "library/draft.html", context, status=409 if refusal else 200)


def _to_strike(
    request: EditorRequest, item: str, code: str, posted: QueryDict | None
) -> tuple[Drafted, forms.StrikeForm]:
    """Return the draft as it is now, and the form with what was chosen found in it again."""
    drafted = _language(request, item, code)
    return drafted, forms.StrikeForm(
        posted,
        units=drafted.body.versions[code].units,
        is_original=code == drafted.body.original and not drafted.is_translation,
    )


def _strike_page(
    request: EditorRequest,
    item: str,
    code: str,
    posted: QueryDict | None,
    *,
    refused: Refused | None = None,
    is_only_shown: bool = False,
) -> HttpResponse:
    """Show the text with what was chosen, and what it would be.

    ``is_only_shown``: the choice waits, so neither what it would be nor its faults are shown.
    """
    drafted, form = _to_strike(request, item, code, posted)
    body, preview = drafted.body, None
    if not is_only_shown and form.is_bound and form.is_valid():
        preview = striking.struck(body, code, form.striking())
    has_moved = posted is not None and _seen(request) != drafted.seen
    shown = preview.body if preview else body
    faults = [(fault.what, SENTENCES[fault.refusal]) for fault in preview.faults] if preview else ()
    context = {
        "draft": drafted,
        "code": code,
        "form": form,
        "faults": faults,
        "has_moved": has_moved and not is_only_shown,
        "units": public.shown_units(shown.versions[code]),
        "marks": [
            forms.mark_of(number, unit) for number, unit in enumerate(body.versions[code].units)
        ],
        "cuts": () if preview else body.versions[code].cuts,
        "counts": queries.counts(body.versions[code], code),
        "would_be": {
            language: queries.counts(shown.versions[language], language)
            for language in drafting.languages_of(shown)
            if shown.versions[language].cuts != body.versions[language].cuts
        },
        "REASONS": wording.REASONS,
        "refusal": SENTENCES[refused.reason] if refused else None,
    }
    is_asked_to_show = posted is not None and ("preview" in posted or is_only_shown)
    is_refused = refused or ((faults or form.n_gone) and not is_asked_to_show)
    status = 409 if is_refused else 422 if form.errors and not is_only_shown else 200
    return render(request, "library/strike.html", context, status=status)


def _first_changed(before: TextBody, after: TextBody, code: str) -> int:
    """Return the first unit in which something is struck now that was not before."""
    new = set(after.versions[code].cuts) - set(before.versions[code].cuts)
    return min((cut.unit for cut in new), default=0)


def _text(request: EditorRequest, item: str) -> Drafted:
    drafted = queries.draft_for(request.account.side_id, item)
    if drafted.is_translation:
        raise NotFound
    return drafted


def _language(request: EditorRequest, item: str, code: str) -> Drafted:
    drafted = queries.draft_for(request.account.side_id, item)
    if code not in drafted.editable:
        raise NotFound
    return drafted


def _translation(request: EditorRequest, item: str, code: str) -> Drafted:
    drafted = _language(request, item, code)
    if code == drafted.body.original:
        raise NotFound
    return drafted


def _chosen(request: EditorRequest) -> str:
    """Return the site language that a form chooses, or nothing."""
    charter, chosen = current_charter(), request.POST.get("language", "")
    return chosen if charter and chosen in charter.languages else ""


def _with(languages: Sequence[str], chosen: str) -> Sequence[str]:
    return [*languages, chosen] if chosen and chosen not in languages else languages


def _given(request: EditorRequest) -> tuple[Any, ...]:
    """Return what a form was handed in with, and its files; that it was not."""
    return (request.POST, request.FILES) if request.method == "POST" else (None,)


def _words(form: forms.AddLanguageForm) -> actions.Words:
    given = form.cleaned_data
    return actions.words_from(
        title=given["title"], typed=given["typed"], translator=given["translator"]
    )


def _onward(request: EditorRequest, name: str, item: str, code: str) -> str:
    """Go on to the next page of rows where that was asked for, else back to the draft."""
    if "next" in request.POST:
        return f"{reverse(name, args=[item, code])}?from={_start(request) + forms.ROWS_A_PAGE}"
    return f"{reverse('library:draft', args=[item])}?beside={code}"


def _to_unit(item: str, code: str, unit: int) -> HttpResponseRedirect:
    address = reverse("library:strike", args=[item, code])
    return HttpResponseRedirect(f"{address}#unit-{unit + 1}")


def _start(request: EditorRequest) -> int:
    return _number(request, "from")


def _number(request: EditorRequest, name: str) -> int:
    given = request.GET.get(name, "0")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 6 else 0


def _seen(request: EditorRequest) -> str:
    return request.POST.get("seen", "")[:64]


def _in_words(day: date) -> str:
    return day_in(day, language=get_language() or "en")


def _today() -> date:
    return timezone.now().date()
