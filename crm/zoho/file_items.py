"""Files that fields of records hold, as Zoho tells of them and as we keep them."""

from collections.abc import Mapping
from typing import Any

# A file as a form has it: its name and size, and the `id` that Zoho gave it, or the
# `upload` that it is here, with the `sha256` of its content.
Item = dict[str, Any]
# What a file is called: since v3 of the API, and before.
FILE_NAMES = ("File_Name__s", "file_Name")


def file_name(row: Mapping[str, Any]) -> str:
    """Return what a file is called; empty for what is none."""
    return next((str(row[key]) for key in FILE_NAMES if row.get(key)), "")


def items(rows: Any) -> list[Item]:
    """Return the files that Zoho has in a field."""
    return [
        {"id": str(row["id"]), "name": file_name(row), "size": size_of(row)}
        for row in rows or ()
        if isinstance(row, Mapping) and row.get("id")
    ]


def known_as(row: Mapping[str, Any]) -> str:
    """Return what tells files apart, ours and Zoho's alike; empty for what is none."""
    name = file_name(row) or (str(row["name"]) if "size" in row else "")
    return f"{name} {size_of(row)}" if name else ""


def with_gone(before: Any, value: Any) -> list[Item]:
    """Return the files of a changed field, those that were taken out marked as gone."""
    stay = {each.get("id") for each in value or ()}
    gone = [
        each | {"is_gone": True} for each in items(before) if each["id"] not in stay
    ]
    return [*(value or ()), *gone]


def size_of(row: Mapping[str, Any]) -> int:
    """Return how many bytes a file has; 0 where Zoho does not say."""
    size = str(row.get("Size__s") or row.get("size") or "")
    return int(size) if size.isascii() and size.isdecimal() and len(size) < 16 else 0
