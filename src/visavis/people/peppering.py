"""The pepper of used codes and of arrivals: made by `serve`, handed to its workers, never written."""

import os

from django.conf import settings

from . import actions, arrivals


def begin() -> None:
    """Hand the pepper of this process to those it starts. One that the operator gives is shared already.

    Several machines with one database must share one: else a code counts once on each.
    """
    if os.environ.get("VISAVIS_PEPPER"):
        return
    os.environ["VISAVIS_PEPPER"] = settings.PEPPER
    os.environ["VISAVIS_CODES_AFTER"] = str(actions.begin())
    arrivals.forget_all()
