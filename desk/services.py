"""What staff can do in Zoho Desk: the door to the outbox for new tickets."""

from collections.abc import Mapping, Sequence

from django.core.files.uploadedfile import UploadedFile

from connections.models import Connection
from connections.product import Feature
from desk.payloads import Kind, TicketPayload
from zohoportal.accounts.models import User
from zohoportal.outbox import services as outbox
from zohoportal.outbox.idempotency import IdempotencyKey

TICKETS = Feature(
    key="desk.tickets",
    title="Open tickets",
    hint="Requests in Zoho Desk",
    scopes=(
        "Desk.tickets.CREATE",
        "Desk.tickets.READ",
        "Desk.contacts.READ",
        "Desk.contacts.CREATE",
        "Desk.basic.READ",
        "Desk.search.READ",
    ),
    page="desk:ticket",
    link="New ticket",
    first_task="Open a first ticket",
    icon="ticket",
    for_person="New ticket for this person",
    entry=("desk.create",),
)


def open_ticket(  # noqa: PLR0913  # the form's fields, written out
    *,
    connection: Connection,
    person: User,
    idempotency_key: IdempotencyKey,
    subject: str,
    department: str,
    contact: str = "",
    contact_name: str = "",
    email: str = "",
    last_name: str = "",
    first_name: str = "",
    phone: str = "",
    is_new: bool = False,
    description: str = "",
    values: Mapping[str, str] | None = None,
    files: Sequence[UploadedFile] = (),
) -> outbox.Receipt:
    """Open a ticket for a contact of Desk, or for a person by address or last name.

    Without an address nobody is recognised: who has the same number or name is asked
    about first, unless `is_new` says that this is somebody else. `values` are those
    of the department's layout, as Desk writes them; what is empty is left to Desk.
    Each file follows as a delivery of its own.

    Raises:
        NoSpace: the files do not fit on the disk; nothing was kept or sent.
    """
    payload = TicketPayload(
        subject=subject,
        department=department,
        contact=contact,
        contact_name=contact_name,
        email=email,
        last_name=last_name,
        first_name=first_name,
        phone=phone,
        is_new=is_new,
        description=description,
        values=dict(values or {}),
    )
    return outbox.submit(
        kind=Kind.TICKET,
        connection=connection,
        person=person,
        idempotency_key=idempotency_key,
        title=f"Ticket “{subject}”",
        payload=payload,
        files=files,
    )
