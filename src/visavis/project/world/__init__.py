"""The fictional world of the demo, read from the files beside this one.

Everything a person wrote lies in a Markdown file of its own, one for each item and language, so that a
translator opens nothing else. What holds the languages together is in TOML files: whose words they
are, and how many days before the world is made each thing happened.

::

    site.toml                           names, sides, languages
    questions/NAME/question.toml        tense, limit, days, answers
    questions/NAME/LANGUAGE.md          the question as its title, the note below
    questions/NAME/answer-SIDE/…md      paragraphs; below a line of three dashes, the proposal
    texts/NAME/text.toml                kind, side, original, days, what its second version changes; the
                                        pen name, place and permission, also as each language has them
    texts/NAME/LANGUAGE.md              ``[-words-](length)`` are struck, with the reason
    people.toml                         who takes part: side, role, pen names, what they picked
    discussions/NAME/discussion.toml    terms, days, translators; of each contribution who, when and to what
    discussions/NAME/LANGUAGE.md        title, opening words, and each house rule as an item
    discussions/NAME/SAID/LANGUAGE.md   paragraphs of one contribution, in its language and translated
    discussions/NAME/restated/…md       by name as in the TOML: what somebody had understood
    …/restated/NAME/correction/…md      what was said instead, in one language

Pure reading: nothing here knows Django or the rooms. A test holds every file to these shapes.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
STRUCK = re.compile(r"\[-(.*?)-\]\((length|safety|law|third-person)\)", re.DOTALL)
MARKS = {"## ": "heading", "> ": "quote", "- ": "item"}
PROPOSAL = "---"


@dataclass(frozen=True)
class Block:
    """One heading, paragraph, quotation or item."""

    kind: str
    text: str


@dataclass(frozen=True)
class Struck:
    """Words of one block that are cut, by code points, and why."""

    block: int
    start: int
    end: int
    why: str


@dataclass(frozen=True)
class Prose:
    """One Markdown file. ``proposal`` is what is below the dashes, in answers alone."""

    title: str
    blocks: tuple[Block, ...]
    struck: tuple[Struck, ...] = ()
    proposal: str = ""

    @property
    def paragraphs(self) -> tuple[str, ...]:
        return tuple(block.text for block in self.blocks)


@dataclass(frozen=True)
class SideOfWorld:
    """A side of the site; ``wishes`` are what its one editor wishes for a detention."""

    code: str
    names: Mapping[str, str]
    languages: tuple[str, ...]
    wishes: Mapping[str, str]


@dataclass(frozen=True)
class AnswerOfWorld:
    side: str
    original: str
    pen_name: str
    proposed: int
    versions: Mapping[str, Prose]


@dataclass(frozen=True)
class QuestionOfWorld:
    """A question. Days are counted back from the day the world is made; a later day is negative."""

    name: str
    by: str
    tense: str
    word_limit: int
    days: Mapping[str, int]
    empty_chairs: tuple[str, ...]
    versions: Mapping[str, Prose]
    answers: tuple[AnswerOfWorld, ...]


@dataclass(frozen=True)
class Change:
    """In one language, which words of the first version become which in the second."""

    language: str
    was: str
    now: str


@dataclass(frozen=True)
class SecondVersion:
    proposed: int
    opened: int | None
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class AddedTranslation:
    """A translation that came later, as a document of its own."""

    language: str
    side: str
    proposed: int
    prose: Prose


@dataclass(frozen=True)
class TextOfWorld:
    name: str
    kind: str
    side: str
    original: str
    author: str
    place: str | None
    permission: str | None
    translators: Mapping[str, str]
    notes: Mapping[str, Mapping[str, str]]
    days: Mapping[str, int]
    closed_by: str
    versions: Mapping[str, Prose]
    second: SecondVersion | None
    added: AddedTranslation | None


@dataclass(frozen=True)
class PersonOfWorld:
    """Somebody who takes part. ``cues`` are by the names of their lists, ``wishes`` are for a detention."""

    name: str
    side: str
    role: str
    pen_name: Mapping[str, str]
    cues: Mapping[str, Any]
    wishes: Mapping[str, str]


@dataclass(frozen=True)
class SaidOfWorld:
    """A contribution: ``to`` names what it answers, ``withdrawn`` the day when its author took it away."""

    name: str
    by: str
    original: str
    day: int
    to: str
    withdrawn: int | None
    versions: Mapping[str, Prose]


@dataclass(frozen=True)
class RestatedOfWorld:
    """A restatement of the contribution ``of``, or its second round.

    ``heard`` and ``not_quite`` are the day of the answer. Without one, ``handed_on`` says whether the person
    who is asked has it.
    """

    name: str
    by: str
    of: str
    original: str
    day: int
    heard: int | None
    not_quite: int | None
    handed_on: bool
    versions: Mapping[str, Prose]
    correction: Mapping[str, Prose]


@dataclass(frozen=True)
class DiscussionOfWorld:
    name: str
    by: str
    question: str
    per_day: int
    word_limit: int
    takes_turns: bool
    has_gate: bool
    translators: Mapping[str, str]
    days: Mapping[str, int]
    versions: Mapping[str, Prose]
    said: tuple[SaidOfWorld, ...]
    restated: tuple[RestatedOfWorld, ...]


@dataclass(frozen=True)
class World:
    names: Mapping[str, str]
    languages: tuple[str, ...]
    charter_day: int
    sides: tuple[SideOfWorld, ...]
    questions: Mapping[str, QuestionOfWorld]
    texts: Mapping[str, TextOfWorld]
    people: Mapping[str, PersonOfWorld]
    discussions: Mapping[str, DiscussionOfWorld]
    statement: Mapping[str, Prose]
    """What the home page shows in a pause, by language."""


def world(folder: Path = HERE) -> World:
    """Return the whole world, read again."""
    site = _toml(folder / "site.toml")
    return World(
        names=site["names"],
        languages=tuple(site["languages"]),
        charter_day=site["days"]["charter"],
        sides=tuple(
            SideOfWorld(each["code"], each["names"], tuple(each["languages"]), each["wishes"])
            for each in site["sides"]
        ),
        questions={
            file.parent.name: _question(file)
            for file in sorted(folder.glob("questions/*/question.toml"))
        },
        texts={file.parent.name: _text(file) for file in sorted(folder.glob("texts/*/text.toml"))},
        people={
            each["name"]: PersonOfWorld(**each) for each in _toml(folder / "people.toml")["people"]
        },
        discussions={
            file.parent.name: _discussion(file)
            for file in sorted(folder.glob("discussions/*/discussion.toml"))
        },
        statement=_versions(folder / "statement"),
    )


def prose(markdown: str) -> Prose:
    """Read one Markdown file: a title, blocks between empty lines, struck words, a proposal."""
    title, proposal = "", ""
    blocks: list[Block] = []
    struck: list[Struck] = []
    # Only spaces and line ends part words: no-break spaces, which French and Russian need, stay.
    parts = [
        " ".join(re.split(r"[ \t\n]+", part.strip(" \t\n")))
        for part in re.split(r"\n\s*\n", markdown.strip())
    ]
    if PROPOSAL in parts:
        at = parts.index(PROPOSAL)
        parts, proposal = parts[:at], " ".join(parts[at + 1 :])
    for part in parts:
        if part.startswith("# "):
            title = part.removeprefix("# ")
            continue
        mark = next((mark for mark in MARKS if part.startswith(mark)), "")
        text, cuts = _without_marks(part.removeprefix(mark), block=len(blocks))
        blocks.append(Block(MARKS.get(mark, "paragraph"), text))
        struck += cuts
    return Prose(title=title, blocks=tuple(blocks), struck=tuple(struck), proposal=proposal)


def _without_marks(text: str, *, block: int) -> tuple[str, list[Struck]]:
    plain, at = "", 0
    cuts: list[Struck] = []
    for found in STRUCK.finditer(text):
        plain += text[at : found.start()]
        cuts.append(Struck(block, len(plain), len(plain) + len(found[1]), found[2]))
        plain += found[1]
        at = found.end()
    return plain + text[at:], cuts


def _question(file: Path) -> QuestionOfWorld:
    facts = _toml(file)
    return QuestionOfWorld(
        name=file.parent.name,
        by=facts["by"],
        tense=facts["tense"],
        word_limit=facts["word_limit"],
        days=facts["days"],
        empty_chairs=tuple(facts.get("empty_chairs", ())),
        versions=_versions(file.parent),
        answers=tuple(
            AnswerOfWorld(
                side=each["side"],
                original=each["original"],
                pen_name=each["pen_name"],
                proposed=each["proposed"],
                versions=_versions(file.parent / f"answer-{each['side']}"),
            )
            for each in facts.get("answers", ())
        ),
    )


def _text(file: Path) -> TextOfWorld:
    facts = _toml(file)
    versions = _versions(file.parent)
    second, added = facts.get("second"), facts.get("added")
    return TextOfWorld(
        name=file.parent.name,
        kind=facts["kind"],
        side=facts["side"],
        original=facts["original"],
        author=facts["author"],
        place=facts.get("place"),
        permission=facts.get("permission"),
        translators=facts.get("translators", {}),
        notes=facts.get("notes", {}),
        days=facts["days"],
        closed_by=facts.get("closed_by", ""),
        versions={language: versions[language] for language in facts["languages"]},
        second=second
        and SecondVersion(
            proposed=second["proposed"],
            opened=second.get("opened"),
            changes=tuple(Change(**change) for change in second["changes"]),
        ),
        added=added
        and AddedTranslation(
            language=added["language"],
            side=added["side"],
            proposed=added["proposed"],
            prose=versions[added["language"]],
        ),
    )


def _discussion(file: Path) -> DiscussionOfWorld:
    facts = _toml(file)
    return DiscussionOfWorld(
        name=file.parent.name,
        by=facts["by"],
        question=facts.get("question", ""),
        per_day=facts["per_day"],
        word_limit=facts["word_limit"],
        takes_turns=facts["takes_turns"],
        has_gate=facts["has_gate"],
        translators=facts["translators"],
        days=facts["days"],
        versions=_versions(file.parent),
        said=tuple(
            SaidOfWorld(
                name=each["name"],
                by=each["by"],
                original=each["original"],
                day=each["day"],
                to=each.get("to", ""),
                withdrawn=each.get("withdrawn"),
                versions=_versions(file.parent / each["name"]),
            )
            for each in facts["said"]
        ),
        restated=tuple(
            RestatedOfWorld(
                name=each["name"],
                by=each["by"],
                of=each["of"],
                original=each["original"],
                day=each["day"],
                heard=each.get("heard"),
                not_quite=each.get("not_quite"),
                handed_on=each.get("handed_on", False),
                versions=_versions(file.parent / "restated" / each["name"]),
                correction=_versions(file.parent / "restated" / each["name"] / "correction"),
            )
            for each in facts.get("restated", ())
        ),
    )


def _versions(folder: Path) -> dict[str, Prose]:
    return {
        file.stem: prose(file.read_text(encoding="utf-8")) for file in sorted(folder.glob("*.md"))
    }


def _toml(file: Path) -> dict[str, Any]:
    return tomllib.loads(file.read_text(encoding="utf-8"))
