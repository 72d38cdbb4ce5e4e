"""The desk's home and the page on which a document is read before its key is turned."""

import hashlib
import re
from dataclasses import replace
from datetime import timedelta

import pytest

import cast
import desks as stage
from visavis.desk import wording
from visavis.record import actions as record
from visavis.record.rules import RefusalReason

pytestmark = pytest.mark.django_db
HOME = "/en/desk/"


def read(document):
    return f"{HOME}read/{document.digest}/"


def section(html, name):
    """Return one section of the page by the id of its heading."""
    return re.search(rf'aria-labelledby="{name}".*?</section>', html, re.DOTALL)[0]


@pytest.fixture
def everything(desks):
    """One of each: proposed by either desk, open, closed both ways, refused, drafted, sealed."""
    site = desks.site
    asked = cast.open_(cast.a_question(site, text="Open question"), site)
    made = {"open": asked}
    for side in site.codes:
        made[f"by {side}"] = cast.propose(
            cast.a_question(site, text=f"By {side}"), by=side, site=site
        )
    made["answer"] = cast.propose(cast.an_answer(site, to=asked, side="az"), site=site)
    cast.turn(made["answer"], "az", site=site)
    made["refused"] = cast.propose(cast.an_article(site), by="az", site=site)
    record.refuse(
        digest=made["refused"].digest, side="hy", reason=RefusalReason.WORDING, today=stage.DAY
    )
    made["closed"] = cast.open_(cast.an_article(site, side="az"), site)
    with stage.on(stage.DAY) as now:
        cast.take_down(made["closed"], "hy", site=site, at=now)
    made["gone"] = cast.open_(cast.an_article(site, side="az"), site)
    with stage.on(stage.DAY) as now:
        cast.take_down(made["gone"], "az", site=site, at=now)
    desks.post(
        "az",
        f"{HOME}questions/new/",
        {
            "tense": "past",
            "word_limit": "100",
            "closes_on": "2030-07-01",
            "text_az": "Yarımçıq sual",
        },
    )
    return made


def test_one_glance_shows_what_waits_for_whom_and_for_how_long(desks, everything):
    html = desks.page("az", HOME)
    ours, theirs = section(html, "ours"), section(html, "theirs")
    assert "By hy" in ours
    assert "By az" in ours  # its own key is asked for as well
    assert "Day 1 of 14." in ours
    assert "may show it as its own from this day on: 28 May 2030." in ours
    cast.turn(everything["by az"], "az", site=desks.site)
    theirs = section(desks.page("az", HOME), "theirs")
    assert "By az" in theirs
    assert "Waits for the key of:" in theirs


def test_a_proposal_that_waits_for_its_own_desk_alone_speaks_of_no_silence(desks):
    """Silence is somebody else's: of the charter, an answer, or one's own missing key there is none."""
    own = cast.a_question(desks.site, text="Ours?")
    cast.propose(own, by="az", site=desks.site)
    cast.turn(own, "hy", site=desks.site)
    with desks.on(stage.after(20)):
        for html in (section(desks.page("az", HOME), "ours"), desks.page("az", read(own))):
            assert "Proposed by" in html
            assert "Day 21." in html
            assert "as its own" not in html


def test_a_desk_is_told_when_the_next_edition_comes_or_that_it_comes_at_once(desks, settings):
    assert "Next release: 09:00 (UTC)" in desks.page("az", HOME)
    settings.RELEASES = "at once"
    html = desks.page("az", HOME)
    assert "Next release" not in html
    assert "What opens is released at once" in html


@pytest.mark.parametrize("act", ["refused", "closed", "closed-for-good", "signed"])
def test_after_an_act_the_home_says_what_was_done(desks, act):
    assert str(wording.ACTS[act]) in desks.page("az", f"{HOME}?done={act}")


def test_one_glance_shows_what_is_open_closed_refused_sealed_and_drafted(desks, everything):
    html = desks.page("az", HOME)
    assert "Open question" in section(html, "open")
    closed = section(html, "closed")
    assert "Opens again on 17 May 2030 at 09:00 (UTC), unless a second side joins." in closed
    assert "For good: nobody can open it again." in closed
    assert "The wording hurts needlessly." in section(html, "refused")
    assert "Answer by A. N." in section(html, "sealed")
    assert "Yarımçıq sual" in section(html, "drafts")
    assert section(html, "desks").count("1 editor") == 2


