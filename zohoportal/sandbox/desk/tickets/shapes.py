"""How Zoho Desk shows a ticket: in a list, alone, found by a search."""

from zohoportal.sandbox import samples
from zohoportal.sandbox.desk.included import included
from zohoportal.sandbox.desk.layouts.fields import STATUS_TYPES, fields_of
from zohoportal.sandbox.desk.layouts.reading import layout_of
from zohoportal.sandbox.tables import Row
from zohoportal.sandbox.world import World

# What a ticket may have of its own, and every answer shows.
SHOWN = (
    "id",
    "ticketNumber",
    "subject",
    "departmentId",
    "contactId",
    "createdTime",
    "accountId",
    "assigneeId",
    "category",
    "closedTime",
    "customerResponseTime",
    "dueDate",
    "onholdTime",
    "phone",
    "priority",
    "productId",
    "responseDueDate",
    "subCategory",
    "teamId",
)
DEFAULTS = {"language": "English", "channel": "Phone"}


def status_of(ticket: Row, world: World) -> tuple[str, str]:
    """Return a ticket's status and the status's type."""
    status = next(
        (
            field
            for field in fields_of(layout_of(world, ticket["departmentId"]))
            if field["apiName"] == "status"
        ),
        {},
    )
    value = ticket.get("status") or status.get("defaultValue") or "Open"
    types = STATUS_TYPES | status.get("statusTypes", {})
    return value, types.get(value, "Open")


def _basics(ticket: Row, world: World) -> Row:
    """Return what every answer tells about a ticket."""
    contact = world.tables["desk_contacts"].rows[ticket["contactId"]]
    status, status_type = status_of(ticket, world)
    comments = world.tables["comments"].having("ticketId", ticket["id"])
    return {
        **{name: ticket.get(name) for name in SHOWN},
        **{name: ticket.get(name) or value for name, value in DEFAULTS.items()},
        "email": ticket.get("email", contact["email"]),
        "commentCount": str(len(comments)),
        "threadCount": "0",
        "isArchived": False,
        "isSpam": False,
        "layoutId": layout_of(world, ticket["departmentId"])["id"],
        "status": status,
        "statusType": status_type,
        "webUrl": f"{world.public_url}/desk/tickets/{ticket['id']}",
    }


def _source() -> Row:
    absent = dict.fromkeys(["appName", "extId", "permalink", "appPhotoURL"])
    return {"channelCode": None, "source": {**absent, "type": "SYSTEM"}}


def listed(ticket: Row, world: World) -> Row:
    """Return a ticket the way a list shows it."""
    absent = dict.fromkeys(["lastThread", "relationshipType", "sentiment"])
    return _basics(ticket, world) | _source() | absent


def _details(ticket: Row) -> Row:
    return {
        "description": ticket.get("description"),
        "classification": ticket.get("classification"),
        "cf": ticket.get("cf") or {},
        "customFields": {},
        "modifiedBy": samples.USER_ID,
        "modifiedTime": ticket.get("modifiedTime", ticket["createdTime"]),
        "entitySkills": [],
        "isEscalated": False,
        "isOverDue": False,
        "resolution": ticket.get("resolution"),
        "secondaryContacts": [],
        "sharedDepartments": [],
        "slaId": None,
    }


def whole(ticket: Row, world: World) -> Row:
    """Return a ticket the way it is shown alone."""
    layout = layout_of(world, ticket["departmentId"])
    attachments = world.tables["attachments"].having("ticketId", ticket["id"])
    return {
        **_basics(ticket, world),
        **_source(),
        **_details(ticket),
        "approvalCount": "0",
        "attachmentCount": str(len(attachments)),
        "taskCount": "0",
        "timeEntryCount": "0",
        "channelRelatedInfo": None,
        "isDeleted": False,
        "isResponseOverdue": False,
        "isTrashed": False,
        "layoutDetails": {"id": layout["id"], "layoutName": layout["name"]},
    }


def found(ticket: Row, world: World) -> Row:
    """Return a ticket the way a search shows it."""
    absent = dict.fromkeys(["assignee", "lastThread", "product", "team"])
    return {
        **_basics(ticket, world),
        **_details(ticket),
        **absent,
        **included(ticket, ["contacts", "departments"], world),
        "childTicketCount": "0",
        "createdBy": samples.USER_ID,
        "isRead": False,
    }
