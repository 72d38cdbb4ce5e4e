"""The one table of this room: who is invited to a seat. Questions and answers are documents."""

from django.db import models


class SeatInvitation(models.Model):
    """A desk has invited one of its side's participants to a seat. Whom it invited lies in the box alone.

    The box is for the desk and for the inbox of the invited card, which it does not name.
    """

    question = models.CharField(max_length=32)
    side = models.CharField(max_length=16)
    box = models.BinaryField()

    class Meta:
        default_permissions = ()
        constraints = (
            models.UniqueConstraint(fields=["question", "side"], name="one_invitation_a_seat"),
        )

    def __str__(self) -> str:
        return "an invitation to a seat"
