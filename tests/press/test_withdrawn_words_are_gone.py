"""A withdrawn contribution leaves no byte: not in the database or its log, not in the next edition."""

from pathlib import Path

import pytest
from printing import Press

import authors
import cast
import desks as stage
from canaries import found_below
from visavis.base import data
from visavis.discussions import writing
from visavis.pages import addresses
from visavis.safety.transactions import empty_the_log

CANARY = "Qaranquşyuvası"


@pytest.mark.parametrize("was_open", [False, True], ids=["waiting", "open"])
def test_no_byte_of_withdrawn_words_stays(on_disk: Path, *, was_open: bool) -> None:
    with stage.on(cast.DAY):
        desks = stage.at_work()
        press = Press(desks.site)
        place, person = authors.discussion(desks.site), authors.writer("az")
        document = person.hand_in(place.id, f"{CANARY} burada.")
        empty_the_log()
        assert found_below(on_disk, [CANARY]) == {}, "what waits is sealed"
        if was_open:
            authors.turned(document, desks)
            press.release()
            empty_the_log()
            assert found_below(on_disk, [CANARY]), "the control"
            assert CANARY in press.page(addresses.item("az", "contributions", document.id))
        with person.reading():
            writing.withdraw(person.row, document.id, today=cast.DAY)
        press.hours += 1
        press.release()
        empty_the_log()
        assert found_below(on_disk, [CANARY]) == {}
        assert found_below(data.public_directory(), [CANARY]) == {}
