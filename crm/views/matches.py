"""Which records are there already, looked up while a form is being filled in.

The answer goes along with the form, signed, so that the preview need not ask again.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core import signing

from connections.models import Connection
from crm.schema.plans import Plan
from crm.zoho.search import Record, same_by
from zohoportal.accounts.models import User

_SALT = "crm.found-all"
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
    """The records that are there."""

    records: list[Record]


def seal(question: Question, records: list[Record]) -> str:
    """Return an answer for the page to send along; as much as a form shows."""
    plan = question.plan
    times = ("Created_Time", "Modified_Time")
    names = {"id", *times, plan.metadata.name_field, *plan.fields}
    kept = [
        {name: record[name] for name in names if name in record} for record in records
    ]
    return signing.dumps([question.mark, kept], salt=_SALT, compress=True)


def unseal(token: str, question: Question) -> Answer | None:
    """Return the answer; None if it was too long ago or for another question."""
    try:
        mark, records = signing.loads(token, salt=_SALT, max_age=HOLDS_SECONDS)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return Answer(records) if mark == question.mark else None
