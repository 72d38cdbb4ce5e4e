"""Each form of the desks in two windows: who comes second loses no words, and is shown what changed (F8).

`FORMS` has a row for each form into which words are typed, or in which something is ticked: what two editors
of one desk send from pages that both have opened before, and what the second is answered. Every other form
is a button, or asks for so few words that they are typed once more. Both lists together are every form that
there is.
"""

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
import test_access_table as table
from django.db import transaction
from django.test import Client
from django.urls import reverse
from test_access_table import World

import cast
import desks as stage
import editors
import participants as taking
from visavis.library import actions
from visavis.library import queries as library
from visavis.record import queries as record
from visavis.signing.keys import PrivateKey, Purpose
from visavis.signing.several import signatures_file
from visavis.signing.signatures import sign_document
from visavis.signing.vault import vault_key_of

pytestmark = pytest.mark.django_db
world, cheap_sealing = table.world, table._cheap_sealing
"""Fixtures: one of everything, and keys that are opened quickly."""
DRAFT, TEXT, TALKED = table.DRAFT, table.TEXT, table.TALKED
BOTH, AGAIN = "both are kept", "the page again, with what was typed"
BESIDE = "a draft of its own beside the first"
THERE = "what the first has made, with what was typed"
MOVED = "another editor changed"


@dataclass(frozen=True)
class Form:
    """A form in two windows. ``typed`` is found in the second answer, or in the draft where both are kept."""

    name: str
    of: str
    first: Mapping[str, Any]
    second: Mapping[str, Any]
    outcome: str
    typed: tuple[str, ...]
    changed: str = ""
    more: Mapping[str, str] = field(default_factory=dict)
    days: int = 0


def a_line() -> str:
    """What `visavis key new` shows on its last line, without spaces."""
    key = PrivateKey.new()
    return key.public.hex + vault_key_of(key)


KEYS = [a_line() for _ in range(4)]
LETTER = {"kind": "letter", "language": "az", "title": "Ad", "typed": "Söz."}
LONGER = "Fourteen people sat by the well and nobody spoke"


def mark(world: World, number: int) -> str:
    """How the page names this paragraph of the original."""
    page = world.desks.page("az", reverse("library:strike", args=[world.made[TEXT], "az"]))
    return re.findall(r'name="whole" value="([^"]+)"', page)[number]


