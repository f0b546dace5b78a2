"""Reading a connection's metadata from Zoho CRM, remembered for ten minutes.

What is older is read anew, and serves on while Zoho cannot be asked.
"""

import time
from collections.abc import Callable
from typing import Any, TypeVar, cast

from django.core.cache import cache

from connections.models import Connection
from connections.services import client_for
from connections.zoho.client import ZohoClient
from connections.zoho.errors import PermissionMissing, UnexpectedReply, ZohoError
from crm import metadata
from crm.metadata import Dependency, Metadata, Module, Value

T = TypeVar("T")
FRESH_SECONDS = 10 * 60
KEPT_SECONDS = 24 * 60 * 60
# An admin who adds the permission does not wait long to see what it brings.
REFUSED_SECONDS = 30


def modules_of(connection: Connection) -> list[Module]:
    """Return the modules that records can be made in.

    Raises:
        ZohoError: they are not remembered and Zoho could not be asked.
    """
    return _remembered(_key(connection, "modules"), lambda: _read_modules(connection))


def metadata_of(connection: Connection, module: str) -> Metadata | None:
    """Return what a module's forms are made of; None for one that is not there.

    Raises:
        ZohoError: it is not remembered and Zoho could not be asked.
    """
    named = {each.api_name: each for each in modules_of(connection)}
    if module not in named:
        return None
    return _remembered(
        _key(connection, module), lambda: _read_metadata(connection, named[module])
    )


def dependencies_of(
    connection: Connection, module: str, layout: str
) -> list[Dependency]:
    """Return the dependent picklists of a layout.

    Raises:
        ZohoError: they are not remembered and Zoho could not be asked.
    """
    return _remembered(
        _key(connection, module, layout),
        lambda: _read_dependencies(client_for(connection), module, layout),
    )


def users_of(connection: Connection) -> tuple[Value, ...]:
    """Return the people that records can belong to.

    Raises:
        ZohoError: they are not remembered and Zoho could not be asked.
    """
    return _remembered(
        _key(connection, "users"), lambda: _read_users(client_for(connection))
    )


def forget(connection: Connection, module: str, layout: str = "") -> None:
    """Read a module anew the next time: Zoho refused what its metadata allowed."""
    names = ["modules", "users", module]
    keys = [_key(connection, name) for name in names]
    cache.delete_many([*keys, _key(connection, module, layout)])


def _key(connection: Connection, *names: str) -> str:
    return "-".join(["crm", str(connection.pk), *names])


def _remembered(key: str, read: Callable[[], T]) -> T:
    """Return what is remembered, for a while also that a permission is missing."""
    kept: tuple[float, Any] | None = cache.get(key)
    refused: str | None = cache.get(f"{key}-refused")
    if refused is not None:
        raise PermissionMissing(refused)
    if kept and kept[0] > time.time():
        return cast("T", kept[1])
    try:
        found = read()
    except PermissionMissing as error:
        cache.set(f"{key}-refused", error.code, REFUSED_SECONDS)
        raise
    except ZohoError:
        if kept is None:
            raise
        found = cast("T", kept[1])
    cache.set(key, (time.time() + FRESH_SECONDS, found), KEPT_SECONDS)
    return found


def _read_modules(connection: Connection) -> list[Module]:
    # https://www.zoho.com/crm/developer/docs/api/v8/modules-api.html
    reply = client_for(connection).crm("GET", "settings/modules")
    found = metadata.modules(reply)
    if not found:
        raise UnexpectedReply("no_modules")
    return found


def _read_metadata(connection: Connection, module: Module) -> Metadata:
    client = client_for(connection)
    params = {"module": module.api_name}
    # https://www.zoho.com/crm/developer/docs/api/v8/field-meta.html
    fields = client.crm("GET", "settings/fields", params=params)
    # https://www.zoho.com/crm/developer/docs/api/v8/layouts-meta.html
    layouts = client.crm("GET", "settings/layouts", params=params)
    return metadata.metadata(module, fields, layouts)


def _read_dependencies(
    client: ZohoClient, module: str, layout: str
) -> list[Dependency]:
    # https://www.zoho.com/crm/developer/docs/api/v8/get-map-dependency.html
    path = f"settings/layouts/{layout}/map_dependency"
    params = {"module": module}
    listed = metadata.ids(client.crm("GET", path, params=params))
    found = [
        metadata.dependency(client.crm("GET", f"{path}/{each}", params=params))
        for each in listed
    ]
    return [each for each in found if each is not None]


def _read_users(client: ZohoClient) -> tuple[Value, ...]:
    # https://www.zoho.com/crm/developer/docs/api/v8/get-users.html
    params = {"type": "ActiveUsers", "per_page": "200"}
    return metadata.users(client.crm("GET", "users", params=params))
