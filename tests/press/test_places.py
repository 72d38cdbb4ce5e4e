"""Where items are on the lists: a place is given once, and an item on several lists has one on each."""

import json
import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.utils.translation import gettext_lazy as _
from printing import Press

import cast
from visavis.kinds.kind import Kinds, List
from visavis.library.kinds import ARTICLE
from visavis.pages.addresses import item, linked_data, list_of, list_part, page_of_list
from visavis.press import actions, queries
from visavis.press.models import Place
from visavis.press.page_draws import Placed
from visavis.project.kinds import KINDS
from visavis.record import public as record

LONG = "long-reads"
assert ARTICLE.page is not None
ON_TWO = replace(ARTICLE, page=replace(ARTICLE.page, lists=("library", LONG)))


def articles_on_two_lists() -> Kinds:
    """Return the kinds of the program, but articles are on a list of their own too, the first of all."""
    every = (*(kind for kind in KINDS.every if kind is not ARTICLE), ON_TWO)
    return Kinds(every, (List(name=LONG, title=_("Articles"), note=_("Articles")), *KINDS.lists))


def give_places(*, among: set[str] | None = None) -> None:
    actions.give_places(kinds=KINDS, store=actions.public_store(), among=among)


def items_at(name: str, *, first: int, last: int) -> list[tuple[int, str]]:
    return [(each.number, each.item) for each in queries.items_at(name, first=first, last=last)]


def test_of_some_items_only_those_get_a_place_that_are_open_and_have_none(press: Press) -> None:
    texts = sorted(press.open(cast.an_article(press.site)).id for _ in range(4))
    waiting = cast.propose(cast.an_article(press.site), site=press.site).id
    give_places(among=set(texts[:1]))
    give_places(among={*texts[:3], waiting, "nothing"})
    assert items_at("library", first=0, last=9) == list(enumerate(texts[:3]))
    give_places(among=set())
    assert queries.places_on("library") == 3
    give_places()
    assert items_at("library", first=0, last=9) == list(enumerate(texts))
    assert list(queries.items_without_place("library", among=["b", texts[0], "a"])) == ["b", "a"]


def test_a_place_on_a_list_is_given_once(press: Press) -> None:
    text, question = (
        press.open(make(press.site)).id for make in (cast.an_article, cast.a_question)
    )
    for _again in range(2):
        give_places()
    later = press.open(cast.an_article(press.site)).id
    give_places()
    assert items_at("library", first=0, last=9) == [(0, text), (1, later)]
    assert items_at("library", first=1, last=1) == [(1, later)]
    assert items_at("questions", first=0, last=9) == [(0, question)]
    assert (queries.places_on("library"), queries.places_on(LONG)) == (2, 0)
    assert queries.place_of("library", later) == Placed(1, 1, later)
    assert queries.place_of("questions", later) is None
    assert queries.place_of("library", "nothing") is None


def test_the_oldest_item_gets_the_first_place(press: Press) -> None:
    today = press.day
    newer = press.open(cast.an_article(press.site, day=today))
    press.day = today - timedelta(days=3)
    older = press.open(cast.an_article(press.site, day=press.day))
    give_places()
    assert items_at("library", first=0, last=1) == [(0, older.id), (1, newer.id)]


def test_an_edition_only_reads_and_a_killed_press_gives_no_place_twice(
    press: Press, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = press.open(cast.an_article(press.site))

    class KilledError(Exception):
        pass

    def killed(*_all: object, **_more: object) -> None:
        raise KilledError

    with monkeypatch.context() as while_killed:
        while_killed.setattr(actions, "Edition", killed)
        with pytest.raises(KilledError):
            press.release()
    given = list(Place.objects.values())
    assert [(each["list"], each["item"]) for each in given] == [
        ("library", text.id),
        ("articles", text.id),
    ]
    assert record.changed().subjects >= {text.id}, "it is still to be shown"
    press.release()
    assert list(Place.objects.values()) == given
    assert item("az", "library", text.id) in press.tree()


def test_an_item_on_two_lists_is_on_both_has_one_address_and_is_shown_once_elsewhere(
    press: Press, settings: Any
) -> None:
    settings.KINDS = articles_on_two_lists()
    letter = press.open(cast.a_letter(press.site))
    press.release()
    text = press.open(cast.an_article(press.site))
    press.release()
    assert items_at("library", first=0, last=9) == [(0, letter.id), (1, text.id)]
    assert items_at(LONG, first=0, last=9) == [(0, text.id)]
    path, short = item("az", "library", text.id), text.id[:12]
    for name in ("library", LONG):
        for page in (list_of("az", name), page_of_list("az", name, 1)):
            assert len(re.findall(rf'<h3[^>]*><a[^>]*href="[^"]*{path}"', press.page(page))) == 1
        assert short in press.page(list_part(name, 1))
        assert [name, 1] in json.loads(press.page("lists.json"))
    assert letter.id[:12] not in press.page(list_of("az", LONG))
    assert not any(path.startswith(f"az/{LONG}/{short}") for path in press.tree())
    ids = [each["id"] for each in json.loads(press.page("az/feed.json"))["items"]]
    assert len(ids) == len(set(ids)) == 2, "the letter and the text, each once"
    assert press.page("az/atom.xml").count("<entry ") == 2
    assert len(re.findall(rf'<h2[^>]*><a[^>]*href="[^"]*{path}"', press.page("az/index.html"))) == 1
    about = json.loads(press.page(linked_data(text.id)))["@graph"][0]
    assert {"/az/library/", f"/az/{LONG}/"} <= set(about["isPartOf"])


def test_what_is_taken_down_leaves_both_lists_and_comes_back_to_its_places(
    press: Press, settings: Any
) -> None:
    settings.KINDS = articles_on_two_lists()
    kept, text = (press.open(cast.an_article(press.site)) for _ in range(2))
    press.release()
    before = press.tree()
    cast.take_down(text, "hy", site=press.site, at=press.at)
    press.release()
    assert not any(text.id[:12] in path or text.digest in path for path in press.tree())
    for name in ("library", LONG):
        for page in (list_of("az", name), page_of_list("az", name, 1), list_part(name, 1)):
            assert text.id[:12] not in press.page(page)
            assert kept.id[:12] in press.page(page)
    press.day += timedelta(days=3)
    press.release()
    assert press.tree() == before


def test_the_last_item_of_two_lists_takes_their_pages_along(press: Press, settings: Any) -> None:
    settings.KINDS = articles_on_two_lists()
    press.release()
    before = press.tree()
    text = press.open(cast.an_article(press.site))
    press.release()
    assert page_of_list("az", LONG, 1) in press.tree()
    for side in press.site.codes:
        cast.take_down(text, side, site=press.site, at=press.at)
    press.release()
    assert press.tree() == before