FORMS = [
    Form(
        "dialogue:draft-question",
        DRAFT,
        {"text_en": "Whose well is it?"},
        {"text_hy": "Ո՞ւմ ջրհորն է"},
        BOTH,
        ("Whose well is it?", "Ո՞ւմ ջրհորն է"),
    ),
    Form(
        "dialogue:draft-question",
        DRAFT,
        {"text_en": "Whose well is it?"},
        {"text_en": "Who dug the well?"},
        AGAIN,
        ("Who dug the well?",),
        "Whose well is it?",
    ),
    Form(
        "discussions:draft",
        TALKED,
        {"title_en": "Whose well?"},
        {"title_hy": "Ո՞ւմ ջրհորը"},
        BOTH,
        ("Whose well?", "Ո՞ւմ ջրհորը"),
    ),
    Form(
        "discussions:draft",
        TALKED,
        {"opening_en": "Whose well is it?", "per_day": "4"},
        {"opening_en": "Who dug the well?", "per_day": "5"},
        AGAIN,
        ("Who dug the well?", 'value="5"'),
        "Whose well is it?",
    ),
    Form(
        "writing:draft",
        table.DRAFT_OF_ONES_OWN,
        {"text": "Bir quyu."},
        {"text": "İki quyu."},
        BESIDE,
        ("Bir quyu.", "İki quyu."),
    ),
    Form(
        "writing:restate",
        table.TO_RESTATE,
        {**table.HEARD, "restated_in_theirs": "Ջուրը սառն է։"},
        {**table.HEARD, "restated": "Bulaq dediniz.", "restated_in_theirs": "Աղբյուր։"},
        AGAIN,
        ("Bulaq dediniz.", "Աղբյուր։"),
        "Dediniz ki, su soyuqdur.",
    ),
    Form(
        "writing:hear",
        table.UNDERSTOOD,
        {"says": "not quite", "original": "az", "correction": "Quyu dedim."},
        {"says": "not quite", "original": "az", "correction": "Bulaq dedim."},
        AGAIN,
        ("Bulaq dedim.",),
        "Quyu dedim.",
    ),
    Form(
        "discussions:answer",
        table.UNDERSTOOD,
        {"says": "not quite", "original": "az", "correction": "Quyu deyilib."},
        {"says": "not quite", "original": "az", "correction": "Bulaq deyilib."},
        AGAIN,
        ("Bulaq deyilib.",),
        "Quyu deyilib.",
        days=1,
    ),
    Form(
        "dialogue:draft-answer",
        table.ASKED,
        {"pen_name": "A. N.", "original": "az", "words_az": "Quyu bizimdir."},
        {"pen_name": "B. N.", "original": "az", "words_az": "Quyu hamınındır."},
        AGAIN,
        ("Quyu hamınındır.", "B. N."),
        "Quyu bizimdir.",
    ),
    Form(
        "dialogue:propose-later-deadline",
        table.ASKED,
        {"deadline": "2030-12-20"},
        {"deadline": "2030-11-11"},
        AGAIN,
        ("2030-11-11",),
        "The desks are reviewing the next version of this question.",
    ),
    Form(
        "library:details",
        TEXT,
        {"kind": "letter", "author": "Ayten"},
        {"kind": "letter", "author": "Nadia"},
        AGAIN,
        ("Nadia",),
        "Ayten",
    ),
    Form(
        "library:words",
        TEXT,
        {"title": "Ad", "typed": "Bir quyu."},
        {"title": "Ad", "typed": "İki quyu."},
        AGAIN,
        ("İki quyu.",),
        "Bir quyu.",
        {"code": "az"},
    ),
    Form(
        "library:beside",
        TEXT,
        {"title": "Մի ջրհոր"},
        {"title": "Երկու ջրհոր"},
        AGAIN,
        ("Երկու ջրհոր",),
        "Մի ջրհոր",
        {"code": "hy"},
    ),
    Form(
        "library:rows",
        TEXT,
        {"beside_0": ""},
        {"beside_0": "2"},
        AGAIN,
        ('value="2"',),
        "Another editor wrote here:",
        {"code": "hy"},
    ),
    Form(
        "library:add-language",
        TEXT,
        {"language": "en", "title": "Well", "typed": "One well."},
        {"language": "en", "title": "Wells", "typed": LONGER},
        THERE,
        ("Wells", LONGER),
        "The text already exists in this language.",
    ),
    Form(
        "library:translate",
        "an open text's id",
        {"language": "en", "title": "Well", "typed": "One well."},
        {"language": "en", "title": "Wells", "typed": LONGER},
        THERE,
        ("Wells", LONGER),
        "Your desk has a draft of this already.",
    ),
    Form(
        "desk:brought-key",
        "",
        {"public_key": KEYS[0], "recovery_key": KEYS[1]},
        {"public_key": KEYS[2], "recovery_key": KEYS[3]},
        AGAIN,
        (KEYS[2], KEYS[3]),
        "The desks are reviewing a new charter.",
    ),
]
CHOSEN_APART = {
    "library:strike": "ticks and quotes, tried below",
    "library:undo-strike": "beside ticks and quotes, tried below",
    "desk:own-texts": "ticks: what another editor has closed since is not closed twice (test_pause)",
    "desk:sign-several": "ticks and files, tried below",
    "desk:leave-unopened": "decided once: who comes second gets the note back (test_all_in_the_queue)",
    "guests:write": "one's own, in one's own windows: the second finds both (test_guests)",
    "dialogue:invite": "a seat has one invitation: a second window is refused (test_guests)",
    "desk:contributions": "ticks and files: what changed since is not keyed (test_the_desks_queue)",
    "desk:propose-key": "words of a passphrase, tried below",
    "translating:write": "tried in tests/discussions/test_translating.py",
    "translating_at_desk:write": "tried in tests/discussions/test_translating.py",
    "taking:join-wishes": "one person's own, before there is an account",
    "taking:instruction": "one person's own, in one's own windows: what is sent last is kept",
    "people:own-wishes": "one editor's own, in one's own windows: what is sent last is kept",
    "cards:card": "one person's own, in one's own windows: what is sent last is kept",
    "cards:preview": "a cue that is to go, in one's own windows",
    "desk_cards:lists": "ticks; the page shows what is ticked now",
    "people:key": "keys, tried below",
    "people:keep-key": "words of a passphrase, tried below",
}
MAKES_ITS_OWN = {
    "telling:tell": "each is a word of its own to the desk",
    "dialogue:new-question": "each makes a draft of its own",
    "writing:write": "each makes a draft of its own",
    "library:new-text": "each makes a draft of its own",
    "discussions:new": "each makes a draft of its own",
    "taking:paper": "each makes a code; the one before counts no more",
    "pauses:statement": "each is a proposal of its own; a second one of the open statement is refused",
    "pauses:statement-again": "each is a proposal of its own",
    "people:own-paper": "each makes a code; the one before counts no more",
    "people:invite": "each makes a code of its own",
    "people:cards": "each makes a batch of its own",
}
SECRETS = {
    "people:detained": "passphrases, never given back",
    "people:undo-detained": "passphrases, never given back",
    "people:come-back": "passphrases, never given back",
    "taking:hidden": "a passphrase, never given back",
    "taking:back": "a code, which is used up",
    "taking:by-paper": "a code, which is used up",
    "people:sign-in": "passphrase and digits, never given back",
    "people:set-up": "a code, before there is a desk",
    "taking:join-code": "a code, before there is an account",
    "taking:join-repeat": "one's own passphrase, in one's own session",
    "people:set-up-words": "one's own passphrase, in one's own session",
    "people:set-up-authenticator": "one's own authenticator, in one's own session",
    "people:account": "passphrase and digits, never given back",
    "people:renew-words": "one's own passphrase, in one's own session",
    "people:renew-authenticator": "one's own authenticator, in one's own session",
    "people:let-count": "the desk's passphrase, never given back",
    "people:remove": "the desk's passphrase, never given back",
    "people:freeze": "one's own passphrase, never given back",
    "people:unfreeze": "the desk's passphrase, never given back",
    "people:frozen-wishes": "the desk's passphrase, never given back",
    "people:desk-passphrase-words": "the desk's passphrase, never given back",
    "taking:sign-in": "a passphrase, never given back",
    "taking:account": "one's own passphrase, never given back",
    "taking:renew-words": "one's own passphrase, in one's own session",
    "taking:leave": "one's own passphrase, never given back",
    "desk:turn-key": "the desk's passphrase, never given back",
    "desk:stand-alone": "the desk's passphrase, never given back",
    "desk:take-down": "the desk's passphrase, never given back",
    "desk:end-pause": "the desk's passphrase, never given back",
    "desk:sign-charter": "the desk's passphrase, never given back",
    "desk:take-back-recovery": "the recovery key, never given back",
    "desk:closings": "a file, which stays on its machine",
}
BUTTONS = {
    "translating:give-up",
    "translating:withdraw",
    "translating_at_desk:give-up",
    "translating_at_desk:decline",
    "writing:tick-off",
    "writing:choose",
    "guests:hand-in",
    "guests:give-up",
    "guests:withdraw",
    "dialogue:take-invitation-back",
    "dialogue:leave-unopened",
    "writing:hand-in",
    "writing:give-up",
    "writing:take-up",
    "writing:change",
    "writing:withdraw",
    "writing:take-back",
    "discussions:hand-on",
    "desk:seen-to",
    "cards:close",
    "people:sign-out",
    "people:withdraw-invitations",
    "people:void-batch",
    "people:keep",
    "people:desk-passphrase",
    "people:let-read",
    "taking:sign-out",
    "taking:leave-quickly",
    "people:new-key",
    "desk:pause",
    "desk:refuse",
    "desk:withdraw",
    "desk:earlier",
    "desk:new-key",
    "desk:propose-kinds",
    "discussions:propose",
    "discussions:give-up",
    "discussions:draft-again",
    "discussions:change",
    "dialogue:propose-question",
    "dialogue:give-up-question",
    "dialogue:draft-question-again",
    "dialogue:change-question",
    "dialogue:propose-empty-chairs",
    "dialogue:propose-answer",
    "dialogue:give-up-answer",
    "dialogue:take-back-answer",
    "dialogue:correct-answer",
    "library:propose",
    "library:give-up",
    "library:take-away",
    "library:change",
    "library:draft-again",
}
TELLS = re.compile(r'role="(?:alert|status)"')
"""An answer that is no other page says what happened."""


