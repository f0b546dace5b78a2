"""Insert, update and upsert records, with the answers Zoho gives for each.

https://www.zoho.com/crm/developer/docs/api/v8/upsert-records.html
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from zohoportal.sandbox.crm import tagging
from zohoportal.sandbox.crm.gate import admit_to_module, error_item, refuse
from zohoportal.sandbox.crm.organisations import Organisation
from zohoportal.sandbox.crm.records.batches import (
    Outcome,
    answered,
    details_of,
    joined,
    rows_of,
    success,
)
from zohoportal.sandbox.crm.records.checks import (
    INVALID_ID,
    USER_LOOKUPS,
    Draft,
    is_blank,
)
from zohoportal.sandbox.crm.records.rows import FILES, merged
from zohoportal.sandbox.crm.records.values import id_of
from zohoportal.sandbox.crm.settings.metadata import LINKS, Field, Module
from zohoportal.sandbox.crm.shapes import name_of, owner, user, when
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
            name: self._kept(field, draft.values[name], (draft.old or {}).get(name))
            for name, field in self.module.fields.items()
            # What Zoho does not know or keeps itself is dropped without a word.
            if name in draft.values and field.is_writable and draft.has_place_for(name)
        }
        if draft.layout and "Layout" in draft.values:
            known["Layout"] = {"name": draft.layout.name, "id": draft.layout.id}
        name = self.module.api_name
        if draft.old is None:
            record = self.world.add_crm_record(self.module, known)
            return record, f"created {name} {record['id']}"
        record = {**draft.old, **known, "Modified_Time": later(draft.old)}
        self.module.records.put(record)
        return record, f"updated {name} {record['id']}"

    def change(self, old: Row, values: Row, position: int) -> Outcome:
        """Change a record; return the item of the answer, and what happened."""
        draft = self.draft(values, position, old)
        if found := draft.problems(is_whole=False):
            return joined(found, self.version), None
        record, effect = self.stored(draft)
        return success(record, "updated"), effect

    def unknown(self, position: int) -> Row:
        """Return the item for a record that is not there."""
        return self._id_item("INVALID_DATA", INVALID_ID, position)

    def nameless(self, position: int) -> Row:
        """Return the item for a change that does not say of what."""
        return self._id_item(
            "MANDATORY_NOT_FOUND", "required field not found", position
        )

    def _id_item(self, code: str, message: str, position: int) -> Row:
        where = {"api_name": "id", "json_path": f"$.data[{position}].id"}
        return joined([error_item(code, message, where)], self.version)

    def _kept(self, field: Field, value: Any, old: Any) -> Any:
        if is_blank(field, value):
            return None
        if field.data_type in {"subform", *LINKS, *FILES}:
            make = self._file if field.data_type in FILES else self._row
            replaces = self.organisation.rows_replace
            given = [self._with_names(field, row) for row in value]
            return merged(old or [], given, make, replaces=replaces)
        if field.data_type == "lookup":
            return self._known(field.module, value)
        if field.data_type in USER_LOOKUPS:
            return owner()
        if field.data_type == "tag":
            names = [each["name"] for each in value]
            return tagging.known(self.world, self.organisation, self.module, names)
        if field.data_type == "bigint":
            return str(value)
        return value

    def _with_names(self, field: Field, given: Row) -> Row:
        """Return a row whose links have the names of what they lead to."""
        row = dict(given)
        if field.linked_by in row:
            target = field.module
            named = self._known(target, row[field.linked_by]) if target else owner()
            row[field.linked_by] = named
        elif field.data_type == "subform":
            for name, column in self.organisation.modules[field.module].fields.items():
                if column.data_type == "lookup" and row.get(name):
                    row[name] = self._known(column.module, row[name])
        return row

    def _known(self, module: str, value: Any) -> Row:
        target = self.organisation.modules[module]
        found = target.records.rows[id_of(value) or ""]
        return {"name": name_of(target, found), "id": found["id"]}

    def _file(self, given: Row) -> Row:
        file = self.organisation.files.rows[given["File_Id__s"]]
        return {
            "id": self.organisation.new_id(),
            "File_Id__s": file["id"],
            "File_Name__s": file["name"],
            "Size__s": file["size"],
            "Created_Time__s": crm_now(),
            "Created_By__s": user(),
        }

    def _row(self, given: Row) -> Row:
        return {"id": self.organisation.new_id(), "$editable": True, **given}


def later(old: Row) -> str:
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
        return json_answer({"data": [writer.unknown(0)]}, 400)
    since = when(request, "If-Unmodified-Since")
    if since and datetime.fromisoformat(old["Modified_Time"]) > since:
        message = "the record was modified after the time specified"
        item = error_item("ALREADY_MODIFIED", message, details_of(old))
        return json_answer({"data": [item]}, 412)
    return answered(rows, lambda row, at: writer.change(old, row, at), 200)


def update_many(request: Request, world: World) -> Answer:
    # https://www.zoho.com/crm/developer/docs/api/v8/update-records.html
    writer = _writer(request, world, "UPDATE")

    def write(values: Row, position: int) -> Outcome:
        record_id = id_of(values)
        if record_id is None:
            return writer.nameless(position), None
        old = writer.module.records.get(record_id)
        if old is None:
            return writer.unknown(position), None
        return writer.change(old, values, position)

    return answered(rows_of(request.json), write, 200)


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
