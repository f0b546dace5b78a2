"""The list of connections: a row for each, with one query for all their grants."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import OuterRef, Subquery
from django.db.models.functions import Coalesce

from connections import features
from connections.models import Connection, Grant
from connections.product import Feature
from connections.setup import drafts
from connections.views import status


@dataclass(frozen=True)
class Row:
    """A connection and what the list says of it."""

    connection: Connection
    badge: status.Badge
    act: status.Act
    renewed_at: datetime | None
    answered_at: datetime | None
    missing: list[Feature]
    kept_until: datetime | None


def rows() -> list[Row]:
    """Return every connection, without the drafts whose time is over."""
    current = Grant.objects.filter(connection=OuterRef("pk"), is_current=True)
    renewed = current.values_list(Coalesce("refreshed_at", "created_at"))
    connections = (
        Connection.objects.exclude(pk__in=drafts.expired().values("pk"))
        .select_related("client")
        .prefetch_related("product_accounts")
        .annotate(renewed_at=Subquery(renewed))
    )
    return [_row(connection, connection.renewed_at) for connection in connections]


def answered_at(connection: Connection, renewed_at: datetime | None) -> datetime | None:
    """Return when Zoho last accepted a call that is on record.

    That is the last test in which it knew us, or the last renewal of the access.
    """
    was_known = any(
        check["key"] == "signed_in" and check["ok"] for check in connection.checks
    )
    tested_at = connection.checked_at if was_known else None
    return max((at for at in (renewed_at, tested_at) if at), default=None)


def _row(connection: Connection, renewed_at: datetime | None) -> Row:
    return Row(
        connection,
        status.badge(connection),
        status.needed_act(connection),
        renewed_at,
        answered_at(connection, renewed_at),
        features.chosen(connection.lacking),
        drafts.kept_until(connection) if connection.is_draft else None,
    )