def address_of(world: World, name: str, of: str, more: Mapping[str, str]) -> str:
    _address, pattern = table.live_routes()[name]
    names = list(pattern.pattern.converters)
    values = {**({names[0]: world.made[of]} if of else {}), **more}
    return reverse(name, kwargs=values)


def window(world: World, side: str = "az") -> Client:
    """A browser of one more editor of this desk."""
    return editors.signed_in(world.desks.account[side])


def window_on(world: World, name: str) -> Client:
    """A browser of one more person who has the page under this name."""
    if table.is_participants(name):
        return taking.signed_in(world.participants["mine"].participant)
    return window(world)


def sent_by(page: str) -> dict[str, str]:
    """Return what a browser would send of the page's form, untouched."""
    start = page.find('name="seen"')
    form = page[start - 200 :] if start >= 0 else ""
    fields = dict(re.findall(r'<input[^>]*?name="([^"]+)"[^>]*?value="([^"]*)"', form))
    areas = re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>\n(.*?)</textarea>', form, re.DOTALL)
    chosen = re.findall(
        r'<select name="([^"]+)".*?<option value="([^"]+)" selected', form, re.DOTALL
    )
    sent = {**fields, **dict(areas), **dict(chosen)}
    kept = {name: value for name, value in sent.items() if not name.startswith("keep_")}
    kept.pop("csrfmiddlewaretoken", None)
    return {name: html.unescape(value) for name, value in kept.items()}


