"""What linked data say of an item, and what the press reads back from them."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from printing import Press, a_little_site

import cast
from visavis.pages.addresses import PRESS, document, document_keys, item, linked_data, list_of
from visavis.pages.site import Site
from visavis.press import software
from visavis.press.linked_data import BadLinkedDataError, Remembered, remembered_in
from visavis.press.store import Content, StoreError
from visavis.sides.keyfiles import release_key
from visavis.signing.canonical import Digest
from visavis.signing.charter import Charter

Spoiling = Callable[[dict[str, Any]], object]


def site_of(press: Press, *, address: str = "") -> Site:
    return Site(Charter.from_document(press.site.document), address=address)


def read_back(press: Press, subject: str, *, address: str = "") -> Remembered:
    found = remembered_in(
        press.page(linked_data(subject)).encode(),
        subject=subject,
        site=site_of(press, address=address),
    )
    assert found is not None
    return found


def written_by_hand(press: Press, changes: dict[str, Content | None]) -> None:
    """Write an edition that the press did not make."""
    root = press.store.root()
    assert root is not None
    press.store.write_edition(
        changes,
        site=root.site,
        day=press.day,
        valid_until=press.day + timedelta(days=60),
        charters=root.charters,
        key=release_key(),
    )


@pytest.mark.parametrize("address", ["", "https://visavis.example", "https://a.example/with/path/"])
def test_what_is_read_back_is_every_path_of_the_item(
    press: Press, settings: Any, address: str
) -> None:
    settings.ADDRESS = address
    little = a_little_site(press)
    for of, names in (
        (little.letter, {"library", "letters"}),
        (little.released, {"questions"}),
    ):
        found = read_back(press, of.id, address=address)
        assert found.lists == names
        assert {path for path in press.tree() if of.id[:12] in path} == {
            linked_data(of.id),
            *found.pages,
        }
        assert found.paths(of.id) == {
            linked_data(of.id),
            *found.pages,
            *map(document, found.documents),
            *map(document_keys, found.documents),
        }
        assert found.paths(of.id) <= set(press.tree())
        assert of.digest in found.documents


def test_an_item_names_its_lists_in_every_language_of_the_site(press: Press) -> None:
    little = a_little_site(press)
    about, *_nodes = json.loads(press.page(linked_data(little.letter.id)))["@graph"]
    assert about["isPartOf"] == [
        "/" + list_of(code, name).removesuffix("index.html")
        for name in ("library", "letters")
        for code in site_of(press).languages
    ]


def _without(name: str) -> Spoiling:
    return lambda node: node.pop(name)


def _with(name: str, value: object) -> Spoiling:
    return lambda node: node.update({name: value})


@pytest.mark.parametrize(
    "spoil",
    [
        _without("@id"),
        _without("identifier"),
        _without("url"),
        _without("isPartOf"),
        _with("identifier", ["sha256:abc"]),
        _with("identifier", ["0" * 64]),
        _with("identifier", "sha256:" + "0" * 64),
        _with("url", "/az/library/"),
        _with("url", ["https://elsewhere.example/az/library/"]),
        _with("url", ["/az/../library/"]),
        _with("url", ["az/library/"]),
        _with("url", [7]),
        _with("isPartOf", ["/az/library/page/1/"]),
        _with("isPartOf", ["/az/"]),
        _with("isPartOf", [None]),
    ],
)
def test_what_the_press_does_not_write_is_not_read(press: Press, spoil: Spoiling) -> None:
    text = press.open(cast.an_article(press.site))
    press.release()
    described = json.loads(press.page(linked_data(text.id)))
    spoil(described["@graph"][0])
    spoiled = json.dumps(described).encode()
    with pytest.raises(BadLinkedDataError):
        remembered_in(spoiled, subject=text.id, site=site_of(press))
    written_by_hand(press, {linked_data(text.id): Content(spoiled)})
    cast.take_down(text, "az", site=press.site, at=press.at)
    with pytest.raises(StoreError, match=text.id):
        press.release()
    press.release(full=True)
    assert not any(text.id[:12] in path for path in press.tree())


@pytest.mark.parametrize(
    "junk", [b"", b"{", b"[]", b'{"@graph": []}', b'{"@graph": [[]]}', b"\xff"]
)
def test_junk_is_not_read(press: Press, junk: bytes) -> None:
    with pytest.raises(BadLinkedDataError):
        remembered_in(junk, subject="0" * 32, site=site_of(press))


def test_linked_data_of_another_item_say_nothing_of_this_one(press: Press) -> None:
    text = press.open(cast.an_article(press.site))
    press.release()
    theirs = press.page(linked_data(text.id)).encode()
    assert remembered_in(theirs, subject="0" * 32, site=site_of(press)) is None


def test_an_edition_never_adds_to_pages_that_other_software_made(
    press: Press, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = press.open(cast.an_article(press.site))
    with monkeypatch.context() as before:
        before.setattr(software, "software", lambda: Digest("0" * 64))
        press.release()
    old_address = f"library/{text.id[:12]}.jsonld"
    path = item("az", "library", text.id)
    page = press.page(path)
    written_by_hand(
        press,
        {
            linked_data(text.id): None,
            old_address: Content(b"{}"),
            path: Content(b"as other software has it"),
        },
    )
    assert press.release() is not None, "nothing was touched, and everything is another's"
    assert press.page(path) == page
    assert old_address not in press.tree()
    assert linked_data(text.id) in press.tree()
    assert "0" * 64 not in press.page(PRESS)
    assert press.release() is None
