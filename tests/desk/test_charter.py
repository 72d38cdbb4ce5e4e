"""The charter page: signing the first, renewing a key, and recovering one."""

import dataclasses
import re

import pytest

import cast
import desks as stage
from visavis.base.refusal import Refused
from visavis.desk.charters import facts_of
from visavis.desk.rules import DeskRefusal
from visavis.desk.steps import RenewingKey
from visavis.desk.wording import SENTENCES
from visavis.kinds.installed import installed
from visavis.kinds.kind import Kinds
from visavis.kinds.passages import Names
from visavis.people.sessions import SessionStore
from visavis.record import actions as record
from visavis.record import queries as record_queries
from visavis.record.public import current_charter, open_subject, recoveries_under_way
from visavis.sides import queries as side_queries
from visavis.signing import boxes, vault
from visavis.signing.charter import Opens, Waiting, charter_body
from visavis.signing.keys import PrivateKey
from visavis.signing.signatures import sign_document
from visavis.signing.vault import PublicLine

pytestmark = pytest.mark.django_db
HOME = "/en/desk/"
CHARTER = f"{HOME}charter/"


@pytest.fixture(params=[("az", "hy"), ("az", "hy", "ka")], ids=["two sides", "three sides"])
def sides(request):
    return request.param


@pytest.fixture
def unsigned(db, sides):
    with stage.on(stage.DAY):
        yield stage.at_work(*sides, with_charter=False)


@pytest.fixture
def desks(db, sides):
    with stage.on(stage.DAY):
        yield stage.at_work(*sides)


def sign(desks, side, **given):
    given = given or {"passphrase": desks.passphrase[side]}
    return desks.post(side, f"{CHARTER}sign/", {"digest": desks.site.document.digest, **given})


def turn(desks, side, digest, **given):
    given = given or {"passphrase": desks.passphrase[side]}
    return desks.post(side, f"{HOME}read/{digest}/turn-key/", given)


def making(desks, side):
    """What the desk has on its screen: the session is sealed under the cookie alone."""
    return RenewingKey.of(SessionStore(desks.client[side].cookies["session"].value))


def propose_key(desks, side, **typed):
    made = making(desks, side)
    words = made.passphrase.split()
    answer = desks.post(
        side,
        f"{CHARTER}new-key/propose/",
        {
            "first": words[made.first - 1],
            "second": words[made.second - 1],
            "passphrase": desks.passphrase[side],
            **typed,
        },
    )
    return made, answer


def digest_in(response):
    return response["Location"].removesuffix("?done=signed").rstrip("/").split("/")[-1]


def test_the_first_charter_is_read_in_plain_words_and_signed_by_every_desk(unsigned):
    desks = unsigned
    page = desks.page("az", CHARTER)
    assert stage.faults_in(page) == []
    for side in desks.site.charter.sides:
        assert side.public_key.hex in page
        assert side.recovery_key.hex in page
    for words in (desks.site.document.digest, "14 days", "72 hours", "30 days", "every side"):
        assert words in page, words
    for side in desks.site.codes:
        assert current_charter() is None
        assert sign(desks, side)["Location"] == f"{CHARTER}?done=signed"
    assert current_charter().digest == desks.site.document.digest
    assert "Make a new key here" in desks.page("az", CHARTER)


def test_the_first_charter_is_signed_by_file_too_and_days_after_the_founding(unsigned):
    desks = unsigned
    with desks.on(stage.after(5)):
        data = desks.client["az"].get(f"{CHARTER}first.json").content
        assert data == desks.site.document.data
        for side in desks.site.codes:
            signed = sign_document(desks.site.document, key=desks.site.key(side))
            assert sign(desks, side, signature=signed.data.decode()).status_code == 302
        assert current_charter() is not None


