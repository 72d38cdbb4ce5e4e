"""The shape of what a desk types. Whether it may be proposed is decided by the rules, later.

A draft may be incomplete: nothing here is required but what a draft cannot be kept without. The forms
that show a text row by row describe themselves (each row says which paragraphs it is beside), so
that nothing typed is lost when the draft has changed meanwhile.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from visavis.base.languages import direction, own_name
from visavis.base.merging import Merge, Seen, digest_of, merged, seen_line
from visavis.base.naming import NamesWhatIsHidden
from visavis.base.scripts import scripts_missing
from visavis.base.text import UnfitTextError, one_line, with_plain_line_ends
from visavis.safety.uploads import HandedIn

from . import drafting
from .bodies import NOTES, Notes, TextBody, Unit, Why
from .drafting import TypedRow
from .fields import IN_EACH_LANGUAGE, OF_TEXT, TRANSLATOR, TextField
from .inputs import details_from, initial_of, inputs_of
from .queries import TEXT_KINDS
from .rules import (
    ARTICLE,
    LETTER,
    LONGEST_NOTE,
    LONGEST_TITLE,
    why_not_strike_at_once,
    why_unfit,
)
from .striking import Striking
from .telling_apart import NotPlainError, words_of
from .wording import REASONS, REFUSALS

LONGEST_TYPED = 4_000_000
LONGEST_QUOTED = 100_000
ROWS_A_PAGE = 200
"""Three fields a row stay far below the number of fields that a form may have."""
TYPED, BESIDE = "typed_", "beside_"
"""How the names of the fields of a row begin: its words, and which original it is beside."""
SPAN = re.compile(r"\s*(\d{1,5})\s*(?:[-–]\s*(\d{1,5})\s*)?")
MARK = re.compile(r"([0-9]{1,5})-([0-9a-f]{16})")

OTHER_SCRIPT = _(
    "The words of the file have no letter of this language. Is the language right? A text that was typed"
    " with an old font must first be converted to Unicode."
)
KINDS = {ARTICLE: _("Article"), LETTER: _("Letter")}


class WordsOrFile(NamesWhatIsHidden):
    """Words that are typed, or lie in a file: then the form has them as if they had been typed.

    So nothing of them is lost where something else in the form is wrong, and what nobody can see is named.
    """

    use_required_attribute = False
    """A browser would hold back a form that has its title and words in the file."""

    def __init__(self, data: Any = None, files: Any = None, **kwargs: Any) -> None:
        file, self._why_not_file = (files or {}).get("file"), ""
        if data is not None and file:
            data, self._why_not_file = _with_file(data, file)
        super().__init__(data, **kwargs)
        self.fields["file"] = forms.FileField(
            label=_("Or a file of plain text"),
            help_text=_(
                "The whole text, in UTF-8. If no title is typed, the first line of the file is the title."
                " Only the words of the file are kept."
            ),
            required=False,
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if self._why_not_file:
            for name in ("title", "typed"):  # what is empty was to come from the file
                if not self[name].value():
                    self.errors.pop(name, None)
            self.add_error("file", self._why_not_file)
        return cleaned


class NewTextForm(WordsOrFile):
    """A text in the language in which it was written."""

    kind = forms.ChoiceField(
        label=_("What is it?"), choices=[(kind, KINDS[kind]) for kind in TEXT_KINDS]
    )
    language = forms.ChoiceField(label=_("In which language was it written?"))
    title = forms.CharField(label=_("Title"), max_length=LONGEST_TITLE)
    typed = forms.CharField(
        label=_("The whole text"),
        help_text=_(
            "Paste all of it, including what you want to shorten: words are cut later, so that readers "
            "see where. An empty line begins a new paragraph. A line that begins with # is a heading, "
            "with > a quotation, with - an item of a list."
        ),
        max_length=LONGEST_TYPED,
        widget=forms.Textarea(attrs={"rows": 24, "dir": "auto"}),
    )

    def __init__(
        self, data: Any = None, files: Any = None, *, languages: Sequence[str], first: str = ""
    ) -> None:
        super().__init__(data, files, initial={"language": first})
        _offer(self, languages)


class AddLanguageForm(WordsOrFile):
    """A translation, whole or to be written row by row afterwards."""

    language = forms.ChoiceField(label=_("Language"))
    title = forms.CharField(label=_("Title in this language"), max_length=LONGEST_TITLE)
    typed = forms.CharField(
        label=_("The translation"),
        help_text=_(
            "If you paste the whole translation, it is aligned with the original automatically. Or leave "
            "this empty, and write the translation paragraph by paragraph on the next page."
        ),
        required=False,
        max_length=LONGEST_TYPED,
        widget=forms.Textarea(attrs={"rows": 18, "dir": "auto"}),
    )

    def __init__(self, data: Any = None, files: Any = None, *, languages: Sequence[str]) -> None:
        super().__init__(data, files)
        self.fields.update(inputs_of(TRANSLATOR))
        _offer(self, languages)


class WordsForm(NamesWhatIsHidden):
    """The original, as one text."""

    title = forms.CharField(label=_("Title"), max_length=LONGEST_TITLE)
    typed = forms.CharField(
        label=_("The whole text"),
        help_text=_(
            "An empty line begins a new paragraph. A line that begins with # is a heading, with > a "
            "quotation, with - an item of a list. To cut words, use the page for shortening; here they "
            "would vanish without a mark."
        ),
        max_length=LONGEST_TYPED,
    )

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, body: TextBody, language: str
    ) -> None:
        version = body.versions[language]
        super().__init__(
            data,
            initial={"title": version.title, "typed": drafting.typed_from(version.units)},
        )
        attributes = {"rows": 30, "lang": language, "dir": direction(language)}
        self.fields["typed"].widget = forms.Textarea(attrs=attributes)


@dataclass(frozen=True)
class BesideRow:
    """One row of the page on which a translation is written beside its original."""

    number: int
    left: tuple[int, ...]
    typed: str
    is_stale: bool
    is_up_to_date: bool

    @property
    def span(self) -> str:
        return span_of(self.left)


@dataclass(frozen=True)
class NoteField:
    """A line for the form, in a translation's language, of what is known of the text."""

    field: TextField
    given: str
    typed: str


