"""A pause seen from the public side: what is held, what stays, and that all of it comes back."""

from datetime import timedelta

import pytest
from printing import Press, set_up
from test_incremental import made_again_from_the_copy

import cast
from talk import Talk, a_card
from visavis.base.refusal import Refused
from visavis.pages import addresses
from visavis.press.models import Place
from visavis.record import models
from visavis.record.models import Document as Row
from visavis.record.queries import pauses
from visavis.record.rules import RecordRefusal, State

pytestmark = pytest.mark.django_db


class World:
    """A site on which both sides have spoken, released once."""

    def __init__(self, press: Press) -> None:
        self.press, self.site = press, press.site
        self.talk = Talk(press)
        self.article = press.open(cast.an_article(press.site))
        self.ours = self.talk.says("az", "Bizim söz.")
        self.theirs = self.talk.says("hy", "Մեր խոսքը։", to=self.ours)
        self.in_theirs = self.talk.translates(self.ours, "hy", "hy", "Այլ բառերով։")
        press.release()
        self.before = press.tree()

    def later(self, hours):
        """Some hours later: the edition that is due then, if one is."""
        self.press.hours += hours
        moved, self.press.hours = divmod(self.press.hours + 12, 24)
        self.press.hours -= 12
        self.press.day += timedelta(days=moved)
        return self.press.release()

    def pause(self, side="az"):
        pause = self.press.open(cast.a_pause(self.site, side, day=self.press.day))
        self.press.release()
        return pause

    def home(self, code="en"):
        return self.press.page(addresses.home(code))

    def is_shown(self, *words):
        """Which of these stand anywhere in the record, compressed copies aside."""
        every = [self.press.store.content(path) or b"" for path in self.press.tree()]
        return [any(word.encode() in each for each in every) for word in words]

    def is_whole(self):
        step_by_step = self.press.tree()
        self.press.release(full=True)
        assert self.press.tree() == step_by_step
        assert made_again_from_the_copy(self.press) == ()


@pytest.fixture
def world(db) -> World:
    return World(set_up(cast.a_charter()))


def test_one_sides_words_are_held_and_the_others_stay_and_all_come_back(world):
    assert world.is_shown("Bizim söz.", "Այլ բառերով։", "Մեր խոսքը։") == [True, True, True]
    pause = world.pause()
    # With its words goes what gives them in other words, no matter who wrote that down.
    assert world.is_shown("Bizim söz.", "Այլ բառերով։", "Մեր խոսքը։") == [False, False, True]
    assert world.is_shown(world.article.body["versions"]["az"]["title"]) == [True]
    assert "Pause" in world.home()
    assert f"{pause.digest}" in "".join(world.press.tree())
    world.is_whole()
    # The last second of the 72 hours, and the hour itself.
    world.later(71)
    assert world.is_shown("Bizim söz.") == [False]
    world.later(1)
    assert world.press.tree() == world.before
    world.is_whole()
    assert Row.objects.get(digest=pause.digest).data == b""
    (ended,) = pauses()
    assert (ended.n_held, ended.n_back) == (3, 3)
    assert not models.Closing.objects.exists()


def test_what_opens_in_a_pause_waits_for_its_end(world):
    world.pause()
    card = world.press.open(a_card(world.site, "az", day=world.press.day))
    world.talk.says("az", "Sonra.", by=card)
    world.press.release()
    assert world.is_shown("Sonra.") == [False]
    world.later(72)
    assert world.is_shown("Sonra.", "Bizim söz.") == [True, True]


def test_the_statement_that_all_sides_signed_is_the_home_page(world):
    world.press.open(cast.a_statement(world.site))
    world.press.release()
    before = world.press.tree()
    assert "Calm (en)" not in world.home()
    world.pause("hy")
    for code in cast.SITE_LANGUAGES:
        assert f"Calm ({code})" in world.home(code)
        assert f"We go on. ({code})" in world.home(code)
    assert "Why this site" not in world.home()
    assert "Side hy (en)" in world.home()
    world.is_whole()
    world.later(72)
    assert world.press.tree() == before


def test_without_a_statement_the_home_page_stays_and_says_that_there_is_a_pause(world):
    world.pause()
    assert "Why this site" in world.home()
    assert "Side az (en)" in world.home()


def test_all_sides_end_it_together_and_none_alone(world):
    pause, at = world.pause(), world.press.at + timedelta(minutes=22)
    for side in ("az", "hy"):
        assert world.is_shown("Bizim söz.") == [False]
        cast.take_down(pause, side, site=world.site, at=at)
        assert models.Pause.objects.get().ends_at.minute == 0
        world.press.release()
        if side == "az":
            with pytest.raises(Refused) as refused:
                cast.take_down(pause, side, site=world.site, at=world.press.at)
            assert refused.value.reason is RecordRefusal.END_ASKED
    assert world.press.tree() == world.before


def test_all_sides_together_hold_all_that_is_a_sides_own(world):
    world.pause(None)
    assert world.is_shown("Bizim söz.", "Մեր խոսքը։") == [False, False]
    assert world.is_shown(world.article.body["versions"]["az"]["title"]) == [True]
    world.is_whole()
    world.later(72)
    assert world.press.tree() == world.before


