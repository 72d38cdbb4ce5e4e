"""What a desk may see. Missing and hidden are the same 404.

A proposal is seen by every desk, but an answer only by its own desk until it is open: the others learn
that one is there, and nothing else. A draft is seen by its own desk alone. No other room reads these
tables, and what leaves here is frozen.
"""

from visavis.record.begun import begun_in
from visavis.record.owners import authors_note, closes_for_good, closing_note, sides_of_words

from .authors import Authored, n_waiting, naming, never_open, open_and_own
from .charters import bear_key, new_keys_of, proposed_charter
from .closed import (
    Follower,
    ToClose,
    closable_for,
    closing_notes,
    first_words_of,
    goes_with,
    n_closed_for_good,
)
from .drafts import (
    Draft,
    EarlierState,
    Kept,
    draft_for,
    drafts_of,
    drafts_shown,
    earlier_states,
    items_drafted,
    kept,
)
from .handed_in import (
    HandedIn,
    handed_in,
    open_made_from,
    seen_by,
    waiting_among,
)
from .proposals import (
    ClosedItem,
    Glance,
    Proposal,
    RefusedProposal,
    digests_for,
    glance_for,
    own_proposal,
    proposal_for,
    proposals_for,
    refusals_of,
    signatures_of,
)
from .shelves import Cut, Shelf
from .versions import (
    Part,
    Version,
    asked_of,
    open_page,
    open_parts_of,
    open_version,
    open_versions,
    own_part,
    parts_for,
    sides_keyed,
    version_before,
    versions_of,
)

__all__ = [
    "Authored",
    "ClosedItem",
    "Cut",
    "Draft",
    "EarlierState",
    "Follower",
    "Glance",
    "HandedIn",
    "Kept",
    "Part",
    "Proposal",
    "RefusedProposal",
    "Shelf",
    "ToClose",
    "Version",
    "asked_of",
    "authors_note",
    "bear_key",
    "begun_in",
    "closable_for",
    "closes_for_good",
    "closing_note",
    "closing_notes",
    "digests_for",
    "draft_for",
    "drafts_of",
    "drafts_shown",
    "earlier_states",
    "first_words_of",
    "glance_for",
    "goes_with",
    "handed_in",
    "items_drafted",
    "kept",
    "n_closed_for_good",
    "n_waiting",
    "naming",
    "never_open",
    "new_keys_of",
    "open_and_own",
    "open_made_from",
    "open_page",
    "open_parts_of",
    "open_version",
    "open_versions",
    "own_part",
    "own_proposal",
    "parts_for",
    "proposal_for",
    "proposals_for",
    "proposed_charter",
    "refusals_of",
    "seen_by",
    "sides_keyed",
    "sides_of_words",
    "signatures_of",
    "version_before",
    "versions_of",
    "waiting_among",
]