class BesideForm:
    """A page of rows, each with the originals' numbers, a field to write in, and a mark of age.

    Above them stand the lines of `notes`: of what the text says of itself, and of what was typed.
    """

    def __init__(
        self, posted: Mapping[str, str] | None, *, body: TextBody, language: str, start: int = 0
    ) -> None:
        version = body.versions[language]
        standing = drafting.standing(version, body.first)
        self.n_rows = len(standing)
        self.start = start if start < self.n_rows else 0
        self.title, self.translator = version.title, version.translator or ""
        notes = {name: getattr(version, name) or "" for name in NOTES}
        shown = standing[self.start : self.start + ROWS_A_PAGE]
        self.rows = [
            BesideRow(
                number=number,
                left=row.left,
                typed=drafting.typed_from(version.units[i] for i in row.right),
                is_stale=row.is_stale,
                is_up_to_date=not row.is_stale,
            )
            for number, row in enumerate(shown)
        ]
        if posted is not None:
            self.title = posted.get("title", "")[:LONGEST_TITLE]
            self.translator = posted.get("translator", "")[:LONGEST_NOTE]
            notes = {name: posted.get(name, "")[:LONGEST_NOTE] for name in NOTES}
            self.rows = _posted_rows(posted, n_original=len(body.first.units))
        self.notes = [
            NoteField(field, given=given, typed=notes[field.name])
            for field in IN_EACH_LANGUAGE
            if (given := getattr(body, field.name) or "") or notes[field.name]
        ]
        self.n_shown = len(self.rows)
        self.errors: Mapping[str, object] = {}

    def is_valid(self) -> bool:
        return True  # what is damaged in the words is said by the act

    def values(self) -> dict[str, str]:
        """Return what each field shows, by its name."""
        return {
            "title": self.title,
            "translator": self.translator,
            **{note.field.name: note.typed for note in self.notes},
            **{f"{TYPED}{row.number}": row.typed for row in self.rows},
        }

    @property
    def words(self) -> str:
        """All rows as one block of words."""
        return "\n\n".join(row.typed for row in self.rows if row.typed.strip())

    def put(self, values: Mapping[str, str]) -> None:
        """Let the fields show these values."""
        self.title, self.translator = values["title"], values["translator"]
        self.notes = [
            replace(note, typed=values.get(note.field.name, note.typed)) for note in self.notes
        ]
        self.rows = [
            replace(row, typed=values.get(f"{TYPED}{row.number}", row.typed)) for row in self.rows
        ]

    def typed_notes(self) -> Notes:
        """Return the forms that `actions.edit_beside` is given."""
        return Notes(**{note.field.name: note.typed for note in self.notes})

    def typed_rows(self) -> list[TypedRow]:
        """Return what `actions.edit_beside` is given."""
        return [TypedRow(row.left, row.typed, row.is_up_to_date) for row in self.rows]


