"""A second opinion: what is open is checked again here with `hashlib`, `json` and `cryptography` alone.

Nothing of `visavis.signing` decides anything in this file, so that a fault there is not repeated here.
"""

import hashlib
import json
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

import cast
from cast import SiteKeys
from visavis.record import public
from visavis.signing.charter import charter_body
from visavis.signing.signed import SignedDocument

EVERY_SIDE = {
    "question", "discussion", "ballot", "comparison", "article", "letter", "ledger", "news", "term",
    "register-entry",
}  # fmt: skip
OWN_SIDE = {"answer", "contribution", "restatement", "statement", "translation"}


def everything_open(*, on: date | None = None) -> dict[str, tuple[SignedDocument, ...]]:
    """Return what the press would be given: by subject, every document that leaves the engine."""
    charter = public.current_charter(on=on)
    return {
        subject: found
        for subject in public.open_subjects(kinds=list(cast.POLICY))
        if (found := public.open_subject(subject, charter=charter))
    }


def open_digests(*, on: date | None = None) -> set[str]:
    return {each.digest for found in everything_open(on=on).values() for each in found}


def assert_all_is_rightly_open(site: SiteKeys, *, on: date | None = None) -> set[str]:
    """Every open document has the keys that the charter asks for; returns the open digests."""
    opened = everything_open(on=on)
    charter = charter_body(site.charter)
    for subject, found in opened.items():
        for each in found:
            assert_rightly_open(each, found, charter=charter, subject=subject)
    return {each.digest for found in opened.values() for each in found}


def assert_rightly_open(
    each: SignedDocument, around: Iterable[SignedDocument], *, charter: dict[str, Any], subject: str
) -> None:
    data = each.document.data
    digest = hashlib.sha256(data).hexdigest()
    value = json.loads(data)
    signed = signers(digest, each.signatures, charter)
    sides = {side["code"] for side in charter["sides"]}
    kind, standing = value["kind"], value["standing"]
    assert each.digest == digest
    assert kind != "charter"
    assert subject in {value["site"], value["part_of"] or value["id"]}
    if standing["as"] == "alone":
        asked, day = (date.fromisoformat(d) for d in (standing["asked_on"], value["day"]))
        assert kind in EVERY_SIDE
        if value["seats"] and value["seats"]["empty"]:
            assert standing["asked_on"] > value["seats"]["until"]
        assert standing["side"] in signed
        assert day >= asked + timedelta(days=charter["waiting"]["unanswered_days"])
    elif kind in EVERY_SIDE:
        assert signed >= sides
    elif kind in OWN_SIDE:
        assert value["side"] in signed
    elif kind == "release":
        assert "release" in signed
    else:
        raise AssertionError(f"nothing in these tests opens a {kind}")
    for one in each.signatures:  # and nothing is published beside them that is not what it says
        assert one.side in signers(digest, [one], charter)
    if kind == "answer":
        assert_released(value, around, charter=charter)


def assert_released(
    answer: dict[str, Any], around: Iterable[SignedDocument], *, charter: dict[str, Any]
) -> None:
    """Every seat of the question is filled by its own side's signature, or left empty; in the same words."""
    bodies = [json.loads(each.document.data) for each in around]
    (question,) = (b for b in bodies if b["kind"] == "question")
    (note,) = (b for b in bodies if b["kind"] == "release")
    filled = {
        side
        for side, seat in note["body"]["seats"].items()
        if side in _fillers(seat, question["id"], charter)
    }
    seats = set(question["seats"]["sides"])
    assert seats <= filled | set(question["seats"]["empty"])
    assert answer["side"] in filled
    assert set(answer["seal"]["seats"]) == seats
    assert answer["seal"]["question"] == answer["part_of"] == note["part_of"] == question["id"]
    assert answer["seal"]["words"] == hashlib.sha256(_canonical(question["body"])).hexdigest()


def signers(digest: str, signatures: Iterable[Any], charter: dict[str, Any]) -> set[str]:
    line = f"visavis-1 document sha256:{digest}\n".encode()
    return _signers_of(line, digest, signatures, charter)


def _fillers(seat: dict[str, str], question: str, charter: dict[str, Any]) -> set[str]:
    """Return the sides that have signed for just this seat: another line than under a document."""
    filled = _canonical({"answer": seat["digest"], "question": question})
    line = f"visavis-1 seat sha256:{hashlib.sha256(filled).hexdigest()}\n".encode()
    return _signers_of(line, seat["digest"], [_key(seat)], charter)


def _canonical(value: Any) -> bytes:
    """RFC 8785 for what these tests write: no number but whole ones, no key beyond ASCII."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _signers_of(
    line: bytes, digest: str, signatures: Iterable[Any], charter: dict[str, Any]
) -> set[str]:
    holders = {side["public_key"]: side["code"] for side in charter["sides"]}
    holders[charter["release_key"]] = "release"
    for side in charter["sides"]:
        if digest in side["carried"]:
            holders |= dict.fromkeys(side["former_keys"], side["code"])
    return {
        holders[each.public_key]
        for each in signatures
        if each.public_key in holders and _is_good(each.public_key, each.signature, line)
    }


def _is_good(public_key: str, signature: str, line: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key)).verify(
            bytes.fromhex(signature), line
        )
    except (InvalidSignature, ValueError):
        return False
    return True


def _key(seat: dict[str, str]) -> Any:
    class Seat:
        public_key = seat["public_key"]
        signature = seat["signature"]

    return Seat
