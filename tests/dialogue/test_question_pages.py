"""The pages of a desk's questions: what each state shows, and what another desk never sees."""

import re

import pytest

import cast
import desks as stage
from visavis.dialogue import actions, queries
from visavis.dialogue.bodies import AnswerWords
from visavis.record import queries as record_queries

pytestmark = pytest.mark.django_db
HOME = "/en/desk/questions/"
TYPED = {
    "tense": "future",
    "word_limit": "300",
    "closes_on": "2030-06-20",
    **{f"text_{code}": f"What would you keep? {code}" for code in ("az", "hy", "en")},
}
ANSWER = {
    "pen_name": "A. N.",
    "original": "az",
    "words_az": "Ağacları.\n\nHamısını.",
    "proposal_az": "Hərə bir ağac.",
}


@pytest.fixture
def asked(desks):
    return cast.open_(cast.a_question(desks.site, deadline=stage.after(3)), desks.site)


def answered(asked, side, *, words="A secret word.", pen_name="A. N."):
    actions.draft_answer(
        side=side,
        question=asked.id,
        original=side,
        versions={side: AnswerWords.of([words], proposal="A walk.")},
        pen_name=pen_name,
        today=stage.DAY,
    )
    return actions.propose_answer(side=side, question=asked.id, today=stage.DAY)


def without_tokens(html):
    """Return the page without what is new at every request anyway."""
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", html)


def pages_of(asked):
    return [HOME, f"{HOME}new/", f"{HOME}{asked.id}/", f"{HOME}{asked.id}/answer/"]


def test_600_words_are_offered_where_nothing_is_typed_yet(desks):
    assert re.search(r'name="word_limit" value="600"', desks.page("az", f"{HOME}new/"))


def test_a_question_is_typed_previewed_and_proposed_without_a_mouse(desks):
    first = desks.post("az", f"{HOME}new/", TYPED)
    assert first.status_code == 302
    preview = desks.page("az", first["Location"])
    assert "What would you keep? hy" in preview
    assert stage.faults_in(preview) == []
    item = first["Location"].rstrip("/").split("/")[-2]
    proposed = desks.post("az", f"{HOME}draft/{item}/propose/")
    assert proposed.status_code == 302
    digest = proposed["Location"].split("/")[-2]
    assert record_queries.proposal_for("hy", digest).missing == {"az", "hy"}
    # Pressed twice, or gone back to: what the first press made is shown.
    for again in (
        desks.post("az", f"{HOME}draft/{item}/propose/"),
        desks.client["az"].get(first["Location"]),
    ):
        assert (again.status_code, again["Location"]) == (302, f"/en/desk/read/{digest}/")
    assert desks.post("hy", f"{HOME}draft/{item}/propose/").status_code == 404


def test_an_incomplete_question_is_kept_and_the_preview_says_what_is_missing(desks):
    first = desks.post("az", f"{HOME}new/", {**TYPED, "text_hy": ""})
    preview = desks.page("az", first["Location"])
    assert "The question is needed in every language of the site." in preview
    item = first["Location"].rstrip("/").split("/")[-2]
    refused = desks.post("az", f"{HOME}draft/{item}/propose/")
    assert refused.status_code == 409
    assert "The question is needed in every language" in refused.content.decode()


def test_a_form_that_cannot_be_kept_keeps_what_was_typed(desks):
    page = desks.post("az", f"{HOME}new/", {**TYPED, "word_limit": "9"})
    assert page.status_code == 422
    html = page.content.decode()
    assert "What would you keep? hy" in html
    assert 'aria-invalid="true"' in html


def test_an_answer_is_typed_previewed_and_proposed(desks, asked):
    kept = desks.post("az", f"{HOME}{asked.id}/answer/", ANSWER)
    preview = desks.page("az", kept["Location"])
    assert "5 words" in preview
    assert stage.faults_in(preview) == []
    proposed = desks.post("az", f"{HOME}{asked.id}/answer/propose/")
    assert proposed.status_code == 302
    assert "Your answer waits for your key" in desks.page("az", f"{HOME}{asked.id}/")


def test_an_answer_over_the_limit_is_kept_and_refused_with_a_sentence(desks, asked):
    long = {**ANSWER, "words_az": "söz " * 601}
    kept = desks.post("az", f"{HOME}{asked.id}/answer/", long)
    assert "has more words than the question allows" in desks.page("az", kept["Location"])
    refused = desks.post("az", f"{HOME}{asked.id}/answer/propose/")
    assert refused.status_code == 409
    assert "söz söz" in desks.page("az", f"{HOME}{asked.id}/answer/")


def test_a_refused_form_keeps_what_was_typed(desks, asked):
    answered(asked, "az")
    page = desks.post("az", f"{HOME}{asked.id}/answer/", ANSWER)
    assert page.status_code == 409
    assert "Hərə bir ağac." in page.content.decode()
    assert "Your side’s answer is there already." in page.content.decode()


