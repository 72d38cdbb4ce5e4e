"""Contributions, from being handed in to the pages that readers are given, and gone again."""

import posixpath
import re
from datetime import timedelta
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from printing import Press, set_up
from test_incremental import made_again_from_the_copy

import cast
import desks as stage
from talk import Talk, a_card, a_contribution, a_discussion
from visavis.base.missing import NotFound
from visavis.base.refusal import Refused
from visavis.discussions.rules import DiscussionRefusal
from visavis.pages.addresses import item, linked_data, page_of_item, short

pytestmark = pytest.mark.django_db


@pytest.fixture(params=[cast.TWO, cast.THREE], ids=["two sides", "three sides"])
def press(request, db) -> Press:
    return set_up(cast.a_charter(request.param))


@pytest.fixture
def talk(press) -> Talk:
    return Talk(press)


def page(press, document, language="en", at="discussions"):
    return press.page(item(language, at, document.id))


def said_on(html):
    """Every contribution on a page: column, level of its heading, and its text."""
    articles = re.findall(r'<article class="column in-(\d)".*?<h(\d).*?</article>', html, re.DOTALL)
    texts = re.findall(r'<article.*?<div class="prose"[^>]*>(.*?)</div>', html, re.DOTALL)
    words = [unescape(re.sub("<[^>]+>", "", text)).strip() for text in texts]
    return [
        (int(column), int(level), text)
        for (column, level), text in zip(articles, words, strict=True)
    ]


def is_whole(press):
    """The edition is the one made from nothing, and from the copy alone."""
    step_by_step = press.tree()
    press.release(full=True)
    assert press.tree() == step_by_step
    assert made_again_from_the_copy(press) == ()


def test_opening_words_and_rules_are_read_before_the_first_contribution(press, talk):
    talk.says("az", "Sudan danışaq.")
    press.release()
    for code in cast.SITE_LANGUAGES:
        html = page(press, talk.discussion, code)
        assert stage.faults_in(html) == []
        in_order = (f"Water ({code})", f"({code})</p>", f"Be kind. ({code})", "Sudan")
        at = [html.index(each) for each in in_order]
        assert at == sorted(at)
    assert "Whose is <em>it</em>?" in page(press, talk.discussion)
    is_whole(press)


def test_each_contribution_is_in_its_sides_column_with_its_author_and_its_language(press, talk):
    first = talk.says("az", "Su *azdır*.\n\n> Az sözdür.")
    talk.says("hy", "Ջուր։", to=first)
    press.release()
    html = page(press, talk.discussion)
    assert said_on(html) == [(1, 3, "Su azdır.\nAz sözdür."), (2, 4, "Ջուր։")]
    assert '<blockquote class="quote">Az sözdür.</blockquote>' in html
    assert '<bdi lang="az" dir="ltr">Sakit Çay</bdi>' in html
    assert "Side hy (en)" in html
    assert html.count("Not yet translated. Language here: Azerbaijani") == 1
    assert "Not yet translated. Language here" not in re.sub(
        r"(?s)<article.*?Side hy.*?</article>", "", page(press, talk.discussion, "az")
    )
    is_whole(press)


def test_a_reply_is_beside_what_it_replies_to_and_names_it(press, talk):
    first = talk.says("hy", "First.")
    reply = talk.says("az", "Reply.", to=first)
    talk.says("hy", "Deeper.", to=reply)
    talk.says("hy", "Another.", to=first)
    press.release()
    html = page(press, talk.discussion)
    rows = html.split(f'<div class="facing of-{len(press.site.codes)}">')[1:]
    assert [[text for *_, text in said_on(row)] for row in rows] == [
        ["First.", "Reply."],
        ["Deeper."],
        ["Another."],
    ]
    assert html.count("In reply to:") == 3
    assert f"contributions/{short(reply.id)}/" in rows[1]
    is_whole(press)


def test_each_contribution_has_an_address_of_its_own(press, talk):
    first = talk.says("az", "First.")
    reply = talk.says("hy", "Reply.", to=first)
    press.release()
    for code in cast.SITE_LANGUAGES:
        for document, words in ((first, ["First.", "Reply."]), (reply, ["Reply."])):
            html = page(press, document, code, at="contributions")
            assert stage.faults_in(html) == []
            assert [text for *_, text in said_on(html)] == words
            assert f"discussions/{short(talk.discussion.id)}/" in html
    assert f"contributions/{short(first.id)}/" in page(press, reply, at="contributions")


