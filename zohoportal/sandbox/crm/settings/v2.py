"""The metadata as version 2 of the CRM's API tells it: with fewer words.

https://www.zoho.com/crm/developer/docs/api/v2/field-meta.html
"""

from collections.abc import Callable

from zohoportal.sandbox.messages import Request
from zohoportal.sandbox.tables import Row

OF_FIELDS = {
    "api_name",
    "association_details",
    "auto_number",
    "businesscard_supported",
    "created_source",
    "crypt",
    "currency",
    "custom_field",
    "data_type",
    "decimal_place",
    "default_value",
    "display_label",
    "field_label",
    "field_read_only",
    "formula",
    "history_tracking",
    "id",
    "json_type",
    "length",
    "lookup",
    "mass_update",
    "multiselectlookup",
    "pick_list_values",
    "quick_sequence_number",
    "read_only",
    "required",
    "sequence_number",
    "subform",
    "system_mandatory",
    "tooltip",
    "unique",
    "view_type",
    "visible",
    "webhook",
}
NEW_OF_MODULES = {
    "access_type",
    "actual_plural_label",
    "actual_singular_label",
    "cc_enabled",
    "has_more_profiles",
    "isBlueprintSupported",
    "lookupable",
    "module_type",
    "private_profile",
    "profile_count",
    "public_fields_configured",
    "recycle_bin_on_delete",
    "status",
    "sub_menu_available",
    "track_current_data",
}
NEW_OF_LAYOUTS = {
    "actions_allowed",
    "api_name",
    "display_label",
    "generated_type",
    "has_more_profiles",
    "show_business_card",
    "source",
}


Shape = Callable[[Row], Row]


def shape(request: Request, old: Shape) -> Shape:
    """Return how the version that is asked shows a row."""
    return old if request.found["version"] == "2" else lambda row: row


def field(row: Row) -> Row:
    return {name: row[name] for name in row if name in OF_FIELDS}


def module(row: Row) -> Row:
    return {name: row[name] for name in row if name not in NEW_OF_MODULES}


def layout(row: Row) -> Row:
    known = {name: row[name] for name in row if name not in NEW_OF_LAYOUTS}
    sections = [
        {**each, "fields": [field(one) for one in each["fields"]]}
        for each in row["sections"]
    ]
    return {**known, "sections": sections}
