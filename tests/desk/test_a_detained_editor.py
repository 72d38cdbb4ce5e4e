"""An editor is detained: one act by a colleague or by paper, what it leaves to do, and what attackers try.

Attackers have an open browser, the passphrase of who is detained, a copy of the tables, or another desk.
"""

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

import desks as stage
import editors
import participants
import reading
from authors import Writer, writer
from visavis.base.refusal import Refused
from visavis.desk import actions as desk
from visavis.people import (
    actions,
    card_links,
    credentials,
    desk_boxes,
    detained_editors,
    detaining,
    editors_wishes,
    frozen_rows,
    sign_in,
)
from visavis.people import participants as people
from visavis.people.models import Account, Participant
from visavis.people.rules import PeopleRefusal, TextsWish
from visavis.safety import codes, passphrases
from visavis.safety.reading import reading_as
from visavis.safety.secret import Secret
from visavis.sides import actions as sides
from visavis.sides import queries as side_queries
from visavis.sides.models import Side
from visavis.signing import boxes, vault
from visavis.signing.keys import PrivateKey
from visavis.signing.vault import vault_key_of

PAPER = "/en/taking-part/detained/"
FORCED = "Signatures by one side’s key may be forced"
SOMEBODY = "the person may be detained"


@dataclass
class World:
    """Two desks; at az Nadia, who acts, and Leyla, who is detained."""

    desks: stage.Desks
    leyla: editors.Editor

    @property
    def nadia(self) -> Account:
        return self.desks.account["az"]

    @property
    def place(self) -> str:
        return f"/en/desk/editors/{self.leyla.account.pk}/"

    @property
    def own(self) -> str:
        return editors.PASSPHRASES[self.nadia.pk].reveal()

    @property
    def row(self) -> Account:
        return Account.objects.get(pk=self.leyla.account.pk)

    def freeze(self, *, key: str = "yes") -> Any:
        return self.desks.post("az", f"{self.place}freeze/", {"key": key, "passphrase": self.own})

    def undo(self, **form: Any) -> Any:
        return self.desks.post("az", f"{self.place}unfreeze/", form)

    def elsewhere(self) -> PrivateKey:
        """The side's key is on a machine of its own from now on; return it."""
        Side.objects.filter(pk="az").update(sealed_key="")
        return self.desks.site.sides["az"].key

    def can_sign_in(self) -> bool:
        at = stage.datetime.combine(stage.DAY, stage.time(9), tzinfo=stage.UTC)
        try:
            sign_in.proven(passphrase=self.leyla.passphrase, digits=self.leyla.digits(at), at=at)
        except Refused:
            return False
        return True


@pytest.fixture
def world(desks: stage.Desks) -> World:
    nadia = desks.account["az"]
    with reading_as(lambda: desk_boxes.reader_of(nadia)):
        code = actions.invite(
            editor=nadia,
            today=stage.DAY,
            given=sides.Given(passphrase=Secret(desks.passphrase["az"])),
        )
    at = stage.datetime.combine(stage.DAY, stage.time(9), tzinfo=stage.UTC)
    return World(desks, editors.joined(code, label="Leyla", at=at - timedelta(hours=1)))


def opened(browser: Client, file: str, key: PrivateKey) -> SimpleUploadedFile:
    answer = browser.get(file)
    assert answer.status_code == 200, file
    return SimpleUploadedFile("o", editors.opened_elsewhere(answer.content, key).signed)


def without_token(page: str) -> str:
    return re.sub(r'value="\w{64}"', "", page)


def why(act: Any) -> object:
    try:
        act()
    except Refused as refused:
        return refused.reason
    return None


# ---- who may, and what it does


def test_attack_an_open_browser_freezes_nobody_else_without_its_own_passphrase(
    world: World,
) -> None:
    strange = editors.PASSPHRASES[world.desks.account["hy"].pk].reveal()
    for form in (
        {"key": "yes"},
        {"key": "yes", "passphrase": "six wrong words"},
        {"key": "yes", "passphrase": strange},
        {"passphrase": world.own},
    ):
        assert world.desks.post("az", f"{world.place}freeze/", form).status_code == 409
    other = world.desks.post("hy", f"{world.place}freeze/", {"key": "yes", "passphrase": strange})
    assert other.status_code == 404
    assert world.can_sign_in(), "the control"
    assert world.freeze()["Location"] == f"{world.place}steps/"
    assert not world.can_sign_in()


