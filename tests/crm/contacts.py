"""Contacts for tests that need one, by the few fields that all organisations have."""

from typing import Any
from uuid import uuid4

from connections.models import Connection
from crm.opening import fixed_plan
from crm.services import create_record
from zohoportal.accounts.models import User
from zohoportal.outbox.idempotency import IdempotencyKey
from zohoportal.outbox.services import Receipt

# What a contact's delivery needs at least.
PAYLOAD: dict[str, Any] = {
    "module": "Contacts",
    "singular": "Contact",
    "name": "Sample",
    "values": {"Email": "sample@example.com", "Last_Name": "Sample"},
    "duplicate_field": "Email",
    "layout": "",
    "automation": True,
}


def upsert_contact(
    connection: Connection,
    person: User,
    idempotency_key: IdempotencyKey | None = None,
    **values: str,
) -> Receipt:
    """Submit a contact whose values go by Zoho's names."""
    return create_record(
        connection=connection,
        person=person,
        idempotency_key=idempotency_key or IdempotencyKey(uuid4().hex),
        plan=fixed_plan(connection),
        values={name: value for name, value in values.items() if value},
    )
