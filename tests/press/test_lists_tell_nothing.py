"""Attack: a reader counts every page of every list, to learn how many things are hidden (M7, C22)."""

import json
import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from secrets import randbelow

import pytest
from printing import Press
from test_incremental import made_again_from_the_copy

import cast
from visavis.pages.addresses import list_of, list_part, page_of_list
from visavis.press import actions, page_draws
from visavis.press.models import Place
from visavis.press.page_draws import LONGEST
from visavis.press.store import Store
from visavis.project.kinds import KINDS

Seen = dict[str, list[tuple[int, int]]]
"""What a reader counts: of each list the number of each page, and how many items it has."""


def constant_lengths(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_draws, "is_full", lambda n: n >= 10)
    monkeypatch.setattr(page_draws, "number_after", lambda number: number + 1)


def counted(press: Press) -> Seen:
    """Return the pages of each list, as anybody finds them in the public record."""
    seen: Seen = {each.name: [] for each in KINDS.lists}
    for name, number in json.loads(press.page("lists.json")):
        n = len(json.loads(press.page(list_part(name, number))))
        assert press.page(page_of_list("az", name, number)).count("<h3") == n
        seen[name].append((number, n))
    return seen


# -- the reader of a site


def test_no_edition_tells_how_many_things_are_hidden(
    press: Press, drawn: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """At each edition the lists are those of some site on which nothing was ever closed."""
    for n, seen in enumerate(editions_with_closings(press)):
        assert seen == without_closings(press, seen, monkeypatch, tmp_path / str(n))
    assert made_again_from_the_copy(press) == ()


def test_pages_of_one_length_would_tell_it(
    press: Press, drawn: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    constant_lengths(monkeypatch)
    told = [
        seen != without_closings(press, seen, monkeypatch, tmp_path / str(n))
        for n, seen in enumerate(editions_with_closings(press))
    ]
    assert told == [False, True, True, True]


def editions_with_closings(press: Press) -> Iterator[Seen]:
    """Yield what a reader counts at each edition: first of all items, then when more and more are closed."""
    opened = [press.open(cast.an_article(press.site)) for _ in range(45)]
    opened += [press.open(cast.a_question(press.site)) for _ in range(8)]
    press.release()
    yield counted(press)
    oldest = [row.item for row in Place.objects.filter(list="library").order_by("number")[:7]]
    for_good = [each for text in oldest for each in opened if each.id == text]
    for_a_time = [each for each in opened if each.id not in oldest][::6]
    for closed in (for_good[:3], for_good[3:], for_a_time):
        for each in closed:
            for side in ("az", "hy") if each.id in oldest else ("hy",):
                cast.take_down(each, side, site=press.site, at=press.at)
        press.release()
        assert press.page(list_of("az", "library")).count("<h3") == 20, "the window is filled up"
        assert len(json.loads(press.page("az/feed.json"))["items"]) == 20
        yield counted(press)


def without_closings(
    press: Press, seen: Seen, monkeypatch: pytest.MonkeyPatch, store: Path
) -> Seen:
    """Return the lists of a site on which only what is open now ever was, where the draws fell to suit.

    Places are given by the press itself, to no list that it remembers; then those of the site come back.
    """
    kept = list(Place.objects.all())
    draws = iter([draw for pages in seen.values() for draw in draws_for(pages)])
    Place.objects.all().delete()
    with monkeypatch.context() as while_drawn:
        while_drawn.setattr(page_draws, "randbelow", lambda below: next(draws) % below)
        actions.give_places(kinds=KINDS, store=Store(store))
    on = Counter(Place.objects.values_list("list", "page"))
    Place.objects.all().delete()
    Place.objects.bulk_create(kept)
    return {
        name: sorted((page, n) for (each, page), n in on.items() if each == name) for name in seen
    }


def draws_for(pages: Sequence[tuple[int, int]]) -> Iterator[int]:
    """Yield what `randbelow` has to return for these pages: 0 for a full page and for a number left out."""
    numbers = [number for number, n in pages for _ in range(n)]
    on = 0
    for before, number in pairwise([0, *numbers]):
        if before and on < LONGEST:
            yield int(before == number)
        if before != number:
            yield from [0] * (number - before - 1)
            yield 1
        on = on + 1 if before == number else 1


# -- the reader of many sites

Clue = Callable[[Sequence[tuple[int, int]]], float]

CLUES: dict[str, Clue] = {
    "the mean length": lambda pages: -sum(n for _, n in pages) / len(pages),
    "the shortest page": lambda pages: -min(n for _, n in pages),
    "how many are short": lambda pages: sum(n < 5 for _, n in pages),
    "numbers left out": lambda pages: pages[-1][0] - len(pages),
    "the longest page": lambda pages: -max(n for _, n in pages),
}
SITES = 1_500


def full_pages(chance: random.Random, *, closed: int, lists: int) -> list[tuple[int, int]]:
    """Return the full pages of lists that all have 250 open items, after ``closed`` others were closed."""
    n = 250 + closed
    gone, found = set(chance.sample(range(n), closed)), []
    for _ in range(lists):
        places = page_draws.pages_of_next([None] * n, page=0, n=0)
        on = Counter(page for number, page in enumerate(places) if number not in gone)
        found += sorted(on.items())[:-1]
    return found


def how_well_told(clue: Clue, chance: random.Random, *, closed: int, lists: int = 1) -> float:
    """Return how often a site with closings looks more like one than a site without: 0.5 is by guessing."""
    with_, without = (
        [clue(full_pages(chance, closed=n, lists=lists)) for _ in range(SITES // lists)]
        for n in (closed, 0)
    )
    wins = sum((a > b) + (a == b) / 2 for a, b in zip(with_, without, strict=True))
    return wins / len(with_)


@pytest.mark.parametrize("lists", [1, 2])
@pytest.mark.parametrize("clue", CLUES)
def test_no_clue_tells_a_site_with_closings_from_one_without(
    drawn: None, monkeypatch: pytest.MonkeyPatch, clue: str, lists: int
) -> None:
    """Nor where every item is on two lists, as a text is in the library and among the articles."""
    chance = random.Random(7)  # noqa: S311 - the same sites each time
    monkeypatch.setattr(page_draws, "randbelow", chance.randrange)
    assert abs(how_well_told(CLUES[clue], chance, closed=3, lists=lists) - 0.5) < 0.1


def test_pages_of_one_length_tell_every_site_with_closings(
    drawn: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    constant_lengths(monkeypatch)
    chance = random.Random(7)  # noqa: S311 - the same sites each time
    assert how_well_told(CLUES["the shortest page"], chance, closed=3) > 0.95


def test_every_length_is_as_likely_and_numbers_are_left_out(
    drawn: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert page_draws.randbelow is randbelow, "draws are not to be foreseen"
    chance = random.Random(7)  # noqa: S311 - the same pages each time
    monkeypatch.setattr(page_draws, "randbelow", chance.randrange)
    pages = Counter(page_draws.pages_of_next([None] * 130_000, page=0, n=0))
    last = max(pages)
    lengths = Counter(n for page, n in pages.items() if page != last)
    assert set(lengths) == set(range(1, LONGEST + 1))
    expected = (len(pages) - 1) / LONGEST
    assert all(abs(n - expected) < 5 * expected**0.5 for n in lengths.values()), lengths
    assert 0.22 < 1 - len(pages) / last < 0.28


# -- what comes back, and what is lost


def test_a_page_on_which_all_is_hidden_answers_as_a_number_left_out_and_comes_back(
    press: Press, drawn: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = {text.id: text for text in (press.open(cast.an_article(press.site)) for _ in range(9))}
    monkeypatch.setattr(page_draws, "is_full", lambda n: n == 3)
    monkeypatch.setattr(page_draws, "number_after", lambda number: number + 2)
    press.release()
    before, tree = counted(press)["library"], press.tree()
    assert before == [(2, 3), (4, 3), (6, 3)]
    for place in Place.objects.filter(list="library", page=4):
        cast.take_down(texts[place.item], "hy", site=press.site, at=press.at)
    press.release()
    assert counted(press)["library"] == [(2, 3), (6, 3)]
    there = press.tree()
    assert not {page_of_list("az", "library", n) for n in (1, 3, 4, 5)} & set(there)
    press.release(full=True)
    assert press.tree() == there
    press.day += timedelta(days=3)
    press.release()
    assert press.tree() == tree


@pytest.mark.parametrize("lost", [30, 8])
def test_where_places_are_lost_pages_stay_as_the_record_remembers_them(
    press: Press, drawn: None, lost: int
) -> None:
    for _ in range(30):
        press.open(cast.an_article(press.site))
    press.release()
    before, places = press.tree(), Place.objects.filter(list="library").order_by("number")
    numbers = list(places.values_list("page", "item"))
    Place.objects.filter(number__gte=30 - lost).delete()
    press.release(full=True)
    assert press.tree() == before
    assert list(places.values_list("page", "item")) == numbers
    newer = press.open(cast.an_article(press.site))
    press.release()
    place = Place.objects.get(list="library", item=newer.id)
    assert (place.number, place.page >= numbers[-1][0]) == (30, True)
