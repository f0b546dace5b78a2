"""The files of something at Zoho: listed on its page, added there, and downloaded."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http.response import HttpResponseBase

from connections.models import Connection
from connections.product import Feature
from connections.services import client_for
from connections.views.explained import explained
from connections.zoho.client import ZohoClient
from connections.zoho.envelope import Envelope
from connections.zoho.errors import PermissionMissing, ZohoError
from connections.zoho.transport import TooLarge
from zohoportal.accounts.access import PersonRequest, someone_to_ask
from zohoportal.outbox import idempotency, status
from zohoportal.outbox.services import is_anyone_working
from zohoportal.outbox.status import unsent
from zohoportal.outbox.uploads.attachments import MOST_BYTES, Page
from zohoportal.outbox.uploads.fields import readable
from zohoportal.outbox.uploads.names import unsealed
from zohoportal.outbox.uploads.store import as_download
from zohoportal.web import paging


@dataclass(frozen=True)
class Place:
    """Where files hang, and what differs between the products' pages.

    Attributes:
        attach_to: Zoho's id of what they belong to.
        kind: the kind of delivery that brings one there.
        read: returns a page of them by its number; raises a `ZohoError`.
        download: returns the address of a file's download, for its id.
        action: where the form is sent that adds some.
        called: what people call the permission for them.
        last_page: Zoho's own lists go no further.
    """

    connection: Connection
    feature: Feature
    attach_to: str
    kind: str
    read: Callable[[ZohoClient, int], Page]
    download: Callable[[str], str]
    action: str
    called: str = ""
    last_page: int = 9_999


def section(
    request: PersonRequest, place: Place, form: forms.Form | None
) -> dict[str, Any]:
    """Return what `outbox/files.html` shows as `files`; one call to Zoho."""
    mine = unsent(request.user, place.connection, place.kind, place.attach_to)
    lines = status.lines(mine, is_anyone_working=is_anyone_working())
    context: dict[str, Any] = {"unsent": list(lines)}
    number = paging.asked(request, "files", place.last_page)
    try:
        page = place.read(client_for(place.connection), number)
    except ZohoError as error:
        context |= explained(
            request.user, place.connection, error, place.feature, named=place.called
        )
        if isinstance(error, PermissionMissing):
            return context | {"asks": someone_to_ask()}
    else:
        rows = [(each, place.download(each.id)) for each in page.attachments]
        has_authors = any(each.by for each in page.attachments)
        context |= {"page": page, "rows": rows, "has_authors": has_authors}
    # What is added while Zoho is away is kept.
    key = idempotency.issue(request.user) if form else ""
    return context | {"form": form, "form_key": key, "action": place.action}


def bring(
    request: PersonRequest, connection: Connection, envelope: Envelope, path: str
) -> HttpResponseBase | None:
    """Return a file as a download, never to be shown in place.

    None where there is nothing to give; a message says why.

    Raises:
        ZohoError: Zoho could not be asked.
    """
    name = unsealed(request.GET.get("name", ""))
    why = "is not in Zoho any more."
    try:
        client = client_for(connection)
        answer = as_download(client, envelope, path, name=name, most=MOST_BYTES)
        if answer is not None:
            return answer
    except TooLarge:
        why = f"has more than {readable(MOST_BYTES)}. Download it in Zoho."
    except ZohoError as error:
        if error.status != 404:
            raise
    messages.warning(request, f"“{name or 'The file'}” {why}")
    return None
