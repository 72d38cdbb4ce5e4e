"""The page of document states is written from the table of transitions, and stays equal to it."""

from pathlib import Path

from visavis.record.diagram import page
from visavis.record.rules import NEXT_STATES, State

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "document-states.md"


def test_the_page_of_document_states_is_what_the_table_says() -> None:
    assert PAGE.read_text() == page(), (
        "write it again: python -m visavis.record.diagram > docs/reference/document-states.md"
    )


def test_every_state_and_every_step_stands_on_the_page() -> None:
    text = page()
    for state in State:
        assert f"| **{state}** |" in text
        for then in NEXT_STATES[state]:
            assert f"{state} --> {then}" in text
    assert text.count(" --> ") == sum(map(len, NEXT_STATES.values())) + 1
