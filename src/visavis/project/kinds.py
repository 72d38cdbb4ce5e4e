"""Every kind of document of this program, and every list: one tuple, read from top to bottom.

A new kind of an existing room is a line in that room; a new room's kinds and lists are added here. The
setting `KINDS` names this tuple.
"""

from visavis.cards import kinds as cards
from visavis.desk import kinds as desk
from visavis.dialogue import kinds as dialogue
from visavis.discussions import kinds as discussions
from visavis.kinds.kind import Kinds
from visavis.library import kinds as library
from visavis.pauses import kinds as pause

KINDS = Kinds(
    every=(
        *desk.KINDS,
        *cards.KINDS,
        *dialogue.KINDS,
        *discussions.KINDS,
        *library.KINDS,
        *pause.KINDS,
    ),
    lists=(*dialogue.LISTS, *discussions.LISTS, *library.LISTS, *cards.LISTS, *pause.LISTS),
)
