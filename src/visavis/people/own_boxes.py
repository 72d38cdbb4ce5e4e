"""What a participant keeps for themselves: drafts and notes, in rows that only they find and only they open.

No row says whose it is, or which belong together: the id is made of the purse and a name. A row goes on its
day, or when its author takes it away.

A place of a draft that came back with the same id would join, in two copies of the disk, what was handed in
from it each time. So the id of a numbered place is made of the days as well in which it was written.
"""

import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta

from django.utils import timezone

from visavis.safety.asking import asked, done, placeholders
from visavis.safety.transactions import act_about_persons
from visavis.signing.boxes import CannotOpenError

from .authors import Author
from .models import OwnBox
from .purse import Purse

THERE = 'SELECT id, box FROM "people_ownbox" WHERE id IN ({ids})'
GONE = 'DELETE FROM "people_ownbox" WHERE id IN ({ids})'
DRAFTS = tuple(f"draft {n}" for n in range(20))
TRANSLATIONS = tuple(f"translation {n}" for n in range(10))
ANSWERS = tuple(f"answer {n}" for n in range(5))
NAMES = (*DRAFTS, *TRANSLATIONS, *ANSWERS, "notes", "card")
"""Every name under which anything is kept: what goes when its author leaves."""
NUMBERED = frozenset({*DRAFTS, *TRANSLATIONS, *ANSWERS})
LONGEST = timedelta(days=30)
"""So long a numbered place is found; it may end earlier."""
DAYS = 3
"""In so many days a numbered place has one id. Fewer would make a page of one's own slower: 2 µs an id."""
draw: Callable[[Sequence[str]], str] = secrets.choice
"""How a free place is found; tests take the first."""


def read(purse: Purse, names: Iterable[str]) -> Mapping[str, bytes]:
    """Return what lies under these names; a name without a row is left out. One query."""
    ids = {slot: name for name in names for slot in _slots(purse, name)}
    found, author = {}, Author(purse)
    for slot, box in asked(THERE.format(ids=placeholders(len(ids))), list(ids)):
        try:
            found[ids[slot]] = author.open(bytes(box), about=_about(slot))
        except CannotOpenError:
            continue  # written over by somebody who writes rows: for its author there is nothing
    return found


def used(purse: Purse, names: Iterable[str]) -> frozenset[str]:
    """Return under which of these names anything lies. One query, and nothing is opened."""
    ids = {slot: name for name in names for slot in _slots(purse, name)}
    found = OwnBox.objects.filter(pk__in=ids).values_list("pk", flat=True)
    return frozenset(ids[each] for each in found)


def free(purse: Purse, names: Sequence[str]) -> str | None:
    """Return one of these names under which nothing lies, drawn by lot: the first would soon come back."""
    there = used(purse, names)
    left = [name for name in names if name not in there]
    return draw(left) if left else None


def keep(purse: Purse, name: str, words: bytes, *, ends_on: date) -> None:
    """These words, and no others, lie under the name until that day."""
    slot, *earlier = _slots(purse, name)
    box = Author(purse).shut_alone(words, about=_about(slot))
    _write(slot, box, ends_on, instead_of=earlier)


@act_about_persons
def drop(purse: Purse, names: Iterable[str]) -> None:
    """Nothing lies under these names any more."""
    take_away(purse, names)


def take_away(purse: Purse, names: Iterable[str]) -> None:
    """The same, within an act about persons."""
    slots = [slot for name in names for slot in _slots(purse, name)]
    done(GONE.format(ids=placeholders(len(slots))), slots)


@act_about_persons
def forget_what_is_past(*, today: date) -> None:
    """What has had its day is gone."""
    OwnBox.objects.filter(ends_on__lt=today).delete()


@act_about_persons
def _write(slot: str, box: bytes, ends_on: date, *, instead_of: Sequence[str]) -> None:
    if instead_of:
        OwnBox.objects.filter(pk__in=instead_of).delete()
    OwnBox.objects.update_or_create(pk=slot, defaults={"box": box, "ends_on": ends_on})


def _slots(purse: Purse, name: str) -> list[str]:
    """Return the ids under which a name may lie: where it is written now, and where it was before."""
    if name not in NUMBERED:
        return [purse.slot(name)]
    now = timezone.now().date().toordinal() // DAYS
    spans = range(now, now - LONGEST.days // DAYS - 2, -1)
    return [purse.slot(f"{name} {span}") for span in spans]


def _about(slot: str) -> str:
    return f"people_ownbox.box {slot}"
