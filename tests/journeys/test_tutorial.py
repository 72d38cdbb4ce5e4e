"""`docs/tutorial.md`, walked from its first line to its last: every command typed, every act done."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from browsing import Reader
from founding import Desk
from running import Site

pytestmark = [pytest.mark.journey, pytest.mark.enable_socket]

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "tutorial.md").read_text()
PROGRAM = ".venv/bin/visavis"
COMMANDS = [line.strip() for line in PAGE.splitlines() if line.startswith("    ")]
FILES = dict(re.findall(r"`([\w-]+\.txt)`:\n\n```text\n(.*?)```", PAGE, re.DOTALL))


class Walk:
    """Types the commands of the page, each once and in the order in which they stand there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.left = [line for line in COMMANDS if line != "make install"]

    def type(self, begins: str, *, given: str = "", code: int = 0, **names: str) -> str:
        """Type the next command, which begins so; capitals in it are replaced by what was printed."""
        line = self.left.pop(0)
        assert line.startswith(begins), line
        for name, value in names.items():
            line = line.replace(name, value)
        words = shlex.split(line)
        words = [sys.executable, "-m", "visavis", *words[1:]] if words[0] == PROGRAM else words
        kept = {name: value for name, value in os.environ.items() if "VISAVIS" not in name}
        done = subprocess.run(
            words,
            cwd=self.folder,
            input=given,
            env=kept,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == code, f"{line}\n{done.stdout}{done.stderr}"
        return done.stdout + done.stderr


def answers() -> str:
    """Return what somebody types who answers as the page's first table says."""
    table = PAGE.split("| it asks for | answer |")[1].split("\n\n")[0]
    rows = [line for line in table.splitlines() if line.startswith("| ") and "`" in line]
    typed = [answer for row in rows for answer in re.findall(r"`([^`]+)`", row.split("|")[2])]
    return "\n".join([*typed, "", "", "", "y", ""])


def propose(desk: Desk, address: str, **fields: str) -> str:
    """Fill in the form, go on to the preview, propose; return the digest that is read then."""
    desk.reader.open(f"{desk.root}{address}")
    desk.reader.type(**fields).press("main form button:has-text('Save and preview')")
    desk.reader.press("form[action$='/propose/'] button")
    return desk.reader.path().split("/read/")[1].split("/")[0]


def test_the_tutorial_is_walked_from_an_empty_folder_to_a_closed_page(browser, tmp_path: Path):
    walk = Walk(tmp_path)
    assert len(FILES) == 2
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)

    # 1. Found the site
    said = walk.type(f"{PROGRAM} init", given=answers())
    codes = dict(
        re.findall(r"^\s+([a-z]+)\s+((?:[0-9a-z]{4}-){6}[0-9a-z]{4})\b", said, re.MULTILINE)
    )
    assert set(codes) == {"az", "hy"}
    assert walk.left.pop(0) == f"{PROGRAM} serve --data tutorial --releases at-once"
    site = Site(data=tmp_path / "tutorial")
    with site.served(), ExitStack() as stack:
        desks = [
            Desk(stack.enter_context(Reader.of(browser, site.address)), side=side) for side in codes
        ]
        az, hy = sorted(desks, key=lambda desk: desk.side)

        # 2 and 3. Let both desks in; sign the charter
        for desk in (az, hy):
            desk.come_in(codes[desk.side]).make_keys_here()
        for desk in (az, hy):
            desk.reader.open(desk.root)
            assert "Read and sign the charter" in desk.reader.words("body")
            desk.sign_charter()
        site.wait_until_there("/en/")

        # 4. Ask a question
        week = (datetime.now(UTC).date() + timedelta(days=7)).isoformat()
        words = {f"text_{code}": f"What would you keep? {code}" for code in ("az", "hy", "en")}
        digest = propose(az, "questions/new/", closes_on=week, **words)
        az.turn_key(digest)
        assert "What would you keep?" not in site.get("/en/questions/")[1].decode()
        assert hy.waiting() == [digest]
        hy.turn_key(digest)
        shelf = site.wait_until_there("/en/questions/", words="What would you keep? en")
        item = re.search(r"([0-9a-f]{12})/", shelf)[1]
        page = f"/en/questions/{item}/"
        before = site.wait_until_there(page)

        # 5. Answer it from both sides
        for desk in (az, hy):
            desk.reader.open(f"{desk.root}questions/")
            desk.reader.press("main a:has-text('What would you keep?')")
            desk.reader.press("main a:has-text('Enter the answer')")
            form = desk.reader.path().removeprefix(desk.root)
            side = desk.side
            answer = {
                "pen_name": f"Pen {side}",
                f"words_{side}": f"The trees, {side}.",
                f"proposal_{side}": f"One walk, {side}.",
            }
            desk.turn_key(propose(desk, form, **answer))
            site.run("press")
            if desk is az:
                assert site.get(page)[1].decode() == before
        both = site.wait_until_there(page, words="The trees, az.", seconds=60)
        assert "The trees, hy." in both

        # 6. Put a text beside its translation
        said = walk.type(f"{PROGRAM} import text")
        text = az.propose(re.search(r"\b[0-9a-f]{32}\b", said)[0])
        for desk in (az, hy):
            desk.turn_key(text)
        site.wait_until_there("/az/library/", words="Qoz ağacı")
        walk.type(f"{PROGRAM} press")

        # 7. Verify a copy
        walk.type("cp")
        fingerprint = walk.type(f"{PROGRAM} key fingerprint").split()[-1]
        again = walk.left[0]
        walk.type(f"{PROGRAM} verify", FINGERPRINT=fingerprint)
        changed = next(each for each in (tmp_path / "stick" / "blobs").rglob("*") if each.is_file())
        changed.chmod(0o600)
        changed.write_bytes(b"x" + changed.read_bytes()[1:])
        walk.left.insert(0, again)
        said = walk.type(f"{PROGRAM} verify", FINGERPRINT=fingerprint, code=1)
        assert changed.name.partition(".")[0] in said.replace("\n", "")
        shutil.rmtree(tmp_path / "stick")

        # 8. Close it
        az.reader.open(az.root)
        az.reader.press("section[aria-labelledby=open] a:has-text('What would you keep?')")
        az.reader.press("main a:has-text('Go on to closing')")
        az.reader.type(passphrase=az.desk_passphrase).press("main form > button")
        site.run("press")
        assert site.get(page)[0] == 404
        never = site.get("/en/questions/000000000000/")
        assert site.get(page) == never
    assert walk.left == []