def test_threads_of_one_day_alternate_between_the_sides_and_days_come_first(press, talk):
    for side, text in (("az", "1"), ("az", "2"), ("hy", "3"), ("hy", "4")):
        talk.says(side, text)
    press.day += timedelta(days=1)
    talk.says("hy", "5")
    press.release()
    words = {}
    for number in (None, 2, 3, 4):
        path = item("en", "discussions", talk.discussion.id)
        path = page_of_item("en", "discussions", talk.discussion.id, number) if number else path
        if press.store.content(path):
            words[number] = [text for *_, text in said_on(press.page(path))]
    every = [text for some in words.values() for text in some]
    assert sorted(every) == ["1", "2", "3", "4", "5"]
    if len(words) == 1:
        assert every == ["1", "3", "2", "4", "5"]
    assert "ordered so that the sides alternate" in page(press, talk.discussion)


def test_replies_beyond_the_tenth_have_pages_of_their_own(press, talk):
    first = talk.says("az", "First.")
    for n in range(1, 23):
        talk.says("hy" if n % 2 else "az", f"Reply {n}.", to=first)
    press.release()
    html = page(press, talk.discussion)
    assert len(said_on(html)) == 11
    assert "12 more replies" in html
    further = [page_of_item("en", "contributions", first.id, number) for number in (2, 3, 4)]
    second, third = (press.page(path) for path in further[:2])
    assert [text for *_, text in said_on(second)] == [
        "First.",
        *(f"Reply {n}." for n in range(11, 21)),
    ]
    assert len(said_on(third)) == 3
    assert press.store.content(further[2]) is None
    for number, path in ((2, further[0]), (3, further[1])):
        assert f"/{number}/" in path
        assert stage.faults_in(press.page(path)) == []
    is_whole(press)


def test_the_second_page_leads_back_to_the_discussions_own_address(press, talk):
    """Which page is the second changes as others go; the first has no address of its own."""
    threads = [talk.says("az" if n % 2 else "hy", f"Thread {n}.") for n in range(65)]
    press.release()
    front = f"discussions/{short(talk.discussion.id)}/"

    def back_from(number):
        html = press.page(page_of_item("en", "discussions", talk.discussion.id, number))
        (href,) = re.findall(r'<a href="([^"]+)" rel="prev">', html)
        return href.removesuffix("index.html")

    assert back_from(2).endswith(front)
    assert back_from(3).endswith("/2/")
    talk.closes(*threads[:20])
    press.release()
    assert back_from(3).endswith(front)
    assert back_from(4).endswith("/3/")
    is_whole(press)


def finds_its_style(press):
    tree = press.tree()
    for path in tree:
        if path.endswith(".html"):
            (style,) = re.findall(r'href="([^"]*site\.[0-9a-f]+\.css)"', press.page(path))
            at = posixpath.join("/", posixpath.dirname(path), style)
            assert posixpath.normpath(at)[1:] in tree, path


def test_every_page_finds_its_style_whichever_page_of_a_template_was_made_first(press, talk):
    threads = [talk.says("az" if n % 2 else "hy", f"Thread {n}.") for n in range(22)]
    for n in range(11):
        talk.says("hy", f"Reply {n}.", to=threads[-1])
    press.release()
    finds_its_style(press)
    talk.says("az", "Beyond.", to=threads[-1])
    press.release()
    finds_its_style(press)


def test_the_page_of_a_contribution_names_its_author_once_and_what_it_is(press, talk):
    first = talk.says("az", "First.")
    talk.says("hy", "Reply.", to=first)
    press.release()
    html = page(press, first, at="contributions")
    headings = re.findall(r"<h([1-6])[^>]*>(.*?)</h", html, re.DOTALL)
    said = [(level, re.sub("<[^>]+>", "", words).strip()) for level, words in headings]
    assert said[:3] == [
        ("1", "Contribution to a discussion"),
        ("2", "Sakit Çay"),
        ("3", "Nare"),
    ]
    assert re.search(r"<title>[^<]*Sakit Çay · Side az", html)


