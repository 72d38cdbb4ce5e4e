"""One sentence for each refusal of this room."""

from collections.abc import Mapping
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .rules import SideRefusal

REFUSALS: Mapping[StrEnum, Promise] = {
    SideRefusal.SITE_EXISTS: _("There is a site in this data directory already."),
    SideRefusal.NO_LANGUAGE: _("A site needs at least one language."),
    SideRefusal.BAD_LANGUAGE: _("A language is a code such as az or hy, each given once."),
    SideRefusal.UNKNOWN_LANGUAGE: _(
        "One of these codes is no language that is known here. Azerbaijani is az, Armenian is hy."
    ),
    SideRefusal.TOO_FEW_SIDES: _("A joint site has at least two sides."),
    SideRefusal.BAD_CODE: _(
        "A side’s code begins with a letter and has at most 16 small letters, digits and hyphens."
    ),
    SideRefusal.CODE_TWICE: _("Two sides cannot have the same code."),
    SideRefusal.NAME_MISSING: _(
        "The site and each side need a name in every language of the site."
    ),
    SideRefusal.BAD_NAME: _("A name is one visible line of at most 120 characters."),
    SideRefusal.LANGUAGES_OF_SIDE: _("Each side needs at least one of the site’s languages."),
    SideRefusal.BAD_WAITING: _("A waiting time is a whole number from 0 to 10000."),
    SideRefusal.HAS_KEYS: _("Your side has its keys. New ones need a new charter."),
    SideRefusal.KEY_IN_USE: _(
        "One of these keys is in use already. Every side needs keys of its own, and its recovery key "
        "must not be the same as its key."
    ),
    SideRefusal.NOT_A_KEY: _(
        "A public key has 64 characters: digits and the small letters from a to f."
    ),
    SideRefusal.NO_VAULT_KEY: _(
        "Part of the line is missing, or it belongs to another key. Paste the whole line that “visavis "
        "key new” has shown for this key."
    ),
    SideRefusal.OTHER_BOX: _(
        "Your side’s key does not open this box. It was sealed to another key, or it is damaged."
    ),
    SideRefusal.BAD_OPENED: _(
        "This file holds no opened boxes. Upload what “visavis key open” has written."
    ),
    SideRefusal.OTHER_OPENED: _(
        "These boxes are not from this page. Download the boxes of this page, and open those."
    ),
    SideRefusal.WRONG_PASSPHRASE: _("This passphrase does not open your side’s key."),
    SideRefusal.KEPT_ELSEWHERE: _(
        "Your side’s private key is not on this server. Sign on the machine that has it."
    ),
    SideRefusal.KEYS_MISSING: _("The charter exists as soon as every side has submitted its keys."),
    SideRefusal.NO_SUCH_SIDE: _("This site has no such side."),
    SideRefusal.NO_KEYS_YET: _(
        "This side has not submitted its keys yet, so nothing can be signed for it."
    ),
    SideRefusal.BAD_STATEMENT: _(
        "This file is not a signed statement. Upload what “visavis key sign” has written."
    ),
    SideRefusal.OTHER_STATEMENT: _(
        "This file was signed for something else. Download the statement on this page and sign that one."
    ),
    SideRefusal.OLD_STATEMENT: _(
        "This file was signed more than seven days ago, or its day is in the future. Sign it once more."
    ),
    SideRefusal.OTHER_KEY: _("This file was not signed with your side’s key."),
    SideRefusal.USED_STATEMENT: _("This file has been used already. Make another one."),
}
