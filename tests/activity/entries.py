"""Entries of the API log and of the trail, as tests need them."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone

from zohoportal.activity.models import AuditEvent, ZohoCall

ACME = UUID(int=1)
# What is told of a call.
CALL: dict[str, Any] = {
    "connection_id": ACME,
    "connection_name": "Acme",
    "method": "GET",
    "host": "www.zohoapis.example",
    "path": "/crm/v8/org",
    "status": 200,
    "code": "",
    "milliseconds": 5,
}


def calls(count: int = 1, *, days_old: float = 0, **values: Any) -> list[ZohoCall]:
    """Add calls that went well, unless `values` say otherwise."""
    plain = {
        "at": timezone.now() - timedelta(days=days_old),
        "connection_id": ACME,
        "connection_name": "Acme",
        "method": "GET",
        "host": "www.zohoapis.example",
        "path": "/crm/v8/org",
        "status": 200,
        "milliseconds": 120,
    }
    return ZohoCall.objects.bulk_create(
        ZohoCall(**plain | values) for _ in range(count)
    )


def events(count: int = 1, **values: Any) -> list[AuditEvent]:
    """Add changes that an admin made."""
    plain = {
        "person_id": "1",
        "person_name": "admin@example.com",
        "act": AuditEvent.Act.CHANGED,
        "target": "name",
        "connection_id": ACME,
        "connection_name": "Acme",
        "details": {"now": "Acme"},
    }
    return AuditEvent.objects.bulk_create(
        AuditEvent(**plain | values) for _ in range(count)
    )
