"""The pages about the opinion map are true: their numbers are extracted and computed again."""

import contextlib
import importlib
import io
import math
import os
import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import ferry_ballot
import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image, ImageChops, ImageStat
from sklearn.metrics import adjusted_rand_score

from visavis.opinion import mixture
from visavis.opinion.mapping import opinion_map
from visavis.opinion.mixture import Fits
from visavis.opinion.passes import Here
from visavis.opinion.polis import polis_map
from visavis.opinion.read import votes_in
from visavis.opinion.reading import Reading
from visavis.opinion.result import OpinionMap
from visavis.opinion.votes import AGREE, DISAGREE, PASS, Votes
from visavis.project.commandline import main

DOCS = Path(__file__).parents[2] / "docs"
EXPLAINED = (DOCS / "explanation" / "how-the-map-is-made.md").read_text()
REFERENCE = (DOCS / "reference" / "opinion-map.md").read_text()
CLUSTER = (DOCS / "how-to" / "count-on-a-cluster.md").read_text()
PICTURE = DOCS / "pictures" / "map-of-a-ferry.png"


def flat(text: str) -> str:
    return " ".join(text.split())


def table(page: str, first: str) -> list[list[str]]:
    """Return the rows of the table whose head begins with ``first``, without the head."""
    _, found, rest = page.partition(f"| {first} |")
    assert found, first
    rows = []
    for line in rest.splitlines()[2:]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in line.strip("|").split("|")])
    assert rows, first
    return rows