def test_another_digest_than_the_one_on_the_page_signs_nothing(unsigned):
    desks = unsigned
    refused = sign(desks, "az", digest="0" * 64, passphrase=desks.passphrase["az"])
    assert refused.status_code == 409
    assert str(SENTENCES[DeskRefusal.OTHER_CHARTER]) in refused.content.decode()
    assert record_queries.signatures_of(desks.site.document.digest) == ()


def test_a_wrong_passphrase_does_not_even_propose_the_charter(unsigned):
    assert sign(unsigned, "az", passphrase="wrong").status_code == 409
    assert record_queries.proposed_charter() is None


@pytest.mark.parametrize("then", ["changed", "closed for good"])
def test_a_new_key_shuts_no_answer_in_again_whatever_became_of_the_one_that_filled_its_seat(
    desks, then
):
    """The note of release names the answer that first filled the seat: it may be gone, or not the newest."""
    site = desks.site
    question = cast.open_(cast.a_question(site), site)
    answers = {
        side: cast.open_(cast.an_answer(site, to=question, side=side), site) for side in site.codes
    }
    with stage.on(stage.DAY) as now:
        record.settle(at=now)
    if then == "changed":
        cast.shown()
        cast.open_(cast.next_version(answers["az"]), site)
    else:
        assert cast.take_down(answers["az"], "az", site=site, at=now)
    before = {each.digest for each in open_subject(question.id)}
    assert {answers[side].digest for side in site.codes[1:]} <= before
    desks.post("az", f"{CHARTER}new-key/", {"why": "renewal"})
    _, answer = propose_key(desks, "az")
    for side in site.codes[1:]:
        assert turn(desks, side, digest_in(answer)).status_code == 302
    assert current_charter().digest != site.document.digest
    assert {each.digest for each in open_subject(question.id)} == before


def test_a_new_key_counts_when_every_side_has_signed_and_what_stands_is_carried_over(desks):
    asked = cast.open_(cast.a_question(desks.site), desks.site)
    waiting = cast.propose(cast.a_question(desks.site), by="hy", site=desks.site)
    cast.turn(waiting, "az", site=desks.site)
    desks.post("az", f"{CHARTER}new-key/", {"why": "renewal"})
    shown = desks.page("az", f"{CHARTER}new-key/")
    made, answer = propose_key(desks, "az")
    digest = digest_in(answer)
    assert all(f"<code>{word}</code>" in shown for word in made.passphrase.split())
    page = desks.page("hy", f"{HOME}read/{digest}/")
    assert made.key.public.hex in page
    for side in desks.site.codes[1:]:
        assert current_charter().digest == desks.site.document.digest
        assert turn(desks, side, digest).status_code == 302
    charter = current_charter()
    assert charter.side("az").public_key == made.key.public
    assert charter.side("az").recovery_key == desks.site.sides["az"].recovery.public
    carried = charter.side("az").carried
    assert {asked.digest, waiting.digest} < carried
    assert len(carried) >= 18
    assert (
        len(carried) % 16 == 0
    )  # the rest is made up, so that what is sealed or proposed is not counted
    assert all(not side.carried for side in charter.sides if side.code != "az")
    assert open_subject(asked.id)
    new = cast.propose(cast.a_question(desks.site), by="hy", site=desks.site)
    assert turn(desks, "az", new.digest).status_code == 409  # the old passphrase opens nothing now
    assert turn(desks, "az", new.digest, passphrase=made.passphrase).status_code == 302
    assert [each.public_key for each in record_queries.signatures_of(new.digest)] == [
        made.key.public.hex
    ]
    assert side_queries.vault_key("az") == boxes.public_of(vault.private_half(made.key))


def test_while_a_new_key_waits_its_side_signs_nothing_else(desks):
    desks.post("az", f"{CHARTER}new-key/", {"why": "renewal"})
    _made, answer = propose_key(desks, "az")
    other = cast.propose(cast.a_question(desks.site), by="hy", site=desks.site)
    refused = turn(desks, "az", other.digest)
    assert refused.status_code == 409
    assert str(SENTENCES[DeskRefusal.KEY_BEING_RENEWED]) in refused.content.decode()
    assert turn(desks, "hy", other.digest).status_code == 302
    desks.post("az", f"{HOME}read/{digest_in(answer)}/withdraw/")
    assert turn(desks, "az", other.digest).status_code == 302


