"""Zoho Desk's tickets: open, change, read and list them.

https://desk.zoho.com/DeskAPIDocument#Tickets
"""

from zohoportal.sandbox import samples
from zohoportal.sandbox.desk.attachments import attach_uploads
from zohoportal.sandbox.desk.contacts import own_contact
from zohoportal.sandbox.desk.departments import hidden_ids
from zohoportal.sandbox.desk.gate import (
    LIMIT_HEADERS,
    admit_to_organisation,
    body_of,
    invalid,
    page,
    refuse,
)
from zohoportal.sandbox.desk.included import included, wanted
from zohoportal.sandbox.desk.tickets.checks import (
    problems_of_change,
    problems_of_new,
)
from zohoportal.sandbox.desk.tickets.gate import admit_to_ticket
from zohoportal.sandbox.desk.tickets.shapes import listed, status_of, whole
from zohoportal.sandbox.messages import Answer, Request, json_answer, no_content
from zohoportal.sandbox.tables import Row
from zohoportal.sandbox.world import World, desk_now

LIST_HEADERS = {**LIMIT_HEADERS, "x-rate-limit-request-weight-v3": "3"}
WRITE_HEADERS = {
    **LIMIT_HEADERS,
    "isassignmentruleapplied": "false",
    "isslaapplied": "false",
    "iswfruleapplied": "false",
}
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
    "resolution",
    "cf",
)
# When a ticket's status gets this type, Desk notes the time.
TIMES = {"Closed": "closedTime", "On Hold": "onholdTime"}


def create(request: Request, world: World) -> Answer:
    # https://desk.zoho.com/DeskAPIDocument#Tickets#Tickets_Createaticket
    org_id = admit_to_organisation(request, world, "Desk.tickets.CREATE")
    body = body_of(request)
    if mistakes := problems_of_new(body, org_id, world):
        raise invalid(*mistakes)
    _mind_the_licence(org_id, world)
    contact, effects = _contact(body, org_id, world)
    values = {name: body[name] for name in KEPT if name in body}
    ticket = world.add_ticket(contact, values)
    effects.append(f"created ticket {ticket['id']}")
    return json_answer(
        whole(ticket, world), effect="; ".join(effects), headers=WRITE_HEADERS
    )


def _mind_the_licence(org_id: str, world: World) -> None:
    limit = world.settings["ticket_limit"]
    if limit is None or len(world.tables["tickets"].having("org_id", org_id)) < limit:
        return
    raise refuse(
        403,
        "LICENSE_ACCESS_LIMITED",
        "You have reached the maximum limit allowed for your edition.",
        maxAllowedEntity=limit,
        feature="tickets",
        editionType="FREE",
        isTrial=False,
    )


def _contact(body: Row, org_id: str, world: World) -> tuple[Row, list[str]]:
    """Return the ticket's contact: the known one, or a new one."""
    contacts = world.tables["desk_contacts"]
    if known := contacts.get(str(body.get("contactId"))):
        return known, []
    given = body["contact"]
    email = given.get("email") or None
    reuses = world.settings["desk_reuses_contacts"]
    for known in contacts.having("email", email) if email and reuses else ():
        if known["org_id"] == org_id:
            return known, []
    contact = world.add_desk_contact(
        org_id,
        given.get("firstName"),
        given.get("lastName"),
        email,
        given.get("phone"),
    )
    return contact, [f"created Desk contact {contact['id']}"]


def change(request: Request, world: World) -> Answer:
    # https://desk.zoho.com/DeskAPIDocument#Tickets#Tickets_Updateaticket
    ticket = admit_to_ticket(request, world, "Desk.tickets.UPDATE")
    body = body_of(request)
    if mistakes := problems_of_change(body, ticket, world):
        raise invalid(*mistakes)
    values = {name: body[name] for name in (*KEPT, "contactId") if name in body}
    if "cf" in values:
        values["cf"] = {**(ticket.get("cf") or {}), **(values["cf"] or {})}
    changed = ticket | values | {"modifiedTime": desk_now(world.clock)}
    before, after = status_of(ticket, world)[1], status_of(changed, world)[1]
    if before != after:
        changed |= dict.fromkeys(TIMES.values())
        if after in TIMES:
            changed[TIMES[after]] = desk_now(world.clock)
    world.tables["tickets"].put(changed)
    effects = [f"updated ticket {ticket['id']}"]
    effects += attach_uploads(body.get("uploads") or [], ticket, world)
    return json_answer(
        whole(changed, world), effect="; ".join(effects), headers=WRITE_HEADERS
    )


def one(request: Request, world: World) -> Answer:
    # https://desk.zoho.com/DeskAPIDocument#Tickets#Tickets_Getaticket
    ticket = admit_to_ticket(request, world, "Desk.tickets.READ")
    names = wanted(request)
    more: Row = {
        "createdBy": samples.USER_ID,
        "followerCount": "0",
        "isFollowing": False,
        "sentiment": None,
        "tagCount": "0",
    }
    more |= included(ticket, names, world)
    if "contacts" in names:
        more["contact"]["isSpam"] = False
    return json_answer(whole(ticket, world) | more, headers=LIMIT_HEADERS)


def several(request: Request, world: World) -> Answer:
    # https://desk.zoho.com/DeskAPIDocument#Tickets#Tickets_Listalltickets
    org_id = admit_to_organisation(request, world, "Desk.tickets.READ")
    rows = world.tables["tickets"].newest_first()
    return _list(request, world, [each for each in rows if each["org_id"] == org_id])


def of_contact(request: Request, world: World) -> Answer:
    # https://desk.zoho.com/DeskAPIDocument#Tickets#Tickets_Listticketsbycontact
    contact = own_contact(
        request, world, "Desk.contacts.READ", "Desk.tickets.READ", "Desk.search.READ"
    )
    rows = world.tables["tickets"].having("contactId", contact["id"])
    return _list(request, world, rows[::-1])


def _list(request: Request, world: World, rows: list[Row]) -> Answer:
    """Return those of the rows, newest first, that the query asks for."""
    sort_by = request.query.get("sortBy", "-createdTime")
    if sort_by not in ("createdTime", "-createdTime"):
        raise refuse(422, "UNPROCESSABLE_ENTITY", "The value of 'sortBy' is invalid.")
    department_id = request.query.get("departmentId")
    statuses = request.query.get("status")
    names = wanted(request)
    hidden = hidden_ids(world)
    rows = [
        ticket
        for ticket in rows
        if ticket["departmentId"] not in hidden
        and department_id in (None, ticket["departmentId"])
        and (statuses is None or status_of(ticket, world)[0] in statuses.split(","))
    ]
    if sort_by == "createdTime":
        rows.reverse()
    data = [
        listed(ticket, world) | included(ticket, names, world)
        for ticket in page(request, rows)
    ]
    if not data:
        return no_content()
    return json_answer({"data": data}, headers=LIST_HEADERS)
