"""Ways not to get in, each with what somebody types: nobody may tell them apart (C12).

Tests compare bytes and steps, `benchmarks/alike.py` times.
"""

import random
from collections.abc import Callable
from typing import TypeAlias

import editors
import participants
from visavis.people import card_links, desk_boxes, detaining, leaving, papers, sign_in
from visavis.people.leaving import Choice
from visavis.people.models import Account
from visavis.safety import codes, passphrases
from visavis.safety.reading import reading_as
from visavis.safety.secret import Secret

Forms: TypeAlias = dict[str, Callable[[], dict[str, str]]]
DESK, DOOR, PAPER = "/en/desk/sign-in/", "/en/taking-part/sign-in/", "/en/taking-part/detained/"


def at_the_desks_door() -> Forms:
    """Of an editor: unknown, one word wrong, wrong and used codes, frozen. Founds a site."""
    world = editors.found()
    nadia = editors.joined(world.codes["az"])
    frozen = editors.joined(editors.invited(nadia.account, today=editors.TODAY), label="Leyla")
    editors.frozen(nadia.account, frozen.account.pk)
    used = nadia.digits(editors.NOW)
    sign_in.sign_in(passphrase=nadia.passphrase, digits=used, at=editors.NOW)
    wrong = "000000" if used != "000000" else "000001"
    right = {"passphrase": nadia.passphrase.reveal()}
    return {
        "unknown": lambda: {
            "passphrase": passphrases.new_passphrase().reveal(),
            "digits": "123456",
        },
        "one word wrong": lambda: {
            "passphrase": one_word_wrong(nadia.passphrase),
            "digits": used,
        },
        "wrong code": lambda: right | {"digits": wrong},
        "used code": lambda: right | {"digits": used},
        "frozen": lambda: {
            "passphrase": frozen.passphrase.reveal(),
            "digits": frozen.digits(editors.NOW),
        },
    }


def at_the_participants_door() -> Forms:
    """Of somebody who takes part: unknown, one word wrong, stopped, gone; an editor's. Founds a site."""
    world = editors.found()
    nadia = editors.joined(world.codes["az"])
    there, stopped, gone = (participants.joined(side) for side in ("az", "az", "hy"))
    card_links.keep(stopped.participant)
    with reading_as(lambda: desk_boxes.reader_of(nadia.account)):
        participants.locked_out(nadia.account, stopped.participant.card)
    leaving.leave(gone.participant, passphrase=gone.passphrase, choice=Choice.CARD)
    typed = {
        "unknown": lambda: passphrases.new_passphrase().reveal(),
        "one word wrong": lambda: one_word_wrong(there.passphrase),
        "stopped": stopped.passphrase.reveal,
        "gone": gone.passphrase.reveal,
        "an editor's": nadia.passphrase.reveal,
    }
    return {name: lambda make=make: {"passphrase": make()} for name, make in typed.items()}


def by_paper(editor: Account, *, desk_passphrase: str) -> Forms:
    """Codes on paper that do nothing: unknown, void, done, used up; of an account that is locked or gone."""
    people = {
        name: participants.joined("az") for name in ("void", "done", "used", "locked", "gone")
    }
    made = {
        name: papers.new_code(each.participant, passphrase=each.passphrase)
        for name, each in people.items()
    }
    today = editors.TODAY
    papers.forget(people["void"].participant, passphrase=people["void"].passphrase)
    detaining.detain_by_paper(made["done"], is_removal=False, today=today)
    detaining.detain_by_paper(made["used"], is_removal=True, today=today)
    locked, gone = people["locked"], people["gone"]
    card_links.keep(locked.participant)
    with reading_as(lambda: desk_boxes.reader_of(editor)):
        participants.locked_out(
            editor, locked.participant.card, desk_passphrase=desk_passphrase, on=today
        )
    leaving.leave(gone.participant, passphrase=gone.passphrase, choice=Choice.CARD)
    typed = {
        "unknown": lambda: codes.new_checked_code().reveal(),
        **{name: code.reveal for name, code in made.items()},
    }
    return {
        name: lambda make=make: {"code": make(), "what": "wishes"} for name, make in typed.items()
    }


def one_word_wrong(passphrase: Secret) -> str:
    words = passphrase.reveal().split()
    others = [word for word in passphrases.WORDS if word != words[3]]
    return " ".join([*words[:3], random.choice(others), *words[4:]])  # noqa: S311 - any wrong word will do
