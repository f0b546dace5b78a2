"""What somebody who fills in a form is told of changes at Zoho since it was opened."""

from collections.abc import Mapping
from typing import Any

from connections.models import Connection
from crm import opening
from crm.forms import row_inputs
from crm.forms.record import RecordForm
from crm.schema import drift
from crm.schema.metadata import Field
from crm.schema.plans import Plan
from zohoportal.outbox.models import Delivery


def after_refusal(
    connection: Connection, before: Plan, form: RecordForm, delivery: Delivery
) -> tuple[Plan, list[str]]:
    """See what changed after a refusal that names a field: that had it forgotten.

    Returns the plan as it is now and what changed, in sentences.

    Raises:
        ZohoError: Zoho could not be asked.
    """
    if not delivery.problem.get("fields"):
        return before, []
    module = before.module.api_name
    now = opening.plan_of(connection, module) or before
    typed = {name: form[name].value() for name in form.fields}
    marks = {row.mark: "on" for row in form.all_rows if form.is_gone(row)}
    lost = [
        _had(before.metadata.fields, name, value)
        for name, value in (typed | marks).items()
        if value and row_inputs.owner(name) not in now.fields
    ]
    return now, [*drift.changes(before, now), *lost]


def without_place(form: RecordForm, typed: Mapping[str, str]) -> list[str]:
    """Say what was typed into fields that are gone since the form was opened."""
    known = form.plan.metadata.fields
    there = form.names.split(",")
    lost = {name: value for name, value in typed.items() if name not in there}
    labels = [row_inputs.words_for(known, name) for name in lost]
    gone = [f"{label} is not there any more in Zoho." for label in labels]
    return [*gone, *(_had(known, name, value) for name, value in lost.items())]


def _had(fields: Mapping[str, Field], name: str, value: Any) -> str:
    label = row_inputs.words_for(fields, name)
    if row_inputs.is_mark(name):
        return f"{label} was to be removed."
    return f"{label} had: {value}."
