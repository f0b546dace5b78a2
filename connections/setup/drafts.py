"""Setups that were begun and not finished: how long they stay, and how they go."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from connections.models import Connection
from connections.tokens import revocation

KEEP = timedelta(days=7)


def kept_until(draft: Connection) -> datetime:
    return draft.created_at + KEEP


def expired() -> QuerySet[Connection]:
    """Return the drafts that nobody went on with in time."""
    return Connection.objects.filter(
        state=Connection.State.DRAFT, created_at__lt=timezone.now() - KEEP
    )


def forget_old() -> int:
    """Delete the expired drafts; return how many went."""
    return sum(discard(draft) for draft in expired().select_related("client"))


def discard(connection: Connection) -> bool:
    """Delete a setup that was not finished, with its secrets; return whether it went.

    A crash between Zoho's tokens and their proof leaves a grant behind. It is ended at
    Zoho first: deleted here only, nobody could end it any more.
    """
    if not connection.is_draft:
        return False
    confirmed = [revocation.end(grant) for grant in connection.grants.all()]
    if not all(confirmed) and connection.grants.exists():
        return False
    with transaction.atomic():
        connection.delete()
        connection.client.delete()
    return True