def test_a_drafted_text_stands_at_one_glance_under_its_title_in_the_original(desks):
    text = {"kind": "article", "language": "hy", "title": "Գետ", "typed": "Մեկ։"}
    item = desks.post("az", f"{HOME}library/new/", text)["Location"].split("/")[-2]
    other = {"language": "az", "title": "Çay", "typed": "Bir."}
    desks.post("az", f"{HOME}library/draft/{item}/add/", other)
    drafts = section(desks.page("az", HOME), "drafts")
    assert f'<a href="{HOME}library/draft/{item}/" lang="hy" dir="ltr">Գետ</a>' in drafts
    assert "Not written yet" not in drafts


def test_another_desk_sees_neither_drafts_nor_refusals_nor_sealed_answers(desks, everything):
    html = desks.page("hy", HOME)
    assert "Yarımçıq sual" not in html
    assert "A. N." not in html
    assert 'id="refused"' not in html
    assert 'id="sealed"' not in html
    for name in ("answer", "refused", "closed", "gone"):
        assert desks.client["hy"].get(read(everything[name])).status_code == 404, name


def test_joining_a_closing_is_offered_to_the_side_that_has_not_closed(desks, everything):
    link = f"{HOME}close/{everything['closed'].digest}/"
    assert link in desks.page("az", HOME)
    assert link not in desks.page("hy", HOME)


def test_after_the_waiting_time_the_home_says_that_silence_counts(desks, everything):
    cast.turn(everything["by az"], "az", site=desks.site)
    for days, is_over in ((13, False), (14, True)):
        with desks.on(stage.after(days)):
            theirs = section(desks.page("az", HOME), "theirs")
            assert ("Your side may sign it again as its own." in theirs) is is_over
            assert ("The waiting time is over" in theirs) is is_over


def test_a_proposal_is_read_in_every_language_with_every_field(desks):
    document = cast.a_question(
        desks.site, text="Why?", note="Because.", languages=("az", "hy", "en")
    )
    cast.propose(document, by="az", site=desks.site)
    html = desks.page("hy", read(document))
    for words in ("Why? (az)", "Why? (hy)", "Why? (en)", "Because.", "13 June 2030", "600 words"):
        assert words in html, words
    assert "Question, version 1" in html
    assert "Joint: in the name of all sides whose keys are turned for it" in html
    assert html.count(document.digest) >= 3
    assert "Key not turned yet" in html


def test_a_text_is_read_paragraph_by_paragraph_beside_its_original_with_its_cuts(desks):
    article = cast.an_article(
        desks.site,
        texts={"az": ["Bir iki üç.", "İkinci."], "hy": ["Մեկ երկու։", "Երկրորդ։"]},
        author="N. A.",
        place="Tbilisi",
        source={"title": "A paper", "address": "https://paper.example/1", "copy": "ab" * 32},
        permission="By letter",
    )
    versions = {**article.body["versions"]}
    versions["az"] = {
        **versions["az"],
        "cuts": [
            {"unit": 0, "from": 4, "to": 7, "why": "length", "words": 1},
            {"unit": 1, "from": 3, "to": 3, "why": "safety", "words": 7},
        ],
    }
    article = replace(article, body={**article.body, "versions": versions})
    cast.propose(article, by="az", site=desks.site)
    html = desks.page("hy", read(article))
    plain = re.sub(r"<[^>]*>", "", html)
    assert "Bir [cut for length:iki] üç." in plain
    assert "[7 words withheld for safety]" in plain
    for words in ("N. A.", "Tbilisi", "A paper https://paper.example/1", "ab" * 32, "By letter"):
        assert words in plain, words
    row = re.search(r'<div class="row">(?:(?!<div class="row">).)*Երկրորդ։', html, re.DOTALL)[0]
    assert "İki" in row
    assert 'lang="az"' in row
    assert 'lang="hy"' in row


def test_every_change_since_the_open_version_is_marked_by_words_and_not_by_colour_alone(desks):
    first = cast.open_(
        cast.an_article(desks.site, texts={"az": ["Köhnə körpü qalır.", "Son."]}), desks.site
    )
    body = cast.an_article(desks.site, texts={"az": ["Yeni körpü qalır.", "Son."]}).body
    second = cast.next_version(first, body={**body, "place": "Sadaxlı"})
    cast.propose(second, site=desks.site)
    html = desks.page("hy", read(second))
    assert "<del>" in html
    plain = re.sub(r"<[^>]*>", "", html)
    assert "removed: Köhnə added: Yeni körpü qalır." in plain
    assert "3 places have changed since the previous version." in plain  # words, version, place
    assert "added: Sadaxlı" in plain
    assert plain.count("removed: Son") == 0


def test_words_that_would_be_markup_are_shown_as_they_are_signed(desks):
    document = cast.a_question(desks.site, text="<script>alert(1)</script> *a*")
    cast.propose(document, by="az", site=desks.site)
    html = desks.page("hy", read(document))
    assert "<script" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt; *a*" in html


