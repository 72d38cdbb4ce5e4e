"""What the terminal says of a map."""

import dataclasses

import numpy as np
import pytest
from hand_made import map_of, reading_of, two_halves
from rich.cells import cell_len

from visavis.opinion.telling import adjusted_rand_index, told
from visavis.opinion.votes import Votes

TEXTS = {
    0: "Open the bridge on Sundays",
    1: "Move the market to the old station",
    2: "Close the library",
    3: "Plant lime trees",
}


def said_of(votes: Votes, group: np.ndarray, **more: object) -> str:
    found = map_of(votes, group, **more)  # type: ignore[arg-type]
    return told(reading_of(votes, TEXTS), found, name="river.parquet")


def flat(text: str) -> str:
    return " ".join(text.split())


def test_common_ground_is_told_with_the_figures_of_every_side() -> None:
    votes, half = two_halves()
    said = flat(said_of(votes, half, names=("East", "West"), declared=True))
    assert "Open the bridge on Sundays side East: 100 % of 40, side West: 100 % of 40" in said
    assert "Move the market to the old station side East: 100 % of 40, side West: 0 % of 40" in said
    assert said.index("COMMON GROUND") < said.index("Refused") < said.index("Divisive")


def test_sides_that_were_declared_are_not_called_found() -> None:
    votes, half = two_halves()
    assert "FOUND IN THE VOTES" not in said_of(votes, half, names=("East", "West"), declared=True)
    assert "FOUND IN THE VOTES" in said_of(votes, half)


def test_a_body_without_sides_is_not_called_a_side() -> None:
    votes, half = two_halves()
    everybody = np.zeros(len(half), np.int8)
    said = flat(said_of(votes, half, side=everybody, names=("all",)))
    assert "not between sides" in said
    assert "everybody: 100 % of 80" in said
    assert "side all" not in said


def test_no_common_ground_is_said_in_a_sentence() -> None:
    votes = Votes.from_arrays(np.arange(60), np.zeros(60, int), np.repeat([1, -1], 30))
    said = flat(said_of(votes, np.repeat([0, 1], 30)))
    assert "There is no common ground" in said
    assert "Too few" not in said


@pytest.mark.parametrize("n", [0, 6])
def test_too_few_votes_are_said_in_a_sentence(n: int) -> None:
    votes = Votes.from_arrays(np.arange(n), np.zeros(n, int), np.ones(n, int))
    said = flat(said_of(votes, np.full(n, -1), side=np.arange(n) % 2))
    assert "Too few votes to tell" in said
    assert "no common ground" not in said
    assert "nobody has voted enough" in said


def test_whoever_reads_is_told_not_to_publish_and_what_it_was_made_of() -> None:
    votes, half = two_halves()
    said = flat(said_of(votes, half))
    assert "not for publishing" in said
    assert "suppress" in said
    assert votes.digest in said.replace(" ", "")
    assert "Visavis 0.1.0" in said


def test_what_was_taken_for_granted_comes_before_every_number_made_of_it() -> None:
    votes, half = two_halves()
    reading = reading_of(votes, TEXTS, assumptions=("In these files 1 means agree.",))
    said = told(reading, map_of(votes, half), name="river")
    assert said.index("In these files 1 means agree.") < said.index("SIDES")


@pytest.mark.parametrize("width", [40, 80])
def test_no_line_is_wider_than_it_may_be_even_of_wide_letters(width: int) -> None:
    votes, half = two_halves()
    texts = {0: "橋を日曜日に開けるべきだと思います。" * 6, 1: "a" * 200, 2: "Բացել կամուրջը " * 12}
    reading = reading_of(votes, texts, assumptions=("橋" * 90,))
    said = told(reading, map_of(votes, half), name="川" * 60, width=width)
    assert max(cell_len(line) for line in said.splitlines()) <= width
    assert said.count("橋") == 90 + 6


def test_a_statement_cannot_steer_the_terminal_or_write_in_its_markup() -> None:
    votes, half = two_halves()
    texts = {0: "\x1b[2J[bold]Open\x1b]0;x\x07 \u202ethe bridge[/bold]\nCOMMON GROUND"}
    reading = reading_of(votes, texts, assumptions=("a\x1b[31mb",))
    said = told(reading, map_of(votes, half), name="x\x1by")
    assert not set(said) & {"\x1b", "\x07", "\u202e", "\x9b"}
    assert "[bold]Open" in said
    assert [line for line in said.splitlines() if line == "COMMON GROUND"] == ["COMMON GROUND"]


def test_colours_are_for_terminals_only() -> None:
    votes, half = two_halves()
    found = map_of(votes, half)
    assert "\x1b" not in told(reading_of(votes), found, name="river")
    assert "\x1b" in told(reading_of(votes), found, name="river", colour=True)


def test_the_same_map_is_told_in_the_same_words() -> None:
    votes, half = two_halves()
    assert said_of(votes, half) == said_of(votes, half)


def test_shares_are_whole_only_where_they_are_exact() -> None:
    vote = np.concatenate([np.ones(999, int), [-1]])
    votes = Votes.from_arrays(np.arange(1000), np.zeros(1000, int), vote)
    everybody = np.zeros(1000, np.int64)
    said = said_of(votes, everybody, side=everybody, names=("all",))
    assert "everybody: 99 % of 1,000" in said


def test_the_likeness_to_polis_own_groups_is_told_where_they_are_known() -> None:
    votes, half = two_halves()
    found = map_of(votes, half)
    same = told(reading_of(votes, polis_groups=1 - half), found, name="river")
    assert "80 people placed by both, likeness 1.00" in flat(same)
    other = told(reading_of(votes, polis_groups=np.arange(80) % 2), found, name="river")
    assert "likeness -0.01" in flat(other)
    assert "Polis' own" not in told(reading_of(votes), found, name="river")


def test_the_index_of_likeness_is_that_of_scikit_learn() -> None:
    from sklearn.metrics import adjusted_rand_score

    chance = np.random.default_rng(3)
    for n in (1, 2, 30, 500):
        one, other = chance.integers(0, 3, n), chance.integers(0, 4, n)
        other = np.where(chance.random(n) < 0.5, one, other)
        expected = adjusted_rand_score(one, other)
        assert adjusted_rand_index(one, other) == pytest.approx(expected, abs=1e-12)


def test_rejected_statements_are_counted() -> None:
    votes, half = two_halves()
    rejected = np.array([False, False, True, False])
    found = map_of(votes, half, rejected=rejected)
    said = told(dataclasses.replace(reading_of(votes), rejected=rejected), found, name="river")
    assert "1 statement was rejected" in said
