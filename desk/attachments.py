"""Files of tickets: each goes to Desk on its own, after its ticket."""

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.dateparse import parse_datetime

from connections.zoho.client import ZohoClient
from connections.zoho.errors import OutcomeUnknown
from desk.lookup import CLOCKS_APART
from desk.tickets import rows_of
from zohoportal.outbox import files
from zohoportal.outbox.models import Delivery, Upload
from zohoportal.outbox.senders import Outcome, Payload, Sender


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
    reply = client.desk("GET", _path(payload), params={"limit": "100"})
    for row in rows_of(reply, "no_attachments"):
        made_at = parse_datetime(str(row.get("createdTime") or ""))
        is_old = made_at is not None and made_at < since - CLOCKS_APART
        if upload and not is_old and _is(row, upload) and not _is_known(row):
            return _attached(row)
    return None


def _path(payload: Payload) -> str:
    return f"tickets/{payload['attach_to']}/attachments"


def _is(row: dict[str, Any], upload: Upload) -> bool:
    return (row.get("name"), str(row.get("size"))) == (upload.name, str(upload.size))


def _is_known(row: dict[str, Any]) -> bool:
    """Tell whether another delivery attached this one: a file may be chosen twice."""
    made = Delivery.objects.filter(kind=SENDER.kind, state=Delivery.State.DONE)
    return made.filter(outcome__external_id=str(row.get("id"))).exists()


def _attached(row: dict[str, Any]) -> Outcome:
    if not row.get("id"):
        raise OutcomeUnknown("no_attachment")
    name = str(row.get("name") or "The file")
    return Outcome(sentence=f"“{name}” was attached.", external_id=str(row["id"]))


def _page(slug: str, payload: Payload) -> str:
    """Return where another file can be chosen: the ticket, once it is there."""
    if not payload.get("attach_to"):
        return reverse("desk:ticket", args=[slug])
    return reverse("desk:show", args=[slug, payload["attach_to"]])


SENDER = Sender(
    kind="desk.file",
    form_url=_page,
    again="Open another ticket",
    open_label="Open in Zoho Desk",
    fields={},
    send=_send,
    is_repeatable=lambda payload: False,  # noqa: ARG005  # no attachment is
    find=_find,
    feature=lambda payload: "desk.answers",  # noqa: ARG005  # no other attaches
)
