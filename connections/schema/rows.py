"""The rows of the store: an answer as JSON, and as the values that it stands for."""

from datetime import datetime
from typing import Any, TypeVar, cast

import msgspec
from django.core.cache import cache
from django.utils import timezone

from connections.models import Connection, Reading
from connections.schema.sources import Source
from zohoportal.run.durability import unsynced

T = TypeVar("T")
# So long a process remembers what an answer stands for.
LOADED_SECONDS = 20 * 60


def row_of(connection: Connection, source: Source[Any]) -> Reading:
    """Return the row for an answer, made if need be; the answer itself is not read."""
    rows = Reading.objects.of(connection, source.product, source.kind, source.key)
    if row := rows.first():
        return row
    now = timezone.now()
    with unsynced():
        made, _ = Reading.objects.defer("answer").get_or_create(
            connection=connection,
            product=source.product,
            kind=source.kind,
            key=source.key,
            defaults={"fresh_until": now, "used_at": now},
        )
    return made


def loaded(row: Reading, source: Source[T]) -> T | None:
    """Return what an answer stands for.

    None where there is none any more, or one that a version before kept in another
    shape.
    """
    if row.read_at is None:
        return None
    found: Any = cache.get(_key(row, row.read_at))
    if found is None:
        try:
            found = msgspec.json.decode(row.answer, type=source.shape)
        except (msgspec.DecodeError, Reading.DoesNotExist):
            return None
        remember(row, row.read_at, found)
    return cast("T", found)


def remember(row: Reading, read_at: datetime, found: object) -> None:
    """Spare this process the work of making an answer's values again."""
    cache.set(_key(row, read_at), found, LOADED_SECONDS)


def as_text(found: object) -> str:
    """Return an answer as it is kept."""
    return msgspec.json.encode(found).decode()


def _key(row: Reading, read_at: datetime) -> str:
    return f"schema-{row.pk}-{read_at.timestamp()}"
