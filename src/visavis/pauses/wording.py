"""The sentences of this room."""

from collections.abc import Mapping
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .rules import PauseRefusal

REFUSALS: Mapping[StrEnum, str | Promise] = {
    PauseRefusal.NOT_IN_EVERY_LANGUAGE: _(
        "The statement needs a title and a text in every language of the site."
    ),
    PauseRefusal.UNFIT: _("It contains characters that no text can have. Please type it again."),
    PauseRefusal.NEVER_ALONE: _("This can be done only in the name of all sides."),
    PauseRefusal.NOT_A_PAUSE: _("This is not a pause that your side can sign."),
}
