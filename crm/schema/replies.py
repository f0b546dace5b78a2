"""What Zoho CRM's answers tell of a module: fields, layouts, dependent picklists. Pure.

Only what the portal uses is kept; a row that lacks what it needs is left out.
https://www.zoho.com/crm/developer/docs/api/v8/field-meta.html
"""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from connections.schema.types import NONE
from connections.zoho import shapes
from crm.schema.metadata import (
    LINKS,
    Field,
    Layout,
    Metadata,
    Module,
    Section,
    Value,
)

Row = Mapping[str, Any]
T = TypeVar("T")
# What Zoho works out itself: nobody expects to type it.
COMPUTED = {"autonumber", "formula", "rollup_summary"}
# The types whose values are lists, and those whose values are objects.
LISTS = {
    "fileupload",
    "imageupload",
    "multiselectlookup",
    "multiselectpicklist",
    "multiuserlookup",
    "subform",
    "tag",
}
OBJECTS = {
    "consent_lookup",
    "lookup",
    "multi_module_lookup",
    "ownerlookup",
    "userlookup",
}
# Zoho's own number for the input of tags, whose type is called "text".
TAGS = 209
# No field of Zoho is longer; what says so is not believed.
LONGEST = 100_000
MOST_DECIMALS = 9
# Zoho's longest value of a list has 120 characters.
LONGEST_VALUE = shapes.LONGEST_LINE


def modules(reply: Row) -> list[Module]:
    """Return the modules that records can be made in, in Zoho's order."""
    return _each(reply.get("modules"), _module)


def _module(row: Row) -> Module | None:
    if not (row.get("api_supported") and row.get("creatable")):
        return None
    if row.get("generated_type") not in ("default", "custom"):
        return None
    name = _name_in(row)
    if not name:
        return None
    return Module(
        name,
        shapes.text(row.get("singular_label"), shapes.LONGEST_NAME) or name,
        shapes.text(row.get("plural_label"), shapes.LONGEST_NAME) or name,
    )


def metadata(module: Module, reply: Row, layouts: Row | None) -> Metadata:
    """Return a module's metadata, from the answers about its fields and layouts.

    None stands for layouts that Zoho did not tell.
    """
    found = fields(reply)
    shown = _each((layouts or {}).get("layouts"), _layout)
    known = tuple(shown) or (Layout.of(found),)
    return Metadata(module, found, known, layouts is not None)


def fields(reply: Row) -> dict[str, Field]:
    """Return fields by name, from the answer about those of a module."""
    return {each.api_name: each for each in _each(reply.get("fields"), _field)}


def _field(row: Row) -> Field | None:
    name = _name_in(row)
    if not (name and row.get("data_type")):
        return None
    may = shapes.mapping(row.get("operation_type"))
    is_open = not (row.get("read_only") or row.get("field_read_only"))
    data_type = _type_of(row)
    return Field(
        api_name=name,
        # The organisation's name for it; `display_label` is Zoho's.
        label=shapes.text(row.get("field_label") or row.get("display_label")) or name,
        data_type=data_type,
        length=shapes.length(row.get("length"), 1, LONGEST, otherwise=255),
        decimals=shapes.length(row.get("decimal_place"), 0, MOST_DECIMALS, otherwise=0),
        tooltip=shapes.text(shapes.mapping(row.get("tooltip")).get("value")),
        default=_default(row),
        is_mandatory=bool(row.get("system_mandatory")),
        is_unique=bool(row.get("unique")),
        # Another system's key, one for the organisation.
        is_external=shapes.mapping(row.get("external")).get("type") == "org",
        is_computed=data_type in COMPUTED or not is_open,
        can_create=is_open and bool(may.get("api_create")),
        can_update=is_open and bool(may.get("api_update")),
        values=tuple(_each(row.get("pick_list_values"), _value)),
        target=_target(row, data_type),
        linked_by=_linked_by(row, data_type),
    )


