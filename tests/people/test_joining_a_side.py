"""Joining with a code from a card: the steps, and what an attacker tries with codes, copies and time."""

import json
import random
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import connection
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

import canaries
import editors
from visavis.base.refusal import Refused
from visavis.people import arrivals, batches, participants, peppering, rules
from visavis.people.models import (
    Account,
    Arrival,
    Batch,
    OwnBox,
    Participant,
    ParticipantCode,
    Session,
)
from visavis.people.rules import ParticipantRole, PeopleRefusal
from visavis.safety import codes, housekeeping, passphrases
from visavis.safety.budgets import Budget
from visavis.safety.secret import Secret
from visavis.safety.transactions import empty_the_log
from visavis.signing import sealing

TODAY = editors.TODAY
JOIN = "/en/taking-part/join/"
WISHES = {"texts": "without-card", "name": "ask", "voice": "quiet", "whom": "the aunt by the sea"}


@dataclass
class Place:
    """A founded site with one editor a side."""

    account: dict[str, Account]

    def codes(self, n: int = 1, side: str = "az", role: str = "student") -> tuple[Secret, ...]:
        batch = f"{random.getrandbits(128):032x}"
        return batches.make(editor=self.account[side], batch_id=batch, role=role, n=n, today=TODAY)


@pytest.fixture
def place(db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    monkeypatch.setattr(arrivals, "code_budget", Budget(tries=20, span=timedelta(hours=1)))
    with editors.time_machine.travel(editors.NOW, tick=False):
        world = editors.found()
        yield Place({side: editors.joined(code).account for side, code in world.codes.items()})


def why(act: Any) -> object:
    """Return why an act was refused, or None."""
    try:
        act()
    except Refused as refused:
        return refused.reason
    return None


def typed(client: Client, code: Secret) -> Any:
    return client.post(f"{JOIN}code/", {"code": code.reveal()})


def words_on(client: Client) -> str:
    page = client.get(f"{JOIN}passphrase/").content.decode()
    return " ".join(re.findall(r"<li><code>(\w+)</code></li>", page))


def joined(code: Secret, client: Client | None = None) -> tuple[Client, str]:
    """Return the browser of somebody who has gone through all steps, and their passphrase."""
    client = client or Client()
    assert typed(client, code).status_code == 302
    words = words_on(client)
    assert client.post(f"{JOIN}wishes/", WISHES).status_code == 302
    answer = client.post(f"{JOIN}repeat/", {"passphrase": words})
    assert answer.status_code == 302
    return client, words


# ---- the steps


def test_somebody_joins_step_by_step_and_is_there_at_the_hour(place: Place) -> None:
    (code,) = place.codes()
    client, _ = joined(code)
    page = client.get(f"{JOIN}done/").content.decode()
    assert "14:00" in page, "the next full hour"
    assert not Participant.objects.exists()
    arrivals.at_the_hour()
    (row,) = Participant.objects.all()
    assert row.side_id == "az"
    page = client.get(f"{JOIN}done/")
    assert page.status_code == 200
    assert "14:00" not in page.content.decode()
    assert "arrival" not in client.session, "the session forgets that it has just joined"


def test_where_editions_come_out_at_once_so_does_the_account(
    place: Place, settings: LazySettings
) -> None:
    settings.RELEASES = "at once"
    joined(place.codes()[0])
    assert Participant.objects.count() == 1
    assert not Arrival.objects.exists()
    assert not ParticipantCode.objects.exists()


def test_every_step_leads_back_to_the_code_while_nothing_is_begun(db: None) -> None:
    for step in ("passphrase", "wishes", "repeat"):
        assert Client().get(f"{JOIN}{step}/").url == f"{JOIN}code/"


def test_nothing_of_the_account_is_written_before_the_last_step(place: Place) -> None:
    client = Client()
    typed(client, place.codes()[0])
    words_on(client)
    client.post(f"{JOIN}wishes/", WISHES)
    wrong = client.post(f"{JOIN}repeat/", {"passphrase": "six other words"})
    assert wrong.status_code == 409
    assert not Arrival.objects.exists()
    assert not Participant.objects.exists()


def test_nobody_joins_without_answers_of_their_own_and_none_is_given_for_them(place: Place) -> None:
    client = Client()
    typed(client, place.codes()[0])
    words = words_on(client)
    page = client.get(f"{JOIN}wishes/").content.decode()
    assert page.count('type="radio"') == 11
    assert "checked" not in page
    for name in ("texts", "name", "voice", "whom"):
        some = {key: value for key, value in WISHES.items() if key != name}
        refused = client.post(f"{JOIN}wishes/", some)
        assert refused.status_code == 409
        assert refused.content.decode().count("checked") == sum(k != "whom" for k in some)
    answer = client.post(f"{JOIN}repeat/", {"passphrase": words})
    assert answer.url == f"{JOIN}wishes/"
    assert not Arrival.objects.exists()
    client.post(f"{JOIN}wishes/", WISHES)  # the control
    assert client.post(f"{JOIN}repeat/", {"passphrase": words}).url == f"{JOIN}done/"


def test_what_was_answered_on_joining_is_there_at_the_hour_and_for_its_author_alone(
    place: Place,
) -> None:
    client, words = joined(place.codes()[0])
    arrivals.at_the_hour()
    person = participants.sign_in(passphrase=Secret(words))
    said = participants.said(person)
    assert (said.texts, said.name, said.voice) == ("without-card", "ask", "quiet")
    assert (said.whom, said.said_on, said.is_done) == ("the aunt by the sea", TODAY, False)
    page = client.get("/en/taking-part/account/wishes/").content.decode()
    assert page.count(" checked") == 3
    assert "the aunt by the sea" in page


LETTERS = st.sampled_from(passphrases.WORDS)
BETWEEN = st.sampled_from(
    [" ", "  ", "-", "‐", "–", "\u00a0", "", ". ", ", ", "\n", "\u200b", "\u00ad"]
)
TURNS = st.sampled_from(
    [str, str.upper, str.title, lambda word: word.replace("e", "é"), lambda word: word.replace("o", "ö"),
     lambda word: "".join(chr(ord(char) + 0xFEE0) for char in word)]
)  # fmt: skip


@given(st.lists(st.tuples(LETTERS, BETWEEN, TURNS), min_size=6, max_size=6))
def test_whatever_a_telephone_makes_of_the_words_they_are_the_same(
    drawn: list[tuple[str, str, Any]],
) -> None:
    words = Secret(" ".join(word for word, _, _ in drawn))
    written = Secret("".join(turn(word) + after for word, after, turn in drawn))
    assert passphrases.is_same(words, written)
    assert sealing.plain(written.reveal()) == words.reveal(), "and a sign-in reads it so"


@given(st.lists(LETTERS, min_size=6, max_size=6, unique=True), st.integers(0, 5), LETTERS)
def test_other_words_are_never_taken_for_the_same(words: list[str], at: int, other: str) -> None:
    whole = Secret(" ".join(words))
    for wrong in (
        words[:at] + words[at + 1 :],
        [*words, other],
        words[::-1],
        [*words[:at], other, *words[at + 1 :]],
    ):
        if wrong != words:
            assert not passphrases.is_same(whole, Secret(" ".join(wrong)))


def test_the_passphrase_is_typed_back_whole(place: Place) -> None:
    client = Client()
    typed(client, place.codes()[0])
    words = words_on(client)
    client.post(f"{JOIN}wishes/", WISHES)
    first_five = client.post(f"{JOIN}repeat/", {"passphrase": words.rsplit(" ", 1)[0]})
    assert first_five.status_code == 409
    forgiven = client.post(f"{JOIN}repeat/", {"passphrase": words.upper().replace(" ", "-")})
    assert forgiven.status_code == 302


# ---- codes


def plain(answer: Any) -> str:
    """Return the bytes without the form's token and what was typed."""
    page = re.sub(r'csrfmiddlewaretoken" value="\w+"', "", answer.content.decode())
    return re.sub(r'name="code" type="text" value="[^"]*"', "", page)


def test_wrong_used_void_and_expired_codes_are_answered_alike(place: Place) -> None:
    used, in_this_hour = place.codes(2)
    (void,) = place.codes()
    (expired,) = place.codes()
    joined(used)
    arrivals.at_the_hour()
    joined(in_this_hour)
    batch = ParticipantCode.objects.get(pk=codes.code_hash(void)).batch
    batches.make_void(editor=place.account["az"], batch_id=batch.pk)
    old = ParticipantCode.objects.get(pk=codes.code_hash(expired)).batch
    Batch.objects.filter(pk=old.pk).update(expires_on=TODAY - timedelta(days=1))
    answers, queries = [], []
    for each in (Secret("wrong"), codes.new_code(), used, in_this_hour, void, expired):
        with asked() as found:
            answers.append(typed(Client(), each))
        queries.append(tuple(found))
    assert {answer.status_code for answer in answers} == {409}
    assert len({plain(answer) for answer in answers}) == 1
    assert len(set(queries)) == 1, "the same questions in the same order"
    assert typed(Client(), place.codes()[0]).status_code == 302, "a good one is answered otherwise"


@contextmanager
def asked() -> Iterator[list[str]]:
    """Hand out what is asked of the tables while the block runs, without the values."""
    found: list[str] = []

    def note(execute: Any, sql: str, *rest: Any) -> Any:
        found.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(note):
        yield found


def test_a_wrong_code_writes_nothing(place: Place) -> None:
    client = Client()
    typed(client, codes.new_code())
    assert not Session.objects.exists()
    assert "session" not in client.cookies


def test_a_code_used_twice_within_the_hour_lets_one_in(place: Place) -> None:
    (code,) = place.codes()
    first, second = Client(), Client()
    for client in (first, second):
        assert typed(client, code).status_code == 302
    words = {client: words_on(client) for client in (first, second)}
    answers = [
        (
            client.post(f"{JOIN}wishes/", WISHES),
            client.post(f"{JOIN}repeat/", {"passphrase": words[client]}),
        )[1]
        for client in (first, second)
    ]
    assert [answer.status_code for answer in answers] == [302, 409]
    assert Arrival.objects.count() == 1
    arrivals.at_the_hour()
    assert Participant.objects.count() == 1
    assert typed(Client(), code).status_code == 409


def test_nobody_arrives_more_often_than_there_are_codes(place: Place) -> None:
    made = place.codes(3)
    for code in made * 3:
        client = Client()
        if typed(client, code).status_code == 302:
            client.post(f"{JOIN}wishes/", WISHES)
            client.post(f"{JOIN}repeat/", {"passphrase": words_on(client)})
    assert Arrival.objects.count() == 3


def test_a_code_begins_so_often_and_then_no_more_within_an_hour(place: Place) -> None:
    code, other = place.codes(2)
    for _ in range(20):
        assert typed(Client(), code).status_code == 302
    assert why(lambda: arrivals.begin(code, is_signed_in=False, today=TODAY)) is (
        PeopleRefusal.TOO_OFTEN
    )
    n = Session.objects.count()
    assert typed(Client(), code).status_code == 409
    assert Session.objects.count() == n, "nothing is written any more"
    assert typed(Client(), other).status_code == 302, "nobody else is kept out"


def test_a_batch_made_void_within_the_hour_lets_nobody_in_and_they_are_told(place: Place) -> None:
    kept, stopped = place.codes()[0], place.codes()[0]
    there, gone = joined(kept)[0], joined(stopped)[0]
    batch = ParticipantCode.objects.get(pk=codes.code_hash(stopped)).batch
    batches.make_void(editor=place.account["az"], batch_id=batch.pk)
    arrivals.at_the_hour()
    assert Participant.objects.count() == 1
    assert there.get(f"{JOIN}done/").status_code == 200
    answer = gone.get(f"{JOIN}done/")
    assert answer.url == JOIN
    assert "was not created" in gone.get(JOIN).content.decode()
    assert "was not created" not in gone.get(JOIN).content.decode(), "said once"


def test_a_restart_before_the_hour_leaves_the_code_unused(
    place: Place, settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    (code,) = place.codes()
    client, _ = joined(code)
    monkeypatch.delenv("VISAVIS_PEPPER", raising=False)
    monkeypatch.setenv("VISAVIS_CODES_AFTER", "0")
    settings.PEPPER = "b" * 64
    peppering.begin()
    monkeypatch.delenv("VISAVIS_PEPPER")
    assert not Arrival.objects.exists()
    assert client.get(f"{JOIN}done/").url == JOIN
    joined(code)
    arrivals.at_the_hour()
    assert Participant.objects.count() == 1


def test_an_arrival_under_another_pepper_is_lost_and_its_code_is_not(
    place: Place, settings: LazySettings
) -> None:
    (code,) = place.codes()
    joined(code)
    settings.PEPPER = "c" * 64
    arrivals.at_the_hour()
    assert not Arrival.objects.exists()
    assert not Participant.objects.exists()
    assert typed(Client(), code).status_code == 302


def test_who_used_a_code_on_its_last_day_arrives_after_midnight(place: Place) -> None:
    (code,) = place.codes()
    Batch.objects.update(expires_on=TODAY)
    joined(code)
    batches.forget_what_is_past(today=TODAY + timedelta(days=1))
    arrivals.at_the_hour()
    assert Participant.objects.count() == 1
    batches.forget_what_is_past(today=TODAY + timedelta(days=2))
    assert not Batch.objects.exists()


def test_somebody_who_takes_part_does_not_join_once_more_and_an_editor_is_one_no_more(
    place: Place,
) -> None:
    first, second = place.codes(2)
    client, _ = joined(first)
    assert typed(client, second).status_code == 409
    assert ParticipantCode.objects.filter(pk=codes.code_hash(second)).exists()
    editor = editors.signed_in(place.account["az"])
    assert typed(editor, second).status_code == 302
    assert editor.get(reverse("people:invitations")).status_code == 302, "never both"


# ---- before the hour


def test_until_the_hour_somebody_writes_drafts_and_nothing_else(place: Place) -> None:
    client, _ = joined(place.codes()[0])
    request = client.get(f"{JOIN}done/").wsgi_request
    participant = request.participant
    assert participant.is_arriving
    assert rules.why_not_words(is_arriving=participant.is_arriving) is PeopleRefusal.ARRIVING
    assert rules.why_not_words(is_arriving=False) is None


def test_an_act_that_forgot_to_ask_is_refused_on_the_connection(
    place: Place, settings: LazySettings
) -> None:
    settings.ROOT_URLCONF = "acting_urls"
    client, _ = joined(place.codes()[0])
    assert client.post("/en/acts/draft/").status_code == 200
    assert OwnBox.objects.count() == 1
    n = Batch.objects.count()
    assert client.post("/en/acts/anything/").url == f"{JOIN}done/"
    assert Batch.objects.count() == n
    arrivals.at_the_hour()
    assert client.post("/en/acts/anything/").status_code == 200, "at the hour it is let through"
    assert Batch.objects.count() == n + 1


def test_a_passphrase_lets_nobody_in_before_the_hour(place: Place) -> None:
    from visavis.people import credentials
    from visavis.people.purse import Purse
    from visavis.sides import queries as sides

    _, words = joined(place.codes(role="expert")[0])
    proof = credentials.proof_of(Secret(words), sign_in=sides.sign_in())
    assert not Participant.objects.filter(sign_in_tag=proof.tag).exists()
    arrivals.at_the_hour()
    row = Participant.objects.get(sign_in_tag=proof.tag)
    assert Purse.opened(row.sealed_purse, half=proof.half).role is ParticipantRole.EXPERT


# ---- what a copy shows


def rows() -> dict[str, list[tuple[Any, ...]]]:
    """Return every table of this room as it lies, in the order in which it lies."""
    found = {}
    for model in (Batch, ParticipantCode, Arrival, Participant, Session):
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT * FROM {model._meta.db_table}")
            found[model.__name__] = cursor.fetchall()
    return found


def test_a_copy_before_and_after_the_hour_does_not_say_which_code_became_which_account(
    place: Place,
) -> None:
    made = place.codes(12)
    accounts: list[str] = []
    for code in made[:8]:
        client, _ = joined(code)
        accounts.append(client.get(f"{JOIN}done/").wsgi_request.participant.pk)
    before = rows()
    assert len(before["ParticipantCode"]) == 12, (
        "an unused code and one used within the hour: alike"
    )
    assert len({len(box) for _, box in before["Arrival"]}) == 1
    text = json.dumps(before, default=str)
    for each in accounts:
        assert each not in text, "no account is there before its hour"
    hashes = [str(codes.code_hash(code)) for code in made]
    for row in before["Arrival"]:
        assert not any(each in json.dumps(row) for each in hashes)
    arrivals.let_in()
    after = rows()
    assert len(after["ParticipantCode"]) == 4
    keys = [row[0] for row in after["Participant"]]
    assert keys == sorted(keys), "in the order of random keys"
    assert set(keys) == set(accounts), "the control: these are the accounts"
    text = json.dumps(after["Participant"], default=str)
    assert not any(each in text for each in hashes)


def test_no_length_tells_a_role_a_side_or_an_arrival(place: Place) -> None:
    made = [
        *place.codes(role="other"),
        *place.codes(role="civil-society"),
        *place.codes(side="hy"),
    ]
    for code in made:
        joined(code)
    assert len({len(row.box) for row in Arrival.objects.all()}) == 1
    boxes = {
        len(
            arrivals.Coming(
                "1" * 32, side, "t" * 64, "m" * 32, "p" * 1080, "c" * 64, "w" * 1592, "d" * 480
            ).shut(at="x")
        )
        for side in ("az", "a-side-with-a-long-code")
    }
    assert len(boxes) == 1
    lengths = {len(row.sealed) for row in Session.objects.all()}
    arrivals.at_the_hour()
    editors.signed_in(place.account["az"])
    assert {len(row.sealed) for row in Session.objects.all()} == lengths
    assert len({len(row.sealed_purse) for row in Participant.objects.all()}) == 1


def test_in_the_files_no_used_code_is_left_and_accounts_lie_in_the_order_of_their_keys(
    on_disk: Path,
) -> None:
    with editors.time_machine.travel(editors.NOW, tick=False):
        world = editors.found()
        place = Place({"az": editors.joined(world.codes["az"]).account})
        made = place.codes(14)
        hashes = [str(codes.code_hash(code)) for code in made]
        assert canaries.found_below(on_disk, hashes), "the control: the search finds them"
        for code in made[:6]:
            joined(code)
        waiting = [row.box[:64] for row in Arrival.objects.all()]
        arrivals.at_the_hour()
        for code in made[6:12]:
            joined(code)
        arrivals.at_the_hour()
        empty_the_log()
    assert canaries.found_below(on_disk, [*hashes[:12], *waiting]) == {}
    assert canaries.found_below(on_disk, hashes[12:])
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM people_participant ORDER BY rowid")
        lying = [key for (key,) in cursor.fetchall()]
    assert len(lying) == 12
    assert lying == sorted(lying), "of both hours together"


def test_at_each_full_hour_and_not_before_the_housekeeper_lets_them_in(place: Place) -> None:
    joined(place.codes()[0])
    keeper = housekeeping.Housekeeper()
    keeper.turn(is_due=True)
    assert not Participant.objects.exists()
    with editors.time_machine.travel(editors.NOW + timedelta(minutes=23), tick=False):
        keeper.turn()
        assert Participant.objects.count() == 1


# ---- batches at the desk


BATCH = {"role": "student", "size": "3"}


def new_form(client: Client) -> str:
    page = client.get(reverse("people:invitations")).content.decode()
    found = re.search(r'name="batch" value="([0-9a-f]{32})"', page)
    assert found
    return found[1]


def codes_on(page: str) -> list[str]:
    return re.findall(r"<code>((?:[0-9a-z]{4}-){6}[0-9a-z]{4})</code>", page)


def test_the_codes_are_shown_once_and_a_reload_shows_and_makes_none(place: Place) -> None:
    client = editors.signed_in(place.account["az"])
    form = {**BATCH, "batch": new_form(client)}
    answer = client.post(reverse("people:cards"), form)
    shown = codes_on(answer.content.decode())
    assert len(set(shown)) == 3
    assert answer["Cache-Control"] == "no-store"
    again = client.post(reverse("people:cards"), form)
    assert again.status_code == 409
    assert codes_on(again.content.decode()) == []
    assert Batch.objects.count() == 1
    kept = json.dumps(rows(), default=str)
    assert not any(code in kept or code.replace("-", "") in kept for code in shown)
    assert {str(codes.code_hash(Secret(code))) for code in shown} == set(
        ParticipantCode.objects.values_list("pk", flat=True)
    )
    joined(Secret(shown[0]))


def test_the_picture_is_of_the_address_alone(place: Place) -> None:
    client = editors.signed_in(place.account["az"])
    address = reverse("people:join-picture")
    before = client.get(address)
    client.post(reverse("people:cards"), {**BATCH, "batch": new_form(client)})
    assert client.get(address).content == before.content
    assert before["Content-Type"] == "image/png"


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"size": "0"}, "from 1 to 50"),
        ({"size": "51"}, "from 1 to 50"),
        ({"size": "many"}, "from 1 to 50"),
        ({"size": "²"}, "from 1 to 50"),
        ({"role": "editor"}, "Choose the role in which"),
        ({"batch": "no id"}, "shown once"),
    ],
)
def test_what_is_no_batch_makes_none_and_says_why(
    place: Place, changed: dict[str, str], reason: str
) -> None:
    client = editors.signed_in(place.account["az"])
    answer = client.post(reverse("people:cards"), {**BATCH, "batch": new_form(client), **changed})
    assert answer.status_code == 409
    assert reason in answer.content.decode()
    assert not Batch.objects.exists()


