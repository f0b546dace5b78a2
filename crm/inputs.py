"""The input for each of Zoho's field types, with the checks that Zoho would make."""

from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.core.validators import MaxLengthValidator, RegexValidator, URLValidator
from django.utils import timezone

from connections.zoho.errors import FieldProblem
from connections.zoho.explain import field_text
from crm.input_fields import (
    DayField,
    LookupField,
    MomentField,
    NumberField,
    PlainSelect,
    TagField,
)
from crm.metadata import Field, Value
from zohoportal.sentences import Sentence

WHOLE = RegexValidator(r"^-?[0-9]+\Z")
_is_address = URLValidator(schemes=["http", "https", "ftp"])


def input_for(field: Field, users: Iterable[Value] = ()) -> forms.Field:
    """Return the form field for a field whose type is among SUPPORTED."""
    made = SUPPORTED[field.data_type](field, users)
    made.label = field.label
    made.help_text = " ".join(
        filter(None, [field.tooltip_sentence, str(made.help_text)])
    )
    made.required = False
    messages = {
        "invalid": says(field, "invalid", field.data_type),
        "invalid_choice": says(field, "invalid", "picklist"),
        "required": _needed(field, made),
        "max_length": says(field, "too_long", limit=field.length),
        **_digits(field),
    }
    made.error_messages |= {code: Sentence(text) for code, text in messages.items()}
    return made


def says(field: Field, kind: str, expected: str = "", limit: int | None = None) -> str:
    """Return an objection in the words that Zoho's own would get."""
    return field_text(FieldProblem(field.api_name, kind, expected, limit), field.label)


def _needed(field: Field, made: forms.Field) -> str:
    verb = "Choose" if isinstance(made, forms.ChoiceField) else "Enter"
    return f"{verb} {field.label}."


def _digits(field: Field) -> dict[str, str]:
    before = f"{field.label} must have {field.length} digits or fewer before the point."
    return {
        "max_digits": before,
        "max_whole_digits": before,
        "max_decimal_places": (
            f"{field.label} must have {field.decimals} digits or fewer after the point."
        ),
    }


def _web_address(value: str) -> None:
    _is_address(value if "://" in value else f"https://{value}")


def _text(field: Field, **options: Any) -> forms.CharField:
    # Not `max_length`: browsers would cut what is pasted without a word.
    validators = [MaxLengthValidator(field.length), *options.pop("validators", ())]
    return forms.CharField(validators=validators, **options)


def _plain(field: Field, _users: Iterable[Value]) -> forms.Field:
    return _text(field)


def _long(field: Field, _users: Iterable[Value]) -> forms.Field:
    return _text(field, widget=forms.Textarea(attrs={"rows": 4}))


def _email(field: Field, _users: Iterable[Value]) -> forms.Field:
    widget = forms.EmailInput(attrs={"autocomplete": "off"})
    return forms.EmailField(
        max_length=None, widget=widget, validators=[MaxLengthValidator(field.length)]
    )


def _phone(field: Field, _users: Iterable[Value]) -> forms.Field:
    return _text(field, widget=forms.TextInput(attrs={"type": "tel"}))


def _website(field: Field, _users: Iterable[Value]) -> forms.Field:
    widget = forms.TextInput(attrs={"inputmode": "url"})
    return _text(field, widget=widget, validators=[_web_address])


def _choice(empty: str, values: Iterable[Value]) -> forms.ChoiceField:
    choices = [(value.actual, value.display) for value in values]
    return forms.ChoiceField(choices=[("", empty), *choices], widget=PlainSelect)


def _picklist(field: Field, _users: Iterable[Value]) -> forms.Field:
    return _choice("None chosen", field.values)


def _several(field: Field, _users: Iterable[Value]) -> forms.Field:
    choices = [(value.actual, value.display) for value in field.values]
    return forms.MultipleChoiceField(
        choices=choices, widget=forms.CheckboxSelectMultiple
    )


def _boolean(_field: Field, _users: Iterable[Value]) -> forms.Field:
    # Not a tick: unticked cannot tell "no" from "leave it as it is".
    return _choice("As it is", [Value("true", "Yes"), Value("false", "No")])


def _date(_field: Field, _users: Iterable[Value]) -> forms.Field:
    return DayField(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))


def _date_time(_field: Field, _users: Iterable[Value]) -> forms.Field:
    widget = forms.DateTimeInput(
        attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"
    )
    zone = timezone.get_current_timezone_name()
    return MomentField(widget=widget, help_text=f"Day and time in {zone}.")


def _integer(field: Field, _users: Iterable[Value]) -> forms.Field:
    most = 10**field.length - 1
    widget = forms.TextInput(attrs={"inputmode": "numeric"})
    words = Sentence(f"{field.label} must have {field.length} digits or fewer.")
    made = forms.IntegerField(min_value=-most, max_value=most, widget=widget)
    made.error_messages |= {"min_value": words, "max_value": words}
    return made


def _big(field: Field, _users: Iterable[Value]) -> forms.Field:
    widget = forms.TextInput(attrs={"inputmode": "numeric"})
    return _text(field, widget=widget, validators=[WHOLE])


def _number(field: Field, _users: Iterable[Value]) -> forms.Field:
    return NumberField(
        max_digits=field.length + field.decimals,
        decimal_places=field.decimals,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )


def _lookup(field: Field, _users: Iterable[Value]) -> forms.Field:
    return LookupField(field.target, help_text="Its name in Zoho CRM.")


def _person(_field: Field, users: Iterable[Value]) -> forms.Field:
    return _choice("As Zoho has it", users)


def _tags(_field: Field, _users: Iterable[Value]) -> forms.Field:
    return TagField(help_text="Several with commas between.")


SUPPORTED: dict[str, Callable[[Field, Iterable[Value]], forms.Field]] = {
    "bigint": _big,
    "boolean": _boolean,
    "currency": _number,
    "date": _date,
    "datetime": _date_time,
    "double": _number,
    "email": _email,
    "integer": _integer,
    "lookup": _lookup,
    "multiselectpicklist": _several,
    "ownerlookup": _person,
    "percent": _number,
    "phone": _phone,
    "picklist": _picklist,
    "tag": _tags,
    "text": _plain,
    "textarea": _long,
    "userlookup": _person,
    "website": _website,
}
