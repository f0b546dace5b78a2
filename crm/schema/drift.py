"""What changed in a module's metadata since it was read before."""

from collections.abc import Iterator
from typing import Any

from connections.models import Connection
from crm.models import Change
from crm.schema.drawing import plan, settings_of
from crm.schema.metadata import Metadata
from crm.schema.plans import Plan

# So many changes of a module are kept for admins.
KEPT = 20


def note(connection: Connection, before: Metadata, now: Metadata) -> None:
    """Tell the admins what changed in a module, if staff work with it."""
    module = now.module.api_name
    chosen = settings_of(connection, module)
    if chosen.is_used and before != now:
        words = changes(plan(chosen, before), plan(chosen, now))
        tell_admins(connection, module, list(words))


def note_end(connection: Connection, module: str) -> None:
    """Tell the admins that Zoho has a module no more, if staff work with it."""
    if settings_of(connection, module).is_used:
        tell_admins(connection, module, ["It is not there any more in Zoho."])


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
    yield from _demands(before, now)
    for name in before.fields:
        if name in now.fields:
            yield from _values(old[name], new[name])


def _demands(before: Plan, now: Plan) -> Iterator[str]:
    fields = now.metadata.fields
    for name in sorted(now.required - before.required):
        yield f"{fields[name].label} is required in Zoho now."
    for name in sorted(now.wanted - before.wanted):
        yield f"{fields[name].label} is asked for by the layout in Zoho now."
    for label in sorted(_labels(now) - _labels(before)):
        yield f"{label} is demanded in Zoho now, and can be filled in there only."


def _labels(drawn: Plan) -> set[str]:
    return {field.label for field in drawn.beyond}


def _values(old: Any, new: Any) -> Iterator[str]:
    if old.label != new.label:
        yield f"{old.label} is called {new.label} in Zoho now."
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
