"""Delete records, and tell which were deleted.

https://www.zoho.com/crm/developer/docs/api/v8/delete-records.html
"""

from datetime import datetime

from zohoportal.sandbox.crm.gate import admit_to_module, error_item, refuse
from zohoportal.sandbox.crm.organisations import Organisation
from zohoportal.sandbox.crm.records.batches import (
    MOST_RECORDS,
    Outcome,
    answered,
    done,
)
from zohoportal.sandbox.crm.records.checks import INVALID_ID
from zohoportal.sandbox.crm.settings.metadata import Module
from zohoportal.sandbox.crm.shapes import name_of, page_of, paged, user, when
from zohoportal.sandbox.messages import Answer, Request, json_answer, not_modified
from zohoportal.sandbox.tables import Row
from zohoportal.sandbox.world import World, crm_now

# The bin empties itself after sixty days; nothing here is that old.
TYPES = {"all": True, "recycle": True, "permanent": False}


def delete(request: Request, world: World) -> Answer:
    organisation, module = admit_to_module(request, world, "DELETE")
    record_id = request.found["id"]
    if module.records.get(record_id) is None:
        raise refuse(400, "INVALID_DATA", INVALID_ID, {"id": record_id})
    item, effect = _removed(organisation, module, record_id)
    return json_answer({"data": [item]}, effect=effect)


def delete_many(request: Request, world: World) -> Answer:
    organisation, module = admit_to_module(request, world, "DELETE")

    def remove(row: Row, _position: int) -> Outcome:
        return _removed(organisation, module, row["id"])

    return answered([{"id": each} for each in ids_of(request)], remove, 200)


def ids_of(request: Request, missing: str = "REQUIRED_PARAM_MISSING") -> list[str]:
    """Return the ids in the address.

    Raises:
        Refusal: There are none, or too many.
    """
    ids = [each for each in request.query.get("ids", "").split(",") if each]
    if not ids:
        raise refuse(
            400,
            missing,
            "One of the expected parameter is missing",
            {"param_name": "ids"},
        )
    if len(ids) > MOST_RECORDS:
        details = {"param_name": "ids", "limit": MOST_RECORDS}
        raise refuse(400, "LIMIT_EXCEEDED", "ids limit exceeded", details)
    return ids


def _removed(organisation: Organisation, module: Module, record_id: str) -> Outcome:
    record = module.records.get(record_id)
    if record is None:
        return error_item("INVALID_DATA", INVALID_ID, {"id": record_id}), None
    module.records.remove(record_id)
    for hanging in (organisation.attachments, organisation.notes):
        for each in hanging.having("parent_id", record_id):
            hanging.remove(each["id"])
    organisation.deleted.put(
        {
            "id": record_id,
            "module": module.api_name,
            "display_name": name_of(module, record),
            "deleted_time": crm_now(),
        }
    )
    return done(record_id, "record deleted"), f"deleted {module.api_name} {record_id}"


def deleted(request: Request, world: World) -> Answer:
    # https://www.zoho.com/crm/developer/docs/api/v8/get-deleted-records.html
    organisation, module = admit_to_module(request, world, "READ")
    wanted = request.query.get("type", "all")
    if wanted not in TYPES:
        details = {"param_name": "type", "supported_values": [*TYPES]}
        raise refuse(400, "INVALID_DATA", "invalid data", details)
    rows = organisation.deleted.having("module", module.api_name)[::-1]
    if since := when(request, "If-Modified-Since"):
        rows = [
            row for row in rows if datetime.fromisoformat(row["deleted_time"]) > since
        ]
        if not rows:
            return not_modified()
    shown = [_shown(row) for row in rows if TYPES[wanted]]
    return paged(shown, *page_of(request))


def _shown(row: Row) -> Row:
    return {
        "id": row["id"],
        "display_name": row["display_name"] or None,
        "type": "recycle",
        "deleted_time": row["deleted_time"],
        "deleted_by": user(),
        "created_by": user(),
    }
