"""One side puts its own words under the other author's name: as a translation, which its key alone opens."""

import json
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any
from xml.etree import ElementTree as ET

import pytest

import cast
import desks as stage
from views import viewed
from visavis.base import data
from visavis.base.data import closings_directory
from visavis.base.refusal import Refused
from visavis.kinds.marks import translation_by
from visavis.library.public import Text
from visavis.pages import addresses
from visavis.pages.site import speaking
from visavis.press.actions import release_edition
from visavis.press.store import Store
from visavis.record import actions as record
from visavis.record import closing_files, closings, models, queries, statements
from visavis.record.rules import RecordRefusal, State
from visavis.signing.canonical import digest_of
from visavis.signing.charter import Signature
from visavis.signing.document import Document, Standing
from visavis.signing.keys import Purpose
from visavis.signing.signed import SignedDocument
from visavis.signing.verify import Outcome, verify

SITE = cast.a_charter(("az", "hy", "ka"))
NOON = datetime.combine(cast.DAY, time(12), tzinfo=UTC)
ATOM = "{http://www.w3.org/2005/Atom}"
FALSE = "We confess"
TRUE = "On the wind"


def a_letter(site: cast.SiteKeys = SITE, *, side: str | None = "hy", **fields: Any) -> Document:
    """A letter by an author of hy, in Armenian alone."""
    texts = {"hy": ["Առաջին։", "Երկրորդ։"]}
    return cast.a_letter(site, side=side, original="hy", author="Ani", texts=texts, **fields)


def translated(
    of: Document,
    side: str,
    title: str = FALSE,
    *,
    language: str = "en",
    site: cast.SiteKeys = SITE,
    **fields: Any,
) -> Document:
    """A translation into a language that the letter lacks."""
    made = cast.a_translation(site, of=of, language=language, side=side, **fields)
    return replace(made, body={**made.body, "version": {**made.body["version"], "title": title}})


def mark(language: str, side: str = "az") -> str:
    with speaking(language):
        return translation_by(f"Side {side} ({language})")


class Shown:
    """What readers and machines are shown of a letter, in one language."""

    def __init__(self, letter: Document, language: str) -> None:
        release_edition(NOON)
        self.letter, self.language = letter, language
        self.store = Store(data.public_directory())

    def __getitem__(self, path: str) -> str:
        content = self.store.content(path)
        assert content is not None, path
        return content.decode()

    @property
    def paths(self) -> list[str]:
        """Every page that shows the letter's title in this language."""
        code, id_ = self.language, self.letter.id
        short = addresses.short(id_)
        beside = [
            path
            for path, _entry in self.store.entries()
            if f"/library/{short}/" in path and code in path.split("/")[-2].split("-")
        ]
        alone = [
            addresses.home(code),
            addresses.list_of(code, "library"),
            addresses.item(code, "library", id_),
        ]
        return [*alone, *(path for path in beside if path not in alone)]

    @property
    def atom(self) -> ET.Element:
        feed = ET.fromstring(self[addresses.atom(self.language)])  # noqa: S314 - our own
        (entry,) = feed.iter(f"{ATOM}entry")
        return entry

    @property
    def item_of_json_feed(self) -> dict[str, Any]:
        (item,) = json.loads(self[addresses.json_feed(self.language)])["items"]
        return dict(item)

    def node(self, language: str) -> dict[str, Any]:
        graph = json.loads(self[addresses.linked_data(self.letter.id)])["@graph"]
        (node,) = (each for each in graph if each.get("inLanguage") == language)
        return dict(node)


def seen(*documents: Document, also_signed: str = "", by: tuple[str, ...] = ()) -> Text:
    """The text as the press would see it; under the translation with this title lie these keys too."""

    def keys(document: Document) -> tuple[Signature, ...]:
        title = document.body.get("version", {}).get("title")
        sides = (document.side or "hy", *(by if title == also_signed else ()))
        return tuple(Signature(side, SITE.key(side).public.hex, "") for side in sides)

    text = viewed([SignedDocument(each, keys(each)) for each in documents], SITE.charter)
    assert isinstance(text, Text)
    return text


def title_of(text: Text) -> str:
    return text.versions["en"].title


