"""Somebody writes: from the first word to what readers see, corrected, and gone."""

import pytest

import desks as stage
from authors import discussion, writer
from visavis.discussions import own_words
from visavis.record.models import Document as Row
from visavis.record.rules import State

pytestmark = pytest.mark.django_db
HOME = "/en/taking-part/"


def test_words_are_written_previewed_handed_in_and_withdrawn(desks: stage.Desks) -> None:
    place, person = discussion(desks.site), writer()
    assert "Water" in person.page(f"{HOME}discussions/")
    form = person.page(f"{HOME}discussions/{place.id}/write/")
    assert "Be kind. (en)" in form
    assert "rules_read" in form
    unread = person.post(
        f"{HOME}discussions/{place.id}/write/", original="az", text="Su soyuq idi."
    )
    assert unread.status_code == 422
    assert "Su soyuq idi." in unread.content.decode()
    kept = person.post(
        f"{HOME}discussions/{place.id}/write/",
        original="az",
        text="Su *soyuq* idi.",
        rules_read="on",
        seen="",
    )
    assert kept["Location"] == f"{HOME}words/draft/0/preview/", kept.content.decode()
    preview = person.page(kept["Location"])
    assert "<em>soyuq</em>" in preview
    assert "Words: 3 of at most 100" in preview
    draft = own_words.draft_for(person.row, 0)
    done = person.post(f"{HOME}words/draft/0/hand-in/", seen=draft.seen)
    assert done.status_code == 302, done.content.decode()
    assert own_words.drafts(person.row) == []
    kinds = sorted(Row.objects.filter(state=State.PROPOSED).values_list("kind", flat=True))
    assert kinds == ["card", "contribution"]
    mine = person.page(f"{HOME}words/")
    assert "Su soyuq idi." in mine
    assert "Waiting at your desk" in mine
    (waiting,) = person.never_open()
    person.page(f"{HOME}words/{waiting.id}/withdraw/")
    gone = person.post(f"{HOME}words/{waiting.id}/withdraw/")
    assert gone["Location"].endswith("?done=withdrawn")
    assert person.never_open() == []
    row = Row.objects.get(item=waiting.id)
    assert (row.state, bytes(row.data)) == (State.WITHDRAWN, b"")
