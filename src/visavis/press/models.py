"""The one table of the press: where items are on the lists."""

from typing import ClassVar

from django.db import models


class Place(models.Model):
    """An item's number and page on a list, given once and to no other, so that pages stay as they are."""

    list = models.CharField(
        max_length=32, help_text="A list's name, or the id of the item that has it."
    )
    item = models.CharField(max_length=32, db_index=True)
    number = models.PositiveIntegerField()
    page = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["list", "item"], name="one_place_a_list"),
            models.UniqueConstraint(fields=["list", "number"], name="one_item_a_place"),
        ]
        indexes: ClassVar = [models.Index(fields=["list", "page"], name="places_of_a_page")]

    def __str__(self) -> str:
        return f"{self.list} {self.number}"
