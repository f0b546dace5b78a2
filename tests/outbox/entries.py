"""Deliveries as they stand in Activity."""

from typing import Any
from uuid import uuid4

from connections.models import Connection
from tests.crm.contacts import PAYLOAD
from zohoportal.accounts.models import User
from zohoportal.outbox.models import Delivery


def add(person: User, connection: Connection, title: str, **values: Any) -> Delivery:
    """Add a delivery that was done, unless `values` say otherwise."""
    plain: dict[str, Any] = {
        "kind": "crm.record",
        "payload": PAYLOAD,
        "idempotency_key": uuid4().hex,
        "state": "done",
        "retry_at": None,
    }
    return Delivery.objects.create(
        person=person, connection=connection, title=title, **plain | values
    )
