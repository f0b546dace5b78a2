"""A connection's metadata, as Zoho CRM said it last (`connections.schema`)."""

from collections.abc import Mapping

from connections.models import Connection
from connections.schema import store
from connections.schema.sources import Kind, Source
from connections.schema.types import Dependency
from crm.schema import drift, sources
from crm.schema.metadata import Field, Metadata, Module, Value


def modules_of(connection: Connection) -> list[Module]:
    """Return the modules that records can be made in.

    Raises:
        ZohoError: they are not kept and Zoho could not be asked.
    """
    return store.read(connection, sources.modules())


def metadata_of(connection: Connection, module: str) -> Metadata | None:
    """Return what a module's forms are made of; None for one that is not there.

    Raises:
        ZohoError: it is not kept and Zoho could not be asked.
    """
    named = {each.api_name: each for each in modules_of(connection)}
    if module not in named:
        return None
    return store.read(connection, sources.module(named[module]))


def dependencies_of(
    connection: Connection, module: str, layout: str
) -> list[Dependency]:
    """Return the dependent picklists of a layout.

    Raises:
        ZohoError: they are not kept and Zoho could not be asked.
    """
    return store.read(connection, sources.dependencies(module, layout))


def users_of(connection: Connection) -> tuple[Value, ...]:
    """Return the people that records can belong to.

    Raises:
        ZohoError: they are not kept and Zoho could not be asked.
    """
    return store.read(connection, sources.users())


def forget(connection: Connection, module: str) -> None:
    """Read a module anew the next time: Zoho refused what its metadata allowed."""
    store.forget(connection, "crm", "", module)


def known_labels(connection: Connection) -> dict[str, str]:
    """Return what modules are called, as far as it is known without asking Zoho."""
    found = store.known(connection, sources.modules()) or []
    return {each.api_name: each.plural for each in found}


def known_fields(connection: Connection, module: str) -> Mapping[str, Field]:
    """Return a module's fields, as far as they are known without asking."""
    found = store.known(connection, sources.module(Module(module, module, module)))
    return found.fields if found else {}


def _module(connection: Connection, key: str) -> Source[Metadata] | None:
    """Return the source of a module; None for one that is gone."""
    listed = {each.api_name: each for each in modules_of(connection)}
    return sources.module(listed[key]) if key in listed else None


def _dependencies(connection: Connection, key: str) -> Source[list[Dependency]] | None:
    module, _, layout = key.partition("/")
    is_there = _module(connection, module)
    return sources.dependencies(module, layout) if is_there else None


KINDS = (
    Kind("crm", "modules", lambda _connection, _key: sources.modules()),
    Kind("crm", "module", _module, gone=drift.note_end),
    Kind("crm", "dependencies", _dependencies),
    Kind("crm", "users", lambda _connection, _key: sources.users()),
)
