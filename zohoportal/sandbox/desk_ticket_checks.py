"""What Desk finds wrong with a ticket before it opens it."""

import re
from typing import Any

from zohoportal.sandbox.desk_gate import refuse
from zohoportal.sandbox.tables import Row
from zohoportal.sandbox.world import World

Problems = list[tuple[str, str]]

# Narrower than the standards, as in Zoho's OpenAPI file.
EMAIL = re.compile(
    r"[a-zA-Z0-9_][a-zA-Z0-9_+\-.'&~]*@(?=.{4,256}$)"
    r"(?:[a-zA-Z0-9](?:[\-_]*[a-zA-Z0-9])*\.)+[a-zA-Z]{2,22}"
)
DUE_DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,3})?Z")
LONGEST = {"subject": 1_000, "description": 65_535, "email": 150, "phone": 120}
CHOICES = {
    "status": ("Open", "On Hold", "Escalated", "Closed"),
    "priority": ("High", "Medium", "Low"),
    "channel": ("Phone", "Email", "Web", "Chat", "Forums", "Twitter", "Facebook"),
}
TICKET_KEYS = {
    *LONGEST,
    *CHOICES,
    "departmentId",
    "contactId",
    "contact",
    "category",
    "subCategory",
    "classification",
    "language",
    "dueDate",
    "productId",
    "assigneeId",
    "teamId",
    "entitySkills",
    "cf",
    "customFields",
}


def problems(body: Row, org_id: str, world: World) -> Problems:
    """Return JSON pointers, each with "missing" or "invalid".

    Raises:
        Refusal: The body has a key Desk does not know.
    """
    for name in body:
        if name not in TICKET_KEYS:
            raise refuse(
                422, "UNPROCESSABLE_ENTITY", f"An extra parameter '{name}' is found"
            )
    return [
        *_required(body),
        *_department(body.get("departmentId"), org_id, world),
        *_contact(body, org_id, world),
        *_texts(body),
    ]


def _required(body: Row) -> Problems:
    return [
        (f"/{name}", "missing")
        for name in ("subject", "departmentId")
        if body.get(name) in (None, "")
    ]


def _department(department_id: Any, org_id: str, world: World) -> Problems:
    if department_id in (None, ""):
        return []
    for department in world.departments:
        if department["id"] == str(department_id) and department["org_id"] == org_id:
            return [] if department["is_enabled"] else [("/departmentId", "invalid")]
    return [("/departmentId", "invalid")]


def _contact(body: Row, org_id: str, world: World) -> Problems:
    if body.get("contactId") not in (None, ""):
        known = world.tables["desk_contacts"].get(str(body["contactId"]))
        is_own = known is not None and known["org_id"] == org_id
        return [] if is_own else [("/contactId", "invalid")]
    contact = body.get("contact")
    if contact is None:
        return [("/contactId", "missing")]
    if not isinstance(contact, dict):
        return [("/contact", "invalid")]
    found: Problems = []
    for name, longest in (("lastName", 200), ("email", 255)):
        value = contact.get(name)
        if value in (None, ""):
            found.append((f"/contact/{name}", "missing"))
        elif not isinstance(value, str) or len(value) > longest:
            found.append((f"/contact/{name}", "invalid"))
        elif name == "email" and not EMAIL.fullmatch(value):
            found.append(("/contact/email", "invalid"))
    return found


def _texts(body: Row) -> Problems:
    found = [
        (f"/{name}", "invalid")
        for name, longest in LONGEST.items()
        if body.get(name) is not None
        and not (isinstance(body[name], str) and len(body[name]) <= longest)
    ]
    found += [
        (f"/{name}", "invalid")
        for name, choices in CHOICES.items()
        if body.get(name) is not None and body[name] not in choices
    ]
    if body.get("email") and not EMAIL.fullmatch(str(body["email"])):
        found.append(("/email", "invalid"))
    if body.get("dueDate") and not DUE_DATE.fullmatch(str(body["dueDate"])):
        found.append(("/dueDate", "invalid"))
    return found
