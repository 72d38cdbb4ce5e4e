"""The one table of the press: where items are on the lists."""

from typing import ClassVar

from django.db import models


class Place(models.Model):
    """An item's number on a list, given once and never to another, so that list pages stay as they are."""

    list = models.CharField(max_length=20)
    item = models.CharField(max_length=32)
    number = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["list", "item"], name="one_place_a_list"),
            models.UniqueConstraint(fields=["list", "number"], name="one_item_a_place"),
        ]

    def __str__(self) -> str:
        return f"{self.list} {self.number}"
