"""Form fields beyond Django's own: lookups, exact numbers, sound days, tags."""

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.renderers import DjangoTemplates
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

LONGEST_TAG = 25
YEARS = range(1900, 3000)
CHOSEN = re.compile(r"([0-9]{1,30}):(.*)", re.DOTALL)
PLAIN_INPUTS = {
    f"django/forms/widgets/{kind}.html"
    for kind in ("date", "datetime", "email", "text")
}


class PlainSelect(forms.Select):
    """A select that writes its options at once: a template for each is slow."""

    def render(
        self,
        name: str,
        value: Any,
        attrs: Any = None,
        renderer: Any = None,  # noqa: ARG002  # Django hands it on
    ) -> SafeString:
        widget = self.get_context(name, value, attrs)["widget"]
        options = [each for _, group, _ in widget["optgroups"] for each in group]
        rows = format_html_join(
            "",
            '<option value="{}"{}>{}</option>',
            (
                (each["value"], flatatt({"selected": each["selected"]}), each["label"])
                for each in options
            ),
        )
        attributes = flatatt(widget["attrs"])
        return format_html('<select name="{}"{}>{}</select>', name, attributes, rows)


class QuickRenderer(DjangoTemplates):
    """Writes plain inputs at once: on a long form, templates take half of the time."""

    def render(self, template_name: str, context: Any, request: Any = None) -> str:
        if template_name not in PLAIN_INPUTS:
            return super().render(template_name, context, request)
        widget = context["widget"]
        attributes = widget["attrs"] | {"value": widget["value"]}
        return format_html(
            '<input type="{}" name="{}"{}>',
            widget["type"],
            widget["name"],
            flatatt(attributes),
        )


class LookupInput(forms.TextInput):
    """The name of another record, and which one was chosen by that name."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:  # noqa: ARG002  # no files
        # One of several that were offered counts, whatever words they were found by.
        if picked := CHOSEN.fullmatch(str(data.get(f"{name}-picked") or "")):
            return {"id": picked[1], "name": picked[2]}
        typed = str(data.get(name) or "").strip()
        chosen = CHOSEN.fullmatch(str(data.get(f"{name}-chosen") or ""))
        if chosen and (not typed or typed == chosen[2].strip()):
            return {"id": chosen[1], "name": chosen[2]}
        return typed

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:  # noqa: ARG002  # no files
        return name not in data and f"{name}-chosen" not in data

    def format_value(self, value: Any) -> str:
        return str(value["name"] if isinstance(value, dict) else value or "")


class LookupField(forms.Field):
    """Another record: a dictionary once it was found, the typed name before that."""

    widget = LookupInput

    def __init__(self, target: str, **options: Any) -> None:
        super().__init__(**options)
        self.target = target


class NumberField(forms.DecimalField):
    """A number that JSON carries without loss."""

    def clean(self, value: Any) -> Any:
        number: Decimal | None = super().clean(value)
        if number is not None and Decimal(repr(float(number))) != number:
            raise ValidationError(
                f"{self.label} has more digits than can be sent exactly. "
                "Use 15 digits or fewer."
            )
        return number


class DayField(forms.DateField):
    def clean(self, value: Any) -> Any:
        return _in_sound_year(super().clean(value), self.error_messages["invalid"])


class MomentField(forms.DateTimeField):
    def clean(self, value: Any) -> Any:
        return _in_sound_year(super().clean(value), self.error_messages["invalid"])


class TagField(forms.CharField):
    """Words with commas between."""

    def clean(self, value: Any) -> list[str]:
        words = [word.strip() for word in str(super().clean(value)).split(",")]
        tags = list(dict.fromkeys(filter(None, words)))
        if any(len(tag) > LONGEST_TAG for tag in tags):
            raise ValidationError(f"A tag must be {LONGEST_TAG} characters or fewer.")
        return tags


def _in_sound_year(value: Any, words: Any) -> Any:
    if value is not None and value.year not in YEARS:
        raise ValidationError(words)
    return value
