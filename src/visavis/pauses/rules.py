"""What a calm-weather statement and the document of a pause must say.

1. A statement has a title and a text in every language of the site. All sides sign it, or none.
2. One side's pause is that side's document; the pause of all sides is nobody's alone. Neither is made from
   anything or shown with anything.
"""

from enum import StrEnum
from typing import TYPE_CHECKING

from visavis.signing.document import Document

if TYPE_CHECKING:
    from visavis.kinds.acts import Act, Around

SITE_PAGE, PAUSE, JOINT_PAUSE = "site-page", "pause", "joint-pause"
LONGEST_TITLE = 120
LONGEST_TEXT = 2_000


class PauseRefusal(StrEnum):
    """Why a statement or a pause is not taken."""

    NOT_IN_EVERY_LANGUAGE = "a statement without words in one of the site's languages"
    UNFIT = "signs that no text can have"
    NEVER_ALONE = "never one side's alone"
    NOT_A_PAUSE = "not a pause of the side that signs it"


def why_not_act_on_statement(
    statement: Document, act: "Act", around: "Around"
) -> PauseRefusal | None:
    """Return why this statement may not be proposed or signed, or None."""
    if act == "alone" or not statement.standing.is_joint:
        return PauseRefusal.NEVER_ALONE
    wanted = set(around.charter.languages) if around.charter else set[str]()
    return None if wanted <= set(statement.languages) else PauseRefusal.NOT_IN_EVERY_LANGUAGE


def why_not_act_on_pause(pause: Document, act: "Act", _around: "Around") -> PauseRefusal | None:
    """Return why this is no pause that may be proposed or signed, or None."""
    if act == "alone" or not pause.standing.is_joint:
        return PauseRefusal.NEVER_ALONE
    is_own = (pause.side is not None) == (pause.kind == PAUSE)
    more = (pause.part_of, pause.closer, pause.seats, pause.seal, pause.replaces, *pause.made_from)
    return None if is_own and not any(more) else PauseRefusal.NOT_A_PAUSE
