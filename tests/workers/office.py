"""Somebody who uses every form of the portal, for the ledger."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile

from connections import lanes
from connections.models import Connection
from desk import attachments
from desk.answers import add_comment, change_status
from desk.departments import departments_of
from desk.services import open_ticket
from desk.tickets import Ticket
from tests.crm.contacts import upsert_contact
from tests.desk.form import TICKETS
from tests.sandbox.client import connect
from tests.workers.test_worker import fill_lane
from tests.zoho import SandboxZoho
from zohoportal.accounts.models import User
from zohoportal.outbox import services as outbox
from zohoportal.outbox.form_keys import FormKey

# So large that a worker may die in the middle of one.
FILE_BYTES = 40_000


class Office:
    """Somebody who fills in forms of every kind, each with a key of its own."""

    def __init__(self, zoho: SandboxZoho, connection: Connection, person: User) -> None:
        self._who: dict[str, Any] = {"connection": connection, "person": person}
        self._connection = connection
        tickets = zoho.records()["tickets"]
        self._tickets: list[str] = [each["id"] for each in tickets]
        self._ready: list[str] = []
        self._opened: list[str] = []
        self._forms = [
            *(self.contact, self.stranger, self.ticket, self.comment),
            *(self.ticket_with_files, self.files, self.status),
        ]

    def prepare(self, zoho: SandboxZoho, forms: int) -> None:
        """Let others open the tickets whose status so many forms will change."""
        known = zoho.records()["tickets"][0]
        desk = connect(zoho)
        desk.headers["orgId"] = known["org_id"]
        names = ("contactId", "departmentId")
        ticket = {"subject": "Of others"} | {name: known[name] for name in names}
        for _ in range(0, forms, len(self._forms)):
            self._ready.append(desk.post(TICKETS, ticket).json["id"])

    def submit(self, numbers: Iterable[int]) -> None:
        """Send one form for each number."""
        for number in numbers:
            kind = self._forms[number % len(self._forms)]
            kind(f"No {number}", FormKey(uuid4().hex))

    def submit_for_the_workers(self, numbers: Iterable[int]) -> None:
        """Send the forms while all slots are taken, as they are in a rush, but one."""
        *numbers, last = numbers
        taken = [
            slot
            for product in ("crm", "desk")
            for slot in fill_lane(lanes.key_of(self._connection, product))
        ]
        self.submit(numbers)
        for slot in taken:
            slot.release()
        # Whoever is through with a form wakes the workers for the others.
        self.submit([last])

    def contact(self, key: str, form_key: FormKey) -> None:
        email = f"{form_key.key}@example.com"
        upsert_contact(**self._who, form_key=form_key, Email=email, Last_Name=key)

    def stranger(self, key: str, form_key: FormKey) -> None:
        """Without an address Zoho knows nothing to recognise a contact by."""
        upsert_contact(**self._who, form_key=form_key, Email="", Last_Name=key)

    def ticket(
        self,
        key: str,
        form_key: FormKey,
        files: Sequence[SimpleUploadedFile] = (),
    ) -> None:
        open_ticket(
            **self._who,
            form_key=form_key,
            email="ada.archer@example.com",
            subject=key,
            department=departments_of(self._connection)[0].id,
            files=files,
        )

    def ticket_with_files(self, key: str, form_key: FormKey) -> None:
        self.ticket(key, form_key, files_for(key, 1 + len(self._opened) % 3))
        self._opened.append(key)

    def files(self, key: str, form_key: FormKey) -> None:
        """Add two files to a ticket that is there."""
        outbox.submit_files(
            kind=attachments.SENDER.kind,
            **self._who,
            form_key=form_key,
            payload={"attach_to": self._ticket(key)},
            files=files_for(key, 2),
        )

    def status(self, key: str, form_key: FormKey) -> None:
        """Close a ticket of its own, made a moment ago by somebody else."""
        ticket = self._ready.pop()
        change_status(
            **self._who, form_key=form_key, ticket=known(ticket), status="Closed"
        )

    def comment(self, key: str, form_key: FormKey) -> None:
        add_comment(
            **self._who,
            form_key=form_key,
            ticket=known(self._ticket(key)),
            content=key,
            is_public=False,
        )

    def _ticket(self, key: str) -> str:
        return self._tickets[len(key) % len(self._tickets)]


def known(ticket: str) -> Ticket:
    return Ticket(ticket, ticket, "", "", is_closed=False, made_at=None)


def files_for(key: str, count: int, size: int = FILE_BYTES) -> list[SimpleUploadedFile]:
    """Return files of which no two hold the same."""
    return [
        SimpleUploadedFile(name, (name * size)[:size].encode())
        for name in (f"{key} file {number}.txt" for number in range(count))
    ]
