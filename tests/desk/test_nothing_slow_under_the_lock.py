"""Nothing that takes time is done while an act holds the site's only lock, whatever form is sent (H3).

The real acts run, by their pages and commands, and every call is looked at: what cleans, aligns, compares,
strikes, stretches a passphrase or checks notes from outside may not be called inside a transaction. That each
was called at all, outside of one, is the control.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from types import CodeType, FrameType
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.http import HttpResponse

import cast
import desks as stage
from visavis.base import text
from visavis.desk import rules
from visavis.kinds import writing
from visavis.library import alignment, cuts, drafting, striking
from visavis.library.forms import mark_of
from visavis.library.queries import draft_for
from visavis.record import actions, closing_files, closings, destroying, queries
from visavis.signing import sealing
from visavis.signing.document import LARGEST_DOCUMENT

pytestmark = pytest.mark.django_db(transaction=True)

NOON = datetime(stage.DAY.year, stage.DAY.month, stage.DAY.day, 12, tzinfo=UTC)
SLOW: dict[str, Callable[..., Any]] = {
    "clean": text.clean,
    "units": drafting.units_from,
    "edited": drafting.edited,
    "rewritten": drafting.rewritten,
    "mended": drafting.mended,
    "translated": drafting.translated,
    "aligned": alignment.aligned,
    "finished": drafting.finished,
    "struck": striking.struck,
    "strike": cuts.strike,
    "stretched": sealing.stretched,
    "written": writing.written,
    "notes file": closing_files.read,
    "note": closings.final_closing,
}
OF_TEXTS = {name for name in SLOW if name not in {"stretched", "notes file", "note"}}


@contextmanager
def watched() -> Iterator[tuple[set[str], set[str]]]:
    """Yield the names of what was called outside of transactions, and of what was called inside one."""
    names: dict[CodeType, str] = {each.__code__: name for name, each in SLOW.items()}
    outside, inside = set[str](), set[str]()

    def look(frame: FrameType, event: str, _arg: object) -> None:
        if event == "call" and (name := names.get(frame.f_code)):
            (inside if connection.in_atomic_block else outside).add(name)

    before = sys.getprofile()
    sys.setprofile(look)
    try:
        yield outside, inside
    finally:
        sys.setprofile(before)


@pytest.fixture
def desks() -> Iterator[stage.Desks]:
    with stage.on(stage.DAY):
        yield stage.at_work()


def sent(response: HttpResponse) -> str:
    """Return where a form led; it was taken."""
    assert response.status_code == 302, (response.status_code, response.content.decode()[-3000:])
    return response["Location"]


def seen_of(item: str) -> str:
    return draft_for("az", item).seen


def test_the_watch_sees_what_is_done_inside() -> None:
    with watched() as (outside, inside):
        text.clean("a")
        with transaction.atomic():
            text.one_line("a")
            drafting.units_from("a")
    assert (outside, inside) == ({"clean"}, {"clean", "units"})


def test_no_form_about_a_text_does_its_work_under_the_lock(desks: stage.Desks) -> None:
    words = "\n\n".join(f"Paragraph {n} says three things and one more." for n in range(12))
    new = {"kind": "letter", "language": "az", "title": "Su", "typed": words}
    with watched() as (outside, inside):
        draft = sent(desks.post("az", "/en/desk/library/new/", new))
        item = draft.rstrip("/").rsplit("/", 1)[1]
        at = f"/en/desk/library/draft/{item}"
        more = {"language": "hy", "title": "T", "typed": words, "translator": ""}
        sent(desks.post("az", f"{at}/add/", more))
        sent(
            desks.post(
                "az",
                f"{at}/az/words/",
                {"title": "Su", "typed": words + " X.", "seen": seen_of(item)},
            )
        )
        row = {"title": "T", "left_0": "1", "typed_0": "Changed words.", "seen": seen_of(item)}
        sent(desks.post("az", f"{at}/hy/beside/", row))
        numbers = {f"beside_{n}": str(n + 1) for n in range(12)}
        sent(desks.post("az", f"{at}/hy/rows/", {**numbers, "seen": seen_of(item)}))
        ticked = mark_of(3, draft_for("az", item).body.first.units[3])
        strike = {
            "why": "length",
            "whole": ticked,
            "quoted": "2: three things",
            "seen": seen_of(item),
        }
        sent(desks.post("az", f"{at}/az/strike/", strike))
        sent(desks.post("az", f"{at}/propose/"))
    assert inside == set()
    assert outside >= OF_TEXTS


def test_no_form_about_a_question_does_its_work_under_the_lock(desks: stage.Desks) -> None:
    home = "/en/desk/questions/"
    asked = cast.open_(cast.a_question(desks.site, deadline=stage.after(3)), desks.site)
    question = {
        "tense": "future",
        "word_limit": "300",
        "closes_on": stage.after(20).isoformat(),
        **{f"text_{code}": f"What would you keep? {code}" for code in desks.site.charter.languages},
    }
    answer = {
        "pen_name": "A. N.",
        "original": "az",
        "words_az": "One.\n\nTwo.",
        "proposal_az": "Walk.",
    }
    with watched() as (outside, inside):
        draft = sent(desks.post("az", f"{home}new/", question))
        item = draft.rstrip("/").rsplit("/", 2)[-2 if draft.endswith("preview/") else -1]
        sent(desks.post("az", f"{home}draft/{item}/propose/"))
        sent(desks.post("az", f"{home}{asked.id}/answer/", answer))
        sent(desks.post("az", f"{home}{asked.id}/answer/propose/"))
        sent(desks.post("az", f"{home}{asked.id}/answer/take-back/"))
    assert inside == set()
    assert outside >= {"clean", "written"}


def test_no_form_with_a_passphrase_stretches_it_under_the_lock(desks: stage.Desks) -> None:
    texts = [cast.an_article(desks.site, side=None) for _ in range(3)]
    for each in texts:
        cast.propose(each, site=desks.site)
    given = {"passphrase": desks.passphrase["az"]}
    with watched() as (outside, inside):
        sent(desks.post("az", f"/en/desk/read/{texts[0].digest}/turn-key/", given))
        listed = [each.digest for each in texts[1:]]
        sent(desks.post("az", "/en/desk/sign/", {**given, "digest": listed}))
        for each in texts:
            cast.turn(each, "hy", site=desks.site)
        sent(desks.post("az", f"/en/desk/close/{texts[0].digest}/", given))
        desks.client["az"].post(
            "/en/desk/sign-in/", {"passphrase": "six words that nobody has", "digits": "123456"}
        )
    assert inside == set()
    assert outside >= {"stretched"}


def test_notes_from_outside_are_read_and_checked_before_the_lock_and_synced_once(
    desks: stage.Desks, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = [cast.open_(cast.an_article(desks.site, side="az"), desks.site) for _ in range(7)]
    for each in texts:
        assert cast.take_down(each, "az", site=desks.site, at=NOON)
    content = queries.closing_notes(on=stage.DAY)
    closings._file().unlink()
    n_written = list[str]()
    write = closings.write_private
    monkeypatch.setattr(
        closings,
        "write_private",
        lambda path, data: (n_written.append(path.name), write(path, data)),
    )
    monkeypatch.setattr(destroying, "AT_ONCE", 2)
    with watched() as (outside, inside):
        page = desks.post("hy", "/en/desk/closings/", {"notes": SimpleUploadedFile("n", content)})
    assert page.status_code == 200
    assert inside == set()
    assert outside >= {"notes file", "note"}
    assert n_written == ["notes.jsonl"]
    assert set(closings.noted()) == {each.digest for each in texts}


def test_of_many_new_notes_some_hundreds_are_taken_and_the_same_file_goes_on(
    desks: stage.Desks, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = [cast.open_(cast.an_article(desks.site, side="az"), desks.site) for _ in range(5)]
    for each in texts:
        assert cast.take_down(each, "az", site=desks.site, at=NOON)
    content = queries.closing_notes(on=stage.DAY)
    closings._file().unlink()
    assert 100 <= actions.MOST_NOTES <= 500
    monkeypatch.setattr(actions, "MOST_NOTES", 2)
    left = [actions.take_closings(content, today=stage.DAY).left for _ in range(3)]
    assert left == [3, 1, 0]
    taken = actions.take_closings(content, today=stage.DAY)
    assert (taken.closed, taken.known, taken.not_here, taken.left) == (0, 5, 0, 0)


def test_more_places_than_some_hundreds_are_not_struck_with_one_form(desks: stage.Desks) -> None:
    new = {"kind": "letter", "language": "az", "title": "Su", "typed": "One word. " * 400}
    item = sent(desks.post("az", "/en/desk/library/new/", new)).rstrip("/").rsplit("/", 1)[1]
    form = {"why": "length", "quoted": "\n".join(["One"] * 301), "seen": seen_of(item)}
    with watched() as (outside, _inside):
        page = desks.post("az", f"/en/desk/library/draft/{item}/az/strike/", form)
    assert page.status_code == 422
    assert "At most 300 places can be quoted at once." in page.content.decode()
    assert "struck" not in outside
    control = desks.post(
        "az",
        f"/en/desk/library/draft/{item}/az/strike/",
        form | {"quoted": "\n".join(["One"] * 300)},
    )
    assert "At most 300 places" not in control.content.decode()


@pytest.mark.parametrize(("n", "n_bytes"), [(51, 51), (2, LARGEST_DOCUMENT + 1)])
def test_too_much_is_not_signed_at_once(
    desks: stage.Desks, monkeypatch: pytest.MonkeyPatch, n: int, n_bytes: int
) -> None:
    assert rules.why_not_sign_at_once(n=n, n_bytes=n_bytes) is rules.DeskRefusal.TOO_MANY_AT_ONCE
    assert rules.why_not_sign_at_once(n=50, n_bytes=LARGEST_DOCUMENT) is None
    assert rules.why_not_sign_at_once(n=1, n_bytes=LARGEST_DOCUMENT + 1) is None
    texts = [cast.an_article(desks.site, side=None) for _ in range(3)]
    for each in texts:
        cast.propose(each, site=desks.site)
    monkeypatch.setattr(rules, "MOST_AT_ONCE", 2)
    listed = [each.digest for each in texts]
    form = {"passphrase": desks.passphrase["az"], "digest": listed}
    page = desks.post("az", "/en/desk/sign/", form)
    assert page.status_code == 409
    assert "too many or too long to sign at once" in page.content.decode()
    assert not any(queries.signatures_of(each.digest) for each in texts)


def test_a_draft_that_changed_while_an_act_was_prepared_is_not_written_over(
    desks: stage.Desks, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between reading and the lock another browser of the desk keeps other words."""
    new = {"kind": "letter", "language": "az", "title": "Su", "typed": "One."}
    item = sent(desks.post("az", "/en/desk/library/new/", new)).rstrip("/").rsplit("/", 1)[1]
    edited, once = drafting.edited, [True]

    def slow(*args: Any, **named: Any) -> Any:
        if once.pop():
            once.append(False)
            other = {"title": "Su", "typed": "Two.", "seen": seen_of(item)}
            sent(desks.post("az", f"/en/desk/library/draft/{item}/az/words/", other))
        return edited(*args, **named)

    monkeypatch.setattr(drafting, "edited", slow)
    mine = {"title": "Su", "typed": "Three.", "seen": seen_of(item)}
    page = desks.post("az", f"/en/desk/library/draft/{item}/az/words/", mine)
    assert page.status_code == 409
    assert "Three." in page.content.decode()
    assert "Two." in desks.page("az", f"/en/desk/library/draft/{item}/")
