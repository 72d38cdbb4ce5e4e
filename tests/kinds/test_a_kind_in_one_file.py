"""A whole kind in one file: what a room would write, and what follows from it everywhere.

The charter of this site was signed before poems were thought of. A poem needs every side's key all the
same, and goes from a desk's form to readers, feeds, verifier and the pages made again.
"""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, time
from enum import StrEnum
from typing import Any

import pytest
from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from markupsafe import Markup

import desks as stage
from visavis.base import data
from visavis.base.refusal import Refused
from visavis.base.text import plain
from visavis.kinds.acts import Act, Around
from visavis.kinds.bodies import Body
from visavis.kinds.installed import installed
from visavis.kinds.items import Part, View
from visavis.kinds.kind import DocumentKind, Kinds, List, PublicPage
from visavis.kinds.passages import Contents, Line, Names, Passage, in_one_language
from visavis.kinds.shapes import Shapes
from visavis.kinds.summary import Summary, plain_summary
from visavis.kinds.writing import written
from visavis.pages.making import Making, Page
from visavis.pages.site import Site
from visavis.people.access import editor_required
from visavis.people.http import EditorRequest
from visavis.press.actions import release_edition
from visavis.press.remaking import made_again
from visavis.press.store import Store
from visavis.project import urls
from visavis.record import actions as record
from visavis.record.public import current_charter
from visavis.sides.keyfiles import key_file
from visavis.signing.charter import Opens
from visavis.signing.document import Document
from visavis.signing.verify import Outcome, verify

pytestmark = pytest.mark.django_db

# ---- the kind: all that a room would have to say


class PoemRefusal(StrEnum):
    NO_LINES = "a poem without lines"


class PoemBody(Body):
    title: str
    lines: tuple[str, ...]


POEM_BODY = Shapes("poem-1", PoemBody.from_json)


def title(body: PoemBody, language: str) -> Line:
    return Line(language, body.title)


def reading(part: Part[PoemBody], _source: Part[Any] | None, _names: Names) -> Contents:
    lines = (Passage("item", line) for line in part.body.lines)
    return in_one_language(part.document.languages[0], [Passage("title", part.body.title), *lines])


def why_not(poem: Document, _act: Act, _around: Around) -> PoemRefusal | None:
    return None if poem.body["lines"] else PoemRefusal.NO_LINES


def pages(poem: View[PoemBody], making: Making) -> Iterator[Page]:
    words = Markup("<br>").join(plain(line) for line in poem.body.lines)
    return making.plain(
        poem,
        at="poems",
        titles=dict.fromkeys(poem.languages, plain(poem.body.title)),
        words=dict.fromkeys(poem.languages, words),
    )


def summary(poem: View[PoemBody], site: Site) -> Summary:
    titles = dict.fromkeys(poem.languages, plain(poem.body.title))
    return plain_summary(poem, site, at="poems", titles=titles, lead=plain(poem.body.lines[0]))


POEM = DocumentKind(
    word="poem",
    one=_("Poem"),
    many=_("Poems"),
    opens=Opens.EVERY_SIDE,
    shapes=POEM_BODY,
    title=title,
    reading=reading,
    why_not=why_not,
    refusals={PoemRefusal.NO_LINES: "A poem has lines."},
    page=PublicPage(lists=("poems", "library"), view=View.of, pages=pages, summary=summary),
)
POEMS = List(name="poems", title=_("Poems"), note=_("Short ones."))


class PoemForm(forms.Form):
    title = forms.CharField()
    lines = forms.CharField(required=False)

    def body(self) -> PoemBody:
        return PoemBody(
            title=self.cleaned_data["title"],
            lines=tuple(self.cleaned_data["lines"].split("\n")),
        )


@editor_required
def new_poem(request: EditorRequest) -> HttpResponse:
    form, side, today = PoemForm(request.POST), request.account.side_id, timezone.now().date()
    if not form.is_valid():
        return HttpResponse(form.as_p(), status=422)
    charter = current_charter(on=today)
    assert charter is not None
    poem = written(
        "poem",
        form.body().as_json(),
        shape=POEM_BODY.newest,
        site=charter.site,
        languages=(side,),
        today=today,
    )
    record.propose(document=poem, by=side, today=today)
    return redirect("desk:read", poem.digest)


urlpatterns = [path("desk/poems/new/", new_poem), *urls.urlpatterns]
handler404 = urls.handler404

# ---- a site that knows nothing of poems when its charter is signed


@pytest.fixture
def desks() -> Iterator[stage.Desks]:
    with stage.on(stage.DAY):
        desks = stage.at_work()
        data.write_private(data.release_key_file(), key_file(desks.site.release_key).encode())
        yield desks


@pytest.fixture
def poems(desks: stage.Desks, settings: Any) -> stage.Desks:
    now = installed()
    settings.KINDS = Kinds((*now.every, POEM), (*now.lists, POEMS))
    settings.ROOT_URLCONF = __name__
    return desks


