"""Somebody who uses every form of the portal, for the ledger."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from campaigns.zoho.envelope import NEVER_MAIL, SUBSCRIBE, UNSUBSCRIBE
from connections import limits
from connections.models import Connection
from crm.opening import fixed_plan
from crm.services import Shown, change_record
from desk.payloads import TicketFilePayload
from desk.services import open_ticket
from desk.zoho import attachments
from desk.zoho.answers import add_comment
from desk.zoho.status import change_status
from desk.zoho.tickets import Ticket
from tests.crm.contacts import upsert_contact
from tests.desk.form import TICKETS
from tests.outbox.lines import fill_slots
from tests.sandbox.client import connect
from tests.workers.mailing import Mailing, lists_of
from tests.zoho import SandboxZoho
from zohoportal.accounts.models import User
from zohoportal.outbox import services as outbox
from zohoportal.outbox.idempotency import IdempotencyKey

# So large that a worker may die in the middle of one.
FILE_BYTES = 40_000
CONTACTS = "/crm/v8/Contacts"
# What records are called that others made, for the office to work on.
OF_OTHERS = "Of others"
# So often somebody changes the same thing, one form after the other.
VERSIONS = ("first", "second", "third")
STATUSES = ("On Hold", "Escalated", "Closed")
# What its forms count under.
LIMITS = [
    ("crm", None),
    ("desk", None),
    *(("campaigns", each.pace) for each in (SUBSCRIBE, UNSUBSCRIBE, NEVER_MAIL)),
]


@dataclass(frozen=True)
class Desk:
    """What lies on the office's desk: things at Zoho that its forms are about.

    Attributes:
        department: of new tickets.
        tickets: to comment on and to attach files to.
        to_close: tickets whose status is changed, each by one form's number.
        to_change: contacts that are changed, in the same way.
        lists: keys of mailing lists by name.
    """

    department: str
    tickets: list[str]
    to_close: list[str]
    to_change: list[dict[str, Any]]
    lists: dict[str, str]

    @classmethod
    def at(cls, zoho: SandboxZoho, forms: int = 0) -> "Desk":
        """Let others make what so many forms will be about."""
        tickets = zoho.records()["tickets"]
        client = connect(zoho)
        client.headers["orgId"] = tickets[0]["org_id"]
        names = ("contactId", "departmentId")
        ticket = {"subject": OF_OTHERS} | {name: tickets[0][name] for name in names}
        times = range(0, forms, len(Office.KINDS))
        to_close = [client.post(TICKETS, ticket).json["id"] for _ in times]
        for _ in times:
            client.post(CONTACTS, {"data": [{"Last_Name": OF_OTHERS}]})
        to_change = [
            record
            for record in zoho.crm_records("Contacts")
            if record["Last_Name"] == OF_OTHERS
        ]
        known = [each["id"] for each in tickets]
        return cls(
            tickets[0]["departmentId"], known, to_close, to_change, lists_of(zoho)
        )


class Office:
    """Somebody who fills in forms of every kind, each with a key of its own.

    A form's number says all about it, so it can be sent once more by who does not know
    whether it went through.
    """

    KINDS = (
        *("contact", "stranger", "ticket", "comment", "ticket_with_files", "files"),
        *("status", "change", "come_and_leave", "confirmed", "never_mail"),
    )

    def __init__(self, desk: Desk, connection: Connection, person: User) -> None:
        self._who: dict[str, Any] = {"connection": connection, "person": person}
        self._connection = connection
        self._desk = desk
        self._mailing = Mailing(desk.lists)

    def submit(self, numbers: Iterable[int]) -> None:
        """Send one form for each number."""
        for number in numbers:
            getattr(self, self.KINDS[number % len(self.KINDS)])(number)

    def submit_for_the_workers(self, numbers: Iterable[int]) -> None:
        """Send the forms while all slots are taken, as they are in a rush, but one."""
        *numbers, last = numbers
        taken = [
            slot
            for product, pace in LIMITS
            for slot in fill_slots(limits.key_of(self._connection, product, pace))
        ]
        self.submit(numbers)
        for slot in taken:
            slot.release()
        # Whoever is through with a form wakes the workers for the others.
        self.submit([last])

    def contact(self, number: int) -> None:
        """Save a contact, and save it again under other names."""
        email = f"no{number}@example.com"
        for version in VERSIONS:
            name = f"{_name(number)} {version}"
            upsert_contact(**self._form(number, version), Email=email, Last_Name=name)

    def stranger(self, number: int) -> None:
        """Without an address Zoho knows nothing to recognise a contact by."""
        upsert_contact(**self._form(number), Email="", Last_Name=_name(number))

    def ticket(self, number: int, files: Sequence[SimpleUploadedFile] = ()) -> None:
        open_ticket(
            **self._form(number),
            email="ada.archer@example.com",
            subject=_name(number),
            department=self._desk.department,
            files=files,
        )

    def ticket_with_files(self, number: int) -> None:
        self.ticket(number, files_for(_name(number), 1 + self._turn(number) % 3))

    def files(self, number: int) -> None:
        """Add two files to a ticket that is there."""
        outbox.submit_files(
            kind=attachments.SENDER.kind,
            **self._form(number),
            payload=TicketFilePayload(attach_to=self._ticket(number)),
            files=files_for(_name(number), 2),
        )

    def status(self, number: int) -> None:
        """Close a ticket of its own in steps, made a moment ago by somebody else."""
        ticket = known(self._desk.to_close[self._turn(number)])
        for status in STATUSES:
            change_status(**self._form(number, status), ticket=ticket, status=status)

    def comment(self, number: int) -> None:
        add_comment(
            **self._form(number),
            ticket=known(self._ticket(number)),
            content=_name(number),
            is_public=False,
        )

    def change(self, number: int) -> None:
        """Change a contact of its own, made a moment ago by somebody else."""
        record = self._desk.to_change[self._turn(number)]
        for version in VERSIONS:
            title = f"{_name(number)} {version}"
            as_of = record["Modified_Time"]
            changed = change_record(
                **self._form(number, version),
                plan=fixed_plan(self._connection),
                shown=Shown(record["id"], record["Last_Name"], as_of, record),
                values={"Title": title},
            ).delivery
            if changed.state == "done":
                # The next form shows what Zoho has by then.
                stamp = changed.outcome["stamp"]
                record = record | {"Title": title, "Modified_Time": stamp}

    def come_and_leave(self, number: int) -> None:
        self._mailing.come_and_leave(partial(self._form, number), _name(number))

    def confirmed(self, number: int) -> None:
        self._mailing.ask(partial(self._form, number), _name(number))

    def never_mail(self, number: int) -> None:
        self._mailing.never_mail(partial(self._form, number), _name(number))

    def _form(self, number: int, version: str = "") -> dict[str, Any]:
        return self._who | {
            "idempotency_key": IdempotencyKey(f"form {number} {version}".strip())
        }

    def _turn(self, number: int) -> int:
        """Return how many forms of its kind came before."""
        return number // len(self.KINDS)

    def _ticket(self, number: int) -> str:
        return self._desk.tickets[self._turn(number) % len(self._desk.tickets)]


def _name(number: int) -> str:
    return f"No {number}"


def known(ticket: str) -> Ticket:
    return Ticket(ticket, ticket, "", "", is_closed=False, made_at=None)


def files_for(key: str, count: int, size: int = FILE_BYTES) -> list[SimpleUploadedFile]:
    """Return files of which no two hold the same."""
    return [
        SimpleUploadedFile(name, (name * size)[:size].encode())
        for name in (f"{key} file {number}.txt" for number in range(count))
    ]
