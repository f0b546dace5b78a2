"""What staff can do in Zoho Desk, and how it is said to Zoho."""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from django.urls import reverse
from django.utils.html import escape

from connections.features import Feature
from connections.models import Connection
from connections.zoho.client import ZohoClient
from connections.zoho.errors import (
    FieldProblem,
    OutcomeUnknown,
    Rejected,
    UnexpectedReply,
)
from desk import fields
from desk.lookup import find_ticket
from zohoportal.accounts.models import User
from zohoportal.outbox import services as outbox
from zohoportal.outbox.form_keys import FormKey
from zohoportal.outbox.senders import Outcome, Payload, Sender

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
)


_NAME_NEEDED = FieldProblem(
    "contact/lastName",
    "missing",
    words="Desk does not know this e-mail address. Enter the last name, so that the "
    "person is added.",
)


def open_ticket(  # noqa: PLR0913  # the form's fields, written out
    *,
    connection: Connection,
    person: User,
    form_key: FormKey,
    subject: str,
    department: str,
    email: str,
    last_name: str = "",
    first_name: str = "",
    phone: str = "",
    description: str = "",
    priority: str = "",
    channel: str = "",
    due_date: datetime | None = None,
    language: str = "",
) -> outbox.Receipt:
    """Open a ticket for the Desk contact with this e-mail address, or a new one.

    `due_date` is aware; empty values are left to Desk.
    """
    payload = {
        "subject": subject,
        "department": department,
        "email": email,
        "last_name": last_name,
        "first_name": first_name,
        "phone": phone,
        "description": description,
        "priority": priority,
        "channel": channel,
        "due_date": _utc(due_date) if due_date else "",
        "language": language,
    }
    return outbox.submit(
        kind=SENDER.kind,
        connection=connection,
        person=person,
        form_key=form_key,
        title=f"Ticket “{subject}”",
        payload=payload,
    )


def _send(client: ZohoClient, payload: Payload, reference: str) -> Outcome:
    ticket = _ticket(payload, reference) | _contact(client, payload)
    # Not repeatable: Desk knows no key that would make it one ticket.
    # https://desk.zoho.com/DeskAPIDocument#Tickets#Tickets_Createaticket
    return _opened(client, client.desk("POST", "tickets", json=ticket))


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
        url=_safe_link(client, reply.get("webUrl")),
        number=str(number),
    )


def _ticket(payload: Payload, reference: str) -> dict[str, Any]:
    values = {zoho: payload[ours] for ours, zoho in fields.TICKET.items()}
    filled = {name: value for name, value in values.items() if value}
    return filled | {"description": _html(payload["description"], reference)}


def _contact(client: ZohoClient, payload: Payload) -> dict[str, Any]:
    """Return the ticket's person: one that Desk knows, else a new one.

    Raises:
        Rejected: Desk does not know the address and no last name was given.
        UnexpectedReply: Desk's answer has another shape.
    """
    # https://desk.zoho.com/DeskAPIDocument#Search#Search_SearchContacts
    reply = client.desk("GET", "contacts/search", params={"email": payload["email"]})
    people = reply.get("data", [])
    if not isinstance(people, list) or not all(isinstance(p, dict) for p in people):
        raise UnexpectedReply("no_contacts")
    wanted = payload["email"].lower()
    for found in people:
        if str(found.get("email") or "").lower() == wanted and found.get("id"):
            return {"contactId": str(found["id"])}
    if not payload["last_name"]:
        raise Rejected("new_person", fields=[_NAME_NEEDED])
    values = {zoho: payload[ours] for ours, zoho in fields.CONTACT.items()}
    return {"contact": {name: value for name, value in values.items() if value}}


def _html(text: str, reference: str) -> str:
    """Return typed text as safe HTML; the last line is what a look-up searches for."""
    lines = [*text.splitlines(), "", f"Ref. {reference}"]
    return "<br>".join(escape(line) for line in lines)


def _safe_link(client: ZohoClient, url: object) -> str:
    """Return Desk's link to the ticket if it is one that people may follow."""
    link = str(url or "")
    own = urlsplit(client.data_center.desk)
    parts = urlsplit(link)
    is_own = (parts.scheme, parts.netloc) == (own.scheme, own.netloc)
    return link if is_own or parts.scheme == "https" else ""


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def _form_url(slug: str, _payload: Payload) -> str:
    return reverse("desk:ticket", args=[slug])


SENDER = Sender(
    kind="desk.ticket",
    form_url=_form_url,
    again="Open another ticket",
    open_label="Open in Zoho Desk",
    fields=fields.OBJECTIONS,
    send=_send,
    is_repeatable=lambda payload: False,  # noqa: ARG005  # no ticket is
    find=_find,
)
