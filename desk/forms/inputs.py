"""A field of Desk's layout as a field of our form, and its value as Desk writes it."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.dateparse import parse_datetime

from connections.schema.inputs import Wanted, input_for
from connections.schema.types import Dependency
from desk.zoho.layouts import Field

AS_DESK_HAS_IT = "As Desk has it"
CHOICES = {"Picklist", "Multiselect"}
# https://desk.zoho.com/DeskAPIDocument#OrganizationFields -> kinds of values.
KINDS = {
    "Text": "text",
    "Textarea": "textarea",
    "LargeText": "textarea",
    "Email": "email",
    "Phone": "phone",
    "Fax": "phone",
    "URL": "website",
    "Number": "integer",
    "Decimal": "double",
    "Percent": "percent",
    "Currency": "currency",
    "Date": "date",
    "DateTime": "datetime",
    "Boolean": "boolean",
    "Checkbox": "boolean",
    "Picklist": "picklist",
    "Multiselect": "multiselectpicklist",
}
YES_OR_NO = {"true": "Yes", "false": "No"}


def with_input(field: Field) -> Field:
    """Return a choice whose values Desk does not tell as a text, for Desk to judge."""
    is_open = field.kind in CHOICES and not field.values
    return replace(field, kind="Text") if is_open else field


def field_for(field: Field, department: str) -> forms.Field:
    """Return the form's field; its kind must be one of `KINDS`."""
    made = input_for(
        Wanted(
            kind=KINDS[field.kind],
            label=field.label,
            longest=field.longest,
            choices=[(value, value) for value in field.values],
            unset=_unset(field),
        )
    )
    made.required = field.is_demanded
    label = field.label[:1].lower() + field.label[1:]
    made.error_messages["required"] = f"Enter {label}. {department} needs it."
    if field.kind in CHOICES:
        # Django fills the value in, so a sign for that in the label stands twice.
        listed = f"Choose one of the values of {label.replace('%', '%%')}"
        words = f"{listed}: “%(value)s” is not in Zoho's list."
        made.error_messages["invalid_choice"] = words
    return made


def _unset(field: Field) -> str:
    if field.kind == "Picklist" and field.is_demanded:
        return "Choose a value"
    is_list = field.kind == "Picklist"
    default = field.default if is_list else YES_OR_NO.get(field.default)
    return f"{AS_DESK_HAS_IT}: {default}" if default else AS_DESK_HAS_IT


def dependent_field_for(
    field: Field, department: str, dependency: Dependency
) -> forms.Field:
    """Return a choice whose values are grouped by the value that they go with."""
    made = field_for(field, department)
    groups = [
        (parent, [(value, value) for value in values])
        for parent, values in dependency.choices.items()
        if values
    ]
    # The quick one has no groups.
    made.widget = forms.Select()
    made.choices = [made.choices[0], *groups]  # type: ignore[attr-defined]  # a choice field
    return made


def to_desk(value: Any) -> str:
    """Return a clean value as Desk wants it; empty where there is none."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list):
        return ";".join(value)
    if isinstance(value, Decimal):
        return format(value, "f")
    return "" if value is None else str(value)


def from_desk(field: Field, text: str) -> Any:
    """Return what Desk has, or would get, as the form takes it."""
    if field.kind == "DateTime":
        return parse_datetime(text) if text else None
    if field.kind == "Multiselect":
        return text.split(";") if text else []
    return text