def test_a_desk_has_no_more_open_codes_than_the_rule_says(place: Place) -> None:
    for _ in range(rules.MOST_OPEN // rules.MOST_IN_BATCH):
        place.codes(rules.MOST_IN_BATCH)
    assert why(place.codes) is PeopleRefusal.TOO_MANY_OPEN
    assert why(lambda: place.codes(side="hy")) is None, "another desk's are its own"
    batches.make_void(editor=place.account["az"], batch_id=Batch.objects.filter(side="az")[0].pk)
    assert why(place.codes) is None


def test_below_three_used_codes_a_desk_sees_no_number_and_none_can_be_reckoned(
    place: Place,
) -> None:
    made = place.codes(rules.MOST_IN_BATCH)
    client = editors.signed_in(place.account["az"])
    pages = []
    for code in (None, *made[:3]):
        if code:
            joined(code)
            arrivals.at_the_hour()
        page = client.get(reverse("people:invitations")).content.decode()
        pages.append(re.findall(r"<td>([^<]*)</td>", page)[1])
    assert pages == [*["fewer than 3"] * 3, "3"]
    for _ in range(rules.MOST_OPEN // rules.MOST_IN_BATCH - 1):
        place.codes(rules.MOST_IN_BATCH)
    n_more = 0
    while why(place.codes) is None:
        n_more += 1
    assert n_more == 3, "the limit counts what the desk sees"


def test_the_limit_says_nothing_of_one_or_two_used_codes(place: Place) -> None:
    made = place.codes(rules.MOST_IN_BATCH)
    for code in made[:2]:
        joined(code)
    arrivals.at_the_hour()
    for _ in range(rules.MOST_OPEN // rules.MOST_IN_BATCH - 1):
        place.codes(rules.MOST_IN_BATCH)
    assert why(place.codes) is PeopleRefusal.TOO_MANY_OPEN


def test_another_desk_sees_sizes_and_nothing_else(place: Place) -> None:
    for code in place.codes(7)[:5]:
        joined(code)
    arrivals.at_the_hour()
    batch = Batch.objects.get()
    other = editors.signed_in(place.account["hy"])
    page = other.get(reverse("people:invitations")).content.decode()
    about = page[page.index("Batches of your desk") :]
    assert "<dd>7</dd>" in about
    assert batch.pk not in page
    assert not re.search(r"\b5\b", re.sub(r"<[^>]+>", "", about.split("<footer")[0]))
    answer = other.post(reverse("people:void-batch", args=[batch.pk]))
    assert answer.status_code == 404
    assert ParticipantCode.objects.count() == 2
    assert answer.content == other.post(reverse("people:void-batch", args=["0" * 32])).content
    assert batches.sizes_elsewhere("hy", today=TODAY) == {"az": (7,)}


def test_a_void_batch_stays_in_the_other_desks_sight_and_says_no_number(place: Place) -> None:
    for code in place.codes(9)[:4]:
        joined(code)
    arrivals.at_the_hour()
    batches.make_void(editor=place.account["az"], batch_id=Batch.objects.get().pk)
    assert not ParticipantCode.objects.exists()
    (seen,) = batches.own("az", today=TODAY)
    assert seen.n_used is None
    assert batches.sizes_elsewhere("hy", today=TODAY) == {"az": (9,)}
    assert Participant.objects.count() == 4, "those who joined before stay"


def test_no_row_says_which_editor_made_a_batch(place: Place) -> None:
    place.codes(3)
    text = json.dumps(rows(), default=str)
    assert not any(account.pk in text for account in place.account.values())


def test_a_frozen_editor_makes_no_batch(place: Place) -> None:
    client = editors.signed_in(place.account["az"])
    form = {**BATCH, "batch": new_form(client)}
    code = editors.invited(place.account["az"])
    other = editors.joined(code, label="Leyla").account
    editors.frozen(other, place.account["az"].pk)
    assert client.post(reverse("people:cards"), form).status_code == 302
    assert not Batch.objects.exists()
