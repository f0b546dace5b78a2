"""A field of Desk's layout as a field of our form, and its value as Desk writes it."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from desk.layouts import Dependency, Field
from zohoportal.sentences import Sentence

AS_DESK_HAS_IT = "As Desk has it"
WHOLE_NUMBERS = {"Number"}
NUMBERS = {"Decimal", "Percent", "Currency"}


class DueField(forms.DateTimeField):
    """A day and a time in the person's zone, refused where the clocks change."""

    widget = forms.DateTimeInput(
        attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"
    )

    def clean(self, value: Any) -> Any:
        try:
            moment = super().clean(value)
        except forms.ValidationError as error:
            if error.code != "ambiguous_timezone":
                raise
            zone = timezone.get_current_timezone_name()
            words = (
                f"The clocks change then in {zone}, so that this time comes twice or "
                "not at all. Choose another time."
            )
            raise forms.ValidationError(words, code="ambiguous_timezone") from error
        if moment and not 2000 <= moment.year < 3000:
            raise forms.ValidationError(f"{self.label} must be in a year such as 2026.")
        return moment


def _text(field: Field, **more: Any) -> forms.Field:
    return forms.CharField(max_length=field.longest, **more)


def _long_text(field: Field, **more: Any) -> forms.Field:
    return _text(field, widget=forms.Textarea(attrs={"rows": 4}), **more)


def _email(field: Field, **more: Any) -> forms.Field:
    more["error_messages"] |= {
        "invalid": f"{field.label} must be an e-mail address such as name@example.com."
    }
    return forms.EmailField(max_length=field.longest, **more)


def _phone(field: Field, **more: Any) -> forms.Field:
    return _text(field, widget=forms.TextInput(attrs={"type": "tel"}), **more)


def _address(field: Field, **more: Any) -> forms.Field:
    more["error_messages"] |= {
        "invalid": f"{field.label} must be an address such as https://example.com."
    }
    return forms.URLField(max_length=field.longest, assume_scheme="https", **more)


def _whole_number(field: Field, **more: Any) -> forms.Field:
    more["error_messages"] |= {"invalid": f"{field.label} must be a whole number."}
    widget = forms.TextInput(attrs={"inputmode": "numeric"})
    return forms.IntegerField(widget=widget, **more)


def _number(field: Field, **more: Any) -> forms.Field:
    more["error_messages"] |= {"invalid": f"{field.label} must be a number."}
    widget = forms.TextInput(attrs={"inputmode": "decimal"})
    return forms.DecimalField(widget=widget, **more)


def _date(field: Field, **more: Any) -> forms.Field:
    more["error_messages"] |= {
        "invalid": f"{field.label} must be a day of the calendar."
    }
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(widget=widget, **more)


def _moment(field: Field, **more: Any) -> forms.Field:
    more["error_messages"] |= {
        "invalid": f"{field.label} must be a day and a time of that day."
    }
    zone = timezone.get_current_timezone_name()
    return DueField(help_text=f"Day and time in {zone}.", **more)


def _yes_or_no(field: Field, **more: Any) -> forms.Field:
    values = [("true", "Yes"), ("false", "No")]
    first = {"true": "Yes", "false": "No"}.get(field.default, "")
    return forms.ChoiceField(choices=[("", _unset(first)), *values], **more)


def _one_of(field: Field, **more: Any) -> forms.Field:
    unset = "Choose a value" if field.is_demanded else _unset(field.default)
    values = [(value, value) for value in field.values]
    return _choice(field, [("", unset), *values], **more)


def _some_of(field: Field, **more: Any) -> forms.Field:
    more["error_messages"] |= {"invalid_choice": _not_there(field)}
    return forms.MultipleChoiceField(
        choices=[(value, value) for value in field.values],
        widget=forms.CheckboxSelectMultiple,
        **more,
    )


def _choice(field: Field, choices: Any, **more: Any) -> forms.ChoiceField:
    more["error_messages"] |= {"invalid_choice": _not_there(field)}
    return forms.ChoiceField(choices=choices, **more)


def _not_there(field: Field) -> str:
    label = _small(field.label).replace("%", "%%")
    return f"Choose one of the values of {label}: “%(value)s” is not in Zoho's list."


def _unset(default: str) -> str:
    return f"{AS_DESK_HAS_IT}: {default}" if default else AS_DESK_HAS_IT


def _small(label: str) -> str:
    return label[:1].lower() + label[1:]


MAKERS: dict[str, Callable[..., forms.Field]] = {
    "Text": _text,
    "Textarea": _long_text,
    "LargeText": _long_text,
    "Email": _email,
    "Phone": _phone,
    "Fax": _phone,
    "URL": _address,
    "Number": _whole_number,
    "Decimal": _number,
    "Percent": _number,
    "Currency": _number,
    "Date": _date,
    "DateTime": _moment,
    "Boolean": _yes_or_no,
    "Checkbox": _yes_or_no,
    "Picklist": _one_of,
    "Multiselect": _some_of,
}


def field_for(field: Field, department: str) -> forms.Field:
    """Return the form's field; its kind must be one of `MAKERS`."""
    required = f"Enter {_small(field.label)}. {department} needs it."
    made = MAKERS[field.kind](
        field,
        label=field.label,
        required=field.is_demanded,
        error_messages={"required": required},
    )
    made.error_messages["invalid"] = Sentence(made.error_messages.get("invalid", ""))
    return made


def dependent_field_for(
    field: Field, department: str, dependency: Dependency
) -> forms.Field:
    """Return a choice whose values are grouped by the value that they go with."""
    made = field_for(field, department)
    groups = [
        (parent, [(value, value) for value in values])
        for parent, values in dependency.values.items()
        if values
    ]
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
