"""An edition made of what has changed is, byte for byte, the one that would be made from nothing (C35).

And the one that a reader makes who has nothing but a copy of the record.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from printing import Press, set_up
from test_places import articles_on_two_lists

import cast
from visavis.base import data
from visavis.base.refusal import Refused
from visavis.pages.addresses import item
from visavis.press import lists, page_draws
from visavis.press.remaking import made_again
from visavis.signing.document import Document
from visavis.signing.problems import Problem
from visavis.signing.verify import Outcome, verify

Act = Callable[["Desks"], None]


@dataclass
class Desks:
    """Two desks that do whatever comes into their heads, and what they may do it to."""

    press: Press
    chance: random.Random
    texts: list[Document] = field(default_factory=list)
    questions: list[Document] = field(default_factory=list)
    answered: dict[str, set[str]] = field(default_factory=dict)

    def act(self) -> None:
        act = self.chance.choice(ACTS)
        try:
            act(self)
        except Refused:
            # What is closed, answered or proposed already: a desk is told so, and turns to other things.
            return

    @property
    def site(self) -> cast.SiteKeys:
        return self.press.site

    def some_text(self) -> Document | None:
        return self.chance.choice(self.texts) if self.texts else None


def write_a_text(desks: Desks) -> None:
    languages = desks.chance.sample(("az", "hy", "en", "ru"), k=desks.chance.randint(1, 3))
    texts = {
        code: [f"{code} {n} {desks.chance.random()}" for n in range(desks.chance.randint(1, 4))]
        for code in languages
    }
    kind = desks.chance.choice((cast.an_article, cast.a_letter))
    text = kind(desks.site, texts=texts, original=languages[0], day=desks.press.day)
    desks.texts.append(desks.press.open(text))


def change_a_text(desks: Desks) -> None:
    text = desks.some_text()
    if text is None:
        return
    body = {**text.body, "versions": dict(text.body["versions"])}
    original = dict(body["versions"][body["original"]])
    original["units"] = [*original["units"][1:], *cast.units(f"New {desks.chance.random()}.")]
    body["versions"][body["original"]] = original
    body["history"] = [*body["history"], desks.press.day.isoformat()]
    newer = cast.next_version(text, body=body, day=desks.press.day)
    cast.open_(newer, desks.site, today=desks.press.day)
    desks.texts[desks.texts.index(text)] = newer


def translate_a_text(desks: Desks) -> None:
    text = desks.some_text()
    if text is None:
        return
    code, side = desks.chance.choice((("hy", "hy"), ("az", "az"), ("fr", "hy"), ("ru", "az")))
    desks.press.open(
        cast.a_translation(desks.site, of=text, language=code, side=side, day=desks.press.day)
    )


def take_something_down(desks: Desks) -> None:
    """One side closes, which lapses; or both do, and it is gone for good."""
    items = [*desks.texts, *desks.questions]
    if items:
        closed = desks.chance.choice(items)
        for side in desks.chance.sample(desks.site.codes, k=desks.chance.choice((1, 2))):
            cast.take_down(closed, side, site=desks.site, at=desks.press.at)


def ask(desks: Desks) -> None:
    asked = cast.a_question(
        desks.site, text=f"Why {desks.chance.random()}?", note="*Why*?", day=desks.press.day
    )
    desks.questions.append(desks.press.open(asked))


def answer(desks: Desks) -> None:
    if not desks.questions:
        return
    asked, side = desks.chance.choice(desks.questions), desks.chance.choice(desks.site.codes)
    given = cast.an_answer(
        desks.site,
        to=asked,
        side=side,
        words=f"Because {desks.chance.random()}.",
        languages=desks.chance.sample(("az", "hy", "en"), k=desks.chance.randint(0, 3)),
        day=desks.press.day,
    )
    cast.open_(given, desks.site, today=desks.press.day)


def wait(desks: Desks) -> None:
    """Time passes: closings by the other desk lapse, and days get other names."""
    desks.press.day += timedelta(days=desks.chance.randint(0, 4))


ACTS: tuple[Act, ...] = (
    write_a_text,
    write_a_text,
    write_a_text,
    write_a_text,
    change_a_text,
    translate_a_text,
    take_something_down,
    ask,
    answer,
    answer,
    answer,
    wait,
)


def made_again_from_the_copy(press: Press) -> tuple[Problem, ...]:
    """Return what differs when the pages are made from the record alone, as a reader makes them."""
    digest = press.site.document.digest
    report = verify(data.public_directory(), charter_fingerprint=digest, today=press.day)
    assert report.outcome is Outcome.GOOD, [str(each) for each in report.problems]
    pages = made_again(report, today=press.day).pages
    assert pages is not None
    return pages.differing


@pytest.mark.parametrize(
    ("seed", "n_acts", "on_a_page", "n_lists"),
    [(1, 90, 8, 1), (3, 90, 2, 1), (4, 90, 3, 2)],
)
def test_after_any_acts_the_edition_is_the_one_made_from_nothing(
    db: None,
    drawn: None,
    monkeypatch: pytest.MonkeyPatch,
    settings: Any,
    seed: int,
    n_acts: int,
    on_a_page: int,
    n_lists: int,
) -> None:
    if n_lists == 2:
        settings.KINDS = articles_on_two_lists()
    monkeypatch.setattr(lists, "IN_A_WINDOW", on_a_page)
    draws = random.Random(seed)  # noqa: S311 - the same pages each time
    monkeypatch.setattr(page_draws, "LONGEST", on_a_page)
    monkeypatch.setattr(page_draws, "randbelow", draws.randrange)
    press = set_up(cast.a_charter())
    desks = Desks(press, random.Random(seed))  # noqa: S311 - the same acts each time
    press.release()
    for n in range(n_acts):
        desks.act()
        if desks.chance.random() < 0.3:
            press.release()
        if n % 60 == 59 or n + 1 == n_acts:
            press.release()
            step_by_step = press.tree()
            press.release(full=True)
            assert press.tree() == step_by_step, f"after {n + 1} acts"
            assert made_again_from_the_copy(press) == (), f"after {n + 1} acts"
    paths = press.tree()
    asked = [
        press.page(path)
        for path in paths
        if path.startswith("en/questions/") and "page" not in path
    ]
    assert any('class="proposals"' in page for page in asked), "no question was ever released"
    gone = [
        text for text in desks.texts if item(text.body["original"], "library", text.id) not in paths
    ]
    assert gone, "nothing was ever closed"
    assert len(desks.texts) > len(gone) + 2 * on_a_page, "too little for several pages of a list"
