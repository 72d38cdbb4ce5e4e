"""A secret is shown only where somebody means to show it."""

import copy
import pickle

import pytest

from visavis.safety import codes, sealing
from visavis.safety.secret import Secret


@pytest.mark.parametrize("shown", [repr, str, "{}".format, "{!r}".format, lambda s: f"{s}"])
def test_no_ordinary_way_of_showing_shows_a_secret(shown: object) -> None:
    assert "bagon" not in shown(Secret("bagon tuvek"))  # type: ignore[operator]


def test_a_secret_is_neither_pickled_nor_copied_nor_cached() -> None:
    secret = Secret("bagon tuvek")
    for escape in (pickle.dumps, copy.deepcopy, hash):
        with pytest.raises(TypeError):
            escape(secret)


def test_equal_secrets_are_equal_and_nothing_else_is() -> None:
    assert Secret("a") == Secret("a")
    assert Secret("a") != Secret("b")
    assert Secret("a") != "a"


def test_a_code_has_140_bits_and_its_hash_forgives_how_it_is_typed() -> None:
    code = codes.new_code().reveal()
    assert len(code.replace("-", "")) * 5 == 140
    typed = Secret(f" {code.upper().replace('-', ' ').replace('0', 'O').replace('1', 'l')} ")
    assert codes.code_hash(typed) == codes.code_hash(Secret(code))
    assert codes.code_hash(codes.new_code()) != codes.code_hash(Secret(code))


def test_a_sealed_box_opens_with_its_key_under_its_label_and_not_otherwise() -> None:
    key = sealing.key_for("one purpose", secret=b"s" * 32)
    box = sealing.shut(b"inside", key=key, label="here")
    assert sealing.opened(box, key=key, label="here") == b"inside"
    other = sealing.key_for("another purpose", secret=b"s" * 32)
    for attempt in (
        {"box": box, "key": other, "label": "here"},
        {"box": box, "key": key, "label": "there"},
        {"box": box[:-2] + ("00" if box[-2:] != "00" else "11"), "key": key, "label": "here"},
        {"box": "not hexadecimal", "key": key, "label": "here"},
        {"box": "", "key": key, "label": "here"},
    ):
        with pytest.raises(sealing.CannotOpenError):
            sealing.opened(attempt.pop("box"), **attempt)  # type: ignore[arg-type]


def test_the_same_content_is_never_sealed_to_the_same_box() -> None:
    key = sealing.key_for("one purpose", secret=b"s" * 32)
    boxes = {sealing.shut(b"inside", key=key, label="here") for _ in range(50)}
    assert len(boxes) == 50
