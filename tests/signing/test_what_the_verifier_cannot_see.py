"""What the verifier finds by itself, and what takes `--pages`: a page is signed by the release key alone.

Anyone who has that key can put words on a page that no document says. The verifier in this room does not make
pages, so it does not find them, and says that it did not look; `tests/press/test_pages_made_again.py` has
the same attacks, and more, found. It does find every document that such a thief invents.
"""

from dataclasses import replace
from pathlib import Path

from signing_world import World

from visavis.press.store import Content
from visavis.signing.commands import lines_of
from visavis.signing.verify import Outcome, verify


def test_words_on_a_page_that_no_document_says_are_not_found_without_pages(
    world: World, tmp_path: Path
) -> None:
    invented = {"en/index.html": Content(b"<p>What nobody signed.</p>")}
    world.press(tmp_path / "public", world.documents(), pages=invented)
    report = verify(tmp_path / "public", charter_fingerprint=world.charter.digest, today=world.day)
    assert report.outcome is Outcome.GOOD
    assert any("The pages were not made again" in line for line in lines_of(report))


def test_a_document_that_the_thief_of_the_release_key_invents_is_found(
    world: World, tmp_path: Path
) -> None:
    (signed, signatures), *others = world.documents()
    invented = replace(signed, body={**signed.body, "say": "What nobody signed."})
    world.press(tmp_path / "public", [(invented, signatures), *others])
    report = verify(tmp_path / "public", charter_fingerprint=world.charter.digest, today=world.day)
    assert report.outcome is Outcome.WRONG
    assert any(invented.digest in problem.file for problem in report.problems)
