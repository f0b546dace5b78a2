"""Pieces of the ticket form that come while somebody fills it in."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from connections.access import right_or_404
from connections.messages.explain import explain
from connections.services import client_for
from connections.zoho.errors import ZohoError
from desk.access import CREATE, Tickets
from desk.zoho import contacts
from zohoportal.accounts.access import PersonRequest

SHORTEST = 2


@require_safe
def contact_options(request: PersonRequest, slug: str) -> HttpResponse:
    """Answer the combobox: contacts by the beginning of a name, address or number."""
    connection = right_or_404(request.user, slug, CREATE)
    words = request.GET.get("q", "").strip()
    found, problem = [], ""
    if len(words) >= SHORTEST:
        try:
            found = contacts.search(client_for(connection), words)
        except ZohoError as error:
            zone = timezone.get_current_timezone()
            problem = f"{explain(error, step='read', zone=zone).title}."
    options = [(each.id, each.name, each.details) for each in found]
    context = {"options": options, "words": words, "problem": problem}
    return render(request, "includes/combobox_options.html", context)


@require_safe
def open_tickets(request: PersonRequest, slug: str, contact: int) -> HttpResponse:
    """Show what a contact has asked already; nothing where Desk cannot be asked."""
    connection = right_or_404(request.user, slug, CREATE)
    have = Tickets.of(request.user, connection).have
    try:
        found = contacts.open_tickets(client_for(connection), str(contact), have)
    except ZohoError:
        found = []
    context = {"open_tickets": found, "connection": connection}
    return render(request, "desk/open_tickets.html", context)
