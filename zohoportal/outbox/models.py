"""What staff submitted, and every try to bring it to Zoho."""

import re
import secrets
import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone

from connections.models import Connection

# Without 0/O and 1/I: people read references aloud.
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
REFERENCE = re.compile(rf"ZP-[{ALPHABET}]{{10}}")


def new_reference() -> str:
    """Return a reference that is unique and can be typed, such as ZP-7F3K2M9QXR."""
    return "ZP-" + "".join(secrets.choice(ALPHABET) for _ in range(10))


class Delivery(models.Model):
    """One submitted form on its way to Zoho, exactly once."""

    class State(models.TextChoices):
        WAITING = "waiting", "Kept, not sent yet"
        SENDING = "sending", "Being sent"
        DONE = "done", "Done"
        REFUSED = "refused", "Refused by Zoho"
        UNKNOWN = "unknown", "Needs a look"
        CANCELLED = "cancelled", "Cancelled"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=40)
    connection = models.ForeignKey(
        Connection, on_delete=models.PROTECT, related_name="deliveries"
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="deliveries"
    )
    title = models.CharField(max_length=300)
    payload = models.JSONField()
    form_key = models.CharField(max_length=64)
    fingerprint = models.CharField(max_length=64)
    reference = models.CharField(max_length=20, unique=True, default=new_reference)
    state = models.CharField(max_length=20, choices=State, default=State.WAITING)
    attempt_count = models.PositiveIntegerField(default=0)
    retry_at = models.DateTimeField(null=True)
    lease_owner = models.CharField(max_length=32, blank=True)
    lease_until = models.DateTimeField(null=True)
    outcome = models.JSONField(default=dict)
    problem = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-created_at", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person", "form_key"], name="one_delivery_per_form"
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["-created_at", "-id"], name="newest"),
            models.Index(fields=["person", "-created_at", "-id"], name="own_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.reference})"

    def get_absolute_url(self) -> str:
        return reverse("outbox:delivery", args=[self.pk])

    @property
    def is_abandoned(self) -> bool:
        """Whether the process that was sending it has died on the way."""
        return (
            self.state == self.State.SENDING
            and self.lease_until is not None
            and self.lease_until < timezone.now()
        )


class Attempt(models.Model):
    """One call to Zoho that may have an effect, on record before it is made."""

    delivery = models.ForeignKey(
        Delivery, on_delete=models.CASCADE, related_name="attempts"
    )
    number = models.PositiveIntegerField()
    started_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True)
    result = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering: ClassVar = ["number"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["delivery", "number"], name="one_attempt_per_number"
            )
        ]

    def __str__(self) -> str:
        return f"attempt {self.number} of {self.delivery_id}"