def test_the_other_desk_sees_the_same_bytes_whatever_a_sealed_answer_says_and_keyed_or_not(
    desks, asked
):
    seen = []
    for words, pen_name, key in (
        ("One.", "A.", False),
        ("Quite another and a much longer thing to say.", "Somebody else", False),
        ("Two.", "B.", True),
    ):
        digest = answered(asked, "az", words=words, pen_name=pen_name)
        if key:
            document = record_queries.proposal_for("az", digest).document
            cast.turn(document, "az", site=desks.site)
        pages = [*pages_of(asked), "/en/desk/", "/en/desk/sign/"]
        seen.append([without_tokens(desks.page("hy", address)) for address in pages])
        for address in (f"/en/desk/read/{digest}/", f"/en/desk/read/{digest}/bytes/"):
            assert desks.client["hy"].get(address).status_code == 404
        actions.take_back_answer(side="az", question=asked.id, today=stage.DAY)
    assert seen[0] == seen[1] == seen[2]
    assert "An answer is there" in seen[0][2]


def test_the_other_desk_does_not_learn_that_an_answer_is_being_corrected(desks, asked):
    """Not from the page that says what would go with the question, either."""
    for side in desks.site.codes:
        cast.open_(cast.an_answer(desks.site, to=asked, side=side), desks.site)
    pages = [*pages_of(asked), "/en/desk/", "/en/desk/sign/", f"/en/desk/close/{asked.digest}/"]
    before = [without_tokens(desks.page("hy", address)) for address in pages]
    cast.shown()
    actions.correct_answer(side="az", question=asked.id, today=stage.DAY)
    actions.propose_answer(side="az", question=asked.id, today=stage.DAY)
    assert [without_tokens(desks.page("hy", address)) for address in pages] == before
    assert "(Side az)" in before[-1] or "Answer" in before[-1]


def test_a_draft_of_an_answer_changes_nothing_for_the_other_desk(desks, asked):
    before = [without_tokens(desks.page("hy", address)) for address in pages_of(asked)]
    desks.post("az", f"{HOME}{asked.id}/answer/", ANSWER)
    assert [without_tokens(desks.page("hy", address)) for address in pages_of(asked)] == before


def test_a_hidden_page_answers_as_one_that_never_was(desks, asked):
    kept = desks.post("az", f"{HOME}new/", TYPED)
    item = kept["Location"].rstrip("/").split("/")[-2]
    hidden = desks.client["hy"].get(f"{HOME}draft/{item}/")
    missing = desks.client["hy"].get(f"{HOME}draft/{'0' * 32}/")
    assert hidden.status_code == missing.status_code == 404
    assert without_tokens(hidden.content.decode()).replace(item, "0" * 32) == without_tokens(
        missing.content.decode()
    )


def test_nobody_reads_or_writes_without_signing_in(desks, asked, client):
    for address in pages_of(asked):
        assert "sign-in" in client.get(address)["Location"]
        assert "sign-in" in client.post(address, {"tense": "future"})["Location"]
        # Words are given back; nothing else of the site is on that page.
        written = client.post(address, TYPED)
        assert written.status_code == 403
        assert "What would you keep? hy" in written.content.decode()


@pytest.mark.parametrize("address", ["", "draft/{}/propose/", "{}/answer/propose/"])
def test_acts_answer_to_posts_alone(desks, asked, address):
    if address:
        page = desks.client["az"].get(f"{HOME}{address.format(asked.id)}")
        assert page.status_code == 405
    else:
        assert desks.client["az"].post(HOME).status_code == 405


def test_empty_chairs_are_offered_only_after_the_closing_day(desks, asked):
    answered(asked, "az")
    assert "Propose to show the empty chairs" not in desks.page("az", f"{HOME}{asked.id}/")
    with desks.on(stage.after(4)):
        page = desks.page("az", f"{HOME}{asked.id}/")
        assert "Propose to show the empty chairs" in page
        assert "whatever the cause" in page
        proposed = desks.post("az", f"{HOME}{asked.id}/empty-chairs/")
        assert proposed.status_code == 302
        assert "are reviewing" in desks.page("hy", f"{HOME}{asked.id}/")
        assert desks.post("hy", f"{HOME}{asked.id}/empty-chairs/").status_code == 409


def test_what_silence_does_to_an_empty_chair_is_said_before_it_is_proposed(desks, asked):
    answered(asked, "az")
    with desks.on(stage.after(4)):
        page = desks.page("az", f"{HOME}{asked.id}/")
        assert "your desk can sign it alone" in page
        assert "Readers see that" in page
        desks.post("az", f"{HOME}{asked.id}/empty-chairs/")
        assert "Propose to show the empty chairs" not in desks.page("hy", f"{HOME}{asked.id}/")


