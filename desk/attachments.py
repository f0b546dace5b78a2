"""Files of tickets: which there are, and each new one goes to Desk on its own."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.dateparse import parse_datetime

from connections.zoho.client import ZohoClient
from connections.zoho.errors import OutcomeUnknown
from desk.lookup import CLOCKS_APART, every
from desk.tickets import moment, rows_of
from zohoportal.outbox import attached, files
from zohoportal.outbox.file_fields import MEGABYTE, readable
from zohoportal.outbox.file_names import clean_name, sealed
from zohoportal.outbox.models import Upload
from zohoportal.outbox.senders import Outcome, Payload, Sender

PER_PAGE = 20
# No more than this is brought from Desk; agents may have larger ones there.
MOST_BYTES = 100 * MEGABYTE


@dataclass(frozen=True)
class Attachment:
    """A file of a ticket.

    Attributes:
        size: in bytes; None where Desk does not say.
    """

    id: str
    name: str
    size: int | None
    at: datetime | None

    @property
    def size_words(self) -> str:
        return readable(self.size) if self.size is not None else ""

    @property
    def name_token(self) -> str:
        """Return the name as the link to the download carries it."""
        return sealed(self.name)


@dataclass(frozen=True)
class Page:
    """A page of a ticket's files; its number counts from 1."""

    attachments: list[Attachment]
    number: int
    has_more: bool


def list_attachments(client: ZohoClient, ticket_id: str, number: int = 1) -> Page:
    """Return a page of a ticket's files, in the order they were added.

    Raises:
        ZohoError: Desk could not be asked, or answered strangely.
    """
    # One more than is shown tells whether there are more.
    # https://desk.zoho.com/DeskAPIDocument#TicketAttachments#TicketAttachments_Listticketattachments
    params = {"from": str((number - 1) * PER_PAGE), "limit": str(PER_PAGE + 1)}
    path = f"tickets/{ticket_id}/attachments"
    rows = rows_of(client.desk("GET", path, params=params), "no_attachments")
    found = [_attachment(row) for row in rows if str(row.get("id")).isdecimal()]
    return Page(found[:PER_PAGE], number, has_more=len(rows) > PER_PAGE)


def _attachment(row: dict[str, Any]) -> Attachment:
    size = str(row.get("size") or "")
    return Attachment(
        id=str(row["id"]),
        name=clean_name(str(row.get("name") or "")),
        size=int(size) if size.isdecimal() else None,
        at=moment(row.get("createdTime")),
    )


def path_of(ticket_id: str, attachment_id: str) -> str:
    """Return where Desk has the content of a file."""
    # https://desk.zoho.com/DeskAPIDocument#TicketAttachments
    return f"tickets/{ticket_id}/attachments/{attachment_id}/content"


def _send(client: ZohoClient, payload: Payload, reference: str) -> Outcome:  # noqa: ARG001  # files carry none
    with files.opened(payload) as file:
        # Not repeatable: the same file would hang there twice.
        # https://desk.zoho.com/DeskAPIDocument#TicketAttachments#TicketAttachments_CreateTicketattachment
        reply = client.desk("POST", _path(payload), file=file)
    return _attached(reply)


def _find(
    client: ZohoClient,
    payload: Payload,
    reference: str,  # noqa: ARG001  # files carry none
    since: datetime,
) -> Outcome | None:
    """Look for a file that may hang there: by its name, its size, and when."""
    upload = Upload.objects.filter(pk=payload["upload"]).first()
    # https://desk.zoho.com/DeskAPIDocument#TicketAttachments#TicketAttachments_Listticketattachments
    for row in every(client, _path(payload)):
        made_at = parse_datetime(str(row.get("createdTime") or ""))
        is_old = made_at is not None and made_at < since - CLOCKS_APART
        is_it = upload and not is_old and _is(row, upload)
        if is_it and not attached.is_ours(SENDER.kind, str(row.get("id"))):
            return _attached(row)
    return None


def _path(payload: Payload) -> str:
    return f"tickets/{payload['attach_to']}/attachments"


def _is(row: dict[str, Any], upload: Upload) -> bool:
    return (row.get("name"), str(row.get("size"))) == (upload.name, str(upload.size))


def _attached(row: dict[str, Any]) -> Outcome:
    if not row.get("id"):
        raise OutcomeUnknown("no_attachment")
    name = str(row.get("name") or "The file")
    return Outcome(sentence=f"“{name}” was attached.", external_id=str(row["id"]))


def _ticket_page(slug: str, payload: Payload) -> str:
    # Those that came with a new ticket do not say where they hang.
    if not payload:
        return reverse("desk:tickets", args=[slug])
    return reverse("desk:show", args=[slug, payload["attach_to"]])


SENDER = Sender(
    kind="desk.file",
    form_url=_ticket_page,
    again="Show tickets",
    open_label="Open in Zoho Desk",
    fields={},
    send=_send,
    is_repeatable=lambda payload: False,  # noqa: ARG005  # no attachment is
    find=_find,
    feature=lambda payload: "desk.answers",  # noqa: ARG005  # no other attaches
)
