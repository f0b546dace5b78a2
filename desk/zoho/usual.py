"""What a department's form is made of while Desk does not tell its layout."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from desk.zoho.fields import form_name
from desk.zoho.layouts import Field, Layout

# What Desk has in every layout; the first two are offered where no layout is known.
PRIORITY = Field("priority", "Priority", "Picklist", values=("High", "Medium", "Low"))
DUE_DATE = Field("dueDate", "Due Date", "DateTime")
COMMON = (
    DUE_DATE,
    PRIORITY,
    Field("status", "Status"),
    Field("channel", "Channel"),
    Field("language", "Language"),
    Field("classification", "Classification"),
    Field("category", "Category"),
    Field("subCategory", "Sub Category"),
    Field("resolution", "Resolution", "Textarea"),
)
# As `<input type="datetime-local">` writes it.
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d")


def usual_layout(typed: Mapping[str, Sequence[str]]) -> Layout:
    """Return Desk's usual fields and those that were typed into, by the form's names.

    For the time when Desk does not tell: it judges the values when it gets them.
    """
    common = [
        _with_values(each, typed.get(form_name(each.name), ()))
        for each in COMMON
        if each in (PRIORITY, DUE_DATE) or form_name(each.name) in typed
    ]
    own = [name for name in typed if name.startswith("cf_")]
    custom = [_custom(name, typed[name]) for name in sorted(own)]
    return Layout((*common, *custom))


def _with_values(field: Field, typed: Sequence[str]) -> Field:
    """Return a field that takes what was typed, too: departments have values of own."""
    if field.kind != "Picklist":
        return field
    values = dict.fromkeys([*field.values, *filter(None, typed)])
    return replace(field, values=tuple(values))


def _custom(name: str, typed: Sequence[str]) -> Field:
    label = name.removeprefix("cf_").replace("_", " ").capitalize()
    if len(typed) > 1:
        return Field(name, label, "Multiselect", values=tuple(typed))
    is_moment = any(_MOMENT.fullmatch(each) for each in typed)
    return Field(name, label, "DateTime" if is_moment else "Text")
