"""A small ballot whose sides and groups are known."""

from dataclasses import dataclass

import numpy as np

from visavis.opinion.votes import Votes


@dataclass(frozen=True, eq=False)
class Planted:
    """Votes with the truth behind them; a function of its seed."""

    who: np.ndarray
    what: np.ndarray
    said: np.ndarray
    side: np.ndarray
    group: np.ndarray
    share: np.ndarray

    def votes(
        self,
        *,
        declared: bool,
        participants: np.ndarray | None = None,
        statements: np.ndarray | None = None,
        exchanged: bool = False,
        copied: int | None = None,
        newcomer_votes: int = 0,
    ) -> Votes:
        """Return the votes, renumbered by the given permutations, or with somebody more."""
        who, what, said = self.who, self.what, self.said
        if copied is not None:
            own = who == copied
            who = np.append(who, np.full(own.sum(), len(self.side)))
            what, said = np.append(what, what[own]), np.append(said, said[own])
        if newcomer_votes:
            who = np.append(who, np.full(newcomer_votes, len(self.side)))
            what = np.append(what, np.arange(newcomer_votes))
            said = np.append(said, np.ones(newcomer_votes, int))
        side = np.append(self.side, self.side[copied] if copied is not None else 0)[who]
        if exchanged:
            side = 1 - side
        return Votes.from_arrays(
            who if participants is None else participants[who],
            what if statements is None else statements[what],
            said,
            side if declared else None,
        )


def planted(
    n_participants: int,
    n_statements: int,
    *,
    votes_each: tuple[int, int],
    seed: int,
    n_sides: int = 2,
) -> Planted:
    """Return a ballot of some sides with two groups each, that differ on half the statements."""
    numbers = np.random.default_rng(seed)
    side = np.minimum(numbers.geometric(0.6, n_participants) - 1, n_sides - 1)
    group = 2 * side + (numbers.random(n_participants) < 0.4)
    of_side = numbers.choice((0.15, 0.5, 0.85), (n_sides, n_statements))
    share = np.repeat(of_side, 2, axis=0)
    apart = numbers.random((2 * n_sides, n_statements)) < 0.15
    share = np.where(apart, 1 - share, share)
    share[:, : n_statements // 5] = 0.85  # everybody agrees
    rows = []
    for person in range(n_participants):
        n_votes = min(n_statements, int(numbers.integers(*votes_each)))
        for statement in np.sort(numbers.choice(n_statements, n_votes, replace=False)):
            said = 1 if numbers.random() < share[group[person], statement] else -1
            rows.append((person, statement, 0 if numbers.random() < 0.1 else said))
    who, what, said = np.array(rows).T
    return Planted(who, what, said, side, group, share)
