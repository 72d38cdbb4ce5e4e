"""The opinion map: real conversations and planted votes, beside red-dwarf on the same votes in the same run.

Each measurement is a process of its own on one core, so that its memory is its own and no thread helps. Votes
are read from Parquet; reading is told apart. red-dwarf is installed into an environment of its own beside the
data, and is asked as long as its memory allows.
"""

import json
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

import numpy as np

from benchmarks import planted
from benchmarks.machine import middle

POLIS = Path(__file__).resolve().parent.parent.parent / "shared" / "data" / "polis"
REAL = {"bowling-green": "american-assembly.bowling-green", "vtaiwan": "vtaiwan.uberx"}
PLANTED = {
    "1e5": (2_000, 300),
    "1e6": (20_000, 1_000),
    "2e6": (33_422, 783),
    "4e6": (80_000, 1_500),
    "1e7": (200_000, 3_000),
    "1e8": (2_000_000, 10_000),
}
PEER = "red-dwarf==0.4.0"
PEER_VOTES = 5_000_000
"""Above this many votes the peer has no memory left."""
ROUNDS = {"bowling-green": 5, "vtaiwan": 5, "1e5": 5, "1e6": 3, "2e6": 3}
ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "LOKY_MAX_CPU_COUNT": "1"}


def main(names: list[str]) -> int:
    folder = Path(os.environ["VISAVIS_DATA"]).parent
    environment = {key: value for key, value in os.environ.items() if not key.startswith("DJANGO")}
    environment |= ONE_THREAD
    peer = _peer(folder)
    for name in names:
        source, n_votes = _made(name, folder)
        if source is None:
            print(f"  {name:<14} not measured: its files are not beside the project")
            continue
        command = [sys.executable, "-m", "benchmarks.opinion_ours", str(source)]
        ours = [_asked(command, environment) for _ in range(ROUNDS.get(name, 1))]
        seconds, reading, going_on = (
            middle([each[part] for each in ours]) for part in ("map", "read", "going_on")
        )
        print(
            f"  {name:<14} {n_votes:>11,} votes   visavis {seconds:8.2f} s, reading {reading:.2f} s, "
            f"going on {going_on:.2f} s, {ours[0]['memory']:,.0f} MB{_told(ours[0])}",
            flush=True,
        )
        if peer and n_votes <= PEER_VOTES:
            script = str(Path(__file__).with_name("opinion_theirs.py"))
            theirs = _asked([peer, script, str(source)], environment)
            print(
                f"  {'':<14} {'':>11}         red-dwarf {theirs['map']:6.2f} s, {theirs['memory']:,.0f} MB: "
                f"{theirs['map'] / seconds:,.0f} times as long{_told(theirs)}",
                flush=True,
            )
        if name in PLANTED:
            shutil.rmtree(source)
            source.with_suffix(".npz").unlink()
    return 0


def _made(name: str, folder: Path) -> tuple[Path | None, int]:
    """Write the votes of a case as Parquet, with what is known of them; return the file and how many."""
    import pyarrow as pa
    from pyarrow import parquet

    folder.mkdir(parents=True, exist_ok=True)
    if name in REAL:
        if not (POLIS / REAL[name]).is_dir():
            return None, 0
        from visavis.opinion.read import votes_in

        path = folder / f"{name}.votes.parquet"
        votes = votes_in(POLIS / REAL[name]).votes
        who = np.repeat(votes.participants, votes.n_votes_of)
        table = pa.table(
            {
                "participant": who,
                "statement": votes.statements[votes.codes // 3],
                "vote": (votes.codes % 3 - 1).astype(np.int8),
            }
        )
        parquet.write_table(table, path)
        return path, len(who)
    return _planted(folder / "votes", *PLANTED[name])


def _planted(path: Path, n_participants: int, n_statements: int) -> tuple[Path, int]:
    """Write planted votes as a folder of partitions, one block of people at a time in memory."""
    import pyarrow as pa
    from pyarrow import parquet

    of, n_votes, ceiling = planted.truth(n_participants, n_statements), 0, []
    path.mkdir(parents=True)
    schema = pa.schema(
        [("participant", pa.int32()), ("statement", pa.int32()), ("vote", pa.int8())]
    )
    for number, block in enumerate(planted.votes(of)):
        table = pa.table(list(map(pa.array, block)), schema=schema)
        parquet.write_table(table, path / f"part-{number:03}.parquet")
        ceiling.append(planted.likeliest(of, block))
        n_votes += len(block.who)
    np.savez(
        path.with_suffix(".npz"),
        side=of.side,
        group=of.group,
        ceiling=np.concatenate(ceiling),
        agreement=of.agreement,
        is_common=of.is_common,
    )
    return path, n_votes


def _peer(folder: Path) -> str | None:
    """Return the Python of an environment that has the peer, or None where it cannot be had."""
    place = folder / "peer"
    python = place / "bin" / "python"
    venv.create(place, with_pip=True)
    install = [
        python,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        PEER,
        "pyarrow",
    ]
    if subprocess.run(install, capture_output=True, check=False).returncode:
        print(f"  {PEER} cannot be installed here: only ours is measured")
        return None
    return str(python)


def _asked(command: list[str], environment: dict[str, str]) -> dict[str, float]:
    one_core = ["taskset", "-c", str((os.cpu_count() or 1) - 1), *command]
    said = subprocess.run(one_core, env=environment, capture_output=True, text=True, check=False)
    if said.returncode:
        print(f"    failed ({said.returncode}): {said.stderr.strip().splitlines()[-1:]}")
        return {"map": float("nan"), "memory": float("nan")}
    found: dict[str, float] = json.loads(said.stdout.strip().splitlines()[-1])
    return found


def _told(measured: dict[str, float]) -> str:
    quality = {
        "groups": "groups {:.3f} of the ceiling",
        "sides": "sides {:.4f} of it",
        "common": "common ground AUC {:.5f}",
    }
    parts = [words.format(measured[name]) for name, words in quality.items() if name in measured]
    return "\n" + " " * 17 + ", ".join(parts) if parts else ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or [*REAL, *PLANTED]))
