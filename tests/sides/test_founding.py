"""A site is founded once, with what can become a charter, and hands out one code a side."""

from dataclasses import replace

import pytest
from django.db import IntegrityError, transaction

import editors
from visavis.base.refusal import Refused
from visavis.safety import codes
from visavis.sides import actions, queries, wording
from visavis.sides.models import SetUpCode, Side, Site
from visavis.sides.rules import SideRefusal, SiteAnswers, can_be_shown, why_not_found
from visavis.signing.charter import (
    LEAST,
    Charter,
    Signature,
    Waiting,
    sides_that_signed,
    why_not_first_charter,
)
from visavis.signing.keys import PrivateKey, Purpose
from visavis.signing.vault import vault_key_of

pytestmark = pytest.mark.django_db


def changed(**side: object) -> SiteAnswers:
    given = editors.answers("az", "hy")
    return replace(given, sides=(replace(given.sides[0], **side), given.sides[1]))  # type: ignore[arg-type]


GOOD = editors.answers("az", "hy")


@pytest.mark.parametrize(
    ("answers", "refusal"),
    [
        (replace(GOOD, languages=()), SideRefusal.NO_LANGUAGE),
        (replace(GOOD, languages=("az", "az")), SideRefusal.BAD_LANGUAGE),
        (replace(GOOD, languages=("azeri", "hy")), SideRefusal.BAD_LANGUAGE),
        (replace(GOOD, sides=GOOD.sides[:1]), SideRefusal.TOO_FEW_SIDES),
        (replace(GOOD, sides=()), SideRefusal.TOO_FEW_SIDES),
        (changed(code="AZ"), SideRefusal.BAD_CODE),
        (changed(code="release"), SideRefusal.BAD_CODE),
        (changed(code="hy"), SideRefusal.CODE_TWICE),
        (changed(languages=()), SideRefusal.LANGUAGES_OF_SIDE),
        (changed(languages=("de",)), SideRefusal.LANGUAGES_OF_SIDE),
        (changed(names={"az": "A"}), SideRefusal.NAME_MISSING),
        (changed(names=dict.fromkeys(editors.LANGUAGES, "  ")), SideRefusal.BAD_NAME),
        (changed(names=dict.fromkeys(editors.LANGUAGES, "a\u202eb")), SideRefusal.BAD_NAME),
        (changed(names=dict.fromkeys(editors.LANGUAGES, "a\u200bb")), SideRefusal.BAD_NAME),
        (replace(GOOD, names={"az": "A"}), SideRefusal.NAME_MISSING),
        (replace(GOOD, waiting=Waiting(unanswered_days=-1)), SideRefusal.BAD_WAITING),
        (replace(GOOD, waiting=Waiting(reopen_hours="3")), SideRefusal.BAD_WAITING),  # type: ignore[arg-type]
    ],
)
def test_answers_that_could_not_become_a_charter_found_nothing(
    answers: SiteAnswers, refusal: SideRefusal
) -> None:
    with pytest.raises(Refused) as refused:
        actions.found_site(answers=answers, release_key=PrivateKey.new().public, on=editors.TODAY)
    assert refused.value.reason is refusal
    assert not Site.objects.exists()
    assert not Side.objects.exists()


def test_a_second_site_is_refused_by_rule_and_by_the_table() -> None:
    editors.found()
    assert why_not_found(GOOD, has_site=True) is SideRefusal.SITE_EXISTS
    with pytest.raises(Refused):
        editors.found()
    site = Site.objects.get()
    site.pk, site.release_key = "0" * 32, "1" * 64
    with pytest.raises(IntegrityError), transaction.atomic():
        site.save(force_insert=True)


