"""The two tables of this room: what a desk says to an author, and what somebody points out to a desk.

Both are sealed, and neither says who wrote or who reads. Discussions and contributions are documents.
"""

from django.db import models


class Reason(models.Model):
    """Why a desk did not open a contribution, for the inbox of its card: not even the desk opens it."""

    digest = models.CharField(max_length=64, primary_key=True)
    box = models.BinaryField()
    ends_on = models.DateField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return "a reason"


class Report(models.Model):
    """What somebody points out of an open contribution, for its side's desk. Nothing says who, or of what."""

    id = models.CharField(max_length=32, primary_key=True)
    box = models.BinaryField()
    side = models.CharField(max_length=16)
    made_on = models.DateField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return "something pointed out"
