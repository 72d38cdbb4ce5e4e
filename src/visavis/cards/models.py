"""The one table of this room. Cards themselves are documents; their drafts lie with their authors."""

from typing import ClassVar

from django.db import models

from .rules import CueList


class LeftOut(models.Model):
    """A desk leaves a list of cues out: the cards of its side no longer ask for it."""

    side = models.CharField(max_length=16)
    list = models.CharField(max_length=12, choices=[(each.value, each.value) for each in CueList])

    class Meta:
        default_permissions = ()
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["side", "list"], name="left_out_once")
        ]

    def __str__(self) -> str:
        return f"{self.side} leaves out {self.list}"
