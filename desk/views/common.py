"""What the pages about Desk's tickets share."""

from contextlib import suppress

from connections.models import Connection
from connections.zoho.errors import ZohoError
from desk.zoho.layouts import layout_of
from desk.zoho.tickets import Ticket

# https://desk.zoho.com/DeskAPIDocument#Tickets: those that a new Desk begins with.
USUAL_STATUSES = ("Open", "On Hold", "Escalated", "Closed")


def statuses(connection: Connection, ticket: Ticket, typed: str = "") -> list[str]:
    """Return the statuses that a ticket may have, with the one that it has.

    They are those of its department; Desk's usual ones, and what was typed, where it
    does not tell.
    """
    field = None
    # Else Desk judges it when it gets it.
    with suppress(ZohoError):
        if ticket.department_id:
            field = layout_of(connection, ticket.department_id).field("status")
    # Databases take no NUL.
    sound = typed if "\0" not in typed else ""
    known = field.values if field and field.values else (*USUAL_STATUSES, sound)
    return list(dict.fromkeys(filter(None, [ticket.status, *known])))
