"""A second verifier of records, after `docs/record-format.md`: it shares no code with the first.

It answers one question, is this ``record/`` right on a day, and knows no newer numbers and no plain tree.
What the page leaves open the two would answer in two ways: `test_two_verifiers_agree.py`.
"""

import hashlib
import json
import os
import re
import stat
import unicodedata
import zlib
from datetime import date
from pathlib import Path
from typing import Any

import brotli
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

MIB = 1 << 20
PRIME = 2**255 - 19
EIGHT = 0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7
SMALL = {0, 1, PRIME - 1, EIGHT, PRIME - EIGHT}
DIGEST, ID, SIDE = r"[0-9a-f]{64}", r"[0-9a-f]{32}", r"[a-z][a-z0-9-]{0,15}"
LANGUAGE, KIND = r"[a-z]{2,3}(-[A-Z][a-z]{3})?", r"[a-z][a-z0-9-]{0,19}"
DEVICES = {"con", "prn", "aux", "nul", *(f"{p}{n}" for p in ("com", "lpt") for n in range(10))}
STRICT = {"any-side": 1, "own-side": 2, "every-side": 3}
LEAST = {
    "charter": "every-side", "question": "every-side", "article": "every-side", "letter": "every-side",
    "answer": "own-side", "translation": "own-side", "release": "release-key", "recovery": "recovery-key",
}  # fmt: skip
MEMBERS = {"body", "closer", "day", "format", "id", "kind", "languages", "made_from", "part_of", "replaces",
           "salt", "seal", "seats", "shape", "side", "site", "standing", "version"}  # fmt: skip


class Wrong(Exception):  # noqa: N818 - it is an answer, not an error
    """The record is not right."""


def must(holds: object, why: str = "") -> None:
    if not holds:
        raise Wrong(why)


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def like(pattern: str, text: object) -> bool:
    return isinstance(text, str) and re.fullmatch(pattern, text) is not None


def number(value: object, low: int, high: int = 2**53 - 1) -> bool:
    return type(value) is int and low <= value <= high


def day(text: str) -> date:
    must(like(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text), "a day")
    return date.fromisoformat(text)


def ordered(value: Any, depth: int = 0) -> Any:
    """The value with the keys of each object in the order of their UTF-16 code units, each part checked."""
    must(depth <= 32, "too deep")
    if isinstance(value, str):
        must(unicodedata.is_normalized("NFC", value), "not NFC")
        must(all(unicodedata.category(each) not in {"Cn", "Cs"} for each in value), "unassigned")
    elif isinstance(value, list):
        return [ordered(each, depth + 1) for each in value]
    elif isinstance(value, dict):
        keys = sorted(value, key=lambda key: ordered(key).encode("utf-16-be"))
        return {key: ordered(value[key], depth + 1) for key in keys}
    else:
        must(value is None or type(value) is bool or number(value, 1 - 2**53), "a number")
    return value


def dumped(value: Any) -> bytes:
    return json.dumps(ordered(value), ensure_ascii=False, separators=(",", ":")).encode()


def parsed(data: bytes) -> Any:
    value = json.loads(data.decode())
    must(dumped(value) == data, "not canonical")
    return value


def is_key(text: object) -> bool:
    if not like(DIGEST, text):
        return False
    y = int.from_bytes(bytes.fromhex(str(text)), "little") % 2**255
    return y < PRIME and y not in SMALL


def has_signed(key: object, digest: str, purpose: str, signature: object) -> bool:
    if not is_key(key) or not like(r"[0-9a-f]{128}", signature):
        return False
    try:
        public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(str(key)))
        public.verify(
            bytes.fromhex(str(signature)), f"visavis-1 {purpose} sha256:{digest}\n".encode()
        )
    except (InvalidSignature, ValueError):
        return False
    return True