def test_a_discussion_shows_the_words_of_its_question_until_that_is_closed(press):
    question = press.open(cast.a_question(press.site, text="Whose is the well?"))
    talk = Talk(press, {"question": question.id})
    press.release()
    html = page(press, talk.discussion)
    assert re.search(
        rf'questions/{short(question.id)}/[^"]*" lang="en" dir="ltr">Whose is the well\? \(en\)</a>',
        html,
    )
    for side in press.site.codes[:2]:
        cast.take_down(question, side, site=press.site, at=press.at)
    press.release()
    assert "Whose is the well?" not in page(press, talk.discussion)
    assert "The question to which" not in page(press, talk.discussion)
    is_whole(press)


# ---- what goes


def test_a_card_takes_the_name_along_and_leaves_the_words(press, talk):
    first = talk.says("az", "First.")
    talk.says("hy", "Reply.", to=first)
    press.release()
    name_and_cue = ("Sakit", "Սաքիթ Չայ", "kitab və yazı")
    assert "Sakit Çay" in page(press, talk.discussion)
    assert all(nowhere(press, each) for each in name_and_cue)
    talk.closes(talk.cards["az"], talk.cards["hy"])
    press.release()
    assert [nowhere(press, each) for each in name_and_cue] == [[], [], []]
    for document, at in ((talk.discussion, "discussions"), (first, "contributions")):
        html = page(press, document, at=at)
        assert "A participant of: Side az (en)" in html
        assert "First." in html
    is_whole(press)


def nowhere(press, words):
    """Return the paths at which these words still are."""
    return [
        path
        for path, _ in press.store.entries()
        if words.encode() in (press.store.content(path) or b"")
    ]


def test_a_hidden_first_contribution_leaves_one_sentence_and_its_replies(press, talk):
    first = talk.says("az", "Gizlin canary söz.")
    reply = talk.says("hy", "Reply.", to=first)
    press.release()
    assert nowhere(press, "canary")
    talk.closes(first)
    press.release()
    assert nowhere(press, "canary") == []
    assert nowhere(press, first.digest) == []
    html = page(press, talk.discussion)
    assert stage.faults_in(html) == []
    assert html.count("What was here is no longer shown.") == 1
    assert [text for *_, text in said_on(html)] == ["Reply."]
    own = page(press, reply, at="contributions")
    assert "What was here is no longer shown." in own
    assert press.store.content(item("en", "contributions", first.id)) is None
    is_whole(press)


def test_a_hidden_reply_leaves_the_reply_to_it_with_one_sentence(press, talk):
    first = talk.says("az", "First.")
    reply = talk.says("hy", "Canary reply.", to=first)
    talk.says("az", "Deeper.", to=reply)
    press.release()
    talk.closes(reply)
    press.release()
    assert nowhere(press, "Canary") == []
    html = page(press, talk.discussion)
    assert [text for *_, text in said_on(html)] == ["First.", "Deeper."]
    assert html.count("What was here is no longer shown.") == 1
    is_whole(press)


def test_a_thread_that_is_gone_as_a_whole_leaves_nothing(press, talk):
    kept = talk.says("hy", "Kept.")
    first = talk.says("az", "First.")
    reply = talk.says("hy", "Reply.", to=first)
    press.release()
    talk.closes(first, reply)
    press.release()
    html = page(press, talk.discussion)
    assert [text for *_, text in said_on(html)] == ["Kept."]
    assert "no longer shown" not in html
    talk.closes(kept)
    press.release()
    assert "Nobody has contributed yet." in page(press, talk.discussion)
    is_whole(press)


def test_everything_goes_with_its_discussion(press):
    press.release()
    empty = press.tree()
    talk = Talk(press)
    first = talk.says("az", "First.")
    talk.says("hy", "Reply.", to=first)
    press.release()
    for side in press.site.codes[:2]:
        cast.take_down(talk.discussion, side, site=press.site, at=press.at)
    talk.closes(*talk.cards.values())
    press.release()
    assert press.tree() == empty


