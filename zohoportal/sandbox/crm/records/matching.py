"""Whether a record is what somebody looks for."""

import re
from typing import Any

from zohoportal.sandbox.crm.records.criteria import Condition
from zohoportal.sandbox.crm.settings.metadata import Field
from zohoportal.sandbox.tables import Row

# Where "equals" finds what merely contains the value, as users report.
LOOSE = {"text", "textarea"}


def fits(condition: Condition, row: Row, fields: dict[str, Field]) -> bool:
    field = fields.get(condition.field)
    has = [each.casefold() for each in texts(row.get(condition.field))]
    wanted = [each.casefold() for each in condition.values]
    whole = ",".join(wanted)
    is_loose = field is not None and field.data_type in LOOSE
    match condition.operator:
        case "equals":
            return any(whole in each if is_loose else whole == each for each in has)
        case "not_equal":
            return whole not in has
        case "in":
            return any(each in wanted for each in has)
        case "not_in":
            return not any(each in wanted for each in has)
        case "starts_with":
            return any(each.startswith(whole) for each in has)
        case "contains":
            return any(whole in each for each in has)
        case _:
            return any(_compares(condition.operator, each, wanted) for each in has)


def _compares(operator: str, value: str, wanted: list[str]) -> bool:
    keys = [ordered(each) for each in [value, *wanted]]
    own, low, high = keys[0], keys[1], keys[-1]
    return {
        "between": low <= own <= high,
        "greater_than": own > low,
        "greater_equal": own >= low,
        "less_than": own < low,
        "less_equal": own <= low,
    }[operator]


def ordered(text: str) -> tuple[float, str]:
    """Return what numbers are compared by as numbers, and dates as text."""
    is_number = re.fullmatch(r"-?\d+(?:\.\d+)?", text)
    return (float(text), "") if is_number else (0, text)


def texts(value: Any) -> list[str]:
    """Return the texts a value is searched by."""
    if value is None:
        return []
    if isinstance(value, list):
        return [text for each in value for text in texts(each)]
    if isinstance(value, dict):
        return [str(value[name]) for name in ("id", "name") if name in value]
    return [str(value).lower() if isinstance(value, bool) else str(value)]
