"""What changed in a module's metadata while somebody was filling in its form."""

from collections.abc import Iterator
from typing import Any

from connections.models import Connection
from crm import opening, reading
from crm.models import Change
from crm.plans import Plan
from zohoportal.outbox.models import Delivery

# So many of the changes that people ran into are kept for admins.
KEPT = 20


def noticed(
    connection: Connection, before: Plan, form: Any, delivery: Delivery
) -> tuple[Plan, list[str]]:
    """Read the metadata anew after a refusal that names a field.

    Returns the plan as it is now and what changed, in sentences; the changes are kept
    for the admins.

    Raises:
        ZohoError: Zoho could not be asked.
    """
    if not delivery.problem.get("fields"):
        return before, []
    module = before.module.api_name
    reading.forget(connection, module, before.layout.id)
    now = opening.plan_of(connection, module) or before
    words = list(changes(before, now))
    tell_admins(connection, module, words)
    typed = [
        f"{before.metadata.fields[name].label} had: {form[name].value()}."
        for name in form.fields
        if name not in now.fields and form[name].value()
    ]
    return now, [*words, *typed]


def tell_admins(connection: Connection, module: str, words: list[str]) -> None:
    """Keep what changed, so that admins see it beside the module's settings."""
    known = Change.objects.filter(connection=connection, module=module)
    new = [each for each in words if not known.filter(words=each[:300]).exists()]
    Change.objects.bulk_create(
        Change(connection=connection, module=module, words=each[:300]) for each in new
    )
    last = list(known.values_list("pk", flat=True)[:KEPT])
    known.exclude(pk__in=last).delete()


def changes(before: Plan, now: Plan) -> Iterator[str]:
    """Yield what differs between two plans, in sentences."""
    old, new = before.metadata.fields, now.metadata.fields
    for name in before.fields:
        if name not in now.fields:
            yield f"{old[name].label} is not there any more in Zoho."
    for name in now.fields:
        if name not in before.fields:
            yield f"{new[name].label} is new in Zoho."
    for name in sorted(now.required - before.required):
        yield f"{new[name].label} is required in Zoho now."
    for name in before.fields:
        if name in now.fields:
            yield from _values(old[name], new[name])


def _values(old: Any, new: Any) -> Iterator[str]:
    if old.data_type != new.data_type:
        yield f"{new.label} takes another kind of value in Zoho now."
    gone = [
        old.shown_values[each]
        for each in old.shown_values
        if each not in new.shown_values
    ]
    come = [
        new.shown_values[each]
        for each in new.shown_values
        if each not in old.shown_values
    ]
    if gone:
        yield f"{new.label} has no value “{'”, “'.join(gone)}” any more in Zoho."
    if come:
        yield f"{new.label} has the new value “{'”, “'.join(come)}” in Zoho."
