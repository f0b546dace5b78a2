"""Lookups: the record that is meant by the name typed into one."""

from collections.abc import Iterator

from connections.messages.explain import explain
from connections.models import Connection
from connections.services import client_for
from connections.zoho.errors import ZohoError
from crm.forms.input_fields import LookupField
from crm.forms.record import RecordForm
from crm.payloads import WithValues
from crm.schema import store
from crm.schema.plans import Plan
from crm.zoho import records
from crm.zoho.search import find_named
from crm.zoho.telling import Match, told_apart
from zohoportal.outbox.delivering.contents import known_payload
from zohoportal.outbox.delivering.problems import problems_of
from zohoportal.outbox.models import Delivery


def resolve(connection: Connection, form: RecordForm) -> None:
    """Find the record for each name typed into a lookup, or ask which one is meant."""
    for name, typed in form.lookups_to_find().items():
        field = form.fields[name]
        assert isinstance(field, LookupField)  # noqa: S101  # lookups only, said there
        try:
            found = find(connection, field.target, typed)
        except ZohoError as error:
            words = explain(error, step="read")
            form.add_error(
                name, f"{words.title}. {words.next_step} Or leave {field.label} empty."
            )
            continue
        if len(found) == 1 and found[0].name.casefold() == typed.casefold():
            form.choose(name, found[0])
        else:
            form.offer(name, found)


def find(connection: Connection, module: str, name: str) -> list[Match]:
    """Return the records that go by these words, told apart.

    Raises:
        ZohoError: Zoho could not be asked.
    """
    target = store.metadata_of(connection, module)
    if target is None:
        return []
    return told_apart(target, find_named(client_for(connection), target, name))


def gone(connection: Connection, plan: Plan, delivery: Delivery) -> Iterator[str]:
    """Yield the lookups that Zoho objected to and whose record it does not have.

    Zoho refuses a record that the field's filter leaves out in the same words.
    """
    payload = known_payload(delivery)
    values = payload.values if isinstance(payload, WithValues) else {}
    for problem in problems_of(delivery):
        name = problem.field
        field, value = plan.metadata.fields.get(name), values.get(name)
        if problem.kind != "invalid" or field is None or not isinstance(value, dict):
            continue
        try:
            client = client_for(connection)
            if field.target and records.is_gone(client, field.target, value["id"]):
                yield name
        except ZohoError:
            # Nobody can tell: nothing is claimed.
            return
