"""A site with its charter in force and its release key on disk, and a press to release editions with."""

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import cast
import worlds
from visavis.base import data
from visavis.press import page_draws
from visavis.press.actions import release_edition
from visavis.press.store import Store
from visavis.record import actions as record
from visavis.signing.document import Document
from visavis.signing.manifest import Root

NOON = time(12, tzinfo=UTC)


@dataclass
class Press:
    """The site under test: what was opened goes out when an edition is released."""

    site: cast.SiteKeys
    day: date = cast.DAY
    hours: int = 0
    opened: list[Document] = field(default_factory=list)

    @property
    def at(self) -> datetime:
        return datetime.combine(self.day, NOON) + timedelta(hours=self.hours)

    def open(self, document: Document) -> Document:
        self.opened.append(cast.open_(document, self.site, today=self.day))
        return document

    def release(self, *, full: bool = False) -> Root | None:
        return release_edition(self.at, full=full)

    @property
    def store(self) -> Store:
        return Store(data.public_directory())

    def page(self, path: str) -> str:
        content = self.store.content(path)
        assert content is not None, f"nothing is at {path}"
        return content.decode()

    def tree(self) -> dict[str, str]:
        """Every path with the digest of what it shows."""
        return {path: entry.blob for path, entry in self.store.entries()}


def set_up(site: cast.SiteKeys) -> Press:
    return Press(cast.found_with_release_key(site))


def an_empty_site() -> cast.SiteKeys:
    """Return the site of most tests, whose charter is in force; the same keys each time."""
    return worlds.once(
        "an empty site", lambda: cast.found_with_release_key(cast.a_charter()), has_clock=False
    )


@dataclass
class LittleSite:
    """A site that shows one of everything."""

    press: Press
    joint: Document
    letter: Document
    alone: Document
    released: Document
    empty: Document
    sealed: Document


def a_little_site(press: Press) -> LittleSite:
    """Open a text, a letter with cuts and a stale translation, questions in each state; release."""
    how_pages_end = page_draws.is_full.__module__  # some tests put a rule of their own there
    before = replace(press, opened=list(press.opened))
    made = worlds.once(
        ("a little site", how_pages_end, press.day, press.hours),
        lambda: _made(before),
        has_clock=False,
    )
    press.day, press.hours, press.opened = made.press.day, made.press.hours, [*made.press.opened]
    return replace(made, press=press)


def _made(press: Press) -> LittleSite:
    site = press.site
    joint = press.open(cast.an_article(site, author="Nərgiz", place="Bulaqlı"))
    letter = press.open(_cut_letter(site))
    press.open(
        cast.a_translation(site, of=letter, language="en", side="az", paragraphs=("One.", "Two."))
    )
    newer = cast.next_version(letter, body=_changed(letter), day=press.day)
    press.open(newer)
    asked_on = press.day - timedelta(days=20)
    own = cast.an_article(site, texts={"hy": ["Մենակ։"]}, original="hy", day=asked_on)
    cast.propose(own, by="hy", site=site, today=asked_on)
    alone = cast.alone(own, side="hy", asked_on=asked_on, day=press.day)
    _stand_alone(own, alone, site=site, today=press.day)
    released, sealed = (cast.a_question(site, note=f"Note {n}.") for n in (0, 2))
    empty = cast.a_question(site, note="Note 1.", deadline=press.day)
    for question in (released, empty, sealed):
        press.open(question)
    for question, side in ((released, "az"), (released, "hy"), (empty, "az"), (sealed, "az")):
        words = f"Words of {side}, *indeed*."
        press.open(cast.an_answer(site, to=question, side=side, words=words, languages=["en"]))
    press.day += timedelta(days=1)
    empty = press.open(cast.with_empty_chairs(empty, "hy", day=press.day))
    press.release()
    return LittleSite(press, joint, newer, alone, released, empty, sealed)


def _cut_letter(site: cast.SiteKeys) -> Document:
    letter = cast.a_letter(
        site,
        texts={
            "az": ["Su axır, axır, axır.", "Gizli."],
            "hy": ["Ջուրը հոսում է, հոսում է։", "Գաղտնի։"],
        },
        author="Ustad",
        source={"title": "Bulaq", "address": "https://example.org/bulaq", "copy": "ab" * 32},
    )
    for version in letter.body["versions"].values():
        version["cuts"] = [
            {"unit": 0, "from": 0, "to": 6, "why": "length", "words": 2},
            {"unit": 1, "from": 0, "to": 0, "why": "safety", "words": 7},
        ]
    return letter


def _changed(letter: Document) -> dict[str, Any]:
    versions = {code: dict(version) for code, version in letter.body["versions"].items()}
    first, second = versions["az"]["units"]
    versions["az"]["units"] = [first, {**second, "text": "Açıq."}]
    return {**letter.body, "versions": versions, "history": [cast.DAY.isoformat()] * 2}


def _stand_alone(own: Document, alone: Document, *, site: cast.SiteKeys, today: date) -> None:
    record.propose_alone(document=alone, asked=own.digest, by="hy", today=today)
    cast.turn(alone, "hy", site=site, today=today)