@pytest.fixture
def site(db: None) -> cast.SiteKeys:
    return cast.found_with_release_key(cast.a_charter())


# -- whose translation it is, wherever it is shown


@pytest.mark.parametrize("language", ["en", "az"])
def test_every_page_with_the_others_translation_says_whose_it_is(site, language):
    letter = cast.open_(a_letter(site), site)
    cast.open_(translated(letter, "az", language=language, site=site), site)
    shown = Shown(letter, language)
    assert len(shown.paths) == 5, "home, list, alone, and beside the original both ways"
    for path in shown.paths:
        page, spoken = shown[path], mark(path[:2])
        assert FALSE in page, path
        assert page.count(spoken) >= (1 if path in shown.paths[:2] else 3), path
    page = shown[addresses.item(language, "library", letter.id)]
    assert f"<title>{FALSE} · {mark(language)} · " in page
    assert f'content="{FALSE} · {mark(language)}"' in page
    assert page.count(f"Side az ({language})</dd>") == 1, "whose key opened the translation"


def test_both_feeds_say_it_in_the_title(site):
    letter = cast.open_(a_letter(site), site)
    cast.open_(translated(letter, "az", site=site), site)
    shown = Shown(letter, "en")
    whole = f"{FALSE} · translation: Side az (en)"
    assert shown.atom.findtext(f"{ATOM}title") == whole
    assert shown.atom.findtext(f"{ATOM}contributor/{ATOM}name") == "Side az (en)"
    assert shown.item_of_json_feed["title"] == whole


def test_linked_data_name_the_side_and_not_the_author(site):
    letter = cast.open_(a_letter(site), site)
    cast.open_(translated(letter, "az", translator="Ani", site=site), site)
    shown = Shown(letter, "en")
    node = shown.node("en")
    assert node["translator"] == {"@type": "Organization", "name": "Side az (en)"}
    assert node["creditText"] == "translation: Side az (en)"
    assert "author" not in node
    assert "Ani" not in json.dumps(node)
    assert shown.node("hy")["author"] == {"@type": "Person", "name": "Ani"}
    assert node["translationOfWork"]["@id"] == shown.node("hy")["@id"]


def test_the_owners_own_translation_bears_no_mark(site):
    letter = cast.open_(a_letter(site), site)
    cast.open_(translated(letter, "hy", TRUE, translator="P. N.", site=site), site)
    shown = Shown(letter, "en")
    for path in shown.paths:
        assert "translation: " not in shown[path], path
    assert shown.atom.findtext(f"{ATOM}title") == shown.item_of_json_feed["title"] == TRUE
    assert shown.node("en")["author"] == {"@type": "Person", "name": "Ani"}
    assert shown.node("en")["translator"] == {"@type": "Person", "name": "P. N."}


def test_of_joint_words_every_sides_own_translation_is_marked():
    letter = a_letter(side=None)
    for side in SITE.codes:
        assert seen(letter, translated(letter, side)).versions["en"].translated_by == side


def test_of_words_that_stand_alone_their_side_is_the_owner():
    standing = Standing(side="hy", asked_on=cast.DAY - timedelta(days=20))
    letter = replace(a_letter(side=None), standing=standing)
    assert seen(letter, translated(letter, "hy")).versions["en"].translated_by is None
    assert seen(letter, translated(letter, "az")).versions["en"].translated_by == "az"


@pytest.mark.parametrize(
    ("side", "by", "is_marked"),
    [
        ("hy", (), True),
        ("hy", ("ka",), True),
        ("hy", ("hy",), False),
        (None, ("hy",), True),
        (None, ("hy", "ka"), False),
    ],
)
def test_the_mark_falls_with_the_keys_of_all_whose_words_they_are(side, by, is_marked):
    letter = a_letter(side=side)
    text = seen(letter, translated(letter, "az"), also_signed=FALSE, by=by)
    assert text.versions["en"].is_marked is is_marked
    assert text.versions["en"].side == "az", "the lineage still tells whose translation it is"


# -- which of several is shown


