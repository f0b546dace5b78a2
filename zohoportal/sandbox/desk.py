"""Zoho Desk: organisations, departments and contacts.

https://desk.zoho.com/DeskAPIDocument
"""

from zohoportal.sandbox import desk_comments, samples
from zohoportal.sandbox.desk_gate import (
    LIMIT_HEADERS,
    admit,
    admit_to_organisation,
    number,
    unknown_url,
)
from zohoportal.sandbox.desk_tickets import create, one, several
from zohoportal.sandbox.messages import (
    Answer,
    Request,
    json_answer,
    no_content,
    route,
)
from zohoportal.sandbox.search_index import indexed
from zohoportal.sandbox.tables import Row
from zohoportal.sandbox.world import World

SINCE = "2026-01-05T09:00:00.000Z"


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


def departments(request: Request, world: World) -> Answer:
    # https://desk.zoho.com/DeskAPIDocument#Departments#Departments_Listalldepartments
    org_id = admit_to_organisation(request, world, "Desk.basic.READ")
    wanted = request.query.get("isEnabled", "")
    rows = [
        each
        for each in world.departments
        if each["org_id"] == org_id
        and wanted in ("", str(each["is_enabled"]).casefold())
    ]
    start = number(request, "from", 0, 4_999)
    limit = number(request, "limit", 10, 200)
    shown = rows[start : start + limit]
    if not shown:
        return no_content()
    data = [_department(each) for each in shown]
    return json_answer({"data": data}, headers=LIMIT_HEADERS)


def _department(department: Row) -> Row:
    return {
        "id": department["id"],
        "name": department["name"],
        "nameInCustomerPortal": department["name"],
        "sanitizedName": department["name"].casefold().replace(" ", "-"),
        "description": None,
        "isEnabled": department["is_enabled"],
        "isDefault": department["is_default"],
        "isVisibleInCustomerPortal": True,
        "isAssignToTeamEnabled": True,
        "chatStatus": "NOT_CREATED",
        "hasLogo": False,
        "creatorId": samples.USER_ID,
        "createdTime": SINCE,
    }


def search_contacts(request: Request, world: World) -> Answer:
    # https://desk.zoho.com/DeskAPIDocument#Search#Search_SearchContacts
    org_id = admit_to_organisation(
        request, world, "Desk.contacts.READ", "Desk.search.READ"
    )
    email = request.query.get("email", "")
    found = [
        contact
        for contact in world.tables["desk_contacts"].having("email", email)
        if contact["org_id"] == org_id
    ]
    found = indexed(found, world)
    if not found:
        return no_content()
    data = [_contact(each, world) for each in found]
    return json_answer({"data": data, "count": len(data)}, headers=LIMIT_HEADERS)


def _contact(contact: Row, world: World) -> Row:
    absent = [
        "account",
        "accountId",
        "city",
        "country",
        "description",
        "facebook",
        "layoutId",
        "mobile",
        "owner",
        "photoURL",
        "secondaryEmail",
        "state",
        "street",
        "title",
        "twitter",
        "type",
        "zip",
        "zohoCRMContact",
    ]
    return {
        **dict.fromkeys(absent),
        "id": contact["id"],
        "firstName": contact["firstName"],
        "lastName": contact["lastName"],
        "email": contact["email"],
        "phone": contact["phone"],
        "ownerId": samples.USER_ID,
        "isEndUser": False,
        "cf": {},
        "customFields": {},
        "customerHappiness": dict.fromkeys(
            ["badPercentage", "okPercentage", "goodPercentage"], "0"
        ),
        "createdTime": contact["createdTime"],
        "modifiedTime": contact["createdTime"],
        "webUrl": f"{world.public_url}/desk/tickets",
    }


BASE = r"/api/v1"
ROUTES = [
    route("GET", rf"{BASE}/organizations", organisations),
    route("GET", rf"{BASE}/departments", departments),
    route("GET", rf"{BASE}/contacts/search", search_contacts),
    route("POST", rf"{BASE}/tickets", create),
    route("GET", rf"{BASE}/tickets", several),
    route("GET", rf"{BASE}/tickets/(?P<id>\d+)", one),
    route("POST", rf"{BASE}/tickets/(?P<id>\d+)/comments", desk_comments.add),
    route("GET", rf"{BASE}/tickets/(?P<id>\d+)/comments", desk_comments.several),
    route("*", rf"{BASE}/.*", unknown_url),
]
