"""What a department's layout finds wrong with the values of a ticket."""

from typing import Any

from zohoportal.sandbox.desk.layouts.field_values import fits, is_empty
from zohoportal.sandbox.desk.layouts.fields import SYSTEM_NAMES, fields_of
from zohoportal.sandbox.tables import Row

Problems = list[tuple[str, str]]

# Checked with what they point to, not with the layout.
REFERENCES = {"departmentId", "contactId"}


def problems(body: Row, layout: Row, known: Row | None = None) -> Problems:
    """Return JSON pointers, each with "missing" or "invalid".

    `known` is the ticket that the body changes.
    """
    custom = body.get("cf")
    if not isinstance(custom, dict | None):
        return [("/cf", "invalid")]
    given = {name: body[name] for name in body if name in SYSTEM_NAMES} | (custom or {})
    fields = {each["apiName"]: each for each in fields_of(layout)}
    found = [
        (_pointer(name), "invalid")
        for name, value in given.items()
        if name not in fields and not is_empty(value)
    ]
    for field in fields.values():
        found += _field(field, given, is_new=known is None)
    if not found:
        found = _dependent(given, layout, known or {})
    return found


def _pointer(name: str) -> str:
    return f"/{name}" if name in SYSTEM_NAMES else f"/cf/{name}"


def _field(field: Row, given: Row, *, is_new: bool) -> Problems:
    name = field["apiName"]
    if name in REFERENCES:
        return []
    value = given.get(name)
    if not is_empty(value):
        return [] if fits(field, value) else [(_pointer(name), "invalid")]
    is_asked = name in given or is_new
    has_default = not is_empty(field.get("defaultValue"))
    if field["isMandatory"] and is_asked and not (is_new and has_default):
        return [(_pointer(name), "missing")]
    return []


def _dependent(given: Row, layout: Row, known: Row) -> Problems:
    """Return the values that do not go with the value of their parent."""
    found = []
    values: dict[str, Any] = {**known, **known.get("cf", {}), **given}
    for each in layout["dependencies"]:
        child, parent = values.get(each["child"]), values.get(each["parent"])
        if is_empty(child) or not given.keys() & {each["child"], each["parent"]}:
            continue
        if child not in each["mappings"].get(parent, []):
            found.append((_pointer(each["child"]), "invalid"))
    return found
