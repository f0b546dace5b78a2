"""What staff submitted, and every try to bring it to Zoho."""

import re
import secrets
import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
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
        PERSON = "person", "Its author does not have the right to it any more"
        REPLY = "reply", "Zoho gave an answer that the portal does not know"
        PARENT = "parent", "What it belongs to is not in Zoho yet"
        DRAFT = "draft", "Its author keeps it as a draft"
        RESTORED = "restored", "It may have been sent since the backup was made"
        PAYLOAD = "payload", "This version of the portal cannot read what was kept"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=40)
    connection = models.ForeignKey(
        Connection, on_delete=models.PROTECT, related_name="deliveries"
    )
    # The index of a person's newest ones begins with the person.
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        db_index=False,
        related_name="deliveries",
    )
    title = models.CharField(max_length=300)
    payload = models.JSONField()
    # The organisation's limit it is sent under; people's work overtakes bulk work.
    limit_key = models.CharField(max_length=120, db_column="lane")
    is_bulk = models.BooleanField(default=False)
    idempotency_key = models.CharField(max_length=64, db_column="form_key")
    # The refused delivery that this one corrects.
    replaces = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        db_index=False,
        related_name="corrections",
    )
    # Who let it go although its author does not have the right to it any more.
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        db_index=False,
        related_name="+",
    )
    # What a file is attached to, and the file itself as long as it is kept.
    parent = models.ForeignKey(
        "self",
        on_delete=models.CASCADE,
        null=True,
        db_index=False,
        related_name="files",
    )
    upload = models.ForeignKey(
        Upload,
        on_delete=models.SET_NULL,
        null=True,
        db_index=False,
        related_name="deliveries",
    )
    # What changes the same, was submitted later, and was sent first by a person's word.
    # This one is not sent over it unless a person says so too.
    overtaken_by = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        db_index=False,
        related_name="overtaken",
    )
    # The files that its own fields hold: they go to Zoho with it.
    brings = models.ManyToManyField(Upload, related_name="brought_by")
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
    # When Zoho was asked for it and did not have it, or a person said so.
    missed_at = models.DateTimeField(null=True)
    # When Zoho was asked for it, and it could not be told whether it is there.
    unsure_at = models.DateTimeField(null=True)
    deaths = models.PositiveIntegerField(default=0)
    lease_owner = models.CharField(max_length=32, blank=True)
    lease_until = models.DateTimeField(null=True)
    outcome = models.JSONField(default=dict)
    problem = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)
    # When what was typed was deleted; what is left says that there was something.
    forgotten_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-created_at", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person", "idempotency_key"], name="one_delivery_per_form"
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["-created_at", "-id"], name="newest"),
            models.Index(fields=["person", "-created_at", "-id"], name="own_newest"),
            models.Index(fields=["person", "fingerprint"], name="same_content"),
            # Conditions that both databases recognise in a query: a time compared with
            # another one is not null, and one state is that state. SQLite sees no list
            # of states in another: https://www.sqlite.org/partialindex.html#queries
            models.Index(
                fields=["limit_key", "is_bulk", "created_at"],
                name="due_in_lane",
                condition=models.Q(retry_at__isnull=False),
            ),
            models.Index(
                fields=["lease_until"],
                name="leased",
                condition=models.Q(lease_until__isnull=False),
            ),
            models.Index(
                fields=["held_at"],
                name="held",
                condition=models.Q(held_at__isnull=False),
            ),
            # Whom most of them have not: SQLite would take an index of all rows for
            # one that finds those few without.
            *(
                models.Index(
                    fields=[name],
                    name=f"with_{name}",
                    condition=models.Q((f"{name}__isnull", False)),
                )
                for name in (
                    "replaces",
                    "parent",
                    "upload",
                    "overtaken_by",
                    "released_by",
                )
            ),
            models.Index(
                fields=["state", "retry_at"],
                name="in_doubt",
                condition=models.Q(state="unknown"),
            ),
            models.Index(
                fields=["finished_at"],
                name="not_forgotten",
                condition=models.Q(forgotten_at__isnull=True),
            ),
        ]

    # Whether another one has to end first, and whether Zoho may have it and was not
    # asked since; lists bring both along.
    is_behind = False
    is_in_doubt = False

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

    def may_have_arrived(self) -> bool:
        """Tell whether an attempt leaves open what Zoho did with it."""
        return self.attempts.filter(answered=False).exists()

    @property
    def was_set_aside(self) -> bool:
        """Whether the portal stopped so often while sending it that it gave up."""
        return self.state == self.State.UNKNOWN and self.deaths >= MOST_DEATHS


# What these wait for is not to be passed over by a person's "Send again".
KEPT_BACK = (Delivery.Held.PARENT, Delivery.Held.RESTORED)

# Zoho may have to do with these yet.
OPEN = (Delivery.State.WAITING, Delivery.State.SENDING, Delivery.State.UNKNOWN)

# Nothing happens to these any more by itself.
ENDED = (Delivery.State.DONE, Delivery.State.REFUSED, Delivery.State.CANCELLED)


class Target(models.Model):
    """The place of a delivery in the line before something that it changes."""

    delivery = models.ForeignKey(
        Delivery, on_delete=models.CASCADE, related_name="targets"
    )
    # A digest: what it is made of was typed by people, and only has to meet its like.
    key = models.BigIntegerField()
    # Where it stands; those of one form stand in one place.
    place = models.PositiveBigIntegerField()
    # When it ended, or was overtaken; until then those behind it wait.
    left_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["key", "left_at", "place"], name="line"),
        ]

    def __str__(self) -> str:
        return f"place {self.place} of {self.delivery_id}"


# What finds attempts that may have had an effect, if Zoho was not asked since.
UNCLEAR = Q(answered=False) & (
    Q(delivery__missed_at=None) | Q(started_at__gt=F("delivery__missed_at"))
)


class Attempt(models.Model):
    """One call to Zoho that may have an effect, on record before it is made."""

    delivery = models.ForeignKey(
        Delivery, on_delete=models.CASCADE, related_name="attempts"
    )
    number = models.PositiveIntegerField()
    started_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True)
    # It is known what became of it; otherwise it may have had its effect.
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
