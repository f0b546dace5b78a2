"""Tags: those of a module, and what is done with them on records.

https://www.zoho.com/crm/developer/docs/api/v8/get-tag-list.html
"""

from typing import Any

from zohoportal.sandbox.crm import tagging
from zohoportal.sandbox.crm.gate import admit, admit_to_module, error_item, refuse
from zohoportal.sandbox.crm.organisations import Organisation
from zohoportal.sandbox.crm.records.batches import Outcome, answered, done, rows_of
from zohoportal.sandbox.crm.records.checks import INVALID_ID
from zohoportal.sandbox.crm.records.values import LONGEST_TAG, id_of
from zohoportal.sandbox.crm.settings.metadata import Module
from zohoportal.sandbox.crm.settings.reading import module_asked_for
from zohoportal.sandbox.crm.shapes import user
from zohoportal.sandbox.messages import Answer, Request, json_answer, no_content
from zohoportal.sandbox.tables import Row
from zohoportal.sandbox.world import World, crm_now

SCOPE = "ZohoCRM.settings.tags"
MOST_OF_MODULE = 200


def several(request: Request, world: World) -> Answer:
    organisation = admit(request, world, f"{SCOPE}.READ")
    module = module_asked_for(request, organisation)
    found = [_shown(each) for each in tagging.of_module(organisation, module)]
    if not found:
        return no_content()
    info = {"count": len(found), "allowed_count": MOST_OF_MODULE}
    return json_answer({"tags": found, "info": info})


def _shown(tag: Row) -> Row:
    known = {name: value for name, value in tag.items() if name != "module"}
    return {**known, "created_by": user(), "modified_by": user()}


def create(request: Request, world: World) -> Answer:
    # https://www.zoho.com/crm/developer/docs/api/v8/create-tag.html
    organisation = admit(request, world, f"{SCOPE}.CREATE")
    module = module_asked_for(request, organisation)

    def write(values: Row, position: int) -> Outcome:
        if found := _problem(organisation, module, values, position):
            return found, None
        colour = values.get("color_code")
        tag = tagging.add(world, organisation, module, values["name"], colour)
        return _done(tag, "created"), f"created tag {tag['id']}"

    return answered(rows_of(request.json, "tags"), write, 201, "tags")


def change(request: Request, world: World) -> Answer:
    # https://www.zoho.com/crm/developer/docs/api/v8/update-tag.html
    organisation = admit(request, world, f"{SCOPE}.UPDATE")
    module = module_asked_for(request, organisation)
    rows = rows_of(request.json, "tags")
    if own := request.found.get("id"):
        rows = [{**rows[0], "id": own}]

    def write(values: Row, position: int) -> Outcome:
        tag = organisation.tags.get(id_of(values) or "")
        if tag is None:
            where = _where("id", position)
            return error_item("INVALID_DATA", INVALID_ID, where), None
        if found := _problem(organisation, module, values, position, tag["id"]):
            return found, None
        colour = values.get("color_code") or tag["color_code"]
        new = {"name": values["name"], "color_code": colour, "modified_time": crm_now()}
        tag = {**tag, **new}
        organisation.tags.put(tag)
        tagging.replace(module, tag["id"], tag)
        return _done(tag, "updated"), f"changed tag {tag['id']}"

    return answered(rows, write, 200, "tags")


def _done(tag: Row, happened: str) -> Row:
    details = {
        "created_time": tag["created_time"],
        "modified_time": tag["modified_time"],
        "modified_by": user(),
        "created_by": user(),
        "color_code": tag["color_code"],
    }
    return done(tag["id"], f"tags {happened} successfully", **details)


def _problem(
    organisation: Organisation,
    module: Module,
    values: Row,
    position: int,
    own: str | None = None,
) -> Row | None:
    """Return what is wrong with a tag that is made or renamed."""
    name, where = values.get("name"), _where("name", position)
    if not isinstance(name, str) or not name:
        return error_item("MANDATORY_NOT_FOUND", "required field not found", where)
    if len(name) > LONGEST_TAG:
        details = {"maximum_length": LONGEST_TAG, **where}
        return error_item("INVALID_DATA", "invalid data", details)
    other = tagging.named(organisation, module, name)
    if other and other["id"] != own:
        details = {**where, "id": other["id"]}
        return error_item("DUPLICATE_DATA", "duplicate data", details)
    return None


def _where(name: str, position: int) -> Row:
    return {"api_name": name, "json_path": f"$.tags[{position}].{name}"}


