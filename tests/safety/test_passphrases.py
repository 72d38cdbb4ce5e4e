"""Passphrases are generated, from at least 77 bits, every word as likely as any other."""

from collections import Counter

import pytest

from visavis.safety import passphrases
from visavis.safety.secret import Secret

# The 99.9999 % point of chi-squared with 7,775 degrees of freedom (Wilson and Hilferty): a right generator
# goes beyond it less than once in a million runs.
HIGHEST_CHI_SQUARED = 8_400


def test_a_hundred_thousand_words_are_drawn_evenly() -> None:
    counts: Counter[str] = Counter()
    while counts.total() < 100_000:
        counts.update(passphrases.new_passphrase().reveal().split())
    expected = counts.total() / len(passphrases.WORDS)
    chi_squared = sum((counts[word] - expected) ** 2 / expected for word in passphrases.WORDS)
    assert chi_squared < HIGHEST_CHI_SQUARED


def test_the_measure_of_evenness_finds_a_generator_that_prefers_words() -> None:
    expected = 100_000 / len(passphrases.WORDS)
    half = expected * 0.6, expected * 1.4
    chi_squared = sum((count - expected) ** 2 / expected for count in half) * 3_888
    assert chi_squared > HIGHEST_CHI_SQUARED


def test_a_passphrase_has_six_words_of_the_list() -> None:
    words = passphrases.new_passphrase().reveal().split()
    assert len(words) == 6
    assert set(words) <= set(passphrases.WORDS)


def test_a_list_with_a_word_too_few_stops_the_program() -> None:
    with pytest.raises(passphrases.UnsafeWordListError, match="fewer than 7776"):
        passphrases.checked(passphrases.WORDS[1:])


def test_a_list_with_a_word_twice_stops_the_program() -> None:
    with pytest.raises(passphrases.UnsafeWordListError, match="twice"):
        passphrases.checked([*passphrases.WORDS[1:], passphrases.WORDS[5]])


@pytest.mark.parametrize("word", ["Bagon", "ba gon", "bağon", "bag0n"])
def test_a_word_that_is_not_plain_small_letters_stops_the_program(word: str) -> None:
    with pytest.raises(passphrases.UnsafeWordListError, match="plain small letters"):
        passphrases.checked([*passphrases.WORDS, word])


def test_no_word_has_a_letter_that_keyboards_or_languages_tell_apart_differently() -> None:
    assert not set("".join(passphrases.WORDS)) & set("ichjqwxy")


def test_no_word_is_the_beginning_of_another() -> None:
    assert {len(word) for word in passphrases.WORDS} == {5}


def test_the_two_words_that_are_asked_must_stand_at_their_places() -> None:
    passphrase = Secret("one two three four five six")
    assert passphrases.has_words(passphrase, places=(2, 5), typed=(" Two", "five "))
    assert not passphrases.has_words(passphrase, places=(2, 5), typed=("five", "two"))
    assert not passphrases.has_words(passphrase, places=(2, 5), typed=("two", ""))


def test_two_different_places_are_asked() -> None:
    for _ in range(200):
        first, second = passphrases.two_places()
        assert 1 <= first < second <= 6