def percents(cell: str) -> list[int]:
    return [int(number) for number in re.findall(r"(\d+) %", cell)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("river") / "ferry"
    ferry_ballot.write_export(folder)
    return folder


@pytest.fixture(scope="module")
def ferry(folder: Path) -> Reading:
    return votes_in(folder, sides=folder.with_name("sides.csv"))


@pytest.fixture(scope="module")
def found(ferry: Reading) -> OpinionMap:
    return opinion_map(ferry.votes)


def kind_of(found: OpinionMap, statement: int) -> str:
    ground = found.common_ground
    for kind in ("common", "refused", "divisive", "uncertain"):
        if statement in getattr(ground, kind):
            return kind
    return ""


def test_the_statements_on_the_page_are_counted_and_judged_so(
    ferry: Reading, found: OpinionMap
) -> None:
    place_of = {text: place for place, text in ferry.texts.items()}
    rows = table(EXPLAINED, "statement")
    assert len(rows) == 4
    for text, *counts, north, south, verdict in rows:
        place = place_of[text]
        for side, cell in enumerate(counts):
            agree, disagree, passed = map(int, cell.split(","))
            tally = found.sides.tally.counts[side, place]
            assert tally.tolist() == [disagree, passed, agree], text
        for side, cell in enumerate((north, south)):
            bounds = found.common_ground.lower[side, place], found.common_ground.upper[side, place]
            assert percents(cell) == [round(100 * bound) for bound in bounds], text
        assert verdict.startswith(kind_of(found, place)), text
        if kind_of(found, place) == "common":
            assert percents(verdict) == [round(100 * found.common_ground.score[place])]


def test_the_sum_by_hand_is_right(found: OpinionMap) -> None:
    text = flat(EXPLAINED)
    share = re.search(r"\((\d+) \+ 1\) / \((\d+) \+ 2\) = (\d\.\d+)", text)
    doubt = re.search(r"1\.28 × √\(([\d.]+) × ([\d.]+) / \((\d+) \+ 3\)\) = (\d\.\d+)", text)
    assert share
    assert doubt
    p, positions = (int(share[1]) + 1) / (int(share[2]) + 2), int(share[2])
    assert p == found.common_ground.agreement[0, 0]
    assert round(p, 2) == float(share[3]) == float(doubt[1]) == 1 - float(doubt[2])
    assert int(doubt[3]) == positions
    width = 1.28 * math.sqrt(p * (1 - p) / (positions + 3))
    assert abs(width - float(doubt[4])) < 0.001
    assert "surely above 0.80 and surely below 0.92" in text
    assert round(found.common_ground.lower[0, 0], 2) == 0.80
    assert round(found.common_ground.upper[0, 0], 2) == 0.92
    assert round(found.common_ground.lower[1, 0], 2) == 0.82
    assert "three of three are not 100 % but 80 %" in text
    assert (3 + 1) / (3 + 2) == 0.8


def test_memberships_by_hand_are_those_of_the_code() -> None:
    fits = Fits.of(np.tile([[[0.9, 0.2]]], (2, 1, 1)), np.full((1, 1, 2), 0.5))
    counted = fits.table()
    table_of_fits = counted.whole.T * counted.unit
    table_of_votes = {
        "agrees once": [AGREE],
        "agrees twice": [AGREE, AGREE],
        "agrees, then disagrees": [AGREE, DISAGREE],
        "has not voted": [],
    }
    rows = table(EXPLAINED, "votes")
    assert [row[0] for row in rows] == list(table_of_votes)
    for words, *_, told in rows:
        said = table_of_votes[words]
        codes = [3 * place + vote + 1 for place, vote in enumerate(said)]
        likelihood = table_of_fits[codes].sum(axis=0) + fits.prior[0]
        first = mixture.memberships(likelihood)[0][0]
        assert percents(told) == [round(100 * first)], words
    assert table_of_fits[3 + PASS + 1].tolist() == [0, 0]


@pytest.mark.parametrize(("n", "words"), [(3, "62 %"), (300, "98 %")])
def test_a_small_group_is_held_near_the_opinion_of_all(n: int, words: str) -> None:
    votes = Votes.from_arrays(range(n), [0] * n, [AGREE] * n)
    fits = mixture.from_memberships(Here.of(votes), np.ones((n, 1, 1)), np.array([0.5]))
    assert f"{100 * fits.agreement[0, 0, 0]:.0f} %" == words
    assert words in EXPLAINED


def test_groups_of_the_ferry_are_told_as_they_are(found: OpinionMap) -> None:
    text = flat(EXPLAINED)
    north, south = found.groups.curves
    assert (north.chosen, south.chosen) == (2, 2)
    two = north.trials[1]
    assert f"by {two.gain:.3f} with a wavering of {two.standard_error:.3f}" in text
    assert two.gain > 2 * two.standard_error
    assert north.trials[2].gain <= two.gain  # three do not better than two
    alone = found.groups.of_participant == -1
    assert alone.sum() == ferry_ballot.NEWCOMERS == 4
    across, up = (round(100 * each) for each in found.positions.explained)
    assert f"shows {across} % of all differences from left to right and {up} % up and down" in text
    assert found.sides.sizes.tolist() == [64, 56]
    assert "64 circles for the north bank, 56 squares for the south" in text


def test_on_both_banks_a_whole_group_is_against_the_market(found: OpinionMap) -> None:
    market = list(ferry_ballot.STATEMENTS).index("The market may stay open after dark.")
    assert found.model is not None
    for side in (0, 1):
        own = found.model.agreement[market, found.model.side_of_group == side]
        assert own.min() < 0.4 < 0.7 < own.max()


def test_without_the_banks_other_camps_are_found(ferry: Reading) -> None:
    nobody = np.full(ferry.votes.n_participants, -1, np.int8)
    without = Votes(
        ferry.votes.participants,
        ferry.votes.statements,
        ferry.votes.starts,
        ferry.votes.codes,
        nobody,
    )
    sides = opinion_map(without).sides
    assert not sides.declared
    first, second = sides.sizes.tolist()
    assert f"those camps have {first} and {second} people, from both banks" in flat(EXPLAINED)
    bank = np.array(ferry_ballot.side_of())
    for camp in (0, 1):
        assert set(bank[sides.of_participant == camp]) == {"north", "south"}
    market = list(ferry_ballot.STATEMENTS).index("The market may stay open after dark.")
    agree, positions = sides.tally.agree[:, market], sides.tally.positions[:, market]
    shares = agree / positions
    assert abs(shares[0] - shares[1]) > 0.5


def test_the_picture_of_the_ferry_is_what_the_command_draws(folder: Path, tmp_path: Path) -> None:
    drawn = tmp_path / "map.png"
    given = ["opinion", str(folder), "--sides", str(folder.with_name("sides.csv"))]
    answer = CliRunner().invoke(main, [*given, "--png", str(drawn)])
    assert answer.exit_code == 0, answer.output
    fresh = Image.open(BytesIO(drawn.read_bytes())).convert("RGB")
    if os.environ.get("VISAVIS_PICTURES"):
        fresh.quantize(64).save(PICTURE, optimize=True)
    shown = Image.open(PICTURE).convert("RGB")
    assert shown.size == fresh.size
    off = ImageStat.Stat(ImageChops.difference(shown, fresh)).mean
    assert max(off) < 1, "draw it with VISAVIS_PICTURES=1"
    assert PICTURE.stat().st_size <= 60_000


def constants() -> Iterator[tuple[str, float]]:
    for name, value, _ in table(REFERENCE, "constant"):
        base, _, power = value.partition("**")
        yield name.strip("`"), float(base) ** float(power or 1)


@pytest.mark.parametrize(("name", "value"), list(constants()))
def test_a_constant_on_the_page_is_that_of_the_code(name: str, value: float) -> None:
    module, _, constant = name.partition(".")
    assert getattr(importlib.import_module(f"visavis.opinion.{module}"), constant) == value


def test_no_constant_is_missing_from_the_page() -> None:
    known = {name for name, _ in constants()}
    for module in {name.partition(".")[0] for name in known}:
        source = Path(importlib.import_module(f"visavis.opinion.{module}").__file__ or "")
        for line in source.read_text().splitlines():
            if own := re.match(r"([A-Z][A-Z_0-9]*(?:, [A-Z][A-Z_0-9]*)*) = [-\d.e_*<, ]+$", line):
                for constant in own[1].split(", "):
                    assert f"{module}.{constant}" in known


@pytest.mark.parametrize("row", table(REFERENCE, "conversation"), ids=lambda row: row[0])
def test_the_likeness_to_polis_is_as_told(shared_data: Path, row: list[str]) -> None:
    name, people, groups, index = row
    folder = shared_data / "polis" / name
    if not folder.is_dir():
        pytest.skip(f"the conversation {name} is not here")
    given = votes_in(folder)
    own = polis_map(given.votes, rejected=given.rejected).groups
    assert given.polis_groups is not None
    both = (own.of_participant >= 0) & (given.polis_groups >= 0)
    theirs = given.polis_groups[both]
    assert both.sum() == int(people)
    assert groups == f"{own.n_groups}, {len(set(theirs.tolist()))}"
    likeness = adjusted_rand_score(theirs, own.of_participant[both])
    assert abs(likeness - float(index)) < 0.001


def test_sums_stay_exact_as_far_as_the_page_says() -> None:
    bits = 2.0**53
    most = -math.log(mixture.LEAST_SHARE)
    assert f"at most {most:.2f} a vote" in REFERENCE
    assert 38e6 * most <= bits * mixture.LOG_UNIT
    assert bits * mixture.EXP_UNIT >= 4096
    assert bits * mixture.SHARE_UNIT >= 4_294_967_296
    colours = importlib.import_module("visavis.opinion.colours")
    assert bits >= 32_768 * 2.0**colours._BITS_FOR_VOTES
    assert bits >= 2_147_483_648 * 2.0**colours._BITS_FOR_VOTERS


def test_the_cluster_is_sized_as_its_formulas_say() -> None:
    measured = {row[0]: float(row[1].split()[0]) for row in table(CLUSTER, "name")}
    worked = [(float(row[2].split()[0]), row[2].split()[1]) for row in table(CLUSTER, "what")]
    votes, people, statements, groups, workers, rate = 1e9, 2e7, 20_000, 6, 32, 1e9
    tables = measured["passes"] * workers * 2 * 24 * statements * groups
    rows = people * measured["row"]
    memory = (
        measured["worker"] * 1e6
        + votes / workers * measured["vote"]
        + people / workers * measured["person"]
    )
    reckoned = [
        (votes / 1e6 / workers * (measured["read"] + measured["count"]), "s"),
        (500 * statements / 1e6 * measured["begin"], "s"),
        (tables / 1e9, "GB"),
        (rows / 1e9, "GB"),
        ((tables + rows) / rate, "s"),
        (memory / 1e9, "GB"),
        (people * measured["everybody"] / 1e9, "GB"),
    ]
    for (told, unit), (found, own) in zip(worked, reckoned, strict=True):
        assert unit == own
        assert told == pytest.approx(found, rel=0.03)


@pytest.mark.journey
@pytest.mark.enable_socket
def test_the_examples_of_the_cluster_give_the_map_of_one_process(
    ferry: Reading, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    distributed = pytest.importorskip("distributed")
    votes = ferry.votes
    who = np.repeat(votes.participants, votes.n_votes_of)
    columns = {
        "participant": who,
        "statement": votes.statements[votes.codes // 3],
        "vote": (votes.codes % 3 - 1).astype(np.int8),
        "side": np.array(ferry_ballot.side_of())[who],
    }
    monkeypatch.chdir(tmp_path)
    parquet.write_table(pyarrow.table(columns), "votes.parquet")
    divide, count = re.findall(r"```python\n(.*?)```", CLUSTER, re.DOTALL)
    assert len([line for line in count.splitlines() if line]) <= 10
    out, names = io.StringIO(), dict[str, object]()
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=None
    ) as cluster:
        address = "tcp://scheduler:8786"
        assert address in count
        exec(divide, {})  # noqa: S102 - these lines are our own
        assert len(list(Path("ballot").iterdir())) == 4
        with contextlib.redirect_stdout(out):
            exec(count.replace(address, cluster.scheduler_address), names)  # noqa: S102 - as above
    assert out.getvalue().split() == ["found", str(votes.n_votes), "votes", "of", "120"]
    there, here = names["found"], opinion_map(votes)
    assert isinstance(there, OpinionMap)
    assert there.groups.membership.tobytes() == here.groups.membership.tobytes()