def test_the_owners_translation_wins_however_often_the_other_begins_again(site):
    """Before this the lower digest was shown, and a proposal that is withdrawn is seen by nobody."""
    letter = cast.open_(a_letter(site), site)
    cast.open_(translated(letter, "hy", TRUE, site=site), site)
    for n in range(6):
        again = cast.propose(translated(letter, "az", f"{FALSE} {n}", site=site), site=site)
        if n < 5:
            record.withdraw(digest=again.digest, side="az")
        else:
            cast.turn(again, "az", site=site)
    shown = Shown(letter, "en")
    for path in shown.paths:
        assert TRUE in shown[path], path
        assert FALSE not in shown[path], path
    assert shown.item_of_json_feed["title"] == TRUE


@pytest.mark.parametrize("_attempt", range(8))
def test_the_owners_translation_wins_over_a_fresher_and_a_signed_one(_attempt):
    letter = a_letter()
    own = translated(letter, "hy", TRUE, day=cast.DAY + timedelta(days=9))
    newer = cast.next_version(letter, body=_with_other_words(letter))
    fresh = translated(newer, "az")
    for order in ((own, fresh), (fresh, own)):
        assert title_of(seen(newer, *order, also_signed=FALSE, by=("hy",))) == TRUE


@pytest.mark.parametrize("_attempt", range(8))
def test_one_that_the_owner_signed_comes_before_an_earlier_one(_attempt):
    letter = a_letter()
    signed = translated(letter, "ka", TRUE, day=cast.DAY + timedelta(days=2))
    text = seen(letter, translated(letter, "az"), signed, also_signed=TRUE, by=("hy",))
    assert title_of(text) == TRUE


@pytest.mark.parametrize("_attempt", range(8))
def test_of_strangers_translations_the_earlier_stays(_attempt):
    letter = a_letter()
    late = translated(letter, "az", day=cast.DAY + timedelta(days=1))
    assert title_of(seen(letter, late, translated(letter, "ka", TRUE))) == TRUE


def test_on_one_day_the_side_is_drawn_and_no_new_id_or_salt_changes_it():
    shown = set()
    for _attempt in range(20):
        letter = a_letter()
        text = seen(letter, translated(letter, "az"), translated(letter, "ka"))
        shown.add(text.versions["en"].side)
    assert len(shown) == 1


# -- the owner's key under the same bytes


def add_key(document: Document, side: str, *, site: cast.SiteKeys) -> None:
    signed = cast.sign(document, site.key(side), side=side)
    record.add_key(
        digest=document.digest,
        side=side,
        public_key=signed.public_key,
        signature=signed.signature,
        today=cast.DAY,
    )


def test_with_the_owners_key_under_the_same_bytes_the_mark_falls_everywhere(site):
    letter = cast.open_(a_letter(site), site)
    theirs = cast.open_(translated(letter, "az", TRUE, site=site), site)
    assert mark("en") in Shown(letter, "en")[addresses.home("en")]
    add_key(theirs, "hy", site=site)
    shown = Shown(letter, "en")
    for path in shown.paths:
        assert mark("en") not in shown[path], path
    assert shown.atom.findtext(f"{ATOM}title") == TRUE
    assert shown.node("en")["author"] == {"@type": "Person", "name": "Ani"}
    keys = json.loads(shown[addresses.document_keys(theirs.digest)])["keys"]
    assert [key["side"] for key in keys] == ["az", "hy"]
    found = verify(
        data.public_directory(), charter_fingerprint=site.document.digest, today=cast.DAY
    )
    assert found.outcome is Outcome.GOOD


def test_the_next_version_is_marked_again(site):
    letter = cast.open_(a_letter(site), site)
    theirs = cast.open_(translated(letter, "az", TRUE, site=site), site)
    add_key(theirs, "hy", site=site)
    version = {**theirs.body["version"], "title": FALSE}
    cast.open_(cast.next_version(theirs, body={**theirs.body, "version": version}), site)
    assert mark("en") in Shown(letter, "en")[addresses.item("en", "library", letter.id)]


