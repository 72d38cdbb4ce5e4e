"""What machines read: feeds, JSON-LD, sitemap, the documents themselves."""

import hashlib
import json
from xml.etree import ElementTree as ET

import pytest
from printing import Press, a_little_site

import cast
from visavis.pages.addresses import item, linked_data
from visavis.signing.document import Document

ATOM = "{http://www.w3.org/2005/Atom}"
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def tree_of(press: Press, path: str) -> ET.Element:
    return ET.fromstring(press.page(path))  # noqa: S314 - our own


def test_both_feeds_name_the_same_items_newest_first_with_whole_days(press: Press) -> None:
    little = a_little_site(press)
    atom, feed = tree_of(press, "en/atom.xml"), json.loads(press.page("en/feed.json"))
    ids = [entry.findtext(f"{ATOM}id") for entry in atom.iter(f"{ATOM}entry")]
    assert ids == [each["id"] for each in feed["items"]]
    assert ids[0] == f"urn:uuid:{_uuid(little.empty)}"
    assert len(ids) == 6
    days = [each["date_published"] for each in feed["items"]]
    assert days == sorted(days, reverse=True)
    assert all(day.endswith("T00:00:00Z") for day in days)


def test_with_an_address_everything_for_machines_is_whole(
    press: Press, settings: pytest.FixtureRequest
) -> None:
    settings.ADDRESS = "https://visavis.example"  # type: ignore[attr-defined]
    little = a_little_site(press)
    path = item("az", "library", little.joint.id)
    page = press.page(path)
    whole = f"https://visavis.example/az/library/{little.joint.id[:12]}/"
    assert f'<link rel="canonical" href="{whole}">' in page
    assert (
        f'hreflang="hy" href="https://visavis.example/hy/library/{little.joint.id[:12]}/"' in page
    )
    assert whole in press.page("sitemap/library-1.xml")
    assert whole in press.page("az/atom.xml")
    assert "Sitemap: https://visavis.example/sitemap.xml" in press.page("robots.txt")
    assert 'href="../../../az/index.html"' in page, "readers' links stay relative"


def test_another_address_makes_every_page_anew(
    press: Press, settings: pytest.FixtureRequest
) -> None:
    text = press.open(cast.an_article(press.site))
    press.release()
    settings.ADDRESS = "https://elsewhere.example"  # type: ignore[attr-defined]
    assert press.release() is not None
    assert "elsewhere.example" in press.page(item("az", "library", text.id))


def test_the_sitemap_lists_every_page_of_an_item_and_each_part_is_there(press: Press) -> None:
    a_little_site(press)
    parts = [each.text or "" for each in tree_of(press, "sitemap.xml").iter(f"{MAP}loc")]
    listed = {
        (loc.text or "").removeprefix("/") + "index.html"
        for part in parts
        for loc in tree_of(press, part.removeprefix("/")).iter(f"{MAP}loc")
    }
    pages = {
        path
        for path in press.tree()
        if path.endswith("index.html") and path.count("/") in {1, 2, 3} and "page/" not in path
    }
    assert listed == pages - {"index.html"}


def test_linked_data_tell_translation_from_original(press: Press) -> None:
    little = a_little_site(press)
    item, *later = json.loads(press.page(linked_data(little.letter.id)))["@graph"]
    nodes = {node["inLanguage"]: node for node in later}
    assert set(nodes) == {"az", "hy", "en"}
    assert nodes["hy"]["translationOfWork"]["@id"] == nodes["az"]["@id"]
    assert nodes["az"]["isBasedOn"]["url"] == "https://example.org/bulaq"
    assert "translationOfWork" not in nodes["az"]
    assert f"sha256:{little.letter.digest}" in item["identifier"]


def test_a_sealed_question_has_no_answers_for_machines_either(press: Press) -> None:
    little = a_little_site(press)
    assert "Answer" not in press.page(linked_data(little.sealed.id))
    assert "Answer" in press.page(linked_data(little.released.id))


def test_the_files_behind_a_page_are_the_signed_bytes_and_their_keys(press: Press) -> None:
    little = a_little_site(press)
    data = press.store.content(f"documents/{little.joint.digest}.json")
    assert data is not None
    assert hashlib.sha256(data).hexdigest() == little.joint.digest
    assert Document.from_bytes(data) == little.joint
    keys = json.loads(press.page(f"documents/{little.joint.digest}.keys.json"))["keys"]
    assert [key["side"] for key in keys] == ["az", "hy"]
    assert little.joint.digest in press.page(item("az", "library", little.joint.id))


def test_nothing_sealed_lies_among_the_documents(press: Press) -> None:
    question = press.open(cast.a_question(press.site))
    answer = press.open(cast.an_answer(press.site, to=question, side="az"))
    press.release()
    assert f"documents/{answer.digest}.json" not in press.tree()
    assert f"documents/{question.digest}.json" in press.tree()


def _uuid(document: Document) -> str:
    one = document.id
    return "-".join((one[:8], one[8:12], one[12:16], one[16:20], one[20:]))
