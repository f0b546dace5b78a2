"""Fields as Zoho's metadata shows them.

https://www.zoho.com/crm/developer/docs/api/v8/field-meta.html
"""

from typing import Any

from zohoportal.sandbox import samples
from zohoportal.sandbox.crm.settings.metadata import Field, Module, Value
from zohoportal.sandbox.tables import Row

JSON_TYPES = {
    "bigint": "string",
    "boolean": "boolean",
    "currency": "double",
    "double": "double",
    "fileupload": "jsonarray",
    "formula": "double",
    "imageupload": "jsonarray",
    "integer": "integer",
    "lookup": "jsonobject",
    "multiselectlookup": "jsonarray",
    "multiuserlookup": "jsonarray",
    "multiselectpicklist": "jsonarray",
    "ownerlookup": "jsonobject",
    "percent": "double",
    "rollup_summary": "double",
    "subform": "jsonarray",
    "tag": "jsonarray",
    "userlookup": "jsonobject",
}
# What Zoho calls a type that goes by another name here; the shape tells them apart.
NAMES = {"tag": "text"}
UI_TYPES = {"tag": 209}
HAVE_DECIMALS = {"currency", "double", "percent"}
# What no field of ours has.
ABSENT: dict[str, Any] = {
    "additional_column": None,
    "association_details": None,
    "auto_number": {},
    "blueprint_supported": True,
    "businesscard_supported": True,
    "colour_code_enabled_by_system": False,
    "column_name": "",
    "convert_mapping": {},
    "created_source": "default",
    "created_time": None,
    "crypt": None,
    "display_format_properties": None,
    "display_type": -1,
    "email_parser": {
        "fields_update_supported": True,
        "record_operations_supported": True,
    },
    "enable_colour_code": False,
    "external": None,
    "filterable": True,
    "global_picklist": None,
    "hipaa_compliance": None,
    "hipaa_compliance_enabled": False,
    "history_tracking": None,
    "history_tracking_enabled": False,
    "mass_update": True,
    "modified_time": None,
    "multi_module_lookup": {},
    "multiselectlookup": {},
    "pick_list_values_sorted_lexically": False,
    "private": None,
    "public": False,
    "quick_sequence_number": "1",
    "range": None,
    "rollup_summary": {},
    "searchable": True,
    "separator": False,
    "sharing_properties": {
        "scheduler_status": "",
        "share_permission": "read_write",
        "share_preference_enabled": True,
    },
    "sortable": True,
    "virtual_field": False,
    "visible": True,
    "webhook": True,
}


def described(field: Field, modules: dict[str, Module]) -> Row:
    """Return what Zoho tells of a field, the same in lists and in layouts."""
    # No page of Zoho's own has an input for tags.
    is_open = not field.is_read_only and field.data_type != "tag"
    return ABSENT | {
        "id": field.id,
        "api_name": field.api_name,
        "field_label": field.label,
        "display_label": field.display or field.label,
        "data_type": NAMES.get(field.data_type, field.data_type),
        "json_type": JSON_TYPES.get(field.data_type, "string"),
        "ui_type": UI_TYPES.get(field.data_type, 1),
        "type": "used",
        "length": field.length,
        "decimal_place": field.decimals if field.data_type in HAVE_DECIMALS else None,
        "system_mandatory": field.is_mandatory,
        "custom_field": field.is_custom,
        "read_only": field.is_read_only,
        "field_read_only": field.is_read_only,
        "display_field": False,
        "operation_type": dict.fromkeys(
            ["web_create", "web_update", "api_create", "api_update"], field.is_writable
        ),
        "view_type": {
            "view": True,
            "edit": is_open,
            "create": is_open,
            "quick_create": field.is_mandatory,
        },
        "unique": {"case_sensitive": False} if field.is_unique else {},
        "tooltip": _tooltip(field),
        "associated_module": _subform(field, modules),
        "currency": _currency(field),
        "formula": {},
        "lookup": _lookup(field, modules),
        **_links(field, modules),
        "profiles": [
            {**samples.USER["profile"], "permission_type": "read_write"},
        ],
    }


def listed(field: Field, modules: dict[str, Module]) -> Row:
    """Return a field as settings/fields lists it."""
    return described(field, modules) | {
        "pick_list_values": [
            shown_value(value, position)
            for position, value in enumerate(field.values, start=1)
        ],
    }


def shown_value(value: Value, position: int) -> Row:
    return {
        "id": value.id,
        "display_value": value.display,
        "actual_value": value.actual,
        "reference_value": value.actual,
        "sequence_number": position,
        "type": "used",
    }


def _tooltip(field: Field) -> Row | None:
    return {"name": "info_icon", "value": field.tooltip} if field.tooltip else None


def _currency(field: Field) -> Row:
    if field.data_type != "currency":
        return {}
    return {"rounding_option": "normal", "precision": field.decimals}


def _subform(field: Field, modules: dict[str, Module]) -> Row | None:
    if field.data_type != "subform":
        return None
    rows = modules[field.module]
    return {"module": rows.api_name, "id": rows.id}


def _links(field: Field, modules: dict[str, Module]) -> Row:
    """Return by which column of which module a field of several links goes."""
    if not field.linked_by:
        return {}
    column = {"api_name": field.linked_by, "field_label": field.label, "id": field.id}
    own = {"api_name": "Parent", "field_label": "Parent", "id": field.id}
    linking = {"api_name": "LinkingModule1", "plural_label": field.label}
    details: Row = {
        "linking_details": {
            "module": linking | {"visibility": 0, "id": field.id},
            "lookup_field": own,
            "connected_lookup_field": column,
        }
    }
    if target := modules.get(field.module):
        about = {"api_name": target.api_name, "plural_label": target.plural}
        details["connected_details"] = {"module": about | {"id": target.id}}
    else:
        details["record_access"] = False
    return {field.data_type: details}


def _lookup(field: Field, modules: dict[str, Module]) -> Row:
    if field.data_type != "lookup" or field.module not in modules:
        return {}
    target = modules[field.module]
    return {
        "api_name": field.api_name,
        "display_label": target.plural,
        "id": field.id,
        "module": {"api_name": target.api_name, "id": target.id, "crypt": False},
    }