def test_only_the_owner_puts_a_key_under_it_and_only_once(site):
    letter = cast.open_(a_letter(site), site)
    theirs = cast.propose(translated(letter, "az", site=site), site=site)
    with pytest.raises(Refused, match=RecordRefusal.NOT_ASKED):
        add_key(theirs, "hy", site=site)
    cast.turn(theirs, "az", site=site)
    add_key(theirs, "hy", site=site)
    for side, document, why in (
        ("hy", theirs, RecordRefusal.ALREADY_TURNED),
        ("az", theirs, RecordRefusal.NOT_ASKED),
        ("az", letter, RecordRefusal.NOT_ASKED),
    ):
        with pytest.raises(Refused, match=why):
            add_key(document, side, site=site)
    own = cast.open_(translated(letter, "hy", site=site), site)
    with pytest.raises(Refused, match=RecordRefusal.NOT_ASKED):
        add_key(own, "az", site=site)


def test_a_false_signature_takes_no_mark_away(site):
    letter = cast.open_(a_letter(site), site)
    theirs = cast.open_(translated(letter, "az", site=site), site)
    forged = cast.sign(theirs, site.key("az"), side="hy")
    for key, why in (
        (forged.public_key, RecordRefusal.WRONG_KEY),
        (site.key("hy").public.hex, RecordRefusal.WRONG_SIGNATURE),
    ):
        with pytest.raises(Refused, match=why):
            record.add_key(
                digest=theirs.digest,
                side="hy",
                public_key=key,
                signature=forged.signature,
                today=cast.DAY,
            )
    models.Signature.objects.create(
        document_id=theirs.digest,
        side="hy",
        public_key=site.key("hy").public.hex,
        signature=forged.signature,
    )
    statements.touch(theirs.subject)
    assert mark("en") in Shown(letter, "en")[addresses.item("en", "library", letter.id)]


def test_the_owners_desk_signs_it_from_the_page_where_it_reads_it(desks):
    letter = cast.open_(a_letter(desks.site), desks.site)
    theirs = cast.open_(translated(letter, "az", TRUE, site=desks.site), desks.site)
    read = f"/en/desk/read/{theirs.digest}/"
    assert 'id="sign"' not in desks.page("az", read)
    assert "translation: " in desks.page("hy", "/en/desk/")
    page = desks.page("hy", read)
    assert "opened this translation of your side’s words" in page
    assert not stage.faults_in(page)
    wrong = desks.post("hy", f"{read}turn-key/", {"passphrase": "not these six words at all"})
    assert wrong.status_code == 409
    given = {"passphrase": desks.passphrase["hy"]}
    assert desks.post("hy", f"{read}turn-key/", given).status_code == 302
    assert 'id="sign"' not in desks.page("hy", read)
    again = desks.post("hy", f"{read}turn-key/", given)
    assert again.status_code == 409
    assert (
        desks.post("az", f"{read}turn-key/", {"passphrase": desks.passphrase["az"]}).status_code
        == 409
    )


# -- the owner closes a translation of its words


def on(day: int) -> datetime:
    return NOON + timedelta(days=day)


def state_of(document: Document) -> str:
    return str(models.Document.objects.get(digest=document.digest).state)


def test_the_owner_of_the_words_takes_a_translation_down_for_good(site):
    letter = cast.open_(a_letter(site), site)
    theirs = cast.open_(translated(letter, "az", site=site), site)
    assert FALSE in Shown(letter, "en")[addresses.atom("en")]
    assert cast.take_down(theirs, "hy", site=site, at=NOON) is True
    record.settle(at=on(4))
    assert state_of(theirs) == State.CLOSED
    assert not models.Document.objects.get(digest=theirs.digest).data
    release_edition(on(4))
    store = Store(data.public_directory())
    assert all(
        FALSE.encode() not in (store.content(path) or b"") for path, _entry in store.entries()
    )
    assert store.content(addresses.item("hy", "library", letter.id)), "the letter itself stays"
    with pytest.raises(Refused, match=RecordRefusal.NOT_THE_NEXT_VERSION):
        cast.propose(cast.next_version(theirs, day=on(4).date()), site=site)


