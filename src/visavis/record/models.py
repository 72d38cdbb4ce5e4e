"""Tables of the two-key engine. A row opens nothing: keys are checked over the bytes."""

from typing import ClassVar

from django.db import models

from visavis.signing.document import CHARTER, RECOVERY, RELEASE_NOTE

from .rules import RefusalReason, State


class Draft(models.Model):
    """What a desk is still writing: private to that side, gone when it is proposed or given up.

    ``body`` is sealed to the desk: see `draft_boxes`. The other columns help to find the row.
    """

    item = models.CharField(max_length=32)
    of = models.CharField(
        max_length=32, blank=True, help_text="The item that it answers, translates or changes."
    )
    has_words_of = models.BooleanField(
        default=False,
        help_text="Words of that item are in it: when they are destroyed, the draft goes too.",
    )
    kind = models.CharField(max_length=20)
    side = models.CharField(max_length=16)
    body = models.BinaryField()
    base_digest = models.CharField(
        max_length=64, blank=True, help_text="The open version it changes."
    )
    made_on = models.DateField()

    class Meta:
        constraints: ClassVar = [
            # Two desks may both be changing one open item; neither learns of the other's draft.
            models.UniqueConstraint(fields=["item", "side"], name="one_draft_a_side"),
        ]

    def __str__(self) -> str:
        return f"draft of {self.kind} {self.item[:12]}"


class DraftState(models.Model):
    """What a draft was before it was written over: the box that lay in its row."""

    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, related_name="states")
    box = models.BinaryField()
    made_on = models.DateField(help_text="The day on which it was written over.")

    def __str__(self) -> str:
        return f"earlier state, written over on {self.made_on}"


class Document(models.Model):
    """One version of one item. The bytes are the document; the other columns only help to find it.

    ``data`` is an envelope until the document opens: see `sealed`. ``owner`` and ``closer`` are asked where
    nobody reads the bytes: they are sealed, or gone.
    """

    digest = models.CharField(primary_key=True, max_length=64)
    item = models.CharField(max_length=32, db_index=True)
    subject = models.CharField(max_length=32)
    kind = models.CharField(max_length=20)
    version = models.PositiveIntegerField()
    side = models.CharField(max_length=16, blank=True)
    owner = models.CharField(
        max_length=16, blank=True, help_text="Whose words they are, once the bytes are gone."
    )
    closer = models.CharField(
        max_length=64, blank=True, help_text="Its author's key, once the bytes are gone."
    )
    is_sealed = models.BooleanField(help_text="Its own bytes seal it until seats are filled.")
    state = models.CharField(max_length=10, choices=[(s.value, s.value) for s in State])
    proposed_by = models.CharField(max_length=16, blank=True)
    is_alone = models.BooleanField(
        db_default=False, help_text="Its own bytes let it stand under one side's name."
    )
    proposed_on = models.DateField()
    asked_on = models.DateField(
        null=True, help_text="From this day on silence counts: see `rules.who_is_asked`."
    )
    ended_on = models.DateField(null=True, help_text="The day on which it was refused.")
    data = models.BinaryField(help_text="Empty once its state has an end: see `rules.Ending`.")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["item"], condition=models.Q(state=State.OPEN.value), name="one_open_version"
            ),
            models.UniqueConstraint(
                fields=["item"], condition=models.Q(state=State.PROPOSED.value), name="one_proposal"
            ),
            models.UniqueConstraint(
                fields=["subject", "side"],
                condition=models.Q(is_sealed=True, state=State.PROPOSED.value),
                name="one_answer_a_seat",
            ),
            models.UniqueConstraint(
                fields=["subject"],
                condition=models.Q(kind=RELEASE_NOTE, state=State.OPEN.value),
                name="one_release_note",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["subject", "state"], name="subject_state"),
            models.Index(
                fields=["kind"], condition=models.Q(state=State.PROPOSED.value), name="proposals"
            ),
            models.Index(
                fields=["proposed_by"],
                condition=models.Q(state=State.PROPOSED.value),
                name="in_line",
            ),
            models.Index(
                fields=["state"],
                condition=models.Q(state=State.CLOSED.value),
                name="closed_documents",
            ),
            models.Index(
                fields=["-proposed_on", "digest"],
                condition=models.Q(state=State.OPEN.value),
                name="newest_open",
            ),
            # Of a kind that is rare beside another: discussions beside contributions.
            models.Index(
                fields=["kind", "-proposed_on", "digest"],
                condition=models.Q(state=State.OPEN.value),
                name="newest_open_of_kind",
            ),
            models.Index(
                fields=["proposed_by"],
                condition=models.Q(state=State.REFUSED.value),
                name="refused_documents",
            ),
            models.Index(
                fields=["version"],
                condition=models.Q(kind__in=[CHARTER, RECOVERY]),
                name="charters",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.item[:12]} version {self.version} ({self.state})"


