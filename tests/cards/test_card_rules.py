"""What a pen name may be, what cards say, and when a card is rare. No database."""

from collections.abc import Iterable
from dataclasses import replace

import pytest
from django.utils import translation

import cast
from visavis.base.languages import interface_language
from visavis.cards import bodies, rules
from visavis.cards.bodies import CardBody, Cues
from visavis.cards.rules import FEW, CardRefusal, CueList, Profile, Role
from visavis.cards.wording import CUES, REFUSALS, ROLES, ROLES_OF_ONE, cue_label
from visavis.kinds.acts import Act
from visavis.kinds.bodies import BadBodyError
from visavis.people.rules import ParticipantRole


def why_not(
    form: str, language: str = "az", *, taken: Iterable[str] = (), reserved: Iterable[str] = ()
) -> CardRefusal | None:
    return rules.why_not_pen_name(
        form, language=language, taken=rules.looks_of(taken), reserved=reserved
    )


@pytest.mark.parametrize(
    ("form", "language"),
    [
        ("Ay", "az"),
        ("Səhər yeli", "az"),
        ("Üzüm-Alma", "az"),
        ("İlk işıq", "az"),
        ("Бахар", "az"),
        ("Ծիրան", "hy"),
        ("Քամի-քամի", "hy"),
        ("L’Hirondelle", "fr"),
        ("Утро", "ru"),
        ("ქარი", "ka"),
        ("نسیم", "fa"),
    ],
)
def test_a_name_in_the_letters_of_its_language_is_taken(form: str, language: str) -> None:
    assert why_not(form, language) is None


@pytest.mark.parametrize(
    ("form", "refusal"),
    [
        ("", CardRefusal.NO_NAME),
        ("  ", CardRefusal.NO_NAME),
        ("A", CardRefusal.TOO_SHORT),
        ("a-", CardRefusal.TOO_SHORT),
        ("a" * 41, CardRefusal.TOO_LONG),
        ("Yel 7", CardRefusal.DIGITS),
        ("Yel ٧", CardRefusal.DIGITS),
        ("Yel Ⅷ", CardRefusal.DIGITS),
        ("@yel", CardRefusal.ADDRESS),
        ("yel.az", CardRefusal.ADDRESS),
        ("www yel", CardRefusal.ADDRESS),
        ("t/yel", CardRefusal.ADDRESS),
        ("tel:yel", CardRefusal.ADDRESS),
        ("yel\u200b", CardRefusal.HIDDEN),
        ("\u200bYel", CardRefusal.HIDDEN),
        ("\u200b", CardRefusal.HIDDEN),
        ("Y\u202eel", CardRefusal.HIDDEN),
        ("Ye\u00adl", CardRefusal.HIDDEN),
        ("Ye\u2066l", CardRefusal.HIDDEN),
        ("Ye\ufe0fl", CardRefusal.HIDDEN),
        ("Ye\ufffdl", CardRefusal.HIDDEN),
        ("Ye" + chr(0xD800) + "l", CardRefusal.HIDDEN),
        ("Ye\nl", CardRefusal.SIGNS),
        ("Yel!", CardRefusal.SIGNS),
        ("Yel 🌬", CardRefusal.SIGNS),
        ("Yel  yel", CardRefusal.SIGNS),
        ("-Yel", CardRefusal.SIGNS),
        ("Yel-", CardRefusal.SIGNS),
        ("Yеl", CardRefusal.MIXED_SCRIPTS),  # a Cyrillic е
        ("Sօna", CardRefusal.MIXED_SCRIPTS),  # an Armenian օ
        ("Yel Յել", CardRefusal.MIXED_SCRIPTS),
        ("Ծիրան", CardRefusal.ANOTHER_SCRIPT),
    ],
)
def test_what_is_no_pen_name_is_refused_for_its_own_reason(form: str, refusal: CardRefusal) -> None:
    assert why_not(form) is refusal


@pytest.mark.parametrize(
    ("taken", "attack", "language"),
    [
        ("Sona", "sona", "az"),
        ("Sona", "SONA", "az"),
        ("Sona", "So-na", "az"),
        ("Sona", "Sóna", "az"),
        ("Cayah", "Сауан", "az"),  # Cyrillic, letter for letter by its look
        ("Toxa", "Тоха", "az"),
        ("Ilham", "llham", "az"),  # a small L for a capital I
        ("Leyla", "Ieyla", "az"),
        ("Ilqar", "Ilqár", "az"),
        ("Hoqou", "հօգօս", "hy"),  # Armenian letters alone
        ("հօգօս", "Hoqou", "az"),
        ("Сона", "Coнa".replace("н", "h"), "az"),
        ("Ay işığı", "Ayişiği", "az"),
    ],
)
def test_a_look_alike_of_a_taken_name_is_not_free(taken: str, attack: str, language: str) -> None:
    assert why_not(attack, language) is not CardRefusal.NOT_FREE
    assert why_not(attack, language, taken=[taken]) is CardRefusal.NOT_FREE


def test_another_name_stays_free() -> None:
    assert why_not("Nar", taken=["Sona", "Ծիրան", "Утро"]) is None


@pytest.mark.parametrize(
    ("form", "language"),
    [
        ("Redaksiya", "az"),
        ("Bizim redaktor", "az"),
        ("Bakı-Redaksiyası", "az"),
        ("RedaKtor", "az"),
        ("Rédaction", "fr"),
        ("La rédactrice", "fr"),
        ("Խմբագրություն", "hy"),
        ("խմբագիր Անի", "hy"),
        ("Редакция", "ru"),
        ("Administrator", "en"),
        ("Model Moderator", "en"),
        ("Side az az", "az"),
        ("Vis-à-vis", "fr"),
    ],
)
def test_names_of_offices_and_sides_are_reserved(form: str, language: str) -> None:
    assert why_not(form, language, reserved=["Side az (az)"]) in {None, CardRefusal.NOT_FREE}
    assert why_not(form, language, reserved=["Side az az"]) is CardRefusal.NOT_FREE


