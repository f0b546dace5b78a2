"""Tickets that are there: the list of one's own, each on its page, and answers."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from connections.models import Connection
from connections.services import client_for
from connections.zoho.errors import ZohoError
from desk import answers, file_pages
from desk.answer_forms import CommentForm, FilesForm, StatusForm
from desk.my_tickets import as_they_stand, opened_by
from desk.pages import explained, statuses, usable
from desk.services import TICKETS
from desk.tickets import Ticket, conversation, read_ticket
from zohoportal.accounts.access import PersonRequest, someone_to_ask
from zohoportal.outbox import form_keys

PAGE = 10


@require_safe
def my_tickets(request: PersonRequest, slug: str) -> HttpResponse:
    """List what this person opened here, and how it stands at Desk."""
    connection = usable(request, slug)
    pages = Paginator(opened_by(request.user, connection), PAGE)
    page = pages.get_page(request.GET.get("page"))
    tickets, problem = as_they_stand(connection, list(page))
    context = {
        "connection": connection,
        "tickets": tickets,
        "page": page,
        "can_open": TICKETS.key in connection.features,
    }
    if problem:
        context |= explained(request, connection, problem)
    return render(request, "desk/tickets.html", context)


@require_safe
def ticket_page(request: PersonRequest, slug: str, ticket: int) -> HttpResponse:
    """Show a ticket, what was said about it, and the forms to answer with."""
    connection = usable(request, slug)
    context: dict[str, Any] = {
        "connection": connection,
        "can_open": TICKETS.key in connection.features,
    }
    try:
        client = client_for(connection)
        found = read_ticket(client, str(ticket))
        context |= {"ticket": found, "said": conversation(client, found.id)}
        context["files"] = file_pages.section(request, connection, client, found.id)
        context |= _answer_forms(request, connection, found)
    except ZohoError as error:
        context |= explained(request, connection, error)
    return render(request, "desk/show.html", context)


def _answer_forms(
    request: PersonRequest, connection: Connection, ticket: Ticket
) -> dict[str, Any]:
    is_chosen = answers.ANSWERS.key in connection.features
    if not is_chosen or answers.ANSWERS.key in connection.lacking:
        return {"is_lacking": True, "admin": someone_to_ask()}
    about = {"ticket": ticket.id}
    found = statuses(connection, ticket)
    initial = about | {"status": ticket.status}
    return {
        "comment_form": CommentForm(initial=about),
        "comment_key": form_keys.issue(request.user),
        "files_form": FilesForm(initial=about),
        "files_key": form_keys.issue(request.user),
        "status_form": StatusForm(initial=initial, statuses=found),
        "status_key": form_keys.issue(request.user),
    }
