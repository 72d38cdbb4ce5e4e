"""Run in a process of its own, on a copy of the demo: for each language two questions wait for a desk.

    python proposing.py az=hy hy=az en=az …     language=the desk that will be asked

Through the rooms' own acts; prints nothing.
"""

import json
import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "visavis.project.settings")
sys.path.append(str(Path(__file__).resolve().parent.parent))

import django

django.setup()

from editors import reader_with  # noqa: E402 - Django first
from visavis.base.data import data_directory  # noqa: E402 - Django first
from visavis.dialogue import actions as dialogue  # noqa: E402 - Django first
from visavis.dialogue.bodies import QuestionWords  # noqa: E402 - Django first
from visavis.dialogue.rules import Tense  # noqa: E402 - Django first
from visavis.record import actions as record  # noqa: E402 - Django first
from visavis.safety.reading import reading_as  # noqa: E402 - Django first
from visavis.safety.secret import Secret  # noqa: E402 - Django first
from visavis.sides import actions as sides  # noqa: E402 - Django first
from visavis.signing.keys import PrivateKey, Purpose  # noqa: E402 - Django first

LANGUAGES = ("az", "hy", "en", "ru", "fr")


def main(words: list[str]) -> None:
    kept = json.loads((data_directory() / "demo.json").read_text())
    keys = {
        each["side"]: sides.open_side_key(each["side"], Secret(each["desk_passphrase"]))
        for each in kept["sign_ins"]
    }
    with reading_as(lambda: reader_with(*(each["passphrase"] for each in kept["sign_ins"]))):
        propose(words, keys)


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