@pytest.mark.parametrize("form", FORMS, ids=lambda form: f"{form.name}, {form.outcome}")
def test_who_comes_second_loses_no_words_and_is_shown_what_changed(
    world: World,
    form: Form,
) -> None:
    with stage.on(stage.after(form.days)):
        windows = [window_on(world, form.name), window_on(world, form.name)]
        address = address_of(world, form.name, form.of, form.more)
        shown = windows[0].get(address)
        page = sent_by(shown.content.decode()) if shown.status_code == 200 else {}
        first = windows[0].post(address, {**page, **form.first})
        assert first.status_code == 302, first.content.decode()
        second = windows[1].post(address, {**page, **form.second})
        if form.outcome == BOTH:
            assert second.status_code == 302
            answer = windows[0].get(address).content.decode()
        elif form.outcome == BESIDE:
            assert second.status_code == 302
            both = [windows[1].get(each) for each in (address, second["Location"])]
            assert TELLS.search(both[1].content.decode())
            answer = "".join(each.content.decode() for each in both)
        else:
            assert second.status_code == 409
            answer = second.content.decode()
            assert TELLS.search(answer)
            assert form.changed in html.unescape(answer)
            assert stage.faults_in(answer) == []
        for words in form.typed:
            assert words in html.unescape(answer)
        if form.outcome == THERE:
            there = re.search(r'<a class="more" href="([^"]+)">To the existing words', answer)
            assert there
            assert windows[1].get(there[1], follow=True).status_code == 200


def test_every_form_is_in_one_of_the_lists(world: World) -> None:
    listed = [
        *{form.name for form in FORMS},
        *CHOSEN_APART,
        *MAKES_ITS_OWN,
        *SECRETS,
        *BUTTONS,
    ]
    assert len(listed) == len(set(listed))
    takes_forms = {
        name
        for name, (_address, pattern) in table.live_routes().items()
        if window_on(world, name).post(reverse_any(name, pattern)).status_code != 405
    }
    assert set(listed) == takes_forms


def reverse_any(name: str, pattern: Any) -> str:
    return reverse(name, kwargs=dict.fromkeys(pattern.pattern.converters, "0"))


def test_a_button_that_a_colleague_pressed_first_is_answered_in_words(world: World) -> None:
    for name in sorted({*BUTTONS, *SECRETS, *MAKES_ITS_OWN} - {"people:sign-in"}):
        for scene in table.SCENES[name]:
            with stage.on(stage.after(scene.days)), transaction.atomic():
                address = address_of(world, name, scene.of, scene.more)
                sent = dict(scene.sends(world, table.cast_of(name).owner)) if scene.sends else {}
                window_on(world, name).post(address, sent)
                second = window_on(world, name).post(address, sent)
                transaction.set_rollback(True)
            page = second.content.decode()
            assert second.status_code in {200, 302, 303, 403, 404, 409}, name
            if second.status_code == 404:
                # One's own words have no colleague: it was another window.
                is_own = table.is_participants(name)
                assert (
                    "no longer here. Nothing" if is_own else "Another editor may have"
                ) in page, name
            elif second.status_code == 409:
                assert TELLS.search(page), name


def test_what_is_hidden_and_what_never_was_answer_a_button_alike(world: World) -> None:
    """No sentence for colleagues tells that something is there."""
    hidden, never = world.made[table.SEALED], "0" * 64
    client = window(world, "hy")
    answers = [
        client.post(reverse("desk:withdraw", args=[digest])).content for digest in (hidden, never)
    ]
    assert answers[0] == answers[1]
    assert b"Another editor may have" in answers[0]


