"""Changing a record that others may change too: who touched what.

The form carries a mark of every value that it was opened with, signed. So a value that
nobody touched is never sent, and a colleague's change is seen field by field.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core import signing

from crm import values
from crm.forms import RecordForm
from crm.searching import Record

_SALT = "crm.change"
# Their inputs have no way to say "empty".
NEVER_CLEARED = {"boolean", *values.PEOPLE}


@dataclass(frozen=True)
class Opened:
    """What a form was opened with: the record's last change, and marks of values."""

    as_of: str
    marks: Mapping[str, str]


@dataclass(frozen=True)
class Clash:
    """A field that was changed by somebody else meanwhile."""

    label: str
    theirs: str
    ours: str


def seal(form: RecordForm, record: Record) -> str:
    """Return what the form is opened with, for it to bring back."""
    marks = {name: _mark(form, name, record.get(name)) for name in form.fields}
    return signing.dumps([record.get("Modified_Time"), marks], salt=_SALT)


def unseal(token: str) -> Opened | None:
    """Return what the form was opened with; None for a made-up token."""
    try:
        as_of, marks = signing.loads(token, salt=_SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return Opened(str(as_of), marks)


def touched(form: RecordForm, opened: Opened) -> dict[str, Any]:
    """Return what the person changed; None clears a field."""
    typed = form.typed()
    return {
        name: typed.get(name)
        for name in form.fields
        if _mark(form, name, typed.get(name)) != opened.marks.get(name)
        and not (name not in typed and form.meta(name).data_type in NEVER_CLEARED)
    }


def clashes(form: RecordForm, opened: Opened, record: Record) -> list[Clash]:
    """Return what somebody else changed since, beside what was typed here."""
    typed = form.typed()
    return [
        Clash(
            form.meta(name).label,
            values.shown(form.meta(name), record.get(name)) or "empty",
            values.shown(form.meta(name), typed.get(name)) or "empty",
        )
        for name in form.fields
        if _mark(form, name, record.get(name)) != opened.marks.get(name)
    ]


def keep_theirs(
    form: RecordForm, record: Record, ours: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the form's values: what was touched here, and the record for the rest."""
    theirs = initial(form, record)
    mine = {
        name: values.to_form(form.meta(name), value) for name, value in ours.items()
    }
    return theirs | mine


def initial(form: RecordForm, record: Record) -> dict[str, Any]:
    """Return the values that a form starts with."""
    return {
        name: values.to_form(form.meta(name), record.get(name)) for name in form.fields
    }


def _mark(form: RecordForm, name: str, value: Any) -> str:
    field = form.meta(name)
    text = json.dumps(values.comparable(field, value), default=str, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:12]
