"""What somebody who fills in a form is told of changes at Zoho since it was opened."""

from collections.abc import Mapping
from typing import Any

from connections.models import Connection
from crm import drift, opening, reading
from crm.forms import RecordForm
from crm.plans import Plan
from zohoportal.outbox.models import Delivery


def after_refusal(
    connection: Connection, before: Plan, form: RecordForm, delivery: Delivery
) -> tuple[Plan, list[str]]:
    """Read the metadata anew after a refusal that names a field.

    Returns the plan as it is now and what changed, in sentences.

    Raises:
        ZohoError: Zoho could not be asked.
    """
    if not delivery.problem.get("fields"):
        return before, []
    module = before.module.api_name
    reading.forget(connection, module)
    now = opening.plan_of(connection, module) or before
    known = before.metadata.fields
    typed = [
        _had(known[name].label, form[name].value())
        for name in form.fields
        if name not in now.fields and form[name].value()
    ]
    return now, [*drift.changes(before, now), *typed]


def without_place(form: RecordForm, typed: Mapping[str, str]) -> list[str]:
    """Say what was typed into fields that are gone since the form was opened."""
    lost = [
        (name.replace("_", " "), value)
        for name, value in typed.items()
        if name not in form.fields
    ]
    gone = [f"{label} is not there any more in Zoho." for label, _ in lost]
    return [*gone, *(_had(label, value) for label, value in lost)]


def _had(label: str, value: Any) -> str:
    return f"{label} had: {value}."
