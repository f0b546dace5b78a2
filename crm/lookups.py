"""Lookups: the record that is meant by the name typed into one."""

from connections.models import Connection
from connections.services import client_for
from connections.zoho.errors import ZohoError
from connections.zoho.explain import explain
from crm import reading
from crm.forms import RecordForm
from crm.input_fields import LookupField
from crm.searching import find_named, name_of


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
        if len(found) == 1 and found[0][1].casefold() == typed.casefold():
            form.choose(name, *found[0])
        else:
            form.offer(name, found)


def find(connection: Connection, module: str, name: str) -> list[tuple[str, str]]:
    """Return id and name of the records that go by these words.

    Raises:
        ZohoError: Zoho could not be asked.
    """
    target = reading.metadata_of(connection, module)
    if target is None:
        return []
    records = find_named(client_for(connection), target, name)
    return [(str(record["id"]), name_of(target, record)) for record in records]
