"""A desk does not open a contribution: why, only its author reads; and nothing else is left of it."""

import pytest
from handing_in import a_discussion, handed_in, joined, with_card

import cast
import desks as stage
from visavis.base.refusal import Refused
from visavis.discussions import deciding
from visavis.discussions.models import Reason
from visavis.discussions.rules import NotOpened
from visavis.people.models import CardLink
from visavis.people.purse import Purse
from visavis.people.rules import ParticipantRole
from visavis.record import actions as record
from visavis.record import public as open_record
from visavis.record.models import Document as Row
from visavis.record.models import Refusal
from visavis.record.rules import RecordRefusal, RefusalReason, State
from visavis.safety.reading import Reader, reader
from visavis.signing import boxes
from visavis.signing.boxes import CannotOpenError, Key

pytestmark = pytest.mark.django_db
QUEUE = "/en/desk/contributions/"
WHY = "The second line names your uncle’s street."


def no(digest):
    return f"{QUEUE}{digest}/no/"


def left(desks, document, side="az", reason=NotOpened.NAMES_A_PERSON, note=WHY):
    return desks.post(side, no(document.digest), {"reason": reason, "note": note})


@pytest.fixture
def person(desks):
    return with_card()


@pytest.fixture
def document(desks, person):
    return handed_in(person, a_discussion(desks), "Gizli söz.")


def test_its_author_reads_why_and_nobody_else(desks, person, document):
    html = desks.page("az", no(document.digest))
    assert stage.faults_in(html) == []
    assert "Gizli söz." in html
    done = left(desks, document)
    assert done["Location"] == f"{QUEUE}?done=not-opened"
    assert "Nothing waits." in desks.page("az", done["Location"])
    assert deciding.why_not_opened(person.row, [document.digest]) == {
        document.digest: deciding.Said(NotOpened.NAMES_A_PERSON, WHY)
    }
    mine = person.client.get("/en/taking-part/words/").content.decode()
    assert WHY in mine
    assert "It names a person" in mine


def test_attack_a_desk_takes_an_authors_words_back_and_says_no_reason(desks, person, document):
    """Taken back as a desk's own, they would be gone at once, and their author would never read why."""
    page = f"/en/desk/read/{document.digest}/"
    assert "Withdraw it" not in desks.page("az", page)
    sent = desks.post("az", f"{page}withdraw/", {})
    assert "Its author has handed this in" in sent.content.decode()
    assert Row.objects.get(digest=document.digest).state == State.PROPOSED
    assert "Gizli söz." in person.client.get("/en/taking-part/words/").content.decode()
    own = cast.propose(cast.a_question(desks.site, text="Ours?"), by="az", site=desks.site)
    assert "Withdraw it" in desks.page("az", f"/en/desk/read/{own.digest}/")  # the control
    desks.post("az", f"/en/desk/read/{own.digest}/withdraw/", {})
    assert Row.objects.get(digest=own.digest).state == State.WITHDRAWN


def test_a_reason_opens_with_the_inbox_alone(desks, person, document):
    """Somebody who has a copy of the tables, with the desk's key, the joint one, and another's purse."""
    left(desks, document)
    box = bytes(Reason.objects.get().box)
    assert WHY.encode() not in box
    about = f"discussions_reason.box {document.digest}"
    for key in (Purse.drawn(ParticipantRole.STUDENT).inbox, boxes.new_key()):
        with pytest.raises(CannotOpenError):
            Reader({"stolen": [Key.of(key)]}).open(box, about=about)
    with pytest.raises(CannotOpenError):
        reader().open(box, about=about)  # every desk's reading keys, and the joint one
    assert deciding.why_not_opened(joined().row, [document.digest]) == {}
    own = Reader({"own": [Key.of(person.row.purse.inbox)]})
    assert WHY.encode() in own.open(box, about=about)
    with pytest.raises(CannotOpenError):
        own.open(box, about=about.replace(document.digest, "0" * 64))


