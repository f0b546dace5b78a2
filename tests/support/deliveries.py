"""Deliveries of each product, and what Zoho answers to them."""

from typing import Any
from uuid import uuid4

from connections.models import Connection
from desk.services import open_ticket
from desk.zoho.departments import departments_of
from tests.crm.contacts import upsert_contact
from tests.recorded import body_of
from tests.zoho import SandboxZoho
from zohoportal.accounts.models import User
from zohoportal.outbox import services as outbox
from zohoportal.outbox.idempotency import IdempotencyKey

UPSERT = "/crm/v8/Contacts/upsert"
PEOPLE_SEARCH = "/api/v1/contacts/search"
KEY = IdempotencyKey("key")


def new_contact(
    connection: Connection,
    person: User,
    idempotency_key: IdempotencyKey | None = None,
    **values: str,
) -> outbox.Receipt:
    given = {"Email": "kim.sample@example.com", "Last_Name": "Sample"} | values
    return upsert_contact(
        connection=connection,
        person=person,
        idempotency_key=idempotency_key or IdempotencyKey(uuid4().hex),
        **given,
    )


def new_ticket(
    connection: Connection, person: User, idempotency_key: IdempotencyKey | None = None
) -> outbox.Receipt:
    return open_ticket(
        connection=connection,
        person=person,
        idempotency_key=idempotency_key or IdempotencyKey(uuid4().hex),
        email="ada.archer@example.com",
        subject="The printer jams",
        department=departments_of(connection)[0].id,
    )


def answer(area: str, case: str, status: int) -> dict[str, Any]:
    return {"status": status, "body": body_of(area, case)}


def upserts(zoho: SandboxZoho) -> int:
    return sum(entry["path"] == UPSERT for entry in zoho.journal())
