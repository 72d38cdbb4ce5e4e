"""What many pages of an edition say is made once, and kept for that edition alone."""

import cast
from visavis.pages import site as pages
from visavis.pages.site import Site
from visavis.signing.charter import Charter


def test_what_is_said_again_is_made_once_a_site_and_there_is_never_much_of_it() -> None:
    charter = Charter.from_document(cast.a_charter().document)
    first, second, made = Site(charter), Site(charter), list[str]()

    def say(site: Site, *key: str) -> str:
        return site.once(key, lambda: made.append(key[0]) or "".join(key))  # type: ignore[func-returns-value]

    assert [say(first, "a", "az"), say(first, "a", "az"), say(first, "a", "hy")] == [
        "aaz",
        "aaz",
        "ahy",
    ]
    assert made == ["a", "a"]
    say(second, "a", "az")
    assert made == ["a", "a", "a"], "another edition has its own"
    assert first == second, "what was said makes no site another one"
    for n in range(3 * pages.MOST_KEPT):
        say(first, str(n))
        assert len(first._made) <= pages.MOST_KEPT
