"""What the pages about Desk's tickets share."""

from typing import Any

from django.http import Http404
from django.utils import timezone

from connections import status
from connections.access import usable_or_404
from connections.facts import facts_about
from connections.models import Connection
from connections.zoho.errors import ZohoError
from connections.zoho.explain import explain
from desk import answers
from desk.layouts import layout_of
from desk.services import TICKETS
from desk.tickets import Ticket
from zohoportal.accounts.access import PersonRequest, someone_to_ask


def statuses(connection: Connection, ticket: Ticket) -> list[str]:
    """Return the statuses that a ticket may have, as its department names them.

    Raises:
        ZohoError: they are not remembered, and Desk could not be asked.
    """
    field = layout_of(connection, ticket.department_id).field("status")
    return list(field.values) if field else []


def usable(request: PersonRequest, slug: str) -> Connection:
    """Return a connection that this person may use for tickets.

    Raises:
        Http404: there is none.
    """
    connection = usable_or_404(request.user, slug)
    if not {TICKETS.key, answers.ANSWERS.key} & set(connection.features):
        raise Http404("The connection is not used for tickets")
    return connection


def explained(
    request: PersonRequest, connection: Connection, error: ZohoError
) -> dict[str, Any]:
    """Return the words for why Desk could not be asked, and an admin's buttons."""
    zone = timezone.get_current_timezone()
    facts = facts_about(connection, TICKETS)
    words = explain(error, step="read", zone=zone, facts=facts)
    if not request.user.is_admin:
        words = words.for_staff(someone_to_ask())
        return {"problem": words, "act": None, "also": ()}
    acts = status.acts(connection, words)
    return {"problem": words, "act": next(iter(acts), None), "also": acts[1:]}
