"""The pages of a text: alone in each of its languages, and side by side for each pair of them.

A paragraph is rendered once for each language it is in and the language the site speaks beside it; pages
join what was rendered.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from markupsafe import Markup

from visavis.base.languages import own_name
from visavis.kinds.marks import translation_by, with_mark
from visavis.pages import addresses
from visavis.pages.about_page import AboutPage
from visavis.pages.frame import Fragment, Frame, fragment, joined
from visavis.pages.making import Holes, Making, Page, pieces
from visavis.pages.site import Site, Voice, speaking

from . import wording
from .facts import Step, authors_of, facts_of, lineage_of, own_words
from .public import Run, Text, Unit

AT = "library"
PIECES = "library/public/pieces.html"


def paths_of(text: Text, site: Site) -> dict[str, str]:
    """Return where the text is read alone, in each of its languages."""
    return {
        code: addresses.item(code, AT, text.id) for code in site.languages if code in text.versions
    }


def pairs_of(text: Text, site: Site) -> list[tuple[str, str]]:
    """Return the ordered pairs of languages in which the text is read side by side.

    They are those that two sides read, and each translation with its original, whichever language that is.
    """
    there = paths_of(text, site)
    read = [pair for pair in site.pairs if set(pair) <= set(there)]
    others = [code for code in there if code != text.original]
    made = [pair for code in others for pair in ((code, text.original), (text.original, code))]
    order = {code: place for place, code in enumerate(site.languages)}
    return sorted({*read, *made}, key=lambda pair: (order[pair[0]], order[pair[1]]))


def beside_of(text: Text, site: Site) -> list[dict[str, str]]:
    """Return where it is read side by side: for each two languages, the page that speaks each of them."""
    return [
        {
            left: addresses.side_by_side(left, right, AT, text.id),
            right: addresses.side_by_side(right, left, AT, text.id),
        }
        for left, right in pairs_of(text, site)
        if site.languages.index(left) < site.languages.index(right)
    ]


def of_text(text: Text, making: Making) -> Iterator[Page]:
    """Make a text's page in each of its languages, and side by side for each pair of them."""
    paths = paths_of(text, making.site)
    pairs = pairs_of(text, making.site)
    unmarked: dict[str, list[Fragment | None]] = {}
    for code in paths:
        with speaking(code):
            pages = _Pages(text, code, making, paths=paths, units=Units(text, unmarked=unmarked))
            rights = [right for left, right in pairs if left == code]
            yield pages.alone(rights)
            for right in rights:
                yield pages.beside(right)


@cache
def _around_unit(kind: str) -> list[Fragment]:
    """Return what comes before and after the words of an unmarked unit of this kind."""
    frame = Frame.made_by(
        lambda holes: str(
            pieces(PIECES).unit(Unit(kind, (Run(holes["words"], None),), is_stale=False))
        ),
        holes=("words",),
    )
    return frame.around("words")


def _unmarked(unit: Unit) -> Fragment | None:
    """Return a unit that is the same in every language the site speaks, or None for another."""
    if unit.is_stale or any(run.cut for run in unit.runs):
        return None
    before, after = _around_unit(unit.kind)
    return joined([before, *(fragment(run.html) for run in unit.runs), after])


def _in_the_line(mark: str) -> Markup | str:
    """Return a mark as a part of the line above a heading."""
    return Markup(' · <strong class="whose"><bdi>{}</bdi></strong>').format(mark) if mark else ""


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
                fragment(pieces(PIECES).unit(unit)) if shown is None else shown
                for unit, shown in zip(units, self._unmarked[language], strict=True)
            ]
        return self._rendered[language]


