"""Notes on records.

https://www.zoho.com/crm/developer/docs/api/v8/notes.html
"""

from typing import Any

from zohoportal.sandbox.crm.gate import admit, admit_to_module, error_item, refuse
from zohoportal.sandbox.crm.organisations import Organisation
from zohoportal.sandbox.crm.records.batches import (
    Outcome,
    answered,
    done,
    rows_of,
    success,
)
from zohoportal.sandbox.crm.records.checks import INVALID_ID
from zohoportal.sandbox.crm.records.reading import changed_since
from zohoportal.sandbox.crm.records.removals import ids_of
from zohoportal.sandbox.crm.records.values import id_of
from zohoportal.sandbox.crm.settings.metadata import Module
from zohoportal.sandbox.crm.shapes import (
    name_of,
    owner,
    page_of,
    paged,
    picked,
    required_fields_of,
    user,
    when,
)
from zohoportal.sandbox.messages import (
    Answer,
    Request,
    json_answer,
    no_content,
    not_modified,
)
from zohoportal.sandbox.tables import Row
from zohoportal.sandbox.world import World, crm_now

SCOPE = "ZohoCRM.modules.notes"
LENGTHS = {"Note_Title": 120, "Note_Content": 32_000}


def _shown(organisation: Organisation, note: Row) -> Row:
    module = organisation.modules[note["module"]]
    record = module.records.rows[note["parent_id"]]
    return {
        "id": note["id"],
        "Note_Title": note["Note_Title"],
        "Note_Content": note["Note_Content"],
        "Parent_Id": {
            "module": {"api_name": module.api_name, "id": module.id},
            "name": name_of(module, record),
            "id": record["id"],
        },
        "Owner": owner(),
        "Created_Time": note["Created_Time"],
        "Created_By": user(),
        "Modified_Time": note["Modified_Time"],
        "Modified_By": user(),
        "$attachments": [],
    }


def several(request: Request, world: World) -> Answer:
    # https://www.zoho.com/crm/developer/docs/api/v8/get-notes.html
    organisation = admit(request, world, f"{SCOPE}.READ")
    return listed(request, organisation, organisation.notes.newest_first())


def listed(request: Request, organisation: Organisation, rows: list[Row]) -> Answer:
    """Return a page of notes with the fields asked for."""
    fields = required_fields_of(request)
    if since := when(request, "If-Modified-Since"):
        rows = changed_since(since, rows)
        if not rows:
            return not_modified()
    shown = [picked(_shown(organisation, each), fields) for each in rows]
    return paged(shown, *page_of(request))


def one(request: Request, world: World) -> Answer:
    # https://www.zoho.com/crm/developer/docs/api/v8/get-notes.html
    organisation = admit(request, world, f"{SCOPE}.READ")
    note = organisation.notes.get(request.found["id"])
    if note is None:
        return no_content()
    fields = request.query.get("fields", "").split(",")
    return json_answer({"data": [picked(_shown(organisation, note), fields)]})


def create(request: Request, world: World) -> Answer:
    # https://www.zoho.com/crm/developer/docs/api/v8/create-notes.html
    organisation = admit(request, world, f"{SCOPE}.CREATE")

    def write(values: Row, position: int) -> Outcome:
        module, record = _parent(organisation, values.get("Parent_Id"))
        if module is None or record is None:
            where = _where("Parent_Id", position)
            return error_item("INVALID_DATA", INVALID_ID, where), None
        return _added(world, organisation, module, record, values, position)

    return answered(rows_of(request.json), write, 201)


def create_on_record(request: Request, world: World) -> Answer:
    # https://www.zoho.com/crm/developer/docs/api/v8/create-notes.html
    organisation, module = admit_to_module(request, world, "READ", f"{SCOPE}.CREATE")
    record = module.records.get(request.found["id"])
    if record is None:
        raise refuse(400, "INVALID_DATA", INVALID_ID, {"resource_path_index": 1})

    def write(values: Row, position: int) -> Outcome:
        return _added(world, organisation, module, record, values, position)

    return answered(rows_of(request.json), write, 201)


def _parent(organisation: Organisation, wish: Any) -> tuple[Module | None, Row | None]:
    """Return what a note is to hang on."""
    named = wish.get("module") if isinstance(wish, dict) else None
    name = named.get("api_name") if isinstance(named, dict) else None
    module = organisation.modules.get(str(name))
    return module, module.records.get(id_of(wish) or "") if module else None


def _added(
    world: World,
    organisation: Organisation,
    module: Module,
    record: Row,
    values: Row,
    position: int,
) -> Outcome:
    if found := _problem(values, position):
        return found, None
    now = crm_now()
    note = {
        "id": world.new_id(),
        "module": module.api_name,
        "parent_id": record["id"],
        **{name: values.get(name) for name in LENGTHS},
        "Created_Time": now,
        "Modified_Time": now,
    }
    organisation.notes.put(note)
    return success(note, "added"), f"noted {note['id']}"


def _problem(values: Row, position: int) -> Row | None:
    """Return what is wrong with a note that is made or changed."""
    if not any(values.get(name) for name in LENGTHS):
        expected = [_where(name, position) for name in LENGTHS]
        message = "expected field missing"
        return error_item(
            "EXPECTED_FIELD_MISSING", message, {"expected_fields": expected}
        )
    for name, length in LENGTHS.items():
        value = values.get(name) or ""
        if not isinstance(value, str):
            details = {"expected_data_type": "text", **_where(name, position)}
            return error_item("INVALID_DATA", "invalid data", details)
        if len(value) > length:
            details = {"maximum_length": length, **_where(name, position)}
            return error_item("INVALID_DATA", "invalid data", details)
    return None


def _where(name: str, position: int) -> Row:
    return {"api_name": name, "json_path": f"$.data[{position}].{name}"}


def change(request: Request, world: World) -> Answer:
    # https://www.zoho.com/crm/developer/docs/api/v8/update-notes.html
    organisation = admit(request, world, f"{SCOPE}.UPDATE")
    rows = rows_of(request.json)
    if own := request.found.get("id"):
        rows = [{**rows[0], "id": own}]

    def write(values: Row, position: int) -> Outcome:
        return _changed(organisation, values, position)

    return answered(rows, write, 200)


def _changed(organisation: Organisation, values: Row, position: int) -> Outcome:
    note = organisation.notes.get(id_of(values) or "")
    if note is None:
        where = _where("id", position)
        return error_item("INVALID_DATA", INVALID_ID, where), None
    sent = {name: values[name] for name in LENGTHS if name in values}
    if found := _problem(sent, position):
        return found, None
    changed = {**note, **sent, "Modified_Time": crm_now()}
    organisation.notes.put(changed)
    return success(changed, "updated"), f"changed note {note['id']}"


def remove(request: Request, world: World) -> Answer:
    # https://www.zoho.com/crm/developer/docs/api/v8/delete-notes.html
    organisation = admit(request, world, f"{SCOPE}.DELETE")
    own = request.found.get("id")

    def write(row: Row, _position: int) -> Outcome:
        if organisation.notes.get(row["id"]) is None:
            return error_item("INVALID_DATA", INVALID_ID, {"id": row["id"]}), None
        organisation.notes.remove(row["id"])
        return done(row["id"], "record deleted"), f"deleted note {row['id']}"

    wanted = [own] if own else ids_of(request)
    return answered([{"id": each} for each in wanted], write, 200)
