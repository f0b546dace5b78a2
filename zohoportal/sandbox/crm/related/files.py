"""The store of files that fields of records take: a file comes here first.

https://www.zoho.com/crm/developer/docs/api/v8/upload-files-to-zfs.html
"""

import base64
import secrets
from mimetypes import guess_type
from urllib.parse import quote

from zohoportal.sandbox.crm.gate import admit, refuse
from zohoportal.sandbox.messages import Answer, Request, json_answer, no_content
from zohoportal.sandbox.multipart import Part, all_parts_of
from zohoportal.sandbox.tables import Row
from zohoportal.sandbox.world import World

MOST_FILES = 10
MOST_BYTES = 20 * 1024 * 1024


def upload(request: Request, world: World) -> Answer:
    # https://www.zoho.com/crm/developer/docs/api/v8/upload-files-to-zfs.html
    organisation = admit(request, world, "ZohoCRM.files.CREATE")
    rows = [_row(part) for part in _parts(request)]
    for row in rows:
        organisation.files.put(row)
    effect = f"stored {len(rows)} files"
    return json_answer({"data": [_item(row) for row in rows]}, effect=effect)


def _parts(request: Request) -> list[Part]:
    try:
        parts = all_parts_of(request.headers, request.body)
    except ValueError:
        parts = []
    files = [each for each in parts if each.name == "file" and each.filename]
    if not files or not all(each.data for each in files):
        raise refuse(
            400,
            "failure_in_attachment_handling",
            "Problem in uploading attachment. kindly upload the file properly",
        )
    if len(files) > MOST_FILES:
        raise refuse(
            400,
            "INVALID_REQUEST",
            "unable to process your request. please verify whether you have entered "
            "proper method name, parameter and parameter values.",
        )
    if any(len(each.data) > MOST_BYTES for each in files):
        raise refuse(
            415,
            "FILE_SIZE_MORE_THAN_ALLOWED_SIZE",
            "Please check if the size of the file is in the correct range",
        )
    return files


def _row(part: Part) -> Row:
    return {
        # Longer than any other id, and not a number.
        "id": secrets.token_hex(32),
        "name": part.filename,
        "size": len(part.data),
        "content": base64.b64encode(part.data).decode(),
    }


def _item(row: Row) -> Row:
    return {
        "code": "SUCCESS",
        "details": {"name": row["name"], "id": row["id"]},
        "message": "file uploaded successfully",
        "status": "success",
    }


def download(request: Request, world: World) -> Answer:
    # https://www.zoho.com/crm/developer/docs/api/v8/get-file.html
    organisation = admit(request, world, "ZohoCRM.files.READ")
    asked = request.query.get("id")
    if asked is None:
        raise refuse(
            400,
            "REQUIRED_PARAM_MISSING",
            "One of the expected parameter is missing",
            {"param_name": "id"},
        )
    row = organisation.files.get(asked)
    if row is None:
        return no_content()
    name = quote(str(row["name"]))
    return Answer(
        200,
        base64.b64decode(row["content"]),
        guess_type(str(row["name"]))[0] or "application/octet-stream",
        {"Content-Disposition": f"attachment;filename*=UTF-8''{name}"},
    )
