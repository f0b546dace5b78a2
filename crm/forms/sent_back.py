"""What a browser sends back for an input that nobody touched.

It writes line ends its own way, drops them from an input of one line, and trims an
e-mail address.
https://html.spec.whatwg.org/multipage/input.html#value-sanitization-algorithm
"""

import re
from typing import Any

from django import forms
from django.forms.widgets import ChoiceWidget

from crm.forms.input_fields import LookupInput

LINE_END = re.compile(r"\r\n|\r|\n")


def untouched(field: forms.Field, value: Any) -> Any:
    """Return what comes back of an input that starts with a value."""
    if isinstance(field.widget, LookupInput):
        return value or ""
    shown = field.widget.format_value(field.prepare_value(value))
    is_choice = isinstance(field.widget, ChoiceWidget)
    if is_choice and not field.widget.allow_multiple_selected:
        return shown[0]
    return "" if shown is None else shown


def are_alike(widget: forms.Widget, one: Any, other: Any) -> bool:
    """Tell whether two values are the same as far as a browser keeps them apart."""
    return bool(_plain(widget, one) == _plain(widget, other))


def _plain(widget: forms.Widget, value: Any) -> Any:
    if isinstance(value, dict):
        return {"id": value["id"]}
    if isinstance(value, list):
        return sorted({LINE_END.sub("\n", text) for text in value})
    has_lines = isinstance(widget, forms.Textarea | ChoiceWidget)
    text = LINE_END.sub("\n" if has_lines else "", value or "")
    is_trimmed = isinstance(widget, forms.EmailInput | LookupInput)
    return text.strip() if is_trimmed else text
