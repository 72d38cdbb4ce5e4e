"""What is open and cannot be read keeps its page, its places and its feed entry, and the page says so."""

from dataclasses import replace
from datetime import UTC, datetime, time
from typing import Any

import pytest

import cast
from cast import DAY, SiteKeys
from visavis.base import data
from visavis.kinds.bodies import BadBodyError
from visavis.kinds.installed import installed
from visavis.kinds.kind import Kinds
from visavis.kinds.shapes import Shapes
from visavis.press.actions import release_edition
from visavis.press.remaking import made_again
from visavis.press.store import Store
from visavis.project import doctor
from visavis.record import actions
from visavis.signing.verify import Outcome, verify

pytestmark = pytest.mark.django_db
NOON = datetime.combine(DAY, time(12), tzinfo=UTC)


@pytest.fixture
def site() -> SiteKeys:
    return cast.found_with_release_key(cast.a_charter())


def unread(settings: Any, word: str) -> None:
    """From now on the program is one that cannot read bodies of this kind."""

    def refuse(_body: Any) -> None:
        raise BadBodyError("a newer shape")

    now = installed()
    kinds = [
        replace(kind, shapes=Shapes("other-1", refuse)) if kind.word == word else kind
        for kind in now.every
    ]
    settings.KINDS = Kinds(kinds, now.lists)


def page(path: str) -> str:
    content = Store(data.public_directory()).content(path)
    assert content is not None, f"nothing is at {path}"
    return content.decode()


def test_a_text_of_a_newer_shape_keeps_its_page_its_lists_and_its_feed_entry(
    site: SiteKeys, settings: Any
) -> None:
    text = cast.open_(cast.an_article(site, side="az"), site)
    release_edition(NOON)
    address = f"az/library/{text.id[:12]}/index.html"
    assert text.body["versions"]["az"]["title"] in page(address)
    unread(settings, "article")
    release_edition(NOON, full=True)
    english = page(f"en/library/{text.id[:12]}/index.html")
    assert "This version of the software cannot show this document." in english
    assert f"documents/{text.digest}.json" in page(address)
    assert text.body["versions"]["az"]["title"] not in page(address)
    assert text.id[:12] in page("en/library/index.html")
    assert "Cannot be shown: Article" in page("en/atom.xml")
    assert text.id[:12] not in page("en/index.html")


def test_a_copy_with_what_cannot_be_read_is_right_and_made_again(
    site: SiteKeys, settings: Any
) -> None:
    cast.open_(cast.an_article(site), site)
    unread(settings, "article")
    release_edition(NOON)
    report = verify(data.public_directory(), charter_fingerprint=site.charter.digest, today=DAY)
    assert report.outcome is Outcome.GOOD
    pages = made_again(report, today=DAY).pages
    assert pages is not None
    assert pages.differing == ()


def test_a_translation_that_cannot_be_read_is_one_line_and_is_among_the_documents(
    site: SiteKeys, settings: Any
) -> None:
    text = cast.open_(cast.an_article(site), site)
    later = cast.open_(cast.a_translation(site, of=text, language="en", side="hy"), site)
    unread(settings, "translation")
    release_edition(NOON)
    shown = page(f"az/library/{text.id[:12]}/index.html")
    assert f"documents/{later.digest}.json" in shown
    assert text.body["versions"]["az"]["title"] in shown
    assert Store(data.public_directory()).content(f"en/library/{text.id[:12]}/index.html") is None


def test_a_chair_whose_answer_cannot_be_read_is_not_called_empty(
    site: SiteKeys, settings: Any
) -> None:
    question = cast.open_(cast.a_question(site), site)
    for side in site.codes:
        answer = cast.propose(cast.an_answer(site, to=question, side=side), site=site)
        cast.turn(answer, side, site=site)
    actions.settle(at=NOON)
    unread(settings, "answer")
    release_edition(NOON)
    shown = page(f"en/questions/{question.id[:12]}/index.html")
    assert "This answer cannot be shown by this version of the software." in shown
    assert "This chair is empty." not in shown
    assert "2 documents of this page cannot be shown" in shown


def test_doctor_counts_it_by_kind_and_shape_and_says_nothing_else_of_it(
    site: SiteKeys, settings: Any
) -> None:
    text = cast.open_(cast.an_article(site), site)
    (well,) = doctor.bodies(NOON)
    unread(settings, "article")
    (found,) = doctor.bodies(NOON)
    assert well.says == "Every open document can be shown."
    assert "article 1 (text-1)." in found.says
    assert text.id not in found.says
