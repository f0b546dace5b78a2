"""The fields that Desk's tickets may have, and what a layout is made from."""

from copy import deepcopy
from typing import Any

from zohoportal.sandbox.tables import Row

LONGEST = {
    "Text": 255,
    "Textarea": 32_000,
    "Email": 100,
    "Phone": 30,
    "URL": 450,
    "Number": 9,
    "Decimal": 16,
    "Currency": 16,
    "Percent": 5,
    "Picklist": 120,
    "Multiselect": 500,
}
DECIMAL_PLACES = {"Decimal": 2, "Currency": 2, "Percent": 0}
STATUS_TYPES = {
    "Open": "Open",
    "On Hold": "On Hold",
    "Escalated": "Open",
    "Closed": "Closed",
}


def field(name: str, label: str, kind: str = "Text", **more: Any) -> Row:
    """Return a field without an id: optional, and as long as its type may be."""
    places = {"decimalPlaces": DECIMAL_PLACES[kind]} if kind in DECIMAL_PLACES else {}
    return {
        "apiName": name,
        "displayLabel": label,
        "type": kind,
        "isMandatory": False,
        "isSystemMandatory": False,
        "maxLength": LONGEST.get(kind, 100),
        **places,
        **more,
    }


def picklist(name: str, label: str, *values: str, **more: Any) -> Row:
    more = {"defaultValue": None} | more
    return field(name, label, "Picklist", allowedValues=list(values), **more)


def status(types: dict[str, str]) -> Row:
    """Return the field of the status, by its values with the type of each."""
    return picklist(
        "status",
        "Status",
        *types,
        isMandatory=True,
        defaultValue=next(iter(types)),
        statusTypes=types,
    )


ALWAYS: dict[str, Any] = {"isMandatory": True, "isSystemMandatory": True}
ORDINARY = (
    field("departmentId", "Department", "LookUp", **ALWAYS),
    field("contactId", "Contact Name", "LookUp", **ALWAYS),
    field("email", "Email", "Email", maxLength=150),
    field("phone", "Phone", "Phone", maxLength=120),
    field("subject", "Subject", maxLength=1_000, **ALWAYS),
    field("description", "Description", "Textarea", maxLength=65_535),
    status(STATUS_TYPES),
    field("productId", "Product Name", "LookUp"),
    field("assigneeId", "Ticket Owner", "LookUp"),
    field("dueDate", "Due Date", "DateTime"),
    picklist("priority", "Priority", "High", "Medium", "Low"),
    picklist(
        "language",
        "Language",
        "Chinese",
        "Dutch",
        "English",
        "French",
        "German",
        "Italian",
        "Japanese",
        "Portuguese",
        "Spanish",
        defaultValue="English",
    ),
    picklist(
        "channel",
        "Channel",
        "Phone",
        "Email",
        "Web",
        "Chat",
        "Forums",
        "Twitter",
        "Facebook",
        defaultValue="Phone",
    ),
    picklist("classification", "Classifications", "Question", "Problem", "Feature"),
    picklist("category", "Category", "General", "Defects"),
    picklist("subCategory", "Sub Category", "Sub General", "Sub Defects"),
    field("resolution", "Resolution", "Textarea", maxLength=65_535),
)
SYSTEM_NAMES = {each["apiName"] for each in ORDINARY}


def is_custom(one: Row) -> bool:
    name: str = one["apiName"]
    return name.startswith("cf_")


def ordinary_fields(*changed: Row, without: tuple[str, ...] = ()) -> list[Row]:
    """Return the system's fields, some of them changed and some left out."""
    instead = {each["apiName"]: each for each in changed}
    return [
        deepcopy(instead.get(each["apiName"], each))
        for each in ORDINARY
        if each["apiName"] not in without
    ]


def plan(name: str, fields: list[Row], *dependencies: Row) -> Row:
    """Return what a department's layout is made from."""
    return {"name": name, "fields": fields, "dependencies": list(dependencies)}


def depends(child: str, parent: str, mappings: dict[str, list[str]]) -> Row:
    """Return which values of a child go with a value of its parent."""
    return {"child": child, "parent": parent, "mappings": mappings}


def fields_of(layout: Row) -> list[Row]:
    return [each for section in layout["sections"] for each in section["fields"]]
