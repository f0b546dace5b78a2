"""Inputs for the kinds of values that Zoho's products ask for, made in one place.

A product says what it wants in these terms, whatever it calls its own types.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.validators import MaxLengthValidator, RegexValidator
from django.utils import timezone

from connections.messages.field_texts import Input, field_text
from connections.schema.input_fields import (
    DayField,
    MomentField,
    NumberField,
    PlainSelect,
    Sentence,
    check_web_address,
)
from connections.zoho.errors import FieldProblem
from zohoportal.web.pasted import PastedEmailField

WHOLE = RegexValidator(r"^-?[0-9]+\Z")


@dataclass(frozen=True)
class Wanted:
    """What an input is for.

    Attributes:
        kind: one of `KINDS`; they are named as Zoho CRM names its types.
        longest: in characters; None where nobody knows.
        digits: before the point; None where nobody knows.
        choices: what is sent for each, and what people read.
        unset: what stands in a list for no choice.
    """

    kind: str
    label: str
    longest: int | None = None
    digits: int | None = None
    decimals: int = 0
    choices: Sequence[tuple[str, str]] = ()
    unset: str = ""


def input_for(wanted: Wanted) -> forms.Field:
    """Return the form field, which says what does not fit in Zoho's own terms."""
    made = KINDS[wanted.kind](wanted)
    made.label = wanted.label
    made.required = False
    made.error_messages |= objections(wanted, made)
    return made


def objections(wanted: Wanted, made: forms.Field) -> dict[str, Sentence]:
    """Return the words for what may be wrong with a value, by Django's codes."""
    label = wanted.label
    is_choice = isinstance(made, forms.ChoiceField | forms.FileField)
    whole = f"{label} must have {wanted.digits} digits or fewer"
    texts = {
        "invalid": _said(wanted, "invalid", wanted.kind),
        "invalid_choice": _said(wanted, "invalid", "picklist"),
        "required": f"{'Choose' if is_choice else 'Enter'} {label}.",
        "max_length": _said(wanted, "too_long", limit=wanted.longest),
        "max_digits": f"{whole} before the point.",
        "max_whole_digits": f"{whole} before the point.",
        "max_decimal_places": (
            f"{label} must have {wanted.decimals} digits or fewer after the point."
        ),
        "min_value": f"{whole}.",
        "max_value": f"{whole}.",
    }
    return {code: Sentence(text) for code, text in texts.items()}


def _said(
    wanted: Wanted, kind: str, expected: str = "", limit: int | None = None
) -> str:
    problem = FieldProblem("", kind, expected, limit)
    return field_text(problem, Input(wanted.label, kind=wanted.kind))


def choice(unset: str, choices: Sequence[tuple[str, str]]) -> forms.ChoiceField:
    """Return a list to choose one of, or none."""
    return forms.ChoiceField(choices=[("", unset), *choices], widget=PlainSelect)


def text(wanted: Wanted, **options: Any) -> forms.CharField:
    """Return an input for a text, which takes what is pasted whole."""
    # Not `max_length`: browsers would cut what is pasted without a word.
    return forms.CharField(**options | {"validators": _checks(wanted, options)})


def _checks(wanted: Wanted, options: dict[str, Any]) -> list[Any]:
    longest = [MaxLengthValidator(wanted.longest)] if wanted.longest else []
    return [*longest, *options.get("validators", ())]


def email(wanted: Wanted) -> forms.Field:
    widget = forms.EmailInput(attrs={"autocomplete": "off"})
    checks = _checks(wanted, {})
    return PastedEmailField(max_length=None, widget=widget, validators=checks)


def website(wanted: Wanted) -> forms.Field:
    widget = forms.TextInput(attrs={"inputmode": "url"})
    return text(wanted, widget=widget, validators=[check_web_address])


def several(wanted: Wanted) -> forms.Field:
    return forms.MultipleChoiceField(
        choices=wanted.choices, widget=forms.CheckboxSelectMultiple
    )


def yes_or_no(wanted: Wanted) -> forms.Field:
    # Not a tick: unticked cannot tell "no" from "leave it as it is".
    return choice(wanted.unset, [("true", "Yes"), ("false", "No")])


def moment(_wanted: Wanted) -> forms.Field:
    zone = timezone.get_current_timezone_name()
    return MomentField(help_text=f"Day and time in {zone}.")


def whole_number(wanted: Wanted) -> forms.Field:
    most = None if wanted.digits is None else 10**wanted.digits - 1
    widget = forms.TextInput(attrs={"inputmode": "numeric"})
    least = None if most is None else -most
    return forms.IntegerField(min_value=least, max_value=most, widget=widget)


def long_number(wanted: Wanted) -> forms.Field:
    widget = forms.TextInput(attrs={"inputmode": "numeric"})
    return text(wanted, widget=widget, validators=[WHOLE])


def number(wanted: Wanted) -> forms.Field:
    widget = forms.TextInput(attrs={"inputmode": "decimal"})
    if wanted.digits is None:
        return NumberField(widget=widget)
    return NumberField(
        max_digits=wanted.digits + wanted.decimals,
        decimal_places=wanted.decimals,
        widget=widget,
    )


KINDS: dict[str, Callable[[Wanted], forms.Field]] = {
    "bigint": long_number,
    "boolean": yes_or_no,
    "currency": number,
    "date": lambda _wanted: DayField(),
    "datetime": moment,
    "double": number,
    "email": email,
    "integer": whole_number,
    "multiselectpicklist": several,
    "percent": number,
    "phone": lambda wanted: text(wanted, widget=forms.TextInput({"type": "tel"})),
    "picklist": lambda wanted: choice(wanted.unset, wanted.choices),
    "text": text,
    "textarea": lambda wanted: text(wanted, widget=forms.Textarea({"rows": 4})),
    "website": website,
}
