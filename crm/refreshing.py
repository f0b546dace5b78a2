"""The workers' regular job: reads anew what forms are made of before it grows old."""

import logging
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.utils import timezone

from connections import lanes
from connections.models import Connection
from connections.zoho.errors import PermissionMissing, ZohoError
from crm import drift, reading, sources
from crm.metadata import Module
from crm.models import Reading
from crm.sources import Source
from zohoportal.outbox.jobs import RegularJob

logger = logging.getLogger(__name__)

EVERY = timedelta(minutes=1)
# So that nobody who works with it finds it old.
AHEAD = timedelta(minutes=2)
IN_USE = timedelta(hours=1)
# What was not used for so long is of no use for telling what changed.
KEPT = timedelta(days=30)


def refresh() -> None:
    """Read anew what was used within the last hour and is about to grow old."""
    now = timezone.now()
    Reading.objects.filter(used_at__lt=now - KEPT).delete()
    due = (
        Reading.objects.filter(
            connection__state=Connection.State.ACTIVE,
            used_at__gt=now - IN_USE,
            fresh_until__lt=now + AHEAD,
        )
        # The modules first: they say which of the others are still there.
        .order_by("connection", "module", "layout", "kind")
        .select_related("connection__client")
        .defer("answer")
    )
    by_connection: dict[Connection, list[Reading]] = {}
    for each in due:
        by_connection.setdefault(each.connection, []).append(each)
    for connection, readings in by_connection.items():
        _refresh(connection, readings)


def _refresh(connection: Connection, readings: Iterable[Reading]) -> None:
    """Renew a connection's readings, as long as nothing is in the way."""
    if lanes.pause_of(lanes.key_of(connection, "crm")):
        return
    for kept in readings:
        try:
            source = _source_of(kept)
            if source is None:
                _say_goodbye(kept)
            else:
                reading.renew(connection, source, kept)
        except ZohoError as error:
            # What is kept serves on; a page that needs it says what is wrong.
            details = {"connection": str(connection.pk), "error": str(error)}
            logger.info("metadata not renewed", extra=details)
            if isinstance(error, PermissionMissing):
                _put_aside(kept)
            return


def _source_of(kept: Reading) -> Source[Any] | None:
    """Return what a reading was read from; None for a module that is gone."""
    if kept.kind == "users":
        return sources.users()
    if kept.kind == "modules":
        return sources.modules()
    described = _module(kept)
    if described is None:
        return None
    if kept.kind == "module":
        return sources.module(described)
    return sources.dependencies(kept.module, kept.layout)


def _module(kept: Reading) -> Module | None:
    listed = reading.modules_of(kept.connection)
    return next((each for each in listed if each.api_name == kept.module), None)


def _say_goodbye(kept: Reading) -> None:
    if kept.kind == "module":
        drift.note_end(kept.connection, kept.module)
    _put_aside(kept)


def _put_aside(kept: Reading) -> None:
    """Leave it to the next person who needs it."""
    Reading.objects.filter(pk=kept.pk).update(used_at=timezone.now() - IN_USE)


JOB = RegularJob("crm metadata", EVERY, refresh)
