"""Changing a record that others may change too: who touched what.

The form carries what it showed, signed: Zoho's values, and what the inputs send back
untouched. So a value that nobody touched is never sent, and a colleague's change is
seen field by field.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core import signing

from crm.forms.change import ChangeForm
from crm.zoho import row_writes, values
from crm.zoho.search import Record

_SALT = "crm.change"


@dataclass(frozen=True)
class Opened:
    """What a form was opened with.

    Attributes:
        as_of: the record's last change.
        name: what people know the record by.
        before: Zoho's values, by field.
        shown: what the inputs send back untouched, by field.
    """

    as_of: str
    name: str
    before: Mapping[str, Any]
    shown: Mapping[str, Any]


@dataclass(frozen=True)
class Clash:
    """A field that was changed by somebody else meanwhile."""

    label: str
    theirs: str
    ours: str


def seal(form: ChangeForm, record: Record, name: str, place: list[str]) -> str:
    """Return what the form is opened with, for it to bring back to its own address."""
    as_of = str(record.get("Modified_Time"))
    content = [place, as_of, name, form.before, form.shown]
    return signing.dumps(content, salt=_SALT, compress=True)


def unseal(token: str, place: list[str]) -> Opened | None:
    """Return what the form was opened with; None for a made-up or outgrown token."""
    try:
        own, *content = signing.loads(token, salt=_SALT)
        return Opened(*content) if own == place else None
    except (signing.BadSignature, ValueError, TypeError):
        return None


def changed_since(form: ChangeForm, record: Record) -> list[str]:
    """Return the fields that are not any more as the form was opened with."""
    return [
        name
        for name, before in form.before.items()
        if not values.same(form.meta(name), before, record.get(name))
    ]


def clashes(form: ChangeForm, names: Iterable[str], record: Record) -> list[Clash]:
    """Return what Zoho has now, beside what the form has; what is alike is left out."""
    typed = {name: form.typed().get(name) for name in form.touched_at_zoho}
    found = []
    for name in names:
        field, theirs = form.meta(name), record.get(name)
        rows = name in form.rows
        if rows and row_writes.is_as_known(typed.get(name), form.before[name], theirs):
            continue
        ours = typed.get(name, form.before[name])
        if not values.same(field, ours, theirs):
            shown = [values.shown(field, each) or "empty" for each in (theirs, ours)]
            found.append(Clash(field.label, *shown))
    return found
