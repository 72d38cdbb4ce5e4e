"""The charters found right are remembered. Nobody who writes into the tables gains by it.

Each test first lets an act succeed, so that the true chain is remembered, then changes rows by SQL, and
sees the very next act judge them again.
"""

from collections.abc import Callable
from dataclasses import replace

import pytest
from rows import insert_signature, insert_signed, sql

from cast import (
    SiteKeys,
    a_charter,
    a_question,
    an_answer,
    an_article,
    found,
    open_,
    propose,
    sign,
    turn,
    with_new_key,
)
from visavis.base.data import charters_file, write_private
from visavis.base.refusal import Refused
from visavis.record import chain, public
from visavis.record.rules import RecordRefusal, State

pytestmark = pytest.mark.django_db


@pytest.fixture
def site() -> SiteKeys:
    site = a_charter()
    found(site)
    return site


def remembered() -> int:
    """Return how often the chain was remembered so far rather than judged."""
    return chain._followed.cache_info().hits


def rewritten(site: SiteKeys) -> None:
    """Other bytes under their own digest, with the signatures of the true ones."""
    names = dict.fromkeys(site.charter.languages, "Other")
    other = replace(site.document, body={**site.document.body, "names": names})
    signatures = [sign(site.document, site.key(side), side=side) for side in site.codes]
    gone(site)
    insert_signed(other, *signatures)


def gone(site: SiteKeys) -> None:
    sql("DELETE FROM record_signature WHERE document_id = %s", site.document.digest)
    sql("DELETE FROM record_document WHERE digest = %s", site.document.digest)


def a_byte(site: SiteKeys) -> None:
    """One byte of the charter is another; its digest column, its keys and its length are the same."""
    data = site.document.data
    at = data.index(site.document.salt.encode())
    changed = data[:at] + (b"0" if data[at : at + 1] != b"0" else b"1") + data[at + 1 :]
    assert len(changed) == len(data)
    sql("UPDATE record_document SET data = %s WHERE digest = %s", changed, site.document.digest)


def a_digit_of_a_signature(site: SiteKeys) -> None:
    signature = sign(site.document, site.key("hy")).signature
    changed = ("0" if signature[0] != "0" else "1") + signature[1:]
    sql("UPDATE record_signature SET signature = %s WHERE signature = %s", changed, signature)


def a_key_row(site: SiteKeys) -> None:
    public_key = site.key("hy").public.hex
    sql("DELETE FROM record_signature WHERE public_key = %s", public_key)


def the_holder_of_a_signature(site: SiteKeys) -> None:
    old, new = site.key("hy").public.hex, site.sides["hy"].recovery.public.hex
    sql("UPDATE record_signature SET public_key = %s WHERE public_key = %s", new, old)


def the_state(site: SiteKeys) -> None:
    sql("UPDATE record_document SET state = 'refused' WHERE digest = %s", site.document.digest)


def a_first_charter_of_a_forger(site: SiteKeys) -> None:
    forger = a_charter()
    signatures = [sign(forger.document, forger.key(side), side=side) for side in forger.codes]
    insert_signed(forger.document, *signatures)


def the_charters_known_before(site: SiteKeys) -> None:
    write_private(charters_file(), f"{'7' * 64}\n".encode())


ATTACKS = [
    a_byte,
    a_digit_of_a_signature,
    a_key_row,
    the_holder_of_a_signature,
    the_state,
    rewritten,
    gone,
    a_first_charter_of_a_forger,
    the_charters_known_before,
]


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.__name__)
def test_a_charter_changed_after_it_was_found_right_counts_at_no_later_act(
    site: SiteKeys, attack: Callable[[SiteKeys], None]
) -> None:
    waiting, before = propose(an_article(site), site=site), remembered()
    assert turn(waiting, "az", site=site) is State.PROPOSED
    assert remembered() > before
    attack(site)
    for act in (
        lambda: turn(waiting, "hy", site=site),
        lambda: propose(an_article(site), site=site),
    ):
        with pytest.raises(Refused, match=f"^{RecordRefusal.NO_CHARTER.value}$"):
            act()
    assert public.charter_chain() == ()


def test_what_is_put_back_as_it_was_counts_again(site: SiteKeys) -> None:
    waiting = propose(an_article(site), site=site)
    a_byte(site)
    with pytest.raises(Refused, match=f"^{RecordRefusal.NO_CHARTER.value}$"):
        turn(waiting, "hy", site=site)
    document = site.document
    sql("UPDATE record_document SET data = %s WHERE digest = %s", document.data, document.digest)
    assert turn(waiting, "hy", site=site) is State.PROPOSED


def test_a_next_charter_that_loses_a_signature_gives_its_new_key_nothing(site: SiteKeys) -> None:
    new = with_new_key(site, "hy")
    propose(new.document, site=site)
    for side, keys in (("az", site), ("hy", site), ("hy", new)):
        turn(new.document, side, site=keys)
    text = propose(an_article(new), site=new)
    assert turn(text, "az", site=new) is State.PROPOSED
    old = site.key("hy").public.hex
    sql(
        "DELETE FROM record_signature WHERE document_id = %s AND public_key = %s",
        new.document.digest,
        old,
    )
    with pytest.raises(Refused, match=f"^{RecordRefusal.WRONG_KEY.value}$"):
        turn(text, "hy", site=new)


def test_a_false_key_row_beside_a_remembered_charter_is_not_published_with_it(
    site: SiteKeys,
) -> None:
    before = public.charter_chain()
    insert_signature(
        site.document.digest, **sign(site.document, site.release_key, side="ka").as_json()
    )
    assert public.charter_chain() == before
    sql("UPDATE record_signature SET side = 'ka'")
    assert public.charter_chain() == before


def test_nothing_is_remembered_but_charters_that_opened(site: SiteKeys) -> None:
    """A sealed answer, a text before the desks: either may have to go from every byte of memory."""
    question = open_(a_question(site), site)
    open_(an_answer(site, to=question, side="az"), site)
    open_(an_article(site), site)
    propose(with_new_key(site, "hy").document, site=site)
    assert [row.digest for row in chain._charter_rows()] == [site.document.digest]
