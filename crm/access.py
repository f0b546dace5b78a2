"""What somebody may do with the records of a module."""

from typing import Any

from connections.access import given, granted
from connections.models import Connection
from connections.product import Right
from crm.payloads import (
    ChangePayload,
    DeletionPayload,
    RecordFilePayload,
    RecordPayload,
)
from zohoportal.accounts.models import User

SEE, CREATE, CHANGE, DELETE = "see", "create", "change", "delete"

_OTHERS = ("crm.records",)
_CONTACTS = ("crm.contacts", *_OTHERS)


def _rights(of: str, named: str, features: tuple[str, ...], hint: str) -> list[Right]:
    see = f"crm.{of}.{SEE}"
    return [
        Right(see, f"See {named}", features, hint=hint),
        Right(f"crm.{of}.{CREATE}", f"Create {named}", features, needs=see),
        Right(
            f"crm.{of}.{CHANGE}",
            f"Change {named}",
            features,
            hint="And add files to them",
            needs=see,
        ),
        # Only with this feature Zoho lets the portal delete.
        Right(
            f"crm.{of}.{DELETE}",
            f"Delete {named}",
            _OTHERS,
            is_preset=False,
            needs=see,
        ),
    ]


RIGHTS = (
    *_rights("contacts", "contacts", _CONTACTS, "With all that Zoho CRM has of them"),
    *_rights(
        "records",
        "other records",
        _OTHERS,
        "Leads, accounts, deals and modules of your own",
    ),
)


def right(act: str, module: str) -> str:
    """Return the key of the right to do something with a module's records."""
    return f"crm.{'contacts' if module == 'Contacts' else 'records'}.{act}"


def may(person: User, connection: Connection, act: str, module: str) -> bool:
    """Tell whether a person may do something with a module's records."""
    return granted(person, connection).has(right(act, module))


_ACTS: dict[type, str] = {
    RecordPayload: CREATE,
    ChangePayload: CHANGE,
    DeletionPayload: DELETE,
    RecordFilePayload: CHANGE,
}


def permits(
    person: User, connection: Connection, payload: Any, _ask: object = None
) -> bool:
    """Tell whether a person may have this sent to the CRM."""
    act = _ACTS.get(type(payload))
    if act is None:
        return False
    held = given(person, connection)
    # It may write into a record that is there.
    goes_over = isinstance(payload, RecordPayload) and payload.duplicate_field
    if goes_over and not held.has(right(CHANGE, payload.module)):
        return False
    return held.has(right(act, payload.module))
