"""The tickets that somebody opened here, and how they stand at Desk now."""

from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from connections.models import Connection
from connections.schema import store
from connections.schema.sources import Source
from connections.zoho.errors import (
    OutcomeUnknown,
    PermissionMissing,
    ReconnectRequired,
    Rejected,
    UnexpectedReply,
    ZohoError,
)
from desk.access import Tickets
from desk.payloads import TicketPayload
from desk.zoho.departments import organisation_of
from desk.zoho.tickets import Ticket, is_gone, newest_tickets, read_ticket
from zohoportal.outbox.delivering.contents import known_payload
from zohoportal.outbox.models import Delivery

# So long one list of the newest tickets serves everybody.
FRESH = timedelta(seconds=60)
# What Desk says of tickets; only while it does not answer, the last it said serves on.
ANSWERS = (
    OutcomeUnknown,
    PermissionMissing,
    ReconnectRequired,
    Rejected,
    UnexpectedReply,
)


@dataclass(frozen=True)
class MyTicket:
    """A ticket opened here.

    Attributes:
        now: None where Desk did not tell how it stands.
        is_gone: whether Desk said that it is not there any more.
    """

    delivery: Delivery
    now: Ticket | None
    is_gone: bool = False


def sent_for(mine: Tickets, ticket_id: str) -> TicketPayload | None:
    """Return what this person's form said when it opened the ticket, if it is kept."""
    opened = mine.opened().filter(outcome__external_id=ticket_id).first()
    payload = known_payload(opened) if opened else None
    return payload if isinstance(payload, TicketPayload) else None


def as_they_stand(
    connection: Connection, deliveries: list[Delivery]
) -> tuple[list[MyTicket], ZohoError | None]:
    """Return the tickets with their state, and what kept Desk from telling all.

    One call tells of the newest tickets; only older ones cost a call each.
    """
    found: dict[str, Ticket] = {}
    gone: set[str] = set()
    problem = None
    ids = [delivery.outcome["external_id"] for delivery in deliveries]
    try:
        if ids:
            found = {each.id: each for each in _newest(connection)}
        older = [_source(each) for each in ids if each not in found]
        found |= store.fresh(connection, older)
        for ticket_id in ids:
            if ticket_id not in found and not _add(connection, ticket_id, found):
                gone.add(ticket_id)
    except ZohoError as error:
        problem = error
    pairs = zip(deliveries, ids, strict=True)
    rows = [MyTicket(each, found.get(id_), id_ in gone) for each, id_ in pairs]
    return rows, problem


def _add(connection: Connection, ticket_id: str, found: dict[str, Ticket]) -> bool:
    """Add one ticket to those that were found; return whether it is there."""
    try:
        found[ticket_id] = known_ticket(connection, ticket_id)
    except ZohoError as error:
        if not is_gone(error):
            raise
    return ticket_id in found


def known_ticket(connection: Connection, ticket_id: str) -> Ticket:
    """Return a ticket as Desk had it ten minutes ago or less.

    Raises:
        ZohoError: it is not known, and Desk does not have it or cannot be asked.
    """
    return store.read(connection, _source(ticket_id))


def _source(ticket_id: str) -> Source[Ticket]:
    ask = partial(read_ticket, ticket_id=ticket_id)
    return Source("desk", "ticket", ticket_id, Ticket, ask, ended_by=ANSWERS)


def forget_ticket(connection: Connection, ticket_id: str) -> None:
    """Have a ticket read anew: it is being changed here."""
    store.forget(connection, "desk", ticket_id, _newest_key(connection))


def _newest(connection: Connection) -> list[Ticket]:
    newest = Source(
        "desk",
        "newest-tickets",
        _newest_key(connection),
        list[Ticket],
        newest_tickets,
        fresh=FRESH,
        ended_by=ANSWERS,
    )
    return store.read(connection, newest)


def _newest_key(connection: Connection) -> str:
    return f"newest-{organisation_of(connection)}"
