"""Items that name one another, and items with a list of their own: what an edition makes of them.

The room is in `threads`: remarks on a thread's own list, some below others, under badges that have no page.
"""

import json
import random
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
import threads
from django.db import connection
from django.test.utils import CaptureQueriesContext
from printing import Press, set_up
from test_incremental import made_again_from_the_copy

import cast
from visavis.base.refusal import Refused
from visavis.pages.addresses import item, linked_data, page_of_item, short
from visavis.press import lists, page_draws
from visavis.signing.canonical import new_id
from visavis.signing.document import Document

NUMBERS = count(1)


@pytest.fixture
def press(db: None, settings: Any) -> Press:
    settings.KINDS = threads.kinds()
    press = set_up(threads.a_charter())
    press.release()
    return press


def opened(press: Press, kind: str, *args: Any, **more: Any) -> Document:
    """Open one; of two on one day the first one comes first."""
    more = {"id": f"{next(NUMBERS):012x}{new_id()[:20]}", "day": press.day, **more}
    return press.open(getattr(threads, f"a_{kind}")(press.site, *args, **more))


def closed(press: Press, document: Document) -> None:
    assert cast.take_down(document, "az", site=press.site, at=press.at), "its own side's"


def page(press: Press, document: Document, number: int | None = None) -> str:
    if number is None:
        return press.page(item("en", "threads", document.id))
    return press.page(page_of_item("en", "threads", document.id, number))


def is_whole(press: Press) -> None:
    """The edition in force is the one made from nothing, and from the copy alone."""
    step_by_step = press.tree()
    press.release(full=True)
    assert press.tree() == step_by_step
    assert made_again_from_the_copy(press) == ()


# ---- lists of their own


def test_the_first_page_of_an_own_list_is_the_items_own_and_the_others_follow(press: Press) -> None:
    thread = opened(press, "thread")
    press.release()
    assert page(press, thread) == "A thread\nolder None newer None"
    for n in range(45):
        opened(press, "remark", thread, f"Remark {n}.")
    press.release()
    first, second, third = page(press, thread), page(press, thread, 2), page(press, thread, 3)
    assert "Remark 0." in first.split("\n")[1]
    assert first.endswith("older None newer 2")
    assert "Remark 20." in second.split("\n")[1]
    assert second.endswith("older 1 newer 3")
    assert third.endswith("Remark 44.\nolder 2 newer None")
    assert page_of_item("en", "threads", thread.id, 1) not in press.tree()
    is_whole(press)


def test_an_item_that_was_made_from_two_is_on_both_lists(press: Press) -> None:
    one, two = opened(press, "thread", "One"), opened(press, "thread", "Two")
    opened(press, "remark", [one, two], "On both.")
    press.release()
    assert "On both." in page(press, one)
    assert "On both." in page(press, two)
    is_whole(press)


def test_a_list_goes_with_its_item(press: Press) -> None:
    empty = press.tree()
    thread = opened(press, "thread")
    first = [opened(press, "remark", thread, f"Remark {n}.") for n in range(25)]
    opened(press, "remark", thread, "Below.", below=first[0])
    press.release()
    closed(press, thread)
    press.release()
    assert press.tree() == empty


def test_the_page_after_one_that_goes_becomes_the_items_own(press: Press) -> None:
    thread = opened(press, "thread")
    remarks = [opened(press, "remark", thread, f"Remark {n}.") for n in range(25)]
    press.release()
    for each in remarks[:20]:
        closed(press, each)
    press.release()
    assert "Remark 20." in page(press, thread)
    assert page_of_item("en", "threads", thread.id, 2) not in press.tree()
    is_whole(press)


