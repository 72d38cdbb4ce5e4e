"""Every change to the site and its sides, and the one way to a side's private key."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from visavis.base.refusal import Refused
from visavis.safety import codes, memory
from visavis.safety.secret import Secret
from visavis.safety.transactions import act_about_persons, one_act_about_persons
from visavis.signing import boxes, sealing, vault
from visavis.signing.canonical import new_id, new_salt, normalised
from visavis.signing.charter import (
    Charter,
    CharterSide,
    Opens,
    charter_body,
)
from visavis.signing.desk_statements import (
    BadStatementError,
    DeskAct,
    SignedStatement,
    Statement,
    read_signed_statement,
    sign_statement,
)
from visavis.signing.document import CHARTER, JOINT, OWN_SHAPES, Document
from visavis.signing.keys import BadKeyError, PrivateKey, PublicKey
from visavis.signing.vault import BadBoxesError, BadVaultKeyError, PublicLine

from . import queries, rules
from .models import SetUpCode, Side, Site, WayIn
from .rules import SideRefusal, SignInCost, SiteAnswers

_KEYS = ("public_key", "recovery_key", "sealed_key", "vault_key")


@act_about_persons
def found_site(
    *, answers: SiteAnswers, release_key: PublicKey, on: date, cost: SignInCost | None = None
) -> Mapping[str, Secret]:
    """Found the site; return each side's set-up code, of which only the hash is kept.

    Refuses a second site, and answers that could not become a charter.
    """
    refusal = rules.why_not_found(answers, has_site=queries.site() is not None)
    if refusal:
        raise Refused(refusal)
    cost = cost or SignInCost()
    Site.objects.create(
        id=new_id(),
        names=normalised(dict(answers.names)),
        languages=list(answers.languages),
        waiting=answers.waiting.as_json(),
        release_key=release_key.hex,
        charter_salt=new_salt(),
        founded_on=on,
        sign_in_salt=secrets.token_hex(16),
        sign_in_memory_kib=cost.memory_kib,
        sign_in_passes=cost.passes,
    )
    given: dict[str, Secret] = {}
    for answer in answers.sides:
        side = Side.objects.create(
            code=answer.code,
            names=normalised(dict(answer.names)),
            languages=list(answer.languages),
        )
        given[side.code] = codes.new_code()
        SetUpCode.objects.create(code_hash=codes.code_hash(given[side.code]), side=side)
    return given


def side_of_set_up_code(code_hash: str, *, today: date) -> str | None:
    """Return the side that this code lets in today, or None. Looking does not use it up."""
    row = SetUpCode.objects.filter(pk=code_hash).first()
    if row is None or (row.expires_on or today) < today or today < (row.counts_from or today):
        return None
    return row.side_id


def use_set_up_code(code_hash: str, *, today: date) -> str | None:
    """Use the code up and return its side; None where it does not count. Within the act it opens."""
    side = side_of_set_up_code(code_hash, today=today)
    if side is None:
        return None
    used, _ = SetUpCode.objects.filter(pk=code_hash).delete()
    return side if used else None


@dataclass(frozen=True)
class Given:
    """How a desk gives its key: by passphrase, or by a file made elsewhere.

    The file is a signed statement, or what `visavis key open` found in boxes.
    """

    passphrase: Secret | None = None
    signed: bytes = b""


def check_key(given: Given, *, wanted: Statement, today: date) -> None:
    """Refuse whatever is not the side's key for exactly this statement. Costly: not inside a transaction."""
    if given.passphrase is not None:
        open_side_key(wanted.side, given.passphrase)
        return
    row = queries.side(wanted.side)
    signed = _signed(given.signed)
    keys = {row.public_key or ""} if row else set()
    refusal = rules.why_not_statement(signed, wanted=wanted, keys=keys, today=today)
    if refusal:
        raise Refused(refusal)


def sign_way_in(side: str, passphrase: Secret, *, today: date) -> tuple[Secret, bytes]:
    """Return a code and the file that lets it in, signed with the key that this server keeps sealed.

    Refuses a wrong passphrase, a side whose key is elsewhere, and one that has none yet.
    """
    code = codes.new_code()
    key = open_side_key(_to_let_in(side).code, passphrase)
    statement = queries.statement(side, DeskAct.WAY_IN, about=codes.code_hash(code), day=today)
    return code, sign_statement(statement, key=key).data