# ---- what is ticked and quoted ----


def strike(world: World, client: Client, **fields: Any) -> Any:
    address = reverse("library:strike", args=[world.made[TEXT], "az"])
    return client.post(address, {"why": "length", "quoted": "", **fields})


def drafted(world: World) -> Any:
    return library.draft_for("az", world.made[TEXT])


def cuts(world: World) -> list[tuple[int, str]]:
    version = drafted(world).body.first
    return [(cut.unit, version.units[cut.unit].text[cut.start : cut.end]) for cut in version.cuts]


def three_paragraphs(world: World, *texts: str) -> None:
    address = reverse("library:words", args=[world.made[TEXT], "az"])
    typed = "\n\n".join(texts)
    sent = {"title": "Ad", "typed": typed, "seen": drafted(world).seen}
    assert window(world).post(address, sent).status_code == 302


@pytest.fixture
def text(world: World) -> World:
    words = actions.words_from(title="Ad", typed="Birinci söz.\n\nİkinci söz.\n\nÜçüncü söz.")
    world.made[TEXT] = actions.draft_text(
        side="az", kind="letter", original="az", words={"az": words}, today=stage.DAY
    )
    return world


def test_two_editors_who_strike_different_paragraphs_both_strike(text: World) -> None:
    seen = drafted(text).seen
    marks = [mark(text, number) for number in range(3)]
    for number in (0, 2):
        sent = strike(text, window(text), whole=[marks[number]], seen=seen)
        assert sent.status_code == 302
    assert cuts(text) == [(0, "Birinci söz."), (2, "Üçüncü söz.")]


def test_a_ticked_paragraph_that_moved_is_struck_where_it_is_now(text: World) -> None:
    seen, ticked = drafted(text).seen, mark(text, 2)
    three_paragraphs(text, "Yeni söz.", "Birinci söz.", "İkinci söz.", "Üçüncü söz.")
    assert strike(text, window(text), whole=[ticked], seen=seen).status_code == 302
    assert cuts(text) == [(3, "Üçüncü söz.")]


def test_what_is_ticked_and_gone_is_told_and_the_rest_stays_ticked(text: World) -> None:
    seen = drafted(text).seen
    ticked = [mark(text, 1), mark(text, 2)]
    three_paragraphs(text, "Üçüncü söz.", "İkinci cümlə.")
    refused = strike(text, window(text), whole=ticked, quoted="İkinci cümlə", seen=seen)
    page = html.unescape(refused.content.decode())
    assert refused.status_code == 409
    assert MOVED in page
    assert "1 paragraph that you ticked was changed or is gone." in page
    assert re.findall(r'aria-label="Cut paragraph (\d)" checked', page) == ["1"]
    assert "İkinci cümlə</textarea>" in page
    assert stage.faults_in(page) == []
    assert cuts(text) == []
    again = strike(text, window(text), whole=[mark(text, 0)], quoted="İkinci cümlə")
    assert again.status_code == 302
    assert cuts(text) == [(0, "Üçüncü söz."), (1, "İkinci cümlə")]


def undo(world: World, client: Client, **fields: Any) -> Any:
    address = reverse("library:undo-strike", args=[world.made[TEXT], "az"])
    return client.post(address, fields)


def test_words_are_put_back_in_two_windows_and_ticks_stay(text: World) -> None:
    strike(text, window(text), whole=[mark(text, 0), mark(text, 1)])
    page = text.desks.page("az", reverse("library:strike", args=[text.made[TEXT], "az"]))
    first, second = re.findall(r'name="cut" value="([^"]+)"', page)
    seen, ticked = drafted(text).seen, mark(text, 2)
    assert undo(text, window(text), cut=first, seen=seen).status_code == 302
    kept = undo(text, window(text), cut=second, seen=seen, whole=ticked, quoted="söz")
    shown = kept.content.decode()
    assert kept.status_code == 200
    assert f'value="{ticked}" aria-label="Cut paragraph 3" checked' in shown
    assert "söz</textarea>" in shown
    assert cuts(text) == []
    refused = undo(text, window(text), cut=first, seen=seen, whole=ticked)
    assert refused.status_code == 409
    assert "Nothing is cut at this place any more" in refused.content.decode()
    assert "Cut paragraph 3" in refused.content.decode()


# ---- keys ----


