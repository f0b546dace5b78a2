"""Records as the CRM shows them, and what reading requests say about that."""

import re
from datetime import datetime

from zohoportal.sandbox import samples
from zohoportal.sandbox.crm.gate import refuse
from zohoportal.sandbox.crm.settings.metadata import Module
from zohoportal.sandbox.messages import Answer, Request, json_answer, no_content
from zohoportal.sandbox.tables import Row

MOST_FIELDS = 50
MOST_PER_PAGE = 200
# What a field has where nobody gave it a value; nothing at all for most.
UNSET: Row = {"boolean": False, "multiselectpicklist": [], "tag": []}
# What Zoho adds to a record for its own pages.
SYSTEM: Row = {
    "$approval": dict.fromkeys(
        ("delegate", "takeover", "approve", "reject", "resubmit"), False
    ),
    "$approval_state": "approved",
    "$currency_symbol": "£",
    "$editable": True,
    "$field_states": None,
    "$followed": False,
    "$in_merge": False,
    "$locked_for_me": False,
    "$orchestration": False,
    "$pathfinder": False,
    "$process_flow": False,
    "$review": None,
    "$sharing_permission": "full_access",
    "$state": "save",
}
NUMBER = re.compile(r"[1-9][0-9]{0,8}")


def user() -> Row:
    return {"name": samples.USER["full_name"], "id": samples.USER_ID}


def owner() -> Row:
    return {**user(), "email": samples.USER["email"]}


def shown(module: Module, record: Row) -> Row:
    """Return a whole record, with what Zoho knows about every one of them."""
    unset = {name: UNSET.get(field.data_type) for name, field in module.fields.items()}
    layout = module.layouts[0]
    known: Row = {
        "Owner": owner(),
        "Created_By": user(),
        "Modified_By": user(),
        "Layout": {"name": layout.name, "id": layout.id},
    }
    if "Full_Name" in module.fields:
        known["Full_Name"] = name_of(module, record)
    # A value nobody sent is Zoho's own.
    sent = {name: value for name, value in record.items() if value is not None}
    return {"id": record["id"], **unset, **known, **SYSTEM, **sent}


def chosen(module: Module, record: Row, fields: list[str]) -> Row:
    """Return a record with the fields asked for; none means all."""
    return picked(shown(module, record), fields)


def picked(row: Row, fields: list[str]) -> Row:
    """Return these of a row's values; no names mean all."""
    if not any(fields):
        return row
    return {name: row[name] for name in ["id", *fields] if name in row}


def name_of(module: Module, record: Row) -> str:
    if module.name_field != "Full_Name":
        return str(record.get(module.name_field) or "")
    person = [record.get("First_Name"), record.get("Last_Name")]
    return " ".join(name for name in person if name)


def fields_of(request: Request) -> list[str]:
    """Return the fields asked for.

    Raises:
        Refusal: Too many.
    """
    fields = [name for name in request.query.get("fields", "").split(",") if name]
    if len(fields) > MOST_FIELDS:
        raise refuse(
            400,
            "LIMIT_EXCEEDED",
            "fields limit exceeded",
            {"param_name": "fields", "limit": MOST_FIELDS},
        )
    return fields


def required_fields_of(request: Request) -> list[str]:
    """Return the fields asked for; only v2 shows all when none are.

    Raises:
        Refusal: Too many, or none.
    """
    fields = fields_of(request)
    if not fields and request.found["version"] != "2":
        raise refuse(
            400,
            "REQUIRED_PARAM_MISSING",
            "One of the expected parameter is missing",
            {"param_name": "fields"},
        )
    return fields


def page_of(request: Request) -> tuple[int, int]:
    """Return the page asked for and its size.

    Raises:
        Refusal: One of them is no number, or the size is too big.
    """
    per_page = _number(request, "per_page", MOST_PER_PAGE)
    page = _number(request, "page", 1)
    if per_page > MOST_PER_PAGE:
        raise refuse(
            400,
            "INVALID_DATA",
            "invalid data",
            {"param_name": "per_page", "maximum_length": MOST_PER_PAGE},
        )
    return page, per_page


def paged(rows: list[Row], page: int, per_page: int, name: str = "data") -> Answer:
    """Return one page of what was asked for, or Zoho's answer for none."""
    start = (page - 1) * per_page
    found = rows[start : start + per_page]
    if not found:
        return no_content()
    info = {
        "per_page": per_page,
        "count": len(found),
        "page": page,
        "more_records": len(rows) > start + per_page,
    }
    return json_answer({name: found, "info": info})


def _number(request: Request, name: str, otherwise: int) -> int:
    text = request.query.get(name, str(otherwise))
    if not NUMBER.fullmatch(text):
        raise wrong_parameter(name, "integer")
    return int(text)


def when(request: Request, header: str) -> datetime | None:
    """Return the time a header names.

    Raises:
        Refusal: It is no time with an offset.
    """
    text = request.headers.get(header)
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise wrong_parameter(header, "datetime")
    return moment


def wrong_parameter(name: str, expected: str) -> Exception:
    return refuse(
        400,
        "INVALID_DATA",
        "invalid data",
        {"param_name": name, "expected_data_type": expected},
    )
