"""Words in all bytes of a folder, in every spelling in which a program may have left them.

Pure reading: it knows neither Django nor the program that wrote the bytes. Links, order and hours are looked
for in `safety.traces`.
"""

import base64
import gzip
import io
import json
import os
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote, quote_plus

import brotli
import numpy as np

PACKED = {b"\x1f\x8b\x08": 31, b"\x78\x01": 15, b"\x78\x9c": 15, b"\x78\xda": 15}
"""How streams of gzip and zlib begin, and what zlib calls them."""
ZIP = b"PK\x03\x04"
LARGEST_UNPACKED = 64 * 1024 * 1024
DEEPEST = 2
SHORTEST = 8
"""Bytes: a shorter form, of base64 too, would be found in any random bytes."""
NOT_PACKED = (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError, EOFError, zlib.error)


def spellings(word: str) -> dict[bytes, str]:
    """Return each form in which the word is looked for, in small letters, and what that form is called.

    Small letters stand for both sizes, in base64 too: for words of a dozen signs nothing is lost by it.
    """
    plain = word.encode()
    forms = {
        "plain": plain,
        "UTF-16, low byte first": word.encode("utf-16-le"),
        "UTF-16, high byte first": word.encode("utf-16-be"),
        "hexadecimal": plain.hex().encode(),
        "percent-encoded": quote(word, safe="").encode(),
        "as a form sends it": quote_plus(word).encode(),
        "percent-encoded throughout": "".join(f"%{byte:02x}" for byte in plain).encode(),
        "escaped as in JSON": json.dumps(word)[1:-1].encode(),
        "escaped throughout": "".join(f"\\u{ord(sign):04x}" for sign in word).encode(),
    }
    for offset in range(3):
        # What comes before shifts the letters; those that depend on it, or on what follows, are cut off.
        whole = base64.b64encode(bytes(offset) + plain)
        kept = whole[(0, 2, 3)[offset] : (offset + len(plain)) * 8 // 6]
        if len(kept) >= SHORTEST:
            forms[f"base64, {offset} on"] = kept
            forms[f"base64 of addresses, {offset} on"] = kept.replace(b"+", b"-").replace(
                b"/", b"_"
            )
    return {form.lower(): name for name, form in reversed(forms.items())}


class Search:
    """One search for these words. Content that was looked through once is not looked through again.

    Any number of words costs about the same: 0.1 s for 10 MB. A word has at least `SHORTEST` bytes.
    """

    def __init__(self, words: Iterable[str]) -> None:
        self._forms = {
            form: (word, name) for word in words for form, name in spellings(word).items()
        }
        short = [word for form, (word, _) in self._forms.items() if len(form) < SHORTEST]
        if short:
            raise ValueError(f"{len(short)} words are too short to be distinguished from chance")
        self._by_start: dict[int, list[bytes]] = {}
        for form in self._forms:
            self._by_start.setdefault(int.from_bytes(form[:SHORTEST], "little"), []).append(form)
        self._is_start = np.zeros(1 << 16, dtype=bool)
        self._is_start[_hashed(np.array([*self._by_start], dtype="<u8"))] = True
        self._known: dict[int, frozenset[str]] = {}

    def in_bytes(self, content: bytes) -> frozenset[str]:
        """Return those of the words that lie in these bytes, in any spelling, packed or not."""
        key = hash(content)
        if key not in self._known:
            found = (form for part in parts(content) for form, _ in self._in_part(part.lower()))
            self._known[key] = frozenset(self._forms[form][0] for form in found)
        return self._known[key]

    def below(self, folder: Path) -> dict[str, frozenset[str]]:
        """Return, for each file below the folder that has any of the words, which; names count too."""
        paths = {str(path.relative_to(folder)): path for path in sorted(folder.rglob("*"))}
        hits = {
            name: hit
            for name, path in paths.items()
            if path.is_file() and (hit := self.in_bytes(path.read_bytes()))
        }
        for name in paths if self.in_bytes(os.fsencode("\n".join(paths))) else ():
            if hit := self.in_bytes(os.fsencode(name)):
                hits[name] = hits.get(name, frozenset()) | hit
        return hits

    def around(self, content: bytes, *, width: int = 40) -> list[str]:
        """Return what lies around each of the words, without what cannot be printed: whose is it?"""
        found = []
        for part in map(bytes.lower, parts(content)):
            for form, at in self._in_part(part):
                shown = part[max(0, at - width) : at + len(form) + width].replace(b"\0", b"")
                text = "".join(
                    c if c.isprintable() else "·" for c in shown.decode(errors="replace")
                )
                found.append(f"{self._forms[form][1]}: {text}")
        return found

    def _in_part(self, part: bytes) -> Iterator[tuple[bytes, int]]:
        """Yield each form that lies in these small letters, and where: by eight bytes, then by all."""
        starts = set[int]()
        for offset in range(min(SHORTEST, len(part) - SHORTEST + 1)):
            eights = np.frombuffer(part, "<u8", (len(part) - offset) // SHORTEST, offset)
            likely = eights[self._is_start[_hashed(eights)]]
            starts |= self._by_start.keys() & set(likely.tolist())
        for form in (form for start in starts for form in self._by_start[start]):
            if (at := part.find(form)) >= 0:
                yield form, at


def _hashed(
    eights: "np.ndarray[tuple[int], np.dtype[np.uint64]]",
) -> "np.ndarray[tuple[int], np.dtype[np.uint64]]":
    """Return 16 bits of each: Fibonacci hashing, whose overflow is meant."""
    return (eights * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(48)


def parts(content: bytes, *, depth: int = DEEPEST) -> Iterator[bytes]:
    """Yield the bytes, and what is packed in them, and in that."""
    yield content
    for inner in _unpacked(content) if depth else ():
        yield from parts(inner, depth=depth - 1)


def planted(word: str) -> dict[str, bytes]:
    """Return bytes in which the word lies, one for each spelling and each packing: a search's control."""
    plain, zipped = f"before {word} after".encode(), io.BytesIO()
    with zipfile.ZipFile(zipped, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("inside.txt", plain)
    return {
        **{name: b"before " + form + b" after" for form, name in spellings(word).items()},
        "capitals": plain.upper(),
        "base64 of more": base64.b64encode(b"a" + plain),
        "gzip": gzip.compress(plain),
        "gzip within other bytes": b"before" + gzip.compress(plain) + b"after",
        "gzip of gzip": gzip.compress(gzip.compress(plain)),
        "zlib": zlib.compress(plain),
        "brotli": brotli.compress(plain),
        "zip": zipped.getvalue(),
    }


def _unpacked(content: bytes) -> Iterator[bytes]:
    for mark, bits in PACKED.items():
        at = content.find(mark)
        while at >= 0:
            with suppress(zlib.error):
                stream = zlib.decompressobj(bits)
                if inner := stream.decompress(memoryview(content)[at:], LARGEST_UNPACKED):
                    yield inner
            at = content.find(mark, at + 1)
    if ZIP in content:
        with suppress(*NOT_PACKED), zipfile.ZipFile(io.BytesIO(content)) as packed:
            yield from map(packed.read, packed.namelist())
    with suppress(brotli.error):
        yield brotli.decompress(content)  # it has no mark: only the whole can be tried
