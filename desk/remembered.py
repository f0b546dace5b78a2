"""What Desk said about its own set-up, remembered so that forms open without a call."""

import time
from collections.abc import Callable
from typing import TypeVar

from django.core.cache import cache

from connections import services
from connections.models import Connection
from connections.zoho.client import ZohoClient
from connections.zoho.errors import RateLimited, Unavailable

Found = TypeVar("Found")

FRESH_SECONDS = 10 * 60
# While Desk cannot be asked, what it said within a day is better than no form.
KEPT_SECONDS = 24 * 60 * 60


def remembered(
    connection: Connection,
    what: str,
    read: Callable[[ZohoClient], Found],
    *,
    fresh_seconds: float = FRESH_SECONDS,
) -> Found:
    """Return what `read` found ten minutes ago or less, else let it ask Desk.

    Raises:
        ZohoError: nothing is remembered and Desk could not be asked.
    """
    key = _key(connection, what)
    kept: tuple[float, Found] | None = cache.get(key)
    if kept and kept[0] > time.time() - fresh_seconds:
        return kept[1]
    try:
        found = read(services.client_for(connection))
    except (RateLimited, Unavailable):
        if kept:
            return kept[1]
        raise
    cache.set(key, (time.time(), found), KEPT_SECONDS)
    return found


def forget(connection: Connection, what: str) -> None:
    """Let the next one who needs it ask Desk."""
    cache.delete(_key(connection, what))


def _key(connection: Connection, what: str) -> str:
    organisation = services.organisations(connection).get("desk", "")
    return f"desk-{connection.pk}-{organisation}-{what}"
