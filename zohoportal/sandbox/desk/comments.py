"""Zoho Desk's comments on tickets: add and list them.

https://desk.zoho.com/DeskAPIDocument#TicketsComments
"""

from typing import Any

from zohoportal.sandbox import samples
from zohoportal.sandbox.desk.attachments import are_uploads, shown_upload
from zohoportal.sandbox.desk.gate import (
    LIMIT_HEADERS,
    body_of,
    extra,
    invalid,
    page,
    refuse,
)
from zohoportal.sandbox.desk.tickets.gate import admit_to_ticket
from zohoportal.sandbox.messages import Answer, Request, json_answer, no_content
from zohoportal.sandbox.tables import Row
from zohoportal.sandbox.world import World, desk_now

LONGEST = 32_000
INNER = {"ticketId", "attachmentIds"}
KEYS = {"content", "contentType", "isPublic", "attachmentIds"}
CONTENT_TYPES = ("html", "plainText")
ORDERS = ("commentedTime", "-commentedTime")


def add(request: Request, world: World) -> Answer:
    # https://desk.zoho.com/DeskAPIDocument#TicketsComments#TicketsComments_Createticketcomment
    ticket = admit_to_ticket(request, world, "Desk.tickets.UPDATE")
    body = body_of(request)
    if mistakes := _problems(body, ticket, world):
        raise invalid(*mistakes)
    comment = {
        "id": world.new_id(),
        "ticketId": ticket["id"],
        "content": body["content"],
        "contentType": body.get("contentType") or "html",
        "isPublic": bool(body.get("isPublic")),
        "attachmentIds": body.get("attachmentIds") or [],
        "commentedTime": desk_now(world.clock),
    }
    world.tables["comments"].put(comment)
    effect = f"added comment {comment['id']} to ticket {ticket['id']}"
    return json_answer(shown(comment, world), effect=effect, headers=LIMIT_HEADERS)


def _problems(body: Row, ticket: Row, world: World) -> list[tuple[str, str]]:
    for name in body:
        if name not in KEYS:
            raise extra(name)
    if body.get("content") in (None, ""):
        return [("/content", "missing")]
    is_sound = {
        "content": _is_content(body["content"]),
        "contentType": body.get("contentType") in (None, *CONTENT_TYPES),
        "isPublic": body.get("isPublic") in (None, False, True),
        "attachmentIds": are_uploads(body.get("attachmentIds"), ticket, world),
    }
    return [
        (f"/{name}", "invalid") for name, is_right in is_sound.items() if not is_right
    ]


def _is_content(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= LONGEST


def several(request: Request, world: World) -> Answer:
    # https://desk.zoho.com/DeskAPIDocument#TicketsComments#TicketsComments_Listallticketcomments
    ticket = admit_to_ticket(request, world, "Desk.tickets.READ")
    sort_by = request.query.get("sortBy", "commentedTime")
    if sort_by not in ORDERS:
        raise refuse(422, "UNPROCESSABLE_ENTITY", "The value of 'sortBy' is invalid.")
    rows = world.tables["comments"].having("ticketId", ticket["id"])
    if sort_by == "-commentedTime":
        rows.reverse()
    data = [shown(comment, world) for comment in page(request, rows)]
    if not data:
        return no_content()
    return json_answer({"data": data}, headers=LIMIT_HEADERS)


def shown(comment: Row, world: World) -> Row:
    """Return a comment the way lists and answers show it."""
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
    given = {name: comment[name] for name in comment.keys() - INNER}
    return {
        **given,
        "commenterId": samples.USER_ID,
        "commenter": commenter,
        "attachments": [
            shown_upload(each, world) for each in comment.get("attachmentIds", [])
        ],
        "encodedContent": None,
        "impersonatedUser": None,
        "modifiedTime": None,
    }
