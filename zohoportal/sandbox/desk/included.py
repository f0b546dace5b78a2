"""What Desk's tickets bring along when a call asks for it by `include`."""

from zohoportal.sandbox.desk.contacts import in_ticket
from zohoportal.sandbox.desk.gate import refuse
from zohoportal.sandbox.messages import Request
from zohoportal.sandbox.tables import Row
from zohoportal.sandbox.world import World

# What Desk knows, and the key each arrives under.
KEYS = {
    "contacts": "contact",
    "departments": "department",
    "assignee": "assignee",
    "team": "team",
    "products": "product",
}


def wanted(request: Request) -> list[str]:
    """Return the names a call includes.

    Raises:
        Refusal: Desk does not know one of them.
    """
    names = [name for name in request.query.get("include", "").split(",") if name]
    if any(name not in KEYS for name in names):
        raise refuse(422, "UNPROCESSABLE_ENTITY", "The value of 'include' is invalid.")
    return names


def included(ticket: Row, names: list[str], world: World) -> Row:
    """Return the records around a ticket that these names stand for."""
    # Nobody assigns tickets here, and there are no teams and no products.
    more: Row = {KEYS[name]: None for name in names}
    if "contacts" in names:
        more["contact"] = _contact(ticket, world)
    if "departments" in names:
        more["department"] = _department(ticket, world)
    return more


def _contact(ticket: Row, world: World) -> Row:
    contact = world.tables["desk_contacts"].rows[ticket["contactId"]]
    return in_ticket(contact)


def _department(ticket: Row, world: World) -> Row:
    (name,) = (
        each["name"]
        for each in world.departments
        if each["id"] == ticket["departmentId"]
    )
    return {"id": ticket["departmentId"], "name": name}
