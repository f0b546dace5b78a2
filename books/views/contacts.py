"""The customers and vendors of Books: found, and shown with their people."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from books.access import ADD, CHANGE, OWED, REMOVE, SEE
from books.features import CONTACTS, INVOICES
from books.zoho import invoices
from books.zoho.contacts import is_gone, read, search
from books.zoho.records import Contact
from connections.access import granted, right_or_404
from connections.models import Connection
from connections.services import client_for
from connections.views.explained import explained, reason
from connections.zoho.client import ZohoClient
from connections.zoho.errors import ZohoError
from zohoportal.accounts.access import PersonRequest

RIGHTS = {"may_add": ADD, "may_change": CHANGE, "may_remove": REMOVE, "may_owe": OWED}


@require_safe
def contacts(request: PersonRequest, slug: str) -> HttpResponse:
    """Find customers by their names; those changed last without any words."""
    connection = right_or_404(request.user, slug, SEE)
    words = request.GET.get("q", "").strip()
    context = {"connection": connection, "words": words} | _may(request, connection)
    try:
        context["contacts"] = search(client_for(connection), words)
    except ZohoError as error:
        context |= explained(request.user, connection, error, CONTACTS)
    return render(request, "books/contacts.html", context)


@require_safe
def show(request: PersonRequest, slug: str, contact: int) -> HttpResponse:
    """Show a customer with their people, and what they have not paid."""
    connection = right_or_404(request.user, slug, SEE)
    context: dict[str, Any] = {"connection": connection} | _may(request, connection)
    try:
        client = client_for(connection)
        found = read(client, str(contact))
    except ZohoError as error:
        if is_gone(error):
            raise Http404("Books has no such contact") from error
        context |= explained(request.user, connection, error, CONTACTS)
    else:
        # Where the CRM has the person whom Books has linked with this one.
        host = connection.data_center_row.hosts["crm"]
        url = f"{host}/crm/tab/Contacts/{found.crm_id}" if found.crm_id and host else ""
        context |= {"contact": found, "crm_url": url}
        if context["may_owe"]:
            context |= _invoices(request, connection, client, found)
    return render(request, "books/show.html", context)


def _may(request: PersonRequest, connection: Connection) -> dict[str, bool]:
    have = granted(request.user, connection)
    return {name: have.has(right) for name, right in RIGHTS.items()}


def _invoices(
    request: PersonRequest, connection: Connection, client: ZohoClient, found: Contact
) -> dict[str, Any]:
    try:
        owed, are_all = invoices.open_ones(client, found.id)
        return {"invoices": owed, "has_more_invoices": not are_all}
    except ZohoError as error:
        told = reason(request.user, connection, error, INVOICES)
        return {"untold": told, "has_more_invoices": False}
