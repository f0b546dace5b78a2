"""What Zoho CRM is asked for."""

from collections.abc import Iterator
from dataclasses import replace

from connections.schema.sources import Source
from connections.schema.types import Dependency
from connections.zoho.client import ZohoClient
from connections.zoho.errors import (
    PermissionMissing,
    ReconnectRequired,
    UnexpectedReply,
    ZohoError,
)
from crm.envelope import CRM
from crm.schema import columns, drift, replies
from crm.schema.dependencies import dependency, ids
from crm.schema.metadata import Metadata, Module, Value
from crm.schema.replies import Row

PER_PAGE = 200
# An answer that never ends is given up; no organisation has so much.
MOST_PAGES = 50


def modules() -> Source[list[Module]]:
    """Return the source of the modules that records can be made in."""
    return Source(
        "crm",
        "modules",
        "",
        list[Module],
        _ask_modules,
        ended_by=(PermissionMissing,),
    )


def _ask_modules(client: ZohoClient) -> list[Module]:
    # https://www.zoho.com/crm/developer/docs/api/v8/modules-api.html
    found = replies.modules(client.call(CRM, "GET", "settings/modules"))
    if not found:
        raise UnexpectedReply("no_modules")
    return found


def module(described: Module) -> Source[Metadata]:
    """Return the source of a module's fields and layouts."""

    def ask(client: ZohoClient) -> Metadata:
        params = {"module": described.api_name}
        # https://www.zoho.com/crm/developer/docs/api/v8/field-meta.html
        fields = client.call(CRM, "GET", "settings/fields", params=params)
        # Where Zoho does not tell the layouts, the fields do.
        # https://www.zoho.com/crm/developer/docs/api/v8/layouts-meta.html
        layouts = _if_told(client, "settings/layouts", params)
        found = replies.metadata(described, fields, layouts)
        return _with_columns(client, found)

    return Source(
        "crm",
        "module",
        described.api_name,
        Metadata,
        ask,
        ended_by=(PermissionMissing,),
        is_whole=lambda found: found.has_layouts and found.has_columns,
        changed=drift.note,
    )


def _with_columns(client: ZohoClient, found: Metadata) -> Metadata:
    """Return metadata with what the rows of subforms and links are made of."""
    fields = columns.with_links(found.fields)
    for subform in columns.subforms(fields):
        params = {"module": subform.target}
        # https://www.zoho.com/crm/developer/docs/api/v8/field-meta.html
        reply = _if_told(client, "settings/fields", params)
        own = columns.of_subform(reply or {})
        fields[subform.api_name] = replace(subform, columns=own)
    has_columns = not columns.unknown(fields)
    return replace(found, fields=fields, has_columns=has_columns)


def _if_told(client: ZohoClient, path: str, params: dict[str, str]) -> Row | None:
    try:
        return client.call(CRM, "GET", path, params=params)
    except ReconnectRequired:
        raise
    except ZohoError:
        return None


def dependencies(module: str, layout: str) -> Source[list[Dependency]]:
    """Return the source of a layout's dependent picklists."""

    def ask(client: ZohoClient) -> list[Dependency]:
        # https://www.zoho.com/crm/developer/docs/api/v8/get-map-dependency.html
        path = f"settings/layouts/{layout}/map_dependency"
        params = {"module": module}
        found = [
            dependency(client.call(CRM, "GET", f"{path}/{each}", params=params))
            for page in _pages(client, path, params)
            for each in ids(page)
        ]
        return [each for each in found if each is not None]

    key = f"{module}/{layout}"
    return Source("crm", "dependencies", key, list[Dependency], ask, is_side=True)


def users() -> Source[tuple[Value, ...]]:
    """Return the source of the people that records can belong to."""

    def ask(client: ZohoClient) -> tuple[Value, ...]:
        # https://www.zoho.com/crm/developer/docs/api/v8/get-users.html
        pages = _pages(client, "users", {"type": "ActiveUsers"})
        return tuple(each for page in pages for each in replies.users(page))

    return Source("crm", "users", "", tuple[Value, ...], ask, is_side=True)


def _pages(client: ZohoClient, path: str, params: dict[str, str]) -> Iterator[Row]:
    """Yield all pages of a list."""
    for number in range(1, MOST_PAGES + 1):
        wanted = {"page": str(number), "per_page": str(PER_PAGE)}
        page = client.call(CRM, "GET", path, params=params | wanted)
        yield page
        if not replies.has_more(page):
            return
