"""Form fields that no framework has, for what Zoho takes."""

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.forms.utils import flatatt
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

YEARS = range(1900, 3000)
_is_address = URLValidator(schemes=["http", "https", "ftp"])


class Sentence(str):
    """A message for a form field, with names of Zoho's in it.

    Django fills a failed check's values into its message by `%`, and a label at Zoho
    may hold that sign: "Discount %".
    """

    __slots__ = ()

    def __mod__(self, values: object) -> "Sentence":
        return self


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
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")

    def clean(self, value: Any) -> Any:
        return _in_sound_year(self, super().clean(value))


class MomentField(forms.DateTimeField):
    """A day and a time in the person's zone, refused where the clocks change."""

    widget = forms.DateTimeInput(
        attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"
    )

    def clean(self, value: Any) -> Any:
        try:
            moment = super().clean(value)
        except ValidationError as error:
            if error.code != "ambiguous_timezone":
                raise
            zone = timezone.get_current_timezone_name()
            words = (
                f"The clocks change then in {zone}, so that this time comes twice or "
                "not at all. Choose another time."
            )
            raise ValidationError(words, code="ambiguous_timezone") from error
        return _in_sound_year(self, moment)


def _in_sound_year(field: forms.Field, value: Any) -> Any:
    if value is not None and value.year not in YEARS:
        raise ValidationError(f"{field.label} must be in a year such as 2026.")
    return value


def check_web_address(value: str) -> None:
    """Object to what is no web address; one without a scheme is fine.

    Raises:
        ValidationError: it is none.
    """
    _is_address(value if "://" in value else f"https://{value}")