def test_signatures_in_a_file_are_taken_although_a_colleague_signed_one(
    world: World,
) -> None:
    site = world.desks.site
    documents = [cast.an_article(site) for _ in range(3)]
    for document in documents:
        cast.propose(document, by="az", site=site)
    file = signatures_file(sign_document(each, key=site.key("hy")) for each in documents)
    cast.turn(documents[0], "hy", site=site)
    sent = window(world, "hy").post(reverse("desk:sign-several"), {"signature": file.decode()})
    assert (sent.status_code, sent["Location"]) == (302, "/en/desk/?done=signed-rest")
    signed = [{each.side for each in record.signatures_of(one.digest)} for one in documents]
    assert signed == [{"hy"}] * 3
    again = window(world, "hy").post(reverse("desk:sign-several"), {"signature": file.decode()})
    assert again.status_code == 409
    assert "no longer waits for your key" in again.content.decode()


def test_two_windows_of_one_browser_show_the_same_new_passphrase(
    world: World,
) -> None:
    client, address = window(world), reverse("desk:new-key")
    shown = []
    for _window in range(2):
        client.post(address, {"why": "renewal"})
        shown.append(re.findall(r"<li><code>(\w+)</code>", client.get(address).content.decode()))
    assert shown[0] == shown[1]
    assert len(shown[0]) == 6


def test_a_second_new_key_is_told_which_charter_waits_and_keeps_its_words(
    world: World,
) -> None:
    first, second = window(world), window(world)
    for client in (first, second):
        client.post(reverse("desk:new-key"), {"why": "renewal"})
    answers = [new_key_proposed(world, client) for client in (first, second)]
    assert answers[0].status_code == 302
    page = answers[1].content.decode()
    assert answers[1].status_code == 409
    assert "The desks are reviewing a new charter." in page
    assert re.search(r'name="first" value="\w+"', page)


def new_key_proposed(world: World, client: Client) -> Any:
    words = re.findall(
        r"<li><code>(\w+)</code>", client.get(reverse("desk:new-key")).content.decode()
    )
    address = reverse("desk:propose-key")
    asked = re.findall(r"Word number (\d)", client.get(address).content.decode())
    typed = {name: words[int(n) - 1] for name, n in zip(("first", "second"), asked, strict=True)}
    return client.post(address, {**typed, "passphrase": world.desks.passphrase["az"]})


@pytest.mark.parametrize(
    "typed", ["{} {}", "{}{}", " {}\u00a0{}\n", "{}\n  {}"], ids=["shown", "bare", "pasted", "rows"]
)
def test_a_key_is_read_as_it_is_shown_pasted_or_typed(
    world: World,
    typed: str,
) -> None:
    """F23, of every form that asks for signs: groups, ends of lines and capitals do not matter."""
    key = a_line()
    sent = {"public_key": typed.format(key[:32], key[32:]).upper()}
    done = window(world).post(reverse("desk:brought-key"), sent)
    assert done.status_code == 302


def test_a_second_editor_sees_that_other_keys_were_given(db: None) -> None:
    with stage.on(stage.DAY):
        world_before_keys = editors.found()
        joined = editors.joined(world_before_keys.codes["az"], at=editors.NOW).account
        windows = [editors.signed_in(joined), editors.signed_in(joined)]
        address = reverse("people:key")
        pairs = [{"public_key": KEYS[0], "recovery_key": KEYS[1]}]
        pairs += [{"public_key": KEYS[2], "recovery_key": KEYS[3]}]
        assert windows[0].post(address, pairs[0]).status_code == 302
        second = windows[1].post(address, pairs[1])
        page = second.content.decode()
        assert second.status_code == 409
        assert all(key[:64] in page for key in KEYS)
        assert "In the meantime another editor of your desk submitted these keys." in page


def test_a_signature_for_closing_is_no_signature_of_a_document(
    world: World,
) -> None:
    """What is taken from a file is what was signed for just this: the rest of the file changes nothing."""
    site = world.desks.site
    document = cast.an_article(site)
    cast.propose(document, by="az", site=site)
    signature = site.key("hy").sign(document.digest, purpose=Purpose.CLOSING)
    file = sign_document(document, key=site.key("hy")).data.decode()
    honest = re.search(r'"signature":\s*"([^"]+)"', file)
    assert honest
    forged = file.replace(honest[1], signature)
    sent = window(world, "hy").post(reverse("desk:sign-several"), {"signature": forged})
    assert sent.status_code == 409
    assert record.signatures_of(document.digest) == ()
