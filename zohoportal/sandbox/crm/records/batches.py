"""Requests that write records: what they bring, and Zoho's answer item by item.

https://www.zoho.com/crm/developer/docs/api/v8/upsert-records.html
"""

from collections.abc import Callable
from typing import Any

from zohoportal.sandbox.crm.gate import error_item, refuse
from zohoportal.sandbox.crm.shapes import user
from zohoportal.sandbox.messages import Answer, json_answer
from zohoportal.sandbox.tables import Row

MOST_RECORDS = 100
# The item of the answer, and what changed.
Outcome = tuple[Row, str | None]


def rows_of(body: Any, name: str = "data") -> list[Row]:
    """Return the records of a request, or what else stands in this list.

    Raises:
        Refusal: There are none, too many, or something else.
    """
    if not isinstance(body, dict):
        details = {"expected_data_type": "jsonobject"}
        raise refuse(400, "INVALID_DATA", "body is invalid", details)
    where: dict[str, Any] = {"api_name": name, "json_path": f"$.{name}"}
    if name not in body:
        raise refuse(400, "MANDATORY_NOT_FOUND", "required field not found", where)
    rows = body[name]
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        details = where | {"expected_data_type": "jsonarray"}
        raise refuse(400, "INVALID_DATA", "invalid data", details)
    if not rows:
        details = where | {"minimum_length": 1}
        raise refuse(400, "INVALID_DATA", "invalid data", details)
    if len(rows) > MOST_RECORDS:
        details = where | {"limit": MOST_RECORDS}
        raise refuse(400, "LIMIT_EXCEEDED", "records limit exceeded", details)
    return rows


def joined(found: list[Row], version: str) -> Row:
    """Return one item for all that is wrong; v2 tells the first, without its path."""
    if version == "2":
        return found[0] | {"details": _without_path(found[0]["details"])}
    if len(found) == 1:
        return found[0]
    told = [{name: each[name] for name in each if name != "status"} for each in found]
    message = "multiple or multi errors occurred"
    return error_item("MULTIPLE_OR_MULTI_ERRORS", message, {"errors": told})


def _without_path(details: Row) -> Row:
    return {
        name: _without_path(value) if isinstance(value, dict) else value
        for name, value in details.items()
        if name != "json_path"
    }


def answered(
    rows: list[Row],
    write: Callable[[Row, int], Outcome],
    all_good: int,
    name: str = "data",
) -> Answer:
    """Write all, and answer with an item for each."""
    outcomes = [write(values, position) for position, values in enumerate(rows)]
    items = [item for item, _ in outcomes]
    effects = [effect for _, effect in outcomes if effect]
    failed = sum(item["status"] == "error" for item in items)
    status = all_good
    if failed:
        status = 400 if failed == len(items) else 207
    return json_answer({name: items}, status, effect="; ".join(effects) or None)


def details_of(record: Row) -> Row:
    return {
        "Modified_Time": record["Modified_Time"],
        "Modified_By": user(),
        "Created_Time": record["Created_Time"],
        "id": record["id"],
        "Created_By": user(),
    }


def success(record: Row, happened: str) -> Row:
    return {
        "code": "SUCCESS",
        "details": details_of(record),
        "message": f"record {happened}",
        "status": "success",
    }


def done(own_id: str, message: str, **details: Any) -> Row:
    """Return the item for what needs no more than its id."""
    return {
        "code": "SUCCESS",
        "details": {"id": own_id, **details},
        "message": message,
        "status": "success",
    }
