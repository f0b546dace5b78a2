"""Opening a ticket at Desk, for the person that is meant."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.text import get_text_list
from msgspec.structs import asdict

from connections.zoho import shapes
from connections.zoho.client import ZohoClient
from connections.zoho.errors import FieldProblem, OutcomeUnknown, Rejected
from desk.envelope import DESK
from desk.payloads import Kind, TicketPayload
from desk.zoho import attachments, contacts, fields, texts
from desk.zoho.find import find_ticket
from desk.zoho.layouts import forget_layout, known_labels
from desk.zoho.tickets import LONGEST_NUMBER, safe_link, target_of
from zohoportal.outbox.delivering.reconciling import CLOCKS_APART
from zohoportal.outbox.senders import (
    Outcome,
    Sender,
    Sending,
    form_at,
    never,
    returning,
)

# Some organisations take no more than a last name and an address inside a ticket.
EXTRA = "An extra parameter"


def _send(client: ZohoClient, payload: TicketPayload, sending: Sending) -> Outcome:
    ticket = _ticket(payload, sending) | _contact(client, payload, sending)
    try:
        reply = _create(client, ticket)
    except Rejected as error:
        if not _wants_contact_first(ticket, error):
            raise
        ticket = _with_contact_made_first(client, ticket, _submitted_at(sending))
        reply = _create(client, ticket)
    return _opened(client, reply)


def _create(client: ZohoClient, ticket: dict[str, Any]) -> dict[str, Any]:
    # Not repeatable: Desk knows no key that would make it one ticket.
    # https://desk.zoho.com/DeskAPIDocument#Tickets#Tickets_Createaticket
    return client.call(DESK, "POST", "tickets", json=ticket)


def _wants_contact_first(ticket: dict[str, Any], error: Rejected) -> bool:
    """Tell whether Desk takes this person, but not inside a ticket.

    Zoho's documentation asks for an address or a last name there, its description of
    the API for both and nothing else. A contact of its own needs the last name only.
    """
    person = ticket.get("contact", {})
    asked = {problem.field for problem in error.fields if problem.kind == "missing"}
    needs_more = not person.get("email") and "contact/email" in asked
    is_too_much = error.message.startswith(EXTRA)
    return "lastName" in person and (is_too_much or needs_more)


def _with_contact_made_first(
    client: ZohoClient, ticket: dict[str, Any], since: datetime
) -> dict[str, Any]:
    person = ticket["contact"]
    known = contacts.newest_like(client, person, since)
    if known:
        made = known.id
    else:
        # https://desk.zoho.com/DeskAPIDocument#Contacts#Contacts_CreateContact
        reply = client.call(DESK, "POST", "contacts", json=person)
        made = shapes.identifier(reply.get("id"))
    if not made:
        raise OutcomeUnknown("no_contact")
    rest = {name: value for name, value in ticket.items() if name != "contact"}
    return rest | {"contactId": made}


def _submitted_at(sending: Sending) -> datetime:
    """Return since when an earlier try of this delivery may have made its contact."""
    return sending.typed_at - CLOCKS_APART


def _find(
    client: ZohoClient, payload: TicketPayload, sending: Sending, since: datetime
) -> Outcome | None:
    """Look for a ticket that may have been made although no answer came."""
    found = find_ticket(
        client,
        [SENDER.kind],
        subject=payload.subject,
        reference=sending.reference,
        since=since,
    )
    return _opened(client, found) if found else None


def _opened(client: ZohoClient, reply: dict[str, Any]) -> Outcome:
    number = shapes.text(reply.get("ticketNumber"), LONGEST_NUMBER)
    ticket_id = shapes.identifier(reply.get("id"))
    if not number or not ticket_id:
        raise OutcomeUnknown("no_ticket_number")
    return Outcome(
        sentence=f"Ticket #{number} was opened.",
        external_id=ticket_id,
        url=safe_link(client, reply.get("webUrl")),
        number=number,
    )


def _ticket(payload: TicketPayload, sending: Sending) -> dict[str, Any]:
    values = {name: value for name, value in payload.values.items() if value}
    # What a look-up searches for stands in the last line.
    described = f"{payload.description}\n\nRef. {sending.reference}"
    return fields.body(values) | {
        "subject": payload.subject,
        "departmentId": payload.department,
        "description": texts.to_html(described),
    }


def _contact(
    client: ZohoClient, payload: TicketPayload, sending: Sending
) -> dict[str, Any]:
    """Return the ticket's person: one that Desk knows, else a new one.

    Raises:
        Rejected: Desk knows somebody who may be meant, and the person has to choose.
        UnexpectedReply: Desk's answer has another shape.
    """
    if payload.contact:
        return {"contactId": payload.contact}
    values = {zoho: getattr(payload, ours) for ours, zoho in fields.CONTACT.items()}
    person = {name: value for name, value in values.items() if value}
    known = _known(client, payload)
    last_name = payload.last_name.lower()
    meant = [
        each
        for each in known
        if each.is_like(person, _submitted_at(sending))
        and last_name in each.name.lower()
    ]
    if len(meant) == 1:
        return {"contactId": meant[0].id}
    if known:
        raise Rejected("known_person", fields=[_who_is_meant(known, payload)])
    return {"contact": person}


def _known(client: ZohoClient, payload: TicketPayload) -> list[contacts.Contact]:
    if payload.is_new and not payload.email:
        return []
    return contacts.known(
        client, **{name: getattr(payload, name) for name in fields.CONTACT}
    )


def _who_is_meant(
    known: Sequence[contacts.Contact], payload: TicketPayload
) -> FieldProblem:
    names = get_text_list([each.name for each in known], "and")
    if not payload.email:
        words = (
            f"Desk knows somebody of this name or number: {names}. Choose the contact "
            "above, or tick that this is somebody else."
        )
        return FieldProblem("contact/lastName", "duplicate", words=words)
    if len(known) == 1:
        words = (
            f"Desk knows this address: it is {names}'s. Choose {names} as the contact, "
            "or change the address."
        )
    else:
        words = f"This address is that of {names}. Choose the contact above."
    return FieldProblem("contact/email", "duplicate", words=words)


def _person(payload: TicketPayload) -> Mapping[str, str]:
    """Return who asked, as the form takes them by its query."""
    name = f"{payload.first_name} {payload.last_name}".strip()
    return {
        "contact": payload.contact,
        "name": payload.contact_name or name,
        "email": payload.email,
        "phone": payload.phone,
    }


def _typed(payload: TicketPayload) -> Mapping[str, Any]:
    """Return all of the form but the name that Desk has for the contact."""
    return {
        name: value for name, value in asdict(payload).items() if name != "contact_name"
    }


SENDER = Sender(
    kind=Kind.TICKET,
    payload=TicketPayload,
    form_url=form_at("desk:ticket"),
    again="Open another ticket",
    open_label="Open in Zoho Desk",
    fields=fields.OBJECTIONS,
    send=_send,
    is_repeatable=never,
    typed=_typed,
    find=_find,
    targets=lambda payload, made: [target_of(made)] if made else [],  # noqa: ARG005  # a new one has no other
    thing="ticket",
    carries_reference=True,
    person=_person,
    again_same="New ticket for the same person",
    file_kind=attachments.SENDER.kind,
    feature=returning("desk.tickets"),
    labels=lambda connection, payload: known_labels(connection, payload.department),
    doubt=lambda connection, payload: forget_layout(connection, payload.department),
    whose="Your department",
    is_form_fixed=True,
)
