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
MOST_DEATHS = 3


def new_reference() -> str:
    """Return a reference that is unique and can be typed, such as ZP-7F3K2M9QXR."""
    return "ZP-" + "".join(secrets.choice(ALPHABET) for _ in range(10))


class Upload(models.Model):
    """A file that a person handed in; the row is there when the file is whole."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="uploads"
    )
    # For people and for Zoho; nothing is stored under it.
    name = models.CharField(max_length=150)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    stored = models.CharField(max_length=100, unique=True)
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    def __str__(self) -> str:
        return self.name


class Delivery(models.Model):
    """One submitted form on its way to Zoho, exactly once."""

    class State(models.TextChoices):
        WAITING = "waiting", "Kept, not sent yet"
        SENDING = "sending", "Being sent"
        DONE = "done", "Done"
        REFUSED = "refused", "Refused by Zoho"
        UNKNOWN = "unknown", "Needs a look"
        CANCELLED = "cancelled", "Cancelled"

    class Held(models.TextChoices):
        """What a waiting delivery needs before it goes on by itself."""

        RECONNECT = "reconnect", "The connection has to be repaired"
        PERMISSION = "permission", "A permission is missing"
        PERSON = "person", "Its author may not use the connection any more"
        REPLY = "reply", "Zoho gave an answer that the portal does not know"
        PARENT = "parent", "What it belongs to is not in Zoho yet"
        DRAFT = "draft", "Its author keeps it as a draft"

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
    # The organisation's lane it takes; people's work overtakes bulk work there.
    lane = models.CharField(max_length=120)
    is_bulk = models.BooleanField(default=False)
    form_key = models.CharField(max_length=64)
    # The refused delivery that this one corrects.
    replaces = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, related_name="corrections"
    )
    # What a file is attached to, and the file itself as long as it is kept.
    parent = models.ForeignKey(
        "self", on_delete=models.CASCADE, null=True, related_name="files"
    )
    upload = models.ForeignKey(
        Upload, on_delete=models.SET_NULL, null=True, related_name="deliveries"
    )
    fingerprint = models.CharField(max_length=64)
    reference = models.CharField(max_length=20, unique=True, default=new_reference)
    state = models.CharField(max_length=20, choices=State, default=State.WAITING)
    attempt_count = models.PositiveIntegerField(default=0)
    # When it is sent, or looked for, by itself; null: not any more.
    retry_at = models.DateTimeField(null=True, default=timezone.now)
    held_for = models.CharField(max_length=20, choices=Held, blank=True)
    held_at = models.DateTimeField(null=True)
    failures = models.PositiveIntegerField(default=0)
    looks = models.PositiveIntegerField(default=0)
    # When Zoho was asked for it and did not have it.
    missed_at = models.DateTimeField(null=True)
    deaths = models.PositiveIntegerField(default=0)
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
            models.Index(fields=["person", "fingerprint"], name="same_content"),
            models.Index(
                fields=["lane", "is_bulk", "created_at"],
                name="open_in_lane",
                condition=models.Q(state__in=["waiting", "sending", "unknown"]),
            ),
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

    @property
    def is_looked_for(self) -> bool:
        """Whether the portal still looks for it at Zoho by itself."""
        return self.state == self.State.UNKNOWN and self.retry_at is not None

    @property
    def may_have_arrived(self) -> bool:
        """Whether an attempt ended in a way that leaves open what Zoho did with it."""
        return self.attempts.filter(answered=False).exists()

    @property
    def was_set_aside(self) -> bool:
        """Whether the portal stopped so often while sending it that it gave up."""
        return self.state == self.State.UNKNOWN and self.deaths >= MOST_DEATHS


# Nothing happens to these any more by itself.
ENDED = (Delivery.State.DONE, Delivery.State.REFUSED, Delivery.State.CANCELLED)


class Attempt(models.Model):
    """One call to Zoho that may have an effect, on record before it is made."""

    delivery = models.ForeignKey(
        Delivery, on_delete=models.CASCADE, related_name="attempts"
    )
    number = models.PositiveIntegerField()
    started_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True)
    # Zoho answered; without an answer it may have had its effect all the same.
    answered = models.BooleanField(default=False)
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


class Job(models.Model):
    """A regular job of the workers; whoever holds the lease runs it."""

    name = models.CharField(max_length=40, primary_key=True)
    lease_owner = models.CharField(max_length=32, blank=True)
    lease_until = models.DateTimeField(null=True)
    ran_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name
