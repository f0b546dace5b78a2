"""Files attached to records: upload, list, download, delete.

https://www.zoho.com/crm/developer/docs/api/v8/upload-attachment.html
"""

import base64
from mimetypes import guess_type
from urllib.parse import quote

from zohoportal.sandbox.crm.gate import admit_to_module, error_item, refuse
from zohoportal.sandbox.crm.organisations import Organisation
from zohoportal.sandbox.crm.records.batches import Outcome, answered, done
from zohoportal.sandbox.crm.records.removals import ids_of
from zohoportal.sandbox.crm.settings.metadata import Module
from zohoportal.sandbox.crm.shapes import (
    fields_of,
    name_of,
    owner,
    page_of,
    picked,
    required_fields_of,
    user,
)
from zohoportal.sandbox.messages import Answer, Request, json_answer, no_content
from zohoportal.sandbox.multipart import parts_of
from zohoportal.sandbox.tables import Row
from zohoportal.sandbox.world import World, crm_now

LONGEST_LINK = 3_000


def _admit(
    request: Request, world: World, operation: str
) -> tuple[Organisation, Module, Row]:
    """Let the request pass and return the record it is about."""
    scope = f"ZohoCRM.modules.attachments.{operation}"
    organisation, module = admit_to_module(request, world, "READ", scope)
    record = module.records.get(request.found["id"])
    if record is None:
        message = "the id given seems to be invalid"
        raise refuse(400, "INVALID_DATA", message, {"resource_path_index": 1})
    return organisation, module, record


def upload(request: Request, world: World) -> Answer:
    # https://www.zoho.com/crm/developer/docs/api/v8/upload-attachment.html
    organisation, module, record = _admit(request, world, "CREATE")
    content = _content(request, world.settings["crm_attachment_limit"])
    now = crm_now()
    row = {
        "id": world.new_id(),
        "module": module.api_name,
        "parent_id": record["id"],
        "Created_Time": now,
        "Modified_Time": now,
        **content,
    }
    organisation.attachments.put(row)
    details = {
        "id": row["id"],
        "Created_Time": now,
        "Created_By": user(),
        "Modified_Time": now,
        "Modified_By": user(),
    }
    effect = f"attached {row['id']} to {module.api_name} {record['id']}"
    return _done(details, "attachment uploaded successfully", effect)


def _content(request: Request, most: int) -> Row:
    """Return the file or the link a request brings."""
    # Zoho's own SDKs send a link in the address.
    if "attachmentUrl" in request.query:
        return _link(request)
    try:
        parts = parts_of(request.headers, request.body)
    except ValueError as error:
        raise refuse(400, "INVALID_DATA", "invalid data provided") from error
    file = parts.get("file")
    if file and file.filename:
        if len(file.data) > most:
            raise refuse(413, "BODY_SIZE_REACHED", "The request body limit reached")
        return {
            "File_Name": file.filename,
            "Size": str(len(file.data)),
            "content": base64.b64encode(file.data).decode(),
            "link": None,
        }
    return _link(request)


def _link(request: Request) -> Row:
    link = request.parameters.get("attachmentUrl", "")
    if not 0 < len(link) <= LONGEST_LINK:
        raise refuse(
            400,
            "REQUIRED_PARAM_MISSING",
            "One of the expected parameter is missing",
            {"param_name": "file"},
        )
    name = request.parameters.get("title", link)
    return {"File_Name": name, "Size": "0", "content": "", "link": link}


def several(request: Request, world: World) -> Answer:
    # https://www.zoho.com/crm/developer/docs/api/v8/get-attachments.html
    organisation, module, record = _admit(request, world, "READ")
    wants_fields = world.settings["crm_attachments_want_fields"]
    fields = required_fields_of(request) if wants_fields else fields_of(request)
    page, per_page = page_of(request)
    rows = organisation.attachments.having("parent_id", record["id"])[::-1]
    start = (page - 1) * per_page
    found = rows[start : start + per_page]
    if not found:
        return no_content()
    info = {
        "per_page": per_page,
        "count": len(found),
        "page": page,
        "more_records": len(rows) > start + per_page,
        "next_page_token": None,
        "previous_page_token": None,
        "page_token_expiry": None,
    }
    data = [picked(_shown(each, module, record), fields) for each in found]
    return json_answer({"data": data, "info": info})


def _shown(row: Row, module: Module, record: Row) -> Row:
    return {
        "id": row["id"],
        "File_Name": row["File_Name"],
        "Size": row["Size"],
        "Created_Time": row["Created_Time"],
        "Created_By": owner(),
        "Modified_Time": row["Modified_Time"],
        "Modified_By": owner(),
        "Owner": owner(),
        "Parent_Id": {"id": record["id"], "name": name_of(module, record)},
        "$field_states": None,
        "$editable": True,
        "$file_id": None if row["link"] else row["id"],
        "$type": "Link URL" if row["link"] else "File",
        "$se_module": module.api_name,
        "$state": "save",
        "$link_url": row["link"],
        "$sharing_permission": "full_access",
    }


def _attachment(
    request: Request, organisation: Organisation, record: Row
) -> Row | None:
    row = organisation.attachments.get(request.found["attachment"])
    return row if row and row["parent_id"] == record["id"] else None


def download(request: Request, world: World) -> Answer:
    # https://www.zoho.com/crm/developer/docs/api/v8/download-attachments.html
    organisation, _, record = _admit(request, world, "READ")
    row = _attachment(request, organisation, record)
    if row is None:
        return no_content()
    if row["link"]:
        message = "As it is a linked attachment, you can not download it"
        raise refuse(400, "DOWNLOAD_NOT_ALLOWED", message)
    kind = guess_type(row["File_Name"])[0] or "application/octet-stream"
    shown = f"attachment;filename*=UTF-8''{quote(row['File_Name'], safe='')}"
    headers = {"Content-Disposition": shown}
    return Answer(200, base64.b64decode(row["content"]), kind, headers)


def remove(request: Request, world: World) -> Answer:
    # https://www.zoho.com/crm/developer/docs/api/v8/delete-attachments.html
    organisation, _, record = _admit(request, world, "DELETE")
    row = _attachment(request, organisation, record)
    if row is None:
        message = "the related id given seems to be invalid"
        raise refuse(400, "INVALID_DATA", message, {"resource_path_index": 3})
    organisation.attachments.remove(row["id"])
    return _done({"id": row["id"]}, "record deleted", f"detached {row['id']}")


def remove_many(request: Request, world: World) -> Answer:
    # https://www.zoho.com/crm/developer/docs/api/v8/delete-attachments.html
    organisation, _, record = _admit(request, world, "DELETE")

    def write(wanted: Row, _position: int) -> Outcome:
        row = organisation.attachments.get(wanted["id"])
        if row is None or row["parent_id"] != record["id"]:
            message = "the related id given seems to be invalid"
            return error_item("INVALID_DATA", message, wanted), None
        organisation.attachments.remove(row["id"])
        return done(row["id"], "record deleted"), f"detached {row['id']}"

    return answered([{"id": each} for each in ids_of(request)], write, 200)


def _done(details: Row, message: str, effect: str) -> Answer:
    item = {
        "code": "SUCCESS",
        "details": details,
        "message": message,
        "status": "success",
    }
    return json_answer({"data": [item]}, effect=effect)
