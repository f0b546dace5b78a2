"""What Zoho said of its own set-up, for all processes and hosts.

It is kept in the database and is fresh for ten minutes: what is in use is read anew by
the workers (`refresh`), else by who needs it next (`asking`). Older serves on while
Zoho is away, slow or throttling.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import TypeVar

from django.db.models import Q
from django.utils import timezone

from connections.models import Connection, Reading
from connections.schema import asking
from connections.schema.rows import loaded, row_of
from connections.schema.sources import Source
from connections.zoho.errors import ZohoError
from zohoportal.run.durability import unsynced

T = TypeVar("T")
# Whether it is in use need not be known to the second.
NOTED_EVERY = timedelta(minutes=5)


def read(connection: Connection, source: Source[T]) -> T:
    """Return what is known and fresh, else what Zoho says, else what is known.

    A page waits three seconds at most, for all that it reads together.

    Raises:
        ZohoError: nothing is known, and Zoho could not be asked or was too slow; or
            what happened ends what is known.
    """
    row = row_of(connection, source)
    now = timezone.now()
    if row.used_at < now - NOTED_EVERY:
        with unsynced():
            Reading.objects.filter(pk=row.pk).update(used_at=now)
    known = loaded(row, source)
    if known is not None and row.fresh_until > timezone.now():
        return known
    trouble = asking.trouble_of(row)
    if trouble is None:
        try:
            return asking.ask(connection, source, row, known)
        except ZohoError as error:
            trouble = error
    if known is None or isinstance(trouble, source.ended_by):
        raise trouble
    return known


def known(connection: Connection, source: Source[T]) -> T | None:
    """Return what is known, however old, without asking; None where nothing is."""
    kept = Reading.objects.of(connection, source.product, source.kind, source.key)
    row = kept.first()
    return loaded(row, source) if row else None


def fresh(connection: Connection, sources: Sequence[Source[T]]) -> dict[str, T]:
    """Return what is fresh of several of one kind, by their keys: in one query."""
    if not sources:
        return {}
    by_key = {each.key: each for each in sources}
    first = sources[0]
    rows = Reading.objects.filter(
        connection=connection,
        product=first.product,
        kind=first.kind,
        key__in=by_key,
        fresh_until__gt=timezone.now(),
    )
    found = {row.key: loaded(row, by_key[row.key]) for row in rows}
    return {key: each for key, each in found.items() if each is not None}


def forget(connection: Connection, product: str, *keys: str) -> None:
    """Have all that is kept under these keys, and below them, read anew.

    For all processes at once: an answer that is under way is not kept either.
    """
    chosen = Q(key__in=keys)
    for key in filter(None, keys):
        chosen |= Q(key__startswith=f"{key}/")
    Reading.objects.filter(chosen, connection=connection, product=product).update(
        fresh_until=timezone.now(),
        trouble="",
        trouble_until=None,
        lease_owner="",
        lease_until=None,
    )