@act_about_persons
def let_in(*, side: str, signed: bytes, today: date) -> WayIn:
    """The code that the file names makes its holder an editor of this side; every desk sees it.

    Refuses a file that neither the side's key nor its recovery key has signed, that is about another site
    or side, too old, or used already.
    """
    row = _to_let_in(side)
    given = _signed(signed)
    wanted = queries.statement(side, DeskAct.WAY_IN, about=given.statement.about, day=today)
    keys = {row.public_key or "", row.recovery_key or ""}
    refusal = rules.why_not_statement(given, wanted=wanted, keys=keys, today=today)
    if refusal is None and WayIn.objects.filter(pk=given.statement.digest).exists():
        refusal = SideRefusal.USED_STATEMENT
    if refusal:
        raise Refused(refusal)
    counts_from = rules.way_in_counts_from(
        today, is_recovery=given.public_key.hex == row.recovery_key
    )
    SetUpCode.objects.filter(side=row).delete()
    SetUpCode.objects.create(
        code_hash=given.statement.about,
        side=row,
        counts_from=counts_from,
        expires_on=counts_from + rules.WAY_IN_LASTS,
    )
    return WayIn.objects.create(
        statement=given.statement.digest, side=row, on=today, counts_from=counts_from
    )


@act_about_persons
def forget_what_is_past(*, today: date) -> None:
    """Ways in that are no news any more are gone, and codes of theirs that nobody used."""
    WayIn.objects.filter(on__lte=today - rules.WAY_IN_IS_NEWS).delete()
    SetUpCode.objects.filter(expires_on__lt=today).delete()


def sealed_for(side: str, key: PrivateKey, *, passphrase: Secret) -> str:
    """Return the private key sealed under the desk's passphrase, as `give_keys` takes it."""
    with memory.turn:
        return sealing.seal(key.seed, passphrase=passphrase.reveal(), label=_label(side))


@act_about_persons
def give_keys(
    *, side: str, public_key: str, recovery_key: str, vault_key: str, sealed_key: str = ""
) -> Side:
    """The side now has its key and its recovery key; ``sealed_key`` is empty where it keeps its own.

    ``vault_key`` is what `signing.vault.vault_key_of` makes of its key. Refuses characters that are no key,
    a second pair, and any key that is in use already.
    """
    row = Side.objects.select_for_update().get(pk=side)
    try:
        PublicKey(recovery_key)
        vault.public_half(vault_key, of=PublicKey(public_key))
    except BadKeyError as error:
        raise Refused(SideRefusal.NOT_A_KEY) from error
    except BadVaultKeyError as error:
        raise Refused(SideRefusal.NO_VAULT_KEY) from error
    refusal = rules.why_not_give_keys(
        public_key=public_key,
        recovery_key=recovery_key,
        has_keys=row.has_keys,
        in_use=queries.keys_in_use(),
    )
    if refusal:
        raise Refused(refusal)
    row.public_key, row.recovery_key = public_key, recovery_key
    row.sealed_key, row.vault_key = sealed_key, vault_key
    row.save(update_fields=_KEYS)
    return row


def give_brought_keys(*, side: str, public_line: str, recovery_line: str) -> Side:
    """The side now has the keys that were made elsewhere: two lines of `visavis key new`."""
    line = read_public_line(public_line)
    return give_keys(
        side=side,
        public_key=line.public_key.hex,
        recovery_key=key_in_line(recovery_line),
        vault_key=line.vault_key,
    )


def read_public_line(text: str) -> PublicLine:
    """Return the side's key and its vault key; refuse what `visavis key new` has not shown so."""
    try:
        return PublicLine.from_text(text)
    except BadKeyError as error:
        raise Refused(SideRefusal.NOT_A_KEY) from error
    except BadVaultKeyError as error:
        raise Refused(SideRefusal.NO_VAULT_KEY) from error


def key_in_line(text: str) -> str:
    """Return the public key that begins the line. A recovery key has no vault: the rest is left."""
    try:
        return PublicLine.from_text(text).public_key.hex
    except (BadKeyError, BadVaultKeyError):
        return "".join(text.split())


def seal_again(*, side: str, passphrase: Secret, new: Secret) -> None:
    """The side's key opens with the new passphrase of the desk alone; the key is the same.

    As costly as two signatures, before the act. Refuses a wrong passphrase, and a key that changed meanwhile.
    """
    row, key = queries.side(side), open_side_key(side, passphrase)
    sealed = sealed_for(side, key, passphrase=new)
    with one_act_about_persons():
        was = Side.objects.filter(pk=side, sealed_key=row.sealed_key if row else "")
        if not was.update(sealed_key=sealed):
            raise Refused(SideRefusal.WRONG_PASSPHRASE)


