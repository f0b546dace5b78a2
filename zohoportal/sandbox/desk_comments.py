"""Zoho Desk's comments on tickets: add and list them.

https://desk.zoho.com/DeskAPIDocument#TicketsComments
"""

from typing import Any

from zohoportal.sandbox import samples
from zohoportal.sandbox.desk_gate import (
    LIMIT_HEADERS,
    admit_to_organisation,
    body_of,
    invalid,
    number,
    refuse,
    ticket_of,
)
from zohoportal.sandbox.messages import Answer, Request, json_answer, no_content
from zohoportal.sandbox.tables import Row
from zohoportal.sandbox.world import World, desk_now

LONGEST = 32_000
KEYS = {"content", "contentType", "isPublic", "attachmentIds"}
CONTENT_TYPES = ("html", "plainText")
ORDERS = ("commentedTime", "-commentedTime")


def add(request: Request, world: World) -> Answer:
    # https://desk.zoho.com/DeskAPIDocument#TicketsComments#TicketsComments_Createticketcomment
    org_id = admit_to_organisation(request, world, "Desk.tickets.UPDATE")
    ticket = ticket_of(request, world, org_id)
    body = body_of(request)
    if mistakes := _problems(body):
        raise invalid(*mistakes)
    comment = {
        "id": world.new_id(),
        "ticketId": ticket["id"],
        "content": body["content"],
        "contentType": body.get("contentType") or "html",
        "isPublic": bool(body.get("isPublic")),
        "commentedTime": desk_now(world.clock),
    }
    world.tables["comments"].put(comment)
    effect = f"added comment {comment['id']} to ticket {ticket['id']}"
    return json_answer(_shown(comment), effect=effect, headers=LIMIT_HEADERS)


def _problems(body: Row) -> list[tuple[str, str]]:
    for name in body:
        if name not in KEYS:
            raise refuse(
                422, "UNPROCESSABLE_ENTITY", f"An extra parameter '{name}' is found"
            )
    if body.get("content") in (None, ""):
        return [("/content", "missing")]
    is_sound = {
        "content": _is_content(body["content"]),
        "contentType": body.get("contentType") in (None, *CONTENT_TYPES),
        "isPublic": body.get("isPublic") in (None, False, True),
        # There are no uploads here that could be attached.
        "attachmentIds": body.get("attachmentIds") in (None, []),
    }
    return [
        (f"/{name}", "invalid") for name, is_right in is_sound.items() if not is_right
    ]


def _is_content(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= LONGEST


def several(request: Request, world: World) -> Answer:
    # https://desk.zoho.com/DeskAPIDocument#TicketsComments#TicketsComments_Listallticketcomments
    org_id = admit_to_organisation(request, world, "Desk.tickets.READ")
    ticket = ticket_of(request, world, org_id)
    sort_by = request.query.get("sortBy", "commentedTime")
    if sort_by not in ORDERS:
        raise refuse(422, "UNPROCESSABLE_ENTITY", "The value of 'sortBy' is invalid.")
    rows = world.tables["comments"].having("ticketId", ticket["id"])
    if sort_by == "-commentedTime":
        rows.reverse()
    start = number(request, "from", 0, 4_999)
    limit = number(request, "limit", 10, 100)
    shown = rows[start : start + limit]
    if not shown:
        return no_content()
    data = [_shown(comment) for comment in shown]
    return json_answer({"data": data}, headers=LIMIT_HEADERS)


def _shown(comment: Row) -> Row:
    user = samples.USER
    commenter = {
        "id": samples.USER_ID,
        "type": "AGENT",
        "name": user["full_name"],
        "firstName": user["first_name"],
        "lastName": user["last_name"],
        "email": user["email"],
        "roleName": "Support Administrator",
        "photoURL": None,
    }
    given = {name: value for name, value in comment.items() if name != "ticketId"}
    return {
        **given,
        "commenterId": samples.USER_ID,
        "commenter": commenter,
        "attachments": [],
        "encodedContent": None,
        "impersonatedUser": None,
        "modifiedTime": None,
    }
