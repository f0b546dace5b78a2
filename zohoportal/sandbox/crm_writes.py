"""Insert, update, upsert and delete records, with the answers Zoho gives for each.

https://www.zoho.com/crm/developer/docs/api/v8/upsert-records.html
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from zohoportal.sandbox.crm_batches import (
    Outcome,
    answered,
    details_of,
    joined,
    rows_of,
    success,
)
from zohoportal.sandbox.crm_checks import INVALID_ID, Draft, is_blank
from zohoportal.sandbox.crm_gate import admit_to_module, error_item, refuse
from zohoportal.sandbox.crm_metadata import Field, Module
from zohoportal.sandbox.crm_organisations import Organisation
from zohoportal.sandbox.crm_shapes import name_of, when
from zohoportal.sandbox.messages import Answer, Request, json_answer
from zohoportal.sandbox.tables import Row
from zohoportal.sandbox.world import World, crm_now


@dataclass(frozen=True)
class Writer:
    """What one request writes to."""

    world: World
    organisation: Organisation
    module: Module
    version: str

    def draft(self, values: Row, position: int, old: Row | None = None) -> Draft:
        return Draft(self.organisation, self.module, values, position, old)

    def stored(self, draft: Draft) -> tuple[Row, str]:
        """Store a sound draft and return the record and what happened."""
        known = {
            name: self._kept(field, draft.values[name])
            for name, field in self.module.fields.items()
            # What Zoho does not know or keeps itself is dropped without a word.
            if name in draft.values and field.is_writable
        }
        if draft.layout and "Layout" in draft.values:
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


def _writer(request: Request, world: World, operation: str) -> Writer:
    organisation, module = admit_to_module(request, world, operation)
    return Writer(world, organisation, module, request.found["version"])


def upsert(request: Request, world: World) -> Answer:
    # https://www.zoho.com/crm/developer/docs/api/v8/upsert-records.html
    writer = _writer(request, world, "CREATE")
    rows = rows_of(request.json)
    checks = _checks(request.json, writer.module)

    def write(values: Row, position: int) -> Outcome:
        field, old = _match(writer.module, values, checks)
        draft = writer.draft(values, position, old)
        if found := draft.problems(is_whole=True):
            return joined(found, writer.version), None
        record, effect = writer.stored(draft)
        done = {
            "duplicate_field": field,
            "action": "update" if old else "insert",
        }
        return success(record, "updated" if old else "added") | done, effect

    return answered(rows, write, 200)


def insert(request: Request, world: World) -> Answer:
    # https://www.zoho.com/crm/developer/docs/api/v8/insert-records.html
    writer = _writer(request, world, "CREATE")

    def write(values: Row, position: int) -> Outcome:
        draft = writer.draft(values, position)
        if found := draft.problems(is_whole=True):
            return joined(found, writer.version), None
        record, effect = writer.stored(draft)
        return success(record, "added"), effect

    return answered(rows_of(request.json), write, 201)


def update(request: Request, world: World) -> Answer:
    # https://www.zoho.com/crm/developer/docs/api/v8/update-records.html
    writer = _writer(request, world, "UPDATE")
    rows = rows_of(request.json)[:1]
    old = writer.module.records.get(request.found["id"])
    if old is None:
        where = {"api_name": "id", "json_path": "$.data[0].id"}
        item = joined([error_item("INVALID_DATA", INVALID_ID, where)], writer.version)
        return json_answer({"data": [item]}, 400)
    since = when(request, "If-Unmodified-Since")
    if since and datetime.fromisoformat(old["Modified_Time"]) > since:
        message = "the record was modified after the time specified"
        item = error_item("ALREADY_MODIFIED", message, details_of(old))
        return json_answer({"data": [item]}, 412)

    def write(values: Row, position: int) -> Outcome:
        draft = writer.draft(values, position, old)
        if found := draft.problems(is_whole=False):
            return joined(found, writer.version), None
        record, effect = writer.stored(draft)
        return success(record, "updated"), effect

    return answered(rows, write, 200)


def delete(request: Request, world: World) -> Answer:
    # https://www.zoho.com/crm/developer/docs/api/v8/delete-records.html
    organisation, module = admit_to_module(request, world, "DELETE")
    record_id = request.found["id"]
    if module.records.get(record_id) is None:
        message = INVALID_ID
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
