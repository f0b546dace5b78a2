"""Zoho Desk's contacts: list, read and create them.

https://desk.zoho.com/DeskAPIDocument#Contacts
"""

from zohoportal.sandbox import samples
from zohoportal.sandbox.desk.gate import (
    LIMIT_HEADERS,
    admit_to_organisation,
    body_of,
    extra,
    invalid,
    not_found,
    page,
)
from zohoportal.sandbox.desk.layouts.field_values import EMAIL, is_empty
from zohoportal.sandbox.messages import Answer, Request, json_answer, no_content
from zohoportal.sandbox.tables import Row
from zohoportal.sandbox.world import World

# Key and the most characters it may have.
LONGEST = {
    "lastName": 200,
    "firstName": 40,
    "email": 255,
    "secondaryEmail": 100,
    "phone": 50,
    "mobile": 50,
    "title": 100,
    "description": 65_535,
    "street": 250,
    "city": 30,
    "state": 30,
    "country": 30,
    "twitter": 100,
    "facebook": 100,
}
OTHER_KEYS = {"accountId", "ownerId", "type", "zip", "cf", "customFields"}
SORTS = ("createdTime", "firstName", "lastName", "email", "phone")


def several(request: Request, world: World) -> Answer:
    # https://desk.zoho.com/DeskAPIDocument#Contacts#Contacts_Listcontacts
    org_id = admit_to_organisation(request, world, "Desk.contacts.READ")
    sort_by = request.query.get("sortBy", "-createdTime")
    if sort_by.removeprefix("-") not in SORTS:
        raise invalid(("/sortBy", "invalid"))
    rows = [
        each
        for each in world.tables["desk_contacts"].rows.values()
        if each["org_id"] == org_id
    ]
    rows.sort(
        key=lambda each: str(each[sort_by.removeprefix("-")] or "").casefold(),
        reverse=sort_by.startswith("-"),
    )
    data = [_listed(each, world) for each in page(request, rows)]
    if not data:
        return no_content()
    return json_answer({"data": data}, headers=LIMIT_HEADERS)


def one(request: Request, world: World) -> Answer:
    # https://desk.zoho.com/DeskAPIDocument#Contacts#Contacts_Getcontact
    contact = own_contact(request, world, "Desk.contacts.READ")
    return json_answer(_whole(contact, world), headers=LIMIT_HEADERS)


def create(request: Request, world: World) -> Answer:
    # https://desk.zoho.com/DeskAPIDocument#Contacts#Contacts_CreateContact
    org_id = admit_to_organisation(request, world, "Desk.contacts.CREATE")
    body = body_of(request)
    for name in body:
        if name not in LONGEST.keys() | OTHER_KEYS:
            raise extra(name)
    if mistakes := problems(body, "lastName"):
        raise invalid(*mistakes)
    # An address may be there already: Desk makes a second contact.
    contact = world.add_desk_contact(
        org_id,
        body.get("firstName"),
        body["lastName"],
        body.get("email") or None,
        body.get("phone"),
    )
    contact = contact | {name: body[name] for name in LONGEST if name in body}
    world.tables["desk_contacts"].put(contact)
    return json_answer(
        _whole(contact, world),
        effect=f"created Desk contact {contact['id']}",
        headers=LIMIT_HEADERS,
    )


def problems(given: Row, *required: str) -> list[tuple[str, str]]:
    """Return what is wrong with a contact's texts, by JSON pointers."""
    return [
        (f"/{name}", "missing" if is_empty(given.get(name)) else "invalid")
        for name in LONGEST
        if (name in required if is_empty(given.get(name)) else not _fits(name, given))
    ]


def _fits(name: str, given: Row) -> bool:
    value = given[name]
    if not isinstance(value, str) or len(value) > LONGEST[name]:
        return False
    return "mail" not in name.casefold() or EMAIL.fullmatch(value) is not None


def own_contact(request: Request, world: World, *needed: str) -> Row:
    """Return the contact of the path, when it is the organisation's.

    Raises:
        Refusal: It is not, or the request is not admitted.
    """
    org_id = admit_to_organisation(request, world, *needed)
    contact = world.tables["desk_contacts"].get(request.found["id"])
    if contact is None or contact["org_id"] != org_id:
        raise not_found()
    return contact


def in_ticket(contact: Row) -> Row:
    """Return a contact the way a ticket shows it."""
    names = ("id", "firstName", "lastName", "email", "phone", "mobile", "type")
    return {name: contact.get(name) for name in names} | {"account": None}


def _basics(contact: Row, world: World) -> Row:
    """Return what every answer tells about a contact."""
    names = (*SORTS, "id", "secondaryEmail", "mobile")
    return {
        **{name: contact.get(name) for name in names},
        **dict.fromkeys(["accountId", "photoURL", "type", "zohoCRMContact"]),
        "ownerId": samples.USER_ID,
        "isEndUser": False,
        "customerHappiness": dict.fromkeys(
            ["badPercentage", "okPercentage", "goodPercentage"], "0"
        ),
        "webUrl": f"{world.public_url}/desk/tickets",
    }


def _listed(contact: Row, world: World) -> Row:
    flags = {"accountCount": "0", "isAnonymous": False, "isSpam": False}
    return _basics(contact, world) | flags


def _details(contact: Row) -> Row:
    return {
        **{name: contact.get(name) for name in LONGEST},
        **dict.fromkeys(["layoutId", "zip"]),
        "cf": {},
        "customFields": {},
        "modifiedTime": contact["createdTime"],
    }


def found(contact: Row, world: World) -> Row:
    """Return a contact the way a search shows it."""
    absent = dict.fromkeys(["account", "owner"])
    return _basics(contact, world) | _details(contact) | absent


def _whole(contact: Row, world: World) -> Row:
    return {
        **_listed(contact, world),
        **_details(contact),
        "layoutDetails": None,
        "isDeleted": False,
        "isFollowing": False,
        "isTrashed": False,
    }
