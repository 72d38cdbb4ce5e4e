"""The desk's reading keys as they lie for each of its editors: sealed to the account's public key.

Beside each box lies a mark that only a holder of the key can write, over the account and its public key. The
next key is handed only where the mark is right: a row that somebody wrote into the table is not let in.
What changes a row is called within an act. The private halves are those of the one who reads now (`reader`).
"""

import hmac
from collections.abc import Iterable, Sequence

from visavis.safety import codes
from visavis.safety.reading import NOBODY, Reader, opened, reader
from visavis.safety.secret import Secret
from visavis.safety.transactions import act_about_persons
from visavis.sides import alarms, desk_keys, reading_keys
from visavis.sides.reading_keys import ReadingKey
from visavis.signing import boxes
from visavis.signing.boxes import CannotOpenError, Key

from . import queries
from .editors_wishes import about
from .models import Account


def reader_of(*accounts: Account) -> Reader:
    """Return what these accounts' private keys open: their desks' words, and the joint ones.

    In a request it is one account: two queries, 0.2 ms.
    """
    keys: dict[str, Sequence[Key]] = {}
    for account in accounts:
        chains = desk_keys.chains_of(account.side_id)
        if own := _held(account, chains.own):
            keys |= chains.keys(own)
    return Reader(keys) if keys else NOBODY


def begin(account: Account) -> None:
    """The desk has a reading key with nothing before it, and this account holds it."""
    _put(account, *desk_keys.begin(account.side_id))
    _save([account])
    alarms.begin(account.side_id)


def begin_where_nobody_reads(account: Account) -> None:
    """A desk of which nobody holds the newest key begins again, with this account."""
    if not queries.who_read(account.side_id):
        begin(account)


def hand(account: Account) -> bool:
    """The account holds the desk's newest key, if the reader has it; returns whether it does."""
    link(account.side_id)
    found = _newest(account.side_id)
    if found is None:
        return False
    _put(account, *found)
    _save([account])
    return True


def follow(side: str) -> None:
    """Somebody has gone from the desk: the next keys are there, for those who hold the one before.

    Who those are is said by the marks. By the day alone nobody is there who could look at them; the next who
    comes by does (`link`). Where nobody holds the one before, the desk reads nothing until it begins again.
    """
    before, readers = _newest(side), queries.who_read(side)
    if before:
        readers = tuple(each for each in readers if _is_marked(each, *before))
    made = desk_keys.follow(side) if readers else None
    if made is None:
        desk_keys.leave(side)
        return
    for each in readers:
        _put(each, *made)
    _save(readers)
    _seal_names_again(side, to=made[0])


def link(side: str) -> None:
    """What was made while nobody of the desk was there gets the key before it inside.

    An account that holds the newer key, and not the older one with its mark, was let in by nobody. It may
    have kept the newer one: so the older is never put inside, the account holds none, and the next follows.
    """
    chain = desk_keys.chains_of(side).own
    pairs = desk_keys.to_be_linked(chain)
    if not pairs:
        return
    accounts, strangers = queries.editors_of(side), set()
    for newer, older, private in pairs:
        found = {
            each
            for each in accounts
            if str(newer.number) in each.desk_boxes and not _is_marked(each, older, private)
        }
        strangers |= found
        if found:
            desk_keys.keep_apart(newer)
        else:
            desk_keys.link(newer, older, private)
    for each in strangers:
        each.desk_boxes = {}
    _save(accounts)
    _seal_names_again(side, to=chain[0])
    if strangers:
        follow(side)


@act_about_persons
def drop_unneeded() -> None:
    """No account holds a key that is not in its desk's chain any more, or that it finds inside another."""
    for account in Account.objects.exclude(desk_boxes={}):
        kept = _needed(account)
        if kept != account.desk_boxes:
            account.desk_boxes = kept
            account.save(update_fields=["desk_boxes"])


def carried(side: str, *, code: Secret) -> str:
    """Return what an invitation's row keeps; nothing where the inviter cannot read."""
    link(side)
    found = _newest(side)
    if found is None:
        return ""
    key, private = found
    return reading_keys.carried(private, of=key, code=codes.key_material(code)).hex()


def take(account: Account, box: str, *, code: Secret) -> None:
    """The account holds what its invitation carried; nothing if that is not the newest key."""
    key = desk_keys.newest(account.side_id)
    if key is None:
        return
    try:
        private = reading_keys.taken(bytes.fromhex(box), of=key, code=codes.key_material(code))
    except CannotOpenError:
        return
    _put(account, key, private)
    _save([account])


def seal_label(account: Account, label: str) -> None:
    """The account's short name lies sealed to its desk; nothing is kept where the desk has no key yet."""
    key = desk_keys.newest(account.side_id)
    if key is not None:
        account.sealed_label = boxes.enveloped(
            label.encode(), about=account.about_label, to=[key.public]
        )
        account.save(update_fields=["sealed_label"])


def _seal_names_again(side: str, *, to: ReadingKey) -> None:
    """What the desk reads of its accounts needs no older key, if the reader has that key. Frozen ones too."""
    for account in Account.objects.filter(side=side):
        lies = {"sealed_label": account.about_label, "notice": about("notice", account.pk)}
        again = {
            column: boxes.enveloped(words, about=place, to=[to.public])
            for column, place in lies.items()
            if (box := bytes(getattr(account, column)))
            and (words := opened(box, about=place)) is not None
        }
        Account.objects.filter(pk=account.pk).update(**again)
    alarms.seal_again()


def renew(account: Account, *, old: bytes, new: bytes) -> None:
    """The account has another private key, and holds under it what it held under the old one. Not saved."""
    chain = desk_keys.chains_of(account.side_id).own
    account.private_key = old
    held = _held(account, chain)
    account.private_key, account.public_key = new, boxes.public_of(new).hex()
    account.desk_boxes = {}
    for key in chain:
        if key.number in held:
            _put(account, key, held[key.number])


def _newest(side: str) -> tuple[ReadingKey, bytes] | None:
    """Return the desk's newest key with its private half, if the reader has it."""
    key = desk_keys.newest(side)
    private = reader().private_of(key.public) if key else None
    return (key, private) if key and private else None


def _held(account: Account, chain: tuple[ReadingKey, ...]) -> dict[int, bytes]:
    if not account.private_key:
        return {}
    sealed = {int(number): bytes.fromhex(box) for number, (box, _) in account.desk_boxes.items()}
    return reading_keys.held(chain, sealed, with_=[account.private_key])


def _put(account: Account, key: ReadingKey, private: bytes) -> None:
    box = reading_keys.handed(private, of=key, to=bytes.fromhex(account.public_key)).hex()
    mark = reading_keys.mark_of(private, account=account.pk, public=account.public_key)
    account.desk_boxes = account.desk_boxes | {str(key.number): [box, mark]}


def _is_marked(account: Account, key: ReadingKey, private: bytes) -> bool:
    _box, mark = account.desk_boxes.get(str(key.number), ("", ""))
    right = reading_keys.mark_of(private, account=account.pk, public=account.public_key)
    return hmac.compare_digest(mark.encode(), right.encode())


def _save(accounts: Iterable[Account]) -> None:
    """Keep what each holds, without the keys that lie inside others."""
    for each in accounts:
        each.desk_boxes = _needed(each)
        each.save(update_fields=["desk_boxes"])


def _needed(account: Account) -> dict[str, list[str]]:
    needed = reading_keys.needed(desk_keys.chains_of(account.side_id).own)
    return {number: box for number, box in account.desk_boxes.items() if int(number) in needed}
