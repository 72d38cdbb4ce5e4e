"""Every kind of document of this program, and every list: one tuple, read from top to bottom.

A new kind is one line here. The setting `KINDS` names what stands here.
"""

from visavis.desk import kinds as desk
from visavis.dialogue import kinds as dialogue
from visavis.kinds.kind import Kinds
from visavis.library import kinds as library

KINDS = Kinds(
    every=(*desk.KINDS, *dialogue.KINDS, *library.KINDS),
    lists=(*dialogue.LISTS, *library.LISTS),
)