def test_what_is_closed_can_still_be_closed_while_a_key_is_renewed(desks):
    asked = cast.open_(cast.a_question(desks.site), desks.site)
    desks.post("az", f"{CHARTER}new-key/", {"why": "renewal"})
    propose_key(desks, "az")
    closed = desks.post(
        "az", f"{HOME}close/{asked.digest}/", {"passphrase": desks.passphrase["az"]}
    )
    assert closed.status_code == 302


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ({"first": "wrong"}, DeskRefusal.WORDS_DIFFER),
        ({"passphrase": ""}, DeskRefusal.NO_KEY_GIVEN),
    ],
)
def test_nothing_is_proposed_before_the_new_words_are_on_paper_and_the_old_ones_typed(
    desks, typed, reason
):
    desks.post("az", f"{CHARTER}new-key/", {"why": "renewal"})
    _made, refused = propose_key(desks, "az", **typed)
    assert refused.status_code == 409
    assert str(SENTENCES[reason]) in refused.content.decode()
    assert record_queries.proposed_charter() is None


def test_a_lost_key_is_recovered_without_the_others_after_the_waiting_time(desks):
    asked = cast.open_(cast.a_question(desks.site), desks.site)
    recovery = desks.site.sides["az"].recovery.seed.hex()
    desks.post("az", f"{CHARTER}new-key/", {"why": "recovery"})
    page = desks.page("az", f"{CHARTER}new-key/propose/")
    assert stage.faults_in(page) == []
    made = making(desks, "az")
    file = desks.client["az"].get(f"{CHARTER}new-key/recovery.key").content.decode()
    assert file == f"visavis-private-key-1\n{made.recovery_seed}\n"
    in_groups = " ".join(recovery[at : at + 4] for at in range(0, 64, 4))
    made, answer = propose_key(
        desks, "az", recovery=in_groups, ending=made.recovery_seed[-8:], passphrase=""
    )
    assert answer.status_code == 302
    for place in (CHARTER, HOME):
        for side in desks.site.codes:
            page = desks.page(side, place)
            assert "A new key is announced for one side." in page
            assert stage.faults_in(page) == []
    for days, is_over in ((29, False), (30, True)):
        with desks.on(stage.after(days)) as now:
            record.settle(at=now)
            assert (not recoveries_under_way()) is is_over
    with desks.on(stage.after(30)):
        charter = current_charter()
        assert charter.side("az").public_key == made.key.public
        assert charter.side("az").recovery_key == made.recovery.public
        assert open_subject(asked.id)
        new = cast.a_question(desks.site, day=stage.after(30))
        cast.propose(new, by="hy", site=desks.site)
        assert turn(desks, "az", new.digest, passphrase=made.passphrase).status_code == 302


def announced(desks, side):
    """The side announces new keys, with its recovery key; returns what was made, and the digest."""
    desks.post(side, f"{CHARTER}new-key/", {"why": "recovery"})
    ending = making(desks, side).recovery_seed[-8:]
    recovery = desks.site.sides[side].recovery.seed.hex()
    made, answer = propose_key(desks, side, recovery=recovery, ending=ending, passphrase="")
    return made, digest_in(answer)