def test_a_correction_says_so_and_the_words_before_are_gone(press, talk):
    first = talk.says("az", "Canary before.")
    talk.says("hy", "Reply.", to=first)
    press.release()
    press.day += timedelta(days=2)
    after = {**first.body, "paragraphs": [{"is": "paragraph", "text": "After."}]}
    press.open(cast.next_version(first, body=after, day=press.day))
    press.release()
    html = page(press, talk.discussion)
    assert "Corrected on" in html
    assert [text for *_, text in said_on(html)] == ["After.", "Reply."]
    assert nowhere(press, "Canary") == []
    is_whole(press)


# ---- where it is listed


def test_home_lists_feeds_and_linked_data_have_it(press, talk):
    first = talk.says("az", "Birinci söz.")
    press.release()
    home = press.page("en/index.html")
    assert "Water (en)" in home
    assert "All discussions" in home
    assert "Water (en)" in press.page("en/discussions/index.html")
    assert "Birinci söz." in press.page("en/contributions/index.html")
    feed = press.page("en/atom.xml")
    assert "Water (en)" in feed
    assert "Birinci söz." in feed
    assert "Be kind. (en)" in feed
    node = press.page(linked_data(first.id))
    assert '"@type": "Comment"' in node
    assert '"Sakit Çay"' in node
    assert '"@type": "DiscussionForumPosting"' in press.page(linked_data(talk.discussion.id))
    cards = talk.cards["az"]
    assert press.store.content(item("en", "cards", cards.id)) is None
    assert "Sakit" not in press.page(linked_data(cards.id))


def test_one_more_in_a_long_discussion_writes_only_pages_that_changed(db):
    """And asks the database as much as in a short one, where as many discussions were there before."""
    press, asked = set_up(cast.a_charter()), []
    Talk(press).says("hy", "Said before.")
    for n in (60, 160):
        talk = Talk(press)
        for number in range(n):
            talk.says("az" if number % 2 else "hy", f"Said {number}.")
        press.release()
        counts = []
        for _ in range(3):
            before = press.tree()
            new = talk.says("hy", "One more.")
            with CaptureQueriesContext(connection) as statements:
                press.release()
            counts.append(len(statements))
            tree = press.tree()
            changed = {path for path in {*before, *tree} if before.get(path) != tree.get(path)}
            pages = [path for path in changed if path.endswith(".html")]
            of_discussion = [path for path in pages if short(talk.discussion.id) in path]
            # Its page in each language; the page before it too, where this one is new.
            assert len(of_discussion) in {len(cast.SITE_LANGUAGES), 2 * len(cast.SITE_LANGUAGES)}
            others = {path for path in pages if "/contributions/" in path}
            own = {path for path in others if short(new.id) in path}
            assert len(own) == len(cast.SITE_LANGUAGES)
            lists = {path for path in others - own if "/page/" in path or path.count("/") == 2}
            assert others == own | lists
        asked.append(min(counts))
    assert asked[1] <= asked[0]


# ---- attacks on the real engine


def test_attack_another_sides_key_opens_no_contribution(press, talk):
    """Its own side's opens it, alone: no other desk has to agree to what somebody says."""
    said = cast.propose(talk.written("az", "Canary."), by="az", site=press.site)
    for side in press.site.codes[1:]:
        with pytest.raises((Refused, NotFound)):
            cast.turn(said, side, site=press.site, today=press.day)
    press.release()
    assert nowhere(press, "Canary") == []
    cast.turn(said, "az", site=press.site, today=press.day)
    press.release()
    assert "Canary." in page(press, talk.discussion)


@pytest.mark.parametrize("of", ["another discussion", "a third level", "too long"])
def test_attack_bytes_that_no_page_would_write(press, talk, of):
    """A desk that writes its own bytes is refused at every act; the same words in order are taken."""
    first = talk.says("az", "First.")
    reply = talk.says("hy", "Reply.", to=first)
    if of == "another discussion":
        other = press.open(a_discussion(press.site, day=press.day))
        bad = talk.written("az", "Attack.", to=first, discussion=other)
        reason = DiscussionRefusal.NOT_WHAT_IT_ANSWERS
    elif of == "a third level":
        bad = talk.written("az", "Attack.", to=reply, thread=reply.id)
        reason = DiscussionRefusal.WRONG_THREAD
    else:
        bad = talk.written("az", " ".join(["söz"] * 101), to=reply)
        reason = DiscussionRefusal.TOO_MANY_WORDS
    with pytest.raises(Refused) as refused:
        cast.propose(bad, by="az", site=press.site)
    assert refused.value.reason is reason
    talk.says("az", "In order.", to=reply)


