"""A desk's day in each language of the interface: sign in, look, read, turn the key, refuse."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest
from browsing import Reader
from running import Authenticator, SignIn, Site, demo_sign_ins

from looking import faults_of_access, overflow

pytestmark = [pytest.mark.journey, pytest.mark.enable_socket]

BEFORE_SIGN_IN = ("sign-in/", "set-up/")
BEHIND_SIGN_IN = (
    "",
    "charter/",
    "key/",
    "account/",
    "editors/",
    "questions/",
    "questions/new/",
    "library/",
    "library/new/",
)
# Which desk works in which language. A code works once, so the desks share the signing in.
DESK_OF = {"az": "az", "hy": "hy", "en": "az", "ru": "hy", "fr": "az"}


@pytest.fixture(scope="module")
def busy(made: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A copy of the demo in which two questions wait in every language."""
    site = Site(data=tmp_path_factory.mktemp("busy") / "data")
    shutil.copytree(made.data, site.data)
    asked = [f"{language}={side}" for language, side in DESK_OF.items()]
    script = Path(__file__).with_name("proposing.py")
    subprocess.run([sys.executable, str(script), *asked], env=site.environ(), check=True)
    with site.served():
        yield site


@pytest.fixture(scope="module")
def authenticators(busy: Site) -> dict[str, Authenticator]:
    return {side: Authenticator(each.totp) for side, each in demo_sign_ins(busy.data).items()}


@pytest.fixture(scope="module")
def knows(busy: Site) -> dict[str, SignIn]:
    return demo_sign_ins(busy.data)


class ByPointer:
    """Somebody who points and types."""

    def __init__(self, reader: Reader) -> None:
        self.page = reader.page

    def type(self, selector: str, words: str) -> None:
        self.page.locator(selector).first.fill(words)

    def choose(self, selector: str, value: str) -> None:
        self.page.locator(selector).first.select_option(value)

    def press(self, selector: str) -> None:
        self.page.locator(selector).first.click()
        self.page.wait_for_load_state()


class ByKeyboard:
    """Somebody who has only a keyboard: everything is reached with Tab and shows that it is."""

    def __init__(self, reader: Reader) -> None:
        self.page = reader.page

    def type(self, selector: str, words: str) -> None:
        self._reach(selector)
        self.page.keyboard.type(words)

    def choose(self, selector: str, value: str) -> None:
        element = self._reach(selector)
        values = [option.get_attribute("value") for option in element.locator("option").all()]
        for _ in range(values.index(value)):
            self.page.keyboard.press("ArrowDown")
        assert element.input_value() == value

    def press(self, selector: str) -> None:
        self._reach(selector)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def _reach(self, selector: str):
        element = self.page.locator(selector).first
        for _ in range(200):
            self.page.keyboard.press("Tab")
            if element.evaluate("element => element === document.activeElement"):
                outline = element.evaluate("element => getComputedStyle(element).outlineStyle")
                assert outline != "none", f"{selector} does not show that it is reached"
                return element
        raise AssertionError(f"{selector} cannot be reached with the keyboard")


@pytest.mark.parametrize("language", DESK_OF)
def test_an_editor_signs_in_reads_turns_the_key_and_refuses(
    browser,
    busy: Site,
    knows: dict[str, SignIn],
    authenticators: dict[str, Authenticator],
    language: str,
):
    side = DESK_OF[language]
    with Reader.of(browser, busy.address) as reader:
        hands = ByKeyboard(reader) if language == "en" else ByPointer(reader)
        page = reader.open(f"/{language}/desk/")
        assert reader.path().startswith(f"/{language}/desk/sign-in/")
        hands.type("[name=passphrase]", knows[side].passphrase)
        hands.type("[name=digits]", authenticators[side].code())
        hands.press("main form button")
        assert reader.path() == f"/{language}/desk/"
        assert page.locator("html").get_attribute("lang") == language
        page.reload()

        hands.press(f"section[aria-labelledby=ours] a:has-text('To sign in {language} ')")
        assert f"To sign in {language} ({language})?" in reader.words(), "one's own is unfolded"
        signed = page.locator("main").text_content() or ""
        assert all(f"To sign in {language} ({code})?" in signed for code in ("az", "hy"))
        address = page.locator("form[action*='turn-key/']").get_attribute("action") or ""
        digest = address.split("/")[-3]
        assert busy.get(f"/documents/{digest}.json")[0] == 404
        hands.type("form[action*='turn-key/'] [name=passphrase]", knows[side].desk_passphrase)
        hands.press("form[action*='turn-key/'] > button")
        assert not page.locator("form[action*='turn-key/']").count()
        busy.wait_until_there(f"/documents/{digest}.json", words=f"To sign in {language}")

        reader.open(f"/{language}/desk/")
        hands.press(f"section[aria-labelledby=ours] a:has-text('To refuse in {language} ')")
        hands.choose("select[name=reason]", "wording")
        hands.press("form[action*='/refuse/'] button")
        assert reader.path().startswith(f"/{language}/desk/")
        assert f"To refuse in {language} " not in reader.words("section[aria-labelledby=ours]")
        reader.check_nothing_strange()


def test_a_wrong_passphrase_and_a_wrong_code_are_told_alike(browser, busy: Site, knows):
    said = set()
    for passphrase in ("six words that nobody ever had", knows["az"].passphrase):
        with Reader.of(browser, busy.address) as reader:
            reader.open("/en/desk/sign-in/")
            reader.type(passphrase=passphrase, digits="000000").press()
            said.add(reader.words())
            assert reader.page.locator("[role=alert]").count() == 1
    assert len(said) == 1


def test_desk_pages_are_whole_in_every_language_light_and_dark(
    browser, busy: Site, knows: dict[str, SignIn], authenticators: dict[str, Authenticator]
):
    """Axe finds nothing and nothing is wider than a telephone, signed in and signed out."""
    faults = {}
    with Reader.of(browser, busy.address) as reader:
        reader.open("/en/desk/")
        reader.type(passphrase=knows["hy"].passphrase, digits=authenticators["hy"].code()).press()
        first = reader.page.locator("section[aria-labelledby=ours] h3 a").first
        read = (first.get_attribute("href") or "").removeprefix("/en/desk/")
        signed_in = reader.context.storage_state()
    for language, state in product(DESK_OF, (signed_in, None)):
        pages = BEFORE_SIGN_IN if state is None else (*BEHIND_SIGN_IN, read)
        with Reader.of(
            browser, busy.address, script=True, color_scheme="light", storage_state=state
        ) as reader:
            for place in pages:
                page = reader.open(f"/{language}/desk/{place}")
                assert reader.path() == f"/{language}/desk/{place}"
                for width in (360, 1280):
                    page.set_viewport_size({"width": width, "height": 900})
                    if (wider := overflow(page)) > 0:
                        faults[f"{language} {place} {width}"] = wider
                # The colours are the same in every language: one is enough for them.
                if found := faults_of_access(page, colours=language == "hy"):
                    faults[f"{language} {place}"] = found
            reader.check_nothing_strange()
    assert not faults