def _target(row: Row, data_type: str) -> str:
    """Return the module that a field leads to, or that has its rows."""
    if data_type == "subform":
        return shapes.name(shapes.mapping(row.get("associated_module")).get("module"))
    linked = shapes.mapping(row.get(data_type)).get("connected_details")
    about = linked if data_type in LINKS else row.get("lookup")
    module = shapes.mapping(shapes.mapping(about).get("module"))
    return shapes.name(module.get("api_name"))


def _linked_by(row: Row, data_type: str) -> str:
    """Return the column by which Zoho links a row; nothing for what has no links."""
    if data_type not in LINKS:
        return ""
    details = shapes.mapping(shapes.mapping(row.get(data_type)).get("linking_details"))
    column = shapes.mapping(details.get("connected_lookup_field"))
    return shapes.name(column.get("api_name"))


def _default(row: Row) -> str | int | float | None:
    """Return what a field starts with; nothing for what is no plain value."""
    value = row.get("default_value")
    return value if isinstance(value, str | int | float) else None


def _type_of(row: Row) -> str:
    """Return a field's type; the shape of its values wins over what Zoho calls it."""
    named, shape = shapes.text(row.get("data_type")), row.get("json_type")
    if shape == "jsonobject":
        return named if named in OBJECTS else "object"
    if shape != "jsonarray" or named in LISTS:
        return named
    if row.get("ui_type") == TAGS or row.get("api_name") == "Tag":
        return "tag"
    return "multiselectpicklist" if row.get("pick_list_values") else "list"


def _value(row: Row) -> Value | None:
    actual = shapes.text(row.get("actual_value"), LONGEST_VALUE + 1)
    # Zoho's word for an empty picklist; empty is sent as null. Half a value is none.
    is_none = actual in ("", NONE) or len(actual) > LONGEST_VALUE
    if is_none or row.get("type") == "unused":
        return None
    return Value(actual, shapes.text(row.get("display_value")) or actual)


def _layout(row: Row) -> Layout | None:
    layout_id = shapes.identifier(row.get("id"))
    if not layout_id or row.get("status", "active") != "active":
        return None
    sections = _each(row.get("sections"), _section)
    rows = [each for _, found in sections for each in found]
    defaults = {each["api_name"]: _default(each) for each in rows}
    return Layout(
        layout_id,
        shapes.text(row.get("display_label") or row.get("name")) or layout_id,
        tuple(section for section, _ in sections),
        frozenset(each["api_name"] for each in rows if each.get("required")),
        {name: value for name, value in defaults.items() if value is not None},
    )


def _section(row: Row) -> tuple[Section, list[Row]] | None:
    """Return a section that is in use, and the rows about its fields."""
    if row.get("type") == "unused":
        return None
    listed = shapes.rows(row.get("fields"))
    rows: list[Row] = [each for each in listed if _name_in(each)]
    if row.get("isSubformSection"):
        # It may list the subform itself, or the columns of the one that it is.
        own = {"api_name": row.get("api_name")}
        found = [each for each in rows if each.get("data_type") == "subform"]
        rows = found or [each for each in [own] if _name_in(each)]
    name = shapes.text(row.get("display_label") or row.get("name"))
    return Section(name, tuple(each["api_name"] for each in rows)), rows


def _name_in(row: Row) -> str:
    return shapes.name(row.get("api_name"))


def users(reply: Row) -> list[Value]:
    """Return the people that records can belong to, by id and name."""
    known = (
        Value(shapes.identifier(row.get("id")), shapes.text(row.get("full_name")))
        for row in shapes.rows(reply.get("users"))
    )
    return [each for each in known if each.actual and each.display]


def has_more(reply: Row) -> bool:
    """Tell whether an answer goes on on the next page."""
    return shapes.mapping(reply.get("info")).get("more_records") is True


def _each(rows: Any, parse: Callable[[Row], T | None]) -> list[T]:
    """Return what can be read; an odd row harms no other."""
    found = (parse(row) for row in shapes.rows(rows))
    return [each for each in found if each is not None]
