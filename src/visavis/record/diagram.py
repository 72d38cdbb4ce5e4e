"""The reference page of document states, written from `NEXT_STATES`.

python -m visavis.record.diagram > docs/reference/document-states.md
"""

from .rules import MOST_ASKED, MOST_PROPOSED, NEXT_STATES, State

MEANINGS: dict[State, tuple[str, str, str]] = {
    State.DRAFT: (
        "no document yet: no bytes, no digest",
        "its own desk",
        "it is proposed or given up",
    ),
    State.PROPOSED: (
        "before the desks, waiting for keys",
        "every desk; an answer, its own desk alone",
        "it opens, is refused or taken back",
    ),
    State.OPEN: (
        "the charter's keys are all there",
        "everyone, from the next edition on",
        "it is closed for good or replaced",
    ),
    State.CLOSED: (
        "out of view; for good, or until a lone closing lapses",
        "every desk; for good: nobody, but others' words that went along, their own desk",
        "it is closed for good by whose words it is",
    ),
    State.REFUSED: (
        "a desk said no, for a reason from the list",
        "the desk that proposed it",
        "30 days have passed",
    ),
    State.WITHDRAWN: (
        "taken back by the desk that proposed it",
        "nobody; its words are a draft of that desk",
        "at once",
    ),
    State.SUPERSEDED: (
        "a later version is open",
        "nobody; the first released words of an answer, everyone",
        "at once; those first words, until their own desk closes them",
    ),
}

STEPS: dict[tuple[State, State], str] = {
    (State.DRAFT, State.PROPOSED): "one desk proposes it",
    (State.PROPOSED, State.OPEN): "the last key is turned, or the last seat is filled",
    (State.PROPOSED, State.REFUSED): "another desk refuses",
    (State.PROPOSED, State.WITHDRAWN): "its desk withdraws it, or proposes it alone",
    (
        State.PROPOSED,
        State.CLOSED,
    ): "its author closes it, or what it was made from is closed for good",
    (State.OPEN, State.CLOSED): "one key closes it, or what it was made from",
    (State.OPEN, State.SUPERSEDED): "the next version opens",
    (State.CLOSED, State.OPEN): "a lone closing lapses",
}


def page() -> str:
    """Return the whole page in Markdown."""
    lines = [
        "# The states of a document",
        "",
        "Written by `python -m visavis.record.diagram` from the table in `record/rules.py`; a test holds",
        "the two equal. No step leads anywhere else. The state only says where to look: whether a document",
        "may be shown is asked of its bytes and its signatures each time again.",
        "",
        "```mermaid",
        "stateDiagram-v2",
        "    [*] --> draft",
    ]
    lines += [
        f"    {state} --> {then}: {STEPS[state, then]}"
        for state in State
        for then in sorted(NEXT_STATES[state], key=list(State).index)
    ]
    lines += [
        "```",
        "",
        "| state | what it means | who can read it | its bytes are destroyed when |",
        "| --- | --- | --- | --- |",
    ]
    lines += [f"| **{state}** | {' | '.join(MEANINGS[state])} |" for state in State]
    lines += [
        "",
        "Refused, withdrawn and superseded are ends: the same words may be proposed again, as another",
        "document. Digest, state, days and whose words they were stay when the bytes are destroyed.",
        "Charters and recoveries are public for ever.",
        "",
        f"A side has at most {MOST_PROPOSED} documents **proposed**.",
        f"Silence counts for the oldest {MOST_ASKED}, and for the next one when one of these is over.",
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(page(), end="")  # noqa: T201 - this is how the page is written
