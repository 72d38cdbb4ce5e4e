"""Who is not signed in sees whose site it is, in their language, and the program's name where no site is."""

import pytest
from django.db import DatabaseError
from django.test import Client

import desks as stage
from visavis.project import announcements
from visavis.sides import queries as sides

pytestmark = pytest.mark.django_db
PAGES = ("desk/sign-in/", "desk/set-up/", "taking-part/sign-in/", "taking-part/join/")


@pytest.mark.parametrize("language", ["az", "hy"])
def test_pages_before_signing_in_bear_the_sites_name(client: Client, language: str) -> None:
    with stage.on(stage.DAY):
        stage.at_work()
        founded = sides.site()
        assert founded is not None
        for page in PAGES:
            shown = client.get(f"/{language}/{page}").content.decode()
            assert f'href="/{language}/">{founded.names[language]}</a>' in shown, page


def test_a_site_that_cannot_be_asked_has_the_programs_name(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fails() -> None:
        raise DatabaseError

    assert announcements.site_name() == announcements.PROGRAM  # before `visavis init`
    monkeypatch.setattr(sides, "site", fails)
    assert announcements.site_name() == announcements.PROGRAM
