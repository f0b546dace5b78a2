"""The workers' regular job: reads anew what is in use, before it grows old."""

import logging
from collections.abc import Iterable
from datetime import timedelta
from itertools import groupby

from django.db.models import Q
from django.utils import timezone

from connections import limits
from connections.models import Connection, Reading, Readings
from connections.schema import asking, sources
from connections.schema.sources import Kind
from connections.zoho.errors import (
    PermissionMissing,
    RateLimited,
    ReconnectRequired,
    Unavailable,
    ZohoError,
)

logger = logging.getLogger(__name__)

# So that nobody who works with it finds it old.
AHEAD = timedelta(minutes=2)
IN_USE = timedelta(hours=1)
# They are in the way of everything else, too.
AWAY = (RateLimited, ReconnectRequired, Unavailable)
# What was not used for so long is of no use for telling what changed.
KEPT = timedelta(days=30)
# Of what no worker reads anew; it is about what people work on, not how.
KEPT_ASIDE = timedelta(days=1)


def refresh() -> None:
    """Read anew what was used within the last hour and is about to grow old."""
    kinds = {(kind.product, kind.name): kind for kind in sources.registered()}
    _clean_up(kinds.values())
    for (connection, product), rows in groupby(
        _due(), lambda row: (row.connection, row.product)
    ):
        known = [
            (kinds[row.product, row.kind], row)
            for row in rows
            if (row.product, row.kind) in kinds
        ]
        _renew(connection, product, known)


def _clean_up(kinds: Iterable[Kind]) -> None:
    now = timezone.now()
    renewed = Q(pk=None)
    for kind in kinds:
        renewed |= Q(product=kind.product, kind=kind.name)
    Reading.objects.filter(used_at__lt=now - KEPT).delete()
    Reading.objects.filter(~renewed, used_at__lt=now - KEPT_ASIDE).delete()


def _due() -> Readings:
    now = timezone.now()
    return (
        Reading.objects.filter(
            Q(trouble_until=None) | Q(trouble_until__lt=now),
            connection__state=Connection.State.ACTIVE,
            used_at__gt=now - IN_USE,
            fresh_until__lt=now + AHEAD,
        )
        # What has no key says which of the others are still there.
        .order_by("connection", "product", "key", "kind")
        .select_related("connection__client")
        .defer("answer")
    )


def _renew(
    connection: Connection, product: str, rows: Iterable[tuple[Kind, Reading]]
) -> None:
    """Renew a connection's answers, as long as nothing is in the way."""
    if limits.open_breaker(limits.key_of(connection, product)):
        return
    for kind, row in rows:
        try:
            source = kind.source(connection, row.key)
            if source:
                asking.renew(connection, source, row)
            else:
                kind.gone(connection, row.key)
                _put_aside(row)
        except ZohoError as error:
            # What is kept serves on; a page that needs it says what is wrong.
            details = {"connection": str(connection.pk), "error": str(error)}
            logger.info("schema not renewed", extra=details)
            if isinstance(error, PermissionMissing):
                _put_aside(row)
            if isinstance(error, AWAY) or not row.key:
                return


def _put_aside(row: Reading) -> None:
    """Leave it to the next person who needs it."""
    Reading.objects.filter(pk=row.pk).update(used_at=timezone.now() - IN_USE)
