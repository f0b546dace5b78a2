"""The ledger: what the portal says of each delivery against what Zoho holds."""

import hashlib
from base64 import b64decode
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, fields
from typing import Any

from django.db.models import Q

from tests.workers import mailing
from tests.zoho import SandboxZoho
from zohoportal.outbox.models import MOST_DEATHS, Delivery

State = Delivery.State

# Where each kind of record says whose it is.
NAMES = {"contacts": "Last_Name", "tickets": "subject", "comments": "content"}
# What a person is still promised: that something happens by itself, or that a person
# who is asked makes it happen.
OPEN = Q(state__in=[State.WAITING, State.SENDING]) | Q(
    state=State.UNKNOWN, retry_at__isnull=False
)
# What only a person brings on: nobody can tell whether Zoho has it.
FOR_A_PERSON = Q(state=State.UNKNOWN, retry_at=None)
# Said not to be in Zoho.
MISSING = (State.REFUSED, State.CANCELLED, State.WAITING)


@dataclass(frozen=True)
class Line:
    """What the portal says: `key` is in one delivery, and in the record it makes.

    Attributes:
        target: what it changes, where others may change the same.
    """

    key: str
    state: str
    is_open: bool = False
    has_unanswered: bool = False
    target: str = ""


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
    # A person has to look, although every call was answered and no process died.
    unfounded: list[str] = field(default_factory=list)
    # Zoho has it, although something newer of the same is said to be done.
    out_of_order: list[str] = field(default_factory=list)

    def counts(self) -> dict[str, int]:
        return {each.name: len(getattr(self, each.name)) for each in fields(self)}


def compare(lines: Iterable[Line], effects: Counter[str]) -> Findings:
    """Return what does not agree between the portal and Zoho.

    Lines stand in the order of their forms: of those that change the same, the newest
    one that is done has to be what Zoho has, or a newer one that may be done.
    """
    findings = Findings()
    known = set()
    # What is known of newer lines, by what they change.
    newer: dict[str, str] = {}
    for line in reversed(list(lines)):
        known.add(line.key)
        over = newer.get(line.target, "")
        for name in _broken(line, effects[line.key], over):
            getattr(findings, name).append(line.key)
        if line.target and over != "done":
            newer[line.target] = _over(line) or over
    findings.unexpected += sorted(effects.keys() - known)
    return findings


def _over(line: Line) -> str:
    """Return whether what is older of the same may be gone by it."""
    if line.state == State.DONE:
        return "done"
    return "in doubt" if line.has_unanswered else ""


def _broken(line: Line, effects: int, over: str) -> Iterator[str]:
    if over == "done" and effects:
        yield "out_of_order"
    if effects > 1:
        yield "duplicate"
    if line.is_open:
        yield "stuck"
    elif line.state == State.DONE and not effects and not over:
        yield "lost"
    elif line.state in MISSING and effects and not line.has_unanswered:
        yield "phantom"
    elif line.state == State.UNKNOWN and not line.has_unanswered:
        yield "unfounded"


def lines() -> list[Line]:
    """Return what the portal says of all deliveries."""
    still_open = set(Delivery.objects.filter(OPEN).values_list("pk", flat=True))
    in_doubt = Q(attempts__answered=False) | Q(deaths__gte=MOST_DEATHS)
    unanswered = set(Delivery.objects.filter(in_doubt).values_list("pk", flat=True))
    return [
        Line(
            key_of(delivery),
            delivery.state,
            is_open=delivery.pk in still_open,
            has_unanswered=delivery.pk in unanswered,
            target=target_of(delivery),
        )
        for delivery in Delivery.objects.order_by("created_at")
    ]


def target_of(delivery: Delivery) -> str:
    """Return what it changes: a ticket's status, a record, or who has an address."""
    payload = delivery.payload
    if mailing.is_ours(delivery):
        return mailing.person_of(delivery)
    if "status" in payload:
        return str(payload["ticket"])
    if "before" in payload:
        return str(payload["id"])
    return payload.get("values", {}).get("Email") or ""


def key_of(delivery: Delivery) -> str:
    payload = delivery.payload
    if mailing.is_ours(delivery):
        return mailing.key_of(delivery)
    if upload := delivery.upload:
        return _file_key(upload.name, upload.sha256, _ticket_of(delivery))
    if "status" in payload:
        return _value_key(payload["status"], payload["ticket"])
    if "before" in payload:
        return _value_key(payload["values"]["Title"], payload["id"])
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


def _value_key(value: str, record: str) -> str:
    return f"{value} on {record}"


class Holdings:
    """What Zoho holds beyond what it held at the beginning."""

    def __init__(self, zoho: SandboxZoho) -> None:
        self._zoho = zoho
        self._before = {record["id"] for _, record in self._records()}
        self._values = self._values_now()
        self._people = mailing.effects_at(zoho)

    def _records(self) -> Iterator[tuple[str, dict[str, Any]]]:
        for table, records in self._zoho.records().items():
            if table in NAMES:
                yield from ((table, record) for record in records)

    def effects(self) -> Counter[str]:
        """Return how often each key is there: records, files, changed values, mails."""
        records = Counter(
            record[NAMES[table]]
            for table, record in self._records()
            if record["id"] not in self._before
        )
        people = Counter(mailing.effects_at(self._zoho))
        people.subtract(self._people)
        return records + files_at(self._zoho) + Counter(self._changed()) + people

    def _changed(self) -> Iterator[str]:
        for record, value in self._values_now().items():
            if self._values.get(record, value) != value:
                yield _value_key(value, record)

    def _values_now(self) -> dict[str, str]:
        """Return what may be changed of each record: a status, or a title."""
        held = self._zoho.records()
        statuses = {each["id"]: each.get("status", "") for each in held["tickets"]}
        titles = {each["id"]: each.get("Title") or "" for each in held["contacts"]}
        return statuses | titles


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