def test_attack_a_card_of_the_other_side_or_of_a_role_that_may_not_write(press):
    talk = Talk(press, {"roles": ["student"]})
    expert = press.open(
        a_card(press.site, "az", role="expert", pen_name={"az": "Aytən", "hy": "Այթեն"})
    )
    for card, reason in (
        (talk.cards["hy"], DiscussionRefusal.NO_CARD),
        (expert, DiscussionRefusal.NOT_THIS_ROLE),
    ):
        with pytest.raises(Refused) as refused:
            talk.says("az", "Attack.", by=card)
        assert refused.value.reason is reason
    talk.says("az", "Allowed.")


def test_a_card_may_wait_beside_the_words_and_opens_before_them(press, talk):
    card = a_card(press.site, "az", pen_name={"az": "Aytən", "hy": "Այթեն"})
    said = a_contribution(press.site, talk.discussion, side="az", card=card.id)
    cast.propose(card, by="az", site=press.site)
    cast.propose(said, by="az", site=press.site)
    with pytest.raises(Refused) as refused:
        cast.turn(said, "az", site=press.site)
    assert refused.value.reason is DiscussionRefusal.NO_CARD
    cast.turn(card, "az", site=press.site)
    cast.turn(said, "az", site=press.site)
    press.release()
    assert "Aytən" in page(press, talk.discussion, "az")


def test_attack_a_contribution_in_the_turn_of_another_side(press):
    talk = Talk(press, {"takes_turns": True})
    talk.says("az", "First.")
    waiting = [cast.propose(talk.written("az", f"{n}"), by="az", site=press.site) for n in range(3)]
    for each in waiting:
        with pytest.raises(Refused) as refused:
            cast.turn(each, "az", site=press.site, today=press.day)
        assert refused.value.reason is DiscussionRefusal.NOT_OUR_TURN
    theirs = talk.says("hy", "Theirs.")
    cast.turn(waiting[0], "az", site=press.site, today=press.day)
    with pytest.raises(Refused):
        cast.turn(waiting[1], "az", site=press.site, today=press.day)
    talk.says("az", "A reply needs no turn.", to=theirs)
    later = press.day + timedelta(days=4)
    cast.turn(waiting[1], "az", site=press.site, today=later)
    with pytest.raises(Refused):
        cast.turn(waiting[2], "az", site=press.site, today=later)


def test_a_correction_takes_no_turn_and_gives_none_away(press):
    talk = Talk(press, {"takes_turns": True})
    first = talk.says("az", "First.")
    talk.says("hy", "Theirs.")
    press.day += timedelta(days=1)
    after = {**first.body, "paragraphs": [{"is": "paragraph", "text": "After."}]}
    press.open(cast.next_version(first, body=after, day=press.day))
    talk.says("az", "Level on that day.")


def test_a_discussion_that_somebody_contributed_to_keeps_its_opening(press, talk):
    words = {**talk.discussion.body["versions"]}
    words["en"] = {**words["en"], "title": "Other"}
    changed = cast.next_version(talk.discussion, body={**talk.discussion.body, "versions": words})
    cast.propose(changed, by="az", site=press.site)
    talk.says("hy", "Now.")
    with pytest.raises(Refused) as refused:
        cast.turn(changed, "az", site=press.site)
    assert refused.value.reason is DiscussionRefusal.HAS_CONTRIBUTIONS


def test_no_page_says_how_even_a_discussion_is(press, talk):
    """How many words a side has said is for desks alone, and so is who waits for a reply."""
    for n in (68, 69):
        talk.says("az", "söz " * n)
    press.release()
    shown = "".join(press.page(path) for path in press.tree() if path.endswith(".html"))
    assert shown.count("söz söz") > 100
    assert not re.findall(r"\b137\b", re.sub(r"<[^>]*>", " ", shown))