@act_about_persons
def renew_keys(
    *, side: str, public_key: str, recovery_key: str, vault_key: str, sealed_key: str = ""
) -> Side:
    """The side has the keys that the charter now in force names for it, in place of those it had."""
    row = Side.objects.select_for_update().get(pk=side)
    row.public_key, row.recovery_key = public_key, recovery_key
    row.sealed_key, row.vault_key = sealed_key, vault_key
    row.save(update_fields=_KEYS)
    return row


def opened_vault(side: str, passphrase: Secret) -> bytes:
    """Return the private half of `queries.vault_key`, for one act and in memory alone.

    As costly as signing: not inside a transaction. Refuses a wrong passphrase, and a key that is elsewhere.
    """
    return vault.private_half(open_side_key(side, passphrase))


def opened_with(private: bytes, box: bytes, about: str) -> bytes:
    """Return what was sealed to a vault. Refuses a box that its key does not open."""
    try:
        return boxes.opened_with(private, box, about=about)
    except boxes.CannotOpenError as error:
        raise Refused(SideRefusal.OTHER_BOX) from error


def opened_by(given: Given, *, side: str, asked: Mapping[str, bytes]) -> Mapping[str, bytes]:
    """Return what is in these boxes of the side's vault, by what they are: opened here, or elsewhere."""
    if given.passphrase is None:
        return opened_elsewhere(side, given.signed, asked=asked)
    private = opened_vault(side, given.passphrase)
    return {about: opened_with(private, box, about) for about, box in asked.items()}


def opened_elsewhere(side: str, file: bytes, *, asked: Mapping[str, bytes]) -> Mapping[str, bytes]:
    """Return what `visavis key open` found in the boxes of `queries.boxes_file`, by what they are.

    Refuses another file, and one that leaves a box out or adds one. That the contents are true, only their
    use can show: nobody here can look into the boxes.
    """
    try:
        found = vault.read_opened(file)
    except BadBoxesError as error:
        raise Refused(SideRefusal.BAD_OPENED) from error
    founded = queries.site()
    is_asked = (found.site, found.side) == (founded.pk if founded else "", side)
    if not is_asked or set(found.by_about) != set(asked):
        raise Refused(SideRefusal.OTHER_OPENED)
    return found.by_about


def open_side_key(side: str, passphrase: Secret) -> PrivateKey:
    """Return the side's private key, for one act and in memory alone.

    Refuses a wrong passphrase, and a side that keeps its key elsewhere or has none yet.
    """
    row = queries.side(side)
    if row is None or not row.sealed_key:
        raise Refused(SideRefusal.KEPT_ELSEWHERE)
    try:
        with memory.turn:
            seed = sealing.unseal(
                row.sealed_key, passphrase=passphrase.reveal(), label=_label(side)
            )
    except sealing.CannotOpenError as error:
        raise Refused(SideRefusal.WRONG_PASSPHRASE) from error
    return PrivateKey(seed)


def charter_for(site: Site, *, policy: Mapping[str, Opens]) -> Document:
    """Return the charter that this site begins with, ready to be signed; the same bytes for the same policy.

    Refuses as long as a side has not given its keys.
    """
    sides = queries.sides(seed=site.pk)
    if any(not side.has_keys for side in sides):
        raise Refused(SideRefusal.KEYS_MISSING)
    blank = Document(
        site=site.pk,
        kind=CHARTER,
        id=site.pk,
        version=1,
        replaces=None,
        made_from=(),
        standing=JOINT,
        side=None,
        day=site.founded_on,
        salt=site.charter_salt,
        languages=tuple(sorted(site.languages)),
        shape=OWN_SHAPES[CHARTER],
        body={},
    )
    charter = Charter(
        document=blank,
        names=site.names,
        sides=tuple(_charter_side(side) for side in sides),
        release_key=PublicKey(site.release_key),
        languages=tuple(site.languages),
        policy=policy,
        waiting=queries.waiting_of(site),
    )
    document = Document.from_bytes(replace(blank, body=charter_body(charter)).data)
    return Charter.from_document(document).document


def _charter_side(side: Side) -> CharterSide:
    return CharterSide(
        code=side.code,
        names=side.names,
        languages=tuple(side.languages),
        public_key=PublicKey(side.public_key or ""),
        recovery_key=PublicKey(side.recovery_key or ""),
    )


def _to_let_in(side: str) -> Side:
    row = queries.side(side)
    if row is None:
        raise Refused(SideRefusal.NO_SUCH_SIDE)
    if not row.has_keys:
        raise Refused(SideRefusal.NO_KEYS_YET)
    return row


def _signed(file: bytes) -> SignedStatement:
    try:
        return read_signed_statement(file)
    except BadStatementError as error:
        raise Refused(SideRefusal.BAD_STATEMENT) from error


def _label(side: str) -> str:
    return f"side key {side}"
