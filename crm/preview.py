"""What a save will do, before it is sent: old and new values, side by side.

What was shown travels with the form, signed, so that just that is sent.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core import signing
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.timesince import timesince

from crm import values
from crm.metadata import Field
from crm.plans import Plan
from crm.searching import Record, name_of

_SALT = "crm.preview"


@dataclass(frozen=True)
class Change:
    """One field as it is and as it will be."""

    api_name: str
    label: str
    old: str
    new: str


@dataclass(frozen=True)
class Preview:
    """What a save will do.

    Attributes:
        record_id: the record that will be updated; empty for a new one.
        changed_at: when it was last changed.
        changes: what will be sent and is not so yet.
        kept: what was left blank here and has a value at Zoho; it can be cleared.
        defaults: what a new record gets where nothing was typed.
        trouble: why Zoho could not be asked; then nothing is known.
    """

    name: str
    record_id: str = ""
    changed_at: datetime | None = None
    changes: tuple[Change, ...] = ()
    kept: tuple[Change, ...] = ()
    defaults: Mapping[str, Any] | None = None
    trouble: str = ""

    @property
    def changed(self) -> str:
        """Return how long ago the record was changed, in one unit."""
        if self.changed_at is None:
            return ""
        if timezone.now() - self.changed_at < timedelta(minutes=1):
            return "changed just now"
        return f"changed {timesince(self.changed_at, depth=1)} ago"

    @property
    def changes_nothing(self) -> bool:
        return bool(self.record_id) and not self.changes and not self.kept


@dataclass(frozen=True)
class Seen:
    """What a person saw in a preview and agreed to."""

    record_id: str
    name: str
    changed: tuple[str, ...]
    defaults: Mapping[str, Any]


def compare(
    plan: Plan, typed: Mapping[str, Any], record: Record | None, blank: list[str]
) -> Preview:
    """Return what saving `typed` will do to `record`, or to a new one.

    `blank` are the fields of the form that nothing was typed into.
    """
    if record is None:
        # What an admin left off the form has Zoho's defaults all the same.
        defaults = _defaults(plan, [*blank, *plan.unused])
        changes = [
            _change(plan.metadata.fields[name], None, value)
            for name, value in {**typed, **defaults}.items()
        ]
        name = typed_name(plan, typed)
        return Preview(name, changes=tuple(changes), defaults=defaults)
    fields = plan.metadata.fields
    changed = [
        _change(fields[name], record.get(name), value)
        for name, value in typed.items()
        if not values.same(fields[name], value, record.get(name))
    ]
    kept = [_change(fields[name], record.get(name), None) for name in blank]
    return Preview(
        name_of(plan.metadata, record),
        str(record["id"]),
        parse_datetime(str(record.get("Modified_Time") or "")),
        tuple(changed),
        # Yes and no cannot be cleared, and what is required must not be.
        tuple(
            each
            for each in kept
            if each.old
            and each.api_name not in plan.required
            and fields[each.api_name].data_type not in {"boolean", *values.PEOPLE}
        ),
    )


def _change(field: Field, old: Any, new: Any) -> Change:
    return Change(
        field.api_name, field.label, values.shown(field, old), values.shown(field, new)
    )


def _defaults(plan: Plan, blank: list[str]) -> dict[str, Any]:
    """Return the layout's defaults for what was left blank, as far as they fit."""
    found = {}
    for name in blank:
        value = plan.layout.defaults.get(name)
        field = plan.metadata.fields[name]
        fits = field.data_type == "text" or value in field.shown_values
        if isinstance(value, str) and value and fits:
            found[name] = value
    return found


def typed_name(plan: Plan, typed: Mapping[str, Any]) -> str:
    """Return what people will know the record by, from what was typed."""
    parts = (typed.get("First_Name"), typed.get("Last_Name"))
    if "Last_Name" in plan.metadata.fields:
        return " ".join(str(part) for part in parts if part)
    return str(typed.get(plan.metadata.name_field) or "")


def seal(preview: Preview, typed: Mapping[str, Any], person_id: object) -> str:
    """Return what was shown, for the form to bring back."""
    changed = [change.api_name for change in preview.changes]
    content = [
        str(person_id),
        _digest(typed),
        preview.record_id,
        preview.name,
        changed,
        preview.defaults or {},
    ]
    return signing.dumps(content, salt=_SALT)


def unseal(token: str, typed: Mapping[str, Any], person_id: object) -> Seen | None:
    """Return what the person agreed to; None if it was something else."""
    try:
        owner, digest, record_id, name, changed, defaults = signing.loads(
            token, salt=_SALT
        )
    except (signing.BadSignature, ValueError, TypeError):
        return None
    if owner != str(person_id) or digest != _digest(typed):
        return None
    return Seen(record_id, name, tuple(changed), defaults)


def _digest(typed: Mapping[str, Any]) -> str:
    # Browsers and scripts write the end of a line differently.
    text = json.dumps(typed, sort_keys=True).replace("\\r\\n", "\\n")
    return hashlib.sha256(text.encode()).hexdigest()
