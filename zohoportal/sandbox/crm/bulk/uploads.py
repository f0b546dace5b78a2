"""Take a ZIP with rows for bulk write.

https://www.zoho.com/crm/developer/docs/api/v8/bulk-write/upload-file.html
"""

import base64
import io
import zipfile

from zohoportal.sandbox.crm.gate import admit, refuse
from zohoportal.sandbox.crm.organisations import Organisation
from zohoportal.sandbox.messages import Answer, Request, json_answer
from zohoportal.sandbox.multipart import Part, parts_of
from zohoportal.sandbox.world import World, crm_now

SCOPE = "ZohoFiles.files.CREATE"
FEATURE = "bulk-write"
MOST_BYTES = 25 * 1024 * 1024


def upload(request: Request, world: World) -> Answer:
    organisation = admit(request, world, SCOPE)
    _check_headers(request, organisation)
    file = _file(request)
    row = {
        "id": world.new_id(),
        "name": file.filename,
        "content": base64.b64encode(file.data).decode(),
        "created_time": crm_now(),
    }
    organisation.uploads.put(row)
    return json_answer(
        {
            "status": "success",
            "code": "FILE_UPLOAD_SUCCESS",
            "message": "file uploaded.",
            "details": {"file_id": row["id"], "created_time": row["created_time"]},
        },
        effect=f"took rows {row['id']}",
    )


def _check_headers(request: Request, organisation: Organisation) -> None:
    if request.headers.get("feature") != FEATURE:
        message = "the given feature is not supported"
        raise refuse(400, "NOT_SUPPORTED_FEATURE", message)
    if request.headers.get("X-CRM-ORG") != organisation.zgid:
        raise refuse(400, "INVALID_DATA", "the given organization id is invalid")


def _file(request: Request) -> Part:
    try:
        file = parts_of(request.headers, request.body).get("file")
    except ValueError:
        file = None
    if file is None:
        where = {"api_name": "file"}
        raise refuse(400, "MANDATORY_NOT_FOUND", "required field not found", where)
    if len(file.data) > MOST_BYTES:
        raise refuse(413, "FILE_TOO_LARGE", "the file is larger than 25 MB")
    if not zipfile.is_zipfile(io.BytesIO(file.data)):
        raise refuse(400, "INVALID_FILE_FORMAT", "the file has to be a ZIP")
    return file
