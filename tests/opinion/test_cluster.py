"""Two workers count what one process would, to the last bit."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from planted_ballot import planted
from same_bits import assert_same

from visavis.opinion import sampling
from visavis.opinion.cluster import map_of_partitions
from visavis.opinion.mapping import opinion_map
from visavis.opinion.problems import UnusableInputError
from visavis.opinion.votes import Votes

pyarrow = pytest.importorskip("pyarrow")
parquet = pytest.importorskip("pyarrow.parquet")
distributed = pytest.importorskip("distributed")

pytestmark = [pytest.mark.journey, pytest.mark.enable_socket]

BALLOT = planted(700, 30, votes_each=(6, 20), seed=11)


@pytest.fixture(scope="module")
def client() -> Iterator[Any]:
    """Two workers in processes of their own, on this machine."""
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        yield client


def written(folder: Path, part_of: np.ndarray, *, with_sides: bool) -> list[Path]:
    """Write each participant's votes into the partition that ``part_of`` gives them."""
    paths = []
    for part in range(int(part_of.max()) + 1):
        own = part_of[BALLOT.who] == part
        columns = {
            "participant": BALLOT.who[own],
            "statement": BALLOT.what[own],
            "vote": BALLOT.said[own].astype(np.int8),
        }
        if with_sides:
            columns["side"] = np.array(["az", "hy"])[BALLOT.side[BALLOT.who[own]]]
        paths.append(folder / f"part-{part}.parquet")
        parquet.write_table(pyarrow.table(columns), paths[-1])
    return paths


def at_home(*, with_sides: bool) -> Votes:
    side = np.array(["az", "hy"])[BALLOT.side[BALLOT.who]] if with_sides else None
    return Votes.from_arrays(BALLOT.who, BALLOT.what, BALLOT.said, side)


@pytest.mark.parametrize("with_sides", [True, False], ids=["declared sides", "no sides"])
@pytest.mark.parametrize("sampled", [True, False])
def test_two_workers_give_the_map_of_one_process(
    client: Any, tmp_path: Path, with_sides: bool, sampled: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if sampled:
        monkeypatch.setattr(sampling, "LEAST_VOTES", 2_000)
        monkeypatch.setattr(sampling, "VOTES_A_STATEMENT", 1)
    parts = np.random.default_rng(4).integers(0, 5, len(BALLOT.side))
    paths = written(tmp_path, parts, with_sides=with_sides)
    there = map_of_partitions(paths, client)
    assert_same(opinion_map(at_home(with_sides=with_sides)), there, but=("digest",))


def test_a_participant_in_two_partitions_is_refused(client: Any, tmp_path: Path) -> None:
    path = written(tmp_path, np.zeros(len(BALLOT.side), int), with_sides=False)[0]
    with pytest.raises(UnusableInputError, match="Partition the votes by participant"):
        map_of_partitions([path, path], client)
