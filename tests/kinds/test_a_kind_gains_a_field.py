"""A poem gains a field after poems were signed and pressed: the old ones stay what they were.

``poem-2`` has one member more, a dedication. What nobody said of an old poem stays null, and its page shows
nothing of it. What a later version wrote, in ``poem-3``, keeps its page, which says that it cannot be shown.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, time
from typing import Any

import pytest
import test_a_kind_in_one_file as before
from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils import timezone
from markupsafe import Markup

import cast
import desks as stage
from visavis.base import data
from visavis.base.text import plain
from visavis.kinds.installed import installed
from visavis.kinds.items import Part, View
from visavis.kinds.kind import DocumentKind, Kinds
from visavis.kinds.passages import Contents, Names, Passage, in_one_language
from visavis.kinds.shapes import Shapes, adding
from visavis.kinds.writing import written
from visavis.pages.making import Making, Page
from visavis.people.access import editor_required
from visavis.people.http import EditorRequest
from visavis.press.actions import release_edition
from visavis.press.remaking import made_again
from visavis.project import doctor, urls
from visavis.record import actions as record
from visavis.record import models, queries, stored
from visavis.record.public import current_charter
from visavis.record.rules import State
from visavis.signing.canonical import new_id
from visavis.signing.document import Document
from visavis.signing.verify import Outcome, Report, verify

pytestmark = pytest.mark.django_db
desks = before.desks
SAID = {"title": "On the wind", "lines": ["It blows", "and there."]}

# ---- the change: all that a room would have to say


class PoemBody(before.PoemBody, kw_only=True):
    dedicated_to: str | None


TO_SECOND = ("poem-1", adding(dedicated_to=None))
POEM_BODY = Shapes("poem-2", PoemBody.from_json, steps=(TO_SECOND,))


def lines_of(body: PoemBody) -> list[str]:
    """Return the lines, and the dedication under them where there is one."""
    return [*body.lines, *([f"For {body.dedicated_to}"] if body.dedicated_to is not None else [])]


def reading(part: Part[PoemBody], _source: Part[Any] | None, _names: Names) -> Contents:
    lines = (Passage("item", line) for line in lines_of(part.body))
    return in_one_language(part.document.languages[0], [Passage("title", part.body.title), *lines])


def pages(poem: View[PoemBody], making: Making) -> Iterator[Page]:
    words = Markup("<br>").join(plain(line) for line in lines_of(poem.body))
    return making.plain(
        poem,
        at="poems",
        titles=dict.fromkeys(poem.languages, plain(poem.body.title)),
        words=dict.fromkeys(poem.languages, words),
    )


assert before.POEM.page is not None
POEM = replace(
    before.POEM,
    shapes=POEM_BODY,
    reading=reading,
    page=replace(before.POEM.page, pages=pages),
)


class PoemForm(before.PoemForm):
    dedicated_to = forms.CharField(required=False)


@editor_required
def draft_of_poem(request: EditorRequest, item: str) -> HttpResponse:
    """Show a draft in its form; sent, it is proposed in the newest shape."""
    side, today = request.account.side_id, timezone.now().date()
    body = POEM_BODY.of(queries.draft_for(side, item))
    if request.method == "GET":
        initial = {**body.as_json(), "lines": "\n".join(body.lines)}
        return HttpResponse(PoemForm(initial=initial).as_p())
    form, charter = PoemForm(request.POST), current_charter(on=today)
    assert form.is_valid()
    assert charter is not None
    changed = PoemBody(
        title=form.cleaned_data["title"],
        lines=tuple(form.cleaned_data["lines"].splitlines()),
        dedicated_to=form.cleaned_data["dedicated_to"] or None,
    )
    poem = written(
        "poem",
        changed.as_json(),
        shape=POEM_BODY.newest,
        site=charter.site,
        languages=(side,),
        today=today,
        item=item,
    )
    record.propose(document=poem, by=side, today=today)
    return redirect("desk:read", poem.digest)


urlpatterns = [path("desk/poems/<str:item>/", draft_of_poem), *urls.urlpatterns]
handler404 = urls.handler404

# ---- a version that comes later still, of which this one knows nothing


class LaterBody(PoemBody, kw_only=True):
    rhymes: bool


LATER = replace(POEM, shapes=Shapes("poem-3", LaterBody.from_json))


class Program:
    """Which version of the program this is."""

    def __init__(self, settings: Any) -> None:
        self._settings, self._others = settings, installed()
        settings.ROOT_URLCONF = __name__

    def becomes(self, poem: DocumentKind[Any]) -> None:
        """From now on this version runs."""
        others = self._others
        self._settings.KINDS = Kinds((*others.every, poem), (*others.lists, before.POEMS))

    def presses(self, poem: DocumentKind[Any]) -> before.Released:
        """This version runs, and has made every page again."""
        self.becomes(poem)
        release_edition(datetime.combine(stage.DAY, time(12), tzinfo=UTC), full=True)
        return before.Released()


@pytest.fixture
def program(desks: stage.Desks, settings: Any) -> Program:
    return Program(settings)


def opened(desks: stage.Desks, body: dict[str, Any], shape: str) -> Document:
    poem = cast.a_document(
        desks.site, kind="poem", body=body, shape=shape, languages=["az"], day=stage.DAY
    )
    cast.propose(poem, site=desks.site)
    for side in desks.site.codes:
        cast.turn(poem, side, site=desks.site)
    return poem


def page_of(poem: Document, language: str = "az") -> str:
    return f"{language}/poems/{poem.id[:12]}/index.html"


def look(desks: stage.Desks) -> Report:
    report = verify(
        data.public_directory(),
        charter_fingerprint=desks.site.charter.digest,
        today=stage.DAY,
    )
    assert report.outcome is Outcome.GOOD
    again = made_again(report, today=stage.DAY)
    assert again.pages is not None
    assert again.pages.differing == ()
    return report


def test_old_poems_are_read_and_pressed_and_verified_as_before(
    desks: stage.Desks, program: Program
) -> None:
    program.becomes(before.POEM)
    old = opened(desks, SAID, "poem-1")
    first = program.presses(before.POEM)
    shown = first.page(page_of(old))
    press = program.presses(POEM)
    assert "It blows<br>and there." in press.page(page_of(old))
    assert "For " not in press.page(page_of(old))
    assert press.page(page_of(old)) == shown, "nobody said anything new of it"
    assert look(desks).shapes["poem", "poem-1"] == 1
    row = models.Document.objects.get(digest=old.digest)
    assert bytes(row.data) == old.data


def test_old_and_new_poems_stand_beside_each_other(desks: stage.Desks, program: Program) -> None:
    program.becomes(before.POEM)
    old = opened(desks, SAID, "poem-1")
    program.becomes(POEM)
    new = opened(desks, {**SAID, "dedicated_to": "Leyla"}, "poem-2")
    press = program.presses(POEM)
    assert "For Leyla" in press.page(page_of(new))
    assert "For Leyla" not in press.page(page_of(old))
    for poem in (old, new):
        assert poem.id[:12] in press.page("az/poems/index.html")
    shapes = look(desks).shapes
    assert (shapes["poem", "poem-1"], shapes["poem", "poem-2"]) == (1, 1)


def test_an_old_poem_takes_a_next_version_in_the_new_shape(
    desks: stage.Desks, program: Program
) -> None:
    program.becomes(before.POEM)
    old = opened(desks, SAID, "poem-1")
    program.becomes(POEM)
    body = {**POEM_BODY.of(old).as_json(), "dedicated_to": "Leyla"}
    new = cast.next_version(old, body=body, shape="poem-2")
    cast.propose(new, site=desks.site)
    assert "For Leyla" in desks.page("hy", f"/en/desk/read/{new.digest}/")
    for side in desks.site.codes:
        cast.turn(new, side, site=desks.site)
    assert "For Leyla" in program.presses(POEM).page(page_of(old))
    assert models.Document.objects.get(digest=old.digest).state == State.SUPERSEDED
    look(desks)


def test_a_draft_in_the_old_shape_opens_in_the_form_and_is_proposed_in_the_new_one(
    desks: stage.Desks, program: Program
) -> None:
    program.becomes(before.POEM)
    item = new_id()
    record.keep_draft(item=item, kind="poem", side="az", shape="poem-1", body=SAID, today=stage.DAY)
    program.becomes(POEM)
    assert "On the wind" in desks.page("az", "/en/desk/")
    form = desks.page("az", f"/desk/poems/{item}/")
    assert "It blows\nand there." in form
    assert 'name="dedicated_to"' in form
    given = {"title": "On the wind", "lines": "It blows", "dedicated_to": ""}
    assert desks.post("az", f"/desk/poems/{item}/", given).status_code == 302
    poem = stored.document_of(models.Document.objects.get(item=item))
    assert poem is not None
    assert (poem.shape, poem.body["dedicated_to"]) == ("poem-2", None)


def test_a_poem_of_a_later_version_cannot_be_shown_and_keeps_its_page(
    desks: stage.Desks, program: Program
) -> None:
    program.becomes(LATER)
    later = opened(desks, {**SAID, "dedicated_to": None, "rhymes": True}, "poem-3")
    assert "It blows" in program.presses(LATER).page(page_of(later))
    press = program.presses(POEM)
    assert "It blows" not in press.page(page_of(later))
    assert "This version of the software cannot show this document." in press.page(
        page_of(later, "en")
    )
    assert later.digest in press.page(page_of(later))
    assert later.id[:12] in press.page("az/poems/index.html")
    assert "Cannot be shown: Poem" in press.page("en/atom.xml")
    assert look(desks).shapes["poem", "poem-3"] == 1
    (found,) = doctor.bodies(datetime.now(UTC))
    assert "poem 1 (poem-3)." in found.says


def test_a_poem_that_names_an_older_shape_than_it_has_cannot_be_shown(
    desks: stage.Desks, program: Program
) -> None:
    program.becomes(POEM)
    false = opened(desks, {**SAID, "dedicated_to": "Leyla"}, "poem-1")
    press = program.presses(POEM)
    assert "Leyla" not in press.page(page_of(false))
    assert "cannot show this document" in press.page(page_of(false, "en"))