def test_a_kind_that_no_room_knows_is_still_read_field_by_field(desks):

    news = cast.a_document(desks.site, kind="news", body={"deep": [{"word": "hello <b>"}]})
    cast.propose(news, by="az", site=desks.site)
    html = desks.page("hy", read(news))
    assert "deep 1 › word" in html
    assert "hello &lt;b&gt;" in html


def test_a_body_of_another_shape_is_read_field_by_field_too(desks):
    document = cast.a_question(desks.site)
    odd = replace(document, body={**document.body, "votes": 43})
    cast.propose(odd, by="az", site=desks.site)
    assert "votes" in desks.page("hy", read(odd))
    assert "votes" not in desks.page("hy", HOME)


def test_the_download_is_exactly_the_bytes_that_are_signed(desks):
    document = cast.propose(cast.a_question(desks.site), by="az", site=desks.site)
    answer = desks.client["hy"].get(f"{read(document)}bytes/")
    assert answer.content == document.data
    assert hashlib.sha256(answer.content).hexdigest() == document.digest
    assert answer["Content-Type"] == "application/json"
    assert answer["Content-Disposition"] == f'attachment; filename="{document.digest}.json"'
    assert answer["Cache-Control"] == "no-store"


def test_what_may_not_be_seen_answers_as_what_never_was(desks, everything):
    for place in ("read/{}/", "read/{}/bytes/", "close/{}/"):
        hidden = desks.client["hy"].get(HOME + place.format(everything["answer"].digest))
        missing = desks.client["hy"].get(HOME + place.format("0" * 64))
        assert hidden.status_code == missing.status_code == 404
        masked = hidden.content.decode().replace(everything["answer"].digest, "0" * 64)
        token = r'name="csrfmiddlewaretoken" value="[^"]*"'
        assert re.sub(token, "", masked) == re.sub(token, "", missing.content.decode())


def test_nobody_sees_a_desk_without_signing_in(desks, everything, client):
    for address in (HOME, f"{HOME}sign/", f"{HOME}charter/", read(everything["open"])):
        assert "sign-in" in client.get(address)["Location"]
    for address in ("turn-key/", "refuse/", "withdraw/", "alone/"):
        posted = client.post(read(everything["by az"]) + address, {"passphrase": "x"})
        assert "sign-in" in posted["Location"]


def addresses(made):
    reads = [read(made[name]) for name in ("open", "by az", "by hy", "answer", "refused")]
    return [
        HOME,
        f"{HOME}sign/",
        f"{HOME}charter/",
        *reads,
        f"{HOME}close/{made['open'].digest}/",
        f"{HOME}close/{made['closed'].digest}/",
    ]


def test_every_page_can_be_used_by_keyboard_and_by_ear(desks, everything):
    for address in addresses(everything):
        assert stage.faults_in(desks.page("az", address)) == [], address


def test_no_page_asks_the_database_often(desks, everything, django_assert_max_num_queries):
    site = desks.site
    for n in range(5):
        cast.propose(cast.a_question(site, text=f"More {n}"), by="hy", site=site)
        cast.open_(cast.a_question(site, text=f"Open {n}"), site)
    for address in addresses(everything):
        with django_assert_max_num_queries(stage.MOST_QUERIES, info=address):
            desks.page("az", address)


def test_a_page_is_shorter_than_fifty_kilobytes(desks, everything):
    for address in addresses(everything):
        assert len(desks.page("az", address).encode()) < 50_000


def test_a_site_without_charter_has_a_home_that_leads_to_it(db):
    with stage.on(stage.DAY):
        desks = stage.at_work(with_charter=False)
        html = desks.page("az", HOME)
        assert f'href="{HOME}charter/"' in html
        assert stage.faults_in(html) == []


def test_before_there_is_a_charter_the_home_says_the_next_step(db):
    with stage.on(stage.DAY):
        desks = stage.at_work(with_charter=False)
        assert "Your side has not signed it yet." in section(desks.page("az", HOME), "first")
        first = desks.site.document
        desks.post(
            "az",
            f"{HOME}charter/sign/",
            {
                "digest": first.digest,
                "passphrase": desks.passphrase["az"],
            },
        )
        steps = section(desks.page("az", HOME), "first")
        assert "Your side has signed it. Keys still awaited from:" in steps
        assert 'class="button"' not in steps
        # The charter waits as long as it takes: nobody's silence makes it anybody's own.
        assert "as its own" not in desks.page("hy", HOME)
        answer = desks.client["hy"].post(
            f"{HOME}charter/sign/",
            {
                "digest": first.digest,
                "passphrase": desks.passphrase["hy"],
            },
            follow=True,
        )
        assert "the charter is in force" in answer.content.decode()
        assert 'id="first"' not in desks.page("hy", HOME)


