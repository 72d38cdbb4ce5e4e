"""What an operator sets is checked when the program starts, and every wrong value is named at once."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from visavis.project import environment
from visavis.project.environment import (
    BadEnvironmentError,
    why_not_address,
    why_not_database,
    why_not_host,
)

VARIABLES = (
    "VISAVIS_HOSTS",
    "VISAVIS_HTTPS",
    "VISAVIS_RELEASES",
    "VISAVIS_ADDRESS",
    "DATABASE_URL",
)


@pytest.fixture(autouse=True)
def nothing_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in VARIABLES:
        monkeypatch.delenv(variable, raising=False)


def test_what_is_not_set_and_what_is_empty_is_as_documented(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    usual = environment.read()
    assert usual.hosts == ("localhost", "127.0.0.1", "[::1]", ".onion")
    assert (usual.https, usual.releases, usual.address, usual.postgresql) == (
        False,
        "hour",
        "",
        None,
    )
    for variable in VARIABLES:
        monkeypatch.setenv(variable, "")
    assert environment.read() == usual


@pytest.mark.parametrize("spelling", ["at once", "at-once", "At_Once", " at once "])
def test_every_spelling_of_at_once_is_taken(monkeypatch: pytest.MonkeyPatch, spelling: str) -> None:
    monkeypatch.setenv("VISAVIS_RELEASES", spelling)
    assert environment.read().releases == "at once"


@pytest.mark.parametrize("said", ["true", "True", "1", "yes", "on"])
def test_https_is_on_in_every_spelling(monkeypatch: pytest.MonkeyPatch, said: str) -> None:
    monkeypatch.setenv("VISAVIS_HTTPS", said)
    assert environment.read().https


@pytest.mark.parametrize(
    "host",
    [
        "example.org",
        ".example.org",
        "EXAMPLE.org",
        "127.0.0.1",
        "[::1]",
        ".onion",
        "a-b.example",
        "*",
    ],
)
def test_names_and_numbers_are_hosts(host: str) -> None:
    assert why_not_host(host) is None


@pytest.mark.parametrize(
    "host",
    [
        "https://example.org",
        "example.org:8000",
        "example.org/joint",
        "::1",
        "a b",
        "-a.org",
        "ünde.org",
    ],
)
def test_what_is_no_name_is_no_host(host: str) -> None:
    assert host in (why_not_host(host) or "")


@pytest.mark.parametrize(
    "address",
    ["", "https://example.org", "https://example.org/", "http://127.0.0.1:8000", "http://[::1]:80"],
)
def test_a_whole_address_is_taken(address: str) -> None:
    assert why_not_address(address) is None


@pytest.mark.parametrize(
    "address",
    [
        "example.org",
        "//example.org",
        "ftp://a.org",
        "https://",
        "https://ünde.org",
        "https://a:99999",
    ],
)
def test_half_an_address_is_refused(address: str) -> None:
    assert why_not_address(address)


def test_a_slash_at_the_end_of_the_address_is_taken_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VISAVIS_ADDRESS", "https://example.org/")
    assert environment.read().address == "https://example.org"


@pytest.mark.parametrize(
    "address",
    ["mysql://a@b/c", "postgres://a@b", "postgres://a@b:port/c", "postgres://a@b:70000/c"],
)
def test_no_address_of_postgresql_is_named_without_its_password(address: str) -> None:
    secret = address.replace("a@", "a:secret@")
    assert "secret" not in (why_not_database(secret) or "secret")


def test_all_that_is_wrong_is_named_at_once_by_every_command(tmp_path: Path) -> None:
    wrong = {
        "VISAVIS_HOSTS": "https://example.org",
        "VISAVIS_HTTPS": "maybe",
        "VISAVIS_RELEASES": "weekly",
        "VISAVIS_ADDRESS": "example.org",
        "DATABASE_URL": "mysql://a:secret@b/c",
    }
    for variable, value in wrong.items():
        os.environ[variable] = value
    try:
        with pytest.raises(BadEnvironmentError) as named:
            environment.read()
    finally:
        for variable in wrong:
            del os.environ[variable]
    lines = str(named.value).splitlines()
    assert [next(v for v in wrong if v in line) for line in lines] == list(wrong)
    for command in ("doctor", "serve", "press", "init"):
        said = subprocess.run(
            [sys.executable, "-m", "visavis", command, "--data", str(tmp_path)],
            env={**os.environ, **wrong},
            capture_output=True,
            text=True,
            check=False,
        )
        assert said.returncode == 1
        assert said.stderr.removeprefix("Error: ").splitlines() == lines
        assert "secret" not in said.stderr + said.stdout


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is not installed")
def test_the_unit_for_systemd_is_closed_off() -> None:
    unit = Path(__file__).parents[2] / "docs" / "how-to" / "visavis.service"
    command = ["systemd-analyze", "security", "--offline=true", "--threshold=15", str(unit)]
    said = subprocess.run(command, capture_output=True, text=True, check=False)
    if "Unknown" in said.stderr or "unrecognized" in said.stderr:
        pytest.skip("this systemd-analyze looks at no unit that is not installed")
    assert said.returncode == 0, said.stdout[-400:] + said.stderr
