"""Layouts and the dependencies of their picklists, as Zoho shows them.

https://www.zoho.com/crm/developer/docs/api/v8/layouts-meta.html
"""

from zohoportal.sandbox import samples
from zohoportal.sandbox.crm.settings.fields import described, shown_value
from zohoportal.sandbox.crm.settings.metadata import (
    NONE,
    Dependency,
    Field,
    Layout,
    Module,
    Section,
    Value,
)
from zohoportal.sandbox.tables import Row

Modules = dict[str, Module]
# What only the list of fields tells.
UNSHARED = ("convert_mapping", "email_parser")
MAY = dict.fromkeys(
    [
        "edit",
        "rename",
        "clone",
        "downgrade",
        "delete",
        "deactivate",
        "set_layout_permissions",
    ],
    True,
)
MAY_IN_SECTION = dict.fromkeys(
    [
        "add_field",
        "rename",
        "change_tab_traversal",
        "reorder",
        "delete",
        "remove_field",
        "change_column_count",
    ],
    True,
)


def shown_layout(layout: Layout, module: Module, modules: Modules) -> Row:
    view = {"name": layout.name, "id": layout.id, "type": "layout"}
    return {
        "id": layout.id,
        "name": layout.name,
        "api_name": layout.name,
        "display_label": layout.name,
        "status": "active",
        "visible": True,
        "source": "crm",
        "generated_type": "custom" if module.layouts[0] is not layout else "system",
        "has_more_profiles": False,
        "show_business_card": True,
        "created_for": None,
        "created_time": None,
        "modified_time": None,
        "modified_by": None,
        "actions_allowed": MAY,
        "profiles": [
            {
                **samples.USER["profile"],
                "default": module.layouts[0] is layout,
                "_default_view": view,
                "_default_assignment_view": view,
            }
        ],
        "sections": [
            _section(each, position, layout, module, modules)
            for position, each in enumerate(layout.sections, start=1)
        ],
    }


def _section(
    section: Section, position: int, layout: Layout, module: Module, modules: Modules
) -> Row:
    return {
        "id": section.id,
        "name": section.name,
        "api_name": section.name.replace(" ", "_"),
        "display_label": section.name,
        "sequence_number": position,
        "type": "used",
        "mode": "all",
        "isSubformSection": False,
        "is_parent_section": False,
        "parent_section": None,
        "column_count": 2,
        "tab_traversal": "left_to_right",
        "generated_type": "default" if position == 1 else "custom",
        "actions_allowed": MAY_IN_SECTION,
        "properties": None,
        "fields": [
            _field(module.fields[name], number, layout, module, modules)
            for number, name in enumerate(section.fields, start=1)
        ],
    }


def _field(
    field: Field, number: int, layout: Layout, module: Module, modules: Modules
) -> Row:
    row = described(field, modules)
    shared = {name: row[name] for name in row if name not in UNSHARED}
    return shared | {
        "sequence_number": number,
        "required": field.is_mandatory or field.api_name in layout.required,
        "default_value": field.default,
        "pick_list_values": [
            {
                **shown_value(value, position),
                "maps": _maps(value, field, layout, module),
            }
            for position, value in enumerate(field.values, start=1)
        ],
    }


def _maps(value: Value, field: Field, layout: Layout, module: Module) -> list[Row]:
    """Return which values of other fields go with a value."""
    found = []
    for each in module.dependencies:
        if (each.layout, each.parent) == (layout.id, field.api_name):
            child = module.fields[each.child]
            chosen = [
                {**_brief(other), "colour_code": None}
                for other in _going_with(value, each, child)
            ]
            entry = {"api_name": child.api_name, "id": child.id}
            found.append({**entry, "pick_list_values": chosen})
    return found


def _going_with(value: Value, dependency: Dependency, child: Field) -> list[Value]:
    # An empty child goes with an empty parent.
    empty = [NONE] if value.actual == NONE else []
    allowed = empty + dependency.maps.get(value.actual, [])
    return [each for each in child.values if each.actual in allowed]


def _brief(value: Value) -> Row:
    return {
        "id": value.id,
        "actual_value": value.actual,
        "display_value": value.display,
    }


def listed_dependency(dependency: Dependency, module: Module) -> Row:
    """Return a dependency as the list shows it: without its values."""
    parent, child = module.fields[dependency.parent], module.fields[dependency.child]
    return {
        "id": dependency.id,
        "parent": {"api_name": parent.api_name, "id": parent.id},
        "child": {"api_name": child.api_name, "id": child.id},
        "sub_module": None,
        "internal": False,
        "active": True,
        "source": 1,
        "category": 0,
    }


def shown_dependency(dependency: Dependency, module: Module) -> Row:
    """Return one dependency whole."""
    row = listed_dependency(dependency, module)
    del row["sub_module"]
    child = module.fields[dependency.child]
    return row | {
        "pick_list_values": [
            {
                **_brief(value),
                "maps": [
                    _brief(other) for other in _going_with(value, dependency, child)
                ],
            }
            for value in module.fields[dependency.parent].values
        ]
    }
