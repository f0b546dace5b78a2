"""Insert, update, upsert and delete records, with the answers Zoho gives for each.

https://www.zoho.com/crm/developer/docs/api/v8/upsert-records.html
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from zohoportal.sandbox.crm_checks import Draft, is_blank
from zohoportal.sandbox.crm_gate import admit_to_module, error_item, refuse
from zohoportal.sandbox.crm_metadata import Field, Layout, Module
from zohoportal.sandbox.crm_organisations import Organisation
from zohoportal.sandbox.crm_shapes import name_of, user, when
from zohoportal.sandbox.messages import Answer, Refusal, Request, json_answer
from zohoportal.sandbox.tables import Row
from zohoportal.sandbox.world import World, crm_now

MOST_RECORDS = 100
# The item of the answer, and what changed.
Outcome = tuple[Row, str | None]


@dataclass(frozen=True)
class Desk:
    """Where one request writes to."""

    world: World
    organisation: Organisation
    module: Module
    version: str

    def draft(self, values: Row, position: int, old: Row | None = None) -> Draft:
        layout = self._layout(values, position, old)
        return Draft(self.organisation, self.module, layout, values, position, old)

    def _layout(self, values: Row, position: int, old: Row | None) -> Layout:
        wish = values.get("Layout") or (old or {}).get("Layout")
        layout_id = wish.get("id") if isinstance(wish, dict) else None
        layout = self.module.layout(layout_id)
        if layout is None:
            where = {"api_name": "Layout", "json_path": f"$.data[{position}].Layout"}
            item = error_item("INVALID_DATA", "the id given seems to be invalid", where)
            raise Refusal(json_answer({"data": [item]}, 400))
        return layout

    def stored(self, draft: Draft) -> tuple[Row, str]:
        """Store a sound draft and return the record and what happened."""
        known = {
            name: self._kept(field, draft.values[name])
            for name, field in self.module.fields.items()
            # What Zoho does not know or keeps itself is dropped without a word.
            if name in draft.values and field.is_writable
        }
        if "Layout" in draft.values:
            known["Layout"] = {"name": draft.layout.name, "id": draft.layout.id}
        name = self.module.api_name
        if draft.old is None:
            record = self.world.add_crm_record(self.module, known)
            return record, f"created {name} {record['id']}"
        record = {**draft.old, **known, "Modified_Time": _later(draft.old)}
        self.module.records.put(record)
        return record, f"updated {name} {record['id']}"

    def _kept(self, field: Field, value: Any) -> Any:
        if is_blank(field, value):
            return None
        if field.data_type == "lookup":
            target = self.organisation.modules[field.module]
            found = target.records.rows[value["id"]]
            return {"name": name_of(target, found), "id": value["id"]}
        if field.data_type == "bigint":
            return str(value)
        return value


def _later(old: Row) -> str:
    """Return the time of a change: never the same as the one before."""
    before = datetime.fromisoformat(old["Modified_Time"])
    now = datetime.fromisoformat(crm_now())
    return max(now, before + timedelta(seconds=1)).isoformat()


def _desk(request: Request, world: World, operation: str) -> Desk:
    organisation, module = admit_to_module(request, world, operation)
    return Desk(world, organisation, module, request.found["version"])


def upsert(request: Request, world: World) -> Answer:
    # https://www.zoho.com/crm/developer/docs/api/v8/upsert-records.html
    desk = _desk(request, world, "CREATE")
    rows = rows_of(request.json)
    checks = _checks(request.json, desk.module)

    def write(values: Row, position: int) -> Outcome:
        field, old = _match(desk.module, values, checks)
        draft = desk.draft(values, position, old)
        if found := draft.problems(is_whole=True):
            return _joined(found, desk.version), None
        record, effect = desk.stored(draft)
        done = {
            "duplicate_field": field,
            "action": "update" if old else "insert",
        }
        return _success(record, "updated" if old else "added") | done, effect

    return _answer(rows, write, 200)


def insert(request: Request, world: World) -> Answer:
    # https://www.zoho.com/crm/developer/docs/api/v8/insert-records.html
    desk = _desk(request, world, "CREATE")

    def write(values: Row, position: int) -> Outcome:
        draft = desk.draft(values, position)
        if found := draft.problems(is_whole=True):
            return _joined(found, desk.version), None
        record, effect = desk.stored(draft)
        return _success(record, "added"), effect

    return _answer(rows_of(request.json), write, 201)


def update(request: Request, world: World) -> Answer:
    # https://www.zoho.com/crm/developer/docs/api/v8/update-records.html
    desk = _desk(request, world, "UPDATE")
    rows = rows_of(request.json)[:1]
    old = desk.module.records.get(request.found["id"])
    if old is None:
        where = {"api_name": "id", "json_path": "$.data[0].id"}
        item = error_item("INVALID_DATA", "the id given seems to be invalid", where)
        return json_answer({"data": [item]}, 400)
    since = when(request, "If-Unmodified-Since")
    if since and datetime.fromisoformat(old["Modified_Time"]) > since:
        message = "the record was modified after the time specified"
        item = error_item("ALREADY_MODIFIED", message, _details(old))
        return json_answer({"data": [item]}, 412)

    def write(values: Row, position: int) -> Outcome:
        draft = desk.draft(values, position, old)
        if found := draft.problems(is_whole=False):
            return _joined(found, desk.version), None
        record, effect = desk.stored(draft)
        return _success(record, "updated"), effect

    return _answer(rows, write, 200)


def delete(request: Request, world: World) -> Answer:
    # https://www.zoho.com/crm/developer/docs/api/v8/delete-records.html
    organisation, module = admit_to_module(request, world, "DELETE")
    record_id = request.found["id"]
    if module.records.get(record_id) is None:
        message = "the id given seems to be invalid"
        raise refuse(400, "INVALID_DATA", message, {"id": record_id})
    module.records.remove(record_id)
    for each in organisation.attachments.having("parent_id", record_id):
        organisation.attachments.remove(each["id"])
    item = {
        "code": "SUCCESS",
        "details": {"id": record_id},
        "message": "record deleted",
        "status": "success",
    }
    effect = f"deleted {module.api_name} {record_id}"
    return json_answer({"data": [item]}, effect=effect)


def rows_of(body: Any) -> list[Row]:
    """Return the records of a request.

    Raises:
        Refusal: There are none, too many, or something else.
    """
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


def _checks(body: Row, module: Module) -> list[str]:
    """Return the fields to look for duplicates by, the first match wins."""
    checks = body.get("duplicate_check_fields") or [module.check]
    if not isinstance(checks, list) or any(
        each not in [*module.fields] for each in checks
    ):
        where = "duplicate_check_fields"
        details = {"api_name": where, "json_path": f"$.{where}"}
        raise refuse(400, "INVALID_DATA", "invalid data", details)
    # The organisation's own unique fields count whatever was asked.
    return [*checks, *module.unique_fields]


def _match(
    module: Module, values: Row, checks: list[str]
) -> tuple[str | None, Row | None]:
    for check in checks:
        value = values.get(check)
        if value in (None, "") or isinstance(value, dict | list):
            continue
        if found := module.records.having(check, str(value)):
            return check, found[0]
    return None, None


def _joined(found: list[Row], version: str) -> Row:
    """Return one item for all that is wrong; older versions tell the first only."""
    if len(found) == 1 or version == "2":
        return found[0]
    told = [{name: each[name] for name in each if name != "status"} for each in found]
    message = "multiple or multi errors occurred"
    return error_item("MULTIPLE_OR_MULTI_ERRORS", message, {"errors": told})


def _answer(
    rows: list[Row], write: Callable[[Row, int], Outcome], success: int
) -> Answer:
    outcomes = [write(values, position) for position, values in enumerate(rows)]
    items = [item for item, _ in outcomes]
    effects = [effect for _, effect in outcomes if effect]
    failed = sum(item["status"] == "error" for item in items)
    status = success
    if failed:
        status = 400 if failed == len(items) else 207
    return json_answer({"data": items}, status, effect="; ".join(effects) or None)


def _details(record: Row) -> Row:
    return {
        "Modified_Time": record["Modified_Time"],
        "Modified_By": user(),
        "Created_Time": record["Created_Time"],
        "id": record["id"],
        "Created_By": user(),
    }


def _success(record: Row, happened: str) -> Row:
    return {
        "code": "SUCCESS",
        "details": _details(record),
        "message": f"record {happened}",
        "status": "success",
    }