def test_who_is_frozen_leaves_nothing_of_passphrase_and_paper_in_a_later_copy(
    world: World,
) -> None:
    code = editors_wishes.new_code(world.row, passphrase=editors.PASSPHRASES[world.row.pk])
    proof = credentials.proof_of(world.leyla.passphrase, sign_in=side_queries.sign_in())
    before = Account.objects.values().get(pk=world.leyla.account.pk)
    copy = repr(before)
    for told in (proof.tag, before["paper_tag"], world.leyla.account.public_key):
        assert told in copy, "the control"
    detaining.detain_by_paper(code, is_removal=False, today=stage.DAY)
    after = Account.objects.values().get(pk=world.leyla.account.pk)
    for told in (proof.tag, before["paper_tag"], before["sealed_totp"], before["public_key"]):
        assert told not in repr(after)
    assert not after["desk_boxes"]
    for column in ("sign_in_tag", "sealed_totp", "public_key", "choice", "for_desk", "shelved"):
        assert len(after[column]) == len(before[column]), column
    assert len(after["notice"]) == len(before["notice"])
    assert str(stage.DAY) not in repr(after)


def test_attack_an_open_page_makes_no_code_that_ends_the_last_access_of_a_desk(
    world: World,
) -> None:
    """Somebody who finds a browser open would freeze even the only editor, and alarm every desk."""
    page, tag = "/en/desk/account/paper/", lambda: Account.objects.get(pk=world.nadia.pk).paper_tag
    browser, before = world.desks.client["az"], tag()
    for given in ({}, {"passphrase": "six words of somebody else"}, {"forget": "1"}):
        answer = browser.post(page, given)
        assert (answer.status_code, tag()) == (409, before)
    own = {"passphrase": editors.PASSPHRASES[world.nadia.pk].reveal()}
    assert "<code>" in browser.post(page, own).content.decode(), "the control"
    assert tag() != before


def test_attack_every_paper_code_that_does_nothing_has_one_answer_by_the_same_steps(
    world: World,
) -> None:
    void, frozen = (
        editors_wishes.new_code(world.row, passphrase=editors.PASSPHRASES[world.row.pk])
        for _ in range(2)
    )
    answers, steps = set(), set()
    detaining.detain_by_paper(frozen, is_removal=False, today=stage.DAY)
    for code in (frozen, void, codes.new_checked_code()):
        with CaptureQueriesContext(connection) as asked:
            answer = Client(enforce_csrf_checks=True).post(
                PAPER, {"code": code.reveal(), "what": "wishes"}
            )
        answers.add((answer.status_code, answer.content.replace(code.reveal().encode(), b"CODE")))
        steps.add(tuple(re.sub(r"'[^']*'", "?", each["sql"]) for each in asked))
        assert not answer.cookies
    assert len(answers) == len(steps) == 1
    last = editors_wishes.new_code(world.nadia, passphrase=editors.PASSPHRASES[world.nadia.pk])
    done = Client(enforce_csrf_checks=True).post(PAPER, {"code": last.reveal(), "what": "wishes"})
    assert "Done." in done.content.decode(), "the control: also the last editor who can sign in"
    assert not Account.objects.filter(side="az", is_disabled=False).exists()


# ---- what desks are told


def test_every_desk_is_told_that_signatures_may_be_forced_until_there_is_another_key(
    world: World,
) -> None:
    home = "/en/desk/"
    for side in ("az", "hy"):
        assert FORCED not in world.desks.page(side, home)
    world.freeze()
    assert FORCED in world.desks.page("az", home)
    told = world.desks.page("hy", home)
    assert FORCED in told
    assert "Leyla" not in told
    assert SOMEBODY not in told
    for page in ("editors/", "account/", "library/"):
        assert SOMEBODY in world.desks.page("az", f"/en/desk/{page}")
        assert SOMEBODY not in world.desks.page("hy", f"/en/desk/{page}")
    assert re.search("Account frozen on .*: Leyla.", world.desks.page("az", home))
    with world.desks.on(stage.after(31)):
        assert SOMEBODY not in world.desks.page("az", "/en/desk/editors/"), "no news any more"
        assert FORCED in world.desks.page("hy", home)


def test_where_nobody_can_sign_through_them_the_other_desks_learn_nothing(world: World) -> None:
    before = without_token(world.desks.page("hy", "/en/desk/"))
    world.freeze(key="no")
    assert without_token(world.desks.page("hy", "/en/desk/")) == before
    assert FORCED not in world.desks.page("az", "/en/desk/")
    assert SOMEBODY in world.desks.page("az", "/en/desk/editors/")


