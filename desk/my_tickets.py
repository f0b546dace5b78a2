"""The tickets that somebody opened here, and how they stand at Desk now."""

from dataclasses import dataclass
from typing import Any

from connections.models import Connection
from connections.zoho.errors import ZohoError
from desk.remembered import remembered
from desk.services import SENDER
from desk.tickets import Ticket, newest_tickets, read_ticket
from zohoportal.accounts.models import User
from zohoportal.outbox.models import Delivery

# So long one list of the newest tickets serves everybody.
FRESH_SECONDS = 60


@dataclass(frozen=True)
class MyTicket:
    """A ticket opened here; `now` is None where Desk did not tell how it stands."""

    delivery: Delivery
    now: Ticket | None


def opened_by(person: User, connection: Connection) -> list[Delivery]:
    """Return what this person opened through this connection, newest first."""
    return list(
        Delivery.objects.filter(
            kind=SENDER.kind,
            person=person,
            connection=connection,
            state=Delivery.State.DONE,
        ).exclude(outcome__external_id="")
    )


def sent_for(person: User, connection: Connection, ticket_id: str) -> dict[str, Any]:
    """Return what this person's form said when it opened the ticket, if it is kept."""
    opened = Delivery.objects.filter(
        kind=SENDER.kind,
        person=person,
        connection=connection,
        outcome__external_id=ticket_id,
    ).first()
    return opened.payload if opened else {}


def as_they_stand(
    connection: Connection, deliveries: list[Delivery]
) -> tuple[list[MyTicket], ZohoError | None]:
    """Return the tickets with their state, and what kept Desk from telling all.

    One call tells of the newest tickets; only older ones cost a call each.
    """
    found: dict[str, Ticket] = {}
    problem = None
    ids = [delivery.outcome["external_id"] for delivery in deliveries]
    try:
        if ids:
            found = {each.id: each for each in _newest(connection)}
        for ticket_id in ids:
            if ticket_id not in found:
                found[ticket_id] = known_ticket(connection, ticket_id)
    except ZohoError as error:
        problem = error
    pairs = zip(deliveries, ids, strict=True)
    return [MyTicket(each, found.get(ticket_id)) for each, ticket_id in pairs], problem


def known_ticket(connection: Connection, ticket_id: str) -> Ticket:
    """Return a ticket as Desk had it ten minutes ago or less.

    Raises:
        ZohoError: it is not remembered, and Desk does not have it or cannot be asked.
    """
    return remembered(
        connection, f"ticket-{ticket_id}", lambda client: read_ticket(client, ticket_id)
    )


def _newest(connection: Connection) -> list[Ticket]:
    return remembered(
        connection, "newest-tickets", newest_tickets, fresh_seconds=FRESH_SECONDS
    )
