"""Messages of Django's own that reach an editor, listed here so that our catalogues translate them.

Our catalogues come before Django's. Of these messages Django's Armenian one says "at least" for "at most",
and has others in English; its Azerbaijani one has endings that fit no number.
"""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

MESSAGES = (
    _("This field is required."),
    ngettext_lazy(
        "Ensure this value has at most %(limit_value)d character (it has %(show_value)d).",
        "Ensure this value has at most %(limit_value)d characters (it has %(show_value)d).",
        "limit_value",
    ),
    _("Enter a valid date."),
    _("Enter a whole number."),
    _("Ensure this value is less than or equal to %(limit_value)s."),
    _("Ensure this value is greater than or equal to %(limit_value)s."),
    _("Select a valid choice. %(value)s is not one of the available choices."),
    _("Select a valid choice. That choice is not one of the available choices."),
    _("The submitted file is empty."),
    _("No file was submitted."),
    _("No file was submitted. Check the encoding type on the form."),
    _("Null characters are not allowed."),
)