def test_one_more_writes_only_pages_on_which_something_changed(press: Press) -> None:
    """And asks the database no more of a thread of 200 remarks than of one of 20."""
    few, many = opened(press, "thread", "Few"), opened(press, "thread", "Many")
    badge = opened(press, "badge")
    for thread, n in ((few, 20), (many, 200)):
        for _ in range(n):
            opened(press, "remark", thread, badge=badge)
    press.release()
    written, asked = [], []
    for thread in (few, few, many, many):  # the first of each begins a page
        before = press.tree()
        remark = opened(press, "remark", thread, badge=badge)
        with CaptureQueriesContext(connection) as statements:
            press.release()
        asked.append(len(statements))
        tree = press.tree()
        changed = {path for path in {*before, *tree} if before.get(path) != tree.get(path)}
        (number,) = (
            path.removesuffix(".json").rpartition("-")[2] for path in changed if thread.id in path
        )
        of_thread = {path for path in changed if short(thread.id) in path}
        is_on = {
            page_of_item(code, "threads", thread.id, int(number)) for code in cast.SITE_LANGUAGES
        }
        beside = f"/page/{int(number) - 1}/"
        others = of_thread - is_on - {f"lists/{thread.id}-{number}.json"}
        assert is_on <= of_thread
        # The page before it only where this one is new: it has a newer neighbour now.
        is_new = len(json.loads(press.page(f"lists/{thread.id}-{number}.json"))) == 1
        assert all(is_new and (beside in path or path.count("/") == 3) for path in others), others
        rest = changed - of_thread - {f"documents/{remark.digest}.json"}
        rest -= {f"documents/{remark.digest}.keys.json", linked_data(remark.id)}
        written.append({path for path in rest if short(remark.id) not in path} - {"lists.json"})
    assert written == [set()] * 4
    assert asked[2] <= asked[0]
    assert asked[3] <= asked[1]


# ---- names


def test_closing_what_is_named_changes_every_page_that_names_it_and_takes_nothing_along(
    press: Press,
) -> None:
    thread, badge = opened(press, "thread"), opened(press, "badge", "Nadia")
    own = opened(press, "remark", thread, "Under her name.", badge=badge)
    other = opened(press, "remark", thread, "Somebody else's.")
    below = opened(press, "remark", thread, "Hers, below.", badge=badge, below=other)
    press.release()
    shown = [path for path in press.tree() if b"Nadia" in (press.store.content(path) or b"")]
    assert len(shown) == 4 * len(cast.SITE_LANGUAGES) + 1, (
        "positive control: remarks, thread, badge"
    )
    closed(press, badge)
    press.release()
    assert not any(b"Nadia" in (press.store.content(path) or b"") for path in press.tree())
    assert "somebody: Under her name." in page(press, own)
    assert "(somebody: Hers, below.)" in page(press, other)
    assert "somebody: Hers, below." in page(press, below)
    assert "(somebody: Hers, below.)" in page(press, thread)
    is_whole(press)


def test_a_next_version_of_what_is_named_changes_the_pages_that_name_it(press: Press) -> None:
    thread, badge = opened(press, "thread"), opened(press, "badge", "Nadia")
    own = opened(press, "remark", thread, badge=badge)
    press.release()
    press.open(cast.next_version(badge, body={"words": "Nadja"}))
    press.release()
    assert "Nadja: A remark" in page(press, own)
    assert "Nadja: A remark" in page(press, thread)
    is_whole(press)


def test_items_of_a_list_that_is_not_shown_have_neither_page_nor_card(press: Press) -> None:
    badge = opened(press, "badge", "Nadia")
    press.release()
    told = [path for path in press.tree() if b"Nadia" in (press.store.content(path) or b"")]
    assert told == [f"documents/{badge.digest}.json"]
    assert json.loads(press.page(linked_data(badge.id)))["@graph"][0]["isPartOf"] == []
    assert not any(path.startswith(("lists/badges", "en/badges")) for path in press.tree())


# ---- below


def test_closing_what_others_are_shown_below_leaves_them_where_they_are(press: Press) -> None:
    thread = opened(press, "thread")
    above = opened(press, "remark", thread, "Above.")
    below = opened(press, "remark", thread, "Below.", below=above)
    after = opened(press, "remark", thread, "After.")
    press.release()
    assert page(press, below) == "Above. / somebody: Below."
    assert "somebody: Above.(somebody: Below.)\nsomebody: After." in page(press, thread)
    closed(press, above)
    press.release()
    assert f"{threads.GONE}(somebody: Below.)\nsomebody: After." in page(press, thread)
    assert page(press, below) == f"{threads.GONE} / somebody: Below."
    assert item("en", "threads", above.id) not in press.tree()
    is_whole(press)
    closed(press, below)
    press.release()
    assert page(press, thread) == "A thread\nsomebody: After.\nolder None newer None"
    assert item("en", "threads", after.id) in press.tree()
    is_whole(press)


