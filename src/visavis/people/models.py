import secrets
from datetime import date
from typing import ClassVar

from django.db import models

from visavis.safety.reading import opened

from .purse import Purse
from .rules import ParticipantRole, Role


def drawn() -> str:
    """Return 64 random hexadecimal digits, which nobody tells from a hash."""
    return secrets.token_hex(32)


class Account(models.Model):
    """Someone who may sign in, for one side. No name, address, day of joining or of the last visit.

    The passphrase is stretched once; the first half of what comes out becomes ``sign_in_tag``, the
    second half opens ``sealed_totp`` and is kept nowhere. ``session_mark`` changes when the
    credentials do, and with it every session of the account dies. From ``leaves_on`` on, if the desk has
    not stopped it, the account is none.

    ``public_key`` is of the pair that the passphrase yields; empty until the first sign-in since there are
    such pairs. ``desk_boxes`` holds the desk's reading keys sealed to it, each with a mark that only a holder
    of that key could write: `desk_boxes`. ``sealed_label`` is an envelope for the own desk. The last five
    columns: see `editors_wishes` and `detained_editors`.
    """

    id = models.CharField(max_length=32, primary_key=True)
    side = models.ForeignKey("sides.Side", on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=16, choices=[(role.value, role.value) for role in Role])
    sealed_label = models.BinaryField(default=b"")
    sign_in_tag = models.CharField(max_length=64, unique=True)
    sealed_totp = models.TextField()
    session_mark = models.CharField(max_length=32)
    is_disabled = models.BooleanField(default=False)
    leaves_on = models.DateField(null=True)
    public_key = models.CharField(max_length=64, blank=True)
    desk_boxes = models.JSONField(default=dict)
    choice = models.TextField(default="")
    for_desk = models.TextField(default="")
    notice = models.BinaryField(default=b"")
    shelved = models.TextField(default="")
    paper_tag = models.CharField(max_length=64, unique=True, default=drawn)

    private_key = b""
    """No column: it lies in a live session alone, sealed under the cookie."""

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return "an account"

    @property
    def label(self) -> str:
        """The short name by which the desk knows the account; digits of its id for who cannot read it."""
        name = opened(bytes(self.sealed_label), about=self.about_label)
        return name.decode() if name else f"{self.pk[:4]}…"

    @property
    def about_label(self) -> str:
        """What the envelope says of its place."""
        return f"people_account.sealed_label {self.pk}"

    def can_act_on(self, today: date) -> bool:
        """Return whether the account is neither frozen nor removed by that day."""
        return not self.is_disabled and (self.leaves_on is None or today < self.leaves_on)

    @property
    def can_read(self) -> bool:
        """Return whether the desk's newest reading key lies here for an account that `queries` has read."""
        return str(getattr(self, "newest_number", None)) in self.desk_boxes


class Participant(models.Model):
    """Someone who takes part for one side, under a pen name. Nothing else points to this row.

    ``sign_in_tag`` and ``session_mark`` are as an editor's. ``sealed_purse`` opens with the passphrase alone;
    all that this person writes is found and closed with what is in it. The row is written on joining, with a
    new passphrase, with another instruction and when the account goes or is locked, and never in an act about
    words. The last four columns: see `instruction`.
    """

    id = models.CharField(max_length=32, primary_key=True)
    side = models.ForeignKey("sides.Side", on_delete=models.PROTECT, related_name="+")
    sign_in_tag = models.CharField(max_length=64, unique=True)
    session_mark = models.CharField(max_length=32)
    sealed_purse = models.TextField()
    choice = models.TextField()
    for_desk = models.TextField()
    notice = models.BinaryField()
    shelved = models.TextField()

    purse: Purse
    """No column: it lies in a live session alone, sealed under the cookie."""
    is_arriving = False
    """No column: of somebody who has joined within this hour, there is no row yet. See `arrivals`."""

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return "a participant"

    @property
    def role(self) -> ParticipantRole:
        """The role that the invitation gave."""
        return self.purse.role

    @property
    def card(self) -> str:
        """The item id of this person's one card, whether or not it is written yet."""
        return self.purse.card


