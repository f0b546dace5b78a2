"""Insert or update CRM records, with the answers Zoho gives for each.

https://www.zoho.com/crm/developer/docs/api/v8/upsert-records.html
"""

import re
from dataclasses import dataclass
from typing import Any

from zohoportal.sandbox import samples
from zohoportal.sandbox.crm_gate import admit_to_module, error_item, refuse
from zohoportal.sandbox.messages import Answer, Request, json_answer
from zohoportal.sandbox.tables import Row
from zohoportal.sandbox.world import World, crm_now

MOST_RECORDS = 100
EMAIL = re.compile(r"[\w+\-][\w!#$%&'*+\-/=?^`{|}~.]*@(?:[\w-]+\.)+\w{2,22}")


@dataclass(frozen=True)
class Field:
    longest: int = 255
    is_mandatory: bool = False
    is_email: bool = False


PERSON = {
    "First_Name": Field(40),
    "Last_Name": Field(80, is_mandatory=True),
    "Email": Field(100, is_email=True),
    "Phone": Field(30),
    "Mobile": Field(30),
    "Title": Field(100),
    "Lead_Source": Field(120),
    "Description": Field(32_000),
}
FIELDS = {
    "Contacts": PERSON
    | {
        "Department": Field(50),
        "Mailing_Street": Field(250),
        "Mailing_City": Field(100),
        "Mailing_State": Field(100),
        "Mailing_Zip": Field(30),
        "Mailing_Country": Field(100),
    },
    "Leads": PERSON | {"Company": Field(200, is_mandatory=True)},
    "Accounts": {
        "Account_Name": Field(200, is_mandatory=True),
        "Phone": Field(30),
        "Website": Field(450),
        "Description": Field(32_000),
    },
    "Deals": {
        "Deal_Name": Field(120, is_mandatory=True),
        "Stage": Field(120),
        "Description": Field(32_000),
    },
}
# The field Zoho itself looks for duplicates by.
SYSTEM_CHECKS = {
    "Contacts": "Email",
    "Leads": "Email",
    "Accounts": "Account_Name",
    "Deals": "Deal_Name",
}


def upsert(request: Request, world: World) -> Answer:
    module = admit_to_module(request, world, "CREATE")
    rows = _rows(request.json)
    checks = _checks(request.json, module)
    items = []
    effects = []
    for position, values in enumerate(rows):
        item = _problem(module, values, position)
        if item is None:
            item, effect = _store(world, module, values, checks)
            effects.append(effect)
        items.append(item)
    return json_answer(
        {"data": items}, _status(items), effect="; ".join(effects) or None
    )


def _rows(body: Any) -> list[Row]:
    if not isinstance(body, dict):
        details = {"expected_data_type": "jsonobject"}
        raise refuse(400, "INVALID_DATA", "body is invalid", details)
    where: dict[str, Any] = {"api_name": "data", "json_path": "$.data"}
    if "data" not in body:
        raise refuse(400, "MANDATORY_NOT_FOUND", "required field not found", where)
    rows = body["data"]
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


def _checks(body: Row, module: str) -> list[str]:
    """Return the fields to look for duplicates by, the first match wins."""
    checks = body.get("duplicate_check_fields") or [SYSTEM_CHECKS[module]]
    if not isinstance(checks, list) or any(
        each not in [*FIELDS[module]] for each in checks
    ):
        where = "duplicate_check_fields"
        details = {"api_name": where, "json_path": f"$.{where}"}
        raise refuse(400, "INVALID_DATA", "invalid data", details)
    return checks


def _status(items: list[Row]) -> int:
    """Return 200, 207 when some records failed, 400 when all did."""
    failed = sum(item["status"] == "error" for item in items)
    if not failed:
        return 200
    return 400 if failed == len(items) else 207


def _problem(module: str, values: Row, position: int) -> Row | None:
    """Return the error item for a record that cannot be stored."""
    for name, field in FIELDS[module].items():
        where = {"api_name": name, "json_path": f"$.data[{position}].{name}"}
        value = values.get(name)
        if value is None or value == "":
            if field.is_mandatory:
                return error_item(
                    "MANDATORY_NOT_FOUND", "required field not found", where
                )
        elif mistake := _mistake(field, value):
            return error_item("INVALID_DATA", "invalid data", mistake | where)
    return None


def _mistake(field: Field, value: Any) -> dict[str, Any]:
    if not isinstance(value, str):
        return {"expected_data_type": "email" if field.is_email else "text"}
    if len(value) > field.longest:
        return {"maximum_length": field.longest}
    if field.is_email and not EMAIL.fullmatch(value):
        return {"expected_data_type": "email"}
    return {}


def _store(
    world: World, module: str, values: Row, checks: list[str]
) -> tuple[Row, str]:
    # Fields Zoho does not know are dropped without a word.
    known = {
        name: value or None for name, value in values.items() if name in FIELDS[module]
    }
    table = world.tables[module]
    for check in checks:
        value = known.get(check)
        if value and (found := table.having(check, value)):
            record = {**found[0], **known, "Modified_Time": crm_now()}
            table.put(record)
            effect = f"updated {module} {record['id']}"
            return _success(record, "update", check), effect
    record = world.add_crm_record(module, known)
    return _success(record, "insert", None), f"created {module} {record['id']}"


def _success(record: Row, action: str, duplicate_field: str | None) -> Row:
    user = {"name": samples.USER["full_name"], "id": samples.USER_ID}
    details = {
        "Modified_Time": record["Modified_Time"],
        "Modified_By": user,
        "Created_Time": record["Created_Time"],
        "id": record["id"],
        "Created_By": user,
    }
    return {
        "code": "SUCCESS",
        "duplicate_field": duplicate_field,
        "action": action,
        "details": details,
        "message": f"record {'updated' if action == 'update' else 'added'}",
        "status": "success",
    }
