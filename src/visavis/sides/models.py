from typing import ClassVar

from django.db import models
from django.db.models import F, Q


class Site(models.Model):
    """The one joint site of this installation. Its id becomes the charter's.

    Salt and cost of the sign-in stand here because they are the same for every account: nobody says
    who they are before the passphrase is stretched. Salt and day of the charter stand here so that
    the charter has the same bytes however often it is made.
    """

    id = models.CharField(max_length=32, primary_key=True)
    is_only = models.BooleanField(default=True, unique=True, editable=False)
    names = models.JSONField()
    languages = models.JSONField()
    waiting = models.JSONField()
    release_key = models.CharField(max_length=64, unique=True)
    charter_salt = models.CharField(max_length=64)
    founded_on = models.DateField()
    sign_in_salt = models.CharField(max_length=32)
    sign_in_memory_kib = models.PositiveIntegerField()
    sign_in_passes = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(is_only=True), name="one_site_alone"),
        ]

    def __str__(self) -> str:
        return self.id


class Side(models.Model):
    """One society that runs the site. Empty keys: its desk has not given them yet.

    ``sealed_key`` is the private half under the desk's passphrase; empty where the desk keeps it on a
    machine of its own. ``vault_key`` is the public half of what opens only with that key, and its signature.
    ``alarm`` and ``doubt``: see `alarms`.
    """

    code = models.CharField(max_length=16, primary_key=True)
    names = models.JSONField()
    languages = models.JSONField()
    public_key = models.CharField(max_length=64, unique=True, null=True)
    recovery_key = models.CharField(max_length=64, unique=True, null=True)
    sealed_key = models.TextField(blank=True)
    vault_key = models.CharField(max_length=192, blank=True)
    alarm = models.BinaryField(default=b"")
    doubt = models.BinaryField(default=b"")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(
                    public_key__isnull=True, recovery_key__isnull=True, sealed_key="", vault_key=""
                )
                | Q(public_key__isnull=False, recovery_key__isnull=False)
                & ~Q(public_key=F("recovery_key")),
                name="both_keys_and_two_different_ones",
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def has_keys(self) -> bool:
        return self.public_key is not None


class SetUpCode(models.Model):
    """The code with which a desk's first editor comes in: its hash alone, gone once it is used.

    With days, it lets a lost desk in again: from the one, and up to the other.
    """

    code_hash = models.CharField(max_length=64, primary_key=True)
    side = models.OneToOneField(Side, on_delete=models.CASCADE)
    counts_from = models.DateField(null=True)
    expires_on = models.DateField(null=True)

    def __str__(self) -> str:
        return f"set-up code of {self.side_id}"


class WayIn(models.Model):
    """That a side was let in again, seen by every desk as long as it is news. It lets nobody in itself."""

    statement = models.CharField(max_length=64, primary_key=True)
    side = models.ForeignKey(Side, on_delete=models.CASCADE, related_name="+")
    on = models.DateField()
    counts_from = models.DateField()

    def __str__(self) -> str:
        return f"way in of {self.side_id}"


class ReadingKey(models.Model):
    """One reading key of a desk, or of all desks together: see `reading_keys`. Hexadecimal.

    The public half, and the key before it sealed to this one. No private half lies in any table.
    """

    public = models.CharField(max_length=64, primary_key=True)
    holder = models.CharField(max_length=16)
    number = models.PositiveIntegerField()
    sealed_before = models.TextField(blank=True)
    waits = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["holder", "number"], name="one_reading_key_a_number"),
        ]

    def __str__(self) -> str:
        return f"reading key {self.number} of {self.holder}"


class Joint(models.Model):
    """A joint key as it lies for one desk: sealed to that desk's own key. Hexadecimal."""

    side = models.ForeignKey(Side, on_delete=models.CASCADE, related_name="+")
    number = models.PositiveIntegerField()
    box = models.TextField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["side", "number"], name="one_joint_box_a_number"),
        ]

    def __str__(self) -> str:
        return f"joint key {self.number} for {self.side_id}"
