"""Who may have customers added, changed and read in Books."""

from typing import Any

from books.features import CONTACTS, DELETIONS, EVERY, INVOICES
from books.payloads import (
    ChangePayload,
    ContactPayload,
    PersonPayload,
    PrimaryPayload,
    RemovalPayload,
    StatusPayload,
)
from connections.access import may
from connections.models import Connection
from connections.product import Right
from zohoportal.accounts.models import User

SEE, ADD, CHANGE = ("books.see", "books.add", "books.change")
REMOVE, OWED = ("books.remove", "books.invoices")

RIGHTS = (
    Right(SEE, "See customers and vendors", EVERY),
    Right(ADD, "Add customers, vendors and their contact persons", (CONTACTS.key,)),
    Right(
        CHANGE,
        "Change and deactivate customers and vendors",
        (CONTACTS.key,),
        hint="And change their contact persons",
        needs=SEE,
    ),
    Right(REMOVE, "Delete contact persons", (DELETIONS.key,), needs=SEE),
    Right(OWED, "See open invoices", (INVOICES.key,), needs=SEE),
)
_NEEDED: dict[type, str] = {
    ContactPayload: ADD,
    ChangePayload: CHANGE,
    PrimaryPayload: CHANGE,
    StatusPayload: CHANGE,
    RemovalPayload: REMOVE,
}


def permits(
    person: User,
    connection: Connection,
    payload: Any,
    _ask: object = None,
) -> bool:
    """Tell whether a person may have this sent to Books."""
    if isinstance(payload, PersonPayload):
        return may(person, connection, CHANGE if payload.person else ADD)
    if isinstance(payload, ChangePayload) and payload.persons:
        # People come along with it.
        return all(may(person, connection, each) for each in (CHANGE, ADD))
    return may(person, connection, _NEEDED[type(payload)])
