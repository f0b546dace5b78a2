"""The ledger: what the portal says of each delivery against what Zoho holds."""

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
# What a person is still promised: that something happens by itself.
OPEN = Q(state__in=[State.WAITING, State.SENDING]) | Q(
    state=State.UNKNOWN, retry_at__isnull=False
)


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
    # Said to have failed for sure, and Zoho has it.
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
    elif line.state in (State.REFUSED, State.CANCELLED) and effects:
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
    key: str = (
        payload.get("last_name") or payload.get("subject") or payload.get("content")
    )
    return key


class Holdings:
    """What Zoho holds beyond what it held at the beginning."""

    def __init__(self, zoho: SandboxZoho) -> None:
        self._zoho = zoho
        self._before = {record["id"] for _, record in self._records()}

    def _records(self) -> Iterator[tuple[str, dict[str, Any]]]:
        for table, records in self._zoho.records().items():
            if table in NAMES:
                yield from ((table, record) for record in records)

    def effects(self) -> Counter[str]:
        """Return how many records there are for each key."""
        return Counter(
            record[NAMES[table]]
            for table, record in self._records()
            if record["id"] not in self._before
        )
