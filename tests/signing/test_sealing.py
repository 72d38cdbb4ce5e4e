"""A sealed box opens with its passphrase, in its place, and in no other way."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from visavis.signing import sealing
from visavis.signing.sealing import CannotOpenError, seal, unseal

SECRET, PHRASE, LABEL = b"\x00secret\xff" * 4, "six words that nobody has guessed", "side key az"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Argon2id with little memory: these tests ask who may open, not how long it takes."""
    monkeypatch.setattr(sealing, "MEMORY_KIB", 64)


def test_the_passphrase_opens_the_box() -> None:
    box = seal(SECRET, passphrase=PHRASE, label=LABEL)
    assert unseal(box, passphrase=PHRASE, label=LABEL) == SECRET
    assert (
        unseal(f" {box}\n", passphrase=f"  {PHRASE.upper().replace(' ', '   ')} ", label=LABEL)
        == SECRET
    )


@pytest.mark.parametrize("phrase", ["", PHRASE[:-1], PHRASE + "x", PHRASE.replace(" ", "")])
def test_another_passphrase_does_not(phrase: str) -> None:
    box = seal(SECRET, passphrase=PHRASE, label=LABEL)
    with pytest.raises(CannotOpenError):
        unseal(box, passphrase=phrase, label=LABEL)


def test_a_box_moved_to_another_place_does_not_open_there() -> None:
    box = seal(SECRET, passphrase=PHRASE, label=LABEL)
    for label in ("side key hy", "side key az ", "", "recovery key az"):
        with pytest.raises(CannotOpenError):
            unseal(box, passphrase=PHRASE, label=label)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_box_changed_anywhere_does_not_open(data: st.DataObject) -> None:
    box = seal(SECRET, passphrase=PHRASE, label=LABEL)
    place = data.draw(st.integers(0, len(box) - 1))
    letter = data.draw(st.sampled_from("0123456789abcdef$=,mtvg "))
    changed = box[:place] + letter + box[place + 1 :]
    if changed == box:
        assert unseal(changed, passphrase=PHRASE, label=LABEL) == SECRET
    else:
        with pytest.raises(CannotOpenError):
            unseal(changed, passphrase=PHRASE, label=LABEL)


@pytest.mark.parametrize(
    "box",
    [
        "", "$$$$", "visavis-sealed-1$m=64,t=2$$$", "visavis-sealed-1$m=64,t=2$00$00$00",
        "visavis-sealed-1$m=64,t=2$" + "0" * 32 + "$" + "0" * 24 + "$", "visavis-sealed-2$m=64,t=2$00$00$00",
        "visavis-sealed-1$m=99999999999,t=2$" + "0" * 32 + "$" + "0" * 24 + "$" + "0" * 64,
        "visavis-sealed-1$m=64,t=99999999$" + "0" * 32 + "$" + "0" * 24 + "$" + "0" * 64,
        "visavis-sealed-1$m=-64,t=2$" + "0" * 32 + "$" + "0" * 24 + "$" + "0" * 64,
        "visavis-sealed-1$m=64$" + "0" * 32 + "$" + "0" * 24 + "$" + "0" * 64,
        "visavis-sealed-1$m=64,t=2$" + "é" * 32 + "$" + "0" * 24 + "$" + "0" * 64,
    ],
)  # fmt: skip
def test_what_is_no_box_is_refused_before_it_costs_anything(box: str) -> None:
    with pytest.raises(CannotOpenError):
        unseal(box, passphrase=PHRASE, label=LABEL)


def test_two_boxes_of_one_secret_have_nothing_in_common() -> None:
    one, other = (seal(SECRET, passphrase=PHRASE, label=LABEL).split("$") for _ in range(2))
    assert one[:2] == other[:2]
    assert all(a != b for a, b in zip(one[2:], other[2:], strict=True))


def test_the_cost_written_in_a_box_is_the_one_that_opens_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    box = seal(SECRET, passphrase=PHRASE, label=LABEL)
    monkeypatch.setattr(sealing, "MEMORY_KIB", 128)
    assert unseal(box, passphrase=PHRASE, label=LABEL) == SECRET
    with pytest.raises(CannotOpenError):
        unseal(box.replace("m=64", "m=65"), passphrase=PHRASE, label=LABEL)


def test_the_usual_cost_is_what_was_decided() -> None:
    assert sealing.PASSES == 2