def test_a_recovery_is_taken_back_with_the_recovery_key_and_no_other(desks):
    announced(desks, "az")
    take_back = f"{CHARTER}take-back/"
    for text in ("", PrivateKey.new().seed.hex(), desks.site.key("az").seed.hex()):
        refused = desks.post("az", take_back, {"recovery": text, "how": "here"})
        assert refused.status_code == 409
        assert str(SENTENCES[DeskRefusal.NOT_RECOVERY_KEY]) in refused.content.decode()
    for side in desks.site.codes[1:]:
        recovery = desks.site.sides[side].recovery.seed.hex()
        refused = desks.post(side, take_back, {"recovery": recovery, "how": "here"})
        assert str(SENTENCES[DeskRefusal.NOTHING_UNDER_WAY]) in refused.content.decode()
    assert recoveries_under_way()
    recovery = desks.site.sides["az"].recovery.seed.hex()
    assert desks.post("az", take_back, {"recovery": recovery, "how": "here"}).status_code == 302
    assert recoveries_under_way() == ()
    assert "A new key is announced" not in desks.page("hy", HOME)
    new = cast.propose(cast.a_question(desks.site), by="hy", site=desks.site)
    assert turn(desks, "az", new.digest).status_code == 302, "the key is what it was"


def test_a_recovery_is_taken_back_with_a_file_signed_elsewhere(desks):
    announced(desks, "az")
    digest = digest_in(desks.post("az", f"{CHARTER}take-back/", {"how": "file"}))
    document = record_queries.proposal_for("az", digest).document
    signed = sign_document(document, key=desks.site.sides["az"].recovery).data.decode()
    assert turn(desks, "az", digest, signature=signed).status_code == 302
    assert recoveries_under_way() == ()


def test_a_recovery_with_keys_from_another_machine_is_signed_with_files(desks):
    new = PrivateKey.new()
    keys = {"public_key": str(PublicLine.of(new)), "recovery_key": "", "why": "recovery"}
    digest = digest_in(desks.post("az", f"{CHARTER}brought-key/", keys))
    page = desks.page("az", f"{HOME}read/{digest}/")
    assert new.public.hex in page
    assert stage.faults_in(page) == []
    document = record_queries.proposal_for("az", digest).document
    for key in (desks.site.sides["az"].recovery, new):
        signed = sign_document(document, key=key).data.decode()
        assert turn(desks, "az", digest, signature=signed).status_code == 302
    with desks.on(stage.after(30)):
        assert current_charter().side("az").public_key == new.public


def test_a_charter_that_waits_keeps_no_side_from_recovering_its_key(desks):
    """A thief of a key must not keep it by proposing charters, one after the other."""
    desks.post("hy", f"{CHARTER}new-key/", {"why": "renewal"})
    _made, answer = propose_key(desks, "hy")
    assert answer.status_code == 302
    assert "Make new keys, with the recovery key" in desks.page("az", CHARTER)
    made, _ = announced(desks, "az")
    with desks.on(stage.after(30)):
        assert current_charter().side("az").public_key == made.key.public


def test_while_a_recovery_is_under_way_its_side_signs_nothing_else(desks):
    announced(desks, "az")
    new = cast.propose(cast.a_question(desks.site), by="hy", site=desks.site)
    refused = turn(desks, "az", new.digest)
    assert refused.status_code == 409
    assert str(SENTENCES[DeskRefusal.KEY_BEING_RENEWED]) in refused.content.decode()


def test_the_recovery_key_is_taken_from_its_file_as_well(desks):
    recovery = desks.site.sides["az"].recovery.seed.hex()
    desks.post("az", f"{CHARTER}new-key/", {"why": "recovery"})
    ending = making(desks, "az").recovery_seed[-8:]
    file = f"visavis-private-key-1\n{recovery}\n"
    _made, answer = propose_key(desks, "az", recovery=file, ending=ending, passphrase="")
    assert answer.status_code == 302


