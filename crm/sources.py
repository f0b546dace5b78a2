"""What Zoho CRM is asked for, and how its answers are kept: as JSON."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, Generic, TypeVar

from connections.zoho.client import ZohoClient
from connections.zoho.errors import UnexpectedReply
from crm import metadata
from crm.metadata import Dependency, Field, Layout, Metadata, Module, Value

T = TypeVar("T")


@dataclass(frozen=True)
class Source(Generic[T]):
    """One thing to be read: `load` makes of what `dump` made of it the same again."""

    kind: str
    ask: Callable[[ZohoClient], T]
    dump: Callable[[T], Any]
    load: Callable[[Any], T]
    module: str = ""
    layout: str = ""


def modules() -> Source[list[Module]]:
    """Return the source of the modules that records can be made in."""
    return Source(
        "modules",
        _ask_modules,
        lambda found: [asdict(each) for each in found],
        lambda kept: [Module(**each) for each in kept],
    )


def _ask_modules(client: ZohoClient) -> list[Module]:
    # https://www.zoho.com/crm/developer/docs/api/v8/modules-api.html
    found = metadata.modules(client.crm("GET", "settings/modules"))
    if not found:
        raise UnexpectedReply("no_modules")
    return found


def module(described: Module) -> Source[Metadata]:
    """Return the source of a module's fields and layouts."""

    def ask(client: ZohoClient) -> Metadata:
        params = {"module": described.api_name}
        # https://www.zoho.com/crm/developer/docs/api/v8/field-meta.html
        fields = client.crm("GET", "settings/fields", params=params)
        # https://www.zoho.com/crm/developer/docs/api/v8/layouts-meta.html
        layouts = client.crm("GET", "settings/layouts", params=params)
        return metadata.metadata(described, fields, layouts)

    return Source("module", ask, _dump_metadata, _load_metadata, described.api_name)


def _dump_metadata(found: Metadata) -> Any:
    layouts = [
        asdict(each) | {"required": sorted(each.required)} for each in found.layouts
    ]
    return asdict(found) | {"layouts": layouts}


def _load_metadata(kept: Any) -> Metadata:
    return Metadata(
        Module(**kept["module"]),
        {name: _field(each) for name, each in kept["fields"].items()},
        tuple(_layout(each) for each in kept["layouts"]),
    )


def _field(kept: dict[str, Any]) -> Field:
    return Field(**kept | {"values": _values(kept["values"])})


def _layout(kept: dict[str, Any]) -> Layout:
    fields, required = tuple(kept["fields"]), frozenset(kept["required"])
    return Layout(**kept | {"fields": fields, "required": required})


def _values(kept: list[dict[str, str]]) -> tuple[Value, ...]:
    return tuple(Value(**each) for each in kept)


def dependencies(module: str, layout: str) -> Source[list[Dependency]]:
    """Return the source of a layout's dependent picklists."""

    def ask(client: ZohoClient) -> list[Dependency]:
        # https://www.zoho.com/crm/developer/docs/api/v8/get-map-dependency.html
        path = f"settings/layouts/{layout}/map_dependency"
        params = {"module": module}
        listed = metadata.ids(client.crm("GET", path, params=params))
        found = [
            metadata.dependency(client.crm("GET", f"{path}/{each}", params=params))
            for each in listed
        ]
        return [each for each in found if each is not None]

    return Source(
        "dependencies",
        ask,
        lambda found: [asdict(each) for each in found],
        lambda kept: [_dependency(each) for each in kept],
        module,
        layout,
    )


def _dependency(kept: dict[str, Any]) -> Dependency:
    choices = {parent: tuple(each) for parent, each in kept["choices"].items()}
    return Dependency(**kept | {"choices": choices})


def users() -> Source[tuple[Value, ...]]:
    """Return the source of the people that records can belong to."""

    def ask(client: ZohoClient) -> tuple[Value, ...]:
        # https://www.zoho.com/crm/developer/docs/api/v8/get-users.html
        params = {"type": "ActiveUsers", "per_page": "200"}
        return metadata.users(client.crm("GET", "users", params=params))

    return Source("users", ask, lambda found: [asdict(each) for each in found], _values)
