"""A copy of the disk shows no word of a draft, and no desk but its own opens one."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

import cast
import reading as known
from canaries import found_below
from cast import DAY
from visavis.base.missing import NotFound
from visavis.base.refusal import Refused
from visavis.record import actions, keeping, models, queries, rules
from visavis.record.rules import RecordRefusal
from visavis.safety import kept, order
from visavis.safety.reading import JOINT, NOBODY, Reader, reading_as
from visavis.safety.transactions import empty_the_log
from visavis.signing.document import CHARTER

pytestmark = pytest.mark.django_db
ITEM = "a" * 32
NOON = datetime(DAY.year, DAY.month, DAY.day, 12, tzinfo=UTC)


def keep(words: str, *, item: str = ITEM, side: str = "az", **more: Any) -> None:
    given: dict[str, Any] = {"kind": "news", "shape": "news-1", "today": DAY, **more}
    actions.keep_draft(item=item, side=side, body={"words": words}, **given)


def words(item: str = ITEM, side: str = "az") -> str:
    return str(queries.draft_for(side, item).body["words"])


def earlier(item: str = ITEM) -> list[str]:
    return [each.words.body["words"] for each in queries.earlier_states("az", item)[1]]


def boxes() -> list[bytes]:
    """Return every box that lies in the tables: drafts and their earlier states."""
    rows = [*models.Draft.objects.values_list("body", flat=True)]
    return [bytes(box) for box in (*rows, *models.DraftState.objects.values_list("box", flat=True))]


@contextmanager
def desk(*holders: str) -> Iterator[None]:
    with reading_as(lambda: known.reader_of(*holders)):
        yield


# The bytes


CANARIES = ["canary-əlyazma-written", "canary-əlyazma-before", "canary-əlyazma-given-up"]
OPEN = "canary-əlyazma-open"


def write_everything() -> None:
    """Keep a draft twice, one of them long; give another up; open a document."""
    keep(CANARIES[1] + " söz" * 40_000)
    keep(CANARIES[0])
    keep(CANARIES[2], item="b" * 32)
    actions.give_up_draft(item="b" * 32, side="az")
    site = cast.a_charter()
    cast.found(site)
    cast.open_(cast.an_article(site, texts={"az": [OPEN]}), site)


@pytest.mark.django_db(transaction=True)
def test_no_word_of_a_draft_lies_in_any_byte_of_the_disk(on_disk: Path, tmp_path: Path) -> None:
    write_everything()
    assert found_below(tmp_path, CANARIES) == {}, "while the log is full"
    order.write_again()
    empty_the_log()
    connection.close()
    found = found_below(tmp_path, [*CANARIES, OPEN])
    assert set().union(*found.values()) == {OPEN}, "the search finds what is open, and nothing else"
    assert (words(), earlier()) == (CANARIES[0], [CANARIES[1] + " söz" * 40_000])


@pytest.mark.django_db(transaction=True)
def test_the_same_search_finds_them_where_nothing_is_sealed(
    on_disk: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Reader, "shut", lambda _self, words, **_named: words)
    write_everything()
    found = found_below(tmp_path, CANARIES)
    assert set().union(*found.values()) >= {CANARIES[0], CANARIES[1]}, "what was given up is wiped"


@pytest.mark.django_db(transaction=True)
def test_a_draft_that_is_given_up_or_proposed_leaves_not_even_its_boxes(
    on_disk: Path, tmp_path: Path
) -> None:
    site = cast.a_charter()
    cast.found(site)
    text = cast.an_article(site)
    for n in range(3):
        keep(f"{n}", item=text.id)
        keep(f"{n}", item=ITEM)
    heads = [box[-64:] for box in boxes()]
    assert len(heads) == 6
    assert lying_in(tmp_path, heads) == set(heads)
    actions.give_up_draft(item=ITEM, side="az")
    cast.propose(text, site=site)
    assert boxes() == []
    empty_the_log()
    assert lying_in(tmp_path, heads) == set()


@pytest.mark.django_db(transaction=True)
def test_a_draft_with_words_of_what_is_closed_for_good_goes_with_its_earlier_states(
    on_disk: Path, tmp_path: Path
) -> None:
    site = cast.a_charter()
    cast.found(site)
    text = cast.open_(cast.an_article(site, side="az"), site)
    for n in range(3):
        keep(f"{n}", side="hy", of=text.id, has_words_of=True)
    heads = [box[-64:] for box in boxes()]
    assert lying_in(tmp_path, heads) == set(heads)
    assert cast.take_down(text, "az", site=site, at=NOON)
    assert boxes() == []
    assert lying_in(tmp_path, heads) == set()


def lying_in(folder: Path, some: list[bytes]) -> set[bytes]:
    contents = [file.read_bytes() for file in folder.rglob("*") if file.is_file()]
    return {each for each in some if any(each in content for content in contents)}


# Who opens


def test_no_other_desk_and_nobody_opens_a_draft_or_what_it_was_before() -> None:
    keep("before")
    keep("now")
    for holders in ((), ("hy",), (JOINT,), ("hy", JOINT)):
        with desk(*holders):
            assert queries.drafts_of("az") == []
            assert queries.drafts_shown("az").n == 0
            with pytest.raises(NotFound):
                queries.draft_for("az", ITEM)
            with pytest.raises(NotFound):
                queries.earlier_states("az", ITEM)
    with desk("az"):
        assert (words(), earlier(), queries.drafts_shown("az").n) == ("now", ["before"], 1)


@pytest.mark.parametrize("moved", [{"side": "hy"}, {"item": "c" * 32}])
def test_a_row_given_to_another_desk_or_item_opens_for_nobody(moved: dict[str, str]) -> None:
    keep("ours")
    models.Draft.objects.update(**moved)
    for holders in (("az",), ("hy",)):
        with desk(*holders):
            assert queries.drafts_of(moved.get("side", "az")) == []
    models.Draft.objects.update(item=ITEM, side="az")
    assert words() == "ours"


def test_what_no_reader_of_the_desk_opens_is_not_there_for_it_and_can_be_written_over() -> None:
    """As after a desk that was lost: its first key is gone for ever."""
    keep("lost", of="d" * 32)
    keep("lost too", of="d" * 32)
    new = Reader({"az": [known.key("az", 2)]})
    with reading_as(lambda: new):
        assert queries.drafts_of("az", of="d" * 32) == []
        keep("begun again", instead_of=b"")
        assert (words(), earlier()) == ("begun again", [])
    assert models.DraftState.objects.count() == 0


@pytest.mark.parametrize(
    "garbage", [b"", b"{}", b"not JSON", b"VVS1", b"VVS1\x01\x00", b"\xff" * 300]
)
def test_a_damaged_row_is_no_draft_and_no_error(garbage: bytes) -> None:
    keep("whole")
    models.Draft.objects.update(body=garbage)
    assert queries.drafts_of("az") == []
    assert queries.drafts_shown("az").shown == ()
    with pytest.raises(NotFound):
        queries.draft_for("az", ITEM)


def test_without_a_key_nothing_is_written_and_the_refusal_says_so() -> None:
    keep("there")
    for reader in (NOBODY, known.desk("hy")):
        with reading_as(lambda: reader), pytest.raises(Refused) as refused:  # noqa: B023
            keep("from outside")
        assert refused.value.reason is RecordRefusal.NO_DRAFT_KEY
    assert words() == "there"


def test_a_new_key_for_a_charter_is_kept_without_a_reader() -> None:
    """It has no word, and a desk that lost its reading keys must not lose its signing key."""
    body = {"public_key": "00" * 32, "sealed_key": "under the passphrase"}
    with reading_as(lambda: NOBODY):
        actions.keep_draft(item=ITEM, kind=CHARTER, side="az", shape="", body=body, today=DAY)
        assert [each.body for each in queries.new_keys_of("az")] == [body]
    assert n_clear() == 0


def n_clear() -> int:
    """Return what `visavis doctor` calls a fault of drafts and their earlier states."""
    found = [each for each in kept.sealed_values() if "draft" in each.holding.table]
    assert {each.holding.table for each in found} == {"record_draft", "record_draftstate"}
    return sum(each.n_faults for each in found)


def test_the_doctor_counts_what_lies_in_the_clear(monkeypatch: pytest.MonkeyPatch) -> None:
    keep("sealed")
    keep("sealed too")
    assert n_clear() == 0
    with monkeypatch.context() as patch:
        patch.setattr(Reader, "shut", lambda _self, words, **_named: words)
        keep("clear", item="c" * 32)
    assert n_clear() == 1
    # Written on, nothing of it lies in the clear any more: not as an earlier state either.
    keep("sealed now", item="c" * 32)
    assert n_clear() == 0
    assert earlier("c" * 32) == ["clear"]


# Two editors


def test_an_act_on_other_bytes_than_were_read_is_refused() -> None:
    keep("first", instead_of=b"")
    read = queries.draft_for("az", ITEM).box
    keep("second", instead_of=read)
    for act in (
        lambda: keep("third", instead_of=read),
        lambda: keep("third", instead_of=b""),
        lambda: actions.give_up_draft(item=ITEM, side="az", drafted=read),
    ):
        with pytest.raises(Refused) as refused:
            act()
        assert refused.value.reason is RecordRefusal.DRAFT_MOVED_ON
    assert words() == "second"
    actions.give_up_draft(item=ITEM, side="az", drafted=queries.draft_for("az", ITEM).box)
    assert queries.drafts_of("az") == []


def test_words_that_came_between_reading_and_the_act_are_not_written_over(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Also where nobody said what was read: the act compares what it finds with what it saw."""
    keep("first")
    real = keeping._keep

    def late(*args: Any, **named: Any) -> None:
        monkeypatch.setattr(keeping, "_keep", real)
        keep("in between")
        real(*args, **named)

    monkeypatch.setattr(keeping, "_keep", late)
    with pytest.raises(Refused) as refused:
        keep("late")
    assert refused.value.reason is RecordRefusal.DRAFT_MOVED_ON
    assert (words(), earlier()) == ("in between", ["first"])