@pytest.mark.parametrize("sides", [("az", "hy"), ("az", "hy", "ka")])
def test_each_side_gets_a_code_of_which_only_the_hash_is_kept(sides: tuple[str, ...]) -> None:
    world = editors.found(*sides)
    assert set(world.codes) == set(sides)
    assert len({code.reveal() for code in world.codes.values()}) == len(sides)
    kept = dict(SetUpCode.objects.values_list("side_id", "code_hash"))
    assert kept == {side: codes.code_hash(code) for side, code in world.codes.items()}


def test_a_set_up_code_is_used_once_whoever_comes_first() -> None:
    world = editors.found()
    code_hash = codes.code_hash(world.codes["az"])
    assert actions.side_of_set_up_code(code_hash, today=editors.TODAY) == "az"
    assert actions.use_set_up_code(code_hash, today=editors.TODAY) == "az"
    assert actions.use_set_up_code(code_hash, today=editors.TODAY) is None
    assert actions.side_of_set_up_code(code_hash, today=editors.TODAY) is None


def new_keys() -> dict[str, str]:
    key, recovery = PrivateKey.new(), PrivateKey.new()
    return {
        "public_key": key.public.hex,
        "recovery_key": recovery.public.hex,
        "vault_key": vault_key_of(key),
    }


def test_there_is_no_charter_before_every_side_has_keys() -> None:
    world = editors.found()
    actions.give_keys(side="az", **new_keys())
    with pytest.raises(Refused) as refused:
        actions.charter_for(Site.objects.get(), policy=LEAST)
    assert refused.value.reason is SideRefusal.KEYS_MISSING
    assert queries.sides_without_keys() == ("hy",)
    assert world.keys == {}


@pytest.mark.parametrize("sides", [("az", "hy"), ("az", "hy", "ka")])
def test_the_charter_has_the_same_bytes_each_time_and_holds_once_all_have_signed(
    sides: tuple[str, ...],
) -> None:
    world = editors.found(*sides)
    editors.give_keys(world)
    document = actions.charter_for(Site.objects.get(), policy=LEAST)
    assert actions.charter_for(Site.objects.get(), policy=LEAST).data == document.data
    charter = Charter.from_document(document)
    assert charter.site == Site.objects.get().pk
    assert charter.release_key == world.release_key.public
    signatures = [
        Signature(
            side=side,
            public_key=key.public.hex,
            signature=key.sign(document.digest, purpose=Purpose.DOCUMENT),
        )
        for side, key in world.keys.items()
    ]
    assert sides_that_signed(charter, document.digest, signatures[:-1]) != set(sides)
    assert why_not_first_charter(charter, signatures[:-1]) is not None
    assert why_not_first_charter(charter, signatures) is None


def test_waiting_times_of_the_answers_stand_in_the_charter() -> None:
    waiting = Waiting(unanswered_days=3, reopen_hours=5, recovery_days=8)
    given = replace(GOOD, waiting=waiting)
    actions.found_site(answers=given, release_key=PrivateKey.new().public, on=editors.TODAY)
    for side in ("az", "hy"):
        actions.give_keys(side=side, **new_keys())
    charter = Charter.from_document(actions.charter_for(Site.objects.get(), policy=LEAST))
    assert charter.waiting == waiting


def test_names_are_brought_to_one_form_so_that_the_charter_is_canonical() -> None:
    decomposed = dict.fromkeys(editors.LANGUAGES, "U\u0308zbu\u0308z")
    given = replace(GOOD, names=decomposed)
    actions.found_site(answers=given, release_key=PrivateKey.new().public, on=editors.TODAY)
    assert Site.objects.get().names["az"] == "\u00dczb\u00fcz"


def test_a_name_is_one_visible_line() -> None:
    assert can_be_shown("Üzbəüz")
    for bad in (
        "",
        " a",
        "a\n",
        "a" * 121,
        "a\u2066b",
        "a\ud800",
        "\u00ad",
        "\U0001fae8",
        "\U00016d67",
    ):
        assert not can_be_shown(bad)


def test_every_refusal_has_words_for_it() -> None:
    assert set(SideRefusal) <= set(wording.REFUSALS)
