"""How answers are compared that nobody may tell apart: bytes without the token, and times by rank."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from itertools import combinations
from typing import Any

N_EACH = 300
LEAST, MOST = 0.37, 0.63  # five and a half standard deviations of 300 against 300
TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="[A-Za-z0-9]{64}"')


def everything_in(answer: Any) -> bytes:
    """Return all that a visitor gets: status, headers, cookies and body, without the CSRF token."""
    head = f"{answer.status_code} {sorted(answer.headers.items())} {sorted(answer.cookies)}"
    return head.encode() + TOKEN.sub(b"", answer.content)


def longer(first: list[float], second: list[float]) -> float:
    """Return the chance that one of ``first`` is longer than one of ``second`` (AUC, Mann-Whitney)."""
    ranked = sorted(second)
    wins = sum(bisect_left(ranked, each) + bisect_right(ranked, each) for each in first)
    return wins / 2 / len(first) / len(second)


def apart(times: Mapping[str, list[float]]) -> dict[tuple[str, str], float]:
    """Return the pairs of classes that can be told apart by time, with that chance."""
    compared = {pair: longer(times[pair[0]], times[pair[1]]) for pair in combinations(times, 2)}
    return {pair: chance for pair, chance in compared.items() if not LEAST < chance < MOST}