# What it was before


def test_the_last_ten_states_are_kept_and_the_same_words_are_no_state() -> None:
    for n in range(14):
        keep(f"{n}")
        keep(f"{n}")
    assert earlier() == [str(n) for n in range(12, 2, -1)]
    assert models.DraftState.objects.count() == rules.MOST_EARLIER == 10


def test_the_table_of_states_tells_no_order() -> None:
    """Its keys are drawn, and its rows lie in their order once an edition has been made."""
    for n in range(11):
        keep(f"{n}")
    order.write_again()
    keys = [each.key for each in queries.earlier_states("az", ITEM)[1]]
    stored = list(models.DraftState.objects.values_list("pk", flat=True))
    assert stored == sorted(keys)
    assert keys not in (sorted(keys), sorted(keys, reverse=True))
    assert {field.name for field in models.DraftState._meta.fields} == {
        "id",
        "draft",
        "box",
        "made_on",
    }


def test_a_state_is_brought_back_and_the_words_before_become_one() -> None:
    keep("good", kind="news", until=DAY + timedelta(days=3))
    keep("spoiled", kind="news")
    draft, (state,) = queries.earlier_states("az", ITEM)
    with pytest.raises(Refused):
        actions.bring_back(item=ITEM, side="az", state=state.key, seen="0" * 32, today=DAY)
    actions.bring_back(item=ITEM, side="az", state=state.key, seen=draft.seen, today=DAY)
    now = queries.draft_for("az", ITEM)
    assert (now.body["words"], now.until) == ("good", DAY + timedelta(days=3))
    assert earlier() == ["spoiled", "good"]


def test_no_other_desk_brings_anything_back_and_no_state_of_another_draft() -> None:
    for item in (ITEM, "b" * 32):
        keep("one", item=item)
        keep("two", item=item)
    draft, (state,) = queries.earlier_states("az", ITEM)
    _, (foreign,) = queries.earlier_states("az", "b" * 32)
    for side, key in (("hy", state.key), ("az", foreign.key), ("az", 1)):
        with pytest.raises(NotFound):
            actions.bring_back(item=ITEM, side=side, state=key, seen=draft.seen, today=DAY)
    assert words() == "two"


def test_each_state_goes_after_a_week_with_the_next_edition() -> None:
    for n in range(4):
        keep(f"{n}", today=DAY + timedelta(days=n))
    for days, left in ((7, ["2", "1", "0"]), (8, ["2", "1"]), (10, [])):
        actions.settle(at=NOON + timedelta(days=days))
        assert earlier() == left
    assert words() == "3"
