"""One measurement of ours: read a Parquet file, make the map, go on from it. Prints one JSON object."""

import json
import sys
from pathlib import Path

from benchmarks.machine import memory_mb, timed
from benchmarks.opinion_quality import quality
from visavis.opinion.mapping import opinion_map
from visavis.opinion.read import votes_in


def main(path: Path) -> None:
    with timed() as reading:
        votes = votes_in(path).votes
    with timed() as mapping:
        found = opinion_map(votes)
    memory = memory_mb()
    with timed() as going_on:
        opinion_map(votes, start=found)
    told = {
        "read": reading.processor,
        "map": mapping.processor,
        "memory": memory,
        "going_on": going_on.processor,
    }
    told |= quality(
        path,
        groups=found.groups.of_participant,
        sides=found.sides.of_participant,
        score=found.common_ground.score,
    )
    print(json.dumps(told))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
