"""Rows of a field on a form: each cell is an input, with a name of its own.

`Items-4876876000000123-Quantity` is a cell of a row that Zoho has, by the row's id;
`Items-new0-Quantity` is one of a row that is new. So an input keeps its name whatever
comes and goes around it.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from connections.zoho import shapes
from crm.forms.inputs import to_form
from crm.schema.metadata import Field
from crm.zoho import values

# Zoho's subforms have 200 rows at most.
MOST_NEW = 200
# Stands for the number of the next new row, in the pattern that a script copies.
NEW = "new999"
GONE = "gone"
_CELL = re.compile(r"(?P<field>\w+)-(?P<key>new[0-9]{1,3}|[0-9]{1,20})-(?P<column>\w+)")


@dataclass(frozen=True)
class Row:
    """A row on a form; `held` is what Zoho has in it, nothing for a new one."""

    field: Field
    key: str
    held: Mapping[str, Any]

    @property
    def is_new(self) -> bool:
        return self.key.startswith("new")

    @property
    def mark(self) -> str:
        """Return the name of the box that takes the row out."""
        return self.name_of(GONE)

    def name_of(self, column: str) -> str:
        return f"{self.field.api_name}-{self.key}-{column}"


def owner(name: str) -> str:
    """Return the field that an input belongs to: of a cell, the one with the rows."""
    found = _CELL.fullmatch(name)
    return found["field"] if found else name


def row_of(name: str) -> tuple[str, str] | None:
    """Return the field and the row that a cell is of; None for any other input."""
    found = _CELL.fullmatch(name)
    return (found["field"], found["key"]) if found else None


def is_new(name: str) -> bool:
    """Tell whether an input is a cell of a new row."""
    _, key = row_of(name) or ("", "")
    return key.startswith("new")


def is_mark(name: str) -> bool:
    """Tell whether an input is the box that takes a row out."""
    found = _CELL.fullmatch(name)
    return bool(found and found["column"] == GONE)


def is_cell(name: str) -> bool:
    return owner(name) != name


def meta(fields: Mapping[str, Field], name: str) -> Field | None:
    """Return what Zoho tells of an input's field, of a cell that of its column."""
    found = _CELL.fullmatch(name)
    if not found:
        return fields.get(name)
    rows = fields.get(found["field"])
    columns = rows.columns if rows else ()
    named = (each for each in columns if each.api_name == found["column"])
    return next(named, None)


def words_for(fields: Mapping[str, Field], name: str) -> str:
    """Return what to call an input that need not be there any more."""
    found, known = _CELL.fullmatch(name), meta(fields, name)
    label = known.label if known else ""
    if not found:
        return label or name.replace("_", " ")
    rows = fields.get(found["field"])
    whose = rows.label if rows else found["field"].replace("_", " ")
    if is_mark(name):
        return f"A row of {whose}"
    return f"{label or found['column'].replace('_', ' ')} in a row of {whose}"


def rows_of(field: Field, held: Any, given: Iterable[str]) -> list[Row]:
    """Return the rows of a field: those of Zoho, then as many new ones as came.

    `given` are the names of all inputs that came with a form, or that it starts with.
    """
    known = [
        Row(field, row_id, row)
        for row in shapes.rows(held)
        if (row_id := shapes.identifier(row.get("id")))
    ]
    return [*known, *(Row(field, f"new{n}", {}) for n in range(_new(field, given)))]


def _new(field: Field, given: Iterable[str]) -> int:
    cells = filter(None, map(_CELL.fullmatch, given))
    numbers = [
        int(cell["key"].removeprefix("new"))
        for cell in cells
        if cell["field"] == field.api_name and is_new(cell[0])
    ]
    return min(max(numbers, default=-1) + 1, MOST_NEW)


def with_row(data: Any, rows: Sequence[Row], field: Field) -> Any:
    """Return a form's data with one more new row, in which nothing is typed."""
    number = sum(row.is_new for row in rows)
    more = data.copy()
    more[Row(field, f"new{number}", {}).name_of(field.columns[0].api_name)] = ""
    return more


def typed(rows: Iterable[Row], cells: Mapping[str, Any], gone: set[str]) -> list[Any]:
    """Return what was done to rows, nothing of those that nobody touched.

    A row has what was typed, by column, with its `id` if Zoho has it, else what the
    form calls it; `is_gone` marks one that is to be taken out. `cells` are values as
    Zoho takes them, by input.
    """
    found: list[dict[str, Any]] = []
    for row in rows:
        if row.mark in gone:
            found += [] if row.is_new else [{"id": row.key, "is_gone": True}]
        elif changes := dict(_changes(row, cells)):
            found.append({"row" if row.is_new else "id": row.key, **changes})
    return found


def _changes(row: Row, cells: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for column in row.field.columns:
        name = row.name_of(column.api_name)
        held = row.held.get(column.api_name)
        if name not in cells or values.same(column, cells[name], held):
            continue
        is_kept = cells[name] is None and column.data_type in values.NEVER_CLEARED
        if not is_kept:
            yield column.api_name, cells[name]


def filled_in(field: Field, typed: Any) -> dict[str, Any]:
    """Return rows that were sent as the inputs of their form start with them."""
    found: dict[str, Any] = {}
    for each in shapes.rows(typed):
        key = shapes.identifier(each.get("id")) or shapes.text(each.get("row"))
        row = Row(field, key, {})
        if each.get("is_gone"):
            found[row.mark] = "on"
        for column in field.columns:
            if column.api_name in each:
                value = to_form(column, each[column.api_name])
                found[row.name_of(column.api_name)] = value
    return found
