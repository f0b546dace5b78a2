"""What Zoho said of its own set-up."""

from typing import ClassVar

from django.db import models

from connections.models.connection import Connection


class Readings(models.QuerySet["Reading"]):
    def of(
        self, connection: Connection, product: str, kind: str, key: str
    ) -> "Readings":
        """Return the row of one answer; its text may be long and is read when used."""
        known = self.filter(connection=connection, product=product, kind=kind, key=key)
        return known.defer("answer")


class Reading(models.Model):
    """What Zoho said of its own set-up: the answer of one kind, with one key.

    Until there is one, `read_at` is null. `trouble` is Zoho's code for what was in the
    way; who needs it leaves Zoho alone with it until then.
    """

    # What `trouble` begins with where it was a permission.
    NO_PERMISSION = "permission:"

    connection = models.ForeignKey(
        Connection, on_delete=models.CASCADE, related_name="readings"
    )
    product = models.CharField(max_length=20)
    kind = models.CharField(max_length=20)
    key = models.CharField(max_length=200, blank=True)
    answer = models.TextField(blank=True)
    read_at = models.DateTimeField(null=True)
    # Afterwards Zoho is asked again, as soon as somebody needs it.
    fresh_until = models.DateTimeField()
    used_at = models.DateTimeField(db_index=True)
    lease_owner = models.CharField(max_length=32, blank=True)
    lease_until = models.DateTimeField(null=True)
    trouble = models.CharField(max_length=120, blank=True)
    trouble_until = models.DateTimeField(null=True)

    objects = Readings.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["connection", "product", "kind", "key"], name="one_answer"
            )
        ]

    def __str__(self) -> str:
        return " ".join([self.product, self.kind, self.key]).strip()
