"""Which values Desk takes for a field of a ticket, by the field's type."""

import re
from datetime import datetime
from typing import Any

from zohoportal.sandbox.tables import Row

# Narrower than the standards, as in Zoho's OpenAPI file.
EMAIL = re.compile(
    r"[a-zA-Z0-9_][a-zA-Z0-9_+\-.'&~]*@(?=.{4,256}$)"
    r"(?:[a-zA-Z0-9](?:[\-_]*[a-zA-Z0-9])*\.)+[a-zA-Z]{2,22}"
)
PATTERNS = {
    "Email": EMAIL,
    "URL": re.compile(r"(?:https?://)?[^\s/.]+(?:\.[^\s/.]+)+(?:[/?#]\S*)?"),
    "Number": re.compile(r"-?\d+"),
    "Decimal": re.compile(r"-?\d+(?:\.\d+)?"),
    "Currency": re.compile(r"-?\d+(?:\.\d+)?"),
    "Percent": re.compile(r"\d+(?:\.\d+)?"),
    "Boolean": re.compile(r"true|false"),
    "Date": re.compile(r"\d{4}-\d\d-\d\d"),
    "DateTime": re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,3})?Z"),
}


def is_empty(value: Any) -> bool:
    return value is None or value == ""


def fits(field: Row, value: Any) -> bool:
    """Tell whether a field takes a value that is not empty."""
    kind = field["type"]
    if kind == "LookUp":
        return str(value).isdecimal()
    if not isinstance(value, str) or len(value) > field["maxLength"]:
        return False
    if kind in PATTERNS and not PATTERNS[kind].fullmatch(value):
        return False
    if kind in ("Date", "DateTime"):
        return _is_on_the_calendar(value)
    if "decimalPlaces" in field:
        places: int = field["decimalPlaces"]
        return len(value.partition(".")[2]) <= places
    return _is_allowed(field, value)


def _is_on_the_calendar(value: str) -> bool:
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return False
    return True


def _is_allowed(field: Row, value: str) -> bool:
    # Without values of its own, a field depends on another: the mapping has them.
    allowed = field.get("allowedValues")
    if not allowed:
        return True
    chosen = value.split(";") if field["type"] == "Multiselect" else [value]
    return all(each in allowed for each in chosen)
