"""What is hidden changes nothing that anyone can see: neither pages nor lists, counts, feeds, order (C22)."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from printing import Press, a_little_site

import cast
from visavis.pages.addresses import item
from visavis.record import actions as record

Hidden = Callable[[Press], object]


def a_draft(press: Press) -> None:
    text = cast.an_article(press.site)
    record.keep_draft(
        item=text.id,
        kind=text.kind,
        side="az",
        shape=text.shape,
        body=dict(text.body),
        today=press.day,
    )


def a_proposal_with_one_key(press: Press) -> None:
    text = cast.propose(cast.an_article(press.site, day=press.day), site=press.site)
    cast.turn(text, "az", site=press.site)


def a_proposed_question(press: Press) -> None:
    cast.propose(cast.a_question(press.site, day=press.day), site=press.site)


def a_withdrawn_proposal(press: Press) -> None:
    text = cast.propose(cast.an_article(press.site, day=press.day), site=press.site)
    record.withdraw(digest=text.digest, side="az")


def a_text_that_came_and_went(press: Press) -> None:
    text = press.open(cast.an_article(press.site, day=press.day))
    press.release()
    for side in press.site.codes:
        cast.take_down(text, side, site=press.site, at=press.at)


def a_question_that_came_and_went(press: Press) -> None:
    question = press.open(cast.a_question(press.site, day=press.day))
    press.release()
    for side in press.site.codes:
        cast.take_down(question, side, site=press.site, at=press.at)


def a_closing_that_will_lapse(press: Press) -> None:
    text = press.open(cast.an_article(press.site, day=press.day))
    press.release()
    cast.take_down(text, "hy", site=press.site, at=press.at)


HIDDEN: tuple[Hidden, ...] = (
    a_draft,
    a_proposal_with_one_key,
    a_proposed_question,
    a_withdrawn_proposal,
    a_text_that_came_and_went,
    a_question_that_came_and_went,
    a_closing_that_will_lapse,
)


@pytest.mark.parametrize("hide", HIDDEN, ids=lambda hide: hide.__name__)
def test_what_is_hidden_leaves_every_byte_as_it_was(press: Press, hide: Hidden) -> None:
    a_little_site(press)
    before = press.tree()
    hide(press)
    press.release()
    assert press.tree() == before
    press.release(full=True)
    assert press.tree() == before


def test_a_closed_text_takes_all_that_was_made_from_it_along(press: Press) -> None:
    text = press.open(cast.an_article(press.site))
    later = press.open(cast.a_translation(press.site, of=text, language="ru", side="az"))
    press.release()
    paths = [path for path in press.tree() if text.id[:12] in path]
    assert item("ru", "library", text.id) in paths
    cast.take_down(text, "hy", site=press.site, at=press.at)
    press.release()
    left = press.tree()
    assert not [path for path in left if text.id[:12] in path or text.digest in path]
    assert not [path for path in left if later.digest in path]
    for path in left:
        if path.endswith((".html", ".xml", ".json", ".jsonld")):
            assert text.id[:12] not in press.page(path)


def test_a_closing_that_lapses_brings_back_the_same_bytes(press: Press) -> None:
    text = press.open(cast.an_article(press.site))
    press.release()
    before = press.tree()
    cast.take_down(text, "hy", site=press.site, at=press.at)
    press.release()
    assert press.tree() != before
    press.day += timedelta(days=3)
    press.release()
    assert press.tree() == before


def test_a_row_that_nobody_signed_shows_nothing(press: Press) -> None:
    """A row written past every rule, with its subject marked for the press, changes no byte."""
    from visavis.record import models

    a_little_site(press)
    before = press.tree()
    forged = cast.an_article(press.site)
    models.Document.objects.create(
        digest=forged.digest,
        item=forged.id,
        subject=forged.id,
        kind=forged.kind,
        version=1,
        is_sealed=False,
        state="open",
        proposed_on=press.day,
        data=forged.data,
    )
    models.Changed.objects.create(subject=forged.id)
    press.release()
    assert press.tree() == before
    press.release(full=True)
    assert press.tree() == before
