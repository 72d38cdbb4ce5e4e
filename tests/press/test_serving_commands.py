"""`visavis press` and `visavis serve`, as far as they go without a server."""

import socket

import click
import pytest
from click.testing import CliRunner
from printing import Press

from visavis.base import data as places
from visavis.press import commands
from visavis.sides.models import Site


@pytest.fixture
def site(press: Press) -> Press:
    """A press with what `visavis init` would have left."""
    places.write_private(places.secret_file(), b"s" * 64)
    places.write_format()
    Site.objects.create(
        id="ab" * 16,
        names={"en": "Joint site"},
        languages=["en"],
        waiting={},
        release_key=press.site.release_key.public.hex,
        charter_salt="cd" * 32,
        founded_on=press.day,
        sign_in_salt="ef" * 16,
        sign_in_memory_kib=8,
        sign_in_passes=1,
    )
    return press


def test_press_says_which_edition_it_released(site: Press) -> None:
    result = CliRunner().invoke(commands.press, ["--idle"])
    assert result.exit_code == 0, result.output
    assert "Edition 1: " in result.stdout
    assert "copies are smaller now." in result.stdout


def test_press_says_that_nothing_has_changed(site: Press) -> None:
    CliRunner().invoke(commands.press)
    result = CliRunner().invoke(commands.press)
    assert (result.exit_code, result.stdout) == (0, "Nothing has changed since the last edition.\n")


def test_press_with_full_makes_every_page_anew(site: Press) -> None:
    CliRunner().invoke(commands.press)
    before = site.tree()
    result = CliRunner().invoke(commands.press, ["--full"])
    assert "Edition 2: " in result.stdout
    assert site.tree() == before


def test_press_without_the_release_key_says_so(site: Press) -> None:
    places.release_key_file().unlink()
    result = CliRunner().invoke(commands.press)
    assert result.exit_code == 1
    assert "No edition was released: there is no release key here." in result.stderr


@pytest.mark.parametrize("command", [commands.press, commands.serve])
def test_a_directory_without_a_site_is_refused(command: object) -> None:
    result = CliRunner().invoke(command)  # type: ignore[arg-type]  # a click command
    assert result.exit_code == 1
    assert "There is no site in" in result.stderr
    assert "visavis init" in result.stderr


@pytest.mark.enable_socket
def test_a_port_that_is_taken_is_named(site: Press) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        result = CliRunner().invoke(commands.serve, ["--port", str(port)])
    assert result.exit_code == 1
    assert f"Cannot listen at 127.0.0.1, port {port}" in result.stderr


def test_the_servers_own_log_is_emptied_like_ours() -> None:
    logging = commands.logging_of_the_server()
    assert logging["root"]["handlers"] == ["stderr"]
    assert logging["handlers"]["stderr"]["filters"] == ["bare"]
    assert logging["loggers"]["_granian"]["propagate"]
    assert "handlers" not in logging["loggers"]["_granian"]


@pytest.mark.enable_socket
@pytest.mark.parametrize(
    ("host", "address"), [("localhost", {"127.0.0.1", "::1"}), ("127.0.0.1", {"127.0.0.1"})]
)
def test_the_server_listens_at_the_address_that_was_looked_at(host: str, address: set[str]) -> None:
    assert commands._address_of(host, 0) in address


@pytest.mark.enable_socket
def test_an_address_in_brackets_is_an_address() -> None:
    if not socket.has_ipv6:
        pytest.skip("this machine has no IPv6")
    try:
        assert commands._address_of("[::1]", 0) == "::1"
    except click.ClickException as error:
        pytest.skip(f"this machine has no IPv6 address of its own: {error.message}")