def test_what_moves_below_another_goes_from_where_it_was(press: Press) -> None:
    thread = opened(press, "thread")
    one, two = (opened(press, "remark", thread, words) for words in ("One.", "Two."))
    moving = opened(press, "remark", thread, "Moving.", below=one)
    press.release()
    for below in (two, None, one):
        body = {**moving.body, "below": below.id if below else None}
        moving = press.open(cast.next_version(moving, body=body))
        press.release()
        assert page(press, thread).count("Moving.") == 1
        assert ("Moving." in page(press, one), "Moving." in page(press, two)) == (
            below is one,
            below is two,
        )
        is_whole(press)


def test_what_names_a_strangers_or_a_missing_item_breaks_nothing(press: Press) -> None:
    thread, other = opened(press, "thread", "One"), opened(press, "thread", "Other")
    text = press.open(cast.an_article(press.site))
    badge, elsewhere = opened(press, "badge"), opened(press, "remark", other, "Elsewhere.")
    for stranger in (text, thread, badge, elsewhere, new_id(), "no id", press.site.site):
        remark = opened(press, "remark", thread, "Here.", badge=stranger, below=stranger)
        press.release()
        assert "Here." in page(press, remark)
        is_whole(press)
    assert "Here." not in page(press, elsewhere)
    assert "Here." not in page(press, other)


def test_a_circle_of_what_is_below_breaks_nothing(press: Press) -> None:
    thread = opened(press, "thread")
    first, second, third = (new_id() for _ in range(3))
    for this, above in ((first, second), (second, third), (third, first), (new_id(), third)):
        opened(press, "remark", thread, f"Below {short(above)}.", id=this, below=above)
        press.release()
        is_whole(press)
    itself = new_id()
    remark = opened(press, "remark", thread, "Below itself.", id=itself, below=itself)
    press.release()
    assert "Below itself." in page(press, remark)
    is_whole(press)


# ---- attacks


@pytest.mark.parametrize("words", [threads.NOT_THOUGHT_OF, threads.NOT_THOUGHT_OF_BELOW])
def test_what_its_room_fails_at_takes_nobody_elses_words_from_the_page(
    press: Press, words: str
) -> None:
    thread = opened(press, "thread")
    above = opened(press, "remark", thread, "Above.")
    opened(press, "remark", thread, "Beside.")
    opened(press, "remark", thread, "Below.", below=above)
    press.release()
    assert "Above.(somebody: Below.)" in page(press, thread), "positive control"
    opened(press, "remark", thread, words, below=above)
    opened(press, "remark", thread, words)
    press.release()
    assert "Above." in page(press, above)
    assert "Above." in page(press, thread)
    assert "Beside." in page(press, thread)
    is_whole(press)


# ---- all of it, in any order


@pytest.mark.parametrize("seed", [1, 2])
def test_after_any_acts_the_edition_is_the_one_made_from_nothing(
    press: Press, drawn: None, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    draws, chance = random.Random(seed), random.Random(seed)  # noqa: S311 - the same each time
    monkeypatch.setattr(lists, "IN_A_WINDOW", 3)
    monkeypatch.setattr(page_draws, "LONGEST", 3)
    monkeypatch.setattr(page_draws, "randbelow", draws.randrange)
    there = [opened(press, kind, f"{kind} {n}") for kind in ("thread", "badge") for n in range(2)]
    n_closed = 0
    for n in range(90):
        some = {
            kind: [each for each in there if each.kind == kind]
            for kind in ("thread", "badge", "remark")
        }
        any_remark = chance.choice([None, *some["remark"]])
        act = chance.random()
        try:
            if act < 0.5:
                on, badge = chance.choice(some["thread"]), chance.choice([None, *some["badge"]])
                there.append(opened(press, "remark", on, f"{n}.", badge=badge, below=any_remark))
            elif act < 0.65:
                old = chance.choice(there)
                body = {**old.body, "words": f"Changed {n}."}
                if old.kind == "remark":
                    body["below"] = any_remark.id if any_remark else None
                newer = cast.next_version(old, body=body, day=press.day)
                press.open(newer)
                there[there.index(old)] = newer
            elif act < 0.9:
                gone = chance.choice(some["remark"] if chance.random() < 0.8 else there)
                for side in chance.sample(press.site.codes, k=chance.choice((1, 2))):
                    cast.take_down(gone, side, site=press.site, at=press.at)
                n_closed += 1
            else:
                press.day += timedelta(days=chance.randint(0, 4))
        except (Refused, IndexError):
            pass
        if chance.random() < 0.3:
            press.release()
        if n % 30 == 29:
            press.release()
            is_whole(press)
    assert n_closed > 5
    assert any("/page/" in path and "/threads/" in path for path in press.tree())
