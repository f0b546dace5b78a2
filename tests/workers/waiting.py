"""Deliveries that wait for a worker."""

from datetime import timedelta
from uuid import uuid4

from django.utils import timezone

from connections import limits
from connections.models import Connection, Limit
from crm.payloads import RecordPayload
from desk.zoho.departments import departments_of
from tests.crm.contacts import PAYLOAD
from tests.outbox.lines import fill_slots
from tests.support.deliveries import new_contact, new_ticket
from tests.workers.ledger import OPEN
from zohoportal.accounts.models import User
from zohoportal.outbox import services as outbox
from zohoportal.outbox.idempotency import IdempotencyKey
from zohoportal.outbox.models import Delivery

SUBMIT = """
import django
django.setup()
from connections.models import Connection
from tests.workers.waiting import submit
from zohoportal.accounts.models import User
print("ready", flush=True)
submit(Connection.objects.get(), User.objects.get(email="staff@example.com"), "Lost")
"""


def state(delivery: Delivery) -> str:
    return Delivery.objects.values_list("state", flat=True).get(pk=delivery.pk)


def kept(connection: Connection, person: User) -> Delivery:
    """Return a contact that waits for a worker, because all slots were taken."""
    slots = fill_slots(limits.key_of(connection, "crm"))
    delivery = new_contact(connection, person).delivery
    hold(delivery, slots)
    return delivery


def kept_ticket(
    connection: Connection, person: User, idempotency_key: IdempotencyKey | None = None
) -> Delivery:
    departments_of(connection)
    slots = fill_slots(limits.key_of(connection, "desk"))
    delivery = new_ticket(connection, person, idempotency_key).delivery
    hold(delivery, slots)
    return delivery


def hold(delivery: Delivery, slots: list[limits.HeldSlot]) -> None:
    later = timezone.now() + timedelta(hours=1)
    Delivery.objects.filter(pk=delivery.pk).update(retry_at=later)
    for slot in slots:
        slot.release()


def wake(delivery: Delivery) -> None:
    Delivery.objects.filter(pk=delivery.pk).update(retry_at=timezone.now())
    Limit.objects.update(woken_at=None)


def submit(
    connection: Connection, person: User, name: str, *, is_bulk: bool = False
) -> Delivery:
    return outbox.submit(
        kind="crm.record",
        connection=connection,
        person=person,
        idempotency_key=IdempotencyKey(uuid4().hex),
        title=name,
        payload=RecordPayload(
            **PAYLOAD
            | {"values": {"Email": f"{uuid4().hex}@example.com", "Last_Name": name}}
        ),
        is_bulk=is_bulk,
    ).delivery


def keep(
    connection: Connection, person: User, count: int, *, is_bulk: bool = False
) -> None:
    """Let so many contacts wait for a worker."""
    slots = fill_slots(limits.key_of(connection, "crm"))
    for number in range(count):
        submit(connection, person, f"Kept {number}", is_bulk=is_bulk)
    for slot in slots:
        slot.release()


def waiting() -> int:
    return Delivery.objects.exclude(state="done").count()


def settled() -> bool:
    return not Delivery.objects.filter(OPEN).exists()