class ClosingBox(models.Model):
    """What an author's key has closed: the words, sealed, or nothing of the same size. See `hiding`."""

    digest = models.CharField(primary_key=True, max_length=64)
    closed_on = models.DateField(help_text="The day of the closing.")
    box = models.BinaryField()

    def __str__(self) -> str:
        return f"box of {self.digest[:12]}"


class MadeFrom(models.Model):
    """One document was made from one item: what goes when that item is closed."""

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="made_from")
    item = models.CharField(max_length=32, db_index=True)

    def __str__(self) -> str:
        return f"{self.document_id[:12]} made from {self.item[:12]}"


class Named(models.Model):
    """A document names an item that it was not made from: its pages change with the item's.

    ``is_below``: it is shown below that item. Closing the item leaves it where it is.
    """

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="named")
    item = models.CharField(max_length=32, db_index=True)
    is_below = models.BooleanField()
    opened_on = models.DateField(help_text="The day on which the item's first version opened.")

    def __str__(self) -> str:
        return f"{self.document_id[:12]} names {self.item[:12]}"


class Signature(models.Model):
    """A side's signature over a document's bytes. Which editor gave it is not known here."""

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="signatures")
    side = models.CharField(max_length=16)
    public_key = models.CharField(max_length=64)
    signature = models.CharField(max_length=128)
    seat = models.CharField(
        max_length=128,
        blank=True,
        help_text="Of a sealed answer: the signature that fills its seat.",
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["document", "public_key"], name="a_key_counts_once"),
        ]

    def __str__(self) -> str:
        return f"signature of {self.side} on {self.document_id[:12]}"


class Refusal(models.Model):
    """A side said no to a proposal, for a reason from the list."""

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="refusals")
    side = models.CharField(max_length=16)
    reason = models.CharField(max_length=12, choices=[(r.value, r.value) for r in RefusalReason])

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["document", "side"], name="one_refusal_a_side"),
        ]

    def __str__(self) -> str:
        return f"{self.side} refused {self.document_id[:12]}: {self.reason}"


class Closing(models.Model):
    """One side's signed note that a document is closed, or that it went with another."""

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="closings")
    side = models.CharField(max_length=16)
    with_item = models.CharField(
        max_length=32, blank=True, help_text="What it was made from, if it followed."
    )
    note = models.BinaryField(
        help_text="Canonical bytes of the note; empty where it followed another."
    )
    public_key = models.CharField(max_length=64, blank=True)
    signature = models.CharField(max_length=128, blank=True)
    reopens_at = models.DateTimeField(null=True, help_text="To the hour; null when it is final.")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["document", "side", "with_item"], name="one_closing_a_side"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.document_id[:12]} closed by {self.side}"


class Pause(models.Model):
    """That a side, or all sides, hold their words: from the release in which it began, for some days.

    What is held has a `Closing` with this item, and comes back when that lapses: see `pausing`. The row stays
    until the side may pause alone again. A row holds nothing: an open, signed document does.
    """

    item = models.CharField(max_length=32, unique=True)
    digest = models.CharField(max_length=64)
    side = models.CharField(max_length=16, blank=True, help_text="Empty where all sides pause.")
    ends_at = models.DateTimeField(help_text="To the hour.")
    ended_on = models.DateField(null=True)
    wants_end = models.CharField(
        max_length=400, blank=True, help_text="The sides that asked for its end, by spaces."
    )
    n_held = models.PositiveIntegerField(default=0)
    n_back = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"pause of {self.side or 'all sides'}"


class Changed(models.Model):
    """A subject whose pages must be made again; the press takes the row away afterwards."""

    subject = models.CharField(max_length=32)
    is_urgent = models.BooleanField(
        db_default=False, help_text="A desk asked for an edition of its own, without waiting."
    )

    def __str__(self) -> str:
        return self.subject
