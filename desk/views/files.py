"""The files of a ticket on its page, and each as a download."""

from functools import partial
from typing import Any

from django import forms
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET

from connections.access import right_or_404
from connections.models import Connection
from connections.views.explained import trouble
from connections.zoho.errors import ZohoError
from desk.access import SEE, Tickets
from desk.envelope import DESK
from desk.services import TICKETS
from desk.views.my_tickets import known_ticket
from desk.zoho import attachments
from zohoportal.accounts.access import PersonRequest
from zohoportal.outbox.views import files

# Desk pages no further.
LAST_PAGE = 4_999 // attachments.PER_PAGE


def section(
    request: PersonRequest,
    connection: Connection,
    ticket_id: str,
    form: forms.Form | None,
) -> dict[str, Any]:
    """Return what a ticket's page says of its files; one call to Zoho."""
    place = files.Place(
        connection=connection,
        feature=TICKETS,
        attach_to=ticket_id,
        kind=attachments.SENDER.kind,
        read=partial(attachments.list_attachments, ticket_id=ticket_id),
        download=lambda file: reverse(
            "desk:download", args=[connection.slug, ticket_id, file]
        ),
        action=reverse("desk:files", args=[connection.slug]),
        last_page=LAST_PAGE,
    )
    return files.section(request, place, form)


@require_GET
def download(
    request: PersonRequest, slug: str, ticket: int, attachment: int
) -> HttpResponseBase:
    """Bring a file of a ticket."""
    connection = right_or_404(request.user, slug, SEE)
    path = attachments.path_of(str(ticket), str(attachment))
    tickets = Tickets.of(request.user, connection)
    tickets.ask_or_404(str(ticket))
    try:
        if tickets.is_limited:
            tickets.told(known_ticket(connection, str(ticket)))
        answer = files.bring(request, connection, DESK, path)
    except ZohoError as error:
        return trouble(request, connection, error, TICKETS)
    return answer or redirect("desk:show", slug, ticket)
