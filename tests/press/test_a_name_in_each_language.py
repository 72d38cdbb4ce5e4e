"""Pages, lists and linked data name an author as readers of the page's language would write the name."""

import json
from dataclasses import replace

from printing import Press

import cast
from visavis.pages.addresses import item, linked_data


def test_an_author_is_named_on_each_page_in_its_language(press: Press) -> None:
    article = cast.an_article(press.site, author="Yarpız", permission="Razıdır")
    versions = dict(article.body["versions"])
    versions["hy"] = {**versions["hy"], "author": "Դաղձ"}
    article = press.open(replace(article, body={**article.body, "versions": versions}))
    press.release()
    own, theirs = (press.page(item(code, "library", article.id)) for code in ("az", "hy"))
    assert "<span><bdi>Yarpız</bdi></span>" in own
    assert "<span><bdi>Դաղձ</bdi></span>" in theirs
    assert '<bdi>Դաղձ</bdi> (<bdi lang="az">Yarpız</bdi>)' in theirs
    assert '<dd><bdi lang="az">Razıdır</bdi></dd>' in theirs
    assert "<dd><bdi>Razıdır</bdi></dd>" in own
    assert "<bdi>Դաղձ</bdi>" in press.page("hy/library/index.html")
    assert "<bdi>Yarpız</bdi>" in press.page("az/library/index.html")
    authors = {
        node["inLanguage"]: node["author"]
        for node in json.loads(press.page(linked_data(article.id)))["@graph"]
        if "author" in node
    }
    assert authors["az"] == {"@type": "Person", "name": "Yarpız"}
    assert authors["hy"] == {"@type": "Person", "name": "Դաղձ", "alternateName": "Yarpız"}