def test_a_later_closing_day_is_typed_and_proposed(desks, asked):
    answered(asked, "hy")
    page = desks.page("az", f"{HOME}{asked.id}/")
    assert "A later closing day" in page
    assert stage.faults_in(page) == []
    proposed = desks.post("az", f"{HOME}{asked.id}/closing-day/", {"deadline": "2030-12-20"})
    assert proposed.status_code == 302
    digest = proposed["Location"].split("/")[-2]
    assert (
        record_queries.proposal_for("hy", digest).document.seats.until.isoformat() == "2030-12-20"
    )
    assert "A later closing day" not in desks.page("az", f"{HOME}{asked.id}/")
    again = desks.post("hy", f"{HOME}{asked.id}/closing-day/", {"deadline": "2030-12-21"})
    assert again.status_code == 409


@pytest.mark.parametrize(
    ("typed", "status", "said"),
    [
        ("soon", 422, "soon"),
        ("", 422, "required"),
        ("2020-01-01", 422, "never to an earlier one"),
    ],
)
def test_a_closing_day_that_is_not_taken_says_why_and_keeps_what_was_typed(
    desks, asked, typed, status, said
):
    page = desks.post("az", f"{HOME}{asked.id}/closing-day/", {"deadline": typed})
    html = page.content.decode()
    assert page.status_code == status
    assert said in html
    assert f'value="{typed}"' in html or not typed
    assert stage.faults_in(html) == []


def test_after_release_an_answer_can_be_corrected_from_its_page(desks, asked):
    for side in desks.site.codes:
        digest = answered(asked, side)
        cast.turn(record_queries.proposal_for(side, digest).document, side, site=desks.site)
    page = desks.page("az", f"{HOME}{asked.id}/")
    assert "Answers are open" in page
    assert "Correct it" in page
    assert desks.post("az", f"{HOME}{asked.id}/answer/correct/").status_code == 302
    assert "Go on with the correction" in desks.page("az", f"{HOME}{asked.id}/")
    assert queries.answer_draft("az", asked.id).base_digest


def test_an_answer_is_taken_back_or_its_draft_given_up_from_its_page(desks, asked):
    answered(asked, "az")
    assert desks.post("az", f"{HOME}{asked.id}/answer/take-back/").status_code == 302
    assert "A secret word." in desks.page("az", f"{HOME}{asked.id}/answer/")
    seen = queries.answer_draft("az", asked.id).seen
    given_up = desks.post("az", f"{HOME}{asked.id}/answer/give-up/", {"seen": seen})
    assert given_up.status_code == 302
    assert "A secret word." not in desks.page("az", f"{HOME}{asked.id}/answer/")


def test_every_page_can_be_used_by_keyboard_and_by_ear(desks, asked):
    answered(asked, "az")
    for address in pages_of(asked):
        assert stage.faults_in(desks.page("az", address)) == [], address
    wrong = desks.post("az", f"{HOME}new/", {**TYPED, "word_limit": "9"}).content.decode()
    assert stage.faults_in(wrong) == []


def test_no_page_asks_the_database_often(desks, asked, django_assert_max_num_queries):
    for n in range(6):
        more = cast.open_(cast.a_question(desks.site, deadline=stage.after(3)), desks.site)
        answered(more, "az", words=f"Number {n}.")
    answered(asked, "az")
    for address in pages_of(asked):
        with django_assert_max_num_queries(stage.MOST_QUERIES):
            desks.page("az", address)


def test_a_page_is_shorter_than_fifty_kilobytes(desks, asked):
    for address in pages_of(asked):
        assert len(desks.page("az", address).encode()) < 50_000


def test_the_list_is_narrowed_to_what_it_is_asked_for(desks, asked):
    other = cast.propose(cast.a_question(desks.site), by="hy", site=desks.site)
    both = {asked.id, other.id}
    shown = {
        only: {item for item in both if item in desks.page("az", f"{HOME}?only={only}")}
        for only in ("", "ours", "waiting", "proposed", "open", "nonsense")
    }
    assert shown == {
        "": both,
        "ours": {asked.id},
        "waiting": {asked.id},
        "proposed": {other.id},
        "open": set(),
        "nonsense": both,
    }
    page = desks.page("az", f"{HOME}?only=ours")
    assert re.search(r'aria-current="true">Our answer is missing <small>1</small>', page)
    assert 'href="?"' in page


def test_the_form_of_an_answer_says_how_many_words_it_has(desks, asked):
    address = f"{HOME}{asked.id}/answer/"
    assert "0 words of at most" in desks.page("az", address)
    desks.post("az", address, ANSWER)
    assert "5 words of at most" in desks.page("az", address)