def test_a_pen_name_has_a_form_in_each_language_of_the_sides() -> None:
    lacks = rules.what_a_pen_name_lacks({"az": "Yel"}, languages=["az", "hy"], taken=())
    assert lacks == {"hy": CardRefusal.NO_NAME}
    lacks = rules.what_a_pen_name_lacks(
        {"az": "Yel", "hy": "Քամի"}, languages=["az", "hy"], taken=()
    )
    assert not lacks


def test_roles_are_those_of_invitations() -> None:
    assert [each.value for each in Role] == [each.value for each in ParticipantRole]
    assert set(ROLES) == set(ROLES_OF_ONE) == set(Role)


def test_every_refusal_has_its_sentence() -> None:
    assert set(REFUSALS) == set(CardRefusal)


@pytest.mark.parametrize("language", cast.SITE_LANGUAGES)
def test_every_list_is_short_and_every_cue_has_a_label_of_its_own(language: str) -> None:
    assert interface_language(language) == language
    with translation.override(language):
        for of in CueList:
            picks = rules.READ if of is CueList.READS else [cue.value for cue in CUES[of]]
            labels = {cue_label(of, each, language=language) for each in picks}
            assert 8 <= len(picks) <= 14
            assert len(labels) == len(picks)
            assert all(labels)


def a_body(**cues: object) -> dict[str, object]:
    nothing = {"generation": None, "trade": None, "cook": None, "miss": None, "reads": []}
    return {"pen_name": {"az": "Yel"}, "role": "student", "cues": {**nothing, **cues}}


def test_a_card_is_read_as_it_was_written() -> None:
    body = CardBody(
        pen_name={"az": "Yel", "hy": "Քամի"},
        role=Role.YOUTH,
        cues=Cues(cook=rules.Dish.JAM, reads=("az", "ru")),
    )
    assert bodies.CARD.read_newest(body.as_json()) == body
    assert list(body.cues.picked) == ["cook", "reads"]


@pytest.mark.parametrize(
    "wrong",
    [
        a_body(cook="a stew with a quarrel"),
        a_body(age=40),
        a_body(generation=1985),
        a_body(reads=["ru", "az"]),
        a_body(reads=["az", "az"]),
        a_body(reads=["xx"]),
        a_body(reads=["ar", "az", "de", "en", "es", "fa", "fr"]),
        {**a_body(), "role": "spy"},
        {**a_body(), "pen_name": {}},
        {**a_body(), "pen_name": {"az": ""}},
        {**a_body(), "town": "Hrazdan"},
    ],
)
def test_a_card_says_nothing_that_is_on_no_list(wrong: dict[str, object]) -> None:
    assert bodies.CARD.read_newest(a_body(reads=["az", "ru"]))
    with pytest.raises(BadBodyError):
        bodies.CARD.read_newest(wrong)


def profile(side: str = "az", role: str = "student", **cues: Iterable[str]) -> Profile:
    return Profile(side, role, {name: frozenset(some) for name, some in cues.items()})


def test_nobody_is_warned_where_enough_people_fit() -> None:
    common = profile(cook=["soup"], reads=["az", "ru"])
    asked = profile(cook=["soup"], reads=["az"])
    assert rules.rarity(asked, among=[common] * FEW) is None
    assert rules.rarity(asked, among=[common] * (FEW - 1)) is not None


def test_people_of_another_side_or_role_do_not_fit() -> None:
    asked = profile(cook=["soup"])
    others = [profile(side="hy", cook=["soup"]), profile(role="expert", cook=["soup"])] * FEW
    assert rules.rarity(asked, among=others) is not None


def test_a_card_without_cues_is_never_warned_of() -> None:
    assert rules.rarity(profile(), among=[]) is None


def test_the_warning_names_the_cues_that_make_a_card_rare() -> None:
    many = [profile(cook=["soup"], miss=["snow"])] * FEW
    asked = profile(cook=["soup"], miss=["snow"], trade=["care"])
    found = rules.rarity(asked, among=many)
    assert found is not None
    assert found.without == ("trade",)


def test_where_no_single_cue_is_enough_those_that_help_most_are_named() -> None:
    others = [profile(cook=["soup"])] * 3 + [profile(trade=["care"])]
    found = rules.rarity(profile(cook=["soup"], trade=["care"]), among=others)
    assert found is not None
    assert found.without == ("trade",)


def test_a_list_that_the_desk_leaves_out_is_on_no_card() -> None:
    assert rules.why_not_leave_out(["cook"], left_out=[]) is None
    assert rules.why_not_leave_out(["cook"], left_out=["miss"]) is None
    assert rules.why_not_leave_out(["cook"], left_out=["cook"]) is CardRefusal.LEFT_OUT


def test_a_card_bears_its_authors_key_and_is_one_sides() -> None:
    site = cast.a_charter()
    key = site.key("az").public.hex
    card = replace(
        cast.a_document(site.site, kind="card", body=a_body(), languages=["az"], side="az"),
        closer=key,
    )
    asked = rules.why_not_act_on_card
    assert asked(card, Act.PROPOSE, None) is None  # type: ignore[arg-type]
    assert (
        asked(replace(card, closer=None), Act.SIGN, None)  # type: ignore[arg-type]
        is CardRefusal.NO_AUTHORS_KEY
    )
    assert asked(replace(card, side=None), Act.SIGN, None) is CardRefusal.NOT_ALONE  # type: ignore[arg-type]
