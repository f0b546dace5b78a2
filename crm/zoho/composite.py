"""Values that are made of several, as people read them: files, records, rows.

https://www.zoho.com/crm/developer/docs/api/v8/insert-records.html
"""

from collections.abc import Mapping
from typing import Any

from crm.schema.columns import OF_ZOHO
from crm.schema.metadata import LINKS, Field
from crm.zoho.file_items import FILE_NAMES

DEEPEST = 4


def text(field: Field, value: Mapping[str, Any] | list[Any]) -> str:
    """Return an object or a list of Zoho in words; never its code."""
    rows = without_gone(value) if isinstance(value, list) else [value]
    separator = "; " if field.data_type == "subform" else ", "
    return separator.join(filter(None, (_words(field, each) for each in rows)))


def without_gone(rows: list[Any]) -> list[Any]:
    """Return rows but for those that are marked as taken out."""
    return [
        row for row in rows if not (isinstance(row, Mapping) and row.get("is_gone"))
    ]


def _words(field: Field, value: Any, depth: int = 0) -> str:
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, Mapping):
        return _of_object(field, value, depth)
    if isinstance(value, list):
        parts = (_words(field, each, depth + 1) for each in value)
        return ", ".join(filter(None, parts)) if depth < DEEPEST else "…"
    return "" if value is None else field.shown_values.get(str(value), str(value))


def _of_object(field: Field, value: Mapping[str, Any], depth: int) -> str:
    if name := _name(value):
        return name
    # What people put into it.
    parts = {
        key: part
        for key, part in value.items()
        if key not in {"row", *OF_ZOHO} and not key.startswith("$")
    }
    if field.data_type in LINKS:
        # The row of a link has the linked record in it.
        linked = (each for each in parts.values() if isinstance(each, Mapping))
        return next(filter(None, map(_name, linked)), "")
    if depth == DEEPEST:
        return "…"
    words = {key: _words(field, each, depth + 1) for key, each in parts.items()}
    return ", ".join(
        f"{key.replace('_', ' ')}: {each}" for key, each in words.items() if each
    )


def _name(value: Mapping[str, Any]) -> str:
    for key in ("name", *FILE_NAMES):
        if isinstance(value.get(key), str):
            return str(value[key])
    return ""
