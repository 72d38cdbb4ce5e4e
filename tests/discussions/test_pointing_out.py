"""Somebody who takes part points out an open contribution to the desk of its side."""

from datetime import UTC, datetime

import pytest
from django.urls import reverse
from handing_in import a_discussion, card_of, handed_in, joined, with_card

import cast
import desks as stage
import reading
from visavis.discussions import deciding
from visavis.discussions.models import Report
from visavis.discussions.rules import MOST_TOLD_A_DAY, PointedOut
from visavis.people.models import DayMark
from visavis.record.models import Document as Row
from visavis.safety.reading import Reader, reader
from visavis.sides import desk_keys
from visavis.signing import boxes
from visavis.signing.boxes import CannotOpenError, Key

pytestmark = pytest.mark.django_db
QUEUE = "/en/desk/contributions/"
NOTE = "It names my neighbour."


def opened(desks, person, discussion, text="Bir söz."):
    document = handed_in(person, discussion, text)
    for each in (card_of(person), document):
        if each.digest not in record_open():
            cast.turn(each, person.side, site=desks.site)
    return document


def record_open():
    return set(Row.objects.filter(state="open").values_list("digest", flat=True))


def address_of(item):
    return f"/en/taking-part/contributions/{item}/tell/"


def tell(person, item, reason=PointedOut.NAMES_A_PERSON, note=NOTE):
    return person.client.post(address_of(item), {"reason": reason, "note": note})


@pytest.fixture
def document(desks):
    return opened(desks, with_card("hy"), a_discussion(desks))


def test_the_desk_of_its_side_reads_it_and_ticks_it_off(desks, document):
    told = tell(joined(), document.id)
    assert told["Location"] == f"{address_of(document.id)}?done=told"
    html = desks.page("hy", QUEUE)
    assert NOTE in html
    assert "It names a person" in html
    assert reverse("desk:take-down", args=[document.digest]) in html
    assert stage.faults_in(html) == []
    (report,) = Report.objects.all()
    done = desks.post("hy", f"{QUEUE}seen-to/", {"report": [report.pk]})
    assert done.status_code == 302
    assert NOTE not in desks.page("hy", QUEUE)
    assert not Report.objects.exists()


def test_no_other_desk_reads_it_or_ticks_it_off(desks, document):
    tell(joined("az"), document.id)
    assert NOTE not in desks.page("az", QUEUE)
    report = Report.objects.get()
    desks.post("az", f"{QUEUE}seen-to/", {"report": [report.pk]})
    assert Report.objects.exists()
    with pytest.raises(CannotOpenError):
        reading.desk("az").open(bytes(report.box), about=f"discussions_report.box {report.pk}")


def test_no_row_says_who_told_or_of_what(desks, document):
    person = joined()
    tell(person, document.id)
    report = Report.objects.get()
    box = bytes(report.box)
    assert NOTE.encode() not in box
    assert document.id.encode() not in box
    (wrap,) = boxes.Envelope.from_bytes(box).wraps
    key = desk_keys.newest("hy")
    assert key is not None
    assert wrap.reader == boxes.id_of(key.public)
    about = f"discussions_report.box {report.pk}"
    own = person.row.purse.key_at(about)
    with pytest.raises(CannotOpenError):
        Reader({"own": [own, Key.of(person.row.purse.inbox)]}).open(box, about=about)
    with person.reading(), pytest.raises(CannotOpenError):
        reader().open(box, about=about)


def test_one_person_tells_so_much_a_day_and_locks_nobody_out(desks, document):
    flooding, other = joined(), joined()
    for _ in range(MOST_TOLD_A_DAY):
        assert tell(flooding, document.id).status_code == 302
    refused = tell(flooding, document.id, note="Kept words.")
    assert refused.status_code == 409
    assert "Kept words." in refused.content.decode()
    assert "enough notes for today" in refused.content.decode()
    assert Report.objects.count() == DayMark.objects.count() == MOST_TOLD_A_DAY
    assert tell(other, document.id, note="From another.").status_code == 302
    assert Report.objects.count() == MOST_TOLD_A_DAY + 1


def test_of_one_contribution_the_newest_are_shown_and_all_ticked_off_together(desks, document):
    for n in range(2):
        person = joined()
        for k in range(4):
            tell(person, document.id, note=f"Note {n} {k}")
    html = desks.page("hy", QUEUE)
    assert html.count("<q dir") == deciding.MOST_OF_ONE
    assert "More about the same: 3" in html
    ((pointed,), more) = deciding.pointed_out("hy")
    assert more == 0
    desks.post("hy", f"{QUEUE}seen-to/", {"report": pointed.reports})
    assert not Report.objects.exists()


def test_what_is_no_longer_open_is_named_so(desks, document):
    tell(joined(), document.id)
    cast.take_down(document, "hy", site=desks.site, at=datetime(2030, 6, 1, tzinfo=UTC))
    html = desks.page("hy", QUEUE)
    assert "A contribution that is no longer open" in html
    assert NOTE in html


def test_what_is_not_open_and_what_is_not_there_are_the_same_404(desks):
    discussion = a_discussion(desks)
    waiting = handed_in(with_card("hy"), discussion)
    for item in (waiting.id, "0" * 32, "0" * 12, "a", discussion, "%25"):
        assert tell(joined(), item).status_code == 404
    assert not Report.objects.exists()


def test_the_form_says_where_it_goes(desks, document):
    person = joined()
    html = person.client.get(address_of(document.id)).content.decode()
    assert "Bir söz." in html
    assert stage.faults_in(html) == []


def test_it_is_gone_after_thirty_days(desks, document):
    tell(joined(), document.id)
    deciding.forget_what_is_past(today=stage.after(30))
    assert Report.objects.exists()
    deciding.forget_what_is_past(today=stage.after(31))
    assert not Report.objects.exists()


def test_a_desk_closes_from_the_list_of_what_is_open(desks, document):
    html = desks.page("hy", f"{QUEUE}open/")
    assert "Bir söz." in html
    assert document.digest in html
    assert "Close the card" in html
    assert stage.faults_in(html) == []


def test_somebody_who_writes_rows_keeps_no_page_from_opening(desks, document):
    tell(joined(), document.id)
    row = Report.objects.get()
    key = desk_keys.newest("hy")
    about = f"discussions_report.box {row.pk}"
    for content in (b"[", b"[1]", b'["no such reason", "", ""]', b"\xff", b'["other", "", "x"]'):
        row.box = boxes.enveloped(content, about=about, to=[key.public])
        row.save()
        desks.page("hy", QUEUE)
