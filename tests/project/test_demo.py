"""The demo world after two months, and the command that makes it."""

import json
import os
import re
import stat
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.db import transaction

from views import viewed
from visavis.base import data as places
from visavis.cards.queries import own_card
from visavis.dialogue import queries as asked
from visavis.dialogue.rules import SeatState
from visavis.discussions import heard_queries
from visavis.people import credentials, desk_boxes, participants, sign_in
from visavis.people.authors import Author
from visavis.people.models import Account
from visavis.press.remaking import made_again
from visavis.project import demo
from visavis.project.world import world
from visavis.record import public, queries
from visavis.record.rules import State
from visavis.safety.reading import JOINT, reading_as
from visavis.safety.secret import Secret
from visavis.sides import actions as sides
from visavis.sides import queries as side_queries
from visavis.signing.commands import verify

pytestmark = pytest.mark.django_db

AT = datetime(2024, 4, 20, 9, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def made(
    django_db_setup: None, django_db_blocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Path]:
    """The world, made once for this file and taken back afterwards."""
    directory = tmp_path_factory.mktemp("demo") / "data"
    before = os.environ["VISAVIS_DATA"]
    with django_db_blocker.unblock(), transaction.atomic():
        os.environ["VISAVIS_DATA"] = str(directory)
        try:
            demo.make_demo(world(), at=AT)
            yield directory
        finally:
            os.environ["VISAVIS_DATA"] = before
            transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def there(made: Path, data: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every test here reads the one demo, with what the demo prints; nobody writes to it."""
    monkeypatch.setenv("VISAVIS_DATA", str(made))
    accounts = [account_of(each) for each in demo.sign_ins()]
    with reading_as(lambda: desk_boxes.reader_of(*accounts)):
        yield


@cache
def account_of(one: demo.DemoSignIn) -> Account:
    """Return the editor as a session has it: the passphrase is stretched once for all tests here."""
    proof = credentials.proof_of(Secret(one.passphrase), sign_in=side_queries.sign_in())
    account = Account.objects.get(sign_in_tag=proof.tag)
    account.private_key = credentials.account_key(proof.half)
    return account


def questions() -> dict:
    charter = public.current_charter(on=AT.date())
    found = {}
    for subject in public.open_subjects(kinds=["question"]):
        view = viewed(public.open_subject(subject, charter=charter), charter)
        found[view.versions["en"].text.split()[1]] = view
    return found


def texts() -> dict:
    charter = public.current_charter(on=AT.date())
    found = {}
    for subject in public.open_subjects(kinds=["article", "letter"]):
        view = viewed(public.open_subject(subject, charter=charter), charter)
        found[view.versions["az"].title] = view
    return found


def test_one_question_is_released_one_beside_an_empty_chair_and_one_is_sealed():
    states = {
        name: (view.is_released, sorted(c.side for c in view.chairs if c.answer))
        for name, view in questions().items()
    }
    assert states == {
        "words": (True, ["az", "hy"]),
        "song": (True, ["az"]),
        "at": (False, []),
    }


def test_the_sealed_answer_is_there_and_the_other_desk_learns_no_more():
    sealed = next(view for view in questions().values() if not view.is_released)
    for side, state in (("hy", SeatState.KEYED), ("az", SeatState.THERE)):
        seats = asked.question_for(side, sealed.id).seats
        assert {seat.side: seat.state for seat in seats}["hy"] is state
    record = (places.public_directory() / "site" / "documents").glob("*.json")
    assert not any("նամականիշ" in file.read_text(encoding="utf-8") for file in record)


@pytest.mark.parametrize("side", ["az", "hy"])
def test_one_proposal_waits_for_each_desk(side: str):
    proposed = queries.proposals_for(side, charter=public.current_charter(on=AT.date()))
    waiting = [each for each in proposed if side in each.missing]
    assert len(waiting) == 1
    assert waiting[0].proposed_by != side


def test_the_library_has_every_state_that_a_text_can_be_in():
    found = texts()
    assert set(found) == {
        "Su növbəsi",
        "Üç dəqiqə",
        "On doqquzuncu gediş",
        "Külək haqqında məktub",
        "Top",
    }
    train, ball = found["Üç dəqiqə"], found["Top"]
    stale = {language: version.n_stale for language, version in train.versions.items()}
    assert stale == {"hy": 0, "en": 0, "az": 2, "fr": 2, "ru": 0}
    assert train.versions["az"].stale_since == AT.date() - timedelta(days=21)
    assert ball.standing.side == "hy"
    assert ball.standing.asked_on == AT.date() - timedelta(days=32)
    assert all(view.standing.is_joint for view in found.values() if view is not ball)


def test_letters_say_how_many_words_were_cut_and_keep_back_what_endangers_somebody():
    chess, wind = texts()["On doqquzuncu gediş"], texts()["Külək haqqında məktub"]
    assert all(version.n_words_cut > 50 for version in chess.versions.values())
    for version in wind.versions.values():
        cuts = [run.cut for unit in version.units for run in unit.runs if run.cut]
        assert [cut.is_withheld for cut in cuts] == [False, True, False]
        assert all(cut.words > 4 for cut in cuts)


def test_one_text_is_closed_by_one_side_and_would_reopen():
    (closed,) = queries.glance_for("az", charter=public.current_charter(on=AT.date())).closed
    assert closed.closed_by == ("hy",)
    assert closed.document is not None
    assert closed.reopens_at is not None
    assert timedelta(hours=72) <= closed.reopens_at - AT < timedelta(hours=73)


def test_everything_happened_within_the_two_months_before():
    from visavis.record.models import Document

    days = set(Document.objects.values_list("proposed_on", flat=True))
    assert min(days) == AT.date() - timedelta(days=60)
    assert max(days) < AT.date()
    assert not Document.objects.filter(state=State.REFUSED).exists()


def test_the_first_editors_can_sign_in_at_once_and_turn_their_sides_key():
    for each in demo.sign_ins():
        with transaction.atomic():
            account = sign_in.sign_in(
                passphrase=Secret(each.passphrase), digits=each.codes(at=AT)[0][1], at=AT
            )
            assert account.side_id == each.side
            reader = desk_boxes.reader_of(account)
            assert reader.newest(each.side)
            assert reader.newest(JOINT)
            key = sides.open_side_key(each.side, Secret(each.desk_passphrase))
            assert public.current_charter(on=AT.date()).side(each.side).public_key == key.public
            transaction.set_rollback(True)


def test_eight_people_talk_in_two_discussions_and_one_of_them_has_withdrawn_words(made: Path):
    from visavis.record.models import Document

    rows = Document.objects.exclude(state=State.SUPERSEDED)
    there = Counter(rows.values_list("kind", "side", "state"))
    assert {key: n for key, n in there.items() if key[0] in {"card", "discussion"}} == {
        ("card", "az", "open"): 4,
        ("card", "hy", "open"): 4,
        ("discussion", "", "open"): 2,
    }
    assert {key[1:]: n for key, n in there.items() if key[0] == "contribution"} == {
        ("az", "open"): 6,
        ("hy", "open"): 7,
        ("az", "closed"): 1,
    }
    pages = made / "public" / "site" / "en" / "contributions"
    saying = [
        page
        for page in pages.glob("*/index.html")
        if "What was here is no longer shown." in page.read_text(encoding="utf-8")
    ]
    assert len(saying) == 1


def test_replies_went_through_the_gate_and_restatements_wait_for_both_who_sign_in(made: Path):
    """Of five replies to the other side four were agreed; what was withdrawn took its restatement along."""
    (talk,) = {
        page.read_text(encoding="utf-8")
        for page in (made / "public" / "site" / "en" / "discussions").glob("*/index.html")
        if "How the contribution was understood" in page.read_text(encoding="utf-8")
    }
    assert re.findall(r"Heard: \d of \d", talk) == ["Heard: 2 of 2", "Heard: 1 of 2"]
    assert talk.count("Not agreed") == 1
    for each in demo.participants_of_demo():
        participant = participants.sign_in(passphrase=Secret(each.passphrase))
        with reading_as(lambda participant=participant: Author(participant.purse)):
            assert len(heard_queries.asked_of(participant.card)) == 1
            assert len(heard_queries.own(participant.card)) == 1


def test_one_participant_a_side_signs_in_with_what_is_printed():
    found = demo.participants_of_demo()
    assert [each.side for each in found] == ["az", "hy"]
    for each in found:
        participant = participants.sign_in(passphrase=Secret(each.passphrase))
        assert participant.side_id == each.side
        body = own_card(participant).body
        assert body is not None
        assert body.pen_name[each.side] == each.pen_name


def test_the_edition_verifies_with_the_fingerprint_of_its_charter_pages_and_all():
    charter = public.current_charter(on=AT.date())
    arguments = [str(places.public_directory()), "--charter", charter.digest, "--pages"]
    said = CliRunner().invoke(verify, arguments, obj=made_again)
    assert said.exit_code == 4, said.output  # right, but an archive by now
    assert "were made again from the documents: all are the same." in said.output


def test_the_mark_of_the_demo_can_be_read_by_its_owner_alone(made: Path):
    assert stat.S_IMODE((made / "demo.json").stat().st_mode) == 0o600
    assert stat.S_IMODE(made.stat().st_mode) == 0o700


def test_codes_are_the_next_ones_that_an_authenticator_shows():
    each = demo.sign_ins()[0]
    starts = [start for start, _code in each.codes(at=AT + timedelta(seconds=31))]
    assert starts[0] == AT + timedelta(seconds=30)
    assert starts[1] - starts[0] == timedelta(seconds=30)


class TestTheCommand:
    """What `visavis demo` finds before it begins."""

    @pytest.fixture(autouse=True)
    def elsewhere(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        monkeypatch.setenv("VISAVIS_DATA", str(tmp_path / "data"))
        return tmp_path / "data"

    def run(self, *words: str):
        return CliRunner().invoke(demo.demo, words)

    def test_a_directory_with_anything_else_in_it_is_not_touched(self, elsewhere: Path):
        elsewhere.mkdir()
        (elsewhere / "secret").write_text("of a real site")
        for words in ((), ("--fresh",)):
            said = self.run(*words)
            assert said.exit_code == 1
            assert "not a demo" in said.output
        assert [path.name for path in elsewhere.iterdir()] == ["secret"]

    def test_a_finished_demo_is_kept_as_it_is(self, elsewhere: Path, made: Path, monkeypatch):
        elsewhere.mkdir()
        content = (made / "demo.json").read_bytes()
        (elsewhere / "demo.json").write_bytes(content)
        places.write_format()
        monkeypatch.setattr(demo, "make_demo", None)
        said = self.run()
        assert said.exit_code == 0, said.output
        for each in json.loads(content)["sign_ins"]:
            assert each["passphrase"] in said.output
        for each in json.loads(content)["participants"]:
            assert each["pen_name"] in said.output
            assert each["passphrase"] in said.output
        assert (elsewhere / "demo.json").read_bytes() == content

    @pytest.mark.parametrize("words", [(), ("--fresh",)])
    def test_a_half_made_or_unwanted_demo_is_made_anew(
        self, elsewhere: Path, made: Path, monkeypatch, words: tuple[str, ...]
    ):
        elsewhere.mkdir()
        kept = json.loads((made / "demo.json").read_text())
        kept["is_finished"] = bool(words)
        (elsewhere / "demo.json").write_text(json.dumps(kept))
        (elsewhere / "public").mkdir()
        (elsewhere / "visavis.sqlite3").write_bytes(b"half")
        found = []
        monkeypatch.setattr(
            demo, "make_demo", lambda *_args, **_kwargs: found.extend(elsewhere.iterdir())
        )
        assert self.run(*words).exit_code == 0
        assert found == []

    def test_a_damaged_mark_is_named_and_nothing_is_thrown_away(self, elsewhere: Path):
        elsewhere.mkdir()
        (elsewhere / "demo.json").write_text("{")
        (elsewhere / "visavis.sqlite3").write_bytes(b"?")
        said = self.run()
        assert said.exit_code == 1
        assert "--fresh" in said.output
        assert (elsewhere / "visavis.sqlite3").exists()
