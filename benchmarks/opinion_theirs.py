"""One measurement of red-dwarf, in its own environment. Prints one JSON object."""

import json
import resource
import sys
import time
import warnings
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent))
warnings.simplefilter("ignore")

from opinion_quality import quality  # noqa: E402 - the folder must be known first
from pyarrow import parquet  # noqa: E402
from reddwarf.implementations.polis import run_pipeline  # noqa: E402


def main(path: Path) -> None:
    columns = parquet.read_table(path).to_pydict()
    votes = [
        {"participant_id": who, "statement_id": what, "vote": said}
        for who, what, said in zip(
            *(columns[name] for name in ("participant", "statement", "vote")), strict=True
        )
    ]
    del columns
    before = time.process_time()
    found = run_pipeline(votes=votes, random_state=1)
    took = time.process_time() - before
    people = found.participants_df.sort_index()
    groups = people["cluster_id"].fillna(-1).astype(int).to_numpy()
    score = found.statements_df.sort_index()["group-aware-consensus"].to_numpy(float)
    told = {"map": took, "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}
    told |= quality(path, groups=groups, sides=None, score=score)
    print(json.dumps(told))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
