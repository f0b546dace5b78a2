"""Changes an admin makes to the metadata, on command of a test."""

from dataclasses import replace
from typing import Any

from zohoportal.sandbox.crm.organisations import Organisation
from zohoportal.sandbox.crm.settings.metadata import (
    Field,
    Layout,
    Module,
    Value,
    numbered_field,
    values,
)
from zohoportal.sandbox.tables import Row

NEW_FIELD = {
    "api_name",
    "data_type",
    "decimals",
    "label",
    "length",
    "module",
    "required",
    "values",
}


def apply(organisation: Organisation, wish: Row) -> None:
    """Change the metadata as {"module": name, one change: its object} says.

    Raises:
        ValueError: A sentence about what cannot be understood.
    """
    module = organisation.modules.get(str(wish.get("module")))
    asked = [name for name in wish if name in CHANGES]
    if module is None or len(asked) != 1 or wish.keys() != {"module", *asked}:
        raise ValueError(f"Name a module and one of: {', '.join(sorted(CHANGES))}.")
    CHANGES[asked[0]](organisation, module, wish[asked[0]])
    for each in organisation.modules.values():
        each.answers.clear()


def _known(module: Module, name: Any) -> Field:
    field = module.fields.get(name) if isinstance(name, str) else None
    if field is None:
        raise ValueError(f"{module.api_name} has no field {name!r}.")
    return field


def _remove_field(_organisation: Organisation, module: Module, name: Any) -> None:
    field = _known(module, name)
    del module.fields[field.api_name]
    _rename_in_layouts(module, field.api_name, None)


def _rename_field(_organisation: Organisation, module: Module, wish: Any) -> None:
    """Give a field another API name; its values stay with it."""
    if not isinstance(wish, dict) or wish.keys() != {"from", "to"}:
        raise ValueError("rename_field takes from and to.")
    old = _known(module, wish["from"])
    new = replace(old, api_name=wish["to"])
    module.fields = {
        each.api_name: each
        for each in (new if each is old else each for each in module.fields.values())
    }
    _rename_in_layouts(module, old.api_name, new.api_name)
    for row in list(module.records.rows.values()):
        if old.api_name in row:
            kept = {name: row[name] for name in row if name != old.api_name}
            module.records.put({**kept, new.api_name: row[old.api_name]})


def _rename_in_layouts(module: Module, old: str, new: str | None) -> None:
    """Rename a field everywhere it is shown, or take it away."""

    def renamed(names: Any) -> list[str]:
        found = [new if name == old else name for name in names]
        return [name for name in found if name is not None]

    module.layouts = [
        replace(
            layout,
            required=frozenset(renamed(layout.required)),
            sections=tuple(
                replace(section, fields=tuple(renamed(section.fields)))
                for section in layout.sections
            ),
        )
        for layout in module.layouts
    ]
    module.dependencies = [
        replace(each, parent=names[0], child=names[1])
        for each in module.dependencies
        if len(names := renamed([each.parent, each.child])) == 2
    ]


def _require_field(_organisation: Organisation, module: Module, name: Any) -> None:
    """Have Zoho itself need a field, whatever a record says of layouts."""
    field = _known(module, name)
    module.fields[field.api_name] = replace(field, is_mandatory=True)


def _demand_field(_organisation: Organisation, module: Module, name: Any) -> None:
    """Mark a field as required in every layout that shows it."""
    _demand(module, _known(module, name).api_name)


def _demand(module: Module, name: str) -> None:

    def marked(layout: Layout) -> Layout:
        if name not in layout.fields:
            return layout
        return replace(layout, required=layout.required | {name})

    module.layouts = [marked(layout) for layout in module.layouts]


def _add_field(organisation: Organisation, module: Module, wish: Any) -> None:
    """Add a field to the end of every layout."""
    if (
        not isinstance(wish, dict)
        or wish.keys() - NEW_FIELD
        or not isinstance(wish.get("api_name"), str)
    ):
        raise ValueError(f"A new field may have: {', '.join(sorted(NEW_FIELD))}.")
    described = {
        name: wish[name] for name in wish if name not in ("required", "values")
    }
    field = Field(**described, values=values(*wish.get("values", [])), is_custom=True)
    module.fields[field.api_name] = numbered_field(field, organisation.new_id)
    module.layouts = [_with_field(each, field.api_name) for each in module.layouts]
    if wish.get("required"):
        _require_field(organisation, module, field.api_name)


def _with_field(layout: Layout, name: str) -> Layout:
    *others, last = layout.sections
    grown = replace(last, fields=(*last.fields, name))
    return replace(layout, sections=(*others, grown))


def _remove_value(_organisation: Organisation, module: Module, wish: Any) -> None:
    field, value = _field_and_value(module, wish)
    if value not in field.actual_values:
        raise ValueError(f"{field.api_name} has no value {value!r}.")
    kept = tuple(each for each in field.values if each.actual != value)
    module.fields[field.api_name] = replace(field, values=kept)


def _add_value(organisation: Organisation, module: Module, wish: Any) -> None:
    field, value = _field_and_value(module, wish)
    added = Value(value, value, organisation.new_id())
    module.fields[field.api_name] = replace(field, values=(*field.values, added))


def _field_and_value(module: Module, wish: Any) -> tuple[Field, str]:
    if not isinstance(wish, dict) or wish.keys() != {"field", "value"}:
        raise ValueError("A value goes by field and value.")
    return _known(module, wish["field"]), str(wish["value"])


CHANGES = {
    "add_field": _add_field,
    "add_value": _add_value,
    "remove_field": _remove_field,
    "remove_value": _remove_value,
    "demand_field": _demand_field,
    "rename_field": _rename_field,
    "require_field": _require_field,
}
