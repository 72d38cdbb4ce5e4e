"""What `doctor` says of a report: each promise with the control of its search, and each leak by its place."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from .installation import WORKERS

if TYPE_CHECKING:
    from . import Report

MOST_SHOWN = 8
REPORT_IT = "This is a leak. Nobody but you knows of it: see SECURITY.md of the project."
BLIND = "Its result means nothing: report it, see SECURITY.md of the project."
ON_POSTGRESQL = (
    "This was done on the built-in database. In PostgreSQL's own files words hold as well; links, order "
    "and hours do not."
)
WHAT_TO_DO_ON_POSTGRESQL = "Keep its files on an encrypted disk: docs/how-to/seizure.md"
HOLDS = {
    "words": "No unpublished word, no secret, nothing of a visitor in {n_copies} copies ({mb} MB).",
    "links": "None of {n_acts} acts in the database's log writes of a person and of a text together. The end "
    "of an access does, for as long as it takes.",
    "order": "After the hour no rows lie in the order in which they came.",
    "hours": "No hour of an act in bytes, rows or times of files.",
}
FAILS = {
    "words": "Words lie in copies where nobody may find them",
    "links": "The database's log puts persons beside texts",
    "order": "Rows lie in the order in which they came",
    "hours": "A copy says when somebody acted",
}


def sentences(report: "Report") -> Iterator[tuple[bool, str, str]]:
    """Yield for each thing whether it is well, what is so, and what to do where it is not."""
    front = "nginx" if report.has_proxy else "nothing, since nginx is not on this machine"
    done = (
        f"{report.n_kinds} kinds of request, {report.n_requests} in all, with {report.n_words} words of "
        f"their own, to {WORKERS} workers behind {front}. Killed workers: {report.n_killed}."
    )
    yield True, done, ""
    for name, search in report.searches.items():
        n = search.n_planted - len(search.missed)
        control = f"Control: {n} of {search.n_planted} planted traces found."
        if search.found:
            shown = "; ".join(search.found[:MOST_SHOWN])
            yield False, f"{FAILS[name]}, {len(search.found)} times: {shown}. {control}", REPORT_IT
        elif search.missed:
            yield False, f"The search for {name} is blind to: {', '.join(search.missed)}.", BLIND
        else:
            numbers = {
                "n_copies": report.n_copies,
                "n_acts": report.n_acts,
                "mb": report.n_bytes >> 20,
            }
            yield True, f"{HOLDS[name].format(**numbers)} {control}", ""
