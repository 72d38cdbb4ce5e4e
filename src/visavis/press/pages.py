"""The pages of questions and texts: each made of the site, one item's view and a template.

A page's template is rendered once for each language, as a `Frame`; a text's paragraphs are rendered
once for each language they are in and the language the site speaks beside them. A page joins both.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeAlias

from django.template import engines
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from jinja2 import Environment
from markupsafe import Markup

from visavis.base.languages import day_in, name_of, own_name
from visavis.dialogue.public import Chair, Question
from visavis.library.public import Run, Text, Unit
from visavis.signing.document import Standing
from visavis.signing.signed import SignedDocument

from . import addresses, wording
from .facts import Step, facts_of, lineage_of
from .frame import Fragment, Frame, fragment, joined
from .site import Site, Voice, speaking

Page = tuple[str, bytes]
Holes: TypeAlias = Mapping[str, str | Fragment]

COMMON = ("title", "links", "day", "standing", "documents")
HOLES = {
    "question": (*COMMON, "about", "question", "note", "answers", "proposals"),
    "text": (*COMMON, "kind", "by", "heading", "lineage", "elsewhere", "body", "facts"),
    "side_by_side": (
        *COMMON, "kind", "by", "lineage", "elsewhere", "facts", "left_title", "right_title", "rows",
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Seat:
    """One chair as a page shows it."""

    side: str
    pen_name: str = ""
    language: str = ""
    translated: str = ""
    html: Markup | str = ""
    proposal: Markup | str = ""


@cache
def jinja() -> Environment:
    """Return the environment of all templates."""
    environment: Environment = engines["jinja2"].env  # type: ignore[attr-defined]
    return environment


@cache
def pieces() -> Any:
    """Return the macros of ``press/pieces.html``; what they say depends on the language spoken."""
    return jinja().get_template("press/pieces.html").module


@cache
def _around_unit(kind: str) -> list[Fragment]:
    """Return what stands before and after the words of a unit of this kind that bears no mark."""
    frame = Frame.made_by(
        lambda holes: str(pieces().unit(Unit(kind, (Run(holes["words"], None),), is_stale=False))),
        holes=("words",),
    )
    return frame.around("words")


def _unmarked(unit: Unit) -> Fragment | None:
    """Return a unit that is the same in every language the site speaks, or None for another."""
    if unit.is_stale or any(run.cut for run in unit.runs):
        return None
    before, after = _around_unit(unit.kind)
    return joined([before, *(fragment(run.html) for run in unit.runs), after])


class Units:
    """The paragraphs of one text, each rendered once, with the site's marks in the language spoken."""

    def __init__(self, text: Text, *, unmarked: dict[str, list[Fragment | None]]) -> None:
        self._text = text
        self._unmarked = unmarked
        self._rendered: dict[str, list[Fragment]] = {}

    def joined(self, language: str, indices: Sequence[int]) -> Fragment:
        """Return these paragraphs in a row; items that follow one another are one list."""
        rendered, units = self._of(language), self._text.versions[language].units
        if len(indices) == 1 and units[indices[0]].kind != "item":
            return rendered[indices[0]]
        parts: list[bytes] = []
        in_list = False
        for index in indices:
            is_item = units[index].kind == "item"
            if is_item != in_list:
                parts.append(b"<ul>" if is_item else b"</ul>")
                in_list = is_item
            parts.append(rendered[index])
        if in_list:
            parts.append(b"</ul>")
        return joined(parts)

    def beside(self, left: str, right: str) -> Iterator[tuple[Fragment, Fragment]]:
        """Yield the paragraphs of two languages that belong together, row by row."""
        for row in self._text.rows(left=left, right=right):
            yield self.joined(left, row.left), self.joined(right, row.right)

    def _of(self, language: str) -> list[Fragment]:
        if language not in self._rendered:
            units = self._text.versions[language].units
            if language not in self._unmarked:
                self._unmarked[language] = list(map(_unmarked, units))
            self._rendered[language] = [
                fragment(pieces().unit(unit)) if shown is None else shown
                for unit, shown in zip(units, self._unmarked[language], strict=True)
            ]
        return self._rendered[language]


