"""What was to be new, and was written into a record that Zoho had already."""

from dataclasses import dataclass
from typing import Any

from crm import services
from crm.payloads import WithValues
from crm.schema import store
from crm.schema.metadata import Field
from crm.schema.plans import Plan
from crm.services import Shown
from crm.zoho import values
from zohoportal.accounts.models import User
from zohoportal.outbox.delivering.contents import known_payload
from zohoportal.outbox.idempotency import IdempotencyKey
from zohoportal.outbox.models import Delivery
from zohoportal.outbox.services import Receipt


@dataclass(frozen=True)
class Overwritten:
    """A field of that record, as it was and as it is, in words."""

    label: str
    old: str
    new: str


def overwritten(delivery: Delivery) -> list[Overwritten]:
    """Return what a delivery wrote into the record that was there."""
    payload = known_payload(delivery)
    module = payload.module if isinstance(payload, WithValues) else ""
    known = store.known_fields(delivery.connection, module)
    found = []
    for change in delivery.outcome["details"]["changes"]:
        name = change["field"]
        field = known.get(name) or Field(name, name.replace("_", " "), "datetime")
        words = [
            values.shown(field, change[each]) or "empty" for each in ("old", "new")
        ]
        found.append(Overwritten(field.label, *words))
    return found


def can_be_put_back(delivery: Delivery) -> bool:
    """Tell whether it is known what a delivery wrote over, and where."""
    details = delivery.outcome.get("details") or {}
    return bool(details.get("knows_before") and _written_over(delivery))


def _written_over(delivery: Delivery) -> list[dict[str, Any]]:
    """Return what took the place of something: files and rows stay beside new ones."""
    payload = known_payload(delivery)
    if not isinstance(payload, WithValues):
        return []
    added = {*payload.files, *payload.rows}
    changes = delivery.outcome["details"]["changes"]
    return [each for each in changes if each["field"] not in added]


def put_back(delivery: Delivery, person: User, plan: Plan) -> Receipt:
    """Write the values of before, unless others changed them since; once."""
    outcome = delivery.outcome
    details = outcome["details"]
    changes = _written_over(delivery)
    now = {each["field"]: each["new"] for each in changes}
    return services.change_record(
        connection=delivery.connection,
        person=person,
        idempotency_key=IdempotencyKey(f"back-{delivery.reference}"),
        plan=plan,
        shown=Shown(outcome["external_id"], details["name"], outcome["stamp"], now),
        values={each["field"]: each["old"] for each in changes},
    )
