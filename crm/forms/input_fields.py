"""Form fields of the CRM alone: lookups and tags, and a quick way to write them."""

import re
from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.renderers import DjangoTemplates
from django.forms.utils import flatatt
from django.utils.html import format_html

LONGEST_TAG = 25
TAG = re.compile(r'\s*(?:"((?:[^"]|"")*)"\s*|([^,]*))(?:,|\Z)')
CHOSEN = re.compile(r"([0-9]{1,30}):(.*)", re.DOTALL)
PLAIN_INPUTS = {
    f"django/forms/widgets/{kind}.html"
    for kind in ("date", "datetime", "email", "text")
}


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
        if chosen and (name not in data or _one_line(typed) == _one_line(chosen[2])):
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


class TagField(forms.CharField):
    """Words with commas between; one that has a comma itself stands in quotes."""

    def clean(self, value: Any) -> list[str]:
        found = TAG.findall(str(super().clean(value)))
        words = [
            (quoted.replace('""', '"') or plain).strip() for quoted, plain in found
        ]
        tags = list(dict.fromkeys(filter(None, words)))
        if any(len(tag) > LONGEST_TAG for tag in tags):
            raise ValidationError(f"A tag must be {LONGEST_TAG} characters or fewer.")
        return tags


def _one_line(name: str) -> str:
    """Return a name without line ends, which inputs of one line drop."""
    return re.sub(r"[\r\n]", "", name).strip()


def joined_tags(tags: Iterable[str]) -> str:
    """Return tags as they are typed: one with a comma or a quote stands in quotes."""
    escaped = {tag: '"' + tag.replace('"', '""') + '"' for tag in tags}
    return ", ".join(
        quoted if {",", '"'} & set(tag) else tag for tag, quoted in escaped.items()
    )
