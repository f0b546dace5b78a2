"""Requests to the sandbox's Desk about people, tickets, files and layouts."""

from typing import Any

from tests.openapi.case import Case
from tests.openapi.desk_asker import MOST_BYTES

CREATE = "desk-v1/Ticket.json POST /api/v1/tickets"
TICKET = "desk-v1/Ticket.json GET /api/v1/tickets/{ticketId}"
SEARCH = "desk-v1/Search.json GET /api/v1/contacts/search"
CHANGE = "desk-v1/Ticket.json PATCH /api/v1/tickets/{ticketId}"
TICKETS_OF = "desk-v1/Ticket.json GET /api/v1/contacts/{contactId}/tickets"
TICKET_SEARCH = "desk-v1/Search.json GET /api/v1/tickets/search"
LAYOUTS = "desk-v1/Layout.json GET /api/v1/layouts"
LAYOUT = "desk-v1/Layout.json GET /api/v1/layouts/{layoutId}"
FORM = "desk-v1/Layout.json GET /api/v1/myForm"
FIELDS = "desk-v1/Field.json GET /api/v1/organizationFields"
DEPENDENCIES = "desk-v1/DependencyMappings.json GET /api/v1/dependencyMappings"
CONTACTS = "desk-v1/Contact.json GET /api/v1/contacts"
CONTACT = "desk-v1/Contact.json GET /api/v1/contacts/{contactId}"
NEW_CONTACT = "desk-v1/Contact.json POST /api/v1/contacts"
ATTACHMENTS = "desk-v1/TicketAttachment.json GET /api/v1/tickets/{ticketId}/attachments"
ATTACH = "desk-v1/TicketAttachment.json POST /api/v1/tickets/{ticketId}/attachments"
UPLOAD = "desk-v1/Upload.json POST /api/v1/uploads"

ADA = "ada.archer@example.com"
PEOPLE = [
    Case(SEARCH, 200, "/api/v1/contacts/search?_all=arch*&limit=5"),
    Case(SEARCH, 422, "/api/v1/contacts/search?colour=red"),
    Case(CONTACTS, 200, "/api/v1/contacts?limit=2&sortBy=lastName"),
    Case(CONTACTS, 403, "/api/v1/contacts", scope="Desk.basic.READ"),
    Case(CONTACT, 200, "/api/v1/contacts/{person}"),
    Case(CONTACT, 404, "/api/v1/contacts/1"),
    Case(NEW_CONTACT, 200, "/api/v1/contacts", {"lastName": "Doe", "email": ADA}),
    Case(NEW_CONTACT, 422, "/api/v1/contacts", {"email": "nowhere"}),
    Case(NEW_CONTACT, 422, "/api/v1/contacts", {"lastName": "Doe", "age": 7}),
    Case(TICKETS_OF, 200, "/api/v1/contacts/{person}/tickets?include=assignee"),
    Case(TICKETS_OF, 204, "/api/v1/contacts/{person}/tickets?departmentId=1"),
]
TICKETS = [
    Case(TICKET, 200, "/api/v1/tickets/{ticket}?include=contacts,departments,assignee"),
    Case(TICKET_SEARCH, 200, "/api/v1/tickets/search?contactId={person}"),
    Case(TICKET_SEARCH, 204, "/api/v1/tickets/search?subject=nothing"),
    Case(TICKET_SEARCH, 422, "/api/v1/tickets/search?colour=red"),
    Case(CHANGE, 200, "/api/v1/tickets/{ticket}", {"status": "Closed"}),
    Case(CHANGE, 422, "/api/v1/tickets/{ticket}", {"status": "Whatever"}),
    Case(CHANGE, 422, "/api/v1/tickets/{ticket}", {"colour": "red"}),
    Case(CHANGE, 404, "/api/v1/tickets/1", {"status": "Closed"}),
    Case(UPLOAD, 200, "/api/v1/uploads", file=b"x"),
    Case(UPLOAD, 422, "/api/v1/uploads", file=b""),
    Case(ATTACHMENTS, 204, "/api/v1/tickets/{quiet}/attachments"),
    Case(ATTACH, 200, "/api/v1/tickets/{ticket}/attachments", file=b"x"),
    Case(
        ATTACH,
        413,
        "/api/v1/tickets/{ticket}/attachments",
        file=b"x" * (MOST_BYTES + 1),
    ),
    Case(ATTACH, 422, "/api/v1/tickets/{ticket}/attachments", {}),
    Case(ATTACHMENTS, 200, "/api/v1/tickets/{ticket}/attachments"),
]


def rich(operation: str, status: int, path: str, body: Any = None, **more: Any) -> Case:
    return Case(operation, status, f"/api/v1/{path}", body, is_rich=True, **more)


# The organisation that the department Repairs belongs to.
SECOND = {"orgId": "60001280953"}
REPAIRS = "layoutId={Repairs layout}"
CUSTOM = {
    "subject": "Printer",
    "departmentId": "{Support}",
    "contact": {"lastName": "Doe", "email": "jane@example.com"},
    "category": "Hardware",
    "subCategory": "Printer",
    "status": "Solved",
    "cf": {"cf_serial_number": "7", "cf_affected_systems": "E-mail;Web site"},
}
RICH = [
    rich(LAYOUTS, 200, "layouts?module=tickets"),
    rich(LAYOUTS, 200, "layouts?module=tickets&departmentId={Billing}"),
    rich(LAYOUTS, 204, "layouts?module=contacts"),
    rich(LAYOUTS, 403, "layouts?module=tickets&departmentId={Legal}"),
    rich(LAYOUTS, 422, "layouts"),
    rich(LAYOUT, 200, "layouts/{Support layout}"),
    rich(LAYOUT, 200, "layouts/{Billing layout}"),
    rich(LAYOUT, 200, "layouts/{Repairs layout}", headers=SECOND),
    rich(LAYOUT, 404, "layouts/1"),
    rich(FORM, 200, "myForm?layoutId={Support layout}"),
    rich(FORM, 200, "myForm?layoutId={Billing layout}"),
    rich(FORM, 200, f"myForm?{REPAIRS}", headers=SECOND),
    rich(FORM, 422, "myForm?layoutId=1"),
    rich(FIELDS, 200, "organizationFields?module=tickets"),
    rich(FIELDS, 200, "organizationFields?module=tickets", headers=SECOND),
    rich(FIELDS, 200, "organizationFields?module=contacts"),
    rich(FIELDS, 422, "organizationFields?module=cases"),
    rich(DEPENDENCIES, 200, "dependencyMappings?layoutId={Support layout}"),
    rich(DEPENDENCIES, 200, f"dependencyMappings?{REPAIRS}", headers=SECOND),
    rich(DEPENDENCIES, 204, "dependencyMappings?layoutId={Billing layout}"),
    rich(DEPENDENCIES, 422, "dependencyMappings?layoutId=1"),
    rich(CREATE, 200, "tickets", CUSTOM),
    rich(CREATE, 403, "tickets", CUSTOM | {"departmentId": "{Legal}"}),
    rich(CREATE, 422, "tickets", CUSTOM | {"cf": {"cf_severity": "Boring"}}),
]
CASES = PEOPLE + TICKETS + RICH
