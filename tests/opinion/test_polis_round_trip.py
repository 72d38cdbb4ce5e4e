import polis_exports as exports
from hypothesis import given
from hypothesis import strategies as st

from visavis.opinion.read import votes_in
from visavis.opinion.votes import Votes

IDS = st.one_of(st.integers(0, 9), st.integers(0, 10**18 - 1))
VOTES = st.dictionaries(st.tuples(IDS, IDS), st.sampled_from([-1, 0, 1]), min_size=1, max_size=30)


@given(cells=VOTES, sign=st.sampled_from([1, -1]), as_log=st.booleans(), in_seconds=st.booleans())
def test_any_votes_written_as_an_export_of_polis_are_read_as_they_were(
    tmp_path_factory, cells, sign, as_log, in_seconds
):
    people = sorted({who for who, _ in cells})
    statements = sorted({what for _, what in cells})
    start = 1_600_000_000 if in_seconds else 1_600_000_000_000
    events = [(start + at, what, who, vote) for at, ((who, what), vote) in enumerate(cells.items())]
    declaration = exports.DECLARATION if sign == 1 else "agree=-1;disagree=+1;pass=0"
    folder = exports.write(
        tmp_path_factory.mktemp("talk"),
        summary=exports.summary_csv(declaration, voters=len(people)),
        **(
            {"votes": exports.votes_csv(events, sign)}
            if as_log
            else {"participants_votes": exports.matrix_csv(
                cells, sign=sign, count_sign=1, people=people, statements=statements, groups={}
            )}
        ),
    )  # fmt: skip
    written = Votes.from_arrays(
        [who for who, _ in cells], [what for _, what in cells], list(cells.values())
    )
    assert votes_in(folder).votes.digest == written.digest
