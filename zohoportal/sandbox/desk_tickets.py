"""Zoho Desk's tickets: open, read and list them.

https://desk.zoho.com/DeskAPIDocument#Tickets
"""

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
from zohoportal.sandbox.desk_included import included, wanted
from zohoportal.sandbox.desk_ticket_checks import problems
from zohoportal.sandbox.messages import Answer, Request, json_answer, no_content
from zohoportal.sandbox.tables import Row
from zohoportal.sandbox.world import World

LIST_HEADERS = {**LIMIT_HEADERS, "x-rate-limit-request-weight-v3": "3"}
CREATE_HEADERS = {
    **LIMIT_HEADERS,
    "isassignmentruleapplied": "false",
    "isslaapplied": "false",
    "iswfruleapplied": "false",
}
LAYOUT_ID = "4150868000000074011"
KEPT = (
    "subject",
    "departmentId",
    "description",
    "status",
    "priority",
    "channel",
    "category",
    "subCategory",
    "classification",
    "language",
    "dueDate",
    "email",
    "phone",
    "productId",
    "assigneeId",
    "teamId",
    "cf",
)
STATUS_TYPES = {"Closed": "Closed", "On Hold": "On Hold"}


def create(request: Request, world: World) -> Answer:
    # https://desk.zoho.com/DeskAPIDocument#Tickets#Tickets_Createaticket
    org_id = admit_to_organisation(request, world, "Desk.tickets.CREATE")
    body = body_of(request)
    if mistakes := problems(body, org_id, world):
        raise invalid(*mistakes)
    contact, effects = _contact(body, org_id, world)
    values = {name: body[name] for name in KEPT if name in body}
    ticket = world.add_ticket(contact, values)
    effects.append(f"created ticket {ticket['id']}")
    return json_answer(
        _whole(ticket, world), effect="; ".join(effects), headers=CREATE_HEADERS
    )


def _contact(body: Row, org_id: str, world: World) -> tuple[Row, list[str]]:
    """Return the ticket's contact: the known one, or a new one."""
    contacts = world.tables["desk_contacts"]
    if known := contacts.get(str(body.get("contactId"))):
        return known, []
    given = body["contact"]
    # That an address is always recognised again is expected, not confirmed.
    for known in contacts.having("email", given["email"]):
        if known["org_id"] == org_id:
            return known, []
    contact = world.add_desk_contact(
        org_id,
        given.get("firstName"),
        given["lastName"],
        given["email"],
        given.get("phone"),
    )
    return contact, [f"created Desk contact {contact['id']}"]


def one(request: Request, world: World) -> Answer:
    # https://desk.zoho.com/DeskAPIDocument#Tickets#Tickets_Getaticket
    org_id = admit_to_organisation(request, world, "Desk.tickets.READ")
    ticket = ticket_of(request, world, org_id)
    names = wanted(request)
    more = {
        "createdBy": samples.USER_ID,
        "followerCount": "0",
        "isFollowing": False,
        "sentiment": None,
        "tagCount": "0",
    }
    return json_answer(
        _whole(ticket, world) | more | included(ticket, names, world),
        headers=LIMIT_HEADERS,
    )


def several(request: Request, world: World) -> Answer:
    # https://desk.zoho.com/DeskAPIDocument#Tickets#Tickets_Listalltickets
    org_id = admit_to_organisation(request, world, "Desk.tickets.READ")
    department_id = request.query.get("departmentId")
    sort_by = request.query.get("sortBy", "-createdTime")
    if sort_by not in ("createdTime", "-createdTime"):
        raise refuse(422, "UNPROCESSABLE_ENTITY", "The value of 'sortBy' is invalid.")
    names = wanted(request)
    rows = [
        ticket
        for ticket in world.tables["tickets"].newest_first()
        if ticket["org_id"] == org_id
        and department_id in (None, ticket["departmentId"])
    ]
    if sort_by == "createdTime":
        rows.reverse()
    start = number(request, "from", 0, 4_999)
    limit = number(request, "limit", 10, 100)
    shown = rows[start : start + limit]
    if not shown:
        return no_content()
    data = [_listed(ticket, world) | included(ticket, names, world) for ticket in shown]
    return json_answer({"data": data}, headers=LIST_HEADERS)


def _listed(ticket: Row, world: World) -> Row:
    """Return a ticket the way a list shows it."""
    absent = [
        "accountId",
        "assigneeId",
        "category",
        "closedTime",
        "customerResponseTime",
        "dueDate",
        "lastThread",
        "onholdTime",
        "phone",
        "priority",
        "productId",
        "relationshipType",
        "responseDueDate",
        "sentiment",
        "subCategory",
        "teamId",
    ]
    source = dict.fromkeys(["appName", "extId", "permalink", "appPhotoURL"])
    status = ticket.get("status") or "Open"
    contact = world.tables["desk_contacts"].rows[ticket["contactId"]]
    comments = world.tables["comments"].having("ticketId", ticket["id"])
    given = {name: value for name, value in ticket.items() if name != "org_id"}
    for name in ("cf", "classification", "description"):
        given.pop(name, None)
    return {
        **dict.fromkeys(absent),
        "email": contact["email"],
        "language": "English",
        "channel": "Phone",
        "channelCode": None,
        "commentCount": str(len(comments)),
        "threadCount": "0",
        "isArchived": False,
        "isSpam": False,
        "layoutId": LAYOUT_ID,
        "source": {**source, "type": "SYSTEM"},
        **given,
        "status": status,
        "statusType": STATUS_TYPES.get(status, "Open"),
        "webUrl": f"{world.public_url}/desk/tickets/{ticket['id']}",
    }


def _whole(ticket: Row, world: World) -> Row:
    """Return a ticket the way it is shown alone."""
    listed = _listed(ticket, world)
    for name in ("lastThread", "relationshipType", "sentiment"):
        del listed[name]
    return {
        **listed,
        "description": ticket.get("description"),
        "classification": ticket.get("classification"),
        "cf": ticket.get("cf", {}),
        "customFields": {},
        "modifiedBy": samples.USER_ID,
        "modifiedTime": ticket["createdTime"],
        "approvalCount": "0",
        "attachmentCount": "0",
        "taskCount": "0",
        "timeEntryCount": "0",
        "channelRelatedInfo": None,
        "entitySkills": [],
        "isDeleted": False,
        "isEscalated": False,
        "isOverDue": False,
        "isResponseOverdue": False,
        "isTrashed": False,
        "layoutDetails": {"id": LAYOUT_ID, "layoutName": "Default Ticket Layout"},
        "resolution": None,
        "secondaryContacts": [],
        "sharedDepartments": [],
        "slaId": None,
    }
