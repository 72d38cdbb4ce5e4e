"""The made-up ballot of the explanation: two banks of a river and a ferry, voted on by 120 people.

Each bank has two groups; what of ten in each agrees with a statement stands in the table. Nobody is drawn by
lot: of a group's members every so-many-th agrees, another run of them for each statement.
"""

import csv
import sys
from pathlib import Path

GROUPS = {"north": (40, 24), "south": (34, 22)}
"""Members of the two groups of each bank."""
STATEMENTS = {
    "The ferry should run on Sundays.": (9, 9, 9, 8),
    "Benches on both landings.": (9, 8, 9, 9),
    "School classes ride for nothing.": (8, 9, 8, 9),
    "The landing belongs on the north bank.": (9, 9, 1, 1),
    "The ferry's flag should be ours alone.": (7, 8, 2, 1),
    "The south bank pays its own repairs.": (9, 8, 1, 2),
    "The market may stay open after dark.": (9, 1, 9, 1),
    "Carts before walkers.": (8, 1, 8, 2),
    "Sell coffee on board.": (9, 2, 8, 1),
    "Paint the ferry blue.": (5, 4, 6, 5),
}
"""Of ten in each of the four groups, how many agree."""
NEWCOMERS = 4
"""People of the north who have voted three times, too few for a group."""


def side_of() -> list[str]:
    return [bank for bank, sizes in GROUPS.items() for _ in range(sum(sizes))]


def votes() -> list[list[int | None]]:
    """Return a row for each person, a column for each statement: 1, 0, −1, or None for unseen."""
    rows = []
    groups = [size for sizes in GROUPS.values() for size in sizes]
    for group, size in enumerate(groups):
        for member in range(size):
            rows.append(
                [
                    _vote(member, place, of_ten[group], len(rows))
                    for place, of_ten in enumerate(STATEMENTS.values())
                ]
            )
    for person in range(NEWCOMERS):
        rows[person][3:] = [None] * (len(STATEMENTS) - 3)
    return rows


def _vote(member: int, place: int, of_ten: int, person: int) -> int | None:
    if (person * 7 + place * 3) % 11 == 0:
        return None
    if (person * 5 + place) % 17 == 0:
        return 0
    return 1 if (member * 7 + place * 3 + member // 10 * (place + 1)) % 10 < of_ten else -1


def write_export(folder: Path) -> None:
    """Write the ballot as Polis exports one, beside the file of sides."""
    folder.mkdir()
    rows = votes()
    counts = [[row.count(1), row.count(-1), row.count(0)] for row in rows]
    with (folder / "participants-votes.csv").open("w", newline="") as file:
        write = csv.writer(file).writerow
        head = ("participant", "group-id", "n-comments", "n-votes", "n-agree", "n-disagree")
        write([*head, *range(len(STATEMENTS))])
        for person, (row, (agree, disagree, passed)) in enumerate(zip(rows, counts, strict=True)):
            write([person, "", 0, agree + disagree + passed, agree, disagree, *row])
    with (folder / "comments.csv").open("w", newline="") as file:
        write = csv.writer(file).writerow
        write(
            [
                "timestamp",
                "comment-id",
                "author-id",
                "agrees",
                "disagrees",
                "moderated",
                "comment-body",
            ]
        )
        for place, text in enumerate(STATEMENTS):
            said = [row[place] for row in rows]
            write([1_700_000_000, place, 0, said.count(1), said.count(-1), 1, text])
    (folder / "summary.csv").write_text("vote-convention,agree=+1;disagree=-1;pass=0\n")
    with folder.with_name("sides.csv").open("w", newline="") as file:
        csv.writer(file).writerows([("participant", "side"), *enumerate(side_of())])


if __name__ == "__main__":
    write_export(Path(sys.argv[1]))