def _tag(request: Request, organisation: Organisation) -> tuple[Row, Module]:
    tag = organisation.tags.get(request.found["id"])
    if tag is None:
        raise refuse(400, "INVALID_DATA", INVALID_ID, {"resource_path_index": 2})
    return tag, organisation.modules[tag["module"]]


def remove(request: Request, world: World) -> Answer:
    # https://www.zoho.com/crm/developer/docs/api/v8/delete-tag.html
    organisation = admit(request, world, f"{SCOPE}.DELETE")
    tag, module = _tag(request, organisation)
    organisation.tags.remove(tag["id"])
    tagging.replace(module, tag["id"], None)
    item = done(tag["id"], "tags deleted successfully")
    return json_answer({"tags": [item]}, effect=f"deleted tag {tag['id']}")


def merge(request: Request, world: World) -> Answer:
    """Put one tag in the place of others, which end."""
    # https://www.zoho.com/crm/developer/docs/api/v8/merge-tags.html
    organisation = admit(request, world, f"{SCOPE}.UPDATE")
    tag, module = _tag(request, organisation)

    def write(values: Row, position: int) -> Outcome:
        other = organisation.tags.get(id_of({"id": values.get("conflict_id")}) or "")
        if other is None or other["id"] == tag["id"]:
            where = _where("conflict_id", position)
            return error_item("INVALID_DATA", INVALID_ID, where), None
        organisation.tags.remove(other["id"])
        tagging.replace(module, other["id"], tag)
        return _done(tag, "merged"), f"merged tag {other['id']}"

    return answered(rows_of(request.json, "tags"), write, 200, "tags")


def count(request: Request, world: World) -> Answer:
    # https://www.zoho.com/crm/developer/docs/api/v8/get-record-count-for-tag.html
    organisation = admit(request, world, f"{SCOPE}.READ")
    tag, module = _tag(request, organisation)
    rows = module.records.rows.values()
    found = [row for row in rows if tag["id"] in _ids(row)]
    # A text: Zoho's own file says so.
    return json_answer({"count": str(len(found))})


def _ids(record: Row) -> list[str]:
    return [each["id"] for each in record.get("Tag") or []]


def add(request: Request, world: World) -> Answer:
    # https://www.zoho.com/crm/developer/docs/api/v8/add-tags.html
    organisation, module = admit_to_module(request, world, "UPDATE")
    names = [str(each.get("name") or "") for each in rows_of(request.json, "tags")]
    wanted = [name for name in names if name]
    is_anew = str(_said(request, "over_write")).casefold() == "true"

    def tagged(record: Row) -> list[Row]:
        kept = [] if is_anew else [each["name"] for each in record.get("Tag") or []]
        return tagging.known(world, organisation, module, [*kept, *wanted])

    return _on_records(request, module, tagged)


def take_away(request: Request, world: World) -> Answer:
    # https://www.zoho.com/crm/developer/docs/api/v8/remove-tags.html
    _, module = admit_to_module(request, world, "UPDATE")
    unwanted = {
        str(each[name]).casefold()
        for each in rows_of(request.json, "tags")
        for name in ("name", "id")
        if each.get(name)
    }

    def tagged(record: Row) -> list[Row]:
        return [
            each
            for each in record.get("Tag") or []
            if unwanted.isdisjoint({each["name"].casefold(), each["id"]})
        ]

    return _on_records(request, module, tagged)


def _said(request: Request, name: str) -> Any:
    """Return what the address says, or the body."""
    return request.query.get(name, request.json.get(name))


def _on_records(request: Request, module: Module, tagged: Any) -> Answer:
    def write(row: Row, _position: int) -> Outcome:
        own = id_of(row) or ""
        record = module.records.get(own)
        if record is None:
            return error_item("INVALID_DATA", INVALID_ID, {"id": own}), None
        tags = tagged(record)
        module.records.put({**record, "Tag": tags})
        item = done(own, "tags updated successfully", tags=tags)
        return item, f"tagged {module.api_name} {own}"

    own = request.found.get("id")
    ids = [own] if own else _ids_of(request)
    return answered([{"id": each} for each in ids], write, 200)


def _ids_of(request: Request) -> list[Any]:
    ids = _said(request, "ids")
    found = ids.split(",") if isinstance(ids, str) else ids
    if not isinstance(found, list) or not found:
        where = {"api_name": "ids", "json_path": "$.ids"}
        raise refuse(400, "MANDATORY_NOT_FOUND", "required field not found", where)
    return found
