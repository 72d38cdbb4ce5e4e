"""The pages of questions and texts: each made of the site, one item's view and a template.

A page's template is rendered once for each language, as a `Frame`; a text's paragraphs are rendered
once for each language they are in and the language the site speaks beside them. A page joins both.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.template import engines
from django.utils.translation import gettext as _
from jinja2 import Environment
from markupsafe import Markup

from visavis.base.languages import day_in, name_of, own_name
from visavis.dialogue.public import Chair, Question
from visavis.library.public import Row, Run, Text, Unit
from visavis.record.public import OpenDocument
from visavis.signing.document import Standing

from . import addresses, wording
from .facts import facts_of, lineage_of
from .frame import Frame
from .site import Site, Voice, speaking

Page = tuple[str, bytes]

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
def _unit_frame(kind: str) -> Frame:
    """Return what stands around the words of a unit of this kind that bears no mark."""
    return Frame.made_by(
        lambda holes: str(pieces().unit(Unit(kind, (Run(holes["words"], None),), is_stale=False))),
        holes=("words",),
    )


class Units:
    """The paragraphs of one text, each rendered once, with the site's marks in the language spoken."""

    def __init__(self, text: Text, *, plain: dict[tuple[str, int], Markup]) -> None:
        self._text = text
        self._plain = plain  # what bears no mark is the same in every language the site speaks
        self._rendered: dict[str, list[Markup]] = {}

    def joined(self, language: str, indices: Sequence[int]) -> Markup:
        """Return these paragraphs in a row; items that follow one another are one list."""
        rendered, units = self._of(language), self._text.versions[language].units
        parts: list[str] = []
        in_list = False
        for index in indices:
            is_item = units[index].kind == "item"
            if is_item != in_list:
                parts.append("<ul>" if is_item else "</ul>")
                in_list = is_item
            parts.append(rendered[index])
        return Markup("".join(parts) + ("</ul>" if in_list else ""))  # noqa: S704 - pieces are safe

    def beside(self, left: str, right: str) -> Iterator[tuple[Markup, Markup, Row]]:
        """Return the paragraphs of two languages that belong together, row by row."""
        for row in self._text.rows(left=left, right=right):
            yield self.joined(left, row.left), self.joined(right, row.right), row

    def _of(self, language: str) -> list[Markup]:
        if language not in self._rendered:
            units = self._text.versions[language].units
            self._rendered[language] = [
                self._one(unit, (language, index)) for index, unit in enumerate(units)
            ]
        return self._rendered[language]

    def _one(self, unit: Unit, place: tuple[str, int]) -> Markup:
        if unit.is_stale or any(run.cut for run in unit.runs):
            marked: Markup = pieces().unit(unit)
            return marked
        if place not in self._plain:
            runs = unit.runs
            words = runs[0].html if len(runs) == 1 else Markup("").join(run.html for run in runs)
            self._plain[place] = _unit_frame(unit.kind).filled(words=words)
        return self._plain[place]


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
        self._frames: dict[tuple[str, ...], Frame] = {}

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
                        **self._common(question, voice, "questions", paths, title=words.text),
                        about=str(wording.TENSES[question.tense]),
                        question=words.text,
                        note=pieces().lead(words.note, language) if words.note else "",
                        answers=pieces().answers(seats, 2)
                        if question.is_released
                        else pieces().seats(
                            [seat.side for seat in seats],
                            day_in(question.closes_on, language=code),
                        ),
                        proposals=pieces().proposals(seats) if question.is_released else "",
                    ).encode(),
                )

    def of_text(self, text: Text) -> Iterator[Page]:
        """Make a text's page in each of its languages, and side by side for each pair of them."""
        codes = [code for code in self.site.languages if code in text.versions]
        pairs = [pair for pair in self.site.pairs if set(pair) <= set(codes)]
        paths = {code: addresses.item(code, "library", text.id) for code in codes}
        plain: dict[tuple[str, int], Markup] = {}
        for code in codes:
            with speaking(code):
                units = Units(text, plain=plain)
                yield self._text(text, code, units=units, paths=paths, pairs=pairs)
                for left, right in pairs:
                    if left == code:
                        yield self._side_by_side(text, left, right, units=units, paths=paths)

    def _text(
        self,
        text: Text,
        code: str,
        *,
        units: "Units",
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
                **self._common(text, voice, "library", paths, title=version.title),
                **self._of_text(text, voice, languages=(code,)),
                heading=version.title,
                body=units.joined(code, range(len(version.units))),
                elsewhere=pieces().elsewhere(_("Side by side:"), beside),
            ).encode(),
        )

    def _side_by_side(
        self, text: Text, left: str, right: str, *, units: "Units", paths: Mapping[str, str]
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
                **self._common(text, voice, "library", turned, title=f"{one} | {other}"),
                **self._of_text(text, voice, languages=(left, right)),
                left_title=one,
                right_title=other,
                rows=self._rows(left, right, units=units),
                elsewhere=pieces().elsewhere(_("Alone:"), alone),
            ).encode(),
        )

    def _rows(self, left: str, right: str, *, units: "Units") -> Markup:
        """Lay two languages beside each other; where one has nothing, its first cell says so."""
        key = ("row", left, right)
        if key not in self._frames:
            self._frames[key] = Frame.made_by(
                lambda holes: str(pieces().row(holes["one"], holes["other"], left, right)),
                holes=("one", "other"),
            )
        frame = self._frames[key]
        nothing_left, nothing_right = pieces().absent(left), pieces().absent(right)
        rows = []
        was_one = was_other = True
        for one, other, _row in units.beside(left, right):
            rows.append(
                frame.filled(
                    one=one or (nothing_left if was_one else ""),
                    other=other or (nothing_right if was_other else ""),
                )
            )
            was_one, was_other = bool(one), bool(other)
        return Markup("".join(rows))  # noqa: S704 - frames are markup already

    # -- what several kinds of page share

    def _common(
        self,
        item: Question | Text,
        voice: Voice,
        shelf: str,
        paths: Mapping[str, str],
        *,
        title: str,
    ) -> dict[str, str]:
        """Fill the holes that every item's page has."""
        others = [
            ("application/ld+json", voice.root + addresses.linked_data(shelf, item.id)),
            *(
                ("application/json", voice.root + addresses.document(digest))
                for digest in item.digests
            ),
        ]
        alternates = voice.alternates(paths) if voice.path in paths.values() else []
        return {
            "title": title,
            "links": pieces().links(voice.canonical(), alternates, others),
            "day": day_in(
                item.shown_on if isinstance(item, Question) else item.day, language=voice.language
            ),
            "standing": self._standing(item.standing, voice),
            "documents": self._documents(item.documents, voice),
            **{f"to_{code}": href for code, _name, href, _here in voice.tongues(paths)},
        }

    def _documents(self, documents: Sequence[OpenDocument], voice: Voice) -> Markup:
        """List the documents behind a page, with whose keys opened each."""
        frame = self._piece("behind", voice, holes=("digest", "keys"))
        return Markup("").join(
            frame.filled(digest=each.digest, keys=voice.keys_of(each)) for each in documents
        )

    def _of_text(self, text: Text, voice: Voice, *, languages: Sequence[str]) -> dict[str, str]:
        by = Markup("<span><bdi>{}</bdi></span>").format(text.author) if text.author else ""
        return {
            "kind": str(wording.ONE_OF[text.kind]),
            "by": by,
            "lineage": pieces().lineage(lineage_of(text, voice, languages)),
            "facts": pieces().facts(facts_of(text, voice)),
        }

    def _standing(self, standing: Standing, voice: Voice) -> str:
        if standing.side is None:
            return ""
        others = len(self.site.charter.sides) - 1
        words: str = pieces().standing(voice.side(standing.side), others)
        return words

    def _frame(self, kind: str, voice: Voice, *, shown: tuple[str, ...], here: str) -> Frame:
        """Return the frame of this kind of page; its depth is the same for all of them."""
        key = (kind, voice.language, *shown)
        if key not in self._frames:
            template = jinja().get_template(f"press/{kind}.html")
            others = tuple(f"to_{code}" for code in self.site.languages if code != voice.language)

            def render(holes: dict[str, Markup]) -> str:
                entries = [
                    (code, name, holes.get(f"to_{code}", ""), is_here)
                    for code, name, _href, is_here in voice.tongues({})
                ]
                tongues = pieces().tongues(entries)
                return template.render(
                    site=voice, shown=shown, here=here, is_section=False, tongues=tongues, **holes
                )

            self._frames[key] = Frame.made_by(render, holes=(*HOLES[kind], *others))
        return self._frames[key]

    def _piece(self, name: str, voice: Voice, *, holes: tuple[str, ...]) -> Frame:
        """Return the frame of a macro of ``press/pieces.html``, seen from a page of this depth."""
        key = (name, voice.language, voice.root)
        if key not in self._frames:
            macro = getattr(pieces(), name)
            self._frames[key] = Frame.made_by(
                lambda marks: str(macro(voice.root, **marks)), holes=holes
            )
        return self._frames[key]