@dataclass(frozen=True)
class Told:
    """What all pages of a text in one language of the site share: its paragraphs, and filled holes."""

    units: Units
    holes: Holes


def seats_of(chairs: Sequence[Chair], voice: Voice) -> list[Seat]:
    """Return the chairs in the order that was drawn, each answer in this language if it has it."""
    return [_seat(chair, voice) for chair in chairs]


def _seat(chair: Chair, voice: Voice) -> Seat:
    side, answer = voice.side(chair.side), chair.answer
    if answer is None:
        return Seat(side=side)
    language = voice.language if voice.language in answer.versions else answer.original
    shown = answer.versions[language]
    translated = ""
    if language != answer.original:
        original = name_of(answer.original, among=voice.language)
        translated = _("Original: %(language)s") % {"language": original}
        if shown.translator:
            translated += " · " + _("Translated by %(name)s") % {"name": shown.translator}
    return Seat(
        side=side,
        pen_name=answer.pen_name,
        language=language,
        translated=translated,
        html=Markup("").join(Markup("<p>{}</p>").format(unit) for unit in shown.units),
        proposal=Markup("<p>{}</p>").format(shown.proposal),
    )


class Pages:
    """The pages of one site under one charter."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self._frames: dict[tuple[object, ...], Frame] = {}

    def of_question(self, question: Question) -> Iterator[Page]:
        """Make the page of a question in every language of the site."""
        paths = {
            code: addresses.item(code, "questions", question.id) for code in self.site.languages
        }
        for code, path in paths.items():
            voice = self.site.in_language(code, at=path)
            language = code if code in question.versions else next(iter(question.versions))
            words = question.versions[language]
            with speaking(code):
                seats = seats_of(question.chairs, voice)
                frame = self._frame("question", voice, shown=(language,), here="questions")
                yield (
                    path,
                    frame.filled(
                        **self._common(question, voice),
                        **self._links(question, voice, "questions", paths),
                        title=words.text,
                        about=str(wording.TENSES[question.tense]),
                        question=words.text,
                        note=pieces().lead(words.note, language) if words.note else "",
                        answers=pieces().answers(seats, 2)
                        if question.is_released
                        else pieces().seats(
                            [seat.side for seat in seats],
                            day_in(question.deadline, language=code),
                        ),
                        proposals=pieces().proposals(seats) if question.is_released else "",
                    ),
                )

    def of_text(self, text: Text) -> Iterator[Page]:
        """Make a text's page in each of its languages, and side by side for each pair of them."""
        codes = [code for code in self.site.languages if code in text.versions]
        pairs = [pair for pair in self.site.pairs if set(pair) <= set(codes)]
        paths = {code: addresses.item(code, "library", text.id) for code in codes}
        unmarked: dict[str, list[Fragment | None]] = {}
        for code in codes:
            with speaking(code):
                told = self._told(text, code, units=Units(text, unmarked=unmarked))
                yield self._text(text, code, told=told, paths=paths, pairs=pairs)
                for left, right in pairs:
                    if left == code:
                        yield self._side_by_side(text, left, right, told=told, paths=paths)

    def _told(self, text: Text, code: str, *, units: Units) -> Told:
        voice = self.site.in_language(code, at=addresses.item(code, "library", text.id))
        by = Markup("<span><bdi>{}</bdi></span>").format(text.author) if text.author else ""
        return Told(
            units=units,
            holes={
                **self._common(text, voice),
                "kind": str(wording.ONE_OF[text.kind]),
                "by": by,
                "facts": fragment(pieces().facts(facts_of(text, voice))),
            },
        )

    def _text(
        self,
        text: Text,
        code: str,
        *,
        told: Told,
        paths: Mapping[str, str],
        pairs: Sequence[tuple[str, str]],
    ) -> Page:
        version = text.versions[code]
        voice = self.site.in_language(code, at=paths[code])
        beside = [
            (
                f"{own_name(left)} | {own_name(right)}",
                voice.root + addresses.side_by_side(left, right, text.id),
                "",
            )
            for left, right in pairs
            if left == code
        ]
        frame = self._frame("text", voice, shown=(code,), here="library")
        return (
            paths[code],
            frame.filled(
                **told.holes,
                **self._links(text, voice, "library", paths),
                title=version.title,
                lineage=self._lineage(lineage_of(text, voice, (code,))),
                heading=version.title,
                body=told.units.joined(code, range(len(version.units))),
                elsewhere=self._elsewhere(_("Side by side:"), beside),
            ),
        )

    def _side_by_side(
        self, text: Text, left: str, right: str, *, told: Told, paths: Mapping[str, str]
    ) -> Page:
        path = addresses.side_by_side(left, right, text.id)
        voice = self.site.in_language(left, at=path)
        one, other = text.versions[left].title, text.versions[right].title
        turned = {**paths, right: addresses.side_by_side(right, left, text.id)}
        frame = self._frame("side_by_side", voice, shown=(left, right), here="library")
        alone = [(own_name(code), voice.root + paths[code], code) for code in (left, right)]
        return (
            path,
            frame.filled(
                **told.holes,
                **self._links(text, voice, "library", turned),
                title=f"{one} | {other}",
                lineage=self._lineage(lineage_of(text, voice, (left, right))),
                left_title=one,
                right_title=other,
                rows=self._rows(left, right, units=told.units),
                elsewhere=self._elsewhere(_("Alone:"), alone),
            ),
        )

    def _rows(self, left: str, right: str, *, units: Units) -> Fragment:
        """Lay two languages beside each other; where one has nothing, its first cell says so."""
        frame = self._kept(
            ("row", left, right),
            lambda marks: pieces().row(marks["one"], marks["other"], left, right),
            holes=("one", "other"),
        )
        before, between, after = frame.around("one", "other")
        nothing_left, nothing_right = (self._absent(code) for code in (left, right))
        parts: list[bytes] = []
        was_one = was_other = True
        for one, other in units.beside(left, right):
            parts += (
                before,
                one or (nothing_left if was_one else b""),
                between,
                other or (nothing_right if was_other else b""),
                after,
            )
            was_one, was_other = bool(one), bool(other)
        return joined(parts)

    def _absent(self, code: str) -> Fragment:
        """Return what the site says, in the language it speaks, where a text has no words in another."""
        frame = self._kept(
            ("absent", get_language(), code), lambda _marks: pieces().absent(code), holes=()
        )
        return frame.filled()

    # -- what several kinds of page share

    def _common(self, item: Question | Text, voice: Voice) -> dict[str, str | Fragment]:
        """Fill the holes that every page of an item fills alike in one language."""
        return {
            "day": day_in(
                item.shown_on if isinstance(item, Question) else item.day, language=voice.language
            ),
            "standing": self._standing(item.standing, voice),
        }

    def _links(
        self, item: Question | Text, voice: Voice, shelf: str, paths: Mapping[str, str]
    ) -> dict[str, str | Fragment]:
        """Fill the holes that lead from this page to others, and to the documents behind it."""
        others = [
            ("application/ld+json", voice.root + addresses.linked_data(shelf, item.id)),
            *(
                ("application/json", voice.root + addresses.document(digest))
                for digest in item.digests
            ),
        ]
        alternates = voice.alternates(paths) if voice.path in paths.values() else []
        return {
            "links": self._head(voice.canonical(), alternates, others),
            "documents": self._documents(item.documents, voice),
            **{f"to_{code}": href for code, _name, href, _here in voice.tongues(paths)},
        }

    def _head(
        self,
        canonical: str,
        alternates: Sequence[tuple[str, str]],
        others: Sequence[tuple[str, str]],
    ) -> Fragment:
        """Name in a page's head its own address, the same page in other languages, and its data."""
        to_alternates = [(code, f"in_{code}", href) for code, href in alternates]
        to_others = [(kind, f"other_{n}", href) for n, (kind, href) in enumerate(others)]
        values = {name: href for _what, name, href in (*to_alternates, *to_others)}
        frame = self._kept(
            ("links", *((what, name) for what, name, _href in (*to_alternates, *to_others))),
            lambda marks: pieces().links(
                marks["canonical"],
                [(code, marks[name]) for code, name, _href in to_alternates],
                [(kind, marks[name]) for kind, name, _href in to_others],
            ),
            holes=("canonical", *values),
        )
        return frame.filled(canonical=canonical, **values)

    def _elsewhere(self, label: str, entries: Sequence[tuple[str, str, str]]) -> Fragment:
        """Lead to other pages of a text: names, addresses and languages, after a label."""
        values = {f"href_{n}": href for n, (_name, href, _code) in enumerate(entries)}
        frame = self._kept(
            ("elsewhere", get_language(), label, *((name, code) for name, _href, code in entries)),
            lambda marks: pieces().elsewhere(
                label,
                [
                    (name, marks[hole], code)
                    for hole, (name, _href, code) in zip(values, entries, strict=True)
                ],
            ),
            holes=tuple(values),
        )
        return frame.filled(**values)

    def _lineage(self, steps: Sequence[Step]) -> Fragment:
        """List the steps of a lineage."""
        values = {f"step_{n}": step.words for n, step in enumerate(steps)}
        frame = self._kept(
            ("lineage", get_language(), *(step.is_stale for step in steps)),
            lambda marks: pieces().lineage(
                [
                    Step(marks[hole], is_stale=step.is_stale)
                    for hole, step in zip(values, steps, strict=True)
                ]
            ),
            holes=tuple(values),
        )
        return frame.filled(**values)

    def _documents(self, documents: Sequence[SignedDocument], voice: Voice) -> Fragment:
        """List the documents behind a page, with whose keys opened each."""
        frame = self._piece("behind", voice, holes=("digest", "keys"))
        return joined(
            frame.filled(digest=each.digest, keys=voice.keys_of(each)) for each in documents
        )

    def _standing(self, standing: Standing, voice: Voice) -> str:
        if standing.side is None:
            return ""
        others = len(self.site.charter.sides) - 1
        words: str = pieces().standing(voice.side(standing.side), others)
        return words

    def _frame(self, kind: str, voice: Voice, *, shown: tuple[str, ...], here: str) -> Frame:
        """Return the frame of this kind of page; its depth is the same for all of them."""
        others = tuple(f"to_{code}" for code in self.site.languages if code != voice.language)

        def render(marks: dict[str, Markup]) -> str:
            entries = [
                (code, name, marks.get(f"to_{code}", ""), is_here)
                for code, name, _href, is_here in voice.tongues({})
            ]
            return (
                jinja()
                .get_template(f"press/{kind}.html")
                .render(
                    site=voice,
                    shown=shown,
                    here=here,
                    is_section=False,
                    tongues=pieces().tongues(entries),
                    **marks,
                )
            )

        return self._kept((kind, voice.language, *shown), render, holes=(*HOLES[kind], *others))

    def _piece(self, name: str, voice: Voice, *, holes: tuple[str, ...]) -> Frame:
        """Return the frame of a macro of ``press/pieces.html``, seen from a page of this depth."""
        return self._kept(
            (name, voice.language, voice.root),
            lambda marks: getattr(pieces(), name)(voice.root, **marks),
            holes=holes,
        )

    def _kept(
        self,
        key: tuple[object, ...],
        render: Callable[[dict[str, Markup]], str],
        *,
        holes: tuple[str, ...],
    ) -> Frame:
        """Return the frame of this shape, made when it is first asked for.

        There are as many as there are shapes: languages, and how many documents or steps an item has.
        """
        if key not in self._frames:
            self._frames[key] = Frame.made_by(render, holes=holes)
        return self._frames[key]
