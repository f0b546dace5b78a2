"""Files of tickets: which there are, and each new one goes to Desk on its own."""

from datetime import datetime
from typing import Any

from connections.zoho import shapes
from connections.zoho.client import ZohoClient
from connections.zoho.errors import OutcomeUnknown, Rejected
from desk.envelope import DESK
from desk.payloads import Kind, TicketFilePayload
from desk.zoho.find import every
from desk.zoho.tickets import about, rows_of, target_of
from zohoportal.outbox.delivering.reconciling import Hanging, file_sent
from zohoportal.outbox.senders import (
    Outcome,
    Sender,
    Sending,
    never,
    only,
    page_of,
    returning,
)
from zohoportal.outbox.uploads import store
from zohoportal.outbox.uploads.attachments import Attachment, Page, attached
from zohoportal.outbox.uploads.names import clean_name

PER_PAGE = 20


def list_attachments(client: ZohoClient, number: int = 1, *, ticket_id: str) -> Page:
    """Return a page of a ticket's files, in the order they were added.

    Raises:
        ZohoError: Desk could not be asked, or answered strangely.
    """
    # One more than is shown tells whether there are more.
    # https://desk.zoho.com/DeskAPIDocument#TicketAttachments#TicketAttachments_Listticketattachments
    params = {"from": str((number - 1) * PER_PAGE), "limit": str(PER_PAGE + 1)}
    path = f"tickets/{ticket_id}/attachments"
    rows = rows_of(client.call(DESK, "GET", path, params=params), "no_attachments")
    found = [_attachment(row) for row in rows]
    return Page(found[:PER_PAGE], number, has_more=len(rows) > PER_PAGE)


def _attachment(row: dict[str, Any]) -> Attachment:
    return Attachment(
        id=row["id"],
        name=clean_name(shapes.text(row.get("name"))),
        size=shapes.size(row.get("size")),
        at=shapes.moment(row.get("createdTime")),
    )


def path_of(ticket_id: str, attachment_id: str) -> str:
    """Return where Desk has the content of a file."""
    # https://desk.zoho.com/DeskAPIDocument#TicketAttachments
    return f"tickets/{ticket_id}/attachments/{attachment_id}/content"


def _send(client: ZohoClient, payload: TicketFilePayload, sending: Sending) -> Outcome:
    gone = Rejected("record_gone")
    place = payload.attach_to
    with store.opened(sending.upload) as file, about(client, place, gone):
        # Not repeatable: the same file would hang there twice.
        # https://desk.zoho.com/DeskAPIDocument#TicketAttachments#TicketAttachments_CreateTicketattachment
        reply = client.call(DESK, "POST", _path(payload), file=file)
    return _attached(reply)


def _find(
    client: ZohoClient,
    payload: TicketFilePayload,
    sending: Sending,
    since: datetime,
) -> Outcome | None:
    """Look for a file that may hang there: by its name, its size, and when."""
    # https://desk.zoho.com/DeskAPIDocument#TicketAttachments#TicketAttachments_Listticketattachments
    rows = {row["id"]: row for row in every(client, _path(payload))}
    hanging = (
        Hanging(
            row_id,
            shapes.moment(row.get("createdTime")),
            row.get("name"),
            str(row.get("size")),
        )
        for row_id, row in rows.items()
    )
    found = rows.get(file_sent(client, Kind.FILE, since, sending, hanging))
    return _attached(found) if found else None


def _path(payload: TicketFilePayload) -> str:
    return f"tickets/{payload.attach_to}/attachments"


def _attached(row: dict[str, Any]) -> Outcome:
    attachment_id = shapes.identifier(row.get("id"))
    if not attachment_id:
        raise OutcomeUnknown("no_attachment")
    return attached(clean_name(shapes.text(row.get("name"))), attachment_id)


SENDER = Sender(
    kind=Kind.FILE,
    payload=TicketFilePayload,
    # Those that came with a new ticket hang nowhere before that is there.
    form_url=page_of("desk:show", "attach_to", otherwise="desk:tickets"),
    again="Show tickets",
    open_label="Open in Zoho Desk",
    fields={},
    send=_send,
    is_repeatable=never,
    typed=only("attach_to"),
    find=_find,
    targets=lambda payload, _made: [target_of(payload.attach_to)],
    thing="file",
    adds=True,
    feature=returning("desk.answers"),
)
