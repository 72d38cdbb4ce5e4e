"""Run as a program of its own: everything a visitor and an editor may do, with a mark in every header.

Prints what must be found nowhere, and the one name that must be found; then dies without a farewell, so
that whatever lies in the database's log stays there.
"""

import itertools
import json
import os
import signal
import sys
from datetime import UTC, datetime

import django

django.setup()

import time_machine  # noqa: E402
from django.conf import settings  # noqa: E402
from django.test import Client  # noqa: E402

import editors  # noqa: E402 - after Django
from visavis.safety.secret import Secret  # noqa: E402
from visavis.sides.models import Site  # noqa: E402

INSTANT = datetime(2031, 7, 9, 13, 37, 41, 123_456, tzinfo=UTC)
CODE = Secret(sys.argv[1])
MARK, NETWORK = "canarymark", "203.0.113."
numbers = itertools.count()


def marked(place: str) -> str:
    """Return a word that nobody else has ever sent, and that is found by how it begins."""
    return f"{MARK}{next(numbers):05d}{place}"


def headers() -> dict[str, str]:
    """Return headers of which each says something about their sender."""
    address = f"{NETWORK}{next(numbers) % 250}"
    return {
        "REMOTE_ADDR": address,
        "HTTP_X_FORWARDED_FOR": marked("forwarded"),
        "HTTP_USER_AGENT": marked("agent"),
        "HTTP_REFERER": f"http://testserver/{marked('referer')}",
        "HTTP_ACCEPT_LANGUAGE": f"hy-{marked('language')},en;q=0.5",
        "HTTP_VIA": marked("via"),
    }


# A thousand requests are about what they leave, not about what they cost.
founded = Site.objects.get()
founded.names |= {"en": "known-on-purpose"}
founded.sign_in_memory_kib, founded.sign_in_passes = editors.CHEAP.memory_kib, editors.CHEAP.passes
founded.save()
with time_machine.travel(INSTANT, tick=False):
    nadia = editors.joined(CODE, at=INSTANT)
    frozen = editors.joined(
        editors.invited(nadia.account, today=INSTANT.date()), label="Leyla", at=INSTANT
    )
    editors.frozen(nadia.account, frozen.account.pk)
    invitation = editors.invited(nadia.account, today=INSTANT.date())
    editor = editors.signed_in(nadia.account, client=Client(raise_request_exception=False))
    session_key = editor.cookies["session"].value
    strict = Client(enforce_csrf_checks=True, raise_request_exception=False)
    statuses = set()
    for _ in range(85):
        visitor = Client(raise_request_exception=False)
        visitor.cookies[marked("cookie")] = marked("cookie-value")
        wrong = {"passphrase": marked("typed"), "digits": marked("digits"), "next": marked("next")}
        answers = [
            visitor.get(f"/en/desk/sign-in/?next=/{marked('query')}", **headers()),
            visitor.post("/en/desk/sign-in/", wrong, **headers()),
            visitor.post(
                "/en/desk/sign-in/",
                {
                    "passphrase": frozen.passphrase.reveal(),
                    "digits": frozen.digits(INSTANT),
                },
                **headers(),
            ),
            visitor.post("/en/desk/set-up/", {"code": marked("code")}, **headers()),
            visitor.get(f"/en/desk/{marked('path')}/", **headers()),
            visitor.get("/en/desk/editors/", **headers()),
            visitor.get("/en/desk/", HTTP_HOST=f"{marked('host')}.example", **headers()),
            visitor.put("/en/desk/sign-in/", marked("body"), **headers()),
            strict.post("/en/desk/sign-in/", wrong, **headers()),
            editor.get("/en/desk/editors/", **headers()),
            editor.post("/en/desk/key/", {"public_key": marked("key")}, **headers()),
            editor.get("/en/desk/account/", **headers()),
        ]
        statuses |= {answer.status_code for answer in answers}
    settings.ROOT_URLCONF = "failing_urls"
    statuses.add(visitor.get(f"/fails/{marked('failing')}/", **headers()).status_code)

    secrets = [
        nadia.passphrase.reveal(),
        nadia.totp.reveal(),
        invitation.reveal(),
        invitation.reveal().replace("-", ""),
        CODE.reveal(),
        session_key,
        "13:37:41",
        str(int(INSTANT.timestamp())),
    ]
print(
    json.dumps(
        {
            "sent": [MARK, NETWORK],
            "secrets": secrets,
            "statuses": sorted(statuses),
            "n": next(numbers),
        }
    ),
    flush=True,
)
os.kill(os.getpid(), signal.SIGKILL)