class Batch(models.Model):
    """Codes with which people may join one side in one role: see `batches`. Who made it is not kept.

    What of it is left is the rows of its codes. A void one has none, and stays for the other desks to see.
    """

    id = models.CharField(max_length=32, primary_key=True)
    side = models.ForeignKey("sides.Side", on_delete=models.CASCADE, related_name="+")
    role = models.CharField(max_length=16)
    size = models.PositiveSmallIntegerField()
    expires_on = models.DateField()
    is_void = models.BooleanField(default=False)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return "a batch of codes"


class ParticipantCode(models.Model):
    """A code on a card that nobody has used yet; it goes in the act in which accounts come into being."""

    code_hash = models.CharField(max_length=64, primary_key=True)
    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="codes")

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return "a participant's code"


class Arrival(models.Model):
    """Somebody who has joined since the last full hour: see `arrivals`.

    ``id`` is made of the code and ``box`` opens under a pepper that is in memory alone.
    """

    id = models.CharField(max_length=32, primary_key=True)
    box = models.TextField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return "an arrival"


class CardLink(models.Model):
    """The one private link between a card and an account; it falls with the account.

    ``inbox`` is a public key of the author's: what is sealed to it, only they read. ``for_editors`` is the
    account's id, sealed to the own desk.
    """

    card = models.CharField(max_length=32, primary_key=True)
    inbox = models.CharField(max_length=64)
    for_editors = models.BinaryField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return "a card's link"


class Paper(models.Model):
    """A code on a card for a trusted person: see `papers`. Its owner alone finds the row by its id."""

    id = models.CharField(max_length=32, primary_key=True)
    tag = models.CharField(max_length=64, unique=True)
    box = models.TextField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return "a code on paper"


class OwnBox(models.Model):
    """A draft or notes of a participant: see `own_boxes`."""

    id = models.CharField(max_length=32, primary_key=True)
    box = models.BinaryField()
    ends_on = models.DateField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return "a participant's box"


class DayMark(models.Model):
    """Somebody did something once more on this day: see `day_marks`."""

    id = models.CharField(max_length=32, primary_key=True)
    day = models.DateField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return "a mark of a day"


class Session(models.Model):
    """One browser that is signed in, or is joining.

    ``key_hash`` cannot be turned back into the cookie, and ``sealed`` opens only with the cookie: a
    copy of this table lets nobody in and does not say whose sessions they are.
    """

    key_hash = models.CharField(max_length=64, primary_key=True)
    sealed = models.TextField()
    expires_on = models.DateField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return "a session"


class Invitation(models.Model):
    """A way in that nobody has used yet: side and role under the hash of a single-use code.

    Who made it is not kept, and the row goes with its use. Before ``counts_from`` it lets nobody in. ``box``
    is the desk's reading key under the code itself; empty where its maker could not read.
    """

    code_hash = models.CharField(max_length=64, primary_key=True)
    side = models.ForeignKey("sides.Side", on_delete=models.CASCADE, related_name="+")
    role = models.CharField(max_length=16, choices=[(role.value, role.value) for role in Role])
    counts_from = models.DateField()
    expires_on = models.DateField()
    box = models.TextField(blank=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return "an invitation"


class UsedCode(models.Model):
    """A code of an authenticator that has been used, as an HMAC under a pepper that is in memory alone.

    Disk and passphrase together do not say whose it was, or in which half minute. Marks are
    ``is_older`` after a turn of the housekeeping and gone after the next.
    """

    mark = models.CharField(max_length=64, primary_key=True)
    is_older = models.BooleanField(default=False)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return "a used code"


class DeskSize(models.Model):
    """How many editors a desk had at the end of a day on which the number changed."""

    side = models.ForeignKey("sides.Side", on_delete=models.CASCADE, related_name="+")
    on = models.DateField()
    n_editors = models.PositiveIntegerField()

    class Meta:
        default_permissions = ()
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["side", "on"], name="one_number_a_side_and_day"),
        ]

    def __str__(self) -> str:
        return f"{self.side_id} {self.on}: {self.n_editors}"


class WrongCodes(models.Model):
    """Somebody has tried out codes with the passphrase of an account of this desk: a day, and no account."""

    side = models.OneToOneField(
        "sides.Side", on_delete=models.CASCADE, related_name="+", primary_key=True
    )
    on = models.DateField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.side_id} {self.on}"