class RowsForm:
    """For each paragraph of a translation, the number of the original beside it."""

    def __init__(
        self, posted: Mapping[str, str] | None, *, body: TextBody, language: str, start: int = 0
    ) -> None:
        version = body.versions[language]
        standing = drafting.standing(version, body.first)
        self.n_units = len(version.units)
        self.start = start if start < self.n_units else 0
        self.end = min(self.start + ROWS_A_PAGE, self.n_units)
        self.spans = ["" for _unit in version.units]
        for row in standing:
            for index in row.right:
                self.spans[index] = span_of(row.left)
        if posted is not None:
            for index in range(self.start, self.end):
                self.spans[index] = posted.get(f"{BESIDE}{index}", "")[:20]
        self.lefts = {index: row.left for row in standing for index in row.right[:1] if row.left}
        self.errors: Mapping[str, object] = {}

    def is_valid(self) -> bool:
        return True  # what is no number is said by the act

    def values(self) -> dict[str, str]:
        """Return what each field of this page shows, by its name."""
        return {f"{BESIDE}{index}": self.spans[index] for index in range(self.start, self.end)}

    def beside(self) -> list[tuple[int, int] | None] | None:
        """Return what `actions.mend_rows` is given, or None where something is no number."""
        found: list[tuple[int, int] | None] = []
        for span in self.spans:
            if not span.strip():
                found.append(None)
                continue
            match = SPAN.fullmatch(span)
            if match is None:
                return None
            first = int(match[1])
            found.append((first - 1, int(match[2] or first) - 1))
        return found


ROWS = "rows"
PLACE = "beside_what"
"""Names in the hidden line of a form for all its rows as one block, and for what they stand beside."""


def beside_form(
    posted: QueryDict | None, *, body: TextBody, language: str, start: int, whole: str
) -> tuple[BesideForm, Merge]:
    """Return a page of rows, and how it compares with the draft as it is kept by now.

    Where they still stand beside the same originals, rows are compared one by one. Else no row can be known
    again: all of them are one block, and what was typed is looked at once more beside the new originals.
    """
    kept = BesideForm(None, body=body, language=language, start=start)
    place = _place_of(body, [row.span for row in kept.rows])
    line = seen_line(whole, {**kept.values(), ROWS: kept.words, PLACE: place})
    if posted is None:
        return kept, Merge(values={}, seen=line)
    form = BesideForm(posted, body=body, language=language, start=start)
    seen = Seen.of(posted.get("seen", ""))
    if seen.whole == whole:
        return form, Merge(values={}, seen=line)
    own, other = form.values(), kept.values()
    is_one_block = seen.fields.get(PLACE) != digest_of(place) or own.keys() != other.keys()
    if is_one_block:
        own = {name: text for name, text in own.items() if not name.startswith(TYPED)}
        other = {name: text for name, text in other.items() if not name.startswith(TYPED)}
        own[ROWS], other[ROWS] = form.words, kept.words
    found = merged(
        {name: own.get(name, "") for name in other},
        other,
        whole=whole,
        posted=posted,
        blocks=frozenset(name for name in other if name.startswith(TYPED)),
    )
    form.put(found.values)
    if not is_one_block:
        return form, replace(found, seen=f"{found.seen} {PLACE}={digest_of(place)}")
    takes_theirs = digest_of(found.values[ROWS]) == digest_of(other[ROWS])
    if takes_theirs:
        form.rows = kept.rows
    is_new = seen.shown.get(PLACE) != digest_of(place) and not takes_theirs
    if found.others or is_new:
        shown = f"{found.seen} {PLACE}~{digest_of(place)}"
        return form, replace(found, seen=shown, is_beside_other=is_new)
    return form, found