def proposed(desks: stage.Desks, **fields: str) -> str:
    given = {"title": "On the wind", "lines": "It blows <here>\nand there."} | fields
    response = desks.post("az", "/desk/poems/new/", given)
    assert response.status_code == 302
    return str(response["Location"].rstrip("/").rsplit("/", 1)[-1])


def turned(desks: stage.Desks, digest: str) -> None:
    for side in ("az", "hy"):
        given = {"passphrase": desks.passphrase[side]}
        response = desks.post(side, f"/en/desk/read/{digest}/turn-key/", given)
        assert response.status_code == 302, response.content.decode()


class Released:
    """The edition that came out, as readers have it."""

    def __init__(self) -> None:
        release_edition(datetime.combine(stage.DAY, time(12), tzinfo=UTC))
        self._store = Store(data.public_directory())

    def page(self, path: str) -> str:
        content = self._store.content(path)
        assert content is not None, f"nothing is at {path}"
        return content.decode()

    def tree(self) -> dict[str, str]:
        return {path: entry.blob for path, entry in self._store.entries()}


def test_a_poem_goes_from_a_form_at_one_desk_to_readers(poems: stage.Desks) -> None:
    assert "poem" not in poems.site.charter.policy
    digest = proposed(poems)
    other = poems.page("hy", f"/en/desk/read/{digest}/")
    assert "On the wind" in other
    assert "It blows &lt;here&gt;" in other
    assert "Poem" in poems.page("hy", "/en/desk/")
    turned(poems, digest)
    press = Released()
    item = record_item(digest)
    page = press.page(f"az/poems/{item[:12]}/index.html")
    assert "It blows &lt;here&gt;<br>and there." in page
    assert digest in page
    for name in ("poems", "library"):
        assert "On the wind" in press.page(f"az/{name}/index.html")
        (number,) = (
            number for each, number in json.loads(press.page("lists.json")) if each == name
        )
        assert "On the wind" in press.page(f"en/{name}/page/{number}/index.html")
        assert item[:12] in press.page(f"lists/{name}-{number}.json")
    assert "/poems/index.html" in press.page("az/index.html")
    assert "Poems" in press.page("en/about/index.html")
    for feed in ("atom.xml", "feed.json"):
        assert press.page(f"az/{feed}").count("On the wind") == 1
    graph = json.loads(press.page(f"items/{item[:12]}.jsonld"))["@graph"]
    assert {node.get("name") for node in graph} >= {"On the wind"}


def test_a_copy_with_a_poem_verifies_and_its_pages_are_made_again(poems: stage.Desks) -> None:
    turned(poems, proposed(poems))
    Released()
    report = verify(
        data.public_directory(),
        charter_fingerprint=poems.site.charter.digest,
        today=stage.DAY,
    )
    assert report.outcome is Outcome.GOOD
    again = made_again(report, today=stage.DAY)
    assert again.pages is not None
    assert again.pages.differing == ()
    assert again.pages.is_same_software


def test_a_poem_that_is_taken_down_leaves_nothing(poems: stage.Desks) -> None:
    empty = Released().tree()
    digest = proposed(poems)
    turned(poems, digest)
    Released()
    given = {"passphrase": poems.passphrase["hy"]}
    assert poems.post("hy", reverse("desk:take-down", args=[digest]), given).status_code == 302
    assert Released().tree() == empty


@pytest.mark.parametrize("act", ["propose", "sign", "alone"])
def test_a_poem_without_lines_is_refused_at_every_act(poems: stage.Desks, act: str) -> None:
    body = PoemBody(title="Nothing", lines=()).as_json()
    site, today = poems.site, stage.DAY
    empty = written(
        "poem", body, shape="poem-1", site=site.charter.site, languages=("az",), today=today
    )
    with pytest.raises(Refused, match="a poem without lines"):
        record.propose(document=empty, by="az", today=today)
    assert installed().of(empty) is POEM
    assert why_not(empty, Act(act), None) is PoemRefusal.NO_LINES  # type: ignore[arg-type]


def test_a_poem_never_stands_alone_under_a_charter_that_does_not_list_it(
    poems: stage.Desks,
) -> None:
    from visavis.signing.policy import OpenRefusal, why_not_stand_alone

    poem = written(
        "poem", {}, shape="poem-1", site=poems.site.charter.site, languages=("az",), today=stage.DAY
    )
    charter = poems.site.charter
    assert why_not_stand_alone(poem, charter=charter) is OpenRefusal.NEVER_ALONE
    listing = replace(charter, policy={**charter.policy, "poem": Opens.EVERY_SIDE})
    assert why_not_stand_alone(poem, charter=listing) is None


def record_item(digest: str) -> str:
    from visavis.record.models import Document as Row

    return str(Row.objects.get(digest=digest).item)
