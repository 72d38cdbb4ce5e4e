"""Generated passphrases: six words out of 7,776, which is 77.5 bits. Nobody ever chooses one.

The words are made up: two open syllables and a closing consonant (*bagon*, *tuvek*). They belong to no
language, so that speakers of all type them alike, on any keyboard with Latin letters. There is no *i*
among them, because capital *i* is two different letters to an Azerbaijani keyboard and to an English
one; no *c*, *h*, *j*, *q*, *w*, *x*, *y*, which are said or placed differently from land to land. The
list in `words.txt` is part of the program: a word may not be changed once passphrases are in use.
"""

import math
import secrets
import unicodedata
from collections.abc import Sequence
from pathlib import Path

from .secret import Secret

N_WORDS = 6
LENGTH = 5
"""Letters of a word: so the words are known even where the spaces between them are gone."""
FEWEST_WORDS_IN_LIST = 7_776
FEWEST_BITS = 77
WORD_LIST = Path(__file__).with_name("words.txt")


class UnsafeWordListError(RuntimeError):
    """The word list would make passphrases that can be guessed; nothing starts with it."""


def checked(words: Sequence[str]) -> tuple[str, ...]:
    """Return the words, or refuse to start: too few, the same twice, or not plain small letters."""
    if len(set(words)) != len(words):
        raise UnsafeWordListError("a word stands in the list twice")
    if len(words) < FEWEST_WORDS_IN_LIST:
        raise UnsafeWordListError(f"fewer than {FEWEST_WORDS_IN_LIST} words")
    if not all(word.isascii() and word.isalpha() and word.islower() for word in words):
        raise UnsafeWordListError("a word that is not of plain small letters")
    if N_WORDS * math.log2(len(words)) < FEWEST_BITS:
        raise UnsafeWordListError(f"passphrases of fewer than {FEWEST_BITS} bits")
    if {len(word) for word in words} != {LENGTH}:
        raise UnsafeWordListError(f"a word that has not {LENGTH} letters")
    return tuple(words)


WORDS = checked(WORD_LIST.read_text(encoding="ascii").split())


def new_passphrase() -> Secret:
    """Return six words from the operating system's randomness, each as likely as any other."""
    return Secret(" ".join(secrets.choice(WORDS) for _ in range(N_WORDS)))


def two_places() -> tuple[int, int]:
    """Return two different places of a passphrase, counted from 1: the words to be typed again."""
    first, second = sorted(secrets.SystemRandom().sample(range(1, N_WORDS + 1), 2))
    return first, second


def has_words(passphrase: Secret, *, places: Sequence[int], typed: Sequence[str]) -> bool:
    """Return whether ``typed`` are the words that stand at ``places``, in that order."""
    words = passphrase.reveal().split()
    return [words[place - 1] for place in places] == [word.strip().lower() for word in typed]


def meant(typed: Secret) -> Secret:
    """Return the six words that were meant, whatever a telephone made of them; anything else as it was typed.

    Capitals, accents, spaces, hyphens, full stops and forms of Unicode do not matter: what counts is the
    letters, thirty of them.
    """
    plain = unicodedata.normalize("NFKD", typed.reveal()).lower()
    letters = "".join(char for char in plain if "a" <= char <= "z")
    is_other = any((char.isalnum() and not char.isascii()) or char.isdigit() for char in plain)
    if is_other or len(letters) != N_WORDS * LENGTH:
        return typed
    return Secret(" ".join(letters[at : at + LENGTH] for at in range(0, len(letters), LENGTH)))


def is_same(passphrase: Secret, typed: Secret) -> bool:
    """Return whether the whole passphrase was typed, as a sign-in would read it."""
    return secrets.compare_digest(
        meant(passphrase).reveal().encode(), meant(typed).reveal().encode()
    )