def test_the_length_of_a_box_does_not_tell_which_reason_it_is(desks, person, document):
    other = handed_in(person, document.made_from[0].id, "Başqa.")
    left(desks, document, note="")
    left(desks, other, reason=NotOpened.OTHER, note="x" * 200)
    assert len({len(bytes(each.box)) for each in Reason.objects.all()}) == 1


def test_nothing_of_it_is_public_and_nothing_says_why(desks, person, document):
    left(desks, document)
    row = Row.objects.get(digest=document.digest)
    assert row.state == State.REFUSED
    assert not Refusal.objects.exists()
    assert open_record.open_subject(document.id) == ()
    assert document.id not in {each.id for each in open_record.open_items(kinds=["contribution"])}
    assert document.id not in open_record.changed().subjects
    for side in ("az", "hy"):
        html = desks.page(side, "/en/desk/")
        assert document.digest not in html
        assert "Gizli" not in html


def test_what_is_typed_is_kept_where_it_is_refused(desks, document):
    for reason, note, told in (
        ("", WHY, "Choose a reason"),
        ("no such", WHY, "Choose a reason"),
        (NotOpened.OTHER, "", "Say in a few words"),
        (NotOpened.NOT_KIND, "x" * 201, "at most 200 characters"),
    ):
        page = left(desks, document, reason=reason, note=note)
        html = page.content.decode()
        assert page.status_code == 409
        assert told in html
        assert note in html.replace("&#x27;", "'")
    assert not Reason.objects.exists()
    assert Row.objects.get(digest=document.digest).state == State.PROPOSED


def test_the_other_desk_and_none_are_the_same_404(desks, document):
    for digest in (document.digest, "0" * 64):
        desks.page("hy", no(digest), status=404)
        assert desks.post("hy", no(digest), {"reason": "other", "note": "x"}).status_code == 404
    assert Row.objects.get(digest=document.digest).state == State.PROPOSED


def test_only_what_people_have_handed_in_is_left_so(desks, document):
    question = cast.propose(cast.a_question(desks.site), by="az", site=desks.site)
    for side, digest in (("hy", document.digest), ("az", question.digest), ("hy", question.digest)):
        with pytest.raises(Refused) as refused:
            record.decline(digest=digest, side=side, today=stage.DAY)
        assert refused.value.reason is RecordRefusal.NOT_HANDED_IN
    with pytest.raises(Refused):  # and a desk's own words it withdraws, with no reason to anybody
        record.refuse(
            digest=document.digest, side="az", reason=RefusalReason.WORDING, today=stage.DAY
        )


def test_what_is_decided_already_is_not_decided_twice(desks, document):
    left(desks, document)
    assert left(desks, document).status_code == 404
    assert Reason.objects.count() == 1


def test_where_nobody_could_read_it_nothing_is_kept(desks, document):
    CardLink.objects.all().delete()
    assert left(desks, document).status_code == 302
    assert Row.objects.get(digest=document.digest).state == State.REFUSED
    assert not Reason.objects.exists()


def test_a_reason_is_gone_after_thirty_days(desks, document):
    left(desks, document)
    deciding.forget_what_is_past(today=stage.after(30))
    assert Reason.objects.exists()
    deciding.forget_what_is_past(today=stage.after(31))
    assert not Reason.objects.exists()


def test_somebody_who_writes_rows_keeps_no_page_from_opening(desks, person, document):
    left(desks, document)
    row = Reason.objects.get()
    inbox = boxes.public_of(person.row.purse.inbox)
    about = f"discussions_reason.box {document.digest}"
    for content in (b"[", b"[1]", b'["no such reason", "", ""]', b'{"a": 1}'):
        row.box = boxes.enveloped(content, about=about, to=[inbox])
        row.save()
        assert deciding.why_not_opened(person.row, [document.digest]) == {}
