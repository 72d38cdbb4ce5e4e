"""Nobody's words are opened by others alone, whatever the kind of document that says whose they are."""

import pytest
from signing_world import World

from visavis.signing.charter import RELEASE_KEY
from visavis.signing.document import JOINT
from visavis.signing.policy import OpenRefusal, sides_missing, why_not_open


def test_what_stands_alone_under_one_side_is_not_called_anothers_words(world: World) -> None:
    own, anothers = world.alone("az", side="az"), world.alone("az", side="hy")
    assert why_not_open(own, world.signed(own, "az"), charter=world.charter) is None
    signatures = world.signed(anothers, "az")
    assert why_not_open(anothers, signatures, charter=world.charter) == OpenRefusal.KEYS_MISSING
    assert sides_missing(anothers, signatures, charter=world.charter) == {"hy"}


@pytest.mark.parametrize("kind", ["article", "answer", "reader-letter", "tally", "poem"])
@pytest.mark.parametrize("is_joint", [True, False])
def test_no_document_names_a_side_that_the_charter_does_not_know(
    world: World, kind: str, is_joint: bool
) -> None:
    """Whatever the policy, and under every key there is: a side that does not exist says nothing."""
    standing = JOINT if is_joint else world.alone("az").standing
    document = world.document(kind, side="zz", standing=standing)
    signatures = world.signed(document, *world.codes, RELEASE_KEY)
    assert why_not_open(document, signatures, charter=world.charter) == OpenRefusal.NO_SIDE


@pytest.mark.parametrize("kind", ["reader-letter", "reader-question"])
def test_any_ones_key_does_not_open_what_is_called_anothers_words(world: World, kind: str) -> None:
    document = world.document(kind, side="hy")
    own, anothers = world.signed(document, "hy"), world.signed(document, "az")
    assert why_not_open(document, own, charter=world.charter) is None
    assert why_not_open(document, anothers, charter=world.charter) == OpenRefusal.KEYS_MISSING


@pytest.mark.parametrize("kind", ["ballot-result", "tally"])
def test_the_release_key_computes_in_no_sides_name(world: World, kind: str) -> None:
    plain, named = world.document(kind), world.document(kind, side="az")
    signed = world.signed(plain, RELEASE_KEY)
    assert why_not_open(plain, signed, charter=world.charter) is None
    signatures = world.signed(named, RELEASE_KEY)
    assert why_not_open(named, signatures, charter=world.charter) == OpenRefusal.KEYS_MISSING


@pytest.mark.parametrize("kind", ["reader-letter", "tally", "statement", "article"])
def test_the_release_key_is_nobodys_own(world: World, kind: str) -> None:
    """``release`` could be a side's name by its letters: then one key of the server's would be a side's."""
    named = world.document(kind, side=RELEASE_KEY)
    signatures = world.signed(named, RELEASE_KEY)
    assert why_not_open(named, signatures, charter=world.charter) is not None
    assert RELEASE_KEY not in world.charter.side_codes
