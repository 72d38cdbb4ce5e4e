"""The words of the public pages that are not in their templates."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from visavis.signing.charter import Opens

OPENS: Mapping[Opens, Promise] = {
    Opens.EVERY_SIDE: _("The keys of all sides"),
    Opens.OWN_SIDE: _("The key of the writer’s or translator’s own side"),
    Opens.ANY_SIDE: _("The key of any one side"),
    Opens.RELEASE_KEY: _(
        "The site’s own key (release key): the program works it out, and it is marked as such"
    ),
    Opens.RECOVERY_KEY: _(
        "The recovery key of one side, kept apart for this, and then a waiting time that everyone can see"
    ),
}
