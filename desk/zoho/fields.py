"""Our names of a ticket's fields -> Zoho Desk's, used both ways.

A layout's own fields go by Desk's names, but for those that a person has too.
"""

from collections.abc import Mapping
from typing import Any

TICKET = {
    "subject": "subject",
    "department": "departmentId",
    "description": "description",
    "due_date": "dueDate",
    "ticket_email": "email",
    "ticket_phone": "phone",
}

# Those of a new person, which Desk takes inside the ticket.
CONTACT = {
    "last_name": "lastName",
    "first_name": "firstName",
    "email": "email",
    "phone": "phone",
}

# Where Desk's objections belong; it names inner fields by a path.
OBJECTIONS = (
    {zoho: ours for ours, zoho in TICKET.items()}
    | {f"contact/{zoho}": ours for ours, zoho in CONTACT.items()}
    | {"email": "email", "contactId": "who", "contact": "who"}
)

_OURS = {zoho: ours for ours, zoho in TICKET.items()}


def form_name(name: str) -> str:
    """Return what the form calls a field of the layout."""
    return _OURS.get(name, name)


def body(values: Mapping[str, str]) -> dict[str, Any]:
    """Return values as Desk takes them: custom fields stand apart."""
    custom = {name: value for name, value in values.items() if name.startswith("cf_")}
    own = {name: value for name, value in values.items() if name not in custom}
    return own | ({"cf": custom} if custom else {})
