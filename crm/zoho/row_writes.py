"""Rows of a field on their way to Zoho: the touched ones are sent, the others named.

Zoho adds rows without an id to those that are there. A row that is there and not named
stays today, and went in earlier versions: so each is named by its id.
https://www.zoho.com/crm/developer/docs/api/v8/update-subforms.html
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from connections.zoho import shapes
from connections.zoho.errors import FieldProblem, Rejected
from crm.payloads import WithValues
from crm.schema.metadata import Field
from crm.zoho import values

# What says which row it is, and what was done to it.
OURS = {"id", "row", "is_gone"}
Rows = Sequence[Mapping[str, Any]]
# Reads values whatever their type: what came back is what was sent.
ANY = Field("", "", "datetime")


def placed(
    payload: WithValues,
    record: Mapping[str, Any],
    held: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Return a record to be written, with rows as Zoho takes them.

    `held` is the record as Zoho has it.
    """
    found = dict(record)
    for name in payload.rows:
        if name in record:
            there = shapes.rows((held or {}).get(name))
            found[name] = _body(there, shapes.rows(record[name]))
    return found


def _body(held: Rows, typed: Rows) -> list[dict[str, Any]]:
    touched = {row["id"]: row for row in typed if "id" in row}
    body: list[dict[str, Any]] = []
    for row_id in _ids(held):
        row = touched.get(row_id) or {}
        change = {"_delete": None} if "is_gone" in row else _cells(row)
        body.append({"id": row_id} | change)
    return [*body, *map(_cells, new(typed))]


def _cells(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: values.sent(value) for name, value in row.items() if name not in OURS}


def _ids(rows: Rows) -> list[str]:
    return list(filter(None, (shapes.identifier(row.get("id")) for row in rows)))


def new(typed: Any) -> Rows:
    """Return the rows that Zoho did not have when they were typed."""
    return [row for row in shapes.rows(typed) if "id" not in row]


def has(typed: Any, known: Any, now: Any) -> bool:
    """Tell whether Zoho's rows are as they were typed.

    `known` are the rows that are surely none of the new ones.
    """
    rows = shapes.rows(typed)
    there = {shapes.identifier(row.get("id")): row for row in shapes.rows(now)}
    old = set(_ids(shapes.rows(known)))
    free = [row for row_id, row in there.items() if row_id not in old]
    for row in rows:
        if "id" not in row:
            continue
        now_there, is_gone = there.get(row["id"]), "is_gone" in row
        if (now_there is None) != is_gone:
            return False
        if now_there is not None and not _fits(row, now_there):
            return False
    # A new row is known by its values alone: the more there are, the fewer fit.
    for added in sorted(new(rows), key=len, reverse=True):
        fitting = next((each for each in free if _fits(added, each)), None)
        if fitting is None:
            return False
        free.remove(fitting)
    return True


def _fits(row: Mapping[str, Any], found: Mapping[str, Any]) -> bool:
    cells = _cells(row).items()
    return all(values.same(ANY, value, found.get(name)) for name, value in cells)


def lacks(typed: Any, now: Any) -> bool:
    """Tell whether a row that was edited, not taken out, is not there any more."""
    edited = {
        row["id"] for row in shapes.rows(typed) if "id" in row and "is_gone" not in row
    }
    return not edited <= set(_ids(shapes.rows(now)))


def is_as_known(typed: Any, known: Any, now: Any) -> bool:
    """Tell whether nobody else changed what was touched, nor added a row beside ours.

    `known` are the rows as they were when somebody looked.
    """
    before = {shapes.identifier(row.get("id")): row for row in shapes.rows(known)}
    there = {shapes.identifier(row.get("id")): row for row in shapes.rows(now)}
    rows = shapes.rows(typed)
    # What came meanwhile may be our own row, whose answer was lost.
    is_grown = bool(new(rows)) and bool(there.keys() - before.keys())
    return not is_grown and all(
        _is_kept(row, before.get(row["id"]), there.get(row["id"]))
        for row in rows
        if "id" in row
    )


def _is_kept(
    row: Mapping[str, Any],
    before: Mapping[str, Any] | None,
    now: Mapping[str, Any] | None,
) -> bool:
    if "is_gone" in row:
        return now is None or values.same(ANY, [before], [now])
    if before is None or now is None:
        return False
    return all(
        values.same(ANY, now.get(name), before.get(name))
        or values.same(ANY, now.get(name), value)
        for name, value in _cells(row).items()
    )


def applied(known: Any, typed: Any) -> list[Mapping[str, Any]]:
    """Return rows as a change of our own left them, but for those that it added."""
    touched = {row["id"]: row for row in shapes.rows(typed) if "id" in row}
    rows = [(row, touched.get(str(row.get("id")), {})) for row in shapes.rows(known)]
    return [row | _cells(ours) for row, ours in rows if "is_gone" not in ours]


@contextmanager
def told_by_cell(payload: WithValues, record: Mapping[str, Any]) -> Iterator[None]:
    """Say of which input an objection to a row is: Zoho counts the rows it was sent."""
    try:
        yield
    except Rejected as error:
        error.fields = tuple(_by_cell(each, payload, record) for each in error.fields)
        raise


def _by_cell(
    problem: FieldProblem, payload: WithValues, record: Mapping[str, Any]
) -> FieldProblem:
    added = [row.get("row") for row in new(payload.values.get(problem.field))]
    sent = shapes.rows(record.get(problem.field))
    keys = [*filter(None, (row.get("id") for row in sent)), *added]
    if not (problem.column and 0 < problem.row <= len(keys)):
        return problem
    key = keys[problem.row - 1]
    return replace(problem, place=f"{problem.field}-{key}-{problem.column}")
