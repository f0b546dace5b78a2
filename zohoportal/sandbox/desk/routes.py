"""Zoho Desk: its organisations, and where everything else of it is found.

https://desk.zoho.com/DeskAPIDocument
"""

from zohoportal.sandbox import samples
from zohoportal.sandbox.desk import (
    attachments,
    comments,
    contacts,
    conversations,
    departments,
    search,
)
from zohoportal.sandbox.desk.gate import LIMIT_HEADERS, admit, unknown_url
from zohoportal.sandbox.desk.layouts import reading as layouts
from zohoportal.sandbox.desk.tickets import handlers as tickets
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
    route("GET", rf"{BASE}/departments", departments.departments),
    route("GET", rf"{BASE}/layouts", layouts.several),
    route("GET", rf"{BASE}/layouts/(?P<id>\d+)", layouts.one),
    route("GET", rf"{BASE}/myForm", layouts.form),
    route("GET", rf"{BASE}/organizationFields", layouts.fields),
    route("GET", rf"{BASE}/dependencyMappings", layouts.dependencies),
    route("GET", rf"{BASE}/contacts", contacts.several),
    route("POST", rf"{BASE}/contacts", contacts.create),
    route("GET", rf"{BASE}/contacts/search", search.contacts),
    route("GET", CONTACT, contacts.one),
    route("GET", rf"{CONTACT}/tickets", tickets.of_contact),
    route("POST", rf"{BASE}/tickets", tickets.create),
    route("GET", rf"{BASE}/tickets", tickets.several),
    route("GET", rf"{BASE}/tickets/search", search.tickets),
    route("GET", TICKET, tickets.one),
    route("PATCH", TICKET, tickets.change),
    route("POST", rf"{TICKET}/comments", comments.add),
    route("GET", rf"{TICKET}/comments", comments.several),
    route("GET", rf"{TICKET}/conversations", conversations.several),
    route("GET", rf"{TICKET}/attachments", attachments.several),
    route("POST", rf"{TICKET}/attachments", attachments.create),
    route(
        "GET",
        rf"{TICKET}/attachments/(?P<attachment_id>\d+)/content",
        attachments.content,
    ),
    route("POST", rf"{BASE}/uploads", attachments.upload),
    route("*", rf"{BASE}/.*", unknown_url),
]
