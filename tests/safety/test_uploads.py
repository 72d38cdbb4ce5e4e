"""What is sent with a form does not come to lie on the disk by itself: no file, and no long field."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

import desks as stage
from visavis.library import actions, queries

pytestmark = pytest.mark.django_db
TEMPORARY = "django.core.files.uploadhandler.TemporaryFileUploadHandler"
HOOK: list[list[str]] = []


def _look(event: str, given: tuple[Any, ...]) -> None:
    if event == "open" and HOOK and isinstance(given[2], int) and given[2] & os.O_CREAT:
        HOOK[-1].append(str(given[0]))


sys.addaudithook(_look)


@contextmanager
def files_made() -> Iterator[list[str]]:
    """Yield the paths of all files that are made meanwhile, also those that are gone at once."""
    HOOK.append([])
    yield HOOK[-1]
    HOOK.pop()


@pytest.mark.parametrize("is_djangos_own", [False, True], ids=["as it is", "control"])
def test_a_form_with_a_file_and_long_words_makes_no_file(
    settings: Any, *, is_djangos_own: bool
) -> None:
    with stage.on(stage.DAY):
        desks = stage.at_work()
        if is_djangos_own:
            settings.FILE_UPLOAD_HANDLERS = [TEMPORARY]
        item = actions.draft_text(
            side="az",
            kind="letter",
            original="az",
            words={"az": actions.words_from(title="Su", typed="Söz.")},
            today=stage.DAY,
        )
        form = {
            "kind": "letter",
            "permission": "söz " * 400_000,
            "stored_copy": SimpleUploadedFile("scan.pdf", b"canary " * 500_000),
            "seen": queries.draft_for("az", item).seen,
        }
        with files_made() as made:
            response = desks.post("az", f"/en/desk/library/draft/{item}/details/", form)
    assert response.status_code in {302, 422}
    assert bool(made) is is_djangos_own, made