class Record:
    def __init__(self, folder: Path, fingerprint: str, today: date) -> None:
        self.folder, self.trusted, self.today = folder, fingerprint, today
        self.entries: dict[str, tuple[str, int, list[str]]] = {}
        self.nodes: set[str] = set()

    def file(self, name: str, largest: int) -> bytes:
        there = os.lstat(self.folder / name)
        must(stat.S_ISREG(there.st_mode) and there.st_size <= largest, name)
        return (self.folder / name).read_bytes()

    def blob(self, path: str, largest: int) -> bytes:
        digest, size, _ = self.entries[path]
        must(size <= largest, path)
        return self.file(f"blobs/{digest[:2]}/{digest}", size)

    def verify(self) -> None:
        outer = parsed(self.file("manifest.json", MIB))
        root = outer["root"]
        must(set(outer) == {"public_key", "root", "signature"}, "outer")
        must(set(root) == {"format", "site", "edition", "day", "valid_until", "charters", "recoveries",
                           "node", "entries"}, "root")  # fmt: skip
        must(root["format"] == "visavis-record-1" and like(ID, root["site"]), "format")
        must(number(root["edition"], 1) and number(root["entries"], 0), "numbers")
        must(day(root["day"]) <= day(root["valid_until"]), "days")
        for name in ("charters", "recoveries"):
            must(
                all(like(DIGEST, each) for each in root[name]) and isinstance(root[name], list),
                name,
            )
            must(len(set(root[name])) == len(root[name]), name)
        must(self.trusted in root["charters"] and like(DIGEST, root["node"]), "not trusted")
        must(
            has_signed(outer["public_key"], sha(dumped(root)), "edition", outer["signature"]),
            "root",
        )
        must((day(root["day"]) - self.today).days <= 1, "from the future")
        self.root, self.day = root, day(root["day"])
        self.walk(root["node"], "", root["entries"])
        names: dict[str, str] = {}
        for path in self.entries:
            steps = path.split("/")
            for n in range(1, len(steps) + 1):
                name = "/".join(steps[:n])
                must(names.setdefault(name.lower(), name) == name, "capitals")
        wanted = self.blobs()
        Judge(self).judge(outer["public_key"])
        self.look(wanted)

    def walk(self, digest: str, prefix: str, count: int) -> None:
        must(digest not in self.nodes, "a node twice")
        self.nodes.add(digest)
        data = self.file(f"manifest/{digest[:2]}/{digest}.json", 128 * 1024)
        node = parsed(data)
        must(sha(data) == digest and len(node) == 1, "a node")
        if "entries" in node:
            must(len(node["entries"]) == count and count <= 64, "a leaf")
            for path, (blob, size, copies) in node["entries"].items():
                must(sha(path.encode()).startswith(prefix) and self.is_path(path), path)
                must(like(DIGEST, blob) and number(size, 0, 64 * MIB), path)
                must(copies in ([], ["br"], ["gz"], ["br", "gz"]), path)
                self.entries[path] = blob, size, copies
            return
        must(count > 64 and sum(each[1] for each in node["children"].values()) == count, "counts")
        for digit, (child, n) in node["children"].items():
            must(like("[0-9a-f]", digit) and like(DIGEST, child) and number(n, 1), "a child")
            self.walk(child, prefix + digit, n)

    @staticmethod
    def is_path(path: str) -> bool:
        parts = path.split("/")
        return (
            len(path) <= 512
            and all(like(r"\.?[A-Za-z0-9_-]+", each) for each in parts[:-1])
            and like(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)+", parts[-1])
            and not parts[-1].endswith((".br", ".gz"))
            and all(len(each) <= 160 for each in parts)
            and DEVICES.isdisjoint(each.split(".")[0].lower() for each in parts)
        )

    def blobs(self) -> set[str]:
        sizes: dict[str, int] = {}
        wanted = {"manifest.json", *(f"manifest/{each[:2]}/{each}.json" for each in self.nodes)}
        for blob, size, copies in self.entries.values():
            name = f"blobs/{blob[:2]}/{blob}"
            must(sizes.setdefault(blob, size) == size, "two sizes")
            data = self.file(name, size)
            must(len(data) == size and sha(data) == blob, name)
            wanted |= {name, *(f"{name}.{copy}" for copy in copies)}
            for copy in copies:
                packed = self.file(f"{name}.{copy}", size - 1)
                must(self.unpacked(packed, copy, size) == data, f"{name}.{copy}")
        return wanted

    @staticmethod
    def unpacked(packed: bytes, copy: str, size: int) -> bytes:
        if copy == "br":
            must(packed[0] & 15 == 0b1011, "window")
            return bytes(brotli.decompress(packed))  # a helper of tests: nobody floods it
        must(packed[:10] == bytes.fromhex("1f8b08000000000000ff"), "head")
        work = zlib.decompressobj(31)
        data = work.decompress(packed, size + 1)
        must(work.eof and not work.unused_data, "a tail")
        return data

    def look(self, wanted: set[str]) -> None:
        for folder, folders, files in os.walk(self.folder):
            here = Path(folder).relative_to(self.folder)
            for name in folders:
                must(
                    like(r"(blobs|manifest)(/[0-9a-f]{2})?|pending", (here / name).as_posix()), name
                )
                must(not (self.folder / here / name).is_symlink(), name)
            must(all((here / name).as_posix() in wanted for name in files), "too much")


