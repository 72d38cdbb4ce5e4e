"""C32: what `docs/record-format.md` tells a stranger to type, typed here; no Python of ours checks."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from signing_world import World

DOCS = Path(__file__).resolve().parents[2] / "docs" / "record-format.md"

pytestmark = pytest.mark.skipif(
    not all(map(shutil.which, ("bash", "openssl", "sha256sum", "xxd"))),
    reason="bash, openssl, sha256sum or xxd is not installed",
)


def commands() -> dict[str, str]:
    """The shell commands of the page, by the heading above them."""
    parts = re.split(r"^##+ (.+)\n", DOCS.read_text("utf-8"), flags=re.MULTILINE)[1:]
    scripts = {
        heading: re.search(r"```sh\n(.*?)```", text, re.DOTALL)
        for heading, text in zip(parts[::2], parts[1::2], strict=True)
    }
    return {heading: script[1] for heading, script in scripts.items() if script}


def run(script: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


def test_every_file_is_under_its_own_digest(public: Path) -> None:
    script = commands()["Every file is under its own digest"]
    good = run(script, public / "record")
    assert good.returncode == 0, good.stderr
    blob = next(p for p in (public / "record/blobs").rglob("*") if p.is_file() and not p.suffix)
    blob.write_bytes(blob.read_bytes() + b"\n")
    bad = run(script, public / "record")
    assert bad.returncode != 0
    assert blob.name in bad.stdout + bad.stderr


def test_the_root_is_signed_by_the_release_key(world: World, public: Path) -> None:
    script = commands()["The root is signed by the release key"]
    good = run(script, public / "record")
    assert good.returncode == 0, good.stderr
    assert "Signature Verified Successfully" in good.stdout
    assert world.release_key.public.hex in good.stdout
    root = public / "record/manifest.json"
    root.write_text(root.read_text().replace('"edition":1', '"edition":2'))
    assert run(script, public / "record").returncode != 0


def test_a_document_is_signed_by_each_side(world: World, public: Path) -> None:
    script = commands()["A document is signed by each side"]
    digest = next(d.digest for d, _ in world.chain())
    good = run(script.replace("DIGEST", digest), public / "site")
    assert good.returncode == 0, good.stderr
    assert good.stdout.count("Signature Verified Successfully") == len(world.codes)
    place = public / "site/documents" / f"{digest}.keys.json"
    value = json.loads(place.read_bytes())
    value["keys"][0]["signature"], value["keys"][1]["signature"] = (
        value["keys"][1]["signature"],
        value["keys"][0]["signature"],
    )
    place.unlink()
    place.write_text(json.dumps(value, separators=(",", ":")))
    assert run(script.replace("DIGEST", digest), public / "site").returncode != 0
