"""Generated passphrases: six words out of 7,776, which is 77.5 bits. Nobody ever chooses one.

The words are made up: two open syllables and a closing consonant (*bagon*, *tuvek*). They belong to no
language, so that speakers of all type them alike, on any keyboard with Latin letters. There is no *i*
among them, because capital *i* is two different letters to an Azerbaijani keyboard and to an English
one; no *c*, *h*, *j*, *q*, *w*, *x*, *y*, which are said or placed differently from land to land. The
list in `words.txt` is part of the program: a word may not be changed once passphrases are in use.
"""

import math
import secrets
from collections.abc import Sequence
from pathlib import Path

from visavis.signing import sealing

from .secret import Secret

N_WORDS = sealing.N_WORDS
FEWEST_WORDS_IN_LIST = 7_776
FEWEST_BITS = 77
WORD_LIST = Path(__file__).with_name("words.txt")


class UnsafeWordListError(RuntimeError):
    """The word list would make passphrases that can be guessed; nothing starts with it."""


def checked(words: Sequence[str]) -> tuple[str, ...]:
    """Return the words, or refuse to start: too few, the same twice, or not plain small letters."""
    if len(set(words)) != len(words):
        raise UnsafeWordListError("a word is in the list twice")
    if len(words) < FEWEST_WORDS_IN_LIST:
        raise UnsafeWordListError(f"fewer than {FEWEST_WORDS_IN_LIST} words")
    if not all(word.isascii() and word.isalpha() and word.islower() for word in words):
        raise UnsafeWordListError("a word that is not of plain small letters")
    if any(len(word) != sealing.WORD_LENGTH for word in words):
        raise UnsafeWordListError(f"a word that is not of {sealing.WORD_LENGTH} letters")
    if N_WORDS * math.log2(len(words)) < FEWEST_BITS:
        raise UnsafeWordListError(f"passphrases of fewer than {FEWEST_BITS} bits")
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
    return [words[place - 1] for place in places] == [sealing.plain(word) for word in typed]


def is_same(passphrase: Secret, typed: Secret) -> bool:
    """Return whether the whole passphrase was typed, as a sign-in would read it."""
    read, meant = (sealing.plain(each.reveal()).encode() for each in (passphrase, typed))
    return secrets.compare_digest(read, meant)
