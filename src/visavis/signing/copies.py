"""Compressed copies: the same bytes once more, smaller, for browsers that ask for them.

A copy is not signed. A reader who distrusts it decompresses it, never further than the size of
the original, and compares the digest; so a better copy may take the place of a good one at any time.
A gzip copy begins with one fixed head, without name, time or system, and nothing follows either kind.
"""

import hashlib
import zlib

import brotli

from .canonical import Digest

BROTLI = "br"
GZIP = "gz"
_GZIP_HEAD = bytes.fromhex("1f8b08000000000000ff")
_BROTLI_WINDOW = 0x0B
_LARGEST_STEP = 1 << 20

QUICK_BROTLI, BEST_BROTLI = 4, 11
GZIP_LEVEL = 6


def gzipped(data: bytes) -> bytes:
    """Return the gzip copy: the fixed head, so that equal pages have equal copies."""
    work = zlib.compressobj(GZIP_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    tail = zlib.crc32(data).to_bytes(4, "little") + (len(data) & 0xFFFFFFFF).to_bytes(4, "little")
    return _GZIP_HEAD + work.compress(data) + work.flush() + tail


def brotlied(data: bytes, *, quality: int = QUICK_BROTLI) -> bytes:
    """Return the brotli copy, with the window that `is_copy_of` expects."""
    made: bytes = brotli.compress(data, quality=quality, lgwin=22)
    return made


def copies_of(data: bytes) -> dict[str, bytes]:
    """Return the copies that are smaller than the original; of little things there may be none."""
    made = {BROTLI: brotlied(data), GZIP: gzipped(data)}
    return {copy: packed for copy, packed in made.items() if len(packed) < len(data)}


def is_copy_of(packed: bytes, *, copy: str, digest: Digest, size: int) -> bool:
    """Return whether ``packed`` is a copy of the blob; memory never exceeds its size by much."""
    if len(packed) >= size:
        return False
    unpacked = unpack(packed, copy=copy, largest=size)
    return (
        unpacked is not None
        and len(unpacked) == size
        and hashlib.sha256(unpacked).hexdigest() == digest
    )


def unpack(packed: bytes, *, copy: str, largest: int) -> bytes | None:
    """Return what a copy unpacks to, or None for what is no copy, or of more than ``largest`` bytes."""
    unpacked = (_unzipped if copy == GZIP else _unbrotlied)(packed, size=largest)
    return None if unpacked is None or len(unpacked) > largest else unpacked


def _unzipped(packed: bytes, *, size: int) -> bytes | None:
    if packed[:10] != _GZIP_HEAD:
        return None
    work = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        unpacked = work.decompress(packed, size + 1)
        if len(unpacked) <= size:
            unpacked += work.flush(1)
    except zlib.error:
        return None
    return unpacked if work.eof and not work.unused_data else None


def _unbrotlied(packed: bytes, *, size: int) -> bytes | None:
    if not packed or packed[0] & 0x0F != _BROTLI_WINDOW:
        return None
    work = brotli.Decompressor()
    parts, n, given = [], 0, packed
    try:
        while n <= size and not work.is_finished():
            part = work.process(given, output_buffer_limit=min(size + 1, _LARGEST_STEP))
            if not part and not given:
                return None
            parts.append(part)
            n, given = n + len(part), b""
    except brotli.error:
        return None
    return b"".join(parts) if work.is_finished() else None
