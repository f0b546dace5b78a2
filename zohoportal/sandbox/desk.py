"""Zoho Desk: its organisations, and where everything else of it is found.

https://desk.zoho.com/DeskAPIDocument
"""

from zohoportal.sandbox import (
    desk_attachments,
    desk_comments,
    desk_contacts,
    desk_conversations,
    desk_departments,
    desk_layouts,
    desk_search,
    desk_tickets,
    samples,
)
from zohoportal.sandbox.desk_gate import LIMIT_HEADERS, admit, unknown_url
from zohoportal.sandbox.messages import Answer, Request, json_answer, route
from zohoportal.sandbox.tables import Row
from zohoportal.sandbox.world import World


def organisations(request: Request, world: World) -> Answer:
    # https://desk.zoho.com/DeskAPIDocument#Organizations#Organizations_Getallorganizations
    admit(request, world, "Desk.basic.READ")
    data = [
        _organisation(each, world, is_default=position == 0)
        for position, each in enumerate(world.organizations)
    ]
    return json_answer({"data": data}, headers=LIMIT_HEADERS)


def _organisation(organisation: Row, world: World, *, is_default: bool) -> Row:
    portal = "".join(c for c in organisation["name"].casefold() if c.isalnum())
    absent = [
        "alias",
        "city",
        "description",
        "employeeCount",
        "faviconURL",
        "fax",
        "logoURL",
        "mobile",
        "phoneNumber",
        "state",
        "street",
        "website",
        "zip",
    ]
    return {
        **dict.fromkeys(absent),
        "id": organisation["id"],
        "companyName": organisation["name"],
        "portalName": portal,
        "portalURL": f"{world.public_url}/desk/tickets",
        "primaryContact": samples.USER["email"],
        "country": "United Kingdom",
        "currencyCode": "GBP",
        "currencyLocale": "en_GB",
        "currencySymbol": "£",
        "edition": "ENTERPRISE",
        "isAdminInOrg": True,
        "isDefault": is_default,
        "isPayloadEncryptionEnabled": False,
        "isSandboxPortal": False,
    }


BASE = r"/api/v1"
CONTACT = rf"{BASE}/contacts/(?P<id>\d+)"
TICKET = rf"{BASE}/tickets/(?P<id>\d+)"
ROUTES = [
    route("GET", rf"{BASE}/organizations", organisations),
    route("GET", rf"{BASE}/departments", desk_departments.departments),
    route("GET", rf"{BASE}/layouts", desk_layouts.several),
    route("GET", rf"{BASE}/layouts/(?P<id>\d+)", desk_layouts.one),
    route("GET", rf"{BASE}/myForm", desk_layouts.form),
    route("GET", rf"{BASE}/organizationFields", desk_layouts.fields),
    route("GET", rf"{BASE}/dependencyMappings", desk_layouts.dependencies),
    route("GET", rf"{BASE}/contacts", desk_contacts.several),
    route("POST", rf"{BASE}/contacts", desk_contacts.create),
    route("GET", rf"{BASE}/contacts/search", desk_search.contacts),
    route("GET", CONTACT, desk_contacts.one),
    route("GET", rf"{CONTACT}/tickets", desk_tickets.of_contact),
    route("POST", rf"{BASE}/tickets", desk_tickets.create),
    route("GET", rf"{BASE}/tickets", desk_tickets.several),
    route("GET", rf"{BASE}/tickets/search", desk_search.tickets),
    route("GET", TICKET, desk_tickets.one),
    route("PATCH", TICKET, desk_tickets.change),
    route("POST", rf"{TICKET}/comments", desk_comments.add),
    route("GET", rf"{TICKET}/comments", desk_comments.several),
    route("GET", rf"{TICKET}/conversations", desk_conversations.several),
    route("GET", rf"{TICKET}/attachments", desk_attachments.several),
    route("POST", rf"{TICKET}/attachments", desk_attachments.create),
    route(
        "GET",
        rf"{TICKET}/attachments/(?P<attachment_id>\d+)/content",
        desk_attachments.content,
    ),
    route("POST", rf"{BASE}/uploads", desk_attachments.upload),
    route("*", rf"{BASE}/.*", unknown_url),
]