def test_another_key_than_the_recovery_key_recovers_nothing(desks):
    desks.post("az", f"{CHARTER}new-key/", {"why": "recovery"})
    ending = making(desks, "az").recovery_seed[-8:]
    for text in ("", "zz no key zz", PrivateKey.new().seed.hex(), desks.site.key("az").seed.hex()):
        _made, refused = propose_key(desks, "az", recovery=text, ending=ending)
        assert refused.status_code == 409
        assert str(SENTENCES[DeskRefusal.NOT_RECOVERY_KEY]) in refused.content.decode()
        assert not text or text not in refused.content.decode()
    _made, refused = propose_key(
        desks, "az", recovery=desks.site.sides["az"].recovery.seed.hex(), ending="000000"
    )
    assert str(SENTENCES[DeskRefusal.SIGNS_DIFFER]) in refused.content.decode()
    assert record_queries.proposed_charter() is None


def test_a_key_from_another_machine_is_proposed_and_signed_with_files(desks):
    new = PrivateKey.new()
    answer = desks.post(
        "az", f"{CHARTER}brought-key/", {"public_key": str(PublicLine.of(new)), "recovery_key": ""}
    )
    digest = digest_in(answer)
    document = record_queries.proposal_for("az", digest).document
    for key in (desks.site.key("az"), new):
        signed = sign_document(document, key=key).data.decode()
        assert turn(desks, "az", digest, signature=signed).status_code == 302
    for side in desks.site.codes[1:]:
        turn(desks, side, digest)
    assert current_charter().side("az").public_key == new.public
    # The server holds the new key, and the vault that belongs to it, from the first act under it.
    again = cast.propose(cast.a_question(desks.site), by="hy", site=desks.site)
    signed = sign_document(again, key=new).data.decode()
    assert turn(desks, "az", again.digest, signature=signed).status_code == 302
    assert side_queries.vault_key("az") == boxes.public_of(vault.private_half(new))


def test_another_new_key_does_not_throw_away_the_one_that_is_in_force_and_not_yet_used(desks):
    """An editor who is signed in at the desk can propose one: that must not cost the side its key."""
    desks.post("az", f"{CHARTER}new-key/", {"why": "renewal"})
    made, answer = propose_key(desks, "az")
    for side in desks.site.codes[1:]:
        assert turn(desks, side, digest_in(answer)).status_code == 302
    assert current_charter().side("az").public_key == made.key.public
    brought = {"public_key": str(PublicLine.of(PrivateKey.new())), "recovery_key": ""}
    again = desks.post("az", f"{CHARTER}brought-key/", brought)
    assert again.status_code == 302
    desks.post("az", f"{HOME}read/{digest_in(again)}/withdraw/")
    new = cast.propose(cast.a_question(desks.site), by="hy", site=desks.site)
    assert turn(desks, "az", new.digest, passphrase=made.passphrase).status_code == 302


def test_what_is_no_key_or_stands_somewhere_already_is_not_proposed(desks):
    for key in ("", "abc", "0" * 64, str(PublicLine.of(desks.site.key("hy")))):
        refused = desks.post("az", f"{CHARTER}brought-key/", {"public_key": key})
        assert refused.status_code == 409, key
    assert record_queries.proposed_charter() is None


def test_without_having_begun_the_pages_of_a_new_key_lead_back(desks):
    for place in ("new-key/", "new-key/propose/", "new-key/recovery.key"):
        assert desks.client["az"].get(CHARTER + place)["Location"] == CHARTER
    assert desks.client["az"].get(f"{CHARTER}first.json").status_code == 404


def test_the_pages_of_a_new_key_can_be_used_by_keyboard_and_by_ear(desks):
    desks.post("az", f"{CHARTER}new-key/", {"why": "renewal"})
    for place in ("", "new-key/", "new-key/propose/"):
        assert stage.faults_in(desks.page("az", CHARTER + place)) == [], place


def test_the_charter_page_asks_little_of_the_database(desks, django_assert_max_num_queries):
    desks.post("az", f"{CHARTER}new-key/", {"why": "renewal"})
    _made, answer = propose_key(desks, "az")
    for address in (CHARTER, HOME, f"{HOME}read/{digest_in(answer)}/"):
        with django_assert_max_num_queries(stage.MOST_QUERIES):
            desks.page("hy", address)


