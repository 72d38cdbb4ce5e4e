"""Run in a process of its own, on a copy of the demo: for each language two questions wait for a desk.

    python proposing.py az=hy hy=az en=az …     language=the desk that will be asked

Through the rooms' own acts; prints nothing.
"""

import json
import os
import sys
from datetime import UTC, datetime, timedelta

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "visavis.project.settings")

import django

django.setup()

from visavis.base.data import data_directory  # noqa: E402 - Django first
from visavis.dialogue import actions as dialogue  # noqa: E402 - Django first
from visavis.dialogue.bodies import QuestionWords  # noqa: E402 - Django first
from visavis.dialogue.rules import Tense  # noqa: E402 - Django first
from visavis.people import credentials  # noqa: E402 - Django first
from visavis.people.desk_boxes import reader_of  # noqa: E402 - Django first
from visavis.people.models import Account  # noqa: E402 - Django first
from visavis.record import actions as record  # noqa: E402 - Django first
from visavis.safety.reading import reading_as  # noqa: E402 - Django first
from visavis.safety.secret import Secret  # noqa: E402 - Django first
from visavis.sides import actions as sides  # noqa: E402 - Django first
from visavis.sides import queries as side_queries  # noqa: E402 - Django first
from visavis.signing.keys import PrivateKey, Purpose  # noqa: E402 - Django first

LANGUAGES = ("az", "hy", "en", "ru", "fr")


def main(words: list[str]) -> None:
    kept = json.loads((data_directory() / "demo.json").read_text())
    keys = {
        each["side"]: sides.open_side_key(each["side"], Secret(each["desk_passphrase"]))
        for each in kept["sign_ins"]
    }
    with reading_as(lambda: reader_of(*editors_of(kept["sign_ins"]))):
        propose(words, keys)


def editors_of(sign_ins: list[dict[str, str]]) -> list[Account]:
    """Return the accounts of these sign-ins, each with the private key that its passphrase yields."""
    accounts = []
    for each in sign_ins:
        proof = credentials.proof_of(Secret(each["passphrase"]), sign_in=side_queries.sign_in())
        account = Account.objects.get(sign_in_tag=proof.tag)
        account.private_key = credentials.account_key(proof.half)
        accounts.append(account)
    return accounts


def propose(words: list[str], keys: dict[str, PrivateKey]) -> None:
    today = datetime.now(UTC).date()
    for word in words:
        language, asked = word.split("=")
        by = next(side for side in keys if side != asked)
        for what in ("sign", "refuse"):
            draft = dialogue.draft_question(
                side=by,
                versions={
                    each: QuestionWords(text=f"To {what} in {language} ({each})?")
                    for each in LANGUAGES
                },
                tense=Tense.NOW,
                word_limit=200,
                deadline=today + timedelta(days=30),
                today=today,
            )
            digest = dialogue.propose_question(side=by, item=draft, today=today)
            record.turn_key(
                digest=digest,
                side=by,
                public_key=keys[by].public.hex,
                signature=keys[by].sign(digest, purpose=Purpose.DOCUMENT),
                today=today,
            )


if __name__ == "__main__":
    main(sys.argv[1:])
