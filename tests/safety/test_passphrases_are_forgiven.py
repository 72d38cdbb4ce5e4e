"""A passphrase opens however a telephone writes it down, and no other passphrase does."""

import unicodedata

from hypothesis import given, settings
from hypothesis import strategies as st

from visavis.safety import passphrases
from visavis.safety.secret import Secret
from visavis.signing.sealing import plain, stretched

SALT = b"s" * 16
BETWEEN = [
    *(" ", "  ", "", "-", "--", "\n", "\t", ". ", ", ", "_", "/", ".", "\u2019 ", "… "),
    *("\u00a0", "\u2009", "\u3000", "\u200b", "\u2060", "\u200e", "\ufeff", "\u00ad"),
    *("\u2010", "\u2011", "–", "—", "\u2212", "\u30fb", "• "),
]
"""What autocorrection and keyboards of every script put between two words."""
OVER = ["", "", "", "\u0300", "\u0301", "\u0306", "\u0308", "\u0331", "\u200d", "\u200f"]
"""What they put over or behind a letter."""
FULL_WIDTH, BOLD = ord("ａ") - ord("a"), ord("𝐚") - ord("a")

passphrase = st.lists(st.sampled_from(passphrases.WORDS), min_size=6, max_size=6)
letter = st.tuples(
    st.sampled_from(["small", "capital", "full width", "capital of full width", "bold"]),
    st.sampled_from(OVER),
)


def written(char: str, how: str) -> str:
    if how == "bold":
        return chr(ord(char) + BOLD)
    wide = chr(ord(char) + FULL_WIDTH) if "full width" in how else char
    return wide.upper() if how.startswith("capital") else wide


@st.composite
def as_typed(draw: st.DrawFn) -> tuple[str, str]:
    """Return six words, and the same as somebody typed them."""
    words = draw(passphrase)
    typed = draw(st.sampled_from(["", " ", "\ufeff", "«", '"']))
    for word in words:
        for char in word:
            how, over = draw(letter)
            typed += written(char, how) + over
        typed += draw(st.sampled_from(BETWEEN))
    form = draw(st.sampled_from(["NFC", "NFD", "NFKC", "NFKD"]))
    return " ".join(words), unicodedata.normalize(form, typed)


@given(as_typed())
@settings(max_examples=500, deadline=None)
def test_however_it_is_typed_it_is_the_same_passphrase(both: tuple[str, str]) -> None:
    words, typed = both
    assert plain(typed) == words
    costs = {"salt": SALT, "memory_kib": 8, "passes": 1, "length": 32}
    assert stretched(typed, **costs) == stretched(words, **costs)  # type: ignore[arg-type]


@given(as_typed(), st.data())
def test_two_of_its_words_typed_again_are_forgiven_as_much(
    both: tuple[str, str], data: st.DataObject
) -> None:
    words, _ = both
    place = data.draw(st.integers(min_value=1, max_value=6))
    char = words.split()[place - 1]
    typed = f" {char[:2].upper()}\u0301{char[2:]}. "
    assert passphrases.has_words(Secret(words), places=(place,), typed=(typed,))


@given(passphrase, passphrase)
def test_no_two_passphrases_are_one(first: list[str], second: list[str]) -> None:
    assert (plain(" ".join(first)) == plain(" ".join(second))) == (first == second)


@given(passphrase, st.integers(min_value=0, max_value=29), st.sampled_from("abdefgklmnoprstuvz"))
def test_another_letter_is_another_passphrase(words: list[str], at: int, char: str) -> None:
    letters = "".join(words)
    other = letters[:at] + char + letters[at + 1 :]
    assert (plain(other) == " ".join(words)) == (letters == other)


@given(st.text())
def test_whatever_comes_has_one_plain_form(typed: str) -> None:
    assert plain(plain(typed)) == plain(typed)
