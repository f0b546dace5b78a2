"""The ledger: what the portal says of each delivery against what Zoho holds."""

import hashlib
from base64 import b64decode
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, fields
from typing import Any

from django.db.models import Q

from tests.zoho import SandboxZoho
from zohoportal.outbox.models import Delivery

State = Delivery.State

# Where each kind of record says whose it is.
NAMES = {"contacts": "Last_Name", "tickets": "subject", "comments": "content"}
# A file whose ticket somebody has to look for: it waits for that person.
WAITS_FOR_A_LOOK = Q(
    held_for=Delivery.Held.PARENT,
    parent__state=State.UNKNOWN,
    parent__retry_at__isnull=True,
)
# What a person is still promised: that something happens by itself.
OPEN = (
    Q(state__in=[State.WAITING, State.SENDING])
    | Q(state=State.UNKNOWN, retry_at__isnull=False)
) & ~WAITS_FOR_A_LOOK
# Said not to be in Zoho.
MISSING = (State.REFUSED, State.CANCELLED, State.WAITING)


@dataclass(frozen=True)
class Line:
    """What the portal says: `key` is in one delivery, and in the record it makes."""

    key: str
    state: str
    is_open: bool = False
    has_unanswered: bool = False


@dataclass
class Findings:
    """The keys that break a promise; all of these lists have to be empty."""

    # Said to be done, and Zoho has nothing.
    lost: list[str] = field(default_factory=list)
    # Said to have failed for sure, and Zoho has it. After an attempt of unclear end the
    # page says that it may be there.
    phantom: list[str] = field(default_factory=list)
    # Zoho has it more than once.
    duplicate: list[str] = field(default_factory=list)
    # Zoho has it, and nobody sent it.
    unexpected: list[str] = field(default_factory=list)
    # Nothing happens any more, although it was promised.
    stuck: list[str] = field(default_factory=list)
    # A person has to look, although every call was answered.
    unfounded: list[str] = field(default_factory=list)

    def counts(self) -> dict[str, int]:
        return {each.name: len(getattr(self, each.name)) for each in fields(self)}


def compare(lines: Iterable[Line], effects: Counter[str]) -> Findings:
    """Return what does not agree between the portal and Zoho."""
    findings = Findings()
    known = set()
    for line in lines:
        known.add(line.key)
        for name in _broken(line, effects[line.key]):
            getattr(findings, name).append(line.key)
    findings.unexpected += sorted(effects.keys() - known)
    return findings


def _broken(line: Line, effects: int) -> Iterator[str]:
    if effects > 1:
        yield "duplicate"
    if line.is_open:
        yield "stuck"
    elif line.state == State.DONE and not effects:
        yield "lost"
    elif line.state in MISSING and effects and not line.has_unanswered:
        yield "phantom"
    elif line.state == State.UNKNOWN and not line.has_unanswered:
        yield "unfounded"


def lines() -> list[Line]:
    """Return what the portal says of all deliveries."""
    still_open = set(Delivery.objects.filter(OPEN).values_list("pk", flat=True))
    unanswered = set(
        Delivery.objects.filter(attempts__answered=False).values_list("pk", flat=True)
    )
    return [
        Line(
            key_of(delivery),
            delivery.state,
            is_open=delivery.pk in still_open,
            has_unanswered=delivery.pk in unanswered,
        )
        for delivery in Delivery.objects.all()
    ]


def key_of(delivery: Delivery) -> str:
    payload = delivery.payload
    if upload := delivery.upload:
        return _file_key(upload.name, upload.sha256, _ticket_of(delivery))
    if "status" in payload:
        return _status_key(payload["status"], payload["ticket"])
    key: str = (
        payload.get("values", {}).get("Last_Name")
        or payload.get("subject")
        or payload.get("content")
    )
    return key


def _ticket_of(file: Delivery) -> str:
    """Return the id of the ticket that a file belongs on, if it is known."""
    outcome = file.parent.outcome if file.parent else {}
    found: str = outcome.get("external_id") or file.payload.get("attach_to", "")
    return found


def _file_key(name: str, sha256: str, ticket: str) -> str:
    """Name a file so that half of it, or another ticket's, is another thing."""
    return f"{name} {sha256[:8]} on {ticket}"


def _status_key(status: str, ticket: str) -> str:
    return f"{status} on {ticket}"


class Holdings:
    """What Zoho holds beyond what it held at the beginning."""

    def __init__(self, zoho: SandboxZoho) -> None:
        self._zoho = zoho
        self._before = {record["id"] for _, record in self._records()}
        self._statuses = self._statuses_now()

    def _records(self) -> Iterator[tuple[str, dict[str, Any]]]:
        for table, records in self._zoho.records().items():
            if table in NAMES:
                yield from ((table, record) for record in records)

    def effects(self) -> Counter[str]:
        """Return how often each key is there: records, files, changed statuses."""
        records = Counter(
            record[NAMES[table]]
            for table, record in self._records()
            if record["id"] not in self._before
        )
        return records + files_at(self._zoho) + Counter(self._changed_statuses())

    def _changed_statuses(self) -> Iterator[str]:
        for ticket, status in self._statuses_now().items():
            if self._statuses.get(ticket, status) != status:
                yield _status_key(status, ticket)

    def _statuses_now(self) -> dict[str, str]:
        return {
            each["id"]: each.get("status", "")
            for each in self._zoho.records()["tickets"]
        }


def files_at(zoho: SandboxZoho) -> Counter[str]:
    """Return how often each file hangs on its ticket."""
    return Counter(
        _file_key(
            each["name"],
            hashlib.sha256(b64decode(each["content"])).hexdigest(),
            each["ticketId"],
        )
        for each in zoho.records()["attachments"]
    )
