"""Add to the audit trail and to the API log, and forget calls that are old."""

from datetime import timedelta
from uuid import UUID

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from zohoportal.activity import call_log
from zohoportal.activity.models import AuditEvent, ZohoCall
from zohoportal.run.logs import request_id
from zohoportal.run.proxies import asking

# So many calls are deleted at once: SQLite has one writer, and others wait for it.
BATCH = 1000
# Who is not signed in.
NOBODY = "Somebody not signed in"


def record(
    act: AuditEvent.Act,
    person: AbstractBaseUser | AnonymousUser,
    target: str,
    connection_id: UUID | None = None,
    connection_name: str = "",
    **details: object,
) -> None:
    """Add to the trail what a person did; `details` are plain facts, never a secret.

    It is part of the transaction in which it is called: what was undone was not done.
    """
    AuditEvent.objects.create(
        person_id=str(person.pk or "nobody"),
        person_name=person.get_username() or NOBODY,
        act=act,
        target=target[:300],
        connection_id=connection_id,
        connection_name=connection_name,
        details=details,
        request_id=request_id(),
        address=asking()[:45],
    )


def record_call(
    *,
    connection_id: UUID | None,
    connection_name: str,
    method: str,
    host: str,
    path: str,
    status: int,
    code: str,
    milliseconds: int,
) -> None:
    """Add a call to the API log, which has it a moment later; raises nothing."""
    call_log.add(
        ZohoCall(
            connection_id=connection_id,
            connection_name=connection_name,
            method=method,
            host=host[:255],
            path=path[:500],
            status=status,
            code=code[:100],
            milliseconds=milliseconds,
            request_id=request_id(),
        )
    )


def forget_old_calls(days: int) -> int:
    """Delete the calls older than `days` in small batches; return how many."""
    limit = timezone.now() - timedelta(days=days)
    old = ZohoCall.objects.filter(at__lt=limit).order_by("at").values_list("pk")
    forgotten = 0
    while batch := [pk for (pk,) in old[:BATCH]]:
        forgotten += ZohoCall.objects.filter(pk__in=batch).forget()
    return forgotten
