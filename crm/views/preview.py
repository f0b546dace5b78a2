"""What a save will do, before it is sent: old and new values, side by side.

What was shown travels with the form, signed, so that just that is sent.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core import signing
from django.utils import timezone
from django.utils.timesince import timesince

from connections.zoho import shapes
from crm.schema.metadata import Field
from crm.schema.plans import Plan
from crm.services import Shown
from crm.zoho import values
from crm.zoho.search import Record, name_of, typed_name
from crm.zoho.telling import Match, told_apart

_SALT = "crm.preview"
# Later it is looked anew: what was shown may be so no more.
HOLDS_SECONDS = 60 * 60


@dataclass(frozen=True)
class Change:
    """One field as it is and as it will be."""

    api_name: str
    label: str
    old: str
    new: str


@dataclass(frozen=True)
class Candidate:
    """One of several records that may be meant."""

    record: Match
    changed: str


@dataclass(frozen=True)
class Preview:
    """What a save will do.

    Attributes:
        shown: the record that will be updated; None for a new one.
        changed: when that was last changed, in words.
        changes: what will be sent and is not so yet.
        kept: what was left blank here and has a value at Zoho; it can be cleared.
        defaults: what the layout demands of a new record, where nothing was typed.
        beside: the records that are there already, and stay as they are.
        lacks_duplicate: whether a new record has nothing to be known again by.
        trouble: why Zoho could not be asked; then nothing is known.
    """

    name: str
    shown: Shown | None = None
    changed: str = ""
    changes: tuple[Change, ...] = ()
    kept: tuple[Change, ...] = ()
    defaults: Mapping[str, Any] | None = None
    beside: tuple[str, ...] = ()
    lacks_duplicate: bool = False
    trouble: str = ""

    @property
    def changes_nothing(self) -> bool:
        return bool(self.shown) and not self.changes


@dataclass(frozen=True)
class Seen:
    """What a person saw in a preview and agreed to.

    Attributes:
        shown: the record that is updated; None for a new one.
        changed, kept: the fields that are written, and those that may be cleared.
        is_another: whether it is a new one beside those that are there.
        was_looked_for: whether Zoho said what there is.
    """

    shown: Shown | None
    changed: tuple[str, ...]
    kept: tuple[str, ...]
    defaults: Mapping[str, Any]
    is_another: bool
    was_looked_for: bool


def new(
    plan: Plan,
    typed: Mapping[str, Any],
    blank: list[str],
    beside: Sequence[Record] = (),
) -> Preview:
    """Return what saving `typed` as a new record will do.

    `blank` are the fields of the form that nothing was typed into.
    """
    defaults = {name: plan.defaults[name] for name in blank if name in plan.defaults}
    changes = [
        _change(plan.metadata.fields[name], None, value)
        for name, value in {**typed, **defaults}.items()
    ]
    return Preview(
        typed_name(plan.metadata, typed),
        changes=tuple(changes),
        defaults=defaults,
        beside=tuple(name_of(plan.metadata, each) for each in beside),
        lacks_duplicate=plan.duplicate_field not in typed,
    )


def update(
    plan: Plan, typed: Mapping[str, Any], record: Record, blank: list[str]
) -> Preview:
    """Return what saving `typed` will do to a record that is there."""
    fields = plan.metadata.fields
    changed = [
        _change(fields[name], record.get(name), value)
        for name, value in typed.items()
        if not values.same(fields[name], value, record.get(name))
    ]
    kept = [_change(fields[name], record.get(name), None) for name in blank]
    name = name_of(plan.metadata, record)
    held = {each: record.get(each) for each in {*plan.unique_fields, *typed, *blank}}
    return Preview(
        name,
        Shown(str(record["id"]), name, str(record.get("Modified_Time")), held),
        when_changed(record),
        tuple(changed),
        # Yes and no cannot be cleared, and what is required must not be.
        tuple(
            each
            for each in kept
            if each.old
            and each.api_name not in plan.required
            and fields[each.api_name].data_type not in values.NEVER_CLEARED
        ),
    )


def candidates(plan: Plan, records: Sequence[Record]) -> list[Candidate]:
    """Return records to choose from, with what tells them apart."""
    found = told_apart(plan.metadata, records)
    return [
        Candidate(known, when_changed(record))
        for known, record in zip(found, records, strict=True)
    ]


def when_changed(record: Record) -> str:
    """Return how long ago a record was changed, in one unit."""
    moment = shapes.moment(record.get("Modified_Time"))
    if moment is None:
        return ""
    if timezone.now() - moment < timedelta(minutes=1):
        return "changed just now"
    return f"changed {timesince(moment, depth=1)} ago"


def _change(field: Field, old: Any, new: Any) -> Change:
    return Change(
        field.api_name, field.label, values.shown(field, old), values.shown(field, new)
    )


def seal(preview: Preview, typed: Mapping[str, Any], person_id: object) -> str:
    """Return what was shown, for the form to bring back."""
    shown = preview.shown
    content = [
        str(person_id),
        _digest(typed),
        shown and [shown.record_id, shown.name, shown.as_of, shown.values],
        [change.api_name for change in preview.changes],
        [change.api_name for change in preview.kept],
        preview.defaults or {},
        bool(preview.beside),
        not preview.trouble,
    ]
    return signing.dumps(content, salt=_SALT, compress=True)


def unseal(token: str, typed: Mapping[str, Any], person_id: object) -> Seen | None:
    """Return what the person agreed to; None if it was something else.

    Nor does it count for long.
    """
    try:
        owner, digest, shown, *content = signing.loads(
            token, salt=_SALT, max_age=HOLDS_SECONDS
        )
        seen = Seen(shown and Shown(*shown), *content)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    is_theirs = owner == str(person_id) and digest == _digest(typed)
    return seen if is_theirs else None


def _digest(typed: Mapping[str, Any]) -> str:
    # Browsers and scripts write the end of a line differently.
    text = json.dumps(typed, sort_keys=True).replace("\\r\\n", "\\n")
    return hashlib.sha256(text.encode()).hexdigest()