def rows_form(
    posted: QueryDict | None, *, body: TextBody, language: str, start: int, whole: str
) -> tuple[RowsForm, Merge]:
    """Return a page of numbers, and how it compares with the draft as it is kept by now."""
    kept = RowsForm(None, body=body, language=language, start=start)
    place = _place_of(body, [unit.text for unit in body.versions[language].units])
    line = seen_line(whole, {**kept.values(), PLACE: place})
    if posted is None:
        return kept, Merge(values={}, seen=line)
    form = RowsForm(posted, body=body, language=language, start=start)
    seen = Seen.of(posted.get("seen", ""))
    if seen.whole == whole:
        return form, Merge(values={}, seen=line)
    if seen.fields.get(PLACE) != digest_of(place):
        return form, Merge(values={}, seen=line, is_beside_other=True)
    found = merged(form.values(), kept.values(), whole=whole, posted=posted)
    for name, span in found.values.items():
        form.spans[int(name.removeprefix(BESIDE))] = span
    return form, replace(found, seen=f"{found.seen} {PLACE}={digest_of(place)}")


def _place_of(body: TextBody, own: Sequence[str]) -> str:
    """Return what is beside a page of rows: the words of the original, and which of them where."""
    return "\n\n".join([*(unit.text for unit in body.first.units), "", *own])


class StrikeForm(forms.Form):
    """What is ticked and quoted to be struck, and why. The ticks stand beside the paragraphs."""

    quoted = forms.CharField(
        label=_("Words inside a paragraph"),
        help_text=_(
            "Put each place on its own line, with its words copied from the text. For a longer place, "
            "the first and the last words are enough, with … between them. If words occur more than "
            "once, put the number of their paragraph before them: 7: these … words."
        ),
        required=False,
        max_length=LONGEST_QUOTED,
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
    )
    why = forms.ChoiceField(label=_("Why"), choices=[(why.value, REASONS[why]) for why in Why])
    in_translations = forms.BooleanField(
        label=_("Also cut the matching paragraphs in the other languages"),
        help_text=_(
            "This is done where a whole paragraph is cut. Part of a paragraph is cut in each language, "
            "on the page of that language."
        ),
        required=False,
        initial=True,
    )

    def __init__(
        self, data: QueryDict | None = None, *, units: Sequence[Unit] = (), is_original: bool
    ) -> None:
        super().__init__(data)
        ticked = data.getlist("whole") if data is not None else []
        found = [place_of(mark, units) for mark in ticked]
        self.whole = tuple(place for place in found if place is not None)
        self.n_gone = found.count(None)
        if not is_original:
            del self.fields["in_translations"]

    def clean_quoted(self) -> tuple[str, ...]:
        lines = [line for line in self.cleaned_data["quoted"].splitlines() if line.strip()]
        if too_many := why_not_strike_at_once(n_quoted=len(lines)):
            raise forms.ValidationError(str(REFUSALS[too_many]))
        try:
            return tuple(map(one_line, lines))
        except UnfitTextError as error:
            raise forms.ValidationError(str(REFUSALS[why_unfit(error)])) from error

    def striking(self) -> Striking:
        """Return what `actions.strike` is given."""
        clean = self.cleaned_data
        return Striking(
            why=Why(clean["why"]),
            whole=self.whole,
            quoted=tuple(line for line in clean["quoted"] if line),
            in_translations=clean.get("in_translations", False),
        )