def test_the_note_of_it_destroys_the_words_again_after_a_restore(site):
    letter = cast.open_(a_letter(site), site)
    theirs = cast.open_(translated(letter, "az", site=site), site)
    row = models.Document.objects.get(digest=theirs.digest)
    signatures = list(row.signatures.values("side", "public_key", "signature"))
    assert cast.take_down(theirs, "hy", site=site, at=NOON)
    notes = queries.closing_notes(on=cast.DAY)
    for path in closings_directory().iterdir():
        path.unlink()
    models.Closing.objects.all().delete()
    row.save()
    for each in signatures:
        models.Signature.objects.create(document_id=theirs.digest, **each)
    statements.touch(theirs.subject)
    assert FALSE in Shown(letter, "en")[addresses.atom("en")], "an older database has been put back"
    assert record.take_closings(notes, today=cast.DAY).closed == 1
    assert not models.Document.objects.get(digest=theirs.digest).data


def test_who_closed_it_for_a_time_before_does_not_keep_it_from_being_final(db):
    site = cast.found_with_release_key(cast.a_charter(("az", "hy", "ka")))
    letter = cast.open_(a_letter(site), site)
    theirs = cast.open_(translated(letter, "az", site=site), site)
    assert cast.take_down(theirs, "ka", site=site, at=NOON) is False
    assert cast.take_down(theirs, "hy", site=site, at=NOON) is True
    record.settle(at=on(9))
    assert state_of(theirs) == State.CLOSED
    assert record.take_closings(queries.closing_notes(on=cast.DAY), today=cast.DAY).known == 1


@pytest.mark.parametrize(("owner", "closer"), [("hy", "ka"), (None, "hy"), (None, "ka")])
def test_nobody_else_closes_it_but_for_a_time(db, owner, closer):
    site = cast.found_with_release_key(cast.a_charter(("az", "hy", "ka")))
    letter = cast.open_(a_letter(site, side=owner), site, by=owner or "az")
    theirs = cast.open_(translated(letter, "az", site=site), site)
    assert cast.take_down(theirs, closer, site=site, at=NOON) is False
    record.settle(at=on(9))
    assert state_of(theirs) == State.OPEN


def test_the_translator_does_not_close_the_text_for_good_nor_the_owners_translation(site):
    letter = cast.open_(a_letter(site), site)
    own = cast.open_(translated(letter, "hy", TRUE, site=site), site)
    assert cast.take_down(own, "az", site=site, at=NOON) is False
    assert cast.take_down(letter, "az", site=site, at=NOON) is False
    record.settle(at=on(9))
    assert (state_of(letter), state_of(own)) == (State.OPEN, State.OPEN)


def test_a_stranger_who_says_that_the_words_are_its_own_is_not_believed(db):
    site = cast.found_with_release_key(cast.a_charter(("az", "hy", "ka")))
    letter = cast.open_(a_letter(site), site)
    theirs = cast.open_(translated(letter, "az", site=site), site)
    note = closings.closing_note(theirs, side="ka", today=cast.DAY, owner="ka")
    signature = site.key("ka").sign(digest_of(note), purpose=Purpose.CLOSING)
    signed = closings.SignedNote(note, site.key("ka").public.hex, signature)
    content = closing_files.written(
        site.site,
        charters=[SignedDocument(site.document, ())],
        closings=[closings.FinalClosing(theirs.id, theirs.digest, "ka", (signed,))],
    )
    with pytest.raises(Refused, match=RecordRefusal.FALSE_NOTE):
        record.take_closings(content, today=cast.DAY)
    assert state_of(theirs) == State.OPEN
    closings.keep_final(theirs.digest, [signed])
    record.settle(at=NOON)
    shown = Shown(letter, "en")
    assert FALSE in shown[addresses.atom("en")], "a false note beside the database hides nothing"


def test_the_owners_desk_is_told_that_it_is_for_good(desks):
    letter = cast.open_(a_letter(desks.site), desks.site)
    theirs = cast.open_(translated(letter, "az", site=desks.site), desks.site)
    close = f"/en/desk/close/{theirs.digest}/"
    page = desks.page("hy", close)
    assert "This is for good." in page
    done = desks.post("hy", close, {"passphrase": desks.passphrase["hy"]})
    assert done.headers["Location"].endswith("done=closed-for-good")
    assert state_of(theirs) == State.CLOSED


def _with_other_words(letter: Document) -> dict[str, Any]:
    version = letter.body["versions"]["hy"]
    first, *rest = version["units"]
    units = [{**first, "text": "Ուրիշ։"}, *rest]
    return {**letter.body, "versions": {"hy": {**version, "units": units}}}
