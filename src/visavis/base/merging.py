"""Two editors in one form: what each changed is kept, and nobody's words go without a choice.

A form says in one hidden line, ``seen``, what its editor saw meanwhile: the digest of the whole draft, and a
short digest of each field. So what was seen is compared too, of which no copy is kept:

1. A field that only one of two editors changed has that editor's words.
2. A field that both changed alike is changed.
3. A field that both changed differently is shown with both, and kept only as its editor chooses. The choice
   counts for the words that were shown: where they changed again, it is asked again.

A field of which the form says nothing counts as changed by both. The digests are of words that stand on
the same page, so they tell nothing that the page does not.
"""

import re
import unicodedata
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from hashlib import blake2s
from typing import Any, TypeVar

from django.forms import BoundField, CharField, Form, MultipleChoiceField
from django.http import QueryDict

AnyForm = TypeVar("AnyForm", bound=Form)

CHOICE = "keep_"
"""The name of a field for an editor's choice begins so; the name of the field it is about follows."""
LONGEST_SEEN = 100_000
PART = re.compile(r"([A-Za-z0-9_]+)([=~])([0-9a-f]{16})")


class Choice(StrEnum):
    """Whose words are kept in a field that two editors changed."""

    MINE = "mine"
    THEIRS = "theirs"
    BOTH = "both"


@dataclass(frozen=True)
class Seen:
    """What was on the page when a form was filled in: the draft, its fields, others' words."""

    whole: str
    fields: Mapping[str, str]
    shown: Mapping[str, str]

    @classmethod
    def of(cls, line: str) -> "Seen":
        """Read the hidden line back. What is no part of one is left out."""
        whole, _, rest = line[:LONGEST_SEEN].partition(" ")
        parts = PART.findall(rest)
        return cls(
            whole=whole[:64],
            fields={name: digest for name, sign, digest in parts if sign == "="},
            shown={name: digest for name, sign, digest in parts if sign == "~"},
        )


@dataclass(frozen=True)
class Merge:
    """What a form holds after both were compared.

    ``others``: by field, the words of another editor to choose between. ``blocks``: the fields with room for
    the words of both. ``is_beside_other``: what stands beside the words has changed, so they
    must be looked at again.
    """

    values: Mapping[str, str]
    seen: str
    others: Mapping[str, str] = field(default_factory=dict)
    blocks: Collection[str] = ()
    is_beside_other: bool = False

    def choices(self, name: str) -> tuple[Choice, ...]:
        """Return what can be chosen for a field: both, one below the other, only where it has room."""
        both = (Choice.BOTH,) if name in self.blocks else ()
        return (Choice.MINE, Choice.THEIRS, *both)


def seen_line(whole: str, values: Mapping[str, str]) -> str:
    """Return the hidden line of a form that shows these values of a draft."""
    return " ".join([whole, *(f"{name}={digest_of(value)}" for name, value in values.items())])


def merged(
    mine: Mapping[str, str],
    kept: Mapping[str, str],
    *,
    whole: str,
    posted: Mapping[str, str],
    blocks: Collection[str] = (),
) -> Merge:
    """Compare what was typed with what is kept by now. ``whole`` is the digest of the draft as kept.

    ``blocks`` are the fields with room for the words of both. Both mappings have the same fields.
    """
    seen = Seen.of(posted.get("seen", ""))
    if seen.whole == whole:
        return Merge(values=dict(mine), seen=seen_line(whole, kept))
    values: dict[str, str] = {}
    others: dict[str, str] = {}
    for name, own in mine.items():
        other, before = kept[name], seen.fields.get(name)
        if before == digest_of(other) or _is_same(own, other):
            values[name] = own
        elif before == digest_of(own) or (before is None and not own.strip()):
            values[name] = other
        elif before is None and not other.strip():
            values[name] = own
        else:
            choice = _choice(posted, name) if seen.shown.get(name) == digest_of(other) else None
            values[name] = _chosen(choice, own, other, is_block=name in blocks)
            if choice is None or (choice is Choice.BOTH and name not in blocks):
                others[name] = other
    # The next comparison is with what is kept now; an open choice stays open.
    parts = [seen_line("", {name: kept[name] for name in mine if name not in others}).strip()]
    for name, other in others.items():
        parts += [f"{name}={seen.fields.get(name, '0' * 16)}", f"{name}~{digest_of(other)}"]
    line = " ".join(["changed" if others else whole, *filter(None, parts)])
    return Merge(values=values, seen=line, others=others, blocks=blocks)


def in_form(
    make: Callable[[Any], AnyForm], posted: QueryDict | None, *, whole: str
) -> tuple[AnyForm, Merge]:
    """Return the form to be kept or shown, and what was found.

    ``make(None)`` is the form of the draft as it is kept, ``make(data)`` that of what was typed. An empty
    ``whole``: nothing is kept yet, so nothing can be lost.
    """
    of_draft = make(None)
    kept = _form_values(of_draft)
    if posted is None:
        return of_draft, Merge(values=kept, seen=seen_line(whole, kept))
    if not whole:
        form = make(posted)
        return form, Merge(values=_form_values(form), seen=posted.get("seen", ""))
    found = merged(
        _form_values(make(posted)),
        kept,
        whole=whole,
        posted=posted,
        blocks=frozenset(bound.name for bound in of_draft if _is_block(bound)),
    )
    data = posted.copy()
    for name, value in found.values.items():
        if _has_several(of_draft[name]):
            data.setlist(name, value.split())
        else:
            data[name] = value
    return make(data), found


def _form_values(form: Form) -> dict[str, str]:
    """Return what the lines, areas and choices of a form show, by field. Files and ticks have no words."""
    return {
        bound.name: _shown(bound)
        for bound in form
        if bound.widget_type not in {"checkbox", "file", "clearablefile"}
    }


def digest_of(value: str) -> str:
    """Return a short digest of what a field shows: line ends and spaces around it do not count."""
    return blake2s(_lines(value).encode(errors="surrogatepass"), digest_size=8).hexdigest()


def _is_same(one: str, other: str) -> bool:
    """Return whether the words are the same but for spaces: a second press sends again what was cleaned."""
    return _bare(one) == _bare(other)


def _bare(value: str) -> str:
    return "".join(unicodedata.normalize("NFC", value).split())


def _lines(value: str) -> str:
    """Return the value without what browsers change: they send CR LF, and drop a first empty line."""
    return value.replace("\r\n", "\n").replace("\r", "\n").strip()


def _shown(bound: BoundField) -> str:
    value = bound.value()
    if isinstance(value, date):
        return value.isoformat()
    if _has_several(bound):
        return " ".join(sorted(value or ()))
    return "" if value is None else str(value)


def _has_several(bound: BoundField) -> bool:
    return isinstance(bound.field, MultipleChoiceField)


def _is_block(bound: BoundField) -> bool:
    return isinstance(bound.field, CharField) and bound.widget_type == "textarea"


def _choice(posted: Mapping[str, str], name: str) -> Choice | None:
    given = posted.get(f"{CHOICE}{name}", "")
    return Choice(given) if given in set(Choice) else None


def _chosen(choice: Choice | None, own: str, other: str, *, is_block: bool) -> str:
    if choice is Choice.THEIRS:
        return other
    if choice is Choice.BOTH and is_block:
        return f"{own.rstrip()}\n\n{other}"
    return own
