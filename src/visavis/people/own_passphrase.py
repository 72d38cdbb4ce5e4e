"""An editor shows their own passphrase once more: an open page that is left alone is not enough."""

from visavis.base.refusal import Refused
from visavis.safety.secret import Secret
from visavis.sides import queries as sides

from . import credentials
from .models import Account
from .rules import PeopleRefusal


def own_proof(editor: Account, passphrase: Secret) -> str:
    """Return the tag of an editor's own passphrase; refuse another. As costly as a sign-in."""
    tag = credentials.proof_of(passphrase, sign_in=sides.sign_in()).tag
    check_own(editor, tag)
    return tag


def check_own(editor: Account, tag: str) -> None:
    """Within an act: the passphrase that was shown is still theirs, or the act is refused."""
    tags = Account.objects.filter(pk=editor.pk).values_list("sign_in_tag", flat=True)
    if tags.first() != tag:
        raise Refused(PeopleRefusal.NOT_YOUR_PASSPHRASE)
