"""Files on Zoho Desk's tickets, and uploads that wait for one.

https://desk.zoho.com/DeskAPIDocument#TicketAttachments
"""

from base64 import b64decode, b64encode
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from zohoportal.sandbox import samples
from zohoportal.sandbox.desk.gate import (
    LIMIT_HEADERS,
    admit_to_organisation,
    invalid,
    not_found,
    page,
    refuse,
)
from zohoportal.sandbox.desk.tickets.gate import admit_to_ticket
from zohoportal.sandbox.messages import Answer, Request, json_answer, no_content
from zohoportal.sandbox.multipart import Part, parts_of
from zohoportal.sandbox.tables import Row
from zohoportal.sandbox.world import World, desk_now


def create(request: Request, world: World) -> Answer:
    # https://desk.zoho.com/DeskAPIDocument#TicketAttachments#TicketAttachments_CreateTicketattachment
    ticket = admit_to_ticket(request, world, "Desk.tickets.UPDATE")
    file = _file(request, world) | {"isPublic": _is_public(request)}
    attachment = _attach(file, ticket, world)
    return json_answer(
        _shown(attachment, world),
        effect=_effect(attachment),
        headers=LIMIT_HEADERS,
    )


def several(request: Request, world: World) -> Answer:
    # https://desk.zoho.com/DeskAPIDocument#TicketAttachments#TicketAttachments_Listticketattachments
    ticket = admit_to_ticket(request, world, "Desk.tickets.READ")
    rows = world.tables["attachments"].having("ticketId", ticket["id"])
    data = [_shown(each, world) for each in page(request, rows)]
    if not data:
        return no_content()
    return json_answer({"data": data}, headers=LIMIT_HEADERS)


def content(request: Request, world: World) -> Answer:
    ticket = admit_to_ticket(request, world, "Desk.tickets.READ")
    attachment = world.tables["attachments"].get(request.found["attachment_id"])
    if attachment is None or attachment["ticketId"] != ticket["id"]:
        raise not_found()
    name = quote(attachment["name"])
    return Answer(
        200,
        b64decode(attachment["content"]),
        "application/octet-stream",
        {
            **LIMIT_HEADERS,
            "Content-Disposition": f"attachment; filename*=UTF-8''{name}",
        },
    )


def upload(request: Request, world: World) -> Answer:
    # https://desk.zoho.com/DeskAPIDocument#Uploads#Uploads_Uploadfile
    org_id = admit_to_organisation(request, world, "Desk.basic.CREATE")
    file = _file(request, world) | {"id": world.new_id(), "org_id": org_id}
    world.tables["uploads"].put(file)
    return json_answer(
        shown_upload(file["id"], world),
        effect=f"uploaded file {file['id']}",
        headers=LIMIT_HEADERS,
    )


def are_uploads(given: Any, ticket: Row, world: World) -> bool:
    """Tell whether a body's value, if any, lists uploads to the ticket's owner."""
    uploads = world.tables["uploads"]
    return given is None or (
        isinstance(given, list)
        and all(
            (known := uploads.get(str(each))) and known["org_id"] == ticket["org_id"]
            for each in given
        )
    )


def shown_upload(upload_id: Any, world: World) -> Row:
    file = world.tables["uploads"].rows[str(upload_id)]
    return _basics(file, f"{world.public_url}/api/v1/uploads/{file['id']}/content")


def attach_uploads(upload_ids: list[object], ticket: Row, world: World) -> list[str]:
    """Attach uploads to a ticket and return the effects."""
    files = [world.tables["uploads"].rows[str(each)] for each in upload_ids]
    attached = [_attach(each | {"isPublic": False}, ticket, world) for each in files]
    return [_effect(each) for each in attached]


def _file(request: Request, world: World) -> Row:
    """Return the file of the request.

    Raises:
        Refusal: There is none, or Desk does not want it.
    """
    file = _form(request).get("file")
    if file is None or file.filename is None:
        raise invalid(("/file", "missing"))
    name, data = file.filename, file.data
    if not data:
        raise invalid(("/file", "invalid"))
    if len(data) > world.settings["attachment_limit"]:
        raise refuse(
            413, "RESOURCE_SIZE_EXCEEDED", "The size of the file exceeds the limit."
        )
    ending = PurePath(name).suffix.removeprefix(".").casefold()
    if ending in world.settings["banned_extensions"]:
        # https://help.zoho.com/portal/en/kb/desk/data-administration/security-settings/articles/working-with-attachments-control
        raise refuse(422, "UNPROCESSABLE_ENTITY", "This type of file is not allowed.")
    return {
        "name": name,
        "size": str(len(data)),
        "content": b64encode(data).decode(),
        "createdTime": desk_now(world.clock),
    }


def _form(request: Request) -> dict[str, Part]:
    try:
        return parts_of(request.headers, request.body)
    except ValueError:
        return {}


def _is_public(request: Request) -> bool:
    # By the query in Zoho's OpenAPI file, by a part of the form in older examples.
    part = _form(request).get("isPublic")
    wanted = request.query.get("isPublic", part.text if part else "false")
    if wanted not in ("true", "false"):
        raise invalid(("/isPublic", "invalid"))
    return wanted == "true"


def _attach(file: Row, ticket: Row, world: World) -> Row:
    attachment = file | {"id": world.new_id(), "ticketId": ticket["id"]}
    world.tables["attachments"].put(attachment)
    return attachment


def _effect(attachment: Row) -> str:
    return f"attached file {attachment['id']} to ticket {attachment['ticketId']}"


def _basics(file: Row, href: str) -> Row:
    return {
        "id": file["id"],
        "name": file["name"],
        "size": file["size"],
        "creatorId": samples.USER_ID,
        "createdTime": file["createdTime"],
        "href": href,
        "previewurl": f"{href}?inline=true",
    }


def _shown(attachment: Row, world: World) -> Row:
    ticket_id, own_id = attachment["ticketId"], attachment["id"]
    path = f"/api/v1/tickets/{ticket_id}/attachments/{own_id}/content"
    href = f"{world.public_url}{path}"
    return _basics(attachment, href) | {"isPublic": attachment["isPublic"]}
