"""What the portal asked of Zoho, and who did what in it.

Both point at nobody: they keep names and ids, so that people and connections can go
and what was done stays. Entries are added and never changed.
"""

from typing import Any, ClassVar, NoReturn, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from zohoportal.activity import only_grows


class AppendOnly(Exception):
    """An entry was about to be changed or deleted."""


class EntryQuerySet(models.QuerySet):
    """Entries, newest first; they can be read and added."""

    def update(self, **_values: Any) -> NoReturn:
        raise AppendOnly

    def delete(self) -> NoReturn:
        raise AppendOnly

    def newest(self, *, before: int | None) -> Self:
        """Return the entries from the newest on, or from the one `before` this id."""
        older = self.filter(pk__lt=before) if before is not None else self
        return older.order_by("-pk")


class AuditEventQuerySet(EntryQuerySet):
    def redact(self, words: str) -> int:
        """Put words in the place of what was named; the one way for it to change."""
        with only_grows.lifted():
            return models.QuerySet.update(self, target=words, details={})


class ZohoCallQuerySet(EntryQuerySet):
    def forget(self) -> int:
        """Delete these calls; the one way for an entry to go."""
        deleted, _ = models.QuerySet.delete(self)
        return deleted


class Entry(models.Model):
    at = models.DateTimeField(default=timezone.now)
    connection_id = models.UUIDField(null=True)
    connection_name = models.CharField(max_length=200, blank=True)
    # Of the web request in which it happened; the log has it on every line.
    request_id = models.CharField(max_length=64, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Add the entry.

        Raises:
            AppendOnly: it was added before.
        """
        if not self._state.adding:
            raise AppendOnly
        super().save(*args, **kwargs)

    def delete(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        raise AppendOnly


class ZohoCall(Entry):
    """One call to Zoho, without what was sent, asked for or answered.

    `status` is 0 where no answer came; `code` then is our own word for the reason, such
    as timeout, else Zoho's code for an error.
    """

    method = models.CharField(max_length=10)
    host = models.CharField(max_length=255)
    path = models.CharField(max_length=500)
    status = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=100, blank=True)
    milliseconds = models.PositiveIntegerField()
    is_failed = models.GeneratedField(
        expression=Q(status__gte=400) | ~Q(code=""),  # type: ignore[arg-type]  # Django takes a Q
        output_field=models.BooleanField(),
        db_persist=True,
    )

    objects = ZohoCallQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["at"], name="call_by_age"),
            models.Index(fields=["connection_id", "-id"], name="call_by_connection"),
        ]


class AuditEvent(Entry):
    """One thing that a person did; `details` are plain facts, never a secret."""

    class Act(models.TextChoices):
        CONNECTED = "connected", "Connected"
        RECONNECTED = "reconnected", "Reconnected"
        DISCONNECTED = "disconnected", "Disconnected"
        CHANGED = "changed", "Changed"
        SENT = "sent", "Sent"
        SENT_AGAIN = "sent_again", "Sent again"
        SENT_FIRST = "sent_first", "Sent before an earlier one"
        MARKED_FOUND = "marked_found", "Marked as found"
        KEPT = "kept", "Kept as a draft"
        CANCELLED = "cancelled", "Cancelled"
        EXPORTED = "exported", "Exported"
        ERASED = "erased", "Erased a customer's data"
        SIGNED_IN = "signed_in", "Signed in"
        SIGN_IN_FAILED = "sign_in_failed", "Failed to sign in"
        LEFT = "left", "Signed out"
        NEW_PASSWORD = "new_password", "Set a new password"
        SECOND_FACTOR = "second_factor", "Changed a second factor"
        REFUSED = "refused", "Was refused"
        MIX_UP = "mix_up", "Possible mix-up"
        INVITED = "invited", "Invited"
        TOOK_BACK = "took_back", "Took back an invitation"
        JOINED = "joined", "Joined"
        DEACTIVATED = "deactivated", "Deactivated"
        REACTIVATED = "reactivated", "Reactivated"
        SIGNED_OUT = "signed_out", "Signed out everywhere"
        MADE_LINK = "made_link", "Made a link for a new password"
        HANDED_OVER = "handed_over", "Handed over"

    person_id = models.CharField(max_length=64)
    person_name = models.CharField(max_length=254)
    act = models.CharField(max_length=20, choices=Act)
    target = models.CharField(max_length=300)
    # From where they asked for it; empty where nobody did.
    address = models.CharField(max_length=45, blank=True)
    details = models.JSONField(default=dict)

    objects = AuditEventQuerySet.as_manager()

    @property
    def facts(self) -> str:
        """Return the details as one line of text."""
        return ", ".join(f"{name}: {value}" for name, value in self.details.items())
