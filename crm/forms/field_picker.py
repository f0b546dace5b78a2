"""The fields of a layout for an admin to choose from, in people's words. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from crm.schema.metadata import Field
from crm.schema.plans import Plan

KINDS = {
    "bigint": "Long number",
    "boolean": "Yes or no",
    "currency": "Amount of money",
    "date": "Day",
    "datetime": "Day and time",
    "double": "Number",
    "email": "E-mail address",
    "fileupload": "Files",
    "imageupload": "Pictures",
    "integer": "Whole number",
    "lookup": "Another record",
    "multiselectlookup": "Several other records",
    "multiselectpicklist": "Several of a list",
    "multiuserlookup": "Several people in Zoho",
    "ownerlookup": "Person in Zoho",
    "percent": "Percentage",
    "phone": "Phone number",
    "picklist": "One of a list",
    "subform": "Rows",
    "tag": "Words of your own",
    "text": "Short text",
    "textarea": "Long text",
    "userlookup": "Person in Zoho",
    "website": "Web address",
}


@dataclass(frozen=True)
class Row:
    """A field to tick; `reason` says why it cannot be left out, where that is so."""

    name: str
    label: str
    kind: str
    is_ticked: bool
    reason: str = ""


@dataclass(frozen=True)
class Picker:
    """What can be ticked: first what is, in the form's order, then the others.

    `elsewhere` are the layout's fields that staff cannot fill in here.
    """

    ticked: tuple[Row, ...]
    others: tuple[Row, ...]
    elsewhere: tuple[str, ...]


def picker(drawn: Plan, modules: Mapping[str, str]) -> Picker:
    """Return the layout's fields as the plan has them.

    `modules` are the names of modules for people, by API name.
    """
    fields = drawn.metadata.fields
    names = [name for name in drawn.layout.fields if name in fields]
    times = Counter(fields[name].label for name in names)
    reasons = _reasons(drawn)

    def row(name: str, *, is_ticked: bool) -> Row:
        field = fields[name]
        is_alone = times[field.label] == 1
        label = field.label if is_alone else f"{field.label} ({name})"
        kind = KINDS[field.data_type]
        if field.data_type == "lookup" and field.target in modules:
            kind = f"Record of {modules[field.target]}"
        return Row(name, label, kind, is_ticked, reasons.get(name, ""))

    others = (*drawn.more, *drawn.unused)
    usable = {*drawn.first, *others}
    return Picker(
        tuple(row(name, is_ticked=True) for name in drawn.first),
        tuple(row(name, is_ticked=False) for name in others),
        tuple(fields[name].label for name in names if name not in usable),
    )


def _reasons(drawn: Plan) -> dict[str, str]:
    found = dict.fromkeys(drawn.wanted, "Your layout demands it")
    found |= dict.fromkeys(drawn.required, "Zoho requires it")
    if drawn.duplicate_field:
        found[drawn.duplicate_field] = "It decides about duplicates"
    return found


def gone(asked: Iterable[str], drawn: Plan) -> list[str]:
    """Return which of the fields that were chosen the layout does not have."""
    fields = drawn.metadata.fields
    known = {*drawn.fields, *drawn.unused}
    return [
        _why_gone(name, fields.get(name), drawn) for name in asked if name not in known
    ]


def _why_gone(name: str, field: Field | None, drawn: Plan) -> str:
    if field is None:
        return f"{name.replace('_', ' ')} is not in Zoho any more."
    if name not in drawn.layout.fields:
        return f"{field.label} is not in the layout {drawn.layout.name}."
    return f"{field.label} cannot be filled in here any more."


def moved(names: Sequence[str], name: str, by: int) -> list[str]:
    """Return the names with one of them so many places on, as far as there are."""
    order = list(names)
    place = order.index(name)
    to = min(max(place + by, 0), len(order) - 1)
    order.insert(to, order.pop(place))
    return order