def test_what_is_closed_for_good_in_a_pause_does_not_come_back(world):
    world.pause()
    cast.take_down(world.ours, "az", site=world.site, at=world.press.at)
    world.later(72)
    assert world.is_shown("Bizim söz.", "Այլ բառերով։", "Մեր խոսքը։") == [False, False, True]
    (ended,) = pauses()
    assert (ended.n_held, ended.n_back) == (3, 1)


# Attacks


def test_a_side_cannot_pause_again_and_again(world):
    world.pause()
    with pytest.raises(Refused) as refused:
        world.pause()
    assert refused.value.reason is RecordRefusal.PAUSED
    world.later(72)
    world.later(13 * 24)
    with pytest.raises(Refused) as refused:
        world.pause()
    assert refused.value.reason is RecordRefusal.PAUSED_LATELY
    world.later(24)
    world.pause()
    assert world.is_shown("Bizim söz.") == [False]


def test_what_a_lone_closing_lets_go_in_a_pause_is_in_no_edition(world):
    """The other side closes a text alone, so that it would open again while its own side pauses."""
    cast.take_down(world.ours, "hy", site=world.site, at=world.press.at)
    lapses = models.Closing.objects.get(document=world.ours.digest).reopens_at
    world.press.release()
    world.later(int((lapses - world.press.at) / timedelta(hours=1)) - 24)
    world.pause()
    for hours in (23, 1, 1):
        world.later(hours)
        assert world.is_shown("Bizim söz.", "Այլ բառերով։", "Մեր խոսքը։") == [False, False, True]
    assert not models.Closing.objects.filter(with_item="").exists(), "the control: it has lapsed"
    world.later(72)
    assert world.press.tree() == world.before


def test_a_side_cannot_hold_the_others_words(world):
    for pause in (cast.a_pause(world.site, "hy"), cast.a_pause(world.site, None)):
        if pause.side:
            with pytest.raises(Refused) as refused:
                cast.propose(pause, by="az", site=world.site)
            assert refused.value.reason is RecordRefusal.NOT_OUR_WORDS
            with pytest.raises(Refused):
                cast.turn(pause, "az", site=world.site)
        else:
            cast.propose(pause, by="az", site=world.site)
            assert cast.turn(pause, "az", site=world.site) is State.PROPOSED
        world.press.release()
        assert world.is_shown("Մեր խոսքը։") == [True]


def test_rows_hold_nothing_that_no_side_has_signed(world):
    """Somebody who writes rows puts a pause of the other side there, open, with a signature of their own."""
    forged = cast.a_pause(world.site, "hy")
    row = Row.objects.get(digest=world.ours.digest)
    row.pk, row.digest, row.item, row.subject = None, forged.digest, forged.id, forged.id
    row.kind, row.side, row.data, row.proposed_by = "pause", "hy", forged.data, "hy"
    row.save(force_insert=True)
    signed = cast.sign(forged, world.site.key("az"), side="hy")
    models.Signature.objects.create(
        document=row, side="hy", public_key=signed.public_key, signature=signed.signature
    )
    models.Changed.objects.create(subject=forged.id)
    world.press.release()
    assert world.is_shown("Մեր խոսքը։") == [True]
    assert world.press.tree() == world.before
    world.pause("hy")
    assert world.is_shown("Մեր խոսքը։") == [False]


def test_a_row_revives_no_pause_that_is_over(world):
    pause = world.pause()
    row, signatures = (
        Row.objects.get(digest=pause.digest),
        list(models.Signature.objects.filter(document=pause.digest)),
    )
    world.later(72)
    models.Pause.objects.all().delete()
    row.save()
    models.Signature.objects.bulk_create(signatures)
    models.Changed.objects.create(subject=pause.id)
    world.later(1)
    assert world.is_shown("Bizim söz.") == [True]
    assert world.press.tree() == world.before


def test_a_pause_written_again_over_its_end_stops_no_edition(world):
    pause = world.pause()
    row = Row.objects.get(digest=pause.digest)
    world.later(72)
    row.save()
    world.press.release()
    assert world.is_shown("Bizim söz.") == [True]


def test_an_own_note_of_closing_ends_no_pause_from_a_file(world):
    """What a side signs to ask for the end, handed in as a closing of its own words, is refused."""
    from visavis.record import closings
    from visavis.record.closings import SignedNote
    from visavis.record.destroying import may_be_closed
    from visavis.record.queries import closing_note
    from visavis.signing.canonical import digest_of
    from visavis.signing.keys import Purpose

    pause, key = world.pause(), world.site.key("az")

    def final_of(document):
        note = closing_note(document, side="az", today=world.press.day)
        signature = key.sign(digest_of(note), purpose=Purpose.CLOSING)
        signed = SignedNote(note=note, public_key=key.public.hex, signature=signature)
        return closings.final_closing([signed], charters=[world.site.charter])

    assert may_be_closed(final_of(world.ours))
    assert not may_be_closed(final_of(pause))


def test_it_has_a_place_of_its_own_and_takes_none_of_others(world):
    places = set(Place.objects.exclude(list="site-pages").values_list("list", "item", "number"))
    world.pause()
    world.later(72)
    assert (
        set(Place.objects.exclude(list="site-pages").values_list("list", "item", "number"))
        == places
    )
