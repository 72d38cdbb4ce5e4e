"""What the pages of the desk share: names, titles and the sentence for a refusal."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language

from visavis.base.refusal import Refused
from visavis.desk import queries, wording
from visavis.desk.forms import KeyForm
from visavis.desk.queries import OwnDraft
from visavis.kinds.installed import installed
from visavis.kinds.marks import translation_by
from visavis.kinds.passages import Line, Names
from visavis.people.http import EditorRequest
from visavis.record.public import current_charter
from visavis.record.queries import Draft
from visavis.sides import queries as sides
from visavis.signing.charter import Charter
from visavis.signing.document import Document


def language() -> str:
    return get_language() or "en"


def side_names(charter: Charter | None) -> dict[str, str]:
    """Return each side's name in the language of the page; where it has none in it, in its own.

    Before there is a charter these are the names the site was founded with.
    """
    if charter is None:
        return dict(sides.names(language()))
    return {
        side.code: str(side.names.get(language()) or side.names[side.languages[0]])
        for side in charter.sides
    }


def title_of(document: Document) -> Line:
    return installed().title_of(document, language=language())


def kind_line(document: Document, charter: Charter | None) -> str:
    """Return what a document is, to stand above its title: of a translation also whose it is."""
    kind = installed().of(document)
    if kind and kind.is_translation(document) and document.side:
        return translation_by(side_names(charter).get(document.side, document.side))
    return installed().one(document.kind)


def names(charter: Charter | None, *, side: str) -> Names:
    """Return how a page speaks to a desk of documents and sides."""
    own = charter.side(side) if charter else None
    return Names(
        language=language(),
        sides=side_names(charter),
        prefer=own.languages if own else (),
        kind_of=installed().one,
    )


def sentence(refused: Refused) -> object:
    return sentence_for(refused.reason)


def sentence_for(reason: StrEnum) -> object:
    if reason in wording.SENTENCES:
        return wording.SENTENCES[reason]
    return installed().refusals[reason]


def shared(charter: Charter | None) -> Mapping[str, Any]:
    """Return what every page needs to speak of sides and kinds."""
    return {
        "side_names": side_names(charter),
        "kind_of": installed().one,
        "kind_line": lambda document: kind_line(document, charter),
        "title_of": title_of,
    }


def done(
    request: HttpRequest,
    *,
    answer: Document | None = None,
    is_sealed: bool = False,
    is_in_force: bool = False,
) -> object:
    """Return the sentence for the act that led here, if the address names one.

    ``answer`` is what the page shows, if it waits for others, or has waited.
    """
    act = request.GET.get("done", "")
    if act == "signed" and is_sealed and answer is not None:
        act = "waits-for-desks" if queries.is_every_seat_filled(answer) else "sealed"
    elif act == "opened" and answer is not None and answer.version == 1:
        act = "released"
    elif act == "signed" and is_in_force:
        act = "in-force"
    return wording.ACTS.get(act)


def address_of_draft(draft: OwnDraft | Draft) -> str:
    """Return where a draft is written on; empty where its kind has no such page."""
    kind = installed().called(draft.kind)
    if kind is None or not kind.desk.draft:
        return ""
    return reverse(kind.desk.draft, args=[draft.of if kind.desk.is_found_by_page else draft.item])


def number(request: HttpRequest, name: str) -> int:
    """Return which page of a list the address asks for; what is no number is the first."""
    given = request.GET.get(name, "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 7 else 1


def key_form(request: EditorRequest, *, prefix: str | None = None) -> KeyForm:
    """Return the form as it was handed in, or an empty one."""
    data = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    return KeyForm(*data, prefix=prefix, is_key_here=is_key_here(request))


def is_key_here(request: EditorRequest) -> bool:
    """Return whether a passphrase opens the key of this desk's side on this server."""
    charter = current_charter(on=timezone.now().date())
    return queries.is_key_here(request.account.side_id, charter=charter)
