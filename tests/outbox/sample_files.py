"""A ticket with files, as a product would register it."""

from dataclasses import replace
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile

from connections.models import Connection
from connections.zoho.client import ZohoClient
from desk.envelope import DESK
from desk.payloads import TicketFilePayload, TicketPayload
from desk.zoho import attachments, opening
from desk.zoho.departments import departments_of
from tests.support.products import give
from tests.zoho import SandboxZoho
from zohoportal.accounts.models import User
from zohoportal.outbox import services as outbox
from zohoportal.outbox.idempotency import IdempotencyKey
from zohoportal.outbox.models import Delivery
from zohoportal.outbox.senders import Outcome, Sending
from zohoportal.outbox.uploads import store

TICKETS_FILES = "/api/v1/tickets/*"
LOST = {"drop": "after"}
ATTACHED = {"status": 200, "body": {"id": "77000000000001", "name": "a.txt"}}
TOO_LARGE = {
    "status": 413,
    "body": {
        "errorCode": "RESOURCE_SIZE_EXCEEDED",
        "message": "The size of the file exceeds the limit.",
    },
}


def _attach(
    client: ZohoClient, payload: TicketFilePayload, sending: Sending
) -> Outcome:
    with store.opened(sending.upload) as file:
        # https://desk.zoho.com/DeskAPIDocument#TicketAttachments
        reply = client.call(
            DESK, "POST", f"tickets/{payload.attach_to}/attachments", file=file
        )
    return Outcome(f"{file.name} was attached.", str(reply["id"]))


FILE = replace(
    attachments.SENDER,
    kind="desk.sample_file",
    send=_attach,
    find=None,
)
TICKET = replace(opening.SENDER, kind="desk.sample_ticket", file_kind=FILE.kind)

give(FILE, TICKET)


def chosen(*names: str) -> list[SimpleUploadedFile]:
    """Return files as a form gives them; each holds its own name."""
    return [SimpleUploadedFile(name, name.encode()) for name in names]


def new_ticket(
    connection: Connection,
    person: User,
    *names: str,
    idempotency_key: IdempotencyKey | None = None,
) -> outbox.Receipt:
    return outbox.submit(
        kind=TICKET.kind,
        connection=connection,
        person=person,
        idempotency_key=idempotency_key or IdempotencyKey(uuid4().hex),
        title="Ticket “The printer jams”",
        payload=TicketPayload(
            subject="The printer jams",
            department=departments_of(connection)[0].id,
            email="ada.archer@example.com",
        ),
        files=chosen(*names),
    )


def states(delivery: Delivery) -> list[str]:
    return [file.state for file in delivery.files.order_by("created_at")]


def file_calls(zoho: SandboxZoho) -> list[str]:
    """Return the paths to which files were sent."""
    return [
        entry["path"]
        for entry in zoho.journal()
        if entry["path"].endswith("/attachments")
    ]
