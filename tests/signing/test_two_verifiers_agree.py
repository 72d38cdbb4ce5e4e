"""C32: two verifiers that share no code answer alike.

Both are asked of good records, of records with changed files, and of records that hold a changed document
which its keys have signed once more: only there do the rules decide, and not a digest.
"""

import json
import random
import shutil
import sys
import tarfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from second_verifier import is_right
from signing_world import World

from visavis.press import store_writing
from visavis.press.store import Content, Store
from visavis.signing.canonical import NotCanonicalError, canonical_bytes, digest_of
from visavis.signing.charter import Signature
from visavis.signing.keys import PrivateKey, Purpose
from visavis.signing.manifest import SignedRoot
from visavis.signing.signatures import keys_file
from visavis.signing.verify import Outcome, verify

FORMATS = sorted((Path(__file__).parents[1] / "formats").glob("*/record.tar.xz"))
PERHAPS = {Outcome.GOOD: True, Outcome.EXPIRED: True, Outcome.WRONG: False}

pytestmark = pytest.mark.skipif(
    sys.version_info >= (3, 13),
    reason="the second verifier takes Unicode from Python, and the page names 14.0",
)


@pytest.fixture(autouse=True)
def _no_power_cuts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hundreds of editions are written here: let no disk be waited for."""
    for name in ("sync_all", "sync_folder"):
        monkeypatch.setattr(store_writing, name, lambda _: None)


def both(folder: Path, *, fingerprint: str, today: date) -> tuple[bool, bool, str]:
    report = verify(folder, charter_fingerprint=fingerprint, today=today)
    first = PERHAPS[report.outcome]
    second = is_right(folder, fingerprint=fingerprint, today=today)
    return first, second, "; ".join(map(str, report.problems))


@pytest.mark.parametrize("archive", FORMATS, ids=lambda path: path.parent.name)
def test_both_call_the_record_of_every_version_right(archive: Path, tmp_path: Path) -> None:
    about = json.loads((archive.parent / "about.json").read_text())
    with tarfile.open(archive) as opened:
        opened.extractall(tmp_path, filter="data")
    today = date.fromisoformat(about["day"])
    chance = random.Random(32)  # noqa: S311 - it chooses files, not keys
    assert both(tmp_path, fingerprint=about["charter"], today=today) == (True, True, "")
    files = sorted(each for each in tmp_path.rglob("*") if each.is_file())
    seen = Counter[bool]()
    for file in chance.sample(files, 7):
        kept = file.read_bytes()
        for change in CHANGES:
            file.write_bytes(change(kept, chance))
            first, second, why = both(tmp_path, fingerprint=about["charter"], today=today)
            assert first == second, (file.name, change.__name__, why)
            seen[first] += 1
        file.write_bytes(kept)
    assert seen[False] > 12


def flipped(data: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(data))
    return data[:at] + bytes([data[at] ^ 1 << chance.randrange(8)]) + data[at + 1 :]


def longer(data: bytes, _: random.Random) -> bytes:
    return data + b"\n"


def shorter(data: bytes, _: random.Random) -> bytes:
    return data[:-1]


CHANGES: list[Callable[[bytes, random.Random], bytes]] = [flipped, longer, shorter]
ODD: list[Any] = [
    None, True, 0, 1, 2, -1, 10_001, 2**53, "", "az", "hy", "zz", "release", "AZ", "en", "sr-Cyrl", "sr-cyrl",
    [], {}, [[]], ["az"], ["hy", "az"], ["az", "az"], "2030-05-02", "2030-05-03", "2030-13-01", "20300502",
    "0" * 64, "F" * 64, "1" + "0" * 63, "0" * 32, "charter", "answer", "recovery", "text-1", "text-0",
    {"as": "joint"}, {"as": "alone"}, "every-side", "any-side", "release-key", "recovery-key", "x" * 21,
    "e\u0301", "\U00016d67\U00016d67", "\ue000", "\ufdd0",
]  # fmt: skip


def places_in(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield at
    items = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    for key, inner in items:
        yield from places_in(inner, (*at, key))


def mutated(value: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    """The value with one thing put in place of another, taken away or added, somewhere in it."""
    copy = json.loads(json.dumps(value))
    *way, last = chance.choice([each for each in places_in(copy) if each])
    inner = copy
    for key in way:
        inner = inner[key]
    act = chance.random()
    if act < 0.7:
        inner[last] = chance.choice(ODD)
    elif act < 0.85:
        del inner[last]
    elif isinstance(inner, dict):
        inner["more"] = chance.choice(ODD)
    else:
        inner.append(chance.choice([*ODD, *inner]))
    return copy


def pressed(world: World, public: Path, files: dict[str, bytes], **asked: Any) -> None:
    """An edition of exactly these files, however wrong they are."""
    shutil.rmtree(public, ignore_errors=True)
    Store(public).write_edition(
        {path: Content(data, compressible=False) for path, data in files.items()},
        site=world.charter.site,
        day=world.day,
        valid_until=world.day + timedelta(days=30),
        key=world.release_key,
        **asked,
    )


@pytest.mark.parametrize("seed", range(4))
def test_both_answer_alike_about_documents_that_were_signed_once_more(
    seed: int, world: World, tmp_path: Path
) -> None:
    chance, seen = random.Random(seed), Counter[bool]()  # noqa: S311 - it chooses places, not keys
    public = tmp_path / "public"
    question = world.question()
    new = PrivateKey.new()
    recovery = world.signed_recovery(world.recovery_of("az", new), new)
    documents = [
        *world.chain(), *world.documents(), (question, world.signed(question, *world.codes)),
        (recovery.document, recovery.signatures),
    ]  # fmt: skip
    keys = {**world.keys, "release": world.release_key}
    for n in range(30):
        files: dict[str, bytes] = {}
        chosen = chance.randrange(-1, len(documents)) if n else -1
        charters, recoveries = [world.charter.digest], [recovery.digest]
        for at, (document, as_it_was) in enumerate(documents):
            signatures = as_it_was
            data = document.data
            if at == chosen:
                with suppress(NotCanonicalError):
                    data = canonical_bytes(mutated(document.as_json(), chance))
                digest = digest_of(data)
                rows = [
                    Signature(row.side, row.public_key, key.sign(digest, purpose=Purpose.DOCUMENT))
                    for row in signatures
                    for key in (*keys.values(), *world.recovery.values(), new)
                    if key.public.hex == row.public_key
                ]
                if chance.random() < 0.1:
                    rows = rows[1:]
                if chance.random() < 0.1:
                    side = chance.choice([*keys, "zz"])
                    key = chance.choice([*keys.values(), new])
                    signed = key.sign(digest, purpose=Purpose.DOCUMENT)
                    rows.append(Signature(side, key.public.hex, signed))
                charters = [digest if each == document.digest else each for each in charters]
                recoveries = [digest if each == document.digest else each for each in recoveries]
                signatures = tuple(rows)
            files[f"documents/{digest_of(data)}.json"] = data
            files[f"documents/{digest_of(data)}.keys.json"] = keys_file(signatures)
        pressed(world, public, files, charters=charters, recoveries=recoveries)
        trusted = charters[0]
        first, second, why = both(public / "record", fingerprint=trusted, today=world.day)
        assert first == second, (seed, n, documents[chosen][0].kind, why)
        seen[first] += 1
    assert seen[True] > 2
    assert seen[False] > 10


@pytest.mark.parametrize("seed", range(2))
def test_both_answer_alike_about_roots_that_were_signed_once_more(
    seed: int, world: World, public: Path
) -> None:
    chance = random.Random(seed)  # noqa: S311 - it chooses places, not keys
    place = public / "record/manifest.json"
    root = SignedRoot.from_bytes(place.read_bytes()).root.as_json()
    for n in range(30):
        try:
            inner = canonical_bytes(changed := mutated(root, chance))
        except NotCanonicalError:
            continue
        signature = world.release_key.sign(digest_of(inner), purpose=Purpose.EDITION)
        key = world.release_key.public.hex
        outer = {"public_key": key, "root": changed, "signature": signature}
        place.write_bytes(canonical_bytes(outer))
        fingerprint = world.charter.digest
        first, second, why = both(public / "record", fingerprint=fingerprint, today=world.day)
        assert first == second, (seed, n, changed, why)
