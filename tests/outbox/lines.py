"""Deliveries that stand in a line: kept while all slots are taken, sent one by one."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

from connections import limits
from connections.models import Connection
from crm.opening import fixed_plan
from crm.services import Shown, change_record
from desk.zoho.answers import add_comment, add_files
from desk.zoho.status import change_status
from desk.zoho.tickets import Ticket
from tests.outbox.sample_files import chosen
from zohoportal.accounts.models import User
from zohoportal.outbox.delivering import claims
from zohoportal.outbox.idempotency import IdempotencyKey
from zohoportal.outbox.models import Delivery

KIM = "kim.sample@example.com"


def fill_slots(limit_key: str) -> list[limits.HeldSlot]:
    """Take all slots of a limit, as busy processes would."""
    return [slot for slot in iter(lambda: limits.take(limit_key), None) if slot]


@contextmanager
def busy(connection: Connection, product: str = "crm") -> Iterator[None]:
    """Take all slots of a limit, as others would; forms are kept meanwhile."""
    taken = fill_slots(limits.key_of(connection, product))
    try:
        yield
    finally:
        for slot in taken:
            slot.release()


def send(*deliveries: Delivery) -> list[str]:
    """Give each a turn, in this order; return where they stand then."""
    for delivery in deliveries:
        slot = limits.take(delivery.limit_key)
        assert slot
        if claim := claims.take(delivery.pk, slot):
            claim.go()
        slot.release()
    for delivery in deliveries:
        delivery.refresh_from_db()
    return [delivery.state for delivery in deliveries]


def change(
    connection: Connection, person: User, record: dict[str, Any], **values: Any
) -> Delivery:
    """Change a contact as it was when its form was opened."""
    return change_record(
        connection=connection,
        person=person,
        idempotency_key=IdempotencyKey(uuid4().hex),
        plan=fixed_plan(connection),
        shown=Shown(record["id"], record["Last_Name"], record["Modified_Time"], record),
        values=values,
    ).delivery


def status(
    connection: Connection, person: User, ticket: Ticket, value: str
) -> Delivery:
    return change_status(
        connection=connection,
        person=person,
        idempotency_key=IdempotencyKey(uuid4().hex),
        ticket=ticket,
        status=value,
    ).delivery


def comment(
    connection: Connection, person: User, ticket: Ticket, content: str
) -> Delivery:
    return add_comment(
        connection=connection,
        person=person,
        idempotency_key=IdempotencyKey(uuid4().hex),
        ticket=ticket,
        content=content,
        is_public=False,
    ).delivery


def attach(
    connection: Connection, person: User, ticket: Ticket, *names: str
) -> list[Delivery]:
    receipts = add_files(
        connection=connection,
        person=person,
        idempotency_key=IdempotencyKey(uuid4().hex),
        ticket=ticket,
        files=chosen(*names),
    )
    return [receipt.delivery for receipt in receipts]
