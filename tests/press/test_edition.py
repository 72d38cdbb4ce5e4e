"""An edition shows what is open, changes only what it must, and is the same however it was reached."""

from datetime import timedelta

from printing import Press

import cast
from visavis.pages.addresses import item


def test_an_open_text_stands_at_its_address_in_each_of_its_languages(press: Press) -> None:
    text = press.open(cast.an_article(press.site))
    press.release()
    assert "Birinci." in press.page(item("az", "library", text.id))
    assert "Առաջին։" in press.page(item("hy", "library", text.id))
    beside = press.page(f"az/library/{text.id[:12]}/az-hy/index.html")
    beside = beside.split("<body", 1)[1]
    assert beside.index("Birinci.") < beside.index("Առաջին։") < beside.index("İkinci.")


def test_nothing_new_means_no_new_edition(press: Press) -> None:
    first = press.release()
    assert first is not None
    assert press.release() is None


def test_an_edition_that_will_soon_be_out_of_date_is_signed_anew_and_shows_the_same(
    press: Press,
) -> None:
    press.open(cast.an_article(press.site))
    first = press.release()
    before = press.tree()
    press.day += timedelta(days=31)
    second = press.release()
    assert first is not None
    assert second is not None
    assert second.valid_until > first.valid_until
    assert press.tree() == before
