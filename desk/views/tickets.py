"""Tickets that are there: the list of one's own, each on its page, and answers."""

import json
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from connections.access import right_or_404
from connections.models import Connection
from connections.services import client_for
from connections.views.explained import explained, reason
from connections.zoho.client import ZohoClient
from connections.zoho.errors import ZohoError
from desk.access import ANSWER, CHANGE, CREATE, SEE, Tickets
from desk.forms.answers import CommentForm, FilesForm, StatusForm
from desk.services import TICKETS
from desk.views import files
from desk.views.common import statuses
from desk.views.my_tickets import as_they_stand
from desk.zoho import answers
from desk.zoho.status import shown_by
from desk.zoho.tickets import Ticket, conversation, read_row, ticket_of
from zohoportal.accounts.access import PersonRequest, someone_to_ask
from zohoportal.outbox import idempotency

PAGE = 10


@require_safe
def my_tickets(request: PersonRequest, slug: str) -> HttpResponse:
    """List what this person opened here, and how it stands at Desk."""
    connection = right_or_404(request.user, slug, SEE)
    mine = Tickets.of(request.user, connection)
    pages = Paginator(mine.opened_in_departments(), PAGE)
    page = pages.get_page(request.GET.get("page"))
    tickets, problem = as_they_stand(connection, list(page))
    context = {
        "connection": connection,
        "tickets": tickets,
        "page": page,
        "can_open": mine.granted.has(CREATE),
    }
    if problem:
        context |= explained(request.user, connection, problem, TICKETS)
    return render(request, "desk/tickets.html", context)


@require_safe
def ticket_page(request: PersonRequest, slug: str, ticket: int) -> HttpResponse:
    """Show a ticket, what was said about it, and the forms to answer with."""
    connection = right_or_404(request.user, slug, SEE)
    mine = Tickets.of(request.user, connection)
    mine.ask_or_404(str(ticket))
    context: dict[str, Any] = {
        "connection": connection,
        "can_open": mine.granted.has(CREATE),
    }
    try:
        client = client_for(connection)
        row = read_row(client, str(ticket))
        found = mine.told(ticket_of(client, row))
    except ZohoError as error:
        context |= explained(request.user, connection, error, TICKETS)
    else:
        context |= {"ticket": found} | _said(request, connection, client, found)
        shown = json.dumps(shown_by(row))
        context |= _answer_forms(request, mine, found, shown)
        may_answer = "comment_form" in context
        form = FilesForm(initial={"ticket": found.id}) if may_answer else None
        context["files"] = files.section(request, connection, found.id, form)
    return render(request, "desk/show.html", context)


def _said(
    request: PersonRequest, connection: Connection, client: ZohoClient, ticket: Ticket
) -> dict[str, Any]:
    """Return what was said about a ticket, or why Desk does not tell."""
    try:
        return {"said": conversation(client, ticket.id)}
    except ZohoError as error:
        return {"said": [], "unsaid": reason(request.user, connection, error, TICKETS)}


def _answer_forms(
    request: PersonRequest, mine: Tickets, ticket: Ticket, shown: str
) -> dict[str, Any]:
    connection = mine.connection
    is_chosen = answers.ANSWERS.key in connection.features
    if not is_chosen or answers.ANSWERS.key in connection.lacking:
        return {"is_lacking": True, "admin": someone_to_ask()}
    about = {"ticket": ticket.id}
    forms: dict[str, Any] = {}
    if mine.granted.has(ANSWER):
        forms["comment_form"] = CommentForm(initial=about)
        forms["comment_key"] = idempotency.issue(request.user)
    if mine.granted.has(CHANGE):
        found = statuses(connection, ticket)
        initial = about | {"status": ticket.status, "shown": shown}
        forms["status_form"] = StatusForm(initial=initial, statuses=found)
        forms["status_key"] = idempotency.issue(request.user)
    return forms
