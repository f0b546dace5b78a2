"""Add to the audit trail and to the API log, and forget calls that are old."""

import logging
from datetime import timedelta
from uuid import UUID

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db import Error, transaction
from django.utils import timezone

from zohoportal.activity.models import AuditEvent, ZohoCall
from zohoportal.logs import request_id

logger = logging.getLogger(__name__)

# So many calls are deleted at once: SQLite has one writer, and others wait for it.
BATCH = 1000


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
        person_id=str(person.pk),
        person_name=person.get_username(),
        act=act,
        target=target[:300],
        connection_id=connection_id,
        connection_name=connection_name,
        details=details,
        request_id=request_id(),
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
    """Add a call to the API log; raises nothing.

    Zoho is asked outside of transactions, so this is one INSERT with a commit of its
    own. Within somebody's transaction it waits for its end, neither holding a lock nor
    able to spoil it; undone with it is the entry only, and the log's line stays. That
    the database did not take it is told to the log and to nobody else.
    """
    call = ZohoCall(
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
    try:
        transaction.on_commit(call.save, robust=True)
    except Error:
        # Not even a connection to the database was to be had.
        logger.exception("call to zoho not kept")


def forget_old_calls(days: int) -> int:
    """Delete the calls older than `days` in small batches; return how many."""
    limit = timezone.now() - timedelta(days=days)
    old = ZohoCall.objects.filter(at__lt=limit).order_by("at").values_list("pk")
    forgotten = 0
    while batch := [pk for (pk,) in old[:BATCH]]:
        forgotten += ZohoCall.objects.filter(pk__in=batch).forget()
    return forgotten
