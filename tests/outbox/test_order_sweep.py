"""Whatever people send in whatever order things end: nothing overtakes, nothing stays.

Deliveries of a sender that does what its test says, over a few targets, claimed by
several hands at once.
"""

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connections import limits
from connections.limits import HeldSlot
from connections.models import Connection, Limit
from connections.zoho.client import ZohoClient
from connections.zoho.errors import (
    OutcomeUnknown,
    Rejected,
    Unavailable,
    UnexpectedReply,
)
from tests.support.products import give
from zohoportal.accounts.models import User
from zohoportal.outbox import services as outbox
from zohoportal.outbox.delivering import claims
from zohoportal.outbox.delivering.claims import Claim
from zohoportal.outbox.idempotency import IdempotencyKey
from zohoportal.outbox.models import ENDED, Delivery
from zohoportal.outbox.payloads import Payload
from zohoportal.outbox.senders import Outcome, Sender, Sending, form_at, never, only

ENDS: dict[str, Callable[[], Exception]] = {
    "refused": lambda: Rejected("INVALID_DATA"),
    "unknown": lambda: OutcomeUnknown("no_answer"),
    "held": lambda: UnexpectedReply("strange"),
    "away": lambda: Unavailable("503"),
}
ACTS = st.one_of(
    st.tuples(st.just("submit"), st.sets(st.sampled_from("abc"), min_size=1)),
    st.tuples(st.just("take"), st.none()),
    st.tuples(st.just("end"), st.sampled_from(["done", "done", *ENDS])),
    st.tuples(st.just("person"), st.sampled_from(["cancel", "found", "again"])),
)


class Script:
    """What the next send comes to."""

    end = "done"


class Sample(Payload, frozen=True, kw_only=True):
    targets: list[str]
    number: int


def _send(client: ZohoClient, payload: Sample, sending: Sending) -> Outcome:
    if Script.end in ENDS:
        raise ENDS[Script.end]()
    return Outcome("It was done.", "")


SENDER = Sender(
    kind="desk.sample_change",
    payload=Sample,
    form_url=form_at("desk:tickets"),
    again="",
    open_label="",
    fields={},
    send=_send,
    is_repeatable=never,
    targets=lambda payload, _made: payload.targets,
    typed=only("targets", "number"),
)
give(SENDER)


class Line:
    """Somebody who submits, and hands that take deliveries and end their turns."""

    def __init__(
        self, connection: Connection, person: User, slots: list[HeldSlot]
    ) -> None:
        Delivery.objects.all().delete()
        for slot in slots:
            slot.renew()
        self._connection, self._person = connection, person
        self._free = list(slots)
        self._taken: list[Claim] = []
        self.submitted: list[Delivery] = []

    def submit(self, targets: set[str]) -> None:
        receipt = outbox.submit(
            kind=SENDER.kind,
            connection=self._connection,
            person=self._person,
            idempotency_key=IdempotencyKey(uuid4().hex),
            title="Sample",
            payload=Sample(targets=sorted(targets), number=len(self.submitted)),
        )
        assert receipt.delivery.state == "waiting"
        self.submitted.append(receipt.delivery)

    def take(self, _: None) -> bool:
        Limit.objects.update(paused_until=None, failures=0, width=8)
        if not self._free:
            return False
        claim = claims.take_next(self._free[-1])
        if claim:
            self._free.pop()
            self._judge(claim.delivery)
            self._taken.append(claim)
        return claim is not None

    def _judge(self, taken: Delivery) -> None:
        """Nobody is sent while an earlier one that changes the same is open."""
        place = self.submitted.index(taken)
        for earlier in self.submitted[:place]:
            if set(earlier.payload["targets"]) & set(taken.payload["targets"]):
                earlier.refresh_from_db()
                assert earlier.state in ENDED

    def end(self, end: str) -> None:
        if self._taken:
            Script.end = end
            claim = self._taken.pop(0)
            claim.go()
            self._free.append(claim._slot)
            # What waits for another try may be tried again at once.
            Delivery.objects.exclude(retry_at=None).update(retry_at=timezone.now())

    def person(self, act: str) -> None:
        """Do what somebody may do with the oldest that it can be done with."""
        wanted = {"cancel": ["waiting"], "found": ["unknown"]}
        states = wanted.get(act, ["waiting", "unknown"])
        found = Delivery.objects.filter(state__in=states).order_by("created_at").first()
        if found:
            acts = {"cancel": outbox.cancel, "found": outbox.mark_found}
            acts.get(act, outbox.send_again)(found)

    def drain(self) -> None:
        """Do what is due; where nothing is, people send again what is stuck."""
        while Delivery.objects.exclude(state__in=ENDED).exists():
            while self.take(None):
                pass
            if not self._taken:
                for each in Delivery.objects.exclude(state__in=ENDED):
                    outbox.send_again(each)
                assert claims.due().exists()
            self.end("done")


@pytest.fixture
def slots(connection: Connection) -> list[HeldSlot]:
    """All slots there are: what is submitted is kept for the hands that hold them."""
    key = limits.key_of(connection, "desk")
    return [slot for slot in iter(lambda: limits.take(key), None) if slot]


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(acts=st.lists(ACTS, max_size=25))
def test_nothing_overtakes_and_nothing_stays(
    connection: Connection,
    staff: User,
    slots: list[HeldSlot],
    acts: list[tuple[str, object]],
) -> None:
    line = Line(connection, staff, slots)

    for name, with_what in acts:
        getattr(line, name)(with_what)
    line.drain()
