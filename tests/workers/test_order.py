"""Many hands at once: what changes the same still goes in the order of submission."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from random import Random
from threading import Event, Lock
from uuid import uuid4

import pytest
from django.db import connection as database

from connections import limits, product
from connections.models import Connection
from connections.zoho.client import ZohoClient
from tests.support.products import having
from zohoportal.accounts.models import User
from zohoportal.outbox import services as outbox
from zohoportal.outbox.delivering import claims
from zohoportal.outbox.idempotency import IdempotencyKey
from zohoportal.outbox.models import ENDED, Delivery, Target
from zohoportal.outbox.payloads import Payload
from zohoportal.outbox.senders import Outcome, Sender, Sending, always, form_at, only

PEOPLE = 4
FORMS = 12
HANDS = 4
TARGETS = "abc"

pytestmark = pytest.mark.django_db(transaction=True)


class Sample(Payload, frozen=True, kw_only=True):
    targets: list[str]
    name: str


@dataclass
class Desk:
    """What arrives, in order, and what came while the same was being changed."""

    arrived: list[str] = field(default_factory=list)
    clashed: list[str] = field(default_factory=list)
    in_flight: Counter[str] = field(default_factory=Counter)
    lock: Lock = field(default_factory=Lock)

    def send(self, client: ZohoClient, payload: Sample, sending: Sending) -> Outcome:
        targets, name = payload.targets, payload.name
        with self.lock:
            self.clashed += [name for each in targets if self.in_flight[each]]
            self.in_flight.update(targets)
            self.arrived.append(name)
        # Others get their turn meanwhile.
        assert Delivery.objects.filter(reference=sending.reference).exists()
        with self.lock:
            self.in_flight.subtract(targets)
        return Outcome("It was done.", "")


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A product of its own, so that its calls can be watched from inside."""
    desk = Desk()
    sender = Sender(
        kind="desk.sample_order",
        payload=Sample,
        form_url=form_at("desk:tickets"),
        again="",
        open_label="",
        fields={},
        send=desk.send,
        is_repeatable=always,
        targets=lambda payload, _made: payload.targets,
        typed=only("targets", "name"),
    )
    monkeypatch.setitem(product._products, "desk", having(sender))
    return desk


def submit(connection: Connection, person: User, number: int) -> list[str]:
    """Submit one form after the other, as one person does; return their names."""
    random = Random(number)
    names = [f"{number}.{each}" for each in range(FORMS)]
    try:
        for name in names:
            targets = random.sample(TARGETS, random.choice([1, 1, 2]))
            outbox.submit(
                kind="desk.sample_order",
                connection=connection,
                person=person,
                idempotency_key=IdempotencyKey(uuid4().hex),
                title=name,
                payload=Sample(targets=targets, name=name),
            )
    finally:
        database.close()
    return names


def work(limit_key: str, all_is_kept: Event) -> None:
    """Take what is due until all is sent, as a thread of a worker does."""
    still_open = Delivery.objects.exclude(state__in=ENDED)
    try:
        while not all_is_kept.is_set() or still_open.exists():
            if slot := limits.take(limit_key):
                while claim := claims.take_next(slot):
                    claim.go()
                slot.release()
    finally:
        database.close()


def lines() -> list[list[str]]:
    """Return the names of all that stood in each line, in the order they joined it."""
    found: dict[int, list[str]] = {}
    rows = Target.objects.order_by("pk").values_list("key", "delivery__title")
    for key, name in rows:
        found.setdefault(key, []).append(name)
    return list(found.values())


def test_keep_the_order_of_each_target(
    connection: Connection, staff: User, desk: Desk
) -> None:
    limit_key = limits.key_of(connection, "desk")
    all_is_kept = Event()

    with ThreadPoolExecutor(PEOPLE + HANDS) as pool:
        hands = [pool.submit(work, limit_key, all_is_kept) for _ in range(HANDS)]
        typed = list(pool.map(partial(submit, connection, staff), range(PEOPLE)))
        all_is_kept.set()
        for hand in hands:
            hand.result()

    assert sorted(desk.arrived) == sorted(name for names in typed for name in names)
    assert desk.clashed == []
    found = lines()
    assert len(found) == len(TARGETS)
    for line in found:
        assert [name for name in desk.arrived if name in line] == line
        for names in typed:
            own = [name for name in line if name in names]
            assert own == [name for name in names if name in own]