def test_days_of_waiting_are_counted_from_the_day_it_was_asked_for():
    from visavis.desk import rules
    from visavis.record.rules import silence_counts_from

    charter = cast.a_charter().charter
    asked_on, n_days = stage.after(3), charter.waiting.unanswered_days
    for days in range(20):
        today = stage.DAY + timedelta(days=days)
        for began in (stage.DAY, asked_on):
            wait = rules.wait(stage.DAY, asked_on=began, days=n_days, today=today)
            counts_from = silence_counts_from(began, kind="article", charter=charter)
            assert wait.silence_from == counts_from
            assert wait.is_over == (today >= counts_from)
        in_line = rules.wait(stage.DAY, asked_on=None, days=n_days, today=today, n_before=3)
        assert not in_line.is_over
        assert in_line.silence_from is None


def test_a_later_translation_is_read_beside_the_text_it_was_made_from(desks):
    article = cast.open_(
        cast.an_article(desks.site, texts={"az": ["Bir.", "İki."]}, side="az"), desks.site
    )
    later = cast.a_translation(
        desks.site, of=article, language="en", side="hy", paragraphs=("One.", "Two.")
    )
    cast.propose(later, by="hy", site=desks.site)
    html = desks.page("hy", read(later))
    row = re.search(r'<div class="row">(?:(?!<div class="row">).)*Two\.', html, re.DOTALL)[0]
    assert "İki." in row
    assert "Title (az) (version 1, fingerprint" in re.sub(r"<[^>]*>", "", html)
    assert 'id="in-az"' not in html


def test_a_side_may_read_an_answer_of_its_own_and_its_last_field_is_named(desks, everything):
    html = desks.page("az", read(everything["answer"]))
    assert "What do you propose?" in html
    assert "Let both plant one." in html
    assert "When every seat is filled or declared empty" in html


@pytest.mark.parametrize("language", ["az", "hy", "ru", "fr"])
def test_every_page_is_there_in_every_language_of_the_interface(desks, everything, language):
    for address in addresses(everything):
        html = desks.page("az", address.replace("/en/", f"/{language}/", 1))
        assert f'<html lang="{language}"' in html


def test_today_says_that_our_answer_is_missing_and_until_when(desks):
    site = desks.site
    question = cast.open_(cast.a_question(site), site)
    missing, there = "Our answer is missing.", "The other side’s answer is there."
    assert missing in desks.page("hy", HOME)
    assert there not in desks.page("hy", HOME)
    answer = cast.an_answer(site, to=question, side="az")
    cast.propose(answer, by="az", site=site)
    home = desks.page("hy", HOME)
    assert missing in home
    assert there in home
    left = (question.seats.until - stage.DAY).days + 1
    assert f"{left} days left." in home
    assert f"{HOME}questions/{question.id}/answer/" in home
    assert missing not in desks.page("az", HOME)
    with desks.on(question.seats.until + timedelta(days=1)):
        for side in ("az", "hy"):
            assert "The closing day is over, and a seat is not filled." in desks.page(side, HOME)


def test_a_proposal_begins_with_what_can_be_done_and_what_changed(desks):
    site = desks.site
    first = cast.open_(cast.a_question(site), site)
    versions = dict(first.body["versions"])
    language = first.languages[0]
    versions[language] = {**versions[language], "text": "New words?"}
    second = cast.next_version(first, body={**first.body, "versions": versions})
    cast.propose(second, by="az", site=site)
    page = desks.page("hy", read(second))
    before_words = page[: page.index('class="section language"')]
    for link in ('href="#sign"', 'href="#refuse"', 'href="?only=changes"', 'href="#change-'):
        assert link in before_words, link
    assert f'href="#language-{second.languages[0]}"' in before_words
    assert page.count('<details class="section language" open') == 1
    only = desks.page("hy", f"{read(second)}?only=changes")
    assert "Show all words" in only
    assert len(re.findall(r'id="change-', only)) == len(re.findall(r'id="change-', page))
    assert only.count('class="section language"') < page.count('class="section language"')


def test_after_proposing_the_key_is_asked_for_in_the_same_box(desks):
    own = cast.propose(cast.a_question(desks.site), by="az", site=desks.site)
    page = desks.page("az", f"{read(own)}?done=proposed")
    assert (
        page.index('role="status"')
        < page.index('id="sign"')
        < page.index('class="section language"')
    )
    assert page.count('id="sign"') == 1
