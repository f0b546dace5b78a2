"""Our names of a ticket's fields -> Zoho Desk's, used both ways.

`CONTACT` are those of a new person, which Desk takes inside the ticket.
"""

TICKET = {
    "subject": "subject",
    "department": "departmentId",
    "priority": "priority",
    "channel": "channel",
    "due_date": "dueDate",
    "language": "language",
}

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
    | {"email": "email", "contactId": "email", "contact": "email"}
    | {"description": "description"}
)
