"""The input for each of the CRM's field types, with the checks that it would make."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms

from connections.schema import inputs
from connections.schema.inputs import Wanted, choice
from connections.zoho import shapes
from crm.forms.file_inputs import RecordFilesField
from crm.forms.input_fields import LookupField, TagField, joined_tags
from crm.schema.metadata import FILES, PEOPLE, Field, Value
from crm.zoho import values
from crm.zoho.file_items import items

UNSET = {"boolean": "As it is", "picklist": "None chosen"}
_TO_THE_MINUTE = len("2026-12-31T23:59")


def input_for(field: Field, users: Iterable[Value] = ()) -> forms.Field:
    """Return the form field for a field whose type is among `plans.SUPPORTED`."""
    wanted = Wanted(
        kind=field.data_type,
        label=field.label,
        longest=field.length,
        digits=field.length,
        decimals=field.decimals,
        choices=_choices(field.values),
        unset=UNSET.get(field.data_type, ""),
    )
    if made := _own(field, users):
        made.label, made.required = field.label, False
        made.error_messages |= inputs.objections(wanted, made)
    else:
        made = inputs.input_for(wanted)
    made.help_text = " ".join(
        filter(None, [field.tooltip_sentence, str(made.help_text)])
    )
    return made


def _choices(values: Iterable[Value]) -> list[tuple[str, str]]:
    return [(value.actual, value.display) for value in values]


def _own(field: Field, users: Iterable[Value]) -> forms.Field | None:
    """Return an input that no other product has."""
    match field.data_type:
        case "lookup":
            return LookupField(field.target, help_text="Its name in Zoho CRM.")
        case "tag":
            return TagField(help_text="Several with commas between.")
        case kind if kind in PEOPLE:
            return choice("As Zoho has it", _choices(users))
        case kind if kind in FILES:
            made = RecordFilesField()
            if kind == "imageupload":
                made.widget.attrs["accept"] = "image/*"
            return made
    return None


def to_form(field: Field, value: Any) -> Any:
    """Return a value of Zoho as the form's input starts with it.

    What an input cannot show leaves it empty.
    """
    if value is None:
        return None
    match field.data_type:
        case "boolean":
            return "true" if value else "false"
        case "tag":
            return joined_tags(values.name_of(each) for each in value)
        case "fileupload" | "imageupload":
            return items(value)
        case "ownerlookup" | "userlookup":
            return value.get("id", "") if isinstance(value, Mapping) else ""
        case "datetime":
            local = values.local(value)
            return local.isoformat()[:_TO_THE_MINUTE] if local else ""
        case "date":
            day = shapes.day(value)
            return day.isoformat() if day else ""
    return value