class _Pages:
    """The pages of one text that speak one language of the site: what they share is made once."""

    def __init__(
        self, text: Text, code: str, making: Making, *, paths: Mapping[str, str], units: "Units"
    ) -> None:
        self._text, self._code, self._making = text, code, making
        self._paths, self._units = paths, units
        voice = making.site.in_language(code, at=paths[code])
        author = text.said("author", code)
        by = Markup(" · <span>{}</span>").format(own_words(author, code)) if author else ""
        self._holes: Holes = {
            **making.common(text, voice, day=text.day),
            "kind": str(wording.ONE_OF[text.kind]),
            "by": by,
        }
        self._voice = voice
        self._facts_made: dict[tuple[str, ...], Fragment] = {}

    def alone(self, rights: Sequence[str]) -> Page:
        """Make the text's page in this language; ``rights`` are the languages beside it."""
        text, code, making = self._text, self._code, self._making
        version = text.versions[code]
        voice = making.site.in_language(code, at=self._paths[code])
        beside = [
            (
                f"{own_name(code)} | {own_name(right)}",
                voice.root + addresses.side_by_side(code, right, AT, text.id),
                "",
            )
            for right in rights
        ]
        return making.page(
            "library/public/text.html",
            voice,
            here=AT,
            shown=(code,),
            holes={
                **self._holes,
                **making.links(text, voice, paths=self._paths, about=self._about(code)),
                "title": with_mark(version.title, self._plain_mark(code)),
                "translated_by": _in_the_line(self._mark(code)),
                "lineage": self._lineage(
                    lineage_of(text, voice, (code,), to_text=self._to_original(voice))
                ),
                "facts": self._facts(code),
                "heading": version.title,
                "body": self._units.joined(code, range(len(version.units))),
                "elsewhere": making.elsewhere(_("Side by side:"), beside),
            },
        )

    def beside(self, right: str) -> Page:
        """Make the page with this language on the left and another on the right."""
        text, left, making = self._text, self._code, self._making
        voice = making.site.in_language(left, at=addresses.side_by_side(left, right, AT, text.id))
        one, other = text.versions[left].title, text.versions[right].title
        turned = {
            left: voice.path,
            right: addresses.side_by_side(right, left, AT, text.id),
        }
        alone = [(own_name(code), voice.root + self._paths[code], code) for code in (left, right)]
        return making.page(
            "library/public/side_by_side.html",
            voice,
            here=AT,
            shown=(left, right),
            holes={
                **self._holes,
                **making.links(
                    text,
                    voice,
                    paths={**self._paths, **turned},
                    alternates=turned,
                    about=self._about(left),
                ),
                "title": " | ".join(
                    with_mark(title, self._plain_mark(code))
                    for title, code in ((one, left), (other, right))
                ),
                "lineage": self._lineage(
                    lineage_of(text, voice, (left, right), to_text=self._to_original(voice))
                ),
                "facts": self._facts(left, right),
                "left_mark": _in_the_line(self._mark(left)),
                "right_mark": _in_the_line(self._mark(right)),
                "left_title": one,
                "right_title": other,
                "rows": self._rows(left, right),
                "elsewhere": making.elsewhere(_("Separately:"), alone),
            },
        )

    def _mark(self, code: str) -> str:
        """Return whose translation the words in this language are, where they are not the owner's."""
        side = self._text.versions[code].translated_by
        return translation_by(self._voice.named(side)) if side else ""

    def _plain_mark(self, code: str) -> str:
        """Return the same without markup."""
        side = self._text.versions[code].translated_by
        return translation_by(self._voice.side(side)) if side else ""

    def _to_original(self, voice: Voice) -> str:
        return voice.root + self._paths[self._text.original]

    def _about(self, code: str) -> AboutPage:
        return AboutPage(
            self._text.versions[code].lead,
            author=" ".join(authors_of(self._text, code)),
            is_article=True,
        )

    def _facts(self, *codes: str) -> Fragment:
        """List what is known of the text, and whose keys opened these languages."""
        later = tuple(code for code in codes if self._text.versions[code].later)
        if later not in self._facts_made:
            facts = facts_of(self._text, self._voice, later)
            self._facts_made[later] = fragment(pieces(PIECES).facts(facts))
        return self._facts_made[later]

    def _rows(self, left: str, right: str) -> Fragment:
        """Lay two languages beside each other; where one has nothing, its first cell says so."""
        frame = self._making.kept(
            (PIECES, "row", left, right),
            lambda marks: pieces(PIECES).row(marks["one"], marks["other"], left, right),
            holes=("one", "other"),
        )
        before, between, after = frame.around("one", "other")
        nothing_left, nothing_right = (self._absent(code) for code in (left, right))
        parts: list[bytes] = []
        was_one = was_other = True
        for one, other in self._units.beside(left, right):
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
        frame = self._making.kept(
            (PIECES, "absent", get_language(), code),
            lambda _marks: pieces(PIECES).absent(code),
            holes=(),
        )
        return frame.filled()

    def _lineage(self, steps: Sequence[Step]) -> Fragment:
        """List the steps of a lineage."""
        values = {f"step_{n}": step.words for n, step in enumerate(steps)}
        frame = self._making.kept(
            (PIECES, "lineage", get_language(), *(step.is_stale for step in steps)),
            lambda marks: pieces(PIECES).lineage(
                [
                    Step(marks[hole], is_stale=step.is_stale)
                    for hole, step in zip(values, steps, strict=True)
                ]
            ),
            holes=tuple(values),
        )
        return frame.filled(**values)
