"""A public folder that any web server may read: what readers are given while `visavis serve` is down."""

import http.client
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from running import PATIENCE, Site
from test_slow_senders import nginx

pytestmark = [
    pytest.mark.journey,
    pytest.mark.enable_socket,
    pytest.mark.skipif(not shutil.which("nginx"), reason="nginx is not on this machine"),
]


@pytest.fixture(scope="module")
def site(made: Site) -> Iterator[Site]:
    """A demo whose public folder lies outside its data, where other users may go: no test's own folder."""
    with tempfile.TemporaryDirectory(prefix="visavis-plain-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        environment = {"VISAVIS_PUBLIC": str(folder / "public")}
        site = Site(data=folder / "site", environment=environment)
        shutil.copytree(made.data, site.data)
        (site.data / "public").rename(folder / "public")
        yield site


def public(site: Site) -> Path:
    return Path(site.environment["VISAVIS_PUBLIC"])


def got(port: int, path: str) -> tuple[int, dict[str, str], bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    connection.request("GET", path, headers={"Host": "localhost"})
    answer = connection.getresponse()
    found = answer.status, dict(answer.getheaders()), answer.read()
    connection.close()
    return found


def test_nothing_public_lies_in_the_data_directory_and_doctor_is_content(site: Site) -> None:
    assert not (site.data / "public").exists()
    said = site.started("doctor").stdout
    assert f"Any web server may read {public(site)}." in said
    assert site.data.stat().st_mode & 0o077 == 0
    public(site).chmod(0o700)
    assert f"cannot enter {public(site)}" in site.started("doctor").stdout
    public(site).chmod(0o755)


@pytest.mark.skipif(os.name != "posix" or os.getuid() != 0, reason="only root becomes another user")
def test_another_user_reads_what_is_released_and_nothing_else(site: Site) -> None:
    def found(*words: str) -> list[str]:
        done = subprocess.run(
            ["find", *words],
            user=65534,
            group=65534,
            extra_groups=[],
            capture_output=True,
            text=True,
            check=False,
        )
        return done.stdout.split()

    assert len(found(str(public(site) / "site"), "-name", "*.html", "-readable")) > 50
    assert found(str(public(site) / "tmp"), "-mindepth", "1") == []
    assert found(str(site.data), "-mindepth", "1") == []


def test_readers_are_answered_while_serve_is_down_and_desks_wait(
    site: Site, tmp_path: Path
) -> None:
    ours = ("/srv/visavis-public", str(public(site)))
    with nginx(tmp_path, before=1, changed=ours) as (port, _):  # at port 1 nobody listens
        for path in ("/", "/az/", "/hy/about/", "/robots.txt"):
            status, headers, body = got(port, path)
            assert status == 200, path
            place = public(site) / "site" / path.strip("/")
            assert body == (place / "index.html" if place.is_dir() else place).read_bytes()
            assert "script-src" not in headers["Content-Security-Policy"]
            assert headers["Cache-Control"] == "no-cache"
        assert got(port, "/az/")[1]["Content-Type"] == "text/html; charset=utf-8"
        assert got(port, "/az")[0] == 308
        assert got(port, "/nowhere/")[0] == 404
        assert got(port, "/en/desk/sign-in/")[0] == 502
        manifest = (public(site) / "record" / "manifest.json").read_bytes()
        assert got(port, "/record/manifest.json")[2] == manifest
        assert got(port, "/record/pending/1.json")[0] == 404
        assert got(port, "/shared.json")[0] == 404
    with site.served(), nginx(tmp_path, before=site.port, changed=ours) as (port, _):
        assert got(port, "/en/desk/sign-in/")[0] == 200, "the control"
        assert got(port, "/record/manifest.json")[0] == 200
        assert got(port, "/az/")[0] == 200


def test_a_record_that_lies_in_the_old_place_is_not_begun_anew(made: Site, tmp_path: Path) -> None:
    """Else the new place would begin with edition 1, which a reader of a later one takes for older."""
    other = Site(data=tmp_path / "site")
    shutil.copytree(made.data, other.data)
    other.environment["VISAVIS_PUBLIC"] = str(tmp_path / "elsewhere")
    said = other.run("press", "--full", code=1)
    assert "move what is in it to" in said
    assert not (tmp_path / "elsewhere" / "record").exists()
    (tmp_path / "site" / "public").rename(tmp_path / "elsewhere")
    assert "Edition" in other.run("press", "--full")
