"""The files of a ticket on its page, and each as a download."""

from typing import Any

from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from connections.models import Connection
from connections.services import client_for
from connections.zoho.client import ZohoClient
from connections.zoho.errors import ZohoError
from connections.zoho.transport import TooLarge
from desk import attachments
from desk.attachments import MOST_BYTES
from desk.pages import explained, usable
from zohoportal import paging
from zohoportal.accounts.access import PersonRequest
from zohoportal.outbox import attached, standing
from zohoportal.outbox.file_fields import readable
from zohoportal.outbox.file_names import unsealed
from zohoportal.outbox.files import as_download
from zohoportal.outbox.services import is_anyone_working

# Desk pages no further.
LAST_PAGE = 4_999 // attachments.PER_PAGE


def section(
    request: PersonRequest, connection: Connection, client: ZohoClient, ticket_id: str
) -> dict[str, Any]:
    """Return what a ticket's page says of its files; one call to Zoho."""
    mine = attached.unsent(request.user, connection, attachments.SENDER.kind, ticket_id)
    lines = standing.lines(mine, is_anyone_working=is_anyone_working())
    context: dict[str, Any] = {"unsent": list(lines)}
    try:
        page = attachments.list_attachments(
            client, ticket_id, paging.asked(request, "files", LAST_PAGE)
        )
    except ZohoError as error:
        return context | explained(request, connection, error)
    return context | {"page": page}


@require_GET
def download(
    request: PersonRequest, slug: str, ticket: int, attachment: int
) -> HttpResponseBase:
    """Bring a file of a ticket, to be saved and never to be shown in place."""
    connection = usable(request, slug)
    name = unsealed(request.GET.get("name", ""))
    path = attachments.path_of(str(ticket), str(attachment))
    answer, why = None, "is not in Zoho any more."
    try:
        client = client_for(connection)
        answer = as_download(client, "desk", path, name=name, most=MOST_BYTES)
    except TooLarge:
        why = f"has more than {readable(MOST_BYTES)}. Download it in Zoho."
    except ZohoError as error:
        if error.status != 404:
            context = {"connection": connection}
            context |= explained(request, connection, error)
            return render(request, "desk/show.html", context)
    if answer is not None:
        return answer
    messages.warning(request, f"“{name or 'The file'}” {why}")
    return redirect("desk:show", slug, ticket)
