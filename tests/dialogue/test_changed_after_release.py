"""Attack: a dummy answer opens the other side's; then a reply to that takes its place, unmarked."""

import json
from datetime import UTC, datetime, time, timedelta

import pytest

import cast
import desks as stage
from views import viewed
from visavis.base.data import public_directory, release_key_file, write_private
from visavis.base.refusal import Refused
from visavis.dialogue.rules import DialogueRefusal
from visavis.press.actions import release_edition
from visavis.press.remaking import made_again
from visavis.record import actions as record
from visavis.record import models, queries
from visavis.record.public import open_subject
from visavis.record.rules import RecordRefusal
from visavis.sides import keyfiles
from visavis.signing.verify import verify

pytestmark = pytest.mark.django_db


def noon(n_days):
    """Noon of the day that many days after the first."""
    return datetime.combine(stage.after(n_days), time(12), UTC)


@pytest.fixture
def desks(db):
    with stage.on(stage.DAY):
        yield stage.at_work("az", "hy")


def released(desks):
    """Return a question whose answers an edition shows, and az's answer, the dummy."""
    asked = cast.open_(cast.a_question(desks.site), desks.site)
    answers = {
        side: cast.open_(
            cast.an_answer(desks.site, to=asked, side=side, words=f"Dummy of {side}."), desks.site
        )
        for side in desks.site.codes
    }
    assert len(open_subject(asked.id)) == 2 + len(answers)  # and the note that lets them out
    return asked, answers


def corrected(desks, answer, *, words="A rebuttal.", day=stage.DAY):
    body = json.loads(json.dumps(dict(answer.body)))
    body["versions"]["az"]["units"] = cast.units(words)
    later = cast.next_version(answer, body=body, day=day)
    cast.propose(later, by="az", site=desks.site, today=day)
    cast.turn(later, "az", site=desks.site, today=day)
    return later


def seen(desks, asked):
    return viewed(open_subject(asked.id), desks.site.charter)


def chair(desks, asked, side="az"):
    return next(each.answer for each in seen(desks, asked).chairs if each.side == side)


def test_no_answer_is_changed_before_an_edition_has_shown_the_release(desks):
    asked, answers = released(desks)
    with pytest.raises(Refused, match=DialogueRefusal.NOT_SHOWN_YET.value):
        corrected(desks, answers["az"])
    cast.shown()
    later = cast.next_version(answers["az"])
    cast.propose(later, by="az", site=desks.site)
    # It is asked again when the key is turned: here hy's answer has changed meanwhile.
    record.touch_everything()
    with pytest.raises(Refused, match=DialogueRefusal.NOT_SHOWN_YET.value):
        cast.turn(later, "az", site=desks.site)
    assert chair(desks, asked).changed_on is None
    cast.shown()
    cast.turn(later, "az", site=desks.site)
    assert chair(desks, asked).changed_on == stage.DAY


def test_it_is_marked_with_its_day_and_the_first_words_stand_beside_it(desks):
    asked, answers = released(desks)
    assert seen(desks, asked).changed_on is None
    cast.shown()
    later = corrected(desks, answers["az"], day=stage.after(2))
    found = chair(desks, asked)
    assert (found.digest, found.changed_on) == (later.digest, stage.after(2))
    assert found.first.digest == answers["az"].digest
    assert chair(desks, asked, "hy").changed_on is None
    cast.shown()
    last = corrected(desks, later, words="Another one.", day=stage.after(5))
    found = chair(desks, asked)
    assert (found.digest, found.changed_on) == (last.digest, stage.after(5))
    assert found.first.digest == answers["az"].digest, "the first released, not the one between"
    digests = {each.digest for each in seen(desks, asked).documents}
    assert {answers["az"].digest, last.digest} < digests
    assert later.digest not in digests


def test_the_first_words_are_closed_alone_and_the_mark_stays(desks):
    """Somebody's name was in them: their side takes them away, and cannot take the mark away with them."""
    asked, answers = released(desks)
    first = answers["az"]
    cast.shown()
    later = corrected(desks, first, day=stage.after(1))
    with pytest.raises(Refused, match=RecordRefusal.NOT_OPEN.value):
        cast.take_down(first, "hy", site=desks.site, at=noon(1))
    backup = list(models.Document.objects.filter(digest=first.digest))
    signatures = list(models.Signature.objects.filter(document=first.digest))
    assert cast.take_down(first, "az", site=desks.site, at=noon(1)) is True
    for _ in ("at once", "and after the older bytes came back"):
        found = chair(desks, asked)
        assert (found.digest, found.changed_on, found.first) == (
            later.digest,
            stage.after(1),
            None,
        )
        assert first.digest not in {each.digest for each in seen(desks, asked).documents}
        for row in backup:
            row.save()
        models.Signature.objects.bulk_create(signatures, ignore_conflicts=True)
        assert first.digest not in {each.digest for each in seen(desks, asked).documents}
        record.settle(at=noon(1))
        assert bytes(models.Document.objects.get(digest=first.digest).data) == b""
    assert len(queries.closing_notes(on=stage.after(1)).splitlines()) == 2
    # In a database from before the change, the item goes with the only words that it has there.
    models.Document.objects.filter(digest=later.digest).delete()
    for row in backup:
        row.state = "open"
        row.save()
    models.Signature.objects.bulk_create(signatures, ignore_conflicts=True)
    record.settle(at=noon(1))
    assert chair(desks, asked) is None


def test_pages_lists_feeds_and_linked_data_say_so_and_the_copy_is_right(desks):
    write_private(release_key_file(), keyfiles.key_file(desks.site.release_key).encode())
    _asked, answers = released(desks)
    release_edition(noon(0))
    later = corrected(desks, answers["az"], day=stage.after(2))
    release_edition(noon(2))
    public = public_directory()
    site = public / "site"
    page = next((site / "en" / "questions").glob("*/index.html")).read_text()
    assert "Changed after the answers were open, on" in page
    assert "A rebuttal." in page
    assert "<details" in page
    assert "Dummy of az." in page
    for path in ("en/index.html", "en/questions/index.html", "en/atom.xml", "en/feed.json"):
        assert "Changed after the answers were open, on" in (site / path).read_text(), path
    (data,) = (site / "items").glob("*.jsonld")
    assert '"correction": "Changed after' in data.read_text()
    report = verify(public, charter_fingerprint=desks.site.charter.digest, today=stage.after(2))
    assert report.problems == (), report.problems
    assert (site / "documents" / f"{answers['az'].digest}.json").exists()
    again = made_again(report, today=stage.after(2)).pages
    assert again is not None
    assert again.differing == ()
    cast.take_down(answers["az"], "az", site=desks.site, at=noon(2) + timedelta(minutes=1))
    release_edition(noon(2) + timedelta(hours=1))
    page = next((site / "en" / "questions").glob("*/index.html")).read_text()
    assert "Changed after the answers were open, on" in page
    assert "Dummy of az." not in page
    assert not (site / "documents" / f"{answers['az'].digest}.json").exists()
    assert (site / "documents" / f"{later.digest}.json").exists()
    report = verify(public, charter_fingerprint=desks.site.charter.digest, today=stage.after(2))
    assert report.problems == (), report.problems
