"""How many calls an organisation gets at once."""

from typing import ClassVar

from django.db import models


class Limit(models.Model):
    """One organisation at one product of Zoho: what all callers share about it.

    Zoho counts calls in flight per organisation, and asks all of its callers to wait.
    It is a circuit breaker too: open until `paused_until`, then `width` slots let calls
    through, until Zoho answers as before.
    """

    key = models.CharField(max_length=120, primary_key=True)
    width = models.PositiveSmallIntegerField(default=1)
    failures = models.PositiveIntegerField(default=0)
    paused_until = models.DateTimeField(null=True)
    # Zoho asked for the pause; otherwise it did not answer.
    was_asked = models.BooleanField(default=False)
    woken_at = models.DateTimeField(null=True)
    # Where calls keep a pace: the calls so far are worth the time until then.
    booked_until = models.DateTimeField(null=True)

    class Meta:
        db_table = "connections_lane"

    def __str__(self) -> str:
        return self.key


class Slot(models.Model):
    """The right to have one call in flight of a limit; it lapses with its holder."""

    limit = models.ForeignKey(
        Limit, on_delete=models.CASCADE, related_name="slots", db_column="lane_id"
    )
    number = models.PositiveSmallIntegerField()
    owner = models.CharField(max_length=32, blank=True)
    until = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["limit", "number"], name="one_slot")
        ]

    def __str__(self) -> str:
        return f"slot {self.number} of {self.limit_id}"
