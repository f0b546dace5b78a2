"""What Zoho CRM tells of a module: fields, layouts, dependent picklists. Pure.

Only what the portal uses is kept; a row without the keys that it needs is left out.
https://www.zoho.com/crm/developer/docs/api/v8/field-meta.html
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

Row = Mapping[str, Any]
T = TypeVar("T")
NONE = "-None-"
# What Zoho works out itself: nobody expects to type it.
COMPUTED = {"autonumber", "formula", "rollup_summary"}


@dataclass(frozen=True)
class Value:
    """One value of a picklist: `actual` is sent, `display` may be translated."""

    actual: str
    display: str


@dataclass(frozen=True)
class Field:
    """A field of a module; `target` is the module that a lookup looks into."""

    api_name: str
    label: str
    data_type: str = "text"
    length: int = 255
    decimals: int = 0
    tooltip: str = ""
    default: Any = None
    is_mandatory: bool = False
    is_unique: bool = False
    is_computed: bool = False
    can_create: bool = True
    can_update: bool = True
    values: tuple[Value, ...] = ()
    target: str = ""

    @property
    def shown_values(self) -> dict[str, str]:
        """Return what is shown for each value that is sent."""
        return {value.actual: value.display for value in self.values}

    @property
    def tooltip_sentence(self) -> str:
        """Return the tooltip with an end, so that another sentence may follow."""
        text = self.tooltip.strip()
        return text if not text or text[-1] in ".!?" else f"{text}."


@dataclass(frozen=True)
class Layout:
    """How a module's page is laid out: its fields in order, and which are required."""

    id: str
    name: str
    fields: tuple[str, ...] = ()
    required: frozenset[str] = frozenset()
    defaults: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Dependency:
    """Which values of `child` go with each value of `parent`."""

    parent: str
    child: str
    choices: Mapping[str, tuple[str, ...]]

    @property
    def as_json(self) -> str:
        return json.dumps(self.choices)


@dataclass(frozen=True)
class Module:
    """A module that can be written through the API."""

    api_name: str
    singular: str
    plural: str

    @property
    def with_article(self) -> str:
        """Return what one record is called at the beginning of a sentence."""
        article = "An" if self.singular[:1].lower() in "aeiou" else "A"
        return f"{article} {self.singular.lower()}"


@dataclass(frozen=True)
class Metadata:
    """All that forms and pages need to know of one module."""

    module: Module
    fields: Mapping[str, Field]
    layouts: tuple[Layout, ...]

    def layout(self, layout_id: str = "") -> Layout:
        """Return a layout; the standard one if it is not there or not named."""
        named = (each for each in self.layouts if each.id == layout_id)
        return next(named, self.layouts[0])

    @property
    def name_field(self) -> str:
        """Return the field that people know a record by."""
        name = self.module.api_name
        candidates = ("Full_Name", "Name", f"{self.module.singular}_Name", "Subject")
        found = [each for each in candidates if each in self.fields]
        mandatory = [
            each.api_name for each in self.fields.values() if each.is_mandatory
        ]
        return next(iter([*found, *mandatory]), name)


def modules(reply: Row) -> list[Module]:
    """Return the modules that records can be made in, in Zoho's order."""
    return _each(reply.get("modules"), _module)


def _module(row: Row) -> Module | None:
    if not (row.get("api_supported") and row.get("creatable")):
        return None
    if row.get("generated_type") not in ("default", "custom"):
        return None
    name = str(row["api_name"])
    return Module(
        name,
        str(row.get("singular_label") or name),
        str(row.get("plural_label") or name),
    )


def metadata(module: Module, fields: Row, layouts: Row) -> Metadata:
    """Return a module's metadata, from the answers about its fields and layouts."""
    found = {each.api_name: each for each in _each(fields.get("fields"), _field)}
    shown = _each(layouts.get("layouts"), _layout)
    return Metadata(module, found, tuple(shown) or (_every_field(found),))


def _every_field(fields: Mapping[str, Field]) -> Layout:
    return Layout("", "Standard", tuple(fields))


def _field(row: Row) -> Field:
    may = row.get("operation_type") or {}
    is_open = not (row.get("read_only") or row.get("field_read_only"))
    data_type = str(row["data_type"])
    return Field(
        api_name=str(row["api_name"]),
        label=str(
            row.get("display_label") or row.get("field_label") or row["api_name"]
        ),
        data_type=data_type,
        length=_number(row.get("length"), 255),
        decimals=_number(row.get("decimal_place"), 0),
        tooltip=str((row.get("tooltip") or {}).get("value") or ""),
        default=row.get("default_value"),
        is_mandatory=bool(row.get("system_mandatory")),
        is_unique=bool(row.get("unique")),
        is_computed=data_type in COMPUTED or not is_open,
        can_create=is_open and bool(may.get("api_create")),
        can_update=is_open and bool(may.get("api_update")),
        values=tuple(_each(row.get("pick_list_values"), _value)),
        target=str(
            ((row.get("lookup") or {}).get("module") or {}).get("api_name") or ""
        ),
    )


def _value(row: Row) -> Value | None:
    # Zoho's word for an empty picklist; empty is sent as null.
    if row["actual_value"] == NONE or row.get("type") == "unused":
        return None
    return Value(str(row["actual_value"]), str(row["display_value"]))


def _layout(row: Row) -> Layout | None:
    if row.get("status", "active") != "active":
        return None
    rows = [
        each
        for section in row.get("sections") or ()
        for each in section.get("fields") or ()
        if not section.get("isSubformSection")
    ]
    names = [str(each["api_name"]) for each in rows]
    required = {str(each["api_name"]) for each in rows if each.get("required")}
    defaults = {
        str(each["api_name"]): each["default_value"]
        for each in rows
        if each.get("default_value") is not None
    }
    return Layout(
        str(row["id"]),
        str(row.get("display_label") or row["name"]),
        tuple(dict.fromkeys(names)),
        frozenset(required),
        defaults,
    )


def dependency(reply: Row) -> Dependency | None:
    """Return a dependency of two picklists, from the answer about it alone."""
    found = _each(reply.get("map_dependency"), _dependency)
    return found[0] if found else None


def _dependency(row: Row) -> Dependency:
    choices = {
        str(value["actual_value"]): tuple(
            str(each["actual_value"]) for each in value.get("maps") or ()
        )
        for value in row["pick_list_values"]
    }
    parent, child = row["parent"]["api_name"], row["child"]["api_name"]
    return Dependency(str(parent), str(child), choices)


def ids(reply: Row) -> list[str]:
    """Return the ids of a layout's dependencies that are in force."""
    rows = reply.get("map_dependency")
    return _each(rows, lambda row: str(row["id"]) if row.get("active", True) else None)


def users(reply: Row) -> tuple[Value, ...]:
    """Return the people that records can belong to, by id and name."""
    found = _each(
        reply.get("users"), lambda row: Value(str(row["id"]), str(row["full_name"]))
    )
    return tuple(found)


def _each(rows: Any, parse: Callable[[Row], T | None]) -> list[T]:
    """Return what can be read; an odd row harms no other."""
    found = []
    for row in rows if isinstance(rows, list) else ():
        try:
            parsed = parse(row)
        except (KeyError, TypeError, AttributeError):
            continue
        if parsed is not None:
            found.append(parsed)
    return found


def _number(value: Any, otherwise: int) -> int:
    return value if isinstance(value, int) else otherwise
