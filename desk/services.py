"""What staff can do in Zoho Desk, and how it is said to Zoho."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.core.files.uploadedfile import UploadedFile

from connections.features import Feature
from connections.models import Connection
from connections.zoho.client import ZohoClient
from connections.zoho.errors import (
    FieldProblem,
    OutcomeUnknown,
    Rejected,
)
from desk import attachments, contacts, fields, texts
from desk.lookup import find_ticket
from desk.tickets import safe_link
from zohoportal.accounts.models import User
from zohoportal.outbox import services as outbox
from zohoportal.outbox.form_keys import FormKey
from zohoportal.outbox.senders import Outcome, Payload, Sender, form_at

TICKETS = Feature(
    key="desk.tickets",
    product="desk",
    product_name="Zoho Desk",
    title="Open tickets",
    hint="Requests in Zoho Desk",
    scopes=(
        "Desk.tickets.CREATE",
        "Desk.tickets.READ",
        "Desk.contacts.READ",
        "Desk.contacts.CREATE",
        "Desk.basic.READ",
        "Desk.search.READ",
    ),
    page="desk:ticket",
    link="New ticket",
    first_task="Open a first ticket",
    icon="ticket",
    for_person="New ticket for this person",
)


NAME_NEEDED = FieldProblem(
    "contact/lastName",
    "missing",
    words="Desk does not know this e-mail address. Enter the last name, so that the "
    "person is added.",
)
# Some organisations take no more than a last name and an address inside a ticket.
EXTRA = "An extra parameter"


def open_ticket(  # noqa: PLR0913  # the form's fields, written out
    *,
    connection: Connection,
    person: User,
    form_key: FormKey,
    subject: str,
    department: str,
    contact: str = "",
    contact_name: str = "",
    email: str = "",
    last_name: str = "",
    first_name: str = "",
    phone: str = "",
    description: str = "",
    values: Mapping[str, str] | None = None,
    files: Sequence[UploadedFile] = (),
) -> outbox.Receipt:
    """Open a ticket for a contact of Desk, or for the person with this e-mail address.

    `values` are those of the department's layout, as Desk writes them; what is empty
    is left to Desk. Each file follows as a delivery of its own.

    Raises:
        NoSpace: the files do not fit on the disk; nothing was kept or sent.
    """
    payload = {
        "subject": subject,
        "department": department,
        "contact": contact,
        "contact_name": contact_name,
        "email": email,
        "last_name": last_name,
        "first_name": first_name,
        "phone": phone,
        "description": description,
        "values": dict(values or {}),
    }
    return outbox.submit(
        kind=SENDER.kind,
        connection=connection,
        person=person,
        form_key=form_key,
        title=f"Ticket “{subject}”",
        payload=payload,
        files=files,
    )


def _send(client: ZohoClient, payload: Payload, reference: str) -> Outcome:
    ticket = _ticket(payload, reference) | _contact(client, payload)
    try:
        reply = _create(client, ticket)
    except Rejected as error:
        if "contact" not in ticket or not error.message.startswith(EXTRA):
            raise
        reply = _create(client, _with_contact_made_first(client, ticket))
    return _opened(client, reply)


def _create(client: ZohoClient, ticket: dict[str, Any]) -> dict[str, Any]:
    # Not repeatable: Desk knows no key that would make it one ticket.
    # https://desk.zoho.com/DeskAPIDocument#Tickets#Tickets_Createaticket
    return client.desk("POST", "tickets", json=ticket)


def _with_contact_made_first(
    client: ZohoClient, ticket: dict[str, Any]
) -> dict[str, Any]:
    person = ticket["contact"]
    known = contacts.newest_by_email(client, person["email"])
    # https://desk.zoho.com/DeskAPIDocument#Contacts#Contacts_CreateContact
    made = known.id if known else client.desk("POST", "contacts", json=person).get("id")
    if not made:
        raise OutcomeUnknown("no_contact")
    rest = {name: value for name, value in ticket.items() if name != "contact"}
    return rest | {"contactId": str(made)}


def _find(
    client: ZohoClient, payload: Payload, reference: str, since: datetime
) -> Outcome | None:
    """Look for a ticket that may have been made although no answer came."""
    found = find_ticket(
        client,
        department=payload["department"],
        subject=payload["subject"],
        reference=reference,
        since=since,
    )
    return _opened(client, found) if found else None


def _opened(client: ZohoClient, reply: dict[str, Any]) -> Outcome:
    number, ticket_id = reply.get("ticketNumber"), reply.get("id")
    if not number or not ticket_id:
        raise OutcomeUnknown("no_ticket_number")
    return Outcome(
        sentence=f"Ticket #{number} was opened.",
        external_id=str(ticket_id),
        url=safe_link(client, reply.get("webUrl")),
        number=str(number),
    )


def _ticket(payload: Payload, reference: str) -> dict[str, Any]:
    values = {name: value for name, value in payload["values"].items() if value}
    custom = {name: value for name, value in values.items() if name.startswith("cf_")}
    ticket = {name: value for name, value in values.items() if name not in custom}
    # What a look-up searches for stands in the last line.
    described = f"{payload['description']}\n\nRef. {reference}"
    ticket |= {
        "subject": payload["subject"],
        "departmentId": payload["department"],
        "description": texts.to_html(described),
    }
    return ticket | ({"cf": custom} if custom else {})


def _contact(client: ZohoClient, payload: Payload) -> dict[str, Any]:
    """Return the ticket's person: one that Desk knows, else a new one.

    Raises:
        Rejected: Desk knows the address as somebody else's, or does not know it and
            no last name was given.
        UnexpectedReply: Desk's answer has another shape.
    """
    if payload["contact"]:
        return {"contactId": payload["contact"]}
    last_name = payload["last_name"]
    known = contacts.by_email(client, payload["email"])
    if known and (not last_name or last_name.lower() in known.name.lower()):
        return {"contactId": known.id}
    if known:
        raise Rejected("known_person", fields=[_known(known.name)])
    if not last_name:
        raise Rejected("new_person", fields=[NAME_NEEDED])
    values = {zoho: payload[ours] for ours, zoho in fields.CONTACT.items()}
    return {"contact": {name: value for name, value in values.items() if value}}


def _known(name: str) -> FieldProblem:
    words = (
        f"Desk knows this address: it is {name}'s. Choose {name} as the contact, or "
        "change the address."
    )
    return FieldProblem("contact/email", "duplicate", words=words)


def _person(payload: Payload) -> Mapping[str, str]:
    """Return who asked, as the form takes them by its query."""
    name = f"{payload['first_name']} {payload['last_name']}".strip()
    return {
        "contact": payload["contact"],
        "name": payload["contact_name"] or name,
        "email": payload["email"],
    }


SENDER = Sender(
    kind="desk.ticket",
    form_url=form_at("desk:ticket"),
    again="Open another ticket",
    open_label="Open in Zoho Desk",
    fields=fields.OBJECTIONS,
    send=_send,
    is_repeatable=lambda payload: False,  # noqa: ARG005  # no ticket is
    find=_find,
    carries_reference=True,
    person=_person,
    again_same="New ticket for the same person",
    file_kind=attachments.SENDER.kind,
    feature=lambda payload: TICKETS.key,  # noqa: ARG005  # no other opens tickets
    whose="Your department",
)