def test_a_copy_does_not_tell_whose_side_it_was(world: World) -> None:
    world.freeze()
    sizes = {
        (len(bytes(alarm)), len(bytes(doubt)))
        for alarm, doubt in Side.objects.values_list("alarm", "doubt")
    }
    assert len(sizes) == 1


def test_a_page_of_the_desk_asks_no_more_while_somebody_is_detained(world: World) -> None:
    def asked(page: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            world.desks.page("az", page)
        return len(queries)

    pages = ("/en/desk/editors/", "/en/desk/account/", "/en/desk/library/", "/en/desk/charter/")
    before = [asked(page) for page in pages]
    world.freeze()
    after = [asked(page) for page in pages]
    assert all(now <= was for now, was in zip(after, before, strict=True))
    assert asked("/en/desk/") <= stage.MOST_QUERIES


# ---- a false alarm


def test_a_false_alarm_is_taken_back_within_seven_days_with_the_sides_key(world: World) -> None:
    world.freeze()
    assert world.undo().status_code == 409
    assert world.undo(desk_passphrase="not the desk’s").status_code == 409
    assert not world.can_sign_in()
    assert world.undo(desk_passphrase=world.desks.passphrase["az"]).status_code == 302
    assert world.can_sign_in()
    assert FORCED not in world.desks.page("hy", "/en/desk/")
    assert SOMEBODY not in world.desks.page("az", "/en/desk/editors/")
    row = world.row
    row.private_key = editors.PRIVATE[row.pk]
    assert desk_boxes.reader_of(row).newest("az"), "it was handed the reading key"
    world.freeze()
    with world.desks.on(stage.after(8)):
        late = world.undo(desk_passphrase=world.desks.passphrase["az"])
        assert "more than seven days ago" in late.content.decode()
    assert world.row.is_disabled


def test_attack_a_made_up_box_brings_no_account_of_ones_own_back(world: World) -> None:
    key = world.elsewhere()
    world.freeze()
    browser = world.desks.client["az"]
    good = opened(browser, f"{world.place}undo.json", key)
    found = vault.read_opened(good.read())
    mine = credentials.proof_of(Secret("my own six words"), sign_in=side_queries.sign_in())
    (about,) = found.by_about
    row = world.row
    kept = ["00" * 16, mine.tag, row.sealed_totp, world.nadia.public_key, row.paper_tag]
    made_up = boxes_of(found, about, frozen_rows.json.dumps(kept).encode())
    assert world.undo(opened=SimpleUploadedFile("o", made_up)).status_code == 409
    assert world.row.is_disabled
    assert not Account.objects.filter(sign_in_tag=mine.tag).exists()
    good.seek(0)
    assert world.undo(opened=good).status_code == 302, "the control"
    assert world.can_sign_in()


def boxes_of(found: vault.Opened, about: str, content: bytes) -> bytes:
    return vault.Opened(found.site, found.side, {about: content}).data


# ---- what is left to do


def test_one_page_says_which_steps_are_done(world: World) -> None:
    assert world.desks.client["az"].get(f"{world.place}steps/").status_code == 404
    world.freeze()
    page = world.desks.page("az", f"{world.place}steps/")
    assert page.count('"tag">done') == 2
    assert page.count('"tag">to do') == 2
    assert world.desks.client["hy"].get(f"{world.place}steps/").status_code == 404
    assert not stage.faults_in(page)

    new_passphrase(world)
    page = world.desks.page("az", f"{world.place}steps/")
    assert page.count('"tag">done') == 3
    assert FORCED in world.desks.page("hy", "/en/desk/"), "the key is the same"
    assert why(lambda: sides.open_side_key("az", Secret(world.desks.passphrase["az"])))


def new_passphrase(world: World) -> str:
    browser, place = world.desks.client["az"], "/en/desk/key/passphrase/"
    browser.post(place)
    words = re.findall(r"<li><code>(\w+)</code>", browser.get(place).content.decode())
    asked = browser.get(f"{place}words/").content.decode()
    first, second = (int(n) - 1 for n in re.findall(r"Word number (\d)", asked)[:2])
    form = {"first": words[first], "second": words[second]}
    wrong = browser.post(f"{place}words/", form | {"desk_passphrase": "not the desk’s"})
    assert wrong.status_code == 409
    old = world.desks.passphrase["az"]
    assert browser.post(f"{place}words/", form | {"desk_passphrase": old}).status_code == 302
    new = " ".join(words)
    assert sides.open_side_key("az", Secret(new)).public == world.desks.site.sides["az"].key.public
    return new


def test_another_key_of_the_side_ends_the_warning(world: World) -> None:
    world.freeze()
    with stage.on(stage.DAY), reading_as(lambda: reading.desk("az")):
        digest = desk.renew_key(
            side="az",
            old=desk.Given(passphrase=Secret(world.desks.passphrase["az"])),
            new_key=PrivateKey.new(),
            new_passphrase=passphrases.new_passphrase(),
            today=stage.DAY,
        )
    page = world.desks.page("az", f"{world.place}steps/")
    assert "waits for the keys of all sides" in page
    assert FORCED in world.desks.page("hy", "/en/desk/")
    turned = world.desks.post(
        "hy", f"/en/desk/read/{digest}/turn-key/", {"passphrase": world.desks.passphrase["hy"]}
    )
    assert turned.status_code == 302
    for side in ("az", "hy"):
        assert FORCED not in world.desks.page(side, "/en/desk/")
    assert world.desks.page("az", f"{world.place}steps/").count('"tag">done') == 4


# ---- what an editor wishes


def test_what_an_editor_wishes_opens_with_the_sides_key_and_only_once_they_are_frozen(
    world: World,
) -> None:
    browser = editors.signed_in(world.leyla.account)
    page = "/en/desk/account/wishes/"
    shown = browser.get(page).content.decode()
    assert "checked" not in shown, "nothing is chosen for anybody"
    assert 'name="texts"' not in shown
    assert browser.post(page, {"name": "full"}).status_code == 409
    form = {"name": "initials", "voice": "quiet", "passphrase": world.leyla.passphrase.reveal()}
    assert browser.post(page, form).status_code == 302
    assert browser.get(page).content.decode().count("checked") == 2
    renewed(world)
    form = {"desk_passphrase": world.desks.passphrase["az"]}
    assert world.desks.post("az", f"{world.place}wishes/", form).status_code == 404
    world.freeze()
    box, at = (
        bytes.fromhex(world.row.for_desk),
        editors_wishes.about("for_desk", world.row.pk),
    )
    for private in (editors.PRIVATE[world.nadia.pk], reading.private("az", 1)):
        with pytest.raises(boxes.CannotOpenError):
            boxes.opened_with(private, box, about=at)
    assert world.desks.post("az", f"{world.place}wishes/").status_code == 409
    said = world.desks.post("az", f"{world.place}wishes/", form).content.decode()
    assert "With my initials." in said
    assert "Say nothing in public." in said
    assert world.desks.post("hy", f"{world.place}wishes/", form).status_code == 404


def test_attack_an_open_page_of_an_editor_changes_no_wish(world: World) -> None:
    """Somebody sits down at Leyla's desk. They know another editor's passphrase at most."""
    browser, page = editors.signed_in(world.leyla.account), "/en/desk/account/wishes/"
    own = {"passphrase": world.leyla.passphrase.reveal()}
    first = {"name": "initials", "voice": "quiet"}
    assert browser.post(page, first).status_code == 409, "a first answer is a change too"
    assert browser.post(page, first | own).status_code == 302
    wanted, before = {"name": "ask", "voice": "loud", "whom": "a neighbour"}, world.row.choice
    for wrong in ({}, {"passphrase": ""}, {"passphrase": world.own}):
        answer = browser.post(page, wanted | wrong)
        shown = answer.content.decode()
        assert answer.status_code == 409
        assert "This is not your own passphrase" in shown
        assert shown.count(" checked") == 2
        assert "a neighbour" in shown, "the form keeps what was chosen"
        assert world.row.choice == before
    assert browser.post(page, first).status_code == 302, "the same answers need nothing"
    assert browser.post(page, wanted | own).status_code == 302  # the control


def renewed(world: World) -> None:
    """Leyla has a new passphrase, and wishes the same."""
    at = stage.datetime.combine(stage.DAY, stage.time(9), tzinfo=stage.UTC)
    renewal = actions.prove_again(
        editor=world.leyla.account,
        passphrase=world.leyla.passphrase,
        digits=world.leyla.digits(at),
        at=at,
    )
    account = actions.renew_passphrase(
        editor=world.leyla.account, renewal=renewal, passphrase=passphrases.new_passphrase()
    )
    assert editors_wishes.said(account).is_answered


# ---- a key on a machine of its own, for participants


def locked(world: World) -> tuple[Writer, str]:
    person = writer("az", said=participants.wishes(TextsWish.TAKE_AWAY))
    card_links.keep(person.row)
    with reading_as(lambda: reading.desk("az")):
        participants.locked_out(world.nadia, person.row.card, on=stage.DAY)
    return person, f"/en/desk/participants/{person.row.card}/"


def test_a_side_that_signs_elsewhere_does_what_was_wished_and_takes_it_back(
    world: World,
) -> None:
    key, browser = world.elsewhere(), world.desks.client["az"]
    person, place = locked(world)
    file = opened(browser, f"{place}wishes.json", key)
    form = {"passphrase": world.own, "opened": file}
    done = world.desks.post("az", f"{place}detained/", form)
    assert "Delete all my words and my card for good." in done.content.decode()
    back = opened(browser, f"{place}undo.json", key)
    form = {"passphrase": world.own, "opened": back}
    assert world.desks.post("az", f"{place}undo/", form).status_code == 200
    assert people.sign_in(passphrase=person.passphrase).pk == person.row.pk
    for what in ("wishes", "undo"):
        assert browser.get(f"{place}{what}.json").status_code == 404, "only of who is locked"


def test_somebody_comes_back_where_the_sides_key_is_elsewhere_and_each_step_needs_it(
    world: World,
) -> None:
    """A file that was opened for one step does no other one: its holder makes no code alone."""
    key = world.elsewhere()
    person, place = locked(world)

    def step(what: str, file: bytes | None = None) -> tuple[bytes, Any]:
        found = file or opened(world.desks.client["az"], f"{place}undo.json", key).read()
        given = SimpleUploadedFile("o", found)
        form = {"what": what, "passphrase": world.own, "opened": given}
        return found, world.desks.post("az", f"{place}return/", form)

    with world.desks.on(stage.after(8)):
        page = world.desks.page("az", f"{place}return/")
        assert "Open it there with" in page
        assert 'name="desk_passphrase"' not in page
        bare = {"what": "begin", "passphrase": world.own}
        assert world.desks.post("az", f"{place}return/", bare).status_code == 409
        stale, begun = step("begin")
        assert begun.status_code == 200
    with world.desks.on(stage.after(15)):
        assert step("code", stale)[1].status_code == 409, "what was opened for the step before"
        used, made = step("code")
        code = re.search(r'card-code".*?<code>(.+?)</code>', made.content.decode())
        assert code
        assert step("code", used)[1].status_code == 409, "nor does it make a second code"
        words = {"code": code[1], "passphrase": person.passphrase.reveal()}
        back = Client(enforce_csrf_checks=True).post("/en/taking-part/back/", words)
        new = " ".join(re.findall(r"<li><code>([a-z-]+)</code>", back.content.decode()))
        assert people.sign_in(passphrase=Secret(new)).pk == person.row.pk


def test_attack_no_made_up_file_carries_out_a_wish_or_takes_an_account_over(world: World) -> None:
    key, browser = world.elsewhere(), world.desks.client["az"]
    person, place = locked(world)
    stranger = world.desks.client["hy"].get(f"{place}undo.json")
    assert stranger.status_code == 404
    before = Participant.objects.values().get(pk=person.row.pk)
    found = vault.read_opened(opened(browser, f"{place}undo.json", key).read())
    secret, shelf = found.by_about
    closers = f'["{person.row.card}", "{"00" * 32}"]'.encode()
    for content in (closers, b"[]", b"\xff"):
        made_up = boxes_of(found, secret, content)
        form = {"passphrase": world.own, "opened": SimpleUploadedFile("o", made_up)}
        assert world.desks.post("az", f"{place}detained/", form).status_code == 409, content
    mine = b'["", "my own tag", "my own purse"]'
    both = {**found.by_about, shelf: mine}
    made_up = vault.Opened(found.site, found.side, both).data
    form = {"passphrase": world.own, "opened": SimpleUploadedFile("o", made_up)}
    assert world.desks.post("az", f"{place}undo/", form).status_code == 409
    assert Participant.objects.values().get(pk=person.row.pk) == before


def test_the_boxes_of_a_new_side_key_are_made_of_that_key(world: World) -> None:
    """After a renewal the old box opens no more: the page says so, and nothing is written."""
    world.freeze()
    new = PrivateKey.new()
    Side.objects.filter(pk="az").update(
        public_key=new.public.hex,
        vault_key=vault_key_of(new),
        sealed_key=sides.sealed_for("az", new, passphrase=Secret("six new words")),
    )
    answer = world.undo(desk_passphrase="six new words")
    assert answer.status_code == 409
    assert world.row.is_disabled
    assert (
        why(
            lambda: detained_editors.wishes(
                world.nadia,
                world.leyla.account.pk,
                given=sides.Given(passphrase=Secret("six new words")),
            )
        )
        is PeopleRefusal.OTHER_KEY
    )
