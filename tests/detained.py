"""Somebody with words of all kinds, who is detained, or leaves: for tests of both.

world = World(desks, TextsWish.HIDE)     open words, what was made of them, and words that wait
world.by_desk(), world.by_paper()        the detention
world.leaves(Choice.EVERYTHING)          the departure that looks the same
"""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

from django.db import transaction

import cast
import desks as stage
import editors
import participants
import reading
from authors import Writer, discussion, today, turned, writer
from visavis.base import data
from visavis.base.refusal import Refused
from visavis.discussions import translating
from visavis.discussions.translating import Drafted
from visavis.people import detaining, leaving, papers
from visavis.people.instruction import Instruction
from visavis.people.leaving import Choice
from visavis.people.rules import TextsWish
from visavis.press.actions import release_edition
from visavis.record.models import Document as Row
from visavis.safety.reading import reading_as
from visavis.safety.secret import Secret
from visavis.signing.document import Document

SAID, ALSO = "Su hamınındır.", "Ջուրը բոլորինն է։"
ANSWER, WAITS, OWN = "Ես համաձայն եմ։", "Bu hələ gözləyir.", "Համամիտ եմ։"


class World:
    """Somebody of az with open words, two translations of them, an answer of hy, and words that wait."""

    def __init__(self, desks: stage.Desks, texts: TextsWish = TextsWish.KEEP) -> None:
        self.desks = desks
        self.person = writer("az", said=participants.wishes(texts))
        self.other = writer("hy")
        place = discussion(desks.site)
        self.said = turned(self.person.hand_in(place.id, SAID), desks)
        self.answer = turned(self.other.hand_in(place.id, ANSWER, answers=self.said.id), desks)
        self.translation = translated(self.other, self.said, "hy", ALSO, desks)
        self.own_translation = translated(self.person, self.answer, "hy", OWN, desks)
        self.waits = self.person.hand_in(place.id, WAITS)

    @property
    def card(self) -> str:
        return self.person.row.card

    def by_desk(self, *, with_key: bool = True, today: Any = None) -> Instruction | None:
        passphrase = self.desks.passphrase["az"] if with_key else ""
        with reading_as(lambda: reading.desk("az")):
            return participants.locked_out(
                self.desks.account["az"], self.card, desk_passphrase=passphrase, on=today
            )

    def by_paper(self, *, is_removal: bool = False) -> None:
        code = papers.new_code(self.person.row, passphrase=self.person.passphrase)
        detaining.detain_by_paper(code, is_removal=is_removal, today=today())

    def leaves(self, choice: Choice) -> None:
        with self.person.reading():
            leaving.leave(self.person.row, passphrase=self.person.passphrase, choice=choice)

    def state_of(self, document: Document) -> str:
        return Row.objects.get(digest=document.digest).state

    @property
    def states(self) -> list[str]:
        every = (self.said, self.translation, self.own_translation, self.answer)
        return [self.state_of(each) for each in every]


def translated(who: Writer, of: Document, language: str, text: str, desks: stage.Desks) -> Document:
    with who.reading():
        original = translating.original_for(of.id, language)
        body = translating.body_of(original, [text])
        drafted = Drafted(of.id, of.digest, body)
        translating.keep(who.row, drafted, seen="", today=today())
        kept = translating.draft(who.row, of.id, language)
        assert kept is not None
        translating.hand_in(who.row, of.id, language, seen=kept.seen, today=today())
        document = translating.own_of(who.row, of.id)[0].document
    with reading_as(lambda: reading.desk(who.row.side_id)):
        cast.turn(document, who.row.side_id, site=desks.site)
    return document


def why(act: Callable[[], Any]) -> object:
    try:
        act()
    except Refused as refused:
        return refused.reason
    return None


def press() -> dict[str, bytes]:
    """Return every byte that readers and mirrors have after the next edition."""
    release_edition(datetime.combine(stage.DAY, time(12), tzinfo=UTC))
    root = data.public_directory()
    return {
        str(path.relative_to(root)): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }


@contextmanager
def undone(kept: Path) -> Iterator[None]:
    """Let whatever the block does to tables and files be as if it had never been."""
    root = data.public_directory().parent
    shutil.copytree(root, kept)
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
    shutil.rmtree(root)
    shutil.copytree(kept, root)


def undoing(world: World, **changes: Any) -> dict[str, Any]:
    account = world.desks.account["az"]
    return {
        "editor": account,
        "card": world.card,
        "passphrase": editors.PASSPHRASES[account.pk],
        "desk_passphrase": Secret(world.desks.passphrase["az"]),
        **changes,
    }
