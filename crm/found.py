"""Whether a record is there already, looked up while its form is being filled in.

What was found goes along with the form, signed, so that the preview need not ask again.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core import signing

from connections.models import Connection
from crm.plans import Plan
from crm.searching import Record, same_by
from zohoportal.accounts.models import User

_SALT = "crm.found"
# Afterwards somebody else may have changed the record.
HOLDS_SECONDS = 5 * 60


@dataclass(frozen=True)
class Question:
    """Who asks for which values, and where: an answer counts for nothing else."""

    connection: Connection
    person: User
    plan: Plan
    typed: Mapping[str, Any]

    @property
    def mark(self) -> list[Any]:
        module = self.plan.module.api_name
        values = same_by(self.plan, self.typed)
        return [str(self.person.pk), str(self.connection.pk), module, values]


@dataclass(frozen=True)
class Answer:
    """The record that is there, or None for none."""

    record: Record | None


def seal(question: Question, record: Record | None) -> str:
    """Return what was found, for the page to send along; as much as a form shows."""
    plan = question.plan
    names = {"id", "Modified_Time", plan.metadata.name_field, *plan.fields}
    kept = record and {name: record[name] for name in names if name in record}
    return signing.dumps([question.mark, kept], salt=_SALT, compress=True)


def unseal(token: str, question: Question) -> Answer | None:
    """Return what was found; None if it was too long ago or for another question."""
    try:
        mark, record = signing.loads(token, salt=_SALT, max_age=HOLDS_SECONDS)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return Answer(record) if mark == question.mark else None
