"""The charter in plain words: what a desk sees of it before it turns its key, and on the page about it."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from visavis.kinds.acts import Act, Around
from visavis.kinds.installed import installed
from visavis.kinds.items import Part
from visavis.kinds.passages import Contents, Fact, Line, Names
from visavis.signing.charter import Charter
from visavis.signing.document import Document

from . import wording
from .rules import DeskRefusal, why_not_policy


def title(body: Mapping[str, Any], language: str) -> Line:
    """Return the name of the site."""
    names = body.get("names") or {}
    return Line(language, str(names.get(language) or next(iter(names.values()), "")))


def contents(part: Part[Any], _source: Part[Any] | None, names: Names) -> Contents:
    """Return all that a charter says. Raises BadDocumentError for one that is none."""
    charter = Charter.from_document(part.document)
    return Contents(left="", words={}, facts=tuple(facts_of(charter, names)))


def why_not(charter: Document, act: Act, around: Around) -> DeskRefusal | None:
    """Return why no desk proposes or signs this charter, or None.

    Asked of the rules that it changes alone: a side that recovers its key may change none, and must never
    wait for another side. Time alone is never in a charter's way.
    """
    if act is Act.OPEN:
        return None
    before = around.charter.policy if around.charter else {}
    policy = Charter.from_document(charter).policy
    changed = {word: opens for word, opens in policy.items() if before.get(word) is not opens}
    return why_not_policy(changed, least=installed().policy)


def facts_of(charter: Charter, names: Names) -> Iterator[Fact]:
    """Yield a charter's fields as name and value."""
    yield from terms_of(charter, names)
    yield from _waiting_facts(charter, names)
    yield from keys_of(charter, names)


def terms_of(charter: Charter, names: Names) -> Iterator[Fact]:
    """Yield who the sides are, and who must agree to what."""
    for code, name in charter.names.items():
        yield _("Name of the site (%(language)s)") % {"language": names.tongue(code)}, name
    for side in charter.sides:
        name = names.side(side.code)
        yield _("%(side)s: names") % {"side": name}, " · ".join(side.names.values())
        yield (
            _("%(side)s: languages") % {"side": name},
            ", ".join(names.tongue(code) for code in side.languages),
        )
    for opens, who in wording.OPENS.items():
        kinds = [names.kind_of(word) for word, rule in charter.policy.items() if rule is opens]
        if kinds:
            yield _("Who must agree: %(who)s") % {"who": who}, ", ".join(kinds)


def keys_of(charter: Charter, names: Names) -> Iterator[Fact]:
    """Yield every key that the charter names, and how much of what former keys signed stays valid."""
    for side in charter.sides:
        name = names.side(side.code)
        yield _("%(side)s: key") % {"side": name}, side.public_key.hex
        yield _("%(side)s: recovery key") % {"side": name}, side.recovery_key.hex
        if side.former_keys:
            keys = " ".join(key.hex for key in side.former_keys)
            yield _("%(side)s: former keys") % {"side": name}, keys
        if side.carried:
            yield (
                _("%(side)s: signed with former keys, and still valid") % {"side": name},
                wording.CARRIED % {"n": names.number(len(side.carried))},
            )
    yield _("Release key"), charter.release_key.hex


def _waiting_facts(charter: Charter, names: Names) -> Iterator[Fact]:
    waiting = charter.waiting
    yield (
        _("Silence counts after"),
        ngettext("%(n)s day", "%(n)s days", waiting.unanswered_days)
        % {"n": names.number(waiting.unanswered_days)},
    )
    for word, hours in sorted(waiting.by_kind.items()):
        yield (
            _("Silence counts after (%(kind)s)") % {"kind": names.kind_of(word)},
            ngettext("%(n)s hour", "%(n)s hours", hours) % {"n": names.number(hours)},
        )
    yield (
        _("A closing by one side lapses after"),
        ngettext("%(n)s hour", "%(n)s hours", waiting.reopen_hours)
        % {"n": names.number(waiting.reopen_hours)},
    )
    yield (
        _("A recovery key takes effect after"),
        ngettext("%(n)s day", "%(n)s days", waiting.recovery_days)
        % {"n": names.number(waiting.recovery_days)},
    )