class DetailsForm(forms.Form):
    """What is known of a text beside its words. Every line may stay empty."""

    kind = forms.ChoiceField(
        label=_("What is it?"), choices=[(kind, KINDS[kind]) for kind in TEXT_KINDS]
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        files: MultiValueDict[str, "UploadedFile[Any]"] | None = None,
        *,
        body: TextBody,
        kind: str,
        is_new: bool,
    ) -> None:
        self.copy = body.source.copy if body.source else None
        super().__init__(data, files, initial={"kind": kind, **initial_of(body)})
        self.present_kind = kind
        for field in OF_TEXT:
            self.fields.update(inputs_of(field))
        if not is_new:
            del self.fields["kind"]
        if not self.copy:
            del self.fields["forget_copy"]

    def words(self) -> dict[str, Any]:
        """Return what `actions.keep_details` is given."""
        return {
            "kind": self.cleaned_data.get("kind") or self.present_kind,
            "details": details_from(self.cleaned_data, copy=self.copy),
        }


def mark_of(number: int, unit: Unit) -> str:
    """Return by what a form knows a paragraph again: its number, and a short digest of its words."""
    return f"{number}-{digest_of(unit.text)}"


def place_of(mark: str, units: Sequence[Unit]) -> int | None:
    """Return the number that a marked paragraph has now, or None where its words are there no more.

    Of paragraphs with the same words it is the nearest to where the form showed it.
    """
    said = MARK.fullmatch(mark)
    if said is None:
        return None
    number, digest = int(said[1]), said[2]
    near = sorted(range(len(units)), key=lambda place: abs(place - number))
    return next((place for place in near if digest_of(units[place].text) == digest), None)


def span_of(left: Sequence[int]) -> str:
    """Write the numbers of some paragraphs as a person would: 7, 7-8, or nothing."""
    if not left:
        return ""
    return str(left[0] + 1) if len(left) == 1 else f"{left[0] + 1}-{left[-1] + 1}"


def _offer(form: forms.Form, languages: Sequence[str]) -> None:
    field = form.fields["language"]
    if isinstance(field, forms.ChoiceField):
        field.choices = [(language, own_name(language)) for language in languages]


def _posted_rows(posted: Mapping[str, str], *, n_original: int) -> list[BesideRow]:
    """Return the rows as they were typed, each beside the paragraphs it was typed beside."""
    rows = []
    for number in range(ROWS_A_PAGE):
        typed = posted.get(f"{TYPED}{number}")
        if typed is None:
            break
        span = SPAN.fullmatch(posted.get(f"left_{number}", ""))
        first, last = (int(span[1]), int(span[2] or span[1])) if span else (1, 0)
        is_stale = f"stale_{number}" in posted
        rows.append(
            BesideRow(
                number=number,
                left=tuple(index for index in range(first - 1, last) if 0 <= index < n_original),
                typed=typed,
                is_stale=is_stale,
                is_up_to_date=not is_stale or f"fresh_{number}" in posted,
            )
        )
    return rows


def _with_file(data: QueryDict, file: HandedIn) -> tuple[QueryDict, str]:
    """Return what was typed with the words of a file in it, or as it was, and why not."""
    if data.get("typed", "").strip():
        return data, str(_("There is also text typed above. Keep only one of the two."))
    try:
        words = with_plain_line_ends(words_of(file.read(), size=file.size or 0))
    except NotPlainError as error:
        return data, f"{file.name}: {error}"
    title, shown = data.get("title", "").strip(), data.copy()
    if not title:
        title, words = drafting.title_and_rest(words)
    shown["title"], shown["typed"] = title, words.strip("\n")
    if scripts_missing(words, language=data.get("language", "")):
        return shown, str(OTHER_SCRIPT)
    return shown, ""
