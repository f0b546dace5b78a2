"""Which tickets and departments somebody may see, and what they may do there."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import Http404

from connections.access import given, granted
from connections.models import Connection
from connections.product import Places, Right
from connections.rights import Granted
from connections.zoho.client import ZohoClient
from connections.zoho.errors import Rejected
from desk.payloads import (
    CommentPayload,
    Kind,
    OfTicket,
    StatusPayload,
    TicketFilePayload,
    TicketPayload,
)
from desk.zoho.departments import Department, departments_of
from desk.zoho.tickets import GONE, NOT_THERE, Ticket, read_ticket
from zohoportal.accounts.models import User
from zohoportal.outbox.models import Delivery

_OPENING, _ANSWERING = ("desk.tickets",), ("desk.answers",)
_EITHER = _OPENING + _ANSWERING

CREATE, SEE, ALL, ANSWER, CHANGE = (
    "desk.create",
    "desk.see",
    "desk.all",
    "desk.answer",
    "desk.change",
)

RIGHTS = (
    Right(SEE, "See tickets", _EITHER, hint="With what was said, and their files"),
    Right(
        ALL,
        "All tickets",
        _EITHER,
        hint="Also those that others opened, and those that came by mail",
        is_preset=False,
        needs=SEE,
        question="Which tickets?",
        instead="Only tickets they opened here",
    ),
    Right(CREATE, "Open tickets", _OPENING),
    Right(ANSWER, "Answer tickets", _ANSWERING, hint="Comments and files", needs=SEE),
    Right(CHANGE, "Change the status of tickets", _ANSWERING, needs=SEE),
)


def _choices(connection: Connection) -> list[tuple[str, str]]:
    return [(each.id, each.name) for each in departments_of(connection)]


PLACES = Places(
    title="Departments",
    every="Every department",
    some="Only the departments ticked here",
    missing="Tick at least one department, or choose every department.",
    choices=_choices,
)


@dataclass(frozen=True)
class Tickets:
    """The tickets of a connection, as far as somebody may see them."""

    person: User
    connection: Connection
    granted: Granted

    @classmethod
    def of(cls, person: User, connection: Connection) -> "Tickets":
        return cls(person, connection, granted(person, connection))

    @property
    def is_limited(self) -> bool:
        """Whether some departments are not theirs."""
        return "desk" in self.granted.places

    def has_department(self, department: str) -> bool:
        """Tell whether a department is theirs, by its id."""
        return self.granted.is_within("desk", department)

    def departments(self) -> list[Department]:
        """Return those of their departments that Desk has.

        Raises:
            ZohoError: they are not known and Zoho could not be asked.
        """
        known = departments_of(self.connection)
        return [each for each in known if self.has_department(each.id)]

    def opened(self) -> QuerySet[Delivery]:
        """Return what they opened here, newest first."""
        return Delivery.objects.filter(
            kind=Kind.TICKET,
            person=self.person,
            connection=self.connection,
            state=Delivery.State.DONE,
        ).exclude(outcome__external_id="")

    def opened_in_departments(self) -> list[Delivery]:
        """Return the same as far as it is known to be in their departments."""
        if not self.is_limited:
            return list(self.opened())
        own = list(self.granted.places["desk"])
        return list(self.opened().filter(payload__department__in=own))

    def is_own(self, ticket_id: str) -> bool:
        return self.opened().filter(outcome__external_id=ticket_id).exists()

    def may_ask_for(self, ticket_id: str) -> bool:
        """Tell whether a ticket may be theirs, as far as that is known here."""
        if not self.granted.has(SEE):
            return False
        return self.granted.has(ALL) or self.is_own(ticket_id)

    def have(self, ticket: Ticket) -> bool:
        """Tell whether they may see a ticket that Desk has told of."""
        return self.has_department(ticket.department_id) and self.may_ask_for(ticket.id)

    def told(self, ticket: Ticket) -> Ticket:
        """Return a ticket that Desk has told of.

        Raises:
            Rejected: it is not theirs, which looks as if it did not exist.
        """
        if not self.have(ticket):
            raise Rejected(GONE, fields=[NOT_THERE])
        return ticket

    def ask_or_404(self, ticket_id: str) -> None:
        """Go on only with a ticket that may be theirs.

        Raises:
            Http404: it is not, whether it exists or not.
        """
        if not self.may_ask_for(ticket_id):
            raise Http404("No such ticket")


def permits(
    person: User,
    connection: Connection,
    payload: Any,
    ask: Callable[[], ZohoClient] | None = None,
) -> bool:
    """Tell whether a person may have this sent to Desk.

    Whether a ticket is in their departments is only known where Desk can be asked.

    Raises:
        ZohoError: it could not be asked.
    """
    tickets = Tickets(person, connection, given(person, connection))
    if isinstance(payload, TicketPayload):
        has_right = tickets.granted.has(CREATE)
        return has_right and tickets.has_department(payload.department)
    if isinstance(payload, TicketFilePayload):
        return _may_attach(tickets, payload.attach_to, ask)
    rights: dict[type, str] = {CommentPayload: ANSWER, StatusPayload: CHANGE}
    if not isinstance(payload, OfTicket) or not tickets.granted.has(
        rights[type(payload)]
    ):
        return False
    return _reaches(tickets, payload.ticket, ask)


def _may_attach(
    tickets: Tickets, ticket_id: str, ask: Callable[[], ZohoClient] | None
) -> bool:
    """Tell whether a file may go along; those of a new ticket come with it."""
    comes_along = not ticket_id or tickets.is_own(ticket_id)
    if comes_along and tickets.granted.has(CREATE):
        return True
    may_answer = tickets.granted.has(ANSWER)
    return may_answer and bool(ticket_id) and _reaches(tickets, ticket_id, ask)


def _reaches(
    tickets: Tickets, ticket_id: str, ask: Callable[[], ZohoClient] | None
) -> bool:
    if not tickets.may_ask_for(ticket_id):
        return False
    if not (tickets.is_limited and ask):
        return True
    return tickets.have(read_ticket(ask(), ticket_id))
