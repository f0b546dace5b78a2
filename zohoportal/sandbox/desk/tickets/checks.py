"""What Desk finds wrong with a ticket before it opens or changes it."""

from typing import Any

from zohoportal.sandbox.desk import contacts
from zohoportal.sandbox.desk.attachments import are_uploads
from zohoportal.sandbox.desk.departments import find
from zohoportal.sandbox.desk.gate import extra
from zohoportal.sandbox.desk.layouts.checks import Problems, problems
from zohoportal.sandbox.desk.layouts.field_values import is_empty
from zohoportal.sandbox.desk.layouts.fields import SYSTEM_NAMES, ordinary_fields
from zohoportal.sandbox.desk.layouts.reading import layout_of
from zohoportal.sandbox.tables import Row
from zohoportal.sandbox.world import World

SHARED_KEYS = SYSTEM_NAMES - {"accountId"} | {"cf", "customFields"}
NEW_KEYS = SHARED_KEYS - {"resolution"} | {"contact", "teamId", "entitySkills"}
# Another department is another call, /move.
CHANGE_KEYS = SHARED_KEYS - {"departmentId"} | {"uploads", "sharedDepartments"}
CONTACT_KEYS = {"lastName", "email"}
# What is known to be wrong before the department is known.
SUBJECT = [each for each in ordinary_fields() if each["apiName"] == "subject"]
ONLY_SUBJECT: Row = {"sections": [{"fields": SUBJECT}], "dependencies": []}


def problems_of_new(body: Row, org_id: str, world: World) -> Problems:
    """Return JSON pointers, each with "missing" or "invalid".

    Raises:
        Refusal: The body has a key Desk does not know, or the department is hidden.
    """
    _refuse_extra(body, NEW_KEYS)
    department = body.get("departmentId")
    known = None if is_empty(department) else find(world, org_id, str(department))
    layout = layout_of(world, known["id"]) if known else ONLY_SUBJECT
    found = problems(body if known else {"subject": body.get("subject")}, layout)
    if is_empty(department):
        found.append(("/departmentId", "missing"))
    elif known is None or not known["is_enabled"]:
        found.append(("/departmentId", "invalid"))
    return found + _contact(body, org_id, world)


def problems_of_change(body: Row, ticket: Row, world: World) -> Problems:
    """Return JSON pointers, each with "missing" or "invalid".

    Raises:
        Refusal: The body has a key Desk does not know.
    """
    _refuse_extra(body, CHANGE_KEYS)
    found = problems(body, layout_of(world, ticket["departmentId"]), ticket)
    if "contactId" in body:
        found += _known_contact(body["contactId"], ticket["org_id"], world)
    if not are_uploads(body.get("uploads"), ticket, world):
        found.append(("/uploads", "invalid"))
    return found


def _refuse_extra(body: Row, known: set[str]) -> None:
    for name in body:
        if name not in known:
            raise extra(name)


def _contact(body: Row, org_id: str, world: World) -> Problems:
    if not is_empty(body.get("contactId")):
        return _known_contact(body["contactId"], org_id, world)
    contact = body.get("contact")
    if contact is None:
        return [("/contactId", "missing")]
    if not isinstance(contact, dict):
        return [("/contact", "invalid")]
    needed: set[str] = set()
    if world.settings["strict_inline_contact"]:
        # As Zoho's OpenAPI file has it: both, and nothing else.
        _refuse_extra(contact, CONTACT_KEYS)
        needed = CONTACT_KEYS
    elif all(is_empty(contact.get(name)) for name in CONTACT_KEYS):
        # As the documentation has it: one of the two.
        needed = {"lastName"}
    found = contacts.problems(contact, *needed)
    return [(f"/contact{pointer}", problem) for pointer, problem in found]


def _known_contact(contact_id: Any, org_id: str, world: World) -> Problems:
    known = world.tables["desk_contacts"].get(str(contact_id))
    is_own = known is not None and known["org_id"] == org_id
    return [] if is_own else [("/contactId", "invalid")]
