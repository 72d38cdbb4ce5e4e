"""What a participant keeps for themselves: drafts and notes, in rows that only they find and only they open.

No row says whose it is, or which belong together: the id is made of the purse and a name. A row goes on its
day, or when its author takes it away.
"""

from collections.abc import Iterable, Mapping
from datetime import date

from visavis.safety.asking import asked, done, placeholders
from visavis.safety.transactions import act_about_persons
from visavis.signing.boxes import CannotOpenError

from .authors import Author
from .models import OwnBox
from .purse import Purse

DRAFTS = tuple(f"draft {n}" for n in range(20))
TRANSLATIONS = tuple(f"translation {n}" for n in range(10))
THERE = 'SELECT id, box FROM "people_ownbox" WHERE id IN ({ids})'
GONE = 'DELETE FROM "people_ownbox" WHERE id IN ({ids})'
ANSWERS = tuple(f"answer {n}" for n in range(5))
NAMES = (*DRAFTS, *TRANSLATIONS, *ANSWERS, "notes", "card")
"""Every name under which anything is kept: what goes when its author leaves."""


def read(purse: Purse, names: Iterable[str]) -> Mapping[str, bytes]:
    """Return what lies under these names; a name without a row is left out. One query."""
    ids = {purse.slot(name): name for name in names}
    found, author = {}, Author(purse)
    for slot, box in asked(THERE.format(ids=placeholders(len(ids))), list(ids)):
        try:
            found[ids[slot]] = author.open(bytes(box), about=_about(slot))
        except CannotOpenError:
            continue  # written over by somebody who writes rows: for its author there is nothing
    return found


def used(purse: Purse, names: Iterable[str]) -> frozenset[str]:
    """Return under which of these names anything lies. One query, and nothing is opened."""
    ids = {purse.slot(name): name for name in names}
    found = OwnBox.objects.filter(pk__in=ids).values_list("pk", flat=True)
    return frozenset(ids[each] for each in found)


def keep(purse: Purse, name: str, words: bytes, *, ends_on: date) -> None:
    """These words, and no others, lie under the name until that day."""
    slot = purse.slot(name)
    box = Author(purse).shut_alone(words, about=_about(slot))
    _write(slot, box, ends_on)


@act_about_persons
def drop(purse: Purse, names: Iterable[str]) -> None:
    """Nothing lies under these names any more."""
    take_away(purse, names)


def take_away(purse: Purse, names: Iterable[str]) -> None:
    """The same, within an act about persons."""
    slots = [purse.slot(name) for name in names]
    done(GONE.format(ids=placeholders(len(slots))), slots)


@act_about_persons
def forget_what_is_past(*, today: date) -> None:
    """What has had its day is gone."""
    OwnBox.objects.filter(ends_on__lt=today).delete()


@act_about_persons
def _write(slot: str, box: bytes, ends_on: date) -> None:
    OwnBox.objects.update_or_create(pk=slot, defaults={"box": box, "ends_on": ends_on})


def _about(slot: str) -> str:
    return f"people_ownbox.box {slot}"
