"""Before a key is turned the signed letters are shown, and what readers will see where it differs."""

from django.http import QueryDict

from visavis.base.text import without_tags
from visavis.desk.reading import _marked
from visavis.kinds.passages import passage
from visavis.library.forms import NewTextForm


def test_words_with_marks_are_shown_as_signed_and_as_seen() -> None:
    marked = passage("paragraph", "a *word* and К***а")
    assert marked.text == "a *word* and К***а"
    assert marked.seen == "a <em>word</em> and К***а"
    assert passage("paragraph", "г-жа К***а, 2*3*4").seen is None


def test_lines_are_lines_before_signing() -> None:
    assert _marked("one\ntwo & three") == "one<br>\ntwo &amp; three"
    assert without_tags(passage("p", "*a*\u00a0&\nb").seen) == "a\u00a0&\nb"


def test_a_form_stops_once_and_names_what_it_took_out() -> None:
    posted = QueryDict(mutable=True)
    posted.update(
        {"kind": "letter", "language": "az", "title": "Ad", "typed": "s\u200bülh\u202e\nvə"}
    )
    form = NewTextForm(posted, languages=["az"])
    (said,) = form.errors["typed"]
    assert "1 × U+200B (zero width space), 1 × U+202E" in said
    assert form["typed"].value() == "sülh\nvə"
    assert NewTextForm(form.data, languages=["az"]).is_valid()
