"""What machines read: feeds, JSON-LD, sitemap, the documents themselves."""

import hashlib
import json
import re
from typing import Any
from uuid import RFC_4122, UUID
from xml.etree import ElementTree as ET

import pytest
from printing import Press, a_little_site

import cast
from visavis.pages.addresses import item, linked_data, urn
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
    assert ids[0] == urn(press.site.site, little.empty.id, "en")
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


WHOLE = "https://visavis.example/"


def test_the_sitemap_lists_every_page_and_each_part_is_there(press: Press, settings: Any) -> None:
    settings.ADDRESS = WHOLE
    a_little_site(press)
    parts = [each.text or "" for each in tree_of(press, "sitemap.xml").iter(f"{MAP}loc")]
    listed = {
        (loc.text or "").removeprefix(WHOLE) + "index.html"
        for part in parts
        for loc in tree_of(press, part.removeprefix(WHOLE)).iter(f"{MAP}loc")
    }
    pages = {path for path in press.tree() if path.endswith("index.html") and "page/" not in path}
    assert any("az-hy" in path for path in pages)
    assert listed == pages


def test_pages_that_name_one_another_as_translations_do_so_both_ways(
    press: Press, settings: Any
) -> None:
    settings.ADDRESS = WHOLE
    a_little_site(press)
    named = {
        WHOLE + path.removesuffix("index.html"): set(
            re.findall(r'hreflang="[a-z-]+" href="(https://[^"]+)"', press.page(path))
        )
        for path in press.tree()
        if path.endswith("index.html")
    }
    assert named[WHOLE]
    for page, others in named.items():
        is_copy_of_a_list = "/page/" in page
        assert page in others or is_copy_of_a_list, page
        assert all(page in named[other] for other in others if not is_copy_of_a_list), page


def test_without_an_address_nothing_is_there_that_asks_for_one(press: Press) -> None:
    a_little_site(press)
    assert not any("sitemap" in path for path in press.tree())
    assert "itemap" not in press.page("robots.txt")
    feed = json.loads(press.page("en/feed.json"))
    assert not {"home_page_url", "feed_url"} & set(feed)
    assert not any("url" in each for each in feed["items"])
    atom = tree_of(press, "en/atom.xml")
    links = [each.attrib for each in atom.iter(f"{ATOM}link")]
    assert not any(each.get("rel") == "self" for each in links)
    for each in links:
        assert each["href"].startswith("../")
        assert "en/" + each["href"] in {f"en/../{path}" for path in press.tree()}
    page = press.page("en/index.html")
    assert "og:url" not in page
    assert "og:image" not in page


def test_an_item_has_an_entry_of_its_own_in_each_language(press: Press) -> None:
    a_little_site(press)
    ids = [
        each.text or ""
        for code in cast.SITE_LANGUAGES
        for each in tree_of(press, f"{code}/atom.xml").iter(f"{ATOM}id")
    ]
    assert len(set(ids)) == len(ids) == 7 * len(cast.SITE_LANGUAGES)
    for each in ids:
        assert UUID(each).version == 5
        assert UUID(each).variant == RFC_4122


def test_an_entry_has_its_days_its_author_and_all_its_words(press: Press) -> None:
    little = a_little_site(press)
    entry = next(
        each
        for each in tree_of(press, "az/atom.xml").iter(f"{ATOM}entry")
        if each.findtext(f"{ATOM}id") == urn(press.site.site, little.letter.id, "az")
    )
    assert [each.tag.removeprefix(ATOM) for each in entry].count("author") == 1
    assert entry.findtext(f"{ATOM}published") == f"{little.letter.day}T00:00:00Z"
    content = entry.find(f"{ATOM}content")
    assert content is not None
    assert content.get("type") == "html"
    page = press.page(item("az", "library", little.letter.id))
    assert all(
        words in (content.text or "") and words in page for words in ("axır, axır.", "Açıq.")
    )


def test_the_entry_of_a_question_shows_its_answers_once_they_are_open(press: Press) -> None:
    little = a_little_site(press)
    entries = {each["id"]: each for each in json.loads(press.page("en/feed.json"))["items"]}
    released = entries[urn(press.site.site, little.released.id, "en")]
    assert "Words of az" in released["content_html"]
    assert "Words of hy" in released["content_html"]
    assert "Words of az" in released["summary"]
    assert len(released["authors"]) == 2
    sealed = entries[urn(press.site.site, little.sealed.id, "en")]
    assert "Still waiting for answers, until" in sealed["summary"]
    assert "Words of" not in sealed["content_html"]


def test_an_answers_day_is_the_one_on_which_it_could_be_read(press: Press) -> None:
    question = press.open(cast.a_question(press.site))
    asked_on = press.day
    for side in ("az", "hy"):
        press.open(cast.an_answer(press.site, to=question, side=side, words=f"Words of {side}."))
    press.release()
    _item, *nodes = json.loads(press.page(linked_data(question.id)))["@graph"]
    entry = json.loads(press.page("en/feed.json"))["items"][0]
    assert asked_on.isoformat() <= nodes[0]["datePublished"]
    for node in nodes:
        assert node["datePublished"] == entry["date_published"][:10]
        assert {each["datePublished"] for each in node["suggestedAnswer"]} == {
            node["datePublished"]
        }
        assert all("Words of" in each["text"] for each in node["suggestedAnswer"])


def test_documents_are_not_announced_as_feeds(press: Press) -> None:
    little = a_little_site(press)
    page = press.page(item("az", "library", little.joint.id))
    assert page.count('rel="describedby"') == 2
    assert 'type="application/json"' not in page
    assert set(re.findall(r'rel="alternate" type="([^"]+)"', page)) == {
        "application/atom+xml",
        "application/feed+json",
    }


def test_a_page_says_what_it_is_to_whoever_is_sent_its_address(press: Press, settings: Any) -> None:
    settings.ADDRESS = WHOLE
    a_little_site(press)
    tree = press.tree()
    for path in tree:
        if not path.endswith("index.html"):
            continue
        page = press.page(path)
        found = dict(re.findall(r'<meta (?:name|property)="([^"]+)" content="([^"]*)"', page))
        assert found["description"], path
        assert len(found["description"]) <= 200, path
        assert found["og:description"] == found["description"]
        assert found["og:url"] in page.split('rel="canonical"')[1][:200]
        assert found["og:image"].removeprefix(WHOLE) in tree


def test_a_list_of_one_page_is_one_page_for_search_engines(press: Press) -> None:
    press.open(cast.an_article(press.site))
    press.release()
    assert '<link rel="canonical" href="../../../../en/library/">' in press.page(
        "en/library/page/1/index.html"
    )


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