class Judge:
    """All documents of a record together."""

    def __init__(self, record: Record) -> None:
        self.record, self.root = record, record.root
        self.documents: dict[str, dict[str, Any]] = {}
        self.keys: dict[str, list[dict[str, str]]] = {}

    def judge(self, root_key: str) -> None:
        found: dict[str, set[str]] = {}
        for path in self.record.entries:
            if path.startswith("documents/"):
                match = re.fullmatch(rf"documents/({DIGEST})\.((?:keys\.)?json)", path)
                must(match, path)
                found.setdefault(match[1], set()).add(match[2]) if match else None
        for digest, both in found.items():
            must(both == {"json", "keys.json"}, "one of two")
            self.read(digest)
        for name, kind in (("charters", "charter"), ("recoveries", "recovery")):
            of_kind = {digest for digest, each in self.documents.items() if each["kind"] == kind}
            must(of_kind == set(self.root[name]), name)
        self.chain()
        must(root_key == self.charter["release_key"], "release key")
        items = [each["id"] for each in self.ordinary.values()]
        must(len(set(items)) == len(items), "two versions")
        for digest, document in self.ordinary.items():
            self.opened(digest, document)
            must(all(each["id"] in items for each in document["made_from"]), "a source")
        self.sealed()

    @property
    def ordinary(self) -> dict[str, dict[str, Any]]:
        own = {*self.root["charters"], *self.root["recoveries"]}
        return {digest: each for digest, each in self.documents.items() if digest not in own}

    def read(self, digest: str) -> None:
        must(self.record.entries[f"documents/{digest}.json"][0] == digest, "its digest")
        document = parsed(self.record.blob(f"documents/{digest}.json", 4 * MIB))
        must(set(document) == MEMBERS and document["format"] == "visavis-document-2", "members")
        self.fields(document)
        keys = parsed(self.record.blob(f"documents/{digest}.keys.json", MIB))
        rows = [(row["side"], row["public_key"], row["signature"]) for row in keys["keys"]]
        must(set(keys) == {"keys"} and all(len(row) == 3 for row in keys["keys"]), "keys")
        must(rows == sorted(set(rows)), "order")
        must(all(isinstance(row[0], str) and has_signed(row[1], digest, "document", row[2]) for row in rows),
             "a false signature")  # fmt: skip
        self.documents[digest], self.keys[digest] = document, keys["keys"]
        must(day(document["day"]) <= self.record.day, "a day to come")

    @staticmethod
    def fields(document: dict[str, Any]) -> None:
        kind, part, seats, seal = (document[each] for each in ("kind", "part_of", "seats", "seal"))
        must(like(KIND, kind) and like(ID, document["id"]) and like(ID, document["site"]), "ids")
        must(number(document["version"], 1), "version")
        must((document["version"] == 1) == (document["replaces"] is None), "replaces")
        must(document["replaces"] is None or like(DIGEST, document["replaces"]), "replaces")
        for each in document["made_from"]:
            must(
                set(each) == {"digest", "id", "version"} and like(DIGEST, each["digest"]), "source"
            )
            must(like(ID, each["id"]) and number(each["version"], 1), "source")
        must(
            isinstance(document["made_from"], list) and isinstance(document["body"], dict), "types"
        )
        must(document["side"] is None or like(SIDE, document["side"]), "side")
        must(document["closer"] is None or is_key(document["closer"]), "closer")
        must(like(DIGEST, document["salt"]), "salt")
        must(document["languages"] == sorted(set(document["languages"])), "languages")
        must(all(like(LANGUAGE, each) for each in document["languages"]), "languages")
        standing = document["standing"]
        if standing != {"as": "joint"}:
            must(
                set(standing) == {"as", "asked_on", "side"} and standing["as"] == "alone",
                "standing",
            )
            must(like(SIDE, standing["side"]) and day(standing["asked_on"]), "standing")
        must(part is not None or kind != "release", "a note is a part")
        sources = [each["id"] for each in document["made_from"]]
        must(part is None or (part in sources and part != document["id"]), "part")
        for codes in ((seats or seal)["seats" if seal else "sides"],) if seats or seal else ():
            must(
                codes and all(like(SIDE, each) for each in codes) and len(set(codes)) == len(codes),
                "seats",
            )
            must(isinstance(codes, list), "seats")
        if seats is not None:
            must(
                set(seats) == {"empty", "sides", "until"} and part is None and seal is None, "seats"
            )
            must(
                isinstance(seats["empty"], list) and set(seats["empty"]) <= set(seats["sides"]),
                "empty",
            )
            must(len(set(seats["empty"])) == len(seats["empty"]), "empty")
            is_over = document["version"] > 1 and day(document["day"]) > day(seats["until"])
            must(is_over or not seats["empty"], "empty too early")
        if seal is not None:
            must(
                set(seal) == {"question", "seats", "when", "words"}
                and seal["when"] == "seats-filled",
                "seal",
            )
            must(seal["question"] == part and like(DIGEST, seal["words"]), "seal")
            must(document["side"] in seal["seats"], "no seat")
        must(like(r"[a-z][a-z0-9-]{0,19}-[1-9][0-9]{0,3}", document["shape"]), "shape")
        own = {"charter", "release", "recovery"}
        must(kind not in own or document["shape"] == f"{kind}-1", "shape")
        day(document["day"])

    # Charters and recoveries

    def chain(self) -> None:
        before: dict[str, Any] | None = None
        named: dict[str, str] = {}
        for digest in self.root["charters"]:
            document = self.documents[digest]
            charter = self.charter_of(document, digest)
            named |= self.holders(charter, whole=True)
            must(document["site"] == document["id"] == self.root["site"], "another site")
            if before is None:
                must(document["version"] == 1, "first")
            else:
                old = self.documents[before["digest"]]
                must(document["version"] == old["version"] + 1, "version")
                must(
                    document["replaces"] == before["digest"]
                    and day(document["day"]) >= day(old["day"]),
                    "next",
                )
                held = self.held(before, day(document["day"]))
                named |= self.holders(held, whole=True)
                must(
                    all(self.by_side(held, digest, each["code"]) for each in held["sides"]),
                    "old sides",
                )
            must(
                all(self.by_side(charter, digest, each["code"]) for each in charter["sides"]),
                "own sides",
            )
            must(
                all(named.get(row["public_key"]) == row["side"] for row in self.keys[digest]),
                "a false name",
            )
            before = charter
        must(before is not None, "no charter")
        must(all(self.documents[each]["body"]["charter"] in self.root["charters"] for each in
                 self.root["recoveries"]), "a recovery of nothing")  # fmt: skip
        self.charter = self.held(before or {}, min(self.record.day, self.record.today))

    @staticmethod
    def charter_of(document: dict[str, Any], digest: str) -> dict[str, Any]:
        body = document["body"]
        must(
            set(body) == {"languages", "names", "policy", "release_key", "sides", "waiting"},
            "charter",
        )
        must(document["standing"] == {"as": "joint"} and not document["made_from"], "charter")
        must(
            all(document[each] is None for each in ("side", "closer", "seats", "seal", "part_of")),
            "charter",
        )
        languages, sides, policy = body["languages"], body["sides"], body["policy"]
        must(languages and sorted(languages) == document["languages"], "languages")
        codes = [side["code"] for side in sides]
        must(len(codes) >= 2 and len(set(codes)) == len(codes) and "release" not in codes, "sides")
        keys = [body["release_key"]]
        for side in sides:
            must(set(side) == {"carried", "code", "former_keys", "languages", "names", "public_key",
                               "recovery_key"} and like(SIDE, side["code"]), "side")  # fmt: skip
            keys += [side["public_key"], side["recovery_key"], *side["former_keys"]]
            must(side["languages"] and set(side["languages"]) <= set(languages), "languages")
            must(side["carried"] == sorted(set(side["carried"])), "carried")
            must(all(like(DIGEST, each) for each in side["carried"]), "carried")
        must(all(map(is_key, keys)) and len(set(keys)) == len(keys), "keys")
        for names in (body["names"], *(side["names"] for side in sides)):
            must(set(names) == set(languages), "names")
            must(all(isinstance(each, str) and each for each in names.values()), "names")
        must(set(LEAST) <= set(policy) and all(like(KIND, kind) for kind in policy), "policy")
        for kind, opens in policy.items():
            must(opens in {*STRICT, "release-key", "recovery-key"}, "policy")
            must((opens == "recovery-key") == (kind == "recovery"), "policy")
            least = LEAST.get(kind, opens)
            is_less = opens != least and (
                not {opens, least} <= set(STRICT) or STRICT[opens] < STRICT[least]
            )
            must(not is_less, "policy")
        waiting = body["waiting"]
        must(
            set(waiting) == {"by_kind", "recovery_days", "reopen_hours", "unanswered_days"},
            "waiting",
        )
        times = {**waiting, **waiting["by_kind"]}
        del times["by_kind"]
        must(all(number(each, 0, 10_000) for each in times.values()), "waiting")
        must(
            all(
                like(KIND, kind) and number(each, 0, 10_000)
                for kind, each in waiting["by_kind"].items()
            ),
            "",
        )
        return {**body, "digest": digest}

    @staticmethod
    def counting(side: dict[str, Any], digest: str) -> list[str]:
        return [side["public_key"], *(side["former_keys"] if digest in side["carried"] else ())]

    def holders(
        self, charter: dict[str, Any], digest: str = "", *, whole: bool = False
    ) -> dict[str, str]:
        holders = {}
        for side in charter["sides"]:
            every = [side["public_key"], side["recovery_key"], *side["former_keys"]]
            for key in every if whole else self.counting(side, digest):
                holders[key] = side["code"]
        return {**holders, charter["release_key"]: "release"}

    def by_side(self, charter: dict[str, Any], digest: str, code: object) -> bool:
        keys = [
            key
            for side in charter["sides"]
            if side["code"] == code
            for key in self.counting(side, digest)
        ]
        return any(row["public_key"] in keys for row in self.keys[digest])

    def held(self, charter: dict[str, Any], on: date) -> dict[str, Any]:
        """The charter as it holds on a day; each recovery of it must be in order."""
        mine = [
            each
            for each in self.root["recoveries"]
            if self.documents[each]["body"]["charter"] == charter["digest"]
        ]
        mine.sort(
            key=lambda each: (self.documents[each]["day"], self.documents[each]["version"], each)
        )
        right: dict[str, str] = {}
        for digest in mine:
            self.in_order(charter, digest, right)
            right[self.documents[digest]["id"]] = digest
        return self.with_recoveries(charter, right, on)

    def in_force(self, charter: dict[str, Any], digest: str, on: date) -> bool:
        document = self.documents[digest]
        waited = (on - day(document["day"])).days >= charter["waiting"]["recovery_days"]
        return document["body"]["keys"] is not None and waited

    def with_recoveries(
        self, charter: dict[str, Any], right: dict[str, str], on: date
    ) -> dict[str, Any]:
        sides = {side["code"]: side for side in charter["sides"]}
        for digest in sorted(right.values(), key=lambda each: (self.documents[each]["day"], each)):
            if self.in_force(charter, digest, on):
                side = sides[self.documents[digest]["side"]]
                former = [*side["former_keys"], side["public_key"]]
                sides[side["code"]] = {
                    **side,
                    "former_keys": former,
                    **self.documents[digest]["body"]["keys"],
                }
        return {**charter, "sides": list(sides.values())}

    def in_order(self, charter: dict[str, Any], digest: str, right: dict[str, str]) -> None:
        document, body = self.documents[digest], self.documents[digest]["body"]
        must(
            set(body) == {"charter", "keys"} and document["standing"] == {"as": "joint"}, "recovery"
        )
        must(not document["languages"] and not document["made_from"], "recovery")
        must(
            all(document[each] is None for each in ("part_of", "closer", "seats", "seal")),
            "recovery",
        )
        on = day(document["day"])
        must(document["site"] == self.root["site"], "site")
        must(on >= day(self.documents[charter["digest"]]["day"]), "day")
        before = self.with_recoveries(charter, right, on)
        side = next((each for each in before["sides"] if each["code"] == document["side"]), None)
        must(side is not None, "side")
        same = right.get(document["id"])
        must(same is None or self.documents[same]["side"] == document["side"], "another side's")
        must(same is None or not self.in_force(charter, same, on), "in force")
        for other in right.values():
            each = self.documents[other]
            if (
                other != same
                and each["side"] == document["side"]
                and each["body"]["keys"] is not None
            ):
                must(
                    each["day"] != document["day"] and self.in_force(charter, other, on),
                    "under way",
                )
        if side is None:
            return
        asked, keys = [side["recovery_key"]], body["keys"]
        if keys is not None:
            must(set(keys) == {"carried", "public_key", "recovery_key"}, "keys")
            must(
                keys["carried"] == sorted(set(keys["carried"]))
                and set(side["carried"]) <= set(keys["carried"]),
                "",
            )
            must(all(like(DIGEST, each) for each in keys["carried"]), "carried")
            new = [keys["public_key"], keys["recovery_key"]]
            must(all(map(is_key, new)) and new[0] not in {new[1], side["recovery_key"]}, "keys")
            others = set(self.holders(before, whole=True)) - {side["recovery_key"]}
            must(others.isdisjoint(new), "a key twice")
            asked += new
        rows = self.keys[digest]
        must({row["public_key"] for row in rows} == set(asked), "keys of a recovery")
        must(all(row["side"] == document["side"] for row in rows), "a false name")

    # Who opens what

    def opened(self, digest: str, document: dict[str, Any]) -> None:
        charter, rows = self.charter, self.keys[digest]
        holders = self.holders(charter, digest)
        must(all(holders.get(row["public_key"]) == row["side"] for row in rows), "a false name")
        signed = {row["side"] for row in rows}
        codes = {side["code"] for side in charter["sides"]}
        kind, side, standing = document["kind"], document["side"], document["standing"]
        opens = charter["policy"].get(kind, "every-side")
        must(document["site"] == self.root["site"], "site")
        must(side is None or (side in codes and side in signed), "side")
        if standing["as"] == "alone":
            must(charter["policy"].get(kind) == "every-side", "never alone")
            hours = charter["waiting"]["by_kind"].get(kind)
            days = charter["waiting"]["unanswered_days"] if hours is None else -(-hours // 24)
            must((day(document["day"]) - day(standing["asked_on"])).days >= days, "waiting")
            must(standing["side"] in codes and standing["side"] in signed, "alone")
            seats = document["seats"]
            must(
                not seats or not seats["empty"] or standing["asked_on"] > seats["until"], "a chair"
            )
        elif opens == "release-key":
            must("release" in signed, "release")
        elif opens == "every-side":
            must(codes <= signed, "every side")
        elif opens == "own-side":
            must(side is not None, "own side")
        else:
            must(codes & signed, "any side")

    def sealed(self) -> None:
        by_id = {each["id"]: digest for digest, each in self.ordinary.items()}
        notes: dict[str, list[str]] = {}
        for digest, each in self.ordinary.items():
            if each["kind"] == "release":
                notes.setdefault(each["part_of"], []).append(digest)
        for question, digests in notes.items():
            for note in digests:
                for code, row in self.rows(note):
                    answer = self.ordinary.get(row["digest"]) or self.documents.get(row["digest"])
                    if answer is not None:
                        seal = answer["seal"] or {}
                        must(seal.get("question") == question, "no answer")
                        must(
                            (answer["side"], answer["id"]) == (code, row.get("id")),
                            "no answer of that side",
                        )
        for document in self.ordinary.values():
            seal = document["seal"]
            if seal is None:
                continue
            must(seal["question"] in by_id and seal["question"] in notes, "sealed")
            question = self.ordinary[by_id[seal["question"]]]
            must(
                question["seats"] and set(question["seats"]["sides"]) == set(seal["seats"]), "seats"
            )
            must(sha(dumped(question["body"])) == seal["words"], "words")
            filled = self.filled(max(notes[seal["question"]]), seal["question"])
            must(set(seal["seats"]) <= {*filled, *question["seats"]["empty"]}, "not filled")
            must(filled.get(document["side"]) == document["id"], "not this one")

    def rows(self, note: str) -> list[tuple[str, dict[str, Any]]]:
        seats = self.documents[note]["body"].get("seats")
        found = seats.items() if isinstance(seats, dict) else ()
        return [
            (code, row)
            for code, row in found
            if isinstance(row, dict) and like(DIGEST, row.get("digest"))
        ]

    def filled(self, note: str, question: str) -> dict[str, Any]:
        sides = {side["code"]: side for side in self.charter["sides"]}
        return {
            code: row.get("id")
            for code, row in self.rows(note)
            if code in sides
            and row.get("public_key") in self.counting(sides[code], row["digest"])
            and has_signed(row["public_key"], sha(dumped({"answer": row["digest"], "question": question})),
                           "seat", row.get("signature"))
        }  # fmt: skip


def is_right(folder: Path, *, fingerprint: str, today: date) -> bool:
    """Return whether this record is right; it may be older or past its date all the same."""
    try:
        Record(folder, fingerprint, today).verify()
    except (Wrong, KeyError, TypeError, ValueError, AttributeError, IndexError, OSError, RecursionError,
            brotli.error, zlib.error):  # fmt: skip
        return False
    return True