def test_the_desks_new_secrets_lie_nowhere_in_the_database(desks):
    from django.db import connection

    desks.post("az", f"{CHARTER}new-key/", {"why": "recovery"})
    made = making(desks, "az")
    propose_key(
        desks,
        "az",
        recovery=desks.site.sides["az"].recovery.seed.hex(),
        ending=made.recovery_seed[-8:],
    )
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        kept = []
        for table in tables:
            cursor.execute(f'SELECT * FROM "{table}"')
            kept.append(str(cursor.fetchall()))
    everything = "".join(kept)
    assert made.key.public.hex in everything
    for secret in (made.passphrase, made.key_seed, made.recovery_seed):
        assert secret not in everything
    assert not re.search(desks.site.sides["az"].recovery.seed.hex(), everything)


@pytest.fixture
def with_verses(settings):
    """The program has two more kinds than when the charter was signed."""
    now = installed()
    article = now.called("article")
    verse = dataclasses.replace(article, word="verse", one="Verse", many="Verses", page=None)
    remark = dataclasses.replace(verse, word="remark", many="Remarks", opens=Opens.OWN_SIDE)
    settings.KINDS = Kinds((*now.every, verse, remark), now.lists)


def test_a_desk_proposes_the_charter_that_lists_new_kinds(desks, with_verses):
    page = desks.page("az", CHARTER)
    assert "Verses" in page
    assert "Propose a charter that lists them" in page
    response = desks.post("az", f"{CHARTER}kinds/")
    digest = response["Location"].rstrip("/").rsplit("/", 1)[-1]
    for side in desks.site.codes:
        assert turn(desks, side, digest).status_code == 302
    charter = current_charter(on=stage.DAY)
    assert charter.policy["verse"] is Opens.EVERY_SIDE
    assert charter.policy["remark"] is Opens.OWN_SIDE
    assert "Propose a charter that lists them" not in desks.page("az", CHARTER)
    assert desks.post("az", f"{CHARTER}kinds/").status_code == 409


def test_a_kind_with_a_rule_of_its_own_is_off_until_the_charter_lists_it(desks, with_verses):
    def proposed(kind):
        words = cast.a_document(desks.site, kind=kind, body={}, side="az")
        return cast.propose(words, by="az", site=desks.site)

    assert proposed("verse")
    with pytest.raises(Refused, match="the charter does not list this kind yet"):
        proposed("remark")


def test_no_desk_proposes_a_charter_that_asks_for_less_than_a_kind_does(desks, with_verses):
    charter = desks.site.charter
    policy = {**charter.policy, "remark": Opens.ANY_SIDE}
    body = charter_body(dataclasses.replace(charter, policy=policy))
    weaker = cast.next_version(charter.document, body=body)
    with pytest.raises(Refused, match="a kind that opens with fewer keys than it must"):
        cast.propose(weaker, by="az", site=desks.site)


def test_a_waiting_time_of_its_own_is_read_before_it_is_signed():
    """News cannot wait for days; and a signer must see what waits for how long."""
    site = cast.a_charter(waiting=Waiting(by_kind={"article": 36}))
    assert site.charter.waiting.days_for("article") == 2
    assert site.charter.waiting.days_for("letter") == 14
    names = Names(language="en", sides={}, prefer=(), kind_of=str)
    assert ("Silence counts after (article)", "36 hours") in facts_of(site.charter, names)


def test_the_charter_is_said_in_sentences_and_its_words_are_explained(desks):
    page = desks.page("az", CHARTER)
    for said in ("One key of any side closes it.", "Silence is no veto.", "within 14 days"):
        assert said in page
    keys = page[page.index("Keys and fingerprint, to compare with the other desks") :]
    assert desks.site.charter.release_key.hex in keys
    assert "It signs each release, so that copies can be checked. It opens no text." in keys
    assert "If one letter changes, the number changes." in keys
    assert "digest" not in re.sub(r"<[^>]*>", "", page)
