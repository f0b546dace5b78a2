"""A connection's metadata, as Zoho CRM said it last.

It is kept in the database, so that what one process read serves all of them, and is
fresh for ten minutes: what is in use is read anew by the workers (`refreshing`), else
by who needs it next. Older serves on while Zoho cannot be asked.
"""

from datetime import timedelta
from typing import Any, TypeVar, cast

from django.core.cache import cache
from django.utils import timezone

from connections.models import Connection
from connections.services import client_for
from connections.zoho.errors import PermissionMissing, ZohoError
from crm import drift, sources
from crm.metadata import Dependency, Metadata, Module, Value
from crm.models import Reading
from crm.sources import Source

T = TypeVar("T")
FRESH_SECONDS = 10 * 60
# An admin who adds the permission does not wait long to see what it brings.
REFUSED_SECONDS = 30
# Whether it is in use need not be known to the second.
NOTED_EVERY = timedelta(minutes=5)


def modules_of(connection: Connection) -> list[Module]:
    """Return the modules that records can be made in.

    Raises:
        ZohoError: they are not kept and Zoho could not be asked.
    """
    return _read(connection, sources.modules())


def metadata_of(connection: Connection, module: str) -> Metadata | None:
    """Return what a module's forms are made of; None for one that is not there.

    Raises:
        ZohoError: it is not kept and Zoho could not be asked.
    """
    named = {each.api_name: each for each in modules_of(connection)}
    if module not in named:
        return None
    return _read(connection, sources.module(named[module]))


def dependencies_of(
    connection: Connection, module: str, layout: str
) -> list[Dependency]:
    """Return the dependent picklists of a layout.

    Raises:
        ZohoError: they are not kept and Zoho could not be asked.
    """
    return _read(connection, sources.dependencies(module, layout))


def users_of(connection: Connection) -> tuple[Value, ...]:
    """Return the people that records can belong to.

    Raises:
        ZohoError: they are not kept and Zoho could not be asked.
    """
    return _read(connection, sources.users())


def forget(connection: Connection, module: str) -> None:
    """Read a module anew the next time: Zoho refused what its metadata allowed."""
    kept = Reading.objects.filter(connection=connection, module__in=["", module])
    kept.update(fresh_until=timezone.now())


def known_labels(connection: Connection) -> dict[str, str]:
    """Return what modules are called, as far as it is known without asking Zoho."""
    kept = _kept(connection, sources.modules())
    found = _loaded(kept, sources.modules()) if kept else []
    return {each.api_name: each.plural for each in found}


def renew(connection: Connection, source: Source[T], kept: Reading | None) -> T:
    """Ask Zoho, keep what it says, and tell the admins what changed in a module.

    Raises:
        ZohoError: Zoho could not be asked; it is left alone with it for ten minutes.
    """
    fresh_until = timezone.now() + timedelta(seconds=FRESH_SECONDS)
    try:
        found = source.ask(client_for(connection))
    except PermissionMissing:
        raise
    except ZohoError:
        if kept:
            Reading.objects.filter(pk=kept.pk).update(fresh_until=fresh_until)
        raise
    if isinstance(found, Metadata) and kept:
        drift.note(connection, cast("Metadata", _loaded(kept, source)), found)
    now = timezone.now()
    values = {"answer": source.dump(found), "read_at": now, "fresh_until": fresh_until}
    row, _ = Reading.objects.update_or_create(
        connection=connection,
        kind=source.kind,
        module=source.module,
        layout=source.layout,
        defaults=values,
        create_defaults=values | {"used_at": now},
    )
    cache.set(_loaded_key(row), found, 2 * FRESH_SECONDS)
    return found


def _read(connection: Connection, source: Source[T]) -> T:
    refused: str | None = cache.get(_refused(connection, source))
    if refused is not None:
        raise PermissionMissing(refused)
    now = timezone.now()
    kept = _kept(connection, source)
    if kept and kept.used_at < now - NOTED_EVERY:
        Reading.objects.filter(pk=kept.pk).update(used_at=now)
    if kept and kept.fresh_until > now:
        return _loaded(kept, source)
    try:
        return renew(connection, source, kept)
    except PermissionMissing as error:
        cache.set(_refused(connection, source), error.code, REFUSED_SECONDS)
        raise
    except ZohoError:
        if kept is None:
            raise
        return _loaded(kept, source)


def _kept(connection: Connection, source: Source[Any]) -> Reading | None:
    # Its answer may be long, and is mostly known in this process already.
    return (
        Reading.objects.defer("answer")
        .filter(
            connection=connection,
            kind=source.kind,
            module=source.module,
            layout=source.layout,
        )
        .first()
    )


def _loaded(kept: Reading, source: Source[T]) -> T:
    found: Any = cache.get(_loaded_key(kept))
    if found is None:
        found = source.load(kept.answer)
        cache.set(_loaded_key(kept), found, 2 * FRESH_SECONDS)
    return cast("T", found)


def _loaded_key(kept: Reading) -> str:
    return f"crm-{kept.pk}-{kept.read_at.timestamp()}"


def _refused(connection: Connection, source: Source[Any]) -> str:
    names = (connection.pk, source.kind, source.module, source.layout)
    return "-".join(["crm-refused", *map(str, names)])
